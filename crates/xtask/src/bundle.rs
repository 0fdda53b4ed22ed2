//! The sizes of the app's files, and the budget for what the first view loads.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::compress::with_suffix;
use crate::cx::Cx;
use crate::hash::files_below;
use crate::web::Profile;

/// Brotli bytes of everything that index.html loads before the first view stands.
const BUDGET: u64 = 400_000;

/// Prints the table; an error over the budget.
pub(crate) fn check(cx: &Cx, profile: Profile) -> Result<()> {
    if profile == Profile::Dev {
        println!("(a dev build: no sizes)");
        return Ok(());
    }
    let dist = cx.dist();
    let first = first_view(&dist)?;
    let files = files_below(&dist, &[])?;
    let is_copy =
        |file: &PathBuf| file.extension().is_some_and(|extension| extension == "br" || extension == "gz");
    println!("{:<52} {:>10} {:>10} {:>10}", "file", "raw", "gzip", "brotli");
    let mut total = 0;
    let mut rows: Vec<(bool, u64, String)> = Vec::new();
    for file in files.iter().filter(|file| !is_copy(file)) {
        let raw = size(file).unwrap_or(0);
        let gzip = size(&with_suffix(file, "gz")).unwrap_or(raw);
        let brotli = size(&with_suffix(file, "br")).unwrap_or(raw);
        let is_first = first.contains(file);
        if is_first {
            total += brotli;
        }
        let mark = if is_first { "●" } else { " " };
        let name = file.strip_prefix(&dist).unwrap_or(file).display();
        rows.push((
            is_first,
            brotli,
            format!("{mark} {:<50} {raw:>10} {gzip:>10} {brotli:>10}", name.to_string()),
        ));
    }
    rows.sort_by_key(|(is_first, brotli, _)| (!is_first, std::cmp::Reverse(*brotli)));
    for (_, _, line) in &rows {
        println!("{line}");
    }
    println!("● first view: {total} bytes brotli of {BUDGET}");
    if total > BUDGET {
        bail!("the first view is {} bytes over its budget", total - BUDGET);
    }
    Ok(())
}

fn size(file: &Path) -> Option<u64> {
    fs::metadata(file).ok().map(|data| data.len())
}

/// index.html, what it names in its tags, and what those scripts import statically.
fn first_view(dist: &Path) -> Result<BTreeSet<PathBuf>> {
    let page = dist.join("index.html");
    let html = fs::read_to_string(&page).with_context(|| format!("reading {}", page.display()))?;
    let mut found = BTreeSet::from([page]);
    let mut open: Vec<PathBuf> = Vec::new();
    for name in named_after(&html, &["src=", "href="]) {
        open.push(dist.join(name.trim_start_matches('/')));
    }
    while let Some(file) = open.pop() {
        if !file.is_file() || !found.insert(file.clone()) {
            continue;
        }
        if file.extension().is_none_or(|extension| extension != "js") {
            continue;
        }
        let script = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
        let starters = ["from ", "from", "import ", "import", "module_or_path: ", "module_or_path:"];
        for name in named_after(&script, &starters) {
            if let Some(name) = name.strip_prefix('/') {
                open.push(dist.join(name));
            } else if name.starts_with("./") || name.starts_with("../") {
                let beside = file.parent().unwrap_or(dist).join(name);
                open.push(normal(&beside));
            }
        }
    }
    Ok(found)
}

/// What follows one of `starters` directly: a quoted string, or a path that ends the way an
/// unquoted attribute does.
fn named_after<'a>(text: &'a str, starters: &[&str]) -> Vec<&'a str> {
    let mut found = Vec::new();
    for starter in starters {
        for (at, _) in text.match_indices(starter) {
            let rest = &text[at + starter.len()..];
            let quote = rest.chars().next().filter(|first| *first == '"' || *first == '\'');
            let (name, end) = match quote {
                Some(quote) => (&rest[1..], rest[1..].find(quote)),
                None if rest.starts_with('/') => (rest, rest.find([' ', '>'])),
                None => continue,
            };
            if let Some(end) = end {
                found.push(&name[..end]);
            }
        }
    }
    found
}

/// Without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}
