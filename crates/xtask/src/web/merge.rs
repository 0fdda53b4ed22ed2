//! Makes one module of many that take the same memory, table and globals from the main module.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use super::tools::Tools;

/// From where the splitter's modules import.
pub(super) const MAIN_MODULE: &str = "__wasm_split";
/// From where the merged module imports.
pub(super) const HOST: &str = "host";

/// Merges modules of `folder` into `into`.
///
/// Left to itself the merger would give each module an import of the memory of its own. So a module that imports
/// everything once and exports it again stands in for the main module: the others' imports resolve to it.
pub(super) fn merge(tools: &Tools, folder: &Path, modules: &[String], into: &str) -> Result<()> {
    let text = folder.join("together.wat");
    let mut together = merger(tools, folder, modules)?;
    Tools::run_quietly(together.args(["--enable-multimemory", "-S", "-o"]).arg(&text))?;
    let wat = fs::read_to_string(&text).with_context(|| format!("reading {}", text.display()))?;
    let stand_in = folder.join("host.wat");
    fs::write(&stand_in, host(&wat)?).with_context(|| format!("writing {}", stand_in.display()))?;
    let binary = folder.join("host.wasm");
    let mut assembler = tools.binaryen("wasm-as")?;
    Tools::run_quietly(assembler.arg(&stand_in).arg("-o").arg(&binary))?;
    let mut merged = tools.binaryen("wasm-merge")?;
    merged.arg(&binary).arg(MAIN_MODULE);
    named(&mut merged, folder, modules);
    Tools::run_quietly(merged.arg("-o").arg(folder.join(into)))
}

fn merger(tools: &Tools, folder: &Path, modules: &[String]) -> Result<std::process::Command> {
    let mut merger = tools.binaryen("wasm-merge")?;
    named(&mut merger, folder, modules);
    Ok(merger)
}

/// The merger wants a name after each module, by which others could import from it.
fn named(merger: &mut std::process::Command, folder: &Path, modules: &[String]) {
    for module in modules {
        merger.arg(folder.join(module)).arg(module);
    }
}

/// A module that imports what the modules of this text import, each thing once, and exports it under the same name.
fn host(wat: &str) -> Result<String> {
    let start = format!("(import \"{MAIN_MODULE}\" \"");
    let mut things = BTreeMap::new();
    for line in wat.lines().filter_map(|line| line.trim_start().strip_prefix(&start)) {
        // `memory" (memory $mimport$0 18))`
        let parts = line.split_once("\" (").and_then(|(name, rest)| Some((name, rest.split_once(' ')?)));
        if let Some((name, (kind, rest))) = parts
            && let Some((_, shape)) = rest.split_once(' ')
        {
            things.entry(name).or_insert((kind, shape));
        }
    }
    let mut out = String::from("(module\n");
    let mut exports = String::new();
    for (index, (name, (kind, shape))) in things.iter().enumerate() {
        writeln!(out, " (import \"{HOST}\" \"{name}\" ({kind} $h{index} {shape}")?;
        writeln!(exports, " (export \"{name}\" ({kind} $h{index}))")?;
    }
    Ok(out + &exports + ")\n")
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn everything_is_imported_once_and_exported_again() {
        let wat = r#"(module
 (import "__wasm_split" "memory" (memory $mimport$0 18))
 (import "__wasm_split" "memory" (memory $mimport$1 18))
 (import "__wasm_split" "__indirect_function_table" (table $timport$0 4459 funcref))
 (import "__wasm_split" "__wasm_split_shared0" (global $gimport$0 (mut i32)))
 (func $0)
)"#;
        let expected = r#"(module
 (import "host" "__indirect_function_table" (table $h0 4459 funcref))
 (import "host" "__wasm_split_shared0" (global $h1 (mut i32)))
 (import "host" "memory" (memory $h2 18))
 (export "__indirect_function_table" (table $h0))
 (export "__wasm_split_shared0" (global $h1))
 (export "memory" (memory $h2))
)
"#;
        assert_eq!(host(wat).unwrap(), expected);
    }
}
