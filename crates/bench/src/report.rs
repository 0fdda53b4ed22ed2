//! What a run prints: tables of times and ratios, and the figures that are the same in every run and must hold.

use std::time::Duration;

/// A table, printed as soon as its section has ended: a full run takes long.
#[derive(Debug)]
pub(crate) struct Table {
    title: String,
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(crate) fn new(title: &str, head: &[&'static str]) -> Self {
        Self { title: title.to_owned(), head: head.to_vec(), rows: Vec::new() }
    }

    pub(crate) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// Prints it; the first column stands left, the others right. Nothing when it is empty.
    pub(crate) fn print(&self) {
        if self.rows.is_empty() {
            return;
        }
        println!("\n{}", self.title);
        let head: Vec<String> = self.head.iter().map(|&name| name.to_owned()).collect();
        let lines: Vec<&Vec<String>> = std::iter::once(&head).chain(&self.rows).collect();
        let columns = lines.iter().map(|line| line.len()).max().unwrap_or(0);
        let width = |at: usize| {
            lines.iter().filter_map(|line| line.get(at)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for line in &lines {
            let mut text = String::new();
            for (at, width) in widths.iter().enumerate() {
                let cell = line.get(at).map_or("", String::as_str);
                let blanks = " ".repeat(width - cell.chars().count());
                let parts = if at == 0 { [cell, &blanks, "  "] } else { [&blanks, cell, "  "] };
                text.extend(parts);
            }
            println!("{}", text.trim_end());
        }
    }
}

/// Figures that do not depend on the machine. One that does not hold fails the run.
#[derive(Debug, Default)]
pub(crate) struct Checks(Vec<Check>);

#[derive(Debug)]
struct Check {
    what: String,
    found: String,
    wanted: String,
    holds: bool,
}

impl Checks {
    /// A number that may be at most so large.
    pub(crate) fn at_most(&mut self, what: &str, found: f64, most: f64, unit: &str) {
        let holds = found <= most;
        let (found, wanted) = (format!("{} {unit}", short(found)), format!("at most {}", short(most)));
        self.0.push(Check { what: what.to_owned(), found, wanted, holds });
    }

    /// Two texts that must be the same.
    pub(crate) fn same(&mut self, what: &str, found: &str, wanted: &str) {
        let holds = found == wanted;
        let (what, found, wanted) = (what.to_owned(), found.to_owned(), wanted.to_owned());
        self.0.push(Check { what, found, wanted, holds });
    }

    /// Prints them; how many do not hold.
    pub(crate) fn print(&self) -> usize {
        let title = "the same on every machine; a run fails when one does not hold";
        let mut table = Table::new(title, &["", "found", "wanted", ""]);
        for Check { what, found, wanted, holds } in &self.0 {
            let verdict = if *holds { "" } else { "DOES NOT HOLD" };
            table.row(vec![what.clone(), found.clone(), wanted.clone(), verdict.to_owned()]);
        }
        table.print();
        self.0.iter().filter(|check| !check.holds).count()
    }
}

/// Few digits: 0.41, 3.2, 145.
pub(crate) fn short(number: f64) -> String {
    match number.abs() {
        size if size >= 100.0 || size.fract() < 1e-9 => format!("{number:.0}"),
        size if size >= 10.0 => format!("{number:.1}"),
        _ => format!("{number:.2}"),
    }
}

/// Milliseconds.
pub(crate) fn ms(time: Duration) -> String {
    short(time.as_secs_f64() * 1000.0)
}

/// "1.23×", or a dash where nothing can be divided.
pub(crate) fn times(ours: f64, other: f64) -> String {
    if other > 0.0 { format!("{:.2}×", ours / other) } else { "–".to_owned() }
}

/// "17 B", "64 kB", "424 MB".
pub(crate) fn bytes(count: u64) -> String {
    match count {
        0..10_000 => format!("{count} B"),
        10_000..10_000_000 => format!("{} kB", count / 1000),
        _ => format!("{} MB", count / 1_000_000),
    }
}
