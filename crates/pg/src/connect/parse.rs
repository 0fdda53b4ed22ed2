//! Reads the two kinds of connection strings that libpq knows.

use std::path::{Path, PathBuf};

use tokio_postgres::config::{ChannelBinding, LoadBalanceHosts, SslNegotiation, TargetSessionAttrs};

use super::ConfigError;
use crate::tls;

const KNOWN: &str = "host, hostaddr, port, user, password, dbname, sslmode, sslrootcert, sslcert, sslkey, \
    sslnegotiation, channel_binding, connect_timeout, tcp_user_timeout, keepalives, keepalives_idle, \
    target_session_attrs, load_balance_hosts, options";

/// What a string says.
pub(super) struct Parsed {
    pub(super) config: tokio_postgres::Config,
    pub(super) tls: tls::Options,
}

pub(super) fn parse(text: &str) -> Result<Parsed, ConfigError> {
    let text = text.trim();
    let url = text.strip_prefix("postgresql://").or_else(|| text.strip_prefix("postgres://"));
    let pairs = match url {
        Some(rest) => url_pairs(rest)?,
        None if text.contains("://") => {
            return Err(ConfigError::Syntax("a URL begins with postgresql://".to_owned()));
        }
        None => key_values(text)?,
    };
    let mut parsed = Parsed { config: tokio_postgres::Config::new(), tls: tls::Options::default() };
    for (key, value) in pairs {
        set(&mut parsed, &key, &value)?;
    }
    complete_hosts(&mut parsed.config);
    Ok(parsed)
}

/// A host is needed for each address (TLS names it), and libpq's default is the local socket.
fn complete_hosts(config: &mut tokio_postgres::Config) {
    if !config.get_hosts().is_empty() {
        return;
    }
    if config.get_hostaddrs().is_empty() {
        let socket = "/var/run/postgresql";
        config.host(if Path::new(socket).is_dir() { socket } else { "localhost" });
    } else {
        for address in config.get_hostaddrs().to_vec() {
            config.host(address.to_string());
        }
    }
}

fn set(parsed: &mut Parsed, key: &str, value: &str) -> Result<(), ConfigError> {
    let Parsed { config, tls } = parsed;
    let wrong = |key: &'static str, right: &'static str| Err(ConfigError::Value { key, right });
    let file = |value: &str| (!value.is_empty()).then(|| PathBuf::from(value));
    match key {
        "host" => {
            for host in value.split(',').filter(|host| !host.is_empty()) {
                config.host(host);
            }
        }
        "hostaddr" => {
            for address in value.split(',') {
                let Ok(address) = address.parse() else {
                    return wrong("hostaddr", "an IP address such as 10.0.0.5");
                };
                config.hostaddr(address);
            }
        }
        "port" => {
            for port in value.split(',') {
                match if port.is_empty() { Ok(5432) } else { port.parse() } {
                    Ok(port) if port > 0 => config.port(port),
                    _ => return wrong("port", "a number from 1 to 65535, for example 5432"),
                };
            }
        }
        "user" if !value.is_empty() => drop(config.user(value)),
        "password" if !value.is_empty() => drop(config.password(value)),
        "dbname" if !value.is_empty() => drop(config.dbname(value)),
        "options" => drop(config.options(value)),
        "sslmode" => match tls::Mode::parse(value) {
            Some(mode) => tls.mode = mode,
            None => return wrong("sslmode", "disable, prefer, require, verify-ca or verify-full"),
        },
        "sslrootcert" => tls.root = file(value),
        "sslcert" => tls.certificate = file(value),
        "sslkey" => tls.key = file(value),
        "sslnegotiation" => match value {
            "postgres" => drop(config.ssl_negotiation(SslNegotiation::Postgres)),
            "direct" => drop(config.ssl_negotiation(SslNegotiation::Direct)),
            _ => return wrong("sslnegotiation", "postgres or direct"),
        },
        "channel_binding" => match value {
            "disable" => drop(config.channel_binding(ChannelBinding::Disable)),
            "prefer" => drop(config.channel_binding(ChannelBinding::Prefer)),
            "require" => drop(config.channel_binding(ChannelBinding::Require)),
            _ => return wrong("channel_binding", "disable, prefer or require"),
        },
        "target_session_attrs" => match value {
            "any" => drop(config.target_session_attrs(TargetSessionAttrs::Any)),
            "read-write" => drop(config.target_session_attrs(TargetSessionAttrs::ReadWrite)),
            "read-only" => drop(config.target_session_attrs(TargetSessionAttrs::ReadOnly)),
            _ => return wrong("target_session_attrs", "any, read-write or read-only"),
        },
        "load_balance_hosts" => match value {
            "disable" => drop(config.load_balance_hosts(LoadBalanceHosts::Disable)),
            "random" => drop(config.load_balance_hosts(LoadBalanceHosts::Random)),
            _ => return wrong("load_balance_hosts", "disable or random"),
        },
        "connect_timeout" => drop(config.connect_timeout(seconds(value, "connect_timeout")?)),
        "tcp_user_timeout" => match value.parse() {
            Ok(ms) => drop(config.tcp_user_timeout(std::time::Duration::from_millis(ms))),
            Err(_) => return wrong("tcp_user_timeout", "milliseconds, for example 30000"),
        },
        "keepalives" => drop(config.keepalives(value != "0")),
        "keepalives_idle" => drop(config.keepalives_idle(seconds(value, "keepalives_idle")?)),
        // Nothing said; or what Howdah does its own way: its name, UTF-8, no GSSAPI.
        "user"
        | "password"
        | "dbname"
        | "application_name"
        | "client_encoding"
        | "fallback_application_name"
        | "gssencmode" => {}
        _ => return Err(ConfigError::UnknownKey { key: shorten(key), known: KNOWN }),
    }
    Ok(())
}

fn seconds(value: &str, key: &'static str) -> Result<std::time::Duration, ConfigError> {
    match value.parse() {
        Ok(seconds @ 1..=86_400) => Ok(std::time::Duration::from_secs(seconds)),
        _ => Err(ConfigError::Value { key, right: "seconds, for example 10" }),
    }
}

/// A mistyped string could have its password where a key is expected: show only what looks like a key.
fn shorten(key: &str) -> String {
    let looks_like_key = key.len() <= 32 && key.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    if looks_like_key { key.to_owned() } else { "…".to_owned() }
}

type Pairs = Vec<(String, String)>;

/// `role:password@host:port,host:port/database?key=value&…`, each part percent-encoded.
fn url_pairs(rest: &str) -> Result<Pairs, ConfigError> {
    let mut pairs = Pairs::new();
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    // A password may hold an unescaped slash or at sign only by mistake; the last @ before the path decides.
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let (credentials, hosts) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (role, password) = credentials.split_once(':').unwrap_or((credentials, ""));
    pairs.push(("user".to_owned(), decode(role, "role")?));
    pairs.push(("password".to_owned(), decode(password, "password")?));
    pairs.push(("dbname".to_owned(), decode(database, "database")?));
    let mut ports = Vec::new();
    for part in hosts.split(',').filter(|part| !part.is_empty()) {
        let (host, port) = host_port(part)?;
        if !host.is_empty() {
            pairs.push(("host".to_owned(), decode(host, "host")?));
        }
        ports.push(port);
    }
    if ports.iter().any(|port| !port.is_empty()) {
        pairs.push(("port".to_owned(), ports.join(",")));
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some((key, value)) = pair.split_once('=') else {
            return Err(ConfigError::Syntax("after the ? come key=value pairs joined by &".to_owned()));
        };
        pairs.push((decode(key, "key")?, decode(value, "value")?));
    }
    Ok(pairs)
}

fn host_port(part: &str) -> Result<(&str, &str), ConfigError> {
    if let Some(rest) = part.strip_prefix('[') {
        let Some((host, after)) = rest.split_once(']') else {
            return Err(ConfigError::Syntax("an IPv6 address ends with ]".to_owned()));
        };
        return Ok((host, after.strip_prefix(':').unwrap_or("")));
    }
    Ok(part.rsplit_once(':').unwrap_or((part, "")))
}

fn decode(text: &str, part: &str) -> Result<String, ConfigError> {
    let wrong = || ConfigError::Syntax(format!("the {part} is not percent-encoded UTF-8 (write % as %25)"));
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|b| char::from(b).to_digit(16)).ok_or_else(wrong);
        let value = digit()? * 16 + digit()?;
        bytes.push(u8::try_from(value).map_err(|_| wrong())?);
    }
    let text = String::from_utf8(bytes).map_err(|_| wrong())?;
    if text.contains('\0') { Err(wrong()) } else { Ok(text) }
}

/// `host=db1 password='it\'s'`: values with blanks in single quotes, `'` and `\` behind a backslash.
fn key_values(text: &str) -> Result<Pairs, ConfigError> {
    let syntax = |what: &str| Err(ConfigError::Syntax(what.to_owned()));
    let mut pairs = Pairs::new();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        if chars.peek().is_none() {
            return Ok(pairs);
        }
        let mut key = String::new();
        while let Some(c) = chars.next_if(|c| *c != '=' && !c.is_whitespace()) {
            key.push(c);
        }
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        if chars.next() != Some('=') || key.is_empty() {
            return syntax("write postgresql://role@host:5432/database, or pairs such as host=db1 user=app");
        }
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        let quoted = chars.next_if_eq(&'\'').is_some();
        let mut value = String::new();
        loop {
            match chars.next() {
                Some('\\') => value.extend(chars.next()),
                Some('\'') if quoted => break,
                None if quoted => return syntax("a quoted value has no closing '"),
                None => break,
                Some(c) if !quoted && c.is_whitespace() => break,
                Some(c) => value.push(c),
            }
        }
        pairs.push((key, value));
    }
}
