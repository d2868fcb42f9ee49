//! Changes, told while they happen.
//!
//! A listener is told that a row changed and which; what the row says now, the graph tells whoever asks for it. Each time
//! something was written its session and its roles are read anew, and the feed through them: it hears of what it may see
//! at that moment, and of nothing once it is signed out or its last role has ended. Rows whose reading is audited are
//! not told of: they are read one by one, and each reading is noted.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::{Context, Description, Enum, ID, SimpleObject, Subscription};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tokio::sync::watch;
use tokio::time::timeout;

use super::errors::{self, Code, refuse};
use super::scalars::DateTime;
use super::tree::{Noun, catalog};
use crate::access::scope::Scope;
use crate::access::{session, viewer};
use crate::app::App;
use crate::ledger::Actor;
use crate::ledger::feed::{self, Cursor, FeedError, LONGEST_PAGE, Place};

/// Types at most that a listener can name.
const MOST_TYPES: usize = 20;
/// How long nothing is written until a listener's session is looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// What happened to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ChangeKind {
    /// It was made.
    Created,
    /// It was changed.
    Updated,
}

/// A change of a row that the viewer may see.
#[derive(Debug, SimpleObject)]
pub struct Change {
    /// The row: `node(id:)` tells what it says now.
    pub node_id: ID,
    /// Its type, e.g. `ProviderDocument`.
    pub node_type: String,
    /// What happened to it.
    pub kind: ChangeKind,
    /// When that was written.
    pub at: DateTime,
}

/// What changed since the listener was last told.
#[derive(Debug, SimpleObject)]
pub struct Changes {
    /// Where the listener now stands: given as `after`, it goes on from here.
    pub cursor: String,
    /// In their order, 500 at most. Only the first telling may be empty: it says that the listening has begun.
    pub changes: Vec<Change>,
}

impl From<feed::Change> for Change {
    fn from(change: feed::Change) -> Self {
        let kind = if change.kind == "created" { ChangeKind::Created } else { ChangeKind::Updated };
        let node_type = catalog().by_prefix(&change.noun).map_or("Node", |noun| noun.name).to_owned();
        Self { node_id: ID(format!("{}:{}", change.noun, change.noun_id)), node_type, kind, at: DateTime(change.at) }
    }
}

/// Everything that can be listened to.
#[derive(Debug, Default, Description)]
pub struct ChangesSubscription;

#[Subscription(name = "Subscription", use_type_description)]
impl ChangesSubscription {
    /// Tells what changes, while it happens, of the rows that the viewer may see at that moment; of what somebody took away,
    /// the change of what it belonged to. Rows whose reading is audited, such as pupils, are not told of. For whoever is
    /// signed in and holds a role; it ends with the session or the last role, and is then asked for again.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only rows of these types, e.g. `ProviderDocument`; 20 at most. All where nothing is said.")]
        of: Option<Vec<String>>,
        #[graphql(
            desc = "A cursor told before: what changed since then is told first. Else the listening begins now."
        )]
        after: Option<String>,
    ) -> async_graphql::Result<BoxStream<'static, async_graphql::Result<Changes>>> {
        let app = ctx.data::<App>()?;
        let actor = ctx.data_opt::<Arc<Actor>>().ok_or_else(errors::sign_in_first)?;
        let of = of.map(|names| types(&names)).transpose()?;
        // Heard from before it is known where the feed stands: what is written in between is not missed.
        let news = app.news.listen(&app.db);
        let cursor = match after {
            Some(after) => {
                after.parse::<Cursor>().map_err(|_| refuse(Code::BadInput, "after: this is no cursor of changes"))?
            }
            None => feed::here(&app.db).await?,
        };
        let listener =
            Listener { app: app.clone(), actor: Arc::clone(actor), of, news, cursor, has_begun: false, has_more: true };
        Ok(listener.told())
    }
}

fn types(names: &[String]) -> async_graphql::Result<Vec<&'static str>> {
    if names.len() > MOST_TYPES {
        return Err(refuse(Code::BadInput, "of: 20 types at most"));
    }
    let known = |name: &String| catalog().find(name).map(|noun| noun.name);
    names.iter().map(known).collect::<Option<_>>().ok_or_else(|| refuse(Code::BadInput, "of: there is no such type"))
}

/// Somebody who listens.
struct Listener {
    app: App,
    actor: Arc<Actor>,
    /// The types to be told of; of all where there are none.
    of: Option<Vec<&'static str>>,
    news: watch::Receiver<Place>,
    cursor: Cursor,
    has_begun: bool,
    has_more: bool,
}

impl Listener {
    fn told(self) -> BoxStream<'static, async_graphql::Result<Changes>> {
        let next = |listener: Option<Self>| async move {
            let mut listener = listener?;
            match listener.next().await {
                Ok(Some(changes)) => Some((Ok(changes), Some(listener))),
                Ok(None) => None,
                Err(error) => Some((Err(error), None)),
            }
        };
        stream::unfold(Some(self), next).boxed()
    }

    /// What is to be told next; nothing where the server ends.
    async fn next(&mut self) -> async_graphql::Result<Option<Changes>> {
        loop {
            let mut is_news = true;
            if !self.has_more {
                tokio::select! {
                    biased;
                    () = self.app.news.over().cancelled() => return Ok(None),
                    heard = timeout(LOOK_AGAIN, self.news.changed()) => is_news = heard.is_ok(),
                }
            }
            let scope = self.scope().await?;
            if !is_news {
                continue;
            }
            let of = |noun: &Noun| !noun.audited && self.of.as_ref().is_none_or(|names| names.contains(&noun.name));
            let page =
                feed::page_of(&self.app.db, &scope, of, Some(&self.cursor), LONGEST_PAGE).await.map_err(unread)?;
            (self.cursor, self.has_more) = (page.end, page.has_more);
            if !self.has_begun || !page.changes.is_empty() {
                self.has_begun = true;
                let changes = page.changes.into_iter().map(Change::from).collect();
                return Ok(Some(Changes { cursor: self.cursor.to_string(), changes }));
            }
        }
    }

    /// What the listener may see now.
    async fn scope(&self) -> async_graphql::Result<Scope> {
        let (app, account_id) = (&self.app, self.actor.scope.account_id);
        let session_id = self.actor.session_id.ok_or_else(errors::sign_in_first)?;
        let lives = session::lives(app, session_id).await?;
        match viewer::living_scope(&app.db, account_id, app.clock.now().date_naive()).await? {
            Some(scope) if lives && !scope.grants().is_empty() => Ok(scope),
            Some(_) if lives => Err(refuse(Code::Forbidden, "You hold no role today: there is nothing to listen to.")),
            _ => Err(refuse(Code::Unauthenticated, "Your session has ended. Sign in again.")),
        }
    }
}

fn unread(error: FeedError) -> async_graphql::Error {
    match error {
        FeedError::OtherEpoch => {
            refuse(Code::BadInput, "after: the records were restored since this cursor was told; begin without it")
        }
        FeedError::Rows(error) => error.into(),
    }
}
