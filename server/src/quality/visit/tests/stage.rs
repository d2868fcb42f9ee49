//! An authority with a provider, two visitors, an officer and somebody of the provider; and what they do.

use std::cell::Cell;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use domain::RefusalCode;
use domain::access::{AccountState, Role};
use domain::file::FileState;
use domain::manifest::Sha256Sum;
use domain::organisation::ProviderKind;
use domain::quality::amendment::{DecideAmendmentRefusal, SuggestAmendmentRefusal};
use domain::quality::completion::CompleteVisitRefusal;
use domain::quality::judgement::RecordJudgementRefusal;
use domain::quality::report::{AcceptReportRefusal, PublishReportRefusal, SendReportRefusal, SettleFindingRefusal};
use domain::quality::visit::{CancelVisitRefusal, PlanVisitRefusal, RescheduleVisitRefusal};
use domain::quality::{ActionState, ApprovalState, EvidenceKind, Rag};
use domain::reference::{Framework, framework};
use entity::ids::{
    AccountId, AmendmentId, AuthorityId, EvidenceId, FileId, FindingId, FrameworkVersionId, JudgementId, Key,
    MembershipId, OutcomeId, ProviderId, RatingId, StandardId, VisitId,
};
use entity::{
    account, approval, evidence, file, finding, improvement_action, local_authority, membership, provider, visit,
};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, IntoActiveModel, QueryFilter};

use crate::access::scope::{Grant, Scope};
use crate::app::testing::World;
use crate::graph::ids::IdOf;
use crate::graph::scalars::{BigInt, Date};
use crate::ledger::{Actor, Outcome, Refused, Write, perform};
use crate::quality::amendment::graph::{DecideAmendmentInput, FindingWordsInput, SuggestAmendmentInput};
use crate::quality::completion::graph::{CompleteVisitInput, ManifestItemInput};
use crate::quality::finding::graph::SettleFindingInput;
use crate::quality::framework::install::install;
use crate::quality::judgement::graph::RecordJudgementInput;
use crate::quality::report::graph::{AcceptReportInput, PublishReportInput, SendReportToProviderInput};
use crate::quality::visit::graph::{CancelVisitInput, PlanVisitInput, RescheduleVisitInput, VisitorInput};
use crate::quality::{amendment, completion, judgement, report};

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn derby() -> &'static Framework {
    framework("derby", "2024").unwrap()
}

fn standard(code: &str) -> IdOf<StandardId> {
    IdOf(StandardId(derby().standard(code).unwrap().id))
}

pub struct Stage {
    world: World,
    authority: AuthorityId,
    provider: ProviderId,
    people: [AccountId; 4],
    keys: Cell<u32>,
}

impl Stage {
    pub async fn new() -> Self {
        let world = World::new().await;
        let now = world.app.clock.now();
        install(&world.app.db, now).await.unwrap();
        let id = || world.app.ids.next(now);
        let (authority, provider) = (AuthorityId(id()), ProviderId(id()));
        let people = [(); 4].map(|()| AccountId(id()));
        let stage = Self { world, authority, provider, people, keys: Cell::new(0) };
        stage.organisations(now).await;
        let roles = [Role::Visitor, Role::Visitor, Role::Officer, Role::Provider];
        for (number, role) in roles.into_iter().enumerate() {
            stage.person(number, role, now).await;
        }
        stage
    }

    async fn put<M>(&self, row: M)
    where
        M: sea_orm::ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
    {
        <M::Entity as EntityTrait>::insert(row.into_active_model()).exec_without_returning(self.db()).await.unwrap();
    }

    async fn organisations(&self, now: DateTime<Utc>) {
        self.put(local_authority::Model {
            id: self.authority,
            code: "901".into(),
            name: "Fenshire".into(),
            created_at: now,
            updated_at: now,
            version: 1,
        })
        .await;
        self.put(provider::Model {
            id: self.provider,
            authority_id: self.authority,
            name: "Fen Motors".into(),
            kind: ProviderKind::MotorVehicle.into(),
            registered: false,
            urn: None,
            ukprn: None,
            website: None,
            telephone: None,
            email: None,
            capacity: None,
            next_visit_due_on: None,
            created_at: now,
            updated_at: now,
            version: 1,
        })
        .await;
        self.put(approval::Model {
            id: self.id(),
            authority_id: self.authority,
            provider_id: self.provider,
            state: ApprovalState::Approved.into(),
            visit_id: None,
            reason: "Carried over".into(),
            starts_on: day("2025-09-01"),
            ends_on: None,
            created_at: now,
            updated_at: now,
            version: 1,
        })
        .await;
    }

    async fn person(&self, number: usize, role: Role, now: DateTime<Utc>) {
        let account_id = self.people[number];
        let name = ["Ada", "Ben", "Cleo", "Dev"][number];
        self.put(account::Model {
            id: account_id,
            email: format!("{}@fenshire.example", name.to_lowercase()),
            name: name.into(),
            password_hash: None,
            state: AccountState::Active.into(),
            created_at: now,
            updated_at: now,
            version: 1,
        })
        .await;
        self.put(membership::Model {
            id: self.id::<MembershipId>(),
            authority_id: self.authority,
            account_id,
            role: role.into(),
            partnership_id: None,
            provider_id: (role == Role::Provider).then_some(self.provider),
            starts_on: day("2025-09-01"),
            ends_on: None,
            created_at: now,
            updated_at: now,
            version: 1,
        })
        .await;
    }

    pub fn db(&self) -> &DatabaseConnection {
        &self.world.app.db
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.world.app.clock.now()
    }

    fn id<K: Key>(&self) -> K {
        K::from(self.world.app.ids.next(self.now()))
    }

    fn actor(&self, account: AccountId, role: Role, authority_id: AuthorityId) -> Actor {
        let provider_id = (role == Role::Provider).then_some(self.provider);
        let grant = Grant { role, authority_id, partnership_id: None, school_ids: Vec::new(), provider_id };
        let scope = Arc::new(Scope::new(account, self.now().date_naive(), vec![grant]));
        Actor { scope, session_id: None, device_name: None, request_id: "test".into() }
    }

    /// A visitor who leads.
    pub fn ada(&self) -> Actor {
        self.actor(self.people[0], Role::Visitor, self.authority)
    }

    /// A visitor.
    pub fn ben(&self) -> Actor {
        self.actor(self.people[1], Role::Visitor, self.authority)
    }

    pub fn officer(&self) -> Actor {
        self.actor(self.people[2], Role::Officer, self.authority)
    }

    /// Somebody of the provider.
    pub fn staff(&self) -> Actor {
        self.actor(self.people[3], Role::Provider, self.authority)
    }

    /// An officer of another authority.
    pub fn stranger(&self) -> Actor {
        self.actor(self.people[2], Role::Officer, self.id())
    }

    async fn act<K: Key, C: RefusalCode>(
        &self,
        actor: &Actor,
        body: impl AsyncFnOnce(&mut Write<'_>) -> Result<K, Refused<C>>,
    ) -> Outcome<K, C> {
        perform(&self.world.app, actor, "test", &self.key(), b"", body).await.unwrap()
    }

    fn key(&self) -> String {
        self.keys.set(self.keys.get() + 1);
        format!("key-{:08}", self.keys.get())
    }

    pub async fn plan(&self, actor: &Actor, key: &str, purpose: &str) -> Outcome<VisitId, PlanVisitRefusal> {
        let visitor = |number: usize| VisitorInput { account_id: IdOf(self.people[number]), lead: number == 0 };
        let input = PlanVisitInput {
            idempotency_key: key.into(),
            id: None,
            provider_id: IdOf(self.provider),
            framework_version_id: IdOf(FrameworkVersionId(derby().version_id)),
            purpose: purpose.into(),
            planned_for: Date(day("2026-03-10")),
            planned_at: Some("09:30".into()),
            site_id: None,
            partnership_id: None,
            visitors: vec![visitor(0), visitor(1)],
        };
        let request = format!("{input:?}");
        let body = async |write: &mut Write<'_>| super::super::service::plan(write, input).await;
        perform(&self.world.app, actor, "planVisit", key, request.as_bytes(), body).await.unwrap()
    }

    pub async fn reschedule(&self, visit: VisitId, version: i32, on: &str) -> Outcome<VisitId, RescheduleVisitRefusal> {
        let input = RescheduleVisitInput {
            idempotency_key: String::new(),
            visit_id: IdOf(visit),
            version,
            planned_for: Date(day(on)),
            planned_at: None,
        };
        self.act(&self.ada(), async |write| super::super::service::reschedule(write, input).await).await
    }

    pub async fn cancel(&self, visit: VisitId, reason: &str) -> Outcome<VisitId, CancelVisitRefusal> {
        let input = CancelVisitInput { idempotency_key: String::new(), visit_id: IdOf(visit), reason: reason.into() };
        self.act(&self.officer(), async |write| super::super::service::cancel(write, input).await).await
    }

    pub async fn visit(&self, id: VisitId) -> visit::Model {
        visit::Entity::find_by_id(id).one(self.db()).await.unwrap().unwrap()
    }

    pub fn rating(&self, code: &str) -> RatingId {
        RatingId(derby().ratings.iter().find(|rating| rating.code == code).unwrap().id)
    }

    async fn record(
        &self,
        actor: &Actor,
        visit: VisitId,
        standard_id: IdOf<StandardId>,
        (rating, seen, reason, base): (&str, &str, Option<&str>, Option<i32>),
    ) -> Outcome<JudgementId, RecordJudgementRefusal> {
        let input = RecordJudgementInput {
            idempotency_key: String::new(),
            id: None,
            visit_id: IdOf(visit),
            standard_id,
            rating_id: Some(IdOf(self.rating(rating))),
            seen: seen.into(),
            action: String::new(),
            answered_on: None,
            next_on: None,
            missing_reason: reason.map(str::to_owned),
            base_revision: base,
        };
        self.act(actor, async |write| judgement::service::record(write, input).await).await
    }

    pub async fn judge(
        &self,
        actor: &Actor,
        visit: VisitId,
        code: &str,
        rating: &str,
        seen: &str,
        base: Option<i32>,
    ) -> Outcome<JudgementId, RecordJudgementRefusal> {
        self.record(actor, visit, standard(code), (rating, seen, None, base)).await
    }

    pub async fn judge_with_foreign_standard(&self, visit: VisitId) -> Outcome<JudgementId, RecordJudgementRefusal> {
        let foreign = framework("emat", "2025-03").unwrap().standard("V10").unwrap().id;
        self.record(&self.ada(), visit, IdOf(StandardId(foreign)), ("fully", "", None, None)).await
    }

    /// Ada judges every standard but one; evidence is lacking for a reason, the photograph of the entrance (1e) aside.
    pub async fn judge_all_but(&self, visit: VisitId, code: &str) {
        for (_, standard) in derby().standards().filter(|(_, standard)| standard.code != code) {
            let reason = (standard.code != "1e").then_some("Not today");
            let id = IdOf(StandardId(standard.id));
            self.record(&self.ada(), visit, id, ("fully", "Seen", reason, None)).await.unwrap();
        }
    }

    /// A photograph whose bytes have arrived and are being checked.
    pub async fn photo(&self, visit: VisitId, code: &str, sha256: Sha256Sum, size: i64) -> EvidenceId {
        let now = self.now();
        let file_id = self.id::<FileId>();
        self.put(file::Model {
            id: file_id,
            authority_id: self.authority,
            owner_account_id: self.people[0],
            state: FileState::Quarantined.into(),
            refusal: None,
            object_key: None,
            sha256: Some(sha256.to_string()),
            declared_sha256: Some(sha256.to_string()),
            byte_size: Some(size),
            declared_size: Some(size),
            media_type: None,
            declared_media_type: None,
            width: None,
            height: None,
            pages: None,
            unclaimed_until: None,
            created_at: now,
            updated_at: now,
            version: 1,
        })
        .await;
        let id = self.id();
        self.put(evidence::Model {
            id,
            authority_id: self.authority,
            provider_id: self.provider,
            visit_id: Some(visit),
            standard_id: Some(standard(code).0),
            improvement_action_id: None,
            kind: EvidenceKind::Photo.into(),
            file_id,
            caption: None,
            captured_at: now,
            captured_by_id: self.people[0],
            device_name: None,
            withdrawn_at: None,
            withdrawn_reason: None,
            created_at: now,
            updated_at: now,
            version: 1,
        })
        .await;
        id
    }

    /// The file of a piece of evidence turns out right.
    pub async fn verify(&self, photo: EvidenceId) {
        let row = evidence::Entity::find_by_id(photo).one(self.db()).await.unwrap().unwrap();
        let accepted =
            file::ActiveModel { id: Set(row.file_id), state: Set(FileState::Accepted.into()), ..Default::default() };
        file::Entity::update(accepted).exec(self.db()).await.unwrap();
    }

    /// What was told to stand in the way, and what came of completing.
    pub async fn complete(
        &self,
        visit: VisitId,
        manifest: &[(EvidenceId, Sha256Sum, i64)],
    ) -> (Vec<String>, Outcome<VisitId, CompleteVisitRefusal>) {
        let item = |(evidence, sha256, size): &(EvidenceId, Sha256Sum, i64)| ManifestItemInput {
            evidence_id: IdOf(*evidence),
            sha256: sha256.to_string(),
            byte_size: BigInt(*size),
        };
        let manifest = manifest.iter().map(item).collect();
        let input = CompleteVisitInput { idempotency_key: String::new(), visit_id: IdOf(visit), manifest };
        let mut told = Vec::new();
        let body = async |write: &mut Write<'_>| completion::service::complete(write, input, &mut told).await;
        let outcome = self.act(&self.ada(), body).await;
        (told, outcome)
    }

    /// A complete visit, and the one finding on which its visitors differ.
    pub async fn completed_with_dispute(&self) -> (VisitId, finding::Model) {
        let visit = self.plan(&self.ada(), "key-plan", "Termly visit").await.unwrap();
        self.judge_all_but(visit, "1e").await;
        self.judge(&self.ada(), visit, "1e", "limited", "Gate open", None).await.unwrap();
        self.judge(&self.ben(), visit, "1e", "fully", "Gate locked", None).await.unwrap();
        let sum = Sha256Sum::of(b"entrance");
        let photo = self.photo(visit, "1e", sum, 8).await;
        self.verify(photo).await;
        self.complete(visit, &[(photo, sum, 8)]).await.1.unwrap();
        let disputed = finding::Entity::find().filter(finding::Column::Settled.eq(false));
        let disputed = disputed.one(self.db()).await.unwrap().unwrap();
        assert_eq!((disputed.seen.as_str(), disputed.rating_id), ("Ada: Gate open\n\nBen: Gate locked", None));
        (visit, disputed)
    }

    pub async fn settle(
        &self,
        finding: &finding::Model,
        rating: &str,
        seen: &str,
    ) -> Outcome<FindingId, SettleFindingRefusal> {
        let input = SettleFindingInput {
            idempotency_key: String::new(),
            finding_id: IdOf(finding.id),
            version: finding.version,
            rating_id: Some(IdOf(self.rating(rating))),
            seen: seen.into(),
            action: String::new(),
        };
        let settle = async |write: &mut Write<'_>| crate::quality::finding::service::settle(write, input).await;
        self.act(&self.ben(), settle).await
    }

    pub async fn improvement(&self, visit: VisitId) {
        self.put(improvement_action::Model {
            id: self.id(),
            authority_id: self.authority,
            provider_id: self.provider,
            visit_id: Some(visit),
            standard_id: None,
            area: "Fire drills".into(),
            action: "Hold one this month".into(),
            owner: "Head".into(),
            due_on: day("2026-04-01"),
            rag: Rag::Red.into(),
            state: ActionState::Open.into(),
            closed_at: None,
            created_at: self.now(),
            updated_at: self.now(),
            version: 1,
        })
        .await;
    }

    pub async fn send(&self, visit: VisitId, outcome: &str) -> Outcome<VisitId, SendReportRefusal> {
        let outcome = derby().outcomes.iter().find(|line| line.code == outcome).unwrap().id;
        let input = SendReportToProviderInput {
            idempotency_key: String::new(),
            visit_id: IdOf(visit),
            scrutiny_ends_on: Date(day("2026-03-17")),
            summary: "A well-run workshop.".into(),
            outcome_id: IdOf(OutcomeId(outcome)),
        };
        self.act(&self.officer(), async |write| report::service::send(write, input).await).await
    }

    pub async fn suggest(
        &self,
        visit: VisitId,
        finding: Option<FindingId>,
        suggestion: &str,
    ) -> Outcome<AmendmentId, SuggestAmendmentRefusal> {
        let input = SuggestAmendmentInput {
            idempotency_key: String::new(),
            visit_id: IdOf(visit),
            finding_id: finding.map(IdOf),
            suggestion: suggestion.into(),
        };
        self.act(&self.staff(), async |write| amendment::service::suggest(write, input).await).await
    }

    /// Accepts with new words, or declines with a reason.
    pub async fn decide(
        &self,
        id: AmendmentId,
        finding: Option<FindingWordsInput>,
        reason: Option<&str>,
    ) -> Outcome<AmendmentId, DecideAmendmentRefusal> {
        let input = DecideAmendmentInput {
            idempotency_key: String::new(),
            amendment_id: IdOf(id),
            accept: finding.is_some(),
            reason: reason.map(str::to_owned),
            finding,
            summary: None,
        };
        self.act(&self.officer(), async |write| amendment::service::decide(write, input).await).await
    }

    pub async fn accept(&self, visit: VisitId) -> Outcome<VisitId, AcceptReportRefusal> {
        let input = AcceptReportInput { idempotency_key: String::new(), visit_id: IdOf(visit) };
        self.act(&self.staff(), async |write| report::service::accept(write, input).await).await
    }

    pub async fn publish(&self, visit: VisitId, next: Option<Date>) -> Outcome<VisitId, PublishReportRefusal> {
        let input =
            PublishReportInput { idempotency_key: String::new(), visit_id: IdOf(visit), next_visit_due_on: next };
        self.act(&self.officer(), async |write| report::service::publish(write, input).await).await
    }
}
