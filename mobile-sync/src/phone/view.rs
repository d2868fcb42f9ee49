//! What an app shows: a visit as it is on this phone, each thing with its own truthful state.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use domain::checklist::{self, Asked, Given, Missing};
use domain::file::{FileState, MediaType};
use domain::quality::EvidenceKind;
use uuid::Uuid;

use super::Phone;
use crate::environment::Environment;
use crate::item::{Item, Status, Trouble, Work};
use crate::state::{Capture, State};
use crate::wire::{Answer, Framework, Judgement, Row, Visit};

/// A visit.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitView {
    pub visit: Visit,
    /// Of the provider.
    pub place: String,
    pub framework: Option<Framework>,
    pub answers: Vec<AnswerView>,
    pub evidence: Vec<EvidenceView>,
    /// How its planning stands, where it was begun here.
    pub beginning: Option<Unseen>,
    /// Improvement actions on their way, by standard.
    pub improving: Vec<(Uuid, Unseen)>,
    /// How the completion stands, where one was asked for and is not there.
    pub completion: Option<Status>,
    /// What the checklist still lacks, as far as this phone knows: it does not count the provider's documents.
    pub lacks: Vec<Missing>,
    /// Whether the server has said that it holds all of it.
    pub is_safe_to_leave: bool,
}

/// An answer to a standard; those of several visitors stand side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerView {
    pub standard: Uuid,
    /// Another visitor's name; none for this phone's owner.
    pub by: Option<String>,
    pub answer: Answer,
    /// How it stands on its way; none where the server holds it.
    pub unsent: Option<Unseen>,
}

/// Something that is not with the server yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Unseen {
    /// Its item.
    pub item: Uuid,
    pub status: Status,
    /// Whether it goes as an addendum.
    pub is_addendum: bool,
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct EvidenceView {
    pub id: Uuid,
    pub standard: Option<Uuid>,
    pub kind: EvidenceKind,
    pub caption: Option<String>,
    /// By this phone's clock, and what it is; none for another visitor's.
    pub captured: Option<(DateTime<Utc>, MediaType)>,
    /// Whether it was captured on this phone.
    pub is_own: bool,
    /// Whether its bytes are still here.
    pub has_bytes: bool,
    /// The item that carries it, and whether as an addendum; none where the server has all of it.
    pub item: Option<(Uuid, bool)>,
    pub state: EvidenceState,
}

/// Whether a piece of evidence is safe, and if not, what is the matter.
#[derive(Debug, Clone, PartialEq)]
pub enum EvidenceState {
    /// On this phone, and not with the server; so many bytes have arrived there.
    Held { status: Status, sent: u64, of: u64 },
    /// The server has all of it and looks into it.
    Checking,
    /// The server holds it, verified.
    Safe,
    /// Taken back; for a signature, because something was changed after it.
    Withdrawn { reason: Option<String> },
    /// Another visitor's, of which the server lacks the bytes.
    Elsewhere,
    /// Refused by the server.
    Refused { why: Option<Trouble> },
}

impl<E: Environment> Phone<E> {
    /// The visits on this phone, the earliest first.
    pub fn visits(&self) -> Vec<VisitView> {
        let state = self.state.borrow();
        let visits = state.rows.values().filter_map(|kept| match &kept.row {
            Row::Visit(visit) => Some(visit),
            _ => None,
        });
        let mut visits: Vec<_> = visits.map(|visit| self.view(&state, visit)).collect();
        visits.sort_by_key(|view| (view.visit.planned_for, view.visit.id));
        visits
    }

    /// One visit.
    pub fn visit(&self, id: Uuid) -> Option<VisitView> {
        let state = self.state.borrow();
        state.visit(id).map(|visit| self.view(&state, visit))
    }

    fn view(&self, state: &State, visit: &Visit) -> VisitView {
        let framework = match state.rows.get(&visit.framework).map(|kept| &kept.row) {
            Some(Row::Framework(framework)) => Some(framework.clone()),
            _ => None,
        };
        let place = match state.rows.get(&visit.provider).map(|kept| &kept.row) {
            Some(Row::Provider(provider)) => provider.name.clone(),
            _ => String::new(),
        };
        let status = |item: &Item| item.status(&state.items, self.is_sending(item.id));
        let completion =
            state.items.values().find(|item| item.visit == visit.id && matches!(item.work, Work::Complete { .. }));
        let begun = state.items.values().find(|item| item.visit == visit.id && matches!(item.work, Work::Plan(_)));
        let unseen = |item: &Item| Unseen { item: item.id, status: status(item), is_addendum: false };
        let improving = state.items.values().filter_map(|item| match &item.work {
            Work::Improve(improving) if item.visit == visit.id => Some((improving.standard, unseen(item))),
            _ => None,
        });
        let answers = answers(state, visit.id, &status);
        let evidence = evidence(state, visit.id, &status);
        VisitView {
            beginning: begun.map(unseen),
            improving: improving.collect(),
            completion: completion.map(status),
            lacks: framework.as_ref().map(|framework| lacks(framework, &answers, &evidence)).unwrap_or_default(),
            is_safe_to_leave: is_safe_to_leave(state, visit.id),
            visit: visit.clone(),
            place,
            framework,
            answers,
            evidence,
        }
    }
}

/// Whether the site may be left: the server has given its receipt, nothing of the visit is left to be sent from here, and each
/// of this phone's captures is with the server, verified.
pub fn is_safe_to_leave(state: &State, visit: Uuid) -> bool {
    let is_sent = !state.items.values().any(|item| item.visit == visit);
    let of_visit = |capture: &&Capture| capture.announced.visit == visit && capture.withdrawn.is_none();
    let is_held = |capture: &Capture| {
        let row = state.evidence(capture.announced.id);
        row.is_some_and(|row| row.state == FileState::Accepted && row.bytes == capture.announced.bytes)
    };
    state.receipt(visit).is_some() && is_sent && state.captures.values().filter(of_visit).all(is_held)
}

fn answers(state: &State, visit: Uuid, status: &dyn Fn(&Item) -> Status) -> Vec<AnswerView> {
    let mut waiting: Vec<_> = state.items.values().filter(|item| item.visit == visit).collect();
    waiting.sort_by_key(|item| std::cmp::Reverse(item.order));
    let mut shown = BTreeSet::new();
    let mut answers = Vec::new();
    for item in waiting {
        // Of an answer and its edit, the edit.
        if let Work::Answer(judging) = &item.work
            && shown.insert(judging.standard)
        {
            let unsent = Some(Unseen { item: item.id, status: status(item), is_addendum: item.is_addendum });
            let answer = judging.answer.clone();
            answers.push(AnswerView { standard: judging.standard, by: None, answer, unsent });
        }
    }
    let held = state.rows.values().filter_map(|kept| match &kept.row {
        Row::Judgement(row) if row.visit == visit => Some(row),
        _ => None,
    });
    for Judgement { standard, account, account_name, answer, .. } in held {
        let is_own = state.account() == Some(*account);
        if !is_own || !shown.contains(standard) {
            let by = (!is_own).then(|| account_name.clone());
            answers.push(AnswerView { standard: *standard, by, answer: answer.clone(), unsent: None });
        }
    }
    answers
}

fn evidence(state: &State, visit: Uuid, status: &dyn Fn(&Item) -> Status) -> Vec<EvidenceView> {
    let own = state.captures.values().filter(|capture| capture.announced.visit == visit).map(|capture| {
        let announced = &capture.announced;
        EvidenceView {
            id: announced.id,
            standard: announced.standard,
            kind: announced.kind,
            caption: announced.caption.clone(),
            captured: Some((announced.captured_at, announced.media_type)),
            is_own: true,
            has_bytes: capture.has_bytes,
            item: carrier(state, announced.id).map(|item| (item.id, item.is_addendum)),
            state: own_state(state, capture, status),
        }
    });
    let others = state.evidence_of(visit).filter(|row| !state.captures.contains_key(&row.id)).map(|row| EvidenceView {
        id: row.id,
        standard: row.standard,
        kind: row.kind,
        caption: row.caption.clone(),
        captured: None,
        is_own: false,
        has_bytes: false,
        item: None,
        state: if row.is_withdrawn { EvidenceState::Withdrawn { reason: None } } else { held_state(row.state) },
    });
    own.chain(others).collect()
}

/// What carries a capture: its record, then its bytes.
fn carrier(state: &State, evidence: Uuid) -> Option<&Item> {
    let is_its = |item: &&Item| matches!(&item.work, Work::Bytes { evidence: id, .. } if *id == evidence);
    state.items.get(&evidence).or_else(|| state.items.values().find(is_its))
}

fn own_state(state: &State, capture: &Capture, status: &dyn Fn(&Item) -> Status) -> EvidenceState {
    let id = capture.announced.id;
    let of = capture.announced.bytes.size;
    if let Some(reason) = &capture.withdrawn {
        return EvidenceState::Withdrawn { reason: Some(reason.clone()) };
    }
    let bytes = state.items.values().find_map(|item| match &item.work {
        Work::Bytes { evidence, upload, .. } if *evidence == id => Some((item, upload)),
        _ => None,
    });
    if let Some(record) = state.items.get(&id) {
        return EvidenceState::Held { status: status(record), sent: 0, of };
    }
    match bytes {
        Some((item, upload)) => match status(item) {
            Status::Checking => EvidenceState::Checking,
            Status::Attention { why } => EvidenceState::Refused { why: Some(why) },
            status => {
                let sent = upload.as_ref().and_then(|upload| upload.offset).unwrap_or(0);
                EvidenceState::Held { status, sent, of }
            }
        },
        None => state.evidence(id).map_or(EvidenceState::Checking, |row| held_state(row.state)),
    }
}

fn held_state(file: FileState) -> EvidenceState {
    match file {
        FileState::Accepted => EvidenceState::Safe,
        FileState::Quarantined => EvidenceState::Checking,
        FileState::Expected | FileState::Receiving => EvidenceState::Elsewhere,
        FileState::Refused | FileState::Purged => EvidenceState::Refused { why: None },
    }
}

/// What the checklist lacks: the server decides by the same rule.
fn lacks(framework: &Framework, answers: &[AnswerView], evidence: &[EvidenceView]) -> Vec<Missing> {
    let asked = framework.standards.iter().map(|standard| Asked {
        standard: standard.id,
        code: &standard.code,
        answer: standard.answer,
        evidence: &standard.evidence,
    });
    let said = answers.iter().map(|view| Given {
        standard: view.standard,
        rated: view.answer.rating.is_some(),
        seen: &view.answer.seen,
        answered_on: view.answer.answered_on,
        next_on: view.answer.next_on,
        attached: BTreeSet::new(),
        reason: view.answer.missing_reason.as_deref(),
    });
    let attached = evidence.iter().filter_map(|view| {
        let is_there = !matches!(view.state, EvidenceState::Withdrawn { .. } | EvidenceState::Refused { .. });
        let attached = BTreeSet::from([view.kind]);
        is_there.then_some(Given { standard: view.standard?, attached, ..Given::default() })
    });
    checklist::missing(asked, &said.chain(attached).collect::<Vec<_>>())
}
