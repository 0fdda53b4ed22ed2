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
const UUID: u32 = 2950;
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

/// Rows of the other table: first the one whose key is `search`, then those whose key begins with it, then those with a
/// text that contains it.
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
    let select = format!("SELECT {}, {}", texts(&key, false), texts(&labels, true));
    let from = format!("FROM {} AS t", Qualified(name.0, name.1));
    let order = key.iter().map(|described| described.at_t()).collect::<Vec<_>>().join(", ");
    let most = u64::from(limit) + 1;
    let sql = if search.is_empty() {
        format!("{select} {from} ORDER BY {order} LIMIT {most}")
    } else {
        let [exact, begins, contains] = conditions(&key, &labels, search, &mut bound);
        // Each part is bounded, and none is begun when those before it are enough.
        let part =
            |condition: &str| format!("({select} {from} WHERE {condition} ORDER BY {order} LIMIT {most})");
        let parts = [
            part(&exact),
            part(&format!("({begins}) AND ({exact}) IS NOT TRUE")),
            part(&format!("({contains}) AND ({exact}) IS NOT TRUE AND ({begins}) IS NOT TRUE")),
        ];
        format!("{} LIMIT {most}", parts.join(" UNION ALL "))
    };
    let read = opened.session.read_last(doing, &sql, &bound.params(), usize::MAX).await?;
    let row = |row: &tokio_postgres::Row| Ok(LookupRow { key: row.try_get(0)?, labels: row.try_get(1)? });
    let rows = read.rows.iter().take(limit as usize).map(row).collect::<Result<_, _>>();
    let rows = rows.map_err(|error| Error::shape(doing, error))?;
    let has_more = read.rows.len() > limit as usize;
    let labels = labels.iter().map(|described| described.name().to_owned()).collect();
    Ok(Lookup { reference, labels, rows, has_more })
}

/// Rows whose key is the text, whose key begins with it, and in which a text contains it.
fn conditions(key: &[&Described], labels: &[&Described], search: &str, bound: &mut Bound<'_>) -> [String; 3] {
    let begins = bound.add(Some(format!("{}%", literally(search))), TEXT, "search");
    let contains = bound.add(Some(format!("%{}%", literally(search))), TEXT, "search");
    let any = |conditions: Vec<String>| {
        if conditions.is_empty() { "FALSE".to_owned() } else { conditions.join(" OR ") }
    };
    let exact = key.iter().map(|one| is(one, search, bound)).collect();
    let starts = key.iter().map(|one| format!("{} OPERATOR(pg_catalog.~~) {begins}", one.text(&one.at_t())));
    let holds =
        labels.iter().map(|one| format!("{} OPERATOR(pg_catalog.~~*) {contains}", one.text(&one.at_t())));
    [any(exact), any(starts.collect()), any(holds.collect())]
}

/// A column of the key is the text: by its index where the text is a value of its type for certain, else by its text.
fn is(column: &Described, search: &str, bound: &mut Bound<'_>) -> String {
    let oid = column.column.type_oid;
    let typed = match oid {
        20 => search.parse::<i64>().is_ok(),
        21 => search.parse::<i16>().is_ok(),
        23 => search.parse::<i32>().is_ok(),
        UUID => search.len() == 36 && uuid(search),
        _ => false,
    };
    if typed {
        let value = bound.add(Some(search.to_owned()), oid, "search");
        return format!("{} OPERATOR(pg_catalog.=) {value}", column.at_t());
    }
    let value = bound.add(Some(search.to_owned()), TEXT, "search");
    format!("{} OPERATOR(pg_catalog.=) {value}", column.text(&column.at_t()))
}

/// `a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11`.
fn uuid(text: &str) -> bool {
    let fits = |(at, c): (usize, char)| {
        if matches!(at, 8 | 13 | 18 | 23) { c == '-' } else { c.is_ascii_hexdigit() }
    };
    text.char_indices().all(fits)
}

/// The first text columns that are not in the key; where there are none, the first of any type.
fn labels<'a>(columns: &'a [Described], key: &[&Described]) -> Vec<&'a Described> {
    let others = || columns.iter().filter(|one| !key.iter().any(|part| part.name() == one.name()));
    let texts: Vec<_> = others().filter(|one| TEXTS.contains(&one.base_oid)).take(LABELS).collect();
    if texts.is_empty() { others().take(LABELS).collect() } else { texts }
}
