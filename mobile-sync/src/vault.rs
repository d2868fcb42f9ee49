//! What is kept on the phone is encrypted: rows one by one, staged bytes in chunks that can be read from any offset.
//!
//! One random data key encrypts everything, with XChaCha20-Poly1305 and random nonces; what is encrypted is bound to its kind
//! and id, so that it cannot be put in another's place. The data key itself is kept only wrapped: by a key that argon2id
//! makes of a PIN, or by one that a passkey or the phone's keystore holds. Forgetting the wrapped key makes all of it
//! unreadable at once. See `docs/adr/0018-the-phone-encrypts-rows.md`.

use aead_stream::{NewStream, StreamBE32, StreamPrimitive};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use zeroize::Zeroizing;

/// Bytes in clear of one chunk of media.
pub const CHUNK: usize = 64 << 10;

/// Bytes that encryption adds to each chunk and row: its tag.
const TAG: usize = 16;
/// Bytes of a row's nonce, which stands before it.
const NONCE: usize = 24;
/// Bytes of a medium's nonce; a chunk's number and whether it is the last make up the rest.
pub const MEDIA_NONCE: usize = 19;

/// What opens a phone.
#[derive(Clone, Copy)]
pub enum Secret<'a> {
    /// What its owner knows.
    Pin(&'a str),
    /// What a passkey or the phone's keystore gives.
    Key(&'a [u8; 32]),
}

/// How dear it is to try a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cost {
    /// In KiB.
    pub memory: u32,
    pub passes: u32,
}

impl Cost {
    /// For people's phones: 64 MiB, three passes; about half a second. A PIN is short, so this is dearer than a password's.
    pub const PHONE: Self = Self { memory: 64 << 10, passes: 3 };
    /// The least that argon2 allows, for tests.
    pub const LEAST: Self = Self { memory: 8, passes: 1 };
}

/// The data key, encrypted by what opens the phone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WrappedKey {
    cost: Cost,
    salt: Vec<u8>,
    sealed: Vec<u8>,
}

/// Why something cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// This does not open the phone.
    #[error("the PIN is not right")]
    WrongSecret,
    /// It was changed, cut, or put in another's place.
    #[error("what is kept on the phone is damaged")]
    Damaged,
}

/// An open vault. The key is overwritten when it is dropped.
pub struct Vault {
    key: Zeroizing<[u8; 32]>,
}

/// Fills with bytes that nobody can guess.
type Random<'a> = &'a dyn Fn(&mut [u8]);

impl Vault {
    /// A vault with a new key, and its key wrapped.
    ///
    /// # Errors
    /// Where the cost is none that argon2 takes.
    pub fn create(secret: Secret<'_>, cost: Cost, random: Random<'_>) -> Result<(Self, WrappedKey), VaultError> {
        let mut key = Zeroizing::new([0; 32]);
        random(key.as_mut());
        let vault = Self { key };
        let wrapped = vault.wrap(secret, cost, random)?;
        Ok((vault, wrapped))
    }

    /// The data key, wrapped by another secret: when its owner chooses a new PIN.
    ///
    /// # Errors
    /// Where the cost is none that argon2 takes.
    pub fn wrap(&self, secret: Secret<'_>, cost: Cost, random: Random<'_>) -> Result<WrappedKey, VaultError> {
        let mut salt = vec![0; 16];
        random(&mut salt);
        let wrapping = Self { key: wrapping_key(secret, cost, &salt)? };
        let sealed = wrapping.seal("key", Uuid::nil(), self.key.as_ref(), random)?;
        Ok(WrappedKey { cost, salt, sealed })
    }

    /// Opens a vault.
    ///
    /// # Errors
    /// [`VaultError::WrongSecret`].
    pub fn open(secret: Secret<'_>, wrapped: &WrappedKey) -> Result<Self, VaultError> {
        let wrapping = Self { key: wrapping_key(secret, wrapped.cost, &wrapped.salt)? };
        let key =
            Zeroizing::new(wrapping.unseal("key", Uuid::nil(), &wrapped.sealed).map_err(|_| VaultError::WrongSecret)?);
        let key = key.as_slice().try_into().map_err(|_| VaultError::WrongSecret)?;
        Ok(Self { key: Zeroizing::new(key) })
    }

    /// Encrypts a row: nonce, then ciphertext with its tag.
    ///
    /// # Errors
    /// Only where it is too large to be encrypted: 256 GiB.
    pub fn seal(&self, kind: &str, id: Uuid, clear: &[u8], random: Random<'_>) -> Result<Vec<u8>, VaultError> {
        let mut nonce = [0; NONCE];
        random(&mut nonce);
        let payload = Payload { msg: clear, aad: &about(kind, id) };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload).map_err(|_| VaultError::Damaged)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Decrypts a row.
    ///
    /// # Errors
    /// [`VaultError::Damaged`].
    pub fn unseal(&self, kind: &str, id: Uuid, sealed: &[u8]) -> Result<Vec<u8>, VaultError> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>().ok_or(VaultError::Damaged)?;
        let payload = Payload { msg: sealed, aad: &about(kind, id) };
        self.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| VaultError::Damaged)
    }

    /// Encrypts a medium, chunk by chunk.
    ///
    /// # Errors
    /// Only where it has more chunks than can be counted: 256 TiB.
    pub fn seal_media(&self, id: Uuid, nonce: &[u8; MEDIA_NONCE], clear: &[u8]) -> Result<Vec<u8>, VaultError> {
        let stream = self.stream(nonce);
        let chunks = clear.chunks(CHUNK);
        let last = chunks.len().saturating_sub(1);
        let mut sealed = Vec::with_capacity(clear.len() + chunks.len() * TAG);
        for (number, chunk) in chunks.enumerate() {
            let position = u32::try_from(number).map_err(|_| VaultError::Damaged)?;
            let payload = Payload { msg: chunk, aad: id.as_bytes() };
            sealed.extend(stream.encrypt(position, number == last, payload).map_err(|_| VaultError::Damaged)?);
        }
        Ok(sealed)
    }

    /// Decrypts consecutive chunks of a medium of so many bytes in clear, the first of them having this number.
    ///
    /// # Errors
    /// [`VaultError::Damaged`].
    pub fn unseal_media(
        &self,
        id: Uuid,
        nonce: &[u8; MEDIA_NONCE],
        size: u64,
        first: u32,
        sealed: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        let stream = self.stream(nonce);
        let last = u32::try_from(size.saturating_sub(1) / CHUNK as u64).map_err(|_| VaultError::Damaged)?;
        let mut clear = Vec::with_capacity(sealed.len());
        for (position, chunk) in (first..).zip(sealed.chunks(CHUNK + TAG)) {
            let payload = Payload { msg: chunk, aad: id.as_bytes() };
            clear.extend(stream.decrypt(position, position == last, payload).map_err(|_| VaultError::Damaged)?);
        }
        Ok(clear)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&(*self.key).into())
    }

    fn stream(&self, nonce: &[u8; MEDIA_NONCE]) -> StreamBE32<XChaCha20Poly1305> {
        StreamBE32::from_aead(self.cipher(), &(*nonce).into())
    }
}

/// Where the sealed bytes of a chunk begin.
pub fn sealed_offset(chunk: u32) -> u64 {
    u64::from(chunk) * (CHUNK + TAG) as u64
}

/// How many sealed bytes so many chunks have at most.
pub fn sealed_length(chunks: usize) -> usize {
    chunks * (CHUNK + TAG)
}

fn about(kind: &str, id: Uuid) -> Vec<u8> {
    [id.as_bytes(), kind.as_bytes()].concat()
}

fn wrapping_key(secret: Secret<'_>, cost: Cost, salt: &[u8]) -> Result<Zeroizing<[u8; 32]>, VaultError> {
    let pin = match secret {
        Secret::Pin(pin) => pin,
        Secret::Key(key) => return Ok(Zeroizing::new(*key)),
    };
    let params = Params::new(cost.memory, cost.passes, 1, Some(32)).map_err(|_| VaultError::WrongSecret)?;
    let mut key = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(pin.as_bytes(), salt, key.as_mut())
        .map_err(|_| VaultError::WrongSecret)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    const ID: Uuid = Uuid::from_u128(7);

    /// Bytes that differ from call to call.
    fn counting() -> impl Fn(&mut [u8]) {
        let next = Cell::new(0_u8);
        move |bytes| {
            for byte in bytes {
                next.set(next.get().wrapping_add(1));
                *byte = next.get();
            }
        }
    }

    fn vault() -> (Vault, WrappedKey) {
        Vault::create(Secret::Pin("428517"), Cost::LEAST, &counting()).expect("a vault")
    }

    #[test]
    fn the_right_secret_opens_and_no_other() {
        let (vault, wrapped) = vault();
        let sealed = vault.seal("item", ID, b"By the door", &counting()).expect("sealed");
        let again = Vault::open(Secret::Pin("428517"), &wrapped).expect("the right PIN");
        assert_eq!(again.unseal("item", ID, &sealed).expect("readable"), b"By the door");
        assert_eq!(Vault::open(Secret::Pin("428518"), &wrapped).err(), Some(VaultError::WrongSecret));
        assert_eq!(Vault::open(Secret::Key(&[7; 32]), &wrapped).err(), Some(VaultError::WrongSecret));
        let rewrapped = vault.wrap(Secret::Key(&[7; 32]), Cost::LEAST, &counting()).expect("wrapped");
        let keyed = Vault::open(Secret::Key(&[7; 32]), &rewrapped).expect("the right key");
        assert_eq!(keyed.unseal("item", ID, &sealed).expect("readable"), b"By the door");
    }

    #[test]
    fn a_row_is_read_in_its_own_place_and_unchanged_or_not_at_all() {
        let (vault, _) = vault();
        let sealed = vault.seal("item", ID, b"By the door", &counting()).expect("sealed");
        assert!(!sealed.windows(4).any(|window| window == b"door"));
        assert_eq!(vault.unseal("row", ID, &sealed), Err(VaultError::Damaged));
        assert_eq!(vault.unseal("item", Uuid::nil(), &sealed), Err(VaultError::Damaged));
        for place in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[place] ^= 1;
            assert_eq!(vault.unseal("item", ID, &changed), Err(VaultError::Damaged), "byte {place}");
            assert_eq!(vault.unseal("item", ID, &sealed[..place]), Err(VaultError::Damaged), "cut at {place}");
        }
    }

    #[test]
    fn a_medium_is_read_from_any_chunk_and_a_cut_one_is_not_read() {
        let (vault, _) = vault();
        let nonce = [9; MEDIA_NONCE];
        for size in [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK] {
            let clear: Vec<u8> = (0..size).map(|place| (place % 251) as u8).collect();
            let sealed = vault.seal_media(ID, &nonce, &clear).expect("sealed");
            let unseal = |first: u32, sealed: &[u8]| vault.unseal_media(ID, &nonce, size as u64, first, sealed);
            assert_eq!(unseal(0, &sealed).expect("readable"), clear);
            let chunks = u32::try_from(clear.chunks(CHUNK).len()).expect("few");
            for first in 0..chunks {
                let rest = &sealed[usize::try_from(sealed_offset(first)).expect("small")..];
                assert_eq!(unseal(first, rest).expect("readable"), clear[first as usize * CHUNK..]);
            }
            assert_eq!(unseal(0, &sealed[..sealed.len() - 1]), Err(VaultError::Damaged));
            assert_eq!(unseal(1, &sealed), Err(VaultError::Damaged));
        }
    }
}
