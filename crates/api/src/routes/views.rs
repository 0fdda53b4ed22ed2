//! Views and materialized views: `/api/database/{name}/views`. Their details and drops are those of tables.

use actix_web::web::Json;
use actix_web::{HttpRequest, HttpResponse};
use howdah_pg::{tables, views};
use howdah_types::problem::Code;
use howdah_types::table_details::TableDetails;
use howdah_types::tables::TableKind;
use howdah_types::views::{RefreshData, ViewFormData, ViewUpdateData};
use serde_json::json;

use super::Answer;
use super::changes::{
    ChangeQuery, ListQuery, SchemaQuery, Target, Wanted, changed, created, gone, in_schema, must_be_possible,
    with_cascade, with_change, with_list,
};
use super::table::address;
use crate::examples::{self, structure};
use crate::extract::access::{TableCreate, TableDelete, TableRead, TableUpdate};
use crate::extract::actor::Actor;
use crate::extract::json::ValidJson;
use crate::extract::params::{DatabasePath, Path, Query, ViewPath};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

const KINDS: [TableKind; 2] = [TableKind::View, TableKind::MaterializedView];

pub(crate) async fn list(
    actor: Actor<TableRead>,
    path: Path<DatabasePath>,
    query: Query<ListQuery>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let wanted = query.0.wanted()?;
    let part = wanted.part();
    let all = tables::Wanted {
        schema: part.schema,
        search: None,
        kinds: &KINDS,
        after: part.after,
        limit: part.limit,
    };
    let found = tables::list(actor.server(), actor.trace(), &path.0.name, all).await?;
    Ok(Wanted::page(&request, found))
}

pub(crate) fn list_doc() -> Doc {
    let text = "Views and materialized views, as in the list of tables.";
    let doc =
        Doc::new("listViews", Tag::Tables, "List views", text).list("A page of views.", &[examples::table()]);
    with_list(doc)
}

pub(crate) async fn read(
    actor: Actor<TableRead>,
    path: Path<ViewPath>,
    query: Query<SchemaQuery>,
) -> Answer<TableDetails> {
    let (ViewPath { name, view }, schema) = (path.0, query.0.schema);
    must_be_possible(&[(&schema, Code::SchemaNotFound), (&view, Code::TableNotFound)])?;
    let details = tables::details(actor.server(), actor.trace(), &name, (&schema, &view)).await?;
    if KINDS.contains(&details.kind) { Ok(Json(details)) } else { Err(Failure::of(Code::TableNotFound)) }
}

pub(crate) fn read_doc() -> Doc {
    let text = "With its query in `definition`. The same as of a table.";
    let doc = Doc::new("getView", Tag::Tables, "Describe a view", text)
        .answer(200, "The view.", &structure::view_details())
        .problems(&[Code::TableNotFound]);
    in_schema(doc)
}

pub(crate) async fn create(
    actor: Actor<TableCreate>,
    path: Path<DatabasePath>,
    query: Query<ChangeQuery>,
    body: ValidJson<ViewFormData>,
) -> Result<HttpResponse, Failure> {
    let (database, query, mut data) = (path.0.name, query.0, body.0);
    let schema = data.schema.get_or_insert_with(|| query.schema.clone()).clone();
    must_be_possible(&[(&schema, Code::SchemaNotFound)])?;
    let at = query.at(&actor, &database)?;
    let target = Target { database: &database, schema: Some(&schema), name: &data.name };
    let answer = async {
        let details =
            tables::details(actor.server(), actor.trace(), &database, (&schema, &data.name)).await?;
        Ok(created(address(&database, "views", &data.name, &schema), &details))
    };
    let detail = Some(json!(data));
    changed(&actor, target, (query.dry_run, detail), views::create(at, &data), answer).await
}

pub(crate) fn create_doc() -> Doc {
    let text = "The query needs `query.run`, and `query.superuser` where the view belongs to a superuser. A materialized \
        view runs it now, unless `withoutData` is given.";
    let doc = Doc::new("createView", Tag::Tables, "Create a view", text)
        .body(&structure::view_form())
        .answer(201, "The view.", &structure::view_details())
        .header("Location", "The address of the new view.")
        .answer(
            200,
            "With `dryRun`: what would be sent.",
            &structure::preview("CREATE VIEW \"public\".\"open_orders\" AS\nSELECT 1"),
        );
    with_change(in_schema(doc), "CREATE VIEW")
}

pub(crate) async fn update(
    actor: Actor<TableUpdate>,
    path: Path<ViewPath>,
    query: Query<ChangeQuery>,
    body: ValidJson<ViewUpdateData>,
) -> Result<HttpResponse, Failure> {
    let (ViewPath { name: database, view }, query, data) = (path.0, query.0, body.0);
    let target = query.target(&database, &view, Code::TableNotFound)?;
    let at = query.at(&actor, &database)?;
    let now = target.renamed(data.schema.as_deref(), data.name.as_deref());
    let answer = async {
        Ok(HttpResponse::Ok().json(tables::details(actor.server(), actor.trace(), &database, now).await?))
    };
    let detail = Some(json!(data));
    changed(&actor, target, (query.dry_run, detail), views::update(at, target.qualified(), &data), answer)
        .await
}

pub(crate) fn update_doc() -> Doc {
    let text = "What is left out stays. A new query must keep the columns there are, and may add some behind them; that of a \
        materialized view cannot be changed.";
    let doc = Doc::new("updateView", Tag::Tables, "Change a view", text)
        .body(&structure::view_update())
        .answer(200, "The view as it is now; with `dryRun` a `ChangePreview`.", &structure::view_details())
        .or_change_preview("ALTER VIEW \"public\".\"open_orders\" RENAME TO \"unpaid\"")
        .problems(&[Code::TableNotFound]);
    with_change(in_schema(doc), "ALTER VIEW")
}

pub(crate) async fn delete(
    actor: Actor<TableDelete>,
    path: Path<ViewPath>,
    query: Query<ChangeQuery>,
) -> Result<HttpResponse, Failure> {
    let (ViewPath { name: database, view }, query) = (path.0, query.0);
    let target = query.target(&database, &view, Code::TableNotFound)?;
    let at = query.at(&actor, &database)?;
    let work = views::delete(at, target.qualified(), query.dropping());
    changed(&actor, target, (query.dry_run, query.dropping_detail()), work, gone()).await
}

pub(crate) fn delete_doc() -> Doc {
    let doc = Doc::new(
        "deleteView",
        Tag::Tables,
        "Drop a view",
        "Also a materialized one, with the rows it keeps.",
    )
    .gone_or_preview("DROP VIEW \"public\".\"open_orders\"")
    .problems(&[Code::TableNotFound]);
    with_cascade(with_change(in_schema(doc), "DROP VIEW"))
}

pub(crate) async fn refresh(
    actor: Actor<TableUpdate>,
    path: Path<ViewPath>,
    query: Query<ChangeQuery>,
    body: ValidJson<RefreshData>,
) -> Result<HttpResponse, Failure> {
    let (ViewPath { name: database, view }, query, data) = (path.0, query.0, body.0);
    let target = query.target(&database, &view, Code::TableNotFound)?;
    let at = query.at(&actor, &database)?;
    let work = views::refresh(at, target.qualified(), &data);
    changed(&actor, target, (query.dry_run, Some(json!(data))), work, gone()).await
}

pub(crate) fn refresh_doc() -> Doc {
    let text = "Runs the query of a materialized view again, with the rights of its owner.";
    let doc = Doc::new("refreshView", Tag::Tables, "Refresh a materialized view", text)
        .body(&RefreshData { concurrently: false })
        .empty(204, "It is filled anew.")
        .answer(
            200,
            "With `dryRun`: what would be sent.",
            &structure::preview("REFRESH MATERIALIZED VIEW \"public\".\"monthly\""),
        )
        .problems(&[Code::TableNotFound]);
    with_change(in_schema(doc), "REFRESH MATERIALIZED VIEW")
}
