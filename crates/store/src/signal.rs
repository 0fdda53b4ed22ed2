//! What processes of one store tell each other: notifications on one channel, so that one connection listens to all.

use deadpool_postgres::GenericClient;

use crate::db;
use crate::error::Error;

/// The channel of all notifications. A channel belongs to a database, as the schema `howdah` does.
pub(crate) const CHANNEL: &str = "howdah";

/// The payload of a notification. It only says what to look at: no content, which could be longer than the 8,000
/// bytes of a notification and would go past the order of the tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Signal {
    /// There is a new row in `event`.
    Event,
    /// Sessions, tokens or rights have changed: believe nothing that was read before.
    Session,
    /// A job is waiting to be run.
    JobQueued,
    /// The job is to be cancelled.
    JobCancel(String),
    /// The job's log has grown.
    JobLog(String),
}

impl Signal {
    pub(crate) fn payload(&self) -> String {
        match self {
            Self::Event => "event".to_owned(),
            Self::Session => "session".to_owned(),
            Self::JobQueued => "job".to_owned(),
            Self::JobCancel(id) => format!("cancel:{id}"),
            Self::JobLog(id) => format!("log:{id}"),
        }
    }

    /// `None` for what a newer process may say.
    pub(crate) fn parse(payload: &str) -> Option<Self> {
        match payload.split_once(':') {
            None if payload == "event" => Some(Self::Event),
            None if payload == "session" => Some(Self::Session),
            None if payload == "job" => Some(Self::JobQueued),
            Some(("cancel", id)) => Some(Self::JobCancel(id.to_owned())),
            Some(("log", id)) => Some(Self::JobLog(id.to_owned())),
            _ => None,
        }
    }

    /// Tells all processes, this one too; inside a transaction when it is committed.
    pub(crate) async fn send<C: GenericClient>(&self, client: &C) -> Result<(), Error> {
        let sql = "SELECT pg_catalog.pg_notify($1, $2)";
        db::query(client, "notifying other processes", sql, &[&CHANNEL, &self.payload()]).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_read_as_they_were_written() {
        let id = "0199b2c0-6d7e-7c3a-9d0e-0a2b4c6d8e0f".to_owned();
        let signals = [
            Signal::Event,
            Signal::Session,
            Signal::JobQueued,
            Signal::JobCancel(id.clone()),
            Signal::JobLog(id),
        ];
        for signal in signals {
            assert_eq!(Signal::parse(&signal.payload()), Some(signal));
        }
        assert_eq!(Signal::parse("something newer"), None);
    }
}
