//! What the database holds, as the checks want it: read by rows, not by what the server says of them.

use std::collections::BTreeMap;

use domain::manifest::Bytes;
use domain::quality::addendum::AddendumKind;
use entity::ids::{AccountId, FileId};
use entity::{addendum, evidence, file, judgement, judgement_revision, visit, visit_visitor};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use server::database::Db;
use server::objects::Key;
use uuid::Uuid;
use waymark_mobile_sync::wire::{Evidence, Receipt, Row, Visit};

use crate::service::Held;

pub async fn read(db: &Db) -> Held {
    let files: BTreeMap<_, _> =
        file::Entity::find().all(db).await.unwrap().into_iter().map(|file| (file.id, file)).collect();
    let visits = visit::Entity::find().all(db).await.unwrap().into_iter().map(|row| Row::Visit(visit(row)));
    let evidence = evidence::Entity::find().all(db).await.unwrap();
    let evidence = evidence.into_iter().map(|row| Row::Evidence(piece(&files[&row.file_id], row)));
    let late = addendum::Entity::find().filter(addendum::Column::Kind.eq(entity::Coded(AddendumKind::Judgement)));
    Held {
        rows: visits.chain(evidence).map(|row| (row.id(), row)).collect(),
        revisions: revisions(db).await,
        late: late.all(db).await.unwrap().into_iter().map(|row| row.seen).collect(),
        files: files.values().map(|file| (file.id.0, (file.state.0, file.refusal.map(|coded| coded.0)))).collect(),
    }
}

fn visit(row: visit::Model) -> Visit {
    let manifest = row.manifest_sha256.map(|sum| sum.parse().unwrap());
    let receipt = manifest.zip(row.completed_at).map(|(manifest, completed_at)| Receipt {
        visit: row.id.0,
        manifest,
        completed_at,
        signature: row.receipt_signature.unwrap(),
    });
    Visit {
        id: row.id.0,
        provider: row.provider_id.0,
        site: None,
        framework: row.framework_version_id.0,
        state: row.state.0,
        purpose: row.purpose,
        planned_for: row.planned_for,
        planned_at: row.planned_at,
        visitors: Vec::new(),
        receipt,
    }
}

fn piece(file: &file::Model, row: evidence::Model) -> Evidence {
    let sha256 = file.declared_sha256.as_ref().unwrap().parse().unwrap();
    let size = u64::try_from(file.declared_size.unwrap()).unwrap();
    Evidence {
        id: row.id.0,
        visit: row.visit_id.unwrap().0,
        standard: row.standard_id.map(|id| id.0),
        kind: row.kind.0,
        bytes: Bytes { sha256, size },
        captured_by: row.captured_by_id.0,
        caption: row.caption,
        file: file.id.0,
        state: file.state.0,
        refusal: file.refusal.map(|coded| coded.0),
        is_withdrawn: row.withdrawn_at.is_some(),
        is_addendum: row.is_addendum,
    }
}

/// What each judgement said before, and says now.
async fn revisions(db: &Db) -> BTreeMap<Uuid, Vec<String>> {
    let mut all: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    let before = judgement_revision::Entity::find().order_by_asc(judgement_revision::Column::Revision);
    for row in before.all(db).await.unwrap() {
        all.entry(row.judgement_id.0).or_default().push(row.seen);
    }
    for row in judgement::Entity::find().all(db).await.unwrap() {
        all.entry(row.id.0).or_default().push(row.seen);
    }
    all
}

/// Where the bytes of a file are, once they are whole.
pub async fn key(db: &Db, id: Uuid) -> Option<Key> {
    let file = file::Entity::find_by_id(FileId(id)).one(db).await.unwrap()?;
    file.object_key.map(|key| key.parse().unwrap())
}

/// The visits that somebody makes, by id.
pub async fn visits_of(db: &Db, account: Uuid) -> Vec<Uuid> {
    let parts = visit_visitor::Entity::find().filter(visit_visitor::Column::AccountId.eq(AccountId(account)));
    let visits = parts.order_by_asc(visit_visitor::Column::VisitId).all(db).await.unwrap();
    visits.into_iter().map(|part| part.visit_id.0).collect()
}
