//! What people were told is saved, and what must be true of it in the end.

use std::collections::{BTreeMap, BTreeSet};

use domain::file::FileState;
use uuid::Uuid;
use waymark_mobile_sync::phone::is_safe_to_leave;
use waymark_mobile_sync::state::State;
use waymark_mobile_sync::wire::{Evidence, Row};

use crate::server::Server;
use crate::service::{Held, Service};

/// An answer that somebody typed. Every text is different, so a text says which answer it is.
#[derive(Debug, Clone)]
pub struct Typed {
    pub phone: usize,
    pub visit: Uuid,
    pub standard: Uuid,
    /// What they saw when they typed it.
    pub seen: Option<String>,
    /// Whether they were told that it is saved.
    pub is_promised: bool,
}

/// A piece of evidence that somebody captured.
#[derive(Debug, Clone)]
pub struct Captured {
    pub phone: usize,
    pub visit: Uuid,
    pub bytes: Vec<u8>,
    pub is_taken_back: bool,
}

/// Everything that was promised.
#[derive(Debug, Default)]
pub struct Promises {
    /// By text.
    pub typed: BTreeMap<String, Typed>,
    /// In the order of typing.
    pub order: Vec<String>,
    /// By the evidence's id.
    pub captured: BTreeMap<Uuid, Captured>,
    /// Phones of which nothing is expected any more.
    pub revoked: BTreeSet<usize>,
    /// Texts that their visitor discarded in favour of another of theirs.
    pub discarded: BTreeSet<String>,
}

impl Promises {
    /// Nothing was done twice. A restored server may be offered once more what a person then lets stand once more.
    pub fn check_once(&self, held: &Held, is_restored: bool) {
        let mut done = BTreeSet::new();
        let judged = held.revisions.values().flatten().filter(|_| !is_restored);
        for seen in judged.chain(&held.late) {
            assert!(done.insert(seen), "`{seen}` was done twice");
        }
    }

    /// Every answer is there, and none was put over another that its visitor had not seen.
    pub fn check_answers(&self, held: &Held) {
        for revisions in held.revisions.values() {
            revisions.windows(2).for_each(|pair| self.check_overwritten(&pair[0], &pair[1]));
        }
        let there: BTreeSet<_> = held.revisions.values().flatten().chain(&held.late).collect();
        let mut last: BTreeMap<(usize, Uuid, Uuid), &String> = BTreeMap::new();
        for text in &self.order {
            let typed = &self.typed[text];
            let key = (typed.phone, typed.visit, typed.standard);
            if typed.is_promised {
                last.insert(key, text);
            } else if there.contains(text) || self.discarded.contains(text) {
                // It was written as the phone died: nobody was told, and it took the other's place. So it did where it was
                // found there, in conflict with a third, and that one was preferred.
                last.insert(key, text);
            }
        }
        for ((phone, ..), text) in last {
            let is_expected = !self.revoked.contains(&phone) && !self.discarded.contains(text);
            assert!(!is_expected || there.contains(text), "phone {phone}: the answer `{text}` is lost");
        }
    }

    /// The later answer's visitor had seen the earlier one, or typed it on the same phone. Who types twice before anything is
    /// sent has seen what was there before the first time.
    fn check_overwritten(&self, before: &String, after: &String) {
        let (typed_before, typed_after) = (&self.typed[before], &self.typed[after]);
        let here = |text: &String| self.typed.get(text).filter(|typed| typed.phone == typed_after.phone);
        let mut seen = std::iter::successors(typed_after.seen.as_ref(), |text| here(text)?.seen.as_ref());
        let has_seen = typed_before.phone == typed_after.phone || seen.any(|text| text == before);
        assert!(has_seen, "`{after}` was put over `{before}`, which its visitor had not seen");
    }

    /// Every piece of evidence is there once, byte for byte. Of a revoked phone, neither a capture nor its withdrawal is expected.
    pub fn check_evidence(&self, server: &mut Server) {
        for (id, captured) in &self.captured {
            if self.revoked.contains(&captured.phone) {
                continue;
            }
            let row = server.held().evidence(*id).cloned();
            if captured.is_taken_back {
                assert!(row.is_none_or(|row| row.is_withdrawn), "{id} was taken back and is there");
                continue;
            }
            let row = row.unwrap_or_else(|| panic!("phone {}: evidence {id} is lost", captured.phone));
            let (state, refusal) = server.held().files[&row.file];
            assert_eq!(state, FileState::Accepted, "evidence {id}: {refusal:?}");
            assert!(server.bytes(row.file) == captured.bytes, "evidence {id} has other bytes");
        }
        let mut seen = BTreeSet::new();
        for row in server.held().rows.values() {
            if let Row::Evidence(row) = row
                && !row.is_withdrawn
            {
                assert!(seen.insert((row.visit, row.standard, row.bytes.sha256)), "evidence {} is there twice", row.id);
            }
        }
    }

    /// A phone that says a site may be left is right.
    pub fn check_safe(&self, number: usize, state: &State, server: &mut Server) {
        for id in state.receipts.keys().filter(|visit| is_safe_to_leave(state, **visit)) {
            let is_complete = server.held().visit(*id).expect("the visit").receipt.is_some();
            assert!(is_complete, "phone {number} says that {id} is complete");
            let own = self.captured.iter().filter(|(_, captured)| (captured.phone, captured.visit) == (number, *id));
            for (id, captured) in own.filter(|(_, captured)| !captured.is_taken_back) {
                let file = server.held().evidence(*id).map(|row| row.file);
                let file = file.unwrap_or_else(|| panic!("{id} is said to be safe and is not there"));
                assert!(server.bytes(file) == captured.bytes, "{id} is said to be safe and has other bytes");
            }
        }
    }
}

/// Whatever the server calls complete is: each byte of it is there and is what was announced.
pub fn check_complete(server: &mut Server) {
    let receipted: Vec<_> = receipted(server.held()).map(|(visit, row)| (visit, row.clone())).collect();
    for (visit, evidence) in receipted {
        let sha256 = domain::manifest::Sha256Sum::of(&server.bytes(evidence.file));
        assert_eq!(sha256, evidence.bytes.sha256, "{visit} is complete without {}", evidence.id);
    }
}

/// No receipt comes before the verdict on each of its files: it holds at every moment, not only in the end.
pub fn check_receipts(held: &Held) {
    for (visit, evidence) in receipted(held) {
        let state = held.files[&evidence.file].0;
        assert_eq!(state, FileState::Accepted, "{visit} has a receipt before {} was looked into", evidence.id);
    }
}

/// The evidence that receipts stand for, each with its visit.
fn receipted(held: &Held) -> impl Iterator<Item = (Uuid, &Evidence)> {
    let visits = held.rows.values().filter_map(|row| match row {
        Row::Visit(visit) if visit.receipt.is_some() => Some(visit.id),
        _ => None,
    });
    visits.flat_map(|visit| {
        let all = held.evidence_of(visit);
        all.filter(|row| !row.is_withdrawn && !row.is_addendum).map(move |row| (visit, row))
    })
}
