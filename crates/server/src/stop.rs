//! Signals: the first asks for a graceful stop, the second for an immediate one.

use std::sync::Arc;

use anyhow::Context;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// What was asked for; clones see the same.
#[derive(Debug, Clone)]
pub(crate) struct Stop {
    asked: watch::Receiver<u8>,
    sender: Arc<watch::Sender<u8>>,
}

impl Stop {
    /// Listens to SIGINT, SIGTERM and, unless the process was started to ignore it (nohup), SIGHUP.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        let (sender, asked) = watch::channel(0_u8);
        let sender = Arc::new(sender);
        let mut kinds = vec![("SIGINT", SignalKind::interrupt()), ("SIGTERM", SignalKind::terminate())];
        if !ignores_hangup(&std::fs::read_to_string("/proc/self/status").unwrap_or_default()) {
            kinds.push(("SIGHUP", SignalKind::hangup()));
        }
        for (name, kind) in kinds {
            let mut signals = signal(kind).with_context(|| format!("listen to {name}"))?;
            let sender = Arc::clone(&sender);
            tokio::spawn(async move {
                while signals.recv().await.is_some() {
                    sender.send_modify(|times| *times = times.saturating_add(1));
                    tracing::info!(signal = name, again = *sender.borrow() > 1, "asked to stop");
                }
            });
        }
        Ok(Self { asked, sender })
    }

    /// Asks from inside, because something fatal happened.
    pub(crate) fn ask(&self) {
        self.sender.send_modify(|times| *times = (*times).max(1));
    }

    /// Ready once a stop is asked for.
    pub(crate) async fn requested(&self) {
        self.reached(1).await;
    }

    /// Ready once it was asked for twice.
    pub(crate) async fn insisted(&self) {
        self.reached(2).await;
    }

    async fn reached(&self, count: u8) {
        let mut asked = self.asked.clone();
        // The sender lives as long as this value: it cannot be closed.
        let _ = asked.wait_for(|times| *times >= count).await;
    }
}

/// SIGHUP is the lowest bit of the mask of ignored signals.
fn ignores_hangup(status: &str) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[cfg(test)]
mod tests {
    use super::ignores_hangup;

    #[test]
    fn nohup_is_seen() {
        assert!(ignores_hangup("SigBlk:\t0000000000000000\nSigIgn:\t0000000000001001\n"));
        assert!(!ignores_hangup("SigIgn:\t0000000000001000\n"));
        assert!(!ignores_hangup(""));
    }
}
