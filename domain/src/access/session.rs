//! Signing in, and ending sessions.

use chrono::TimeDelta;

use super::SessionKind;
use crate::{codes, refusals};

codes! {
    /// Why nobody was signed in.
    SignInRefusal {
        /// The e-mail address or the password is not right.
        WrongCredentials = "wrong_credentials",
        /// This account is closed. Ask the person who invited you.
        Deactivated = "deactivated",
        /// A device's name has 1 to 100 characters.
        DeviceNameLength = "device_name_length",
        /// Too many attempts. Wait until the time that `retryAt` gives, then try again.
        Throttled = "throttled",
    }
}

refusals! {
    /// Why nobody was signed out.
    SignOutRefusal {
        /// The session has ended already.
        AlreadyEnded = "already_ended",
    }
}

refusals! {
    /// Why a session was not ended.
    RevokeSessionRefusal {
        /// There is no such session.
        NotFound = "not_found",
        /// The session was ended already.
        AlreadyEnded = "already_ended",
    }
}

refusals! {
    /// Why a session was not refreshed.
    RefreshSessionRefusal {
        /// Only a device's session is refreshed. In a browser, sign in again.
        NotADevice = "not_a_device",
        /// The session lasts for more than 30 days yet. Ask again later.
        TooEarly = "too_early",
    }
}

/// Days before a session's end from which on it may be refreshed.
const REFRESHED_WITHIN: TimeDelta = TimeDelta::days(30);

/// Whether a session of this kind, with so much time left, gets a new token.
///
/// # Errors
/// Why not.
pub fn refresh(kind: SessionKind, left: TimeDelta) -> Result<(), RefreshSessionRefusal> {
    if kind != SessionKind::Device {
        return Err(RefreshSessionRefusal::NotADevice);
    }
    if left > REFRESHED_WITHIN { Err(RefreshSessionRefusal::TooEarly) } else { Ok(()) }
}

/// Whether a device may be called so.
///
/// # Errors
/// Why not.
pub fn sign_in(device_name: &str) -> Result<(), SignInRefusal> {
    let fits = (1..=100).contains(&device_name.trim().chars().count());
    if fits { Ok(()) } else { Err(SignInRefusal::DeviceNameLength) }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::{RefreshSessionRefusal, SessionKind, SignInRefusal, refresh, sign_in};

    #[test]
    fn a_device_gets_a_new_token_towards_the_end() {
        let cases = [
            (SessionKind::Device, 1, Ok(())),
            (SessionKind::Device, 30, Ok(())),
            (SessionKind::Device, 31, Err(RefreshSessionRefusal::TooEarly)),
            (SessionKind::Web, 1, Err(RefreshSessionRefusal::NotADevice)),
        ];
        for (kind, days, expected) in cases {
            assert_eq!(refresh(kind, TimeDelta::days(days)), expected, "{kind} {days}");
        }
    }

    #[test]
    fn a_device_has_a_name() {
        assert_eq!(sign_in("Ada's phone"), Ok(()));
        for odd in ["", "   ", &"x".repeat(101)] {
            assert_eq!(sign_in(odd), Err(SignInRefusal::DeviceNameLength), "{odd}");
        }
    }
}
