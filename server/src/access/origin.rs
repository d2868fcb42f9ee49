//! Where a request comes from. Whoever has no session yet is audited and throttled by this.

use std::net::IpAddr;

/// A request's id, and the address it came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The request's id.
    pub request_id: String,
    /// The sender's address, or its network.
    pub address: String,
}

/// The sender of a request that came through `proxies` of the operator's own, each of which adds the address that it saw
/// to the end of `forwarded` (the values of X-Forwarded-For). What stands further to the left is hearsay. Without an
/// address to go by, all such requests count as one sender's.
#[must_use]
pub fn sender<'a>(connection: Option<IpAddr>, forwarded: impl Iterator<Item = &'a str>, proxies: usize) -> String {
    let entries: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    let seen = match proxies {
        0 => None,
        proxies => entries.len().checked_sub(proxies).and_then(|at| entries[at].parse().ok()),
    };
    seen.or(connection).map_or_else(|| "unknown".to_owned(), network)
}

/// An IPv4 address as it is. Of an IPv6 address the first 64 bits: whoever has one of a network has them all.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_our_own_proxies_saw_counts() {
        let connection = Some("10.0.0.1".parse().unwrap());
        let cases: [(&[&str], usize, &str); 7] = [
            (&["203.0.113.7"], 0, "10.0.0.1"),
            (&["203.0.113.7"], 1, "203.0.113.7"),
            (&["198.51.100.1, 203.0.113.7"], 1, "203.0.113.7"),
            (&["198.51.100.1", "203.0.113.7"], 2, "198.51.100.1"),
            (&["203.0.113.7"], 2, "10.0.0.1"),
            (&["not an address"], 1, "10.0.0.1"),
            (&[], 1, "10.0.0.1"),
        ];
        for (forwarded, proxies, expected) in cases {
            assert_eq!(sender(connection, forwarded.iter().copied(), proxies), expected, "{forwarded:?} by {proxies}");
        }
        assert_eq!(sender(None, std::iter::empty(), 0), "unknown");
    }

    #[test]
    fn a_network_counts_as_one_sender() {
        let of = |address: &str| sender(Some(address.parse().unwrap()), std::iter::empty(), 0);
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::9"), of("2001:db8:1:3::9"));
        assert_eq!(of("::ffff:203.0.113.7"), of("203.0.113.7"));
    }
}
