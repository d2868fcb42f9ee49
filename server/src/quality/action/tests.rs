use domain::quality::action::{
    CreateImprovementActionRefusal as NotCreated, UpdateImprovementActionRefusal as NotUpdated,
};
use domain::quality::{ActionState, Rag, ReportState, VisitState};
use entity::ids::{ActionId, VisitId};
use entity::{action_update, improvement_action};
use sea_orm::EntityTrait;

use super::graph::{CreateImprovementActionInput, UpdateImprovementActionInput};
use super::service::{create, update};
use crate::graph::ids::{CodeOf, IdOf};
use crate::graph::scalars::Date;
use crate::ledger::{Actor, Outcome};
use crate::quality::stage::{Stage, fire_plan};

fn plan(stage: &Stage) -> CreateImprovementActionInput {
    CreateImprovementActionInput {
        idempotency_key: String::new(),
        id: None,
        provider_id: IdOf(stage.provider_id),
        visit_id: Some(IdOf(stage.visit_id)),
        standard_id: Some(IdOf(fire_plan())),
        area: "Fire safety".to_owned(),
        action: "Put a fire plan beside every door".to_owned(),
        owner: "Head of centre".to_owned(),
        due_on: Date(stage.world.app.clock.now().date_naive()),
        rag: CodeOf(Rag::Red),
    }
}

async fn set(
    stage: &Stage,
    by: &Actor,
    key: &str,
    input: CreateImprovementActionInput,
) -> Outcome<ActionId, NotCreated> {
    stage.act(by, key, async |write| create(write, input).await).await
}

async fn step(
    stage: &Stage,
    by: &Actor,
    key: &str,
    (id, version): (ActionId, i32),
    (rag, state): (Option<Rag>, Option<ActionState>),
) -> Outcome<ActionId, NotUpdated> {
    let input = UpdateImprovementActionInput {
        idempotency_key: String::new(),
        improvement_action_id: IdOf(id),
        version,
        rag: rag.map(CodeOf),
        state: state.map(CodeOf),
        note: "Plans are up".to_owned(),
    };
    stage.act(by, key, async |write| update(write, input).await).await
}

#[tokio::test]
async fn an_action_is_set_reported_done_and_closed_and_every_step_is_kept() {
    let stage = Stage::new().await;
    let id = set(&stage, &stage.visitor, "create-1", plan(&stage)).await.unwrap();
    assert_eq!(stage.ledger().await, (1, 2, 1)); // the action and its first step
    assert_eq!(set(&stage, &stage.visitor, "create-1", plan(&stage)).await, Ok(id));
    assert_eq!(stage.ledger().await, (1, 2, 1));

    // S47: before the provider may read the report, it does not see what came of the visit.
    let done = (None, Some(ActionState::ReportedDone));
    let early = step(&stage, &stage.own, "update-1", (id, 1), done).await.unwrap_err();
    assert_eq!((early.code, early.current), (NotUpdated::NotFound, None));
    stage.turn_visit(VisitState::Complete, ReportState::WithProvider).await;
    let closing = (None, Some(ActionState::Closed));
    let own = step(&stage, &stage.own, "update-2", (id, 1), closing).await.unwrap_err();
    assert_eq!((own.code, own.current), (NotUpdated::StateByQaTeam, Some(id.into())));
    let green = step(&stage, &stage.own, "update-3", (id, 1), (Some(Rag::Green), None)).await.unwrap_err();
    assert_eq!((green.code, green.field), (NotUpdated::RagByQaTeam, Some("rag")));
    let strange = step(&stage, &stage.other, "update-4", (id, 1), done).await.unwrap_err();
    assert_eq!(strange.code, NotUpdated::NotFound);
    assert_eq!(stage.ledger().await, (1, 2, 1));

    assert_eq!(step(&stage, &stage.own, "update-5", (id, 1), done).await, Ok(id));
    let stale = step(&stage, &stage.officer, "update-6", (id, 1), closing).await.unwrap_err();
    assert_eq!((stale.code, stale.current), (NotUpdated::Stale, Some(id.into())));
    assert_eq!(step(&stage, &stage.officer, "update-7", (id, 2), closing).await, Ok(id));
    let closed = stage.row::<improvement_action::Entity>(id).await;
    assert_eq!((closed.state.0, closed.rag.0, closed.version), (ActionState::Closed, Rag::Green, 3));
    assert_eq!(closed.closed_at, Some(stage.world.app.clock.now()));

    let history = action_update::Entity::find().all(&stage.world.app.db).await.unwrap();
    let mut history: Vec<_> = history.iter().map(|step| (step.state.0, step.rag.0)).collect();
    history.sort_by_key(|(state, _)| *state);
    let expected =
        [(ActionState::Open, Rag::Red), (ActionState::ReportedDone, Rag::Red), (ActionState::Closed, Rag::Green)];
    assert_eq!(history, expected); // S227
    let opened = step(&stage, &stage.officer, "update-8", (id, 3), (None, Some(ActionState::Open))).await;
    assert_eq!(opened, Ok(id));
    assert_eq!(stage.row::<improvement_action::Entity>(id).await.closed_at, None);
}

#[tokio::test]
async fn only_the_qa_team_sets_actions_and_for_what_there_is() {
    let stage = Stage::new().await;
    let nowhere = || CreateImprovementActionInput { visit_id: Some(IdOf(VisitId(uuid::Uuid::nil()))), ..plan(&stage) };
    let yesterday = Date(plan(&stage).due_on.0.pred_opt().unwrap());
    let cases = [
        (&stage.own, plan(&stage), NotCreated::NotAllowed),
        (&stage.other, plan(&stage), NotCreated::ProviderNotFound),
        (&stage.officer, nowhere(), NotCreated::VisitNotFound),
        (&stage.officer, CreateImprovementActionInput { due_on: yesterday, ..plan(&stage) }, NotCreated::DueTooEarly),
        (
            &stage.officer,
            CreateImprovementActionInput { visit_id: None, due_on: yesterday, ..plan(&stage) },
            NotCreated::DueTooEarly,
        ),
        (&stage.officer, CreateImprovementActionInput { area: String::new(), ..plan(&stage) }, NotCreated::AreaLength),
    ];
    for (by, input, code) in cases {
        assert_eq!(set(&stage, by, &format!("create-{code}"), input).await.unwrap_err().code, code);
    }
    assert_eq!(stage.ledger().await, (0, 0, 0));
}
