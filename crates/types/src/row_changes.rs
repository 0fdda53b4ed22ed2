//! Changes of rows: `POST`, `PATCH` and `DELETE …/tables/{table}/rows`, and `POST …/rows/changes`.
//!
//! Every one of them is one transaction: all of it is done, or nothing. Each change of a single row changes exactly one.

mod check;

use std::collections::BTreeMap;

use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

use crate::rows::{Column, Filter};

/// The most changes of one request.
pub const MAX_CHANGES: usize = 1000;

/// A value that is given: `"text"` (PostgreSQL's text for the type; `""` is the empty text), `null`, or
/// `{"default": true}` for the column's default. A column that is left out takes its default on insert, and stays on
/// update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewValue {
    Text(String),
    Null,
    Default,
}

/// Column names with what they shall be.
pub type NewValues = BTreeMap<String, NewValue>;
/// Column names with what they were: text or null.
pub type OldValues = BTreeMap<String, Option<String>>;

/// A row to insert.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RowInsert {
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, NewValue>, example = json!({ "note": "new" })))]
    pub values: NewValues,
    /// Take the value that is given for a column that is `GENERATED ALWAYS AS IDENTITY`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overriding_system_value: bool,
}

/// One row to change, named by `key`, or by `address` where the table has no key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RowUpdate {
    /// The values of the key's columns before the change (`rowKey.columns`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Option<String>>, example = json!({ "id": "1" })))]
    pub key: OldValues,
    /// Where the row lies (`addresses`); needs `version`, or `was` for every column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// The row is changed only when it still is of this version (`versions`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The row is changed only when these columns still hold this text.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Option<String>>, example = json!({ "note": null })))]
    pub was: OldValues,
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, NewValue>, example = json!({ "note": "changed" })))]
    pub set: NewValues,
}

/// One row to delete; named and checked like one to change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RowDelete {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Option<String>>, example = json!({ "id": "2" })))]
    pub key: OldValues,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, Option<String>>, example = json!({ "note": null })))]
    pub was: OldValues,
}

/// The body of `POST …/rows`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RowsFormData {
    /// 1 to 1000.
    pub inserts: Vec<RowInsert>,
}

/// The rows that filters and a condition let through, and how many they were when somebody looked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Matching {
    /// As in `GET …/rows`; none means every row.
    #[serde(default)]
    pub filter: Vec<Filter>,
    /// As in `GET …/rows`; needs the permission `query.run`.
    #[serde(default, rename = "where", skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// When it is another number of rows, nothing is changed.
    #[cfg_attr(feature = "openapi", schema(example = 3))]
    pub expect: u64,
}

/// The body of `PATCH …/rows`: either `updates`, or `matching` with `set`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RowsUpdateData {
    /// Single rows, at most 1000.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub updates: Vec<RowUpdate>,
    /// All rows that fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matching: Option<Matching>,
    /// What the rows of `matching` get.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, NewValue>))]
    pub set: NewValues,
}

/// The body of `DELETE …/rows`: either `deletes` or `matching`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RowsDeleteData {
    /// Single rows, at most 1000.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deletes: Vec<RowDelete>,
    /// All rows that fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matching: Option<Matching>,
}

/// The body of `POST …/rows/changes`: what a grid has staged. Done in this order: deletes, updates, inserts, each in the
/// order given. At most 1000 together. Each kind needs its own permission.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RowChanges {
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deletes: Vec<RowDelete>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub updates: Vec<RowUpdate>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inserts: Vec<RowInsert>,
}

/// What was done. The lists have the order of the request; of `matching` only the numbers are given.
///
/// To undo: delete what `inserts` shows, set what `updates` shows `before` where it was as `after` (last first), and
/// insert what `deletes` shows, without the columns that are not `writable`; each with the `version` given here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RowsChanged {
    /// All of the relation, as in `RowsPage`.
    pub columns: Vec<Column>,
    pub inserted: u64,
    pub updated: u64,
    pub deleted: u64,
    /// The new rows as the server made them.
    pub inserts: Vec<RowImage>,
    pub updates: Vec<RowUpdated>,
    /// The rows that are gone.
    pub deletes: Vec<RowImage>,
}

/// A changed row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RowUpdated {
    pub before: RowImage,
    pub after: RowImage,
}

/// One row with all of its columns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RowImage {
    /// One per column, like a row of `RowsPage`.
    pub values: Vec<Option<String>>,
    pub address: Option<String>,
    pub version: Option<String>,
    /// Values that are given only in part: a change with such a row cannot be undone from this answer. Up to 1 MiB is
    /// given whole, less where a row has many long values or there are many rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub truncated: Vec<TruncatedValue>,
}

/// A value that was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TruncatedValue {
    /// Index into `values`.
    pub column: u32,
    /// Bytes of the whole value.
    pub bytes: i64,
}

/// In a problem `row.changed`: the row as it is now.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RowConflict {
    /// Which change it was: `updates[2]`.
    #[cfg_attr(feature = "openapi", schema(example = "updates[2]"))]
    pub change: String,
    /// The columns that do not hold what `was` said; empty where only the version differs.
    #[cfg_attr(feature = "openapi", schema(example = json!(["total"])))]
    pub differing: Vec<String>,
    /// The names for `current.values`.
    pub columns: Vec<String>,
    pub current: RowImage,
}

/// In a problem `row.count_mismatch`: nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct CountMismatch {
    #[cfg_attr(feature = "openapi", schema(example = 445))]
    pub expected: u64,
    #[cfg_attr(feature = "openapi", schema(example = 13_000))]
    pub found: u64,
}

impl NewValue {
    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Null | Self::Default => None,
        }
    }
}

impl From<Option<String>> for NewValue {
    fn from(value: Option<String>) -> Self {
        value.map_or(Self::Null, Self::Text)
    }
}

impl Serialize for NewValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Null => serializer.serialize_unit(),
            Self::Default => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("default", &true)?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for NewValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = NewValue;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text, null, or {\"default\": true}")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<NewValue, E> {
        Ok(NewValue::Text(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<NewValue, E> {
        Ok(NewValue::Text(text))
    }

    fn visit_unit<E: de::Error>(self) -> Result<NewValue, E> {
        Ok(NewValue::Null)
    }

    fn visit_none<E: de::Error>(self) -> Result<NewValue, E> {
        Ok(NewValue::Null)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<NewValue, A::Error> {
        match (map.next_entry::<String, bool>()?, map.next_entry::<String, bool>()?) {
            (Some((key, true)), None) if key == "default" => Ok(NewValue::Default),
            _ => Err(de::Error::custom("expected a text, null, or {\"default\": true}")),
        }
    }
}

// By hand: what is written above is no derive.
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for NewValue {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, SchemaType, Type};
        let text = ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null]));
        let default = ObjectBuilder::new()
            .title(Some("UseDefault"))
            .schema_type(Type::Object)
            .property("default", ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([true])))
            .required("default");
        OneOfBuilder::new()
            .description(Some(
                "A text (PostgreSQL's text for the type), null, or `{\"default\": true}` for the column's default.",
            ))
            .item(text)
            .item(default)
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for NewValue {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validate::Validate;

    #[test]
    fn null_empty_and_default_are_three_things() {
        let json = r#"{"a":"","b":null,"c":{"default":true},"d":"null"}"#;
        let values: NewValues = serde_json::from_str(json).unwrap();
        assert_eq!(values["a"], NewValue::Text(String::new()));
        assert_eq!((&values["b"], &values["c"]), (&NewValue::Null, &NewValue::Default));
        assert_eq!(serde_json::to_string(&values).unwrap(), json);
        for wrong in ["1", "true", "{}", "[]", r#"{"default":false}"#, r#"{"default":true,"x":true}"#] {
            assert!(serde_json::from_str::<NewValue>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_row_is_named_in_one_way() {
        let codes = |json: &str| -> Vec<String> {
            let changes: RowChanges = serde_json::from_str(json).unwrap();
            changes.validate().into_iter().map(|error| format!("{}:{}", error.field, error.code)).collect()
        };
        assert_eq!(codes(r#"{"updates":[{"key":{"id":"1"},"set":{"a":"x"}}]}"#), Vec::<String>::new());
        assert_eq!(codes(r#"{"updates":[{"set":{"a":"x"}}]}"#), ["updates[0].key:required"]);
        assert_eq!(
            codes(r#"{"deletes":[{"key":{"id":"1"},"address":"1:(0,1)"}]}"#),
            ["deletes[0].key:required"]
        );
        assert_eq!(codes(r#"{"updates":[{"key":{"id":"1"},"set":{}}]}"#), ["updates[0].set:required"]);
        assert_eq!(codes(r#"{"inserts":[{"values":{"a":"x\u0000"}}]}"#), ["inserts[0].values.a:nul"]);
        assert_eq!(codes("{}"), ["inserts:required"]);
    }
}
