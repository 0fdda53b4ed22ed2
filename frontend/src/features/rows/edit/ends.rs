//! Line ends of a value that is edited in a field of the browser, which knows only `\n`.
//!
//! Each event changes one place of the text: what stands before and after it keeps its line ends.

/// As the field shows the text.
pub(super) fn shown(text: &str) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() }
}

/// The text after the field has become `field`: every line end that was not touched is as it was; a new one is as most
/// of the others are.
pub(super) fn merged(text: &str, field: &str) -> String {
    if !text.contains('\r') {
        return field.to_owned();
    }
    let (head, taken) = common(Forwards(text), field.chars());
    let rest = field.get(taken..).unwrap_or_default();
    let (tail, kept) = common(Backwards(text.get(head..).unwrap_or_default()), rest.chars().rev());
    let middle = rest.get(..rest.len() - kept).unwrap_or_default().replace('\n', usual(text));
    let before = text.get(..head).unwrap_or_default();
    let after = text.get(text.len() - tail..).unwrap_or_default();
    format!("{before}{middle}{after}")
}

/// How many bytes of both are the same, where a line end is one character.
fn common(text: impl Iterator<Item = (char, usize)>, field: impl Iterator<Item = char>) -> (usize, usize) {
    text.zip(field)
        .take_while(|((one, _), other)| one == other)
        .fold((0, 0), |(text, field), ((_, width), c)| (text + width, field + c.len_utf8()))
}

/// The characters of a text as the field has them, with the bytes that they take in the text.
struct Forwards<'a>(&'a str);

impl Iterator for Forwards<'_> {
    type Item = (char, usize);

    fn next(&mut self) -> Option<Self::Item> {
        let first = self.0.chars().next()?;
        let (c, width) = match first {
            '\r' if self.0.starts_with("\r\n") => ('\n', 2),
            '\r' => ('\n', 1),
            c => (c, c.len_utf8()),
        };
        self.0 = self.0.get(width..).unwrap_or_default();
        Some((c, width))
    }
}

/// As [`Forwards`], from the end.
struct Backwards<'a>(&'a str);

impl Iterator for Backwards<'_> {
    type Item = (char, usize);

    fn next(&mut self) -> Option<Self::Item> {
        let last = self.0.chars().next_back()?;
        let (c, width) = match last {
            '\n' if self.0.ends_with("\r\n") => ('\n', 2),
            '\r' => ('\n', 1),
            c => (c, c.len_utf8()),
        };
        self.0 = self.0.get(..self.0.len() - width).unwrap_or_default();
        Some((c, width))
    }
}

/// The line end that the text has most of.
fn usual(text: &str) -> &'static str {
    let both = text.matches("\r\n").count();
    let (returns, feeds) = (text.matches('\r').count() - both, text.matches('\n').count() - both);
    if both >= returns && both >= feeds {
        "\r\n"
    } else if returns > feeds {
        "\r"
    } else {
        "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_that_nobody_touched_stay() {
        let text = "one\r\ntwo\nthree\rfour 🐘\r\n";
        assert_eq!(shown(text), "one\ntwo\nthree\nfour 🐘\n");
        assert_eq!(merged(text, &shown(text)), text);
        assert_eq!(merged(text, "one\ntwo\nthrees\nfour 🐘\n"), "one\r\ntwo\nthrees\rfour 🐘\r\n");
        assert_eq!(merged(text, "\ntwo\nthree\nfour 🐘\n"), "\r\ntwo\nthree\rfour 🐘\r\n");
        assert_eq!(merged(text, "one\ntwo\nthree\nfour 🦒\n"), "one\r\ntwo\nthree\rfour 🦒\r\n");
        assert_eq!(merged(text, "one\ntwo\nthree\nfour 🐘"), "one\r\ntwo\nthree\rfour 🐘");
        assert_eq!(merged(text, ""), "");
    }

    #[test]
    fn a_new_line_ends_as_most_of_the_others() {
        assert_eq!(merged("a\r\nb\r\nc", "a\nb\nx\ny\nc"), "a\r\nb\r\nx\r\ny\r\nc");
        assert_eq!(merged("a\rb", "a\nb\n"), "a\rb\r");
        assert_eq!(merged("a\nb\nc\r", "a\nb\nnew\nc\n"), "a\nb\nnew\nc\r");
        assert_eq!(merged("a\nb", "a\nb\n"), "a\nb\n");
        // One of several equal line ends goes; the rest is not shortened.
        assert_eq!(merged("a\r\n\r\nb", "a\nb"), "a\r\nb");
        assert_eq!(merged("a\r\nb", "ab"), "ab");
    }
}
