//! Notices databases that were made, changed or dropped, by whomever.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use super::Server;
use crate::error::Error;
use crate::trace::Trace;

/// Name and hash of each database, by oid.
type Seen = HashMap<u32, (String, i64)>;

pub(super) async fn run(server: &Server, interval: Duration, changed: impl Fn(Vec<String>) + Send) {
    let mut before: Option<Seen> = None;
    while !server.is_closed() {
        if let Ok(now) = look(server).await {
            if let Some(before) = &before {
                let names = differences(before, &now);
                if !names.is_empty() {
                    changed(names);
                }
            }
            before = Some(now);
        }
        tokio::time::sleep(interval).await;
    }
}

async fn look(server: &Server) -> Result<Seen, Error> {
    let doing = "looking for changed databases";
    let session = server.maintenance(&Trace::new()).await?;
    let rows = session.query(doing, include_str!("watch.sql"), &[]).await?;
    let read = |row: &tokio_postgres::Row| Ok((row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?)));
    rows.iter()
        .map(read)
        .collect::<Result<_, tokio_postgres::Error>>()
        .map_err(|error| Error::shape(doing, error))
}

fn differences(before: &Seen, now: &Seen) -> Vec<String> {
    let mut names = BTreeSet::new();
    for (oid, (name, hash)) in now {
        match before.get(oid) {
            Some((old, old_hash)) if old == name && old_hash == hash => {}
            Some((old, _)) => names.extend([old, name]),
            None => names.extend([name]),
        }
    }
    names.extend(before.iter().filter(|(oid, _)| !now.contains_key(oid)).map(|(_, (name, _))| name));
    names.into_iter().cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_changed_renamed_and_dropped_are_told() {
        let seen = |list: &[(u32, &str, i64)]| -> Seen {
            list.iter().map(|(oid, name, hash)| (*oid, ((*name).to_owned(), *hash))).collect()
        };
        let before = seen(&[(1, "same", 0), (2, "changed", 0), (3, "old", 0), (4, "dropped", 0)]);
        let now = seen(&[(1, "same", 0), (2, "changed", 1), (3, "new", 2), (5, "made", 0)]);
        assert_eq!(differences(&before, &now), ["changed", "dropped", "made", "new", "old"]);
        assert!(differences(&now, &now).is_empty());
    }
}
