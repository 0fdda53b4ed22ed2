//! Which rows and columns are in sight.

use std::ops::Range;

/// Pixels of a row, as in the style sheet (`--row`).
pub(super) const ROW: f64 = 30.0;
/// Pixels of the header.
pub(super) const HEAD: f64 = 32.0;
/// Pixels of the column of row numbers.
pub(super) const NUMBER: f64 = 48.0;
/// Rows beyond the edge that are drawn too, so that slow scrolling never shows a gap.
const MARGIN: usize = 6;

/// The rows between two edges of the window.
pub(super) fn rows_in_sight(top: f64, height: f64, rows: usize) -> Range<usize> {
    let first = whole(top / ROW).saturating_sub(MARGIN).min(rows);
    // Rounded, so that scrolling by a pixel changes nothing.
    let first = first - first % 4;
    let last = (whole((top + height) / ROW) + MARGIN + 1).next_multiple_of(4).min(rows);
    first..last.max(first)
}

/// Where each column begins, and at the end where the last one ends.
pub(super) fn edges(widths: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut edges = vec![0.0];
    let mut at = 0.0;
    for width in widths {
        at += width;
        edges.push(at);
    }
    edges
}

/// The columns behind the `frozen` ones that lie between two edges of the window.
pub(super) fn columns_in_sight(edges: &[f64], frozen: usize, left: f64, width: f64) -> Range<usize> {
    let columns = edges.len().saturating_sub(1);
    let frozen = frozen.min(columns);
    let offset = edges.get(frozen).copied().unwrap_or_default();
    let (from, to) = (offset + left, left + width.max(offset));
    let first = edges.partition_point(|edge| *edge <= from).saturating_sub(1).max(frozen);
    let last = edges.partition_point(|edge| *edge < to).min(columns);
    first.saturating_sub(1).max(frozen)..(last + 1).min(columns).max(first)
}

/// The most columns that can be in sight at once.
pub(super) fn most_in_sight(edges: &[f64], frozen: usize, width: f64) -> usize {
    let offset = edges.get(frozen).copied().unwrap_or_default();
    let counts =
        edges.iter().skip(frozen).map(|edge| columns_in_sight(edges, frozen, edge - offset, width).len());
    counts.max().unwrap_or_default() + 1
}

/// As many columns as there ever are in sight, each always at the same place of the list, so that a column that stays
/// in sight keeps its elements in the page while one scrolls sideways.
pub(super) fn in_slots(sight: Range<usize>, frozen: usize, columns: usize, slots: usize) -> Vec<usize> {
    let slots = slots.max(1);
    let end = (sight.start + slots).min(columns);
    let start = end.saturating_sub(slots).max(frozen.min(end));
    let mut drawn: Vec<usize> = (start..end).collect();
    drawn.sort_by_key(|column| column % slots);
    drawn
}

/// A number of pixels or rows, never negative.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "pixels and rows of a page")]
pub(super) fn whole(x: f64) -> usize {
    x.max(0.0) as usize
}

/// As a number of pixels.
#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53")]
pub(super) fn pixels(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_rows_in_sight_are_drawn_whatever_their_number() {
        assert_eq!(rows_in_sight(0.0, 600.0, 1_000_000), 0..28);
        let deep = rows_in_sight(ROW * 500_000.0, 600.0, 1_000_000);
        assert_eq!(deep, 499_992..500_028);
        assert_eq!(rows_in_sight(0.0, 600.0, 3), 0..3);
        assert_eq!(rows_in_sight(90_000.0, 600.0, 3), 0..3);
        assert_eq!(rows_in_sight(0.0, 600.0, 0), 0..0);
    }

    #[test]
    fn a_column_that_stays_in_sight_keeps_its_place() {
        let edges = edges((0..100).map(|at| if at % 7 == 0 { 300.0 } else { 100.0 }));
        let slots = most_in_sight(&edges, 1, 1_000.0);
        let drawn = |left: f64| in_slots(columns_in_sight(&edges, 1, left, 1_000.0), 1, 100, slots);
        for left in [0.0, 90.0, 180.0, 2_000.0, 2_100.0, 7_000.0, 99_999.0] {
            let (now, then) = (drawn(left), drawn(left + 90.0));
            assert_eq!(now.len(), then.len());
            let kept = now.iter().zip(&then).filter(|(now, then)| now == then).count();
            assert!(kept + 2 >= now.len(), "{left}: {now:?} {then:?}");
        }
    }

    #[test]
    fn only_columns_in_sight_are_drawn() {
        let edges = edges(std::iter::repeat_n(100.0, 100));
        assert_eq!(columns_in_sight(&edges, 1, 0.0, 1_000.0), 1..11);
        assert_eq!(columns_in_sight(&edges, 1, 5_000.0, 1_000.0), 50..61);
        assert_eq!(columns_in_sight(&edges, 0, 0.0, 250.0), 0..4);
        assert_eq!(columns_in_sight(&edges, 0, 99_999.0, 250.0).end, 100);
        assert_eq!(columns_in_sight(&[0.0], 0, 0.0, 250.0), 0..0);
    }
}
