//! Gives the app's files the names under which they are served: each holds a fingerprint of its content, so that it
//! may be cached for ever.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::compile::Compiled;
use super::page;
use super::split::{LINK, LOAD, MAIN};
use crate::hash::Fingerprint;

/// Style sheets in this folder of the front end belong to the part of their name and are loaded with it.
pub(super) const PART_STYLES: &str = "styles/parts";
const LOADER: &str = include_str!("loader.js");

/// The files of the app that the page names.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) script: String,
    pub(super) module: String,
    pub(super) loader: Option<String>,
}

/// Puts everything into `staging`.
pub(super) fn publish(frontend: &Path, compiled: &Compiled, staging: &Path) -> Result<Published> {
    let bytes = read(&compiled.module)?;
    let module = named(staging, MAIN, "wasm", &bytes)?;
    let script = fs::read_to_string(&compiled.script)
        .with_context(|| format!("reading {}", compiled.script.display()))?;
    let script = replaced(&script, &format!("{MAIN}_bg.wasm"), &module)?;
    let Some(split) = &compiled.split else {
        let script = named(staging, MAIN, "js", script.as_bytes())?;
        return Ok(Published { script, module, loader: None });
    };
    let mut served = BTreeMap::new();
    for path in split.modules() {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let stem = stem.strip_prefix("split_").map_or_else(|| "shared".to_owned(), ToOwned::to_owned);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        served.insert(name, named(staging, &stem, "wasm", &read(&path)?)?);
    }
    let mut styles = part_styles(frontend)?;
    let mut loader = LOADER.to_owned();
    for (part, modules) in &split.parts {
        let mut files: Vec<&str> =
            modules.iter().filter_map(|name| served.get(name)).map(String::as_str).collect();
        let style = match styles.remove(part) {
            Some(file) => Some(named(staging, part, "css", page::sheet(&file)?.as_bytes())?),
            None => None,
        };
        files.extend(style.as_deref());
        let files = files.iter().map(|name| format!("\"./{name}\"")).collect::<Vec<_>>().join(", ");
        write!(loader, "\nexport const {LOAD}{part} = part({files});")?;
    }
    if let Some(part) = styles.keys().next() {
        bail!("{PART_STYLES}/{part}.css belongs to no part: no part! of the app goes into {part:?}");
    }
    loader.push('\n');
    // The two scripts import each other, so one fingerprint over both names both.
    let mut both = Fingerprint::new();
    both.add(script.as_bytes());
    both.add(loader.as_bytes());
    let (script_name, loader_name) =
        (format!("{MAIN}-{}.js", both.hex()), format!("parts-{}.js", both.hex()));
    // Only where it says from where: the module asks for the name that the splitter gave it.
    let script = replaced(&script, &format!("from \"./{LINK}\""), &format!("from \"./{loader_name}\""))?;
    let loader = replaced(&loader, &format!("\"./{MAIN}.js\""), &format!("\"./{script_name}\""))?;
    write(staging, &script_name, script.as_bytes())?;
    write(staging, &loader_name, loader.as_bytes())?;
    Ok(Published { script: script_name, module, loader: Some(loader_name) })
}

/// The style sheets of parts, by the part's name.
pub(super) fn part_styles(frontend: &Path) -> Result<BTreeMap<String, PathBuf>> {
    let folder = frontend.join(PART_STYLES);
    let mut styles = BTreeMap::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("listing {}", folder.display()))? {
        let path = entry?.path();
        if let Some(part) = path.file_stem() {
            styles.insert(part.to_string_lossy().into_owned(), path.clone());
        }
    }
    Ok(styles)
}

/// Writes a file under a name that holds a fingerprint of its content.
pub(super) fn named(staging: &Path, stem: &str, extension: &str, content: &[u8]) -> Result<String> {
    let mut fingerprint = Fingerprint::new();
    fingerprint.add(content);
    let name = format!("{stem}-{}.{extension}", fingerprint.hex());
    write(staging, &name, content)?;
    Ok(name)
}

fn write(staging: &Path, name: &str, content: &[u8]) -> Result<()> {
    fs::write(staging.join(name), content).with_context(|| format!("writing {name}"))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("reading {}", path.display()))
}

/// It must be there: a name that is not replaced would lead nowhere.
fn replaced(text: &str, from: &str, to: &str) -> Result<String> {
    if !text.contains(from) {
        bail!("{from} is not where it is expected in a script of the app");
    }
    Ok(text.replace(from, to))
}
