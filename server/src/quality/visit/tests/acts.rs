//! What the people of a stage do, each in a line.

use domain::RefusalCode;
use domain::manifest::Sha256Sum;
use domain::quality::amendment::{DecideAmendmentRefusal, SuggestAmendmentRefusal};
use domain::quality::completion::CompleteVisitRefusal;
use domain::quality::judgement::RecordJudgementRefusal;
use domain::quality::report::{AcceptReportRefusal, PublishReportRefusal, SendReportRefusal, SettleFindingRefusal};
use domain::quality::visit::{CancelVisitRefusal, PlanVisitRefusal, RescheduleVisitRefusal};
use domain::reference::framework;
use entity::finding;
use entity::ids::{
    AmendmentId, EvidenceId, FindingId, FrameworkVersionId, JudgementId, Key, OutcomeId, StandardId, VisitId,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::super::graph::{CancelVisitInput, PlanVisitInput, RescheduleVisitInput, VisitorInput};
use super::super::service;
use super::stage::{Stage, day, derby, standard};
use crate::graph::ids::IdOf;
use crate::graph::scalars::{BigInt, Date};
use crate::ledger::{Actor, Outcome, Refused, Write, perform};
use crate::quality::amendment::graph::{DecideAmendmentInput, FindingWordsInput, SuggestAmendmentInput};
use crate::quality::completion::graph::{CompleteVisitInput, ManifestItemInput};
use crate::quality::finding::graph::SettleFindingInput;
use crate::quality::judgement::graph::RecordJudgementInput;
use crate::quality::report::graph::{AcceptReportInput, PublishReportInput, SendReportToProviderInput};
use crate::quality::{amendment, completion, judgement, report};

impl Stage {
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
        let body = async |write: &mut Write<'_>| service::plan(write, input).await;
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
        self.act(&self.ada(), async |write| service::reschedule(write, input).await).await
    }

    pub async fn cancel(&self, visit: VisitId, reason: &str) -> Outcome<VisitId, CancelVisitRefusal> {
        let input = CancelVisitInput { idempotency_key: String::new(), visit_id: IdOf(visit), reason: reason.into() };
        self.act(&self.officer(), async |write| service::cancel(write, input).await).await
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
        let (idempotency_key, visit_id) = (String::new(), IdOf(visit));
        let input = CompleteVisitInput { idempotency_key, visit_id, manifest, proposed_outcome_id: None };
        let mut told = completion::service::Told::default();
        let body = async |write: &mut Write<'_>| completion::service::complete(write, input, &mut told).await;
        let outcome = self.act(&self.ada(), body).await;
        (told.missing, outcome)
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
        let mut words: Vec<_> = disputed.seen.split("\n\n").collect();
        words.sort_unstable();
        assert_eq!((words, disputed.rating_id), (vec!["Ada: Gate open", "Ben: Gate locked"], None));
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
