//! Two years of visits by both frameworks, in every state of a visit and of its report (S47, S194, S251).

use chrono::{DateTime, Days, NaiveDate, Utc};
use domain::manifest::Manifest;
use domain::quality::{EvidenceKind, ReportState, VisitState};
use domain::reference::{AnswerKind, Framework, Need, Standard, frameworks};
use entity::ids::{AccountId, FrameworkVersionId, JudgementId, RatingId, SiteId, StandardId, VisitId};
use entity::{Coded, evidence, judgement, judgement_revision, visit, visit_visitor};

use super::calendar::{last_school_day, next_school_day};
use super::draft::{Cast, Draft, Stamp};
use super::files::{Gallery, Kept, PHOTO, subject_of};
use super::organisations::{Organisations, Provider};
use super::reports;
use super::words::{MET, NOT_MET, PURPOSES, REVISED, Shortfall};
use drawing::Subject;

/// How far a visit has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Cancelled,
    Planned,
    InProgress,
    Draft,
    WithProvider,
    AmendmentsSuggested,
    Agreed,
    Published,
}

impl Stage {
    fn states(self) -> (VisitState, ReportState) {
        match self {
            Self::Cancelled => (VisitState::Cancelled, ReportState::Draft),
            Self::Planned => (VisitState::Planned, ReportState::Draft),
            Self::InProgress => (VisitState::InProgress, ReportState::Draft),
            Self::Draft => (VisitState::Complete, ReportState::Draft),
            Self::WithProvider => (VisitState::Complete, ReportState::WithProvider),
            Self::AmendmentsSuggested => (VisitState::Complete, ReportState::AmendmentsSuggested),
            Self::Agreed => (VisitState::Complete, ReportState::Agreed),
            Self::Published => (VisitState::Complete, ReportState::Published),
        }
    }

    /// How many days ago a visit at this stage was.
    fn age(self, draft: &mut Draft) -> u64 {
        let (from, to) = match self {
            Self::Planned | Self::InProgress => (0, 0),
            Self::Draft => (1, 6),
            Self::WithProvider => (7, 12),
            Self::AmendmentsSuggested => (14, 20),
            Self::Agreed => (22, 30),
            Self::Cancelled | Self::Published => (35, 80),
        };
        draft.between(from, to)
    }
}

/// One answer of a visit, as the report needs it.
#[derive(Clone, Debug)]
pub struct Answer {
    pub standard: &'static Standard,
    pub rating: Option<RatingId>,
    pub seen: &'static str,
    pub shortfall: Option<Shortfall>,
}

/// A visit while its parts are drafted.
#[derive(Clone, Debug)]
pub struct Visit<'a> {
    pub id: VisitId,
    pub provider: &'a Provider,
    pub framework: &'static Framework,
    pub stage: Stage,
    pub on: NaiveDate,
    /// Whether it is recent enough for all its photographs to be kept.
    pub recent: bool,
    /// When its last judgement was written.
    pub done: DateTime<Utc>,
    pub lead: AccountId,
    pub second: Option<AccountId>,
    pub by_provider: AccountId,
    pub officer: AccountId,
}

/// The stage of the latest visit; the first provider's is before the provider right now.
const LATEST: [Stage; 10] = [
    Stage::WithProvider,
    Stage::Planned,
    Stage::Published,
    Stage::Draft,
    Stage::AmendmentsSuggested,
    Stage::Published,
    Stage::Agreed,
    Stage::InProgress,
    Stage::Planned,
    Stage::Cancelled,
];

pub fn draft(draft: &mut Draft, county: &Organisations, cast: &Cast, gallery: &Gallery) {
    for (number, provider) in county.providers.iter().enumerate() {
        let mut standing = reports::History::default();
        for (framework, stage, on) in calendar(draft, number) {
            let visit = add_visit(draft, county, cast, (number, provider), (framework, stage, on));
            if stage < Stage::InProgress {
                continue;
            }
            let answers = add_judgements(draft, &visit, number);
            let kept = add_evidence(draft, &visit, gallery, number);
            if stage > Stage::InProgress {
                complete(draft, &visit, &kept);
                reports::draft(draft, &visit, &answers, &mut standing);
            }
        }
        standing.close(draft, provider.id, number);
    }
}

/// The visits of a provider: three published ones, more than a year apart by framework, then the latest; one provider
/// in eight has a further one ahead.
fn calendar(draft: &mut Draft, number: usize) -> Vec<(&'static Framework, Stage, NaiveDate)> {
    let [derby, emat] = frameworks() else { return Vec::new() };
    let latest = LATEST[number % LATEST.len()];
    let (first, second) = if number.is_multiple_of(2) { (derby, emat) } else { (emat, derby) };
    let mut visits = Vec::new();
    for (framework, days) in [(first, 690), (second, 480), (first, 300)] {
        let days = days - draft.between(0, 60);
        visits.push((framework, Stage::Published, last_school_day(draft.days_ago(days))));
    }
    let age = latest.age(draft);
    let on = match latest {
        // The first planned visit is today's; the others follow in the coming weeks.
        Stage::Planned if number == 1 => draft.today,
        Stage::Planned => next_school_day(draft.days_ahead(2 + number as u64 % 40)),
        _ => last_school_day(draft.days_ago(age)),
    };
    visits.push((second, latest, on));
    if number.is_multiple_of(8) {
        visits.push((first, Stage::Planned, next_school_day(draft.days_ahead(9 + number as u64 % 30))));
    }
    visits
}

fn add_visit<'a>(
    draft: &mut Draft,
    county: &Organisations,
    cast: &Cast,
    (number, provider): (usize, &'a Provider),
    (framework, stage, on): (&'static Framework, Stage, NaiveDate),
) -> Visit<'a> {
    // The visitor of the demonstration leads what is to be done now by the first providers.
    let mine = stage <= Stage::Draft && stage != Stage::Cancelled && number % 4 != 2;
    let lead = if mine { cast.visitors[0] } else { cast.visitors[number % cast.visitors.len()] };
    let second = (number % 4 == 1).then(|| cast.visitors[(number + 2) % cast.visitors.len()]).filter(|id| *id != lead);
    let planned_on = on.min(draft.today) - Days::new(draft.between(14, 40));
    let made = draft.moment(planned_on);
    let done = draft.moment(on.min(draft.today));
    let id = draft.id(made);
    let (state, report_state) = stage.states();
    let (partnership, _) = county.partnerships[number % county.partnerships.len()];
    let row = visit::Model {
        id,
        authority_id: draft.authority,
        provider_id: provider.id,
        site_id: Some::<SiteId>(provider.site),
        partnership_id: draft.chance(60).then_some(partnership),
        framework_version_id: FrameworkVersionId(framework.version_id),
        purpose: draft.pick(&PURPOSES).to_owned(),
        planned_for: on,
        planned_at: Some(draft.pick(&["09:30", "10:00", "13:00"]).to_owned()),
        state: Coded(state),
        cancelled_reason: (stage == Stage::Cancelled).then(|| "The provider was closed for the day.".to_owned()),
        report_state: Coded(report_state),
        scrutiny_ends_on: None,
        summary: None,
        outcome_id: None,
        proposed_outcome_id: None,
        completed_at: None,
        manifest_sha256: None,
        receipt_signature: None,
        receipt_key_id: None,
        published_at: None,
        created_at: made,
        updated_at: if stage > Stage::Planned { done.max(made) } else { made },
        version: 1,
    };
    draft.rows.visits.push(row);
    for (account_id, lead) in [(Some(lead), true), (second, false)] {
        let Some(account_id) = account_id else { continue };
        let Stamp { created_at, updated_at, version } = draft.stamp(made);
        let row = visit_visitor::Model {
            id: draft.id(made),
            authority_id: draft.authority,
            visit_id: id,
            account_id,
            lead,
            created_at,
            updated_at,
            version,
        };
        draft.rows.visit_visitors.push(row);
    }
    let by_provider = cast.providers[number];
    let recent = stage != Stage::Published || on > draft.days_ago(120);
    Visit { id, provider, framework, stage, on, recent, done, lead, second, by_provider, officer: cast.officer }
}

/// The lead's judgement on every standard (half of them while the visit is under way), the second visitor's on some.
fn add_judgements(draft: &mut Draft, visit: &Visit<'_>, number: usize) -> Vec<Answer> {
    let standards: Vec<&'static Standard> = visit.framework.standards().map(|(_, standard)| standard).collect();
    let count = if visit.stage == Stage::InProgress { standards.len() / 2 } else { standards.len() };
    let weakness = if number % 9 == 8 { 24 } else { 5 };
    let mut answers = Vec::new();
    for (index, standard) in standards.into_iter().take(count).enumerate() {
        if standard.answer == AnswerKind::OptionalText {
            continue;
        }
        let answer = answer(draft, visit, standard, weakness);
        add_judgement(draft, visit, visit.lead, &answer);
        if let Some(second) = visit.second.filter(|_| index % 6 == 0) {
            let other = self::answer(draft, visit, standard, weakness);
            add_judgement(draft, visit, second, &other);
        }
        answers.push(answer);
    }
    answers
}

fn answer(draft: &mut Draft, visit: &Visit<'_>, standard: &'static Standard, weakness: u32) -> Answer {
    let shortfall = draft.chance(weakness).then(|| draft.pick(&NOT_MET));
    let ratings = &visit.framework.ratings;
    let step = match shortfall {
        None => 0,
        Some(_) => draft.pick(&[1, 1, 1, 1, 2, 2, 3]),
    };
    let rating = ratings.get(step).map(|rating| RatingId(rating.id));
    let seen = shortfall.map_or_else(|| draft.pick(&MET), |shortfall| shortfall.seen);
    Answer { standard, rating, seen, shortfall }
}

fn add_judgement(draft: &mut Draft, visit: &Visit<'_>, account_id: AccountId, answer: &Answer) {
    let asks = answer.standard.answer;
    let (last, next) = (draft.between(20, 330), draft.between(30, 300));
    let dated = matches!(asks, AnswerKind::Date | AnswerKind::LastAndNextDate);
    let wants = |kind| answer.standard.evidence.iter().any(|one| one.kind == kind && one.need == Need::Required);
    let has_photo = picture(visit, answer.standard).is_some();
    let missing_reason = if wants(EvidenceKind::Document) {
        Some("Read on site; the copy is among the provider's documents.")
    } else if wants(EvidenceKind::Photo) && !has_photo {
        Some("Could not be photographed without people in the picture.")
    } else {
        None
    };
    let revisions = if draft.chance(8) { 2 } else { 1 };
    let action = answer.shortfall.map_or("", |shortfall| shortfall.action).to_owned();
    let row = judgement::Model {
        id: draft.id(visit.done),
        authority_id: draft.authority,
        visit_id: visit.id,
        provider_id: visit.provider.id,
        standard_id: StandardId(answer.standard.id),
        account_id,
        rating_id: answer.rating,
        seen: answer.seen.to_owned(),
        action,
        answered_on: dated.then(|| visit.on - Days::new(last)),
        next_on: (asks == AnswerKind::LastAndNextDate).then(|| visit.on + Days::new(next)),
        missing_reason: missing_reason.map(str::to_owned),
        revision: revisions,
        created_at: visit.done,
        updated_at: visit.done,
        version: revisions,
    };
    add_revisions(draft, &row);
    draft.rows.judgements.push(row);
}

/// What stood before is kept: an earlier revision said less.
fn add_revisions(draft: &mut Draft, row: &judgement::Model) {
    for revision in 1..=row.revision {
        let last = revision == row.revision;
        let seen = if last { row.seen.clone() } else { format!("{} {REVISED}", MET[0]) };
        let Stamp { created_at, updated_at, version } = draft.stamp(row.created_at);
        let revision = judgement_revision::Model {
            id: draft.id(row.created_at),
            authority_id: row.authority_id,
            judgement_id: JudgementId(row.id.0),
            revision,
            rating_id: row.rating_id,
            seen,
            action: if last { row.action.clone() } else { String::new() },
            answered_on: row.answered_on,
            next_on: row.next_on,
            missing_reason: row.missing_reason.clone(),
            created_at,
            updated_at,
            version,
        };
        draft.rows.revisions.push(revision);
    }
}

/// What is photographed for a standard: whatever the gallery has on a recent visit, the fire plan alone long ago.
fn picture(visit: &Visit<'_>, standard: &Standard) -> Option<(Subject, &'static str)> {
    let asked = subject_of(&visit.framework.code, &standard.code);
    asked.filter(|(subject, _)| visit.recent || *subject == Subject::FirePlan)
}

/// Adds the photographs of a visit.
fn add_evidence(
    draft: &mut Draft,
    visit: &Visit<'_>,
    gallery: &Gallery,
    number: usize,
) -> Vec<(evidence::Model, Kept)> {
    let mut taken = Vec::new();
    for (_, standard) in visit.framework.standards() {
        let Some((subject, caption)) = picture(visit, standard) else { continue };
        let kept = draft.photograph(gallery, (subject, number), visit.lead, visit.done);
        let Stamp { created_at, updated_at, version } = draft.stamp(visit.done);
        let row = evidence::Model {
            id: draft.id(visit.done),
            authority_id: draft.authority,
            provider_id: visit.provider.id,
            visit_id: Some(visit.id),
            standard_id: Some(StandardId(standard.id)),
            improvement_action_id: None,
            kind: PHOTO,
            file_id: kept.id,
            caption: Some(caption.to_owned()),
            captured_at: visit.done,
            captured_by_id: visit.lead,
            device_name: Some("Visitor's phone".to_owned()),
            is_addendum: false,
            withdrawn_at: None,
            withdrawn_reason: None,
            created_at,
            updated_at,
            version,
        };
        taken.push((row, kept));
    }
    // Of one provider in twenty a picture had to be taken again.
    if let Some((row, _)) = taken.first().filter(|_| visit.recent && number % 20 == 3) {
        let withdrawn = withdrawn(draft, visit, gallery, row.clone());
        draft.rows.evidence.push(withdrawn);
    }
    draft.rows.evidence.extend(taken.iter().map(|(row, _)| row.clone()));
    taken
}

/// An earlier attempt at the same picture: withdrawn, its bytes removed, its record and hash kept.
fn withdrawn(draft: &mut Draft, visit: &Visit<'_>, gallery: &Gallery, row: evidence::Model) -> evidence::Model {
    let file = draft.photograph(gallery, (Subject::FirstAidBox, 0), visit.lead, visit.done);
    draft.purge_latest();
    evidence::Model {
        id: draft.id(visit.done),
        file_id: file.id,
        withdrawn_at: Some(visit.done),
        withdrawn_reason: Some("A person could be seen in the background.".to_owned()),
        ..row
    }
}

/// Completes the visit: its manifest is the list of its evidence.
fn complete(draft: &mut Draft, visit: &Visit<'_>, kept: &[(evidence::Model, Kept)]) {
    let manifest = Manifest::new(kept.iter().map(|(row, kept)| (row.id.0, kept.held)));
    if let (Some(row), Ok(manifest)) = (draft.rows.visits.last_mut(), manifest) {
        row.completed_at = Some((visit.done + chrono::TimeDelta::minutes(25)).min(draft.now));
        row.manifest_sha256 = Some(manifest.sha256().to_string());
    }
}
