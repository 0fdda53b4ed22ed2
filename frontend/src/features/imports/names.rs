//! Names for what is made of a file, and which columns are meant by which names.

use howdah_types::validate::MAX_NAME_BYTES;

/// A name as one writes it in PostgreSQL without quotes: `Order Date` becomes `order_date`.
pub(super) fn plain(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.trim().chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
    }
    let mut out = out.trim_end_matches('_').to_owned();
    if out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, '_');
    }
    while out.len() > MAX_NAME_BYTES {
        out.pop();
    }
    out
}

/// The name of a table for a file: `Orders 2026.csv` becomes `orders_2026`.
pub(super) fn of_file(file: &str) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    plain(if stem.is_empty() { file } else { stem })
}

/// For each column of the file the column of the table that is called alike; none is taken twice.
pub(super) fn matched(sources: &[String], targets: &[String]) -> Vec<Option<String>> {
    let mut free: Vec<&String> = targets.iter().collect();
    let mut out: Vec<Option<String>> = vec![None; sources.len()];
    let alike: [fn(&str, &str) -> bool; 3] = [
        |one, other| one == other,
        |one, other| one.eq_ignore_ascii_case(other),
        |one, other| plain(one) == plain(other),
    ];
    for same in alike {
        for (source, slot) in sources.iter().zip(&mut out) {
            if slot.is_none()
                && let Some(at) = free.iter().position(|target| same(source, target))
            {
                *slot = Some(free.remove(at).clone());
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_need_no_quotes() {
        let made = ["Order Date", "  Größe (cm) ", "2nd", "--", "a/b.c", "ÄB"].map(plain);
        assert_eq!(made, ["order_date", "größe_cm", "_2nd", "", "a_b_c", "äb"]);
        assert_eq!(plain(&"x".repeat(80)).len(), MAX_NAME_BYTES);
        assert_eq!(of_file("Orders 2026.csv"), "orders_2026");
        assert_eq!(
            (of_file(".csv"), of_file("a.tar.gz"), of_file("data")),
            ("csv".into(), "a_tar".into(), "data".into())
        );
    }

    #[test]
    fn columns_are_matched_by_the_nearest_name_first() {
        let list = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let found = matched(&list(&["ID", "id", "Order Date", "what"]), &list(&["order_date", "id", "note"]));
        assert_eq!(found, [None, Some("id".into()), Some("order_date".into()), None]);
        assert_eq!(matched(&list(&["ID"]), &list(&["id"])), [Some("id".into())]);
    }
}
