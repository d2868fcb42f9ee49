//! Signing in, and ending sessions.

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
        /// The session has ended already.
        AlreadyEnded = "already_ended",
    }
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
    use super::{SignInRefusal, sign_in};

    #[test]
    fn a_device_has_a_name() {
        assert_eq!(sign_in("Ada's phone"), Ok(()));
        for odd in ["", "   ", &"x".repeat(101)] {
            assert_eq!(sign_in(odd), Err(SignInRefusal::DeviceNameLength), "{odd}");
        }
    }
}
