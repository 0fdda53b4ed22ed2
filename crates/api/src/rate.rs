//! Token buckets by key, bounded in memory.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many at once, and how many per second after that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// The most at once.
    pub burst: u32,
    /// How fast the bucket fills again.
    pub per_second: f64,
}

/// Buckets kept at most; beyond that the full ones are forgotten, which changes nothing for their owners.
const KEYS: usize = 20_000;

/// One bucket per key.
pub(crate) struct Limiter<K> {
    rate: Rate,
    buckets: Mutex<HashMap<K, (f64, Instant)>>,
}

impl<K: Hash + Eq> Limiter<K> {
    pub(crate) fn new(rate: Rate) -> Self {
        Self { rate, buckets: Mutex::new(HashMap::new()) }
    }

    /// Takes one from the bucket of `key`; or says how long to wait until there is one.
    pub(crate) fn take(&self, key: K) -> Result<(), Duration> {
        self.take_at(key, Instant::now())
    }

    fn take_at(&self, key: K, now: Instant) -> Result<(), Duration> {
        let Rate { burst, per_second } = self.rate;
        let filled = |(level, since): (f64, Instant)| {
            let gained = now.saturating_duration_since(since).as_secs_f64() * per_second;
            (level + gained).min(f64::from(burst))
        };
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= KEYS {
            buckets.retain(|_, bucket| filled(*bucket) < f64::from(burst));
            if buckets.len() >= KEYS {
                // Thousands of addresses at once: better to start anew than to grow without bound.
                buckets.clear();
            }
        }
        let bucket = buckets.entry(key).or_insert((f64::from(burst), now));
        *bucket = (filled(*bucket), now);
        if bucket.0 >= 1.0 {
            bucket.0 -= 1.0;
            Ok(())
        } else {
            let wait = (1.0 - bucket.0) / per_second.max(0.001);
            Err(Duration::from_secs_f64(wait.min(3600.0)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let limiter = Limiter::new(Rate { burst: 2, per_second: 0.5 });
        let start = Instant::now();
        assert!(limiter.take_at("a", start).is_ok());
        assert!(limiter.take_at("a", start).is_ok());
        assert_eq!(limiter.take_at("a", start), Err(Duration::from_secs(2)));
        assert!(limiter.take_at("b", start).is_ok(), "another key has its own bucket");
        assert!(limiter.take_at("a", start + Duration::from_secs(2)).is_ok());
    }

    #[test]
    fn memory_is_bounded() {
        let limiter = Limiter::new(Rate { burst: 2, per_second: 0.1 });
        let start = Instant::now();
        for key in 0..3 * KEYS {
            let _ = limiter.take_at(key, start);
        }
        assert!(limiter.buckets.lock().unwrap().len() <= KEYS);
    }
}
