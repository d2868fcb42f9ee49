//! The report of a visit (S47): its findings, drafted from the judgements, and its way from the QA team to publication.
//!
//! ```text
//! draft -> with provider <-> amendments suggested
//!               |
//!               v
//!            agreed -> published
//! ```
//!
//! Nobody outside the QA team reads a finding before "with provider".

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use uuid::Uuid;

use super::judgement::refuses_answers;
use super::visit::has_length;
use super::{ApprovalState, ReportState, VisitState};
use crate::refusals;

/// Days that a provider may be given to scrutinise a draft. No statutory number is meant: the sources name none (S47), and
/// an agreement may ask for more than the one day that is left here.
pub const SCRUTINY_DAYS: RangeInclusive<i64> = 1..=60;
/// Characters of a report's summary.
pub const SUMMARY_LENGTH: RangeInclusive<usize> = 10..=20_000;
/// Days until the next visit. It catches a mistyped year; how often to visit is not decided here (D4).
pub const NEXT_VISIT_DAYS: RangeInclusive<i64> = 1..=1096;

refusals! {
    /// Why a finding was not settled.
    SettleFindingRefusal {
        /// There is no such finding, or none that you may see.
        FindingNotFound = "finding_not_found",
        /// Only the QA team of the visit's authority settles findings.
        NotAllowed = "not_allowed",
        /// A finding changes while the report is a draft or amendments are being decided, and not otherwise.
        ReportClosed = "report_closed",
        /// This standard is rated: choose a rating.
        RatingRequired = "rating_required",
        /// This standard is answered in words: leave the rating out.
        RatingNotAsked = "rating_not_asked",
        /// This rating is not of the scale of the visit's framework.
        RatingNotInFramework = "rating_not_in_framework",
        /// A text has 10,000 characters at most.
        TextTooLong = "text_too_long",
        /// Somebody else changed the finding meanwhile. Look at it as it is now, then decide again.
        Stale = "stale",
    }
}
refuses_answers!(SettleFindingRefusal);

refusals! {
    /// Why a report was not sent to the provider.
    SendReportRefusal {
        /// There is no such visit, or none that you may see.
        VisitNotFound = "visit_not_found",
        /// Only the QA team of the visit's authority sends its report.
        NotAllowed = "not_allowed",
        /// The visit is not complete: its evidence is still to be verified.
        VisitNotComplete = "visit_not_complete",
        /// Only a draft is sent to the provider; this report was sent before.
        NotDraft = "not_draft",
        /// Visitors differ on some standards. Settle these findings first.
        FindingsUnsettled = "findings_unsettled",
        /// The provider has from 1 to 60 days to suggest amendments.
        ScrutinyOutOfRange = "scrutiny_out_of_range",
        /// A summary has 10 to 20,000 characters.
        SummaryLength = "summary_length",
        /// This outcome is not one of the visit's framework.
        OutcomeNotInFramework = "outcome_not_in_framework",
        /// This outcome needs improvement actions, and the visit has none. Add them, or choose another outcome.
        ActionsMissing = "actions_missing",
    }
}

refusals! {
    /// Why a provider's agreement was not taken.
    AcceptReportRefusal {
        /// There is no such visit, or none that you may see.
        VisitNotFound = "visit_not_found",
        /// Only the provider's own people agree to its report.
        NotAllowed = "not_allowed",
        /// Only a report that is with the provider can be agreed.
        NotWithProvider = "not_with_provider",
        /// Amendments that you suggested wait for a decision. Agree once they are decided.
        AmendmentsUndecided = "amendments_undecided",
    }
}

refusals! {
    /// Why a report was not declared agreed.
    AgreeReportRefusal {
        /// There is no such visit, or none that you may see.
        VisitNotFound = "visit_not_found",
        /// Only the QA team of the visit's authority declares its report agreed.
        NotAllowed = "not_allowed",
        /// Only a report that is with the provider can be agreed.
        NotWithProvider = "not_with_provider",
        /// Some amendments wait for a decision. Accept or decline them first.
        AmendmentsUndecided = "amendments_undecided",
        /// The provider may still suggest amendments. Wait until that time is over, or until it agrees.
        ScrutinyRunning = "scrutiny_running",
    }
}

refusals! {
    /// Why a report was not published.
    PublishReportRefusal {
        /// There is no such visit, or none that you may see.
        VisitNotFound = "visit_not_found",
        /// Only officers and coordinators of the visit's authority publish its report.
        NotAllowed = "not_allowed",
        /// Only an agreed report is published, and only once.
        NotAgreed = "not_agreed",
        /// The next visit lies between tomorrow and three years ahead. Check the year.
        DueDateOutOfRange = "due_date_out_of_range",
        /// A provider that is on the approved list needs the date of its next visit.
        DueDateMissing = "due_date_missing",
    }
}

/// What one visitor judged on a standard.
#[derive(Debug, Clone, Copy)]
pub struct Judged<'a> {
    pub standard: Uuid,
    /// Name of the visitor, to tell words apart where visitors differ.
    pub visitor: &'a str,
    pub rating: Option<Uuid>,
    pub seen: &'a str,
    pub action: &'a str,
    pub answered_on: Option<NaiveDate>,
    pub next_on: Option<NaiveDate>,
    pub missing_reason: Option<&'a str>,
}

/// A finding as it is first written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    pub standard: Uuid,
    /// None where visitors rated differently, or words were asked for.
    pub rating: Option<Uuid>,
    pub seen: String,
    pub action: String,
    /// Whether nothing is left for a person to decide.
    pub settled: bool,
}

/// The findings that follow from the judgements, in the order in which the standards first occur.
///
/// Judgements agree where the ratings are equal and, of each text, all who wrote one wrote the same. Where they do not, the
/// finding is unsettled and carries the words of everybody, so that nothing written is lost (N22).
#[must_use]
pub fn findings(judged: &[Judged<'_>]) -> Vec<Drafted> {
    let mut drafted: Vec<Drafted> = Vec::new();
    for first in judged {
        if drafted.iter().all(|finding| finding.standard != first.standard) {
            drafted.push(finding(judged.iter().filter(|other| other.standard == first.standard)));
        }
    }
    drafted
}

fn finding<'a>(judged: impl Iterator<Item = &'a Judged<'a>> + Clone) -> Drafted {
    let mut ratings: Vec<_> = judged.clone().map(|judged| judged.rating).collect();
    ratings.dedup();
    let (seen, one_seen) = together(judged.clone().map(|judged| (judged.visitor, words(judged))));
    let (action, one_action) = together(judged.clone().map(|judged| (judged.visitor, judged.action.trim().to_owned())));
    let rating = if let [rating] = ratings[..] { rating } else { None };
    let standard = judged.map(|judged| judged.standard).next().unwrap_or_default();
    Drafted { standard, rating, seen, action, settled: ratings.len() == 1 && one_seen && one_action }
}

/// What a judgement says besides rating and action: words, dates and reasons, a line each.
fn words(judged: &Judged<'_>) -> String {
    let reason = judged.missing_reason.map(str::trim).filter(|reason| !reason.is_empty());
    let lines = [
        Some(judged.seen.trim().to_owned()).filter(|seen| !seen.is_empty()),
        judged.answered_on.map(|on| format!("Last done: {on}")),
        judged.next_on.map(|on| format!("Next due: {on}")),
        reason.map(|reason| format!("Not available: {reason}")),
    ];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// The one text that was written, or every text under its writer's name; and whether it was one.
fn together<'a>(texts: impl Iterator<Item = (&'a str, String)>) -> (String, bool) {
    let mut texts: Vec<_> = texts.filter(|(_, text)| !text.is_empty()).collect();
    if texts.windows(2).all(|pair| pair[0].1 == pair[1].1) {
        return (texts.pop().map(|(_, text)| text).unwrap_or_default(), true);
    }
    (texts.iter().map(|(writer, text)| format!("{writer}: {text}")).collect::<Vec<_>>().join("\n\n"), false)
}

/// Whether the QA team may change a finding while the report stands so.
#[must_use]
pub fn findings_are_open(visit: VisitState, report: ReportState) -> bool {
    visit == VisitState::Complete && matches!(report, ReportState::Draft | ReportState::AmendmentsSuggested)
}

/// A draft as the QA team wants to send it.
#[derive(Debug, Clone, Copy)]
pub struct Sending<'a> {
    pub visit: VisitState,
    pub report: ReportState,
    pub today: NaiveDate,
    /// Last day on which the provider may suggest amendments.
    pub scrutiny_ends_on: NaiveDate,
    pub summary: &'a str,
    /// Whether some finding is unsettled.
    pub unsettled: bool,
    /// Whether the outcome needs improvement actions; none where it is not of the visit's framework.
    pub needs_actions: Option<bool>,
    /// Whether the visit has improvement actions.
    pub has_actions: bool,
}

/// Whether a draft may go to the provider.
///
/// # Errors
/// What is wrong, and with which field.
pub fn send(sending: &Sending<'_>) -> Result<(), (SendReportRefusal, &'static str)> {
    use SendReportRefusal as Refusal;
    let days = (sending.scrutiny_ends_on - sending.today).num_days();
    let checks = [
        (sending.visit == VisitState::Complete, Refusal::VisitNotComplete, "visitId"),
        (sending.report == ReportState::Draft, Refusal::NotDraft, "visitId"),
        (!sending.unsettled, Refusal::FindingsUnsettled, "visitId"),
        (SCRUTINY_DAYS.contains(&days), Refusal::ScrutinyOutOfRange, "scrutinyEndsOn"),
        (has_length(sending.summary, &SUMMARY_LENGTH), Refusal::SummaryLength, "summary"),
        (sending.needs_actions.is_some(), Refusal::OutcomeNotInFramework, "outcomeId"),
        (sending.needs_actions != Some(true) || sending.has_actions, Refusal::ActionsMissing, "outcomeId"),
    ];
    checks.into_iter().find(|(holds, ..)| !holds).map_or(Ok(()), |(_, code, field)| Err((code, field)))
}

/// Whether the provider may agree to its report, before the time for scrutiny is over.
///
/// # Errors
/// What is wrong.
pub fn accept(report: ReportState) -> Result<(), AcceptReportRefusal> {
    match report {
        ReportState::WithProvider => Ok(()),
        ReportState::AmendmentsSuggested => Err(AcceptReportRefusal::AmendmentsUndecided),
        ReportState::Draft | ReportState::Agreed | ReportState::Published => Err(AcceptReportRefusal::NotWithProvider),
    }
}

/// Whether the QA team may declare a report agreed: once the provider's time for scrutiny is over.
///
/// # Errors
/// What is wrong.
pub fn agree(
    report: ReportState,
    today: NaiveDate,
    scrutiny_ends_on: Option<NaiveDate>,
) -> Result<(), AgreeReportRefusal> {
    match report {
        ReportState::WithProvider if scrutiny_ends_on.is_none_or(|last| today <= last) => {
            Err(AgreeReportRefusal::ScrutinyRunning)
        }
        ReportState::WithProvider => Ok(()),
        ReportState::AmendmentsSuggested => Err(AgreeReportRefusal::AmendmentsUndecided),
        ReportState::Draft | ReportState::Agreed | ReportState::Published => Err(AgreeReportRefusal::NotWithProvider),
    }
}

/// Whether a report may be published, and the provider be visited next on this day.
///
/// # Errors
/// What is wrong, and with which field.
pub fn publish(
    report: ReportState,
    effect: ApprovalState,
    today: NaiveDate,
    next_visit: Option<NaiveDate>,
) -> Result<(), (PublishReportRefusal, &'static str)> {
    use PublishReportRefusal as Refusal;
    if report != ReportState::Agreed {
        return Err((Refusal::NotAgreed, "visitId"));
    }
    match next_visit {
        None if effect.is_on_list() => Err((Refusal::DueDateMissing, "nextVisitDueOn")),
        Some(on) if !NEXT_VISIT_DAYS.contains(&(on - today).num_days()) => {
            Err((Refusal::DueDateOutOfRange, "nextVisitDueOn"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
