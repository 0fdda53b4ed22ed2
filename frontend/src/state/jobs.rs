//! The newest jobs: one list for the tray in the header and the views.

use howdah_types::jobs::Job;
use howdah_types::problem::Problem;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, Api};

/// How many jobs the first page holds.
const FIRST: u32 = 50;

/// The newest jobs, kept up to date by events.
#[derive(Debug, Clone, Copy)]
pub struct Jobs {
    api: Api,
    list: RwSignal<Option<Vec<Job>>>,
    next: RwSignal<Option<String>>,
    problem: RwSignal<Option<Problem>>,
}

impl Jobs {
    pub(super) fn new(api: Api) -> Self {
        Self { api, list: RwSignal::new(None), next: RwSignal::new(None), problem: RwSignal::new(None) }
    }

    /// The jobs, newest first; none until they were read once.
    pub fn list(self) -> RwSignal<Option<Vec<Job>>> {
        self.list
    }

    /// The address of the next older page, if there is one.
    pub fn next(self) -> RwSignal<Option<String>> {
        self.next
    }

    /// Why the last read failed.
    pub fn problem(self) -> RwSignal<Option<Problem>> {
        self.problem
    }

    /// One job by id (tracked).
    pub fn find(self, id: &str) -> Option<Job> {
        self.list.with(|list| list.as_ref()?.iter().find(|job| job.id == id).cloned())
    }

    /// Jobs that have not ended (tracked).
    pub fn active(self) -> Vec<Job> {
        self.list.with(|list| list.iter().flatten().filter(|job| !job.state.is_final()).cloned().collect())
    }

    /// Reads the first page again.
    pub fn reload(self) {
        spawn_local(async move {
            match api::jobs::page(self.api, FIRST).await {
                Ok(page) => {
                    self.list.set(Some(page.items));
                    self.next.set(page.next);
                    self.problem.set(None);
                }
                Err(problem) => self.problem.set(Some(problem)),
            }
        });
    }

    /// Reads the next older page and appends it.
    pub async fn older(self) {
        let Some(next) = self.next.get_untracked() else { return };
        match self.api.page::<Job>(&next).await {
            Ok(page) => {
                self.list.update(|list| list.get_or_insert_default().extend(page.items));
                self.next.set(page.next);
            }
            Err(problem) => self.problem.set(Some(problem)),
        }
    }

    /// Forgets what one account could see.
    pub fn clear(self) {
        self.list.set(None);
        self.next.set(None);
    }

    /// Takes a job as the server last told it.
    pub fn put(self, job: Job) {
        self.list.update(|list| {
            let list = list.get_or_insert_default();
            match list.iter_mut().find(|known| known.id == job.id) {
                Some(known) => *known = job,
                None => list.insert(0, job),
            }
        });
    }
}
