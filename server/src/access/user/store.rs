//! Rows of accounts and their roles, as inviting and closing need them.

use chrono::NaiveDate;
use domain::access::user::Reach;
use domain::access::{AccountState, Role};
use entity::ids::{AccountId, AuthorityId, MembershipId, PartnershipId, ProviderId};
use entity::{Coded, account, membership, partnership, provider};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use crate::access::scope::Scope;
use crate::access::session::normal_email;
use crate::access::{self, find};
use crate::ledger::Write;

/// The roles that an account holds or held.
#[derive(Debug)]
pub struct Roles(Vec<membership::Model>);

/// The place of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The role.
    pub role: Role,
    /// Its authority.
    pub authority_id: AuthorityId,
    /// For a coordinator.
    pub partnership_id: Option<PartnershipId>,
    /// For a provider's people.
    pub provider_id: Option<ProviderId>,
}

impl Place {
    /// Whether the viewer may give this role to somebody.
    pub fn is_given_by(&self, scope: &Scope) -> bool {
        let own = self.role == Role::Provider && self.provider_id.is_some_and(|provider| scope.works_for(provider));
        own || scope.holds(Role::Officer, self.authority_id)
    }

    fn of(row: &membership::Model) -> Self {
        let membership::Model { authority_id, partnership_id, provider_id, .. } = *row;
        Self { role: row.role.0, authority_id, partnership_id, provider_id }
    }
}

impl Roles {
    fn lasting(&self, today: NaiveDate) -> impl Iterator<Item = Place> {
        self.0.iter().filter(move |row| row.ends_on.is_none_or(|ends_on| ends_on > today)).map(Place::of)
    }

    /// Whether it holds this role, today or from a later day on.
    pub fn holds(&self, place: Place, today: NaiveDate) -> bool {
        self.lasting(today).any(|held| held == place)
    }

    /// Whether the viewer could give every role that it holds.
    pub fn are_given_by(&self, scope: &Scope) -> bool {
        self.lasting(scope.today).all(|held| held.is_given_by(scope))
    }

    /// How the viewer, as an officer, stands to the account.
    pub fn reach(&self, scope: &Scope) -> Reach {
        let officers = scope.authorities(&[Role::Officer]);
        if !self.0.iter().any(|row| officers.contains(&row.authority_id)) {
            return Reach::None;
        }
        let whole = self.lasting(scope.today).all(|held| officers.contains(&held.authority_id));
        if whole { Reach::Whole } else { Reach::Shared }
    }

    /// The authority in which an act of the viewer upon the account is recorded.
    pub fn authority(&self, scope: &Scope) -> Option<AuthorityId> {
        let officers = scope.authorities(&[Role::Officer]);
        self.0.iter().map(|row| row.authority_id).find(|authority_id| officers.contains(authority_id))
    }
}

/// The roles of an account, whoever gave them.
pub async fn roles(db: &impl ConnectionTrait, account_id: AccountId) -> Result<Roles, DbErr> {
    membership::Entity::find()
        .filter(membership::Column::AccountId.eq(account_id))
        .order_by_asc(membership::Column::Id)
        .all(db)
        .await
        .map(Roles)
}

/// The account with this address, whoever may see it.
pub async fn by_email(db: &impl ConnectionTrait, email: &str) -> Result<Option<account::Model>, DbErr> {
    account::Entity::find().filter(account::Column::Email.eq(normal_email(email))).one(db).await
}

/// An account that the viewer may see.
pub async fn seen(write: &Write<'_>, id: AccountId) -> Result<Option<account::Model>, DbErr> {
    find::seen::<account::Entity>(&write.tx, write.scope(), access::account::may_see, id).await
}

/// A role that the viewer may see.
pub async fn seen_role(write: &Write<'_>, id: MembershipId) -> Result<Option<membership::Model>, DbErr> {
    find::seen::<membership::Entity>(&write.tx, write.scope(), access::membership::may_see, id).await
}

/// Whether the partnership is of this authority.
pub async fn has_partnership(
    db: &impl ConnectionTrait,
    authority_id: AuthorityId,
    id: PartnershipId,
) -> Result<bool, DbErr> {
    let found = partnership::Entity::find_by_id(id).one(db).await?;
    Ok(found.is_some_and(|row| row.authority_id == authority_id))
}

/// Whether the provider is of this authority.
pub async fn has_provider(db: &impl ConnectionTrait, authority_id: AuthorityId, id: ProviderId) -> Result<bool, DbErr> {
    let found = provider::Entity::find_by_id(id).one(db).await?;
    Ok(found.is_some_and(|row| row.authority_id == authority_id))
}

/// Writes a new account, invited.
pub async fn insert(write: &Write<'_>, id: AccountId, email: &str, name: &str) -> Result<(), DbErr> {
    let row = account::ActiveModel {
        id: Set(id),
        email: Set(normal_email(email)),
        name: Set(name.trim().to_owned()),
        password_hash: Set(None),
        state: Set(Coded(AccountState::Invited)),
        created_at: Set(write.now),
        updated_at: Set(write.now),
        version: Set(1),
    };
    account::Entity::insert(row).exec_without_returning(&write.tx).await.map(drop)
}

/// Writes a new role, from today on.
pub async fn insert_role(write: &Write<'_>, id: MembershipId, account: AccountId, place: Place) -> Result<(), DbErr> {
    let row = membership::ActiveModel {
        id: Set(id),
        authority_id: Set(place.authority_id),
        account_id: Set(account),
        role: Set(Coded(place.role)),
        partnership_id: Set(place.partnership_id),
        provider_id: Set(place.provider_id),
        starts_on: Set(write.today()),
        ends_on: Set(None),
        created_at: Set(write.now),
        updated_at: Set(write.now),
        version: Set(1),
    };
    membership::Entity::insert(row).exec_without_returning(&write.tx).await.map(drop)
}

/// Moves an account from the state in which it was read; whether it was still in it.
pub async fn set_state(write: &Write<'_>, account: &account::Model, state: AccountState) -> Result<bool, DbErr> {
    let change = account::ActiveModel {
        state: Set(Coded(state)),
        updated_at: Set(write.now),
        version: Set(account.version + 1),
        ..Default::default()
    };
    let moved = account::Entity::update_many()
        .set(change)
        .filter(account::Column::Id.eq(account.id))
        .filter(account::Column::State.eq(account.state))
        .exec(&write.tx)
        .await?;
    Ok(moved.rows_affected == 1)
}

/// Ends a role on a day, if it is still at this version; whether it was.
pub async fn set_end(write: &Write<'_>, id: MembershipId, version: i32, ends_on: NaiveDate) -> Result<bool, DbErr> {
    let change = membership::ActiveModel {
        ends_on: Set(Some(ends_on)),
        updated_at: Set(write.now),
        version: Set(version + 1),
        ..Default::default()
    };
    let ended = membership::Entity::update_many()
        .set(change)
        .filter(membership::Column::Id.eq(id))
        .filter(membership::Column::Version.eq(version))
        .exec(&write.tx)
        .await?;
    Ok(ended.rows_affected == 1)
}
