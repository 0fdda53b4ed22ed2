//! Cuts the app into what the first view needs and the parts that are loaded on demand.
//!
//! `wasm-split-cli` follows what each `part!` of the app uses. What only one part uses goes into that part's module;
//! for what some parts share it makes one module for every combination of parts, most of them tiny. Those are merged
//! into one here, so that a part is a handful of files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::merge;
use super::tools::Tools;

/// The name of the main module, and of the script around it.
pub(super) const MAIN: &str = "howdah";
/// From where the main module imports the functions that load parts; the splitter names it.
pub(super) const LINK: &str = "__wasm_split.js";
/// Begins the names of these functions.
pub(super) const LOAD: &str = "__wasm_split_load_";
/// Shared modules below this size (in bytes, before they are optimised) become one.
const SMALL: u64 = 24_000;
const SHARED: &str = "shared.wasm";

/// What is loaded on demand.
#[derive(Debug)]
pub(super) struct Split {
    pub(super) folder: PathBuf,
    /// The modules of each part, by the part's name.
    pub(super) parts: BTreeMap<String, BTreeSet<String>>,
}

impl Split {
    /// Every module once.
    pub(super) fn modules(&self) -> Vec<PathBuf> {
        let names: BTreeSet<&String> = self.parts.values().flatten().collect();
        names.into_iter().map(|name| self.folder.join(name)).collect()
    }
}

/// Splits the whole app; answers the main module, which wasm-bindgen has not seen yet, and the rest.
pub(super) fn split(tools: &Tools, whole: &Path, work: &Path) -> Result<(PathBuf, Split)> {
    let folder = work.join("split");
    let mut splitter = tools.command("wasm-split-cli")?;
    splitter.arg(whole).arg(&folder).args(["--target", "web", "--out-name", MAIN]);
    tools.run(&mut splitter)?;
    let link = folder.join(LINK);
    let script = fs::read_to_string(&link).with_context(|| format!("reading {}", link.display()))?;
    let parts = parts(&script)?;
    let mut split = Split { folder, parts };
    merge_small(tools, &mut split)?;
    Ok((split.folder.join(MAIN).with_extension("wasm"), split))
}

fn merge_small(tools: &Tools, split: &mut Split) -> Result<()> {
    let mut small = Vec::new();
    for module in split.modules() {
        let name = module.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let size = fs::metadata(&module).with_context(|| format!("reading {}", module.display()))?.len();
        if name.starts_with("chunk_") && size < SMALL {
            small.push(name);
        }
    }
    if small.len() < 2 {
        return Ok(());
    }
    merge::merge(tools, &split.folder, &small, SHARED)?;
    for modules in split.parts.values_mut() {
        let before = modules.len();
        modules.retain(|module| !small.contains(module));
        if modules.len() < before {
            modules.insert(SHARED.to_owned());
        }
    }
    Ok(())
}

/// Reads the splitter's own loader: which modules each part is made of.
fn parts(script: &str) -> Result<BTreeMap<String, BTreeSet<String>>> {
    const CHUNK: &str = "const __chunk_";
    let export = format!("export const {LOAD}");
    let mut chunks = BTreeMap::new();
    let mut parts = BTreeMap::new();
    let starts: Vec<usize> = script
        .match_indices("const __")
        .map(|(at, _)| at)
        .filter(|at| script[*at..].starts_with(CHUNK) || script[..*at].ends_with("export "))
        .collect();
    for (index, &start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).copied().unwrap_or(script.len());
        let statement = &script[start..end];
        let name = statement["const ".len()..].split(' ').next().unwrap_or_default();
        let file = statement
            .split_once("new URL(\"./")
            .and_then(|(_, rest)| rest.split_once('"'))
            .map(|(file, _)| file.to_owned());
        if let Some(part) = name.strip_prefix(LOAD) {
            let (_, needed) = statement.rsplit_once(", [").with_context(|| odd(&export))?;
            let needed = needed.split_once(']').with_context(|| odd(&export))?.0;
            let needed = needed.split(", ").filter(|one| !one.is_empty()).map(ToOwned::to_owned);
            parts.insert(part.to_owned(), (file, needed.collect::<Vec<_>>()));
        } else {
            chunks.insert(name.to_owned(), file.with_context(|| odd(CHUNK))?);
        }
    }
    if parts.is_empty() {
        bail!("the app has no parts: was it built with the feature `split`?");
    }
    let whole = |(part, (own, needed)): (String, (Option<String>, Vec<String>))| {
        let mut files: BTreeSet<String> = own.into_iter().collect();
        for name in needed {
            files.insert(chunks.get(&name).with_context(|| odd(&name))?.clone());
        }
        Ok((part, files))
    };
    parts.into_iter().map(whole).collect()
}

fn odd(what: &str) -> String {
    format!("wasm-split-cli writes {LINK} in another way than this build reads it (at {what:?})")
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = r#"import { initSync } from "./howdah.js";
/* a, b */
const __chunk_3 = makeLoad(() => {
    const src = fetch(new URL("./chunk_3.wasm", import.meta.url));
}
, []);
export const __wasm_split_load_b = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_b.wasm", import.meta.url));
}
, [__chunk_3]));
export const __wasm_split_load_a = wrapAsyncCb(makeLoad(() => async (_imp) => ({}), [__chunk_3]));
export const __wasm_split_load_c = wrapAsyncCb(makeLoad(() => {
    const src = fetch(new URL("./split_c.wasm", import.meta.url));
}
, []));
"#;

    #[test]
    fn the_splitters_loader_is_read() {
        let parts = parts(SCRIPT).unwrap();
        let of = |name: &str| parts[name].iter().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(of("a"), ["chunk_3.wasm"]);
        assert_eq!(of("b"), ["chunk_3.wasm", "split_b.wasm"]);
        assert_eq!(of("c"), ["split_c.wasm"]);
    }

    #[test]
    fn another_way_of_writing_it_is_an_error() {
        assert!(parts(&SCRIPT.replace(", [__chunk_3]", ", [__chunk_4]")).is_err());
        assert!(parts("export const nothing = 1;").is_err());
    }
}
