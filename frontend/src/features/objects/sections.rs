//! Which lists a database has, and where they are.

use leptos::prelude::*;

use crate::api::encode::route_segment;
use crate::routes;
use crate::ui::{Glyph, GlyphIcon, Icon, IconName};

/// One list of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct List {
    pub(super) name: &'static str,
    /// The section of the address.
    pub(super) section: &'static str,
    /// `?kind=` of the list of tables.
    pub(super) kind: &'static str,
    /// It is divided by schema.
    pub(super) in_schemas: bool,
}

const fn list(name: &'static str, section: &'static str, kind: &'static str) -> List {
    List { name, section, kind, in_schemas: true }
}

/// Everything that relations are listed as.
pub(super) const RELATIONS: List = list("Tables and views", "", "");

/// The lists of a schema, in the order of the tree.
pub(super) const LISTS: [List; 7] = [
    list("Tables", "", "tables"),
    list("Views", "", "views"),
    list("Materialized views", "", "materialized"),
    list("Sequences", "sequences", ""),
    list("Types", "types", ""),
    list("Functions", "functions", ""),
    list("Triggers", "triggers", ""),
];

/// The lists that belong to the whole database.
pub(super) const WHOLE: [List; 2] = [
    List { name: "Schemas", section: "schemas", kind: "", in_schemas: false },
    List { name: "Extensions", section: "extensions", kind: "", in_schemas: false },
];

impl List {
    /// Its address; `schema` none means all.
    pub(super) fn address(&self, database: &str, schema: Option<&str>) -> String {
        let schema = schema.filter(|_| self.in_schemas);
        let base = routes::database_list(database, self.section, schema);
        if self.kind.is_empty() {
            return base;
        }
        let mark = if schema.is_some() { '&' } else { '?' };
        format!("{base}{mark}kind={}", route_segment(self.kind))
    }

    pub(super) fn icon(&self) -> AnyView {
        match (self.section, self.kind) {
            ("", "views" | "materialized") => view! { <Icon name=IconName::View /> }.into_any(),
            ("", _) => view! { <Icon name=IconName::Table /> }.into_any(),
            ("sequences", _) => view! { <GlyphIcon glyph=Glyph::Sequence /> }.into_any(),
            ("types", _) => view! { <GlyphIcon glyph=Glyph::Type /> }.into_any(),
            ("functions", _) => view! { <GlyphIcon glyph=Glyph::Function /> }.into_any(),
            ("triggers", _) => view! { <GlyphIcon glyph=Glyph::Trigger /> }.into_any(),
            ("extensions", _) => view! { <GlyphIcon glyph=Glyph::Extension /> }.into_any(),
            _ => view! { <GlyphIcon glyph=Glyph::Schema /> }.into_any(),
        }
    }
}

/// `?kind=` of the API for one of the app's address.
pub(super) fn kinds(kind: &str) -> &'static str {
    match kind {
        "tables" => "table,partitioned,partition,foreign",
        "views" => "view",
        "materialized" => "materializedView",
        _ => "",
    }
}

/// The list of the address.
pub(super) fn find(section: &str, kind: &str) -> Option<List> {
    let of = |list: &&List| list.section == section && list.kind == kind;
    if section.is_empty() && kind.is_empty() {
        return Some(RELATIONS);
    }
    LISTS.iter().chain(&WHOLE).find(of).copied()
}

/// Whether a section of a database's address is one of the lists here.
pub(crate) fn is_list(section: &str) -> bool {
    section.is_empty() || LISTS.iter().chain(&WHOLE).any(|list| list.section == section)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_is_found_at_its_address() {
        for list in LISTS.iter().chain(&WHOLE) {
            assert_eq!(find(list.section, list.kind), Some(*list));
            assert!(is_list(list.section));
        }
        assert_eq!(LISTS[1].address("a b", Some("s")), "/databases/a~20b?schema=s&kind=views");
        assert_eq!(WHOLE[1].address("d", Some("s")), "/databases/d/extensions");
        assert!(find("overview", "").is_none() && !is_list("overview"));
    }
}
