//! The second step: how the file is written. All of it is guessed, and all of it can be said otherwise.

use howdah_types::imports::{ImportFormat, ImportKind};
use leptos::prelude::*;

use super::body::Built;
use super::draft::Draft;
use super::inputs::{Entry, Pick};
use crate::ui::{format, new_id};

/// Encodings that files come in, the most usual first; any other label of the standard may be written.
const ENCODINGS: [&str; 14] = [
    "utf-8",
    "windows-1252",
    "iso-8859-15",
    "utf-16le",
    "utf-16be",
    "windows-1250",
    "windows-1251",
    "windows-1253",
    "windows-1254",
    "iso-8859-2",
    "koi8-r",
    "shift_jis",
    "gb18030",
    "big5",
];

/// What stands between two values.
const DELIMITERS: [(&str, &str); 4] =
    [(",", "Comma  ,"), (";", "Semicolon  ;"), ("\t", "Tab"), ("|", "Bar  |")];

/// How a field of the format is shown: as it was said, else as it was guessed (tracked).
fn shown<T: Clone>(draft: Draft, read: fn(&ImportFormat) -> &Option<T>) -> Option<T> {
    draft.said.with(|said| read(said).clone()).or_else(|| {
        draft.preview.with(|preview| preview.as_ref().and_then(|preview| read(&preview.format).clone()))
    })
}

fn word(kind: ImportKind) -> &'static str {
    match kind {
        ImportKind::Csv => "csv",
        ImportKind::Tsv => "tsv",
        ImportKind::Json => "json",
        ImportKind::Ndjson => "ndjson",
    }
}

#[component]
pub(super) fn FormatFields(draft: Draft, built: Memo<Built>) -> impl IntoView {
    let error = move |field: &'static str| {
        Signal::derive(move || {
            let whole = format!("format.{field}");
            draft.error(built, &whole).or_else(|| {
                draft.unread.with(|problem| {
                    let errors = problem.iter().flat_map(|problem| &problem.errors);
                    let mut mine = errors.filter(|error| error.field == whole || error.field == field);
                    mine.next().map(|error| error.message.clone())
                })
            })
        })
    };
    let say = move |change: Box<dyn FnOnce(&mut ImportFormat)>| draft.said.update(change);
    let kind = Memo::new(move |_| shown(draft, |format| &format.kind));
    let rows = Memo::new(move |_| matches!(kind.get(), Some(ImportKind::Csv | ImportKind::Tsv)));
    let kinds = [("csv", "CSV"), ("tsv", "Tab-separated"), ("json", "JSON array"), ("ndjson", "JSON lines")];
    let kinds = Signal::stored(kinds.map(|(key, text)| (key.to_owned(), text.to_owned())).to_vec());
    let choose = move |key: String| {
        let kind = [ImportKind::Csv, ImportKind::Tsv, ImportKind::Json, ImportKind::Ndjson]
            .into_iter()
            .find(|kind| word(*kind) == key);
        // What was said about one kind means nothing for another.
        say(Box::new(move |said| {
            *said = ImportFormat { kind, encoding: said.encoding.take(), ..ImportFormat::default() };
        }));
    };
    let encoding = move || shown(draft, |format| &format.encoding).unwrap_or_default();
    let skip = move || shown(draft, |format| &format.skip_lines).unwrap_or_default().to_string();
    view! {
        <div class="import-format">
            <Pick
                label="Kind"
                value=Signal::derive(move || kind.get().map(word).unwrap_or_default().to_owned())
                options=kinds
                on_change=choose
                error=error("kind")
            />
            <Entry
                label="Encoding"
                value=Signal::derive(encoding)
                list="import-encodings"
                on_change=move |text: String| say(Box::new(move |said| said.encoding = given(text)))
                error=error("encoding")
            />
            <datalist id="import-encodings">
                {ENCODINGS.map(|name| view! { <option value=name></option> }).collect_view()}
            </datalist>
            <Show when=move || kind.get() == Some(ImportKind::Csv)>
                <Delimiter draft error=error("delimiter") />
            </Show>
            <Show when=move || rows.get()>
                <Written draft error />
            </Show>
            <Entry
                label="Lines to skip"
                kind="number"
                value=Signal::derive(skip)
                on_change=move |text: String| {
                    say(Box::new(move |said| said.skip_lines = text.trim().parse().ok()));
                }
                error=error("skipLines")
            />
            <Show when=move || rows.get()>
                <Head draft />
            </Show>
        </div>
        <Guessed draft />
    }
}

/// `None` where nothing is written: it is guessed again.
fn given(text: String) -> Option<String> {
    (!text.trim().is_empty()).then_some(text)
}

#[component]
fn Delimiter(draft: Draft, #[prop(into)] error: Signal<Option<String>>) -> impl IntoView {
    let now = Memo::new(move |_| shown(draft, |format| &format.delimiter).unwrap_or_default());
    let other = RwSignal::new(false);
    let is_other = move || other.get() || !DELIMITERS.iter().any(|(key, _)| now.with(|now| now == key));
    let options = DELIMITERS.map(|(key, text)| (key.to_owned(), text.to_owned()));
    let options: Vec<_> = options.into_iter().chain([("other".to_owned(), "Another …".to_owned())]).collect();
    let change = move |key: String| {
        other.set(key == "other");
        if key != "other" {
            draft.said.update(|said| said.delimiter = Some(key));
        }
    };
    view! {
        <Pick
            label="Between values"
            value=Signal::derive(move || if is_other() { "other".to_owned() } else { now.get() })
            options=Signal::stored(options)
            on_change=change
            error=Signal::derive(move || error.get().filter(|_| !is_other()))
        />
        <Show when=is_other>
            <Entry
                label="Which character"
                value=now
                on_change=move |text: String| draft.said.update(|said| said.delimiter = (!text.is_empty()).then_some(text))
                error
            />
        </Show>
    }
}

/// Quotes and NULL.
#[component]
fn Written<E>(draft: Draft, error: E) -> impl IntoView
where
    E: Fn(&'static str) -> Signal<Option<String>> + Copy + 'static,
{
    let quotes = [("\"", "Double  \""), ("'", "Single  '"), ("", "Nothing is quoted")];
    let options = Signal::derive(move || {
        let mut list: Vec<(String, String)> =
            quotes.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect();
        let now = shown(draft, |format| &format.quote).unwrap_or_default();
        if !list.iter().any(|(key, _)| *key == now) {
            list.push((now.clone(), now));
        }
        list
    });
    view! {
        <Pick
            label="Quotes"
            value=Signal::derive(move || shown(draft, |format| &format.quote).unwrap_or_default())
            options
            on_change=move |key: String| draft.said.update(|said| said.quote = Some(key))
            error=error("quote")
        />
        <Entry
            label="NULL is written as"
            placeholder="nothing at all"
            value=Signal::derive(move || shown(draft, |format| &format.null).unwrap_or_default())
            on_change=move |text: String| draft.said.update(|said| said.null = Some(text))
            error=error("null")
        />
    }
}

#[component]
fn Head(draft: Draft) -> impl IntoView {
    let now = Memo::new(move |_| shown(draft, |format| &format.header).unwrap_or(true));
    let id = new_id("import");
    // Only the person says it: until then it is guessed, also anew.
    let change = move |on: bool| draft.said.update(|said| said.header = Some(on));
    view! {
        <div class="import-head-row">
            <div class="check-row">
                <input
                    id=id.clone()
                    type="checkbox"
                    prop:checked=now
                    on:change=move |ev| change(event_target_checked(&ev))
                />
                <label for=id>"The first row holds the names"</label>
            </div>
        </div>
    }
}

/// On how much of the file the guesses stand; takes back what was said.
#[component]
fn Guessed(draft: Draft) -> impl IntoView {
    let text = move || {
        draft.preview.with(|preview| {
            preview.as_ref().map(|preview| {
                let n = i64::try_from(preview.looked_at).unwrap_or(i64::MAX);
                let rows = format::plural(n, "row", "rows");
                match (preview.whole, n) {
                    (true, 0) => "No row was found in it.".to_owned(),
                    (true, 1) => "Its only row was looked at.".to_owned(),
                    (true, _) => format!("All of its {rows} were looked at."),
                    (false, _) => {
                        format!("The first {rows} were looked at; what comes later may be different.")
                    }
                }
            })
        })
    };
    let any = move || draft.said.with(|said| *said != ImportFormat::default());
    view! {
        <p class="muted small import-guessed">
            <span role="status">{text}</span>
            <Show when=any>
                " " <button type="button" class="link" on:click=move |_| draft.said.set(ImportFormat::default())>"Guess all of it again"</button>
            </Show>
        </p>
    }
}
