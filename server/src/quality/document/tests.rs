use chrono::{NaiveDate, TimeDelta};
use domain::file::FileState;
use domain::quality::DocumentState;
use domain::quality::document::{
    DocumentDecision, ReviewDocumentRefusal as NotReviewed, SubmitDocumentRefusal as NotSubmitted,
    WithdrawDocumentRefusal as NotWithdrawn,
};
use entity::ids::{DocumentId, FileId};
use entity::{document, document_proof, file};
use sea_orm::{EntityTrait, IntoActiveModel, Set};

use super::graph::{ReviewDocumentInput, SubmitDocumentInput, WithdrawDocumentInput};
use super::service::{review, submit, withdraw};
use crate::graph::ids::{CodeOf, IdOf};
use crate::graph::scalars::{BigInt, Date, Money};
use crate::ledger::{Actor, Outcome};
use crate::quality::file::graph::{DocumentFileInput, FileAnnouncementInput};
use crate::quality::stage::{Stage, document_type};

fn day(text: &str) -> Date {
    Date(text.parse::<NaiveDate>().unwrap())
}

/// A certificate that proves both insurances.
fn certificate(stage: &Stage) -> SubmitDocumentInput {
    SubmitDocumentInput {
        idempotency_key: String::new(),
        id: None,
        provider_id: IdOf(stage.provider_id),
        document_type_ids: ["public_liability", "employers_liability"].map(|code| IdOf(document_type(code))).into(),
        title: " Insurance 2026-27 ".to_owned(),
        issued_on: day("2026-03-01"),
        starts_on: Some(day("2026-09-01")),
        expires_on: Some(day("2027-08-31")),
        cover: Some(Money(1_000_000_000)),
        replaces_id: None,
        file: DocumentFileInput::Announce(FileAnnouncementInput {
            sha256: "AB".repeat(32),
            byte_size: BigInt(5000),
            media_type: "application/pdf".to_owned(),
        }),
    }
}

async fn send(stage: &Stage, by: &Actor, key: &str, input: SubmitDocumentInput) -> Outcome<DocumentId, NotSubmitted> {
    stage.act(by, key, async |write| submit(write, input).await).await
}

async fn decide(
    stage: &Stage,
    by: &Actor,
    key: &str,
    (document, version): (DocumentId, i32),
    (decision, reason): (DocumentDecision, Option<&str>),
) -> Outcome<DocumentId, NotReviewed> {
    let input = ReviewDocumentInput {
        idempotency_key: String::new(),
        document_id: IdOf(document),
        version,
        decision: CodeOf(decision),
        reason: reason.map(str::to_owned),
    };
    stage.act(by, key, async |write| review(write, input).await).await
}

async fn take_back(stage: &Stage, by: &Actor, key: &str, id: DocumentId) -> Outcome<DocumentId, NotWithdrawn> {
    let input = WithdrawDocumentInput { idempotency_key: String::new(), document_id: IdOf(id) };
    stage.act(by, key, async |write| withdraw(write, input).await).await
}

/// Changes a file as its upload or its verdict would.
async fn turn_file(stage: &Stage, id: FileId, change: impl FnOnce(&mut file::ActiveModel)) {
    let mut row = stage.row::<file::Entity>(id).await.into_active_model();
    change(&mut row);
    file::Entity::update(row).exec_without_returning(&stage.world.app.db).await.unwrap();
}

#[tokio::test]
async fn next_years_certificate_proves_two_requirements_and_is_accepted_once_its_bytes_are_verified() {
    let stage = Stage::new().await;
    let id = send(&stage, &stage.own, "submit-1", certificate(&stage)).await.unwrap();

    let sent = stage.row::<document::Entity>(id).await;
    assert_eq!((sent.title.as_str(), sent.state.0), ("Insurance 2026-27", DocumentState::Submitted));
    assert_eq!(sent.starts_on, day("2026-09-01").0);
    let waiting = stage.row::<file::Entity>(sent.file_id).await;
    assert_eq!((waiting.state.0, waiting.owner_account_id), (FileState::Expected, stage.own.scope.account_id));
    assert_eq!(waiting.declared_sha256, Some("ab".repeat(32)));
    assert_eq!((waiting.declared_size, waiting.unclaimed_until), (Some(5000), None));
    let proofs = document_proof::Entity::find().all(&stage.world.app.db).await.unwrap();
    assert_eq!(proofs.iter().filter(|proof| proof.document_id == id).count(), 2); // S257, D19
    assert_eq!(stage.ledger().await, (1, 4, 1)); // one audit; file, document and two proofs; one key

    let again = send(&stage, &stage.own, "submit-1", certificate(&stage)).await;
    assert_eq!((again, stage.ledger().await), (Ok(id), (1, 4, 1)));

    let accept = (DocumentDecision::Accept, None);
    let early = decide(&stage, &stage.officer, "review-1", (id, 1), accept).await.unwrap_err();
    assert_eq!((early.code, early.current), (NotReviewed::FileNotVerified, Some(id.into())));
    turn_file(&stage, sent.file_id, |file| file.state = Set(FileState::Accepted.into())).await;
    let stale = decide(&stage, &stage.officer, "review-2", (id, 0), accept).await.unwrap_err();
    assert_eq!(stale.code, NotReviewed::Stale);
    assert_eq!(stage.ledger().await, (1, 4, 1));

    assert_eq!(decide(&stage, &stage.officer, "review-3", (id, 1), accept).await, Ok(id));
    let accepted = stage.row::<document::Entity>(id).await;
    assert_eq!((accepted.state.0, accepted.version), (DocumentState::Accepted, 2));
    assert_eq!(accepted.reviewed_by_id, Some(stage.officer.scope.account_id));
    assert_eq!(stage.ledger().await, (2, 5, 2));
    let late = take_back(&stage, &stage.own, "withdraw-1", id).await.unwrap_err();
    assert_eq!((late.code, late.current), (NotWithdrawn::NotSubmitted, Some(id.into())));

    let replacing = SubmitDocumentInput { replaces_id: Some(IdOf(id)), ..certificate(&stage) };
    let newer = send(&stage, &stage.officer, "submit-2", replacing).await.unwrap();
    assert_eq!(stage.row::<document::Entity>(newer).await.replaces_id, Some(id));
    assert_eq!(stage.row::<document::Entity>(id).await.state.0, DocumentState::Accepted);
}

#[tokio::test]
async fn a_document_is_its_providers_and_its_authoritys_affair() {
    let stage = Stage::new().await;
    let refused =
        async |by: &Actor, key| send(&stage, by, key, certificate(&stage)).await.map_err(|refusal| refusal.code);
    assert_eq!(refused(&stage.other, "submit-1").await, Err(NotSubmitted::ProviderNotFound));
    assert_eq!(refused(&stage.visitor, "submit-2").await, Err(NotSubmitted::NotAllowed));
    assert_eq!(stage.ledger().await, (0, 0, 0));

    let id = send(&stage, &stage.own, "submit-3", certificate(&stage)).await.unwrap();
    let before = stage.ledger().await;
    let accept = (DocumentDecision::Accept, None);
    let strange = decide(&stage, &stage.other, "review-1", (id, 1), accept).await.unwrap_err();
    assert_eq!((strange.code, strange.current), (NotReviewed::NotFound, None));
    let owner = decide(&stage, &stage.own, "review-2", (id, 1), accept).await.unwrap_err();
    assert_eq!(owner.code, NotReviewed::NotAllowed);
    let taken = take_back(&stage, &stage.other, "withdraw-1", id).await.unwrap_err();
    assert_eq!(taken.code, NotWithdrawn::NotFound);
    let officer = take_back(&stage, &stage.officer, "withdraw-2", id).await.unwrap_err();
    assert_eq!(officer.code, NotWithdrawn::NotAllowed);
    let wordless = decide(&stage, &stage.officer, "review-3", (id, 1), (DocumentDecision::Refuse, None)).await;
    let wordless = wordless.unwrap_err();
    assert_eq!((wordless.code, wordless.field), (NotReviewed::ReasonRequired, Some("reason")));
    let foreign = SubmitDocumentInput { replaces_id: Some(IdOf(DocumentId(uuid::Uuid::nil()))), ..certificate(&stage) };
    let foreign = send(&stage, &stage.own, "submit-4", foreign).await.unwrap_err();
    assert_eq!(foreign.code, NotSubmitted::ReplacesNotFound);
    assert_eq!(stage.ledger().await, before);

    assert_eq!(take_back(&stage, &stage.own, "withdraw-3", id).await, Ok(id));
    assert_eq!(stage.row::<document::Entity>(id).await.state.0, DocumentState::Withdrawn);
}

#[tokio::test]
async fn what_a_document_lacks_is_said_and_nothing_is_written() {
    let stage = Stage::new().await;
    let first = send(&stage, &stage.own, "submit-0", certificate(&stage)).await.unwrap();
    let before = stage.ledger().await;
    let word = FileAnnouncementInput {
        sha256: "ab".repeat(32),
        byte_size: BigInt(5000),
        media_type: "application/msword".to_owned(),
    };
    let unknown = IdOf(entity::ids::DocumentTypeId(uuid::Uuid::nil()));
    let cases = [
        (SubmitDocumentInput { document_type_ids: Vec::new(), ..certificate(&stage) }, NotSubmitted::TypeCount),
        (SubmitDocumentInput { document_type_ids: vec![unknown], ..certificate(&stage) }, NotSubmitted::TypeNotFound),
        (SubmitDocumentInput { expires_on: None, ..certificate(&stage) }, NotSubmitted::ExpiryRequired),
        (SubmitDocumentInput { cover: None, ..certificate(&stage) }, NotSubmitted::CoverRequired),
        (SubmitDocumentInput { id: Some(IdOf(first)), ..certificate(&stage) }, NotSubmitted::IdTaken),
        (
            SubmitDocumentInput { file: DocumentFileInput::Announce(word), ..certificate(&stage) },
            NotSubmitted::TypeNotTaken,
        ),
    ];
    for (input, code) in cases {
        let key = format!("submit-{code}");
        assert_eq!(send(&stage, &stage.own, &key, input).await.unwrap_err().code, code);
    }
    assert_eq!(stage.ledger().await, before);
}

#[tokio::test]
async fn a_file_that_was_sent_first_is_claimed_once_and_by_its_sender() {
    let stage = Stage::new().await;
    let first = send(&stage, &stage.own, "submit-1", certificate(&stage)).await.unwrap();
    let file_id = stage.row::<document::Entity>(first).await.file_id;
    let claiming = || SubmitDocumentInput { file: DocumentFileInput::FileId(IdOf(file_id)), ..certificate(&stage) };
    let used = send(&stage, &stage.own, "submit-2", claiming()).await.unwrap_err();
    assert_eq!((used.code, used.field), (NotSubmitted::FileClaimed, Some("file")));

    // As an upload of its own leaves it, which nothing refers to.
    let soon = stage.world.app.clock.now() + TimeDelta::days(1);
    turn_file(&stage, file_id, |file| file.unclaimed_until = Set(Some(soon))).await;
    let strange = send(&stage, &stage.officer, "submit-3", claiming()).await.unwrap_err();
    assert_eq!(strange.code, NotSubmitted::FileNotFound);
    let second = send(&stage, &stage.own, "submit-4", claiming()).await.unwrap();
    assert_eq!(stage.row::<document::Entity>(second).await.file_id, file_id);
    assert_eq!(stage.row::<file::Entity>(file_id).await.unclaimed_until, None);
}
