//! The table that a run ends with.

use crate::load::Outcome;

/// A line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    what: String,
    cells: [String; 7],
}

impl Row {
    /// A call beside its floor; the CPU is that of the Howdah process, in microseconds a call.
    pub(crate) fn rate(
        what: &str,
        ours: &Outcome,
        floor: Option<&Outcome>,
        statements: usize,
        cpu: f64,
    ) -> Self {
        let none = || "–".to_owned();
        let cells = [
            format!("{:.0}/s", ours.rate),
            format!("{:.2}", ours.quantile_ms(0.5)),
            format!("{:.2}", ours.quantile_ms(0.99)),
            floor.map_or_else(none, |floor| format!("{:.0}/s", floor.rate)),
            floor.map_or_else(none, |floor| format!("{:.2}×", floor.rate / ours.rate)),
            statements.to_string(),
            format!("{cpu:.0} µs"),
        ];
        Self { what: what.to_owned(), cells }
    }

    /// A figure of memory: resident, without shared pages of PostgreSQL, in MiB.
    pub(crate) fn memory(what: &str, mib: f64) -> Self {
        let mut cells: [String; 7] = Default::default();
        cells[0] = format!("{mib:.1} MiB");
        Self { what: what.to_owned(), cells }
    }
}

/// Prints the table; ratios are floor by ours, so 1.00× would be as fast as the bare statements.
pub(crate) fn print(size: &str, rows: &[Row]) {
    println!(
        "\nsize {size}; floor: the same statements by a bare client, in turn with ours, best round of each"
    );
    let head = ["", "Howdah", "p50 ms", "p99 ms", "floor", "ratio", "statements", "CPU"];
    println!(
        "{:<28}{:>12}{:>9}{:>9}{:>12}{:>9}{:>12}{:>9}",
        head[0], head[1], head[2], head[3], head[4], head[5], head[6], head[7]
    );
    for Row { what, cells: [a, b, c, d, e, f, g] } in rows {
        println!("{what:<28}{a:>12}{b:>9}{c:>9}{d:>12}{e:>9}{f:>12}{g:>9}");
    }
}
