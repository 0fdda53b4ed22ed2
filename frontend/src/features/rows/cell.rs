//! One cell, whole.

use howdah_types::problem::Problem;
use howdah_types::rows::{Column, RowsPage};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::grid::At;
use super::json::pretty;
use super::page::Place;
use super::values::is_json;
use crate::api::{self, Api, use_api};
use crate::ui::{Button, CopyButton, Dialog, DialogActions, DialogSize, ErrorNotice, Skeleton, format};

/// A cell that is looked at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Viewed {
    pub(super) column: Column,
    /// What the page holds of it.
    value: Option<String>,
    /// Bytes of the whole value where the page holds only a part.
    bytes: Option<i64>,
    /// Where its row lies; none for views and foreign tables.
    address: Option<String>,
    row: usize,
}

impl Viewed {
    /// The cell at a place of the page.
    pub(super) fn at(page: &RowsPage, at: At) -> Option<Self> {
        let here = |row: u32, column: u32| row as usize == at.row && column as usize == at.column;
        Some(Self {
            column: page.columns.get(at.column)?.clone(),
            value: page.rows.get(at.row)?.get(at.column)?.clone(),
            bytes: page.truncated.iter().find(|t| here(t.row, t.column)).map(|t| t.bytes),
            address: page.addresses.get(at.row).cloned().flatten(),
            row: at.row,
        })
    }

    /// The whole value, fetched where the page holds only a part and its row can be found again.
    pub(super) async fn whole(&self, api: Api, place: &Place) -> api::Result<Option<String>> {
        match (self.bytes, &self.address) {
            (Some(_), Some(address)) => {
                let Place { database, schema, table } = place;
                api::rows::cell(api, database, schema, table, &self.column.name, address)
                    .await
                    .map(|cell| cell.value)
            }
            _ => Ok(self.value.clone()),
        }
    }

    /// It is cut, and the rest cannot be fetched.
    fn stays_cut(&self) -> bool {
        self.bytes.is_some() && self.address.is_none()
    }
}

#[component]
pub(super) fn CellDialog(place: Place, viewed: Viewed, close: Callback<()>) -> impl IntoView {
    let api = use_api();
    let title = format!("{} of row {}", viewed.column.name, viewed.row + 1);
    let whole = RwSignal::new(None::<Result<Option<String>, Problem>>);
    let cell = viewed.clone();
    spawn_local(async move {
        let answer = cell.whole(api, &place).await;
        whole.try_set(Some(answer));
    });
    let viewed = StoredValue::new(viewed);
    let content = move || match whole.get() {
        None => view! { <Skeleton rows=4 /> }.into_any(),
        Some(Err(problem)) => view! { <ErrorNotice problem /> }.into_any(),
        Some(Ok(value)) => view! { <Value value viewed=viewed.get_value() /> }.into_any(),
    };
    view! {
        <Dialog
            open=RwSignal::new(true)
            title
            size=DialogSize::Large
            on_close=close
            on_submit=close
        >
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
    let (raw, laid_out) = (StoredValue::new(value), StoredValue::new(laid_out));
    let content = move || {
        match (raw.get_value(), laid_out.get_value().filter(|_| as_lines.get())) {
        (None, _) => view! { <p class="cell-value"><span class="null">"NULL"</span></p> }.into_any(),
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
            <span class="right">{switch}{copied}</span>
        </div>
        {content}
        {cut}
    }
}

/// `jsonb · 18 kB · 18,432 characters`
fn facts(value: Option<&str>, viewed: &Viewed) -> String {
    let size = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let length = value.map(|text| {
        let bytes = viewed.bytes.unwrap_or_else(|| size(text.len()));
        let characters = format::plural(size(text.chars().count()), "character", "characters");
        format!(" · {} · {characters}", format::bytes(bytes))
    });
    format!("{}{}", viewed.column.type_name, length.unwrap_or_default())
}
