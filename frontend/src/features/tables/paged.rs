//! A list that grows page by page, as its `Link` header leads.

use std::future::Future;

use howdah_types::problem::Problem;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;

use crate::api::{Api, Page, Result};

/// The pages read so far. What is on screen stays until the next answer is there.
#[derive(Debug)]
pub(crate) struct Paged<T: Send + Sync + 'static> {
    /// None until the first answer.
    pub(crate) items: RwSignal<Option<Vec<T>>>,
    pub(crate) next: RwSignal<Option<String>>,
    /// Why the last read failed.
    pub(crate) problem: RwSignal<Option<Problem>>,
    pub(crate) reading: RwSignal<bool>,
    turn: StoredValue<u32>,
}

impl<T: Send + Sync + 'static> Clone for Paged<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Paged<T> {}

impl<T: Send + Sync + Clone + DeserializeOwned + 'static> Paged<T> {
    pub(crate) fn new() -> Self {
        Self {
            items: RwSignal::new(None),
            next: RwSignal::new(None),
            problem: RwSignal::new(None),
            reading: RwSignal::new(false),
            turn: StoredValue::new(0),
        }
    }

    /// Takes the answer of `first` as the first page; an answer that comes after a newer call is dropped.
    pub(crate) fn start(self, first: impl Future<Output = Result<Page<T>>> + 'static) {
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        self.reading.set(true);
        spawn_local(async move {
            let answer = first.await;
            if self.turn.try_get_value() == Some(turn) {
                self.take(answer, false);
            }
        });
    }

    /// Reads the next page and appends it.
    pub(crate) fn more(self, api: Api) {
        let Some(next) = self.next.get_untracked() else { return };
        if self.reading.get_untracked() {
            return;
        }
        let turn = self.turn.get_value();
        self.reading.set(true);
        spawn_local(async move {
            let answer = api.page(&next).await;
            if self.turn.try_get_value() == Some(turn) {
                self.take(answer, true);
            }
        });
    }

    /// Forgets all, as when something else is to be shown in its place.
    pub(crate) fn clear(self) {
        self.items.set(None);
        self.next.set(None);
        self.problem.set(None);
    }

    fn take(self, answer: Result<Page<T>>, append: bool) {
        match answer {
            Ok(page) => {
                self.next.try_set(page.next);
                self.items.try_update(|items| match items {
                    Some(items) if append => items.extend(page.items),
                    _ => *items = Some(page.items),
                });
                self.problem.try_set(None);
            }
            Err(problem) => {
                self.problem.try_set(Some(problem));
            }
        }
        self.reading.try_set(false);
    }
}
