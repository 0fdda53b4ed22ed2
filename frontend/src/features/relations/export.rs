//! The drawing as a file: SVG, and PNG made of it by the browser.

use std::fmt::Write as _;

use js_sys::Array;
use leptos::prelude::*;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement,
    Url,
};

use super::canvas::cut;
use super::draw::{Drawing, HEAD, LINE, Plate};

/// The most pixels that a PNG has in either direction; browsers refuse more.
const PIXELS: f64 = 8_000.0;

/// The colours of the theme that is on screen.
#[derive(Debug, Clone)]
pub(super) struct Colours {
    ground: String,
    panel: String,
    line: String,
    ink: String,
    soft: String,
    accent: String,
}

impl Colours {
    /// As the page shows them now.
    pub(super) fn of_page() -> Self {
        let of = |selector: &str, property: &str, otherwise: &str| {
            let element = document().query_selector(selector).ok().flatten();
            let style = element.and_then(|element| window().get_computed_style(&element).ok().flatten());
            let value = style.and_then(|style| style.get_property_value(property).ok());
            value.filter(|value| !value.is_empty()).unwrap_or_else(|| otherwise.to_owned())
        };
        Self {
            ground: of("body", "background-color", "#ffffff"),
            panel: of(".erd-box", "fill", "#ffffff"),
            line: of(".erd-box", "stroke", "#cccccc"),
            ink: of(".erd-name", "fill", "#111111"),
            soft: of(".erd-type", "fill", "#555555"),
            accent: of(".erd-mark", "fill", "#2f5fd0"),
        }
    }
}

/// The drawing as an SVG file that stands by itself.
pub(super) fn svg(drawing: &Drawing, colours: &Colours, here: &str) -> String {
    let Drawing { width, height, .. } = drawing;
    let Colours { ground, panel, line, ink, soft, accent } = colours;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         font-family=\"ui-sans-serif, system-ui, sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"{ground}\"/>\n\
         <defs><marker id=\"end\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" \
         orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"{soft}\"/></marker></defs>\n"
    );
    for wire in &drawing.wires {
        let _ = writeln!(
            out,
            "<path d=\"{}\" fill=\"none\" stroke=\"{soft}\" stroke-width=\"1.3\" marker-end=\"url(#end)\"><title>{}</title></path>",
            wire.path,
            escape(&wire.title)
        );
    }
    for Plate { schema, name, x, y, width, height, rows, more } in &drawing.plates {
        let title = if schema == here { name.clone() } else { format!("{schema}.{name}") };
        let _ = writeln!(
            out,
            "<g transform=\"translate({x} {y})\"><rect width=\"{width}\" height=\"{height}\" rx=\"7\" fill=\"{panel}\" \
             stroke=\"{line}\"/><path d=\"M0 {HEAD}H{width}\" stroke=\"{line}\"/><text x=\"12\" y=\"20\" font-weight=\"600\" \
             font-size=\"13\" fill=\"{ink}\">{}</text>",
            escape(&cut(&title, width - 24.0))
        );
        let mut at = HEAD + LINE / 2.0 + 4.0;
        for row in rows {
            if row.key || row.foreign {
                let fill = if row.key { accent } else { "none" };
                let _ = write!(
                    out,
                    "<circle cx=\"13\" cy=\"{}\" r=\"3\" fill=\"{fill}\" stroke=\"{accent}\"/>",
                    at - 4.0
                );
            }
            let _ = writeln!(
                out,
                "<text x=\"22\" y=\"{at}\" fill=\"{ink}\">{}</text><text x=\"{}\" y=\"{at}\" text-anchor=\"end\" \
                 fill=\"{soft}\">{}</text>",
                escape(&cut(&row.name, width * 0.55 - 24.0)),
                width - 10.0,
                escape(&cut(&row.type_name, width * 0.45))
            );
            at += LINE;
        }
        if *more > 0 {
            let _ = write!(out, "<text x=\"22\" y=\"{at}\" fill=\"{soft}\">and {more} more</text>");
        }
        out.push_str("</g>\n");
    }
    out.push_str("</svg>\n");
    out
}

/// A name inside of a file of markup. XML knows no control characters but three.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\r' | '\t' => out.push(' '),
            letter if letter.is_control() || matches!(letter, '\u{fffe}' | '\u{ffff}') => {
                out.push('\u{fffd}');
            }
            letter => out.push(letter),
        }
    }
    out
}

/// Offers a text as a file.
pub(super) fn save_text(text: &str, kind: &str, name: &str) {
    let properties = BlobPropertyBag::new();
    properties.set_type(kind);
    let parts = Array::of1(&JsValue::from_str(text));
    if let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &properties) {
        save(&blob, name);
    }
}

fn save(blob: &Blob, name: &str) {
    let Ok(address) = Url::create_object_url_with_blob(blob) else { return };
    if let Ok(anchor) = document().create_element("a")
        && let Ok(anchor) = anchor.dyn_into::<HtmlAnchorElement>()
    {
        anchor.set_href(&address);
        anchor.set_download(name);
        anchor.click();
    }
    let _ = Url::revoke_object_url(&address);
}

/// Offers an SVG as a PNG, twice as fine where there is room. `done` says whether it could be made.
pub(super) fn save_png(svg: &str, size: (f64, f64), name: String, done: impl Fn(bool) + Clone + 'static) {
    let Ok(image) = HtmlImageElement::new() else {
        done(false);
        return;
    };
    let drawn = image.clone();
    let told = done.clone();
    let loaded = Closure::once_into_js(move || {
        if paint(&drawn, size, name, told.clone()).is_none() {
            told(false);
        }
    });
    let failed = Closure::once_into_js(move || done(false));
    image.set_onload(Some(loaded.unchecked_ref()));
    image.set_onerror(Some(failed.unchecked_ref()));
    let text = String::from(js_sys::encode_uri_component(svg));
    image.set_src(&format!("data:image/svg+xml;charset=utf-8,{text}"));
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "both are positive and at most 8000"
)]
fn paint(
    image: &HtmlImageElement,
    (width, height): (f64, f64),
    name: String,
    done: impl Fn(bool) + 'static,
) -> Option<()> {
    let scale = (PIXELS / width.max(height).max(1.0)).min(2.0);
    let canvas = document().create_element("canvas").ok()?.dyn_into::<HtmlCanvasElement>().ok()?;
    canvas.set_width((width * scale) as u32);
    canvas.set_height((height * scale) as u32);
    let context = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
    let size = (f64::from(canvas.width()), f64::from(canvas.height()));
    context.draw_image_with_html_image_element_and_dw_and_dh(image, 0.0, 0.0, size.0, size.1).ok()?;
    let take = Closure::once_into_js(move |blob: JsValue| match blob.dyn_into::<Blob>() {
        Ok(blob) => {
            save(&blob, &name);
            done(true);
        }
        Err(_) => done(false),
    });
    canvas.to_blob(take.unchecked_ref()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_leave_their_place_in_the_file() {
        assert_eq!(escape("<script>\"&'\u{1}\n"), "&lt;script&gt;&quot;&amp;'\u{fffd} ");
    }
}
