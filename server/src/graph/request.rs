//! What a request carries below the roots: who asks, what they may see, and what they read.

use std::sync::Arc;

use async_graphql::Request;
use entity::ids::{AccountId, FileId};
use sea_orm::DbErr;
use uuid::Uuid;

use super::tree::{Linker, Reading, Reads};
use crate::access::scope::Scope;
use crate::access::session::Living;
use crate::app::App;
use crate::extract::Made;
use crate::http::files;
use crate::ledger::{Actor, audit};

/// A request of somebody who is signed in.
#[derive(Debug)]
pub struct Signed {
    actor: Arc<Actor>,
    reading: Arc<Reading>,
}

/// Links to stored files, each for the account that asks.
struct Links {
    app: App,
    account_id: AccountId,
}

impl Linker for Links {
    fn link(&self, file_id: Uuid, variant: &str) -> String {
        match variant.parse() {
            Ok(variant) => files::sign(&self.app, FileId(file_id), variant, self.account_id),
            // A form that nothing is served in: the address answers so.
            Err(_) => format!("/files/{file_id}/{variant}"),
        }
    }
}

/// Opens a request.
#[must_use]
pub fn open(app: &App, Living { session, scope }: Living, request_id: &str) -> Signed {
    let now = app.clock.now();
    let scope = Arc::new(scope);
    let actor = Actor {
        scope: Arc::clone(&scope),
        session_id: Some(session.id),
        device_name: session.device_name,
        request_id: request_id.to_owned(),
    };
    let links = Links { app: app.clone(), account_id: session.account_id };
    let secret = app.signing_key.derive("disclosure");
    let reading = Reading { db: app.db.clone(), scope, linker: Box::new(links), reads: Reads::default(), now, secret };
    Signed { actor: Arc::new(actor), reading: Arc::new(reading) }
}

impl Signed {
    /// Gives a graph request what its resolvers need.
    #[must_use]
    pub fn attach(&self, request: Request) -> Request {
        request.data(Arc::clone(&self.actor)).data(Arc::clone(&self.reading))
    }

    /// What its viewer may see.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        &self.reading.scope
    }

    /// Notes what the request takes out as data. Until that stands, nothing is sent.
    ///
    /// # Errors
    /// The database's.
    pub async fn note_extract(&self, app: &App, made: &Made) -> Result<(), DbErr> {
        audit::record_extract(&app.db, &self.actor, made.noun.table, made.noted(), app.clock.now()).await
    }

    /// Closes the request: one audit row for the children's records that it read. Until that stands, nothing is sent.
    ///
    /// # Errors
    /// The database's.
    pub async fn close(self, app: &App) -> Result<(), DbErr> {
        let reads = {
            let mut reads = self.reading.reads.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            std::mem::take(&mut *reads)
        };
        for (noun, ids) in reads {
            let mut ids: Vec<_> = ids.into_iter().collect();
            ids.sort_unstable();
            app.reads.record(&self.actor, noun, &ids, app.clock.now()).await?;
        }
        Ok(())
    }
}
