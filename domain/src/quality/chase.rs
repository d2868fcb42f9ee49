//! Chases: what the QA team goes after. A document that is missing, refused or about to expire (S210, S257, S261), a visit
//! that is due or a report in scrutiny (S35, S47), an improvement action past its date (S227).
//!
//! A chase is the commissioner's own note of who asks whom for what, and by when. The provider does not read it; what it
//! sees is what is due (N11).

use chrono::NaiveDate;

use super::{ActionState, ReportState, VisitState};
use crate::{codes, refusals};

codes! {
    /// State of a chase.
    ChaseState {
        /// Somebody is after it.
        Open = "open",
        /// It came, or is not wanted any more: the closing note says which.
        Done = "done",
    }
}

refusals! {
    /// Why a chase was not created.
    CreateChaseRefusal {
        /// There is no such provider, or none that you may see.
        ProviderNotFound = "provider_not_found",
        /// Only the authority's QA team chases.
        NotAllowed = "not_allowed",
        /// There is no such type of document.
        DocumentTypeNotFound = "document_type_not_found",
        /// The provider had no such visit.
        VisitNotFound = "visit_not_found",
        /// The provider has no such improvement action.
        ImprovementActionNotFound = "improvement_action_not_found",
        /// Chase one thing at a time: a type of document, a visit or an improvement action.
        SeveralSubjects = "several_subjects",
        /// The visit was called off, or its report is published: there is nothing to chase.
        VisitOver = "visit_over",
        /// The improvement action is closed: there is nothing to chase.
        ImprovementActionClosed = "improvement_action_closed",
        /// Somebody is after this already. Assign that chase to somebody else, or close it first.
        AlreadyChased = "already_chased",
        /// Say what is to be asked for in 2 to 2000 characters.
        NoteLength = "note_length",
        /// Assign it to somebody who is of the authority's QA team today.
        NotOnTeam = "not_on_team",
        /// It cannot be due before today.
        DueTooEarly = "due_too_early",
    }
}

/// What is chased, beside the provider itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A type of document.
    Document,
    /// A visit, or its report.
    Visit(VisitState, ReportState),
    /// An improvement action.
    Action(ActionState),
}

/// A chase to create.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// What is chased; nothing in particular where there is none.
    pub subjects: &'a [Subject],
    /// Whether the same is chased already.
    pub is_chased: bool,
    /// What is to be asked for.
    pub note: &'a str,
    /// Whether whoever it is assigned to is of the QA team today.
    pub on_team: bool,
    /// By when.
    pub due_on: NaiveDate,
    /// Today.
    pub today: NaiveDate,
}

/// Whether a chase may be created.
///
/// # Errors
/// What is wrong, and with which field.
pub fn create(plan: &Plan<'_>) -> Result<(), (CreateChaseRefusal, &'static str)> {
    use CreateChaseRefusal as Refusal;
    let field = match plan.subjects {
        [] => "providerId",
        [subject] => open(*subject)?,
        [..] => return Err((Refusal::SeveralSubjects, "providerId")),
    };
    let wrong = [
        (plan.is_chased, Refusal::AlreadyChased, field),
        (!super::is_reason(plan.note), Refusal::NoteLength, "note"),
        (!plan.on_team, Refusal::NotOnTeam, "accountId"),
        (plan.due_on < plan.today, Refusal::DueTooEarly, "dueOn"),
    ];
    match wrong.into_iter().find(|(is_wrong, ..)| *is_wrong) {
        Some((_, code, field)) => Err((code, field)),
        None => Ok(()),
    }
}

/// Whether there is still something to chase; the field that names it.
fn open(subject: Subject) -> Result<&'static str, (CreateChaseRefusal, &'static str)> {
    use CreateChaseRefusal as Refusal;
    match subject {
        Subject::Document => Ok("documentTypeId"),
        Subject::Visit(VisitState::Cancelled, _) | Subject::Visit(_, ReportState::Published) => {
            Err((Refusal::VisitOver, "visitId"))
        }
        Subject::Visit(..) => Ok("visitId"),
        Subject::Action(ActionState::Closed) => Err((Refusal::ImprovementActionClosed, "improvementActionId")),
        Subject::Action(_) => Ok("improvementActionId"),
    }
}

refusals! {
    /// Why a chase was not assigned.
    AssignChaseRefusal {
        /// There is no such chase, or none that you may see.
        NotFound = "not_found",
        /// Somebody changed the chase since you read it. Look at it as it is now.
        Stale = "stale",
        /// The chase is done. Start a new one.
        Done = "done",
        /// Assign it to somebody who is of the authority's QA team today.
        NotOnTeam = "not_on_team",
        /// It cannot be due before today.
        DueTooEarly = "due_too_early",
    }
}

/// Whether a chase may be assigned, and given a new date where there is one. A chase that is late already keeps its date
/// where none is given.
///
/// # Errors
/// What is wrong, and with which field.
pub fn assign(
    state: ChaseState,
    on_team: bool,
    due_on: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<(), (AssignChaseRefusal, &'static str)> {
    use AssignChaseRefusal as Refusal;
    if state == ChaseState::Done {
        return Err((Refusal::Done, "chaseId"));
    }
    if !on_team {
        return Err((Refusal::NotOnTeam, "accountId"));
    }
    if due_on.is_some_and(|due_on| due_on < today) {
        return Err((Refusal::DueTooEarly, "dueOn"));
    }
    Ok(())
}

refusals! {
    /// Why a chase was not closed.
    CloseChaseRefusal {
        /// There is no such chase, or none that you may see.
        NotFound = "not_found",
        /// Somebody changed the chase since you read it. Look at it as it is now.
        Stale = "stale",
        /// The chase is done already.
        Done = "done",
        /// Say what came of it in 2 to 2000 characters.
        NoteLength = "note_length",
    }
}

/// Whether a chase may be closed with this note.
///
/// # Errors
/// What is wrong, and with which field.
pub fn close(state: ChaseState, note: &str) -> Result<(), (CloseChaseRefusal, &'static str)> {
    use CloseChaseRefusal as Refusal;
    if state == ChaseState::Done {
        return Err((Refusal::Done, "chaseId"));
    }
    if !super::is_reason(note) {
        return Err((Refusal::NoteLength, "note"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).expect("a date")
    }

    #[test]
    fn what_is_late_is_chased_one_thing_at_a_time_and_once() {
        use ActionState::{Closed, Open, ReportedDone};
        use CreateChaseRefusal as Refusal;
        use ReportState::{Draft, Published, WithProvider};
        use Subject::{Action, Document, Visit};
        use VisitState::{Cancelled, Complete, Planned};
        let cases: &[(&[Subject], bool, Result<(), (Refusal, &str)>)] = &[
            (&[], false, Ok(())),                              // N11: the provider itself
            (&[Document], false, Ok(())),                      // S210, S257, S261
            (&[Visit(Planned, Draft)], false, Ok(())),         // S35
            (&[Visit(Complete, WithProvider)], false, Ok(())), // S47
            (&[Visit(Cancelled, Draft)], false, Err((Refusal::VisitOver, "visitId"))), // S35
            (&[Visit(Complete, Published)], false, Err((Refusal::VisitOver, "visitId"))),
            (&[Action(Open)], false, Ok(())), // S227
            (&[Action(ReportedDone)], false, Ok(())),
            (&[Action(Closed)], false, Err((Refusal::ImprovementActionClosed, "improvementActionId"))),
            (&[Document, Action(Open)], false, Err((Refusal::SeveralSubjects, "providerId"))),
            (&[Document], true, Err((Refusal::AlreadyChased, "documentTypeId"))),
            (&[Visit(Planned, Draft)], true, Err((Refusal::AlreadyChased, "visitId"))),
            (&[Action(Open)], true, Err((Refusal::AlreadyChased, "improvementActionId"))),
        ];
        for (subjects, is_chased, expected) in cases {
            let (note, today) = ("Ring about the certificate", day(3));
            let plan = Plan { subjects, is_chased: *is_chased, note, on_team: true, due_on: today, today };
            assert_eq!(create(&plan), *expected, "{subjects:?}");
        }
    }

    #[test]
    fn a_chase_says_what_who_and_by_when() {
        use CreateChaseRefusal as Refusal;
        let good = Plan {
            subjects: &[Subject::Document],
            is_chased: false,
            note: "Ring about the certificate",
            on_team: true,
            due_on: day(3),
            today: day(3),
        }; // S261
        let long = "x".repeat(2001);
        let cases = [
            (good, Ok(())),
            (Plan { note: " ", ..good }, Err((Refusal::NoteLength, "note"))),
            (Plan { note: &long, ..good }, Err((Refusal::NoteLength, "note"))),
            (Plan { on_team: false, ..good }, Err((Refusal::NotOnTeam, "accountId"))),
            (Plan { due_on: day(2), ..good }, Err((Refusal::DueTooEarly, "dueOn"))),
        ];
        for (plan, expected) in cases {
            assert_eq!(create(&plan), expected, "{plan:?}");
        }
    }

    #[test]
    fn an_open_chase_changes_hands_and_a_late_one_keeps_its_date() {
        use AssignChaseRefusal as Refusal;
        use ChaseState::{Done, Open};
        let cases = [
            (Open, true, None, Ok(())), // N11: late, and somebody else asks
            (Open, true, Some(day(3)), Ok(())),
            (Open, true, Some(day(2)), Err((Refusal::DueTooEarly, "dueOn"))),
            (Open, false, None, Err((Refusal::NotOnTeam, "accountId"))),
            (Done, true, None, Err((Refusal::Done, "chaseId"))),
        ];
        for (state, on_team, due_on, expected) in cases {
            assert_eq!(assign(state, on_team, due_on, day(3)), expected, "{state} {on_team} {due_on:?}");
        }
    }

    #[test]
    fn a_chase_is_closed_once_with_what_came_of_it() {
        use ChaseState::{Done, Open};
        use CloseChaseRefusal as Refusal;
        assert_eq!(close(Open, "The certificate came"), Ok(())); // S261
        assert_eq!(close(Open, " "), Err((Refusal::NoteLength, "note")));
        assert_eq!(close(Done, "The certificate came"), Err((Refusal::Done, "chaseId")));
    }
}
