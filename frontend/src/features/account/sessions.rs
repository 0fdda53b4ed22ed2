//! One's own sign-ins.

use howdah_types::problem::Problem;
use howdah_types::session::SessionInfo;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::api::{self, use_api};
use crate::state::{Reading, use_refresh, use_toasts};
use crate::ui::{Button, ButtonKind, ErrorNotice, Grid, RelativeTime, Skeleton, Tag, TagKind};

/// Where one is signed in; each can be ended.
#[component]
pub fn SignIns() -> impl IntoView {
    let (api, toasts, refresh) = (use_api(), use_toasts(), use_refresh());
    let list = Reading::new(move || {
        refresh.get();
        async move { api::session::list(api).await }
    });
    let problem = RwSignal::new(None::<Problem>);
    let end = move |id: String| {
        spawn_local(async move {
            match api::session::end(api, &id).await {
                Ok(()) => {
                    toasts.done("The sign-in has ended");
                    list.refetch();
                }
                Err(why) => drop(problem.try_set(Some(why))),
            }
        });
    };
    let end = Callback::new(end);
    let table = move |sessions: Vec<SessionInfo>| {
        let rows = sessions.into_iter().map(|session| view! { <Row session end /> }).collect_view();
        view! {
            <Grid label="Your sign-ins">
                <thead>
                    <tr>
                        <th scope="col">"Browser"</th>
                        <th scope="col" class="hide-s">"Address"</th>
                        <th scope="col" class="hide-s">"Signed in"</th>
                        <th scope="col">"Last used"</th>
                        <th scope="col" class="hide-s">"Ends"</th>
                        <th scope="col"><span class="sr-only">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </Grid>
        }
    };
    view! {
        {move || problem.get().map(|problem| view! { <ErrorNotice problem /> })}
        {move || list.waiting().then(|| view! { <Skeleton /> })}
            {move || list.get().map(|result| match result {
                Ok(sessions) => table(sessions).into_any(),
                Err(problem) => view! { <ErrorNotice problem retry=move |()| list.refetch() /> }.into_any(),
            })}
    }
}

#[component]
fn Row(session: SessionInfo, end: Callback<String>) -> impl IntoView {
    let agent = session.user_agent.clone().unwrap_or_else(|| "unknown".to_owned());
    let id = session.id.clone();
    let action = if session.current {
        view! { <Tag kind=TagKind::Ok>"this one"</Tag> }.into_any()
    } else {
        view! { <Button kind=ButtonKind::Quiet on_click=move |_| end.run(id.clone())>"End it"</Button> }
            .into_any()
    };
    view! {
        <tr>
            <td title=agent.clone()>{browser(&agent)}</td>
            <td class="hide-s mono">{session.address}</td>
            <td class="hide-s muted"><RelativeTime time=session.created_at /></td>
            <td class="muted"><RelativeTime time=session.last_used_at /></td>
            <td class="hide-s muted"><RelativeTime time=session.expires_at /></td>
            <td class="num">{action}</td>
        </tr>
    }
}

/// “Chrome on Linux” out of a browser's long description; the description itself where that is not to be had.
fn browser(agent: &str) -> String {
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name)
    };
    let program = find(&[
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = find(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (program, system) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(program), None) => program.to_owned(),
        _ => agent.chars().take(60).collect(),
    }
}
