//! A sheet: rows and columns of any number, of which only those in sight are in the page.
//!
//! It knows no domain. Its owner gives it columns, a number of rows and a function that says what stands in a row, and
//! hears what a person does ([`Deed`]); it alone knows where the cursor is, what is selected, how wide columns are
//! drawn and what is in sight. The owner draws the editor of a cell; the sheet puts it in its place.
//!
//! The focus stays on the sheet itself and `aria-activedescendant` names the cell, so that it survives a cell that
//! scrolls out of the page.

#![expect(unreachable_pub, reason = "what the component macro makes of a view is always `pub`")]

mod block;
mod body;
mod head;
mod keys;
mod model;
mod moves;
mod pointer;
mod popup;
mod state;
mod view;
mod window;

pub use block::{CopyAs, copied, pasted};
pub use model::{At, Block, Column, Content, Deed, Freshness, Go, Mark, Order, Row, Value};
pub use popup::{PopItem, PopMenu, Spot};
pub use state::Sheet;
pub use view::SheetView;
