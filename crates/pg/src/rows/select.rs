//! The SELECT that reads rows as PostgreSQL's own text.
//!
//! `format('%s', value)` calls the type's output function, as psql does: `t` for true, blanks of bpchar kept, nothing
//! rounded. Whether a value is null is asked with `num_nulls`, because `IS NULL` is true for a row of nulls.

use std::fmt::Write;

use super::columns::Described;
use super::keyset::{Key, order_by};
use crate::ident::Qualified;

/// Bytes of one value; of longer ones the beginning is given.
pub(super) const CELL_CAP: usize = 4096;

const BYTEA: u32 = 17;
const TEXT: u32 = 25;
const VARCHAR: u32 = 1043;

pub(super) struct Select<'a> {
    pub(super) schema: &'a str,
    pub(super) table: &'a str,
    /// `pg_class.relkind`.
    pub(super) kind: &'a str,
    pub(super) columns: &'a [&'a Described],
}

/// Which rows, in which order.
#[derive(Default)]
pub(super) struct Wanted<'a> {
    /// All of them must hold.
    pub(super) conditions: &'a [String],
    pub(super) sort: &'a [Key],
    pub(super) ordered: bool,
    pub(super) limit: u64,
    /// Only ever what a cursor has counted, see `rows/keyset.rs`.
    pub(super) skip: u64,
    /// Such as `FOR UPDATE`.
    pub(super) locking: &'static str,
}

impl Select<'_> {
    /// Rows of views and foreign tables lie nowhere.
    pub(super) fn has_addresses(&self) -> bool {
        matches!(self.kind, "r" | "p" | "m")
    }

    fn address(&self) -> &'static str {
        if self.has_addresses() {
            "t.tableoid::pg_catalog.text || ':' || t.ctid::pg_catalog.text"
        } else {
            "NULL::pg_catalog.text"
        }
    }

    fn version(&self) -> &'static str {
        if self.has_addresses() { "t.xmin::pg_catalog.text" } else { "NULL::pg_catalog.text" }
    }

    /// Address, version (text), values (text[]), lengths of what was cut in the columns of variable length (int8[]), texts
    /// of the sort (text[]), and what `more` says of the relation `t`.
    ///
    /// The inner SELECT has a LIMIT, so each value is written once, though the outer one uses it twice.
    pub(super) fn page(&self, wanted: &Wanted<'_>, cap: usize, more: &[String]) -> String {
        let mut inner = String::new();
        for (number, described) in self.columns.iter().enumerate() {
            // Writing to a string does not fail.
            let _ = write!(inner, ", {} AS v{number}", described.whole_or_raw(&described.at_t()));
        }
        for (number, key) in wanted.sort.iter().enumerate() {
            let _ = write!(inner, ", {} AS s{number}", key.select());
        }
        for (number, more) in more.iter().enumerate() {
            let _ = write!(inner, ", {more} AS m{number}");
        }
        let (values, lengths) = self.values(cap, |number, _| format!("r.v{number}"));
        let sorted: Vec<_> = (0..wanted.sort.len()).map(|number| format!("r.s{number}")).collect();
        let more: String = (0..more.len()).map(|number| format!(", r.m{number}")).collect();
        let order = wanted.ordered.then(|| order_by(wanted.sort)).unwrap_or_default();
        let skip = if wanted.skip > 0 { format!(" OFFSET {}", wanted.skip) } else { String::new() };
        format!(
            "SELECT r.address, r.version, {values}, {lengths}, ARRAY[{}]::pg_catalog.text[]{more} \
             FROM (SELECT {} AS address, {} AS version{inner} FROM {} AS t{}{order} LIMIT {}{skip}{}) AS r",
            sorted.join(", "),
            self.address(),
            self.version(),
            Qualified(self.schema, self.table),
            all(wanted.conditions),
            wanted.limit,
            wanted.locking,
        )
    }

    /// The same of the row `t` that a statement has just made, after RETURNING: without texts of a sort. Its version is
    /// that of this transaction.
    pub(super) fn returning(&self, cap: usize) -> String {
        let (values, lengths) = self.values(cap, |_, described| described.whole_or_raw(&described.at_t()));
        let version = if self.has_addresses() {
            "pg_catalog.pg_current_xact_id()::pg_catalog.xid::pg_catalog.text"
        } else {
            "NULL::pg_catalog.text"
        };
        format!("{}, {version}, {values}, {lengths}", self.address())
    }

    fn values(&self, cap: usize, value: impl Fn(usize, &Described) -> String) -> (String, String) {
        let (mut values, mut lengths) = (Vec::new(), Vec::new());
        for (number, described) in self.columns.iter().enumerate() {
            let v = value(number, described);
            values.push(described.cut(&v, cap));
            if described.variable {
                let bytes = described.bytes(&v);
                lengths.push(format!("CASE WHEN {bytes} > {cap} THEN {bytes} END"));
            }
        }
        (
            format!("ARRAY[{}]::pg_catalog.text[]", values.join(", ")),
            format!("ARRAY[{}]::pg_catalog.int8[]", lengths.join(", ")),
        )
    }

    /// One value whole, and its bytes; the value is null when it has more than `most`. `$1` is the table or partition,
    /// `$2` the place in it.
    pub(super) fn cell(&self, described: &Described, most: i64) -> String {
        let raw = described.whole_or_raw(&described.at_t());
        let (bytes, whole) = (described.bytes("r.v"), described.whole("r.v"));
        format!(
            "SELECT CASE WHEN {bytes} <= {most} THEN {whole} END, {bytes}::pg_catalog.int8 \
             FROM (SELECT {raw} AS v FROM {} AS t \
             WHERE t.tableoid = $1 AND t.ctid = $2::pg_catalog.text::pg_catalog.tid LIMIT 1) AS r",
            Qualified(self.schema, self.table),
        )
    }
}

/// ` WHERE` and all of the conditions, each in parentheses of its own.
pub(super) fn all(conditions: &[String]) -> String {
    let all: Vec<_> = conditions.iter().map(|condition| format!("({condition})")).collect();
    if all.is_empty() { String::new() } else { format!(" WHERE {}", all.join(" AND ")) }
}

impl Described {
    /// The value as text; text and bytea stay as they are, so that of a long one only the beginning is read.
    fn whole_or_raw(&self, value: &str) -> String {
        match self.base_oid {
            TEXT | VARCHAR => format!("{value}::pg_catalog.text"),
            BYTEA => format!("{value}::pg_catalog.bytea"),
            _ => format!(
                "CASE WHEN pg_catalog.num_nulls({value}) = 0 THEN pg_catalog.format('%s', {value}) END"
            ),
        }
    }

    /// The text from what [`Self::whole_or_raw`] gave.
    fn whole(&self, value: &str) -> String {
        match self.base_oid {
            BYTEA => format!("E'\\\\x' || pg_catalog.encode({value}, 'hex')"),
            _ => value.to_owned(),
        }
    }

    /// Its text, from the value itself.
    pub(super) fn text(&self, value: &str) -> String {
        self.whole(&self.whole_or_raw(value))
    }

    /// Its beginning; at most four times the cap in bytes.
    fn cut(&self, value: &str, cap: usize) -> String {
        match self.base_oid {
            BYTEA => {
                format!("E'\\\\x' || pg_catalog.encode(pg_catalog.substr({value}, 1, {}), 'hex')", cap / 2)
            }
            _ if self.variable => format!("pg_catalog.substr({value}, 1, {cap})"),
            _ => value.to_owned(),
        }
    }

    /// Bytes of the whole text.
    fn bytes(&self, value: &str) -> String {
        match self.base_oid {
            BYTEA => format!("(2 + 2 * pg_catalog.octet_length({value})::pg_catalog.int8)"),
            _ => format!("pg_catalog.octet_length({value})"),
        }
    }
}
