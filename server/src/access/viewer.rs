//! From a session to what its holder may see: the memberships that hold today.

use chrono::NaiveDate;
use domain::access::{AccountState, Role};
use entity::ids::AccountId;
use entity::{account, membership, school_membership};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::scope::{Grant, Scope};

/// The scope of an account on a day: two statements, the second only for coordinators.
///
/// # Errors
/// The database's.
pub async fn scope(db: &impl ConnectionTrait, account_id: AccountId, today: NaiveDate) -> Result<Scope, DbErr> {
    let held = membership::Entity::find()
        .filter(membership::Column::AccountId.eq(account_id))
        .filter(membership::Column::StartsOn.lte(today))
        .filter(still(membership::Column::EndsOn, today))
        .order_by_asc(membership::Column::Id)
        .all(db)
        .await?;
    let partnerships: Vec<_> =
        held.iter().filter(|row| row.role.0 == Role::Coordinator).filter_map(|row| row.partnership_id).collect();
    let members = if partnerships.is_empty() {
        Vec::new()
    } else {
        school_membership::Entity::find()
            .filter(school_membership::Column::PartnershipId.is_in(partnerships))
            .filter(school_membership::Column::StartsOn.lte(today))
            .filter(still(school_membership::Column::EndsOn, today))
            .all(db)
            .await?
    };
    let grants = held.into_iter().map(|row| Grant {
        role: row.role.0,
        authority_id: row.authority_id,
        partnership_id: row.partnership_id,
        school_ids: members
            .iter()
            .filter(|member| Some(member.partnership_id) == row.partnership_id)
            .map(|member| member.school_id)
            .collect(),
        provider_id: row.provider_id,
    });
    Ok(Scope::new(account_id, today, grants.collect()))
}

/// The same for an account that may sign in, whoever asks in its name; `None` for any other. What was promised to
/// somebody is looked at again by this when it is asked for.
///
/// # Errors
/// The database's.
pub async fn living_scope(
    db: &impl ConnectionTrait,
    account_id: AccountId,
    today: NaiveDate,
) -> Result<Option<Scope>, DbErr> {
    let account = account::Entity::find_by_id(account_id).one(db).await?;
    let scope = scope(db, account_id, today).await?;
    Ok(account.filter(|account| account.state.0 == AccountState::Active).map(|_| scope))
}

/// Whether a dated row has not ended: its end is the first day on which it no longer holds.
pub fn still(ends_on: impl ColumnTrait, today: NaiveDate) -> Condition {
    Condition::any().add(ends_on.is_null()).add(ends_on.gt(today))
}
