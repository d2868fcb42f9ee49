//! Phones, in the graph.

use std::sync::Arc;

use async_graphql::{Context, Object, Value};

use super::answers::{self, PushCommandsPayload};
use super::commands::{self, Command};
use super::inputs::PushCommandsInput;
use super::types::SyncPage;
use super::{feed, store};
use crate::app::App;
use crate::graph::errors::{self, Code, refuse};
use crate::graph::mutate::KEY_LENGTH;
use crate::graph::tree::Reading;
use crate::ledger::Actor;

/// Items on a page of the feed.
const FIRST: std::ops::RangeInclusive<i32> = 1..=500;

/// What phones read.
#[derive(Debug, Default)]
pub struct SyncQuery;

#[Object]
impl SyncQuery {
    /// What the viewer's phone may take along, and what changed of it since the cursor: the visits that the viewer makes,
    /// open or over for 30 days at most, with what belongs to them; their providers and sites; last findings, open actions
    /// and documents of the providers; pupils who attend that day as initials, year and days. Without a cursor, or with one
    /// that does not hold any more, it begins anew.
    async fn sync(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where the last page ended.")] after: Option<String>,
        #[graphql(
            desc = "About how many items, 1 to 500. A visit that is new to the viewer comes whole.",
            default = 200
        )]
        first: i32,
    ) -> async_graphql::Result<SyncPage> {
        let (app, actor) = (ctx.data::<App>()?, actor(ctx)?);
        if !FIRST.contains(&first) {
            return Err(refuse(Code::BadInput, "first is from 1 to 500"));
        }
        let first = first.unsigned_abs().into();
        let db = app.db.begin().await?;
        let made = feed::page(&db, &actor.scope, after.as_deref(), first, app.clock.now()).await?;
        db.commit().await?;
        let mut reads = ctx.data::<Arc<Reading>>()?.reads.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !made.pupils.is_empty() {
            reads.entry("pupil").or_default().extend(made.pupils);
        }
        Ok(made.page)
    }
}

/// What phones have done.
#[derive(Debug, Default)]
pub struct SyncMutation;

#[Object]
impl SyncMutation {
    /// Does what a phone did while it was offline: each command is the single mutation of its name, done once for its key,
    /// and answered on its own. One that is refused or fails does not stop the next.
    async fn push_commands(
        &self,
        ctx: &Context<'_>,
        input: PushCommandsInput,
    ) -> async_graphql::Result<PushCommandsPayload> {
        let (app, actor) = (ctx.data::<App>()?, actor(ctx)?);
        let commands = paired(input.commands, sent(ctx)?)?;
        if input.epoch != store::epoch(&app.db).await?.to_string() {
            return Ok(PushCommandsPayload { restored: true, answers: Vec::new() });
        }
        let mut answered = Vec::with_capacity(commands.len());
        for command in commands {
            answered.push(commands::execute(app, actor, command).await);
        }
        let answers = answers::show(&app.db, &actor.scope, answered).await?;
        Ok(PushCommandsPayload { restored: false, answers })
    }
}

fn actor<'a>(ctx: &Context<'a>) -> async_graphql::Result<&'a Arc<Actor>> {
    ctx.data_opt::<Arc<Actor>>().ok_or_else(errors::sign_in_first)
}

/// The inputs of the acts as they were sent, in order.
fn sent(ctx: &Context<'_>) -> async_graphql::Result<Vec<Value>> {
    let mut arguments = ctx.field().arguments()?;
    let input = arguments.drain(..).find_map(|(name, value)| (name == "input").then_some(value));
    let Some(Value::Object(mut input)) = input else { return Ok(Vec::new()) };
    let commands = match input.swap_remove("commands") {
        Some(Value::List(commands)) => commands,
        // GraphQL reads one item as a list of it.
        Some(command) => vec![command],
        None => Vec::new(),
    };
    let act = |command: Value| {
        let Value::Object(mut command) = command else { return Value::Null };
        match command.swap_remove("act") {
            Some(Value::Object(act)) => act.into_iter().next().map_or(Value::Null, |(_, input)| input),
            _ => Value::Null,
        }
    };
    Ok(commands.into_iter().map(act).collect())
}

fn paired(inputs: Vec<super::inputs::CommandInput>, sent: Vec<Value>) -> async_graphql::Result<Vec<Command>> {
    if inputs.len() > commands::MOST {
        return Err(refuse(Code::BadInput, "at most 50 commands are taken at once"));
    }
    if inputs.iter().any(|input| input.act.key() != input.idempotency_key) {
        return Err(refuse(Code::BadInput, "the idempotencyKey of a command is also that of its act"));
    }
    if inputs.iter().any(|input| !KEY_LENGTH.contains(&input.idempotency_key.chars().count())) {
        return Err(refuse(Code::BadInput, "idempotencyKey has 8 to 100 characters"));
    }
    Ok(inputs.into_iter().zip(sent).map(|(input, sent)| Command { input, sent }).collect())
}
