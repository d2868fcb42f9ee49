//! One write: a transaction, and the ledger rows that commit with it.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use domain::RefusalCode;
use entity::ids::{AccountId, AuthorityId, Key, SessionId};
use entity::{audit, change, idempotency};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{CommonTableExpression, OnConflict, SubQueryStatement, UpdateStatement, WithClause};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryTrait};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::access::scope::Scope;
use crate::app::{App, fault};
use crate::database::Tx;

/// Who writes, and by which request.
#[derive(Debug, Clone)]
pub struct Actor {
    /// What the viewer may see; what may not be seen cannot be written.
    pub scope: Arc<Scope>,
    /// The session of the viewer.
    pub session_id: Option<SessionId>,
    /// What the viewer's device is called.
    pub device_name: Option<String>,
    /// The request's id.
    pub request_id: String,
}

/// A transaction under way, and what it will have recorded when it commits.
#[derive(Debug)]
pub struct Write<'a> {
    /// The transaction: stores take it.
    pub tx: Tx,
    /// The instant of the whole write.
    pub now: DateTime<Utc>,
    /// Who writes.
    pub actor: &'a Actor,
    app: &'a App,
    act: &'static str,
    /// The key that makes it happen once.
    key: Option<&'a str>,
    changes: Vec<change::ActiveModel>,
    detail: Vec<String>,
}

/// Why a mutation refused: data for the person who asked, not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal<C> {
    /// The exact reason; its sentence is the message.
    pub code: C,
    /// The field of the input that it is about.
    pub field: Option<&'static str>,
    /// The row as it is now, where the viewer may see it.
    pub current: Option<Uuid>,
}

/// How a write can fail to happen.
#[derive(Debug)]
pub enum Refused<C> {
    /// A rule said no.
    Rule(Refusal<C>),
    /// The database failed.
    Failed(DbErr),
}

/// What came of a write.
pub type Outcome<K, C> = Result<K, Refusal<C>>;

impl<C> From<DbErr> for Refused<C> {
    fn from(error: DbErr) -> Self {
        Self::Failed(error)
    }
}

impl<C: RefusalCode> Refused<C> {
    /// A refusal for this reason.
    pub fn because(code: C) -> Self {
        Self::Rule(Refusal { code, field: None, current: None })
    }

    /// A refusal about one field of the input.
    pub fn field(code: C, field: &'static str) -> Self {
        Self::Rule(Refusal { code, field: Some(field), current: None })
    }

    /// A refusal that shows the row as it is now.
    pub fn current(code: C, id: impl Into<Uuid>) -> Self {
        Self::Rule(Refusal { code, field: None, current: Some(id.into()) })
    }
}

impl Actor {
    /// Somebody who acts by a password or a one-time link, before there is a session.
    #[must_use]
    pub fn without_session(account_id: AccountId, today: NaiveDate, request_id: &str) -> Self {
        Self {
            scope: Arc::new(Scope::new(account_id, today, Vec::new())),
            session_id: None,
            device_name: None,
            request_id: request_id.to_owned(),
        }
    }
}

impl<'a> Write<'a> {
    /// Begins a write that no key answers for: signing in, or using a link that works once. Dropped without
    /// [`Write::commit`], it has not happened.
    ///
    /// # Errors
    /// The database's.
    pub async fn begin(app: &'a App, actor: &'a Actor, act: &'static str) -> Result<Self, DbErr> {
        let tx = app.db.begin_writing().await?;
        Ok(Self { tx, now: app.clock.now(), actor, app, act, key: None, changes: Vec::new(), detail: Vec::new() })
    }

    /// A key for something new.
    pub fn id<K: Key>(&self) -> K {
        K::from(self.app.ids.next(self.now))
    }

    /// Today's date, UTC.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// The scope that the write happens in.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.actor.scope
    }

    /// The application, for what is to happen after the commit.
    #[must_use]
    pub fn app(&self) -> &App {
        self.app
    }

    /// The account that writes.
    #[must_use]
    pub fn account_id(&self) -> AccountId {
        self.actor.scope.account_id
    }

    /// Notes that a row was made.
    pub fn created<K: Key>(&mut self, authority_id: impl Into<Option<AuthorityId>>, id: K) {
        self.changed(authority_id.into(), K::PREFIX, id.into(), "created");
    }

    /// Notes that a row was changed.
    pub fn updated<K: Key>(&mut self, authority_id: impl Into<Option<AuthorityId>>, id: K) {
        self.changed(authority_id.into(), K::PREFIX, id.into(), "updated");
    }

    /// Notes that a row was taken away.
    pub fn removed<K: Key>(&mut self, authority_id: impl Into<Option<AuthorityId>>, id: K) {
        self.changed(authority_id.into(), K::PREFIX, id.into(), "removed");
    }

    fn changed(&mut self, authority_id: Option<AuthorityId>, noun: &str, id: Uuid, kind: &str) {
        self.detail.push(format!("{noun}:{id}"));
        self.changes.push(change::ActiveModel {
            position: NotSet,
            transaction_id: NotSet,
            authority_id: Set(authority_id),
            noun: Set(noun.to_owned()),
            noun_id: Set(id),
            kind: Set(kind.to_owned()),
            account_id: Set(Some(self.account_id())),
            at: Set(self.now),
        });
    }

    /// Puts work to be done after the commit into the same transaction.
    pub async fn enqueue(&self, kind: &'static str, payload: serde_json::Value) -> Result<(), DbErr> {
        super::jobs::enqueue(&self.tx, self.id(), kind, payload, self.now).await
    }

    /// Commits, with its changes and one audit row about this node.
    ///
    /// # Errors
    /// The database's; nothing has happened then.
    pub async fn commit<K: Key>(self, node: K) -> Result<(), DbErr> {
        let authority_id = self.changes.iter().find_map(|change| change.authority_id.clone().take().flatten());
        let entry = audit::ActiveModel {
            position: NotSet,
            transaction_id: NotSet,
            authority_id: Set(authority_id),
            account_id: Set(Some(self.account_id())),
            session_id: Set(self.actor.session_id),
            request_id: Set(self.actor.request_id.clone()),
            act: Set(self.act.to_owned()),
            noun: Set(K::PREFIX.to_owned()),
            noun_id: Set(Some(node.into())),
            detail: Set(serde_json::json!({ "changed": self.detail })),
            at: Set(self.now),
        };
        let settled = self.key.map(|key| settled(self.account_id(), key, node.into()));
        record(&self.tx, settled, self.changes, entry).await?;
        fault::point("write_ready");
        self.tx.commit().await?;
        fault::point("write_committed");
        // What was to be done after the commit, if anything was, stands in the same transaction.
        self.app.committed();
        Ok(())
    }
}

/// Performs a mutation once for its key: the same key answers as the first time, the same key for another request is
/// refused, and two requests at once queue at the key's row.
///
/// # Errors
/// Only surprises; refusals are part of the outcome.
pub async fn perform<K: Key, C: RefusalCode>(
    app: &App,
    actor: &Actor,
    act: &'static str,
    key: &str,
    request: &[u8],
    body: impl AsyncFnOnce(&mut Write<'_>) -> Result<K, Refused<C>>,
) -> Result<Outcome<K, C>, DbErr> {
    let mut write = Write { key: Some(key), ..Write::begin(app, actor, act).await? };
    let account_id = actor.scope.account_id;
    let request_sha256 =
        hex::encode(Sha256::new().chain_update(act).chain_update([0]).chain_update(request).finalize());
    let claim = idempotency::ActiveModel {
        account_id: Set(account_id),
        key: Set(key.to_owned()),
        request_sha256: Set(request_sha256.clone()),
        node_id: Set(Uuid::nil()),
        at: Set(write.now),
    };
    let claimed = idempotency::Entity::insert(claim)
        .on_conflict(OnConflict::columns(["account_id", "key"]).do_nothing().to_owned())
        .exec_without_returning(&write.tx)
        .await?;
    if claimed == 0 {
        let first = idempotency::Entity::find_by_id((account_id, key.to_owned())).one(&write.tx).await?;
        write.tx.rollback().await?;
        let first = first.ok_or_else(|| DbErr::RecordNotFound("an idempotency key went away".to_owned()))?;
        return Ok(if first.request_sha256 == request_sha256 {
            Ok(K::from(first.node_id))
        } else {
            Err(Refusal { code: C::KEY_REUSED, field: Some("idempotencyKey"), current: None })
        });
    }
    match body(&mut write).await {
        Ok(id) => {
            write.commit(id).await?;
            Ok(Ok(id))
        }
        Err(Refused::Rule(refusal)) => {
            write.tx.rollback().await?;
            Ok(Err(refusal))
        }
        Err(Refused::Failed(error)) => Err(error),
    }
}

/// What a key will answer from now on.
fn settled(account_id: AccountId, key: &str, node_id: Uuid) -> UpdateStatement {
    idempotency::Entity::update_many()
        .set(idempotency::ActiveModel { node_id: Set(node_id), ..Default::default() })
        .filter(idempotency::Column::AccountId.eq(account_id))
        .filter(idempotency::Column::Key.eq(key))
        .into_query()
}

/// Writes the rows of the ledger: in one statement on PostgreSQL, where each is a way there and back.
async fn record(
    tx: &Tx,
    settled: Option<UpdateStatement>,
    changes: Vec<change::ActiveModel>,
    entry: audit::ActiveModel,
) -> Result<(), DbErr> {
    let changes = (!changes.is_empty()).then(|| change::Entity::insert_many(changes).into_query());
    let entry = audit::Entity::insert(entry).into_query();
    if tx.get_database_backend() != DbBackend::Postgres {
        if let Some(settled) = settled {
            tx.execute(&settled).await?;
        }
        if let Some(changes) = changes {
            tx.execute(&changes).await?;
        }
        return tx.execute(&entry).await.map(drop);
    }
    let named = |name, query: SubQueryStatement| CommonTableExpression::new().table_name(name).query(query).to_owned();
    let mut first = Vec::new();
    first.extend(settled.map(|query| named("settled", query.into())));
    first.extend(changes.map(|query| named("changed", query.into())));
    if first.is_empty() {
        return tx.execute(&entry).await.map(drop);
    }
    let first = first.into_iter().fold(WithClause::new(), |mut with, one| with.cte(one).to_owned());
    tx.execute(&entry.with(first)).await.map(drop)
}
