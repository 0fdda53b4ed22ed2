//! The sizes of the app's files, and the budgets: for what the first view loads, and for each file that is loaded on
//! demand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::compress::with_suffix;
use crate::cx::Cx;
use crate::hash::files_below;
use crate::web::Profile;

/// Brotli bytes of everything that index.html loads before the first view stands.
const BUDGET: u64 = 400_000;
/// Brotli bytes of one file that is loaded on demand.
const PART_BUDGET: u64 = 200_000;

/// Prints the tables; an error over a budget.
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
    let mut too_large = Vec::new();
    for file in files.iter().filter(|file| !is_copy(file)) {
        let raw = size(file).unwrap_or(0);
        let gzip = size(&with_suffix(file, "gz")).unwrap_or(raw);
        let brotli = sent(file);
        let is_first = first.contains(file);
        let name = file.strip_prefix(&dist).unwrap_or(file).display().to_string();
        if is_first {
            total += brotli;
        } else if brotli > PART_BUDGET {
            too_large.push(format!("{name} is {} bytes over its budget", brotli - PART_BUDGET));
        }
        let mark = if is_first { "●" } else { " " };
        rows.push((is_first, brotli, format!("{mark} {name:<50} {raw:>10} {gzip:>10} {brotli:>10}")));
    }
    rows.sort_by_key(|(is_first, brotli, _)| (!is_first, std::cmp::Reverse(*brotli)));
    for (_, _, line) in &rows {
        println!("{line}");
    }
    print_parts(&dist, &first)?;
    println!("● first view: {total} bytes brotli of {BUDGET}; each file on demand: at most {PART_BUDGET}");
    if total > BUDGET {
        too_large.push(format!("the first view is {} bytes over its budget", total - BUDGET));
    }
    if !too_large.is_empty() {
        bail!("{}", too_large.join("; "));
    }
    Ok(())
}

/// What opening each part loads in all, and how much of it no other part uses.
fn print_parts(dist: &Path, first: &BTreeSet<PathBuf>) -> Result<()> {
    let parts = parts(first)?;
    println!("{:<52} {:>10} {:>10} {:>10}", "\npart, brotli", "files", "its own", "in all");
    for (part, files) in &parts {
        let is_own =
            |file: &&String| parts.iter().all(|(other, theirs)| other == part || !theirs.contains(file));
        let sum =
            |files: &mut dyn Iterator<Item = &String>| files.map(|file| sent(&dist.join(file))).sum::<u64>();
        let (own, all) = (sum(&mut files.iter().filter(is_own)), sum(&mut files.iter()));
        println!("  {part:<50} {:>10} {own:>10} {all:>10}", files.len());
    }
    Ok(())
}

/// The parts by name with their files, from the script that loads them (`web/loader.js`).
fn parts(first: &BTreeSet<PathBuf>) -> Result<BTreeMap<String, Vec<String>>> {
    let mut parts = BTreeMap::new();
    for script in first.iter().filter(|file| file.extension().is_some_and(|extension| extension == "js")) {
        let text = fs::read_to_string(script).with_context(|| format!("reading {}", script.display()))?;
        for line in text.lines().filter_map(|line| line.strip_prefix("export const __wasm_split_load_")) {
            let (part, files) = line.split_once(" = part(").context("the script that loads parts")?;
            let files = files.split('"').filter_map(|name| name.strip_prefix("./"));
            parts.insert(part.to_owned(), files.map(ToOwned::to_owned).collect());
        }
    }
    Ok(parts)
}

/// What goes over the wire to a browser that takes brotli.
fn sent(file: &Path) -> u64 {
    size(&with_suffix(file, "br")).or_else(|| size(file)).unwrap_or(0)
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
