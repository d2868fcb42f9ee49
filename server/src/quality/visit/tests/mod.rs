//! A visit from plan to publication, through the services, on SQLite.

mod acts;
mod stage;

use domain::manifest::Sha256Sum;
use domain::quality::completion::CompleteVisitRefusal;
use domain::quality::judgement::RecordJudgementRefusal;
use domain::quality::report::{AcceptReportRefusal, SendReportRefusal};
use domain::quality::visit::{PlanVisitRefusal, RescheduleVisitRefusal};
use domain::quality::{AmendmentState, ApprovalState, ReportState, VisitState};
use entity::{amendment, approval, audit, change, finding, judgement, judgement_revision, provider, visit};
use sea_orm::{EntityTrait, PaginatorTrait};
use stage::{Stage, day};

use crate::access::find;
use crate::graph::ids::IdOf;
use crate::graph::scalars::Date;
use crate::quality::amendment::graph::FindingWordsInput;
use crate::quality::finding::store as findings;

#[tokio::test]
async fn planning_is_recorded_once_and_seen_at_once() {
    let stage = Stage::new().await;
    let refused = stage.plan(&stage.staff(), "key-staff", "Termly visit").await.unwrap_err();
    assert_eq!((refused.code, refused.field), (PlanVisitRefusal::NotAllowed, Some("providerId")));
    assert_eq!(visit::Entity::find().count(stage.db()).await.unwrap(), 0);

    let planned = stage.plan(&stage.ada(), "key-plan", "Termly visit").await.unwrap();
    assert_eq!(stage.plan(&stage.ada(), "key-plan", "Termly visit").await.unwrap(), planned);
    let reused = stage.plan(&stage.ada(), "key-plan", "Another visit").await.unwrap_err();
    assert_eq!(reused.code, PlanVisitRefusal::KeyReused);
    assert_eq!(visit::Entity::find().count(stage.db()).await.unwrap(), 1);
    assert_eq!(audit::Entity::find().count(stage.db()).await.unwrap(), 1);
    // The visit, and each of its two visitors: from here on their phones hold it.
    assert_eq!(change::Entity::find().count(stage.db()).await.unwrap(), 3);

    // N11: the provider sees the visit; strangers do not.
    let staff = stage.staff();
    let seen = find::seen::<visit::Entity>(stage.db(), &staff.scope, super::store::may_see, planned).await.unwrap();
    assert_eq!(seen.map(|visit| visit.planned_for), Some(day("2026-03-10")));
    let stranger = stage.stranger();
    let seen = find::seen::<visit::Entity>(stage.db(), &stranger.scope, super::store::may_see, planned).await.unwrap();
    assert_eq!(seen, None);
}

#[tokio::test]
async fn a_plan_moves_until_it_begins_and_says_when_it_was_changed_meanwhile() {
    let stage = Stage::new().await;
    let planned = stage.plan(&stage.ada(), "key-plan", "Termly visit").await.unwrap();
    stage.reschedule(planned, 1, "2026-03-12").await.unwrap();
    let stale = stage.reschedule(planned, 1, "2026-03-13").await.unwrap_err();
    assert_eq!((stale.code, stale.current), (RescheduleVisitRefusal::Stale, Some(planned.into())));
    assert_eq!(stage.visit(planned).await.planned_for, day("2026-03-12"));

    stage.judge(&stage.ada(), planned, "1a", "fully", "In one register", None).await.unwrap();
    let begun = stage.reschedule(planned, 3, "2026-03-13").await.unwrap_err();
    assert_eq!(begun.code, RescheduleVisitRefusal::NotPlanned);

    stage.cancel(planned, "Turned away at the gate").await.unwrap();
    let visit = stage.visit(planned).await;
    assert_eq!((visit.state.0, visit.purpose.as_str()), (VisitState::Cancelled, "Termly visit"));
    assert_eq!(visit.cancelled_reason.as_deref(), Some("Turned away at the gate"));
    let closed = stage.judge(&stage.ada(), planned, "1b", "fully", "", None).await.unwrap_err();
    assert_eq!(closed.code, RecordJudgementRefusal::VisitClosed);
}

#[tokio::test]
async fn two_visitors_judge_side_by_side_and_what_was_said_before_is_kept() {
    let stage = Stage::new().await;
    let visit = stage.plan(&stage.ada(), "key-plan", "Termly visit").await.unwrap();
    let first = stage.judge(&stage.ada(), visit, "1e", "limited", "Gate open", None).await.unwrap();
    let other = stage.judge(&stage.ben(), visit, "1e", "fully", "Gate locked", None).await.unwrap();
    assert_ne!(first, other); // N22

    let stale = stage.judge(&stage.ada(), visit, "1e", "fully", "Gate locked", None).await.unwrap_err();
    assert_eq!((stale.code, stale.current), (RecordJudgementRefusal::Stale, Some(first.into())));
    let revised = stage.judge(&stage.ada(), visit, "1e", "fully", "Gate locked", Some(1)).await.unwrap();
    assert_eq!(revised, first);
    let row = judgement::Entity::find_by_id(first).one(stage.db()).await.unwrap().unwrap();
    assert_eq!((row.revision, row.seen.as_str()), (2, "Gate locked"));
    let before = judgement_revision::Entity::find().all(stage.db()).await.unwrap();
    assert_eq!(before.iter().map(|row| (row.revision, row.seen.as_str())).collect::<Vec<_>>(), [(1, "Gate open")]);

    let outsider = stage.judge(&stage.officer(), visit, "1e", "fully", "", None).await.unwrap_err();
    assert_eq!(outsider.code, RecordJudgementRefusal::NotAVisitor);
    let elsewhere = stage.judge_with_foreign_standard(visit).await.unwrap_err();
    assert_eq!(elsewhere.code, RecordJudgementRefusal::StandardNotInFramework);
}

#[tokio::test]
async fn a_visit_completes_when_every_byte_is_verified_and_nothing_lacks() {
    let stage = Stage::new().await;
    let visit = stage.plan(&stage.ada(), "key-plan", "Termly visit").await.unwrap();
    let (_, refused) = stage.complete(visit, &[]).await;
    assert_eq!(refused.map_err(|refused| refused.code), Err(CompleteVisitRefusal::NotInProgress));

    stage.judge_all_but(visit, "5b").await;
    let plan = Sha256Sum::of(b"entrance");
    let photo = stage.photo(visit, "1e", plan, 8).await;
    let (told, refused) = stage.complete(visit, &[(photo, plan, 8)]).await;
    assert_eq!(refused.map_err(|refused| refused.code), Err(CompleteVisitRefusal::EvidenceNotVerified));
    assert_eq!(told, [photo.to_string()]);

    stage.verify(photo).await;
    let (told, refused) = stage.complete(visit, &[]).await;
    assert_eq!(refused.map_err(|refused| refused.code), Err(CompleteVisitRefusal::ManifestMismatch));
    assert_eq!(told, [photo.to_string()]);
    let (told, refused) = stage.complete(visit, &[(photo, plan, 8)]).await;
    assert_eq!(refused.map_err(|refused| refused.code), Err(CompleteVisitRefusal::ChecklistIncomplete));
    assert_eq!(told, ["5b: a rating"]);
    assert_eq!(finding::Entity::find().count(stage.db()).await.unwrap(), 0);

    stage.judge(&stage.ada(), visit, "5b", "fully", "Reviewed weekly", None).await.unwrap();
    let (told, done) = stage.complete(visit, &[(photo, plan, 8)]).await;
    assert_eq!((done, told), (Ok(visit), Vec::<String>::new()));
    let row = stage.visit(visit).await;
    assert_eq!((row.state.0, row.report_state.0), (VisitState::Complete, ReportState::Draft));
    assert_eq!(row.completed_at, Some(stage.now()));
    let manifest = format!("waymark manifest 1\n{} {plan} 8\n", photo.0);
    assert_eq!(row.manifest_sha256, Some(Sha256Sum::of(manifest.as_bytes()).to_string()));
    let drafted = finding::Entity::find().all(stage.db()).await.unwrap();
    assert_eq!((drafted.len(), drafted.iter().all(|finding| finding.settled)), (32, true));
}

#[tokio::test]
async fn a_report_goes_from_draft_to_publication_and_moves_the_approval() {
    let stage = Stage::new().await;
    let (visit, disputed) = stage.completed_with_dispute().await;
    let may_read = async |visit| {
        let staff = stage.staff();
        find::seen::<finding::Entity>(stage.db(), &staff.scope, findings::may_see, visit).await.unwrap()
    };

    // S47: nobody outside the QA team sees a draft.
    assert_eq!(may_read(disputed.id).await, None);
    let refused = stage.send(visit, "met_all").await.unwrap_err();
    assert_eq!(refused.code, SendReportRefusal::FindingsUnsettled);
    stage.settle(&disputed, "fully", "Locked from nine").await.unwrap();
    let refused = stage.send(visit, "met_most").await.unwrap_err();
    assert_eq!(refused.code, SendReportRefusal::ActionsMissing);
    stage.improvement(visit).await;
    assert_eq!(may_read(disputed.id).await, None);
    stage.send(visit, "met_most").await.unwrap();
    assert_eq!(may_read(disputed.id).await.map(|finding| finding.seen), Some("Locked from nine".to_owned()));

    let about = stage.suggest(visit, Some(disputed.id), "It is locked from half past eight").await.unwrap();
    let whole = stage.suggest(visit, None, "The summary forgets the garden").await.unwrap();
    assert_eq!(stage.visit(visit).await.report_state.0, ReportState::AmendmentsSuggested);
    let refused = stage.accept(visit).await.unwrap_err();
    assert_eq!(refused.code, AcceptReportRefusal::AmendmentsUndecided);
    let rating_id = Some(IdOf(stage.rating("fully")));
    let words = FindingWordsInput { rating_id, seen: "Locked from half past eight".into(), action: String::new() };
    stage.decide(about, Some(words), None).await.unwrap();
    assert_eq!(stage.visit(visit).await.report_state.0, ReportState::AmendmentsSuggested);
    stage.decide(whole, None, Some("The garden is not used for teaching")).await.unwrap();
    assert_eq!(stage.visit(visit).await.report_state.0, ReportState::WithProvider);
    let seen = may_read(disputed.id).await.map(|finding| finding.seen);
    assert_eq!(seen, Some("Locked from half past eight".to_owned()));
    let states = amendment::Entity::find().all(stage.db()).await.unwrap();
    let states: Vec<_> = states.iter().map(|amendment| amendment.state.0).collect();
    assert_eq!(states, [AmendmentState::Accepted, AmendmentState::Declined]);

    stage.accept(visit).await.unwrap();
    stage.publish(visit, Some(Date(day("2026-06-15")))).await.unwrap();
    assert_eq!(stage.visit(visit).await.report_state.0, ReportState::Published);
    let mut standing = approval::Entity::find().all(stage.db()).await.unwrap();
    standing.sort_by_key(|approval| approval.starts_on);
    let standing: Vec<_> = standing.iter().map(|row| (row.state.0, row.ends_on, row.visit_id)).collect();
    let today = stage.now().date_naive();
    // S226: the outcome ends the one standing and begins the next.
    let expected = [(ApprovalState::Approved, Some(today), None), (ApprovalState::Conditional, None, Some(visit))];
    assert_eq!(standing, expected);
    let provider = provider::Entity::find().one(stage.db()).await.unwrap().unwrap();
    assert_eq!(provider.next_visit_due_on, Some(day("2026-06-15")));
}
