//! The pages of a table beside its rows.

use std::sync::Arc;

use howdah_types::permissions::Permission;
use howdah_types::problem::Problem;
use howdah_types::table_details::TableDetails;
use howdah_types::tables::TableKind;
use howdah_types::views::RefreshData;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::columns::Columns;
use super::constraints::{Constraints, Indexes, References};
use super::rest::{Partitions, Rest, Triggers};
use crate::api::objects::{self, Noun, Object};
use crate::api::{self, use_api};
use crate::features::databases::Trouble;
use crate::features::not_found::Guard;
use crate::features::objects::{Ddl, Deed, Done, Open, show_dialog_then};
use crate::features::relations::{Around, RELATIONS};
use crate::features::tables::{TableHead, TablePlace, use_place};
use crate::lazy::Place;
use crate::routes;
use crate::state::{Reading, use_address, use_session, use_structure_refresh, use_toasts};
use crate::ui::{Button, ButtonKind, IconName, LinkButton, Skeleton, format};

/// What was read.
type Answer = Result<Arc<TableDetails>, Problem>;

#[component]
pub(super) fn StructurePage() -> impl IntoView {
    view! {
        <Guard permission=Permission::TableRead>
            <Page />
        </Guard>
    }
}

#[component]
fn Page() -> impl IntoView {
    let api = use_api();
    let (place, section) = (use_place(), routes::use_param("part"));
    let database = Memo::new(move |_| place.with(|place| place.database.clone()));
    let refresh = use_structure_refresh(database);
    let again = RwSignal::new(0_u32);
    let answer: Reading<Answer> = Reading::new(move || {
        refresh.track();
        again.track();
        let place = place.get();
        async move { api::tables::get(api, &place.database, place.name()).await.map(Arc::new) }
    });
    let retry = Callback::new(move |()| again.update(|n| *n = n.wrapping_add(1)));
    let details = Memo::new(move |_| answer.get().and_then(Result::ok));
    let text =
        Signal::derive(move || details.with(|details| details.as_deref().map(line).unwrap_or_default()));
    let dialog = RwSignal::new(None);
    let drawn = Memo::new(move |_| section.with(|section| section == "relations"));
    let body = move || match answer.get() {
        None => view! { <Skeleton rows=12 /> }.into_any(),
        Some(Err(problem)) => view! { <Trouble problem retry /> }.into_any(),
        Some(Ok(details)) if section.get() == "sql" => {
            view! { <Ddl statements=details.ddl.clone() /> }.into_any()
        }
        Some(Ok(details)) => view! { <Structure details database=database.get_untracked() /> }.into_any(),
    };
    view! {
        <div class="structure" class:filled=drawn>
            <TableHead place current=section text>
                {move || details.get().map(|details| view! { <Deeds details place dialog /> })}
            </TableHead>
            {move || if drawn.get() {
                let TablePlace { database, schema, table } = place.get();
                RELATIONS.show(Around { database, schema, table: Some(table) }, Place::Page)
            } else {
                body.into_any()
            }}
        </div>
        {show_dialog_then(dialog, follow(place))}
    }
}

/// After a drop the list is shown; what was renamed is followed.
fn follow(place: Memo<TablePlace>) -> impl Fn(Done) + Send + Sync + 'static {
    let address = use_address();
    move |done| {
        let TablePlace { database, schema, table } = place.get_untracked();
        match done {
            Done::Dropped => address.go(&routes::database_list(&database, "", Some(&schema))),
            Done::Changed { schema: to, name } if (&to, &name) != (&schema, &table) => {
                address.replace(&routes::table_section(&database, &to, &name, "structure"));
            }
            Done::Changed { .. } | Done::Made { .. } => {}
        }
    }
}

/// `table in schema public · owned by app · about 5,104,332 rows · 1.9 GB`
fn line(details: &TableDetails) -> String {
    let what = kind_word(details.kind);
    let rows = details.storage.row_estimate.map(|n| format!("about {}", format::plural(n, "row", "rows")));
    let parts = [
        Some(format!("{what} in schema {}", details.schema)),
        Some(format!("owned by {}", details.owner)),
        rows,
        details.storage.total_bytes.map(format::bytes),
        details.description.clone(),
    ];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn kind_word(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Table => "table",
        TableKind::Partitioned => "partitioned table",
        TableKind::Partition => "partition",
        TableKind::View => "view",
        TableKind::MaterializedView => "materialized view",
        TableKind::Foreign => "foreign table",
    }
}

#[component]
fn Deeds(
    details: Arc<TableDetails>,
    place: Memo<TablePlace>,
    dialog: RwSignal<Option<Open>>,
) -> impl IntoView {
    let session = use_session();
    let (api, toasts) = (use_api(), use_toasts());
    let kind = details.kind;
    let is_view = matches!(kind, TableKind::View | TableKind::MaterializedView);
    let noun = if is_view { Noun::Views } else { Noun::Tables };
    let object = move || {
        let TablePlace { database, schema, table } = place.get_untracked();
        Object { database, noun, schema, name: table }
    };
    let open = move |deed: Deed| {
        let TablePlace { database, schema, .. } = place.get_untracked();
        dialog.set(Some(Open { database, schema: Some(schema), deed }));
    };
    let kept = StoredValue::new(details);
    let edit_view =
        move |_| open(Deed::EditView(Box::new(kept.with_value(|details| TableDetails::clone(details)))));
    let drop = move |_| {
        let object = object();
        let name = object.name.clone();
        open(Deed::Drop(Box::new(object), kind_word(kind), name));
    };
    let busy = RwSignal::new(false);
    let refresh = move |_| {
        let object = object();
        busy.set(true);
        spawn_local(async move {
            let answer = objects::refresh(api, &object, &RefreshData::default()).await;
            busy.try_set(false);
            match answer {
                Ok(()) => toasts.done(format!("{} was filled anew", object.name)),
                Err(problem) => toasts.failed(problem.detail),
            }
        });
    };
    let design = Signal::derive(move || {
        place.with(|place| routes::table_section(&place.database, &place.schema, &place.table, "design"))
    });
    let can_change = move || session.can(Permission::TableUpdate);
    view! {
        <Show when=move || kind == TableKind::MaterializedView && can_change()>
            <Button icon=IconName::Refresh busy on_click=refresh>"Refresh"</Button>
        </Show>
        <Show when=move || is_view && can_change()>
            <Button on_click=edit_view>"Edit"</Button>
        </Show>
        <Show when=move || !is_view && kind != TableKind::Foreign && can_change()>
            <LinkButton href=design>"Edit table"</LinkButton>
        </Show>
        <Show when=move || session.can(Permission::TableDelete)>
            <Button kind=ButtonKind::Danger on_click=drop>"Drop…"</Button>
        </Show>
    }
}

#[component]
fn Structure(details: Arc<TableDetails>, database: String) -> impl IntoView {
    let shown = || Arc::clone(&details);
    view! {
        <Columns details=shown() />
        <Constraints details=shown() />
        <References details=shown() database=database.clone() />
        <Indexes details=shown() />
        <Partitions details=shown() database=database.clone() />
        <Triggers details=shown() />
        <Rest details=shown() database />
    }
}
