//! Something that is read from the server.

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;
use leptos::task::spawn_local;

/// A value that is read now, and again whenever a signal that its function touches changes.
///
/// It is none until the first answer; then the last answer stays until the next one is there. Answers that were
/// overtaken by a newer question are dropped.
pub struct Reading<T: 'static> {
    value: RwSignal<Option<T>>,
    again: RwSignal<u32>,
}

impl<T> std::fmt::Debug for Reading<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").finish_non_exhaustive()
    }
}

impl<T> Clone for Reading<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Reading<T> {}

impl<T: Clone + Send + Sync> Reading<T> {
    /// Reads with `ask`: what it touches before its first await is what it depends on.
    pub fn new<F: Future<Output = T> + 'static>(ask: impl Fn() -> F + 'static) -> Self {
        Self::boxed(Box::new(move || Box::pin(ask())))
    }

    fn boxed(ask: Box<dyn Fn() -> Pin<Box<dyn Future<Output = T>>>>) -> Self {
        let reading = Self { value: RwSignal::new(None), again: RwSignal::new(0) };
        let turn = StoredValue::new(0_u32);
        Effect::new(move |_| {
            reading.again.track();
            let answer = ask();
            let mine = turn.get_value().wrapping_add(1);
            turn.set_value(mine);
            spawn_local(async move {
                let answer = answer.await;
                if turn.try_get_value() == Some(mine) {
                    let _ = reading.value.try_set(Some(answer));
                }
            });
        });
        reading
    }

    /// The last answer (tracked).
    pub fn get(&self) -> Option<T> {
        self.value.try_get().flatten()
    }

    /// Whether there is no answer yet (tracked).
    pub fn waiting(&self) -> bool {
        self.value.try_with(Option::is_none).unwrap_or(false)
    }

    /// Asks again.
    pub fn refetch(&self) {
        let _ = self.again.try_update(|again| *again = again.wrapping_add(1));
    }
}
