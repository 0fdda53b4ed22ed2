//! The newest jobs: one list for the tray in the header and the views.

use std::collections::HashSet;

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
    /// Grows with each read of the first page: only the answer to the last one counts, and none after a sign-out.
    turn: StoredValue<u32>,
    /// Jobs that the server told of since the first page was asked for: they are newer than the answer may be.
    told: StoredValue<HashSet<String>>,
}

impl Jobs {
    pub(super) fn new(api: Api) -> Self {
        Self {
            api,
            list: RwSignal::new(None),
            next: RwSignal::new(None),
            problem: RwSignal::new(None),
            turn: StoredValue::new(0),
            told: StoredValue::new(HashSet::new()),
        }
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
        let turn = self.begin();
        spawn_local(async move {
            let answer = api::jobs::page(self.api, FIRST).await;
            if self.turn.get_value() != turn {
                return;
            }
            match answer {
                Ok(page) => {
                    let told = self.told.get_value();
                    self.list.update(|list| *list = Some(merged(page.items, list.take(), &told)));
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
        let turn = self.turn.get_value();
        let answer = self.api.page::<Job>(&next).await;
        // Meanwhile the list may have begun anew, or this page may be there already.
        if self.turn.get_value() != turn || self.next.get_untracked().as_deref() != Some(next.as_str()) {
            return;
        }
        match answer {
            Ok(page) => {
                self.list.update(|list| {
                    let list = list.get_or_insert_default();
                    let known: HashSet<String> = list.iter().map(|job| job.id.clone()).collect();
                    list.extend(page.items.into_iter().filter(|job| !known.contains(&job.id)));
                });
                self.next.set(page.next);
            }
            Err(problem) => self.problem.set(Some(problem)),
        }
    }

    fn begin(self) -> u32 {
        let turn = self.turn.get_value().wrapping_add(1);
        self.turn.set_value(turn);
        self.told.update_value(HashSet::clear);
        turn
    }

    /// Forgets what one account could see.
    pub fn clear(self) {
        self.begin();
        self.list.set(None);
        self.next.set(None);
        self.problem.set(None);
    }

    /// Takes a job as the server last told it.
    pub fn put(self, job: Job) {
        self.told.update_value(|told| {
            told.insert(job.id.clone());
        });
        self.list.update(|list| {
            let list = list.get_or_insert_default();
            match list.iter_mut().find(|known| known.id == job.id) {
                // What has ended does not run again: the answer to a question may be older than an event.
                Some(known) if known.state.is_final() && !job.state.is_final() => {}
                Some(known) => *known = job,
                None => list.insert(0, job),
            }
        });
    }
}

/// The answer to a question, without what is older in it than what was told since.
fn merged(answer: Vec<Job>, known: Option<Vec<Job>>, told: &HashSet<String>) -> Vec<Job> {
    let mut newer: Vec<Job> = known.into_iter().flatten().filter(|job| told.contains(&job.id)).collect();
    let mut list: Vec<Job> = answer
        .into_iter()
        .map(|job| match newer.iter().position(|one| one.id == job.id) {
            Some(at) => newer.remove(at),
            None => job,
        })
        .collect();
    list.splice(0..0, newer);
    list
}

#[cfg(test)]
mod tests {
    use howdah_types::jobs::JobState;

    use super::*;

    fn job(id: &str, state: JobState) -> Job {
        Job {
            id: id.to_owned(),
            kind: String::new(),
            title: String::new(),
            state,
            progress: None,
            phase: None,
            account: String::new(),
            database: None,
            created_at: String::new(),
            started_at: None,
            finished_at: None,
            error: None,
        }
    }

    #[test]
    fn an_older_answer_does_not_take_back_what_an_event_told() {
        let answer = vec![job("b", JobState::Running), job("a", JobState::Running)];
        let known =
            vec![job("c", JobState::Queued), job("a", JobState::Succeeded), job("b", JobState::Failed)];
        let told = HashSet::from(["a".to_owned(), "c".to_owned()]);
        let list: Vec<(String, JobState)> =
            merged(answer, Some(known), &told).into_iter().map(|job| (job.id, job.state)).collect();
        let wanted = [("c", JobState::Queued), ("b", JobState::Running), ("a", JobState::Succeeded)];
        assert_eq!(list, wanted.map(|(id, state)| (id.to_owned(), state)));
    }
}
