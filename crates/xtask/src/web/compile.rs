//! From Rust to the files that a browser runs, not yet under their final names.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::parallel::each;
use super::split::{self, Split};
use super::tools::{Tools, option};
use super::{Profile, clear};
use crate::cx::Cx;
use crate::setup::wasm::TARGET;

const PACKAGE: &str = "howdah-frontend";

/// What the compiler, the splitter and wasm-bindgen have made.
#[derive(Debug)]
pub(super) struct Compiled {
    /// The script that wasm-bindgen writes around the module.
    pub(super) script: PathBuf,
    /// The module of the first view.
    pub(super) module: PathBuf,
    /// The parts that are loaded when they are needed; none in a development build, where all is one module.
    pub(super) split: Option<Split>,
}

pub(super) fn compile(cx: &Cx, tools: &Tools, profile: Profile) -> Result<Compiled> {
    let work = cx.web_target().join("work");
    clear(&work)?;
    let whole = cargo(cx, tools, profile)?;
    match profile {
        Profile::Dev => {
            let (script, module) = bindgen(tools, &whole, &work, &["--keep-debug"])?;
            Ok(Compiled { script, module, split: None })
        }
        Profile::Release => {
            let (main, split) = split::split(tools, &whole, &work)?;
            // The parts reach into the main module through what the linker exports for them.
            let (script, module) = bindgen(tools, &main, &work, &["--keep-lld-exports"])?;
            // The largest first, or the last one would run alone.
            let modules = [vec![module.clone()], split.modules()].concat();
            each(&modules, |module| optimise(tools, module))?;
            Ok(Compiled { script, module, split: Some(split) })
        }
    }
}

/// The compiler. The splitter needs the linker's relocations: they say which function uses which.
fn cargo(cx: &Cx, tools: &Tools, profile: Profile) -> Result<PathBuf> {
    let mut cargo = tools.command("cargo")?;
    cargo.args(["rustc", "--package", PACKAGE, "--bin", PACKAGE, "--target", TARGET]);
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => {
            cargo.args(["--profile", "wasm-release", "--features", "split"]);
            cargo.args(["--", "-Clink-args=--emit-relocs"]);
            "wasm-release"
        }
    };
    tools.run(&mut cargo)?;
    Ok(cx.web_target().join(TARGET).join(folder).join(PACKAGE).with_extension("wasm"))
}

fn bindgen(tools: &Tools, module: &Path, work: &Path, more: &[&str]) -> Result<(PathBuf, PathBuf)> {
    let out = work.join("bindgen");
    let mut bindgen = tools.command("wasm-bindgen")?;
    bindgen.arg(module).args(["--target", "web", "--no-typescript", "--out-name", split::MAIN]);
    bindgen.arg(option("--out-dir", &out)).args(more);
    tools.run(&mut bindgen)?;
    Ok((out.join(split::MAIN).with_extension("js"), out.join(format!("{}_bg.wasm", split::MAIN))))
}

fn optimise(tools: &Tools, module: &Path) -> Result<()> {
    let smaller = module.with_extension("smaller");
    let mut optimiser = tools.binaryen("wasm-opt")?;
    optimiser.arg("-Oz").arg(module).arg("-o").arg(&smaller);
    Tools::run_quietly(&mut optimiser)?;
    fs::rename(&smaller, module).with_context(|| format!("replacing {}", module.display()))
}
