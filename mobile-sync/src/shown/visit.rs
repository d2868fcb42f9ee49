//! How a visit is shown.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};
use domain::checklist::{self, Missing};
use uuid::Uuid;

use super::{
    Action, Answer, AnswerFields, Document, Evidence, EvidenceState, Finding, Framework, Improving, ItemStatus, Known,
    Lack, Named, Outcome, Person, Provider, Pupil, Rating, Receipt, Safety, Sending, Site, Standard, Trouble,
    VisitDetail, VisitSummary, Visitor, Wanted,
};
use crate::environment::Environment;
use crate::item::{self, Standing, Status, Work};
use crate::phone::{AnswerView, EvidenceView, Phone, Unseen, VisitView, is_safe_to_leave};
use crate::state::State;
use crate::wire::{self, Row};

impl<E: Environment> Phone<E> {
    /// The visits on this phone as they are shown in a list, the earliest first.
    pub fn show_visits(&self) -> Vec<VisitSummary> {
        let views = self.visits();
        self.look(|state| views.iter().map(|view| summary(state, view)).collect())
    }

    /// What a visit can be begun with that nobody planned, by name.
    pub fn show_known(&self) -> Known {
        let named = |id: Uuid, name: &str| Named { id: id.to_string(), name: name.to_owned() };
        let mut known = Known { providers: Vec::new(), frameworks: Vec::new() };
        self.look(|state| {
            for kept in state.rows.values() {
                match &kept.row {
                    Row::Provider(row) => known.providers.push(named(row.id, &row.name)),
                    Row::Framework(row) => known.frameworks.push(named(row.id, &row.name)),
                    _ => {}
                }
            }
        });
        known.providers.sort_by(|one, other| one.name.cmp(&other.name));
        known
    }

    /// One visit as it is shown.
    pub fn show_visit(&self, id: Uuid) -> Option<VisitDetail> {
        let view = self.visit(id)?;
        Some(self.look(|state| detail(state, &view)))
    }
}

/// An instant as text.
pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// A number of things; no phone holds four thousand million.
pub(super) fn count(things: usize) -> u32 {
    u32::try_from(things).unwrap_or(u32::MAX)
}

fn summary(state: &State, view: &VisitView) -> VisitSummary {
    let visit = &view.visit;
    let standards = view.framework.as_ref().map_or(0, |framework| framework.standards.len());
    let lacking: BTreeSet<_> = view.lacks.iter().map(|missing| missing.standard).collect();
    VisitSummary {
        id: visit.id.to_string(),
        provider: view.place.clone(),
        site: site(state, visit).map(|site| format!("{}, {}", site.name, site.address)),
        state: visit.state.to_string(),
        purpose: visit.purpose.clone(),
        planned_for: visit.planned_for.to_string(),
        planned_at: visit.planned_at.clone(),
        answered: count(standards.saturating_sub(lacking.len())),
        standards: count(standards),
        safety: safety(state, visit.id),
    }
}

fn safety(state: &State, visit: Uuid) -> Safety {
    let waiting: Vec<_> = state.items.values().filter(|item| item.visit == visit).collect();
    let attention = waiting.iter().filter(|item| matches!(item.standing, Standing::Attention { .. })).count();
    Safety {
        is_safe: is_safe_to_leave(state, visit),
        receipt: state.receipts.get(&visit).map(|receipt| Receipt {
            manifest_sha256: receipt.manifest.to_string(),
            completed_at: instant(receipt.completed_at),
            signature: receipt.signature.clone(),
        }),
        waiting: count(waiting.len()),
        attention: count(attention),
    }
}

fn detail(state: &State, view: &VisitView) -> VisitDetail {
    let visit = &view.visit;
    let completion = state
        .items
        .values()
        .find(|item| item.visit == visit.id && matches!(item.work, Work::Complete { .. }))
        .zip(view.completion.as_ref());
    let mut detail = VisitDetail {
        summary: summary(state, view),
        provider: provider(state, visit.provider),
        site: site(state, visit),
        visitors: visit.visitors.iter().map(|visitor| self::visitor(state, visitor)).collect(),
        pupils: Vec::new(),
        documents: Vec::new(),
        actions: Vec::new(),
        findings: Vec::new(),
        framework: view.framework.as_ref().map(framework),
        answers: view.answers.iter().map(answer).collect(),
        evidence: view.evidence.iter().map(evidence).collect(),
        beginning: view.beginning.as_ref().map(unseen),
        improving: view.improving.iter().map(improving).collect(),
        proposed: completion.and_then(|(item, _)| item.proposed()).map(|id| id.to_string()),
        completion: completion.map(|(item, status)| sending(item.id, item.is_addendum, status)),
        lacks: view.lacks.iter().map(lack).collect(),
    };
    for kept in state.rows.values() {
        add_row(&mut detail, visit, &kept.row);
    }
    // Without an end, last.
    detail.documents.sort_by_key(|document| (document.expires_on.is_none(), document.expires_on.clone()));
    detail.actions.sort_by(|one, other| one.due_on.cmp(&other.due_on));
    detail
}

/// Adds a row where it is about the visit or its provider.
fn add_row(detail: &mut VisitDetail, visit: &wire::Visit, row: &Row) {
    match row {
        Row::Pupil(pupil) if pupil.visit == visit.id => detail.pupils.push(Pupil {
            id: pupil.id.to_string(),
            initials: pupil.initials.clone(),
            year: pupil.year.clone(),
            days: pupil.days.clone(),
        }),
        Row::Document(document) if document.provider == visit.provider => detail.documents.push(Document {
            id: document.id.to_string(),
            title: document.title.clone(),
            state: document.state.to_string(),
            expires_on: document.expires_on.map(|on| on.to_string()),
        }),
        Row::Action(action) if action.provider == visit.provider => detail.actions.push(Action {
            id: action.id.to_string(),
            action: action.action.clone(),
            owner: action.owner.clone(),
            due_on: action.due_on.to_string(),
            rag: action.rag.to_string(),
            state: action.state.to_string(),
        }),
        Row::Finding(finding) if finding.provider == visit.provider => detail.findings.push(Finding {
            id: finding.id.to_string(),
            standard: finding.standard.to_string(),
            rating: finding.rating.map(|rating| rating.to_string()),
            seen: finding.seen.clone(),
            action: finding.action.clone(),
        }),
        _ => {}
    }
}

fn provider(state: &State, id: Uuid) -> Option<Provider> {
    match &state.rows.get(&id)?.row {
        Row::Provider(wire::Provider { id, name, contact, telephone, people }) => Some(Provider {
            id: id.to_string(),
            name: name.clone(),
            contact: contact.clone(),
            telephone: telephone.clone(),
            people: people.iter().map(person).collect(),
        }),
        _ => None,
    }
}

fn person(person: &wire::Person) -> Person {
    Person { name: person.name.clone(), role: person.role.to_string(), telephone: person.telephone.clone() }
}

fn site(state: &State, visit: &wire::Visit) -> Option<Site> {
    match &state.rows.get(&visit.site?)?.row {
        Row::Site(wire::Site { id, name, address, .. }) => {
            Some(Site { id: id.to_string(), name: name.clone(), address: address.clone() })
        }
        _ => None,
    }
}

fn visitor(state: &State, visitor: &wire::Visitor) -> Visitor {
    Visitor {
        account: visitor.account.to_string(),
        name: visitor.name.clone(),
        leads: visitor.leads,
        is_self: state.account() == Some(visitor.account),
    }
}

fn framework(framework: &wire::Framework) -> Framework {
    let rating = |rating: &wire::Rating| Rating {
        id: rating.id.to_string(),
        code: rating.code.clone(),
        label: rating.label.clone(),
        falls_short: rating.falls_short,
    };
    let standard = |standard: &wire::Standard| Standard {
        id: standard.id.to_string(),
        code: standard.code.clone(),
        section: standard.section.clone(),
        title: standard.title.clone(),
        guidance: standard.guidance.clone(),
        answer: standard.answer.to_string(),
        competent_person: standard.competent_person,
        evidence: standard.evidence.iter().map(wanted).collect(),
    };
    let outcome = |outcome: &wire::Outcome| Outcome {
        id: outcome.id.to_string(),
        label: outcome.label.clone(),
        needs_actions: outcome.needs_actions,
    };
    Framework {
        id: framework.id.to_string(),
        name: framework.name.clone(),
        ratings: framework.ratings.iter().map(rating).collect(),
        standards: framework.standards.iter().map(standard).collect(),
        outcomes: framework.outcomes.iter().map(outcome).collect(),
    }
}

fn wanted(wanted: &domain::reference::EvidenceWanted) -> Wanted {
    Wanted { kind: wanted.kind.to_string(), need: wanted.need.to_string(), what: wanted.what.clone() }
}

impl From<&wire::Answer> for AnswerFields {
    fn from(answer: &wire::Answer) -> Self {
        Self {
            rating: answer.rating.map(|rating| rating.to_string()),
            seen: answer.seen.clone(),
            action: answer.action.clone(),
            answered_on: answer.answered_on.map(|on| on.to_string()),
            next_on: answer.next_on.map(|on| on.to_string()),
            missing_reason: answer.missing_reason.clone(),
        }
    }
}

fn answer(view: &AnswerView) -> Answer {
    Answer {
        standard: view.standard.to_string(),
        by: view.by.clone(),
        answer: (&view.answer).into(),
        unsent: view.unsent.as_ref().map(unseen),
    }
}

fn evidence(view: &EvidenceView) -> Evidence {
    Evidence {
        id: view.id.to_string(),
        standard: view.standard.map(|standard| standard.to_string()),
        kind: view.kind.to_string(),
        caption: view.caption.clone(),
        captured_at: view.captured.map(|(at, _)| instant(at)),
        media_type: view.captured.map(|(_, media_type)| media_type.to_string()),
        is_own: view.is_own,
        has_bytes: view.has_bytes,
        state: evidence_state(view),
    }
}

fn evidence_state(view: &EvidenceView) -> EvidenceState {
    use crate::phone::EvidenceState as State;
    match &view.state {
        State::Held { status, sent, of } => {
            let (item, is_addendum) = view.item.unwrap_or((view.id, false));
            EvidenceState::Held { sending: sending(item, is_addendum, status), sent: *sent, of: *of }
        }
        State::Checking => EvidenceState::Checking,
        State::Safe => EvidenceState::Safe,
        State::Withdrawn { reason } => EvidenceState::Withdrawn { reason: reason.clone() },
        State::Elsewhere => EvidenceState::Elsewhere,
        State::Refused { why } => {
            EvidenceState::Refused { why: why.as_ref().map(trouble), item: view.item.map(|(item, _)| item.to_string()) }
        }
    }
}

fn improving((standard, unsent): &(Uuid, Unseen)) -> Improving {
    Improving { standard: standard.to_string(), sending: unseen(unsent) }
}

fn unseen(unseen: &Unseen) -> Sending {
    sending(unseen.item, unseen.is_addendum, &unseen.status)
}

fn sending(item: Uuid, is_addendum: bool, status: &Status) -> Sending {
    let status = match status {
        Status::Ready => ItemStatus::Ready,
        Status::Waiting { on } => ItemStatus::Waiting { on: on.to_string() },
        Status::Sending => ItemStatus::Sending,
        Status::RetryAt { at, why } => ItemStatus::Retry { at: instant(*at), why: trouble(why) },
        Status::Checking => ItemStatus::Checking,
        Status::Attention { why } => ItemStatus::Attention { why: trouble(why) },
    };
    Sending { item: item.to_string(), is_addendum, status }
}

fn trouble(why: &item::Trouble) -> Trouble {
    let current = match why {
        item::Trouble::Conflict { current } => Some((&current.answer).into()),
        _ => None,
    };
    Trouble {
        code: why.code().to_owned(),
        reason: why.reason(),
        words: why.words(),
        missing: why.missing().to_vec(),
        current,
    }
}

fn lack(missing: &Missing) -> Lack {
    use checklist::Lack as Kind;
    let kind = match missing.lack {
        Kind::Rating => "rating",
        Kind::Words => "words",
        Kind::Date => "date",
        Kind::NextDate => "next_date",
        Kind::Evidence { .. } => "evidence",
    };
    Lack {
        standard: missing.standard.to_string(),
        code: missing.code.clone(),
        lack: kind.to_owned(),
        words: missing.to_string(),
    }
}
