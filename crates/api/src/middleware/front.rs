//! The outermost layer: request id and span, host, origin, sizes; and on the way back the problem body, the headers,
//! metrics and the trace.

use std::rc::Rc;
use std::sync::Arc;

use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use howdah_types::problem::Code;
use howdah_types::trace::Trace;
use tracing::Instrument as _;

use super::{headers, host, origin, proxy};
use crate::context::State;
use crate::extract::actor::RequestInfo;
use crate::problem::{self, Failure};

/// The most bytes of all header fields together.
const HEADER_LIMIT: usize = 32 << 10;

/// Where files are sent to.
const UPLOADS: &str = "/api/uploads";

type Answer<B> = Result<ServiceResponse<EitherBody<B, BoxBody>>, Error>;

/// See the module's text.
pub(crate) async fn front<B: MessageBody + 'static>(
    state: Arc<State>,
    request: ServiceRequest,
    next: Next<B>,
) -> Answer<B> {
    let peer = request.peer_addr().map(|peer| peer.ip());
    let address = proxy::client(peer, request.headers(), &state.options.trusted_proxies);
    let agent = request
        .headers()
        .get(header::USER_AGENT)
        .map(|value| String::from_utf8_lossy(value.as_bytes()).chars().take(256).collect());
    let info = Rc::new(RequestInfo::new(request.method().clone(), address, agent));
    request.extensions_mut().insert(info.clone());
    let span = tracing::info_span!("request", id = %info.id, method = %info.method, path = request.path());
    async move {
        let response = match refuse(&state, &request) {
            Some(failure) => {
                let answer = failure.respond(Some(info.id.to_string()));
                request.into_response(answer).map_into_right_body()
            }
            None => answered(next.call(request).await?, &info),
        };
        Ok(finish(&state, &info, response))
    }
    .instrument(span)
    .await
}

/// What is refused before anybody looks who asks.
fn refuse(state: &State, request: &ServiceRequest) -> Option<Failure> {
    let headers = request.headers();
    let host = host_of(request);
    if !host::allowed(host, &state.options.allowed_hosts) {
        return Some(Failure::of(Code::HostRefused));
    }
    if *state.stop.borrow() {
        return Some(Failure::of(Code::ShuttingDown));
    }
    if !origin::allowed(request.method(), headers, host) {
        return Some(Failure::of(Code::OriginRefused));
    }
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if bytes > HEADER_LIMIT {
        return Some(Failure::too_large(HEADER_LIMIT));
    }
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let limit = state.options.body_limit;
    // A file is streamed; its route counts for itself.
    let file = request.path() == UPLOADS && request.method() == Method::POST;
    if !file && announced.and_then(|text| text.parse::<u64>().ok()).is_some_and(|bytes| bytes > limit as u64)
    {
        return Some(Failure::too_large(limit));
    }
    None
}

fn host_of(request: &ServiceRequest) -> &str {
    let mut given = request.headers().get_all(header::HOST);
    let first = given.next().and_then(|value| value.to_str().ok());
    // Two Host fields are a trick (RFC 9112 §3.2); an absolute request target counts more than the field.
    if given.next().is_some() {
        return "";
    }
    match request.uri().authority() {
        Some(authority) if first == Some(authority.as_str()) || first.is_none() => authority.as_str(),
        Some(_) => "",
        None => first.unwrap_or_default(),
    }
}

/// Gives errors their body.
fn answered<B>(response: ServiceResponse<B>, info: &RequestInfo) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let Some(failure) = response.response().error().map(problem::from_actix) else {
        return response.map_into_left_body();
    };
    let (request, old) = response.into_parts();
    let mut answer = failure.respond(Some(info.id.to_string()));
    // A refused sign-in may have taken the cookie back.
    for cookie in old.headers().get_all(header::SET_COOKIE) {
        answer.headers_mut().append(header::SET_COOKIE, cookie.clone());
    }
    ServiceResponse::new(request, answer).map_into_right_body()
}

/// Headers, metrics, log line and trace.
fn finish<B>(state: &State, info: &RequestInfo, mut response: ServiceResponse<B>) -> ServiceResponse<B> {
    let path = response.request().path();
    let api = path == "/metrics" || path.starts_with("/api");
    let (status, took) = (response.status(), info.started.elapsed());
    state.metrics.count(&info.method, info.route.get(), status.as_u16(), took);
    let ms = howdah_types::milliseconds(took);
    let account = info.account();
    if status.is_server_error() {
        tracing::warn!(status = status.as_u16(), ms, account, "answered");
    } else if origin::is_safe(&info.method) && !status.is_client_error() {
        tracing::debug!(status = status.as_u16(), ms, account, "answered");
    } else {
        tracing::info!(status = status.as_u16(), ms, account, "answered");
    }
    if let Some(account) = info.account_id().filter(|_| keeps_trace(info.route.get())) {
        state.traces.keep(info.id, account, trace_of(info, path, status.as_u16(), ms));
    }
    write_headers(response.headers_mut(), info, api);
    response
}

/// Reading traces must not push other traces out; streams have none.
fn keeps_trace(route: &str) -> bool {
    route != "other"
        && route != "/api/trace/{requestId}"
        && route != "/metrics"
        && !route.ends_with("/events")
}

fn trace_of(info: &RequestInfo, path: &str, status: u16, duration_ms: f64) -> Trace {
    let started = jiff::Timestamp::now().checked_sub(info.started.elapsed());
    Trace {
        request_id: info.id.to_string(),
        method: info.method.to_string(),
        path: path.to_owned(),
        status,
        started_at: started.map(|at| format!("{at:.6}")).unwrap_or_default(),
        duration_ms,
        statements: info.trace.statements(),
        dropped: info.trace.dropped(),
    }
}

fn write_headers(headers: &mut HeaderMap, info: &RequestInfo, api: bool) {
    let mut text = uuid::Uuid::encode_buffer();
    let text: &str = info.id.as_hyphenated().encode_lower(&mut text);
    if let Ok(id) = HeaderValue::from_str(text) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    headers::secure(headers, api);
}
