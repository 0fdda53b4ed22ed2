use super::*;

fn parse(text: &str) -> ConnectConfig {
    text.parse().unwrap()
}

#[test]
fn urls_and_pairs_say_the_same() {
    let url = parse("postgresql://app:p%40ss%2Fw%C3%B6rd@db1:5433/shop?sslmode=disable&connect_timeout=3");
    let pairs = parse(
        "host=db1 port = 5433 user=app password='p@ss/wörd' dbname=shop sslmode=disable connect_timeout=3",
    );
    for config in [&url, &pairs] {
        assert_eq!((config.database(), config.role()), ("shop", Some("app")));
        assert_eq!(config.postgres().get_password(), Some("p@ss/wörd".as_bytes()));
        assert_eq!(config.postgres().get_connect_timeout(), Some(&Duration::from_secs(3)));
    }
    assert!(url.same_server(&pairs));
    assert_eq!(url.to_string(), "postgresql://app@db1:5433/shop (sslmode=disable)");
}

#[test]
fn sockets_lists_and_ipv6_are_understood() {
    let socket = parse("postgresql://%2Ftmp%2Fpg/x?sslmode=verify-full");
    assert_eq!(socket.address(), "/tmp/pg:5432");
    assert_eq!(socket.mode, tls::Mode::Disable, "TLS means nothing on a socket");
    assert_eq!(parse("postgresql:///x?host=/tmp/pg").address(), "/tmp/pg:5432");
    assert_eq!(parse("postgresql://a:1,b,[::2]:3/x").address(), "a:1, b:5432, ::2:3");
    assert_eq!(parse("hostaddr=10.0.0.5 port=1").address(), "10.0.0.5:1");
    assert!(parse("postgresql://localhost").same_server(&parse("host=127.0.0.1")));
    assert!(!parse("postgresql://a:1").same_server(&parse("postgresql://a:2")));
    assert_eq!(parse("postgresql://h").database(), "postgres");
    assert!(!parse("postgresql://h").database_given() && parse("postgresql://h/postgres").database_given());
}

#[test]
fn a_database_name_is_never_parsed() {
    let config = parse("postgresql://app@db1/shop");
    for name in ["host=evil dbname=x", "postgresql://evil/x", "a b'c\\", "x?sslmode=disable"] {
        let other = config.with_database(name);
        assert_eq!((other.database(), other.address()), (name, "db1:5432".to_owned()));
        assert!(other.same_server(&config));
    }
    assert_eq!(config.database(), "shop");
}

#[test]
fn wrong_values_are_refused_with_what_is_right() {
    for (text, right) in [
        ("postgresql://h/x?sslmode=verify", "verify-full"),
        ("postgresql://h/x?sslmode=allow", "prefer"),
        ("postgresql://h:0/x", "65535"),
        ("postgresql://h:port/x", "65535"),
        ("postgresql://h/x?sslcert=/tmp/a", "sslkey"),
        ("postgresql://h/x?sslmode=require&sslrootcert=system", "verify-full"),
        ("postgresql://h/x?sslmode=verify-ca&sslrootcert=/does/not/exist", "/does/not/exist"),
        ("postgresql://h/x?nonsense=1", "sslmode"),
        ("postgresql://h/%zz", "percent"),
        ("mysql://h/x", "postgresql://"),
        ("just words", "host="),
        ("host='h", "closing"),
        ("host=h connect_timeout=soon", "seconds"),
    ] {
        let error = text.parse::<ConnectConfig>().unwrap_err().to_string();
        assert!(error.contains(right), "{text}: {error}");
    }
}

#[test]
fn no_secret_is_shown() {
    const CANARY: &str = "C4NARY-secret";
    let config = parse(&format!("postgresql://app:{CANARY}@h/x"));
    let mut shown = vec![format!("{config} {config:?} {:#?}", config.with_database("y"))];
    let options = crate::ServerOptions {
        id: "default".to_owned(),
        name: "Default".to_owned(),
        private: false,
        config: config.clone(),
        pool_size: 1,
        statement_timeout: Duration::ZERO,
        acquire_timeout: Duration::from_secs(1),
        store_database: None,
    };
    shown.push(format!("{options:?} {:?}", config.pool(1)));
    shown.push(format!("{:?}", crate::Server::new(options)));
    for wrong in [
        format!("postgresql://app:{CANARY}@h:99999/x"),
        format!("host=h {CANARY}"),
        format!("host=h {CANARY}=x"),
        format!("postgresql://h/x?{CANARY}=1"),
        format!("postgresql://app:%zz{CANARY}@h/x"),
        format!("password='{CANARY}"),
        format!("ftp://{CANARY}@h"),
    ] {
        let error = wrong.parse::<ConnectConfig>().unwrap_err();
        shown.push(format!("{error} {error:?}"));
    }
    assert!(!shown.iter().any(|text| text.contains(CANARY)), "{shown:?}");
}
