//! How values of PostgreSQL's types are shown. Values are text; nothing here changes what they say.

use howdah_types::rows::Column;

/// How a column's values are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    Text,
    /// Right-aligned figures.
    Number,
    /// JSON, arrays, bytea, XML, ranges: the monospaced font.
    Code,
}

impl Look {
    /// From the type's oid (fixed for built-in types), else from its name.
    pub(super) fn of(column: &Column) -> Self {
        match column.type_oid {
            // int8, int2, int4, oid, float4, float8, money, numeric
            20 | 21 | 23 | 26 | 700 | 701 | 790 | 1700 => Self::Number,
            // bytea, json, xml, bit, varbit, uuid, tsvector, tsquery, jsonb, jsonpath
            17 | 114 | 142 | 1560 | 1562 | 2950 | 3614 | 3615 | 3802 | 4072 => Self::Code,
            _ if column.type_name.ends_with("[]") || column.type_name.ends_with("range") => Self::Code,
            _ => Self::Text,
        }
    }

    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Text => "",
            Self::Number => "num",
            Self::Code => "mono",
        }
    }
}

/// Whether the whole value of such a column can be laid out as JSON.
pub(super) fn is_json(column: &Column) -> bool {
    matches!(column.type_oid, 114 | 3802)
}

/// Control characters made visible, so that a value stays on one line of the grid and its length can be seen.
pub(super) fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => '⏎',
            '\t' => '⇥',
            '\r' => '␍',
            _ if c.is_control() => '�',
            _ => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(type_name: &str, type_oid: u32) -> Column {
        Column {
            name: "a\tb".to_owned(),
            type_name: type_name.to_owned(),
            type_oid,
            table_oid: None,
            attribute_number: None,
            nullable: true,
            primary_key: false,
            description: None,
            details: None,
        }
    }

    #[test]
    fn types_have_their_look() {
        assert_eq!(Look::of(&column("numeric(20,2)", 1700)), Look::Number);
        assert_eq!(Look::of(&column("text[]", 1009)), Look::Code);
        assert_eq!(Look::of(&column("jsonb", 3802)), Look::Code);
        assert_eq!(Look::of(&column("order_status", 99_999)), Look::Text);
    }

    #[test]
    fn a_value_stays_on_one_line() {
        assert_eq!(one_line("a\nb\tc\u{1}"), "a⏎b⇥c�");
    }
}
