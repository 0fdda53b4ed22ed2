//! What is known of a server, and whether it is up.

use std::sync::Arc;

use howdah_types::servers::{Server as Info, ServerState};
use tokio::sync::{Notify, watch};
use tokio_postgres::Row;

use crate::connect::Seen;

pub(super) struct Facts {
    state: watch::Sender<Info>,
    nudge: Arc<Notify>,
}

impl Facts {
    pub(super) fn new(id: String, name: String, private: bool, nudge: Arc<Notify>) -> Self {
        let info = Info {
            id,
            name,
            state: ServerState::Down,
            detail: Some("It was not reached yet.".to_owned()),
            version: None,
            version_number: None,
            role: None,
            superuser: false,
            private,
        };
        Self { state: watch::Sender::new(info), nudge }
    }

    pub(super) fn info(&self) -> Info {
        self.state.borrow().clone()
    }

    pub(super) fn subscribe(&self) -> watch::Receiver<Info> {
        self.state.subscribe()
    }

    /// With a row of ping.sql.
    pub(super) fn is_up(&self, row: &Row) {
        self.change(|info| {
            info.state = ServerState::Up;
            info.detail = None;
            info.version_number = row.try_get(0).ok();
            info.version = row.try_get::<_, String>(1).ok().as_deref().map(first_word);
            info.role = row.try_get(2).ok();
            info.superuser = row.try_get(3).unwrap_or(false);
        });
    }

    pub(super) fn is_down(&self, why: &str) {
        self.change(|info| {
            info.state = ServerState::Down;
            info.detail =
                Some(format!("{why}. Howdah tries again by itself, at the latest after 15 seconds."));
        });
    }

    /// Tells the followers only of what is new.
    fn change(&self, change: impl FnOnce(&mut Info)) {
        self.state.send_if_modified(|info| {
            let before = info.clone();
            change(info);
            if before.state != info.state {
                tracing::info!(server = info.id, state = ?info.state, detail = info.detail, "the server's state");
            }
            *info != before
        });
    }
}

impl Seen for Facts {
    fn connected(&self, version: Option<&str>) {
        let number = version.and_then(number);
        if number.is_some() && self.state.borrow().version_number != number {
            self.change(|info| {
                info.version_number = number;
                info.version = version.map(first_word);
            });
        }
        if self.state.borrow().state == ServerState::Down {
            self.nudge.notify_one();
        }
    }

    fn failed(&self, error: &tokio_postgres::Error) {
        if error.as_db_error().is_none() {
            self.nudge.notify_one();
        }
    }
}

/// `15.18 (Debian 15.18-1)` → `15.18`.
fn first_word(version: &str) -> String {
    version.split_whitespace().next().unwrap_or(version).to_owned()
}

/// `15.18 (Debian …)` → 150018, `19beta1` → 190000.
fn number(version: &str) -> Option<i32> {
    let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
    let major: i32 = digits(version).parse().ok()?;
    let minor = version.split_once('.').and_then(|(_, rest)| digits(rest).parse().ok()).unwrap_or(0);
    Some(major * 10_000 + minor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(number("15.18 (Debian 15.18-0+deb12u1)"), Some(150_018));
        assert_eq!(number("19beta1"), Some(190_000));
        assert_eq!(number("18rc1.2"), Some(180_002));
        assert_eq!(number("?"), None);
        assert_eq!(first_word("18.1 (Debian 18.1-1)"), "18.1");
    }
}
