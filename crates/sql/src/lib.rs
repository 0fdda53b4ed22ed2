//! Reads SQL text as `PostgreSQL` 13 to 19 does: [`lex`] makes tokens, [`split`] makes statements, [`classify`] says
//! what a statement looks like, [`place`] and [`excerpt`] show where an error is, [`format`](mod@format) lays out,
//! [`context_at`] says what may stand at the cursor.
//!
//! **It advises and highlights; it never decides what is safe.** What a role may do is decided by `PostgreSQL`, what a
//! statement is by its parser. Nothing here may stand between an account and what it is not allowed to do.
//!
//! # The contract of a script
//!
//! Who runs a script statement by statement
//!
//! 1. sends each [`PartKind::Statement`] by itself, in the extended protocol, and
//! 2. stops at the first error.
//!
//! Then a wrong split ends in an error and never in extra statements. Where a piece is too long, it holds two
//! statements, and the server refuses it ("cannot insert multiple commands into a prepared statement"). Where a piece
//! is too short, it ends where the server is still inside of a string, a comment, a quoted name, parentheses or a
//! body, and the server refuses the first half of it, before anything of the second half is sent. This holds also
//! where the server reads differently than we do, for example because a script changes
//! `standard_conforming_strings` on its way.
//!
//! To go on after an error is only right for one of the kind that leaves no doubt about the split: never after a
//! syntax error (42601), never after a statement whose [`PartKind::Statement::open`] is set.
//!
//! No input makes it panic, none takes more than linear time and memory, and it needs nothing but the standard
//! library: the web app uses it as well.

mod classify;
mod context;
mod format;
#[cfg(test)]
mod fuzz;
mod keywords;
mod lex;
mod position;
mod significant;
mod split;
mod width;

pub use classify::{Classification, Copy, Danger, DangerKind, TransactionStep, classify};
pub use context::{Context, Expected, Relation, context_at};
pub use format::{FormatOptions, format};
pub use keywords::{Category, keyword, keywords};
pub use lex::{Fault, Kind, Lexer, Settings, StringKind, Token, identifier, lex};
pub use position::{Place, excerpt, place};
pub use split::{MetaCommand, MetaReason, Open, Part, PartKind, split, statement_at};
