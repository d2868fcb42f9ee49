//! What lies on the desks: whom the QA team is after, and the questions that officers keep.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use domain::bench::saved_query::SharedWith;
use domain::quality::chase::ChaseState;
use domain::quality::{ActionState, DocumentState};
use entity::ids::{ActionId, DocumentTypeId, ProviderId};
use entity::{Coded, chase, saved_query, saved_query_version};

use super::draft::{Cast, Draft, Stamp};

/// How many of what is late are chased, of each kind.
const CHASED: usize = 8;

/// Questions that come again: name, what it is for, the query.
const QUESTIONS: [(&str, &str, &str); 3] = [
    (
        "What runs out in the next weeks",
        "For the partnership meeting: ask with the last day that counts.",
        "query($until: Date!) {
  documents(first: 100, where: { state: { eq: ACCEPTED }, expiresOn: { lte: $until } }) {
    totalCount
    edges { node { title expiresOn provider { name } } }
  }
}",
    ),
    (
        "Actions past their date",
        "Ask with today's date.",
        "query($today: Date!) {
  improvementActions(first: 100, where: { state: { ne: CLOSED }, dueOn: { lt: $today } }) {
    totalCount
    edges { node { area action dueOn rag provider { name } } }
  }
}",
    ),
    (
        "Who is on the approved list",
        "For schools that ring and ask.",
        "{
  approvals(first: 100, where: { endsOn: { isNull: true }, state: { in: [APPROVED, CONDITIONAL] } }) {
    totalCount
    edges { node { state startsOn provider { name kind } } }
  }
}",
    ),
];

/// What is chased of a provider.
#[derive(Clone, Copy, Debug)]
enum About {
    Document(DocumentTypeId),
    Action(ActionId),
}

pub fn draft(draft: &mut Draft, cast: &Cast) {
    let late = lapsed(draft).into_iter().take(CHASED).chain(overdue(draft).into_iter().take(CHASED));
    for (index, (provider, about)) in late.collect::<Vec<_>>().into_iter().enumerate() {
        add_chase(draft, cast, index, provider, about);
    }
    for question in QUESTIONS {
        add_question(draft, cast, question);
    }
}

/// Types of document of which the last one that a provider holds has run out.
fn lapsed(draft: &Draft) -> Vec<(ProviderId, About)> {
    let ends: BTreeMap<_, _> = draft
        .rows
        .documents
        .iter()
        .filter(|row| matches!(row.state.0, DocumentState::Accepted | DocumentState::Submitted))
        .filter_map(|row| Some((row.id, row.expires_on?)))
        .collect();
    let mut last: BTreeMap<_, NaiveDate> = BTreeMap::new();
    for proof in &draft.rows.proofs {
        if let Some(ends_on) = ends.get(&proof.document_id) {
            let held = last.entry((proof.provider_id, proof.document_type_id)).or_insert(*ends_on);
            *held = (*held).max(*ends_on);
        }
    }
    let gone = last.into_iter().filter(|(_, ends_on)| *ends_on < draft.today);
    gone.map(|((provider, kind), _)| (provider, About::Document(kind))).collect()
}

/// Actions that are open past their date.
fn overdue(draft: &Draft) -> Vec<(ProviderId, About)> {
    let actions = draft.rows.actions.iter();
    let late = actions.filter(|action| action.state.0 == ActionState::Open && action.due_on < draft.today);
    late.map(|action| (action.provider_id, About::Action(action.id))).collect()
}

/// Every fourth has been answered; of the others some are late.
fn add_chase(draft: &mut Draft, cast: &Cast, index: usize, provider_id: ProviderId, about: About) {
    let raised_on = draft.days_ago(4 + index as u64 % 12);
    let at = draft.moment(raised_on);
    let is_done = index % 4 == 3;
    let closed_at = is_done.then(|| draft.moment(raised_on + Days::new(3)));
    let (document_type_id, improvement_action_id, note) = match about {
        About::Document(id) => (Some(id), None, "It has run out. Ring, and ask when the new one comes."),
        About::Action(id) => (None, Some(id), "It is past its date. Ring, and ask how far it is."),
    };
    let row = chase::Model {
        id: draft.id(at),
        authority_id: draft.authority,
        provider_id,
        document_type_id,
        visit_id: None,
        improvement_action_id,
        note: note.to_owned(),
        raised_by_id: cast.officer,
        assigned_to_id: cast.visitors[index % cast.visitors.len()],
        due_on: raised_on + Days::new(10),
        state: Coded(if is_done { ChaseState::Done } else { ChaseState::Open }),
        closing_note: is_done.then(|| "They send it this week.".to_owned()),
        closed_by_id: is_done.then_some(cast.officer),
        closed_at,
        created_at: at,
        updated_at: closed_at.unwrap_or(at),
        version: if is_done { 2 } else { 1 },
    };
    draft.rows.chases.push(row);
}

/// A question that an officer keeps for everybody.
fn add_question(draft: &mut Draft, cast: &Cast, (name, note, text): (&str, &str, &str)) {
    let day = draft.days_ago(60);
    let at = draft.moment(day);
    let Stamp { created_at, updated_at, version } = draft.stamp(at);
    let query = saved_query::Model {
        id: draft.id(at),
        authority_id: draft.authority,
        owner_account_id: cast.officer,
        partnership_id: None,
        name: name.to_owned(),
        shared_with: Coded(SharedWith::Authority),
        latest: 1,
        retired_at: None,
        created_at,
        updated_at,
        version,
    };
    let version_id = draft.id(at);
    draft.rows.query_versions.push(saved_query_version::Model {
        id: version_id,
        authority_id: draft.authority,
        saved_query_id: query.id,
        number: 1,
        text: text.to_owned(),
        variables: None,
        note: Some(note.to_owned()),
        account_id: cast.officer,
        created_at,
        updated_at,
        version,
    });
    draft.rows.queries.push(query);
}
