//! One line of the console: a call with its SQL, or an event.

use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::export;
use super::statements::Statements;
use crate::api::{self, Api, use_api};
use crate::state::{Call, Entry, EntryKind, SqlState, use_console};
use crate::ui::{CopyButton, format, new_id};

/// How many of the newest calls show their SQL without being asked: each takes a call of its own.
const RECENT: usize = 30;

/// One entry.
#[component]
pub fn EntryLine(entry: Entry) -> impl IntoView {
    let at = entry.at;
    match entry.kind.clone() {
        EntryKind::Call(call) => view! { <CallLine entry call=*call /> }.into_any(),
        EntryKind::Event { name, text } => view! {
            <div class="line event">
                <span class="muted">{clock(at)}</span>
                <span class="muted">"event"</span>
                <span><b>{name}</b> " " {text}</span>
            </div>
        }
        .into_any(),
    }
}

#[component]
fn CallLine(entry: Entry, call: Call) -> impl IntoView {
    let (api, console) = (use_api(), use_console());
    let open = RwSignal::new(false);
    let node = NodeRef::<html::Div>::new();
    let id = new_id("call");
    let recent = console
        .entries()
        .with_untracked(|all| all.iter().rev().take(RECENT).any(|other| other.id == entry.id));
    let (read_entry, read_call) = (entry.clone(), call.clone());
    Effect::new(move |_| {
        if recent || open.get() {
            read_sql(api, &read_entry, &read_call);
        }
    });
    let request = call.request_id.clone();
    Effect::new(move |_| {
        let wanted = console.shown.get();
        if wanted.is_some()
            && wanted == request
            && let Some(node) = node.get()
        {
            open.set(true);
            console.shown.set(None);
            request_animation_frame(move || node.scroll_into_view());
        }
    });
    let method = match call.method {
        "GET" => "ok",
        "DELETE" => "bad",
        _ => "warn",
    };
    let status = if call.status == 0 { "—".to_owned() } else { call.status.to_string() };
    let class = if call.problem.is_some() { "bad" } else { "" };
    let problem = call.problem.clone().map(|problem| {
        let state = problem.sqlstate.map(|state| format!(" ({state})")).unwrap_or_default();
        view! {
            <div class="line sql">
                <span></span>
                <span class="bad">{problem.code} {state} ": " {problem.detail}</span>
                <span></span>
            </div>
        }
    });
    let (details, sql, controls) = (call.clone(), entry.sql.clone(), id.clone());
    view! {
        <div class="call" node_ref=node>
            <button
                type="button"
                class="line"
                aria-expanded=move || if open.get() { "true" } else { "false" }
                aria-controls=controls
                on:click=move |_| open.update(|open| *open = !*open)
            >
                <span class="muted">{clock(entry.at)}</span>
                <span class=method>{call.method}</span>
                <span class="path">{call.path.clone()}</span>
                <span class=class>{status}</span>
                <span>{format::duration(call.ms)}</span>
            </button>
            {problem}
            <Statements sql=sql open />
            <div id=id>{move || open.get().then(|| view! { <Details call=details.clone() sql=entry.sql.clone() /> })}</div>
        </div>
    }
}

/// What an unfolded call shows beside its SQL.
#[component]
fn Details(call: Call, sql: ArcRwSignal<SqlState>) -> impl IntoView {
    let curl = export::as_curl(&call);
    let statements = Signal::derive(move || export::statements(&sql.get()));
    let size = format::bytes(i64::try_from(call.bytes).unwrap_or(i64::MAX));
    let hint = call.problem.as_ref().and_then(|problem| problem.hint.clone());
    let body = match (call.body, call.secret) {
        (_, true) => view! { <p class="muted">"The body held a secret and was not recorded."</p> }.into_any(),
        (Some(body), false) => {
            let cut = body.is_cut().then(|| {
                let [kept, all] = [body.text.len(), body.bytes]
                    .map(|bytes| format::bytes(i64::try_from(bytes).unwrap_or(i64::MAX)));
                view! { <p class="muted">{format!("Of the body {kept} of {all} are kept here.")}</p> }
            });
            view! { <pre>{body.text}</pre> {cut} }.into_any()
        }
        (None, false) => ().into_any(),
    };
    let id = call.request_id;
    view! {
        <div class="details">
            <p>
                <span class="muted">"Answer "</span> {size}
                {id.map(|id| view! { <span class="muted">"Request "</span> <code>{id.clone()}</code> })}
            </p>
            {hint.map(|hint| view! { <p><span class="muted">"Hint "</span> {hint}</p> })}
            {body}
            <p class="details-actions">
                {curl.map(|curl| view! { <CopyButton text=curl label="Copy as curl" title="Copy the call for a terminal" /> })}
                <CopyButton text=statements label="Copy as SQL" title="Copy the statements it ran" />
            </p>
        </div>
    }
}

/// Reads the SQL of a call once. Calls that cannot have run any, or that nobody may ask about, are left alone.
fn read_sql(api: Api, entry: &Entry, call: &Call) {
    let unread = entry.sql.with_untracked(|sql| *sql == SqlState::Unread);
    let Some(id) =
        call.request_id.clone().filter(|_| unread && call.status != 401 && !without_sql(&call.path))
    else {
        return;
    };
    let sql = entry.sql.clone();
    sql.set(SqlState::Reading);
    spawn_local(async move {
        sql.set(match api::trace::get(api, &id).await {
            Ok(trace) => SqlState::Read { statements: trace.statements, dropped: trace.dropped },
            Err(problem) if problem.status == 404 => SqlState::Read { statements: Vec::new(), dropped: 0 },
            Err(problem) => SqlState::Failed(Box::new(problem)),
        });
    });
}

/// Calls that only speak to Howdah's own store, whose SQL is nobody's business here.
fn without_sql(path: &str) -> bool {
    let of_database = path.starts_with("/api/database") || path.starts_with("/api/servers");
    !of_database
}

/// `14:02:11.204`, in the zone of the browser.
fn clock(at: f64) -> String {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at));
    let (hours, minutes, seconds) = (date.get_hours(), date.get_minutes(), date.get_seconds());
    format!("{hours:02}:{minutes:02}:{seconds:02}.{:03}", date.get_milliseconds())
}
