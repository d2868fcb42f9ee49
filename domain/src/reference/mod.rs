//! Reference data: what the whole field shares and no authority owns.
//!
//! Frameworks with their standards, types of document and who must hold them, attendance codes, codes of need. All of it
//! is data: TOML files under `domain/data`, compiled in, parsed once at first use. Every line cites the row or fact that
//! it comes from, and the words are our own. The tests here read every file, so a parse cannot fail at run time.
//!
//! Ids are made from the codes by [`stable_id`]: every installation and every phone has the same ones, and seeding a
//! database twice changes nothing.

mod attendance;
mod documents;
mod framework_file;
mod frameworks;
mod needs;

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub use attendance::{AttendanceCategory, AttendanceCode, attendance_code, attendance_codes};
pub use documents::{
    DocumentType, Proves, RequiredDocument, UsualMonths, document_type, document_types, required_documents,
};
pub use frameworks::{
    AnswerKind, EvidenceWanted, Framework, Need, Outcome, Rating, Section, Standard, framework, frameworks,
};
pub use needs::{NeedType, SenProvisionCode, need_types, sen_provisions};

crate::codes! {
    /// How sure a line of reference data is.
    Mark {
        /// Said by a source document.
        Source = "S",
        /// Read in a public source.
        Verified = "V",
        /// Knowledge of the field, not read again: to be checked before it becomes a default.
        Knowledge = "K",
    }
}

/// The id of a thing of reference data: the same wherever it is computed.
///
/// A UUID of version 8 (RFC 9562, section 5.8) over the SHA-256 of a namespace and the parts, each with its length before
/// it, so that `["ab", "c"]` and `["a", "bc"]` differ.
pub fn stable_id(parts: &[&str]) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(b"waymark reference 1");
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let hash: [u8; 32] = hash.finalize().into();
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(id).into_uuid()
}

/// Reads a compiled-in file. One that does not read is a mistake in the file, and the tests of its module find it.
fn read<T: DeserializeOwned>(name: &str, text: &str) -> T {
    toml::from_str(text).unwrap_or_else(|error| panic!("domain/data/{name}: {error}"))
}

/// The items that occur more than once.
#[cfg(test)]
fn repeated<T: Ord + Clone>(items: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut seen = std::collections::BTreeSet::new();
    items.into_iter().filter(|item| !seen.insert(item.clone())).collect()
}

/// Whether a citation names a row (`S196`) or a disagreement (`D19`) that there is.
#[cfg(test)]
fn is_row(text: &str) -> bool {
    let limit = match text.as_bytes().first() {
        Some(b'S') => 276,
        Some(b'D') => 26,
        _ => return false,
    };
    text[1..].parse::<u32>().is_ok_and(|number| (1..=limit).contains(&number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_never_changes_and_is_a_valid_version_8() {
        let id = stable_id(&["standard", "derby", "2024", "1a"]);
        assert_eq!(id.to_string(), "8d4c6b8c-6792-8d3f-8696-e76d2f68cb5d");
        assert_eq!(id.get_version_num(), 8);
        assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(stable_id(&["ab", "c"]), stable_id(&["a", "bc"]));
        assert_ne!(stable_id(&["ab"]), stable_id(&["ab", ""]));
        assert_ne!(stable_id(&[]), stable_id(&[""]));
    }
}
