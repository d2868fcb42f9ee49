//! Passwords: argon2id (RFC 9106) with 19 MiB, two passes, one lane.
//!
//! Hashing is meant to be costly, so only a few run at a time, off the threads that answer requests; the rest queue.
//! An unknown account costs as much as a wrong password: the time to answer tells nobody who has an account.

use std::{fmt, sync::Arc};

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher as _, PasswordVerifier as _, Version, password_hash::phc::PasswordHash,
};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use thiserror::Error;
use tokio::sync::Semaphore;

/// The fewest characters of a password.
pub const MIN_CHARS: usize = 12;
/// The most characters of a password: enough for any passphrase, too few to make hashing a weapon.
pub const MAX_CHARS: usize = 128;
/// What too many people choose, of those that are long enough; compared without case and spaces.
const COMMON: [&str; 12] = [
    "123456789012",
    "1234567890123",
    "12345678901234",
    "123123123123",
    "abcdefghijkl",
    "changemenow1",
    "iloveyou1234",
    "letmein12345",
    "password1234",
    "passwordpassword",
    "qwertyuiop12",
    "waymarkwaymark",
];

/// Why a proposed password is refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum WeakPassword {
    /// Fewer than [`MIN_CHARS`] characters.
    #[error("A password needs at least {MIN_CHARS} characters. Three or four unrelated words do well.")]
    TooShort,
    /// More than [`MAX_CHARS`] characters.
    #[error("A password has at most {MAX_CHARS} characters.")]
    TooLong,
    /// One character over and over.
    #[error("A password needs more than one or two different characters.")]
    Repetitive,
    /// What too many people choose.
    #[error("Too many people have chosen this password. Choose another.")]
    Common,
    /// The account's own address.
    #[error("A password must not be your email address.")]
    IsEmail,
}

/// Whether `password` may be chosen by the account with `email`. Length counts; recipes of symbols do not (NIST SP
/// 800-63B, section 3.1.1.2).
///
/// # Errors
/// The reason why not, fit to be shown.
pub fn check_new(password: &str, email: &str) -> Result<(), WeakPassword> {
    let chars = password.chars().count();
    if chars < MIN_CHARS {
        return Err(WeakPassword::TooShort);
    }
    if chars > MAX_CHARS {
        return Err(WeakPassword::TooLong);
    }
    let mut distinct: Vec<char> = password.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 3 {
        return Err(WeakPassword::Repetitive);
    }
    if password.eq_ignore_ascii_case(email) {
        return Err(WeakPassword::IsEmail);
    }
    let plain: String = password.chars().filter(|letter| !letter.is_whitespace()).collect();
    if COMMON.contains(&plain.to_lowercase().as_str()) {
        return Err(WeakPassword::Common);
    }
    Ok(())
}

/// Hashing failed: out of memory, or the server is stopping. No reason of the caller's.
#[derive(Debug, Error)]
#[error("the password could not be processed: {0}")]
pub struct HashingFailed(String);

/// Hashes and verifies. Clones share one limit.
#[derive(Clone)]
pub struct PasswordHasher {
    permits: Arc<Semaphore>,
    argon2: Argon2<'static>,
    /// What is verified in place of an unknown account's hash: as costly, of random bytes, so that no password fits it.
    decoy: Arc<str>,
    /// How many verifications were run to their end.
    #[cfg(test)]
    pub(crate) verified: Arc<std::sync::atomic::AtomicUsize>,
}

impl PasswordHasher {
    /// The parameters for real accounts: 19 MiB, two passes, one lane (OWASP's first choice for argon2id), two at once.
    pub fn production() -> Self {
        Self::with(19 * 1024, 2)
    }

    /// The cheapest parameters that argon2 allows, so that a test which signs in twenty users stays quick.
    pub fn for_testing() -> Self {
        Self::with(Params::MIN_M_COST, 1)
    }

    fn with(memory_kib: u32, passes: u32) -> Self {
        let params = Params::new(memory_kib, passes, 1, None).expect("the parameters are within argon2's limits");
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let [salt, digest] = [(); 2].map(|()| STANDARD_NO_PAD.encode(super::secrets::random_bytes::<32>()));
        let decoy = format!("$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}${digest}");
        Self {
            permits: Arc::new(Semaphore::new(2)),
            argon2,
            decoy: decoy.into(),
            #[cfg(test)]
            verified: Arc::default(),
        }
    }

    /// The hash of `password` with a fresh salt, as a PHC string.
    ///
    /// # Errors
    /// [`HashingFailed`] when the machine cannot.
    pub async fn hash(&self, password: String) -> Result<String, HashingFailed> {
        self.run(move |argon2| {
            argon2
                .hash_password(password.as_bytes())
                .map(|hash| hash.to_string())
                .map_err(|error| HashingFailed(error.to_string()))
        })
        .await?
    }

    /// Whether `password` is the one behind `stored`. With no stored hash (no such account, or one that never set a
    /// password) the answer is no, after the same work.
    ///
    /// # Errors
    /// [`HashingFailed`] when the machine cannot.
    pub async fn verify(&self, password: String, stored: Option<String>) -> Result<bool, HashingFailed> {
        let decoy = Arc::clone(&self.decoy);
        #[cfg(test)]
        let verified = Arc::clone(&self.verified);
        self.run(move |argon2| {
            let known = stored.as_deref().and_then(|phc| PasswordHash::new(phc).ok());
            let is_known = known.is_some();
            let Some(hash) = known.or_else(|| PasswordHash::new(&decoy).ok()) else { return false };
            let is_right = argon2.verify_password(password.as_bytes(), &hash).is_ok();
            #[cfg(test)]
            verified.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            is_known && is_right
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'static>) -> T + Send + 'static,
    ) -> Result<T, HashingFailed> {
        let permit =
            Arc::clone(&self.permits).acquire_owned().await.map_err(|error| HashingFailed(error.to_string()))?;
        let argon2 = self.argon2.clone();
        tokio::task::spawn_blocking(move || {
            let outcome = work(&argon2);
            drop(permit);
            outcome
        })
        .await
        .map_err(|error| HashingFailed(error.to_string()))
    }
}

impl fmt::Debug for PasswordHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHasher")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_verifies() {
        let hasher = PasswordHasher::for_testing();
        let stored = hasher.hash("correct horse battery".into()).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$"));
        assert!(hasher.verify("correct horse battery".into(), Some(stored.clone())).await.unwrap());
        assert!(!hasher.verify("wrong horse battery".into(), Some(stored)).await.unwrap());
    }

    #[tokio::test]
    async fn no_hash_and_a_broken_hash_verify_nothing() {
        let hasher = PasswordHasher::for_testing();
        assert!(!hasher.verify("anything at all".into(), None).await.unwrap());
        assert!(!hasher.verify("anything at all".into(), Some("not a hash".into())).await.unwrap());
    }

    #[tokio::test]
    async fn real_hashes_carry_the_agreed_parameters() {
        let stored = PasswordHasher::production().hash("correct horse battery".into()).await.unwrap();
        assert!(stored.contains("m=19456,t=2,p=1"), "{stored}");
    }

    #[test]
    fn weak_passwords_are_named_as_such() {
        let email = "someone@school.example";
        let cases = [
            ("short", Err(WeakPassword::TooShort)),
            (&"long ".repeat(50), Err(WeakPassword::TooLong)),
            ("abababababababab", Err(WeakPassword::Repetitive)),
            ("Password 1234", Err(WeakPassword::Common)),
            ("Someone@School.example", Err(WeakPassword::IsEmail)),
            ("correct horse battery", Ok(())),
            ("ยาวพอสำหรับรหัสผ่าน", Ok(())),
        ];
        for (password, expected) in cases {
            assert_eq!(check_new(password, email), expected, "{password}");
        }
    }
}
