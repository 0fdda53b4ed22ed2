//! A page of rows.

use howdah_types::rows::{Filter, FilterOp, RowKey, RowsPage, SortKey, TruncatedCell};
use tokio_postgres::Row;

use super::bound::Bound;
use super::columns::{Described, find, row_key};
use super::keyset::{Cursor, Sort};
use super::open::{Opened, Purpose, open};
use super::select::{CELL_CAP, Select, Wanted, all};
use super::{Place, Where, conditions};
use crate::error::Error;
use crate::server::Server;
use crate::trace::Trace;

/// Bytes of one page; a page that would be larger ends early and says that there is more.
const PAGE_BYTES: usize = 8 * 1024 * 1024;
const DOING: &str = "reading rows";

/// Which rows, and what of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct PageRequest<'a> {
    pub limit: u32,
    /// Names of columns; None for all.
    pub columns: Option<&'a [String]>,
    pub sort: &'a [SortKey],
    pub filter: &'a [Filter],
    pub condition: Option<Where<'a>>,
    /// `RowsPage::next` or `previous` of another page.
    pub cursor: Option<&'a str>,
    /// The last page.
    pub from_end: bool,
}

/// Rows of a relation, by its row key unless they shall be sorted otherwise. Each value is PostgreSQL's own text; of
/// longer ones than 4 KiB the beginning.
pub async fn page(
    server: &Server,
    trace: &Trace,
    place: Place<'_>,
    request: &PageRequest<'_>,
) -> Result<RowsPage, Error> {
    let opened = open(server, trace, place.database, place.name(), Purpose::Read).await?;
    let key = row_key(&opened.columns, &opened.kind);
    let chosen = chosen(&opened.columns, request.columns, &key)?;
    let mut sort = Sort::new(request.sort, &opened.columns, &opened.kind, opened.spread)?;
    let cursor = request.cursor.map(|cursor| sort.read(cursor)).transpose()?;
    let backwards = cursor.as_ref().map_or(request.from_end, |cursor| cursor.backwards);
    if backwards {
        if sort.keys.is_empty() {
            return Err(Error::Unsupported {
                what: "reading from the end".to_owned(),
                needs: "a sort, since these rows have no key".to_owned(),
            });
        }
        sort.reverse();
    }
    let read = Reading { opened: &opened, place, request, sort: &sort, cursor: cursor.as_ref(), backwards };
    let (mut rows, cut, estimate) = read.rows(&chosen).await?;
    let more = cut || rows.len() > request.limit as usize;
    rows.truncate(request.limit as usize);
    if backwards {
        rows.reverse();
    }
    let (before, after) = if backwards { (more, cursor.is_some()) } else { (cursor.is_some(), more) };
    let mut page = RowsPage {
        columns: Vec::new(),
        rows: Vec::new(),
        addresses: Vec::new(),
        versions: Vec::new(),
        truncated: Vec::new(),
        row_key: key,
        has_more: after,
        next: read.cursor_at(&rows, false).filter(|_| after),
        previous: read.cursor_at(&rows, true).filter(|_| before),
        row_estimate: estimate
            .or_else(|| i64::try_from(rows.len()).ok().filter(|_| !more && cursor.is_none())),
        time_zone: opened.time_zone.clone(),
    };
    for row in &rows {
        add(&mut page, row, &chosen).map_err(|error| Error::shape(DOING, error))?;
    }
    page.columns = chosen.iter().map(|described| described.column.clone()).collect();
    Ok(page)
}

/// The columns that were asked for, in that order, and those of the key.
fn chosen<'a>(
    columns: &'a [Described],
    asked: Option<&[String]>,
    key: &RowKey,
) -> Result<Vec<&'a Described>, Error> {
    let Some(asked) = asked else { return Ok(columns.iter().collect()) };
    let mut chosen: Vec<&Described> = Vec::new();
    for name in asked.iter().chain(&key.columns) {
        let described = find(columns, name, "columns")?;
        if !chosen.iter().any(|known| known.name() == name) {
            chosen.push(described);
        }
    }
    Ok(chosen)
}

struct Reading<'a> {
    opened: &'a Opened,
    place: Place<'a>,
    request: &'a PageRequest<'a>,
    /// In the direction of reading.
    sort: &'a Sort,
    cursor: Option<&'a Cursor>,
    backwards: bool,
}

impl Reading<'_> {
    /// Up to one row more than the page has, in the direction of reading; whether they were cut off; and the planner's
    /// estimate, where the number cannot be seen from the rows.
    async fn rows(&self, chosen: &[&Described]) -> Result<(Vec<Row>, bool, Option<i64>), Error> {
        let Self { opened, place, request, sort, .. } = self;
        let mut bound = Bound::default();
        let condition = request.condition.as_ref();
        let base = conditions(opened, *place, request.filter, "filter", condition, &mut bound).await?;
        let parts =
            self.cursor.map_or_else(|| vec!["true".to_owned()], |cursor| sort.after(cursor, &mut bound));
        opened.may_read(&bound).await?;
        let ordered = !(sort.as_it_lies && !self.backwards && base.is_empty());
        if !ordered {
            // So that a scan begins at the beginning and rows come as they lie.
            opened.session.query("asking for the rows in place", include_str!("in_place.sql"), &[]).await?;
        }
        let select = Select { schema: place.schema, table: place.table, kind: &opened.kind, columns: chosen };
        let (mut rows, mut cut, mut ended) = (Vec::new(), false, false);
        // Nothing is asked after these rows: how many there are is not, or is seen from them.
        let alone = parts.len() == 1 && (base.is_empty() || self.is_one_row());
        for (number, part) in parts.into_iter().enumerate() {
            let missing = (u64::from(request.limit) + 1).saturating_sub(rows.len() as u64);
            if missing == 0 || cut {
                break;
            }
            let conditions: Vec<_> = base.iter().cloned().chain((part != "true").then_some(part)).collect();
            let skip = self.cursor.filter(|_| number == 0).map_or(0, |cursor| u64::from(cursor.seen));
            let wanted = Wanted {
                conditions: &conditions,
                sort: &sort.keys,
                ordered,
                limit: missing,
                skip,
                ..Wanted::default()
            };
            let sql = select.page(&wanted, CELL_CAP, &[]);
            let (session, params) = (&opened.session, bound.params());
            let read = if alone {
                session.read_last(DOING, &sql, &params, PAGE_BYTES).await
            } else {
                session.read(DOING, &sql, &params, PAGE_BYTES).await
            };
            let read = read.map_err(|error| bound.explain(error))?;
            (cut, ended) = (read.cut, alone);
            rows.extend(read.rows);
        }
        let mut estimate = opened.estimate.filter(|_| base.is_empty());
        if !cut && !ended {
            let all_seen = self.cursor.is_none() && rows.len() <= request.limit as usize;
            if !base.is_empty() && !all_seen {
                estimate = self.estimate(&base, &bound).await?;
            }
            opened.session.roll_back().await?;
        }
        Ok((rows, cut, estimate))
    }

    /// The filter gives a value to each column of the row key.
    fn is_one_row(&self) -> bool {
        let given = |name: &String| {
            self.request.filter.iter().any(|filter| filter.column == *name && filter.op == FilterOp::Equal)
        };
        let key = row_key(&self.opened.columns, &self.opened.kind).columns;
        !key.is_empty() && key.iter().all(given)
    }

    async fn estimate(&self, conditions: &[String], bound: &Bound<'_>) -> Result<Option<i64>, Error> {
        let doing = "estimating rows";
        let sql =
            format!("EXPLAIN (FORMAT JSON) SELECT FROM {} AS t{}", self.place.qualified(), all(conditions));
        let read = self.opened.session.read(doing, &sql, &bound.params(), usize::MAX).await?;
        let Some(row) = read.rows.first() else { return Ok(None) };
        let plan: Json = row.try_get(0).map_err(|error| Error::shape(doing, error))?;
        let plan: serde_json::Value = serde_json::from_str(&plan.0).unwrap_or_default();
        Ok(plan[0]["Plan"]["Plan Rows"].as_i64())
    }

    /// The cursor that leads on behind the last of the rows, or back before the first. `rows` are in their own order.
    fn cursor_at(&self, rows: &[Row], back: bool) -> Option<String> {
        let texts = |row: &Row| row.try_get::<_, Vec<Option<String>>>(4).ok();
        let edge = texts(if back { rows.first() } else { rows.last() }?)?;
        let mut seen = 0;
        if self.sort.with_twins {
            let same = |row: &&Row| texts(row).as_ref() == Some(&edge);
            let twins = if back {
                rows.iter().take_while(same).count()
            } else {
                rows.iter().rev().take_while(same).count()
            };
            seen = u32::try_from(twins).unwrap_or(u32::MAX);
            // The whole page is one and the same row: those before it count as well.
            if let Some(cursor) = self.cursor.filter(|cursor| twins == rows.len() && cursor.backwards == back)
            {
                let shown =
                    edge.iter().map(|text| text.as_deref().map(|text| text.get(1..).unwrap_or_default()));
                if shown.eq(cursor.values.iter().map(Option::as_deref)) {
                    seen = seen.saturating_add(cursor.seen);
                }
            }
        }
        self.sort.cursor(&edge, back, seen)
    }
}

/// The text of a json value.
struct Json(String);

impl<'a> tokio_postgres::types::FromSql<'a> for Json {
    fn from_sql(
        _: &tokio_postgres::types::Type,
        raw: &'a [u8],
    ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Self(String::from_utf8(raw.to_vec())?))
    }

    fn accepts(kind: &tokio_postgres::types::Type) -> bool {
        *kind == tokio_postgres::types::Type::JSON
    }
}

fn add(page: &mut RowsPage, row: &Row, columns: &[&Described]) -> Result<(), tokio_postgres::Error> {
    let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    let (values, lengths) = values(row, columns, CELL_CAP)?;
    let cut = |(column, bytes)| TruncatedCell { row: number(page.rows.len()), column, bytes };
    page.truncated.extend(lengths.into_iter().map(cut));
    page.addresses.push(row.try_get(0)?);
    page.versions.push(row.try_get(1)?);
    page.rows.push(values);
    Ok(())
}

/// Values, and of those that are longer than the cap their place and bytes.
#[expect(clippy::type_complexity, reason = "used twice, at once taken apart")]
pub(super) fn values(
    row: &Row,
    columns: &[&Described],
    cap: usize,
) -> Result<(Vec<Option<String>>, Vec<(u32, i64)>), tokio_postgres::Error> {
    let mut values: Vec<Option<String>> = row.try_get(2)?;
    // Lengths come for columns of variable length only, and only of values over the cap.
    let lengths: Vec<Option<i64>> = row.try_get(3)?;
    let variable = columns.iter().enumerate().filter(|(_, described)| described.variable);
    let mut cut = Vec::new();
    for ((column, _), bytes) in variable.zip(lengths) {
        let Some(bytes) = bytes else { continue };
        if let Some(Some(value)) = values.get_mut(column) {
            value.truncate(value.floor_char_boundary(cap));
        }
        cut.push((u32::try_from(column).unwrap_or(u32::MAX), bytes));
    }
    Ok((values, cut))
}
