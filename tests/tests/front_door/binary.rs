//! The program's command line.

use std::io::Write;
use std::process::{Command, Stdio};

use howdah_testkit::{Client, Cluster, PASSWORD, TestApp, unique};
use serde_json::json;

fn howdah(arguments: &[&str], variables: &[(&str, &str)]) -> (i32, String, String) {
    let output = TestApp::run_program(arguments, variables);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

#[test]
fn version_help_and_openapi_need_nothing() {
    let (code, out, _) = howdah(&["--version"], &[]);
    assert_eq!((code, out.starts_with("howdah 0.")), (0, true), "{out}");
    let (code, out, _) = howdah(&["--help"], &[]);
    assert_eq!(code, 0);
    for word in [
        "serve",
        "migrate",
        "openapi",
        "token",
        "admin",
        "--listen",
        "HOWDAH_LISTEN",
        "--data-dir",
        "--database-url",
        "--store-url",
        "--no-sample",
    ] {
        assert!(out.contains(word), "{word} is not in the help");
    }
    let (code, out, _) = howdah(&["openapi"], &[("HOWDAH_DATABASE_URL", "postgres://nowhere.invalid/x")]);
    assert_eq!(code, 0);
    let document: serde_json::Value = serde_json::from_str(&out).expect("JSON and nothing else");
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.")));
}

/// Arguments, variables, and what the refusal must say.
type Case = (&'static [&'static str], &'static [(&'static str, &'static str)], &'static str);

#[test]
fn wrong_values_are_refused_with_what_would_be_right() {
    let cases: &[Case] = &[
        (&["serve", "--listen", "8080"], &[], "127.0.0.1:8080"),
        (&["serve"], &[("HOWDAH_LISTEN", "localhost")], "127.0.0.1:8080"),
        (&["serve"], &[("HOWDAH_DATABASE_URL", "mysql://x/y")], "postgres"),
        (&["serve"], &[("HOWDAH_DATABASE_URL", "postgres://u:canary-pw@h/x?sslmode=maybe")], "verify-full"),
        (&["serve"], &[("HOWDAH_STORE_URL", "postgres://u:canary-pw@h:notaport/x")], "port"),
        (&["serve", "--pool-size", "0"], &[], "1..=1000"),
        (&["serve", "--statement-timeout", "soon"], &[], "500ms"),
        (&["serve", "--no-such-flag"], &[], "no-such-flag"),
        (&["dance"], &[], "dance"),
        (&["token", "create", "--account", "x"], &[], "--name"),
        (&["token", "create", "--account", "x", "--name", "y", "--expires", "never"], &[], "30d"),
        (
            &["serve"],
            &[("HOWDAH_ADMIN_PASSWORD", "short"), ("HOWDAH_DATABASE_URL", "postgres://127.0.0.1:1/x")],
            "HOWDAH_ADMIN_PASSWORD cannot be used",
        ),
        (
            &["serve"],
            &[("HOWDAH_LOG", "loudest=="), ("HOWDAH_DATABASE_URL", "postgres://127.0.0.1:1/x")],
            "info",
        ),
    ];
    for (arguments, variables, expected) in cases {
        let (code, out, err) = howdah(arguments, variables);
        let text = out + &err;
        assert!(code != 0, "{arguments:?} {variables:?} was taken: {text}");
        assert!(text.contains(expected), "{arguments:?} {variables:?}: {expected:?} is not in {text}");
        assert!(!text.contains("canary-pw"), "the password is repeated: {text}");
        assert!(!text.contains("panicked"), "{text}");
    }
}

#[tokio::test]
async fn a_token_is_made_beside_a_running_server() {
    let cluster = Cluster::shared();
    let store = unique("cli_store");
    cluster.execute("postgres", &format!("CREATE DATABASE {store}")).await;
    let (database_url, store_url) = (cluster.url("postgres"), cluster.url(&store));
    let app = TestApp::on(cluster).variable("HOWDAH_STORE_URL", &store_url).start();
    let variables =
        [("HOWDAH_DATABASE_URL", database_url.as_str()), ("HOWDAH_STORE_URL", store_url.as_str())];
    let (code, out, err) = howdah(
        &["token", "create", "--account", "admin", "--name", "laptop", "--expires", "30d"],
        &variables,
    );
    assert_eq!(code, 0, "{err}");
    assert_eq!(out.trim_end_matches('\n'), out.trim(), "the token and nothing else");
    assert!(out.starts_with("howdah_") && out.lines().count() == 1, "one line: {} characters", out.len());
    let client = Client::token(app.base(), "cli", out.trim());
    client.get("/api/database").await.status(200);
    let list = client.get("/api/tokens").await.status(200).value();
    let entry =
        list.as_array().unwrap().iter().find(|token| token["name"] == "laptop").expect("it is listed");
    assert!(entry["expiresAt"].is_string());
    let (code, _, err) =
        howdah(&["token", "create", "--account", "nobody at all", "--name", "x"], &variables);
    assert!(code != 0 && err.contains("nobody at all"), "{err}");

    // A new password ends the sign-ins, of a running server too.
    let session = Client::sign_in(app.base(), "admin", app.admin_password()).await;
    let mut child = Command::new(
        std::env::var("HOWDAH_BIN")
            .unwrap_or_else(|_| format!("{}/../target/debug/howdah", env!("CARGO_MANIFEST_DIR"))),
    )
    .args(["admin", "reset-password", "--account", "admin"])
    .env_clear()
    .envs(variables)
    .env("PATH", std::env::var_os("PATH").unwrap_or_default())
    .stdin(Stdio::piped())
    .stdout(Stdio::piped())
    .stderr(Stdio::piped())
    .spawn()
    .unwrap();
    child.stdin.take().unwrap().write_all(b"a password by the command line\n").unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    howdah_testkit::eventually("the sign-in has ended", 3, async || {
        (session.get("/api/session").await.status == 401).then_some(())
    })
    .await;
    Client::sign_in(app.base(), "admin", "a password by the command line").await;
    let (code, out, err) =
        howdah(&["admin", "reset-password", "--account", "admin", "--generate"], &variables);
    assert_eq!(code, 0, "{err}");
    let generated = out.split_whitespace().last().unwrap().to_owned();
    Client::sign_in(app.base(), "admin", &generated).await;
}

#[tokio::test]
async fn migrate_may_run_as_often_and_as_many_as_one_likes() {
    let cluster = Cluster::shared();
    let store = unique("migrate_store");
    cluster.execute("postgres", &format!("CREATE DATABASE {store}")).await;
    let (database_url, store_url) = (cluster.url("postgres"), cluster.url(&store));
    let runs: Vec<_> = (0..4)
        .map(|_| {
            let (database_url, store_url) = (database_url.clone(), store_url.clone());
            std::thread::spawn(move || {
                howdah(
                    &["migrate"],
                    &[("HOWDAH_DATABASE_URL", &database_url), ("HOWDAH_STORE_URL", &store_url)],
                )
            })
        })
        .collect();
    for run in runs {
        let (code, _, err) = run.join().unwrap();
        assert_eq!(code, 0, "{err}");
    }
    assert_eq!(cluster.value(&store, "SELECT count(*) FROM howdah.account").await, "0");
}

/// A start prints its configuration with where each value came from.
#[tokio::test]
async fn the_configuration_is_printed() {
    let app = TestApp::on(Cluster::shared())
        .variable("HOWDAH_POOL_SIZE", "3")
        .argument("--acquire-timeout")
        .argument("4s")
        .start();
    let text = app.output();
    for word in ["3 (HOWDAH_POOL_SIZE)", "4s (flag)", "(default)", "(HOWDAH_DATABASE_URL)"] {
        assert!(text.contains(word), "{word} is not in {text}");
    }
    let second = json!({"account": "admin", "password": app.admin_password()});
    app.nobody().post("/api/session", second).await.status(200);
    assert!(!text.contains(PASSWORD) && !text.contains(app.admin_password()));
}
