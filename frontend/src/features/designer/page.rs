//! The page: the form at the left, the SQL that will run at the right.

use std::sync::Arc;

use howdah_types::database_types::DatabaseType;
use howdah_types::permissions::Permission;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::body::{Request, build};
use super::columns::ColumnRows;
use super::constraints::ConstraintRows;
use super::context::{Choices, Context};
use super::draft::Draft;
use super::foreign::ForeignRows;
use super::indexes::IndexRows;
use super::inputs::{Choice, Line};
use super::layout_rows::LayoutRows;
use super::saving::{concurrent, save};
use super::types::{TYPES, written};
use crate::api::objects::{self, Noun};
use crate::api::{self, Api, use_api};
use crate::features::databases::Trouble;
use crate::features::not_found::Guard;
use crate::features::objects::{
    Change, ChangePanel, Deed, DependentList, Open, change_preview, show_dialog_then,
};
use crate::features::tables::use_place;
use crate::routes;
use crate::shell::leaving::AskBeforeLeaving;
use crate::state::{Reading, use_session};
use crate::ui::{Button, ButtonKind, CheckField, ComboField, ErrorNotice, LinkButton, PageHead, Skeleton};

#[component]
pub(super) fn DesignerPage() -> impl IntoView {
    let table = routes::use_param("part");
    let old = table.get_untracked() == "design";
    let permission = if old { Permission::TableUpdate } else { Permission::TableCreate };
    view! {
        <Guard permission>
            {if old { view! { <Existing /> }.into_any() } else { view! { <Fresh /> }.into_any() }}
        </Guard>
    }
}

#[component]
fn Fresh() -> impl IntoView {
    let (database, schema) = (routes::use_param("database"), routes::use_query("schema"));
    let schema = schema.get_untracked().unwrap_or_else(|| "public".to_owned());
    view! { <Form database=database.get_untracked() draft=Draft::new(&schema) /> }
}

/// Read once: what others do meanwhile must not take away what was typed.
#[component]
fn Existing() -> impl IntoView {
    let api = use_api();
    let place = use_place().get_untracked();
    let again = RwSignal::new(0_u32);
    let (database, asked) = (place.database.clone(), StoredValue::new(place));
    let answer = Reading::new(move || {
        again.track();
        let place = asked.get_value();
        async move { api::tables::get(api, &place.database, place.name()).await.map(Arc::new) }
    });
    let retry = Callback::new(move |()| again.update(|n| *n = n.wrapping_add(1)));
    move || match answer.get() {
        None => view! { <Skeleton rows=12 /> }.into_any(),
        Some(Err(problem)) => view! { <Trouble problem retry /> }.into_any(),
        Some(Ok(details)) => {
            view! { <Form database=database.clone() draft=Draft::of(&details) /> }.into_any()
        }
    }
}

fn context(api: Api, database: String, draft: Draft) -> Context {
    let choices = Choices {
        database: StoredValue::new(database),
        schemas: RwSignal::new(Vec::new()),
        owners: RwSignal::new(Vec::new()),
        types: RwSignal::new(TYPES.map(ToOwned::to_owned).to_vec()),
    };
    let place = choices.database.get_value();
    spawn_local(async move {
        if let Ok(schemas) = api::tables::schemas(api, &place).await {
            choices.schemas.try_set(schemas.into_iter().map(|schema| schema.name).collect());
        }
        if let Ok(options) = api::databases::options(api).await {
            choices.owners.try_set(options.owners);
        }
    });
    read_types(api, choices);
    Context {
        draft,
        choices,
        built: Memo::new(move |_| build(draft)),
        refused: RwSignal::new(Vec::new()),
        problem: RwSignal::new(None),
        attempted: RwSignal::new(false),
        saved: RwSignal::new(false),
    }
}

/// The types of one's own come before PostgreSQL's.
fn read_types(api: Api, choices: Choices) {
    let database = choices.database.get_value();
    spawn_local(async move {
        if let Ok(page) = objects::list::<DatabaseType>(api, &database, Noun::Types, (None, ""), 1000).await {
            let own = page.items.iter().filter_map(written);
            choices.types.try_set(own.chain(TYPES.map(ToOwned::to_owned)).collect());
        }
    });
}

/// The SQL of the draft, and what the server refuses in it beside its fields.
fn preview(api: Api, context: Context) -> Change {
    let body = Memo::new(move |_| {
        let built = context.built.get();
        (built.errors.is_empty() && !built.idle).then_some(built.request)
    });
    let change = change_preview(body, move |request| async move {
        let database = context.choices.database.get_value();
        match request {
            Request::Create(data) => api::tables::preview_create(api, &database, &data).await,
            Request::Update(data) => {
                let name = context.draft.was.with_value(|was| {
                    was.as_ref().map(|was| (was.schema.clone(), was.name.clone())).unwrap_or_default()
                });
                api::tables::preview_update(api, &database, (&name.0, &name.1), &data).await
            }
        }
    });
    Effect::new(move |_| {
        let errors =
            change.problem.with(|problem| problem.as_ref().map(|p| p.errors.clone()).unwrap_or_default());
        context.refused.set(errors);
    });
    change
}

#[component]
fn Form(database: String, draft: Draft) -> impl IntoView {
    let api = use_api();
    let is_old = draft.is_old();
    let context = context(api, database.clone(), draft);
    let change = preview(api, context);
    let busy = RwSignal::new(false);
    let expect = Signal::derive(move || change.preview.with(|p| p.as_ref().and_then(|p| p.expect.clone())));
    let save = save(context, busy, expect);
    let was = draft.was.with_value(|was| was.as_ref().map(|was| (was.schema.clone(), was.name.clone())));
    let title = was.as_ref().map_or_else(|| "New table".to_owned(), |(_, name)| format!("Edit {name}"));
    let text = format!("in the database {database}");
    let back = match &was {
        Some((schema, name)) => routes::table_section(&database, schema, name, "structure"),
        None => routes::database_list(&database, "", Some(&draft.schema.get_untracked())),
    };
    let nothing = Signal::derive(move || {
        is_old && context.built.with(|built| built.idle) && concurrent(context).is_empty()
    });
    let submit = move |ev: leptos::ev::SubmitEvent| {
        ev.prevent_default();
        if !busy.get_untracked() && !nothing.get_untracked() {
            save.run(());
        }
    };
    let dialog = RwSignal::new(None);
    // What it began with, after the lists that it reads are there or not: only what is typed makes a difference.
    let first = StoredValue::new(context.built.with_untracked(|built| built.request.clone()));
    let unsaved = Memo::new(move |_| {
        let other = context.built.with(|built| first.with_value(|first| built.request != *first));
        !context.saved.get() && (other || (is_old && !concurrent(context).is_empty()))
    });
    let asked = if is_old { "The changes are not saved" } else { "The table is not made yet" };
    view! {
        <AskBeforeLeaving unsaved=unsaved.into() title=asked text="When you leave now, what you have designed is lost." />
        <form class="designer" novalidate="" on:submit=submit>
            <PageHead title text>
                <NewType context dialog />
                <LinkButton href=back>"Cancel"</LinkButton>
                <Button kind=ButtonKind::Primary submit=true busy disabled=nothing>
                    {if is_old { "Save changes" } else { "Create table" }}
                </Button>
            </PageHead>
            {move || context.problem.get().map(|problem| view! { <ErrorNotice problem /> })}
            <div class="designer-halves">
                <div class="designer-form">
                    <Properties context />
                    <ColumnRows context />
                    <ForeignRows context />
                    <ConstraintRows context />
                    <IndexRows context />
                    <LayoutRows context />
                </div>
                <aside class="designer-sql card" aria-label="What will happen">
                    <Needed context change database />
                    <ChangePanel change empty=empty(context, nothing) />
                    <ByJob context />
                </aside>
            </div>
        </form>
        {show_dialog_then(dialog, move |_| read_types(api, context.choices))}
    }
}

fn empty(context: Context, nothing: Signal<bool>) -> Signal<String> {
    Signal::derive(move || {
        if nothing.get() {
            return "Nothing is changed yet: the SQL appears here as soon as something is.".to_owned();
        }
        let missing = context.built.with(|built| built.errors.iter().any(|error| error.code == "required"));
        let text = if missing { "Something is still missing; then the SQL is shown here." } else { "" };
        text.to_owned()
    })
}

/// Name, schema, owner and comment.
#[component]
fn Properties(context: Context) -> impl IntoView {
    let draft = context.draft;
    let is_old = draft.is_old();
    let schemas = context.schemas(draft.schema);
    view! {
        <section class="design-part design-properties" aria-label="The table">
            <Line label="Name" value=draft.name error=context.error(0, "name") shown=true mono=true autofocus=!is_old />
            <Choice label="Schema" value=draft.schema options=schemas error=context.error(0, "schema") shown=true />
            <ComboField
                label="Owner"
                value=draft.owner
                options=context.choices.owners
                placeholder="Howdah’s own role"
                error=context.error(0, "owner")
            />
            <Line label="Description" value=draft.description error=context.error(0, "description") placeholder="What it holds" shown=true />
        </section>
    }
}

#[component]
fn NewType(context: Context, dialog: RwSignal<Option<Open>>) -> impl IntoView {
    let session = use_session();
    let open = move |_| {
        dialog.set(Some(Open {
            database: context.choices.database.get_value(),
            schema: Some(context.draft.schema.get_untracked()),
            deed: Deed::NewEnum,
        }));
    };
    view! {
        <Show when=move || session.can(Permission::SchemaManage)>
            <Button on_click=open>"New enum type…"</Button>
        </Show>
    }
}

/// What hangs on what is dropped, and whether it goes too.
#[component]
fn Needed(context: Context, change: Change, database: String) -> impl IntoView {
    let dependents = Memo::new(move |_| {
        change.preview.with(|p| p.as_ref().map(|p| p.dependents.clone()).unwrap_or_default())
    });
    move || {
        let list = dependents.get();
        (!list.is_empty()).then(|| {
            view! {
                <div class="drop-needed" role="group" aria-label="What depends on it">
                    <p>"This depends on what is dropped, and keeps it:"</p>
                    <DependentList database=database.clone() list />
                    <CheckField label="Drop these as well (CASCADE)" value=context.draft.cascade />
                </div>
            }
        })
    }
}

/// Indexes that are built after the change, by jobs.
#[component]
fn ByJob(context: Context) -> impl IntoView {
    move || {
        let n = concurrent(context).len();
        (n > 0).then(|| {
            let text = if n == 1 { "Afterwards a job builds the index" } else { "Afterwards jobs build the indexes" };
            view! { <p class="change-foot">{text}", with CREATE INDEX CONCURRENTLY: others read and write meanwhile."</p> }
        })
    }
}
