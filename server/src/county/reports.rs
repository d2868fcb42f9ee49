//! What follows a visit: findings, amendments, the outcome, improvement actions and the provider's standing (S226, S227).

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::quality::{ActionState, AmendmentState, ApprovalState, Rag};
use domain::reference::Outcome;
use entity::ids::{ActionId, FindingId, OutcomeId, ProviderId, StandardId, VisitId};
use entity::{Coded, action_update, amendment, approval, finding, improvement_action};

use super::draft::{Draft, Stamp};
use super::visits::{Answer, Stage, Visit};
use super::words::{AMENDMENTS, SUMMARIES, Shortfall};

/// Days that a provider has to read a draft report.
const SCRUTINY: u64 = 10;

/// The standings of a provider that published reports have made, oldest first.
#[derive(Debug, Default)]
pub struct History(Vec<(NaiveDate, ApprovalState, VisitId, NaiveDate)>);

impl History {
    /// Writes the approvals, each until the next, and when the next visit is due.
    pub fn close(&self, draft: &mut Draft, provider_id: ProviderId, number: usize) {
        for (index, (starts_on, state, visit, _)) in self.0.iter().enumerate() {
            let at = draft.morning(*starts_on);
            let Stamp { created_at, updated_at, version } = draft.stamp(at);
            let row = approval::Model {
                id: draft.id(at),
                authority_id: draft.authority,
                provider_id,
                state: Coded(*state),
                visit_id: Some(*visit),
                reason: reason(*state).to_owned(),
                starts_on: *starts_on,
                ends_on: self.0.get(index + 1).map(|(next, ..)| *next),
                created_at,
                updated_at,
                version,
            };
            draft.rows.approvals.push(row);
        }
        let due = self.0.last().map(|(_, state, _, visited)| *visited + Days::new(months_until_next(*state) * 30));
        if let Some(row) = draft.rows.providers.get_mut(number) {
            row.next_visit_due_on = due;
        }
    }
}

fn months_until_next(state: ApprovalState) -> u64 {
    if state == ApprovalState::Approved { 12 } else { 6 }
}

fn reason(state: ApprovalState) -> &'static str {
    match state {
        ApprovalState::Approved => "Every standard was met, or nearly so.",
        ApprovalState::Conditional => "On the list while the agreed improvements are made in time.",
        ApprovalState::NotApproved => {
            "Too many standards were not met. The provider knows what to do before applying again."
        }
        ApprovalState::Closed => "The provider does not want to go on.",
    }
}

/// Adds what the report at this stage has; the visit is the one drafted last.
pub fn draft(draft: &mut Draft, visit: &Visit<'_>, answers: &[Answer], history: &mut History) {
    let weak: Vec<&Answer> = answers.iter().filter(|answer| answer.shortfall.is_some()).collect();
    let findings = add_findings(draft, visit, answers);
    add_amendments(draft, visit, &findings);
    let share = weak.len() * 100 / answers.len().max(1);
    let outcome = outcome(visit, share);
    let published = (visit.done + chrono::TimeDelta::days(28)).min(draft.now);
    let summary = if share > 10 { SUMMARIES[2] } else { SUMMARIES[[0, 1, 3][draft.below(3)]] };
    let (today, decided) = (draft.today, visit.stage >= Stage::Agreed);
    if let Some(row) = draft.rows.visits.last_mut() {
        row.summary = Some(summary.to_owned());
        let ends = visit.on + Days::new(7 + SCRUTINY);
        row.scrutiny_ends_on = match visit.stage {
            Stage::WithProvider => Some(ends.max(today + Days::new(3))),
            stage if stage > Stage::WithProvider => Some(ends),
            _ => None,
        };
        row.proposed_outcome_id = outcome.map(|outcome| OutcomeId(outcome.id));
        row.outcome_id = row.proposed_outcome_id.filter(|_| decided);
        row.published_at = (visit.stage == Stage::Published).then_some(published);
        row.updated_at = if visit.stage == Stage::Published { published } else { row.updated_at };
    }
    if decided {
        for answer in weak.iter().take(4) {
            if let Some(shortfall) = answer.shortfall {
                add_action(draft, visit, StandardId(answer.standard.id), shortfall, published);
            }
        }
    }
    if let Some(outcome) = outcome.filter(|_| visit.stage == Stage::Published) {
        history.0.push((published.date_naive(), outcome.effect, visit.id, visit.on));
    }
}

/// Few shortfalls: met. Some: on conditions. Many: not approved.
fn outcome(visit: &Visit<'_>, share: usize) -> Option<&'static Outcome> {
    let effect = match share {
        0..=5 => ApprovalState::Approved,
        6..=24 => ApprovalState::Conditional,
        25..=40 => ApprovalState::NotApproved,
        _ => ApprovalState::Closed,
    };
    visit.framework.outcomes.iter().find(|outcome| outcome.effect == effect)
}

fn add_findings(draft: &mut Draft, visit: &Visit<'_>, answers: &[Answer]) -> Vec<FindingId> {
    let mut ids = Vec::new();
    for (index, answer) in answers.iter().enumerate() {
        let Stamp { created_at, updated_at, version } = draft.stamp(visit.done);
        let row = finding::Model {
            id: draft.id(visit.done),
            authority_id: draft.authority,
            visit_id: visit.id,
            provider_id: visit.provider.id,
            standard_id: StandardId(answer.standard.id),
            rating_id: answer.rating,
            seen: answer.seen.to_owned(),
            action: answer.shortfall.map_or("", |shortfall| shortfall.action).to_owned(),
            // While two visitors still differ, the finding waits for a person.
            settled: visit.stage > Stage::Draft || visit.second.is_none() || index % 6 != 0,
            created_at,
            updated_at,
            version,
        };
        ids.push(row.id);
        draft.rows.findings.push(row);
    }
    ids
}

fn add_amendments(draft: &mut Draft, visit: &Visit<'_>, findings: &[FindingId]) {
    let count = match visit.stage {
        Stage::AmendmentsSuggested | Stage::Agreed => 2,
        Stage::Published => usize::from(draft.chance(35)),
        _ => 0,
    };
    let suggested = (visit.done + chrono::TimeDelta::days(9)).min(draft.now);
    for index in 0..count {
        let (suggestion, answer) = draft.pick(&AMENDMENTS);
        let state = match (visit.stage, index % 2) {
            (Stage::AmendmentsSuggested, _) => AmendmentState::Suggested,
            _ if suggestion.starts_with("Please leave out") => AmendmentState::Declined,
            _ => AmendmentState::Accepted,
        };
        let decided = state != AmendmentState::Suggested;
        let at = (suggested + chrono::TimeDelta::days(3)).min(draft.now);
        let finding = draft.pick(findings);
        let row = amendment::Model {
            id: draft.id(suggested),
            authority_id: draft.authority,
            visit_id: visit.id,
            provider_id: visit.provider.id,
            finding_id: (index == 0).then_some(finding),
            suggestion: suggestion.to_owned(),
            state: Coded(state),
            suggested_by_id: visit.by_provider,
            decided_by_id: decided.then_some(visit.lead),
            decided_at: decided.then_some(at),
            reason: decided.then(|| answer.to_owned()),
            created_at: suggested,
            updated_at: if decided { at } else { suggested },
            version: if decided { 2 } else { 1 },
        };
        draft.rows.amendments.push(row);
    }
}

/// An action and its steps: most are done in time, some are late.
fn add_action(draft: &mut Draft, visit: &Visit<'_>, standard: StandardId, shortfall: Shortfall, at: DateTime<Utc>) {
    let due_on = at.date_naive() + Days::new(draft.pick(&[28, 42, 60, 84]));
    let (state, rag) = match (due_on < draft.today, draft.below(10)) {
        (true, 0) => (ActionState::Open, Rag::Red),
        (true, 1) | (false, 0 | 1) => (ActionState::ReportedDone, Rag::Amber),
        (true, _) => (ActionState::Closed, Rag::Green),
        (false, 2..=4) => (ActionState::Open, Rag::Amber),
        (false, _) => (ActionState::Open, Rag::Red),
    };
    let steps: Vec<(ActionState, Rag, u64)> = [
        (ActionState::Open, Rag::Red, 0),
        (ActionState::Open, Rag::Amber, 14),
        (ActionState::ReportedDone, Rag::Amber, 21),
        (ActionState::Closed, Rag::Green, 27),
    ]
    .into_iter()
    .filter(|(step, colour, _)| *step < state || (*step == state && *colour <= rag))
    .collect();
    let step_at = |days: u64, now: DateTime<Utc>| (at + chrono::TimeDelta::days(days as i64)).min(now);
    let last = steps.last().map_or(at, |(.., days)| step_at(*days, draft.now));
    let id: ActionId = draft.id(at);
    draft.rows.actions.push(improvement_action::Model {
        id,
        authority_id: draft.authority,
        provider_id: visit.provider.id,
        visit_id: Some(visit.id),
        standard_id: Some(standard),
        area: shortfall.area.to_owned(),
        action: shortfall.action.to_owned(),
        owner: "The manager".to_owned(),
        due_on,
        rag: Coded(rag),
        state: Coded(state),
        closed_at: (state == ActionState::Closed).then_some(last),
        created_at: at,
        updated_at: last,
        version: steps.len().max(1) as i32,
    });
    for (state, rag, days) in steps {
        let at = step_at(days, draft.now);
        let note = match (state, rag) {
            (ActionState::Open, Rag::Red) => "Agreed with the report.",
            (ActionState::Open, _) => "Under way.",
            (ActionState::ReportedDone, _) => "The provider says it is done; evidence to be looked at.",
            (ActionState::Closed, _) => "Seen and agreed.",
        };
        let Stamp { created_at, updated_at, version } = draft.stamp(at);
        let row = action_update::Model {
            id: draft.id(at),
            authority_id: draft.authority,
            improvement_action_id: id,
            provider_id: visit.provider.id,
            account_id: if state == ActionState::ReportedDone { visit.by_provider } else { visit.officer },
            rag: Coded(rag),
            state: Coded(state),
            note: note.to_owned(),
            created_at,
            updated_at,
            version,
        };
        draft.rows.action_updates.push(row);
    }
}
