//! Where a phone stands in its feed. Opaque to the phone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::access::scope::Scope;
use crate::ledger::feed::Place;

/// A place in a phone's feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cursor {
    /// The life of the database.
    pub epoch: Uuid,
    /// What the viewer was when it was given, see [`roles`].
    pub roles: [u8; 8],
    /// The day on which the page was made.
    pub day: NaiveDate,
    /// Changes beyond this place are still to be said.
    pub place: Place,
    /// How far the feed is being said anew; none once it was.
    pub anew: Option<Offset>,
}

/// A place among all rows, in the order in which they are said anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offset {
    /// Place of the row's kind.
    pub kind: u8,
    /// The row; for a pupil the visit.
    pub row: Uuid,
    /// For a pupil the placement.
    pub within: Uuid,
}

/// What stands in the place of a kind where nothing is being said anew.
const NEWS: u8 = u8::MAX;
/// Epoch, roles, day, place, kind, row, within.
const LENGTH: usize = 16 + 8 + 4 + 16 + 1 + 16 + 16;

impl Cursor {
    /// The text that a phone keeps.
    pub fn write(&self) -> String {
        let day = self.day.to_epoch_days().to_be_bytes();
        let offset = self.anew.unwrap_or(Offset { kind: NEWS, ..Offset::default() });
        let place = self.place.to_bytes();
        let parts: [&[u8]; 7] = [
            self.epoch.as_bytes(),
            &self.roles,
            &day,
            &place,
            &[offset.kind],
            offset.row.as_bytes(),
            offset.within.as_bytes(),
        ];
        URL_SAFE_NO_PAD.encode(parts.concat())
    }

    /// The cursor that a phone kept; `None` of any other text.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == LENGTH)?;
        let (epoch, rest) = bytes.split_first_chunk::<16>()?;
        let (roles, rest) = rest.split_first_chunk::<8>()?;
        let (day, rest) = rest.split_first_chunk::<4>()?;
        let (place, rest) = rest.split_first_chunk::<16>()?;
        let ([kind], rest) = rest.split_first_chunk::<1>()?;
        let (row, rest) = rest.split_first_chunk::<16>()?;
        let (within, _) = rest.split_first_chunk::<16>()?;
        let offset = Offset { kind: *kind, row: Uuid::from_bytes(*row), within: Uuid::from_bytes(*within) };
        Some(Self {
            epoch: Uuid::from_bytes(*epoch),
            roles: *roles,
            day: NaiveDate::from_epoch_days(i32::from_be_bytes(*day))?,
            place: Place::from_bytes(*place),
            anew: (*kind != NEWS).then_some(offset),
        })
    }
}

/// What decides which visits a viewer may take along at all: the authorities whose QA team they belong to today.
pub fn roles(scope: &Scope) -> [u8; 8] {
    let mut hash = Sha256::new();
    for authority in scope.qa_team() {
        hash.update(authority.0);
    }
    let mut roles = [0; 8];
    roles.copy_from_slice(&hash.finalize()[..8]);
    roles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nothing_else_does() {
        let offset = Offset { kind: 3, row: Uuid::from_u128(4), within: Uuid::from_u128(5) };
        for anew in [None, Some(offset)] {
            let cursor = Cursor {
                epoch: Uuid::from_u128(7),
                roles: *b"rolerole",
                day: NaiveDate::from_ymd_opt(2026, 3, 3).unwrap(),
                place: Place::from_bytes([9; 16]),
                anew,
            };
            let text = cursor.write();
            assert_eq!(Cursor::read(&text), Some(cursor));
            for odd in [&text[1..], &format!("{text}AAAA"), ""] {
                assert_eq!(Cursor::read(odd), None, "{odd}");
            }
        }
    }
}
