//! The page: four steps below each other, each there as soon as it makes sense; then what became of it.

use gloo_timers::future::TimeoutFuture;
use howdah_types::imports::ImportFormat;
use howdah_types::permissions::Permission;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::body::{Built, build};
use super::draft::Draft;
use super::file::{FileStep, Sending};
use super::format::FormatFields;
use super::how::HowStep;
use super::inputs::Step;
use super::outcome::Outcome;
use super::sample::Sample;
use super::start::starter;
use super::target::{Choices, TargetStep, choices};
use crate::api::{self, use_api};
use crate::features::not_found::Guard;
use crate::routes;
use crate::shell::leaving::AskBeforeLeaving;
use crate::ui::{Button, ButtonKind, ErrorNotice, LinkButton, PageHead, format};

/// How long typing rests before the file is looked at again.
const REST_MS: u32 = 220;

/// Where the address wants a file to go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Asked {
    database: String,
    schema: Option<String>,
    table: Option<String>,
}

/// A file into a table.
#[component]
pub(super) fn ImportPage() -> impl IntoView {
    let (database, job) = (routes::use_param("database"), routes::use_query("job"));
    let (schema, table) = (routes::use_query("schema"), routes::use_query("table"));
    // The report of an import is shown in the place of what was chosen for it, which stays.
    let asked = Memo::new(move |last: Option<&Asked>| {
        let database = database.get();
        match (job.with(Option::is_some), last) {
            (true, Some(last)) if last.database == database => last.clone(),
            (true, _) => Asked { database, ..Asked::default() },
            (false, _) => Asked { database, schema: schema.get(), table: table.get() },
        }
    });
    view! {
        <Guard permission=Permission::RowCreate>
            {move || view! { <Import asked=asked.get() job /> }}
        </Guard>
    }
}

#[component]
fn Import(asked: Asked, job: Memo<Option<String>>) -> impl IntoView {
    let draft = Draft::new(asked.database, asked.schema, asked.table);
    let built = Memo::new(move |_| build(draft));
    let sending = Sending::new(draft);
    look(draft);
    let choices = choices(draft);
    let content = move || match job.get() {
        Some(id) => view! { <Outcome id draft /> }.into_any(),
        None => view! { <Steps draft built sending choices /> }.into_any(),
    };
    view! {
        {content}
        <AskBeforeLeaving
            unsaved=draft.sending.into()
            title="The file is still on its way"
            text="When you leave now, it is stopped, and nothing of it is kept."
        />
    }
}

/// Looks into the file whenever there is another, or something else was said about it.
fn look(draft: Draft) {
    let api = use_api();
    let turn = StoredValue::new(0_u32);
    Effect::new(move |before: Option<Option<String>>| {
        let id = draft.upload.with(|upload| upload.as_ref().map(|upload| upload.id.clone()));
        let said: ImportFormat = draft.said.get();
        let mine = turn.get_value().wrapping_add(1);
        turn.set_value(mine);
        let Some(upload) = id.clone() else { return id };
        let rest = before.is_some_and(|before| before == id);
        draft.reading.set(true);
        spawn_local(async move {
            if rest {
                TimeoutFuture::new(REST_MS).await;
                if turn.try_get_value() != Some(mine) {
                    return;
                }
            }
            let answer = api::uploads::preview(api, &upload, &said).await;
            if turn.try_get_value() != Some(mine) {
                return;
            }
            draft.reading.set(false);
            match answer {
                Ok(preview) => draft.take(preview),
                Err(problem) => draft.unread.set(Some(problem)),
            }
        });
        id
    });
}

#[component]
fn Steps(draft: Draft, built: Memo<Built>, sending: Sending, choices: Choices) -> impl IntoView {
    let over = RwSignal::new(false);
    let start = starter(draft, built);
    let there = Memo::new(move |_| draft.upload.with(Option::is_some) && !draft.sending.get());
    let seen = Memo::new(move |_| there.get() && draft.preview.with(Option::is_some));
    let database = draft.database.get_value();
    let (table, schema) = (draft.table.get_untracked(), draft.schema.get_untracked());
    let back = if table.is_empty() {
        routes::database(&database)
    } else {
        routes::table(&database, &schema, &table)
    };
    let submit = move |ev: leptos::ev::SubmitEvent| ev.prevent_default();
    view! {
        <form
            class="import"
            aria-label="Import a file"
            novalidate=""
            on:submit=submit
            on:dragover=move |ev| { ev.prevent_default(); over.set(true); }
            on:dragleave=move |_| over.set(false)
            on:drop=move |ev| { over.set(false); sending.dropped(&ev); }
        >
            <PageHead title="Import a file" text=format!("into the database {database}")>
                <LinkButton href=back>"Cancel"</LinkButton>
            </PageHead>
            <FileStep sending over />
            <Show when=move || there.get()>
                <Step number=2 title="How it is written">
                    <FormatFields draft built />
                    <Sample draft />
                </Step>
            </Show>
            <Show when=move || seen.get()>
                <TargetStep draft built choices />
                <HowStep draft built />
                {move || draft.problem.get().map(|problem| view! { <ErrorNotice problem /> })}
                <div class="import-bar" role="region" aria-label="Import">
                    <span class="muted">{move || line(draft, built)}</span>
                    <span class="right">
                        <Button busy=draft.busy on_click=move |_| start.run(true)>"Try it first"</Button>
                        <Button kind=ButtonKind::Primary busy=draft.busy on_click=move |_| start.run(false)>"Import"</Button>
                    </span>
                </div>
            </Show>
        </form>
    }
}

/// `5 of 7 columns into public.orders`
fn line(draft: Draft, built: Memo<Built>) -> String {
    let all = draft.columns.with(Vec::len);
    let taken = built.with(|built| built.ids.len());
    let (schema, fresh) = (draft.schema.get(), draft.fresh.get());
    let name = if fresh { draft.name.get() } else { draft.table.get() };
    let columns = |n: usize| format::plural(i64::try_from(n).unwrap_or(i64::MAX), "column", "columns");
    let what = if taken == all { columns(all) } else { format!("{taken} of {}", columns(all)) };
    match (name.is_empty(), fresh) {
        (true, _) => what,
        (false, true) => format!("{what} into a new table {schema}.{name}"),
        (false, false) => format!("{what} into {schema}.{name}"),
    }
}
