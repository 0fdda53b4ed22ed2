//! Changes of rows: `/api/database/{name}/tables/{table}/rows` and `…/rows/changes`.

use actix_web::HttpResponse;
use howdah_pg::rows::{self, Place, Selection};
use howdah_types::databases::Preview;
use howdah_types::permissions::Permission;
use howdah_types::problem::Code;
use howdah_types::row_changes::{
    Matching, NewValues, RowChanges, RowsChanged, RowsDeleteData, RowsFormData, RowsUpdateData,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::rows::{condition, is_system, possible, schema_of};
use super::tables::public;
use crate::audited::audited_rows;
use crate::examples;
use crate::extract::access::{RowCreate, RowDelete, RowUpdate, SignedGrant};
use crate::extract::actor::Actor;
use crate::extract::json::ValidJson;
use crate::extract::params::{Path, Query, TablePath};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;
use crate::shape;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChangesQuery {
    #[serde(default = "public")]
    schema: String,
    #[serde(default)]
    dry_run: bool,
}

/// The relation that is changed.
struct Target {
    path: TablePath,
    query: ChangesQuery,
}

impl Target {
    fn new(path: TablePath, query: ChangesQuery) -> Result<Self, Failure> {
        possible(&query.schema, &path.table)?;
        if is_system(&query.schema) {
            let text = "Rows of PostgreSQL’s own schemas are not changed by hand: that breaks the database.";
            return Err(Failure::new(Code::Forbidden, text));
        }
        Ok(Self { path, query })
    }

    fn place(&self) -> Place<'_> {
        Place { database: &self.path.name, schema: &self.query.schema, table: &self.path.table }
    }

    /// For the audit log: what was changed, without any value.
    fn detail(&self, more: Value) -> Value {
        let mut detail = json!({ "schema": self.query.schema, "table": self.path.table });
        if let (Some(detail), Value::Object(more)) = (detail.as_object_mut(), more) {
            detail.extend(more);
        }
        detail
    }
}

/// Does single changes, or says what they are.
async fn single<P: SignedGrant>(
    actor: &Actor<P>,
    target: &Target,
    changes: &RowChanges,
) -> Result<HttpResponse, Failure> {
    let (server, trace, place) = (actor.server(), actor.trace(), target.place());
    if target.query.dry_run {
        actor.changes_nothing();
        let statements = rows::preview(server, trace, place, changes).await?;
        return Ok(HttpResponse::Ok().json(Preview { statements }));
    }
    let detail = target.detail(json!({
        "deletes": changes.deletes.len(), "updates": changes.updates.len(), "inserts": changes.inserts.len(),
    }));
    let work = Box::pin(async { Ok(rows::change(server, trace, place, changes).await?) });
    done(actor, target, detail, work).await
}

async fn done<P: SignedGrant>(
    actor: &Actor<P>,
    target: &Target,
    detail: Value,
    work: impl Future<Output = Result<RowsChanged, Failure>>,
) -> Result<HttpResponse, Failure> {
    let count = |changed: &RowsChanged| Some(changed.inserted + changed.updated + changed.deleted);
    let changed = audited_rows(actor, Some(&target.path.name), Some(detail), count, work).await;
    if actor.who().may(Permission::RowRead) {
        return Ok(HttpResponse::Ok().json(changed?));
    }
    // What rows hold is for those who may read them: the numbers only, and no row as it is now.
    let changed = changed.map_err(Failure::without_rows)?;
    let RowsChanged { inserted, updated, deleted, .. } = changed;
    Ok(HttpResponse::Ok().json(RowsChanged { inserted, updated, deleted, ..RowsChanged::default() }))
}

/// Changes all rows that match (deletes them, where nothing is set), or says how.
async fn matching<P: SignedGrant>(
    actor: &Actor<P>,
    target: &Target,
    found: &Matching,
    set: Option<&NewValues>,
) -> Result<HttpResponse, Failure> {
    let (server, trace, place) = (actor.server(), actor.trace(), target.place());
    let condition = condition(actor, found.condition.as_deref(), "matching.where")?;
    let selection = Selection { filter: &found.filter, condition, expect: found.expect };
    if target.query.dry_run {
        actor.changes_nothing();
        let statements = rows::preview_matching(server, trace, place, &selection, set).await?;
        return Ok(HttpResponse::Ok().json(Preview { statements }));
    }
    let columns: Option<Vec<&String>> = set.map(|set| set.keys().collect());
    let detail = target.detail(json!({
        "matching": {
            "filter": shape::filters(&found.filter),
            "where": found.condition.as_deref().map(shape::condition),
            "expect": found.expect,
        },
        "set": columns,
    }));
    let work = Box::pin(async {
        Ok(match set {
            Some(set) => rows::update_matching(server, trace, place, &selection, set).await?,
            None => rows::delete_matching(server, trace, place, &selection).await?,
        })
    });
    done(actor, target, detail, work).await
}

fn change_doc(doc: Doc) -> Doc {
    let dry = "Answer the statements that it comes to, and do nothing.";
    schema_of(doc)
        .answer(200, "What was done; with `dryRun` a `Preview`. Without the permission `row.read` it has the numbers only: `columns`, \
             `inserts`, `updates` and `deletes` are empty, and a problem has no `conflict`.", &examples::rows_changed())
        .or_preview("UPDATE \"public\".\"orders\" SET \"note\" = 'paid' WHERE \"id\" = '1'")
        .query("dryRun", dry, json!({ "type": "boolean", "default": false }), json!(false))
        .problems(&[
            Code::Invalid,
            Code::Forbidden,
            Code::RowChanged,
            Code::RowGone,
            Code::RowCountMismatch,
            Code::RowLocked,
        ])
}

pub(crate) async fn insert(
    actor: Actor<RowCreate>,
    path: Path<TablePath>,
    query: Query<ChangesQuery>,
    body: ValidJson<RowsFormData>,
) -> Result<HttpResponse, Failure> {
    let target = Target::new(path.0, query.0)?;
    let changes = RowChanges { inserts: body.0.inserts, ..RowChanges::default() };
    single(&actor, &target, &changes).await
}

pub(crate) fn insert_doc() -> Doc {
    let text = "All of them, or none. A column that is left out gets its default. Triggers, defaults and checks run with the \
        rights of the table’s owner; a superuser’s table that would run code of another role is not changed. The answer \
        shows the rows as the server made them.";
    change_doc(Doc::new("insertRows", Tag::Rows, "Insert rows", text).body(&examples::rows_form()))
}

pub(crate) async fn update(
    actor: Actor<RowUpdate>,
    path: Path<TablePath>,
    query: Query<ChangesQuery>,
    body: ValidJson<RowsUpdateData>,
) -> Result<HttpResponse, Failure> {
    let target = Target::new(path.0, query.0)?;
    let RowsUpdateData { updates, matching: found, set } = body.0;
    match found {
        Some(found) => matching(&actor, &target, &found, Some(&set)).await,
        None => single(&actor, &target, &RowChanges { updates, ..RowChanges::default() }).await,
    }
}

pub(crate) fn update_doc() -> Doc {
    let text = "Either single rows, each exactly one and still as the caller saw it (`was`, `version`), or all rows that \
        match, when they are as many as expected. Otherwise nothing is changed, and the problem says why: `conflict` holds \
        the row as it is now, `count` both numbers.";
    change_doc(Doc::new("updateRows", Tag::Rows, "Change rows", text).body(&examples::rows_update()))
}

pub(crate) async fn delete(
    actor: Actor<RowDelete>,
    path: Path<TablePath>,
    query: Query<ChangesQuery>,
    body: ValidJson<RowsDeleteData>,
) -> Result<HttpResponse, Failure> {
    let target = Target::new(path.0, query.0)?;
    let RowsDeleteData { deletes, matching: found } = body.0;
    match found {
        Some(found) => matching(&actor, &target, &found, None).await,
        None => single(&actor, &target, &RowChanges { deletes, ..RowChanges::default() }).await,
    }
}

pub(crate) fn delete_doc() -> Doc {
    let text = "Either single rows or all that match, with the same checks as for changes. The answer shows the single rows \
        that are gone.";
    change_doc(Doc::new("deleteRows", Tag::Rows, "Delete rows", text).body(&examples::rows_delete()))
}

pub(crate) async fn batch(
    actor: Actor<RowUpdate>,
    path: Path<TablePath>,
    query: Query<ChangesQuery>,
    body: ValidJson<RowChanges>,
) -> Result<HttpResponse, Failure> {
    let target = Target::new(path.0, query.0)?;
    if !body.0.inserts.is_empty() {
        actor.needs(Permission::RowCreate)?;
    }
    if !body.0.deletes.is_empty() {
        actor.needs(Permission::RowDelete)?;
    }
    single(&actor, &target, &body.0).await
}

pub(crate) fn batch_doc() -> Doc {
    let text = "What was staged in a grid, in one transaction: deletes, then updates, then inserts. Deletes and inserts need \
        `row.delete` and `row.create` as well. A problem names the change and the column in `errors`: \
        `updates[2].set.total`. To undo, send the inverse that the answer shows; it is refused when a row has changed \
        since.";
    change_doc(
        Doc::new("changeRows", Tag::Rows, "Apply staged changes of rows", text)
            .body(&examples::row_changes()),
    )
}
