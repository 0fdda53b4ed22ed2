//! The Host allow-list. A page on a foreign name that resolves to our address (DNS rebinding) is refused, since it
//! sends that foreign name.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Whether `host`, as in the `Host` header, is one we answer to. Addresses cannot be rebound, `localhost` neither.
pub(crate) fn allowed(host: &str, names: &[String]) -> bool {
    let Some(name) = name(host) else { return false };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<Ipv4Addr>().is_ok()
        || name.starts_with('[')
        || names.iter().any(|allowed| allowed.eq_ignore_ascii_case(name.trim_end_matches('.')))
}

/// The name without the port; None for what is no host at all.
fn name(host: &str) -> Option<&str> {
    if let Some(rest) = host.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        address.parse::<Ipv6Addr>().ok()?;
        (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)).then_some(())?;
        return host.get(..address.len() + 2);
    }
    let (name, port) = host.split_once(':').unwrap_or((host, "0"));
    (!name.is_empty() && is_port(port)).then_some(name)
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.len() <= 5 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_names_and_addresses() {
        let names = ["db.example.com".to_owned()];
        for host in
            ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080", "[::1]", "DB.example.com:443"]
        {
            assert!(allowed(host, &names), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "db.example.com.evil:80",
            "[::1",
            "[evil]",
            "[::1]evil",
            "localhost:80:80",
            "localhost:x",
            "user@localhost",
            "127.1.evil",
        ] {
            assert!(!allowed(host, &names), "{host}");
        }
    }
}
