//! What the objects of the wire are called on screen.

use howdah_types::changes::LockMode;
use howdah_types::database_types::{DatabaseType, DatabaseTypeKind};
use howdah_types::functions::{FunctionKind, Volatility};
use howdah_types::table_details::TriggerEnabled;

use crate::ui::TagKind;

pub(super) fn type_kind(kind: DatabaseTypeKind) -> &'static str {
    match kind {
        DatabaseTypeKind::Enum => "enum",
        DatabaseTypeKind::Domain => "domain",
        DatabaseTypeKind::Composite => "composite",
        DatabaseTypeKind::Range => "range",
        DatabaseTypeKind::Multirange => "multirange",
        DatabaseTypeKind::Base => "base",
    }
}

/// What a type is made of, in a line.
pub(super) fn type_note(one: &DatabaseType) -> String {
    match (&one.labels, &one.base_type) {
        (Some(labels), _) => labels.join(", "),
        (None, Some(base)) => base.clone(),
        (None, None) => String::new(),
    }
}

pub(super) fn function_kind(kind: FunctionKind) -> &'static str {
    match kind {
        FunctionKind::Function => "function",
        FunctionKind::Procedure => "procedure",
        FunctionKind::Aggregate => "aggregate",
        FunctionKind::Window => "window function",
    }
}

pub(super) fn volatility(volatility: Volatility) -> &'static str {
    match volatility {
        Volatility::Immutable => "immutable",
        Volatility::Stable => "stable",
        Volatility::Volatile => "volatile",
    }
}

/// A mark for everything but the ordinary.
pub(crate) fn enabled(enabled: TriggerEnabled) -> Option<(TagKind, &'static str)> {
    match enabled {
        TriggerEnabled::Origin => None,
        TriggerEnabled::Always => Some((TagKind::Plain, "always")),
        TriggerEnabled::Replica => Some((TagKind::Plain, "on replicas only")),
        TriggerEnabled::Disabled => Some((TagKind::Warn, "disabled")),
    }
}

/// What a lock means for everybody else, and how bad that is.
pub(super) fn lock_words(mode: LockMode) -> (TagKind, &'static str) {
    match mode {
        LockMode::AccessShare | LockMode::RowShare | LockMode::RowExclusive => {
            (TagKind::Plain, "others read and write")
        }
        LockMode::ShareUpdateExclusive => {
            (TagKind::Plain, "others read and write, but do not change the structure")
        }
        LockMode::Share | LockMode::ShareRowExclusive | LockMode::Exclusive => {
            (TagKind::Warn, "others read, writes wait")
        }
        LockMode::AccessExclusive => (TagKind::Warn, "reads and writes wait"),
    }
}
