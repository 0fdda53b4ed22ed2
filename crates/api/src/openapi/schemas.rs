//! Schemas of the wire's types, and bodies that refer to them.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use utoipa::ToSchema;

/// Named schemas, collected while operations are described.
#[derive(Default)]
pub(super) struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    /// Adds `T` and all that it mentions.
    pub(super) fn add<T: ToSchema>(&mut self) {
        let mut found = vec![(T::name().into_owned(), T::schema())];
        T::schemas(&mut found);
        for (name, schema) in found {
            // `Timestamp` is another name of `String`, which is what the derive sees.
            if name != "String" {
                self.0.entry(name).or_insert_with(|| with_names(with_times(json!(schema))));
            }
        }
    }

    pub(super) fn into_value(self) -> Value {
        json!(self.0)
    }
}

/// Writes references to `String`, which only `Timestamp` leads to, as what they are: times.
fn with_times(schema: Value) -> Value {
    let is_time = |value: &Value| value["$ref"] == "#/components/schemas/String";
    match schema {
        Value::Object(mut map) => {
            let nullable = map
                .get("oneOf")
                .and_then(Value::as_array)
                .and_then(|all| all.iter().find(|one| is_time(one)));
            if let Some(inner) = nullable.cloned() {
                map.remove("oneOf");
                map.extend(inner.as_object().cloned().unwrap_or_default());
                map.insert("type".into(), json!(["string", "null"]));
            } else if map.get("$ref").is_some_and(|path| path == "#/components/schemas/String") {
                map.insert("type".into(), json!("string"));
            } else {
                return map.into_iter().map(|(key, value)| (key, with_times(value))).collect();
            }
            map.remove("$ref");
            map.insert("format".into(), json!("date-time"));
            Value::Object(map)
        }
        Value::Array(items) => items.into_iter().map(with_times).collect(),
        other => other,
    }
}

/// Gives names to what generators of clients would number: the variants of a union by their `kind`, and values of an enum
/// that are signs.
fn with_names(mut schema: Value) -> Value {
    for variant in schema.get_mut("oneOf").and_then(Value::as_array_mut).into_iter().flatten() {
        let kind = match variant["properties"]["kind"]["enum"].as_array().map(Vec::as_slice) {
            Some([Value::String(kind)]) => kind.clone(),
            _ => continue,
        };
        let (first, rest) = kind.split_at(kind.chars().next().map_or(0, char::len_utf8));
        variant["title"] = json!(format!("{}{rest}", first.to_uppercase()));
    }
    if let Some(values) = schema["enum"].as_array() {
        let names: Vec<_> = values.iter().filter_map(Value::as_str).map(name_of).collect();
        if names.iter().zip(values).any(|(name, value)| *name != value) {
            schema["x-enum-varnames"] = json!(names);
        }
    }
    schema
}

/// What a value of an enum may be called in a program.
fn name_of(value: &str) -> &str {
    match value {
        "=" => "equal",
        "<>" => "notEqual",
        "<" => "less",
        "<=" => "lessOrEqual",
        ">" => "greater",
        ">=" => "greaterOrEqual",
        other => other,
    }
}

/// A schema that is looked up when the document is put together.
pub(super) type Lookup = fn(&mut Schemas) -> Value;

pub(super) fn one<T: ToSchema>(schemas: &mut Schemas) -> Value {
    schemas.add::<T>();
    json!({ "$ref": format!("#/components/schemas/{}", T::name()) })
}

pub(super) fn many<T: ToSchema>(schemas: &mut Schemas) -> Value {
    json!({ "type": "array", "items": one::<T>(schemas) })
}

pub(super) fn plain_text(_: &mut Schemas) -> Value {
    json!({ "type": "string" })
}

pub(super) fn bytes(_: &mut Schemas) -> Value {
    json!({ "type": "string", "format": "binary" })
}

pub(super) fn any_object(_: &mut Schemas) -> Value {
    json!({ "type": "object", "additionalProperties": true })
}

/// A body: its media type, its schema and an example.
pub(super) struct Content {
    pub(super) media: &'static str,
    schema: Lookup,
    example: Value,
    /// The preview that may come instead, with an example.
    pub(super) or_preview: Option<(Lookup, Value)>,
}

impl Content {
    pub(super) fn new(media: &'static str, schema: Lookup, example: Value) -> Self {
        Self { media, schema, example, or_preview: None }
    }

    pub(super) fn to_value(&self, schemas: &mut Schemas) -> Value {
        let schema = (self.schema)(schemas);
        match &self.or_preview {
            None => json!({ "schema": schema, "example": self.example }),
            Some((lookup, preview)) => json!({
                "schema": { "oneOf": [schema, lookup(schemas)] },
                "examples": {
                    "done": { "summary": "Done", "value": self.example },
                    "preview": { "summary": "With dryRun", "value": preview },
                },
            }),
        }
    }
}
