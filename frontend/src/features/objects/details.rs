//! What is known about a schema, sequence, type, function or extension.

use std::sync::Arc;

use howdah_types::changes::Dependent;
use howdah_types::database_types::{DatabaseTypeKind, TypeDetails};
use howdah_types::extensions::ExtensionDetails;
use howdah_types::functions::FunctionDetails;
use howdah_types::schemas::SchemaDetails;
use howdah_types::sequences::SequenceDetails;
use howdah_types::table_details::Privilege;
use leptos::prelude::*;

use super::dialogs::Deed;
use super::parts::{Ddl, DependentList, PrivilegeTable, Section, fact};
use super::words::{function_kind, type_kind, volatility};
use crate::api::objects::{self, Noun, Object};
use crate::api::{Api, Result};
use crate::routes;
use crate::ui::{SqlText, format};

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    Schema(Arc<SchemaDetails>),
    Sequence(Arc<SequenceDetails>),
    Type(Arc<TypeDetails>),
    Function(Arc<FunctionDetails>),
    Extension(Arc<ExtensionDetails>),
}

/// Reads an object.
pub(super) async fn read(api: Api, object: Object) -> Result<Seen> {
    Ok(match object.noun {
        Noun::Schemas => Seen::Schema(Arc::new(objects::get(api, &object).await?)),
        Noun::Sequences => Seen::Sequence(Arc::new(objects::get(api, &object).await?)),
        Noun::Types => Seen::Type(Arc::new(objects::get(api, &object).await?)),
        Noun::Functions => Seen::Function(Arc::new(objects::get(api, &object).await?)),
        _ => Seen::Extension(Arc::new(objects::get(api, &object).await?)),
    })
}

impl Seen {
    pub(super) fn name(&self) -> String {
        match self {
            Self::Schema(one) => one.name.clone(),
            Self::Sequence(one) => one.sequence.name.clone(),
            Self::Type(one) => one.summary.name.clone(),
            Self::Function(one) => one.function.name.clone(),
            Self::Extension(one) => one.extension.name.clone(),
        }
    }

    /// One line under the name.
    pub(super) fn line(&self) -> String {
        let (what, schema, owner, description) = match self {
            Self::Schema(one) => ("schema", None, Some(&one.owner), one.description.as_ref()),
            Self::Sequence(one) => {
                let one = &one.sequence;
                ("sequence", Some(&one.schema), Some(&one.owner), one.description.as_ref())
            }
            Self::Type(one) => {
                let one = &one.summary;
                (type_kind(one.kind), Some(&one.schema), Some(&one.owner), one.description.as_ref())
            }
            Self::Function(one) => {
                let one = &one.function;
                (function_kind(one.kind), Some(&one.schema), Some(&one.owner), one.description.as_ref())
            }
            Self::Extension(one) => {
                let one = &one.extension;
                ("extension", one.schema.as_ref(), one.owner.as_ref(), one.description.as_ref())
            }
        };
        let place = schema.map(|schema| format!(" in {schema}")).unwrap_or_default();
        let owner = owner.map(|owner| format!("owned by {owner}"));
        [Some(format!("{what}{place}")), owner, description.cloned()]
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · ")
    }

    /// The dialog that changes it, where the API can.
    pub(super) fn edit(&self) -> Option<Deed> {
        match self {
            Self::Schema(one) => Some(Deed::EditSchema(Box::new(SchemaDetails::clone(one)))),
            Self::Sequence(one) => Some(Deed::EditSequence(Box::new(one.sequence.clone()))),
            Self::Type(one) => Some(Deed::EditType(Box::new(one.summary.clone()))),
            Self::Extension(one) => {
                Some(Deed::EditExtension(Box::new(one.extension.clone()), one.versions.clone()))
            }
            Self::Function(_) => None,
        }
    }

    /// The word for it, where it can be dropped here.
    pub(super) fn droppable(&self) -> Option<&'static str> {
        match self {
            Self::Schema(_) => Some("schema"),
            Self::Sequence(one) => (!one.sequence.identity).then_some("sequence"),
            Self::Type(one) => (one.summary.kind != DatabaseTypeKind::Base).then_some("type"),
            Self::Extension(_) => Some("extension"),
            Self::Function(_) => None,
        }
    }

    pub(super) fn view(&self, database: &str) -> AnyView {
        match self {
            Self::Schema(one) => schema(database, one),
            Self::Sequence(one) => sequence(database, one),
            Self::Type(one) => type_(database, one),
            Self::Function(one) => function(database, one),
            Self::Extension(one) => extension(database, one),
        }
    }
}

/// What all pages end with.
fn tail(
    database: &str,
    dependents: &[Dependent],
    privileges: Option<&Option<Vec<Privilege>>>,
    ddl: &[String],
) -> AnyView {
    let database = database.to_owned();
    let dependents = dependents.to_vec();
    let needed = (!dependents.is_empty()).then(|| {
        let count = dependents.len();
        view! {
            <Section title="What depends on it" count=count><DependentList database list=dependents /></Section>
        }
    });
    let rights = privileges.map(|list| {
        let list = list.clone();
        view! { <Section title="Privileges"><PrivilegeTable list /></Section> }
    });
    let ddl = (!ddl.is_empty()).then(|| {
        let statements = ddl.to_vec();
        view! { <Section title="SQL"><Ddl statements /></Section> }
    });
    view! { {needed}{rights}{ddl} }.into_any()
}

fn facts(list: Vec<AnyView>) -> AnyView {
    view! { <dl class="facts card pad">{list}</dl> }.into_any()
}

fn schema(database: &str, one: &SchemaDetails) -> AnyView {
    let count = |noun: &'static str, n: i64| {
        let href = routes::database_list(database, noun, Some(&one.name));
        view! { <a class="object-link" href=href>{format::count(n)}</a> }
    };
    let list = vec![
        fact("Tables and views", count("", one.tables)),
        fact("Sequences", count("sequences", one.sequences)),
        fact("Functions", count("functions", one.functions)),
        fact("Types", count("types", one.types)),
    ];
    view! { {facts(list)} {tail(database, &one.dependents, Some(&one.privileges), &one.ddl)} }.into_any()
}

fn sequence(database: &str, one: &SequenceDetails) -> AnyView {
    let it = &one.sequence;
    let list = vec![
        fact("Last number", it.last_value.clone().unwrap_or_else(|| "none yet, or not readable".to_owned())),
        fact("Step", it.increment.clone()),
        fact("From", it.minimum.clone()),
        fact("To", it.maximum.clone()),
        fact("First number", it.start.clone()),
        fact("Kept ready", it.cache.clone()),
        fact("At the end", if it.cycle { "begins anew" } else { "fails" }),
        fact("Type", it.data_type.clone()),
        fact(
            if it.identity { "Identity of" } else { "Belongs to" },
            it.owned_by.clone().unwrap_or_else(|| "no column".to_owned()),
        ),
    ];
    view! { {facts(list)} {tail(database, &one.dependents, Some(&one.privileges), &one.ddl)} }.into_any()
}

fn type_(database: &str, one: &TypeDetails) -> AnyView {
    let labels = one.summary.labels.clone().map(|labels| {
        let count = labels.len();
        let items = labels
            .into_iter()
            .map(|label| view! { <li><code class="pre">{label}</code></li> })
            .collect_view();
        view! { <Section title="Labels" count=count><ol class="labels">{items}</ol></Section> }
    });
    let mut list = Vec::new();
    if let Some(base) = &one.summary.base_type {
        list.push(fact("Made of", view! { <code>{base.clone()}</code> }));
        list.push(fact("Null", if one.not_null { "not allowed" } else { "allowed" }));
    }
    if let Some(default) = &one.default {
        list.push(fact("Default", view! { <code>{default.clone()}</code> }));
    }
    if let Some(collation) = &one.collation {
        list.push(fact("Collation", collation.clone()));
    }
    let head = (!list.is_empty()).then(|| facts(list));
    let checks = (!one.checks.is_empty()).then(|| {
        let rows = one.checks.iter().map(|check| {
            view! { <tr><td>{check.name.clone()}</td><td class="mono wrap"><SqlText sql=check.definition.clone() /></td></tr> }
        });
        let rows = rows.collect_view();
        view! { <Section title="Checks"><div class="card"><table class="grid" aria-label="Checks"><tbody>{rows}</tbody></table></div></Section> }
    });
    let attributes = (!one.attributes.is_empty()).then(|| {
        let rows = one.attributes.iter().map(|attribute| {
            view! {
                <tr>
                    <td>{attribute.name.clone()}</td>
                    <td class="mono">{attribute.type_name.clone()}</td>
                    <td class="description">{attribute.description.clone()}</td>
                </tr>
            }
        });
        let rows = rows.collect_view();
        view! { <Section title="Attributes"><div class="card"><table class="grid" aria-label="Attributes"><tbody>{rows}</tbody></table></div></Section> }
    });
    view! {
        {head}{labels}{attributes}{checks}
        {tail(database, &one.dependents, Some(&one.privileges), &one.ddl)}
    }
    .into_any()
}

fn function(database: &str, one: &FunctionDetails) -> AnyView {
    let it = &one.function;
    let code = |text: &str| {
        let text = text.to_owned();
        view! { <code class="pre">{text}</code> }
    };
    let mut list = vec![
        fact("Arguments", code(if it.arguments.is_empty() { "none" } else { &it.arguments })),
        fact("Result", code(it.result.as_deref().unwrap_or("none"))),
        fact("Language", it.language.clone()),
        fact("Volatility", volatility(it.volatility)),
        fact("Runs with the rights of", if it.security_definer { "its owner" } else { "who calls it" }),
        fact("Null arguments", if one.strict { "give null without a call" } else { "are given to it" }),
        fact("Parallel", one.parallel.clone()),
        fact("Leakproof", if one.leakproof { "yes" } else { "no" }),
    ];
    if !one.settings.is_empty() {
        list.push(fact("Settings", one.settings.join(", ")));
    }
    view! { {facts(list)} {tail(database, &one.dependents, Some(&one.privileges), &one.ddl)} }.into_any()
}

fn extension(database: &str, one: &ExtensionDetails) -> AnyView {
    let it = &one.extension;
    let none = || "–".to_owned();
    let list = vec![
        fact("Version", it.version.clone().unwrap_or_else(none)),
        fact("Newest on the server", it.default_version.clone().unwrap_or_else(none)),
        fact("Schema", it.schema.clone().unwrap_or_else(none)),
        fact("Can be moved", if one.relocatable { "yes" } else { "no" }),
        fact("Needs", if one.requires.is_empty() { none() } else { one.requires.join(", ") }),
    ];
    let (place, members) = (database.to_owned(), one.members.clone());
    let count = members.len();
    let members = (count > 0).then(|| {
        view! {
            <Section title="What belongs to it" count=count><DependentList database=place list=members /></Section>
        }
    });
    view! { {facts(list)} {members} {tail(database, &one.dependents, None, &[])} }.into_any()
}
