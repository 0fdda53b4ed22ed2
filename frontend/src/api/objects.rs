//! What lies in a database beside tables: schemas, views, sequences, types, functions, extensions, triggers. Their
//! addresses are of one shape, so one set of calls serves them all; the types say what each answers.

use howdah_types::changes::ChangePreview;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::encode::{query, segment};
use super::{Api, Method, Page, Result, databases};

/// What kind of object; the word in its address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noun {
    Tables,
    Schemas,
    Views,
    Sequences,
    Types,
    Functions,
    Extensions,
    Triggers,
}

impl Noun {
    /// As it is written in addresses.
    pub fn segment(self) -> &'static str {
        match self {
            Self::Tables => "tables",
            Self::Schemas => "schemas",
            Self::Views => "views",
            Self::Sequences => "sequences",
            Self::Types => "types",
            Self::Functions => "functions",
            Self::Extensions => "extensions",
            Self::Triggers => "triggers",
        }
    }
}

/// One object: where it is. `schema` is empty for what lies in none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub database: String,
    pub noun: Noun,
    pub schema: String,
    /// The name; of a function its oid.
    pub name: String,
}

impl Object {
    fn path(&self, more: &[(&str, Option<String>)]) -> String {
        let schema = (!self.schema.is_empty()).then(|| self.schema.clone());
        let mut pairs = vec![("schema", schema)];
        pairs.extend_from_slice(more);
        let (base, noun) = (databases::path(&self.database), self.noun.segment());
        format!("{base}/{noun}/{}{}", segment(&self.name), query(&pairs))
    }
}

fn all(database: &str, noun: Noun) -> String {
    format!("{}/{}", databases::path(database), noun.segment())
}

/// The value of a switch that is on.
fn yes() -> String {
    "true".to_owned()
}

/// The first page of a list; `schema` none means all, `text` is a part of the name.
pub async fn list<T: DeserializeOwned>(
    api: Api,
    database: &str,
    noun: Noun,
    (schema, text): (Option<&str>, &str),
    limit: u32,
) -> Result<Page<T>> {
    let query = match noun {
        // These are few, and lie in no schema: the lists take no questions.
        Noun::Schemas | Noun::Extensions => String::new(),
        _ => query(&[
            ("schema", Some(schema.unwrap_or("*").to_owned())),
            ("search", (!text.is_empty()).then(|| text.to_owned())),
            ("limit", Some(limit.to_string())),
        ]),
    };
    api.page(&format!("{}{query}", all(database, noun))).await
}

/// One object in full.
pub async fn get<T: DeserializeOwned>(api: Api, object: &Object) -> Result<T> {
    api.get(&object.path(&[])).await
}

/// Makes one; what the server answers is not needed.
pub async fn create<B: Serialize>(api: Api, database: &str, noun: Noun, data: &B) -> Result<()> {
    api.send_on(Method::Post, &all(database, noun), data).await
}

/// What [`create`] would send.
pub async fn preview_create<B: Serialize>(
    api: Api,
    database: &str,
    noun: Noun,
    data: &B,
) -> Result<ChangePreview> {
    api.send(Method::Post, &format!("{}?dryRun=true", all(database, noun)), data).await
}

/// Changes one.
pub async fn update<B: Serialize>(api: Api, object: &Object, data: &B) -> Result<()> {
    api.send_on(Method::Put, &object.path(&[]), data).await
}

/// What [`update`] would send.
pub async fn preview_update<B: Serialize>(api: Api, object: &Object, data: &B) -> Result<ChangePreview> {
    api.send(Method::Put, &object.path(&[("dryRun", Some(yes()))]), data).await
}

/// Drops one; with `expect` (the preview's) what depends on it goes too.
pub async fn delete(api: Api, object: &Object, expect: Option<String>) -> Result<()> {
    let cascade = expect.as_ref().map(|_| yes());
    api.act(Method::Delete, &object.path(&[("cascade", cascade), ("expect", expect)])).await
}

/// What [`delete`] would send.
pub async fn preview_delete(api: Api, object: &Object, cascade: bool) -> Result<ChangePreview> {
    let cascade = cascade.then(yes);
    api.call(Method::Delete, &object.path(&[("cascade", cascade), ("dryRun", Some(yes()))])).await
}

/// Fills a materialized view anew.
pub async fn refresh(api: Api, view: &Object, data: &howdah_types::views::RefreshData) -> Result<()> {
    let path = Object { name: view.name.clone(), ..view.clone() }.path(&[]);
    let (address, query) =
        path.split_once('?').map_or((path.as_str(), ""), |(address, query)| (address, query));
    let mark = if query.is_empty() { "" } else { "?" };
    api.send_on(Method::Post, &format!("{address}/refresh{mark}{query}"), data).await
}
