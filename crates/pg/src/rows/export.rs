//! All rows of a relation, as a stream: COPY hands them out as PostgreSQL's own text.
//!
//! COPY takes no parameters. So values of filters are written as constants of their type, `CAST('10' AS pg_catalog.…)`,
//! which calls the type's input function as a parameter would; texts are quoted by `ident::Literal`.

use std::collections::HashMap;
use std::time::Duration;

use howdah_types::rows::Column;

use super::batch::split;
use super::bound::Bound;
use super::columns::{Described, find};
use super::keyset::{Sort, order_by};
use super::open::{Opened, Purpose, open};
use super::page::PageRequest;
use super::select::all;
use super::{Place, conditions};
use crate::error::Error;
use crate::ident::Ident;
use crate::server::Server;
use crate::session::{CopySink, Param, is_lost_statement};
use crate::trace::Trace;

const DOING: &str = "exporting rows";
const TRIES: usize = 5;

/// Takes the rows of an export.
pub trait RowSink: Send + Sync {
    /// One row; `None` is NULL. `false`: no more are wanted.
    fn row(&mut self, values: &[Option<&str>]) -> bool;
    /// Hands on what has come together; waits while nobody takes it. `false`: nobody ever will.
    fn flush(&mut self) -> impl Future<Output = bool> + Send;
    /// Is ready when nobody takes anything any more.
    fn gone(&self) -> impl Future<Output = ()> + Send;
}

/// Rows that are about to be read.
pub struct Reading {
    opened: Opened,
    columns: Vec<Column>,
    sql: String,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("sql", &self.sql).finish_non_exhaustive()
    }
}

impl Reading {
    /// Opens the relation. Of the request columns, sort, filter and condition count; without a sort rows come as they
    /// lie.
    pub async fn open(
        server: &Server,
        trace: &Trace,
        place: Place<'_>,
        request: &PageRequest<'_>,
    ) -> Result<Self, Error> {
        let opened = open(server, trace, place.database, place.name(), Purpose::Read).await?;
        let chosen: Vec<&Described> = match request.columns {
            None => opened.columns.iter().collect(),
            Some(names) => {
                names.iter().map(|name| find(&opened.columns, name, "columns")).collect::<Result<_, _>>()?
            }
        };
        let mut values = Bound::default();
        let condition = request.condition.as_ref();
        let mut found = conditions(&opened, place, request.filter, "filter", condition, &mut values).await?;
        if values.types().next().is_some() {
            let mut written = Bound::written(type_names(&opened, &values).await?);
            found = conditions(&opened, place, request.filter, "filter", condition, &mut written).await?;
        }
        let order = if request.sort.is_empty() {
            String::new()
        } else {
            order_by(&Sort::new(request.sort, &opened.columns, &opened.kind, opened.spread)?.keys)
        };
        let names: Vec<_> = chosen.iter().map(|described| format!("t.{}", Ident(described.name()))).collect();
        let sql = format!(
            "COPY (SELECT {} FROM {} AS t{}{order}) TO STDOUT",
            names.join(", "),
            place.qualified(),
            all(&found),
        );
        let columns = chosen.iter().map(|described| described.column.clone()).collect();
        Ok(Self { opened, columns, sql })
    }

    /// The columns of the rows, in their order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Reads all rows, however long it takes. Answers whether all were taken.
    pub async fn run<S: RowSink>(self, sink: &mut S) -> Result<bool, Error> {
        let session = self.opened.session.with_limit(Duration::ZERO);
        session.limit_transaction().await?;
        let columns = self.columns.len();
        let mut lines = Lines { sink, text: Vec::new(), places: Vec::new(), columns, broken: false };
        let mut tries = 0;
        let whole = loop {
            session.execute("beginning to read", "SAVEPOINT howdah_read").await?;
            match session.copy_out(DOING, &self.sql, &mut lines).await {
                Err(error) if is_lost_statement(&error) && tries < TRIES => {
                    session.execute("trying again", "ROLLBACK TO SAVEPOINT howdah_read").await?;
                    tries += 1;
                }
                result => break result?,
            }
        };
        if lines.broken {
            return Err(Error::Unexpected {
                doing: DOING,
                source: "a row is not as COPY writes rows".into(),
            });
        }
        if whole {
            session.roll_back().await?;
        }
        Ok(whole)
    }
}

/// The names of the types that values are of, as they stand in a cast.
async fn type_names(opened: &Opened, values: &Bound<'_>) -> Result<HashMap<u32, String>, Error> {
    let doing = "asking for the names of types";
    let mut names = HashMap::new();
    for oid in values.types() {
        if names.contains_key(&oid) {
            continue;
        }
        // Without a modifier of its own: `bpchar`, not `character`, which would be one character.
        let sql = "SELECT pg_catalog.format_type($1, -1)";
        let row = opened.session.query_opt(doing, sql, &[Param::Oid(oid)]).await?;
        let name = row.map_or(Ok(None), |row| row.try_get(0)).map_err(|error| Error::shape(doing, error))?;
        names.insert(oid, name.unwrap_or_default());
    }
    Ok(names)
}

/// Takes lines of COPY apart.
struct Lines<'a, S> {
    sink: &'a mut S,
    text: Vec<u8>,
    places: Vec<Option<(usize, usize)>>,
    columns: usize,
    broken: bool,
}

impl<S: RowSink> Lines<'_, S> {
    fn values(&mut self, line: &[u8]) -> Option<bool> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        if self.columns == 0 {
            return Some(self.sink.row(&[]));
        }
        split(line, &mut self.text, &mut self.places);
        if self.places.len() != self.columns {
            return None;
        }
        let text = std::str::from_utf8(&self.text).ok()?;
        let values: Vec<_> =
            self.places.iter().map(|place| place.and_then(|(from, to)| text.get(from..to))).collect();
        Some(self.sink.row(&values))
    }
}

impl<S: RowSink> CopySink for Lines<'_, S> {
    fn row(&mut self, line: &[u8]) -> bool {
        let taken = self.values(line);
        self.broken |= taken.is_none();
        taken.unwrap_or(false)
    }

    fn flush(&mut self) -> impl Future<Output = bool> + Send {
        self.sink.flush()
    }

    fn gone(&self) -> impl Future<Output = ()> + Send {
        self.sink.gone()
    }
}
