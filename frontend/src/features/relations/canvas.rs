//! The drawing on screen: it is moved by dragging, by the arrow keys or two fingers, and zoomed by the wheel, `+` and
//! `-`; `0` shows all of it. Names are text nodes, never anything else.

use leptos::ev::{KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};
use leptos::html;
use leptos::prelude::*;

use super::Around;
use super::draw::{Drawing, HEAD, LINE, Plate, Row, Wire};
use crate::routes;
use crate::state::use_address;

/// The smallest and the largest scale.
const SCALES: (f64, f64) = (0.08, 2.5);
/// A press that moved further than this is no click.
const CLICK: f64 = 5.0;

/// Which part of the drawing is seen: `scale` and how far its origin is moved.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct View {
    x: f64,
    y: f64,
    scale: f64,
}

/// What moves and zooms the drawing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Camera {
    view: RwSignal<View>,
    frame: NodeRef<html::Div>,
}

impl Camera {
    pub(super) fn new() -> Self {
        Self { view: RwSignal::new(View { x: 0.0, y: 0.0, scale: 1.0 }), frame: NodeRef::new() }
    }

    /// The scale in per cent (tracked).
    pub(super) fn percent(self) -> String {
        format!("{:.0} %", self.view.get().scale * 100.0)
    }

    fn room(self) -> (f64, f64) {
        let frame = self.frame.get_untracked();
        frame.map_or((800.0, 500.0), |frame| {
            (f64::from(frame.client_width()), f64::from(frame.client_height()))
        })
    }

    /// Shows all of it, in the middle, never larger than life.
    pub(super) fn fit(self, drawing: &Drawing) {
        let (width, height) = self.room();
        let scale =
            (width / drawing.width.max(1.0)).min(height / drawing.height.max(1.0)).clamp(SCALES.0, 1.0);
        let x = (width - drawing.width * scale) / 2.0;
        let y = ((height - drawing.height * scale) / 2.0).max(0.0);
        self.view.set(View { x, y, scale });
    }

    /// Zooms around the middle.
    pub(super) fn zoom(self, by: f64) {
        let (width, height) = self.room();
        self.zoom_at(by, width / 2.0, height / 2.0);
    }

    fn zoom_at(self, by: f64, x: f64, y: f64) {
        self.view.update(|view| {
            let scale = (view.scale * by).clamp(SCALES.0, SCALES.1);
            let ratio = scale / view.scale;
            *view = View { x: x - (x - view.x) * ratio, y: y - (y - view.y) * ratio, scale };
        });
    }

    fn pan(self, x: f64, y: f64) {
        self.view.update(|view| {
            view.x += x;
            view.y += y;
        });
    }

    fn wheel(self, ev: &WheelEvent) {
        ev.prevent_default();
        let (x, y) = self.inside(f64::from(ev.client_x()), f64::from(ev.client_y()));
        // A touchpad scrolls sideways as well: that moves; with Ctrl (a pinch) or a plain wheel it zooms.
        if ev.delta_x().abs() > ev.delta_y().abs() && !ev.ctrl_key() {
            self.pan(-ev.delta_x(), -ev.delta_y());
        } else {
            self.zoom_at((-ev.delta_y() * 0.0015).exp(), x, y);
        }
    }

    fn inside(self, x: f64, y: f64) -> (f64, f64) {
        let frame = self.frame.get_untracked().map(|frame| frame.get_bounding_client_rect());
        frame.map_or((x, y), |frame| (x - frame.left(), y - frame.top()))
    }
}

/// A press that may become a move.
#[derive(Debug, Clone, Copy)]
struct Press {
    pointer: i32,
    x: f64,
    y: f64,
    moved: f64,
}

#[component]
pub(super) fn Canvas(
    drawing: StoredValue<Drawing>,
    around: StoredValue<Around>,
    camera: Camera,
) -> impl IntoView {
    let Around { database, schema: here, table: middle } = around.get_value();
    let hovered = RwSignal::new(None::<usize>);
    let press = RwSignal::new(None::<Press>);
    let down = move |ev: PointerEvent| {
        if ev.button() == 0 {
            let (x, y) = (f64::from(ev.client_x()), f64::from(ev.client_y()));
            press.set(Some(Press { pointer: ev.pointer_id(), x, y, moved: 0.0 }));
        }
    };
    let drag = move |ev: PointerEvent| {
        let Some(Press { pointer, x, y, moved }) =
            press.get_untracked().filter(|p| p.pointer == ev.pointer_id())
        else {
            return;
        };
        let (to_x, to_y) = (f64::from(ev.client_x()), f64::from(ev.client_y()));
        let moved = moved + (to_x - x).abs() + (to_y - y).abs();
        if moved > CLICK {
            // Not before: a captured pointer clicks on the frame, not on the table below it.
            if let Some(frame) = camera.frame.get_untracked() {
                let _ = frame.set_pointer_capture(pointer);
            }
            camera.pan(to_x - x, to_y - y);
        }
        press.set(Some(Press { pointer, x: to_x, y: to_y, moved }));
    };
    let up = move |_: PointerEvent| {
        // After the click that may follow.
        request_animation_frame(move || {
            let _ = press.try_set(None);
        });
    };
    let keys = move |ev: KeyboardEvent| {
        match ev.key().as_str() {
            "ArrowLeft" => camera.pan(60.0, 0.0),
            "ArrowRight" => camera.pan(-60.0, 0.0),
            "ArrowUp" => camera.pan(0.0, 60.0),
            "ArrowDown" => camera.pan(0.0, -60.0),
            "+" | "=" => camera.zoom(1.2),
            "-" => camera.zoom(1.0 / 1.2),
            "0" => drawing.with_value(|drawing| camera.fit(drawing)),
            _ => return,
        }
        ev.prevent_default();
    };
    let moved = move || press.get_untracked().is_some_and(|press| press.moved > CLICK);
    let transform = move || {
        let View { x, y, scale } = camera.view.get();
        format!("translate({x:.1} {y:.1}) scale({scale:.4})")
    };
    // What hangs on the table below the pointer.
    let near = Memo::new(move |_| {
        let at = hovered.get()?;
        drawing.with_value(|drawing| {
            let ends = drawing.wires.iter().filter(|wire| wire.from == at || wire.to == at);
            Some(ends.flat_map(|wire| [wire.from, wire.to]).chain([at]).collect::<Vec<_>>())
        })
    });
    let (wires, plates) = drawing.with_value(|drawing| (drawing.wires.clone(), drawing.plates.clone()));
    let label = format!("{} tables and the {} foreign keys between them", plates.len(), wires.len());
    let wires = wires.into_iter().map(|wire| self::wire(wire, hovered)).collect_view();
    let plates = plates
        .into_iter()
        .enumerate()
        .map(|(at, plate)| {
            let is_middle = middle.as_ref() == Some(&plate.name) && plate.schema == here;
            let href = routes::table_section(&database, &plate.schema, &plate.name, "relations");
            self::plate(at, plate, &here, (href, is_middle), (hovered, near), moved)
        })
        .collect_view();
    view! {
        <div
            class="erd"
            class:moving=move || press.get().is_some_and(|press| press.moved > CLICK)
            node_ref=camera.frame
            tabindex="0"
            role="group"
            aria-label=label
            on:pointerdown=down
            on:pointermove=drag
            on:pointerup=up
            on:pointercancel=up
            on:wheel=move |ev| camera.wheel(&ev)
            on:keydown=keys
        >
            <svg class="erd-svg" width="100%" height="100%">
                <defs>
                    <marker id="erd-end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse">
                        <path d="M0 0L8 4L0 8z" class="erd-arrow" />
                    </marker>
                </defs>
                <g transform=transform class:hovering=move || hovered.get().is_some()>{wires}{plates}</g>
            </svg>
        </div>
    }
}

fn wire(wire: Wire, hovered: RwSignal<Option<usize>>) -> AnyView {
    let Wire { from, to, path, title, unique } = wire;
    let lit = move || hovered.get().is_some_and(|at| at == from || at == to);
    view! {
        <g class="erd-wire" class:lit=lit class:unique=unique>
            <path d=path.clone() class="erd-reach" />
            <path d=path marker-end="url(#erd-end)" class="erd-line" />
            <title>{title}</title>
        </g>
    }
    .into_any()
}

fn plate(
    at: usize,
    plate: Plate,
    here: &str,
    (href, is_middle): (String, bool),
    (hovered, near): (RwSignal<Option<usize>>, Memo<Option<Vec<usize>>>),
    moved: impl Fn() -> bool + Copy + 'static,
) -> AnyView {
    let address = use_address();
    let lit = move || near.with(|near| near.as_ref().is_some_and(|near| near.contains(&at)));
    let Plate { schema, name, x, y, width, height, rows, more } = plate;
    let title = if schema == here { name.clone() } else { format!("{schema}.{name}") };
    let shown = cut(&title, width - 24.0);
    let to = href.clone();
    let click = move |ev: MouseEvent| {
        let other = ev.meta_key() || ev.ctrl_key() || ev.shift_key() || ev.button() != 0;
        if other && !moved() {
            return;
        }
        ev.prevent_default();
        ev.stop_propagation();
        if !moved() {
            address.go(&to);
        }
    };
    let count = rows.len();
    let lines = rows.into_iter().enumerate().map(|(line, row)| self::row(row, line, width)).collect_view();
    let rest = (more > 0).then(|| {
        let words = format!("and {more} more");
        view! { <text x="12" y=middle_of(count) class="erd-more">{words}</text> }
    });
    view! {
        <g class="erd-plate" class:lit=lit class:middle=is_middle transform=format!("translate({x} {y})")>
          <a
            href=href
            draggable="false"
            on:click=click
            on:dragstart=|ev: leptos::ev::DragEvent| ev.prevent_default()
            on:pointerenter=move |_| hovered.set(Some(at))
            on:pointerleave=move |_| hovered.set(None)
            on:focus=move |_| hovered.set(Some(at))
            on:blur=move |_| hovered.set(None)
        >
            <rect width=width height=height rx="7" class="erd-box" />
            <path d=format!("M0 {HEAD}H{width}") class="erd-rule" />
            <text x="12" y="20" class="erd-name">{shown}</text>
            {lines}{rest}
          </a>
        </g>
    }
    .into_any()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of lines")]
fn middle_of(line: usize) -> f64 {
    HEAD + LINE * (line as f64 + 0.5) + 4.0
}

fn row(row: Row, line: usize, width: f64) -> AnyView {
    let y = middle_of(line);
    let Row { name, type_name, key, foreign, nullable } = row;
    let mark = if key { "erd-mark key" } else { "erd-mark foreign" };
    let mark = (key || foreign).then(|| view! { <circle cx="13" cy=y - 4.0 r="3" class=mark /> });
    let type_width = width * 0.45;
    let shown = cut(&type_name, type_width);
    let said = cut(&name, width - 34.0 - text_width(&shown));
    let whole_name = (said != name).then(|| leptos::svg::title().child(name));
    let whole_type = (shown != type_name).then(|| leptos::svg::title().child(type_name));
    let class = if nullable && !key { "erd-column nullable" } else { "erd-column" };
    view! {
        {mark}
        <text x="22" y=y class=class>{said}{whole_name}</text>
        <text x=width - 10.0 y=y class="erd-type">{shown}{whole_type}</text>
    }
    .into_any()
}

#[expect(clippy::cast_precision_loss, reason = "numbers of letters")]
fn text_width(text: &str) -> f64 {
    text.chars().count() as f64 * 6.4
}

/// As much of a text as has room.
pub(super) fn cut(text: &str, room: f64) -> String {
    if text_width(text) <= room {
        return text.to_owned();
    }
    let mut out = String::new();
    for letter in text.chars() {
        if text_width(&out) + 12.8 > room {
            break;
        }
        out.push(letter);
    }
    out.push('…');
    out
}
