//! What the tests of changes share.

use howdah_testkit::{Answer, Client, segment};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::path;

/// A table that is edited.
pub(crate) struct Table<'a> {
    pub(crate) client: &'a Client,
    pub(crate) database: &'a str,
    pub(crate) name: &'a str,
}

impl Table<'_> {
    pub(crate) fn at(&self, below: &str) -> String {
        format!("{}/tables/{}/rows{below}", path(self.database), segment(self.name))
    }

    pub(crate) async fn insert(&self, values: Value) -> Answer {
        self.client.post(&self.at(""), json!({ "inserts": [{ "values": values }] })).await
    }

    pub(crate) async fn patch(&self, body: Value) -> Answer {
        self.client.send(Method::PATCH, &self.at(""), Some(body), &[]).await
    }

    pub(crate) async fn update(&self, update: Value) -> Answer {
        self.patch(json!({ "updates": [update] })).await
    }

    pub(crate) async fn delete(&self, body: Value) -> Answer {
        self.client.send(Method::DELETE, &self.at(""), Some(body), &[]).await
    }

    pub(crate) async fn changes(&self, body: Value) -> Answer {
        self.client.post(&self.at("/changes"), body).await
    }

    pub(crate) async fn page(&self) -> Value {
        self.client.get(&self.at("?limit=1000")).await.status(200).value()
    }

    pub(crate) async fn rows(&self) -> Value {
        self.page().await["rows"].clone()
    }
}

/// The field and code of the first refused part.
pub(crate) fn field(problem: &Value) -> String {
    format!(
        "{}:{}",
        problem["errors"][0]["field"].as_str().unwrap_or("-"),
        problem["errors"][0]["code"].as_str().unwrap_or("-")
    )
}
