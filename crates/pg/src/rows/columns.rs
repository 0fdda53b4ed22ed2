//! The columns of a relation: what one sees of them, and how their values are written and compared.

use howdah_types::rows::{Column, ColumnTraits, Identity, Reference, RowKey, RowKeyKind, TypeKind};
use howdah_types::validate::FieldError;
use tokio_postgres::Row;

use crate::error::Error;
use crate::ident::Ident;
use crate::session::{Param, Session};

/// A column and how its values are written.
pub(super) struct Described {
    pub(super) column: Column,
    /// Of a domain the type below it.
    pub(super) base_oid: u32,
    /// Where it stands in the row key.
    pub(super) key: Option<i32>,
    /// The row key is the primary key.
    pub(super) primary: bool,
    /// Its values have no fixed length: they may be too long for a cell.
    pub(super) variable: bool,
    /// The operators of its order, with their schema; none where its type has no order.
    pub(super) order: Option<Order>,
}

/// `OPERATOR(pg_catalog.<)` and the others: those of the type's default btree class, which `ORDER BY` uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) less: String,
    pub(super) less_or_equal: String,
    pub(super) equal: String,
    pub(super) greater_or_equal: String,
    pub(super) greater: String,
}

impl Order {
    /// Of PostgreSQL's own types.
    pub(super) fn built_in() -> Self {
        let operator = |name: &str| format!("OPERATOR(pg_catalog.{name})");
        Self {
            less: operator("<"),
            less_or_equal: operator("<="),
            equal: operator("="),
            greater_or_equal: operator(">="),
            greater: operator(">"),
        }
    }

    fn of(operators: Option<Vec<String>>) -> Option<Self> {
        let [less, less_or_equal, equal, greater_or_equal, greater] = operators?.try_into().ok()?;
        Some(Self { less, less_or_equal, equal, greater_or_equal, greater })
    }
}

impl Described {
    pub(super) fn name(&self) -> &str {
        &self.column.name
    }

    /// `t."name"`, where the relation is `t`.
    pub(super) fn at_t(&self) -> String {
        format!("t.{}", Ident(&self.column.name))
    }

    pub(super) fn kind(&self) -> TypeKind {
        self.column.details.as_ref().map_or(TypeKind::Base, |details| details.kind)
    }

    /// Whether it is null. `IS NULL` can use an index, but is true for a row of nulls.
    pub(super) fn is_null(&self) -> String {
        let name = self.at_t();
        match self.kind() {
            TypeKind::Composite => format!("pg_catalog.num_nulls({name}) = 1"),
            _ => format!("{name} IS NULL"),
        }
    }

    pub(super) fn is_not_null(&self) -> String {
        let name = self.at_t();
        match self.kind() {
            TypeKind::Composite => format!("pg_catalog.num_nulls({name}) = 0"),
            _ => format!("{name} IS NOT NULL"),
        }
    }
}

/// The column of this name; `field` is what named it.
pub(super) fn find<'a>(columns: &'a [Described], name: &str, field: &str) -> Result<&'a Described, Error> {
    columns.iter().find(|described| described.name() == name).ok_or_else(|| {
        let message = format!("There is no column “{name}” here.");
        Error::Fields(vec![FieldError::new(field, "notFound", message)])
    })
}

/// What tells the rows of this relation apart. `kind` is `pg_class.relkind`.
pub(super) fn row_key(columns: &[Described], kind: &str) -> RowKey {
    let mut key: Vec<_> = columns.iter().filter(|described| described.key.is_some()).collect();
    key.sort_by_key(|described| described.key);
    let kind = match key.first() {
        Some(first) if first.primary => RowKeyKind::PrimaryKey,
        Some(_) => RowKeyKind::Unique,
        None if matches!(kind, "r" | "p" | "m") => RowKeyKind::Address,
        None => RowKeyKind::None,
    };
    RowKey { kind, columns: key.into_iter().map(|described| described.name().to_owned()).collect() }
}

pub(super) async fn columns(session: &Session, oid: u32) -> Result<Vec<Described>, Error> {
    let doing = "describing columns";
    let rows = session.query(doing, include_str!("columns.sql"), &[Param::Oid(oid)]).await?;
    let read = |row: &Row| {
        let base_oid: u32 = row.try_get(7)?;
        let order = Order::of(row.try_get(18)?);
        let column = Column {
            name: row.try_get(0)?,
            type_name: row.try_get(1)?,
            type_oid: row.try_get(2)?,
            table_oid: Some(oid),
            attribute_number: Some(row.try_get(3)?),
            nullable: row.try_get(4)?,
            primary_key: row.try_get(5)?,
            description: row.try_get(6)?,
            details: Some(details(row, base_oid, order.is_some())?),
        };
        let (variable, key, primary) = (row.try_get(8)?, row.try_get(9)?, row.try_get(10)?);
        Ok(Described { column, base_oid, key, primary, variable, order })
    };
    rows.iter().map(read).collect::<Result<_, _>>().map_err(|error| Error::shape(doing, error))
}

fn details(row: &Row, base_type_oid: u32, sortable: bool) -> Result<ColumnTraits, tokio_postgres::Error> {
    let kind = match row.try_get(11)? {
        "a" => TypeKind::Array,
        "e" => TypeKind::Enum,
        "c" => TypeKind::Composite,
        "r" => TypeKind::Range,
        "m" => TypeKind::Multirange,
        _ => TypeKind::Base,
    };
    let identity = match row.try_get(15)? {
        "a" => Some(Identity::Always),
        "d" => Some(Identity::ByDefault),
        _ => None,
    };
    let references = match row.try_get(19)? {
        None => None,
        Some(constraint) => Some(Reference {
            constraint,
            columns: row.try_get(20)?,
            schema: row.try_get(21)?,
            table: row.try_get(22)?,
            referenced: row.try_get(23)?,
        }),
    };
    Ok(ColumnTraits {
        kind,
        base_type_oid,
        element_type_oid: row.try_get(12)?,
        writable: row.try_get(17)?,
        sortable,
        default: row.try_get(14)?,
        identity,
        generated: row.try_get(16)?,
        enum_labels: row.try_get(13)?,
        references,
    })
}
