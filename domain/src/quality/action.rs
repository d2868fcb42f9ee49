//! Improvement actions: agreed with the provider, reported done by it, closed by the QA team, with history (S227).

use chrono::NaiveDate;

use super::{ActionState, Rag};
use crate::refusals;

refusals! {
    /// Why an improvement action was not created.
    CreateImprovementActionRefusal {
        /// There is no such provider, or none that you may see.
        ProviderNotFound = "provider_not_found",
        /// Only the authority's QA team sets improvement actions.
        NotAllowed = "not_allowed",
        /// The provider had no such visit.
        VisitNotFound = "visit_not_found",
        /// There is no such standard in the framework of the visit.
        StandardNotFound = "standard_not_found",
        /// Name the area for improvement in 2 to 200 characters.
        AreaLength = "area_length",
        /// Say what is to be done in 2 to 2000 characters.
        ActionLength = "action_length",
        /// Say who does it in 2 to 200 characters.
        OwnerLength = "owner_length",
        /// It cannot be due before the visit that it came of or, without a visit, before today.
        DueTooEarly = "due_too_early",
        /// This id is taken. Make a new one.
        IdTaken = "id_taken",
    }
}

/// What an improvement action says.
#[derive(Debug, Clone, Copy)]
pub struct Plan<'a> {
    /// Area for improvement.
    pub area: &'a str,
    /// What is to be done.
    pub action: &'a str,
    /// Who does it.
    pub owner: &'a str,
    /// By when.
    pub due_on: NaiveDate,
}

/// Whether an improvement action may be created: `since` is the day of its visit, or today. A phone may bring it days
/// after it was agreed, so the day of the visit counts and not the day of arrival.
///
/// # Errors
/// What is wrong, and with which field.
pub fn create(plan: &Plan<'_>, since: NaiveDate) -> Result<(), (CreateImprovementActionRefusal, &'static str)> {
    use CreateImprovementActionRefusal as Refusal;
    let fits = |text: &str, most: usize| (2..=most).contains(&text.trim().chars().count());
    let wrong = [
        (!fits(plan.area, 200), Refusal::AreaLength, "area"),
        (!fits(plan.action, 2000), Refusal::ActionLength, "action"),
        (!fits(plan.owner, 200), Refusal::OwnerLength, "owner"),
        (plan.due_on < since, Refusal::DueTooEarly, "dueOn"),
    ];
    match wrong.into_iter().find(|(is_wrong, ..)| *is_wrong) {
        Some((_, code, field)) => Err((code, field)),
        None => Ok(()),
    }
}

refusals! {
    /// Why an improvement action was not updated.
    UpdateImprovementActionRefusal {
        /// There is no such improvement action, or none that you may see.
        NotFound = "not_found",
        /// The provider's people and the authority's QA team update improvement actions.
        NotAllowed = "not_allowed",
        /// Somebody changed the action since you read it. Look at it as it is now.
        Stale = "stale",
        /// Say what was done or seen: 2 to 2000 characters.
        NoteRequired = "note_required",
        /// Red, amber or green is for the QA team to say. Report what was done in the note.
        RagByQaTeam = "rag_by_qa_team",
        /// The provider's people report an open action as done. The QA team closes it or opens it again.
        StateByQaTeam = "state_by_qa_team",
        /// The action does not go from its state to that one.
        NoSuchStep = "no_such_step",
        /// The action is closed. Open it again first.
        Closed = "closed",
    }
}

/// On which side of an improvement action somebody stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// Those who must do it.
    Provider,
    /// Those who agreed it and close it.
    QaTeam,
}

/// A step in an action's life: what is left out stays as it is.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// Red, amber or green.
    pub rag: Option<Rag>,
    /// Where it then stands.
    pub state: Option<ActionState>,
    /// What was done or seen.
    pub note: &'a str,
}

/// How an action stands after a step. What is closed is green, unless the step says otherwise.
///
/// # Errors
/// What is wrong, and with which field.
pub fn update(
    rag: Rag,
    state: ActionState,
    by: Party,
    step: &Step<'_>,
) -> Result<(Rag, ActionState), (UpdateImprovementActionRefusal, &'static str)> {
    use ActionState::{Closed, Open, ReportedDone};
    use UpdateImprovementActionRefusal as Refusal;
    if !super::is_reason(step.note) {
        return Err((Refusal::NoteRequired, "note"));
    }
    if by == Party::Provider && step.rag.is_some() {
        return Err((Refusal::RagByQaTeam, "rag"));
    }
    let next = step.state.unwrap_or(state);
    match (state, next, by) {
        (Closed, Closed, _) => Err((Refusal::Closed, "state")),
        (_, Open | Closed, Party::Provider) if next != state => Err((Refusal::StateByQaTeam, "state")),
        (Closed, ReportedDone, _) => Err((Refusal::NoSuchStep, "state")),
        (_, Closed, _) => Ok((step.rag.unwrap_or(Rag::Green), next)),
        (_, Open | ReportedDone, _) => Ok((step.rag.unwrap_or(rag), next)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_says_what_who_and_by_when() {
        use CreateImprovementActionRefusal as Refusal;
        let since = NaiveDate::from_ymd_opt(2026, 3, 3).expect("a date");
        let plan = Plan { area: "Fire safety", action: "Put up plans", owner: "Head of centre", due_on: since }; // S227
        assert_eq!(create(&plan, since), Ok(()));
        let long = "x".repeat(2001);
        let cases = [
            (Plan { area: " ", ..plan }, (Refusal::AreaLength, "area")),
            (Plan { action: &long, ..plan }, (Refusal::ActionLength, "action")),
            (Plan { owner: "", ..plan }, (Refusal::OwnerLength, "owner")),
            (Plan { due_on: since.pred_opt().expect("a date"), ..plan }, (Refusal::DueTooEarly, "dueOn")),
        ];
        for (plan, refused) in cases {
            assert_eq!(create(&plan, since), Err(refused), "{plan:?}");
        }
    }

    #[test]
    fn each_side_takes_its_own_steps() {
        use ActionState::{Closed, Open, ReportedDone};
        use Party::{Provider, QaTeam};
        use Rag::{Amber, Green, Red};
        use UpdateImprovementActionRefusal as Refusal;
        let cases = [
            // from, by, rag, state, then
            (Open, Provider, None, None, Ok((Amber, Open))),
            (Open, Provider, None, Some(ReportedDone), Ok((Amber, ReportedDone))),
            (ReportedDone, Provider, None, Some(ReportedDone), Ok((Amber, ReportedDone))),
            (Open, Provider, Some(Green), None, Err((Refusal::RagByQaTeam, "rag"))),
            (Open, Provider, None, Some(Closed), Err((Refusal::StateByQaTeam, "state"))),
            (ReportedDone, Provider, None, Some(Open), Err((Refusal::StateByQaTeam, "state"))),
            (Closed, Provider, None, Some(Open), Err((Refusal::StateByQaTeam, "state"))),
            (Closed, Provider, None, Some(ReportedDone), Err((Refusal::NoSuchStep, "state"))),
            (Closed, Provider, None, None, Err((Refusal::Closed, "state"))),
            (Open, QaTeam, Some(Red), None, Ok((Red, Open))),
            (Open, QaTeam, None, Some(ReportedDone), Ok((Amber, ReportedDone))),
            (Open, QaTeam, None, Some(Closed), Ok((Green, Closed))),
            (ReportedDone, QaTeam, None, Some(Closed), Ok((Green, Closed))),
            (ReportedDone, QaTeam, Some(Amber), Some(Closed), Ok((Amber, Closed))),
            (ReportedDone, QaTeam, Some(Red), Some(Open), Ok((Red, Open))),
            (Closed, QaTeam, None, Some(Open), Ok((Amber, Open))),
            (Closed, QaTeam, None, Some(ReportedDone), Err((Refusal::NoSuchStep, "state"))),
            (Closed, QaTeam, Some(Red), None, Err((Refusal::Closed, "state"))),
        ];
        for (from, by, rag, state, expected) in cases {
            let step = Step { rag, state, note: "Seen today" };
            assert_eq!(update(Amber, from, by, &step), expected, "{from} {by:?} {step:?}");
        }
        let wordless = Step { rag: Some(Red), state: None, note: " " };
        assert_eq!(update(Amber, Open, QaTeam, &wordless), Err((Refusal::NoteRequired, "note")));
    }
}
