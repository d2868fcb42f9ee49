//! How a framework is written in its file, and how that becomes a [`Framework`]: defaults filled in, places counted, ids made.

use serde::Deserialize;

use super::frameworks::{AnswerKind, EvidenceWanted, Framework, Outcome, Rating, Section, Standard};
use super::stable_id;
use crate::quality::{ApprovalState, Phase};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FrameworkFile {
    code: String,
    version: String,
    owner: String,
    source: String,
    name: String,
    summary: String,
    rows: Vec<String>,
    answer: AnswerKind,
    outcome_set: String,
    outcome_note: Option<String>,
    #[serde(default, rename = "rating")]
    ratings: Vec<RatingLine>,
    #[serde(rename = "section")]
    sections: Vec<SectionLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RatingLine {
    code: String,
    label: String,
    falls_short: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SectionLine {
    code: String,
    title: String,
    phase: Option<Phase>,
    #[serde(rename = "standard")]
    standards: Vec<StandardLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StandardLine {
    code: String,
    title: String,
    guidance: Option<String>,
    phase: Option<Phase>,
    answer: Option<AnswerKind>,
    rows: Vec<String>,
    #[serde(default)]
    document_types: Vec<String>,
    #[serde(default)]
    evidence: Vec<EvidenceWanted>,
    #[serde(default)]
    requires_competent_person: bool,
    #[serde(default)]
    damaged: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OutcomesFile {
    #[serde(rename = "set")]
    sets: Vec<OutcomeSet>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutcomeSet {
    code: String,
    #[serde(rename = "outcome")]
    outcomes: Vec<OutcomeLine>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutcomeLine {
    code: String,
    label: String,
    effect: ApprovalState,
    needs_actions: bool,
    rows: Vec<String>,
}

/// The framework that a file describes. A set of outcomes that nobody defines leaves it without outcomes.
pub(super) fn build(file: FrameworkFile, outcomes: &OutcomesFile) -> Framework {
    let edition = [file.code.as_str(), file.version.as_str()];
    let id = |kind: &str, code: &str| stable_id(&[kind, edition[0], edition[1], code]);
    let ratings = (1..).zip(file.ratings).map(|(position, line)| Rating {
        id: id("rating", &line.code),
        code: line.code,
        label: line.label,
        position,
        falls_short: line.falls_short,
    });
    let set = outcomes.sets.iter().find(|set| set.code == file.outcome_set);
    let outcomes = (1..).zip(set.into_iter().flat_map(|set| &set.outcomes)).map(|(position, line)| Outcome {
        id: id("outcome", &line.code),
        code: line.code.clone(),
        label: line.label.clone(),
        position,
        effect: line.effect,
        needs_actions: line.needs_actions,
        rows: line.rows.clone(),
    });
    let mut places = 1..;
    let sections = (1..).zip(file.sections).map(|(position, line)| {
        let phase = line.phase.unwrap_or(Phase::OnVisit);
        let standards = line.standards.into_iter().zip(places.by_ref()).map(|(line, position)| Standard {
            id: id("standard", &line.code),
            code: line.code,
            title: line.title,
            guidance: line.guidance,
            position,
            phase: line.phase.unwrap_or(phase),
            answer: line.answer.unwrap_or(file.answer),
            evidence: line.evidence,
            document_types: line.document_types,
            requires_competent_person: line.requires_competent_person,
            damaged: line.damaged,
            rows: line.rows,
        });
        let standards = standards.collect();
        Section { id: id("section", &line.code), code: line.code, title: line.title, position, phase, standards }
    });
    Framework {
        id: stable_id(&["framework", edition[0]]),
        version_id: stable_id(&["framework_version", edition[0], edition[1]]),
        ratings: ratings.collect(),
        outcomes: outcomes.collect(),
        sections: sections.collect(),
        code: file.code.clone(),
        version: file.version.clone(),
        name: file.name,
        summary: file.summary,
        owner: file.owner,
        source: file.source,
        rows: file.rows,
        outcome_note: file.outcome_note,
    }
}
