//! The one function that speaks to the server, and one that sends files to it (`upload`).

mod upload;

use std::pin::Pin;

use gloo_net::http::{RequestBuilder, Response};
use howdah_types::problem::{Code, Problem};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use web_sys::AbortSignal;

use super::{Page, Result, UNREACHABLE, UNREADABLE, json};
use crate::state::{Body, Call, Connectivity, Console, Session};

/// The methods that the API knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// As it is written on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What is not the same for all calls.
#[derive(Debug, Clone, Default)]
pub(super) struct Manner {
    /// The body holds a secret: it is never recorded.
    pub(super) secret: bool,
    /// A refusal for want of a sign-in is an answer, not a reason to ask for one.
    pub(super) anonymous: bool,
    /// It is not shown in the debug console (the console's own reads).
    pub(super) unseen: bool,
    /// It is given up when this is aborted, which cancels its statement at the server.
    pub(super) until: Option<AbortSignal>,
}

struct Answer {
    status: u16,
    text: String,
    next: Option<String>,
    request_id: Option<String>,
}

/// A call on its way.
type Exchange = Pin<Box<dyn Future<Output = Result<Answer>>>>;

/// Speaks to the server: records each call, notices an ended sign-in and a lost server.
#[derive(Debug, Clone, Copy)]
pub struct Api {
    console: Console,
    session: Session,
    connectivity: Connectivity,
}

impl Api {
    /// A handle that reports to these.
    pub fn new(console: Console, session: Session, connectivity: Connectivity) -> Self {
        Self { console, session, connectivity }
    }

    /// Reads one thing.
    pub async fn get<T: DeserializeOwned>(self, path: &str) -> Result<T> {
        self.read(path, Manner::default()).await
    }

    /// Reads one thing, until it is given up.
    pub async fn get_until<T: DeserializeOwned>(self, path: &str, until: &AbortSignal) -> Result<T> {
        self.read(path, Manner { until: Some(until.clone()), ..Manner::default() }).await
    }

    /// Reads one page of a list; `path` is the first page's or [`Page::next`].
    pub async fn page<T: DeserializeOwned>(self, path: &str) -> Result<Page<T>> {
        let answer = self.exchange(Method::Get, path, None, Manner::default()).await?;
        Ok(Page { items: parse(&answer)?, next: answer.next })
    }

    /// Sends a body and reads the answer.
    pub async fn send<B: Serialize, T: DeserializeOwned>(
        self,
        method: Method,
        path: &str,
        body: &B,
    ) -> Result<T> {
        self.send_as(method, path, body, Manner::default()).await
    }

    /// Sends a body and reads the answer, until it is given up.
    pub async fn send_until<B: Serialize, T: DeserializeOwned>(
        self,
        method: Method,
        path: &str,
        body: &B,
        until: &AbortSignal,
    ) -> Result<T> {
        self.send_as(method, path, body, Manner { until: Some(until.clone()), ..Manner::default() }).await
    }

    /// Calls what takes no body and whose answer does not matter.
    pub async fn act(self, method: Method, path: &str) -> Result<()> {
        self.act_as(method, path, Manner::default()).await
    }

    pub(super) async fn act_as(self, method: Method, path: &str, manner: Manner) -> Result<()> {
        self.exchange(method, path, None, manner).await.map(|_| ())
    }

    /// Calls what takes no body and reads the answer.
    pub async fn call<T: DeserializeOwned>(self, method: Method, path: &str) -> Result<T> {
        parse(&self.exchange(method, path, None, Manner::default()).await?)
    }

    pub(super) async fn read<T: DeserializeOwned>(self, path: &str, manner: Manner) -> Result<T> {
        parse(&self.exchange(Method::Get, path, None, manner).await?)
    }

    pub(super) async fn send_as<B: Serialize, T: DeserializeOwned>(
        self,
        method: Method,
        path: &str,
        body: &B,
        manner: Manner,
    ) -> Result<T> {
        parse(&self.exchange(method, path, Some(encode(body)?), manner).await?)
    }

    /// Sends a body; the answer does not matter.
    pub async fn send_on<B: Serialize>(self, method: Method, path: &str, body: &B) -> Result<()> {
        self.send_unanswered(method, path, body, Manner::default()).await
    }

    pub(super) async fn send_unanswered<B: Serialize>(
        self,
        method: Method,
        path: &str,
        body: &B,
        manner: Manner,
    ) -> Result<()> {
        self.exchange(method, path, Some(encode(body)?), manner).await.map(|_| ())
    }

    /// Sends, and sends again after the person has signed in again.
    ///
    /// Boxed, so that the work of a call exists once in the app and not once in each function that calls.
    fn exchange(self, method: Method, path: &str, body: Option<String>, manner: Manner) -> Exchange {
        let path = path.to_owned();
        Box::pin(async move {
            loop {
                match self.once(method, &path, body.as_deref(), &manner).await {
                    Err(problem) if problem.code == Code::SignInRequired.as_str() && !manner.anonymous => {
                        if !self.session.renewed().await {
                            return Err(problem);
                        }
                    }
                    result => return result,
                }
            }
        })
    }

    async fn once(self, method: Method, path: &str, body: Option<&str>, manner: &Manner) -> Result<Answer> {
        let begun = (js_sys::Date::now(), clock());
        let result = transmit(method, path, body, manner.until.as_ref()).await;
        self.note(begun, (method, path, body), manner, result)
    }

    /// Records a call that has ended, and makes a problem of an answer that is one.
    #[expect(clippy::result_large_err, reason = "one problem per call, and nothing here is hot")]
    fn note(
        self,
        (at, start): (f64, f64),
        (method, path, body): (Method, &str, Option<&str>),
        manner: &Manner,
        result: Result<Answer>,
    ) -> Result<Answer> {
        let ms = clock() - start;
        let given_up = manner.until.as_ref().is_some_and(AbortSignal::aborted);
        if !given_up {
            self.connectivity.reached(result.is_ok());
        }
        let (bytes, status, request_id) = match &result {
            Ok(answer) => (answer.text.len(), answer.status, answer.request_id.clone()),
            Err(_) => (0, 0, None),
        };
        let result = match result {
            Ok(answer) if answer.status >= 400 => Err(problem(&answer)),
            result => result,
        };
        if !manner.unseen {
            let body = body.filter(|_| !manner.secret).map(Body::of);
            let problem = result.as_ref().err().cloned();
            let (method, path, secret) = (method.as_str(), path.to_owned(), manner.secret);
            self.console
                .record(at, Call { method, path, status, ms, bytes, request_id, body, secret, problem });
        }
        result
    }
}

async fn transmit(
    method: Method,
    path: &str,
    body: Option<&str>,
    until: Option<&AbortSignal>,
) -> Result<Answer> {
    let builder = RequestBuilder::new(path)
        .method(match method {
            Method::Get => gloo_net::http::Method::GET,
            Method::Post => gloo_net::http::Method::POST,
            Method::Put => gloo_net::http::Method::PUT,
            Method::Patch => gloo_net::http::Method::PATCH,
            Method::Delete => gloo_net::http::Method::DELETE,
        })
        .abort_signal(until)
        .credentials(web_sys::RequestCredentials::SameOrigin)
        .header("Accept", "application/json");
    let sent = match body {
        Some(text) => match builder.header("Content-Type", "application/json").body(text) {
            Ok(request) => request.send().await,
            Err(error) => Err(error),
        },
        None => builder.send().await,
    };
    let response = sent.map_err(|_| unreachable_problem())?;
    let (status, next, request_id) =
        (response.status(), next_page(&response), header(&response, "X-Request-Id"));
    let text = response.text().await.map_err(|_| unreachable_problem())?;
    Ok(Answer { status, text, next, request_id })
}

fn header(response: &Response, name: &str) -> Option<String> {
    response.headers().get(name)
}

/// Path and query out of `Link: </api/jobs?before=7>; rel="next"`.
fn next_page(response: &Response) -> Option<String> {
    let link = header(response, "Link")?;
    let part = link.split(',').find(|part| part.contains("rel=\"next\"") || part.contains("rel=next"))?;
    let address = part.split_once('<')?.1.split_once('>')?.0;
    Some(address.to_owned())
}

#[expect(clippy::result_large_err, reason = "one problem per call, and nothing here is hot")]
fn encode<B: Serialize>(body: &B) -> Result<String> {
    serde_json::to_string(body).map_err(|_| unreadable("what was to be sent", None))
}

/// Never inlined: what reads a type is large and is needed by several calls.
#[inline(never)]
#[expect(clippy::result_large_err, reason = "one problem per call, and nothing here is hot")]
fn parse<T: DeserializeOwned>(answer: &Answer) -> Result<T> {
    let text = if answer.text.is_empty() { "null" } else { &answer.text };
    json::read(text).map_err(|error| unreadable(error.0, answer.request_id.clone()))
}

fn problem(answer: &Answer) -> Problem {
    json::read::<Problem>(&answer.text).map_or_else(
        |_| Problem {
            title: "The server answered with an error".to_owned(),
            status: answer.status,
            detail: "The answer did not come from Howdah; something between may have made it.".to_owned(),
            code: UNREADABLE.to_owned(),
            request_id: answer.request_id.clone(),
            ..Problem::default()
        },
        |mut problem| {
            problem.request_id = problem.request_id.or_else(|| answer.request_id.clone());
            problem
        },
    )
}

fn unreachable_problem() -> Problem {
    Problem {
        title: "Howdah cannot be reached".to_owned(),
        detail: "No answer came. It is tried again by itself; what you see may be out of date until then."
            .to_owned(),
        code: UNREACHABLE.to_owned(),
        ..Problem::default()
    }
}

fn unreadable(why: &str, request_id: Option<String>) -> Problem {
    Problem {
        title: "The answer cannot be read".to_owned(),
        detail: format!("Reload the page: it may be older than the server. ({why})"),
        code: UNREADABLE.to_owned(),
        request_id,
        ..Problem::default()
    }
}

/// Milliseconds on a clock that only goes forward.
fn clock() -> f64 {
    window().performance().map_or_else(js_sys::Date::now, |performance| performance.now())
}
