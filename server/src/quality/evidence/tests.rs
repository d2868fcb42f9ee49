use domain::file::FileState;
use domain::quality::evidence::{AddEvidenceRefusal as NotAdded, WithdrawEvidenceRefusal as NotWithdrawn};
use domain::quality::{ActionState, EvidenceKind, Rag, ReportState, VisitState};
use entity::ids::{ActionId, EvidenceId, StandardId};
use entity::{evidence, file, improvement_action, job};
use sea_orm::{EntityTrait, IntoActiveModel, Set};

use super::graph::{AddEvidenceInput, EvidenceSubjectInput, VisitSubjectInput, WithdrawEvidenceInput};
use super::service::{add, withdraw};
use crate::graph::ids::{CodeOf, IdOf};
use crate::graph::scalars::{BigInt, DateTime};
use crate::ledger::{Actor, Outcome};
use crate::objects;
use crate::quality::stage::{Stage, fire_plan, staff_checks};

fn photo(stage: &Stage, standard: Option<StandardId>) -> AddEvidenceInput {
    AddEvidenceInput {
        idempotency_key: String::new(),
        id: None,
        subject: EvidenceSubjectInput::Visit(VisitSubjectInput {
            visit_id: IdOf(stage.visit_id),
            standard_id: standard.map(IdOf),
        }),
        kind: CodeOf(EvidenceKind::Photo),
        sha256: "cd".repeat(32),
        byte_size: BigInt(4_000_000),
        media_type: "image/jpeg".to_owned(),
        captured_at: DateTime(stage.world.app.clock.now()),
        caption: Some(" By the workshop door ".to_owned()),
    }
}

async fn capture(stage: &Stage, by: &Actor, key: &str, input: AddEvidenceInput) -> Outcome<EvidenceId, NotAdded> {
    stage.act(by, key, async |write| add(write, input).await).await
}

async fn remove(stage: &Stage, by: &Actor, key: &str, id: EvidenceId) -> Outcome<EvidenceId, NotWithdrawn> {
    let reason = "A pupil is in the picture".to_owned();
    let input = WithdrawEvidenceInput { idempotency_key: String::new(), evidence_id: IdOf(id), reason };
    stage.act(by, key, async |write| withdraw(write, input).await).await
}

#[tokio::test]
async fn a_visitor_photographs_the_fire_plan_once() {
    let stage = Stage::new().await;
    let id = EvidenceId(uuid::Uuid::from_u128(7)); // made by the phone
    let made = AddEvidenceInput { id: Some(IdOf(id)), ..photo(&stage, Some(fire_plan())) };
    assert_eq!(capture(&stage, &stage.visitor, "photo-1", made).await, Ok(id));
    let taken = stage.row::<evidence::Entity>(id).await;
    assert_eq!((taken.visit_id, taken.standard_id), (Some(stage.visit_id), Some(fire_plan()))); // S267
    assert_eq!(
        (taken.caption.as_deref(), taken.device_name.as_deref()),
        (Some("By the workshop door"), Some("a phone"))
    );
    let waiting = stage.row::<file::Entity>(taken.file_id).await;
    assert_eq!((waiting.state.0, waiting.owner_account_id), (FileState::Expected, stage.visitor.scope.account_id));
    assert_eq!(stage.ledger().await, (1, 2, 1));

    let again = capture(&stage, &stage.visitor, "photo-1", photo(&stage, None)).await;
    assert_eq!(again, Ok(id)); // the key answers
    let twice = capture(&stage, &stage.visitor, "photo-2", photo(&stage, Some(fire_plan()))).await.unwrap_err();
    assert_eq!((twice.code, twice.current), (NotAdded::Duplicate, Some(id.into())));
    let same_id = AddEvidenceInput { id: Some(IdOf(id)), sha256: "00".repeat(32), ..photo(&stage, None) };
    let same_id = capture(&stage, &stage.visitor, "photo-3", same_id).await.unwrap_err();
    assert_eq!((same_id.code, same_id.current), (NotAdded::IdTaken, Some(id.into())));
    assert_eq!(stage.ledger().await, (1, 2, 1));
    // The same picture may say something about the visit as a whole.
    assert!(capture(&stage, &stage.visitor, "photo-4", photo(&stage, None)).await.is_ok());
}

#[tokio::test]
async fn evidence_of_a_visit_comes_from_its_visitors_while_it_lasts() {
    let stage = Stage::new().await;
    let refused = async |by: &Actor, key, standard| {
        capture(&stage, by, key, photo(&stage, standard)).await.map(drop).map_err(|refusal| refusal.code)
    };
    assert_eq!(refused(&stage.other, "photo-1", None).await, Err(NotAdded::VisitNotFound));
    assert_eq!(refused(&stage.own, "photo-2", None).await, Err(NotAdded::NotAllowed));
    assert_eq!(refused(&stage.colleague, "photo-3", None).await, Err(NotAdded::NotAllowed));
    let nowhere = Some(StandardId(uuid::Uuid::nil()));
    assert_eq!(refused(&stage.visitor, "photo-4", nowhere).await, Err(NotAdded::StandardNotFound));
    let never = refused(&stage.visitor, "photo-5", Some(staff_checks())).await;
    assert_eq!(never, Err(NotAdded::NeverCaptured)); // S196
    for state in [VisitState::Complete, VisitState::Cancelled] {
        stage.turn_visit(state, ReportState::Draft).await;
        assert_eq!(refused(&stage.visitor, "photo-6", None).await, Err(NotAdded::VisitOver), "{state}");
    }
    assert_eq!(stage.ledger().await, (0, 0, 0));
    stage.turn_visit(VisitState::InProgress, ReportState::Draft).await;
    assert_eq!(refused(&stage.visitor, "photo-7", None).await, Ok(()));
}

#[tokio::test]
async fn withdrawn_evidence_leaves_its_hash_and_nothing_to_look_at() {
    let stage = Stage::new().await;
    let id = capture(&stage, &stage.visitor, "photo-1", photo(&stage, None)).await.unwrap();
    let file_id = stage.row::<evidence::Entity>(id).await.file_id;
    let key = objects::Key::new(uuid::Uuid::from_u128(9)).to_string();
    let verified = file::ActiveModel {
        state: Set(FileState::Accepted.into()),
        sha256: Set(Some("cd".repeat(32))),
        object_key: Set(Some(key.clone())),
        ..stage.row::<file::Entity>(file_id).await.into_active_model()
    };
    file::Entity::update(verified).exec_without_returning(&stage.world.app.db).await.unwrap();
    stage.turn_visit(VisitState::Complete, ReportState::WithProvider).await;
    let before = stage.ledger().await;
    let refused = async |by: &Actor, key| remove(&stage, by, key, id).await.map_err(|refusal| refusal.code);
    assert_eq!(refused(&stage.other, "remove-1").await, Err(NotWithdrawn::NotFound));
    assert_eq!(refused(&stage.own, "remove-2").await, Err(NotWithdrawn::NotAllowed));
    assert_eq!(refused(&stage.colleague, "remove-3").await, Err(NotWithdrawn::NotAllowed));
    assert_eq!(stage.ledger().await, before);

    assert_eq!(refused(&stage.visitor, "remove-4").await, Ok(id));
    let gone = stage.row::<evidence::Entity>(id).await;
    assert_eq!(gone.withdrawn_at, Some(stage.world.app.clock.now()));
    assert_eq!(gone.withdrawn_reason.as_deref(), Some("A pupil is in the picture"));
    let purged = stage.row::<file::Entity>(file_id).await;
    assert_eq!((purged.state.0, purged.object_key), (FileState::Purged, None));
    assert_eq!(purged.sha256, Some("cd".repeat(32))); // the tombstone
    let jobs = job::Entity::find().all(&stage.world.app.db).await.unwrap();
    assert!(jobs.iter().any(|job| job.payload.to_string().contains(&key)), "{jobs:?}");
    let (audits, changes, keys) = before;
    assert_eq!(stage.ledger().await, (audits + 1, changes + 2, keys + 1));

    let twice = remove(&stage, &stage.officer, "remove-5", id).await.unwrap_err();
    assert_eq!((twice.code, twice.current), (NotWithdrawn::AlreadyWithdrawn, Some(id.into())));
}

#[tokio::test]
async fn both_sides_prove_what_was_done_about_an_action_until_it_is_closed() {
    let stage = Stage::new().await;
    let (id, now) = (ActionId(uuid::Uuid::from_u128(8)), stage.world.app.clock.now());
    let action = improvement_action::Model {
        id,
        authority_id: stage.authority_id,
        provider_id: stage.provider_id,
        visit_id: None,
        standard_id: None,
        area: "Fire safety".to_owned(),
        action: "Put up fire plans".to_owned(),
        owner: "Head of centre".to_owned(),
        due_on: now.date_naive(),
        rag: Rag::Red.into(),
        state: ActionState::Open.into(),
        closed_at: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let db = &stage.world.app.db;
    improvement_action::Entity::insert(action.into_active_model()).exec_without_returning(db).await.unwrap();
    let proof =
        || AddEvidenceInput { subject: EvidenceSubjectInput::ImprovementActionId(IdOf(id)), ..photo(&stage, None) };
    let strange = capture(&stage, &stage.other, "proof-1", proof()).await.unwrap_err();
    assert_eq!(strange.code, NotAdded::ActionNotFound);
    let sent = capture(&stage, &stage.own, "proof-2", proof()).await.unwrap();
    let sent = stage.row::<evidence::Entity>(sent).await;
    assert_eq!((sent.improvement_action_id, sent.visit_id), (Some(id), None));
    let twice = capture(&stage, &stage.colleague, "proof-3", proof()).await.unwrap_err();
    assert_eq!(twice.code, NotAdded::Duplicate);
    let closed =
        improvement_action::ActiveModel { id: Set(id), state: Set(ActionState::Closed.into()), ..Default::default() };
    improvement_action::Entity::update(closed).exec_without_returning(db).await.unwrap();
    let late = AddEvidenceInput { sha256: "00".repeat(32), ..proof() };
    let late = capture(&stage, &stage.own, "proof-4", late).await.unwrap_err();
    assert_eq!(late.code, NotAdded::ActionClosed);
}
