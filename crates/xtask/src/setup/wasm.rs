//! A compiler that can build for WebAssembly.
//!
//! The ordinary way is rustup's target. Where rustup's download server cannot be reached (or the
//! toolchain is not rustup's), Debian's newest compiler package and the standard library's source
//! from the same package set are used: the library is built once for the target and put beside
//! links to Debian's own libraries, in a sysroot in the cache folder. Nothing under /usr is written.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::step::{self, Step};
use crate::cx::{Cx, create_shared_dir, find_program, publish};
use crate::proc;

pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
const SYSTEM_RUSTC: &str = "/usr/bin/rustc";
const SYSTEM_CLIPPY: &str = "/usr/bin/clippy-driver";

/// Which compiler builds the app.
#[derive(Debug)]
pub(crate) enum WasmToolchain {
    /// The one that builds everything else.
    Same,
    /// Debian's, with our sysroot.
    Debian { dir: PathBuf, linker: Option<PathBuf> },
}

impl WasmToolchain {
    /// Variables for cargo.
    pub(crate) fn env(&self) -> Vec<(&'static str, OsString)> {
        let Self::Debian { dir, linker } = self else {
            return Vec::new();
        };
        let mut vars = vec![("RUSTC", dir.join("bin/rustc").into_os_string())];
        if let Some(linker) = linker {
            vars.push(("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker.clone().into_os_string()));
        }
        vars
    }

    /// Whether it is the compiler that builds everything else.
    pub(crate) fn is_same(&self) -> bool {
        matches!(self, Self::Same)
    }

    /// What `cargo check` needs to be clippy with this compiler; nothing where there is no such clippy.
    pub(crate) fn clippy_driver(&self) -> Option<(PathBuf, PathBuf)> {
        match self {
            Self::Same => None,
            Self::Debian { dir, .. } => {
                let driver = PathBuf::from(SYSTEM_CLIPPY);
                driver.is_file().then(|| (driver, dir.join("sysroot")))
            }
        }
    }
}

/// The compiler to use, if there is one already.
pub(crate) fn find(cx: &Cx) -> Result<Option<WasmToolchain>> {
    let sysroot = sysroot()?;
    if !forced() && sysroot.join("lib/rustlib").join(TARGET).join("lib").is_dir() {
        return Ok(Some(WasmToolchain::Same));
    }
    if !Path::new(SYSTEM_RUSTC).is_file() {
        return Ok(None);
    }
    let dir = debian_dir(cx)?;
    Ok(dir.is_dir().then(|| WasmToolchain::Debian { dir, linker: linker(&sysroot) }))
}

/// `HOWDAH_WASM=debian` takes the second way even where the first is open, to try it.
fn forced() -> bool {
    env::var_os("HOWDAH_WASM").is_some_and(|way| way == "debian")
}

/// Asks rustup; false where it cannot, which it says within seconds.
pub(super) fn add_with_rustup() -> Result<bool> {
    if forced() || find_program(&["rustup"]).is_none() {
        return Ok(false);
    }
    let mut added = false;
    let why = "compiles the web app";
    step::announced("the WebAssembly target by rustup", why, "5 s", || {
        let mut rustup = Command::new("rustup");
        rustup.args(["target", "add", TARGET]);
        match proc::output(&mut rustup) {
            Ok(_) => added = true,
            Err(_) => println!("  ! rustup cannot get it here; it will be built from the system's packages"),
        }
        Ok(())
    })?;
    Ok(added)
}

/// The system's packages that the second way lacks.
pub(super) fn packages(test: bool) -> Vec<&'static str> {
    let compiler = Path::new(SYSTEM_RUSTC).is_file();
    let source = compiler && debian_version().is_ok_and(|version| source(&version).is_dir());
    let clippy = !test || Path::new(SYSTEM_CLIPPY).is_file();
    let wanted = [(source, "rustc-web"), (source, "rust-web-src"), (clippy, "rust-web-clippy")];
    wanted.into_iter().filter(|(present, _)| !present).map(|(_, package)| package).collect()
}

/// Where the package puts the standard library's source.
fn source(version: &str) -> PathBuf {
    PathBuf::from(format!("/usr/src/rustc-{version}/library"))
}

/// The second way.
pub(super) fn step(cx: &Cx) -> Step<'_> {
    Step {
        name: "the WebAssembly target from source".to_owned(),
        why: "compiles the web app",
        expect: "1 min",
        done: false,
        compiles: true,
        work: Box::new(move || build_sysroot(cx)),
    }
}

fn build_sysroot(cx: &Cx) -> Result<()> {
    let version = debian_version()?;
    let source = source(&version);
    if !source.is_dir() {
        bail!("{} is missing: the compiler and rust-web-src are of different versions", source.display());
    }
    let log = cx.log_file("wasm-target")?;
    let _ = fs::remove_file(&log);
    let scratch = cx.scratch("wasm-target")?;
    proc::run(Command::new("cp").arg("-R").arg(&source).arg(scratch.join("library")))?;
    let target = scratch.join("target");
    let mut cargo = Command::new("cargo");
    without_cargo_env(&mut cargo);
    cargo
        .current_dir(scratch.join("library"))
        .args(["build", "--release", "--target", TARGET, "--manifest-path", "sysroot/Cargo.toml"])
        .env("RUSTC", SYSTEM_RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        // Bitcode, because the app is linked with fat LTO.
        .env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
        .env("CARGO_TARGET_DIR", &target);
    proc::run_logged("standard library", &mut cargo, &log)?;

    // The final place is written into the wrapper, so it must be known before the rename.
    let made = scratch.join("made");
    let place = debian_dir(cx)?;
    let rustlib = made.join("sysroot/lib/rustlib");
    let wasm_lib = rustlib.join(TARGET).join("lib");
    create_shared_dir(&wasm_lib)?;
    for entry in fs::read_dir(target.join(TARGET).join("release/deps"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "rlib") {
            fs::copy(&path, wasm_lib.join(path.file_name().context("a file without a name")?))?;
        }
    }
    // Build scripts and procedural macros are built for the machine itself.
    let system = PathBuf::from(proc::output(Command::new(SYSTEM_RUSTC).args(["--print", "sysroot"]))?);
    for entry in fs::read_dir(system.join("lib/rustlib"))? {
        let entry = entry?;
        if entry.file_name() != TARGET {
            symlink(entry.path(), rustlib.join(entry.file_name()))?;
        }
    }
    create_shared_dir(&made.join("bin"))?;
    let wrapper = made.join("bin/rustc");
    let sysroot = place.join("sysroot");
    fs::write(
        &wrapper,
        format!("#!/bin/sh\nexec {SYSTEM_RUSTC} --sysroot '{}' \"$@\"\n", sysroot.display()),
    )?;
    fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755))?;
    publish(&made, &place)?;
    fs::remove_dir_all(&scratch).context("tidying up")
}

/// Named by the compiler's version: an upgrade of the package asks for another one.
fn debian_dir(cx: &Cx) -> Result<PathBuf> {
    Ok(cx.cache.join(format!("wasm-target-{}", debian_version()?)))
}

/// "1.96.0" of "rustc 1.96.0 (…)".
fn debian_version() -> Result<String> {
    let text = proc::output(Command::new(SYSTEM_RUSTC).arg("--version"))?;
    text.split_whitespace()
        .nth(1)
        .map(str::to_owned)
        .with_context(|| format!("rustc --version said {text:?}"))
}

fn sysroot() -> Result<PathBuf> {
    Ok(PathBuf::from(proc::output(Command::new("rustc").args(["--print", "sysroot"]))?))
}

/// Debian's compiler has no linker for WebAssembly; rustup's toolchain has one even without the target.
fn linker(sysroot: &Path) -> Option<PathBuf> {
    let rustlib = sysroot.join("lib/rustlib");
    let in_toolchain = fs::read_dir(rustlib).ok().into_iter().flatten().flatten();
    let mut candidates = in_toolchain.map(|entry| entry.path().join("bin/rust-lld"));
    candidates.find(|path| path.is_file()).or_else(|| find_program(&["rust-lld", "wasm-ld"]))
}

/// Cargo's settings for the clone must not leak into what is built outside of it.
pub(super) fn without_cargo_env(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let leaks = text.starts_with("CARGO_BUILD_")
            || text.starts_with("CARGO_TARGET_")
            || text.starts_with("CARGO_PKG_");
        let leaks = leaks
            || ["RUSTC", "RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER"]
                .contains(&&*text);
        // What the caller of this function has set itself stays.
        if leaks && !command.get_envs().any(|(set, value)| set == name && value.is_some()) {
            command.env_remove(&name);
        }
    }
}
