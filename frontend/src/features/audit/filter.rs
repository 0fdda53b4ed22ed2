//! Finding records among those that are loaded.

use howdah_types::audit::{AuditRecord, Outcome};

/// The outcome as a word.
pub(super) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "Done",
        Outcome::Refused => "Refused",
        Outcome::Failed => "Failed",
    }
}

/// Whether every word of `search` is somewhere in the record.
pub(super) fn matches(record: &AuditRecord, search: &str) -> bool {
    let fields = [
        record.account.as_deref().unwrap_or("nobody"),
        &record.action,
        record.object.as_deref().unwrap_or_default(),
        outcome(record.outcome),
        record.code.as_deref().unwrap_or_default(),
        record.address.as_deref().unwrap_or_default(),
        record.request_id.as_deref().unwrap_or_default(),
    ];
    let all = crate::ui::format::folded(&fields.join("\n"));
    crate::ui::format::folded(search).split_whitespace().all(|word| all.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_counts_and_case_does_not() {
        let record = AuditRecord {
            id: 1,
            at: "2026-11-22T10:00:00Z".to_owned(),
            account: Some("Admin".to_owned()),
            address: Some("127.0.0.1".to_owned()),
            action: "database.update".to_owned(),
            object: Some("shop".to_owned()),
            detail: None,
            outcome: Outcome::Done,
            code: None,
            rows: None,
            duration_ms: 1.0,
            request_id: None,
        };
        assert!(matches(&record, "SHOP admin"));
        assert!(matches(&record, " "));
        assert!(!matches(&record, "shop refused"));
    }
}
