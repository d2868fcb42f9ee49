//! Whether a receipt is the server's word: its signature is checked with the keys that the server has named.
//!
//! The keys come with each page of the feed, over TLS, to somebody who is signed in, and are kept. A receipt that none of them
//! has signed is kept as it came, for whoever looks into it, but no phone takes it for a reason to leave the site, or to
//! remove anything. What is signed is said in [`domain::receipt`].

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_compact::{PublicKey, Signature};

use crate::wire::Receipt;

/// Whether one of these keys (Ed25519, RFC 8032; 32 bytes in Base64) has signed the receipt.
pub fn is_signed(receipt: &Receipt, keys: &BTreeSet<String>) -> bool {
    let Receipt { visit, manifest, completed_at, signature } = receipt;
    let Some(signature) = decoded(signature).and_then(|bytes| Signature::from_slice(&bytes).ok()) else { return false };
    let said = domain::receipt::Receipt { visit: *visit, manifest: *manifest, completed_at: *completed_at }.canonical();
    let keys = keys.iter().filter_map(|key| PublicKey::from_slice(&decoded(key)?).ok());
    keys.into_iter().any(|key| key.verify(&said, &signature).is_ok())
}

fn decoded(base64: &str) -> Option<Vec<u8>> {
    STANDARD.decode(base64).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use chrono::{TimeZone, Utc};
    use domain::manifest::Sha256Sum;
    use ed25519_compact::{KeyPair, Seed};
    use uuid::Uuid;

    use super::*;

    /// A server's key for receipts.
    pub(crate) struct Signer(KeyPair);

    impl Signer {
        pub(crate) fn of(seed: u8) -> Self {
            Self(KeyPair::from_seed(Seed::new([seed; 32])))
        }

        pub(crate) fn public_key(&self) -> String {
            STANDARD.encode(*self.0.pk)
        }

        /// The receipt with this key's signature.
        pub(crate) fn signed(&self, receipt: Receipt) -> Receipt {
            let Receipt { visit, manifest, completed_at, .. } = receipt;
            let said = domain::receipt::Receipt { visit, manifest, completed_at }.canonical();
            Receipt { signature: STANDARD.encode(*self.0.sk.sign(said, None)), ..receipt }
        }
    }

    fn receipt() -> Receipt {
        let completed_at = Utc.with_ymd_and_hms(2026, 3, 3, 14, 10, 0).single().expect("an instant");
        Receipt { visit: Uuid::from_u128(1), manifest: Sha256Sum::of(b"a"), completed_at, signature: String::new() }
    }

    #[test]
    fn a_receipt_is_believed_as_it_was_signed_and_with_the_key_that_signed_it() {
        let (key, other) = (Signer::of(1), Signer::of(2));
        let named = BTreeSet::from([other.public_key(), key.public_key()]);
        let signed = key.signed(receipt());
        assert!(is_signed(&signed, &named));
        assert!(!is_signed(&signed, &BTreeSet::from([other.public_key()])));
        assert!(!is_signed(&signed, &BTreeSet::new()));
        let forged = [
            Receipt { visit: Uuid::from_u128(2), ..signed.clone() },
            Receipt { manifest: Sha256Sum::of(b"b"), ..signed.clone() },
            Receipt { completed_at: signed.completed_at + chrono::TimeDelta::milliseconds(1), ..signed.clone() },
            Receipt { signature: key.signed(Receipt { visit: Uuid::nil(), ..receipt() }).signature, ..signed.clone() },
            Receipt { signature: signed.signature[..84].to_owned(), ..signed.clone() },
            receipt(),
        ];
        for forged in forged {
            assert!(!is_signed(&forged, &named), "{forged:?}");
        }
    }

    #[test]
    fn what_the_server_signs_with_another_library_is_believed() {
        // Made with OpenSSL over the text that `domain::receipt` fixes.
        let named = BTreeSet::from(["xZEiqRwLks3MZdGt5ZHUD4sQQ+i4NgR7iQHrXZYfraY=".to_owned()]);
        let signature = "fNdWecaj+hP27Q2VCNxXHndjyy8+Libb7rzD4Bgn/WAAqYmncCYSNg5RfGLThjWk/i9bOuHeEYTFEfm98smOBw==";
        let completed_at = Utc.with_ymd_and_hms(2026, 3, 3, 14, 10, 0).single().expect("an instant");
        let visit = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
        let receipt = Receipt { visit, manifest: Sha256Sum::of(b"abc"), completed_at, signature: signature.to_owned() };
        assert!(is_signed(&receipt, &named));
    }
}
