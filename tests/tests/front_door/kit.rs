//! The test kit itself.

use std::time::Duration;

use howdah_testkit::{Cluster, TestApp, TestDir};

#[tokio::test]
async fn a_cluster_starts_dies_and_starts_again() {
    let cluster = Cluster::builder().start();
    assert_eq!(cluster.value("postgres", "SELECT 1").await, "1");
    cluster.kill();
    cluster.start();
    assert_eq!(cluster.value("postgres", "SHOW max_connections").await, "300");
}

#[test]
fn a_folder_goes_with_its_value() {
    let dir = TestDir::new();
    let path = dir.path().to_owned();
    assert!(path.is_dir());
    drop(dir);
    assert!(!path.exists());
}

#[tokio::test]
async fn the_shared_howdah_answers() {
    let app = TestApp::shared();
    let answer = app.nobody().get("/api/health").await.status(200).value();
    assert_eq!(answer["status"], "ok");
    let ready = app.nobody().get("/api/ready").await.status(200).value();
    assert_eq!(ready, serde_json::json!({"ready": true, "store": true, "server": true}));
    tokio::time::sleep(Duration::from_millis(1)).await;
}
