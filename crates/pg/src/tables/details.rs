//! A table or view in full, from the catalogs. Nothing of it runs code that stands in the database.

use howdah_types::changes::Dependent;
use howdah_types::table_details::{
    CheckDetails, ColumnDetails, ForeignKeyDetails, IndexDetails, KeyDetails, PartitionDetails,
    PolicyDetails, Privilege, RuleDetails, TableDetails, TriggerDetails,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use tokio_postgres::Row;

use super::recreate;
use crate::change::object::{Kind, Object};
use crate::error::Error;
use crate::json::{object, objects};
use crate::server::Server;
use crate::session::{Param, Session};
use crate::trace::Trace;

const DOING: &str = "describing the table";
const TRIES: u32 = 5;

/// What the DDL needs beside the details.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Column {
    #[serde(flatten)]
    pub(super) details: ColumnDetails,
    pub(super) storage_default: bool,
    pub(super) identity_options: Option<String>,
    pub(super) owned_sequence: Option<String>,
    pub(super) fdw_options: Vec<String>,
}

/// Something that may have come from a parent.
#[derive(Debug, Deserialize)]
pub(super) struct Inherited<T> {
    #[serde(flatten)]
    pub(super) details: T,
    pub(super) inherited: bool,
}

/// A relation with all that belongs to it.
pub(super) struct Parts {
    pub(super) details: TableDetails,
    pub(super) columns: Vec<Column>,
    /// Keys, checks, exclusions and foreign keys by name that came from a parent.
    pub(super) inherited_constraints: Vec<String>,
    pub(super) inherited_indexes: Vec<String>,
    /// A materialized view was filled.
    pub(super) populated: bool,
}

/// Everything about the relation `name` (schema and name); [`Error::SchemaNotFound`], [`Error::TableNotFound`].
pub async fn details(
    server: &Server,
    trace: &Trace,
    database: &str,
    name: (&str, &str),
) -> Result<TableDetails, Error> {
    let mut tries = 1;
    let parts = loop {
        // What asks beside a question that fails is given up, and the session with it.
        let session = server.session(database, trace).await?;
        let found = Object::find(&session, Kind::Relation, name.0, name.1).await?;
        // Many questions at once make a large future.
        match Box::pin(read(&session, found.oid, name)).await {
            // `cache lookup failed`: something was dropped while it was looked at. The next look does not see it.
            Err(error) if error.sqlstate() == Some("XX000") && tries < TRIES => tries += 1,
            parts => break parts?,
        }
    };
    let ddl = recreate::statements(&parts);
    Ok(TableDetails { ddl, ..parts.details })
}

async fn read(session: &Session, oid: u32, name: (&str, &str)) -> Result<Parts, Error> {
    let params = [Param::Oid(oid)];
    let ask = |sql| session.query(DOING, sql, &params);
    // On one connection they go out together.
    let (relation, columns, constraints, indexes, rules, partitions, privileges, dependents) = futures_util::try_join!(
        ask(include_str!("relation.sql")),
        ask(include_str!("columns.sql")),
        ask(include_str!("constraints.sql")),
        ask(include_str!("indexes.sql")),
        ask(include_str!("rules.sql")),
        ask(include_str!("partitions.sql")),
        ask(include_str!("privileges.sql")),
        crate::change::dependents::of_relation(session, oid, 1000),
    )?;
    let Some(relation) = relation.first() else { return Err(Error::TableNotFound(name.1.to_owned())) };
    let mut whole: Map<String, Value> = object(DOING, relation, 0)?;
    let columns: Vec<Column> = objects(DOING, &columns, 0)?;
    let indexes: Vec<Inherited<IndexDetails>> = objects(DOING, &indexes, 0)?;
    let partitions: Vec<PartitionDetails> = objects(DOING, &partitions, 0)?;
    let privileges: Vec<Privilege> = objects(DOING, &privileges, 0)?;
    let keys = Constraints::read(&constraints)?;
    let inherited_indexes = inherited(&indexes, |index| &index.name);
    let populated = whole.remove("populated") == Some(Value::Bool(true));
    let mut put = |key: &str, value: Value| whole.insert(key.to_owned(), value);
    put("columns", json!(columns.iter().map(|column| &column.details).collect::<Vec<_>>()));
    put("indexes", json!(indexes.iter().map(|index| &index.details).collect::<Vec<_>>()));
    put("partitions", json!(partitions));
    put("privileges", json!(Some(privileges).filter(|list| !list.is_empty())));
    put("dependents", json!(dependents as Vec<Dependent>));
    put("primaryKey", json!(keys.primary));
    put("unique", json!(keys.unique));
    put("checks", json!(keys.checks));
    put("exclusions", json!(keys.exclusions));
    put("foreignKeys", json!(keys.foreign));
    put("referencedBy", json!(keys.referring));
    put("triggers", json!(of_kind::<TriggerDetails>(&rules, "t")?));
    put("rules", json!(of_kind::<RuleDetails>(&rules, "r")?));
    put("policies", json!(of_kind::<PolicyDetails>(&rules, "p")?));
    put("ddl", json!([]));
    let details = serde_json::from_value(Value::Object(whole))
        .map_err(|error| Error::Unexpected { doing: DOING, source: error.into() })?;
    Ok(Parts { details, columns, inherited_constraints: keys.inherited, inherited_indexes, populated })
}

fn inherited<T>(all: &[Inherited<T>], name: impl Fn(&T) -> &String) -> Vec<String> {
    all.iter().filter(|one| one.inherited).map(|one| name(&one.details).clone()).collect()
}

/// The objects of rows whose first column is `kind`; the last column is the object.
fn of_kind<T: DeserializeOwned>(rows: &[Row], kind: &str) -> Result<Vec<T>, Error> {
    let mut found = Vec::new();
    for row in rows {
        if row.try_get::<_, &str>(0).map_err(|error| Error::shape(DOING, error))? == kind {
            found.push(object(DOING, row, row.len() - 1)?);
        }
    }
    Ok(found)
}

struct Constraints {
    primary: Option<KeyDetails>,
    unique: Vec<KeyDetails>,
    checks: Vec<CheckDetails>,
    exclusions: Vec<Value>,
    foreign: Vec<ForeignKeyDetails>,
    referring: Vec<ForeignKeyDetails>,
    inherited: Vec<String>,
}

impl Constraints {
    fn read(rows: &[Row]) -> Result<Self, Error> {
        let mut inherited_names = Vec::new();
        for kind in ["p", "u", "c", "x", "f"] {
            let all: Vec<Inherited<Value>> = of_kind(rows, kind)?;
            let names = all.iter().filter(|one| one.inherited);
            inherited_names.extend(names.filter_map(|one| one.details["name"].as_str().map(str::to_owned)));
        }
        Ok(Self {
            primary: of_kind(rows, "p")?.pop(),
            unique: of_kind(rows, "u")?,
            checks: of_kind(rows, "c")?,
            exclusions: of_kind(rows, "x")?,
            foreign: of_kind(rows, "f")?,
            referring: of_kind(rows, "r")?,
            inherited: inherited_names,
        })
    }
}
