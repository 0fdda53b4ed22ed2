//! The values of statements.

use tokio_postgres::types::{ToSql, Type};

/// A value for `$1 …`, with its type, so that statements need not be described first.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Param<'a> {
    Text(&'a str),
    OptText(Option<&'a str>),
    Int8(i64),
    Bool(bool),
    Oid(u32),
    Oids(&'a [u32]),
}

impl Param<'_> {
    pub(crate) fn value(&self) -> (&(dyn ToSql + Sync), Type) {
        match self {
            Self::Text(value) => (value, Type::TEXT),
            Self::OptText(value) => (value, Type::TEXT),
            Self::Int8(value) => (value, Type::INT8),
            Self::Bool(value) => (value, Type::BOOL),
            Self::Oid(value) => (value, Type::OID),
            Self::Oids(value) => (value, Type::OID_ARRAY),
        }
    }

    /// As the trace shows it.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Text(value) => Some((*value).to_owned()),
            Self::OptText(value) => value.map(str::to_owned),
            Self::Int8(value) => Some(value.to_string()),
            Self::Bool(value) => Some(if *value { "t" } else { "f" }.to_owned()),
            Self::Oid(value) => Some(value.to_string()),
            Self::Oids(values) => {
                let list: Vec<_> = values.iter().map(ToString::to_string).collect();
                Some(format!("{{{}}}", list.join(",")))
            }
        }
    }
}
