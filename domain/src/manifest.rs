//! The manifest of a visit: exactly which evidence it rests on, byte for byte.
//!
//! Phone and server each make one, from what was captured and from what was verified. A visit is complete, and the site may
//! be left, when the two agree. The canonical form is text that anybody can check with `sha256sum`:
//!
//! ```text
//! waymark manifest 1
//! 01900000-0000-7000-8000-000000000001 ba7816bf…15ad 3
//! ```
//!
//! one line per item, in the order of the ids: id, SHA-256 of the bytes in lower-case hex, size in bytes; every line ends in
//! a line feed. A withdrawn item keeps its line, since its hash stays (a tombstone), so that old manifests still verify.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A SHA-256, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Sha256Sum([u8; 32]);

impl Sha256Sum {
    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The 32 bytes of the hash.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl From<[u8; 32]> for Sha256Sum {
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for Sha256Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text that is no SHA-256 in 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256 in 64 lower-case hexadecimal digits")]
pub struct NotASha256;

impl FromStr for Sha256Sum {
    type Err = NotASha256;

    fn from_str(text: &str) -> Result<Self, NotASha256> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(NotASha256),
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        let mut sum = [0; 32];
        if pairs.len() != sum.len() || !rest.is_empty() {
            return Err(NotASha256);
        }
        for (byte, [high, low]) in sum.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Self(sum))
    }
}

impl From<Sha256Sum> for String {
    fn from(sum: Sha256Sum) -> Self {
        sum.to_string()
    }
}

impl TryFrom<String> for Sha256Sum {
    type Error = NotASha256;

    fn try_from(text: String) -> Result<Self, NotASha256> {
        text.parse()
    }
}

/// What identifies the bytes of one piece of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bytes {
    /// SHA-256 of the bytes in clear.
    pub sha256: Sha256Sum,
    /// How many bytes.
    pub size: u64,
}

/// The evidence of a visit, each piece once, in the order of the ids.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest(BTreeMap<Uuid, Bytes>);

/// A piece of evidence that a manifest was given twice.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("evidence {0} stands twice in the manifest")]
pub struct Twice(pub Uuid);

impl Manifest {
    /// The manifest of these items, given in any order.
    pub fn new(items: impl IntoIterator<Item = (Uuid, Bytes)>) -> Result<Self, Twice> {
        let mut manifest = BTreeMap::new();
        for (evidence, bytes) in items {
            if manifest.insert(evidence, bytes).is_some() {
                return Err(Twice(evidence));
            }
        }
        Ok(Self(manifest))
    }

    /// The items in canonical order.
    pub fn items(&self) -> impl Iterator<Item = (Uuid, Bytes)> {
        self.0.iter().map(|(evidence, bytes)| (*evidence, *bytes))
    }

    /// How many pieces of evidence.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the visit rests on words alone.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The canonical text, as the module says.
    pub fn canonical(&self) -> String {
        let head = String::from("waymark manifest 1\n");
        self.items()
            .fold(head, |text, (evidence, Bytes { sha256, size })| text + &format!("{evidence} {sha256} {size}\n"))
    }

    /// SHA-256 of the canonical text: the one value that stands for the whole visit's evidence.
    pub fn sha256(&self) -> Sha256Sum {
        Sha256Sum::of(self.canonical().as_bytes())
    }
}

/// Where what was declared and what is held differ.
#[derive(Debug, Clone, PartialEq, Eq, Default, thiserror::Error)]
#[error("{} missing, {} unknown, {} different", missing.len(), unknown.len(), differing.len())]
pub struct ManifestGap {
    /// Declared, and not held: still to be sent.
    pub missing: Vec<Uuid>,
    /// Held, and not declared: another visitor's, or one that the declaration forgot.
    pub unknown: Vec<Uuid>,
    /// Both, but not the same bytes.
    pub differing: Vec<Differing>,
}

/// One piece of evidence whose bytes are not those declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Differing {
    pub evidence: Uuid,
    pub declared: Bytes,
    pub held: Bytes,
}

/// Whether what is held is exactly what was declared; else every item that is not, in the order of the ids.
pub fn compare(declared: &Manifest, held: &Manifest) -> Result<(), ManifestGap> {
    let mut gap = ManifestGap::default();
    for (evidence, declared) in declared.items() {
        match held.0.get(&evidence) {
            None => gap.missing.push(evidence),
            Some(held) if *held != declared => gap.differing.push(Differing { evidence, declared, held: *held }),
            Some(_) => {}
        }
    }
    gap.unknown.extend(held.0.keys().filter(|evidence| !declared.0.contains_key(evidence)));
    if gap == ManifestGap::default() { Ok(()) } else { Err(gap) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    fn id(number: u128) -> Uuid {
        Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + number)
    }

    fn bytes(text: &str) -> Bytes {
        Bytes { sha256: Sha256Sum::of(text.as_bytes()), size: text.len() as u64 }
    }

    fn manifest(items: &[(u128, &str)]) -> Manifest {
        Manifest::new(items.iter().map(|(number, text)| (id(*number), bytes(text)))).expect("no item twice")
    }

    #[test]
    fn a_sum_reads_back_what_it_writes_and_refuses_the_rest() {
        let sum: Sha256Sum = ABC.parse().expect("a sum");
        assert_eq!(sum, Sha256Sum::of(b"abc")); // FIPS 180-4, example 1
        assert_eq!(sum.to_string(), ABC);
        assert_eq!(serde_json::to_string(&sum).expect("text"), format!("\"{ABC}\""));
        for wrong in ["", "ba78", &ABC.to_uppercase(), &format!("{ABC}0"), &format!("{ABC}00"), &ABC.replace('b', "g")]
        {
            assert_eq!(wrong.parse::<Sha256Sum>(), Err(NotASha256), "{wrong}");
        }
        assert!(serde_json::from_str::<Sha256Sum>("\"ba78\"").is_err());
    }

    #[test]
    fn the_canonical_text_is_fixed() {
        let expected = format!(
            "waymark manifest 1\n\
             01900000-0000-7000-8000-000000000001 {ABC} 3\n\
             01900000-0000-7000-8000-000000000002 {} 2\n",
            Sha256Sum::of(b"de")
        );
        let manifest = manifest(&[(2, "de"), (1, "abc")]);
        assert_eq!(manifest.canonical(), expected);
        assert_eq!(manifest.sha256(), Sha256Sum::of(expected.as_bytes()));
        assert_eq!(Manifest::default().canonical(), "waymark manifest 1\n");
    }

    #[test]
    fn the_order_of_arrival_does_not_matter_but_every_item_does() {
        let one = manifest(&[(1, "a"), (2, "b"), (3, "c")]);
        assert_eq!(one.sha256(), manifest(&[(3, "c"), (1, "a"), (2, "b")]).sha256());
        for other in [manifest(&[(1, "a"), (2, "b")]), manifest(&[(1, "a"), (2, "b"), (3, "d")]), manifest(&[])] {
            assert_ne!(one.sha256(), other.sha256());
        }
        assert_eq!(one.len(), 3);
        assert!(manifest(&[]).is_empty());
    }

    #[test]
    fn one_piece_of_evidence_stands_once() {
        assert_eq!(Manifest::new([(id(1), bytes("a")), (id(1), bytes("a"))]), Err(Twice(id(1))));
    }

    /// Declared, held, and what is missing, unknown, different.
    type Case<'a> = (&'a [(u128, &'a str)], &'a [(u128, &'a str)], [&'a [u128]; 3]);

    #[test]
    fn every_gap_is_named() {
        let cases: [Case; 7] = [
            (&[], &[], [&[], &[], &[]]),
            (&[(1, "a"), (2, "b")], &[(2, "b"), (1, "a")], [&[], &[], &[]]),
            (&[(1, "a"), (2, "b")], &[(2, "b")], [&[1], &[], &[]]),
            (&[(2, "b")], &[(1, "a"), (2, "b")], [&[], &[1], &[]]),
            (&[(1, "a")], &[(1, "A")], [&[], &[], &[1]]),
            (&[(1, "a")], &[(1, "aa")], [&[], &[], &[1]]),
            (&[(1, "a"), (2, "b"), (4, "d")], &[(3, "c"), (2, "B")], [&[1, 4], &[3], &[2]]),
        ];
        for (declared, held, [missing, unknown, differing]) in cases {
            let gap = compare(&manifest(declared), &manifest(held)).err().unwrap_or_default();
            let ids = |numbers: &[u128]| numbers.iter().map(|number| id(*number)).collect::<Vec<_>>();
            assert_eq!(gap.missing, ids(missing), "{declared:?} {held:?}");
            assert_eq!(gap.unknown, ids(unknown), "{declared:?} {held:?}");
            assert_eq!(gap.differing.iter().map(|item| item.evidence).collect::<Vec<_>>(), ids(differing));
        }
    }

    #[test]
    fn the_same_hash_with_another_size_is_a_difference() {
        let declared = Manifest::new([(id(1), bytes("a"))]).expect("once");
        let held = Manifest::new([(id(1), Bytes { size: 2, ..bytes("a") })]).expect("once");
        let gap = compare(&declared, &held).expect_err("sizes differ");
        assert_eq!((gap.differing[0].declared.size, gap.differing[0].held.size), (1, 2));
        assert_eq!(gap.to_string(), "0 missing, 0 unknown, 1 different");
    }
}
