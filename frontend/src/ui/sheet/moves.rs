//! Where the cursor goes.

use leptos::prelude::*;

use super::model::At;
use super::state::Sheet;

/// A way to move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Up,
    Down,
    Left,
    Right,
    /// To the edge of what is filled, or beyond what is empty: Ctrl with an arrow.
    FarUp,
    FarDown,
    FarLeft,
    FarRight,
    PageUp,
    PageDown,
    RowStart,
    RowEnd,
    /// To the next cell, over the end of the row.
    Next,
    Previous,
}

/// How large the sheet is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// Rows of a page.
    pub(super) page: usize,
}

impl Sheet {
    /// Fewer columns may be shown than before: neither the cursor nor the selection reaches beyond the last.
    pub fn keep_within(self) {
        let last = self.count().saturating_sub(1);
        for corner in [self.at, self.anchor] {
            if corner.with_untracked(|at| at.column > last) {
                corner.update(|at| at.column = last);
            }
        }
    }
}

/// The cell that a step leads to. `filled` says whether something stands in a cell.
pub(super) fn step(at: At, step: Step, size: Size, filled: impl Fn(At) -> bool) -> At {
    let (last_row, last_column) = (size.rows.saturating_sub(1), size.columns.saturating_sub(1));
    let row = |row: usize| At { row: row.min(last_row), ..at };
    let column = |column: usize| At { column: column.min(last_column), ..at };
    match step {
        Step::Up => row(at.row.saturating_sub(1)),
        Step::Down => row(at.row + 1),
        Step::Left => column(at.column.saturating_sub(1)),
        Step::Right => column(at.column + 1),
        Step::PageUp => row(at.row.saturating_sub(size.page)),
        Step::PageDown => row(at.row + size.page),
        Step::RowStart => column(0),
        Step::RowEnd => column(last_column),
        Step::FarUp => row(far((0..at.row).rev(), at.row, |r| filled(At { row: r, ..at }))),
        Step::FarDown => row(far(at.row + 1..size.rows, at.row, |r| filled(At { row: r, ..at }))),
        Step::FarLeft => column(far((0..at.column).rev(), at.column, |c| filled(At { column: c, ..at }))),
        Step::FarRight => {
            column(far(at.column + 1..size.columns, at.column, |c| filled(At { column: c, ..at })))
        }
        Step::Next if at.column < last_column => column(at.column + 1),
        Step::Next if at.row < last_row => At { row: at.row + 1, column: 0 },
        Step::Previous if at.column > 0 => column(at.column - 1),
        Step::Previous if at.row > 0 => At { row: at.row - 1, column: last_column },
        Step::Next | Step::Previous => at,
    }
}

/// As in spreadsheets: within filled cells to the last of them, else to the next filled one, else to the end.
fn far(way: impl Iterator<Item = usize>, from: usize, filled: impl Fn(usize) -> bool) -> usize {
    let here = filled(from);
    let mut at = from;
    let mut run = None;
    for next in way {
        let is = filled(next);
        let in_run = *run.get_or_insert(here && is);
        if in_run && !is {
            return at;
        }
        at = next;
        if !in_run && is {
            return at;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: Size = Size { rows: 10, columns: 4, page: 5 };

    fn go(row: usize, column: usize, way: Step) -> (usize, usize) {
        // Row 3 is empty.
        let to = step(At { row, column }, way, SIZE, |at| at.row != 3);
        (to.row, to.column)
    }

    #[test]
    fn the_cursor_stays_inside() {
        assert_eq!(go(0, 0, Step::Up), (0, 0));
        assert_eq!(go(9, 3, Step::Down), (9, 3));
        assert_eq!(go(9, 3, Step::Right), (9, 3));
        assert_eq!(go(7, 1, Step::PageDown), (9, 1));
        assert_eq!(go(2, 1, Step::RowEnd), (2, 3));
    }

    #[test]
    fn tab_goes_on_in_the_next_row() {
        assert_eq!(go(1, 3, Step::Next), (2, 0));
        assert_eq!(go(1, 0, Step::Previous), (0, 3));
        assert_eq!(go(9, 3, Step::Next), (9, 3));
    }

    #[test]
    fn control_with_an_arrow_goes_to_the_edge_of_what_is_filled() {
        assert_eq!(go(0, 1, Step::FarDown), (2, 1));
        assert_eq!(go(2, 1, Step::FarDown), (4, 1));
        assert_eq!(go(4, 1, Step::FarDown), (9, 1));
        assert_eq!(go(9, 1, Step::FarUp), (4, 1));
        assert_eq!(go(5, 0, Step::FarRight), (5, 3));
    }
}
