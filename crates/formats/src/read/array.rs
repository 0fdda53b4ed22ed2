//! Arrays of JSON as PostgreSQL writes arrays.

use serde_json::value::RawValue;

/// PostgreSQL's arrays have no more dimensions.
const DIMENSIONS: usize = 6;

/// A JSON array as PostgreSQL's array literal: `{"a",NULL,{1,2}}`. None when it is no array.
///
/// Objects become texts, and so do arrays that lie deeper than PostgreSQL's arrays have dimensions.
pub fn array_literal(json: &str) -> Option<String> {
    let mut literal = String::with_capacity(json.len());
    array(json.trim_matches([' ', '\t', '\n', '\r']), 1, &mut literal)?;
    Some(literal)
}

fn array(json: &str, depth: usize, literal: &mut String) -> Option<()> {
    if !json.starts_with('[') {
        return None;
    }
    let elements: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    literal.push('{');
    for (at, element) in elements.into_iter().map(RawValue::get).enumerate() {
        if at > 0 {
            literal.push(',');
        }
        match element.as_bytes().first()? {
            b'n' => literal.push_str("NULL"),
            b'[' if depth < DIMENSIONS => array(element, depth + 1, literal)?,
            b'{' | b'[' => quoted(element, literal),
            b'"' => {
                let mut text = String::with_capacity(element.len());
                super::json::unescape(&element[1..element.len() - 1], &mut text).ok()?;
                quoted(&text, literal);
            }
            _ => literal.push_str(element),
        }
    }
    literal.push('}');
    Some(())
}

fn quoted(text: &str, literal: &mut String) {
    literal.push('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\') {
            literal.push('\\');
        }
        literal.push(c);
    }
    literal.push('"');
}

#[cfg(test)]
mod tests {
    use super::array_literal;

    #[test]
    fn arrays_become_literals() {
        for (json, literal) in [
            ("[]", "{}"),
            (" [1, 2.50, 1e3]\n", "{1,2.50,1e3}"),
            (r#"["a", null, "NULL", ""]"#, r#"{"a",NULL,"NULL",""}"#),
            (r#"["a\"b", "c\\d", "{,}", "ä\u00e4"]"#, r#"{"a\"b","c\\d","{,}","ää"}"#),
            ("[[1, 2], [3, null]]", "{{1,2},{3,NULL}}"),
            (r#"[true, {"k": "v"}]"#, r#"{true,"{\"k\": \"v\"}"}"#),
            ("[[[[[[[1]]]]]]]", "{{{{{{\"[1]\"}}}}}}"),
        ] {
            assert_eq!(array_literal(json).as_deref(), Some(literal), "{json}");
        }
        for json in ["", "1", "{}", "\"[]\"", "[1", "[\"\\u0000\"]"] {
            assert_eq!(array_literal(json), None, "{json}");
        }
    }
}
