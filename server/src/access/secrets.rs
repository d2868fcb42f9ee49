//! Randomness and keys: what an attacker must not be able to guess.
//!
//! Tokens are 256 random bits. Whoever presents one holds a session, so only its SHA-256 is ever stored: a copy of the
//! database signs nobody in. Links are signed with HMAC-SHA-256 (RFC 2104) under one key, kept apart by purpose; what must
//! be read again is sealed with XChaCha20-Poly1305 (RFC 8439) under keys derived from it.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Read, Write},
    path::Path,
    sync::Arc,
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{XChaCha20Poly1305, aead::Aead};
use hmac::{Hmac, KeyInit, Mac};
use rand::{TryRng, rngs::SysRng};
use sha2::{Digest, Sha256};

/// Bytes of a nonce that may be drawn at random.
const NONCE: usize = 24;

/// Fresh bytes from the operating system. A machine that cannot give any cannot run the server.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SysRng.try_fill_bytes(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// A bearer's secret: `wm_` and 43 characters of base64url. Shown to its holder once, stored only as a hash.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    const PREFIX: &str = "wm_";
    const LENGTH: usize = 46;

    /// A new token of 256 random bits.
    pub fn generate() -> Self {
        Self(format!("{}{}", Self::PREFIX, URL_SAFE_NO_PAD.encode(random_bytes::<32>())))
    }

    /// The token that belongs to a message, for whoever holds the key alone.
    pub fn derived(key: &SigningKey, purpose: &str, message: &str) -> Self {
        Self(format!("{}{}", Self::PREFIX, key.sign(purpose, message)))
    }

    /// A token as it was presented; `None` when it cannot be one, so that junk never reaches the database.
    pub fn parse(presented: &str) -> Option<Self> {
        let body = presented.strip_prefix(Self::PREFIX)?;
        let plausible = presented.len() == Self::LENGTH
            && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        plausible.then(|| Self(presented.to_owned()))
    }

    /// The token itself, for its holder alone.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What is stored: the SHA-256 in lower-case hex, 64 characters.
    pub fn hash(&self) -> String {
        hex::encode(Sha256::digest(self.0.as_bytes()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

/// A setting whose value must not be printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Redacted(String);

impl Redacted {
    /// Hides `value`.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Redacted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(redacted)")
    }
}

/// Gives types that hold a secret a `Debug` that shows nothing of it.
macro_rules! redacted {
    ($($name:ident),+) => { $(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )+ };
}
pub(crate) use redacted;

/// The installation's signing key.
#[derive(Clone)]
pub struct SigningKey(Arc<[u8]>);

impl SigningKey {
    /// The fewest bytes that a key may have.
    pub const MIN_BYTES: usize = 32;

    /// A key from the operator's own secret; `None` when it is shorter than [`Self::MIN_BYTES`].
    pub fn from_secret(secret: &str) -> Option<Self> {
        (secret.len() >= Self::MIN_BYTES).then(|| Self(secret.as_bytes().into()))
    }

    /// The key kept at `path`, made there once if it is missing, readable by its owner alone.
    ///
    /// # Errors
    /// When the file can be neither read nor made, or holds less than a key.
    pub fn load_or_create(path: &Path) -> io::Result<Self> {
        match create_private(path) {
            Ok(mut file) => {
                let secret = hex::encode(random_bytes::<32>());
                file.write_all(secret.as_bytes())?;
                file.sync_all()?;
                Ok(Self(secret.into_bytes().into()))
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let mut secret = String::new();
                fs::File::open(path)?.read_to_string(&mut secret)?;
                Self::from_secret(secret.trim()).ok_or_else(|| {
                    io::Error::new(
                        io::ErrorKind::InvalidData,
                        "the file holds no key of 32 characters or more; remove it to have a new one made (links given \
                         out so far stop working)",
                    )
                })
            }
            Err(error) => Err(error),
        }
    }

    /// Signs `message` for one `purpose`; a signature for one purpose is worth nothing for another. Base64url, 43
    /// characters.
    pub fn sign(&self, purpose: &str, message: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(purpose, message).finalize().into_bytes())
    }

    /// Whether `signature` is what [`Self::sign`] gives, compared in constant time.
    pub fn verify(&self, purpose: &str, message: &str, signature: &str) -> bool {
        URL_SAFE_NO_PAD.decode(signature).is_ok_and(|bytes| self.mac(purpose, message).verify_slice(&bytes).is_ok())
    }

    /// Encrypts `plain` for one `purpose`, which is needed to open it again. Base64url.
    pub fn seal(&self, purpose: &str, plain: &[u8]) -> String {
        let nonce = random_bytes::<NONCE>();
        let sealed = self.cipher(purpose).encrypt(&nonce.into(), plain).expect("a short text can be encrypted");
        URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat())
    }

    /// What [`Self::seal`] encrypted for this purpose; `None` of anything else.
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
        self.cipher(purpose).decrypt(&(*nonce).into(), sealed).ok()
    }

    /// 32 bytes for one `purpose`, from which this key cannot be told.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        self.mac("derive", purpose).finalize().into_bytes().into()
    }

    fn cipher(&self, purpose: &str) -> XChaCha20Poly1305 {
        let key = self.mac("seal", purpose).finalize().into_bytes();
        XChaCha20Poly1305::new(&key)
    }

    fn mac(&self, purpose: &str, message: &str) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(message.as_bytes());
        mac
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

fn create_private(path: &Path) -> io::Result<fs::File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_parse_back() {
        let (a, b) = (Token::generate(), Token::generate());
        assert_ne!(a, b);
        assert_eq!(Token::parse(a.reveal()), Some(a.clone()));
        assert_eq!(a.hash().len(), 64);
    }

    #[test]
    fn junk_is_no_token() {
        let short = "wm_short".to_owned();
        let spaced = format!("wm_{} ", "a".repeat(42));
        let foreign = "x".repeat(46);
        for junk in [String::new(), short, spaced, foreign] {
            assert_eq!(Token::parse(&junk), None, "{junk}");
        }
    }

    #[test]
    fn secrets_do_not_print() {
        let token = Token::generate();
        let key = SigningKey::from_secret(&"k".repeat(32)).unwrap();
        let printed = format!("{token:?} {key:?} {:?}", Redacted::new("hunter2"));
        assert_eq!(printed, "Token(..) SigningKey(..) (redacted)");
    }

    #[test]
    fn what_is_sealed_opens_for_its_purpose_and_key_only() {
        let key = SigningKey::from_secret(&"k".repeat(32)).unwrap();
        let sealed = key.seal("a", b"plain");
        assert_eq!(key.open("a", &sealed).unwrap(), b"plain");
        assert_ne!(key.seal("a", b"plain"), sealed, "a nonce is drawn each time");
        let other = SigningKey::from_secret(&"l".repeat(32)).unwrap();
        assert_eq!((key.open("b", &sealed), other.open("a", &sealed)), (None, None));
        for broken in ["", "short", &sealed[1..], &format!("{}A", &sealed[..sealed.len() - 1])] {
            assert!(broken == sealed || key.open("a", broken).is_none(), "{broken}");
        }
    }

    #[test]
    fn a_signature_holds_for_its_message_and_purpose_only() {
        let key = SigningKey::from_secret(&"k".repeat(32)).unwrap();
        let signature = key.sign("file", "a");
        assert!(key.verify("file", "a", &signature));
        assert!(!key.verify("file", "b", &signature));
        assert!(!key.verify("upload", "a", &signature));
        assert!(!key.verify("file", "a", "not base64!"));
        assert!(!SigningKey::from_secret(&"j".repeat(32)).unwrap().verify("file", "a", &signature));
    }

    #[test]
    fn a_key_is_made_once_and_for_its_owner_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret");
        let made = SigningKey::load_or_create(&path).unwrap();
        let read = SigningKey::load_or_create(&path).unwrap();
        assert_eq!(made.sign("p", "m"), read.sign("p", "m"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_short_key_is_refused() {
        assert!(SigningKey::from_secret("short").is_none());
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("secret");
        fs::write(&path, "short").unwrap();
        assert!(SigningKey::load_or_create(&path).is_err());
    }
}
