//! Evidence: captured once, for a standard of a visit, for a visit as a whole, or for an improvement action.

use super::announcement::{Announced, Fault};
use super::{ActionState, EvidenceKind, VisitState};
use crate::checklist::accepts;
use crate::file::MediaType;
use crate::reference::EvidenceWanted;
use crate::refusals;

refusals! {
    /// Why evidence was not taken.
    AddEvidenceRefusal {
        /// There is no such visit, or none that you may see.
        VisitNotFound = "visit_not_found",
        /// There is no such improvement action, or none that you may see.
        ActionNotFound = "action_not_found",
        /// The visit's framework has no such standard.
        StandardNotFound = "standard_not_found",
        /// At a visit its visitors capture evidence; for an improvement action the provider's people and the QA team.
        NotAllowed = "not_allowed",
        /// The visit is complete or cancelled and takes no more evidence.
        VisitOver = "visit_over",
        /// The improvement action is closed and takes no more evidence.
        ActionClosed = "action_closed",
        /// This is never photographed or copied, to protect the people it names. Write down what you saw instead.
        NeverCaptured = "never_captured",
        /// A photo or a signature is a JPEG or PNG picture. Send a PDF as a document.
        PictureWanted = "picture_wanted",
        /// A caption has 500 characters at most.
        CaptionLength = "caption_length",
        /// The file's SHA-256 is written as 64 hexadecimal digits.
        HashForm = "hash_form",
        /// A file has at least one byte and at most 64 MiB. Save it at a smaller size, or in parts.
        SizeOutOfRange = "size_out_of_range",
        /// Only JPEG, PNG and PDF are taken. A Word file: open it, choose File, then Save As (or Export), then PDF, and send the PDF.
        TypeNotTaken = "type_not_taken",
        /// The same file is there already. Nothing more needs to be sent for it.
        Duplicate = "duplicate",
        /// This id is taken. Make a new one.
        IdTaken = "id_taken",
    }
}

impl From<Fault> for AddEvidenceRefusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Hash => Self::HashForm,
            Fault::Size => Self::SizeOutOfRange,
            Fault::Type => Self::TypeNotTaken,
        }
    }
}

/// What evidence is for, and how that stands.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    /// A visit, and what the standard wants, where it is for one.
    Visit {
        /// State on site.
        state: VisitState,
        /// What the standard wants.
        wanted: Option<&'a [EvidenceWanted]>,
    },
    /// An improvement action.
    Action(ActionState),
}

/// A piece of evidence that is to be added.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    /// Its kind.
    pub kind: EvidenceKind,
    /// Its file.
    pub file: Announced,
    /// Its caption.
    pub caption: Option<&'a str>,
}

/// Whether this piece of evidence may be added to this subject.
///
/// # Errors
/// What is wrong, and with which field of the input.
pub fn add(subject: Subject<'_>, piece: &Piece<'_>) -> Result<(), (AddEvidenceRefusal, &'static str)> {
    use AddEvidenceRefusal as Refusal;
    match subject {
        Subject::Visit { state: VisitState::Complete | VisitState::Cancelled, .. } => {
            return Err((Refusal::VisitOver, "subject"));
        }
        Subject::Visit { wanted: Some(wanted), .. } if !accepts(wanted, piece.kind) => {
            return Err((Refusal::NeverCaptured, "kind"));
        }
        Subject::Action(ActionState::Closed) => return Err((Refusal::ActionClosed, "subject")),
        Subject::Visit { .. } | Subject::Action(ActionState::Open | ActionState::ReportedDone) => {}
    }
    let wants_picture = matches!(piece.kind, EvidenceKind::Photo | EvidenceKind::Signature);
    if wants_picture && piece.file.media_type == MediaType::Pdf {
        return Err((Refusal::PictureWanted, "mediaType"));
    }
    if piece.caption.is_some_and(|caption| caption.chars().count() > 500) {
        return Err((Refusal::CaptionLength, "caption"));
    }
    Ok(())
}

refusals! {
    /// Why evidence was not withdrawn.
    WithdrawEvidenceRefusal {
        /// There is no such evidence, or none that you may see.
        NotFound = "not_found",
        /// Who captured it withdraws it, or an officer or coordinator of the authority.
        NotAllowed = "not_allowed",
        /// It was withdrawn before.
        AlreadyWithdrawn = "already_withdrawn",
        /// Say why it is withdrawn: 2 to 2000 characters.
        ReasonRequired = "reason_required",
    }
}

/// Whether evidence may be withdrawn for this reason. It may at any time, also when its visit is complete: its hash
/// stays, so that the manifest still verifies.
///
/// # Errors
/// What is wrong, and with which field of the input where it is about one.
pub fn withdraw(withdrawn: bool, reason: &str) -> Result<(), (WithdrawEvidenceRefusal, Option<&'static str>)> {
    if withdrawn {
        Err((WithdrawEvidenceRefusal::AlreadyWithdrawn, None))
    } else if super::is_reason(reason) {
        Ok(())
    } else {
        Err((WithdrawEvidenceRefusal::ReasonRequired, Some("reason")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::Sha256Sum;
    use crate::reference::frameworks;

    #[test]
    fn evidence_is_taken_while_its_subject_takes_it() {
        use AddEvidenceRefusal as Refusal;
        let picture = Announced { sha256: Sha256Sum::of(b"x"), byte_size: 1, media_type: MediaType::Jpeg };
        let pdf = Announced { media_type: MediaType::Pdf, ..picture };
        let wanted = |framework: &str, code: &str| -> &'static [EvidenceWanted] {
            let found = frameworks().iter().find(|found| found.code == framework);
            &found.and_then(|found| found.standard(code)).expect(code).evidence
        };
        let visit = |state| Subject::Visit { state, wanted: None };
        let (plan, checks) = (wanted("emat", "V10"), wanted("derby", "1a"));
        let on_site = |wanted| Subject::Visit { state: VisitState::InProgress, wanted: Some(wanted) };
        let photo = EvidenceKind::Photo;
        let cases = [
            (visit(VisitState::Planned), photo, picture, Ok(())),
            (visit(VisitState::InProgress), photo, picture, Ok(())),
            (visit(VisitState::Complete), photo, picture, Err((Refusal::VisitOver, "subject"))),
            (visit(VisitState::Cancelled), photo, picture, Err((Refusal::VisitOver, "subject"))),
            (on_site(plan), photo, picture, Ok(())), // S267
            (on_site(plan), photo, pdf, Err((Refusal::PictureWanted, "mediaType"))),
            (on_site(checks), photo, picture, Err((Refusal::NeverCaptured, "kind"))), // S196
            (on_site(plan), EvidenceKind::Signature, pdf, Err((Refusal::PictureWanted, "mediaType"))),
            (on_site(plan), EvidenceKind::Document, pdf, Ok(())),
            (Subject::Action(ActionState::Open), EvidenceKind::Document, pdf, Ok(())),
            (Subject::Action(ActionState::ReportedDone), photo, picture, Ok(())),
            (Subject::Action(ActionState::Closed), photo, picture, Err((Refusal::ActionClosed, "subject"))),
        ];
        for (subject, kind, file, expected) in cases {
            let piece = Piece { kind, file, caption: Some("By the door") };
            assert_eq!(add(subject, &piece), expected, "{subject:?} {piece:?}");
        }
        let long = "x".repeat(501);
        let refused = Err((Refusal::CaptionLength, "caption"));
        let piece = Piece { kind: photo, file: picture, caption: Some(&long) };
        assert_eq!(add(visit(VisitState::Planned), &piece), refused);
    }

    #[test]
    fn evidence_is_withdrawn_once_and_for_a_reason() {
        use WithdrawEvidenceRefusal as Refusal;
        assert_eq!(withdraw(false, "A pupil is in the picture"), Ok(()));
        assert_eq!(withdraw(true, "A pupil is in the picture"), Err((Refusal::AlreadyWithdrawn, None)));
        assert_eq!(withdraw(false, " "), Err((Refusal::ReasonRequired, Some("reason"))));
    }
}
