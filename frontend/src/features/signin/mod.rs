//! Signing in: the page, the dialog over a view whose sign-in has ended, and the first start.

pub mod page;
pub mod renew;
pub mod setup;

pub use page::SignInPage;
pub use renew::RenewDialog;
pub use setup::SetupPage;

use howdah_types::problem::{Code, Problem};
use howdah_types::session::SignInData;
use leptos::prelude::*;

use crate::api::{self, Api, use_api};
use crate::state::{Session, use_session};
use crate::ui::FormErrors;

/// A sign-in that is being tried.
#[derive(Debug, Clone, Copy)]
struct Attempt {
    api: Api,
    session: Session,
    account: RwSignal<String>,
    password: RwSignal<String>,
    errors: FormErrors,
    busy: RwSignal<bool>,
}

impl Attempt {
    fn new(account: String) -> Self {
        Self {
            api: use_api(),
            session: use_session(),
            account: RwSignal::new(account),
            password: RwSignal::new(String::new()),
            errors: FormErrors::new(),
            busy: RwSignal::new(false),
        }
    }

    fn go(self) {
        let data =
            SignInData { account: self.account.get_untracked(), password: self.password.get_untracked() };
        if self.busy.get_untracked() || !self.errors.check(&data) {
            return;
        }
        self.busy.set(true);
        leptos::task::spawn_local(async move {
            let result = match api::session::sign_in(self.api, &data).await {
                Ok(()) => self.session.refresh(self.api).await,
                Err(problem) => Err(problem),
            };
            let _ = self.busy.try_set(false);
            if let Err(problem) = result {
                self.failed(problem);
            }
        });
    }

    fn failed(self, problem: Problem) {
        let _ = self.password.try_set(String::new());
        if problem.code == Code::SignInFailed.as_str() {
            self.errors.clear();
            self.errors.put("password", "refused", "Account or password is wrong.");
        } else {
            self.errors.take(problem, &["account", "password"]);
        }
    }
}
