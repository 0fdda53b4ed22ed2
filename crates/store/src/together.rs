//! Work that many ask for at once and that is done for all of them in one go, as a database commits in groups.
//!
//! What is asked for while the work runs waits for the next turn: so nobody is answered by work that had begun before.
//! The work runs in a task of its own, and goes on when whoever asked for it goes away.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

/// The most that is done in one turn.
const MOST: usize = 100;

/// Items of work, and an answer for each.
pub(crate) struct Together<T, R> {
    state: Arc<Mutex<State<T, R>>>,
}

struct State<T, R> {
    waiting: Vec<(T, oneshot::Sender<R>)>,
    /// A task takes what waits.
    runs: bool,
}

impl<T, R> Default for Together<T, R> {
    fn default() -> Self {
        Self { state: Arc::new(Mutex::new(State { waiting: Vec::new(), runs: false })) }
    }
}

impl<T: Send + 'static, R: Send + 'static> Together<T, R> {
    /// Has `work` done for this item, along with others; it answers for each of its items, in their order. None: the
    /// work ended without an answer.
    pub(crate) async fn add<W, F>(&self, item: T, work: W) -> Option<R>
    where
        W: Fn(Vec<T>) -> F + Send + 'static,
        F: Future<Output = Vec<R>> + Send,
    {
        let (answer, answered) = oneshot::channel();
        let idle = {
            let mut state = lock(&self.state);
            state.waiting.push((item, answer));
            !mem::replace(&mut state.runs, true)
        };
        if idle {
            let mut turn = Turn { state: Arc::clone(&self.state), over: false };
            tokio::spawn(async move {
                while let Some(waiting) = turn.take() {
                    let (items, answers): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
                    for (answer, result) in answers.into_iter().zip(work(items).await) {
                        // Whoever asked may have gone.
                        let _ = answer.send(result);
                    }
                }
            });
        }
        answered.await.ok()
    }
}

/// The right to take what waits. Where the work breaks down, those who wait are told by that.
struct Turn<T, R> {
    state: Arc<Mutex<State<T, R>>>,
    over: bool,
}

impl<T, R> Turn<T, R> {
    fn take(&mut self) -> Option<Vec<(T, oneshot::Sender<R>)>> {
        let mut state = lock(&self.state);
        if state.waiting.is_empty() {
            (state.runs, self.over) = (false, true);
            return None;
        }
        let count = state.waiting.len().min(MOST);
        Some(state.waiting.drain(..count).collect())
    }
}

impl<T, R> Drop for Turn<T, R> {
    fn drop(&mut self) {
        if !self.over {
            let mut state = lock(&self.state);
            state.runs = false;
            state.waiting.clear();
        }
    }
}

fn lock<T, R>(state: &Mutex<State<T, R>>) -> MutexGuard<'_, State<T, R>> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::sync::Semaphore;

    use super::*;

    #[tokio::test]
    async fn what_comes_while_it_runs_is_done_in_one_more_turn() {
        let (together, turns, gate) =
            (Arc::new(Together::default()), Arc::new(AtomicUsize::new(0)), Arc::new(Semaphore::new(0)));
        let ask = |number: usize| {
            let (together, turns, gate) = (Arc::clone(&together), Arc::clone(&turns), Arc::clone(&gate));
            tokio::spawn(async move {
                let work = move |items: Vec<usize>| {
                    let (turns, gate) = (Arc::clone(&turns), Arc::clone(&gate));
                    async move {
                        turns.fetch_add(1, Ordering::SeqCst);
                        let _ = gate.acquire().await.map(tokio::sync::SemaphorePermit::forget);
                        items.into_iter().map(|item| item * 10).collect()
                    }
                };
                together.add(number, work).await
            })
        };
        let first = ask(1);
        while turns.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        let others: Vec<_> = (2..=20).map(ask).collect();
        while lock(&together.state).waiting.len() < others.len() {
            tokio::task::yield_now().await;
        }
        // Whoever asked first has gone; the work is done all the same.
        first.abort();
        gate.add_permits(20);
        for (number, other) in (2..=20).zip(others) {
            assert_eq!(other.await.unwrap(), Some(number * 10));
        }
        assert_eq!(turns.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn work_that_breaks_down_leaves_nobody_waiting() {
        let together = Together::<u8, u8>::default();
        let broken = |_: Vec<u8>| async { panic!("as it should be") };
        assert_eq!(together.add(1, broken).await, None);
        assert_eq!(together.add(1, |items: Vec<u8>| async move { items }).await, Some(1));
    }
}
