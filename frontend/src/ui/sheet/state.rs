//! Where the cursor is, what is selected, what is in sight.

use std::sync::Arc;

use leptos::html;
use leptos::prelude::*;

use super::model::{At, Block, Column, Go};
use super::moves::{Size, Step, step};
use super::window::{HEAD, NUMBER, ROW, edges, pixels, whole};

/// A handle to a sheet: made by its owner, given to [`super::SheetView`].
#[derive(Debug, Clone, Copy)]
pub struct Sheet {
    pub(super) id: StoredValue<String>,
    /// Those that are shown, in their order.
    pub columns: RwSignal<Arc<Vec<Column>>>,
    /// How many of them stay when the others scroll.
    pub frozen: RwSignal<usize>,
    /// How many rows there are, as far as it is known.
    pub rows: RwSignal<usize>,
    /// The cursor.
    pub(super) at: RwSignal<At>,
    /// The other corner of what is selected.
    pub(super) anchor: RwSignal<At>,
    /// Whole rows are selected.
    pub(super) whole_rows: RwSignal<bool>,
    /// The cursor is on the header of its column.
    pub(super) on_head: RwSignal<bool>,
    /// The cell that is edited, where it was when that began.
    pub editing: RwSignal<Option<At>>,
    /// How many rows lower the cell that is edited stands than when that began, counted over all editors.
    pub(super) shifted: RwSignal<isize>,
    pub(super) node: NodeRef<html::Div>,
    /// Pixels that are scrolled away: left and top.
    pub(super) scrolled: RwSignal<(f64, f64)>,
    /// Pixels of the window: width and height.
    pub(super) window: RwSignal<(f64, f64)>,
    /// Changes when rows have changed and are to be drawn again.
    pub(super) drawn: RwSignal<u32>,
    pub(super) focused: RwSignal<bool>,
}

impl Default for Sheet {
    fn default() -> Self {
        Self::new()
    }
}

impl Sheet {
    /// An empty one.
    pub fn new() -> Self {
        Self {
            id: StoredValue::new(crate::ui::new_id("sheet")),
            columns: RwSignal::new(Arc::new(Vec::new())),
            frozen: RwSignal::new(0),
            rows: RwSignal::new(0),
            at: RwSignal::new(At::default()),
            anchor: RwSignal::new(At::default()),
            whole_rows: RwSignal::new(false),
            on_head: RwSignal::new(false),
            editing: RwSignal::new(None),
            shifted: RwSignal::new(0),
            node: NodeRef::new(),
            scrolled: RwSignal::new((0.0, 0.0)),
            window: RwSignal::new((1_200.0, 600.0)),
            drawn: RwSignal::new(0),
            focused: RwSignal::new(false),
        }
    }

    /// The cursor's cell.
    pub fn cursor(self) -> At {
        self.at.get_untracked()
    }

    /// What is selected (tracked).
    pub fn selected(self) -> Block {
        let mut block = Block::around(self.at.get(), self.anchor.get());
        if self.whole_rows.get() {
            block.first.column = 0;
            block.last.column = self.columns.with(|columns| columns.len()).saturating_sub(1);
        }
        block
    }

    /// Whether whole rows are selected.
    pub fn selects_rows(self) -> bool {
        self.whole_rows.get_untracked()
    }

    /// Draws the rows again: what stands in them has changed.
    pub fn redraw(self) {
        let _ = self.drawn.try_update(|n| *n = n.wrapping_add(1));
    }

    /// Gives it the keyboard.
    pub fn focus(self) {
        if let Some(node) = self.node.get_untracked() {
            let options = web_sys::FocusOptions::new();
            options.set_prevent_scroll(true);
            let _ = node.focus_with_options(&options);
        }
    }

    /// Closes the editor and moves on.
    pub fn close_editor(self, go: Go) {
        self.editing.set(None);
        self.focus();
        match go {
            Go::Stay => {}
            Go::Down => self.step(Step::Down, false, |_| true),
            Go::Up => self.step(Step::Up, false, |_| true),
            Go::Right => self.step(Step::Next, false, |_| true),
            Go::Left => self.step(Step::Previous, false, |_| true),
        }
    }

    /// Puts the cursor on a cell and brings it into sight; `extend` keeps the other corner of the selection.
    pub fn put(self, at: At, extend: bool) {
        self.at.set(at);
        self.on_head.set(false);
        if !extend {
            self.anchor.set(at);
            self.whole_rows.set(false);
        }
        self.reveal(at);
    }

    /// Selects a block; the cursor is at its first cell.
    pub fn select(self, block: Block) {
        self.whole_rows.set(false);
        self.anchor.set(block.last);
        self.at.set(block.first);
    }

    /// Rows from this one on stand lower, or higher: the cursor, an open editor and what is in sight go with them.
    pub fn moved(self, from: usize, by: isize) {
        let lower = |at: &mut At| {
            if at.row >= from {
                at.row = at.row.saturating_add_signed(by);
            }
        };
        let edited = self.editing.with_untracked(Option::is_some) && self.cursor().row >= from;
        self.at.update(lower);
        self.anchor.update(lower);
        if edited {
            // Not `editing`: that would begin an open editor anew, without what was typed.
            self.shifted.update(|shifted| *shifted = shifted.wrapping_add(by));
        }
        let Some(node) = self.node.get_untracked() else { return };
        if whole(f64::from(node.scroll_top()) / ROW) + 1 >= from {
            let pixels = pixels(by.unsigned_abs()) * ROW;
            let pixels = if by < 0 { -pixels } else { pixels };
            scroll_by(node, to_i32(pixels), FRAMES);
        }
    }

    /// Back to the first cell.
    pub fn reset(self) {
        self.editing.set(None);
        self.put(At::default(), false);
        if let Some(node) = self.node.get_untracked() {
            node.set_scroll_top(0);
        }
    }

    /// To the last row.
    pub fn to_end(self) {
        let row = self.rows.get_untracked().saturating_sub(1);
        let column = self.at.get_untracked().column;
        self.put(At { row, column }, false);
        let sheet = self;
        request_animation_frame(move || sheet.reveal(At { row, column }));
    }

    pub(super) fn step(self, way: Step, extend: bool, filled: impl Fn(At) -> bool) {
        let page = whole((self.window.get_untracked().1 - HEAD) / ROW).saturating_sub(1).max(1);
        let size = Size { rows: self.rows.get_untracked(), columns: self.count(), page };
        self.put(step(self.at.get_untracked(), way, size, filled), extend);
    }

    pub(super) fn count(self) -> usize {
        self.columns.with_untracked(|columns| columns.len())
    }

    /// Where each column begins (tracked).
    pub(super) fn edges(self) -> Vec<f64> {
        self.columns.with(|columns| edges(columns.iter().map(|column| column.width)))
    }

    /// Brings a cell into sight.
    pub(super) fn reveal(self, at: At) {
        let Some(node) = self.node.get_untracked() else { return };
        let (width, height) = (f64::from(node.client_width()), f64::from(node.client_height()));
        let (left, top) = (f64::from(node.scroll_left()), f64::from(node.scroll_top()));
        let row = pixels(at.row) * ROW;
        if row < top {
            node.set_scroll_top(to_i32(row));
        } else if row + ROW > top + height - HEAD {
            node.set_scroll_top(to_i32(row + ROW - height + HEAD));
        }
        let frozen = self.frozen.get_untracked();
        if at.column < frozen {
            return;
        }
        let edges = untrack(|| self.edges());
        let edge = |at: usize| edges.get(at).copied().unwrap_or_default();
        let (from, to, still) = (edge(at.column), edge(at.column + 1), edge(frozen));
        if from - still < left {
            node.set_scroll_left(to_i32(from - still));
        } else if to + NUMBER > left + width {
            node.set_scroll_left(to_i32((to + NUMBER - width).min(from - still)));
        }
    }
}

/// Frames that the page gets to become as long as it has rows.
const FRAMES: u32 = 60;

/// Scrolls as soon as the page is long enough: before that the browser would stop at its end.
fn scroll_by(node: web_sys::HtmlDivElement, pixels: i32, frames: u32) {
    request_animation_frame(move || {
        let room = node.scroll_height() - node.client_height() - node.scroll_top();
        if pixels > room && frames > 0 {
            scroll_by(node, pixels, frames - 1);
        } else {
            node.set_scroll_top(node.scroll_top() + pixels);
        }
    });
}

#[expect(clippy::cast_possible_truncation, reason = "pixels of a page")]
pub(super) fn to_i32(x: f64) -> i32 {
    x.round() as i32
}
