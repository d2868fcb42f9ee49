//! Addenda: what a visitor recorded, and what reached the server only when the visit was complete or called off (N22).
//!
//! Nothing that was typed or captured is dropped, and nothing that was agreed is changed behind anybody's back: an addendum
//! stands beside the visit until a person decides about it.

use super::is_reason;
use crate::{codes, refusals};

codes! {
    /// What an addendum holds.
    AddendumKind {
        /// A judgement on a standard, first or revised.
        Judgement = "judgement",
        /// A piece of evidence.
        Evidence = "evidence",
    }
}

codes! {
    /// State of an addendum.
    AddendumState {
        /// Waits for a decision.
        Waiting = "waiting",
        /// Accepted: it belongs to the visit's record. The finding that a judgement is about awaits settling again, while the report is a draft.
        Accepted = "accepted",
        /// Set aside, with a reason; it stays on record.
        SetAside = "set_aside",
    }
}

refusals! {
    /// Why an addendum was not kept.
    KeepAddendumRefusal {
        /// There is no such visit, or none that you may see.
        VisitNotFound = "visit_not_found",
        /// Only the visitors of this visit add to it.
        NotAVisitor = "not_a_visitor",
        /// The judgement or the evidence names another visit, or an improvement action.
        OtherVisit = "other_visit",
        /// This standard does not belong to the framework of the visit.
        StandardNotInFramework = "standard_not_in_framework",
        /// The evidence cannot be taken: its hash, size, type or caption is not as addEvidence wants it.
        EvidenceUnfit = "evidence_unfit",
        /// A text has 10,000 characters at most.
        TextTooLong = "text_too_long",
        /// This rating is not of the scale of the visit's framework.
        RatingNotInFramework = "rating_not_in_framework",
        /// The same file is there already. Nothing more needs to be sent for it.
        Duplicate = "duplicate",
        /// This id is taken. Make a new one.
        IdTaken = "id_taken",
    }
}

refusals! {
    /// Why an addendum was not decided.
    DecideAddendumRefusal {
        /// There is no such addendum, or none that you may see.
        AddendumNotFound = "addendum_not_found",
        /// Only the QA team of the visit's authority decides about addenda.
        NotAllowed = "not_allowed",
        /// Somebody has decided already. Look at the decision.
        AlreadyDecided = "already_decided",
        /// Say why in 2 to 2,000 characters.
        ReasonLength = "reason_length",
        /// The report has gone to the provider and says something else. Set the addendum aside, or record an improvement action.
        ReportClosed = "report_closed",
    }
}

/// What a decision rests on.
#[derive(Debug, Clone, Copy)]
pub struct Deciding<'a> {
    /// Where the addendum stands.
    pub state: AddendumState,
    /// Whether it is to be accepted; else it is set aside.
    pub accept: bool,
    /// Why.
    pub reason: Option<&'a str>,
    /// Whether a finding is about the same standard of a report that is no draft any more.
    pub contradicts_report: bool,
}

/// How an addendum stands after a decision.
///
/// # Errors
/// What is wrong, and with which field.
pub fn decide(deciding: &Deciding<'_>) -> Result<AddendumState, (DecideAddendumRefusal, &'static str)> {
    use DecideAddendumRefusal as Refusal;
    if deciding.state != AddendumState::Waiting {
        return Err((Refusal::AlreadyDecided, "addendumId"));
    }
    if deciding.accept && deciding.contradicts_report {
        return Err((Refusal::ReportClosed, "accept"));
    }
    let wants_reason = !deciding.accept || deciding.reason.is_some();
    if wants_reason && !deciding.reason.is_some_and(is_reason) {
        return Err((Refusal::ReasonLength, "reason"));
    }
    Ok(if deciding.accept { AddendumState::Accepted } else { AddendumState::SetAside })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_decided_once_and_set_aside_with_a_reason() {
        use AddendumState::{Accepted, SetAside, Waiting};
        use DecideAddendumRefusal as Refusal;
        let waiting = Deciding { state: Waiting, accept: true, reason: None, contradicts_report: false };
        let aside = Deciding { accept: false, reason: Some("Seen twice"), ..waiting };
        let cases = [
            (waiting, Ok(Accepted)),
            (aside, Ok(SetAside)),
            (Deciding { reason: Some("Agreed with Sam"), ..waiting }, Ok(Accepted)),
            (Deciding { reason: Some(" "), ..waiting }, Err((Refusal::ReasonLength, "reason"))),
            (Deciding { reason: None, ..aside }, Err((Refusal::ReasonLength, "reason"))),
            (Deciding { contradicts_report: true, ..waiting }, Err((Refusal::ReportClosed, "accept"))),
            (Deciding { contradicts_report: true, ..aside }, Ok(SetAside)),
            (Deciding { state: Accepted, ..waiting }, Err((Refusal::AlreadyDecided, "addendumId"))),
            (Deciding { state: SetAside, ..aside }, Err((Refusal::AlreadyDecided, "addendumId"))),
        ];
        for (deciding, expected) in cases {
            assert_eq!(decide(&deciding), expected, "{deciding:?}");
        }
    }
}
