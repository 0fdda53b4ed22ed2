//! What a sheet shows and what a person does to it.

/// A cell by its row and column, from 0. The column counts those that are shown, in their order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct At {
    pub row: usize,
    pub column: usize,
}

/// Cells from one corner to the other, both inside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Block {
    pub first: At,
    pub last: At,
}

impl Block {
    /// The smallest block that holds both.
    pub fn around(one: At, other: At) -> Self {
        Self {
            first: At { row: one.row.min(other.row), column: one.column.min(other.column) },
            last: At { row: one.row.max(other.row), column: one.column.max(other.column) },
        }
    }

    /// Its rows, from and to.
    pub fn rows(self) -> std::ops::RangeInclusive<usize> {
        self.first.row..=self.last.row
    }

    /// Its columns, from and to.
    pub fn columns(self) -> std::ops::RangeInclusive<usize> {
        self.first.column..=self.last.column
    }

    /// It is one cell.
    pub fn is_single(self) -> bool {
        self.first == self.last
    }
}

/// How a column is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    pub descending: bool,
    /// Its place among several, from 1; 0 when it is the only one.
    pub place: usize,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub name: String,
    /// Small, behind the name: its type.
    pub note: String,
    /// The tooltip.
    pub about: String,
    /// A sign before the name, and what it says to a screen reader.
    pub mark: Option<(&'static str, &'static str)>,
    /// A class for its cells: `num`, `mono`.
    pub class: &'static str,
    /// In pixels.
    pub width: f64,
    pub sortable: bool,
    pub order: Option<Order>,
    /// It holds filtered values.
    pub filtered: bool,
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Null,
    /// The server decides; the text says how, where it is known.
    Default(String),
}

/// How a cell came to be as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mark {
    #[default]
    Plain,
    /// Changed here, not yet applied.
    Edited,
    /// Changed, and refused; see [`Content::error`].
    Wrong,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub value: Value,
    pub mark: Mark,
    /// Only a part of it is here: a button with this text shows the rest.
    pub cut: Option<String>,
    pub error: Option<String>,
    /// It leads somewhere.
    pub leads: bool,
}

/// How a row came to be as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Freshness {
    #[default]
    Kept,
    /// Added here, not yet applied.
    New,
    /// To be deleted.
    Gone,
}

/// A row, of which only the asked columns are given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What stands before it.
    pub label: String,
    pub freshness: Freshness,
    pub error: Option<String>,
    pub cells: Vec<Content>,
}

/// Where the cursor goes after an editor has closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    Stay,
    Down,
    Up,
    Right,
    Left,
}

/// What a person does. What only moves or selects is not told.
#[derive(Debug, Clone, PartialEq)]
pub enum Deed {
    /// Edit the cell; with what was typed, in place of what is there.
    Edit(At, Option<String>),
    /// Show the whole value.
    Open(At),
    /// Follow the cell to where it leads.
    Follow(At),
    /// Show what refers to the row of the cell; the place is that of a menu.
    FollowBack(At, super::Spot),
    /// Take away what stands in these.
    Clear(Block),
    /// Delete these rows, or no longer.
    DeleteRows(std::ops::RangeInclusive<usize>),
    Copy(Block),
    Paste(Block, String),
    /// Repeat the first row of the block in the others.
    FillDown(Block),
    /// Sort by this column; `true` adds it to those that sort.
    Sort(usize, bool),
    /// This column shall stand where the other is.
    Move(usize, usize),
    Resized(usize, f64),
    /// A menu for a column or a cell, at this spot of the window.
    ColumnMenu(usize, super::Spot),
    CellMenu(At, super::Spot),
    /// To the first or the last row, which may not be here yet.
    First,
    Last,
    /// These rows are in sight.
    InSight(std::ops::Range<usize>),
}
