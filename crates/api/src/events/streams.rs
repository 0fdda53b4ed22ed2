//! How many event streams are open, in all and for each account.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use howdah_types::problem::Code;
use tokio::sync::watch;

use crate::problem::Failure;

/// The open streams of this process.
pub(crate) struct Streams {
    limit: usize,
    by_account: Mutex<HashMap<String, usize>>,
    total: watch::Sender<usize>,
}

/// One open stream; it is counted until it is dropped.
pub(crate) struct Open {
    streams: Arc<Streams>,
    account: String,
}

impl Streams {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, by_account: Mutex::new(HashMap::new()), total: watch::Sender::new(0) }
    }

    /// Counts one more of `account`.
    pub(crate) fn open(self: &Arc<Self>, account: &str) -> Result<Open, Failure> {
        let mut accounts = self.by_account.lock().unwrap_or_else(PoisonError::into_inner);
        let count = accounts.entry(account.to_owned()).or_default();
        if *count >= self.limit {
            let detail =
                format!("Your account has {} event streams open, which is the most at once.", self.limit);
            return Err(Failure::new(Code::RateLimited, detail));
        }
        *count += 1;
        self.total.send_modify(|total| *total += 1);
        Ok(Open { streams: self.clone(), account: account.to_owned() })
    }

    pub(crate) fn total(&self) -> usize {
        *self.total.borrow()
    }

    /// Changes with the number of open streams.
    pub(crate) fn watch(&self) -> watch::Receiver<usize> {
        self.total.subscribe()
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut accounts = self.streams.by_account.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = accounts.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                accounts.remove(&self.account);
            }
        }
        self.streams.total.send_modify(|total| *total -= 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_has_its_own_limit() {
        let streams = Arc::new(Streams::new(2));
        let first = streams.open("ann").unwrap();
        let _second = streams.open("ann").unwrap();
        assert!(streams.open("ann").is_err());
        let _other = streams.open("bob").unwrap();
        assert_eq!(streams.total(), 3);
        drop(first);
        assert!(streams.open("ann").is_ok(), "a closed stream makes room");
        assert_eq!(streams.total(), 2);
    }
}
