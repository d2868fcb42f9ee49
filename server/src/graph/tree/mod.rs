//! The read tree: one way of reading for every noun, list or single node.
//!
//! A query names a root field; below it, this module takes over from async-graphql. [`plan`] walks the selection and
//! says which rows of which noun are wanted at each level; [`fetch`] gets all levels with one statement, each narrowed by the
//! viewer's scope; [`write`] turns the rows into the bytes of the answer. Nouns only declare
//! ([`noun`]); schema types ([`types`]), filters ([`filter`]) and pages ([`page`]) follow from what they declare.
//!
//! How the bytes reach the response, [`answer`](super::answer) says.

mod aggregate;
mod catalog;
mod column;
mod extract;
mod fetch;
mod filter;
mod noun;
mod page;
mod parts;
mod plan;
mod rollup;
mod types;
mod value;
mod write;

use std::borrow::Cow;
use std::marker::PhantomData;
use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaType, MetaTypeId, Registry};
use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ErrorExtensions, ObjectType, OutputType, Pos, Positioned, QueryEnv,
    ServerError, ServerResult, Value,
};
use chrono::{DateTime, Utc};
use entity::ids::Key;
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

pub use catalog::{Catalog, catalog};
pub use extract::{Heading, Holds, Sink};
pub use fetch::Reads;
pub use noun::{CodeList, Coded, Column, Direction, Edge, EdgeKind, Kind, Noun};
pub use rollup::{Rollup, Rollups};
pub use types::code_enum;
pub use value::{Cell, Linker};

use super::answer::raw;
use super::ids;
use super::selections::Selections;
use crate::access::scope::Scope;
use crate::database::Db;
use crate::extract::Extract;
use extract::Step;
use fetch::{ROOT, Reader};
use plan::Planner;
use write::Writer;

/// What reading needs to know of its request: where the rows are, and who asks.
pub struct Reading {
    /// The database.
    pub db: Db,
    /// What the viewer may see.
    pub scope: Arc<Scope>,
    /// Makes links to stored files.
    pub linker: Box<dyn Linker>,
    /// Ids of audited rows that were read.
    pub reads: Reads,
    /// When it is asked.
    pub now: DateTime<Utc>,
    /// Disturbs what is told to who may only count.
    pub secret: [u8; 32],
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").field("scope", &self.scope).finish_non_exhaustive()
    }
}

/// Why a tree could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// Something about the request, said so that its author can mend it.
    #[error("{message}")]
    Asked {
        /// What was wrong, and where.
        message: String,
        /// What a program can match on.
        code: &'static str,
    },
    /// The database failed.
    #[error("the database could not be read")]
    Database(#[from] DbErr),
}

impl TreeError {
    /// Something about an input, under the path where it stands.
    pub fn input(path: &str, message: &str) -> Self {
        Self::Asked { message: format!("{path}: {message}"), code: "BAD_INPUT" }
    }

    fn unknown_field(on: &str, name: &str) -> Self {
        Self::Asked { message: format!("{on} has no field {name}"), code: "BAD_INPUT" }
    }

    fn count_only(noun: &Noun, path: &str) -> Self {
        let instead = match (noun.plural, &noun.census) {
            (Some(plural), Some(_)) => format!("ask {plural}{}", aggregate::SUFFIX),
            _ => "they are in no table that small numbers are safe in".to_owned(),
        };
        let message = format!("{path}: your role may count {} rows but not list them: {instead}", noun.name);
        Self::Asked { message, code: "COUNT_ONLY" }
    }

    fn at(self, pos: Pos) -> ServerError {
        match self {
            Self::Asked { message, code } => {
                async_graphql::Error::new(message).extend_with(|_, ext| ext.set("code", code)).into_server_error(pos)
            }
            Self::Database(error) => async_graphql::Error::new_with_source(error).into_server_error(pos),
        }
    }
}

/// The root fields that read: `node`, and for each listed noun a connection and its aggregate.
#[derive(Debug, Default)]
pub struct TreeQuery;

impl OutputType for TreeQuery {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed("TreeQuery")
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Object, |registry| {
            let mut root = registry.create_fake_output_type::<Placeholder>();
            let read = types::register(registry, catalog());
            if let MetaType::Object { name, fields, rust_typename, .. } = &mut root {
                "TreeQuery".clone_into(name);
                *fields = read;
                *rust_typename = Some(std::any::type_name::<Self>());
            }
            root
        })
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        async_graphql::resolver_utils::resolve_container(ctx, self).await
    }
}

impl ObjectType for TreeQuery {}

/// An object type with no particular content, to start [`TreeQuery`]'s from.
#[derive(async_graphql::SimpleObject)]
struct Placeholder {
    nothing: bool,
}

impl ContainerType for TreeQuery {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        let name = ctx.item.node.name.node.as_str();
        let list = catalog().by_plural(name);
        let figures = name.strip_suffix(aggregate::SUFFIX).and_then(|plural| catalog().by_plural(plural));
        if name != "node" && list.or(figures).is_none() {
            return Ok(None);
        }
        let reading =
            ctx.data::<Arc<Reading>>().map_err(|_| super::errors::sign_in_first().into_server_error(ctx.item.pos))?;
        let answer = match (list, ctx.data_opt::<Arc<Extract>>()) {
            (Some(noun), None) => read_list(ctx, reading, noun).await,
            (Some(noun), Some(extract)) => extract_list(ctx, reading, noun, extract).await,
            (None, extract) => match (figures, extract) {
                (Some(noun), None) => aggregate::read(ctx, reading, noun).await,
                (Some(noun), Some(extract)) => aggregate::extract(ctx, reading, noun, extract).await,
                (None, _) => read_node(ctx, reading).await,
            },
        };
        answer.map(Some).map_err(|error| ctx.set_error_path(error.at(ctx.item.pos)))
    }
}

async fn read_list(ctx: &Context<'_>, reading: &Reading, noun: &'static Noun) -> Result<Value, TreeError> {
    let planner = planner(ctx.query_env, &reading.scope);
    let key = ctx.item.node.response_key().node.as_str();
    let fields = planner.selections.root_fields(key, "Query");
    let noun = planner.reach(noun, key)?;
    let (level, connection) = planner.root_connection(noun, &fields)?;
    let found = reader(reading, &reading.db).pages(&level, &connection, None).await?;
    let mut writer = Writer { out: Vec::with_capacity(4096), linker: reading.linker.as_ref() };
    writer.connection(&level, &connection, &found, ROOT)?;
    Ok(raw(writer.out))
}

/// Gives a list to its end to an extract, in one snapshot; the answer itself is empty.
async fn extract_list(
    ctx: &Context<'_>,
    reading: &Reading,
    noun: &'static Noun,
    extract: &Extract,
) -> Result<Value, TreeError> {
    let planner = planner(ctx.query_env, &reading.scope);
    let key = ctx.item.node.response_key().node.as_str();
    let (level, connection) = planner.whole(planner.reach(noun, key)?, key)?;
    let step = Step::first(&level, &connection)?;
    let mut rows = extract.begin(noun, step.headings())?;
    if extract.form.has_rows() {
        let snapshot = reading.db.snapshot().await?;
        reader(reading, &snapshot).all(&step, reading.linker.as_ref(), &mut rows).await?;
        snapshot.commit().await?;
    }
    extract.end(rows)?;
    Ok(Value::Null)
}

async fn read_node(ctx: &Context<'_>, reading: &Reading) -> Result<Value, TreeError> {
    let planner = planner(ctx.query_env, &reading.scope);
    let key = ctx.item.node.response_key().node.as_str();
    let fields = planner.selections.root_fields(key, "Query");
    let arguments = planner.selections.arguments(&ctx.item.node);
    let id = match arguments.get("id") {
        Some(Value::String(id)) => ids::split(id).and_then(|(prefix, id)| Some((catalog().by_prefix(prefix)?, id))),
        _ => None,
    };
    let Some((noun, id)) = id else { return Ok(Value::Null) };
    one_node(&planner, reading, noun, id, &fields).await
}

async fn one_node(
    planner: &Planner<'_>,
    reading: &Reading,
    noun: &'static Noun,
    id: Uuid,
    fields: &[&Field],
) -> Result<Value, TreeError> {
    let (level, shape) = planner.node(noun, fields)?;
    let found = reader(reading, &reading.db).node(&level, id).await?;
    if found.below.is_empty() {
        return Ok(Value::Null);
    }
    let mut writer = Writer { out: Vec::with_capacity(1024), linker: reading.linker.as_ref() };
    writer.row(&level, &shape, &found.below, 0)?;
    Ok(raw(writer.out))
}

fn reader<'a, C: ConnectionTrait>(reading: &'a Reading, connection: &'a C) -> Reader<'a, C> {
    Reader { connection, catalog: catalog(), scope: &reading.scope, reads: &reading.reads }
}

fn planner<'a>(env: &'a QueryEnv, scope: &'a Scope) -> Planner<'a> {
    Planner { catalog: catalog(), scope, selections: Selections::of(env) }
}

/// A node in the payload of a mutation: read through the tree, as its viewer may see it.
#[derive(Debug)]
pub struct Node<K>(Uuid, PhantomData<K>);

impl<K: Key> Node<K> {
    /// The node with this id.
    pub fn new(id: K) -> Self {
        Self(id.into(), PhantomData)
    }

    fn noun() -> &'static Noun {
        catalog().by_prefix(K::PREFIX).unwrap_or_else(|| panic!("no noun has ids like {}:", K::PREFIX))
    }
}

impl<K: Key> OutputType for Node<K> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(Self::noun().name)
    }

    /// The type itself was registered with the catalog, by the root that reads.
    fn create_type_info(_: &mut Registry) -> String {
        Self::qualified_type_name()
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let reading =
            ctx.data::<Arc<Reading>>().map_err(|_| super::errors::sign_in_first().into_server_error(field.pos))?;
        let planner = planner(ctx.query_env, &reading.scope);
        one_node(&planner, reading, Self::noun(), self.0, &[&field.node])
            .await
            .map_err(|error| ctx.set_error_path(error.at(field.pos)))
    }
}
