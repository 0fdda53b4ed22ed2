use proptest::prelude::*;

use super::*;
use crate::keywords::Category;

const OFF: Settings = Settings { standard_conforming_strings: false };

fn kinds(text: &str) -> Vec<(Kind, &str)> {
    kinds_with(text, Settings::default())
}

fn kinds_with(text: &str, settings: Settings) -> Vec<(Kind, &str)> {
    let tokens = lex(text, settings);
    tokens.iter().filter(|one| one.kind != Kind::Whitespace).map(|one| (one.kind, one.text(text))).collect()
}

fn texts(text: &str) -> Vec<&str> {
    kinds(text).into_iter().map(|(_, text)| text).collect()
}

/// The text is one token of this kind.
fn one(text: &str, kind: Kind) {
    assert_eq!(kinds(text), [(kind, text)], "{text}");
    assert_eq!(lex(text, Settings::default())[0].fault, None, "{text}");
}

/// The text is one token that lacks its end.
fn open(text: &str, kind: Kind) {
    let tokens = lex(text, Settings::default());
    let expected = Token { kind, start: 0, end: text.len(), fault: Some(Fault::Unterminated) };
    assert_eq!(tokens, [expected], "{text}");
}

#[test]
fn words() {
    one("abc", Kind::Identifier);
    one("_ä€$1", Kind::Identifier);
    one("a$1$", Kind::Identifier);
    one("\u{a0}x\u{3000}", Kind::Identifier);
    one("Select", Kind::Keyword(Category::Reserved));
    one("\"a\"\"b\n;\"", Kind::QuotedIdentifier);
    one("U&\"d\\0061t\"", Kind::QuotedIdentifier);
    open("\"a\"\"", Kind::QuotedIdentifier);
    open("u&\"a;", Kind::QuotedIdentifier);
    assert_eq!(lex("\"\"", Settings::default())[0].fault, Some(Fault::EmptyName));
    assert_eq!(texts("U &\"a\" ua&'b' u&c"), ["U", "&", "\"a\"", "ua", "&", "'b'", "u", "&", "c"]);
}

#[test]
fn names_that_identifiers_stand_for() {
    for (written, name) in [
        ("AbC", "abc"),
        ("\"AbC\"", "AbC"),
        ("\"a\"\"b\"", "a\"b"),
        ("Ä", "Ä"),
        ("U&\"d\\0061t\\+000061\"", "data"),
        ("u&\"\\\\ \\d83d\\de00 \\zz\"", "\\ 😀 \\zz"),
        ("\"open", "open"),
        ("U&\"\\", "\\"),
        ("é&", "é&"),
        ("", ""),
    ] {
        assert_eq!(identifier(written), name, "{written}");
    }
}

#[test]
fn strings() {
    for (text, kind) in [
        ("'a''b\\'", StringKind::Plain),
        ("'a'\n'b'", StringKind::Plain),
        ("'a' -- ' no\n\t 'b'", StringKind::Plain),
        ("'a'\r'b'", StringKind::Plain),
        ("E'\\'\\\\'", StringKind::Escape),
        ("e'a'\n'\\''", StringKind::Escape),
        ("b'01'", StringKind::Bit),
        ("X'1F'", StringKind::Hex),
        ("n'a'", StringKind::National),
        ("U&'\\'", StringKind::Unicode),
    ] {
        one(text, Kind::String(kind));
    }
    assert_eq!(texts("'a' 'b'"), ["'a'", "'b'"]);
    assert_eq!(texts("'a' /* \n */ 'b'"), ["'a'", "/* \n */", "'b'"]);
    assert_eq!(texts("'a' -- x"), ["'a'", "-- x"]);
    assert_eq!(texts("'a'\n- 'b'"), ["'a'", "-", "'b'"]);
    assert_eq!(texts("'a'\n--\n;'b'"), ["'a'", "--", ";", "'b'"]);
    assert_eq!(texts("B'1''0'"), ["B'1'", "'0'"]);
    for text in ["'", "'a''", "'a'\n'b", "E'\\'", "E'a\\", "E'\\ä", "N'"] {
        assert_eq!(lex(text, Settings::default())[0].fault, Some(Fault::Unterminated), "{text}");
        assert_eq!(lex(text, Settings::default()).len(), 1, "{text}");
    }
}

#[test]
fn backslashes_escape_when_strings_do_not_conform() {
    let plain = Kind::String(StringKind::Plain);
    assert_eq!(kinds_with("'a\\';'", OFF), [(plain, "'a\\';'")]);
    assert_eq!(texts("'a\\';'"), ["'a\\'", ";", "'"]);
    assert_eq!(kinds_with("N'\\''", OFF), [(Kind::String(StringKind::National), "N'\\''")]);
    assert_eq!(kinds_with("U&'\\'", OFF), [(Kind::String(StringKind::Unicode), "U&'\\'")]);
    assert_eq!(kinds_with("X'\\'", OFF), [(Kind::String(StringKind::Hex), "X'\\'")]);
}

#[test]
fn dollars() {
    one("$$a;'$$", Kind::DollarString);
    one("$ä_1$ $$ $b$ $ä_1$", Kind::DollarString);
    one("$a$$$a$", Kind::DollarString);
    one("$a$ $b$a$", Kind::DollarString);
    one("$1", Kind::Parameter);
    open("$$ $", Kind::DollarString);
    open("$a$ $A$", Kind::DollarString);
    assert_eq!(texts("a$b$;$b$"), ["a$b$", ";", "$b$"]);
    assert_eq!(texts("$1$a$;$a$"), ["$1", "$a$;$a$"]);
    assert_eq!(texts("1$a$;$a$"), ["1", "$a$;$a$"]);
    assert_eq!(texts("$1a$"), ["$1", "a$"]);
    assert_eq!(lex("$1a", Settings::default())[0].fault, Some(Fault::TrailingJunk));
    assert_eq!(kinds("$ a")[0], (Kind::Other, "$"));
}

#[test]
fn numbers() {
    for text in
        ["1", "1.5", ".5", "1.", "1e5", "1.e-5", ".5E+5", "1_000.000_1e1_0", "0x1F", "0X_ff", "0o17", "0b1_0"]
    {
        one(text, Kind::Number);
    }
    assert_eq!(texts("1..10"), ["1", "..", "10"]);
    assert_eq!(texts("1.5.6"), ["1.5", ".6"]);
    assert_eq!(texts("a[1:2]"), ["a", "[", "1", ":", "2", "]"]);
    assert_eq!(texts("-1"), ["-", "1"]);
    for (text, first) in
        [("1a", "1"), ("1e", "1"), ("1e+", "1"), ("0xg", "0"), ("1__0", "1"), ("1_", "1"), ("0b2", "0")]
    {
        let token = lex(text, Settings::default())[0];
        assert_eq!((token.text(text), token.fault), (first, Some(Fault::TrailingJunk)), "{text}");
    }
}

#[test]
fn operators() {
    for text in ["+", "->>", "@-", "?-", "<=", "=>", "!=", "::", ":=", "..", "~~*", "||/", "#>>", "&&", "^@"]
    {
        one(text, Kind::Operator);
    }
    assert_eq!(texts("=-1"), ["=", "-", "1"]);
    assert_eq!(texts("*+-+"), ["*", "+", "-", "+"]);
    assert_eq!(texts("a+/*c*/b"), ["a", "+", "/*c*/", "b"]);
    assert_eq!(texts("a@--c"), ["a", "@", "--c"]);
    assert_eq!(texts("*/*/**/*/-"), ["*", "/*/**/*/", "-"]);
    assert_eq!(texts("a::int:name"), ["a", "::", "int", ":", "name"]);
    assert_eq!(texts("/-*"), ["/-*"]);
}

#[test]
fn comments() {
    one("-- a; /*", Kind::LineComment);
    one("/* a /* b */ ; ' */", Kind::BlockComment);
    one("/*/**/*/", Kind::BlockComment);
    one("/***/", Kind::BlockComment);
    open("/*/", Kind::BlockComment);
    open("/* /* */", Kind::BlockComment);
    assert_eq!(texts("--a\rb --c\nd"), ["--a", "b", "--c", "d"]);
}

#[test]
fn commands_of_psql_begin_lines() {
    assert_eq!(kinds("a\n \t\\d x; 'y\nb")[1], (Kind::Meta, "\\d x; 'y"));
    assert_eq!(kinds("\\.\r\n")[0], (Kind::Meta, "\\."));
    assert_eq!(kinds("a \\d")[1], (Kind::Other, "\\"));
    assert_eq!(kinds("'\n'\\d")[1], (Kind::Other, "\\"));
    assert_eq!(kinds("a{\0}")[1..], [(Kind::Other, "{"), (Kind::Other, "\0"), (Kind::Other, "}")]);
}

/// Texts of what is hard to read, whole and in halves.
pub(crate) fn fragments() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(crate::fuzz::PIECES);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn lossless(text: &str, settings: Settings) {
    let tokens = lex(text, settings);
    let mut at = 0;
    for token in &tokens {
        assert_eq!(token.start, at, "{text:?}");
        assert!(token.end > token.start, "{text:?}");
        assert_eq!(token.text(text).len(), token.end - token.start, "{text:?}: within a character");
        at = token.end;
    }
    assert_eq!(at, text.len(), "{text:?}");
}

proptest! {
    #[test]
    fn tokens_are_the_text(any in any::<String>(), hard in fragments(), conforming: bool) {
        let settings = Settings { standard_conforming_strings: conforming };
        lossless(&any, settings);
        lossless(&hard, settings);
    }

    #[test]
    fn bytes_do_not_matter(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        lossless(&String::from_utf8_lossy(&bytes), Settings::default());
    }

    /// What was read once is read the same when it stands alone.
    #[test]
    fn a_token_alone_is_the_same_token(hard in fragments()) {
        for token in lex(&hard, Settings::default()) {
            if matches!(token.kind, Kind::Meta | Kind::Other) || token.fault.is_some() {
                continue;
            }
            let text = token.text(&hard);
            let again = lex(text, Settings::default());
            prop_assert_eq!(again.len(), 1, "{:?}", text);
            prop_assert_eq!(again[0].kind, token.kind);
        }
    }
}
