//! All of the crate on texts that nobody would type, the same in each run.

use crate::lex::{Kind, Settings, lex};
use crate::{FormatOptions, PartKind, classify, context_at, excerpt, format, place, split, statement_at};

/// Numbers that are the same in each run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

/// What is hard to read, whole and in halves.
pub(crate) const PIECES: &[&str] = &[
    "'",
    "''",
    "\"",
    "$",
    "$$",
    "$a$",
    "$1",
    "/*",
    "*/",
    "--",
    "\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    ";",
    "\\",
    "\\.\n",
    "\n\\c",
    "(",
    ")",
    "[",
    ",",
    ".",
    "..",
    ":",
    "::",
    ":=",
    "+",
    "-",
    "@",
    "*",
    "/",
    "=",
    "a",
    "ä",
    "漢",
    "🐘",
    "\u{a0}",
    "e",
    "E'",
    "U&'",
    "U&\"",
    "B'",
    "n'",
    "0x",
    "1",
    "_",
    "1e",
    ".5",
    "\0",
    "{",
    "SELECT ",
    " FROM ",
    " WHERE ",
    "WITH ",
    " AS ",
    "DELETE FROM ",
    "UPDATE ",
    " SET ",
    "DROP TABLE ",
    "ALTER TABLE ",
    "TRUNCATE ",
    "COPY t FROM stdin;\n",
    "CREATE FUNCTION ",
    " BEGIN ATOMIC ",
    "END",
    "CASE ",
    "CREATE RULE ",
    " DO (",
    "EXPLAIN (ANALYZE) ",
    " UNION ",
    " JOIN ",
    " ON ",
    "INSERT INTO ",
    " VALUES ",
    " BETWEEN ",
    " AND ",
    "/*+ x */",
    "UESCAPE",
    "\\.",
    "BEGIN ",
    "ATOMIC ",
    "CREATE ",
    "FUNCTION ",
    "RULE ",
    "COPY ",
    "stdin",
    "DELETE ",
    "WHERE ",
];

#[test]
fn nothing_panics_and_nothing_is_lost() {
    const CASES: usize = 20_000;
    let mut numbers = Numbers(0x853c_49e6_748f_ea9b);
    let mut statements = 0;
    for case in 0..CASES {
        let text: String = (0..numbers.below(30)).map(|_| PIECES[numbers.below(PIECES.len())]).collect();
        let settings = Settings { standard_conforming_strings: case % 3 > 0 };
        let again: String = lex(&text, settings).iter().map(|token| token.text(&text)).collect();
        assert_eq!(again, text);
        let parts = split(&text, settings);
        let outer: String = parts.iter().map(|part| &text[part.outer.clone()]).collect();
        assert!(parts.is_empty() || outer == text, "{text:?}");
        for part in &parts {
            let PartKind::Statement { open, .. } = part.kind else { continue };
            statements += 1;
            let statement = part.text(&text);
            classify(statement, settings);
            // By itself it is one statement, and as complete as it was.
            let alone = split(statement, settings);
            assert_eq!(alone.len(), 1, "{text:?}: {statement:?}");
            assert_eq!(alone[0].range, 0..statement.len(), "{text:?}: {statement:?}");
            if let PartKind::Statement { open: now, .. } = alone[0].kind {
                assert_eq!(now, open, "{text:?}: {statement:?}");
            }
            let position = numbers.below(statement.len() + 2);
            let found = place(&text, part.range.clone(), position);
            assert!(text.is_char_boundary(found.offset) && found.line >= part.line, "{text:?}");
            excerpt(statement, position, found.line);
        }
        let cursor = numbers.below(text.len() + 2);
        statement_at(&text, cursor, settings);
        context_at(&text, cursor, settings);
        let laid_out = format(&text, settings, FormatOptions::default());
        assert_eq!(format(&laid_out, settings, FormatOptions::default()), laid_out, "{text:?}");
        assert_eq!(seen(&laid_out, settings), seen(&text, settings), "{text:?}: {laid_out:?}");
    }
    println!("{CASES} texts with {statements} statements");
    assert!(statements > CASES);
}

/// What is left of a text without white space between tokens and the case of key words.
fn seen(text: &str, settings: Settings) -> Vec<String> {
    let mut seen = Vec::new();
    for part in split(text, settings) {
        let piece = &text[part.outer.clone()];
        if matches!(part.kind, PartKind::CopyData { .. }) {
            seen.push(piece.to_owned());
            continue;
        }
        let tokens = lex(piece, settings).into_iter().filter(|token| token.kind != Kind::Whitespace);
        seen.extend(tokens.map(|token| match token.kind {
            Kind::Keyword(_) => token.text(piece).to_ascii_lowercase(),
            _ => token.text(piece).to_owned(),
        }));
    }
    seen
}

/// Time and memory grow with the text and not with its square: with the square, this would not end for minutes.
#[test]
fn long_texts_are_read_in_one_go() {
    for piece in PIECES.iter().chain(&[
        "SELECT (",
        "1e",
        "a.",
        "+-",
        "'a'\n",
        "$a",
        "WITH a AS (SELECT 1), ",
        "left outer ",
        "DROP TABLE a, ",
    ]) {
        let text = piece.repeat(60_000 / piece.len());
        let settings = Settings::default();
        assert!(lex(&text, settings).len() <= text.len());
        split(&text, settings);
        classify(&text, settings);
        context_at(&text, text.len() / 2, settings);
        format(&text, settings, FormatOptions::default());
    }
}
