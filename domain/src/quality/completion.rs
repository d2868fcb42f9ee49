//! Completing a visit: only when the server holds, verified, exactly what the phone says it captured (N5).

use uuid::Uuid;

use super::VisitState;
use crate::file::FileState;
use crate::manifest::{Bytes, Manifest, ManifestGap, compare};
use crate::refusals;

refusals! {
    /// Why a visit was not completed.
    CompleteVisitRefusal {
        /// There is no such visit, or none that you may see.
        VisitNotFound = "visit_not_found",
        /// Only the visitors of this visit complete it.
        NotAVisitor = "not_a_visitor",
        /// Only a visit that has begun, and is neither complete nor called off, can be completed.
        NotInProgress = "not_in_progress",
        /// An item of the manifest has a hash of 64 lower-case hexadecimal digits and a size of 0 bytes or more.
        ManifestUnreadable = "manifest_unreadable",
        /// A piece of evidence stands twice in the manifest.
        ManifestItemTwice = "manifest_item_twice",
        /// Some evidence was refused: see why, take or save it anew, and withdraw the refused one.
        EvidenceRefused = "evidence_refused",
        /// Some evidence has not fully arrived, or is still being checked. Keep the phone on and try again.
        EvidenceNotVerified = "evidence_not_verified",
        /// The manifest is not what is held here: something was not sent, was left out, or has other bytes.
        ManifestMismatch = "manifest_mismatch",
        /// Some standards still lack something. Answer them, or say why it cannot be had.
        ChecklistIncomplete = "checklist_incomplete",
        /// This outcome is not one of the visit's framework. Choose one of those listed, or none.
        OutcomeNotInFramework = "outcome_not_in_framework",
    }
}

/// A piece of evidence that is not withdrawn, and where its file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    pub evidence: Uuid,
    pub file: FileState,
    /// What arrived.
    pub bytes: Option<Bytes>,
}

/// Whether a person may complete a visit in this state.
///
/// # Errors
/// What is wrong.
pub fn may_complete(state: VisitState, is_visitor: bool) -> Result<(), CompleteVisitRefusal> {
    if !is_visitor {
        return Err(CompleteVisitRefusal::NotAVisitor);
    }
    if state != VisitState::InProgress {
        return Err(CompleteVisitRefusal::NotInProgress);
    }
    Ok(())
}

/// Whether this may be the outcome that a visitor proposes: one of the visit's framework, which `fits` says, or none (S226). It
/// binds nobody: who sends the report chooses its outcome, and whether actions go with it is asked then.
///
/// # Errors
/// What is wrong.
pub fn may_propose(fits: Option<bool>) -> Result<(), CompleteVisitRefusal> {
    if fits == Some(false) { Err(CompleteVisitRefusal::OutcomeNotInFramework) } else { Ok(()) }
}

/// Whether what is held is, verified, exactly what was declared.
///
/// # Errors
/// What is wrong, and with which evidence.
pub fn verify(declared: &Manifest, held: &[Held]) -> Result<(), (CompleteVisitRefusal, Vec<Uuid>)> {
    use CompleteVisitRefusal as Refusal;
    let in_state = |wanted: fn(FileState) -> bool| -> Vec<Uuid> {
        held.iter().filter(|held| wanted(held.file)).map(|held| held.evidence).collect()
    };
    let refused = in_state(|state| matches!(state, FileState::Refused | FileState::Purged));
    if !refused.is_empty() {
        return Err((Refusal::EvidenceRefused, refused));
    }
    let waiting = in_state(|state| state != FileState::Accepted);
    if !waiting.is_empty() {
        return Err((Refusal::EvidenceNotVerified, waiting));
    }
    let verified = held.iter().filter_map(|held| Some((held.evidence, held.bytes?)));
    let verified = Manifest::new(verified).map_err(|twice| (Refusal::ManifestItemTwice, vec![twice.0]))?;
    compare(declared, &verified).map_err(|gap| (Refusal::ManifestMismatch, named(gap)))
}

fn named(gap: ManifestGap) -> Vec<Uuid> {
    let differing = gap.differing.into_iter().map(|differing| differing.evidence);
    gap.missing.into_iter().chain(gap.unknown).chain(differing).collect()
}

#[cfg(test)]
mod tests {
    use super::CompleteVisitRefusal as Refusal;
    use super::*;
    use crate::Code;
    use crate::manifest::Sha256Sum;

    fn bytes(text: &str) -> Bytes {
        Bytes { sha256: Sha256Sum::of(text.as_bytes()), size: text.len() as u64 }
    }

    fn held(evidence: u128, file: FileState, text: &str) -> Held {
        Held { evidence: Uuid::from_u128(evidence), file, bytes: Some(bytes(text)) }
    }

    fn declared(items: &[(u128, &str)]) -> Manifest {
        Manifest::new(items.iter().map(|(evidence, text)| (Uuid::from_u128(*evidence), bytes(text))))
            .expect("once each")
    }

    #[test]
    fn a_visitor_completes_what_has_begun() {
        for state in VisitState::ALL {
            let expected = if *state == VisitState::InProgress { Ok(()) } else { Err(Refusal::NotInProgress) };
            assert_eq!(may_complete(*state, true), expected, "{state}");
            assert_eq!(may_complete(*state, false), Err(Refusal::NotAVisitor), "{state}");
        }
    }

    #[test]
    fn an_outcome_of_the_framework_is_proposed_or_none() {
        // S226
        let cases = [(None, Ok(())), (Some(true), Ok(())), (Some(false), Err(Refusal::OutcomeNotInFramework))];
        for (fits, expected) in cases {
            assert_eq!(may_propose(fits), expected, "{fits:?}");
        }
    }

    #[test]
    fn what_is_held_is_what_was_declared_and_all_of_it_verified() {
        // N5
        use FileState::{Accepted, Expected, Purged, Quarantined, Receiving};
        let pair = declared(&[(1, "plan"), (2, "exit")]);
        let one = held(1, Accepted, "plan");
        let cases: &[(&[Held], Result<(), (Refusal, &[u128])>)] = &[
            (&[held(2, Accepted, "exit"), one], Ok(())),
            (&[one], Err((Refusal::ManifestMismatch, &[2]))),
            (&[one, held(2, Accepted, "door")], Err((Refusal::ManifestMismatch, &[2]))),
            (&[one, held(2, Accepted, "exit"), held(3, Accepted, "")], Err((Refusal::ManifestMismatch, &[3]))),
            (&[one, held(2, Quarantined, "exit")], Err((Refusal::EvidenceNotVerified, &[2]))),
            (&[held(1, Expected, "plan"), held(2, Receiving, "exit")], Err((Refusal::EvidenceNotVerified, &[1, 2]))),
            (&[held(1, Expected, "plan"), held(2, FileState::Refused, "exit")], Err((Refusal::EvidenceRefused, &[2]))),
            (&[one, held(2, Purged, "exit")], Err((Refusal::EvidenceRefused, &[2]))),
            (&[one, Held { bytes: None, ..held(2, Accepted, "") }], Err((Refusal::ManifestMismatch, &[2]))),
        ];
        for (held, expected) in cases {
            let expected = expected.map_err(|(code, ids)| (code, ids.iter().copied().map(Uuid::from_u128).collect()));
            assert_eq!(verify(&pair, held), expected, "{held:?}");
        }
        assert_eq!(verify(&Manifest::default(), &[]), Ok(()));
    }
}
