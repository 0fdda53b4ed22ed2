//! Howdah's web app: one page, rendered in the browser, that speaks to `/api` with the types of `howdah-types`.
//!
//! `routes` shows every view, `api` every call, `state` what is shared by all views, `lazy` what loads views when they are needed, `ui` the widgets that know no
//! domain, `shell` the frame, `features/<area>` the views.

pub mod api;
pub mod app;
pub mod features;
pub mod lazy;
pub mod routes;
pub mod shell;
pub mod state;
pub mod ui;

/// Mounts the app on the body.
pub fn start() {
    leptos::mount::mount_to_body(app::App);
}
