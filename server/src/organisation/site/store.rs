//! Rows of Site, within a scope.

use chrono::NaiveDate;
use entity::ids::{Key, SiteId};
use entity::provider;
use entity::site::{ActiveModel, Column, Entity, Model};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use super::graph::AddSiteInput;
use crate::access::find;
use crate::access::scope::{Scope, Sight, Table};
use crate::graph::tree::{Direction, Noun};
use crate::ledger::Write;

/// What the graph shows of it.
#[must_use]
pub fn noun() -> Noun {
    Noun::new::<Entity>(
        "Site",
        SiteId::PREFIX,
        "A place where a provider works with pupils. Who sees the provider sees it.",
    )
    .listed_as("sites")
    .column("name", Column::Name, "Its name.")
    .column("address", Column::Address, "Address in one line.")
    .column("postcode", Column::Postcode, "Postcode.")
    .column("uprn", Column::Uprn, "Unique property reference number.")
    .column("startsOn", Column::StartsOn, "First day in use.")
    .column("endsOn", Column::EndsOn, "First day no longer in use; null while it is.")
    .stamped()
    .one("provider", "Provider", Column::ProviderId, "Its provider.")
    .ordered_by("name", Direction::Ascending)
    .seen_by(may_see)
}

/// Who sees the provider.
pub fn may_see(scope: &Scope, table: &Table) -> Sight {
    super::super::staff_or_own(scope, table, Column::ProviderId)
}

/// A row that the viewer may see.
pub async fn seen(write: &Write<'_>, id: SiteId) -> Result<Option<Model>, DbErr> {
    find::seen::<Entity>(&write.tx, write.scope(), may_see, id).await
}

/// Writes a new site.
pub async fn insert(
    write: &Write<'_>,
    id: SiteId,
    provider: &provider::Model,
    input: AddSiteInput,
    postcode: String,
) -> Result<(), DbErr> {
    let row = ActiveModel {
        id: Set(id),
        authority_id: Set(provider.authority_id),
        provider_id: Set(provider.id),
        name: Set(input.name.trim().to_owned()),
        address: Set(input.address.trim().to_owned()),
        postcode: Set(postcode),
        uprn: Set(input.uprn.map(|uprn| uprn.0)),
        starts_on: Set(input.starts_on.map_or_else(|| write.today(), |day| day.0)),
        ends_on: Set(None),
        created_at: Set(write.now),
        updated_at: Set(write.now),
        version: Set(1),
    };
    Entity::insert(row).exec_without_returning(&write.tx).await.map(drop)
}

/// Closes a site that is open; whether it was.
pub async fn close(write: &Write<'_>, site: &Model, day: NaiveDate) -> Result<bool, DbErr> {
    let row = ActiveModel {
        ends_on: Set(Some(day)),
        updated_at: Set(write.now),
        version: Set(site.version + 1),
        ..Default::default()
    };
    let closed = Entity::update_many()
        .set(row)
        .filter(Column::Id.eq(site.id))
        .filter(Column::EndsOn.is_null())
        .exec(&write.tx)
        .await?;
    Ok(closed.rows_affected == 1)
}
