//! `cargo xtask test`: every check, one after the other, and a table at the end.

use std::process::{Command, ExitCode};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::args::Args;
use crate::counts::Counts;
use crate::cx::Cx;
use crate::hash::Fingerprint;
use crate::web::{self, Profile};
use crate::{bundle, cargo, clients, proc, setup, stages};

struct Stage {
    name: &'static str,
    about: &'static str,
    run: fn(&Cx, &mut Counts) -> Result<()>,
}

/// In this order: what is quick to fail comes first, and what needs a binary after what builds it.
const STAGES: [Stage; 11] = [
    Stage {
        name: "fmt",
        about: "every file is formatted",
        run: |cx, counts| watch(&mut stages::fmt_command(cx), counts),
    },
    Stage { name: "clippy", about: "no warnings, native", run: |cx, _| stages::clippy_native(cx) },
    Stage {
        name: "deny",
        about: "licences and sources of dependencies",
        run: |cx, counts| watch(&mut stages::deny_command(cx), counts),
    },
    Stage { name: "web", about: "the app builds and keeps to its budget", run: web_app },
    Stage { name: "clippy-web", about: "no warnings, WebAssembly", run: |cx, _| stages::clippy_web(cx) },
    Stage { name: "unit", about: "tests inside of the crates", run: unit },
    Stage { name: "pg15", about: "through the front door, PostgreSQL 15", run: front_door_old },
    Stage { name: "pg18", about: "through the front door, PostgreSQL 18", run: front_door_new },
    Stage {
        name: "openapi",
        about: "openapi.json is what the binary prints",
        run: |cx, _| clients::check_openapi(cx),
    },
    Stage {
        name: "clients",
        about: "generated TypeScript and Python clients, schemathesis",
        run: generated_clients,
    },
    Stage { name: "browser", about: "the app in Chromium", run: browser },
];

/// Runs the stages; the exit code says whether all passed.
pub(crate) fn test(cx: &Cx, args: &mut Args) -> Result<ExitCode> {
    if args.flag("--list") {
        for stage in &STAGES {
            println!("{:<12} {}", stage.name, stage.about);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let fail_fast = args.flag("--fail-fast");
    let only = args.list("--only")?;
    let skip = args.list("--skip")?.unwrap_or_default();
    args.finish()?;
    for name in only.iter().flatten().chain(&skip) {
        if name != "clean" && !STAGES.iter().any(|stage| stage.name == name) {
            bail!("there is no stage {name:?}; cargo xtask test --list shows them");
        }
    }
    let wanted = |name: &str| {
        only.as_ref().is_none_or(|only| only.iter().any(|one| one == name))
            && !skip.iter().any(|one| one == name)
    };

    let begun = Instant::now();
    setup::setup(cx, setup::Purpose::Test)?;
    let before = tree(cx)?;
    let rows = thread::scope(|scope| {
        // The app's link and wasm-opt keep one core busy for minutes: meanwhile clippy has the other.
        if wanted("web") && wanted("clippy") {
            scope.spawn(|| web::build_quietly(cx));
        }
        run_stages(cx, wanted, fail_fast, before.as_deref())
    });

    println!("\n{:<12} {:>7} {:>7} {:>8}  time", "stage", "passed", "failed", "skipped");
    for (name, counts, time) in &rows {
        let mark = if counts.failed > 0 { "✗" } else { "✓" };
        println!(
            "{mark} {name:<10} {:>7} {:>7} {:>8}  {}",
            counts.passed,
            counts.failed,
            counts.skipped,
            proc::duration(*time)
        );
    }
    let mut total = Counts::default();
    for (_, counts, _) in rows {
        total.add(counts);
    }
    println!("all in {}\n", proc::duration(begun.elapsed()));
    for failure in &total.failures {
        println!("  {failure}");
    }
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What each stage counted and how long it took.
type Rows = Vec<(&'static str, Counts, Duration)>;

fn run_stages(cx: &Cx, wanted: impl Fn(&str) -> bool, fail_fast: bool, before: Option<&str>) -> Rows {
    let mut rows = Rows::new();
    for stage in STAGES.iter().filter(|stage| wanted(stage.name)) {
        header(stage.name, stage.about);
        let (counts, time) = timed(|counts| (stage.run)(cx, counts));
        let stop = fail_fast && counts.failed > 0;
        rows.push((stage.name, counts, time));
        if stop {
            return rows;
        }
    }
    if wanted("clean") {
        header("clean", "the checks have left the tree as it was");
        let (counts, time) = timed(|_| check_tree(cx, before));
        rows.push(("clean", counts, time));
    }
    rows
}

fn header(name: &str, about: &str) {
    println!("\n━━ {name}: {about}");
}

/// Runs one stage. A stage that counts nothing counts as one check itself.
fn timed(run: impl FnOnce(&mut Counts) -> Result<()>) -> (Counts, Duration) {
    let begun = Instant::now();
    let mut counts = Counts::default();
    match run(&mut counts) {
        Ok(()) if counts.passed + counts.failed == 0 => counts.passed = 1,
        Ok(()) => {}
        Err(error) => {
            println!("✗ {error:#}");
            if counts.failures.is_empty() {
                counts.failures.push(format!("{error:#}"));
            }
            counts.failed = counts.failed.max(1);
        }
    }
    println!("━━ {}", proc::duration(begun.elapsed()));
    (counts, begun.elapsed())
}

/// Runs it and counts what its output tells about tests.
fn watch(command: &mut Command, counts: &mut Counts) -> Result<()> {
    let ok = proc::run_watched(command, |line| counts.read(line))?;
    if !ok {
        bail!("{} failed", command.get_program().to_string_lossy());
    }
    Ok(())
}

fn web_app(cx: &Cx, _counts: &mut Counts) -> Result<()> {
    web::build(cx, Profile::Release)?;
    bundle::check(cx, Profile::Release)
}

fn unit(cx: &Cx, counts: &mut Counts) -> Result<()> {
    // The binary now, because tests start it; and before Cargo holds its lock for a long time.
    stages::build_server(cx)?;
    let mut tests = cargo(cx);
    stages::test_env(cx, &mut tests)?;
    watch(tests.args(["test", "--no-fail-fast", "--workspace", "--lib", "--bins"]), counts)?;
    let mut docs = cargo(cx);
    watch(docs.args(["test", "--no-fail-fast", "--doc"]), counts)
}

fn front_door_old(cx: &Cx, counts: &mut Counts) -> Result<()> {
    front_door(cx, &stages::old_postgres()?, counts)
}

fn front_door_new(cx: &Cx, counts: &mut Counts) -> Result<()> {
    front_door(cx, &stages::new_postgres(cx)?, counts)
}

/// The integration tests of all crates, against one version of the server.
fn front_door(cx: &Cx, bin: &std::path::Path, counts: &mut Counts) -> Result<()> {
    println!("{}", proc::output(Command::new(bin.join("postgres")).arg("--version"))?);
    stages::build_server(cx)?;
    let mut tests = cargo(cx);
    stages::test_env(cx, &mut tests)?;
    tests.env("HOWDAH_TEST_PG_BIN", bin);
    watch(tests.args(["test", "--no-fail-fast", "--test", "*"]), counts)
}

fn generated_clients(cx: &Cx, counts: &mut Counts) -> Result<()> {
    stages::build_server(cx)?;
    let typescript = watch(&mut stages::node_script(cx, "tests/clients/run.mjs")?, counts);
    let python = watch(&mut stages::python_script(cx, "tests/clients/run.py")?, counts);
    let fuzz = watch(&mut stages::python_script(cx, "tests/fuzz/run.py")?, counts);
    typescript.and(python).and(fuzz)
}

fn browser(cx: &Cx, counts: &mut Counts) -> Result<()> {
    web::build(cx, Profile::Release)?;
    stages::build_server(cx)?;
    watch(&mut stages::node_script(cx, "tests/browser/run.mjs")?, counts)
}

/// What Git says has changed, as a text; nothing where this is no clone.
fn tree(cx: &Cx) -> Result<Option<String>> {
    if !cx.root.join(".git").exists() {
        return Ok(None);
    }
    let git = |arguments: &[&str]| proc::output(Command::new("git").current_dir(&cx.root).args(arguments));
    let status = git(&["status", "--porcelain"])?;
    let mut diff = Fingerprint::new();
    diff.add(git(&["diff", "HEAD"])?.as_bytes());
    Ok(Some(format!("{status}\n{}", diff.hex())))
}

/// Compared with the state before, so that it also holds in the middle of somebody's work.
fn check_tree(cx: &Cx, before: Option<&str>) -> Result<()> {
    let Some(before) = before else {
        println!("(not a clone: nothing to compare)");
        return Ok(());
    };
    let after = tree(cx)?.unwrap_or_default();
    if before != after {
        bail!("the checks have changed files:\n{}", after.lines().collect::<Vec<_>>().join("\n"));
    }
    Ok(())
}
