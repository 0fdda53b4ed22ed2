//! Steps that lead back to what was staged before. A step holds only what it changed, and all of them together hold a
//! bounded number of bytes: one pastes large values more than once.

use std::collections::VecDeque;
use std::sync::Arc;

use howdah_types::row_changes::NewValue;

use super::staged::{Changes, Id, Origin, Values};

/// Steps that can be taken back.
const STEPS: usize = 200;
/// Bytes that they hold at most, except that the last step is always kept.
const BYTES: usize = 8 * 1024 * 1024;
/// What an entry takes beside its texts, about.
const ENTRY: usize = 120;

/// What differs between two states, as it is in one of them.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    updates: Vec<(Id, Option<(Origin, Values)>)>,
    deletes: Vec<(Id, Option<Origin>)>,
    inserts: Option<Vec<(u32, Values)>>,
    bytes: usize,
}

/// The steps to what was, and from there to what is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct History {
    past: VecDeque<Step>,
    future: Vec<Step>,
    /// Steps were given up for want of room.
    pub(super) forgot: bool,
}

impl Step {
    /// What of `before` is another in `after`; none when they are the same.
    fn back(before: &Changes, after: &Changes) -> Option<Self> {
        let mut step = Self { updates: Vec::new(), deletes: Vec::new(), inserts: None, bytes: 0 };
        for (id, held) in &before.updates {
            if !after.updates.get(id).is_some_and(|now| same_row(now, held)) {
                step.updates.push((id.clone(), Some(held.clone())));
            }
        }
        let fresh = after.updates.keys().filter(|id| !before.updates.contains_key(*id));
        step.updates.extend(fresh.map(|id| (id.clone(), None)));
        for (id, held) in &before.deletes {
            if !after.deletes.get(id).is_some_and(|now| same(now, held)) {
                step.deletes.push((id.clone(), Some(held.clone())));
            }
        }
        let fresh = after.deletes.keys().filter(|id| !before.deletes.contains_key(*id));
        step.deletes.extend(fresh.map(|id| (id.clone(), None)));
        if before.inserts != after.inserts {
            step.inserts = Some(before.inserts.clone());
        }
        step.bytes = step.weight(after);
        let any = !step.updates.is_empty() || !step.deletes.is_empty() || step.inserts.is_some();
        any.then_some(step)
    }

    /// Goes there, and answers the way back.
    fn take(self, now: &mut Changes) -> Self {
        let before = now.clone();
        for (id, held) in self.updates {
            match held {
                Some(held) => drop(now.updates.insert(id, held)),
                None => drop(now.updates.remove(&id)),
            }
        }
        for (id, held) in self.deletes {
            match held {
                Some(held) => drop(now.deletes.insert(id, held)),
                None => drop(now.deletes.remove(&id)),
            }
        }
        if let Some(inserts) = self.inserts {
            now.inserts = inserts;
        }
        let nothing = Self { updates: Vec::new(), deletes: Vec::new(), inserts: None, bytes: 0 };
        Self::back(&before, now).unwrap_or(nothing)
    }

    /// Its texts that the state beside it does not share, and its entries.
    fn weight(&self, beside: &Changes) -> usize {
        let updates = self.updates.iter().filter_map(|(_, held)| held.as_ref()).map(|(_, set)| texts(set));
        let inserts = self.inserts.iter().flatten();
        let own = inserts.clone().filter(|(id, values)| {
            !beside.inserts.iter().any(|(one, now)| one == id && Arc::ptr_eq(now, values))
        });
        let entries = self.updates.len() + self.deletes.len() + inserts.count();
        updates.sum::<usize>() + own.map(|(_, values)| texts(values)).sum::<usize>() + entries * ENTRY
    }
}

fn same(one: &Origin, other: &Origin) -> bool {
    Arc::ptr_eq(&one.record, &other.record) || one.record == other.record
}

fn same_row(one: &(Origin, Values), other: &(Origin, Values)) -> bool {
    same(&one.0, &other.0) && one.1 == other.1
}

fn texts(values: &Values) -> usize {
    let length = |value: &NewValue| if let NewValue::Text(text) = value { text.len() } else { 0 };
    values.values().map(length).sum()
}

impl History {
    /// Remembers the way from `after` back to `before`.
    pub(super) fn note(&mut self, before: &Changes, after: &Changes) {
        if let Some(step) = Step::back(before, after) {
            self.past.push_back(step);
            self.future.clear();
            self.forget();
        }
    }

    fn forget(&mut self) {
        let mut bytes: usize = self.past.iter().map(|step| step.bytes).sum();
        while self.past.len() > 1 && (self.past.len() > STEPS || bytes > BYTES) {
            bytes -= self.past.pop_front().map_or(0, |step| step.bytes);
            self.forgot = true;
        }
    }

    /// Takes back a step; false when there is none.
    pub(super) fn undo(&mut self, now: &mut Changes) -> bool {
        let Some(step) = self.past.pop_back() else { return false };
        self.future.push(step.take(now));
        true
    }

    /// Takes the step again.
    pub(super) fn redo(&mut self, now: &mut Changes) -> bool {
        let Some(step) = self.future.pop() else { return false };
        self.past.push_back(step.take(now));
        self.forget();
        true
    }

    #[cfg(test)]
    fn held(&self) -> (usize, usize) {
        (self.past.len(), self.past.iter().map(|step| step.bytes).sum())
    }
}

#[cfg(test)]
mod tests {
    use howdah_types::row_changes::NewValues;

    use super::*;

    fn row(text: String) -> Values {
        Arc::new(NewValues::from([("a".to_owned(), NewValue::Text(text))]))
    }

    #[test]
    fn steps_hold_what_they_changed_and_not_all_that_is_staged() {
        let (mut now, mut history) = (Changes::default(), History::default());
        now.inserts = (0..900).map(|id| (id, row("x".repeat(100_000)))).collect();
        for turn in 0..100_u32 {
            let before = now.clone();
            now.inserts[0].1 = row(turn.to_string());
            history.note(&before, &now);
        }
        let (steps, bytes) = history.held();
        assert!(bytes <= BYTES && !(steps == 100 && bytes < 100_000), "{steps} steps, {bytes} bytes");
        let before = now.clone();
        assert!(history.undo(&mut now));
        assert_eq!(now.inserts[0].1, row("98".to_owned()));
        assert!(history.redo(&mut now));
        assert_eq!(now, before);
    }

    #[test]
    fn what_does_not_fit_is_forgotten_and_that_is_known() {
        let (mut now, mut history) = (Changes::default(), History::default());
        now.inserts = vec![(1, row(String::new()))];
        for turn in 0..30_u8 {
            let before = now.clone();
            now.inserts[0].1 = row(char::from(b'a' + turn % 26).to_string().repeat(1024 * 1024));
            history.note(&before, &now);
        }
        let (steps, bytes) = history.held();
        assert!(steps < 10 && bytes <= BYTES, "{steps} steps, {bytes} bytes");
        assert!(history.forgot);
        let mut undone = 0;
        while history.undo(&mut now) {
            undone += 1;
        }
        assert_eq!(undone, steps);
    }
}
