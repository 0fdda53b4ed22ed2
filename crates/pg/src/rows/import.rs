//! Writing many rows with COPY, and finding those that the table does not take.
//!
//! COPY takes all of its rows or none, and names the line that it stumbled over. So each batch goes into a savepoint;
//! after a refusal the rows before the refused one are sent again, then those after it, in smaller parts the more are
//! refused. Where PostgreSQL names no line (a foreign key is checked after the last row), the batch
//! is halved until the culprit stands alone.
//!
//! Whether a commit went through is asked of PostgreSQL after a crash: the caller keeps [`Importing::transaction`]
//! before it commits, and [`outcome`] tells what became of it.

use std::fmt::Write;

use howdah_types::rows::Column;
use howdah_types::table_form::TableFormData;
use howdah_types::validate::FieldError;

use super::Place;
use super::batch::{Batch, Ready};
use super::change::begin as begin_change;
use super::columns::Described;
use super::open::{Opened, Purpose, open_made};
use crate::change::Options;
use crate::error::{Error, SqlError};
use crate::ident::{Ident, Qualified};
use crate::server::Server;
use crate::session::{Param, is_lost_statement};
use crate::trace::Trace;

const DOING: &str = "writing rows";
/// How often a statement is tried whose name another client of a pooler had taken.
const TRIES: usize = 20;
/// So many rows that are refused one after the other without a line being named mean that the table takes none.
const HOPELESS: usize = 50;
/// The fewest rows that are sent at once, where one after the other is refused.
const LEAST: usize = 16;

/// Where rows go.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// A table that is there.
    Existing,
    /// A table that is made first, in the same transaction.
    New(&'a TableFormData, Options),
}

/// An open transaction that rows are written in; rolled back unless [`Importing::commit`] is called.
pub struct Importing {
    opened: Opened,
    schema: String,
    table: String,
    /// Indexes into `opened.columns`.
    targets: Vec<usize>,
}

impl std::fmt::Debug for Importing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Importing")
            .field("schema", &self.schema)
            .field("table", &self.table)
            .finish_non_exhaustive()
    }
}

/// A row that the table did not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// As it was given to [`Batch::push`].
    pub number: u64,
    /// The column of the table, where one is to blame.
    pub column: Option<String>,
    pub error: SqlError,
}

/// What became of a batch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    pub rows: u64,
    /// By number.
    pub refused: Vec<Refusal>,
}

/// What became of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Committed,
    Aborted,
    /// Its connection is not known to have ended yet.
    Running,
    /// Too long ago: PostgreSQL does not know any more.
    Forgotten,
}

/// Columns of a table that an import may write to, in their order.
pub async fn writable(server: &Server, trace: &Trace, place: Place<'_>) -> Result<Vec<Column>, Error> {
    let opened = begin_change(server, trace, place, Purpose::Change).await?;
    let columns = opened.columns.iter().filter(|described| may_write(described));
    let columns = columns.map(|described| described.column.clone()).collect();
    opened.session.roll_back().await?;
    Ok(columns)
}

fn may_write(described: &Described) -> bool {
    // COPY writes identity columns whatever they say.
    described.column.details.as_ref().is_none_or(|details| !details.generated)
}

/// Opens the table for rows with values for these columns. With [`Target::New`] the place is where the table is made.
pub async fn begin(
    server: &Server,
    trace: &Trace,
    place: Place<'_>,
    target: Target<'_>,
    columns: &[String],
) -> Result<Importing, Error> {
    let mut opened = match target {
        Target::Existing => begin_change(server, trace, place, Purpose::Change).await?,
        Target::New(form, options) => {
            let session = crate::tables::begin_with(server, trace, place.database, form, options).await?;
            open_made(session, place.name()).await?
        }
    };
    opened.session = opened.session.with_limit(std::time::Duration::ZERO);
    opened.session.limit_transaction().await?;
    // Others may hold a row for a while; who does not want to wait cancels the import.
    opened.session.execute("setting the time limit", "SET LOCAL lock_timeout = 0").await?;
    opened.session.query("asking for a durable commit", include_str!("import/durable.sql"), &[]).await?;
    let mut targets = Vec::new();
    let mut errors = Vec::new();
    for (number, name) in columns.iter().enumerate() {
        let field = format!("columns[{number}].target");
        match opened.columns.iter().position(|described| described.name() == name) {
            None => {
                let message = format!("There is no column “{name}” here.");
                errors.push(FieldError::new(&field, "notFound", message));
            }
            Some(at) if !opened.columns.get(at).is_some_and(may_write) => {
                let message = format!("The column “{name}” is computed; it takes no values.");
                errors.push(FieldError::new(&field, "generated", message));
            }
            Some(at) => targets.push(at),
        }
    }
    if !errors.is_empty() {
        return Err(Error::Fields(errors));
    }
    Ok(Importing { opened, schema: place.schema.to_owned(), table: place.table.to_owned(), targets })
}

impl Importing {
    /// The columns that rows give values for, in the order of [`begin`].
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        self.targets.iter().filter_map(|at| self.opened.columns.get(*at)).map(|described| &described.column)
    }

    /// Writes the rows of the batch that the table takes, and empties it. Errors that are about no single row end it; so do
    /// more refusals than `most`, whose rest is left unwritten.
    pub async fn write(&self, batch: &mut Batch, most: Option<u64>) -> Result<Written, Error> {
        let mut written = Written::default();
        for ready in batch.take() {
            self.write_shape(&ready, most, &mut written).await?;
        }
        written.refused.sort_by_key(|refusal| refusal.number);
        Ok(written)
    }

    async fn write_shape(
        &self,
        ready: &Ready,
        most: Option<u64>,
        written: &mut Written,
    ) -> Result<(), Error> {
        let sql = self.statement(&ready.columns);
        let mut alone = 0;
        // Rows that are sent at once: fewer after each refusal, for all of them are sent again.
        let mut size = ready.len();
        let mut left = vec![(0, ready.len())];
        while let Some((from, mut to)) = left.pop() {
            if from == to {
                continue;
            }
            if most.is_some_and(|most| written.refused.len() as u64 > most) {
                return Ok(());
            }
            if to - from > size {
                left.push((from + size, to));
                to = from + size;
            }
            let error = match self.try_copy(&sql, ready, from, to).await? {
                Ok(count) => {
                    written.rows += count;
                    alone = 0;
                    size = size.saturating_mul(2);
                    continue;
                }
                Err(error) => error,
            };
            let line = self.line(&error).filter(|line| (1..=to - from).contains(line));
            if !about_a_row(&error, line.is_some()) {
                return Err(Error::Sql { doing: DOING, source: error });
            }
            let culprit = match line {
                Some(line) => from + line - 1,
                None if to - from == 1 => {
                    alone += 1;
                    if alone > HOPELESS {
                        return Err(Error::Sql { doing: DOING, source: error });
                    }
                    from
                }
                None => {
                    let middle = from + (to - from) / 2;
                    left.extend([(middle, to), (from, middle)]);
                    continue;
                }
            };
            size = (size / 2).max(LEAST);
            let column = self.column(&error);
            written.refused.push(Refusal { number: ready.number(culprit), column, error: *error });
            left.extend([(culprit + 1, to), (from, culprit)]);
        }
        Ok(())
    }

    /// One COPY in a savepoint: how many rows it took, or why PostgreSQL refused.
    async fn try_copy(
        &self,
        sql: &str,
        ready: &Ready,
        from: usize,
        to: usize,
    ) -> Result<Result<u64, Box<SqlError>>, Error> {
        let session = &self.opened.session;
        let rows = ready.slice(from, to);
        let mut tries = 0;
        loop {
            session.execute("beginning a part", "SAVEPOINT howdah_part").await?;
            let result = if ready.columns.is_empty() {
                self.defaults(to - from).await
            } else {
                session.copy_in(DOING, sql, &rows).await
            };
            match result {
                Ok(count) => {
                    session.execute("ending a part", "RELEASE SAVEPOINT howdah_part").await?;
                    return Ok(Ok(count));
                }
                Err(error) => {
                    let back = "ROLLBACK TO SAVEPOINT howdah_part; RELEASE SAVEPOINT howdah_part";
                    let lost = is_lost_statement(&error);
                    let Error::Sql { source, .. } = error else { return Err(error) };
                    // The driver loses its place where COPY was refused before a row was read: what PostgreSQL said counts.
                    if session.execute("taking a part back", back).await.is_err() {
                        return Err(Error::Sql { doing: DOING, source });
                    }
                    tries += 1;
                    if !lost || tries >= TRIES {
                        return Ok(Err(source));
                    }
                }
            }
        }
    }

    /// Rows of defaults only, which COPY cannot write.
    async fn defaults(&self, rows: usize) -> Result<u64, Error> {
        let sql = format!("INSERT INTO {} DEFAULT VALUES", Qualified(&self.schema, &self.table));
        for _ in 0..rows {
            self.opened.session.affect(DOING, &sql, &[]).await?;
        }
        Ok(rows as u64)
    }

    fn statement(&self, given: &[usize]) -> String {
        let names = given.iter().filter_map(|at| self.opened.columns.get(*self.targets.get(*at)?));
        let names: Vec<_> = names.map(|described| Ident(described.name()).to_string()).collect();
        let mut sql = format!("COPY {}", Qualified(&self.schema, &self.table));
        // Writing to a string does not fail.
        let _ = write!(sql, " ({}) FROM STDIN", names.join(", "));
        sql
    }

    /// `COPY orders, line 5, column total: "x"`: the server's words for it may be of another language.
    fn line(&self, error: &SqlError) -> Option<usize> {
        self.spot(error).map(|(line, _)| line)
    }

    fn spot<'e>(&self, error: &'e SqlError) -> Option<(usize, &'e str)> {
        // A value of the file can hold the same words: then it is not known which of them are the server's.
        let words = format!("COPY {}, ", self.table);
        let (before, rest) = error.context.as_deref()?.split_once(&words)?;
        if rest.contains(&words) || before.contains(&words) {
            return None;
        }
        let begin = rest.find(|c: char| c.is_ascii_digit())?;
        let rest = rest.get(begin..)?;
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        Some((rest.get(..end)?.parse().ok()?, rest.get(end..)?))
    }

    /// The column that is to blame: PostgreSQL names it, or it stands after the line.
    fn column(&self, error: &SqlError) -> Option<String> {
        if let Some(column) = &error.column {
            return Some(column.clone());
        }
        let (_, rest) = self.spot(error)?;
        let rest = rest.strip_prefix(", ")?;
        let (_, rest) = rest.split_once(' ')?;
        let names = self.columns().map(|column| column.name.as_str());
        names
            .filter(|name| rest.strip_prefix(name).is_some_and(|rest| rest.starts_with(':')))
            .max()
            .map(str::to_owned)
    }

    /// What PostgreSQL calls this transaction, for [`outcome`].
    pub async fn transaction(&self) -> Result<String, Error> {
        let doing = "asking for the transaction’s number";
        let sql = "SELECT pg_catalog.pg_current_xact_id()::pg_catalog.text";
        let row = self.opened.session.query_opt(doing, sql, &[]).await?;
        row.map_or(Ok(String::new()), |row| row.try_get(0)).map_err(|error| Error::shape(doing, error))
    }

    /// Checks what was deferred to the end: what fails now fails before anything is said to be committed.
    pub async fn check(&self) -> Result<(), Error> {
        self.opened.session.execute("checking constraints", "SET CONSTRAINTS ALL IMMEDIATE").await
    }

    /// What was written stays.
    pub async fn commit(self) -> Result<(), Error> {
        self.opened.session.commit().await
    }

    /// What was written is taken back.
    pub async fn roll_back(self) -> Result<(), Error> {
        self.opened.session.roll_back().await
    }
}

/// Why a connection was closed in the middle of a COPY, where that can be found out: a trigger that refuses the whole
/// statement answers before a row was sent, and the driver then loses its place. The same is done without rows, and taken
/// back.
pub async fn refused_as_a_whole(
    server: &Server,
    trace: &Trace,
    place: Place<'_>,
    columns: &[String],
) -> Result<(), Error> {
    let importing = begin(server, trace, place, Target::Existing, columns).await?;
    let names: Vec<_> = columns.iter().map(|name| Ident(name).to_string()).collect();
    let (table, names) = (place.qualified(), names.join(", "));
    let sql = format!(
        "INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {names} FROM {table} WHERE false"
    );
    importing.opened.session.execute_one(DOING, &sql).await?;
    importing.roll_back().await
}

/// Whether an error is about one of the rows, so that the others may be taken.
fn about_a_row(error: &SqlError, line_named: bool) -> bool {
    match error.sqlstate.get(..2) {
        // The connection, the transaction, the server, a lock: whatever the row.
        Some("08" | "25" | "40" | "53" | "55" | "57" | "58" | "XX") => false,
        // Values, constraints, cardinality, checks of views, errors that triggers raise.
        Some("21" | "22" | "23" | "38" | "39" | "44" | "P0") => true,
        // A policy refuses a row with the code of a missing permission; other errors of this class are about the statement.
        Some("42") => line_named && error.sqlstate == "42501",
        // Codes of triggers' own, an index entry that is too large.
        _ => line_named,
    }
}

/// What became of the transaction that [`Importing::transaction`] named.
pub async fn outcome(
    server: &Server,
    trace: &Trace,
    database: &str,
    transaction: &str,
) -> Result<Outcome, Error> {
    let doing = "asking what became of a transaction";
    let session = server.session(database, trace).await?;
    let sql = "SELECT pg_catalog.pg_xact_status($1::pg_catalog.text::pg_catalog.xid8)";
    let row = session.query_opt(doing, sql, &[Param::Text(transaction)]).await?;
    let status: Option<String> =
        row.map_or(Ok(None), |row| row.try_get(0)).map_err(|error| Error::shape(doing, error))?;
    Ok(match status.as_deref() {
        Some("committed") => Outcome::Committed,
        Some("aborted") => Outcome::Aborted,
        Some(_) => Outcome::Running,
        None => Outcome::Forgotten,
    })
}
