//! The app: shared state, and which of its faces is shown.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::use_api;
use crate::features::signin::{RenewDialog, SetupPage, SignInPage};
use crate::shell::{Shell, Toaster};
use crate::state::{self, SignIn, use_address, use_connectivity, use_live, use_session};
use crate::ui::{Button, ButtonKind, ErrorNotice, Loading, Mark};

/// The whole app.
#[component]
pub fn App() -> impl IntoView {
    state::provide();
    use_connectivity().watch(use_api());
    view! {
        <Faces />
        <Toaster />
    }
}

/// What is shown, as far as it depends on the sign-in. An expired sign-in keeps the face, and the view behind it.
#[derive(Debug, Clone, PartialEq)]
enum Face {
    Opening,
    Setup,
    SignIn,
    Inside { account: String },
}

#[component]
fn Faces() -> impl IntoView {
    let (api, session, live, connectivity) = (use_api(), use_session(), use_live(), use_connectivity());
    let address = use_address();
    let trouble = RwSignal::new(None);
    let ask = move || spawn_local(async move { trouble.set(session.refresh(api).await.err()) });
    let face = Memo::new(move |_| match session.state() {
        _ if address.path() == "/setup" => Face::Setup,
        SignIn::Unknown => Face::Opening,
        SignIn::Out => Face::SignIn,
        SignIn::In(who) | SignIn::Expired(who) => Face::Inside { account: who.account.clone() },
    });
    Effect::new(move |_| {
        connectivity.returns();
        if face.get() == Face::Opening {
            ask();
        }
    });
    // Once per account, and again when its sign-in was renewed: the stream of events ended with the old one.
    let fresh = Memo::new(move |_| matches!(face.get(), Face::Inside { .. }).then(|| !session.expired()));
    Effect::new(move |before: Option<Face>| {
        let now = face.get();
        // Another account came right after this one: it sees nothing of what was here.
        if before.is_some_and(|before| before != now && matches!(before, Face::Inside { .. })) {
            live.stop();
        }
        match fresh.get() {
            Some(true) => live.start(),
            Some(false) => {}
            None => live.stop(),
        }
        now
    });
    move || match face.get() {
        Face::Opening => view! { <Opening trouble ask=Callback::new(move |()| ask()) /> }.into_any(),
        Face::Setup => view! { <SetupPage /> }.into_any(),
        Face::SignIn => view! { <SignInPage /> }.into_any(),
        Face::Inside { .. } => view! {
            <Shell />
            <RenewDialog />
        }
        .into_any(),
    }
}

/// The moment before it is known who is signed in.
#[component]
fn Opening(trouble: RwSignal<Option<howdah_types::problem::Problem>>, ask: Callback<()>) -> impl IntoView {
    let failed = move || trouble.get().filter(|problem| problem.status != 401);
    view! {
        <main class="gate">
            {move || match failed() {
                Some(problem) => view! {
                    <div class="gate-card">
                        <div class="mark"><Mark />"Howdah"</div>
                        <ErrorNotice problem />
                        <Button kind=ButtonKind::Primary on_click=move |_| ask.run(())>"Try again"</Button>
                    </div>
                }
                .into_any(),
                None => view! { <Loading><div class="mark"><Mark />"Howdah"</div></Loading> }.into_any(),
            }}
        </main>
    }
}
