//! The test kit itself.

use std::time::{Duration, Instant};

use howdah_testkit::{Cluster, PASSWORD, TestApp, TestDir, Until};

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
}

/// Ready means ready: who waits for it (a load balancer, these tests) can sign in at once.
#[tokio::test]
async fn ready_means_that_one_can_sign_in() {
    let cluster = Cluster::builder().start();
    for _ in 0..3 {
        let app = TestApp::bare()
            .variable("HOWDAH_DATABASE_URL", &cluster.url("postgres"))
            .variable("HOWDAH_ADMIN_PASSWORD", PASSWORD)
            .until(Until::Listening)
            .start();
        let nobody = app.nobody();
        let end = Instant::now() + Duration::from_secs(20);
        while nobody.get("/api/ready").await.status != 200 {
            assert!(Instant::now() < end, "it never gets ready");
        }
        let body = serde_json::json!({"account": "admin", "password": PASSWORD});
        nobody.post("/api/session", body).await.status(200);
        cluster.execute("postgres", "DROP DATABASE howdah WITH (FORCE)").await;
    }
}
