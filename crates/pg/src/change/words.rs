//! The words of typed SQL that may be names.
//!
//! Which of them are names, only PostgreSQL knows, and it tells while it runs code: reading `'{1}'::app.checked[]` calls
//! the check of the domain before anything could be looked at. So all words count. They are more than the names, never
//! fewer: runs of what identifiers are made of, as they are and folded, and what stands between any two double quotes.

/// PostgreSQL's names are no longer, in bytes (`NAMEDATALEN` as it is built everywhere).
const LONGEST: usize = 63;

/// Each word once. None: names are written as code points (`U&"d\0061t"`), which are not looked through here.
pub(super) fn words(text: &str) -> Option<Vec<String>> {
    let folded = text.to_ascii_lowercase();
    if folded.contains("u&\"") {
        return None;
    }
    let mut words = Vec::new();
    for run in text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '$') || !c.is_ascii())) {
        add(&mut words, run);
        // Before PostgreSQL 15 a name may begin right behind a number.
        if run.starts_with(|c: char| c.is_ascii_digit()) {
            run.char_indices().skip(1).for_each(|(at, _)| add(&mut words, run.get(at..).unwrap_or_default()));
        }
    }
    for (at, _) in text.match_indices('"') {
        if let Some(name) = quoted(text.get(at + 1..).unwrap_or_default()) {
            add(&mut words, &name);
        }
    }
    words.sort_unstable();
    words.dedup();
    Some(words)
}

/// What a quoted name that begins here says.
fn quoted(text: &str) -> Option<String> {
    let mut name = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '"' {
            if chars.peek() != Some(&'"') {
                return Some(name);
            }
            chars.next();
        }
        name.push(c);
    }
    None
}

fn add(words: &mut Vec<String>, word: &str) {
    if word.is_empty() {
        return;
    }
    for one in [word.to_owned(), word.to_ascii_lowercase(), word.to_lowercase()] {
        let mut end = one.len().min(LONGEST);
        while !one.is_char_boundary(end) {
            end -= 1;
        }
        words.push(one.get(..end).unwrap_or_default().to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has(text: &str, word: &str) -> bool {
        words(text).unwrap().iter().any(|one| one == word)
    }

    #[test]
    fn every_way_to_write_a_name() {
        for text in [
            "evil(1)",
            "Evil (1)",
            "app.evil(x)",
            "\"app\".\"evil\"(1)",
            "x+evil(y)",
            "1evil",
            "/**/evil/**/(1)",
            "'\"' || \"evil\"(1)",
            "(t).evil",
            "'x'evil",
        ] {
            assert!(has(text, "evil"), "{text}");
        }
        assert!(has("\"a\"\"b c\"(1)", "a\"b c"));
        assert!(has("ÉVIL(1)", "évil"));
        assert!(has(&format!("{}tail(1)", "x".repeat(63)), &"x".repeat(63)));
        assert!(!has("devil(1) + evils", "evil"));
    }

    #[test]
    fn code_points_are_not_looked_through() {
        assert_eq!(words("u&\"\\0065vil\"(1)"), None);
        assert!(words("u & \"evil\"").is_some());
    }
}
