//! What several files need.

use howdah_testkit::{Cluster, segment, unique};
use serde_json::Value;

/// `/api/database/{name}` with the name encoded.
pub(crate) fn path(name: &str) -> String {
    format!("/api/database/{}", segment(name))
}

/// A name quoted for SQL.
pub(crate) fn ident(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A text quoted for SQL.
pub(crate) fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A new database on the shared cluster, made without Howdah.
pub(crate) async fn scratch(prefix: &str) -> String {
    let name = unique(prefix);
    Cluster::shared().execute("postgres", &format!("CREATE DATABASE {}", ident(&name))).await;
    name
}

/// The entry of a list whose `name` is this.
pub(crate) fn named<'a>(list: &'a Value, name: &str) -> Option<&'a Value> {
    list.as_array().expect("a list").iter().find(|entry| entry["name"] == name)
}

/// The statements of a preview.
pub(crate) fn statements(preview: &Value) -> Vec<String> {
    let list = preview["statements"].as_array().unwrap_or_else(|| panic!("no statements: {preview}"));
    list.iter().map(|statement| statement.as_str().expect("a text").to_owned()).collect()
}

/// Whether a database is there, asked of the server itself.
pub(crate) async fn exists(cluster: &Cluster, name: &str) -> bool {
    let sql = format!("SELECT count(*) FROM pg_database WHERE datname = {}", literal(name));
    cluster.value("postgres", &sql).await == "1"
}
