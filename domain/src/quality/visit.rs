//! A visit before anybody has judged anything: planning it, moving it, calling it off (S35).
//!
//! The provider sees date and purpose at once, and the reason where a visit is called off.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use uuid::Uuid;

use super::VisitState;
use crate::refusals;

/// How far from today a visit may lie, in days: a month back, since one without notice is entered when there is signal
/// again, and two years ahead. It catches a mistyped year; no cadence is meant by it (D4).
pub const DAYS_FROM_TODAY: RangeInclusive<i64> = -31..=731;
/// Characters of a purpose.
pub const PURPOSE_LENGTH: RangeInclusive<usize> = 3..=500;
/// Characters of a reason for calling a visit off.
pub const REASON_LENGTH: RangeInclusive<usize> = 3..=500;
/// Visitors of one visit.
pub const VISITORS: RangeInclusive<usize> = 1..=6;

refusals! {
    /// Why a visit was not planned.
    PlanVisitRefusal {
        /// There is no such provider, or none that you may see. Choose it again.
        ProviderNotFound = "provider_not_found",
        /// Only the QA team of the provider's authority plans visits to it.
        NotAllowed = "not_allowed",
        /// There is no such framework version. Choose one of those listed.
        FrameworkNotFound = "framework_not_found",
        /// A purpose has 3 to 500 characters; the provider reads it.
        PurposeLength = "purpose_length",
        /// A visit lies between a month ago and two years ahead. Check the year.
        DateOutOfRange = "date_out_of_range",
        /// A time is written HH:MM, from 00:00 to 23:59.
        TimeUnreadable = "time_unreadable",
        /// This site is not the provider's. Choose one of its sites.
        SiteNotOfProvider = "site_not_of_provider",
        /// This partnership does not belong to the provider's authority.
        PartnershipNotOfAuthority = "partnership_not_of_authority",
        /// A visit has 1 to 6 visitors.
        VisitorCount = "visitor_count",
        /// A visitor is named twice.
        VisitorTwice = "visitor_twice",
        /// Exactly one visitor leads.
        LeadCount = "lead_count",
        /// Every visitor is of the authority's QA team on the day of the visit.
        VisitorNotOnTeam = "visitor_not_on_team",
        /// This id is taken. If it was made on a phone, the visit may have arrived before.
        IdTaken = "id_taken",
    }
}

refusals! {
    /// Why a visit was not moved.
    RescheduleVisitRefusal {
        /// There is no such visit, or none that you may see.
        VisitNotFound = "visit_not_found",
        /// Only the QA team of the visit's authority moves it.
        NotAllowed = "not_allowed",
        /// Only a planned visit can be moved: this one has begun, is complete, or was called off.
        NotPlanned = "not_planned",
        /// A visit lies between a month ago and two years ahead. Check the year.
        DateOutOfRange = "date_out_of_range",
        /// A time is written HH:MM, from 00:00 to 23:59.
        TimeUnreadable = "time_unreadable",
        /// Somebody else changed the visit meanwhile. Look at it as it is now, then decide again.
        Stale = "stale",
    }
}

refusals! {
    /// Why a visit's visitors were not changed.
    ChangeVisitorsRefusal {
        /// There is no such visit, or none that you may see.
        VisitNotFound = "visit_not_found",
        /// Only the QA team of the visit's authority says who visits.
        NotAllowed = "not_allowed",
        /// A visit that is complete or called off keeps its visitors.
        NotOpen = "not_open",
        /// A visit has 1 to 6 visitors.
        VisitorCount = "visitor_count",
        /// A visitor is named twice.
        VisitorTwice = "visitor_twice",
        /// Exactly one visitor leads.
        LeadCount = "lead_count",
        /// Every visitor is of the authority's QA team on the day of the visit.
        VisitorNotOnTeam = "visitor_not_on_team",
        /// Somebody else changed the visit meanwhile. Look at it as it is now, then decide again.
        Stale = "stale",
    }
}

refusals! {
    /// Why a visit was not called off.
    CancelVisitRefusal {
        /// There is no such visit, or none that you may see.
        VisitNotFound = "visit_not_found",
        /// Only the QA team of the visit's authority calls it off.
        NotAllowed = "not_allowed",
        /// A visit that is complete or called off cannot be called off.
        NotOpen = "not_open",
        /// A reason has 3 to 500 characters; the provider reads it.
        ReasonLength = "reason_length",
    }
}

/// A visit as somebody wants to plan it.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    pub today: NaiveDate,
    pub planned_for: NaiveDate,
    /// HH:MM.
    pub planned_at: Option<&'a str>,
    pub purpose: &'a str,
    /// Whether the site is the provider's; none was named where it is none.
    pub site_fits: Option<bool>,
    /// Whether the partnership is the authority's; none was named where it is none.
    pub partnership_fits: Option<bool>,
    pub visitors: &'a [Visitor],
}

/// Somebody who is to visit.
#[derive(Debug, Clone, Copy)]
pub struct Visitor {
    pub account: Uuid,
    pub lead: bool,
    /// Whether of the authority's QA team on the day of the visit.
    pub on_team: bool,
}

/// Whether a visit may be planned so.
///
/// # Errors
/// What is wrong, and with which field.
pub fn plan(plan: &Plan<'_>) -> Result<(), (PlanVisitRefusal, &'static str)> {
    use PlanVisitRefusal as Refusal;
    if !has_length(plan.purpose, &PURPOSE_LENGTH) {
        return Err((Refusal::PurposeLength, "purpose"));
    }
    if !is_near(plan.today, plan.planned_for) {
        return Err((Refusal::DateOutOfRange, "plannedFor"));
    }
    if !is_time(plan.planned_at) {
        return Err((Refusal::TimeUnreadable, "plannedAt"));
    }
    if plan.site_fits == Some(false) {
        return Err((Refusal::SiteNotOfProvider, "siteId"));
    }
    if plan.partnership_fits == Some(false) {
        return Err((Refusal::PartnershipNotOfAuthority, "partnershipId"));
    }
    visitors(plan.visitors).map_err(|fault| {
        let refusal = match fault {
            VisitorsFault::Count => Refusal::VisitorCount,
            VisitorsFault::Twice => Refusal::VisitorTwice,
            VisitorsFault::Leads => Refusal::LeadCount,
            VisitorsFault::NotOnTeam => Refusal::VisitorNotOnTeam,
        };
        (refusal, "visitors")
    })
}

/// Whether these may be the visitors of a visit from now on.
///
/// # Errors
/// What is wrong, and with which field.
pub fn change_visitors(state: VisitState, present: &[Visitor]) -> Result<(), (ChangeVisitorsRefusal, &'static str)> {
    use ChangeVisitorsRefusal as Refusal;
    if !state.is_open() {
        return Err((Refusal::NotOpen, "visitId"));
    }
    visitors(present).map_err(|fault| {
        let refusal = match fault {
            VisitorsFault::Count => Refusal::VisitorCount,
            VisitorsFault::Twice => Refusal::VisitorTwice,
            VisitorsFault::Leads => Refusal::LeadCount,
            VisitorsFault::NotOnTeam => Refusal::VisitorNotOnTeam,
        };
        (refusal, "visitors")
    })
}

/// How people may fail to be the visitors of a visit.
enum VisitorsFault {
    Count,
    Twice,
    Leads,
    NotOnTeam,
}

fn visitors(visitors: &[Visitor]) -> Result<(), VisitorsFault> {
    if !VISITORS.contains(&visitors.len()) {
        return Err(VisitorsFault::Count);
    }
    let different: BTreeSet<_> = visitors.iter().map(|visitor| visitor.account).collect();
    if different.len() < visitors.len() {
        return Err(VisitorsFault::Twice);
    }
    if visitors.iter().filter(|visitor| visitor.lead).count() != 1 {
        return Err(VisitorsFault::Leads);
    }
    if visitors.iter().any(|visitor| !visitor.on_team) {
        return Err(VisitorsFault::NotOnTeam);
    }
    Ok(())
}

/// Whether a visit may be moved to this date and time.
///
/// # Errors
/// What is wrong, and with which field.
pub fn reschedule(
    state: VisitState,
    today: NaiveDate,
    planned_for: NaiveDate,
    planned_at: Option<&str>,
) -> Result<(), (RescheduleVisitRefusal, &'static str)> {
    use RescheduleVisitRefusal as Refusal;
    if state != VisitState::Planned {
        return Err((Refusal::NotPlanned, "visitId"));
    }
    if !is_near(today, planned_for) {
        return Err((Refusal::DateOutOfRange, "plannedFor"));
    }
    if !is_time(planned_at) {
        return Err((Refusal::TimeUnreadable, "plannedAt"));
    }
    Ok(())
}

/// Whether a visit may be called off for this reason. One that has begun may be: the visitors may be turned away.
///
/// # Errors
/// What is wrong, and with which field.
pub fn cancel(state: VisitState, reason: &str) -> Result<(), (CancelVisitRefusal, &'static str)> {
    if !state.is_open() {
        return Err((CancelVisitRefusal::NotOpen, "visitId"));
    }
    if !has_length(reason, &REASON_LENGTH) {
        return Err((CancelVisitRefusal::ReasonLength, "reason"));
    }
    Ok(())
}

/// Whether a text, without the space around it, has a length in characters.
pub(super) fn has_length(text: &str, length: &RangeInclusive<usize>) -> bool {
    length.contains(&text.trim().chars().count())
}

fn is_near(today: NaiveDate, day: NaiveDate) -> bool {
    let days: TimeDelta = day - today;
    DAYS_FROM_TODAY.contains(&days.num_days())
}

fn is_time(text: Option<&str>) -> bool {
    text.is_none_or(|text| text.len() == 5 && NaiveTime::parse_from_str(text, "%H:%M").is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn visitor(account: u128, lead: bool) -> Visitor {
        Visitor { account: Uuid::from_u128(account), lead, on_team: true }
    }

    #[test]
    fn a_visit_is_planned_with_what_it_needs() {
        // S35, S251: date, time, place, who visits
        let pair = [visitor(1, true), visitor(2, false)];
        let fits = Plan {
            today: day("2026-03-03"),
            planned_for: day("2026-03-10"),
            planned_at: Some("09:30"),
            purpose: "Termly visit",
            site_fits: Some(true),
            partnership_fits: None,
            visitors: &pair,
        };
        let twice = [visitor(1, true), visitor(1, false)];
        let leaders = [visitor(1, true), visitor(2, true)];
        let none_leads = [visitor(1, false)];
        let stranger = [Visitor { on_team: false, ..visitor(1, true) }];
        let crowd: Vec<_> = (1..=7).map(|number| visitor(number, number == 1)).collect();
        use PlanVisitRefusal as Refusal;
        let cases = [
            (fits, Ok(())),
            (Plan { planned_for: day("2026-02-01"), ..fits }, Ok(())),
            (Plan { planned_for: day("2026-01-30"), ..fits }, Err((Refusal::DateOutOfRange, "plannedFor"))),
            (Plan { planned_for: day("2036-03-10"), ..fits }, Err((Refusal::DateOutOfRange, "plannedFor"))),
            (Plan { planned_at: None, ..fits }, Ok(())),
            (Plan { planned_at: Some("24:00"), ..fits }, Err((Refusal::TimeUnreadable, "plannedAt"))),
            (Plan { planned_at: Some("9:30"), ..fits }, Err((Refusal::TimeUnreadable, "plannedAt"))),
            (Plan { purpose: "  x ", ..fits }, Err((Refusal::PurposeLength, "purpose"))),
            (Plan { site_fits: Some(false), ..fits }, Err((Refusal::SiteNotOfProvider, "siteId"))),
            (
                Plan { partnership_fits: Some(false), ..fits },
                Err((Refusal::PartnershipNotOfAuthority, "partnershipId")),
            ),
            (Plan { visitors: &[], ..fits }, Err((Refusal::VisitorCount, "visitors"))),
            (Plan { visitors: &crowd, ..fits }, Err((Refusal::VisitorCount, "visitors"))),
            (Plan { visitors: &crowd[..6], ..fits }, Ok(())),
            (Plan { visitors: &twice, ..fits }, Err((Refusal::VisitorTwice, "visitors"))),
            (Plan { visitors: &leaders, ..fits }, Err((Refusal::LeadCount, "visitors"))),
            (Plan { visitors: &none_leads, ..fits }, Err((Refusal::LeadCount, "visitors"))),
            (Plan { visitors: &stranger, ..fits }, Err((Refusal::VisitorNotOnTeam, "visitors"))),
        ];
        for (claims, expected) in cases {
            assert_eq!(plan(&claims), expected, "{claims:?}");
        }
    }

    #[test]
    fn visitors_change_until_the_visit_is_over() {
        use ChangeVisitorsRefusal as Refusal;
        let lead = Visitor { account: Uuid::from_u128(1), lead: true, on_team: true };
        let other = Visitor { account: Uuid::from_u128(2), lead: false, on_team: true };
        let stranger = Visitor { on_team: false, ..other };
        let cases: [(VisitState, &[Visitor], _); 8] = [
            (VisitState::Planned, &[lead], Ok(())),
            (VisitState::InProgress, &[lead, other], Ok(())),
            (VisitState::Complete, &[lead], Err((Refusal::NotOpen, "visitId"))),
            (VisitState::Cancelled, &[lead], Err((Refusal::NotOpen, "visitId"))),
            (VisitState::Planned, &[], Err((Refusal::VisitorCount, "visitors"))),
            (VisitState::Planned, &[lead, lead], Err((Refusal::VisitorTwice, "visitors"))),
            (VisitState::Planned, &[other], Err((Refusal::LeadCount, "visitors"))),
            (VisitState::Planned, &[lead, stranger], Err((Refusal::VisitorNotOnTeam, "visitors"))),
        ];
        for (state, visitors, expected) in cases {
            assert_eq!(change_visitors(state, visitors), expected, "{state} {visitors:?}");
        }
    }

    #[test]
    fn only_a_planned_visit_moves() {
        use RescheduleVisitRefusal as Refusal;
        let today = day("2026-03-03");
        let cases = [
            (VisitState::Planned, "2026-03-04", None, Ok(())),
            (VisitState::InProgress, "2026-03-04", None, Err((Refusal::NotPlanned, "visitId"))),
            (VisitState::Complete, "2026-03-04", None, Err((Refusal::NotPlanned, "visitId"))),
            (VisitState::Cancelled, "2026-03-04", None, Err((Refusal::NotPlanned, "visitId"))),
            (VisitState::Planned, "2029-03-04", None, Err((Refusal::DateOutOfRange, "plannedFor"))),
            (VisitState::Planned, "2026-03-04", Some("noon"), Err((Refusal::TimeUnreadable, "plannedAt"))),
        ];
        for (state, on, at, expected) in cases {
            assert_eq!(reschedule(state, today, day(on), at), expected, "{state} {on} {at:?}");
        }
    }

    #[test]
    fn a_visit_is_called_off_with_a_reason_until_it_is_complete() {
        use CancelVisitRefusal as Refusal;
        let cases = [
            (VisitState::Planned, "Snow", Ok(())),
            (VisitState::InProgress, "Turned away at the gate", Ok(())),
            (VisitState::Planned, " ", Err((Refusal::ReasonLength, "reason"))),
            (VisitState::Complete, "Snow", Err((Refusal::NotOpen, "visitId"))),
            (VisitState::Cancelled, "Snow", Err((Refusal::NotOpen, "visitId"))),
        ];
        for (state, reason, expected) in cases {
            assert_eq!(cancel(state, reason), expected, "{state} {reason:?}");
        }
    }
}
