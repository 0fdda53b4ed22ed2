//! Where `PostgreSQL`'s error position lies in what was typed.

use std::ops::Range;

use crate::width::columns;

/// The most columns of a line that [`excerpt`] shows, as psql does.
const SHOWN: usize = 60;
/// How many columns behind the mark it shows at least, where there are as many.
const AFTER_MARK: usize = 10;

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// In bytes from the beginning, on the boundary of a character.
    pub offset: usize,
    /// From 1. `\n`, `\r\n` and a lone `\r` end lines.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

/// Where an error is in a script, of which the statement in `sent` (bytes) was sent to the server. `position` is the
/// server's: in characters of that statement, from 1. What lies behind the statement is put at its end.
pub fn place(script: &str, sent: Range<usize>, position: usize) -> Place {
    let start = sent.start.min(script.len());
    let statement = script.get(sent).unwrap_or_default();
    let skipped = position.saturating_sub(1);
    let inside = statement.char_indices().nth(skipped).map_or(statement.len(), |(offset, _)| offset);
    at(script, start + inside)
}

/// The line and column of a byte.
fn at(text: &str, offset: usize) -> Place {
    let before = text.get(..offset).unwrap_or_default();
    let line_start = before.rfind(['\n', '\r']).map_or(0, |index| index + 1);
    let column = 1 + before.get(line_start..).unwrap_or_default().chars().count();
    Place { offset, line: 1 + line_breaks(false, before.as_bytes()), column }
}

/// How many lines begin in these bytes; `after_return` says that a `\r` stands right before them.
pub(crate) fn line_breaks(after_return: bool, bytes: &[u8]) -> usize {
    let mut previous = after_return;
    let mut count = 0;
    for byte in bytes {
        count += usize::from(*byte == b'\r' || (*byte == b'\n' && !previous));
        previous = *byte == b'\r';
    }
    count
}

/// The line of an error with a mark below it, as psql shows it:
///
/// ```text
/// LINE 3: SELECT nme FROM people
///                ^
/// ```
///
/// `position` is in characters of `text`, from 1, at most one behind its end; else there is nothing to show. Tabs
/// become blanks, wide characters count two columns, and of a line of more than 60 columns that part is shown which
/// is around the mark, between dots. The number of the line counts from `first_line`, the line of a script on which
/// `text` begins.
pub fn excerpt(text: &str, position: usize, first_line: usize) -> Option<String> {
    let mark = position.checked_sub(1)?;
    let offset = match text.char_indices().nth(mark) {
        Some((offset, _)) => offset,
        None if mark == text.chars().count() => text.len(),
        None => return None,
    };
    let place = at(text, offset);
    let start = text.get(..offset)?.rfind(['\n', '\r']).map_or(0, |index| index + 1);
    let rest = text.get(start..)?;
    // The mark may stand on the line break itself: then the line ends right there.
    let end = rest.char_indices().find(|(index, c)| start + index >= offset && matches!(c, '\n' | '\r'));
    let line: Vec<char> = rest.get(..end.map_or(rest.len(), |(index, _)| index))?.chars().collect();
    let shown = window(&line, place.column - 1);
    let mut out = format!("LINE {}: ", first_line + place.line - 1);
    if shown.start > 0 {
        out.push_str("...");
    }
    let indent: usize = out.len() + width(line.get(shown.start..place.column - 1)?);
    out.extend(line.get(shown.clone())?.iter().map(|c| if *c == '\t' { ' ' } else { *c }));
    if shown.end < line.len() {
        out.push_str("...");
    }
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
    out.push_str("^\n");
    Some(out)
}

/// What is shown of a line: at most [`SHOWN`] columns with the mark. The right side is cut first, but not nearer than
/// [`AFTER_MARK`] columns behind the mark; then the left.
fn window(line: &[char], mark: usize) -> Range<usize> {
    let (mut start, mut end) = (0, line.len());
    let mut left: usize = width(line);
    if left <= SHOWN {
        return start..end;
    }
    let before = width(line.get(..mark).unwrap_or_default());
    let right = (before + AFTER_MARK).max(SHOWN);
    while left > right {
        end -= 1;
        left -= columns(line[end]);
    }
    while left > SHOWN {
        left -= columns(line[start]);
        start += 1;
    }
    start..end
}

fn width(characters: &[char]) -> usize {
    characters.iter().map(|c| columns(*c)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn positions_count_characters_and_land_in_the_script() {
        let script = "SELECT 1;\r\n\rSELECT 'ä🐘', nme\n FROM x";
        let start = script.find("SELECT 'ä").unwrap();
        let nme = place(script, start..script.len(), 14);
        assert_eq!(nme, Place { offset: script.find("nme").unwrap(), line: 3, column: 14 });
        let from = place(script, start..script.len(), 19);
        assert_eq!(from, Place { offset: script.find("FROM").unwrap(), line: 4, column: 2 });
        let behind = Place { offset: script.len(), line: 4, column: 8 };
        assert_eq!(place(script, start..script.len(), 999), behind);
        assert_eq!(place(script, start..script.len(), 0).offset, start);
        assert_eq!(place("a", 5..9, 1).offset, 1);
    }

    #[test]
    fn a_mark_stands_below_the_error() {
        assert_eq!(excerpt("SELECT\n\tnme\tFROM x", 9, 3).unwrap(), "LINE 4:  nme FROM x\n         ^\n");
        assert_eq!(excerpt("'漢字🐘' x", 7, 1).unwrap(), "LINE 1: '漢字🐘' x\n                 ^\n");
        assert_eq!(excerpt("SELECT", 7, 1).unwrap(), "LINE 1: SELECT\n              ^\n");
        assert_eq!(excerpt("SELECT", 8, 1), None);
        assert_eq!(excerpt("SELECT", 0, 1), None);
        let long = format!("SELECT {}, nme, {}", "a".repeat(80), "b".repeat(80));
        let shown = excerpt(&long, 90, 1).unwrap();
        let (line, mark) = shown.split_once('\n').unwrap();
        assert!(line.starts_with("LINE 1: ...aaa") && line.ends_with("nme, bbbbb..."), "{shown}");
        assert_eq!(&line[mark.find('^').unwrap()..][..3], "nme");
        assert_eq!(line.len(), "LINE 1: ......".len() + 60);
    }

    proptest! {
        #[test]
        fn any_position_of_any_text(text in any::<String>(), position in 0..100_usize, start in 0..50_usize) {
            excerpt(&text, position, 1);
            let place = place(&text, start..text.len(), position);
            prop_assert!(text.is_char_boundary(place.offset) || !text.is_char_boundary(start));
        }
    }
}
