//! Amendments to a report: the provider suggests them while it scrutinises the draft, the QA team decides each (S47).

use std::ops::RangeInclusive;

use chrono::NaiveDate;

use super::judgement::refuses_answers;
use super::report::SUMMARY_LENGTH;
use super::visit::has_length;
use super::{AmendmentState, ReportState};
use crate::refusals;

/// Characters of a suggestion.
pub const SUGGESTION_LENGTH: RangeInclusive<usize> = 3..=10_000;
/// Characters of a reason.
pub const REASON_LENGTH: RangeInclusive<usize> = 3..=2_000;

refusals! {
    /// Why an amendment was not suggested.
    SuggestAmendmentRefusal {
        /// There is no such visit, or none that you may see.
        VisitNotFound = "visit_not_found",
        /// Only the provider's own people suggest amendments to its report.
        NotAllowed = "not_allowed",
        /// Amendments can be suggested while the report is with the provider.
        NotWithProvider = "not_with_provider",
        /// The last day for suggestions is over. Ask the QA team.
        ScrutinyOver = "scrutiny_over",
        /// This finding is not of this visit.
        FindingNotOfVisit = "finding_not_of_visit",
        /// A suggestion has 3 to 10,000 characters.
        SuggestionLength = "suggestion_length",
    }
}

refusals! {
    /// Why an amendment was not decided.
    DecideAmendmentRefusal {
        /// There is no such amendment, or none that you may see.
        AmendmentNotFound = "amendment_not_found",
        /// Only the QA team of the visit's authority decides amendments.
        NotAllowed = "not_allowed",
        /// This amendment is decided already.
        AlreadyDecided = "already_decided",
        /// An accepted amendment to a finding comes with the finding's new words, one to the whole report with a new summary, a declined one with neither.
        ChangeMismatch = "change_mismatch",
        /// Say why it is declined: the provider reads the reason.
        ReasonRequired = "reason_required",
        /// A reason has 3 to 2,000 characters.
        ReasonLength = "reason_length",
        /// A summary has 10 to 20,000 characters.
        SummaryLength = "summary_length",
        /// This standard is rated: choose a rating.
        RatingRequired = "rating_required",
        /// This standard is answered in words: leave the rating out.
        RatingNotAsked = "rating_not_asked",
        /// This rating is not of the scale of the visit's framework.
        RatingNotInFramework = "rating_not_in_framework",
        /// A text has 10,000 characters at most.
        TextTooLong = "text_too_long",
    }
}
refuses_answers!(DecideAmendmentRefusal);

/// An amendment as the provider wants to suggest it.
#[derive(Debug, Clone, Copy)]
pub struct Suggesting<'a> {
    pub report: ReportState,
    pub today: NaiveDate,
    /// Last day for suggestions.
    pub scrutiny_ends_on: Option<NaiveDate>,
    /// Whether the finding is of the visit; none was named where it is none.
    pub finding_fits: Option<bool>,
    pub suggestion: &'a str,
}

/// Whether an amendment may be suggested.
///
/// # Errors
/// What is wrong, and with which field.
pub fn suggest(suggesting: &Suggesting<'_>) -> Result<(), (SuggestAmendmentRefusal, &'static str)> {
    use SuggestAmendmentRefusal as Refusal;
    if !matches!(suggesting.report, ReportState::WithProvider | ReportState::AmendmentsSuggested) {
        return Err((Refusal::NotWithProvider, "visitId"));
    }
    if suggesting.scrutiny_ends_on.is_none_or(|last| last < suggesting.today) {
        return Err((Refusal::ScrutinyOver, "visitId"));
    }
    if suggesting.finding_fits == Some(false) {
        return Err((Refusal::FindingNotOfVisit, "findingId"));
    }
    if !has_length(suggesting.suggestion, &SUGGESTION_LENGTH) {
        return Err((Refusal::SuggestionLength, "suggestion"));
    }
    Ok(())
}

/// A decision as the QA team wants to make it.
#[derive(Debug, Clone, Copy)]
pub struct Deciding<'a> {
    pub amendment: AmendmentState,
    pub accept: bool,
    /// Whether the amendment is about one finding; else about the whole report.
    pub about_finding: bool,
    /// Whether new words for the finding are given.
    pub gives_finding: bool,
    /// The report's new summary.
    pub summary: Option<&'a str>,
    pub reason: Option<&'a str>,
}

/// What an amendment becomes by a decision.
///
/// # Errors
/// What is wrong, and with which field.
pub fn decide(deciding: &Deciding<'_>) -> Result<AmendmentState, (DecideAmendmentRefusal, &'static str)> {
    use DecideAmendmentRefusal as Refusal;
    if deciding.amendment != AmendmentState::Suggested {
        return Err((Refusal::AlreadyDecided, "amendmentId"));
    }
    if deciding.gives_finding != (deciding.accept && deciding.about_finding) {
        return Err((Refusal::ChangeMismatch, "finding"));
    }
    if deciding.summary.is_some() != (deciding.accept && !deciding.about_finding) {
        return Err((Refusal::ChangeMismatch, "summary"));
    }
    if deciding.summary.is_some_and(|summary| !has_length(summary, &SUMMARY_LENGTH)) {
        return Err((Refusal::SummaryLength, "summary"));
    }
    match deciding.reason {
        None if !deciding.accept => Err((Refusal::ReasonRequired, "reason")),
        Some(reason) if !has_length(reason, &REASON_LENGTH) => Err((Refusal::ReasonLength, "reason")),
        _ if deciding.accept => Ok(AmendmentState::Accepted),
        _ => Ok(AmendmentState::Declined),
    }
}

/// Where a report stands after a decision: with the provider again once nothing is left to decide. It may suggest more
/// until its last day; after that, the report can be agreed.
#[must_use]
pub fn after_decision(undecided: u64) -> ReportState {
    if undecided == 0 { ReportState::WithProvider } else { ReportState::AmendmentsSuggested }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn the_provider_suggests_until_its_last_day() {
        use SuggestAmendmentRefusal as Refusal;
        let fits = Suggesting {
            report: ReportState::WithProvider,
            today: day("2026-03-17"),
            scrutiny_ends_on: Some(day("2026-03-17")),
            finding_fits: Some(true),
            suggestion: "The gate is locked from nine.",
        };
        let cases = [
            (fits, Ok(())), // S47, N11
            (Suggesting { report: ReportState::AmendmentsSuggested, finding_fits: None, ..fits }, Ok(())),
            (Suggesting { report: ReportState::Draft, ..fits }, Err((Refusal::NotWithProvider, "visitId"))),
            (Suggesting { report: ReportState::Agreed, ..fits }, Err((Refusal::NotWithProvider, "visitId"))),
            (Suggesting { report: ReportState::Published, ..fits }, Err((Refusal::NotWithProvider, "visitId"))),
            (Suggesting { today: day("2026-03-18"), ..fits }, Err((Refusal::ScrutinyOver, "visitId"))),
            (Suggesting { finding_fits: Some(false), ..fits }, Err((Refusal::FindingNotOfVisit, "findingId"))),
            (Suggesting { suggestion: " ?", ..fits }, Err((Refusal::SuggestionLength, "suggestion"))),
        ];
        for (claims, expected) in cases {
            assert_eq!(suggest(&claims), expected, "{claims:?}");
        }
    }

    #[test]
    fn each_amendment_is_accepted_with_new_words_or_declined_with_a_reason() {
        use AmendmentState::{Accepted, Declined, Suggested};
        use DecideAmendmentRefusal as Refusal;
        let accept = Deciding {
            amendment: Suggested,
            accept: true,
            about_finding: true,
            gives_finding: true,
            summary: None,
            reason: None,
        };
        let whole =
            Deciding { about_finding: false, gives_finding: false, summary: Some("A well-run workshop."), ..accept };
        let decline = Deciding { accept: false, gives_finding: false, reason: Some("We saw it open"), ..accept };
        let cases = [
            (accept, Ok(Accepted)), // S47
            (whole, Ok(Accepted)),
            (decline, Ok(Declined)),
            (Deciding { reason: Some("Thank you"), ..accept }, Ok(Accepted)),
            (Deciding { amendment: Accepted, ..accept }, Err((Refusal::AlreadyDecided, "amendmentId"))),
            (Deciding { amendment: Declined, ..decline }, Err((Refusal::AlreadyDecided, "amendmentId"))),
            (Deciding { gives_finding: false, ..accept }, Err((Refusal::ChangeMismatch, "finding"))),
            (Deciding { gives_finding: true, ..whole }, Err((Refusal::ChangeMismatch, "finding"))),
            (Deciding { gives_finding: true, ..decline }, Err((Refusal::ChangeMismatch, "finding"))),
            (Deciding { summary: None, ..whole }, Err((Refusal::ChangeMismatch, "summary"))),
            (Deciding { summary: Some("Another one."), ..accept }, Err((Refusal::ChangeMismatch, "summary"))),
            (Deciding { summary: Some("Short"), ..whole }, Err((Refusal::SummaryLength, "summary"))),
            (Deciding { reason: None, ..decline }, Err((Refusal::ReasonRequired, "reason"))),
            (Deciding { reason: Some(" "), ..decline }, Err((Refusal::ReasonLength, "reason"))),
        ];
        for (claims, expected) in cases {
            assert_eq!(decide(&claims), expected, "{claims:?}");
        }
    }

    #[test]
    fn the_report_waits_for_the_last_decision() {
        assert_eq!(after_decision(0), ReportState::WithProvider);
        assert_eq!(after_decision(1), ReportState::AmendmentsSuggested);
    }
}
