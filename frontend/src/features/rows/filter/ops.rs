//! Operators by type, and how filters are said.

use howdah_types::rows::{Arity, Column, Filter, FilterOp, TypeKind};

/// The sign of an operator, as a chip shows it.
pub(super) fn sign(op: FilterOp) -> &'static str {
    match op {
        FilterOp::Equal => "=",
        FilterOp::NotEqual => "≠",
        FilterOp::Less => "<",
        FilterOp::LessOrEqual => "≤",
        FilterOp::Greater => ">",
        FilterOp::GreaterOrEqual => "≥",
        FilterOp::In => "in",
        FilterOp::NotIn => "not in",
        FilterOp::Between => "between",
        FilterOp::NotBetween => "not between",
        FilterOp::Like => "like",
        FilterOp::NotLike => "not like",
        FilterOp::Ilike => "ilike",
        FilterOp::NotIlike => "not ilike",
        FilterOp::HasText => "has text",
        FilterOp::IsNull => "is null",
        FilterOp::IsNotNull => "is not null",
        FilterOp::Contains => "contains",
        FilterOp::ContainedBy => "is contained in",
        FilterOp::Overlaps => "overlaps",
        FilterOp::HasKey => "has key",
    }
}

/// What the filter compares with, as one text.
pub(super) fn values_of(filter: &Filter) -> String {
    let said =
        |text: &String| if text.is_empty() { "''".to_owned() } else { super::super::values::one_line(text) };
    match filter.op.arity() {
        Arity::None => String::new(),
        Arity::One => filter.value.as_ref().map(said).unwrap_or_default(),
        Arity::Two => filter.values.iter().map(said).collect::<Vec<_>>().join(" and "),
        Arity::Many => filter.values.iter().map(said).collect::<Vec<_>>().join(", "),
    }
}

const EQUAL: [FilterOp; 4] = [FilterOp::Equal, FilterOp::NotEqual, FilterOp::In, FilterOp::NotIn];
const ORDER: [FilterOp; 6] = [
    FilterOp::Less,
    FilterOp::LessOrEqual,
    FilterOp::Greater,
    FilterOp::GreaterOrEqual,
    FilterOp::Between,
    FilterOp::NotBetween,
];
const LIKE: [FilterOp; 4] = [FilterOp::Like, FilterOp::Ilike, FilterOp::NotLike, FilterOp::NotIlike];
const NULLS: [FilterOp; 2] = [FilterOp::IsNull, FilterOp::IsNotNull];

/// The operators that make sense for a column, the likeliest first.
pub(super) fn for_column(column: &Column) -> Vec<FilterOp> {
    let Some(details) = &column.details else {
        return [FilterOp::HasText].into_iter().chain(EQUAL).chain(NULLS).collect();
    };
    let base = details.base_type_oid;
    let order: &[FilterOp] = if details.sortable { &ORDER } else { &[] };
    let (first, last): (&[FilterOp], &[FilterOp]) = match details.kind {
        TypeKind::Enum => (&[FilterOp::In, FilterOp::Equal, FilterOp::NotEqual, FilterOp::NotIn], &[]),
        TypeKind::Array | TypeKind::Range | TypeKind::Multirange => (
            &[
                FilterOp::Contains,
                FilterOp::ContainedBy,
                FilterOp::Overlaps,
                FilterOp::Equal,
                FilterOp::NotEqual,
            ],
            &[FilterOp::HasText],
        ),
        TypeKind::Composite => (&[FilterOp::HasText, FilterOp::Equal], &[]),
        // jsonb, json
        TypeKind::Base if matches!(base, 3802 | 114) => (
            &[
                FilterOp::Contains,
                FilterOp::HasKey,
                FilterOp::ContainedBy,
                FilterOp::HasText,
                FilterOp::Equal,
            ],
            &[],
        ),
        TypeKind::Base if base == 16 => (&[FilterOp::Equal, FilterOp::NotEqual], &[]),
        // text, varchar, char, name
        TypeKind::Base if matches!(base, 25 | 1042 | 1043 | 18 | 19) => {
            (&[FilterOp::HasText, FilterOp::Equal, FilterOp::NotEqual, FilterOp::In, FilterOp::NotIn], &LIKE)
        }
        TypeKind::Base => (&EQUAL, &[FilterOp::HasText]),
    };
    let order = if base == 16 || details.kind == TypeKind::Enum { &[] } else { order };
    first.iter().chain(order).chain(last).chain(&NULLS).copied().collect()
}

/// What is written in one line for `in`: labels or values, separated by commas; quotes hold commas.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        if chars.peek().is_none() {
            return out;
        }
        let mut value = String::new();
        if chars.next_if_eq(&'"').is_some() {
            while let Some(c) = chars.next() {
                if c == '"' && chars.next_if_eq(&'"').is_none() {
                    break;
                }
                value.push(c);
            }
            while chars.next_if(|c| *c != ',').is_some() {}
        } else {
            while let Some(c) = chars.next_if(|c| *c != ',') {
                value.push(c);
            }
            value.truncate(value.trim_end().len());
        }
        out.push(value);
        chars.next();
    }
}

/// The opposite of [`split`].
pub(super) fn joined(values: &[String]) -> String {
    let quoted = |text: &String| {
        let plain = !text.is_empty() && text.trim() == text && !text.contains([',', '"']);
        if plain { text.clone() } else { format!("\"{}\"", text.replace('"', "\"\"")) }
    };
    values.iter().map(quoted).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_in_survive_being_written_in_one_line() {
        for values in [vec!["paid", "shipped"], vec!["a, b", "she \"said\"", "", " x "], vec![]] {
            let values: Vec<String> = values.into_iter().map(ToOwned::to_owned).collect();
            assert_eq!(split(&joined(&values)), values);
        }
        assert_eq!(split("1,2 ,  3"), ["1", "2", "3"]);
    }
}
