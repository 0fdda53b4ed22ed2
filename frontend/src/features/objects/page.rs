//! The page of one schema, sequence, type, function or extension.

use howdah_types::permissions::Permission;
use howdah_types::problem::Problem;
use leptos::prelude::*;

use super::details::{Seen, read};
use super::dialogs::{Deed, Done, Open, show_dialog_then};
use crate::api::objects::{Noun, Object};
use crate::api::use_api;
use crate::features::databases::Trouble;
use crate::features::not_found::Guard;
use crate::routes;
use crate::state::{Reading, use_address, use_session, use_structure_refresh};
use crate::ui::{Button, ButtonKind, PageHead, Skeleton};

#[component]
pub(super) fn ObjectPage() -> impl IntoView {
    view! {
        <Guard permission=Permission::TableRead>
            <Page />
        </Guard>
    }
}

#[component]
fn Page() -> impl IntoView {
    let api = use_api();
    let (database, noun, name, schema) = (
        routes::use_param("database"),
        routes::use_param("noun"),
        routes::use_param("object"),
        routes::use_query("schema"),
    );
    let object = Memo::new(move |_| {
        let noun = noun_of(&noun.get());
        let in_schema = !matches!(noun, Noun::Schemas | Noun::Extensions);
        let schema = schema.get().unwrap_or_else(|| "public".to_owned());
        let schema = if in_schema { schema } else { String::new() };
        Object { database: database.get(), noun, schema, name: name.get() }
    });
    let refresh = use_structure_refresh(database);
    let again = RwSignal::new(0_u32);
    let answer = Reading::new(move || {
        refresh.track();
        again.track();
        let object = object.get();
        async move { read(api, object).await }
    });
    let retry = Callback::new(move |()| again.update(|n| *n = n.wrapping_add(1)));
    let seen = Memo::new(move |_| answer.get().and_then(Result::ok));
    let title = Signal::derive(move || {
        seen.with(|seen| seen.as_ref().map(Seen::name)).unwrap_or_else(|| shown_name(&object.get()))
    });
    let text = Signal::derive(move || seen.with(|seen| seen.as_ref().map(Seen::line).unwrap_or_default()));
    let dialog = RwSignal::new(None);
    view! {
        <div class="object-page">
            <PageHead title text>
                {move || seen.get().map(|seen| view! { <Deeds seen object dialog /> })}
            </PageHead>
            {move || match answer.get() {
                None => view! { <Skeleton rows=8 /> }.into_any(),
                Some(Err(problem)) => lost(problem, retry),
                Some(Ok(seen)) => seen.view(&object.get_untracked().database),
            }}
        </div>
        {show_dialog_then(dialog, follow(object))}
    }
}

/// A function's oid says nothing to people.
fn shown_name(object: &Object) -> String {
    if object.noun == Noun::Functions { "Function".to_owned() } else { object.name.clone() }
}

fn lost(problem: Problem, retry: Callback<()>) -> AnyView {
    view! { <Trouble problem retry /> }.into_any()
}

fn noun_of(segment: &str) -> Noun {
    let all = [Noun::Schemas, Noun::Sequences, Noun::Types, Noun::Functions];
    all.into_iter().find(|noun| noun.segment() == segment).unwrap_or(Noun::Extensions)
}

/// What was renamed is followed; after a drop the list is shown.
fn follow(object: Memo<Object>) -> impl Fn(Done) + Send + Sync + 'static {
    let address = use_address();
    move |done| {
        let Object { database, noun, schema, name } = object.get_untracked();
        match done {
            Done::Changed { schema: to, name: now } if (&to, &now) != (&schema, &name) => {
                address.replace(&routes::object(&database, noun.segment(), &to, &now));
            }
            Done::Dropped => {
                let schema = (!schema.is_empty()).then_some(schema);
                address.go(&routes::database_list(&database, noun.segment(), schema.as_deref()));
            }
            Done::Made { .. } | Done::Changed { .. } => {}
        }
    }
}

#[component]
fn Deeds(seen: Seen, object: Memo<Object>, dialog: RwSignal<Option<Open>>) -> impl IntoView {
    let session = use_session();
    let open = move |deed: Deed| {
        Callback::new(move |_: leptos::ev::MouseEvent| {
            let Object { database, schema, .. } = object.get_untracked();
            let schema = (!schema.is_empty()).then_some(schema);
            dialog.set(Some(Open { database, schema, deed: deed.clone() }));
        })
    };
    let edit = seen.edit().map(open);
    let drop = seen.droppable().map(|what| {
        let about = object.get_untracked();
        open(Deed::Drop(Box::new(about), what, seen.name()))
    });
    move || {
        session.can(Permission::SchemaManage).then(|| {
            view! {
                {edit.map(|click| view! { <Button on_click=click>"Edit"</Button> })}
                {drop.map(|click| view! { <Button kind=ButtonKind::Danger on_click=click>"Drop…"</Button> })}
            }
        })
    }
}
