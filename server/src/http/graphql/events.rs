//! Answers as events: GraphQL over Server-Sent Events, each operation on a connection of its own.
//!
//! Each result is an event `next`, and `complete` says that no other follows; whoever has heard enough hangs up. Between
//! them goes a comment now and then, so that nobody on the way takes the line for dead. A query or a mutation has one
//! result, a subscription those that come. What a request is refused for before its document is looked at has its status,
//! as everywhere at this address.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, Request as GraphRequest, Response as GraphResponse};
use bytes::Bytes;
use entity::ids::SessionId;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt};
use poem::http::StatusCode;
use poem::{Body, Request, Response};
use tokio::time::{Instant, Interval, interval_at};

use super::reply::Reply;
use super::{Asked, GraphQl, Taken};
use crate::access::session::Living;
use crate::graph::errors::Code;
use crate::graph::{operation, order::Order, request};
use crate::http::caller::Refusal;
use crate::http::frame::RequestId;
use crate::http::negotiate::Format;

/// How many listen at once.
const LISTENERS: usize = 500;
/// How many of one session do: windows that are looked at side by side.
const OF_ONE_SESSION: usize = 4;
/// Silence after which a comment is sent.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// What is sent then.
const COMMENT: &[u8] = b":\n\n";
/// The last event. A browser's own reader passes over events without data, so there is a line for it.
const COMPLETE: &[u8] = b"event: complete\ndata: \n\n";

/// Who listens: how often, by session.
#[derive(Debug, Clone, Default)]
pub(super) struct Listeners(Arc<Mutex<HashMap<SessionId, usize>>>);

/// A place among the listeners, until it is dropped.
struct Place {
    among: Listeners,
    session_id: SessionId,
}

impl Listeners {
    /// A place, if there is one left.
    fn take(&self, session_id: SessionId) -> Option<Place> {
        let mut held = self.held();
        let (all, own) = (held.values().sum::<usize>(), held.get(&session_id).copied().unwrap_or_default());
        if all >= LISTENERS || own >= OF_ONE_SESSION {
            return None;
        }
        held.insert(session_id, own + 1);
        Some(Place { among: self.clone(), session_id })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<SessionId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut held = self.among.held();
        match held.get_mut(&self.session_id) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                held.remove(&self.session_id);
            }
        }
    }
}

impl<E: Executor> GraphQl<E> {
    /// Executes the operation for events.
    pub(super) async fn events(&self, request: &mut Request, id: &RequestId) -> Result<Response, Box<Reply>> {
        let refused = |refusal| Box::new(Reply::refused(refusal, id));
        let Asked { living, origin, params, is_post } = self.asked(request).await.map_err(refused)?;
        let mut prepared = match self.fit(params, Taken { mutations: is_post, subscriptions: true }, id) {
            Ok(prepared) => prepared.data(origin),
            Err(unfit) => return only(unfit),
        };
        if !is_subscription(&mut prepared) {
            return only(Box::new(self.execute(prepared, living, id).await.map_err(refused)?));
        }
        let Some(living) = living else {
            return Err(refused(Refusal::new(StatusCode::UNAUTHORIZED, Code::Unauthenticated, "Sign in first.")));
        };
        let Some(place) = self.listeners.take(living.session.id) else {
            let words = "There are too many listeners already: close a window, or try again later.";
            return Err(refused(Refusal::new(StatusCode::TOO_MANY_REQUESTS, Code::Throttled, words)));
        };
        Ok(self.listen(prepared, living, place, id))
    }

    /// The results of a subscription, as long as there are any.
    fn listen(&self, mut prepared: GraphRequest, living: Living, place: Place, id: &RequestId) -> Response {
        let signed = request::open(&self.app, living, id.as_str());
        let order = Order::of(&mut prepared);
        let results = self.executor.execute_stream(signed.attach(prepared), None);
        let pace = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        response(Told { results, order, pace, id: id.clone(), is_over: false, _place: place }.events())
    }
}

fn is_subscription(prepared: &mut GraphRequest) -> bool {
    let name = prepared.operation_name.clone();
    let Ok(document) = prepared.parsed_query() else { return false };
    operation::chosen(document, name.as_deref()).is_ok_and(|operation| operation.ty == OperationType::Subscription)
}

/// A listener as the connection sees it.
struct Told {
    results: BoxStream<'static, GraphResponse>,
    order: Option<Order>,
    pace: Interval,
    id: RequestId,
    is_over: bool,
    /// Given back when the client hangs up.
    _place: Place,
}

impl Told {
    fn events(self) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
        stream::unfold(self, |mut told| async move { Some((Ok(told.next().await?), told)) })
    }

    /// The next bytes; none after the last.
    async fn next(&mut self) -> Option<Bytes> {
        if self.is_over {
            return None;
        }
        let result = tokio::select! {
            result = self.results.next() => result,
            _ = self.pace.tick() => return Some(Bytes::from_static(COMMENT)),
        };
        self.pace.reset();
        let Some(mut result) = result else {
            self.is_over = true;
            return Some(Bytes::from_static(COMPLETE));
        };
        if let Some(order) = &self.order {
            result.data = order.arrange(result.data);
        }
        Some(event(Reply::executed(result, &self.id).body()))
    }
}

/// One result and the end; a request that was not well formed is answered as everywhere.
fn only(reply: Box<Reply>) -> Result<Response, Box<Reply>> {
    if !reply.is_well_formed() {
        return Err(reply);
    }
    let bytes = [event(reply.body()), Bytes::from_static(COMPLETE)].map(Ok::<_, io::Error>);
    Ok(response(stream::iter(bytes)))
}

/// A result as an event. JSON as it is written here has no line breaks.
fn event(result: &[u8]) -> Bytes {
    [b"event: next\ndata: ", result, b"\n\n"].concat().into()
}

fn response(events: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Response {
    Response::builder()
        .content_type(Format::Events.content_type())
        // A proxy that collects answers would keep them from whoever listens.
        .header("x-accel-buffering", "no")
        .body(Body::from_bytes_stream(events))
}
