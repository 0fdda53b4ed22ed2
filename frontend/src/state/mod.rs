//! What all views share: plain copyable handles over signals, made once in [`provide`] and taken with the `use_…`
//! functions. They live as long as the page, so they may be touched after an await.

mod address;
mod connectivity;
mod console;
mod databases;
mod jobs;
mod keys;
mod live;
mod read;
mod servers;
mod session;
mod theme;
mod toasts;

use leptos::prelude::*;

use crate::api::Api;

pub use address::{Address, Way};
pub use connectivity::{Connectivity, Reach};
pub use console::{Body, Call, Console, Entry, EntryKind, SqlState};
pub use databases::Databases;
pub use jobs::Jobs;
pub use keys::{Overlay, Overlays, typing};
pub use live::Live;
pub use read::Reading;
pub use servers::Servers;
pub use session::{Session, SignIn};
pub use theme::{Theme, ThemeChoice};
pub use toasts::{Toast, ToastKind, Toasts};

/// Makes everything and gives it to the views below. Called once, by the app.
pub fn provide() {
    let (console, session, connectivity) = (Console::new(), Session::new(), Connectivity::new());
    let api = Api::new(console, session, connectivity);
    let (databases, jobs, servers) = (Databases::new(api), Jobs::new(api), Servers::new(api));
    let live = Live::new(console, session, databases, jobs, servers);
    provide_context(Address::new());
    provide_context(api);
    provide_context(console);
    provide_context(session);
    provide_context(connectivity);
    provide_context(databases);
    provide_context(jobs);
    provide_context(servers);
    provide_context(live);
    provide_context(Theme::new());
    provide_context(Toasts::new());
    provide_context(Overlays::new());
}

macro_rules! handles {
    ($($(#[$doc:meta])* $name:ident -> $type:ty;)+) => {
        $($(#[$doc])* pub fn $name() -> $type { expect_context() })+
    };
}

handles! {
    /// Where one is in the app.
    use_address -> Address;
    /// Who is signed in and what the account may do.
    use_session -> Session;
    /// Whether the server answers.
    use_connectivity -> Connectivity;
    /// What the debug console shows.
    use_console -> Console;
    /// The databases of the server, kept up to date by events.
    use_databases -> Databases;
    /// The newest jobs, kept up to date by events.
    use_jobs -> Jobs;
    /// The managed server and its state.
    use_servers -> Servers;
    /// The stream of events.
    use_live -> Live;
    /// Light, dark or as the system wishes.
    use_theme -> Theme;
    /// Short messages in the corner.
    use_toasts -> Toasts;
    /// What is open over the page: the palette, the help.
    use_overlays -> Overlays;
}

/// Changes when everything should be read again: the server came back, or events were missed. Read it (`.get()`)
/// inside a resource's closure.
pub fn use_refresh() -> Signal<(u32, u32)> {
    let (connectivity, live) = (use_connectivity(), use_live());
    Signal::derive(move || (connectivity.returns(), live.resets()))
}

/// The same as [`use_refresh`], and changes when the structure of this database was changed.
pub fn use_structure_refresh(database: Memo<String>) -> Signal<(u32, u32, u32)> {
    let (connectivity, live) = (use_connectivity(), use_live());
    let structure = live.structure(database);
    Signal::derive(move || (connectivity.returns(), live.resets(), structure.get()))
}
