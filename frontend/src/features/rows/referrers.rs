//! Foreign keys followed backwards: from a row to the rows of other tables that refer to it.

use std::sync::Arc;

use howdah_types::permissions::Permission;
use howdah_types::relations::Relation;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::staged::Target;
use super::view::rows_where;
use super::work::Work;
use crate::api::rows::Place;
use crate::api::{self, use_api};
use crate::state::use_session;

/// The most that a menu offers.
const MOST: usize = 12;

/// Keys of other tables, or of the same, that lead to the table.
pub(super) type Referrers = RwSignal<Arc<Vec<Relation>>>;

/// Reads them whenever another table is shown. Where they cannot be read, none are offered.
pub(super) fn read_along(work: Work) {
    let (api, session) = (use_api(), use_session());
    let may = Memo::new(move |_| session.can(Permission::TableRead));
    Effect::new(move |_| {
        let place = work.place.get();
        work.referrers.set(Arc::default());
        if !may.get() || place.table.is_empty() {
            return;
        }
        spawn_local(async move {
            let answer = api::relations::get(api, &place.database, &place.schema, Some(&place.table)).await;
            let still = work.place.try_get_untracked().is_some_and(|now| now == place);
            if let (Ok(relations), true) = (answer, still) {
                let mine = relations.foreign_keys.into_iter().filter(|key| {
                    (&key.references_schema, &key.references_table) == (&place.schema, &place.table)
                });
                work.referrers.try_set(Arc::new(mine.collect()));
            }
        });
    });
}

/// What refers to a row of the sheet: in words, and the address of those rows.
pub(super) fn to_row(work: Work, row: usize) -> Vec<(String, String)> {
    let Some(Target::Kept(_, origin)) = work.target(row) else { return Vec::new() };
    let here = work.place.get_untracked();
    let keys = work.referrers.get_untracked();
    let one = |key: &Relation| {
        let pairs: Option<Vec<(String, String)>> = key
            .columns
            .iter()
            .zip(&key.references_columns)
            .map(|(column, mine)| Some((column.clone(), origin.held(mine).flatten()?)))
            .collect();
        let place =
            Place { database: here.database.clone(), schema: key.schema.clone(), table: key.table.clone() };
        Some((label(key, &keys, &here), rows_where(&place, pairs?.into_iter())))
    };
    keys.iter().filter_map(one).take(MOST).collect()
}

/// `Rows of orders that refer to it`; with the columns where a table refers in several ways.
fn label(key: &Relation, all: &[Relation], here: &Place) -> String {
    let table =
        if key.schema == here.schema { key.table.clone() } else { format!("{}.{}", key.schema, key.table) };
    let same = |other: &&Relation| (&other.schema, &other.table) == (&key.schema, &key.table);
    let by = if all.iter().filter(same).count() > 1 {
        format!(" by {}", key.columns.join(", "))
    } else {
        String::new()
    };
    format!("Rows of {table} that refer to it{by}")
}
