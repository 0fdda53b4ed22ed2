//! Tables of the database that one is in, found by the server: it may have any number of them.

use std::time::Duration;

use howdah_types::permissions::Permission;
use howdah_types::tables::TableKind;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::commands::{Act, Command};
use crate::api::encode::from_route;
use crate::api::tables::Wanted;
use crate::api::{self, use_api};
use crate::routes;
use crate::state::{use_address, use_session};
use crate::ui::IconName;

/// How long typing rests before the server is asked.
const REST: Duration = Duration::from_millis(120);
/// How many are asked for.
const MOST: u32 = 20;

/// The tables whose name holds `text`; empty outside of databases.
pub(super) fn use_tables(text: RwSignal<String>) -> RwSignal<Vec<Command>> {
    let (api, address, session) = (use_api(), use_address(), use_session());
    let found = RwSignal::new(Vec::new());
    let database = untrack(|| match address.parts().as_slice() {
        [area, name, ..] if area == "databases" => Some(from_route(name)),
        _ => None,
    });
    let database = database.filter(|_| untrack(|| session.can(Permission::TableRead)));
    let Some(database) = database else { return found };
    let database = StoredValue::new(database);
    let turn = StoredValue::new(0_u32);
    Effect::new(move |timer: Option<Option<TimeoutHandle>>| {
        let text = text.get().trim().to_owned();
        if let Some(Some(timer)) = timer {
            timer.clear();
        }
        let mine = turn.get_value().wrapping_add(1);
        turn.set_value(mine);
        if text.is_empty() {
            found.set(Vec::new());
            return None;
        }
        let ask = move || {
            let text = text.clone();
            let Some(database) = database.try_get_value() else { return };
            spawn_local(async move {
                let wanted = Wanted { text: &text, limit: MOST, ..Wanted::default() };
                let page = api::tables::search(api, &database, &wanted).await;
                if turn.try_get_value() != Some(mine) {
                    return;
                }
                let tables = page.map(|page| page.items).unwrap_or_default();
                let one = |table: howdah_types::tables::DatabaseTable| Command {
                    icon: match table.kind {
                        TableKind::View | TableKind::MaterializedView => IconName::View,
                        _ => IconName::Table,
                    },
                    name: format!("{}.{}", table.schema, table.name),
                    kind: "Table",
                    act: Act::Go(routes::table(&database, &table.schema, &table.name)),
                };
                found.try_set(tables.into_iter().map(one).collect());
            });
        };
        set_timeout_with_handle(ask, REST).ok()
    });
    found
}
