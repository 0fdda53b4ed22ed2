//! The private cluster: taken up again after `kill -9` of either process, one Howdah to a data directory, a full disk.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use howdah_testkit::{
    AppBuilder, Client, PASSWORD, Programs, TestApp, TestDir, Until, eventually, mount_namespace_works,
};
use serde_json::json;

use crate::support::{named, path};

/// A Howdah with a private cluster of the version under test in this folder.
fn private(dir: &Path) -> AppBuilder {
    TestApp::bare()
        .variable("HOWDAH_DATA_DIR", &dir.to_string_lossy())
        .variable("HOWDAH_POSTGRES_BIN", &Programs::find().bin().to_string_lossy())
        .variable("HOWDAH_ADMIN_PASSWORD", PASSWORD)
}

fn lean(dir: &Path) -> AppBuilder {
    private(dir).variable("HOWDAH_NO_SAMPLE", "true")
}

fn data(dir: &TestDir) -> std::path::PathBuf {
    dir.path().join("data")
}

/// Processes whose command line names the folder, without this test's own helpers.
fn processes(dir: &Path) -> Vec<String> {
    let wanted = dir.to_string_lossy().into_owned();
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| fs::read_to_string(entry.path().join("cmdline")).ok())
        .map(|line| line.replace('\0', " "))
        .filter(|line| line.contains(&wanted))
        .collect()
}

async fn sign_in(app: &TestApp) -> Client {
    Client::sign_in(app.base(), "admin", PASSWORD).await
}

#[tokio::test]
async fn the_sample_is_there_and_the_cluster_is_closed() {
    let dir = TestDir::new();
    let app = private(&data(&dir)).start();
    let admin = sign_in(&app).await;
    let server = admin.get("/api/servers").await.status(200).value();
    assert_eq!((&server[0]["private"], &server[0]["state"]), (&json!(true), &json!("up")), "{server}");
    assert!(
        server[0]["version"].as_str().unwrap().starts_with(&Programs::find().major.to_string()),
        "{server}"
    );
    let list = admin.get("/api/database").await.status(200).value();
    let sample = list
        .as_array()
        .unwrap()
        .iter()
        .find(|entry| entry["protection"].is_null())
        .expect("a sample database");
    let at = path(sample["name"].as_str().unwrap());
    let tables = admin.get(&format!("{at}/tables?schema=*")).await.status(200).value();
    let tables = tables.as_array().unwrap();
    assert!(tables.len() >= 10, "{} tables", tables.len());
    for kind in ["view", "partitioned"] {
        assert!(tables.iter().any(|table| table["kind"] == kind), "there is a {kind}");
    }
    assert!(tables.iter().any(|table| table["description"].is_string()));
    let rows: i64 = tables.iter().filter_map(|table| table["rowEstimate"].as_i64()).sum();
    assert!(rows >= 1000, "{rows} rows");
    for table in tables {
        let at = format!(
            "{at}/tables/{}/rows?schema={}",
            table["name"].as_str().unwrap(),
            table["schema"].as_str().unwrap()
        );
        admin.get(&at).await.status(200);
    }
    // Secrets are for their owner only, and not in anybody's command line.
    let mut secrets = 0;
    let mut folders = vec![dir.path().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_type().unwrap().is_dir() && entry.file_name() != "base" {
                folders.push(entry.path());
            } else if entry.file_name().to_string_lossy().contains("password") {
                secrets += 1;
                let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
                assert_eq!(mode, 0o600, "{}", entry.path().display());
                let secret = fs::read_to_string(entry.path()).unwrap();
                assert!(secret.trim().len() >= 16, "a long password");
                assert!(!app.output().contains(secret.trim()), "it is not logged");
                assert!(processes(Path::new("")).iter().all(|line| !line.contains(secret.trim())));
            }
        }
    }
    assert!(secrets >= 1, "the password is in a file");
    app.signal("-TERM");
    assert!(app.ended(20).await.success(), "{}", app.output());
    assert_eq!(
        app.private_postmasters().len() + processes(dir.path()).len(),
        0,
        "{:?}",
        processes(dir.path())
    );
}

#[tokio::test]
async fn kill_9_of_howdah_and_the_next_start_takes_it_up() {
    let dir = TestDir::new();
    let app = lean(&data(&dir)).start();
    let admin = sign_in(&app).await;
    admin.post("/api/database", json!({"name": "kept"})).await.status(201);
    app.kill().await;
    for _ in 0..2 {
        let again = lean(&data(&dir)).start();
        let admin = Client::cookie(again.base(), "admin", admin.secret().unwrap());
        let list = admin.get("/api/database").await.status(200).value();
        assert!(named(&list, "kept").is_some(), "nothing is lost, and the sign-in lasts");
        again.kill().await;
    }
    let last = lean(&data(&dir)).start();
    last.signal("-INT");
    assert!(last.ended(20).await.success(), "{}", last.output());
    assert!(processes(dir.path()).is_empty(), "{:?}", processes(dir.path()));
}

#[tokio::test]
async fn kill_9_of_postgres_and_it_is_started_again() {
    let dir = TestDir::new();
    let app = lean(&data(&dir)).start();
    let admin = sign_in(&app).await;
    admin.post("/api/database", json!({"name": "survivor"})).await.status(201);
    let before = postmaster(&dir);
    signal("-9", &before);
    eventually("it is up again by itself", 30, async || {
        // Asked before: backends of the one that was killed answer until they notice, and no new one starts until then.
        let now = postmaster(&dir);
        let answer = admin.get("/api/database").await;
        assert!(answer.status == 200 || answer.status == 503, "{answer}");
        (answer.status == 200 && !now.is_empty() && now != before).then_some(())
    })
    .await;
    assert!(named(&admin.get("/api/database").await.value(), "survivor").is_some());
    admin.post("/api/database", json!({"name": "afterwards"})).await.status(201);
}

/// The number in the only `postmaster.pid`, or nothing.
fn postmaster(dir: &TestDir) -> String {
    let mut folders = vec![dir.path().to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name() == "postmaster.pid" {
                let text = fs::read_to_string(entry.path()).unwrap_or_default();
                return text.lines().next().unwrap_or_default().to_owned();
            }
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) && entry.file_name() != "base" {
                folders.push(entry.path());
            }
        }
    }
    String::new()
}

fn signal(name: &str, pid: &str) {
    assert!(!pid.is_empty(), "there is a postmaster");
    assert!(std::process::Command::new("kill").args([name, pid]).status().unwrap().success());
}

#[tokio::test]
async fn a_second_process_on_the_folder_says_so_and_ends() {
    let dir = TestDir::new();
    let app = lean(&data(&dir)).start();
    let second = lean(&data(&dir)).until(Until::Started).start();
    let status = second.ended(20).await;
    assert!(!status.success(), "{status}");
    let text =
        eventually("its last words", 3, async || Some(second.output()).filter(|text| !text.is_empty())).await;
    assert!(text.contains(&data(&dir).to_string_lossy().into_owned()), "it names the folder: {text}");
    assert!(!text.contains("panicked"), "{text}");
    sign_in(&app).await.get("/api/database").await.status(200);
}

#[tokio::test]
async fn data_of_another_major_version_is_a_clear_message() {
    let dir = TestDir::new();
    let app = lean(&data(&dir)).start();
    app.signal("-TERM");
    app.ended(20).await;
    let version = find(dir.path(), "PG_VERSION").expect("the data directory");
    fs::write(&version, "12\n").unwrap();
    let again = lean(&data(&dir)).until(Until::Started).start();
    let status = again.ended(20).await;
    assert!(!status.success());
    let text =
        eventually("its last words", 3, async || Some(again.output()).filter(|text| text.contains("12")))
            .await;
    assert!(text.contains("PostgreSQL 12") && !text.contains("panicked"), "{text}");
}

fn find(dir: &Path, name: &str) -> Option<std::path::PathBuf> {
    let mut folders = std::collections::VecDeque::from([dir.to_path_buf()]);
    while let Some(folder) = folders.pop_front() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name() == name {
                return Some(entry.path());
            }
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push_back(entry.path());
            }
        }
    }
    None
}

/// The data directory lies on a small file system of its own, which is filled.
#[tokio::test]
async fn a_full_disk() {
    if !mount_namespace_works() {
        println!("no mount namespace can be made here: the full disk was not tested");
        return;
    }
    let dir = TestDir::new();
    let data = data(&dir);
    fs::create_dir(&data).unwrap();
    let script =
        format!("mount -t tmpfs -o size=260m,mode=755 tmpfs '{}' && exec \"$0\" \"$@\"", data.display());
    let app = lean(&data).wrapped_in(&["unshare", "-m", "sh", "-c", &script]).start();
    let admin = sign_in(&app).await;
    admin.post("/api/database", json!({"name": "before"})).await.status(201);
    let filler = Path::new("/proc")
        .join(app.pid().to_string())
        .join("root")
        .join(data.strip_prefix("/").unwrap())
        .join("filler");
    let fill = std::process::Command::new("dd")
        .args(["if=/dev/zero", "bs=64k"])
        .arg(format!("of={}", filler.display()))
        .output()
        .unwrap();
    assert!(!fill.status.success(), "dd stops where the disk is full");
    let mut felt = false;
    for index in 0..6 {
        let answer = admin
            .post("/api/database", json!({"name": format!("full_{index}"), "template": "template0"}))
            .await;
        assert_ne!(answer.status, 500, "{answer}");
        if answer.status >= 400 {
            let code = answer.value()["code"].as_str().unwrap_or_default().to_owned();
            assert!(
                ["postgres.resources", "server.down", "store.down", "server.busy"].contains(&code.as_str()),
                "{answer}"
            );
            felt = true;
        }
    }
    assert!(felt, "the full disk was not felt");
    app.nobody().get("/api/health").await.status(200);
    fs::remove_file(&filler).unwrap();
    eventually("it works again by itself", 40, async || {
        let answer = admin.post("/api/database", json!({"name": "after"})).await;
        (answer.status == 201).then_some(())
    })
    .await;
    let list = admin.get("/api/database").await.status(200).value();
    assert!(named(&list, "before").is_some() && named(&list, "after").is_some());
    app.signal("-TERM");
    app.ended(20).await;
    tokio::time::sleep(Duration::from_millis(50)).await;
}
