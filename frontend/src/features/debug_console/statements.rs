//! The SQL of one call, a line each.

use howdah_types::trace::Statement;
use leptos::prelude::*;

use crate::state::SqlState;
use crate::ui::{SqlText, format};

/// How many statements are shown while the call is folded.
const FOLDED: usize = 3;

/// One line per statement: the SQL, its time, its rows. Unfolded, the SQL is whole and its parameters stand below.
#[component]
pub fn Statements(sql: ArcRwSignal<SqlState>, open: RwSignal<bool>) -> impl IntoView {
    move || match sql.get() {
        SqlState::Unread | SqlState::Reading => ().into_any(),
        SqlState::Failed(problem) => {
            view! { <p class="line sql"><span></span><span class="muted">{problem.detail}</span></p> }
                .into_any()
        }
        SqlState::Read { statements, dropped } => {
            let whole = open.get();
            let total = statements.len();
            let shown = if whole { total } else { FOLDED.min(total) };
            let rest = (total - shown, dropped);
            let lines = statements.into_iter().take(shown).map(|statement| line(statement, whole));
            view! {
                {lines.collect_view()}
                {rest_line(rest.0, rest.1)}
            }
            .into_any()
        }
    }
}

fn rest_line(folded: usize, dropped: u32) -> Option<impl IntoView> {
    let text = match (folded, dropped) {
        (0, 0) => return None,
        (0, dropped) => format!("{dropped} more statements were not kept"),
        (folded, _) => format!("{folded} more"),
    };
    Some(view! { <div class="line sql"><span></span><span class="muted">{text}</span><span></span></div> })
}

fn line(statement: Statement, whole: bool) -> impl IntoView {
    let text = if whole { statement.sql } else { one_line(&statement.sql) };
    let rows = statement.rows.map(|rows| format!(" · {rows}")).unwrap_or_default();
    let took = format!("{}{rows}", format::duration(statement.duration_ms));
    let parameters = (whole && !statement.parameters.is_empty()).then(|| {
        let one = |(at, value): (usize, Option<String>)| {
            let value = value.map_or_else(|| "NULL".to_owned(), |value| format!("'{value}'"));
            format!("${} = {value}", at + 1)
        };
        let all: Vec<String> = statement.parameters.into_iter().enumerate().map(one).collect();
        view! { <span class="parameters">{all.join(", ")}</span> }
    });
    let error = statement.error.map(|error| view! { <span class="bad">{error}</span> });
    view! {
        <div class="line sql" class:whole=whole>
            <span class="muted">{statement.database}</span>
            <span>
                <SqlText sql=text />
                {parameters}
                {error}
            </span>
            <span>{took}</span>
        </div>
    }
}

/// Line breaks and runs of blanks become one blank; comments at the beginning are left out.
fn one_line(sql: &str) -> String {
    let body = sql.lines().skip_while(|line| line.trim().is_empty() || line.trim_start().starts_with("--"));
    let mut out = String::new();
    for word in body.flat_map(str::split_whitespace) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        if out.len() > 400 {
            out.push('…');
            break;
        }
    }
    out
}
