//! Values of flags and variables: each parser says what would be right.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::time::Duration;

/// Text that may hold a password. It is parsed late, because clap repeats refused values in its message.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SecretText(pub(crate) String);

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(not shown)")
    }
}

impl FromStr for SecretText {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

/// A host name or address with or without a port, as it stands in the Host header, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostName(pub(crate) String);

/// Scheme, host and port of the app without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicUrl {
    /// For example `https://db.example.org`.
    pub(crate) origin: String,
    /// For example `db.example.org`.
    pub(crate) host: HostName,
}

/// An address and a port.
pub(crate) fn listen(text: &str) -> Result<SocketAddr, String> {
    if let Some(port) = text.strip_prefix("localhost:").and_then(|port| port.parse().ok()) {
        return Ok(SocketAddr::from(([127, 0, 0, 1], port)));
    }
    text.parse().map_err(|_| {
        "give an IP address and a port, such as 127.0.0.1:8080, 0.0.0.0:8080 (all addresses) or [::1]:8080".to_owned()
    })
}

/// An IP address.
pub(crate) fn ip(text: &str) -> Result<IpAddr, String> {
    text.trim().parse().map_err(|_| "give an IP address, such as 10.0.0.5 or fd00::5".to_owned())
}

/// A host name, `*` left out: wildcards would open the door to DNS rebinding.
pub(crate) fn host(text: &str) -> Result<HostName, String> {
    let text = text.trim().to_ascii_lowercase();
    let (name, port) = match text.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => (name, Some(port)),
        _ => (text.as_str(), None),
    };
    let name_fits = if let Some(inner) = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        inner.parse::<std::net::Ipv6Addr>().is_ok()
    } else {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
    };
    if name_fits && port.is_none_or(|port| port.parse::<u16>().is_ok()) {
        Ok(HostName(text))
    } else {
        Err("give a host name without scheme or path, such as db.example.org or db.example.org:8443"
            .to_owned())
    }
}

/// `http://` or `https://` with a host; a path is refused because the app lives at the root.
pub(crate) fn public_url(text: &str) -> Result<PublicUrl, String> {
    let wrong = || "give scheme and host without a path, such as https://db.example.org".to_owned();
    let trimmed = text.trim().trim_end_matches('/');
    let (scheme, rest) = trimmed.split_once("://").ok_or_else(wrong)?;
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(wrong());
    }
    let host = host(rest).map_err(|_| wrong())?;
    Ok(PublicUrl { origin: format!("{scheme}://{}", host.0), host })
}

/// A time with its unit: `500ms`, `30s`, `5m`, `2h`, `1d`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "give a number with a unit: 500ms, 30s, 5m, 2h or 1d".to_owned();
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let factor = match unit.trim() {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return Err(wrong()),
    };
    let millis = number.checked_mul(factor).filter(|millis| *millis > 0).ok_or_else(wrong)?;
    Ok(Duration::from_millis(millis))
}

/// Whole days, `30d`, 1 to 3650.
pub(crate) fn days(text: &str) -> Result<i32, String> {
    text.trim()
        .strip_suffix('d')
        .and_then(|number| number.parse().ok())
        .filter(|days| (1..=3650).contains(days))
        .ok_or_else(|| "give whole days, 1d to 3650d, such as 30d".to_owned())
}

/// A filter of tracing, checked here so that a typing error does not silence the log.
pub(crate) fn log_filter(text: &str) -> Result<String, String> {
    match tracing_subscriber::EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!(
            "{error}; give a level (error, warn, info, debug, trace) or pairs such as howdah=debug,warn"
        )),
    }
}

/// As it was written: the largest unit without a rest.
pub(crate) fn show_duration(duration: Duration) -> String {
    let millis = duration.as_millis();
    for (unit, size) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000)] {
        if millis >= size && millis.is_multiple_of(size) {
            return format!("{}{unit}", millis / size);
        }
    }
    format!("{millis}ms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_need_a_unit_and_read_back() {
        for (text, seconds) in [("30s", 30), ("5m", 300), ("2h", 7200), ("1d", 86400)] {
            let duration = duration(text).unwrap();
            assert_eq!(duration, Duration::from_secs(seconds));
            assert_eq!(show_duration(duration), text);
        }
        assert_eq!(show_duration(duration("1500ms").unwrap()), "1500ms");
        for wrong in ["", "30", "s", "0s", "-1s", "5 weeks", "99999999999999999999d"] {
            assert!(duration(wrong).unwrap_err().contains("30s"), "{wrong}");
        }
    }

    #[test]
    fn days_are_whole_and_bounded() {
        assert_eq!(days("30d"), Ok(30));
        for wrong in ["30", "0d", "3651d", "1.5d", "12h", ""] {
            assert!(days(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn hosts_are_names_and_no_patterns() {
        assert_eq!(host("DB.Example.org:8443").unwrap().0, "db.example.org:8443");
        assert_eq!(host("[::1]:8080").unwrap().0, "[::1]:8080");
        for wrong in ["", "*", "*.example.org", "http://x", "x/y", "x:port", "a b", "::1"] {
            assert!(host(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_public_url_is_an_origin() {
        let url = public_url("HTTPS://Db.example.org/").unwrap();
        assert_eq!((url.origin.as_str(), url.host.0.as_str()), ("https://db.example.org", "db.example.org"));
        for wrong in ["db.example.org", "ftp://x", "https://x/app", "https://a:b@x", ""] {
            assert!(public_url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn listen_says_what_would_be_right() {
        assert_eq!(listen("localhost:0").unwrap().to_string(), "127.0.0.1:0");
        for wrong in ["8080", ":8080", "example.org:80", "127.0.0.1"] {
            assert!(listen(wrong).unwrap_err().contains("127.0.0.1:8080"), "{wrong}");
        }
    }
}
