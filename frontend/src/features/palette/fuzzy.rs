//! Finding by a few letters.

use crate::ui::format::folded;

/// How well `wanted` fits `name`, higher is better; none when its letters do not all occur in order.
///
/// Beginnings, beginnings of words and unbroken runs count most; short names win ties.
pub fn score(wanted: &str, name: &str) -> Option<i32> {
    let wanted: Vec<char> = folded(wanted).chars().filter(|c| !c.is_whitespace()).collect();
    if wanted.is_empty() {
        return Some(0);
    }
    let name: Vec<char> = folded(name).chars().collect();
    (0..name.len())
        .filter(|&start| name.get(start) == wanted.first())
        .filter_map(|start| from(&wanted, &name, start))
        .max()
}

/// The score of the match that begins at `start`.
fn from(wanted: &[char], name: &[char], start: usize) -> Option<i32> {
    let mut total = 0;
    let mut last = None::<usize>;
    let mut at = start;
    for &letter in wanted {
        let found = at + name.get(at..)?.iter().position(|&c| c == letter)?;
        total += 1;
        if last.is_some_and(|last| last + 1 == found) {
            total += 5;
        }
        let begins =
            found == 0 || name.get(found - 1).is_some_and(|c| c.is_ascii() && !c.is_ascii_alphanumeric());
        if begins {
            total += if found == 0 { 8 } else { 4 };
        }
        last = Some(found);
        at = found + 1;
    }
    let length = i32::try_from(name.len()).unwrap_or(i32::MAX);
    Some(total * 8 - length.min(64))
}

#[cfg(test)]
mod tests {
    use super::score;

    #[test]
    fn letters_must_come_in_order() {
        assert!(score("shp", "shop").is_some());
        assert!(score("psh", "shop").is_none());
        assert!(score("", "anything").is_some());
    }

    #[test]
    fn beginnings_and_runs_win() {
        assert!(score("shop", "shop") > score("shop", "workshop"));
        assert!(score("nd", "New database") > score("nd", "calendar"));
        assert!(score("data", "Databases") > score("data", "Go to the audit of tables a"));
    }
}
