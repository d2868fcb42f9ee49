//! Judging a standard: what an answer must be, and when a judgement may be made or revised (S195, S251, N22).
//!
//! The same check of an answer serves findings: whoever settles or amends one answers the same question.

use std::ops::RangeInclusive;

use chrono::NaiveDate;

use super::VisitState;
use super::visit::has_length;
use crate::reference::AnswerKind;
use crate::refusals;

/// Characters of what was seen, of what is to be done, and of a reason why something is missing.
pub const WORDS_LENGTH: RangeInclusive<usize> = 0..=10_000;

refusals! {
    /// Why a judgement was not recorded.
    RecordJudgementRefusal {
        /// There is no such visit, or none that you may see.
        VisitNotFound = "visit_not_found",
        /// Only the visitors of this visit judge at it. Ask its lead.
        NotAVisitor = "not_a_visitor",
        /// The visit is complete or called off: nothing can be added.
        VisitClosed = "visit_closed",
        /// This standard does not belong to the framework of the visit.
        StandardNotInFramework = "standard_not_in_framework",
        /// This standard is rated: choose a rating.
        RatingRequired = "rating_required",
        /// This standard is answered in words: leave the rating out.
        RatingNotAsked = "rating_not_asked",
        /// This rating is not of the scale of the visit's framework.
        RatingNotInFramework = "rating_not_in_framework",
        /// A text has 10,000 characters at most.
        TextTooLong = "text_too_long",
        /// This standard asks for no such date.
        DateNotAsked = "date_not_asked",
        /// The next date lies before the last one.
        DatesOutOfOrder = "dates_out_of_order",
        /// You have judged this standard since, perhaps on another device. Look at that judgement, then decide again.
        Stale = "stale",
        /// This id is taken by another judgement.
        IdTaken = "id_taken",
    }
}

/// What a judgement or a finding says on a standard.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    /// How the standard is answered.
    pub asks: AnswerKind,
    /// Whether the rating is of the framework's scale; none was chosen where it is none.
    pub rating_fits: Option<bool>,
    pub seen: &'a str,
    pub action: &'a str,
}

/// How an answer may fail to fit its standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerFault {
    RatingRequired,
    RatingNotAsked,
    RatingNotInFramework,
    TextTooLong,
}

/// Gives a list of refusals the reasons why an answer does not fit.
macro_rules! refuses_answers {
    ($refusal:ty) => {
        impl From<$crate::quality::judgement::AnswerFault> for $refusal {
            fn from(fault: $crate::quality::judgement::AnswerFault) -> Self {
                use $crate::quality::judgement::AnswerFault;
                match fault {
                    AnswerFault::RatingRequired => Self::RatingRequired,
                    AnswerFault::RatingNotAsked => Self::RatingNotAsked,
                    AnswerFault::RatingNotInFramework => Self::RatingNotInFramework,
                    AnswerFault::TextTooLong => Self::TextTooLong,
                }
            }
        }
    };
}
pub(super) use refuses_answers;

refuses_answers!(RecordJudgementRefusal);

/// Whether an answer fits its standard.
///
/// # Errors
/// What is wrong, and with which field.
pub fn check(answer: &Answer<'_>) -> Result<(), (AnswerFault, &'static str)> {
    match (answer.asks == AnswerKind::Rating, answer.rating_fits) {
        (true, None) => return Err((AnswerFault::RatingRequired, "ratingId")),
        (false, Some(_)) => return Err((AnswerFault::RatingNotAsked, "ratingId")),
        (true, Some(false)) => return Err((AnswerFault::RatingNotInFramework, "ratingId")),
        (true, Some(true)) | (false, None) => {}
    }
    if !has_length(answer.seen, &WORDS_LENGTH) {
        return Err((AnswerFault::TextTooLong, "seen"));
    }
    if !has_length(answer.action, &WORDS_LENGTH) {
        return Err((AnswerFault::TextTooLong, "action"));
    }
    Ok(())
}

/// A judgement as a visitor wants to leave it.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    pub visit: VisitState,
    /// Whether the person visits.
    pub is_visitor: bool,
    /// The answer; none where the standard is not of the visit's framework.
    pub answer: Option<Answer<'a>>,
    pub answered_on: Option<NaiveDate>,
    pub next_on: Option<NaiveDate>,
    pub missing_reason: Option<&'a str>,
    /// Revision that is there, of this visitor on this standard.
    pub present: Option<i32>,
    /// Revision that it was made from.
    pub base: Option<i32>,
}

/// The revision that a judgement becomes: 1 for the first, one more for each after.
///
/// # Errors
/// What is wrong, and with which field.
pub fn record(record: &Record<'_>) -> Result<i32, (RecordJudgementRefusal, &'static str)> {
    use RecordJudgementRefusal as Refusal;
    if !record.is_visitor {
        return Err((Refusal::NotAVisitor, "visitId"));
    }
    if !record.visit.is_open() {
        return Err((Refusal::VisitClosed, "visitId"));
    }
    let Some(answer) = record.answer else { return Err((Refusal::StandardNotInFramework, "standardId")) };
    check(&answer).map_err(|(fault, field)| (fault.into(), field))?;
    dates(record, answer.asks)?;
    if record.missing_reason.is_some_and(|reason| !has_length(reason, &WORDS_LENGTH)) {
        return Err((Refusal::TextTooLong, "missingReason"));
    }
    if record.present != record.base {
        return Err((Refusal::Stale, "baseRevision"));
    }
    Ok(record.present.unwrap_or(0) + 1)
}

fn dates(record: &Record<'_>, asks: AnswerKind) -> Result<(), (RecordJudgementRefusal, &'static str)> {
    use RecordJudgementRefusal as Refusal;
    if record.answered_on.is_some() && !matches!(asks, AnswerKind::Date | AnswerKind::LastAndNextDate) {
        return Err((Refusal::DateNotAsked, "answeredOn"));
    }
    if record.next_on.is_some() && asks != AnswerKind::LastAndNextDate {
        return Err((Refusal::DateNotAsked, "nextOn"));
    }
    if record.answered_on.zip(record.next_on).is_some_and(|(last, next)| next < last) {
        return Err((Refusal::DatesOutOfOrder, "nextOn"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::RecordJudgementRefusal as Refusal;
    use super::*;

    fn day(text: &str) -> Option<NaiveDate> {
        Some(text.parse().expect("a date"))
    }

    fn rated() -> Record<'static> {
        let answer = Answer { asks: AnswerKind::Rating, rating_fits: Some(true), seen: "By each door", action: "" };
        Record {
            visit: VisitState::InProgress,
            is_visitor: true,
            answer: Some(answer),
            answered_on: None,
            next_on: None,
            missing_reason: None,
            present: None,
            base: None,
        }
    }

    fn answered(asks: AnswerKind, rating_fits: Option<bool>) -> Record<'static> {
        Record { answer: Some(Answer { asks, rating_fits, seen: "Seen", action: "None" }), ..rated() }
    }

    #[test]
    fn a_visitor_judges_while_the_visit_is_open() {
        let cases = [
            (Record { visit: VisitState::Planned, ..rated() }, Ok(1)),
            (rated(), Ok(1)),
            (Record { visit: VisitState::Complete, ..rated() }, Err((Refusal::VisitClosed, "visitId"))),
            (Record { visit: VisitState::Cancelled, ..rated() }, Err((Refusal::VisitClosed, "visitId"))),
            (Record { is_visitor: false, ..rated() }, Err((Refusal::NotAVisitor, "visitId"))),
            (Record { answer: None, ..rated() }, Err((Refusal::StandardNotInFramework, "standardId"))),
        ];
        for (claims, expected) in cases {
            assert_eq!(record(&claims), expected, "{claims:?}");
        }
    }

    #[test]
    fn an_answer_is_of_the_kind_that_the_standard_asks() {
        use AnswerKind::{Date, LastAndNextDate, OptionalText, Rating, Text};
        let cases = [
            (answered(Rating, Some(true)), Ok(1)),                                // S195
            (answered(Rating, None), Err((Refusal::RatingRequired, "ratingId"))), // S195
            (answered(Rating, Some(false)), Err((Refusal::RatingNotInFramework, "ratingId"))), // D12
            (answered(Text, None), Ok(1)),                                        // S251
            (answered(OptionalText, None), Ok(1)),                                // S276
            (answered(Text, Some(true)), Err((Refusal::RatingNotAsked, "ratingId"))), // D12
            (Record { answered_on: day("2026-03-03"), ..answered(Date, None) }, Ok(1)), // S268
            (
                Record { answered_on: day("2026-03-03"), ..answered(Text, None) },
                Err((Refusal::DateNotAsked, "answeredOn")),
            ),
            (Record { next_on: day("2027-03-03"), ..answered(Date, None) }, Err((Refusal::DateNotAsked, "nextOn"))),
            (
                // S270
                Record {
                    answered_on: day("2026-03-03"),
                    next_on: day("2027-03-03"),
                    ..answered(LastAndNextDate, None)
                },
                Ok(1),
            ),
            (
                Record {
                    answered_on: day("2026-03-03"),
                    next_on: day("2025-03-03"),
                    ..answered(LastAndNextDate, None)
                },
                Err((Refusal::DatesOutOfOrder, "nextOn")),
            ),
        ];
        for (claims, expected) in cases {
            assert_eq!(record(&claims), expected, "{claims:?}");
        }
    }

    #[test]
    fn a_revision_names_the_one_it_was_made_from() {
        let cases = [
            (None, None, Ok(1)),
            (Some(1), Some(1), Ok(2)),
            (Some(4), Some(4), Ok(5)),
            (Some(2), Some(1), Err((Refusal::Stale, "baseRevision"))), // N22
            (Some(1), None, Err((Refusal::Stale, "baseRevision"))),
            (None, Some(1), Err((Refusal::Stale, "baseRevision"))),
        ];
        for (present, base, expected) in cases {
            assert_eq!(record(&Record { present, base, ..rated() }), expected, "{present:?} {base:?}");
        }
    }

    #[test]
    fn words_have_an_end() {
        let long = "x".repeat(10_001);
        let seen = Answer { asks: AnswerKind::Text, rating_fits: None, seen: &long, action: "" };
        let refused = |answer| record(&Record { answer: Some(answer), ..rated() });
        assert_eq!(refused(seen), Err((Refusal::TextTooLong, "seen")));
        assert_eq!(refused(Answer { seen: "", action: &long, ..seen }), Err((Refusal::TextTooLong, "action")));
        let reason = Record { missing_reason: Some(&long), ..rated() };
        assert_eq!(record(&reason), Err((Refusal::TextTooLong, "missingReason")));
    }
}
