//! Parameters that mean the same everywhere.

use serde_json::{Value, json};

/// Variables of paths: name, what it is, an example.
const VARIABLES: &[(&str, &str, &str)] = &[
    ("name", "The database’s name.", "shop"),
    ("table", "The name of a table or view.", "orders"),
    ("schema", "The schema’s name.", "sales"),
    ("view", "The name of a view or materialized view.", "open_orders"),
    ("sequence", "The sequence’s name.", "invoice_numbers"),
    ("type", "The type’s name.", "mood"),
    ("function", "The function’s oid.", "16410"),
    ("extension", "The extension’s name.", "pg_trgm"),
    ("trigger", "The trigger’s name.", "orders_audit"),
    ("index", "The index’s name.", "orders_customer_idx"),
    ("account", "The account’s name.", "report"),
    ("id", "The id.", crate::examples::ID),
    ("requestId", "What `X-Request-Id` of the answer said.", crate::examples::REQUEST_ID),
];

/// Whether an address is about a managed server, and so takes `?server=`.
pub(super) fn about_server(path: &str) -> bool {
    path.starts_with("/api/database")
}

/// The parameters that a path brings with it.
pub(super) fn of_path(path: &str) -> Vec<Value> {
    let variables = path.split('{').skip(1).filter_map(|part| part.split('}').next());
    let mut parameters: Vec<Value> = variables
        .filter_map(|variable| VARIABLES.iter().find(|(name, ..)| *name == variable))
        .map(|(name, description, example)| {
            let (schema, example) = match *name {
                // What a list answers as a number is taken as a number.
                "function" => {
                    let oid = example.parse::<u32>().unwrap_or_default();
                    (json!({ "type": "integer", "format": "int64", "minimum": 1 }), json!(oid))
                }
                _ => (json!({ "type": "string", "minLength": 1 }), json!(example)),
            };
            json!({
                "name": name, "in": "path", "required": true, "description": description,
                "schema": schema, "example": example,
            })
        })
        .collect();
    if about_server(path) {
        parameters.push(json!({
            "name": "server", "in": "query", "required": false,
            "description": "The server; `default` is the only one now.",
            "schema": { "type": "string", "default": "default" }, "example": "default",
        }));
    }
    parameters
}
