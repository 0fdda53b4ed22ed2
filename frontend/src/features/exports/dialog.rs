//! The dialog: which rows and columns, as what, and how.

use howdah_types::exports::{ExportFormat, ExportOptions};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::About;
use super::progress::{Told, Watch};
use crate::api;
use crate::api::rows::RowsQuery;
use crate::ui::{
    Button, ButtonKind, CheckField, Dialog, DialogActions, FormErrors, SelectField, TextField, format,
};

/// What is chosen.
#[derive(Debug, Clone, Copy)]
struct Choice {
    /// `all` or `shown`.
    rows: RwSignal<String>,
    columns: RwSignal<String>,
    sorted: RwSignal<bool>,
    format: RwSignal<String>,
    header: RwSignal<bool>,
    delimiter: RwSignal<String>,
    null: RwSignal<String>,
    bom: RwSignal<bool>,
    formulas: RwSignal<bool>,
}

impl Choice {
    fn new(shown: &RowsQuery) -> Self {
        let filtered = is_filtered(shown);
        let text = |on: bool| RwSignal::new(if on { "shown" } else { "all" }.to_owned());
        Self {
            rows: text(filtered),
            columns: text(!shown.columns.is_empty()),
            sorted: RwSignal::new(!shown.sort.is_empty()),
            format: RwSignal::new(ExportFormat::Csv.as_str().to_owned()),
            header: RwSignal::new(true),
            delimiter: RwSignal::new(",".to_owned()),
            null: RwSignal::new(String::new()),
            bom: RwSignal::new(false),
            formulas: RwSignal::new(false),
        }
    }

    /// Tracked.
    fn kind(self) -> ExportFormat {
        let word = self.format.get();
        ExportFormat::ALL.into_iter().find(|kind| kind.as_str() == word).unwrap_or_default()
    }

    fn query(self, shown: &RowsQuery) -> RowsQuery {
        let mut query = RowsQuery::default();
        if self.rows.get_untracked() == "shown" {
            query.filter.clone_from(&shown.filter);
            query.condition.clone_from(&shown.condition);
        }
        if self.columns.get_untracked() == "shown" {
            query.columns.clone_from(&shown.columns);
        }
        if self.sorted.get_untracked() {
            query.sort.clone_from(&shown.sort);
        }
        query
    }

    /// What the format does not have stays as it usually is.
    fn options(self) -> Option<ExportOptions> {
        let format = untrack(|| self.kind());
        let mut options = ExportOptions { format, ..ExportOptions::default() };
        if is_text(format) {
            options.header = self.header.get_untracked();
            options.null = self.null.get_untracked();
            options.bom = self.bom.get_untracked();
            options.formulas = self.formulas.get_untracked();
        }
        if format == ExportFormat::Csv {
            options.delimiter = self.delimiter.with_untracked(|text| one(text))?;
        }
        Some(options)
    }
}

fn is_filtered(shown: &RowsQuery) -> bool {
    !shown.filter.is_empty() || shown.condition.is_some()
}

fn is_text(format: ExportFormat) -> bool {
    matches!(format, ExportFormat::Csv | ExportFormat::Tsv)
}

/// The one character that a delimiter is.
fn one(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let first = chars.next().filter(|c| c.is_ascii() && !matches!(c, '\n' | '\r' | '\0' | '"'))?;
    chars.next().is_none().then_some(first)
}

#[component]
pub(super) fn ExportDialog(about: About) -> impl IntoView {
    let choice = Choice::new(&about.shown);
    let errors = FormErrors::new();
    let watch = Watch::new(about.place.table.clone());
    let title = format!("Export {}", about.place.table);
    let close = about.close;
    let about = StoredValue::new(about);
    let begin = move |()| {
        errors.clear();
        let Some(options) = choice.options() else {
            let message = "Give one ASCII character other than a quote or a line break.";
            errors.put("delimiter", "oneCharacter", message);
            return;
        };
        if options.null.contains(['\n', '\r', '"', '\t', options.delimiter]) {
            let message = "It must hold no tab, quote or delimiter, or it could not be read back.";
            errors.put("null", "invalid", message);
            return;
        }
        let id = api::exports::new_id();
        let to = about.with_value(|about| {
            api::exports::address(&about.place, &choice.query(&about.shown), &options, &id)
        });
        watch.begin(id, &to);
        hold_focus();
    };
    let again = Callback::new(move |()| {
        watch.again();
        hold_focus();
    });
    let submit = move |()| {
        if watch.has_begun() {
            close.run(());
        } else {
            begin(());
        }
    };
    let body = move || {
        if watch.begun() {
            view! {
                <Told watch />
                <DialogActions>
                    <Button on_click=move |_| again.run(())>
                        {move || if watch.failed() { "Change it and try again" } else { "Export something else" }}
                    </Button>
                    <Button kind=ButtonKind::Primary submit=true>"Close"</Button>
                </DialogActions>
            }
            .into_any()
        } else {
            view! {
                <Scope about choice />
                <Written choice errors />
                <DialogActions>
                    <Button kind=ButtonKind::Quiet on_click=move |_| close.run(())>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true>"Export"</Button>
                </DialogActions>
            }
            .into_any()
        }
    };
    view! {
        <Dialog open=RwSignal::new(true) title problem=errors.problem() on_submit=submit on_close=close>
            <div class="export">{body}</div>
        </Dialog>
    }
}

/// Which rows and columns; what is not narrowed needs no question.
#[component]
fn Scope(about: StoredValue<About>, choice: Choice) -> impl IntoView {
    let (shown, count) = about.with_value(|about| (about.shown.clone(), about.rows.clone()));
    let rows = is_filtered(&shown).then(|| {
        let mine = if count.is_empty() {
            "The rows that the filter shows".to_owned()
        } else {
            format!("The rows that the filter shows ({count})")
        };
        let options = vec![("all".to_owned(), "All rows".to_owned()), ("shown".to_owned(), mine)];
        view! { <SelectField label="Rows" value=choice.rows options=Signal::stored(options) /> }
    });
    let columns = (!shown.columns.is_empty()).then(|| {
        let n = i64::try_from(shown.columns.len()).unwrap_or(i64::MAX);
        let mine = if n == 1 {
            "The column that is shown".to_owned()
        } else {
            format!("The {} that are shown", format::plural(n, "column", "columns"))
        };
        let options = vec![("all".to_owned(), "All columns".to_owned()), ("shown".to_owned(), mine)];
        view! { <SelectField label="Columns" value=choice.columns options=Signal::stored(options) /> }
    });
    let sorted = (!shown.sort.is_empty())
        .then(|| view! { <CheckField label="In the order that is shown" value=choice.sorted /> });
    let whole = rows.is_none().then(|| {
        let text = if count.is_empty() { "All rows.".to_owned() } else { format!("All rows: {count}.") };
        view! { <p class="muted">{text}</p> }
    });
    view! { {whole} {rows} {columns} {sorted} }
}

const FORMATS: [(ExportFormat, &str, &str); 7] = [
    (
        ExportFormat::Csv,
        "CSV",
        "For spreadsheets and other programs. NULL is nothing, an empty text is \"\".",
    ),
    (ExportFormat::Tsv, "Tab-separated values", "Like CSV, with a tab between values."),
    (ExportFormat::Json, "JSON", "One array of objects. Numbers are written digit for digit."),
    (ExportFormat::Ndjson, "JSON lines", "One object on each line: easy to read piece by piece."),
    (ExportFormat::Sql, "SQL", "INSERT statements for a table that is there."),
    (ExportFormat::Markdown, "Markdown", "A table for documents."),
    (
        ExportFormat::Xlsx,
        "Excel",
        "Numbers that a spreadsheet would round are written as text. What does not fit on a sheet goes on on the next.",
    ),
];

/// The format, and the options that it has.
#[component]
fn Written(choice: Choice, errors: FormErrors) -> impl IntoView {
    let options = FORMATS.map(|(format, name, _)| (format.as_str().to_owned(), name.to_owned())).to_vec();
    let help = move || {
        let kind = choice.kind();
        FORMATS.iter().find(|(format, ..)| *format == kind).map(|(_, _, help)| *help)
    };
    let text = Memo::new(move |_| is_text(choice.kind()));
    let csv = Memo::new(move |_| choice.kind() == ExportFormat::Csv);
    view! {
        <div class="export-format">
            <SelectField label="Format" value=choice.format options=Signal::stored(options) />
            <p class="field-help" role="status">{help}</p>
        </div>
        <Show when=move || text.get()>
            <div class="export-options">
                <Show when=move || csv.get()>
                    <TextField label="Between values" value=choice.delimiter mono=true error=errors.of("delimiter") />
                </Show>
                <TextField label="NULL is written as" value=choice.null mono=true placeholder="nothing at all" error=errors.of("null") />
            </div>
            <CheckField label="The first row holds the names" value=choice.header />
            <CheckField label="A mark in front by which Excel knows UTF-8" value=choice.bom />
            <CheckField
                label="Leave texts that look like formulas as they are"
                help="A spreadsheet runs texts that begin with =, +, - or @. Otherwise they get a ' in front; numbers and dates never do."
                value=choice.formulas
            />
        </Show>
    }
}

/// The buttons are others now: the focus is on the one that is pressed next.
fn hold_focus() {
    request_animation_frame(|| {
        let next =
            document().query_selector("dialog[open] .dialog-actions button[type=submit]").ok().flatten();
        if let Some(next) = next.and_then(|next| next.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = next.focus();
        }
    });
}
