//! Where a job stands, as a tag.

use howdah_types::jobs::JobState;
use leptos::prelude::*;

use crate::ui::{Spinner, Tag, TagKind};

/// The state in a word and a colour.
#[component]
pub fn StateTag(#[prop(into)] state: Signal<JobState>) -> impl IntoView {
    let kind = Signal::derive(move || match state.get() {
        JobState::Queued | JobState::Cancelled => TagKind::Plain,
        JobState::Running | JobState::Cancelling => TagKind::Accent,
        JobState::Succeeded => TagKind::Ok,
        JobState::Failed => TagKind::Bad,
        JobState::Interrupted => TagKind::Warn,
    });
    let text = move || match state.get() {
        JobState::Queued => "Queued",
        JobState::Running => "Running",
        JobState::Cancelling => "Cancelling",
        JobState::Succeeded => "Done",
        JobState::Failed => "Failed",
        JobState::Cancelled => "Cancelled",
        JobState::Interrupted => "Interrupted",
    };
    let runs = move || matches!(state.get(), JobState::Running | JobState::Cancelling);
    view! {
        <Tag kind>
            {move || runs().then(|| view! { <span class="tag-spin"><Spinner /></span> })}
            {text}
        </Tag>
    }
}
