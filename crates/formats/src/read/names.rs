//! Names of columns.

use std::collections::{HashMap, HashSet};

/// Names that are all there and all different: one that is missing is `column 3`, a second `name` is `name (2)`.
pub fn unique_names<T: AsRef<str>>(head: &[T]) -> Vec<String> {
    // What a name gets added must not make it one that comes later.
    let mut taken: HashSet<String> = head.iter().map(|name| name.as_ref().to_owned()).collect();
    let mut met: HashSet<&str> = HashSet::with_capacity(head.len());
    let mut numbers: HashMap<String, usize> = HashMap::new();
    let mut names = Vec::with_capacity(head.len());
    for (at, name) in head.iter().map(AsRef::as_ref).enumerate() {
        let missing = name.is_empty();
        let base = if missing { format!("column {}", at + 1) } else { name.to_owned() };
        if if missing { taken.insert(base.clone()) } else { met.insert(name) } {
            names.push(base);
            continue;
        }
        let number = numbers.entry(base.clone()).or_insert(1);
        names.push(loop {
            *number += 1;
            let candidate = format!("{base} ({number})");
            if taken.insert(candidate.clone()) {
                break candidate;
            }
        });
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_that_are_missing_or_come_twice_get_new_ones() {
        assert_eq!(unique_names(&["a", "", "a", "b", "a"]), ["a", "column 2", "a (2)", "b", "a (3)"]);
        assert_eq!(unique_names(&["a", "a", "a (2)"]), ["a", "a (3)", "a (2)"]);
        assert_eq!(unique_names(&["", "column 1", ""]), ["column 1 (2)", "column 1", "column 3"]);
    }

    proptest! {
        #[test]
        fn names_are_always_unique(head in proptest::collection::vec("(a|b|column 1|a \\(2\\)|)", 0..12)) {
            let names = unique_names(&head);
            prop_assert_eq!(names.iter().collect::<HashSet<_>>().len(), head.len());
            prop_assert!(names.iter().all(|name| !name.is_empty()));
        }
    }
}
