//! Filters as SQL. Names go through `Ident`, values are parameters of the column's own type.

use std::borrow::Cow;

use howdah_types::rows::{Filter, FilterOp, TypeKind};
use howdah_types::validate::FieldError;

use super::bound::Bound;
use super::columns::{Described, Order, find};
use crate::error::Error;

const TEXT: u32 = 25;
const JSON: u32 = 114;
const JSONB: u32 = 3802;

/// A condition for each filter. `at` is where the filters stand in the request: `filter`.
pub(super) fn conditions<'a>(
    filters: &'a [Filter],
    columns: &[Described],
    at: &str,
    bound: &mut Bound<'a>,
) -> Result<Vec<String>, Error> {
    filters
        .iter()
        .enumerate()
        .map(|(number, filter)| {
            let field = format!("{at}[{number}]");
            let described = find(columns, &filter.column, &format!("{field}.column"))?;
            One { filter, described, field }.condition(bound)
        })
        .collect()
}

/// Whether the value of a column equals `place`, a parameter of its base type: as its type has it, or, for types without
/// an order, by their text.
pub(super) fn equal(described: &Described, place: &str) -> String {
    match &described.order {
        Some(order) => format!("{} {} {place}", described.at_t(), order.equal),
        None => {
            format!("{} OPERATOR(pg_catalog.=) {}", described.text(&described.at_t()), described.text(place))
        }
    }
}

struct One<'a, 'd> {
    filter: &'a Filter,
    described: &'d Described,
    field: String,
}

impl<'a> One<'a, '_> {
    fn condition(&self, bound: &mut Bound<'a>) -> Result<String, Error> {
        use FilterOp as Op;
        let name = self.described.at_t();
        Ok(match self.filter.op {
            Op::IsNull => self.described.is_null(),
            Op::IsNotNull => self.described.is_not_null(),
            Op::Equal => equal(self.described, &self.value(bound)),
            Op::NotEqual => format!("NOT ({})", equal(self.described, &self.value(bound))),
            Op::Less => format!("{name} {} {}", self.order()?.less, self.value(bound)),
            Op::LessOrEqual => format!("{name} {} {}", self.order()?.less_or_equal, self.value(bound)),
            Op::Greater => format!("{name} {} {}", self.order()?.greater, self.value(bound)),
            Op::GreaterOrEqual => format!("{name} {} {}", self.order()?.greater_or_equal, self.value(bound)),
            Op::In => self.one_of(bound),
            Op::NotIn => format!("NOT ({})", self.one_of(bound)),
            Op::Between => self.between(bound)?,
            Op::NotBetween => format!("NOT ({})", self.between(bound)?),
            Op::Like => self.like("~~", bound),
            Op::NotLike => self.like("!~~", bound),
            Op::Ilike => self.like("~~*", bound),
            Op::NotIlike => self.like("!~~*", bound),
            Op::HasText => {
                let pattern = self.filter.value.as_deref().map(|text| format!("%{}%", literally(text)));
                let place = bound.add(pattern, TEXT, self.at_value());
                format!("{} OPERATOR(pg_catalog.~~*) {place}", self.text())
            }
            Op::Contains => self.of_sets("@>", bound)?,
            Op::ContainedBy => self.of_sets("<@", bound)?,
            Op::Overlaps => self.of_sets("&&", bound)?,
            Op::HasKey => {
                let json = self.json().ok_or_else(|| self.refused("json"))?;
                let place = bound.add(self.filter.value.as_deref(), TEXT, self.at_value());
                format!("{json} OPERATOR(pg_catalog.?) {place}")
            }
        })
    }

    fn at_value(&self) -> String {
        format!("{}.value", self.field)
    }

    fn value(&self, bound: &mut Bound<'a>) -> String {
        bound.add(self.filter.value.as_deref(), self.described.base_oid, self.at_value())
    }

    fn values(&self, bound: &mut Bound<'a>) -> Vec<String> {
        let values = self.filter.values.iter().enumerate();
        let place = |(number, value): (usize, &'a String)| {
            let field = format!("{}.values[{number}]", self.field);
            bound.add(Some(Cow::Borrowed(value.as_str())), self.described.base_oid, field)
        };
        values.map(place).collect()
    }

    fn order(&self) -> Result<&Order, Error> {
        self.described.order.as_ref().ok_or_else(|| self.refused("an order"))
    }

    /// What the operator needs and the column's type has not.
    fn refused(&self, needs: &str) -> Error {
        let kind = &self.described.column.type_name;
        let message = format!("This operator needs {needs}; the type {kind} has none.");
        Error::Fields(vec![FieldError::new(&format!("{}.op", self.field), "unsupported", message)])
    }

    fn one_of(&self, bound: &mut Bound<'a>) -> String {
        let places = self.values(bound);
        match (&self.described.order, self.described.kind()) {
            _ if places.is_empty() => "false".to_owned(),
            // An index is searched for all of them at once. Arrays do not stand in arrays.
            (Some(order), TypeKind::Base | TypeKind::Enum) if !bound.is_shown() => {
                format!("{} {} ANY (ARRAY[{}])", self.described.at_t(), order.equal, places.join(", "))
            }
            _ => places.iter().map(|place| equal(self.described, place)).collect::<Vec<_>>().join(" OR "),
        }
    }

    fn between(&self, bound: &mut Bound<'a>) -> Result<String, Error> {
        let (name, order) = (self.described.at_t(), self.order()?);
        let places = self.values(bound);
        let [low, high] = places.as_slice() else {
            let field = format!("{}.values", self.field);
            return Err(Error::Fields(vec![FieldError::new(&field, "number", "Give the two ends.")]));
        };
        Ok(format!("{name} {} {low} AND {name} {} {high}", order.greater_or_equal, order.less_or_equal))
    }

    fn text(&self) -> String {
        self.described.text(&self.described.at_t())
    }

    fn like(&self, operator: &str, bound: &mut Bound<'a>) -> String {
        let place = bound.add(self.filter.value.as_deref(), TEXT, self.at_value());
        format!("{} OPERATOR(pg_catalog.{operator}) {place}", self.text())
    }

    /// The column as jsonb, where it is json.
    fn json(&self) -> Option<String> {
        let name = self.described.at_t();
        match self.described.base_oid {
            JSONB => Some(name),
            JSON => Some(format!("{name}::pg_catalog.jsonb")),
            _ => None,
        }
    }

    fn of_sets(&self, operator: &str, bound: &mut Bound<'a>) -> Result<String, Error> {
        let json = self.json().filter(|_| operator != "&&");
        let sets = matches!(self.described.kind(), TypeKind::Array | TypeKind::Range | TypeKind::Multirange);
        let (name, oid) = match json {
            Some(json) => (json, JSONB),
            None if sets => (self.described.at_t(), self.described.base_oid),
            None => return Err(self.refused("an array, a range or json")),
        };
        let place = bound.add(self.filter.value.as_deref(), oid, self.at_value());
        Ok(format!("{name} OPERATOR(pg_catalog.{operator}) {place}"))
    }
}

/// A pattern for LIKE that fits this text only.
pub(super) fn literally(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}
