//! What the sheet shows of the work: columns and rows.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use howdah_types::row_changes::NewValue;
use howdah_types::rows::{Column, RowKeyKind};
use leptos::prelude::*;

use super::changes::Entry;
use super::staged::Target;
use super::values::{Look, one_line};
use super::work::{Work, entry_of};
use crate::ui::format;
use crate::ui::sheet::{self, Content, Freshness, Mark, Order, Row, Value};

/// Rows that are measured for the width of a column.
const MEASURED: usize = 60;
/// Characters of a cell that are put into the page; the rest is for the viewer.
const SHOWN: usize = 400;

/// Columns that are shown by the address: those it names, else all with the key first. Says how many are frozen.
pub(super) fn visible(columns: &[Column], key: &[String], chosen: &[String]) -> (Vec<usize>, usize) {
    let place = |name: &String| columns.iter().position(|column| column.name == *name);
    let chosen: Vec<usize> = chosen.iter().filter_map(place).collect();
    let order = if chosen.is_empty() {
        let first: Vec<usize> = key.iter().filter_map(place).collect();
        let rest = (0..columns.len()).filter(|at| !first.contains(at));
        first.iter().copied().chain(rest).collect()
    } else {
        chosen
    };
    let of_key = |at: &&usize| columns.get(**at).is_some_and(|column| key.contains(&column.name));
    let frozen = order.iter().take_while(of_key).count();
    (order, frozen)
}

/// The sheet's columns; follows what is shown, sorted and filtered.
pub(super) fn columns(work: Work, widths: RwSignal<BTreeMap<String, f64>>) {
    Effect::new(move |_| {
        let Some(columns) = work.source.columns.get() else { return };
        let asked = work.asked.get();
        let key = work.source.facts.with(|facts| facts.as_ref().map(|facts| facts.key.clone()));
        let Some(key) = key else { return };
        let (order, frozen) = visible(&columns, &key.columns, &asked.columns);
        let place = |name: &str| asked.sort.iter().position(|sort| sort.column == name);
        let widths = widths.get();
        let shown = order.iter().filter_map(|at| {
            let column = columns.get(*at)?;
            let order = place(&column.name).and_then(|at| {
                let many = asked.sort.len() > 1;
                asked
                    .sort
                    .get(at)
                    .map(|sort| Order { descending: sort.descending, place: if many { at + 1 } else { 0 } })
            });
            let in_key = key.columns.contains(&column.name);
            let width = widths.get(&column.name).copied();
            Some(sheet::Column {
                name: one_line(&column.name),
                note: short_type(&column.type_name),
                about: about(column),
                mark: mark(column, in_key, key.kind),
                class: Look::of(column).class(),
                width: width.unwrap_or_else(|| measured(work, *at, column)),
                sortable: column.details.as_ref().is_none_or(|details| details.sortable),
                order,
                filtered: asked.filter.iter().any(|filter| filter.column == column.name),
            })
        });
        let shown: Vec<sheet::Column> = shown.collect();
        work.visible.set(Arc::new(order.clone()));
        work.sheet.frozen.set(frozen);
        work.sheet.columns.set(Arc::new(shown));
        work.sheet.keep_within();
        work.redraw();
    });
}

fn mark(column: &Column, in_key: bool, kind: RowKeyKind) -> Option<(&'static str, &'static str)> {
    let leads = column.details.as_ref().is_some_and(|details| details.references.is_some());
    match (in_key, kind) {
        (true, RowKeyKind::PrimaryKey) => Some(("◆", "primary key")),
        (true, _) => Some(("◇", "key")),
        (false, _) if leads => Some(("↗", "foreign key")),
        (false, _) => None,
    }
}

/// The type's name as people say it; the tooltip has it in full.
fn short_type(name: &str) -> String {
    let (base, rest) = match name.find(['(', '[']) {
        Some(at) => name.split_at(at),
        None => (name, ""),
    };
    if let Some(with) = name.strip_prefix("timestamp").or_else(|| name.strip_prefix("time")) {
        let zone = with.ends_with(" with time zone");
        let digits: String =
            with.split(' ').find(|part| part.starts_with('(')).unwrap_or_default().to_owned();
        let first = if name.starts_with("timestamp") { "timestamp" } else { "time" };
        if zone || with.ends_with(" without time zone") {
            return format!("{first}{}{digits}", if zone { "tz" } else { "" });
        }
    }
    let base = match base {
        "character varying" => "varchar",
        "character" => "char",
        "double precision" => "float8",
        "bit varying" => "varbit",
        base => base.strip_prefix("public.").unwrap_or(base),
    };
    format!("{base}{rest}")
}

/// The tooltip of a header.
fn about(column: &Column) -> String {
    let mut out = format!("{} {}", column.name, column.type_name);
    if !column.nullable {
        out.push_str(" not null");
    }
    if let Some(details) = &column.details {
        if let Some(default) = &details.default {
            out.push_str(if details.generated { "\ngenerated: " } else { "\ndefault: " });
            out.push_str(default);
        }
        if let Some(to) = &details.references {
            let columns = to.referenced.join(", ");
            let _ = write!(out, "\nrefers to {}.{} ({columns})", to.schema, to.table);
        }
    }
    if let Some(text) = &column.description {
        out.push('\n');
        out.push_str(text);
    }
    out
}

/// As wide as its name and what stands in the first rows, within bounds.
fn measured(work: Work, at: usize, column: &Column) -> f64 {
    let head = characters(&column.name) * 7.9 + characters(&short_type(&column.type_name)) * 6.4 + 56.0;
    let rows = (0..work.source.length().min(MEASURED)).filter_map(|row| work.source.row(row));
    let per = if Look::of(column) == Look::Code { 7.3 } else { 8.1 };
    let most = rows.filter_map(|row| row.value(at).map(characters)).fold(0.0_f64, f64::max);
    let leads = column.details.as_ref().is_some_and(|details| details.references.is_some());
    let body = most * per + if leads { 46.0 } else { 26.0 };
    body.max(head.min(260.0)).clamp(72.0, 360.0).round()
}

#[expect(clippy::cast_precision_loss, reason = "characters of a column's name or value")]
fn characters(text: &str) -> f64 {
    text.chars().take(200).count() as f64
}

/// What stands in the given columns of a row.
pub(super) fn row(work: Work, row: usize, shown: &[usize]) -> Row {
    let Some(columns) = work.source.columns.get_untracked() else { return waiting(work, row, shown) };
    let Some(target) = work.target(row) else { return waiting(work, row, shown) };
    let entry = entry_of(&target);
    let error = |column: Option<&str>| {
        work.errors
            .with_untracked(|errors| errors.get(&(entry.clone(), column.map(ToOwned::to_owned))).cloned())
    };
    let (new, added) = work.above();
    let visible = work.visible.get_untracked();
    let (freshness, label) = match &target {
        Target::New(_) => (Freshness::New, "new".to_owned()),
        Target::Kept(id, _) => {
            let gone = work.staged.with_untracked(|staged| staged.now.deletes.contains_key(id));
            let label =
                if row < new + added { "added".to_owned() } else { work.source.number(row - new - added) };
            (if gone { Freshness::Gone } else { Freshness::Kept }, label)
        }
    };
    let set = |column: &Column| work.staged_in(&target, &column.name);
    let cells = shown.iter().map(|at| {
        let Some(index) = visible.get(*at).copied() else { return empty() };
        let Some(column) = columns.get(index) else { return empty() };
        let error = error(Some(&column.name));
        let staged = set(column);
        let mark = match (&error, &staged, &target) {
            (Some(_), _, _) => Mark::Wrong,
            (None, Some(_), Target::Kept(..)) => Mark::Edited,
            _ => Mark::Plain,
        };
        let (value, cut) = match (&staged, &target) {
            (Some(staged), _) => (shown_value(staged, column), None),
            (None, Target::Kept(_, origin)) => {
                let value = match origin.record.value(index) {
                    Some(text) => Value::Text(short(text)),
                    None => Value::Null,
                };
                (value, origin.record.cut_at(index).map(format::bytes))
            }
            (None, Target::New(_)) => (Value::Null, None),
        };
        let leads = value != Value::Null
            && !matches!(value, Value::Default(_))
            && column.details.as_ref().is_some_and(|details| details.references.is_some());
        Content { value, mark, cut, error, leads }
    });
    Row { cells: cells.collect(), label, freshness, error: error(None) }
}

fn shown_value(value: &NewValue, column: &Column) -> Value {
    match value {
        NewValue::Text(text) => Value::Text(short(text)),
        NewValue::Null => Value::Null,
        NewValue::Default => {
            let details = column.details.as_ref();
            let how = details.and_then(|details| match (&details.identity, &details.default) {
                (Some(_), _) => Some("identity".to_owned()),
                (None, Some(default)) => Some(one_line(default)),
                (None, None) => None,
            });
            Value::Default(how.unwrap_or_default())
        }
    }
}

/// On one line, and no more of it than can be seen.
fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => one_line(text.get(..end).unwrap_or_default()) + "…",
        None => one_line(text),
    }
}

fn empty() -> Content {
    Content { value: Value::Text("…".to_owned()), mark: Mark::Plain, cut: None, error: None, leads: false }
}

/// A row that is not here.
fn waiting(work: Work, row: usize, shown: &[usize]) -> Row {
    let (new, added) = work.above();
    Row {
        label: work.source.number(row.saturating_sub(new + added)),
        freshness: Freshness::Kept,
        error: None,
        cells: shown.iter().map(|_| empty()).collect(),
    }
}

/// The first place where something is wrong, as a row of the sheet and a column.
pub(super) fn first_error(work: Work) -> Option<sheet::At> {
    let ((entry, column), _) =
        work.errors.with_untracked(|errors| errors.first_key_value().map(|(k, v)| (k.clone(), v.clone())))?;
    let row = match &entry {
        Entry::New(id) => {
            work.staged.with_untracked(|s| s.now.inserts.iter().position(|(one, _)| one == id))?
        }
        Entry::Kept(_) => (0..work.count())
            .find(|row| work.target(*row).is_some_and(|target| entry_of(&target) == entry))?,
    };
    let columns = work.source.all_columns();
    let visible = work.visible.get_untracked();
    let at = column.and_then(|name| {
        visible.iter().position(|at| columns.get(*at).is_some_and(|column| column.name == name))
    });
    Some(sheet::At { row, column: at.unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_called_as_people_call_them() {
        for (name, short) in [
            ("timestamp with time zone", "timestamptz"),
            ("timestamp(3) without time zone", "timestamp(3)"),
            ("time with time zone", "timetz"),
            ("character varying(255)[]", "varchar(255)[]"),
            ("numeric(20,2)", "numeric(20,2)"),
            ("public.order_status", "order_status"),
            ("\"My Schema\".\"My Type\"", "\"My Schema\".\"My Type\""),
        ] {
            assert_eq!(short_type(name), short);
        }
    }

    #[test]
    fn the_key_comes_first_and_is_frozen_until_columns_are_chosen() {
        let column = |name: &str| Column {
            name: name.to_owned(),
            type_name: "text".to_owned(),
            type_oid: 25,
            table_oid: None,
            attribute_number: None,
            nullable: true,
            primary_key: false,
            description: None,
            details: None,
        };
        let columns = [column("a"), column("id"), column("b")];
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(visible(&columns, &names(&["id"]), &[]), (vec![1, 0, 2], 1));
        assert_eq!(visible(&columns, &names(&["id"]), &names(&["b", "id", "gone"])), (vec![2, 1], 0));
        assert_eq!(visible(&columns, &[], &[]), (vec![0, 1, 2], 0));
    }
}
