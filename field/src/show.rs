//! What is on the phone, for a person or for a program.

use anyhow::Result;
use domain::Code;
use domain::quality::VisitState;
use mobile_sync::item::{Item, Standing, Status, Trouble, Work};
use mobile_sync::phone::{EvidenceState, VisitView};
use mobile_sync::state::{Session, State};
use mobile_sync::wire::Answer;
use serde::Serialize;
use uuid::Uuid;

use crate::place::Phone;

/// Lists visits, the earliest first.
pub fn visits(visits: &[VisitView]) {
    if visits.is_empty() {
        println!("There is no visit on this phone.");
    }
    for view in visits {
        let visit = &view.visit;
        println!("{}  {}  {:<11} {}: {}", visit.id, visit.planned_for, standing(view), view.place, visit.purpose);
    }
}

fn standing(view: &VisitView) -> &'static str {
    if view.is_safe_to_leave { "safe" } else { words(view.visit.state) }
}

fn words(state: VisitState) -> &'static str {
    match state {
        VisitState::Planned => "planned",
        VisitState::InProgress => "in progress",
        VisitState::Complete => "complete",
        VisitState::Cancelled => "called off",
    }
}

/// Shows one visit: each standard with its answer, each piece of evidence with how it stands.
pub fn visit(view: &VisitView) {
    visits(std::slice::from_ref(view));
    for visitor in &view.visit.visitors {
        println!("  {}{}", visitor.name, if visitor.leads { ", leads" } else { "" });
    }
    for standard in view.framework.iter().flat_map(|framework| &framework.standards) {
        println!("{:>5}  {}", standard.code, standard.title);
        for answer in view.answers.iter().filter(|answer| answer.standard == standard.id) {
            let by = answer.by.as_deref().unwrap_or("own");
            let unsent =
                answer.unsent.as_ref().map_or_else(String::new, |unsent| format!(" ({})", status(&unsent.status)));
            println!("       {by}{unsent}: {}", said(view, &answer.answer));
        }
    }
    for evidence in &view.evidence {
        let caption = evidence.caption.as_deref().unwrap_or("no caption");
        println!("  {}  {} {caption}: {}", evidence.id, evidence.kind, evidence_state(&evidence.state));
    }
    if let Some(completion) = &view.completion {
        println!("Completion: {}", status(completion));
    }
    if view.is_safe_to_leave {
        println!("Safe to leave the site.");
    }
}

fn said(view: &VisitView, answer: &Answer) -> String {
    let ratings = view.framework.iter().flat_map(|framework| &framework.ratings);
    let rating = ratings.into_iter().find(|rating| Some(rating.id) == answer.rating).map(|rating| rating.label.clone());
    let texts = [rating, Some(answer.seen.clone()), Some(answer.action.clone()), answer.missing_reason.clone()];
    let texts: Vec<_> = texts.into_iter().flatten().filter(|text| !text.is_empty()).collect();
    texts.join("; ")
}

fn status(status: &Status) -> String {
    match status {
        Status::Ready => "to be sent".to_owned(),
        Status::Waiting { .. } => "waits for something else to go first".to_owned(),
        Status::Sending => "is being sent".to_owned(),
        Status::RetryAt { at, why } => format!("tried again at {at}: {}", why.words()),
        Status::Checking => "is with the server, which checks it".to_owned(),
        Status::Attention { why } => format!("needs attention: {}", why.words()),
    }
}

fn evidence_state(state: &EvidenceState) -> String {
    match state {
        EvidenceState::Held { status: held, sent, of } => format!("{}, {sent} of {of} bytes sent", status(held)),
        EvidenceState::Checking => "is with the server, which checks it".to_owned(),
        EvidenceState::Safe => "safe with the server".to_owned(),
        EvidenceState::Withdrawn { reason } => format!("withdrawn. {}", reason.as_deref().unwrap_or_default()),
        EvidenceState::Elsewhere => "still on another visitor's phone".to_owned(),
        EvidenceState::Refused { why } => {
            format!("refused. {}", why.as_ref().map(Trouble::words).unwrap_or_default())
        }
    }
}

/// How a phone stands, as a program reads it.
#[derive(Debug, Serialize)]
struct Report {
    server: String,
    /// `nobody`, `in`, `out`, `revoked`.
    session: &'static str,
    name: Option<String>,
    unsent_answers: usize,
    unsent_files: usize,
    needs_attention: Vec<Stuck>,
    visits: Vec<Visited>,
}

/// Something that somebody has to decide about.
#[derive(Debug, Serialize)]
struct Stuck {
    item: Uuid,
    visit: Uuid,
    code: &'static str,
    words: String,
}

#[derive(Debug, Serialize)]
struct Visited {
    id: Uuid,
    place: String,
    state: &'static str,
    is_safe_to_leave: bool,
    /// Of the receipt.
    manifest: Option<String>,
}

/// Says how the phone stands, in words or as JSON.
pub fn report(phone: &Phone, server: &str, json: bool) -> Result<()> {
    let report = gathered(phone, server);
    if json {
        println!("{}", serde_json::to_string_pretty(&report)?);
        return Ok(());
    }
    let who = report.name.as_deref().unwrap_or("nobody");
    println!("{who} at {}, session: {}", report.server, report.session);
    println!("{} answers and {} files are unsent.", report.unsent_answers, report.unsent_files);
    for stuck in &report.needs_attention {
        println!("Needs attention: {} of visit {}. {}", stuck.item, stuck.visit, stuck.words);
    }
    visits(&phone.visits());
    Ok(())
}

fn gathered(phone: &Phone, server: &str) -> Report {
    let visits = phone.visits();
    phone.look(|state| Report {
        server: server.to_owned(),
        session: session(state).0,
        name: session(state).1,
        unsent_answers: count(state, |item| matches!(item.work, Work::Answer(_))),
        unsent_files: count(state, |item| matches!(item.work, Work::Bytes { .. })),
        needs_attention: state.items.values().filter_map(stuck).collect(),
        visits: visits.iter().map(|view| visited(state, view)).collect(),
    })
}

fn session(state: &State) -> (&'static str, Option<String>) {
    match &state.session {
        Session::Nobody => ("nobody", None),
        Session::In { name, .. } => ("in", Some(name.clone())),
        Session::Out { name, .. } => ("out", Some(name.clone())),
        Session::Revoked => ("revoked", None),
    }
}

fn count(state: &State, is_one: impl Fn(&Item) -> bool) -> usize {
    state.items.values().filter(|item| is_one(item)).count()
}

fn stuck(item: &Item) -> Option<Stuck> {
    let Standing::Attention { why } = &item.standing else { return None };
    Some(Stuck { item: item.id, visit: item.visit, code: why.code(), words: why.words() })
}

fn visited(state: &State, view: &VisitView) -> Visited {
    let receipt = state.receipts.get(&view.visit.id);
    Visited {
        id: view.visit.id,
        place: view.place.clone(),
        state: view.visit.state.as_str(),
        is_safe_to_leave: view.is_safe_to_leave,
        manifest: receipt.map(|receipt| receipt.manifest.to_string()),
    }
}
