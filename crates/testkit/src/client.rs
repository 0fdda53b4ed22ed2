//! A client of Howdah's API.

use std::fmt::{self, Write};
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::EventStream;
use crate::raw::raw;

/// Who a client is.
#[derive(Clone)]
enum Identity {
    Nobody,
    Cookie(String),
    Bearer(String),
}

/// Sends requests to one Howdah as one account.
///
/// A cookie is sent by hand with the `Origin` a browser would send: the cookie is `Secure`, and no cookie store
/// gives it back over plain HTTP.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    identity: Identity,
    /// The account's name, for messages.
    pub name: String,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Client {
    /// A client that has not signed in. `base` is like `http://127.0.0.1:8080`.
    pub fn nobody(base: &str) -> Self {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_mins(1))
            // Sooner than Howdah closes idle connections: a request that crosses with that is lost.
            .pool_idle_timeout(Duration::from_secs(2))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("an HTTP client");
        Self { http, base: base.to_owned(), identity: Identity::Nobody, name: "nobody".to_owned() }
    }

    /// The same with a bearer token.
    pub fn token(base: &str, name: &str, secret: &str) -> Self {
        let mut client = Self::nobody(base);
        client.identity = Identity::Bearer(secret.to_owned());
        name.clone_into(&mut client.name);
        client
    }

    /// The same with the value of a session cookie.
    pub fn cookie(base: &str, name: &str, value: &str) -> Self {
        let mut client = Self::nobody(base);
        client.identity = Identity::Cookie(value.to_owned());
        name.clone_into(&mut client.name);
        client
    }

    /// Signs in with a password; fails when that is refused. Waits where it is told to: tests sign in side by side,
    /// and attempts that have not come to their end count as failed ones.
    pub async fn sign_in(base: &str, account: &str, password: &str) -> Self {
        let body = serde_json::json!({"account": account, "password": password});
        let mut answer = Self::nobody(base).post("/api/session", body.clone()).await;
        for _ in 0..5 {
            let Some(wait) = answer.header("retry-after").and_then(|wait| wait.parse().ok()) else { break };
            tokio::time::sleep(Duration::from_secs(wait)).await;
            answer = Self::nobody(base).post("/api/session", body.clone()).await;
        }
        let answer = answer.ok();
        let secret = answer.session_cookie().unwrap_or_else(|| panic!("no session cookie: {answer}"));
        Self::cookie(base, account, &secret)
    }

    /// The secret it sends, where it has one.
    pub fn secret(&self) -> Option<&str> {
        match &self.identity {
            Identity::Nobody => None,
            Identity::Cookie(secret) | Identity::Bearer(secret) => Some(secret),
        }
    }

    /// The port of the Howdah it speaks to.
    pub fn port(&self) -> u16 {
        self.base.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a base with a port")
    }

    /// The address it speaks to.
    pub fn base(&self) -> &str {
        &self.base
    }

    fn headers(&self, method: &Method) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let mut set = |name: &'static str, value: &str| {
            headers
                .insert(HeaderName::from_static(name), HeaderValue::from_str(value).expect("a header value"));
        };
        match &self.identity {
            Identity::Nobody => set("origin", &self.base),
            Identity::Cookie(secret) => {
                set("cookie", &format!("__Host-howdah={secret}"));
                if !method.is_safe() {
                    set("origin", &self.base);
                }
            }
            Identity::Bearer(secret) => set("authorization", &format!("Bearer {secret}")),
        }
        headers
    }

    /// A request with more headers than usual. `path` begins with `/`.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        more: &[(&str, &str)],
    ) -> Answer {
        self.try_send(method.clone(), path, body, more)
            .await
            .unwrap_or_else(|error| panic!("{method} {path}: {error:?}"))
    }

    /// The same, where the connection may break.
    pub async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        more: &[(&str, &str)],
    ) -> Result<Answer, reqwest::Error> {
        let label = format!("{method} {path} as {}", self.name);
        let mut headers = self.headers(&method);
        for (name, value) in more {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a header name");
            headers.insert(name, HeaderValue::from_str(value).expect("a header value"));
        }
        if path
            .split(['/', '?'])
            .any(|part| part.eq_ignore_ascii_case("%2E") || part.eq_ignore_ascii_case("%2E%2E"))
        {
            return Ok(self.send_raw(&method, path, body.as_ref(), &headers, label));
        }
        let mut request = self.http.request(method, format!("{}{path}", self.base)).headers(headers);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let kind = headers.get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
        // A stream of events has no end; see `events`.
        let body =
            if kind.starts_with("text/event-stream") { Vec::new() } else { response.bytes().await?.to_vec() };
        Ok(Answer { status: status.as_u16(), headers, body, label })
    }

    /// Clients take the segments `.` and `..` out of a path, encoded or not; these bytes are sent as they are.
    fn send_raw(
        &self,
        method: &Method,
        path: &str,
        body: Option<&Value>,
        headers: &HeaderMap,
        label: String,
    ) -> Answer {
        let body = body.map(Value::to_string).unwrap_or_default();
        let mut request =
            format!("{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n", self.port());
        for (name, value) in headers {
            let _ = write!(request, "{name}: {}\r\n", value.to_str().expect("a header value"));
        }
        if !body.is_empty() {
            request.push_str("Content-Type: application/json\r\n");
        }
        let _ = write!(request, "Content-Length: {}\r\n\r\n{body}", body.len());
        let answer = raw(self.port(), request.as_bytes());
        let mut headers = HeaderMap::new();
        for (name, value) in &answer.headers {
            if let (Ok(name), Ok(value)) =
                (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
            {
                headers.append(name, value);
            }
        }
        Answer { status: answer.status, headers, body: answer.body.into_bytes(), label }
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None, &[]).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body), &[]).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None, &[]).await
    }

    /// POST with a body that is sent as it is; answers also where the connection is broken off.
    pub async fn post_bytes(&self, path: &str, bytes: impl Into<reqwest::Body>) -> Answer {
        let label = format!("POST {path} as {}", self.name);
        let request = self.http.post(format!("{}{path}", self.base)).headers(self.headers(&Method::POST));
        let response = request.body(bytes).send().await.unwrap_or_else(|error| panic!("{label}: {error:?}"));
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await.unwrap_or_else(|error| panic!("{label}: {error:?}")).to_vec();
        Answer { status: status.as_u16(), headers, body, label }
    }

    /// GET of something long, to be read piece by piece and without a limit of time.
    pub async fn download(&self, path: &str) -> reqwest::Response {
        let http = reqwest::Client::builder().build().expect("an HTTP client");
        let request = http.get(format!("{}{path}", self.base)).headers(self.headers(&Method::GET));
        request.send().await.unwrap_or_else(|error| panic!("GET {path}: {error:?}"))
    }

    /// Opens an event stream, from after an id where one is given.
    pub async fn events(&self, path: &str, last_id: Option<&str>) -> EventStream {
        // The time limit of the ordinary client covers the body too.
        let http = reqwest::Client::builder().build().expect("an HTTP client");
        let mut request = http.get(format!("{}{path}", self.base)).headers(self.headers(&Method::GET));
        if let Some(id) = last_id {
            request = request.header("last-event-id", id);
        }
        EventStream::new(request.send().await.expect("open the event stream"))
    }
}

/// An answer that has come in full.
#[derive(Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// All headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    label: String,
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} answered {}: {}",
            self.label,
            self.status,
            self.text().chars().take(2000).collect::<String>()
        )
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Answer {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    pub fn value(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("not JSON ({error}): {self}"))
    }

    /// The body as JSON, or null where it is none.
    pub fn value_or_null(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The body as a wire type.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("another shape ({error}): {self}"))
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// `X-Request-Id`, which every answer carries.
    pub fn request_id(&self) -> String {
        self.header("x-request-id").unwrap_or_else(|| panic!("no X-Request-Id: {self}")).to_owned()
    }

    /// Fails unless the status is 2xx.
    pub fn ok(self) -> Self {
        let success = StatusCode::from_u16(self.status).is_ok_and(|status| status.is_success());
        assert!(success, "{self}");
        self
    }

    /// Fails unless the status is this one.
    pub fn status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{self}");
        self
    }

    /// Fails unless it is a problem document of this status and code, as RFC 9457 and our contract want it.
    pub fn problem(self, status: u16, code: &str) -> Value {
        assert_eq!(self.status, status, "expected {code}: {self}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self}");
        let problem = self.value();
        assert_eq!(problem["code"], code, "{self}");
        assert_eq!(problem["status"], status, "{self}");
        assert_eq!(problem["type"], format!("/api/docs#{code}"), "{self}");
        assert_eq!(problem["requestId"], self.request_id(), "{self}");
        for field in ["title", "detail"] {
            assert!(problem[field].as_str().is_some_and(|text| !text.is_empty()), "no {field}: {self}");
        }
        problem
    }

    /// The codes of the refused fields, as `field:code`, of a 422.
    pub fn refused_fields(self) -> Vec<String> {
        let problem = self.problem(422, "request.fields");
        let errors = problem["errors"].as_array().cloned().unwrap_or_default();
        let text = |error: &Value, key: &str| error[key].as_str().unwrap_or_default().to_owned();
        errors.iter().map(|error| format!("{}:{}", text(error, "field"), text(error, "code"))).collect()
    }

    /// The value of the session cookie that it sets.
    pub fn session_cookie(&self) -> Option<String> {
        let cookies = self.headers.get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        cookies
            .filter_map(|cookie| cookie.strip_prefix("__Host-howdah="))
            .map(|rest| rest.split(';').next().unwrap_or_default().to_owned())
            .find(|value| !value.is_empty())
    }
}
