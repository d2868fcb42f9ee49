//! Findings from judgements, and the report's states, as tables.

use super::*;
use crate::Code;

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn judged<'a>(visitor: &'a str, rating: u128, seen: &'a str, action: &'a str) -> Judged<'a> {
    Judged {
        standard: Uuid::from_u128(1),
        visitor,
        rating: (rating > 0).then(|| Uuid::from_u128(rating)),
        seen,
        action,
        answered_on: None,
        next_on: None,
        missing_reason: None,
    }
}

#[test]
fn visitors_who_agree_leave_a_settled_finding() {
    // N22: rating, what was seen, what is to be done, settled
    let cases: &[(&[Judged<'_>], (u128, &str, &str, bool))] = &[
        (&[judged("Ada", 2, " Locked ", "None")], (2, "Locked", "None", true)),
        (&[judged("Ada", 2, "Locked", ""), judged("Ben", 2, "Locked ", "")], (2, "Locked", "", true)),
        (&[judged("Ada", 2, "Locked", ""), judged("Ben", 2, "", "Sign")], (2, "Locked", "Sign", true)),
        (&[judged("Ada", 0, "", ""), judged("Ben", 0, "", "")], (0, "", "", true)),
        (
            &[judged("Ada", 2, "Locked", ""), judged("Ben", 3, "Open", "Lock it")],
            (0, "Ada: Locked\n\nBen: Open", "Lock it", false),
        ),
        (&[judged("Ada", 2, "Locked", ""), judged("Ben", 3, "Locked", "")], (0, "Locked", "", false)),
        (
            &[judged("Ada", 2, "Locked", ""), judged("Ben", 2, "Locked at nine", "")],
            (2, "Ada: Locked\n\nBen: Locked at nine", "", false),
        ),
        (
            &[judged("Ada", 0, "Yes", "Test"), judged("Ben", 0, "Yes", "Renew")],
            (0, "Yes", "Ada: Test\n\nBen: Renew", false),
        ),
    ];
    for (judged, (rating, seen, action, settled)) in cases {
        let expected = Drafted {
            standard: Uuid::from_u128(1),
            rating: (*rating > 0).then(|| Uuid::from_u128(*rating)),
            seen: (*seen).to_owned(),
            action: (*action).to_owned(),
            settled: *settled,
        };
        assert_eq!(findings(judged), [expected], "{judged:?}");
    }
}

#[test]
fn dates_and_reasons_stand_in_the_finding() {
    let tested = Judged {
        answered_on: Some(day("2026-03-03")),
        next_on: Some(day("2027-03-03")),
        missing_reason: Some("The room was in use"),
        ..judged("Ada", 0, "Labelled", "")
    };
    let [finding] = &findings(&[tested])[..] else { panic!("one finding") };
    assert_eq!(
        finding.seen,
        "Labelled\nLast done: 2026-03-03\nNext due: 2027-03-03\nNot available: The room was in use" // S270
    );
    let other = Judged { answered_on: Some(day("2026-02-02")), ..tested };
    assert!(!findings(&[tested, other])[0].settled);
}

#[test]
fn standards_keep_their_order_and_their_own_words() {
    let of = |standard, seen| Judged { standard: Uuid::from_u128(standard), ..judged("Ada", 0, seen, "") };
    let made = findings(&[of(7, "first"), of(3, "second"), of(7, "first")]);
    let told: Vec<_> = made.iter().map(|finding| (finding.standard.as_u128(), finding.seen.as_str())).collect();
    assert_eq!(told, [(7, "first"), (3, "second")]);
}

#[test]
fn a_draft_goes_to_the_provider_whole() {
    use SendReportRefusal as Refusal;
    let fits = Sending {
        visit: VisitState::Complete,
        report: ReportState::Draft,
        today: day("2026-03-03"),
        scrutiny_ends_on: day("2026-03-17"),
        summary: "A well-run workshop.",
        unsettled: false,
        needs_actions: Some(true),
        has_actions: true,
    };
    let cases = [
        (fits, Ok(())),
        (Sending { visit: VisitState::InProgress, ..fits }, Err((Refusal::VisitNotComplete, "visitId"))), // N5
        (Sending { report: ReportState::WithProvider, ..fits }, Err((Refusal::NotDraft, "visitId"))),     // S47
        (Sending { report: ReportState::Published, ..fits }, Err((Refusal::NotDraft, "visitId"))),
        (Sending { unsettled: true, ..fits }, Err((Refusal::FindingsUnsettled, "visitId"))), // N22
        (Sending { scrutiny_ends_on: day("2026-03-04"), ..fits }, Ok(())),                   // N11
        (Sending { scrutiny_ends_on: day("2026-03-03"), ..fits }, Err((Refusal::ScrutinyOutOfRange, "scrutinyEndsOn"))),
        (Sending { scrutiny_ends_on: day("2026-05-03"), ..fits }, Err((Refusal::ScrutinyOutOfRange, "scrutinyEndsOn"))),
        (Sending { summary: " Good. ", ..fits }, Err((Refusal::SummaryLength, "summary"))),
        (Sending { needs_actions: None, ..fits }, Err((Refusal::OutcomeNotInFramework, "outcomeId"))), // S226
        (Sending { has_actions: false, ..fits }, Err((Refusal::ActionsMissing, "outcomeId"))),         // S227
        (Sending { has_actions: false, needs_actions: Some(false), ..fits }, Ok(())),
    ];
    for (claims, expected) in cases {
        assert_eq!(send(&claims), expected, "{claims:?}");
    }
}

#[test]
fn a_report_is_agreed_by_the_provider_or_by_time() {
    // S47: state, what the provider's agreement meets, what the QA team meets on the last day of scrutiny
    use AcceptReportRefusal as Accept;
    use AgreeReportRefusal as Agree;
    let last = day("2026-03-17");
    let cases = [
        (ReportState::Draft, Err(Accept::NotWithProvider), Err(Agree::NotWithProvider)),
        (ReportState::WithProvider, Ok(()), Err(Agree::ScrutinyRunning)),
        (ReportState::AmendmentsSuggested, Err(Accept::AmendmentsUndecided), Err(Agree::AmendmentsUndecided)),
        (ReportState::Agreed, Err(Accept::NotWithProvider), Err(Agree::NotWithProvider)),
        (ReportState::Published, Err(Accept::NotWithProvider), Err(Agree::NotWithProvider)),
    ];
    assert_eq!(cases.map(|(state, ..)| state), ReportState::ALL);
    for (state, by_provider, by_team) in cases {
        assert_eq!(accept(state), by_provider, "{state}");
        assert_eq!(agree(state, last, Some(last)), by_team, "{state}");
    }
    assert_eq!(agree(ReportState::WithProvider, day("2026-03-18"), Some(last)), Ok(()));
    assert_eq!(agree(ReportState::WithProvider, last, None), Err(Agree::ScrutinyRunning));
}

#[test]
fn findings_change_in_a_draft_and_while_amendments_are_decided() {
    for report in ReportState::ALL {
        let open = matches!(report, ReportState::Draft | ReportState::AmendmentsSuggested);
        assert_eq!(findings_are_open(VisitState::Complete, *report), open, "{report}");
        assert!(!findings_are_open(VisitState::InProgress, *report), "{report}");
    }
}

#[test]
fn an_agreed_report_is_published_with_the_next_visit() {
    use ApprovalState::{Approved, Closed, Conditional, NotApproved};
    use PublishReportRefusal as Refusal;
    let today = day("2026-03-03");
    let next = Some(day("2026-06-15"));
    let cases = [
        (ReportState::Agreed, Approved, next, Ok(())), // S226, S228
        (ReportState::Agreed, Conditional, None, Err((Refusal::DueDateMissing, "nextVisitDueOn"))),
        (ReportState::Agreed, NotApproved, None, Ok(())),
        (ReportState::Agreed, Closed, None, Ok(())),
        (ReportState::Agreed, Approved, Some(today), Err((Refusal::DueDateOutOfRange, "nextVisitDueOn"))),
        (ReportState::Agreed, Approved, Some(day("2036-06-15")), Err((Refusal::DueDateOutOfRange, "nextVisitDueOn"))),
        (ReportState::WithProvider, Approved, next, Err((Refusal::NotAgreed, "visitId"))), // S47
        (ReportState::Published, Approved, next, Err((Refusal::NotAgreed, "visitId"))),
    ];
    for (report, effect, next, expected) in cases {
        assert_eq!(publish(report, effect, today, next), expected, "{report} {effect} {next:?}");
    }
}
