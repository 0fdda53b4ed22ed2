//! Changes of all rows that fit: as many as somebody saw, or none.

use std::collections::BTreeMap;

use howdah_types::row_changes::{CountMismatch, NewValues, RowsChanged};
use howdah_types::rows::Filter;

use super::preview::set as shown;
use super::{about, assignments, begin};
use crate::error::Error;
use crate::rows::bound::Bound;
use crate::rows::open::{Opened, Purpose};
use crate::rows::select::all;
use crate::rows::{Place, Where, conditions, filter, parse_address};
use crate::server::Server;
use crate::trace::Trace;

/// The most rows that a condition of the caller's own may select for a change.
const MOST_SELECTED: u64 = 100_000;
const TID_ARRAY: u32 = 1010;
const OID: u32 = 26;

/// Which rows, and how many they must be.
#[derive(Debug, Clone, Copy)]
pub struct Selection<'a> {
    pub filter: &'a [Filter],
    pub condition: Option<Where<'a>>,
    pub expect: u64,
}

impl Selection<'_> {
    fn purpose(&self) -> Purpose {
        if self.condition.is_some() { Purpose::ChangeSelected } else { Purpose::Change }
    }

    fn must_be(&self, found: u64) -> Result<(), Error> {
        if found == self.expect {
            return Ok(());
        }
        let count = CountMismatch { expected: self.expect, found };
        Err(Error::RowCount { change: String::new(), count })
    }
}

/// Sets these values in every row of the selection.
pub async fn update_matching(
    server: &Server,
    trace: &Trace,
    place: Place<'_>,
    selection: &Selection<'_>,
    set: &NewValues,
) -> Result<RowsChanged, Error> {
    let opened = begin(server, trace, place, selection.purpose()).await?;
    let mut bound = Bound::default();
    let set = assignments(&opened, set, "set", &mut bound)?;
    let statement = format!("UPDATE {} AS t SET {set}", place.qualified());
    let updated = run(opened, place, selection, &statement, bound).await?;
    Ok(RowsChanged { updated, ..RowsChanged::default() })
}

/// Deletes every row of the selection.
pub async fn delete_matching(
    server: &Server,
    trace: &Trace,
    place: Place<'_>,
    selection: &Selection<'_>,
) -> Result<RowsChanged, Error> {
    let opened = begin(server, trace, place, selection.purpose()).await?;
    let statement = format!("DELETE FROM {} AS t", place.qualified());
    let deleted = run(opened, place, selection, &statement, Bound::default()).await?;
    Ok(RowsChanged { deleted, ..RowsChanged::default() })
}

/// What would be sent, with `set` None for a deletion.
pub async fn preview_matching(
    server: &Server,
    trace: &Trace,
    place: Place<'_>,
    selection: &Selection<'_>,
    set: Option<&NewValues>,
) -> Result<Vec<String>, Error> {
    let opened = begin(server, trace, place, selection.purpose()).await?;
    let verb = match set {
        None => format!("DELETE FROM {} AS t", place.qualified()),
        Some(set) => {
            assignments(&opened, set, "set", &mut Bound::default())?;
            format!("UPDATE {} AS t SET {}", place.qualified(), shown(set))
        }
    };
    let mut bound = Bound::shown();
    let (at, condition) = ("matching.filter", selection.condition.as_ref());
    let conditions = conditions(&opened, place, selection.filter, at, condition, &mut bound).await?;
    opened.session.roll_back().await?;
    Ok(vec![format!("{verb}{}", all(&conditions))])
}

async fn run<'a>(
    opened: Opened,
    place: Place<'_>,
    selection: &'a Selection<'_>,
    statement: &str,
    mut bound: Bound<'a>,
) -> Result<u64, Error> {
    let doing = "changing all rows that fit";
    let fault = |bound: &Bound<'_>, error| about(bound.explain(error), "");
    let changed = if selection.condition.is_some() {
        let mut changed = 0;
        for (part, places) in selected(&opened, place, selection).await? {
            let mut bound = bound.clone();
            let part = bound.add(Some(part.to_string()), OID, "matching");
            let places = bound.add(Some(format!("{{{}}}", places.join(","))), TID_ARRAY, "matching");
            let sql = format!("{statement} WHERE t.tableoid = {part} AND t.ctid = ANY ({places})");
            let result = opened.session.affect(doing, &sql, &bound.params()).await;
            changed += result.map_err(|error| fault(&bound, error))?;
        }
        changed
    } else {
        let conditions =
            filter::conditions(selection.filter, &opened.columns, "matching.filter", &mut bound)?;
        opened.may_read(&bound).await?;
        let sql = format!("{statement}{}", all(&conditions));
        let result = opened.session.affect(doing, &sql, &bound.params()).await;
        result.map_err(|error| fault(&bound, error))?
    };
    selection.must_be(changed)?;
    opened.session.check_and_commit().await?;
    Ok(changed)
}

/// Where the rows lie that a condition of the caller's own selects. It is run in a part of the transaction that is
/// read-only and is rolled back, so that it changes nothing itself; the transaction's snapshot keeps what it saw true.
async fn selected(
    opened: &Opened,
    place: Place<'_>,
    selection: &Selection<'_>,
) -> Result<BTreeMap<u32, Vec<String>>, Error> {
    let doing = "selecting rows";
    let unsupported = |what: &str, needs: String| Error::Unsupported { what: what.to_owned(), needs };
    if !matches!(opened.kind.as_str(), "r" | "p") {
        return Err(unsupported("changing rows by a condition of one’s own", "a table".to_owned()));
    }
    if selection.expect > MOST_SELECTED {
        let needs = format!("at most {MOST_SELECTED} rows, or filters only");
        return Err(unsupported("changing so many rows by a condition of one’s own", needs));
    }
    opened.session.execute("sealing", "SAVEPOINT sealed; SET LOCAL transaction_read_only = on").await?;
    let mut bound = Bound::default();
    let (at, condition) = ("matching.filter", selection.condition.as_ref());
    let conditions = conditions(opened, place, selection.filter, at, condition, &mut bound).await?;
    let sql = format!(
        "SELECT t.tableoid::pg_catalog.text || ':' || t.ctid::pg_catalog.text FROM {} AS t{} LIMIT {}",
        place.qualified(),
        all(&conditions),
        MOST_SELECTED + 1,
    );
    let read = opened.session.read(doing, &sql, &bound.params(), usize::MAX).await;
    let read = read.map_err(|error| bound.explain(error))?;
    opened.session.execute("unsealing", "ROLLBACK TO SAVEPOINT sealed").await?;
    selection.must_be(read.rows.len() as u64)?;
    let mut parts: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for row in &read.rows {
        let address: String = row.try_get(0).map_err(|error| Error::shape(doing, error))?;
        if let Some((part, place)) = parse_address(&address) {
            parts.entry(part).or_default().push(format!("\"{place}\""));
        }
    }
    Ok(parts)
}
