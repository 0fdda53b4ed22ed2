//! What is suggested as a type; anything else may be written.

use howdah_types::database_types::{DatabaseType, DatabaseTypeKind};

/// The common ones, most used first.
pub(super) const TYPES: [&str; 38] = [
    "bigint",
    "integer",
    "text",
    "boolean",
    "timestamp with time zone",
    "date",
    "numeric(12,2)",
    "uuid",
    "jsonb",
    "varchar(255)",
    "smallint",
    "numeric",
    "double precision",
    "real",
    "timestamp",
    "time",
    "interval",
    "bytea",
    "json",
    "char(2)",
    "text[]",
    "integer[]",
    "inet",
    "cidr",
    "macaddr",
    "money",
    "xml",
    "bit(8)",
    "tsvector",
    "point",
    "int4range",
    "int8range",
    "numrange",
    "tstzrange",
    "daterange",
    "bigserial",
    "serial",
    "oid",
];

/// A type of one's own as one writes it in SQL; none for those that no column has.
pub(super) fn written(one: &DatabaseType) -> Option<String> {
    let fits = matches!(
        one.kind,
        DatabaseTypeKind::Enum
            | DatabaseTypeKind::Domain
            | DatabaseTypeKind::Composite
            | DatabaseTypeKind::Range
            | DatabaseTypeKind::Multirange
    );
    fits.then(|| format!("{}.{}", quoted(&one.schema), quoted(&one.name)))
}

/// A name in SQL: as it is where that is safe, else in quotes.
pub(super) fn quoted(name: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    if starts && name.chars().all(plain) && !RESERVED.contains(&name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// Words that mean something else where a type is wanted.
const RESERVED: [&str; 30] = [
    "all", "and", "any", "array", "as", "case", "cast", "check", "column", "create", "default", "else",
    "end", "for", "from", "grant", "group", "in", "into", "not", "null", "on", "or", "order", "select",
    "table", "to", "user", "when", "with",
];

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn names_are_quoted_where_they_must_be() {
        assert_eq!(quoted("mood"), "mood");
        assert_eq!(quoted("order"), "\"order\"");
        assert_eq!(quoted("My \"Type\""), "\"My \"\"Type\"\"\"");
        assert_eq!(quoted("1a"), "\"1a\"");
    }
}
