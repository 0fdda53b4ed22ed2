//! `cargo xtask`: set-up, builds and checks that need more than one cargo command.

mod args;
mod bundle;
mod clients;
mod compress;
mod counts;
mod cx;
mod hash;
mod proc;
mod setup;
mod stages;
mod testing;
mod web;

use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use args::Args;
use cx::Cx;
use setup::Purpose;
use web::Profile;

const HELP: &str = "\
cargo xtask COMMAND

  run [--dev-web] [ARGS…]  set up, build and start Howdah; ARGS go to `howdah serve`
  test                     set up and run every check; --only a,b  --skip a,b  --fail-fast  --list
  setup [--test]           find or install the tools of the builds (and of the tests)
  web [--dev]              build the web app into frontend/dist and print the bundle's table
  build                    target/release/howdah with the web app in it
  openapi                  write openapi/openapi.json
  fmt, lint                format; clippy over the workspace and the web app
  bench [ARGS…]            measure: a size (small, full, soak), parts (calls, tables, rows, files), --peers, --wait
  screenshots              the pictures of the README
  clean-cache              remove the tools that setup installed
";

fn main() -> ExitCode {
    match dispatch() {
        Ok(code) => code,
        Err(error) => {
            // Not `Result` from main: that prints a backtrace where RUST_BACKTRACE is set.
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch() -> Result<ExitCode> {
    let mut args = Args::from_env();
    let Some(command) = args.command() else {
        print!("{HELP}");
        return Ok(ExitCode::FAILURE);
    };
    let cx = Cx::new()?;
    match command.as_str() {
        "setup" => {
            let test = args.flag("--test");
            args.finish()?;
            setup::setup(&cx, if test { Purpose::Test } else { Purpose::Run })?;
        }
        "web" => {
            let profile = if args.flag("--dev") { Profile::Dev } else { Profile::Release };
            let _ = args.flag("--release");
            args.finish()?;
            setup::setup(&cx, Purpose::Build)?;
            web::build(&cx, profile)?;
            bundle::check(&cx, profile)?;
        }
        "run" => run(&cx, &mut args)?,
        "build" => {
            args.finish()?;
            setup::setup(&cx, Purpose::Build)?;
            web::build(&cx, Profile::Release)?;
            bundle::check(&cx, Profile::Release)?;
            proc::run(cargo(&cx).args(["build", "--release", "--package", "howdah-server"]))?;
            println!("{}", cx.root.join("target/release/howdah").display());
        }
        "test" => return testing::test(&cx, &mut args),
        "openapi" => {
            args.finish()?;
            clients::write_openapi(&cx)?;
        }
        "fmt" => proc::run(cargo(&cx).args(["fmt", "--all"]).args(args.rest()))?,
        "lint" => {
            args.finish()?;
            setup::setup(&cx, Purpose::Test)?;
            stages::clippy_native(&cx)?;
            stages::clippy_web(&cx)?;
        }
        "bench" => bench(&cx, &mut args)?,
        "screenshots" => {
            args.finish()?;
            setup::setup(&cx, Purpose::Test)?;
            web::build(&cx, Profile::Release)?;
            stages::build_server(&cx)?;
            proc::run(&mut stages::node_script(&cx, "tests/browser/screenshots.mjs")?)?;
        }
        "clean-cache" => {
            args.finish()?;
            setup::remove(&cx)?;
        }
        "help" | "--help" | "-h" => print!("{HELP}"),
        other => bail!("there is no command {other:?}; cargo xtask help lists them"),
    }
    Ok(ExitCode::SUCCESS)
}

/// Ends as the server itself, so that signals and the exit code are the server's.
fn run(cx: &Cx, args: &mut Args) -> Result<()> {
    let profile = if args.flag("--dev-web") { Profile::Dev } else { Profile::Release };
    setup::setup(cx, Purpose::Run)?;
    web::build(cx, profile)?;
    stages::build_server(cx)?;
    let mut server = Command::new(server_binary(cx));
    server.arg("serve").args(args.rest());
    Err(server.exec()).context("starting target/debug/howdah")
}

/// Measures the release binary: figures of a development build say nothing. Other programs are only installed where
/// they are asked for.
fn bench(cx: &Cx, args: &mut Args) -> Result<()> {
    setup::setup(cx, Purpose::Test)?;
    let peers = args.flag("--peers");
    let places = if peers { setup::peers::setup(cx)? } else { Vec::new() };
    web::build(cx, Profile::Release)?;
    proc::run(cargo(cx).args(["build", "--release", "--package", "howdah-server"]))?;
    let mut bench = cargo(cx);
    stages::test_env(cx, &mut bench)?;
    bench.envs(places);
    bench.env("HOWDAH_BIN", target_dir(cx).join("release/howdah"));
    proc::run(
        bench
            .args(["run", "--release", "--package", "howdah-bench", "--"])
            .args(args.rest())
            .args(peers.then_some("--peers")),
    )
}

fn server_binary(cx: &Cx) -> PathBuf {
    target_dir(cx).join("debug/howdah")
}

/// Cargo's target folder, which a variable can move.
fn target_dir(cx: &Cx) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| cx.root.join("target"), |dir| cx.root.join(dir))
}

/// Cargo in the workspace's root.
fn cargo(cx: &Cx) -> Command {
    let mut command = Command::new("cargo");
    command.current_dir(&cx.root);
    command
}
