//! Short messages in the corner, read out by screen readers.

use std::time::Duration;

use leptos::prelude::*;

/// How a message is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToastKind {
    Done,
    Info,
    Failed,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    pub id: u32,
    pub kind: ToastKind,
    pub text: String,
    /// Where to look: a label and an address of the app.
    pub link: Option<(String, String)>,
}

/// The messages that are on screen.
#[derive(Debug, Clone, Copy)]
pub struct Toasts {
    list: RwSignal<Vec<Toast>>,
    next: StoredValue<u32>,
}

impl Toasts {
    pub(super) fn new() -> Self {
        Self { list: RwSignal::new(Vec::new()), next: StoredValue::new(0) }
    }

    /// The messages, oldest first.
    pub fn list(self) -> RwSignal<Vec<Toast>> {
        self.list
    }

    /// Something was done.
    pub fn done(self, text: impl Into<String>) {
        self.push(ToastKind::Done, text.into(), None);
    }

    /// Something is worth knowing.
    pub fn info(self, text: impl Into<String>) {
        self.push(ToastKind::Info, text.into(), None);
    }

    /// Something was done, and there is a place to see it.
    pub fn done_at(self, text: impl Into<String>, label: impl Into<String>, address: impl Into<String>) {
        self.push(ToastKind::Done, text.into(), Some((label.into(), address.into())));
    }

    /// Something failed and has no better place to say so. Errors of a form belong beside the form.
    pub fn failed(self, text: impl Into<String>) {
        self.push(ToastKind::Failed, text.into(), None);
    }

    /// Takes one away.
    pub fn dismiss(self, id: u32) {
        self.list.update(|list| list.retain(|toast| toast.id != id));
    }

    fn push(self, kind: ToastKind, text: String, link: Option<(String, String)>) {
        let id = self.next.get_value();
        self.next.set_value(id.wrapping_add(1));
        self.list.update(|list| {
            if list.len() >= 4 {
                list.remove(0);
            }
            list.push(Toast { id, kind, text, link });
        });
        let seconds = if kind == ToastKind::Failed { 12 } else { 6 };
        set_timeout(move || self.dismiss(id), Duration::from_secs(seconds));
    }
}
