//! Moments.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsValue;

use super::format;

/// RFC 3339 text as milliseconds since 1970; none when it is not one.
pub fn parse_time(text: &str) -> Option<f64> {
    let ms = js_sys::Date::parse(text);
    (!ms.is_nan()).then_some(ms)
}

/// A moment as people say it (“3 min ago”, “in 2 h”), with the exact time in the tooltip. It keeps itself current.
#[component]
pub fn RelativeTime(#[prop(into)] time: Signal<String>) -> impl IntoView {
    let now = RwSignal::new(js_sys::Date::now());
    let tick = set_interval_with_handle(
        move || {
            let _ = now.try_set(js_sys::Date::now());
        },
        Duration::from_secs(20),
    )
    .ok();
    on_cleanup(move || {
        if let Some(tick) = tick {
            tick.clear();
        }
    });
    let said = move || {
        time.with(|time| parse_time(time).map_or_else(|| time.clone(), |at| relative(at - now.get())))
    };
    let exact = move || time.with(|time| parse_time(time).map(local));
    view! { <time datetime=time title=exact>{said}</time> }
}

fn local(ms: f64) -> String {
    let date = js_sys::Date::new(&JsValue::from_f64(ms));
    date.to_locale_string("en-GB", &JsValue::UNDEFINED).into()
}

fn relative(difference: f64) -> String {
    let far = difference.abs();
    if far < 10_000.0 {
        return "now".to_owned();
    }
    let said = if far < 60_000.0 {
        format!("{:.0} s", far / 1_000.0)
    } else if far < 3_600_000.0 {
        format!("{:.0} min", far / 60_000.0)
    } else if far < 172_800_000.0 {
        format!("{:.0} h", far / 3_600_000.0)
    } else {
        format!("{} d", format::count(whole(far / 86_400_000.0)))
    };
    if difference < 0.0 { format!("{said} ago") } else { format!("in {said}") }
}

#[expect(clippy::cast_possible_truncation, reason = "days of a date are far below the limit")]
fn whole(days: f64) -> i64 {
    days.round() as i64
}
