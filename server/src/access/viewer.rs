//! From a session to what its holder may see: the memberships that hold today.

use chrono::NaiveDate;
use domain::access::{AccountState, Role};
use entity::ids::{AccountId, MembershipId, SchoolId};
use entity::{Coded, account, membership, school_membership};
use sea_orm::sea_query::{ExprTrait, Order, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, JoinType, QueryResult};

use super::scope::{Grant, Scope};

/// The scope of an account on a day.
///
/// # Errors
/// The database's.
pub async fn scope(db: &impl ConnectionTrait, account_id: AccountId, today: NaiveDate) -> Result<Scope, DbErr> {
    let rows = db.query_all(&account(account_id, today)).await?;
    Ok(Scope::new(account_id, today, grants(&rows)?))
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
    let mut account = account(account_id, today);
    account.and_where(account::Column::State.eq(Coded(AccountState::Active)));
    let rows = db.query_all(&account).await?;
    let scope = Scope::new(account_id, today, grants(&rows)?);
    Ok((!rows.is_empty()).then_some(scope))
}

fn account(id: AccountId, today: NaiveDate) -> SelectStatement {
    let mut account = Query::select();
    account.from(account::Entity).and_where(account::Column::Id.eq(id));
    with_roles(&mut account, today);
    account
}

/// Adds to a statement about an account the roles that it holds on a day, for [`grants`] to read: a row for each, and for each
/// school of a coordinator's partnership. An account without a role has one row.
pub fn with_roles(statement: &mut SelectStatement, today: NaiveDate) {
    use membership::Column as Held;
    use school_membership::Column as Member;
    let held = Condition::all()
        .add(Held::AccountId.into_expr().equals(account::Column::Id.as_column_ref()))
        .add(Held::StartsOn.lte(today))
        .add(still(Held::EndsOn, today));
    let members = Condition::all()
        .add(Held::Role.eq(Coded(Role::Coordinator)))
        .add(Member::PartnershipId.into_expr().equals(Held::PartnershipId.as_column_ref()))
        .add(Member::StartsOn.lte(today))
        .add(still(Member::EndsOn, today));
    statement
        .join(JoinType::LeftJoin, membership::Entity, held)
        .join(JoinType::LeftJoin, school_membership::Entity, members)
        .expr_as(Held::Id.into_expr(), "held_id")
        .expr_as(Held::Role.into_expr(), "held_role")
        .expr_as(Held::AuthorityId.into_expr(), "held_authority_id")
        .expr_as(Held::PartnershipId.into_expr(), "held_partnership_id")
        .expr_as(Held::ProviderId.into_expr(), "held_provider_id")
        .expr_as(Member::SchoolId.into_expr(), "held_school_id")
        .order_by_expr(Held::Id.into_expr(), Order::Asc);
}

/// The roles in the rows of one account.
///
/// # Errors
/// The database's.
pub fn grants(rows: &[QueryResult]) -> Result<Vec<Grant>, DbErr> {
    let mut last = None;
    let mut grants: Vec<Grant> = Vec::new();
    for row in rows {
        let id: Option<MembershipId> = row.try_get("", "held_id")?;
        if id.is_some() && id != last {
            grants.push(Grant {
                role: row.try_get::<Coded<Role>>("", "held_role")?.0,
                authority_id: row.try_get("", "held_authority_id")?,
                partnership_id: row.try_get("", "held_partnership_id")?,
                school_ids: Vec::new(),
                provider_id: row.try_get("", "held_provider_id")?,
            });
            last = id;
        }
        if let Some(grant) = grants.last_mut() {
            grant.school_ids.extend(row.try_get::<Option<SchoolId>>("", "held_school_id")?);
        }
    }
    Ok(grants)
}

/// Whether a dated row has not ended: its end is the first day on which it no longer holds.
pub fn still(ends_on: impl ColumnTrait, today: NaiveDate) -> Condition {
    Condition::any().add(ends_on.is_null()).add(ends_on.gt(today))
}
