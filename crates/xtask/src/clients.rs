//! The OpenAPI document.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cx::Cx;
use crate::{proc, server_binary, stages};

const DOCUMENT: &str = "openapi/openapi.json";

/// What the binary says about itself.
fn printed(cx: &Cx) -> Result<String> {
    stages::build_server(cx)?;
    let mut text = proc::output(Command::new(server_binary(cx)).arg("openapi"))?;
    text.push('\n');
    Ok(text)
}

pub(crate) fn write_openapi(cx: &Cx) -> Result<()> {
    let path = cx.root.join(DOCUMENT);
    fs::create_dir_all(cx.root.join("openapi"))?;
    let text = printed(cx)?;
    if fs::read_to_string(&path).is_ok_and(|old| old == text) {
        println!("{DOCUMENT} is up to date");
        return Ok(());
    }
    fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
    println!("wrote {DOCUMENT}");
    Ok(())
}

/// An error if the committed document is not what the binary prints.
pub(crate) fn check_openapi(cx: &Cx) -> Result<()> {
    let path = cx.root.join(DOCUMENT);
    let committed = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let printed = printed(cx)?;
    if committed == printed {
        return Ok(());
    }
    let line = committed.lines().zip(printed.lines()).position(|(old, new)| old != new);
    let line = line.unwrap_or_else(|| committed.lines().count().min(printed.lines().count()));
    bail!(
        "{DOCUMENT} is out of date from line {}: committed {:?}, now {:?}; run cargo xtask openapi",
        line + 1,
        committed.lines().nth(line).unwrap_or_default().trim(),
        printed.lines().nth(line).unwrap_or_default().trim()
    )
}
