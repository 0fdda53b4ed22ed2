//! SQL in colour. It only helps reading; nothing is decided by it. Never HTML: each piece is a text in a span.

use leptos::prelude::*;

use super::CopyButton;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Plain,
    Keyword,
    Text,
    Number,
    Comment,
}

impl Piece {
    fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Keyword => "kw",
            Self::Text => "str",
            Self::Number => "n",
            Self::Comment => "com",
        }
    }
}

/// The words that are coloured, sorted.
const KEYWORDS: [&str; 96] = [
    "ALL",
    "ALLOW_CONNECTIONS",
    "ALTER",
    "ANALYZE",
    "AND",
    "ANY",
    "AS",
    "ASC",
    "BEGIN",
    "BETWEEN",
    "BY",
    "CASCADE",
    "CASE",
    "CAST",
    "COLLATE",
    "COLUMN",
    "COMMENT",
    "COMMIT",
    "CONNECTION",
    "CONSTRAINT",
    "COPY",
    "CREATE",
    "CROSS",
    "CURSOR",
    "DATABASE",
    "DECLARE",
    "DEFAULT",
    "DELETE",
    "DESC",
    "DISTINCT",
    "DROP",
    "ELSE",
    "ENCODING",
    "END",
    "EXCEPT",
    "EXECUTE",
    "EXISTS",
    "EXPLAIN",
    "FALSE",
    "FETCH",
    "FORCE",
    "FROM",
    "FULL",
    "FUNCTION",
    "GRANT",
    "GROUP",
    "HAVING",
    "IF",
    "ILIKE",
    "IN",
    "INDEX",
    "INNER",
    "INSERT",
    "INTO",
    "IS",
    "ISOLATION",
    "JOIN",
    "LATERAL",
    "LC_COLLATE",
    "LC_CTYPE",
    "LEFT",
    "LIKE",
    "LIMIT",
    "LOCALE",
    "LOCALE_PROVIDER",
    "NOT",
    "NULL",
    "OFFSET",
    "ON",
    "ONLY",
    "OR",
    "ORDER",
    "OUTER",
    "OWNER",
    "READ",
    "RENAME",
    "RETURNING",
    "REVOKE",
    "RIGHT",
    "ROLLBACK",
    "SELECT",
    "SET",
    "SHOW",
    "STRATEGY",
    "TABLE",
    "TABLESPACE",
    "TEMPLATE",
    "THEN",
    "TO",
    "TRUE",
    "UNION",
    "UPDATE",
    "VALUES",
    "WHEN",
    "WHERE",
    "WITH",
];

fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word.to_ascii_uppercase().as_str()).is_ok()
}

/// Bytes of the piece at the start of `rest` (never 0), and what it is.
fn first_piece(rest: &str) -> (usize, Piece) {
    let bytes = rest.as_bytes();
    let until = |end: &str, from: usize| {
        rest.get(from..).and_then(|r| r.find(end)).map_or(rest.len(), |at| from + at + end.len())
    };
    let while_in = |keep: fn(char) -> bool| rest.find(|c| !keep(c)).unwrap_or(rest.len());
    match bytes.first().copied().unwrap_or_default() {
        b'-' if rest.starts_with("--") => (until("\n", 2), Piece::Comment),
        b'/' if rest.starts_with("/*") => (until("*/", 2), Piece::Comment),
        b'\'' => (until("'", 1), Piece::Text),
        b'"' => (until("\"", 1), Piece::Plain),
        b'$' if rest.starts_with("$$") => (until("$$", 2), Piece::Text),
        b'$' => (
            1 + rest.get(1..).map_or(0, |r| r.find(|c: char| !c.is_ascii_digit()).unwrap_or(r.len())),
            Piece::Number,
        ),
        b'0'..=b'9' => (while_in(|c| c.is_ascii_alphanumeric() || c == '.' || c == '_'), Piece::Number),
        first if first.is_ascii_alphabetic() || first == b'_' || first >= 0x80 => {
            let length =
                while_in(|c| c.is_ascii_alphanumeric() || !c.is_ascii() || c == '_' || c == '$').max(1);
            let length = if rest.is_char_boundary(length) {
                length
            } else {
                rest.chars().next().map_or(1, char::len_utf8)
            };
            let keyword = rest.get(..length).is_some_and(is_keyword);
            (length, if keyword { Piece::Keyword } else { Piece::Plain })
        }
        _ => (rest.chars().next().map_or(1, char::len_utf8), Piece::Plain),
    }
}

fn pieces(sql: &str) -> Vec<(Piece, String)> {
    let mut out: Vec<(Piece, String)> = Vec::new();
    let mut rest = sql;
    while !rest.is_empty() {
        let (length, piece) = first_piece(rest);
        let (text, tail) = rest.split_at_checked(length).unwrap_or((rest, ""));
        match out.last_mut() {
            Some((last, kept)) if *last == piece => kept.push_str(text),
            _ => out.push((piece, text.to_owned())),
        }
        rest = tail;
    }
    out
}

/// SQL in colour, within a line.
#[component]
#[expect(clippy::needless_pass_by_value, reason = "what a component is given is its own")]
pub fn SqlText(#[prop(into)] sql: String) -> impl IntoView {
    let spans =
        pieces(&sql).into_iter().map(|(piece, text)| view! { <span class=piece.class()>{text}</span> });
    view! { <span class="sql-text">{spans.collect_view()}</span> }
}

/// Statements as a block, one below the other, with a button that copies them.
#[component]
pub fn SqlBlock(#[prop(into)] statements: Signal<Vec<String>>) -> impl IntoView {
    let all = Signal::derive(move || {
        let mut text = String::new();
        for statement in statements.get() {
            text.push_str(&statement);
            text.push_str(";\n");
        }
        text
    });
    let lines = move || {
        let line = |sql: String| view! { <div><SqlText sql=format!("{sql};") /></div> };
        statements.get().into_iter().map(line).collect_view()
    };
    view! {
        <div class="sql-block">
            <pre tabindex="0" role="group" aria-label="SQL">{lines}</pre>
            <CopyButton text=all title="Copy the SQL" />
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_sorted() {
        assert!(KEYWORDS.is_sorted());
    }

    #[test]
    fn pieces_lose_nothing() {
        for sql in ["SELECT 'a''b', $1 FROM \"x\" -- c", "'open", "é🐘 /* ", "$$a$$ 1.5e3", "a\u{301}b", ""]
        {
            assert_eq!(pieces(sql).into_iter().map(|(_, text)| text).collect::<String>(), sql);
        }
        assert_eq!(pieces("DROP x").first(), Some(&(Piece::Keyword, "DROP".to_owned())));
    }
}
