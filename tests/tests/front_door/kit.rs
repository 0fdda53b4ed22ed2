//! The test kit itself.
use howdah_testkit::Cluster;

#[tokio::test]
async fn cluster_starts_dies_and_starts() {
    let cluster = Cluster::builder().start();
    assert_eq!(cluster.value("postgres", "SELECT 1").await, "1");
    cluster.kill();
    cluster.start();
    assert_eq!(cluster.value("postgres", "SHOW max_connections").await, "300");
    if std::env::var_os("KILLME").is_some() { std::process::Command::new("kill").args(["-9", &std::process::id().to_string()]).status().unwrap(); }
}
