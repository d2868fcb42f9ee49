//! The graph over HTTP, by the GraphQL over HTTP specification (draft of 2025).
//!
//! One operation a request, as JSON in a POST, or in the address of a GET if it only reads. No batches and no multipart:
//! both let a request carry more than its limits say, and files have their own way in. Everything that can be refused is
//! refused before the schema sees it: first by its headers, then by its size, its JSON, its text, its document.
//!
//! The answer is JSON, the rows of a list as data, or events as they come: as `Accept` says.

mod documents;
mod events;
mod extract;
mod params;
mod reply;

use async_graphql::{
    Executor, Request as GraphRequest, ServerError,
    parser::{parse_query, types::OperationType},
};
use poem::{
    Endpoint, Request, Response, Result,
    http::{Method, StatusCode, header},
};
use sea_orm::DbErr;
use tokio::sync::Semaphore;

use self::{documents::Documents, events::Listeners, params::Params, reply::Reply};
use super::{
    body::{self, Unread},
    caller::{self, Refusal},
    frame::RequestId,
    negotiate::{self, Format},
    page,
};
use crate::{
    access::{origin::Origin, session::Living},
    app::App,
    graph::{
        errors::{self, Code},
        operation,
        order::Order,
    },
};

/// How many queries give their rows as data at once: each holds a snapshot until its file is written.
const EXTRACTS: usize = 2;

/// `/graphql`.
pub struct GraphQl<E> {
    app: App,
    executor: E,
    documents: Documents,
    extracts: Semaphore,
    listeners: Listeners,
}

impl<E: Executor> GraphQl<E> {
    /// The endpoint over a schema.
    pub fn new(app: App, executor: E) -> Self {
        Self {
            app,
            executor,
            documents: Documents::default(),
            extracts: Semaphore::new(EXTRACTS),
            listeners: Listeners::default(),
        }
    }
}

impl<E> std::fmt::Debug for GraphQl<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GraphQl")
    }
}

impl<E: Executor> Endpoint for GraphQl<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let id = RequestId::of_request(&request);
        let (format, outcome) = match Format::wanted(request.header(header::ACCEPT)) {
            Some(Format::Page) if request.method() == Method::GET => return Ok(page::graph(&self.app)),
            Some(Format::Data(form)) => {
                let answer = self.extract(&mut request, form, &id).await;
                return Ok(answer.unwrap_or_else(|reply| reply.into_response(Format::GraphQl)));
            }
            Some(Format::Events) => {
                let answer = self.events(&mut request, &id).await;
                return Ok(answer.unwrap_or_else(|reply| reply.into_response(Format::GraphQl)));
            }
            Some(format @ (Format::GraphQl | Format::Json)) => (format, self.answer(&mut request, &id).await),
            Some(Format::Page) | None => {
                let words = "Answers here are application/graphql-response+json or application/json; or text/csv, \
                             application/x-ndjson, application/vnd.apache.parquet or application/csvm+json for a list; or \
                             text/event-stream.";
                (Format::Json, Err(Refusal::new(StatusCode::NOT_ACCEPTABLE, Code::BadRequest, words)))
            }
        };
        let reply = match outcome {
            Ok(reply) => reply,
            Err(refusal) => Reply::refused(refusal, &id),
        };
        Ok(reply.into_response(format))
    }
}

/// A request as far as its sender and its parameters.
struct Asked {
    living: Option<Living>,
    origin: Origin,
    params: Params,
    is_post: bool,
}

/// Which operations are taken, beside queries.
#[derive(Clone, Copy)]
struct Taken {
    mutations: bool,
    subscriptions: bool,
}

/// Why a well-formed request is not executed.
enum Unfit {
    /// The operation is not of the kind that a GET may carry.
    Method,
    /// The query or its variables will not do.
    Query(Box<ServerError>),
}

impl From<ServerError> for Unfit {
    fn from(error: ServerError) -> Self {
        Self::Query(Box::new(error))
    }
}

impl<E: Executor> GraphQl<E> {
    /// What the headers say, then who it is, then the body, then the query: the cheapest refusal comes first.
    async fn answer(&self, request: &mut Request, id: &RequestId) -> Result<Reply, Refusal> {
        let Asked { living, origin, params, is_post } = self.asked(request).await?;
        match self.fit(params, Taken { mutations: is_post, subscriptions: false }, id) {
            Ok(prepared) => self.execute(prepared.data(origin), living, id).await,
            Err(reply) => Ok(*reply),
        }
    }

    async fn asked(&self, request: &mut Request) -> Result<Asked, Refusal> {
        let is_post = match *request.method() {
            Method::GET => false,
            Method::POST if negotiate::is_json(request.content_type()) => true,
            Method::POST => {
                let words = "Requests here are application/json, in UTF-8.";
                return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::BadRequest, words));
            }
            _ => {
                let words = "The graph takes GET and POST.";
                return Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, Code::BadRequest, words));
            }
        };
        let living = caller::living(&self.app, request).await?;
        if let Some(living) = &living {
            caller::hear(&self.app, request, &living.session).await?;
        }
        let origin = caller::origin(&self.app, request);
        let params = if is_post { self.posted(request).await } else { Params::from_address(request) }?;
        Ok(Asked { living, origin, params, is_post })
    }

    /// The request, if it may be executed.
    fn fit(&self, params: Params, taken: Taken, id: &RequestId) -> Result<GraphRequest, Box<Reply>> {
        self.prepare(params, taken).map_err(|unfit| match unfit {
            Unfit::Query(error) => Box::new(Reply::unfit(vec![*error], id)),
            Unfit::Method => {
                let words = "Only queries are taken by GET, and only queries give data: send this by POST, for JSON.";
                Box::new(Reply::refused(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, Code::BadRequest, words), id))
            }
        })
    }

    async fn posted(&self, request: &mut Request) -> Result<Params, Refusal> {
        let limit = self.app.config.max_body;
        let bytes = body::read(request, limit).await.map_err(|unread| match unread {
            Unread::TooLarge(_) => Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, Code::TooLarge, unread),
            Unread::Broken => Refusal::new(StatusCode::BAD_REQUEST, Code::BadRequest, unread),
        })?;
        Params::from_json(&bytes)
    }

    /// Reads the query and holds it against the limits.
    fn prepare(&self, params: Params, taken: Taken) -> Result<GraphRequest, Unfit> {
        let limits = &self.app.config.limits;
        limits.check_text(&params.query).map_err(|excess| errors::excess((excess, None)))?;
        let kept = self.documents.find(&params.query);
        let is_new = kept.is_none();
        let document = kept.map_or_else(|| parse_query(&params.query).map_err(|error| errors::parse(&error)), Ok)?;
        let operation = operation::chosen(&document, params.operation_name.as_deref())?;
        if operation.ty == OperationType::Mutation && !taken.mutations {
            return Err(Unfit::Method);
        }
        operation::check_kind(operation, taken.subscriptions)?;
        limits.check_document(&document, &params.variables).map_err(errors::excess)?;
        operation::check_variables(operation, &params.variables)?;
        if is_new {
            self.documents.keep(&params.query, &document);
        }
        // The text stays behind: nothing after this point can repeat it.
        let mut prepared = GraphRequest::new("").variables(params.variables).data(self.app.clone());
        prepared.operation_name = params.operation_name;
        prepared.set_parsed_query(document);
        Ok(prepared)
    }

    async fn execute(&self, prepared: GraphRequest, living: Option<Living>, id: &RequestId) -> Result<Reply, Refusal> {
        match tokio::time::timeout(self.app.config.max_time, self.run(prepared, living, id)).await {
            Ok(Ok(response)) => Ok(Reply::executed(response, id)),
            Ok(Err(error)) => {
                tracing::error!(cause = errors::describe_database_error(&error), "a graph request failed");
                let (status, code, words) = errors::database(&error);
                Err(Refusal::new(status, code, words))
            }
            Err(_) => {
                tracing::warn!("a graph request ran out of time");
                let words = "This took too long and was given up. Ask for less, or try again.";
                Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, Code::TimedOut, words))
            }
        }
    }
}

impl<E: Executor> GraphQl<E> {
    /// Executes, and answers in the order of the selection.
    async fn run(
        &self,
        mut prepared: GraphRequest,
        living: Option<Living>,
        id: &RequestId,
    ) -> Result<async_graphql::Response, DbErr> {
        let order = Order::of(&mut prepared);
        let mut response = self.run_within(prepared, living, id).await?;
        if let Some(order) = order {
            response.data = order.arrange(response.data);
        }
        Ok(response)
    }

    /// Executes within what the viewer may see; what it read of children is audited before the answer goes out.
    async fn run_within(
        &self,
        prepared: GraphRequest,
        living: Option<Living>,
        id: &RequestId,
    ) -> Result<async_graphql::Response, DbErr> {
        let Some(living) = living else { return Ok(self.executor.execute(prepared).await) };
        let signed = crate::graph::request::open(&self.app, living, id.as_str());
        let response = self.executor.execute(signed.attach(prepared)).await;
        signed.close(&self.app).await?;
        Ok(response)
    }
}

#[cfg(test)]
mod tests;
