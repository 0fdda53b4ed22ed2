//! Functions and procedures: what they are. Nothing of them is run.

use howdah_types::functions::{DatabaseFunction, FunctionDetails};
use serde_json::{Map, Value, json};

use crate::change::existing::surroundings;
use crate::change::object::{Kind, Object};
use crate::error::Error;
use crate::json::object;
use crate::listed::{self, ONE, Part};
use crate::server::Server;
use crate::tables::Page;
use crate::trace::Trace;

const LIST: &str = include_str!("functions/list.sql");

/// Functions by schema, name and oid.
pub async fn list(
    server: &Server,
    trace: &Trace,
    database: &str,
    part: Part<'_>,
) -> Result<Page<DatabaseFunction>, Error> {
    listed::list(server, trace, database, part, ("listing functions", LIST)).await
}

/// A function in full, by its oid as text.
pub async fn details(
    server: &Server,
    trace: &Trace,
    database: &str,
    oid: &str,
) -> Result<FunctionDetails, Error> {
    let doing = "describing the function";
    let session = server.session(database, trace).await?;
    let found = Object::find(&session, Kind::Function, "", oid).await?;
    let row = session.query_opt(doing, LIST, &listed::params(ONE, found.oid)).await?;
    let row = row.ok_or_else(|| Error::ObjectNotFound { kind: "function", name: oid.to_owned() })?;
    let function: Value = object(doing, &row, 2)?;
    let mut whole: Map<String, Value> = object(doing, &row, 3)?;
    let (privileges, dependents) = surroundings(&session, &found).await?;
    whole.insert("function".to_owned(), function);
    whole.insert("privileges".to_owned(), json!(privileges));
    whole.insert("dependents".to_owned(), json!(dependents));
    serde_json::from_value(Value::Object(whole))
        .map_err(|error| Error::Unexpected { doing, source: error.into() })
}
