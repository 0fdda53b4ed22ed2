//! The title of a view: in the window and on the page.

use leptos::prelude::*;

/// Sets the window's title to “`title` · Howdah” for as long as the view stands.
pub fn use_title(title: impl Into<Signal<String>>) {
    let title = title.into();
    Effect::new(move |_| {
        let title = title.get();
        document().set_title(&if title.is_empty() {
            "Howdah".to_owned()
        } else {
            format!("{title} · Howdah")
        });
    });
}

/// The head of a view: its title, one line about it, and what can be done (the children, at the right).
#[component]
pub fn PageHead(
    #[prop(into)] title: Signal<String>,
    #[prop(optional, into)] text: Signal<String>,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    use_title(title);
    view! {
        <div class="head">
            <div class="head-text">
                <h1>{title}</h1>
                <p>{text}</p>
            </div>
            {children.map(|children| view! { <div class="right">{children()}</div> })}
        </div>
    }
}
