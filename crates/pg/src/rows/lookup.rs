//! Rows of the table that a foreign key leads to, for somebody who has to choose one.

use howdah_types::rows::{Lookup, LookupRow, Reference};
use howdah_types::validate::FieldError;

use super::Place;
use super::bound::Bound;
use super::columns::{Described, find};
use super::filter::literally;
use super::open::{Purpose, open};
use crate::error::Error;
use crate::ident::Qualified;
use crate::server::Server;
use crate::trace::Trace;

const TEXT: u32 = 25;
/// text, varchar, bpchar, name.
const TEXTS: [u32; 4] = [25, 1043, 1042, 19];
/// Columns that tell a person which row it is.
const LABELS: usize = 3;
const LABEL_CHARACTERS: usize = 200;

/// The foreign key of a column; [`Error::Fields`] where it has none.
pub async fn reference(
    server: &Server,
    trace: &Trace,
    place: Place<'_>,
    column: &str,
) -> Result<Reference, Error> {
    let opened = open(server, trace, place.database, place.name(), Purpose::Read).await?;
    let described = find(&opened.columns, column, "column")?;
    let found = described.column.details.as_ref().and_then(|details| details.references.clone());
    opened.session.roll_back().await?;
    found.ok_or_else(|| {
        let message = format!("The column “{column}” is in no foreign key.");
        Error::Fields(vec![FieldError::new("column", "noReference", message)])
    })
}

/// Rows of the other table whose key is `search` or begins with it, then those with a text that contains it.
pub async fn lookup(
    server: &Server,
    trace: &Trace,
    database: &str,
    reference: Reference,
    search: &str,
    limit: u32,
) -> Result<Lookup, Error> {
    let doing = "looking up rows";
    let name = (reference.schema.as_str(), reference.table.as_str());
    let opened = open(server, trace, database, name, Purpose::Read).await?;
    let key: Vec<&Described> = reference
        .referenced
        .iter()
        .map(|column| find(&opened.columns, column, "column"))
        .collect::<Result<_, _>>()?;
    let labels = labels(&opened.columns, &key);
    let mut bound = Bound::default();
    let texts = |columns: &[&Described], cut: bool| -> String {
        let text = |described: &&Described| {
            let text = described.text(&described.at_t());
            if cut { format!("pg_catalog.\"left\"({text}, {LABEL_CHARACTERS})") } else { text }
        };
        format!("ARRAY[{}]::pg_catalog.text[]", columns.iter().map(text).collect::<Vec<_>>().join(", "))
    };
    let condition = if search.is_empty() {
        String::new()
    } else {
        let begins = bound.add(Some(format!("{}%", literally(search))), TEXT, "search");
        let contains = bound.add(Some(format!("%{}%", literally(search))), TEXT, "search");
        let keys =
            key.iter().map(|one| format!("{} OPERATOR(pg_catalog.~~) {begins}", one.text(&one.at_t())));
        let others =
            labels.iter().map(|one| format!("{} OPERATOR(pg_catalog.~~*) {contains}", one.text(&one.at_t())));
        format!(" WHERE {}", keys.chain(others).collect::<Vec<_>>().join(" OR "))
    };
    let order: Vec<_> = key.iter().map(|described| described.at_t()).collect();
    let sql = format!(
        "SELECT {}, {} FROM {} AS t{condition} ORDER BY {} LIMIT {}",
        texts(&key, false),
        texts(&labels, true),
        Qualified(name.0, name.1),
        order.join(", "),
        u64::from(limit) + 1,
    );
    let read = opened.session.read_last(doing, &sql, &bound.params(), usize::MAX).await?;
    let row = |row: &tokio_postgres::Row| Ok(LookupRow { key: row.try_get(0)?, labels: row.try_get(1)? });
    let rows = read.rows.iter().take(limit as usize).map(row).collect::<Result<_, _>>();
    let rows = rows.map_err(|error| Error::shape(doing, error))?;
    let has_more = read.rows.len() > limit as usize;
    let labels = labels.iter().map(|described| described.name().to_owned()).collect();
    Ok(Lookup { reference, labels, rows, has_more })
}

/// The first text columns that are not in the key; where there are none, the first of any type.
fn labels<'a>(columns: &'a [Described], key: &[&Described]) -> Vec<&'a Described> {
    let others = || columns.iter().filter(|one| !key.iter().any(|part| part.name() == one.name()));
    let texts: Vec<_> = others().filter(|one| TEXTS.contains(&one.base_oid)).take(LABELS).collect();
    if texts.is_empty() { others().take(LABELS).collect() } else { texts }
}
