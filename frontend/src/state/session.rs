//! Who is signed in.

use std::sync::Arc;

use howdah_types::permissions::Permission;
use howdah_types::session::Session as Who;
use js_sys::{Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use super::Toasts;
use crate::api::{self, Api};

/// Where the sign-in stands.
#[derive(Debug, Clone, PartialEq)]
pub enum SignIn {
    /// Not asked yet: the page has just been opened.
    Unknown,
    /// Nobody.
    Out,
    In(Arc<Who>),
    /// It has ended while the account was at work; a dialog asks for it again over the current view.
    Expired(Arc<Who>),
}

/// The account that is signed in.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    state: RwSignal<SignIn>,
    waiting: StoredValue<Vec<Function>, LocalStorage>,
}

impl Session {
    pub(super) fn new() -> Self {
        Self { state: RwSignal::new(SignIn::Unknown), waiting: StoredValue::new_local(Vec::new()) }
    }

    /// Where the sign-in stands (tracked).
    pub fn state(self) -> SignIn {
        self.state.get()
    }

    /// Who is signed in, also while the sign-in is being renewed (tracked).
    pub fn who(self) -> Option<Arc<Who>> {
        self.state.with(|state| match state {
            SignIn::In(who) | SignIn::Expired(who) => Some(Arc::clone(who)),
            SignIn::Unknown | SignIn::Out => None,
        })
    }

    /// The account's name, empty when nobody is signed in (tracked).
    pub fn account(self) -> String {
        self.who().map(|who| who.account.clone()).unwrap_or_default()
    }

    /// Whether the account may do this (tracked). The server decides; this only hides what would be refused.
    pub fn can(self, permission: Permission) -> bool {
        self.who().is_some_and(|who| who.permissions.contains(&permission))
    }

    /// Whether the sign-in has ended under the person's hands (tracked).
    pub fn expired(self) -> bool {
        self.state.with(|state| matches!(state, SignIn::Expired(_)))
    }

    /// Asks the server who is signed in, and lets the calls that wait go on when it is who made them.
    pub async fn refresh(self, api: Api) -> api::Result<()> {
        match api::session::current(api).await {
            Ok(who) => {
                // What one account wanted is not done in the name of another.
                let same = untrack(|| self.who()).is_none_or(|before| before.account == who.account);
                self.state.set(SignIn::In(Arc::new(who)));
                self.release(same);
                Ok(())
            }
            Err(problem) => {
                if problem.status == 401 {
                    self.state.update(|state| {
                        if *state == SignIn::Unknown {
                            *state = SignIn::Out;
                        }
                    });
                }
                Err(problem)
            }
        }
    }

    /// The sign-in has ended: asks for it again. Nothing happens when nobody was signed in.
    pub fn expire(self) {
        let who = self.state.with_untracked(|state| match state {
            SignIn::In(who) => Some(Arc::clone(who)),
            _ => None,
        });
        if let Some(who) = who {
            self.state.set(SignIn::Expired(who));
        }
    }

    /// Signs out. Where the server did not, the sign-in still holds: it is kept, and said.
    pub async fn sign_out(self, api: Api, toasts: Toasts) {
        match api::session::sign_out(api).await {
            Err(problem) if problem.status != 401 => {
                toasts.failed(format!("You are still signed in: {}", problem.detail));
            }
            _ => self.leave(),
        }
    }

    /// Nobody is signed in any more; calls that wait are given up.
    pub fn leave(self) {
        self.state.set(SignIn::Out);
        self.release(false);
    }

    /// Waits until the person has signed in again; false when they did not.
    pub(crate) async fn renewed(self) -> bool {
        self.expire();
        if !self.state.with_untracked(|state| matches!(state, SignIn::Expired(_))) {
            return false;
        }
        let promise =
            Promise::new(&mut |resolve, _| self.waiting.update_value(|waiting| waiting.push(resolve)));
        JsFuture::from(promise).await.is_ok_and(|signed_in| signed_in.is_truthy())
    }

    fn release(self, signed_in: bool) {
        let waiting = self.waiting.try_update_value(std::mem::take).unwrap_or_default();
        for resolve in waiting {
            let _ = resolve.call1(&JsValue::NULL, &JsValue::from_bool(signed_in));
        }
    }
}
