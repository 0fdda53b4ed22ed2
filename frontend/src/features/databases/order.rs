//! Which databases the list shows, and in which order.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use howdah_types::databases::Database;

use crate::ui::Sort;

/// The keys of the columns that the list can be sorted by.
pub(super) const NAME: &str = "name";
pub(super) const OWNER: &str = "owner";
pub(super) const SIZE: &str = "size";
pub(super) const CONNECTIONS: &str = "connections";

fn compare(sort: Sort, a: &Database, b: &Database) -> Ordering {
    let ordering = match sort.key {
        OWNER => names(&a.owner, &b.owner),
        SIZE => a.size_bytes.cmp(&b.size_bytes),
        CONNECTIONS => a.connections.cmp(&b.connections),
        _ => names(&a.name, &b.name),
    };
    sort.apply(ordering).then_with(|| names(&a.name, &b.name))
}

fn names(a: &str, b: &str) -> Ordering {
    crate::ui::format::folded(a).cmp(&crate::ui::format::folded(b)).then_with(|| a.cmp(b))
}

/// The databases whose name, owner or description holds `search`, without templates unless asked for, in the order of `sort`.
pub(super) fn arrange(databases: &[Database], search: &str, templates: bool, sort: Sort) -> Vec<Database> {
    let search = crate::ui::format::folded(search.trim());
    let found = |text: &str| crate::ui::format::folded(text).contains(&search);
    let mut shown: Vec<Database> = databases
        .iter()
        .filter(|d| templates || !d.is_template)
        .filter(|d| {
            search.is_empty()
                || found(&d.name)
                || found(&d.owner)
                || d.description.as_deref().is_some_and(found)
        })
        .cloned()
        .collect();
    shown.sort_by(|a, b| compare(sort, a, b));
    shown
}

/// The names of what was made or changed between two answers, figures that move by themselves left aside.
pub(super) fn changes(before: &[Database], after: &[Database]) -> HashSet<String> {
    let before: HashMap<&str, &Database> = before.iter().map(|d| (d.name.as_str(), d)).collect();
    let still = |d: &Database| Database { size_bytes: None, connections: None, ..d.clone() };
    after
        .iter()
        .filter(|d| before.get(d.name.as_str()).is_none_or(|was| still(was) != still(d)))
        .map(|d| d.name.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn database(name: &str, size: Option<i64>) -> Database {
        Database {
            name: name.to_owned(),
            owner: "app_owner".to_owned(),
            description: None,
            size_bytes: size,
            encoding: "UTF8".to_owned(),
            collation: "C".to_owned(),
            is_template: name.starts_with("template"),
            allow_connections: true,
            connection_limit: -1,
            connections: None,
            tablespace: "pg_default".to_owned(),
            protection: None,
        }
    }

    fn shown(search: &str, templates: bool, sort: Sort) -> Vec<String> {
        let all = [
            database("b", Some(5)),
            database("A", None),
            database("template1", Some(9)),
            database("c", Some(7)),
        ];
        arrange(&all, search, templates, sort).into_iter().map(|d| d.name).collect()
    }

    #[test]
    fn names_sort_without_regard_to_case_and_templates_are_left_out() {
        assert_eq!(shown("", false, Sort::by(NAME)), ["A", "b", "c"]);
        assert_eq!(shown(" TEMPL ", true, Sort::by(NAME)), ["template1"]);
    }

    #[test]
    fn what_was_made_or_changed_is_found_but_not_what_only_grew() {
        let before = [database("a", None), database("b", None)];
        let mut renamed = database("b", None);
        renamed.owner = "dev".to_owned();
        let after = [database("a", Some(9)), renamed, database("c", None)];
        let mut names: Vec<String> = changes(&before, &after).into_iter().collect();
        names.sort();
        assert_eq!(names, ["b", "c"]);
    }

    #[test]
    fn the_largest_comes_first_and_an_unknown_size_last() {
        let sort = Sort { key: SIZE, descending: true };
        assert_eq!(shown("", false, sort), ["c", "b", "A"]);
        assert_eq!(shown("", false, Sort::by(SIZE)), ["A", "b", "c"]);
    }
}
