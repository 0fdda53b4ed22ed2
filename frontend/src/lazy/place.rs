//! Where a part is shown, which is what its loading and its failure look like.

use leptos::prelude::*;

use super::trouble::Trouble;
use crate::ui::{
    Button, ButtonKind, Dialog, DialogActions, DialogSize, EmptyState, Loading, Skeleton, Spinner,
};

/// Where a part is shown.
#[derive(Debug, Clone, Copy)]
pub enum Place {
    /// As a page.
    Page,
    /// Over the page, as a dialog; the callback gives it up.
    Over(Callback<()>),
    /// Below the page; the callback gives it up.
    Panel(Callback<()>),
}

impl Place {
    /// While it is loaded: nothing for 150 ms, then the shape of what comes.
    pub(super) fn waiting(self) -> AnyView {
        match self {
            Self::Page => view! { <Skeleton rows=8 /> }.into_any(),
            Self::Over(_) => view! {
                <Loading>
                    <div class="part-coming" role="status"><Spinner />"Loading"</div>
                </Loading>
            }
            .into_any(),
            Self::Panel(_) => view! { <div class="part-panel"><Skeleton rows=3 /></div> }.into_any(),
        }
    }

    /// It could not be loaded.
    pub(super) fn failed(self, trouble: Trouble, again: Callback<()>) -> AnyView {
        match self {
            Self::Page => view! {
                <EmptyState icon=trouble.icon() page=true title=trouble.title() text=trouble.text()>
                    <WayOut trouble again />
                </EmptyState>
            }
            .into_any(),
            Self::Over(close) => view! {
                <Dialog
                    open=RwSignal::new(true)
                    title=trouble.title()
                    size=DialogSize::Small
                    on_close=close
                    on_submit=again
                >
                    <p>{trouble.text()}</p>
                    <DialogActions>
                        <WayOut trouble again />
                    </DialogActions>
                </Dialog>
            }
            .into_any(),
            Self::Panel(close) => view! {
                <section class="part-panel" aria-label=trouble.title()>
                    <EmptyState icon=trouble.icon() title=trouble.title() text=trouble.text()>
                        <WayOut trouble again />
                        <Button on_click=move |_| close.run(())>"Close"</Button>
                    </EmptyState>
                </section>
            }
            .into_any(),
        }
    }
}

/// What leads on: the more likely help is the primary one.
#[component]
fn WayOut(trouble: Trouble, again: Callback<()>) -> impl IntoView {
    let reload = move |_| {
        let _ = window().location().reload();
    };
    let [first, second] = if trouble == Trouble::Newer {
        [ButtonKind::Plain, ButtonKind::Primary]
    } else {
        [ButtonKind::Primary, ButtonKind::Plain]
    };
    view! {
        <Button kind=first on_click=move |_| again.run(())>"Try again"</Button>
        {trouble.reload_helps().then(|| view! {
            <Button kind=second on_click=reload>"Reload the page"</Button>
        })}
    }
}
