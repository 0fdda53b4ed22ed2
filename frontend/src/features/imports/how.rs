//! The last step: in how many transactions, and how many rows may be refused.

use leptos::prelude::*;

use super::body::Built;
use super::draft::Draft;
use super::inputs::{Entry, Radios, Step};

#[component]
pub(super) fn HowStep(draft: Draft, built: Memo<Built>) -> impl IntoView {
    let mode = RwSignal::new(if draft.batches.get_untracked() { "many" } else { "one" }.to_owned());
    Effect::new(move |_| draft.batches.set(mode.get() == "many"));
    let error = Signal::derive(move || draft.error(built, "maxRejects"));
    view! {
        <Step number=4 title="How">
            <div class="import-how">
                <Radios
                    legend="Transactions"
                    value=mode
                    options=vec![
                        ("one", "One for all of it", "All rows that are not refused, or none."),
                        ("many", "Many", "For very large files: what was written stays when it ends early, and it goes on after a restart."),
                    ]
                />
                <div>
                    <Radios
                        legend="Rows that are refused"
                        value=draft.allowed
                        options=vec![
                            ("none", "None: the first ends the import", ""),
                            ("some", "Up to a number", ""),
                            ("any", "Any number: the rest is imported", ""),
                        ]
                    />
                    <Show when=move || draft.allowed.get() == "some">
                        <div class="import-most">
                            <Entry
                                label="How many rows may be refused"
                                kind="number"
                                value=draft.most
                                on_change=move |text: String| draft.most.set(text)
                                error
                            />
                        </div>
                    </Show>
                </div>
            </div>
            <p class="field-error" role="alert">{move || draft.error(built, "mode")}</p>
        </Step>
    }
}
