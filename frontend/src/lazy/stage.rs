//! How far the loading of a shown part is.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::trouble::Trouble;
use super::{Loading, Made, Place};
use crate::api::{Api, use_api};
use crate::state::{Reach, use_connectivity};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Ready,
    Failed(Trouble),
}

/// Loads and shows; what can be waited for is waited for, everything else is offered to be tried again.
///
/// Not generic over the part, so that it exists once in the app.
pub(super) fn show(load: fn() -> Loading, make: Box<dyn Fn() -> Made + Send>, place: Place) -> AnyView {
    let (api, connectivity) = (use_api(), use_connectivity());
    let stage = RwSignal::new(Stage::Waiting);
    begin(load, stage, api);
    let again = Callback::new(move |()| begin(load, stage, api));
    Effect::new(move |_| {
        connectivity.returns();
        let passed = matches!(stage.get_untracked(), Stage::Failed(trouble) if trouble.passes());
        if connectivity.reach() == Reach::Fine && passed {
            again.run(());
        }
    });
    let shown = move || match stage.get() {
        Stage::Waiting => place.waiting(),
        Stage::Failed(trouble) => place.failed(trouble, again),
        // Not tracked: it is the part's own views that follow what they show.
        Stage::Ready => match untrack(|| at_once(&mut make())) {
            Poll::Ready(Ok(view)) => view,
            Poll::Ready(Err(_)) | Poll::Pending => place.failed(Trouble::Unknown, again),
        },
    };
    shown.into_any()
}

/// A part that is there already is shown without a moment of waiting.
fn begin(load: fn() -> Loading, stage: RwSignal<Stage>, api: Api) {
    let mut loading = load();
    let first = at_once(&mut loading);
    if let Poll::Ready(Ok(())) = first {
        stage.set(Stage::Ready);
        return;
    }
    stage.set(Stage::Waiting);
    spawn_local(async move {
        let result = match first {
            Poll::Ready(result) => result,
            Poll::Pending => loading.await,
        };
        let next = match result {
            Ok(()) => Stage::Ready,
            Err(_) => Stage::Failed(Trouble::find(api).await),
        };
        // Whoever waited may have left.
        let _ = stage.try_set(next);
    });
}

/// What a future has to say without waiting for anything.
fn at_once<T>(future: &mut Pin<Box<dyn Future<Output = T>>>) -> Poll<T> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}
