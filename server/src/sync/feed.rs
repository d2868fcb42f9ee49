//! One page of the feed.
//!
//! At first, and whenever what the viewer is has changed, the feed is said **anew**: every row that may be taken along, kind
//! by kind in the order of ids, from an offset in the cursor. What changes meanwhile lies beyond the place that the cursor has
//! kept since the first of these pages, and is said afterwards as **news**: the changes beyond that place, as far as they
//! are certain (ADR 8), each as the row now is, or as removed. Whoever was put onto a visit gets all that belongs to it.
//!
//! A page takes a fixed number of statements at most, however many rows there are.

use chrono::{DateTime, Utc};
use entity::ids::{
    ActionId, ContactId, DocumentId, EvidenceId, FileId, FindingId, JudgementId, Key, PlacementId, ProviderId, PupilId,
    SiteId, VisitId, VisitVisitorId,
};
use entity::{document, evidence, finding, framework_version, improvement_action, judgement, provider, site, visit};
use sea_orm::sea_query::{Expr, ExprTrait, IntoIden, SelectStatement};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, EntityName};
use uuid::Uuid;

use super::cursor::{Cursor, Offset, roles};
use super::store::{self, Attending, Eyes, Pairs, Row, Said, Wanted};
use super::types::{SyncItem, SyncPage, SyncRemoved};
use crate::access::scope::Scope;
use crate::database::among;
use crate::graph::plain::Rows;
use crate::graph::scalars;
use crate::ledger::feed::{Place, last_certain};

/// What a page was made of.
pub struct Made {
    /// The page.
    pub page: SyncPage,
    /// Pupils whose records were read for it.
    pub pupils: Vec<Uuid>,
}

/// What a page says so far.
#[derive(Default)]
struct Saying {
    items: Vec<SyncItem>,
    pupils: Vec<Uuid>,
}

impl Saying {
    fn rows(&mut self, rows: Vec<Row>) {
        self.items.extend(rows.into_iter().map(|row| row.item));
    }

    fn attending(&mut self, attending: Attending) {
        self.rows(attending.rows);
        self.pupils.extend(attending.read);
    }

    fn removed<K: Key>(&mut self, ids: impl IntoIterator<Item = Uuid>) {
        self.items.extend(ids.into_iter().map(|id| {
            let id = async_graphql::ID(format!("{}:{id}", K::PREFIX));
            SyncItem { removed: Some(Box::new(SyncRemoved { id })), ..SyncItem::default() }
        }));
    }

    /// Rows that were asked for by id, and those of the ids that may not be taken along, or not any more.
    fn rows_or_removed<K: Key>(&mut self, asked: &[Uuid], rows: Vec<Row>) {
        let gone: Vec<_> = asked.iter().filter(|id| !rows.iter().any(|row| row.id == **id)).copied().collect();
        self.rows(rows);
        self.removed::<K>(gone);
    }
}

/// The page after a cursor, with about so many items.
///
/// # Errors
/// The database's.
pub async fn page(
    db: &impl ConnectionTrait,
    scope: &Scope,
    after: Option<&str>,
    first: u64,
    now: DateTime<Utc>,
) -> Result<Made, DbErr> {
    let epoch = store::epoch(db).await?;
    let roles = roles(scope);
    let held = after.and_then(Cursor::read).filter(|held| held.epoch == epoch && held.roles == roles);
    let mut cursor = match held {
        Some(held) => held,
        None => {
            // Where the news begins is settled before the first row is read: what changes from here on is said again.
            let place = last_certain(db, Place::START).await?.unwrap_or(Place::START);
            Cursor { epoch, roles, day: scope.today, place, anew: Some(Offset::default()) }
        }
    };
    let mut saying = Saying::default();
    let is_caught_up = match cursor.anew {
        Some(offset) => {
            cursor.anew = anew(db, scope, offset, first, &mut saying).await?;
            cursor.anew.is_none() && last_certain(db, cursor.place).await?.is_none()
        }
        None => news(db, scope, &mut cursor, first, &mut saying).await?,
    };
    let page = SyncPage {
        epoch: epoch.to_string(),
        restarts: held.is_none(),
        cursor: cursor.write(),
        is_caught_up,
        at: scalars::DateTime(now),
        items: Rows(saying.items),
    };
    Ok(Made { page, pupils: saying.pupils })
}

/// Kinds of rows, in the order in which they are said anew: what others name comes first.
const KINDS: u8 = 10;

/// Says rows from an offset on; answers how far it came, or that it was all.
async fn anew(
    db: &impl ConnectionTrait,
    scope: &Scope,
    mut offset: Offset,
    first: u64,
    saying: &mut Saying,
) -> Result<Option<Offset>, DbErr> {
    let mut left = first;
    while offset.kind < KINDS {
        let rows = kind(db, Eyes::lately(scope), offset, left, saying).await?;
        let said = rows.len() as u64;
        let last = rows.last().map(|row| Offset { row: row.id, within: row.within, ..offset });
        saying.rows(rows);
        if said == left {
            return Ok(last);
        }
        left -= said;
        offset = Offset { kind: offset.kind + 1, ..Offset::default() };
    }
    Ok(None)
}

async fn kind(
    db: &impl ConnectionTrait,
    eyes: Eyes<'_>,
    offset: Offset,
    limit: u64,
    saying: &mut Saying,
) -> Result<Vec<Row>, DbErr> {
    let after = |column| Wanted::after(column, offset.row, limit);
    match offset.kind {
        0 => store::frameworks(db, eyes, after(id_of::<framework_version::Entity>())).await,
        1 => store::providers(db, eyes, after(id_of::<provider::Entity>())).await,
        2 => store::sites(db, eyes, after(id_of::<site::Entity>())).await,
        3 => store::visits(db, eyes, after(id_of::<visit::Entity>())).await,
        4 => store::judgements(db, eyes, after(id_of::<judgement::Entity>())).await,
        5 => store::evidence(db, eyes, after(id_of::<evidence::Entity>())).await,
        6 => store::findings(db, eyes, after(id_of::<finding::Entity>())).await,
        7 => store::actions(db, eyes, after(id_of::<improvement_action::Entity>())).await,
        8 => store::documents(db, eyes, after(id_of::<document::Entity>())).await,
        _ => {
            let pairs = Pairs::After { visit: offset.row, placement: offset.within, limit };
            let attending = store::pupils(db, eyes, pairs).await?;
            saying.pupils.extend(attending.read);
            Ok(attending.rows)
        }
    }
}

/// Says what changed beyond the cursor's place, and moves it; answers whether that is all.
async fn news(
    db: &impl ConnectionTrait,
    scope: &Scope,
    cursor: &mut Cursor,
    first: u64,
    saying: &mut Saying,
) -> Result<bool, DbErr> {
    let stretch = store::read(db, scope, cursor.place, first).await?;
    let said = Said::of(&stretch.changes);
    let parts = said.ids::<VisitVisitorId>();
    let (own, others) = if parts.is_empty() { Default::default() } else { store::granted(db, scope, parts).await? };
    let news = News { backend: db.get_database_backend(), eyes: Eyes::lately(scope), said, own, others };
    news.around(db, saying).await?;
    news.visits(db, saying).await?;
    news.standing(db, saying).await?;
    news.pupils(db, saying).await?;
    if cursor.day != scope.today {
        let aged = store::aged(db, scope, cursor.day).await?;
        saying.removed::<VisitId>(aged.into_iter().map(|id| id.0));
        cursor.day = scope.today;
    }
    cursor.place = stretch.end;
    Ok(!stretch.has_more)
}

/// What changed, and the visits to which it leads.
struct News<'a> {
    backend: DbBackend,
    eyes: Eyes<'a>,
    said: Said,
    /// Visits onto which the viewer was put.
    own: Vec<Uuid>,
    /// Visits onto which others were put.
    others: Vec<Uuid>,
}

impl News<'_> {
    fn any(&self, kinds: &[&[Uuid]]) -> bool {
        !self.own.is_empty() || kinds.iter().any(|ids| !ids.is_empty())
    }

    /// A column of the visits onto which the viewer was put.
    fn granted(&self, column: &'static str) -> SelectStatement {
        store::select("visit", column).and_where(self.among(Expr::col("id"), &self.own)).take()
    }

    async fn around(&self, db: &impl ConnectionTrait, saying: &mut Saying) -> Result<(), DbErr> {
        let (providers, sites) = (self.said.ids::<ProviderId>(), self.said.ids::<SiteId>());
        let contacts = self.said.ids::<ContactId>();
        if self.any(&[]) {
            let id = id_of::<framework_version::Entity>();
            let wanted = Wanted::any([id.in_subquery(self.granted("framework_version_id"))]);
            saying.rows(store::frameworks(db, self.eyes, wanted).await?);
        }
        if self.any(&[providers, contacts]) {
            let id = id_of::<provider::Entity>;
            let answered = self.among(Expr::col("id"), contacts);
            let answers = store::select("contact", "provider_id").and_where(answered).take();
            let wanted = Wanted::any([
                self.among(id(), providers),
                id().in_subquery(answers),
                id().in_subquery(self.granted("provider_id")),
            ]);
            saying.rows(store::providers(db, self.eyes, wanted).await?);
        }
        if self.any(&[sites]) {
            let id = id_of::<site::Entity>;
            let wanted = Wanted::any([self.among(id(), sites), id().in_subquery(self.granted("site_id"))]);
            saying.rows(store::sites(db, self.eyes, wanted).await?);
        }
        Ok(())
    }

    async fn visits(&self, db: &impl ConnectionTrait, saying: &mut Saying) -> Result<(), DbErr> {
        let changed = self.said.ids::<VisitId>();
        if self.any(&[changed, &self.others]) {
            let ids: Vec<_> = changed.iter().chain(&self.own).chain(&self.others).copied().collect();
            let wanted = Wanted::any([self.among(id_of::<visit::Entity>(), &ids)]);
            saying.rows_or_removed::<VisitId>(changed, store::visits(db, self.eyes, wanted).await?);
        }
        let judgements = self.said.ids::<JudgementId>();
        if self.any(&[judgements]) {
            let wanted = self.of_visit::<judgement::Entity>(judgements, []);
            saying.rows(store::judgements(db, self.eyes, wanted).await?);
        }
        let (evidence, files) = (self.said.ids::<EvidenceId>(), self.said.ids::<FileId>());
        if self.any(&[evidence, files]) {
            let of_file = self.among(column::<evidence::Entity>("file_id"), files);
            let wanted = self.of_visit::<evidence::Entity>(evidence, [of_file]);
            saying.rows(store::evidence(db, self.eyes, wanted).await?);
        }
        Ok(())
    }

    async fn standing(&self, db: &impl ConnectionTrait, saying: &mut Saying) -> Result<(), DbErr> {
        let findings = self.said.ids::<FindingId>();
        if self.any(&[findings]) {
            let wanted = self.of_provider::<finding::Entity>(findings);
            saying.rows_or_removed::<FindingId>(findings, store::findings(db, self.eyes, wanted).await?);
        }
        if !findings.is_empty() {
            let outdated = store::outdated_findings(db, self.eyes, findings).await?;
            saying.removed::<FindingId>(outdated.into_iter().map(|id| id.0));
        }
        let actions = self.said.ids::<ActionId>();
        if self.any(&[actions]) {
            let wanted = self.of_provider::<improvement_action::Entity>(actions);
            saying.rows_or_removed::<ActionId>(actions, store::actions(db, self.eyes, wanted).await?);
        }
        let documents = self.said.ids::<DocumentId>();
        if self.any(&[documents]) {
            let wanted = self.of_provider::<document::Entity>(documents);
            saying.rows_or_removed::<DocumentId>(documents, store::documents(db, self.eyes, wanted).await?);
        }
        Ok(())
    }

    async fn pupils(&self, db: &impl ConnectionTrait, saying: &mut Saying) -> Result<(), DbErr> {
        let (placements, pupils) = (self.said.ids::<PlacementId>(), self.said.ids::<PupilId>());
        let visits: Vec<_> = self.said.ids::<VisitId>().iter().chain(&self.own).copied().collect();
        if self.any(&[placements, pupils, &visits]) {
            let pairs = Pairs::Of { visits: &visits, placements, pupils };
            saying.attending(store::pupils(db, self.eyes, pairs).await?);
        }
        Ok(())
    }

    fn of_visit<E: EntityName + Default + IntoIden>(
        &self,
        ids: &[Uuid],
        others: impl IntoIterator<Item = Expr>,
    ) -> Wanted {
        let own = self.among(column::<E>("visit_id"), &self.own);
        Wanted::any([self.among(id_of::<E>(), ids), own].into_iter().chain(others))
    }

    fn of_provider<E: EntityName + Default + IntoIden>(&self, ids: &[Uuid]) -> Wanted {
        let own = column::<E>("provider_id").in_subquery(self.granted("provider_id"));
        Wanted::any([self.among(id_of::<E>(), ids), own])
    }

    fn among(&self, column: Expr, ids: &[Uuid]) -> Expr {
        among(self.backend, column, ids.iter().copied())
    }
}

fn column<E: EntityName + Default + IntoIden>(name: &'static str) -> Expr {
    Expr::col((E::default(), name))
}

fn id_of<E: EntityName + Default + IntoIden>() -> Expr {
    column::<E>("id")
}
