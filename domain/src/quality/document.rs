//! A provider's document: submitted, then accepted, refused or taken back (S196-S228, D19).
//!
//! One document may prove several requirements, and next year's certificate may be there while this year's runs: which
//! of them counts on a day follows from their dates, so accepting one never ends another.

use chrono::NaiveDate;

use super::DocumentState;
use super::announcement::Fault;
use crate::file::FileState;
use crate::{codes, refusals};

refusals! {
    /// Why a document was not submitted.
    SubmitDocumentRefusal {
        /// There is no such provider, or none that you may see.
        ProviderNotFound = "provider_not_found",
        /// A provider's own people send its documents, and the authority's officers and coordinators.
        NotAllowed = "not_allowed",
        /// This id is taken. Make a new one.
        IdTaken = "id_taken",
        /// A title has 2 to 200 characters.
        TitleLength = "title_length",
        /// Say what it proves: one to five types of document.
        TypeCount = "type_count",
        /// There is no such type of document.
        TypeNotFound = "type_not_found",
        /// The date of issue is in the future. Give the date that the document bears.
        IssuedInFuture = "issued_in_future",
        /// The last day it covers comes before its first day or its date of issue. Look at the dates once more.
        DatesOrder = "dates_order",
        /// This type of document runs out: give the last day it covers.
        ExpiryRequired = "expiry_required",
        /// This type of document insures up to an amount: give the cover in pounds.
        CoverRequired = "cover_required",
        /// Cover is an amount above zero.
        CoverNotPositive = "cover_not_positive",
        /// The provider has no such document to replace.
        ReplacesNotFound = "replaces_not_found",
        /// The file's SHA-256 is written as 64 hexadecimal digits.
        HashForm = "hash_form",
        /// A file has at least one byte and at most 64 MiB. Save it at a smaller size, or in parts.
        SizeOutOfRange = "size_out_of_range",
        /// Only PDF, JPEG and PNG are taken. A Word file: open it, choose File, then Save As (or Export), then PDF, and send the PDF.
        TypeNotTaken = "type_not_taken",
        /// There is no such file of yours. Send the file first, or announce it.
        FileNotFound = "file_not_found",
        /// Something else uses this file already. Send it again as a new file.
        FileClaimed = "file_claimed",
        /// The file was refused; it says why. Mend it and send it as a new file.
        FileRefused = "file_refused",
    }
}

impl From<Fault> for SubmitDocumentRefusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Hash => Self::HashForm,
            Fault::Size => Self::SizeOutOfRange,
            Fault::Type => Self::TypeNotTaken,
        }
    }
}

/// What a document claims, and what its types ask.
#[derive(Debug, Clone, Copy)]
pub struct Claims<'a> {
    /// Its title.
    pub title: &'a str,
    /// Date of issue.
    pub issued_on: NaiveDate,
    /// First day it covers; left out, the date of issue.
    pub starts_on: Option<NaiveDate>,
    /// Last day it covers.
    pub expires_on: Option<NaiveDate>,
    /// Cover in pence.
    pub cover_pence: Option<i64>,
    /// Whether a type it proves asks for the last day.
    pub asks_expiry: bool,
    /// Whether a type it proves asks for the cover.
    pub asks_cover: bool,
}

/// Whether a document may be submitted with these claims on this day. It answers the first day that it covers.
///
/// That day may come after the date of issue (next year's certificate) and before it (a certificate written out again).
///
/// # Errors
/// What is wrong, and with which field.
pub fn submit(claims: &Claims<'_>, today: NaiveDate) -> Result<NaiveDate, (SubmitDocumentRefusal, &'static str)> {
    use SubmitDocumentRefusal as Refusal;
    let starts_on = claims.starts_on.unwrap_or(claims.issued_on);
    let title = claims.title.trim().chars().count();
    let wrong = [
        (!(2..=200).contains(&title), Refusal::TitleLength, "title"),
        (claims.issued_on > today, Refusal::IssuedInFuture, "issuedOn"),
        (claims.asks_expiry && claims.expires_on.is_none(), Refusal::ExpiryRequired, "expiresOn"),
        (
            claims.expires_on.is_some_and(|day| day < starts_on || day < claims.issued_on),
            Refusal::DatesOrder,
            "expiresOn",
        ),
        (claims.asks_cover && claims.cover_pence.is_none(), Refusal::CoverRequired, "cover"),
        (claims.cover_pence.is_some_and(|pence| pence <= 0), Refusal::CoverNotPositive, "cover"),
    ];
    match wrong.into_iter().find(|(is_wrong, ..)| *is_wrong) {
        Some((_, code, field)) => Err((code, field)),
        None => Ok(starts_on),
    }
}

/// Whether a file that is there or on its way may become a document's.
///
/// # Errors
/// Why not.
pub fn claim_file(state: FileState, claimed: bool) -> Result<(), SubmitDocumentRefusal> {
    match state {
        FileState::Purged => Err(SubmitDocumentRefusal::FileNotFound),
        _ if claimed => Err(SubmitDocumentRefusal::FileClaimed),
        FileState::Refused => Err(SubmitDocumentRefusal::FileRefused),
        FileState::Expected | FileState::Receiving | FileState::Quarantined | FileState::Accepted => Ok(()),
    }
}

codes! {
    /// What a reviewer says of a document.
    DocumentDecision {
        /// It is what it says, and counts.
        Accept = "accept",
        /// It does not count; the reason says what to send instead.
        Refuse = "refuse",
    }
}

refusals! {
    /// Why a document was not reviewed.
    ReviewDocumentRefusal {
        /// There is no such document, or none that you may see.
        NotFound = "not_found",
        /// Officers and coordinators of the authority review documents.
        NotAllowed = "not_allowed",
        /// Somebody changed the document since you read it. Look at it as it is now.
        Stale = "stale",
        /// The document waits for no review: it was reviewed already or taken back.
        NotSubmitted = "not_submitted",
        /// Say why it is refused and what to send instead: 2 to 2000 characters.
        ReasonRequired = "reason_required",
        /// Its file is not here or not yet verified. Wait until the file is accepted.
        FileNotVerified = "file_not_verified",
        /// Its file was refused and cannot be accepted as a document. Refuse the document, so that the provider sends it anew.
        FileRefused = "file_refused",
    }
}

/// The state that a review leads to. Only a file whose bytes were verified can be accepted; any document can be refused.
///
/// # Errors
/// What is wrong, and with which field of the input where it is about one.
pub fn review(
    state: DocumentState,
    file: FileState,
    decision: DocumentDecision,
    reason: Option<&str>,
) -> Result<DocumentState, (ReviewDocumentRefusal, Option<&'static str>)> {
    use ReviewDocumentRefusal as Refusal;
    if state != DocumentState::Submitted {
        return Err((Refusal::NotSubmitted, None));
    }
    match (decision, file) {
        (DocumentDecision::Refuse, _) if !reason.is_some_and(super::is_reason) => {
            Err((Refusal::ReasonRequired, Some("reason")))
        }
        (DocumentDecision::Refuse, _) => Ok(DocumentState::Refused),
        (DocumentDecision::Accept, FileState::Accepted) => Ok(DocumentState::Accepted),
        (DocumentDecision::Accept, FileState::Refused | FileState::Purged) => Err((Refusal::FileRefused, None)),
        (DocumentDecision::Accept, FileState::Expected | FileState::Receiving | FileState::Quarantined) => {
            Err((Refusal::FileNotVerified, None))
        }
    }
}

refusals! {
    /// Why a document was not taken back.
    WithdrawDocumentRefusal {
        /// There is no such document, or none that you may see.
        NotFound = "not_found",
        /// Only the provider's own people take its documents back. Officers and coordinators refuse them.
        NotAllowed = "not_allowed",
        /// The document was reviewed already or taken back. Send a new one that replaces it.
        NotSubmitted = "not_submitted",
    }
}

/// The state of a document that is taken back.
///
/// # Errors
/// Where it was reviewed before, or taken back.
pub fn withdraw(state: DocumentState) -> Result<DocumentState, WithdrawDocumentRefusal> {
    match state {
        DocumentState::Submitted => Ok(DocumentState::Withdrawn),
        DocumentState::Accepted | DocumentState::Refused | DocumentState::Withdrawn => {
            Err(WithdrawDocumentRefusal::NotSubmitted)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Code;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn a_document_bears_dates_and_cover_that_fit_its_types() {
        use SubmitDocumentRefusal as Refusal;
        let today = day("2026-03-03");
        let policy = Claims {
            title: "Public liability 2026-27",
            issued_on: day("2026-03-01"),
            starts_on: Some(day("2026-09-01")),
            expires_on: Some(day("2027-08-31")),
            cover_pence: Some(1_000_000_000),
            asks_expiry: true,
            asks_cover: true,
        };
        assert_eq!(submit(&policy, today), Ok(day("2026-09-01"))); // next year's, while this year's runs
        assert_eq!(submit(&Claims { starts_on: None, ..policy }, today), Ok(day("2026-03-01")));
        assert_eq!(submit(&Claims { starts_on: Some(day("2026-01-01")), ..policy }, today), Ok(day("2026-01-01")));
        let plain = Claims { expires_on: None, cover_pence: None, asks_expiry: false, asks_cover: false, ..policy };
        assert_eq!(submit(&plain, today), Ok(day("2026-09-01")));
        let cases = [
            (Claims { title: " p ", ..policy }, (Refusal::TitleLength, "title")),
            (Claims { issued_on: day("2026-03-04"), ..policy }, (Refusal::IssuedInFuture, "issuedOn")),
            (Claims { expires_on: None, ..policy }, (Refusal::ExpiryRequired, "expiresOn")), // S210
            (Claims { expires_on: Some(day("2026-08-31")), ..policy }, (Refusal::DatesOrder, "expiresOn")),
            (
                Claims { starts_on: Some(day("2025-01-01")), expires_on: Some(day("2026-02-28")), ..policy },
                (Refusal::DatesOrder, "expiresOn"),
            ),
            (Claims { cover_pence: None, ..policy }, (Refusal::CoverRequired, "cover")), // S257, D19
            (Claims { cover_pence: Some(0), ..policy }, (Refusal::CoverNotPositive, "cover")),
            (Claims { cover_pence: Some(-1), ..plain }, (Refusal::CoverNotPositive, "cover")),
        ];
        for (claims, refused) in cases {
            assert_eq!(submit(&claims, today), Err(refused), "{claims:?}");
        }
    }

    #[test]
    fn a_file_is_claimed_once_and_while_it_may_turn_out_right() {
        use SubmitDocumentRefusal as Refusal;
        for state in [FileState::Expected, FileState::Receiving, FileState::Quarantined, FileState::Accepted] {
            assert_eq!(claim_file(state, false), Ok(()), "{state}");
            assert_eq!(claim_file(state, true), Err(Refusal::FileClaimed), "{state}");
        }
        assert_eq!(claim_file(FileState::Refused, false), Err(Refusal::FileRefused));
        assert_eq!(claim_file(FileState::Purged, false), Err(Refusal::FileNotFound));
    }

    #[test]
    fn a_review_accepts_what_is_verified_and_refuses_with_a_reason() {
        use DocumentDecision::{Accept, Refuse};
        use ReviewDocumentRefusal as Refusal;
        let submitted = DocumentState::Submitted;
        let cases = [
            (FileState::Accepted, Accept, None, Ok(DocumentState::Accepted)),
            (FileState::Expected, Accept, None, Err((Refusal::FileNotVerified, None))),
            (FileState::Receiving, Accept, None, Err((Refusal::FileNotVerified, None))),
            (FileState::Quarantined, Accept, None, Err((Refusal::FileNotVerified, None))),
            (FileState::Refused, Accept, None, Err((Refusal::FileRefused, None))),
            (FileState::Purged, Accept, None, Err((Refusal::FileRefused, None))),
            (FileState::Accepted, Refuse, None, Err((Refusal::ReasonRequired, Some("reason")))),
            (FileState::Accepted, Refuse, Some("  "), Err((Refusal::ReasonRequired, Some("reason")))),
            (FileState::Accepted, Refuse, Some("It ran out"), Ok(DocumentState::Refused)),
            (FileState::Expected, Refuse, Some("Nothing came"), Ok(DocumentState::Refused)),
        ];
        for (file, decision, reason, expected) in cases {
            assert_eq!(review(submitted, file, decision, reason), expected, "{file} {decision} {reason:?}");
        }
        for state in DocumentState::ALL.iter().filter(|state| **state != submitted) {
            let refused = Err((Refusal::NotSubmitted, None));
            assert_eq!(review(*state, FileState::Accepted, Accept, None), refused, "{state}");
            assert_eq!(withdraw(*state), Err(WithdrawDocumentRefusal::NotSubmitted), "{state}");
        }
        assert_eq!(withdraw(submitted), Ok(DocumentState::Withdrawn));
    }
}
