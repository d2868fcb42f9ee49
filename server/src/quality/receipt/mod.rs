//! Receipts: the server's signed word that a visit is complete and every byte of its manifest safe.
//!
//! The key is Ed25519 and comes from the installation's secret, so it is kept, backed up and replaced together with it, and
//! every server of an installation signs alike. Each public key that ever signed is kept under its id and can be read, so a
//! receipt of years ago is checked with the key of years ago.

pub mod graph;
mod store;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::receipt::Receipt;
use ring::signature::{Ed25519KeyPair, KeyPair};
use sea_orm::DbErr;
use sha2::{Digest, Sha256};

use crate::access::secrets::SigningKey;
use crate::ledger::Write;

/// Keeps this key apart from all others of the same secret.
const PURPOSE: &str = "receipt";

/// A signature and the key that made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// 64 bytes in Base64.
    pub signature: String,
    /// Id of the public key.
    pub key_id: String,
}

/// The installation's present key for receipts.
struct Signer(Ed25519KeyPair);

impl Signer {
    fn of(secret: &SigningKey) -> Self {
        let pair = Ed25519KeyPair::from_seed_unchecked(&secret.derive(PURPOSE));
        Self(pair.expect("any 32 bytes are a seed"))
    }

    fn key_id(&self) -> String {
        hex::encode(&Sha256::digest(self.0.public_key())[..8])
    }

    fn public_key(&self) -> String {
        STANDARD.encode(self.0.public_key())
    }
}

/// Signs a receipt, and keeps the public key that it can be checked with.
///
/// # Errors
/// The database's.
pub async fn sign(write: &Write<'_>, receipt: &Receipt) -> Result<Signed, DbErr> {
    let signer = Signer::of(&write.app().signing_key);
    store::keep_key(write, signer.key_id(), signer.public_key()).await?;
    let signature = STANDARD.encode(signer.0.sign(receipt.canonical().as_bytes()));
    Ok(Signed { signature, key_id: signer.key_id() })
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};
    use domain::manifest::Sha256Sum;
    use ring::signature::{ED25519, UnparsedPublicKey};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_signature_is_checked_with_the_public_key_and_holds_for_this_receipt_alone() {
        let secret = SigningKey::from_secret(&"k".repeat(32)).unwrap();
        let signer = Signer::of(&secret);
        let completed_at = Utc.with_ymd_and_hms(2026, 3, 3, 14, 10, 0).unwrap();
        let receipt = Receipt { visit: Uuid::from_u128(1), manifest: Sha256Sum::of(b"a"), completed_at };
        let signature = signer.0.sign(receipt.canonical().as_bytes());
        let public = UnparsedPublicKey::new(&ED25519, STANDARD.decode(signer.public_key()).unwrap());
        assert!(public.verify(receipt.canonical().as_bytes(), signature.as_ref()).is_ok());
        let other = Receipt { manifest: Sha256Sum::of(b"b"), ..receipt };
        assert!(public.verify(other.canonical().as_bytes(), signature.as_ref()).is_err());
        let next = Signer::of(&SigningKey::from_secret(&"l".repeat(32)).unwrap());
        assert_ne!(signer.key_id(), next.key_id());
        assert_eq!(signer.key_id().len(), 16);
    }
}
