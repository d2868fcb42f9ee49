//! Rows of Provider, within a scope.

use async_graphql::MaybeUndefined;
use domain::organisation::ProviderKind;
use entity::ids::{Key, ProviderId};
use entity::provider::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveValue, ColumnTrait, DbErr, EntityTrait, QueryFilter, Value};

use super::graph::{RegisterProviderInput, UpdateProviderInput};
use crate::access::find;
use crate::access::scope::{Scope, Sight, Table};
use crate::ledger::Write;
use entity::{approval, chase, contact, document, document_proof, finding, improvement_action, placement, site, visit};

use crate::graph::tree::{Direction, Noun};

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>("Provider", ProviderId::PREFIX, "A provider of alternative provision. The authority's officers, coordinators, visitors and analysts see it, and its own people.")
        .listed_as("providers")
        .column("name", Column::Name, "Its name.")
        .code::<ProviderKind>("kind", Column::Kind, "What it mainly offers.")
        .column("registered", Column::Registered, "Whether it is a registered school.")
        .column("urn", Column::Urn, "Unique reference number, where registered.")
        .column("ukprn", Column::Ukprn, "UK provider reference number (S274).")
        .column("website", Column::Website, "Website.")
        .column("telephone", Column::Telephone, "Telephone.")
        .column("email", Column::Email, "E-mail.")
        .column("capacity", Column::Capacity, "Pupils it can take at once.")
        .column("nextVisitDueOn", Column::NextVisitDueOn, "When the next QA visit is due (S228).")
        .stamped()
        .one("authority", "LocalAuthority", Column::AuthorityId, "The authority that quality-assures it.")
        .many("sites", "Site", site::Column::ProviderId, "Where it works with pupils.")
        .many("contacts", "Contact", contact::Column::ProviderId, "Its people, by role and date.")
        .many("placements", "Placement", placement::Column::ProviderId, "Placements with it.")
        .many("visits", "Visit", visit::Column::ProviderId, "QA visits to it.")
        .many("findings", "Finding", finding::Column::ProviderId, "Findings about it.")
        .many("documents", "ProviderDocument", document::Column::ProviderId, "Documents that it sent in.")
        .many("documentProofs", "DocumentProof", document_proof::Column::ProviderId, "What its documents prove.")
        .many("actions", "ImprovementAction", improvement_action::Column::ProviderId, "What it must do.")
        .many("chases", "Chase", chase::Column::ProviderId, "What the QA team is after. For the QA team.")
        .many("approvals", "Approval", approval::Column::ProviderId, "Its standing on the approved list, with history.")
        .ordered_by("name", Direction::Ascending)
        .seen_by(may_see)
}

/// The authority's staff, and its own people.
pub fn may_see(scope: &Scope, table: &Table) -> Sight {
    super::super::staff_or_own(scope, table, Column::Id)
}

/// A provider that the viewer may see.
pub async fn seen(write: &Write<'_>, id: ProviderId) -> Result<Option<Model>, DbErr> {
    find::seen::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// The same, held as it stands until the write ends.
pub async fn hold(write: &Write<'_>, id: ProviderId) -> Result<Option<Model>, DbErr> {
    find::held::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// Writes a new provider.
pub async fn insert(write: &Write<'_>, id: ProviderId, input: RegisterProviderInput) -> Result<(), DbErr> {
    let row = ActiveModel {
        id: Set(id),
        authority_id: Set(input.authority_id.0),
        name: Set(input.name.trim().to_owned()),
        kind: Set(input.kind.0.into()),
        registered: Set(input.registered),
        urn: Set(input.urn),
        ukprn: Set(input.ukprn),
        website: Set(input.website),
        telephone: Set(input.telephone),
        email: Set(input.email),
        capacity: Set(input.capacity),
        next_visit_due_on: Set(None),
        created_at: Set(write.now),
        updated_at: Set(write.now),
        version: Set(1),
    };
    Entity::insert(row).exec_without_returning(&write.tx).await.map(drop)
}

/// Writes a provider as changed, if it is still at this version; whether it was.
pub async fn update(write: &Write<'_>, id: ProviderId, version: i32, change: Change) -> Result<bool, DbErr> {
    let row = ActiveModel { updated_at: Set(write.now), version: Set(version + 1), ..change.0 };
    let updated = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(id))
        .filter(Column::Version.eq(version))
        .exec(&write.tx)
        .await?;
    Ok(updated.rows_affected == 1)
}

/// The columns that an update sets; what it leaves out stays.
#[derive(Debug)]
pub struct Change(ActiveModel);

impl From<UpdateProviderInput> for Change {
    fn from(input: UpdateProviderInput) -> Self {
        Self(ActiveModel {
            name: input.name.map_or(NotSet, |name| Set(name.trim().to_owned())),
            kind: input.kind.map_or(NotSet, |kind| Set(kind.0.into())),
            registered: input.registered.map_or(NotSet, Set),
            urn: patch(input.urn),
            ukprn: patch(input.ukprn),
            website: patch(input.website),
            telephone: patch(input.telephone),
            email: patch(input.email),
            capacity: patch(input.capacity),
            ..Default::default()
        })
    }
}

fn patch<T>(value: MaybeUndefined<T>) -> ActiveValue<Option<T>>
where
    Option<T>: Into<Value>,
{
    match value {
        MaybeUndefined::Undefined => NotSet,
        MaybeUndefined::Null => Set(None),
        MaybeUndefined::Value(value) => Set(Some(value)),
    }
}
