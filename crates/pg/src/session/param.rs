//! The values of statements.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{Format, IsNull, Kind, ToSql, Type, to_sql_checked};

/// A value for `$1 …`, with its type, so that statements need not be described first.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Param<'a> {
    Text(&'a str),
    OptText(Option<&'a str>),
    Int8(i64),
    Bool(bool),
    Oid(u32),
    Oids(&'a [u32]),
    Texts(&'a [String]),
    /// A text for the input function of the type with this oid, as a constant in SQL would be: no cast is looked for,
    /// which somebody else could have planted.
    Input(Input<'a>, u32),
}

/// See [`Param::Input`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Input<'a>(pub(crate) Option<&'a str>);

impl ToSql for Input<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        let Some(text) = self.0 else { return Ok(IsNull::Yes) };
        out.extend_from_slice(text.as_bytes());
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

fn of_oid(oid: u32) -> Type {
    // Only the oid is sent.
    Type::from_oid(oid).unwrap_or_else(|| Type::new(String::new(), oid, Kind::Simple, String::new()))
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
            Self::Texts(value) => (value, Type::TEXT_ARRAY),
            Self::Input(value, oid) => (value, of_oid(*oid)),
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
            Self::Texts(values) => Some(format!("{{{}}}", values.join(","))),
            Self::Input(value, _) => value.0.map(str::to_owned),
        }
    }
}
