//! Parts of the app that are loaded when they are first needed, so that the first view does not grow with the app.
//!
//! A view (or dialog, or panel) becomes a [`Part`] by one [`part!`] in its area's `mod.rs`; everything that only it
//! uses, down to the reading of its JSON, then goes into a WebAssembly file of its own. What several parts use and the
//! first view does not goes into files that these parts share. The build does this (`xtask/src/web/split.rs`); a
//! development build does not split, there all parts are loaded from the start.
//!
//! What a part needs of the rest of the app it takes from the context (`use_api()`, `use_session()` …) or from the
//! address; what the caller has to say is its one argument.

mod place;
mod prefetch;
mod stage;
mod trouble;

use std::future::Future;
use std::pin::Pin;

use leptos::prelude::*;

pub use leptos::wasm_split::SplitLoaderError as NotLoaded;
pub use place::Place;
pub use prefetch::{Prefetch, prefetch};

/// The loading of a part. It may be done again after it has failed, and costs nothing after it has succeeded.
pub type Loading = Pin<Box<dyn Future<Output = Result<(), NotLoaded>>>>;
/// A part's view; there at once when the part is loaded.
pub type Made = Pin<Box<dyn Future<Output = Result<AnyView, NotLoaded>>>>;

/// A part of the app that is loaded when it is first shown. `W` is what it is shown with.
pub struct Part<W: 'static = ()> {
    load: fn() -> Loading,
    make: fn(W) -> Made,
}

impl<W> std::fmt::Debug for Part<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part").finish_non_exhaustive()
    }
}

impl<W> Clone for Part<W> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<W> Copy for Part<W> {}

impl Part {
    /// In the place of a page.
    pub fn page(self) -> AnyView {
        self.show((), Place::Page)
    }

    /// Over the page: a dialog. `close` runs when it cannot be loaded and the person gives up.
    pub fn over(self, close: Callback<()>) -> AnyView {
        self.show((), Place::Over(close))
    }
}

impl<W: Clone + Send + Sync + 'static> Part<W> {
    /// What [`part!`] makes.
    pub const fn new(load: fn() -> Loading, make: fn(W) -> Made) -> Self {
        Self { load, make }
    }

    /// Loads the part if need be and shows it `with` what it takes. `place` says what its loading looks like.
    pub fn show(self, with: W, place: Place) -> AnyView {
        stage::show(self.load, Box::new(move || (self.make)(with.clone())), place)
    }

    /// For [`prefetch`].
    pub fn loader(self) -> Prefetch {
        self.load
    }
}

/// Declares a [`Part`]: a constant, the file it goes to (an area's name, once in the app or the same for parts that
/// belong together), and how its view is made.
///
/// ```text
/// part! {
///     /// The rows of a table.
///     pub(crate) TABLE in rows = || view! { <TablePage /> }
/// }
/// part! {
///     /// A dialog about a database.
///     DIALOG in database_dialogs = |with: Subject| view! { <Dialog with /> }
/// }
/// ```
macro_rules! part {
    ($(#[$doc:meta])* $vis:vis $name:ident in $file:ident = || $view:expr) => {
        $crate::lazy::part! { $(#[$doc])* $vis $name in $file = |_with: ()| $view }
    };
    ($(#[$doc:meta])* $vis:vis $name:ident in $file:ident = |$with:ident: $type:ty| $view:expr) => {
        $(#[$doc])*
        $vis const $name: $crate::lazy::Part<$type> = {
            #[cfg(feature = "split")]
            #[::leptos::wasm_split::wasm_split(
                $file,
                wasm_split_path = ::leptos::wasm_split,
                fallible,
                preload(load)
            )]
            fn make($with: $type) -> Result<::leptos::prelude::AnyView, $crate::lazy::NotLoaded> {
                Ok(::leptos::prelude::IntoAny::into_any($view))
            }
            #[cfg(not(feature = "split"))]
            fn load() -> ::std::future::Ready<Result<(), $crate::lazy::NotLoaded>> {
                ::std::future::ready(Ok(()))
            }
            #[cfg(not(feature = "split"))]
            fn make($with: $type) -> ::std::future::Ready<Result<::leptos::prelude::AnyView, $crate::lazy::NotLoaded>> {
                ::std::future::ready(Ok(::leptos::prelude::IntoAny::into_any($view)))
            }
            $crate::lazy::Part::new(|| Box::pin(load()), |with| Box::pin(make(with)))
        };
    };
}
pub(crate) use part;
