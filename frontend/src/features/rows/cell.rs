//! One cell, whole.

use std::sync::Arc;

use howdah_types::problem::Problem;
use howdah_types::row_changes::NewValue;
use howdah_types::rows::Column;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use super::json::pretty;
use super::values::is_json;
use super::window::Record;
use crate::api::rows::Place;
use crate::api::{self, Api, use_api};
use crate::ui::{
    Button, CopyButton, Dialog, DialogActions, DialogSize, ErrorNotice, IconName, Skeleton, format,
};

/// A cell that is looked at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Viewed {
    pub(super) column: Column,
    pub(super) index: usize,
    pub(super) record: Arc<Record>,
    /// What stands in the cell in place of what was read.
    pub(super) staged: Option<NewValue>,
}

/// The whole value, fetched where only a part is here and its row can be found again.
pub(super) async fn whole(
    api: Api,
    place: &Place,
    column: &Column,
    record: &Record,
    index: usize,
) -> api::Result<Option<String>> {
    match (record.cut_at(index), &record.address) {
        (Some(_), Some(address)) => {
            api::rows::cell(api, place, &column.name, address).await.map(|cell| cell.value)
        }
        _ => Ok(record.values.get(index).cloned().flatten()),
    }
}

impl Viewed {
    fn bytes(&self) -> Option<i64> {
        if self.staged.is_some() {
            return None;
        }
        self.record.cut_at(self.index)
    }

    /// It is cut, and the rest cannot be fetched.
    fn stays_cut(&self) -> bool {
        self.bytes().is_some() && self.record.address.is_none()
    }
}

#[component]
pub(super) fn CellDialog(place: Place, viewed: Viewed, close: Callback<()>) -> impl IntoView {
    let api = use_api();
    let title = viewed.column.name.clone();
    let value = RwSignal::new(None::<Result<Option<String>, Problem>>);
    let cell = viewed.clone();
    spawn_local(async move {
        if let Some(staged) = &cell.staged {
            value.set(Some(Ok(staged.text().map(ToOwned::to_owned))));
            return;
        }
        let answer = whole(api, &place, &cell.column, &cell.record, cell.index).await;
        value.try_set(Some(answer));
    });
    let viewed = StoredValue::new(viewed);
    let content = move || match value.get() {
        None => view! { <Skeleton rows=4 /> }.into_any(),
        Some(Err(problem)) => view! { <ErrorNotice problem /> }.into_any(),
        Some(Ok(value)) => view! { <Value value viewed=viewed.get_value() /> }.into_any(),
    };
    view! {
        <Dialog open=RwSignal::new(true) title size=DialogSize::Large on_close=close on_submit=close>
            {content}
            <DialogActions>
                <Button submit=true>"Close"</Button>
            </DialogActions>
        </Dialog>
    }
}

#[component]
fn Value(value: Option<String>, viewed: Viewed) -> impl IntoView {
    let facts = facts(value.as_deref(), &viewed);
    let cut = viewed.stays_cut().then(|| {
        view! { <p class="reason">"Only the beginning: rows of a view cannot be found again to fetch the rest."</p> }
    });
    let laid_out =
        value.as_deref().filter(|_| is_json(&viewed.column) && !viewed.stays_cut()).and_then(pretty);
    let as_lines = RwSignal::new(laid_out.is_some());
    let switch = laid_out.is_some().then(|| {
        view! {
            <label class="switch">
                <input type="checkbox" prop:checked=as_lines on:change=move |e| as_lines.set(event_target_checked(&e)) />
                "Laid out"
            </label>
        }
    });
    let copied =
        value.clone().map(|text| view! { <CopyButton text=text label="Copy" title="Copy the value" /> });
    let download = value.clone().filter(|_| !viewed.stays_cut()).map(|text| {
        let (name, text) = (viewed.column.name.clone(), StoredValue::new(text));
        let binary = viewed.column.type_oid == 17;
        let click = move |_| text.with_value(|text| download(&name, text, binary));
        view! { <Button icon=IconName::Download on_click=click>"Download"</Button> }
    });
    let nothing = if viewed.staged == Some(NewValue::Default) { "the default" } else { "NULL" };
    let (raw, laid_out) = (StoredValue::new(value), StoredValue::new(laid_out));
    let content = move || {
        match (raw.get_value(), laid_out.get_value().filter(|_| as_lines.get())) {
        (None, _) => view! { <p class="cell-value"><span class="null">{nothing}</span></p> }.into_any(),
        (Some(text), _) if text.is_empty() => {
            view! { <p class="cell-value"><span class="null">"an empty text"</span></p> }.into_any()
        }
        (Some(text), laid_out) => view! {
            <pre class="cell-value" tabindex="0" role="group" aria-label="Value">{laid_out.unwrap_or(text)}</pre>
        }
        .into_any(),
    }
    };
    view! {
        <div class="cell-bar">
            <span>{facts}</span>
            <span class="right">{switch}{copied}{download}</span>
        </div>
        {content}
        {cut}
    }
}

/// Gives a value to the browser as a file: bytea as its bytes, everything else as its text.
fn download(name: &str, text: &str, binary: bool) {
    let bytes = binary.then(|| unhex(text)).flatten();
    let parts = js_sys::Array::new();
    match &bytes {
        Some(bytes) => parts.push(&js_sys::Uint8Array::from(bytes.as_slice())),
        None => parts.push(&text.into()),
    };
    let Ok(blob) = web_sys::Blob::new_with_u8_array_sequence(&parts) else { return };
    let Ok(address) = web_sys::Url::create_object_url_with_blob(&blob) else { return };
    let link =
        document().create_element("a").ok().and_then(|a| a.dyn_into::<web_sys::HtmlAnchorElement>().ok());
    if let Some(link) = link {
        link.set_href(&address);
        link.set_download(&format!("{name}.{}", if bytes.is_some() { "bin" } else { "txt" }));
        link.click();
    }
    let _ = web_sys::Url::revoke_object_url(&address);
}

/// The bytes of `\x…`; none where it is written in another way.
fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\x")?.as_bytes();
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.chunks(2).map(pair).collect()
}

/// `jsonb · 18 kB · 18,432 characters`
fn facts(value: Option<&str>, viewed: &Viewed) -> String {
    let size = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let length = value.map(|text| {
        let bytes = viewed.bytes().unwrap_or_else(|| size(text.len()));
        let characters = format::plural(size(text.chars().count()), "character", "characters");
        format!(" · {} · {characters}", format::bytes(bytes))
    });
    let staged = if viewed.staged.is_some() { " · not applied yet" } else { "" };
    format!("{}{}{staged}", viewed.column.type_name, length.unwrap_or_default())
}
