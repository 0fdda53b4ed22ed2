//! Flags and variables of the real binary: which one wins, what is said about it, and that nothing secret is shown.

use std::process::{Command, Output};

fn howdah(args: &[&str], variables: &[(&str, &str)]) -> std::io::Result<Output> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_howdah"));
    command.args(args).env_clear().envs(variables.iter().copied()).env("HOME", "/nonexistent");
    command.output()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// What is printed after the name, or the whole output when the name is not there.
fn line(output: &Output, name: &str) -> String {
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let found = text.lines().find_map(|line| line.trim().strip_prefix(&format!("{name} ")));
    found.map_or_else(|| text.clone(), |rest| rest.trim().to_owned())
}

#[test]
fn flags_win_over_variables_and_variables_over_defaults() {
    let variables =
        [("HOWDAH_LISTEN", "127.0.0.1:1"), ("HOWDAH_POOL_SIZE", "3"), ("HOWDAH_NO_SAMPLE", "yes")];
    let output = howdah(&["config", "--listen", "127.0.0.1:2"], &variables).unwrap();
    assert!(output.status.success());
    assert_eq!(line(&output, "listen"), "127.0.0.1:2 (flag)");
    assert_eq!(line(&output, "pool-size"), "3 (HOWDAH_POOL_SIZE)");
    assert_eq!(line(&output, "no-sample"), "true (HOWDAH_NO_SAMPLE)");
    assert_eq!(line(&output, "log-format"), "human (default)");
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let output = howdah(
        &["config"],
        &[("HOWDAH_LISTEN", ""), ("HOWDAH_STORE_URL", ""), ("HOWDAH_ADMIN_PASSWORD", "")],
    )
    .unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(line(&output, "listen"), "127.0.0.1:8080 (default)");
    assert!(line(&output, "store-url").ends_with("(default)"));
}

#[test]
fn lists_come_from_one_variable_or_several_flags() {
    let output = howdah(&["config"], &[("HOWDAH_ALLOWED_HOST", "a.example,B.example")]).unwrap();
    assert_eq!(line(&output, "allowed-host"), "a.example, b.example (HOWDAH_ALLOWED_HOST)");
    let output = howdah(&["config", "--trusted-proxy", "10.0.0.1", "--trusted-proxy", "::1"], &[]).unwrap();
    assert_eq!(line(&output, "trusted-proxy"), "10.0.0.1, ::1 (flag)");
}

#[test]
fn wrong_values_are_refused_with_what_would_be_right() {
    for (variable, value, right) in [
        ("HOWDAH_LISTEN", "8080", "127.0.0.1:8080"),
        ("HOWDAH_STATEMENT_TIMEOUT", "30", "30s"),
        ("HOWDAH_LOG_FORMAT", "xml", "human, json"),
        ("HOWDAH_POOL_SIZE", "0", "1..=1000"),
        ("HOWDAH_PUBLIC_URL", "db.example.org", "https://db.example.org"),
        ("HOWDAH_ALLOWED_HOST", "*.example.org", "db.example.org"),
        ("HOWDAH_DATABASE_URL", "host=db sslmode=perhaps", "verify-full"),
    ] {
        let output = howdah(&["config"], &[(variable, value)]).unwrap();
        assert_eq!(output.status.code(), Some(2), "{variable}");
        assert!(said(&output).contains(right), "{variable}: {}", said(&output));
    }
}

#[test]
fn no_password_is_ever_shown() {
    let url = "postgresql://howdah:canary%20one@db.example.org/postgres?sslmode=disable";
    let broken = "postgresql://howdah:canary-two@db.example.org:port/postgres";
    for (args, variables) in [
        (&["config"][..], vec![("HOWDAH_DATABASE_URL", url), ("HOWDAH_STORE_URL", url)]),
        (&["config"], vec![("HOWDAH_DATABASE_URL", broken)]),
        (&["config", "--store-url", broken], vec![]),
        (&["--help"], vec![("HOWDAH_DATABASE_URL", url), ("HOWDAH_STORE_URL", url)]),
        (&["--listen", "x"], vec![("HOWDAH_DATABASE_URL", url)]),
    ] {
        let output = howdah(args, &variables).unwrap();
        assert!(!said(&output).contains("canary"), "{args:?}: {}", said(&output));
    }
}

#[test]
fn a_short_administrator_password_is_refused_before_anything_starts() {
    let output =
        howdah(&["--data-dir", "/nonexistent/howdah"], &[("HOWDAH_ADMIN_PASSWORD", "canary")]).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("HOWDAH_ADMIN_PASSWORD") && said(&output).contains("12"),
        "{}",
        said(&output)
    );
    assert!(!said(&output).contains("canary"));
}

#[test]
fn the_description_of_the_api_needs_nothing() {
    let output = howdah(&["openapi"], &[]).unwrap();
    assert!(output.status.success());
    assert!(output.stdout.starts_with(b"{") && output.stdout.ends_with(b"}\n"));
}

#[test]
fn a_mistyped_command_gets_a_hint() {
    let output = howdah(&["serv"], &[]).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("serve"), "{}", said(&output));
}
