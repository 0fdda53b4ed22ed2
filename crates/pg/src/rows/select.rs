//! The SELECT that reads rows as PostgreSQL's own text.
//!
//! `format('%s', value)` calls the type's output function, as psql does: `t` for true, blanks of bpchar kept, nothing
//! rounded. Whether a value is null is asked with `num_nulls`, because `IS NULL` is true for a row of nulls.

use std::fmt::Write;

use super::Described;
use crate::ident::{Ident, Qualified};

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
    pub(super) columns: &'a [Described],
}

impl Select<'_> {
    /// Rows of views and foreign tables lie nowhere.
    pub(super) fn has_addresses(&self) -> bool {
        matches!(self.kind, "r" | "p" | "m")
    }

    /// Address (text), values (text[]), lengths of what was cut in the columns of variable length (int8[]).
    ///
    /// The inner SELECT has a LIMIT, so each value is written once, though the outer one uses it twice.
    pub(super) fn page(&self, limit: u64) -> String {
        let address = if self.has_addresses() {
            "t.tableoid::pg_catalog.text || ':' || t.ctid::pg_catalog.text"
        } else {
            "NULL::pg_catalog.text"
        };
        let (mut inner, mut values, mut lengths) = (String::new(), String::new(), String::new());
        for (number, described) in self.columns.iter().enumerate() {
            let name = Ident(&described.column.name);
            let v = format!("r.v{number}");
            // Writing to a string does not fail.
            let _ = write!(inner, ", {} AS v{number}", described.whole_or_raw(&format!("t.{name}")));
            let separator = if values.is_empty() { "" } else { ", " };
            let _ = write!(values, "{separator}{}", described.cut(&v));
            if described.variable {
                let separator = if lengths.is_empty() { "" } else { ", " };
                let bytes = described.bytes(&v);
                let _ = write!(lengths, "{separator}CASE WHEN {bytes} > {CELL_CAP} THEN {bytes} END");
            }
        }
        format!(
            "SELECT r.address, ARRAY[{values}]::pg_catalog.text[], ARRAY[{lengths}]::pg_catalog.int8[] \
             FROM (SELECT {address} AS address{inner} FROM {} AS t{} LIMIT {limit}) AS r",
            Qualified(self.schema, self.table),
            self.order(),
        )
    }

    /// One value whole, and its bytes; the value is null when it has more than `most`. `$1` is the table or partition,
    /// `$2` the place in it.
    pub(super) fn cell(&self, described: &Described, most: i64) -> String {
        let raw = described.whole_or_raw(&format!("t.{}", Ident(&described.column.name)));
        let (bytes, whole) = (described.bytes("r.v"), described.whole("r.v"));
        format!(
            "SELECT CASE WHEN {bytes} <= {most} THEN {whole} END, {bytes}::pg_catalog.int8 \
             FROM (SELECT {raw} AS v FROM {} AS t \
             WHERE t.tableoid = $1 AND t.ctid = $2::pg_catalog.text::pg_catalog.tid LIMIT 1) AS r",
            Qualified(self.schema, self.table),
        )
    }

    fn order(&self) -> String {
        let mut key: Vec<_> = self.columns.iter().filter(|described| described.key.is_some()).collect();
        key.sort_by_key(|described| described.key);
        if key.is_empty() {
            return String::new();
        }
        let names: Vec<_> =
            key.iter().map(|described| format!("t.{}", Ident(&described.column.name))).collect();
        format!(" ORDER BY {}", names.join(", "))
    }
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

    /// Its beginning; at most four times the cap in bytes.
    fn cut(&self, value: &str) -> String {
        match self.base_oid {
            BYTEA => format!(
                "E'\\\\x' || pg_catalog.encode(pg_catalog.substr({value}, 1, {}), 'hex')",
                CELL_CAP / 2
            ),
            _ if self.variable => format!("pg_catalog.substr({value}, 1, {CELL_CAP})"),
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
