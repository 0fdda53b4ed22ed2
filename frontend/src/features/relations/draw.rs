//! From tables and foreign keys to boxes and lines.

use howdah_types::relations::{RelatedTable, Relation, Relations};

use super::layout::{Size, place};

/// The head of a box, and each of its lines.
pub(super) const HEAD: f64 = 30.0;
pub(super) const LINE: f64 = 20.0;
/// Room around everything.
const MARGIN: f64 = 24.0;
/// Columns that a box shows at most; keys always.
const COLUMNS: usize = 12;
/// About the width of a letter.
const LETTER: f64 = 6.9;

/// A line of a box.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) type_name: String,
    pub(super) key: bool,
    pub(super) foreign: bool,
    pub(super) nullable: bool,
}

/// A table as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plate {
    pub(super) schema: String,
    pub(super) name: String,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) rows: Vec<Row>,
    /// Columns that are not shown.
    pub(super) more: usize,
}

/// A foreign key as it is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wire {
    pub(super) from: usize,
    pub(super) to: usize,
    /// For the `d` of a path.
    pub(super) path: String,
    /// For people: `orders.customer → customers.id`.
    pub(super) title: String,
    /// One row at most refers to each.
    pub(super) unique: bool,
}

/// The whole drawing.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Drawing {
    pub(super) plates: Vec<Plate>,
    pub(super) wires: Vec<Wire>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Draws everything.
pub(super) fn draw(relations: &Relations, here: &str) -> Drawing {
    let mut plates: Vec<Plate> =
        relations.tables.iter().map(|table| plate(table, &relations.foreign_keys, here)).collect();
    let find = |schema: &str, name: &str| {
        relations.tables.iter().position(|table| table.schema == schema && table.name == name)
    };
    let ends: Vec<(usize, usize, &Relation)> = relations
        .foreign_keys
        .iter()
        .filter_map(|key| {
            let from = find(&key.schema, &key.table)?;
            Some((from, find(&key.references_schema, &key.references_table)?, key))
        })
        .collect();
    let sizes: Vec<Size> =
        plates.iter().map(|plate| Size { width: plate.width, height: plate.height }).collect();
    let edges: Vec<(usize, usize)> = ends.iter().map(|(from, to, _)| (*from, *to)).collect();
    let spots = place(&sizes, &edges);
    for (plate, spot) in plates.iter_mut().zip(spots) {
        plate.x = spot.x + MARGIN;
        plate.y = spot.y + MARGIN;
    }
    let wires = ends.into_iter().filter_map(|(from, to, key)| wire(&plates, from, to, key)).collect();
    let right = plates.iter().map(|plate| plate.x + plate.width).fold(0.0, f64::max);
    let bottom = plates.iter().map(|plate| plate.y + plate.height).fold(0.0, f64::max);
    Drawing { plates, wires, width: right + MARGIN, height: bottom + MARGIN }
}

fn plate(table: &RelatedTable, keys: &[Relation], here: &str) -> Plate {
    let foreign = |column: &str| {
        let mine = keys.iter().filter(|key| key.schema == table.schema && key.table == table.name);
        mine.flat_map(|key| &key.columns).any(|name| name == column)
    };
    let target = |column: &str| {
        let mine = keys
            .iter()
            .filter(|key| key.references_schema == table.schema && key.references_table == table.name);
        mine.flat_map(|key| &key.references_columns).any(|name| name == column)
    };
    let all: Vec<Row> = table
        .columns
        .iter()
        .map(|column| Row {
            name: column.name.clone(),
            type_name: column.type_name.clone(),
            key: column.primary_key,
            foreign: foreign(&column.name),
            nullable: column.nullable,
        })
        .collect();
    let mut room = COLUMNS;
    let rows: Vec<Row> = all
        .into_iter()
        .filter(|row| {
            let shown = row.key || row.foreign || target(&row.name) || room > 0;
            room = room.saturating_sub(1);
            shown
        })
        .collect();
    let more = usize::try_from(table.column_count).unwrap_or_default().saturating_sub(rows.len());
    let schema = if table.schema == here { 0 } else { table.schema.chars().count() + 1 };
    let title = width_of(schema + table.name.chars().count()) + 40.0;
    let widest = rows
        .iter()
        .map(|row| {
            width_of(row.name.chars().count()) + width_of(row.type_name.chars().count().min(24)) + 52.0
        })
        .fold(title, f64::max);
    let lines = rows.len() + usize::from(more > 0);
    Plate {
        schema: table.schema.clone(),
        name: table.name.clone(),
        x: 0.0,
        y: 0.0,
        width: widest.clamp(150.0, 340.0).round(),
        height: HEAD + LINE * units(lines) + 6.0,
        rows,
        more,
    }
}

fn width_of(letters: usize) -> f64 {
    units(letters) * LETTER
}

#[expect(clippy::cast_precision_loss, reason = "numbers of letters and lines")]
fn units(n: usize) -> f64 {
    n as f64
}

/// The middle of a column's line.
fn height_of(plate: &Plate, column: Option<&String>) -> f64 {
    let row = column.and_then(|column| plate.rows.iter().position(|row| row.name == *column));
    row.map_or(plate.y + HEAD / 2.0, |row| plate.y + HEAD + LINE * (units(row) + 0.5))
}

fn wire(plates: &[Plate], from: usize, to: usize, key: &Relation) -> Option<Wire> {
    let (a, b) = (plates.get(from)?, plates.get(to)?);
    let (y1, y2) = (height_of(a, key.columns.first()), height_of(b, key.references_columns.first()));
    let path = if from == to {
        // A loop at the right side.
        let x = a.x + a.width;
        format!("M{x} {y1} C{0} {y1} {0} {y2} {x} {y2}", x + 44.0)
    } else {
        let (a1, a2, b1, b2) = (a.x, a.x + a.width, b.x, b.x + b.width);
        let (x1, x2, c1, c2) = if b1 >= a2 {
            let bend = ((b1 - a2) / 2.0).max(36.0);
            (a2, b1, a2 + bend, b1 - bend)
        } else if b2 <= a1 {
            let bend = ((a1 - b2) / 2.0).max(36.0);
            (a1, b2, a1 - bend, b2 + bend)
        } else {
            // One above the other: around their right sides.
            let side = a2.max(b2) + 44.0;
            (a2, b2, side, side)
        };
        format!("M{x1} {y1} C{c1} {y1} {c2} {y2} {x2} {y2}")
    };
    let title = format!(
        "{}.{} → {}.{}",
        key.table,
        key.columns.join(", "),
        key.references_table,
        key.references_columns.join(", ")
    );
    Some(Wire { from, to, path, title, unique: key.unique })
}
