//! Who did what, newest first.

use howdah_types::audit::AuditRecord;
use howdah_types::permissions::Permission;
use howdah_types::problem::Problem;
use leptos::prelude::*;

use super::filter::matches;
use super::row::Record;
use crate::api::{self, use_api};
use crate::features::databases::Trouble;
use crate::features::not_found::Guard;
use crate::features::tables::Paged;
use crate::state::use_connectivity;
use crate::ui::{Button, EmptyState, ErrorNotice, Grid, IconName, PageHead, Skeleton, format};

/// Records of one page.
const PAGE: u32 = 100;

/// The audit log, for those who may read it.
#[component]
pub fn AuditPage() -> impl IntoView {
    view! {
        <Guard permission=Permission::AuditRead>
            <Log />
        </Guard>
    }
}

#[component]
fn Log() -> impl IntoView {
    let (api, connectivity) = (use_api(), use_connectivity());
    let records = Paged::<AuditRecord>::new();
    let search = RwSignal::new(String::new());
    let read = Callback::new(move |()| records.start(api::audit::page(api, PAGE)));
    Effect::new(move || {
        connectivity.returns();
        read.run(());
    });
    let face = Memo::new(move |_| face(records));
    view! {
        <div class="audit">
            <PageHead title="Audit log" text="Every sign-in and every change, whether it succeeded or was refused.">
                <input
                    class="input"
                    type="search"
                    placeholder="Filter what is loaded"
                    aria-label="Filter the loaded records"
                    data-search=""
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=search
                    on:input=move |event| search.set(event_target_value(&event))
                />
                <Button icon=IconName::Refresh busy=records.reading on_click=move |_| read.run(())>"Refresh"</Button>
            </PageHead>
            {move || match face.get() {
                Face::Waiting => view! { <Skeleton rows=12 /> }.into_any(),
                Face::Trouble(problem) => view! { <Trouble problem=*problem retry=read /> }.into_any(),
                Face::Empty => view! { <Empty /> }.into_any(),
                Face::List => view! { <Listed records search read /> }.into_any(),
            }}
        </div>
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Face {
    Waiting,
    Trouble(Box<Problem>),
    Empty,
    List,
}

fn face(records: Paged<AuditRecord>) -> Face {
    match (records.items.with(|items| items.as_ref().map(Vec::is_empty)), records.problem.get()) {
        (None, None) => Face::Waiting,
        (None, Some(problem)) => Face::Trouble(Box::new(problem)),
        (Some(true), _) => Face::Empty,
        (Some(false), _) => Face::List,
    }
}

#[component]
fn Listed(records: Paged<AuditRecord>, search: RwSignal<String>, read: Callback<()>) -> impl IntoView {
    let api = use_api();
    let shown = Memo::new(move |_| {
        let search = search.get();
        let all = records.items.get().unwrap_or_default();
        all.into_iter().filter(|record| matches(record, &search)).collect::<Vec<_>>()
    });
    let count = move || {
        let size = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let all = records.items.with(|items| items.as_ref().map_or(0, Vec::len));
        let loaded = format::plural(size(all), "record", "records");
        match shown.with(Vec::len) {
            some if some < all => format!("{} of {loaded} loaded", format::count(size(some))),
            _ => format!("{loaded} loaded"),
        }
    };
    view! {
        {move || records.problem.get().map(|problem| view! { <ErrorNotice problem retry=read /> })}
        <Grid label="Audit log" class="audit-list">
            <thead>
                <tr>
                    <th scope="col"><span class="sr-only">"Details"</span></th>
                    <th scope="col">"When"</th>
                    <th scope="col">"Who"</th>
                    <th scope="col">"Action"</th>
                    <th scope="col">"Object"</th>
                    <th scope="col">"Outcome"</th>
                    <th scope="col" class="num hide-s">"Took"</th>
                    <th scope="col" class="hide-s">"From"</th>
                    <th scope="col" class="hide-s">"Request"</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || shown.get() key=|record| record.id let:record>
                    <Record record />
                </For>
            </tbody>
        </Grid>
        <p class="more">
            <span role="status">{count}</span>
            <Show when=move || records.next.with(Option::is_some)>
                <Button busy=records.reading on_click=move |_| records.more(api)>"Show older"</Button>
            </Show>
        </p>
    }
}

#[component]
fn Empty() -> impl IntoView {
    view! {
        <div class="card">
            <EmptyState icon=IconName::Audit title="Nothing recorded yet" text="Sign-ins and changes appear here." />
        </div>
    }
}
