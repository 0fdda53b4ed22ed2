//! The client's address, also behind proxies that were configured.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::http::header::HeaderMap;

/// The peer's address, or what a trusted proxy says about whom it speaks for: the last address in
/// `X-Forwarded-For` that is not a trusted proxy itself. What stands before it could be invented by anybody.
pub(crate) fn client(peer: Option<IpAddr>, headers: &HeaderMap, trusted: &[IpAddr]) -> IpAddr {
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.to_canonical());
    if !trusted.contains(&peer) {
        return peer;
    }
    let lines: Vec<_> = headers.get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).collect();
    let mut found = peer;
    for hop in lines.iter().rev().flat_map(|line| line.rsplit(',')) {
        let Some(address) = address(hop.trim()) else { break };
        found = address;
        if !trusted.contains(&address) {
            break;
        }
    }
    found
}

/// An address, with or without a port.
fn address(text: &str) -> Option<IpAddr> {
    let socket = || text.parse::<std::net::SocketAddr>().ok().map(|socket| socket.ip());
    text.parse::<IpAddr>().ok().or_else(socket).map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let mut headers = HeaderMap::new();
        let name = HeaderName::from_static("x-forwarded-for");
        headers.insert(name, HeaderValue::from_static("9.9.9.9, 203.0.113.7, 10.0.0.2"));
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let trusted = [ip("10.0.0.1"), ip("10.0.0.2")];
        assert_eq!(client(Some(ip("10.0.0.1")), &headers, &trusted), ip("203.0.113.7"));
        assert_eq!(client(Some(ip("198.51.100.1")), &headers, &trusted), ip("198.51.100.1"));
        assert_eq!(client(Some(ip("::ffff:10.0.0.1")), &headers, &trusted), ip("203.0.113.7"));
        assert_eq!(client(Some(ip("10.0.0.1")), &HeaderMap::new(), &trusted), ip("10.0.0.1"));
    }
}
