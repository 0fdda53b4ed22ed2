//! Files as the body of a call. `fetch` does not tell how much was sent; `XMLHttpRequest` does.

use howdah_types::problem::Code;
use js_sys::Promise;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, File, ProgressEvent, XmlHttpRequest};

use super::{Answer, Api, Manner, Method, Result, clock, parse, unreachable_problem};

impl Api {
    /// Sends a file as it is, and again after the person has signed in again. `sent` is told how many bytes are under
    /// way; aborting `until` stops it.
    pub async fn send_file<T: DeserializeOwned>(
        self,
        path: &str,
        file: &File,
        sent: impl Fn(f64) + Clone + 'static,
        until: &AbortSignal,
    ) -> Result<T> {
        let manner = Manner { until: Some(until.clone()), ..Manner::default() };
        loop {
            let begun = (js_sys::Date::now(), clock());
            let result = transmit(path, file, sent.clone(), until).await;
            match self.note(begun, (Method::Post, path, None), &manner, result) {
                Err(problem) if problem.code == Code::SignInRequired.as_str() => {
                    if !self.session.renewed().await {
                        return Err(problem);
                    }
                }
                result => return parse(&result?),
            }
        }
    }
}

async fn transmit(
    path: &str,
    file: &File,
    sent: impl Fn(f64) + 'static,
    until: &AbortSignal,
) -> Result<Answer> {
    let request = open(path).ok_or_else(unreachable_problem)?;
    let progress = Closure::<dyn FnMut(ProgressEvent)>::new(move |event: ProgressEvent| sent(event.loaded()));
    if let Ok(upload) = request.upload() {
        upload.set_onprogress(Some(progress.as_ref().unchecked_ref()));
    }
    let (stopped, asked) = (request.clone(), until.clone());
    let abort = Closure::<dyn FnMut()>::new(move || {
        let _ = stopped.abort();
    });
    asked.set_onabort(Some(abort.as_ref().unchecked_ref()));
    let ended = request.clone();
    let end = Promise::new(&mut |resolve, _| ended.set_onloadend(Some(&resolve)));
    let begun = !until.aborted() && request.send_with_opt_blob(Some(file)).is_ok();
    if begun {
        let _ = JsFuture::from(end).await;
    }
    request.set_onloadend(None);
    asked.set_onabort(None);
    let status = request.status().unwrap_or(0);
    if status == 0 {
        return Err(unreachable_problem());
    }
    let text = request.response_text().ok().flatten().unwrap_or_default();
    let request_id = request.get_response_header("X-Request-Id").ok().flatten();
    Ok(Answer { status, text, next: None, request_id })
}

fn open(path: &str) -> Option<XmlHttpRequest> {
    let request = XmlHttpRequest::new().ok()?;
    request.open_with_async("POST", path, true).ok()?;
    request.set_request_header("Accept", "application/json").ok()?;
    request.set_request_header("Content-Type", "application/octet-stream").ok()?;
    Some(request)
}
