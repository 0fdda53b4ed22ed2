//! Rows of a table or view: `/api/database/{name}/tables/{table}/rows`.
//!
//! `GET …/rows` takes `schema`, `limit` (100; 1 to 1000), `columns` (a JSON array of names), `sort` (a JSON array of
//! [`SortKey`]), `filter` (a JSON array of [`Filter`]), `where` (a condition in SQL; needs `query.run`), and one of
//! `cursor` (from [`RowsPage`] or the `Link` header; the other parameters must be as they were) and `from=end` (the last
//! page). `GET …/rows/count` takes `schema`, `filter` and `where`. `GET …/lookup` takes `schema`, `column`, `search` and
//! `limit`. Changes are in [`crate::row_changes`].

use serde::{Deserialize, Serialize};

use crate::validate::{self, FieldError};

/// A page of rows. Columns are described once; each value is PostgreSQL's own text, or null.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RowsPage {
    /// All, or those that were asked for and the key's.
    pub columns: Vec<Column>,
    /// One array per row, one value per column.
    pub rows: Vec<Vec<Option<String>>>,
    /// Where each row lies, to fetch a whole cell with; null for views and foreign tables.
    pub addresses: Vec<Option<String>>,
    /// Which version of each row this is (its `xmin`), for `version` of a change; null where `addresses` is.
    pub versions: Vec<Option<String>>,
    /// The cells that are longer than the cap and are given only in part.
    pub truncated: Vec<TruncatedCell>,
    /// What tells one row from the others.
    pub row_key: RowKey,
    /// There are more rows after this page.
    pub has_more: bool,
    /// The `cursor` of the page after this one, as in the `Link` header. Null at the end, and where there is no order to
    /// go on in: a view or foreign table that was read without `sort`, or a sort value of more than 2 KiB.
    pub next: Option<String>,
    /// The `cursor` of the page before this one; null at the beginning.
    pub previous: Option<String>,
    /// The planner's estimate of the rows of the whole relation, or of those that the filters let through; null where it
    /// is not known. Never exact: that is `GET …/rows/count`.
    pub row_estimate: Option<i64>,
    /// The time zone in which the server wrote times.
    #[cfg_attr(feature = "openapi", schema(example = "Etc/UTC"))]
    pub time_zone: String,
}

/// A column of a result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Column {
    #[cfg_attr(feature = "openapi", schema(example = "total"))]
    pub name: String,
    /// The type as one writes it in SQL.
    #[cfg_attr(feature = "openapi", schema(example = "numeric(20,2)"))]
    pub type_name: String,
    pub type_oid: u32,
    /// The table the column comes from, where it comes from one.
    pub table_oid: Option<u32>,
    /// Its number in that table, from 1.
    pub attribute_number: Option<i16>,
    pub nullable: bool,
    /// Part of the primary key.
    pub primary_key: bool,
    pub description: Option<String>,
    /// What an editor must know; null for what is no column of a table.
    pub details: Option<ColumnTraits>,
}

/// What an editor must know of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct ColumnTraits {
    pub kind: TypeKind,
    /// The type below a domain, otherwise the type itself: choose an editor by this one.
    #[cfg_attr(feature = "openapi", schema(example = 1700))]
    pub base_type_oid: u32,
    /// Of an array the type of its elements.
    pub element_type_oid: Option<u32>,
    /// Values may be given on insert and update: no generated column, and no column that a view only computes.
    pub writable: bool,
    /// It can stand in `sort`, and be compared with `<` and `>`.
    pub sortable: bool,
    /// The SQL expression that is taken when no value is given; of a generated column the expression itself.
    pub default: Option<String>,
    pub identity: Option<Identity>,
    /// It is computed from other columns.
    pub generated: bool,
    /// The labels of an enum, or of the enum in an array, in their order.
    pub enum_labels: Option<Vec<String>>,
    /// The foreign key that the column is part of; `GET …/lookup` searches the other table. Of several the first by name.
    pub references: Option<Reference>,
}

/// What kind of type a column has, below a domain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum TypeKind {
    Base,
    Array,
    Enum,
    Composite,
    Range,
    Multirange,
}

/// How an identity column takes values that are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Identity {
    /// Not on update; on insert only when it is said so (`overridingSystemValue`).
    Always,
    ByDefault,
}

/// A foreign key from the side of its table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Reference {
    /// The name of the constraint.
    #[cfg_attr(feature = "openapi", schema(example = "orders_customer_id_fkey"))]
    pub constraint: String,
    /// The columns of this table, in the key's order.
    #[cfg_attr(feature = "openapi", schema(example = json!(["customer_id"])))]
    pub columns: Vec<String>,
    #[cfg_attr(feature = "openapi", schema(example = "public"))]
    pub schema: String,
    #[cfg_attr(feature = "openapi", schema(example = "customers"))]
    pub table: String,
    /// The columns of the other table, in the same order.
    #[cfg_attr(feature = "openapi", schema(example = json!(["id"])))]
    pub referenced: Vec<String>,
}

/// What tells one row of a relation from the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RowKey {
    pub kind: RowKeyKind,
    /// The key's columns, in its order; empty for `address` and `none`.
    #[cfg_attr(feature = "openapi", schema(example = json!(["id"])))]
    pub columns: Vec<String>,
}

/// By what a row is found again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum RowKeyKind {
    PrimaryKey,
    /// A unique index over columns that are not null.
    Unique,
    /// Only by where it lies, `addresses`: changes give `address` with `version`, or with `was` for every column.
    Address,
    /// Not at all (views, foreign tables). Changes name the row by a `key` of columns that the caller chooses, and are
    /// refused when it fits more than one row.
    None,
}

/// One of the array `sort` of `GET …/rows`, JSON in a parameter: `sort=[{"column":"total","descending":true}]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SortKey {
    #[cfg_attr(feature = "openapi", schema(example = "total"))]
    pub column: String,
    #[serde(default)]
    pub descending: bool,
    /// Where nulls come; PostgreSQL's own default is last, and first when descending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nulls: Option<Nulls>,
}

/// Where nulls come in a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum Nulls {
    First,
    Last,
}

/// One of the array `filter`, JSON in a parameter: `filter=[{"column":"total","op":">=","value":"10"}]`. A row must fit all.
/// Values are PostgreSQL's text for the column's type; they are sent as parameters of that type and never are SQL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Filter {
    #[cfg_attr(feature = "openapi", schema(example = "total"))]
    pub column: String,
    pub op: FilterOp,
    /// For the operators that take one value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "10"))]
    pub value: Option<String>,
    /// For `in` and `notIn` any number, for `between` and `notBetween` the two ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<String>,
}

/// What a filter compares with. As in SQL, a null fits none but `isNull`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub enum FilterOp {
    /// Types without an order (json, point …) are compared by their text.
    #[serde(rename = "=")]
    Equal,
    #[serde(rename = "<>")]
    NotEqual,
    #[serde(rename = "<")]
    Less,
    #[serde(rename = "<=")]
    LessOrEqual,
    #[serde(rename = ">")]
    Greater,
    #[serde(rename = ">=")]
    GreaterOrEqual,
    In,
    NotIn,
    Between,
    NotBetween,
    /// With `%`, `_` and `\\`; of other types than text their text is compared.
    Like,
    NotLike,
    Ilike,
    NotIlike,
    /// The value stands somewhere in the text, in upper or lower case; it has no special characters.
    HasText,
    IsNull,
    IsNotNull,
    /// `@>` of arrays, json, ranges and multiranges: the column contains the value.
    Contains,
    /// `<@`: the column is contained in the value.
    ContainedBy,
    /// `&&` of arrays, ranges and multiranges.
    Overlaps,
    /// `?` of json: the object has this key, or the array this text.
    HasKey,
}

/// The answer of `GET …/rows/count`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct RowsCount {
    /// Exact, when it was counted.
    #[cfg_attr(feature = "openapi", schema(example = 5_104_297))]
    pub count: i64,
}

/// The answer of `GET …/lookup`: rows of the table that a foreign key leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Lookup {
    pub reference: Reference,
    /// Columns of the other table that tell a person which row it is; at most three.
    #[cfg_attr(feature = "openapi", schema(example = json!(["name", "email"])))]
    pub labels: Vec<String>,
    pub rows: Vec<LookupRow>,
    /// There are more that fit.
    pub has_more: bool,
}

/// A row to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LookupRow {
    /// The values for `reference.columns`, in that order.
    #[cfg_attr(feature = "openapi", schema(example = json!(["17"])))]
    pub key: Vec<Option<String>>,
    /// The values of `labels`; at most the first 200 characters of each.
    #[cfg_attr(feature = "openapi", schema(example = json!(["Ada Lovelace", "ada@example.com"])))]
    pub labels: Vec<Option<String>>,
}

/// A cell that was cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct TruncatedCell {
    /// Index into `rows`.
    pub row: u32,
    /// Index into `columns`.
    pub column: u32,
    /// Bytes of the whole value.
    pub bytes: i64,
}

/// A whole cell: `GET …/tables/{table}/cell`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Cell {
    pub value: Option<String>,
}

impl FilterOp {
    /// How many values it takes: none, one, two, or as many as one likes.
    pub fn arity(self) -> Arity {
        match self {
            Self::IsNull | Self::IsNotNull => Arity::None,
            Self::In | Self::NotIn => Arity::Many,
            Self::Between | Self::NotBetween => Arity::Two,
            _ => Arity::One,
        }
    }
}

/// How many values an operator takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    None,
    One,
    Two,
    Many,
}

/// The most values of `in`.
const MAX_VALUES: usize = 1000;

impl Filter {
    /// What can be said without the table. `field` names the filter: `filter[0]`.
    pub fn check(&self, field: &str, errors: &mut Vec<FieldError>) {
        validate::name(&format!("{field}.column"), &self.column, errors);
        let (one, many) = (format!("{field}.value"), format!("{field}.values"));
        for (field, text) in
            self.value.iter().map(|text| (&one, text)).chain(self.values.iter().map(|text| (&many, text)))
        {
            validate::no_nul(field, text, errors);
        }
        let arity = self.op.arity();
        match (arity, &self.value) {
            (Arity::One, None) => errors.push(FieldError::new(&one, "required", "Give a value.")),
            (Arity::None | Arity::Two | Arity::Many, Some(_)) => {
                errors.push(FieldError::new(&one, "unexpected", "This operator takes none."));
            }
            _ => {}
        }
        let (least, most) = match arity {
            Arity::None | Arity::One => (0, 0),
            Arity::Two => (2, 2),
            Arity::Many => (0, MAX_VALUES),
        };
        let count = self.values.len();
        if !(least..=most).contains(&count) {
            let message = format!("This operator takes {least} to {most}; these are {count}.");
            errors.push(FieldError::new(&many, "number", message));
        }
    }
}
