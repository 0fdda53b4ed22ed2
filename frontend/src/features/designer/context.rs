//! What all parts of the designer need: what there is to choose from, and what is wrong.

use howdah_types::problem::Problem;
use howdah_types::validate::FieldError;
use leptos::prelude::*;

use super::body::Built;
use super::draft::Draft;

/// What there is to choose from in the database.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choices {
    pub(super) database: StoredValue<String>,
    pub(super) schemas: RwSignal<Vec<String>>,
    pub(super) owners: RwSignal<Vec<String>>,
    /// As one writes them in SQL.
    pub(super) types: RwSignal<Vec<String>>,
}

/// The designer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Context {
    pub(super) draft: Draft,
    pub(super) choices: Choices,
    pub(super) built: Memo<Built>,
    /// What the server refused, field by field.
    pub(super) refused: RwSignal<Vec<FieldError>>,
    /// What belongs to no field.
    pub(super) problem: RwSignal<Option<Problem>>,
    /// Somebody has tried to save: that something is missing is said only then.
    pub(super) attempted: RwSignal<bool>,
    /// All of it is in the database: nothing is lost by leaving.
    pub(super) saved: RwSignal<bool>,
}

impl Context {
    /// The schemas to choose from, and the one that is chosen (tracked).
    pub(super) fn schemas(self, chosen: RwSignal<String>) -> Signal<Vec<(String, String)>> {
        Signal::derive(move || {
            let (mut list, now) = (self.choices.schemas.get(), chosen.get());
            if !list.contains(&now) {
                list.push(now);
            }
            list.into_iter().map(|name| (name.clone(), name)).collect()
        })
    }

    /// What is wrong with a field of the thing `id`; an empty `field` is the thing itself. Id 0 is the table.
    pub(super) fn error(self, id: u32, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            let path = self.built.with(|built| {
                if id == 0 {
                    return Some(String::new());
                }
                built.paths.iter().find(|(one, _)| *one == id).map(|(_, path)| path.clone())
            })?;
            let wanted = match (path.is_empty(), field.is_empty()) {
                (true, _) => field.to_owned(),
                (_, true) => path,
                _ => format!("{path}.{field}"),
            };
            let attempted = self.attempted.get();
            let mine = |errors: &[FieldError]| {
                let shown = |error: &&FieldError| attempted || error.code != "required";
                errors
                    .iter()
                    .filter(shown)
                    .find(|error| fits(&error.field, &wanted))
                    .map(|error| error.message.clone())
            };
            self.built.with(|built| mine(&built.errors)).or_else(|| self.refused.with(|errors| mine(errors)))
        })
    }

    /// Takes what the server said. What stands beside no field stands above the form.
    pub(super) fn refuse(self, problem: &Problem) {
        let known = |error: &FieldError| {
            let field = error.field.as_str();
            let layout = ["tablespace", "options", "partitionBy", "partitionOf", "inherits"];
            matches!(field, "name" | "schema" | "owner" | "description")
                || layout.iter().any(|part| field.starts_with(part))
                || self.built.with_untracked(|built| {
                    built.paths.iter().any(|(_, path)| field.starts_with(path.as_str()))
                })
        };
        let beside = !problem.errors.is_empty() && problem.errors.iter().all(known);
        let _ = self.refused.try_set(problem.errors.clone());
        let _ = self.problem.try_set((!beside).then(|| problem.clone()));
    }
}

/// `keys[0].expression` is shown beside `keys`.
fn fits(field: &str, wanted: &str) -> bool {
    let Some(rest) = field.strip_prefix(wanted) else { return false };
    rest.is_empty() || (rest.starts_with('[') && !wanted.is_empty())
}
