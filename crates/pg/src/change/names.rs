//! What all kinds of objects have: a name, a schema, a comment.

use crate::ident::{Ident, Literal, Qualified};

/// `COMMENT ON …`; an empty text removes it.
pub(crate) fn comment(on: &str, text: &str) -> String {
    if text.is_empty() {
        format!("COMMENT ON {on} IS NULL")
    } else {
        format!("COMMENT ON {on} IS {}", Literal(text))
    }
}

/// The statements that rename an object and move it to another schema, and its name afterwards. `noun` is the word in
/// `ALTER …`.
pub(crate) fn rename_or_move(
    noun: &str,
    (schema, name): (&str, &str),
    new_name: Option<&str>,
    new_schema: Option<&str>,
) -> (Vec<String>, (String, String)) {
    let mut sql = Vec::new();
    let mut now = (schema.to_owned(), name.to_owned());
    if let Some(new) = new_name.filter(|new| *new != name) {
        sql.push(format!("ALTER {noun} {} RENAME TO {}", Qualified(schema, name), Ident(new)));
        new.clone_into(&mut now.1);
    }
    if let Some(new) = new_schema.filter(|new| *new != schema) {
        sql.push(format!("ALTER {noun} {} SET SCHEMA {}", Qualified(schema, &now.1), Ident(new)));
        new.clone_into(&mut now.0);
    }
    (sql, now)
}
