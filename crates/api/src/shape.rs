//! Conditions without their values, for the audit log: it is read by more people than the rows are.

use howdah_sql::{Fault, Kind, Lexer, Settings};
use howdah_types::rows::Filter;
use serde_json::{Value, json};

/// Columns and operators.
pub(crate) fn filters(filters: &[Filter]) -> Value {
    filters.iter().map(|filter| json!({ "column": filter.column, "op": filter.op })).collect()
}

/// A condition of one's own with `?` for each constant. Of comments, and of what cannot be read for sure, nothing is left.
pub(crate) fn condition(text: &str) -> String {
    let mut shape = String::new();
    for token in Lexer::new(text, Settings::default()) {
        let open = token.fault == Some(Fault::Unterminated);
        shape.push_str(match token.kind {
            Kind::String(_) | Kind::DollarString | Kind::Number => "?",
            Kind::LineComment | Kind::BlockComment if !open => "…",
            _ if open => "",
            Kind::Meta | Kind::Other => "",
            _ => token.text(text),
        });
        if open || matches!(token.kind, Kind::Meta | Kind::Other) {
            shape.push('…');
            break;
        }
    }
    shape
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_left() {
        for (text, shape) in [
            ("name = 'Ann'", "name = ?"),
            ("total > 12.50 AND id IN (1, 2e3,.5)", "total > ? AND id IN (?, ?,?)"),
            ("\"it's\" = 'it''s' or x1 = y", "\"it's\" = ? or x1 = y"),
            ("a = E'it\\'s 5' AND b = $q$a'b$q$", "a = ? AND b = ?"),
            ("a = $$x$$ -- 'secret' 5", "a = ? …"),
            ("a /* 5 /* 6 */ 7 */ = 5", "a … = ?"),
            ("a /* 5 /* 6 */ = 5", "a …"),
            ("a = U&'5' AND b = B'101' AND c = X'1F'", "a = ? AND b = ? AND c = ?"),
            ("a = 5 \\ 'secret'", "a = ? …"),
            ("\"open 5", "…"),
            ("a = $1", "a = $1"),
            ("a = 'open 5", "a = ?…"),
            ("a = 'x' \n 'secret'", "a = ?"),
            ("größe = 0xFF", "größe = ?"),
        ] {
            assert_eq!(condition(text), shape);
        }
    }
}
