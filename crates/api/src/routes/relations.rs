//! How tables hang together: `/api/database/{name}/relations`.

use actix_web::web::Json;
use howdah_pg::relations;
use howdah_types::problem::Code;
use howdah_types::relations::{RelatedColumn, RelatedTable, Relation, Relations};
use howdah_types::tables::TableKind;
use serde::Deserialize;
use serde_json::json;

use super::Answer;
use super::tables::public;
use crate::extract::access::TableRead;
use crate::extract::actor::Actor;
use crate::extract::params::{DatabasePath, Path, Query, possible_name};
use crate::openapi::{Doc, Tag};
use crate::problem::Failure;

#[derive(Deserialize)]
pub(crate) struct RelationsQuery {
    #[serde(default = "public")]
    schema: String,
    table: Option<String>,
}

pub(crate) async fn read(
    actor: Actor<TableRead>,
    path: Path<DatabasePath>,
    query: Query<RelationsQuery>,
) -> Answer<Relations> {
    let RelationsQuery { schema, table } = query.0;
    if !possible_name(&schema) {
        return Err(Failure::of(Code::SchemaNotFound));
    }
    if !table.as_deref().is_none_or(possible_name) {
        return Err(Failure::of(Code::TableNotFound));
    }
    let (server, trace, database) = (actor.server(), actor.trace(), &path.0.name);
    Ok(Json(relations::read(server, trace, database, &schema, table.as_deref()).await?))
}

pub(crate) fn read_doc() -> Doc {
    let text = "The tables of a schema, or one table, with those that their foreign keys lead to and come from, also in \
        other schemas: at most 150, linked ones first. Partitions are left out. For drawing them.";
    Doc::new("getRelations", Tag::Tables, "Show how tables hang together", text)
        .query("schema", "The schema.", json!({ "type": "string", "default": "public" }), json!("public"))
        .query("table", "Only this table and those around it.", json!({ "type": "string" }), json!("orders"))
        .answer(200, "The tables and the foreign keys between them.", &example())
        .problems(&[Code::SchemaNotFound, Code::TableNotFound])
}

fn example() -> Relations {
    let column = |name: &str, primary_key| RelatedColumn {
        name: name.into(),
        type_name: "bigint".into(),
        nullable: false,
        primary_key,
    };
    let table = |name: &str, columns: Vec<RelatedColumn>| RelatedTable {
        schema: "public".into(),
        name: name.into(),
        kind: TableKind::Table,
        column_count: i64::try_from(columns.len()).unwrap_or_default(),
        columns,
    };
    Relations {
        tables: vec![
            table("customers", vec![column("id", true)]),
            table("orders", vec![column("id", true), column("customer", false)]),
        ],
        foreign_keys: vec![Relation {
            name: "orders_customer_fkey".into(),
            schema: "public".into(),
            table: "orders".into(),
            columns: vec!["customer".into()],
            references_schema: "public".into(),
            references_table: "customers".into(),
            references_columns: vec!["id".into()],
            unique: false,
        }],
        truncated: false,
    }
}
