//! TLS to the managed server: what each `sslmode` connects to, and what is said where it does not.

use std::path::{Path, PathBuf};

use howdah_testkit::{Authority, Cluster, TestApp, Until, eventually};
use howdah_types::servers::{Server, ServerState};

/// A server that is called `localhost`, with roles of which one must come encrypted, one with a certificate and one
/// without TLS.
struct Stage {
    authority: Authority,
    cluster: Cluster,
}

impl Stage {
    async fn new() -> Self {
        let authority = Authority::new("Howdah tests");
        let cluster = Cluster::builder()
            .tls(&authority, "localhost")
            .access("hostssl all only_tls 127.0.0.1/32 scram-sha-256")
            .access("host all only_tls 127.0.0.1/32 reject")
            .access("hostssl all certified 127.0.0.1/32 cert")
            .access("hostssl all only_plain 127.0.0.1/32 reject")
            .start();
        for role in ["only_tls", "certified", "only_plain"] {
            cluster.execute("postgres", &format!("CREATE ROLE {role} LOGIN PASSWORD 'well known'")).await;
        }
        Self { authority, cluster }
    }

    fn url(&self, role: &str, host: &str, settings: &str) -> String {
        format!("postgres://{role}:well%20known@{host}:{}/postgres?{settings}", self.cluster.port())
    }

    /// What Howdah says of the server when it was started with this address, and whether its connection is encrypted.
    async fn look(&self, url: &str) -> (Server, Option<bool>) {
        look(&self.cluster, url).await
    }

    /// It connects; answers whether it is encrypted.
    async fn connects(&self, url: &str) -> bool {
        let (server, encrypted) = self.look(url).await;
        assert_eq!(server.state, ServerState::Up, "{url}: {server:?}");
        encrypted.expect("its connection is in pg_stat_ssl")
    }

    /// It does not connect; answers why.
    async fn fails(&self, url: &str) -> String {
        let (server, encrypted) = self.look(url).await;
        assert_eq!((server.state, encrypted), (ServerState::Down, None), "{url}: {server:?}");
        server.detail.expect("a server that is down says why")
    }
}

/// The store is on the same cluster, by an address of its own that always works.
async fn look(cluster: &Cluster, url: &str) -> (Server, Option<bool>) {
    let app = TestApp::on(cluster).variable("HOWDAH_DATABASE_URL", url).until(Until::Listening).start();
    eventually("one can sign in", 60, async || app.output().contains("Sign in at ").then_some(())).await;
    let admin = app.administrator().await;
    let server = eventually("the server was tried", 60, async || {
        let mut servers: Vec<Server> = admin.get("/api/servers").await.status(200).json();
        let tried = |server: &Server| server.detail.as_deref() != Some("It was not reached yet.");
        servers.pop().filter(tried)
    })
    .await;
    let ready = app.nobody().get("/api/ready").await.value();
    assert_eq!(ready["server"], server.state == ServerState::Up, "{ready}");
    let list = admin.get("/api/database").await;
    match server.state {
        ServerState::Up => drop(list.status(200)),
        ServerState::Down => drop(list.problem(503, "server.down")),
    }
    let sql = "SELECT bool_and(s.ssl) FROM pg_stat_ssl s JOIN pg_stat_activity USING (pid)
               WHERE application_name = 'howdah/server'";
    let encrypted = match cluster.value("postgres", sql).await.as_str() {
        "t" => Some(true),
        "f" => Some(false),
        _ => None,
    };
    (server, encrypted)
}

fn shown(path: &Path) -> String {
    howdah_testkit::segment(path.to_str().unwrap())
}

#[tokio::test]
async fn modes_that_verify_nothing() {
    let stage = Stage::new().await;
    let at = |role: &str, mode: &str| stage.url(role, "127.0.0.1", &format!("sslmode={mode}"));
    assert!(stage.connects(&at("only_tls", "require")).await);
    assert!(stage.connects(&at("only_tls", "prefer")).await);
    assert!(stage.connects(&stage.url("only_tls", "127.0.0.1", "")).await, "prefer is what holds unsaid");
    assert!(!stage.connects(&at("only_plain", "disable")).await);
    let why = stage.fails(&at("only_tls", "disable")).await;
    assert!(why.contains("pg_hba.conf rejects connection") && why.contains("no encryption"), "{why}");
    let why = stage.fails(&at("only_plain", "require")).await;
    assert!(why.contains("pg_hba.conf rejects connection") && why.contains("SSL encryption"), "{why}");
}

#[tokio::test]
async fn modes_that_verify() {
    let stage = Stage::new().await;
    let root = shown(&stage.authority.root());
    let at =
        |host: &str, mode: &str| stage.url("only_tls", host, &format!("sslmode={mode}&sslrootcert={root}"));
    assert!(stage.connects(&at("localhost", "verify-full")).await);
    assert!(stage.connects(&at("127.0.0.1", "verify-ca")).await, "the name does not matter to verify-ca");
    assert!(stage.connects(&at("127.0.0.1", "require")).await);
    let why = stage.fails(&at("127.0.0.1", "verify-full")).await;
    assert!(why.contains("not valid for name") && why.contains("localhost"), "{why}");
    let own = stage.cluster.dir().join("pg/ssl_cert_file");
    let pinned = format!("sslmode=verify-full&sslrootcert={}", shown(&own));
    assert!(
        stage.connects(&stage.url("only_tls", "localhost", &pinned)).await,
        "a server's certificate may be its own root"
    );
}

#[tokio::test]
async fn a_certificate_of_another_authority_is_refused() {
    let stage = Stage::new().await;
    let other = Authority::new("Somebody else");
    let root = shown(&other.root());
    // `require` too, as in libpq: where a root is given, it is meant.
    for settings in [
        format!("sslmode=verify-full&sslrootcert={root}"),
        format!("sslmode=verify-ca&sslrootcert={root}"),
        format!("sslmode=require&sslrootcert={root}"),
        "sslmode=verify-full&sslrootcert=system".to_owned(),
    ] {
        let why = stage.fails(&stage.url("only_tls", "localhost", &settings)).await;
        assert!(why.contains("unknown authority") && why.contains("sslrootcert"), "{settings}: {why}");
    }
}

#[tokio::test]
async fn a_client_may_sign_in_with_a_certificate() {
    let stage = Stage::new().await;
    let root = shown(&stage.authority.root());
    let with = |(certificate, key): &(PathBuf, PathBuf)| {
        let (certificate, key) = (shown(certificate), shown(key));
        let settings = format!("sslmode=verify-full&sslrootcert={root}&sslcert={certificate}&sslkey={key}");
        stage.url("certified", "localhost", &settings)
    };
    assert!(stage.connects(&with(&stage.authority.client("certified"))).await);
    let why = stage.fails(&with(&stage.authority.client("somebody"))).await;
    assert!(why.contains("certificate authentication failed"), "{why}");
    let why = stage.fails(&stage.url("certified", "localhost", "sslmode=require")).await;
    assert!(why.contains("requires a valid client certificate"), "{why}");
    let stranger = Authority::new("Somebody else");
    let why = stage.fails(&with(&stranger.client("certified"))).await;
    assert!(why.contains("UnknownCA"), "{why}");
}

#[tokio::test]
async fn a_server_without_tls() {
    let cluster = Cluster::builder().start();
    let role = |mode: &str| cluster.url("postgres").replace("sslmode=disable", &format!("sslmode={mode}"));
    let (server, encrypted) = look(&cluster, &role("prefer")).await;
    assert_eq!((server.state, encrypted), (ServerState::Up, Some(false)), "{server:?}");
    for mode in ["require", "verify-ca", "verify-full"] {
        let (server, _) = look(&cluster, &role(mode)).await;
        assert_eq!(server.state, ServerState::Down);
        let why = server.detail.unwrap_or_default();
        assert!(why.contains("server does not support TLS"), "{mode}: {why}");
    }
}

/// As in libpq: a server that speaks TLS in a way that we do not is like one that speaks none.
#[tokio::test]
async fn a_handshake_that_fails() {
    let cluster = Cluster::builder()
        .tls(&Authority::new("Howdah tests"), "localhost")
        .setting("ssl_min_protocol_version", "TLSv1")
        .setting("ssl_max_protocol_version", "TLSv1.1")
        .start();
    let role = |mode: &str| cluster.url("postgres").replace("sslmode=disable", &format!("sslmode={mode}"));
    let (server, encrypted) = look(&cluster, &role("prefer")).await;
    assert_eq!((server.state, encrypted), (ServerState::Up, Some(false)), "{server:?}");
    let (server, _) = look(&cluster, &role("require")).await;
    assert_eq!(server.state, ServerState::Down);
    let why = server.detail.unwrap_or_default();
    assert!(why.contains("TLS handshake"), "{why}");
}

/// What can be known without a connection is said at once, and Howdah does not start.
#[test]
fn settings_that_cannot_be_right() {
    let authority = Authority::new("Howdah tests");
    let (root, (certificate, key)) = (authority.root(), authority.client("x"));
    let (root, certificate, key) = (shown(&root), shown(&certificate), shown(&key));
    for (settings, words) in [
        ("sslmode=verify-full&sslrootcert=/no/such/file".to_owned(), ["sslrootcert", "/no/such/file"]),
        (format!("sslmode=verify-ca&sslrootcert={key}"), ["sslrootcert", "no PEM certificate"]),
        (format!("sslmode=require&sslcert={certificate}"), ["sslkey", "given with sslcert"]),
        (format!("sslmode=require&sslkey={key}"), ["sslcert", "given with sslkey"]),
        (format!("sslmode=require&sslcert={certificate}&sslkey={root}"), ["sslkey", "cannot be used"]),
        ("sslmode=verify-ca&sslrootcert=system".to_owned(), ["verify-full", "sslrootcert=system"]),
        ("sslmode=sometimes".to_owned(), ["sslmode", "verify-full"]),
    ] {
        let url = format!("postgres://x:canary-pw@localhost/postgres?{settings}");
        let output = TestApp::run_program(&["serve"], &[("HOWDAH_DATABASE_URL", &url)]);
        let text = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{settings}: {text}");
        assert!(words.iter().all(|word| text.contains(word)), "{settings}: {text}");
        assert!(!text.contains("canary-pw"), "{text}");
    }
}
