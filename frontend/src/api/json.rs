//! JSON into the types of the wire.
//!
//! `serde_json::from_str` brings the whole parser, its error texts and a way to read structures from arrays into the
//! app once for each type. This parses once for all, into a [`Value`], and reads the types from there; that keeps
//! the app within its budget.

use serde::de::value::StringDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};
use serde_json::{Map, Value};

/// Why a text could not be read; a field's name where one is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unfit(pub(super) &'static str);

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Unfit {}

impl Error for Unfit {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self("a value of another kind was expected")
    }

    fn missing_field(field: &'static str) -> Self {
        Self(field)
    }
}

/// Reads a value of the wire out of JSON.
pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unfit> {
    T::deserialize(Json(value(text)?))
}

#[inline(never)]
fn value(text: &str) -> Result<Value, Unfit> {
    serde_json::from_str(text).map_err(|_| Unfit("it is no JSON"))
}

struct Json(Value);

impl Json {
    fn number<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(n), _, _) => visitor.visit_i64(n),
                (_, Some(n), _) => visitor.visit_u64(n),
                (_, _, Some(n)) => visitor.visit_f64(n),
                _ => Err(Unfit("number")),
            },
            _ => Err(Unfit("a number was expected")),
        }
    }

    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::String(text) => visitor.visit_string(text),
            _ => Err(Unfit("a text was expected")),
        }
    }

    fn object<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::Object(map) => visitor.visit_map(Fields { rest: map.into_iter(), value: Value::Null }),
            _ => Err(Unfit("an object was expected")),
        }
    }

    fn array<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::Array(list) => visitor.visit_seq(Items(list.into_iter())),
            _ => Err(Unfit("an array was expected")),
        }
    }
}

macro_rules! forward {
    ($($to:ident: $($from:ident)+;)+) => { $($(
        fn $from<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
            self.$to(visitor)
        }
    )+)+ };
}

impl<'de> Deserializer<'de> for Json {
    type Error = Unfit;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(yes) => visitor.visit_bool(yes),
            Value::Number(_) => self.number(visitor),
            Value::String(text) => visitor.visit_string(text),
            Value::Array(_) => self.array(visitor),
            Value::Object(_) => self.object(visitor),
        }
    }

    forward! {
        number: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_u8 deserialize_u16
            deserialize_u32 deserialize_u64 deserialize_f32 deserialize_f64;
        text: deserialize_char deserialize_str deserialize_string deserialize_identifier deserialize_bytes
            deserialize_byte_buf;
        array: deserialize_seq;
        object: deserialize_map;
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::Bool(yes) => visitor.visit_bool(yes),
            _ => Err(Unfit("true or false was expected")),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Unfit> {
        self.array(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.array(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.object(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::String(name) => visitor.visit_enum(Name(name)),
            _ => Err(Unfit("a word was expected")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }
}

struct Fields {
    rest: <Map<String, Value> as IntoIterator>::IntoIter,
    value: Value,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = Unfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Unfit> {
        let Some((name, value)) = self.rest.next() else { return Ok(None) };
        self.value = value;
        seed.deserialize(Json(Value::String(name))).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Unfit> {
        seed.deserialize(Json(self.value.take()))
    }
}

struct Items(std::vec::IntoIter<Value>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Unfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Unfit> {
        self.0.next().map(|value| seed.deserialize(Json(value))).transpose()
    }
}

/// A variant without content: the wire has no others.
struct Name(String);

impl<'de> EnumAccess<'de> for Name {
    type Error = Unfit;
    type Variant = Bare;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Bare), Unfit> {
        let name: StringDeserializer<Unfit> = self.0.into_deserializer();
        seed.deserialize(name).map(|variant| (variant, Bare))
    }
}

struct Bare;

impl<'de> VariantAccess<'de> for Bare {
    type Error = Unfit;

    fn unit_variant(self) -> Result<(), Unfit> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Unfit> {
        Err(Unfit("a bare word was expected"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Unfit> {
        Err(Unfit("a bare word was expected"))
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], _: V) -> Result<V::Value, Unfit> {
        Err(Unfit("a bare word was expected"))
    }
}

#[cfg(test)]
mod tests {
    use howdah_types::audit::AuditRecord;
    use howdah_types::databases::Database;
    use howdah_types::events::Event;
    use howdah_types::rows::RowsPage;
    use howdah_types::session::Session;
    use serde::Serialize;
    use serde_json::json;

    use super::*;

    /// What is read here must be what serde_json reads.
    fn same<T: DeserializeOwned + Serialize + PartialEq + std::fmt::Debug>(value: &Value) {
        let text = value.to_string();
        assert_eq!(read::<T>(&text).unwrap(), serde_json::from_str::<T>(&text).unwrap());
    }

    #[test]
    fn the_wire_is_read_as_serde_json_reads_it() {
        let database = json!({
            "name": "o'brien \"x\"", "owner": "a", "description": null, "sizeBytes": 9_007_199_254_740_993_i64,
            "encoding": "UTF8", "collation": "C", "isTemplate": false, "allowConnections": true,
            "connectionLimit": -1, "connections": 3, "tablespace": "pg_default", "protection": "inUse", "later": [1, {}]
        });
        same::<Vec<Database>>(&json!([database, database]));
        same::<Session>(&json!({ "account": "a", "permissionSet": "viewer", "permissions": ["row.read"],
            "databases": ["x"], "expiresAt": null }));
        same::<RowsPage>(
            &json!({ "columns": [], "rows": [["1", null], ["", "NULL"]], "addresses": [null, "(0,1)"],
            "versions": [null, "731"], "truncated": [{ "row": 0, "column": 1, "bytes": 70_000 }],
            "rowKey": { "kind": "primaryKey", "columns": ["id"] }, "hasMore": true, "next": "x", "previous": null,
            "rowEstimate": 12, "timeZone": "Etc/UTC" }),
        );
        same::<AuditRecord>(
            &json!({ "id": 7, "at": "t", "account": "a", "address": null, "action": "x", "object": null,
            "detail": { "a": [1, 2.5, "x", null, true] }, "outcome": "refused", "code": null, "rows": null,
            "durationMs": 1.5, "requestId": "r" }),
        );
        let job = json!({ "id": "j", "kind": "k", "title": "t", "state": "running", "progress": 0.4, "phase": null,
            "account": "a", "database": "d", "createdAt": "t", "startedAt": null, "finishedAt": null, "error": null });
        same::<Event>(&json!({ "id": 3, "at": "t", "body": { "kind": "jobChanged", "job": job } }));
        same::<Event>(&json!({ "id": null, "at": "t", "body": { "kind": "reset" } }));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(read::<Session>("{}"), Err(Unfit("account")));
        assert!(read::<Vec<Database>>("{}").is_err());
        assert!(read::<Vec<i64>>("[1, \"2\"]").is_err());
        assert!(read::<String>("not JSON").is_err());
        assert_eq!(read::<()>("null"), Ok(()));
    }
}
