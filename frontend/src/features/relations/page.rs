//! The drawing with what one can do to it.

use std::sync::Arc;

use howdah_types::problem::Problem;
use howdah_types::relations::Relations;
use leptos::ev::MouseEvent;
use leptos::prelude::*;

use super::Around;
use super::canvas::{Camera, Canvas};
use super::draw::{Drawing, draw};
use super::export::{Colours, save_png, save_text, svg};
use crate::api::{self, Result as Answered, use_api};
use crate::features::databases::Trouble;
use crate::routes;
use crate::state::{Reading, use_address, use_structure_refresh, use_toasts};
use crate::ui::{Button, EmptyState, Glyph, GlyphIcon, IconName, Skeleton, format};

type Answer = Result<Arc<Relations>, Problem>;

#[component]
pub(super) fn RelationsPage(around: Around) -> impl IntoView {
    let api = use_api();
    let around = StoredValue::new(around);
    let database = Memo::new(move |_| around.with_value(|around| around.database.clone()));
    let refresh = use_structure_refresh(database);
    let again = RwSignal::new(0_u32);
    let answer: Reading<Answer> = Reading::new(move || {
        refresh.track();
        again.track();
        let Around { database, schema, table } = around.get_value();
        async move {
            let read: Answered<Relations> =
                api::relations::get(api, &database, &schema, table.as_deref()).await;
            read.map(Arc::new)
        }
    });
    let retry = Callback::new(move |()| again.update(|n| *n = n.wrapping_add(1)));
    // Drawn anew only when something is another.
    let seen = Memo::new(move |_| answer.get());
    let whole = around.with_value(|around| around.table.is_none());
    view! {
        <div class="relations">
            {whole.then(|| view! { <Schemas around /> })}
            {move || match seen.get() {
                None => view! { <Skeleton rows=10 /> }.into_any(),
                Some(Err(problem)) => view! { <Trouble problem retry /> }.into_any(),
                Some(Ok(relations)) if relations.tables.is_empty() => view! {
                    <div class="card">
                        <EmptyState icon=IconName::Table title="Nothing to draw" text="There are no tables in this schema yet." />
                    </div>
                }
                .into_any(),
                Some(Ok(relations)) => view! { <Drawn relations around /> }.into_any(),
            }}
        </div>
    }
}

/// Which schema is drawn.
#[component]
fn Schemas(around: StoredValue<Around>) -> impl IntoView {
    let (api, address) = (use_api(), use_address());
    let schemas = Reading::new(move || {
        let database = around.with_value(|around| around.database.clone());
        async move { api::tables::schemas(api, &database).await.unwrap_or_default() }
    });
    let options = move || {
        let now = around.with_value(|around| around.schema.clone());
        let mut names: Vec<String> =
            schemas.get().unwrap_or_default().into_iter().map(|one| one.name).collect();
        if !names.contains(&now) {
            names.push(now.clone());
        }
        let one =
            |name: String| view! { <option value=name.clone() selected=name == now>{name.clone()}</option> };
        names.into_iter().map(one).collect_view()
    };
    let choose = move |ev| {
        let database = around.with_value(|around| around.database.clone());
        address.replace(&routes::database_list(&database, "relations", Some(&event_target_value(&ev))));
    };
    view! {
        <div class="filters">
            <label class="sr-only" for="erd-schema">"Schema"</label>
            <select id="erd-schema" class="input" on:change=choose>{options}</select>
        </div>
    }
}

#[component]
fn Drawn(relations: Arc<Relations>, around: StoredValue<Around>) -> impl IntoView {
    let Around { schema, table, .. } = around.get_value();
    let camera = Camera::new();
    let drawing = StoredValue::new(draw(&relations, &schema));
    let note = note(&relations, table.as_deref());
    let fit = move || drawing.with_value(|drawing| camera.fit(drawing));
    // Two frames: the first one gives the frame its size.
    request_animation_frame(move || request_animation_frame(fit));
    view! {
        <div class="card erd-card">
            <Canvas drawing around camera />
            <Bar camera drawing around />
        </div>
        <p class="reason erd-note">{note}</p>
    }
}

fn note(relations: &Relations, table: Option<&str>) -> String {
    let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let tables = format::plural(whole(relations.tables.len()), "table", "tables");
    let keys = format::plural(whole(relations.foreign_keys.len()), "foreign key", "foreign keys");
    let around = if table.is_some() { " around this table" } else { "" };
    let cut = if relations.truncated {
        " There are more tables than are drawn: open one of them to see what is around it."
    } else {
        ""
    };
    format!("{tables}, {keys}{around}. Arrows lead to what is referred to.{cut}")
}

#[component]
fn Bar(camera: Camera, drawing: StoredValue<Drawing>, around: StoredValue<Around>) -> impl IntoView {
    let toasts = use_toasts();
    let fit = move |_: MouseEvent| drawing.with_value(|drawing| camera.fit(drawing));
    let file = move || {
        around.with_value(|around| {
            let what = around.table.as_ref().unwrap_or(&around.schema);
            let plain = |c: char| if c.is_alphanumeric() || c == '-' || c == '_' { c } else { '_' };
            format!("{}-{what}", around.database).chars().map(plain).collect::<String>()
        })
    };
    let text = move || {
        let here = around.with_value(|around| around.schema.clone());
        drawing.with_value(|drawing| svg(drawing, &Colours::of_page(), &here))
    };
    let as_svg = move |_| save_text(&text(), "image/svg+xml", &format!("{}.svg", file()));
    let as_png = move |_| {
        let size = drawing.with_value(|drawing| (drawing.width, drawing.height));
        save_png(&text(), size, format!("{}.png", file()), move |made| {
            if !made {
                toasts.failed("The browser could not make a picture of this size; the SVG always works.");
            }
        });
    };
    let small = |label: &'static str, glyph: Glyph, click: Callback<MouseEvent>| {
        view! {
            <button class="icon-btn" type="button" title=label aria-label=label on:click=move |ev| click.run(ev)>
                <GlyphIcon glyph />
            </button>
        }
    };
    view! {
        <div class="erd-bar" role="toolbar" aria-label="The drawing">
            {small("Smaller", Glyph::Minus, Callback::new(move |_| camera.zoom(1.0 / 1.25)))}
            <span class="erd-scale">{move || camera.percent()}</span>
            {small("Larger", Glyph::Plus, Callback::new(move |_| camera.zoom(1.25)))}
            {small("Show all of it (0)", Glyph::Fit, Callback::new(fit))}
            <span class="erd-files">
                <Button icon=IconName::Download on_click=as_svg title="Save the drawing as SVG">"SVG"</Button>
                <Button icon=IconName::Download on_click=as_png title="Save the drawing as PNG">"PNG"</Button>
            </span>
        </div>
    }
}
