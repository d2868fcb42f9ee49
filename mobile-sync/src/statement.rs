//! What a signature signs: the visit in words, as it is shown to whoever signs, with the hash of its evidence.

use std::fmt::Write;

use domain::manifest::{Manifest, Sha256Sum};
use domain::quality::EvidenceKind;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::item::Work;
use crate::state::State;
use crate::wire::{Answer, Framework, Row};

/// The words that are signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    pub words: String,
    /// SHA-256 of the words.
    pub sha256: Sha256Sum,
}

/// The statement of a visit: where and when, this visitor's answers in the framework's order, and the manifest of what was
/// captured on this phone, signatures apart. None where the visit may not be seen.
pub fn of(state: &State, visit: Uuid) -> Option<Statement> {
    let row = state.visit(visit)?;
    let name = match state.rows.get(&row.provider).map(|kept| &kept.row) {
        Some(Row::Provider(provider)) => provider.name.as_str(),
        _ => "",
    };
    let mut words = format!("Visit to {name} on {}: {}.\n", row.planned_for, row.purpose);
    let framework = match state.rows.get(&row.framework).map(|kept| &kept.row) {
        Some(Row::Framework(framework)) => Some(framework),
        _ => None,
    };
    for standard in framework.iter().flat_map(|framework| &framework.standards) {
        if let (Some(answer), Some(framework)) = (own_answer(state, visit, standard.id), framework) {
            words += &format!("{} {}\n", standard.code, standard.title);
            say(&mut words, framework, answer);
        }
    }
    let captured = state.captures.values().map(|capture| (&capture.announced, &capture.withdrawn));
    let captured = captured.filter(|(announced, withdrawn)| {
        announced.visit == visit && withdrawn.is_none() && announced.kind != EvidenceKind::Signature
    });
    let manifest = Manifest::new(captured.map(|(announced, _)| (announced.id, announced.bytes))).ok()?;
    words += &format!("Evidence: {}, manifest {}.\n", manifest.len(), manifest.sha256());
    let sha256 = Sha256Sum::of(words.as_bytes());
    Some(Statement { words, sha256 })
}

fn say(words: &mut String, framework: &Framework, answer: &Answer) {
    let rating = framework.ratings.iter().find(|rating| Some(rating.id) == answer.rating);
    let lines = [
        ("Rating", rating.map(|rating| rating.label.clone())),
        ("Seen", Some(answer.seen.clone())),
        ("To do", Some(answer.action.clone())),
        ("Date", answer.answered_on.map(|on| on.to_string())),
        ("Next", answer.next_on.map(|on| on.to_string())),
        ("Missing because", answer.missing_reason.clone()),
    ];
    for (name, text) in lines {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            // Writing to a String does not fail.
            let _ = writeln!(words, "  {name}: {text}");
        }
    }
}

/// This visitor's answer to a standard, as it was last typed here or is held by the server.
pub fn own_answer(state: &State, visit: Uuid, standard: Uuid) -> Option<&Answer> {
    let waiting = state.items.values().filter(|item| item.answers(visit, standard)).max_by_key(|item| item.order);
    if let Some(Work::Answer(judging)) = waiting.map(|item| &item.work) {
        return Some(&judging.answer);
    }
    state.own_judgement(visit, standard).map(|row| &row.answer)
}
