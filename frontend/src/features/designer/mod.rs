//! x
use leptos::prelude::*;
use crate::lazy::part;
part! {
    /// x
    pub(crate) DESIGNER in designer = || view! { <p></p> }
}
