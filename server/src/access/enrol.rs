//! Enrolling somebody by the operator's hand: the first officer of an empty installation, or anybody after that.

use domain::access::{AccountState, LinkPurpose, Role};
use entity::{
    Coded, account, audit,
    ids::{AccountId, AuthorityId, MembershipId, PartnershipId, ProviderId},
    local_authority, membership, partnership, provider,
};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter,
};
use thiserror::Error;

use super::{link, secrets::Token, session};
use crate::app::App;

/// Whom to enrol, as what, where.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// What they sign in with.
    pub email: String,
    /// What others see.
    pub name: String,
    /// The role.
    pub role: Role,
    /// The authority's three-digit code.
    pub authority_code: String,
    /// The authority's name; it is made when there is none with this code.
    pub authority_name: Option<String>,
    /// For a coordinator: the partnership's short name.
    pub partnership_code: Option<String>,
    /// For a provider's people: the provider's name.
    pub provider_name: Option<String>,
}

/// Why nobody was enrolled.
#[derive(Debug, Error)]
pub enum NotEnrolled {
    /// Not an address.
    #[error("{0} is not an email address.")]
    Email(String),
    /// The authority's code is not three digits.
    #[error("An authority's code has three digits, for example 925.")]
    Code,
    /// There is no such authority, and no name to make it with.
    #[error("There is no authority with the code {0}. To make it, give its name as well: --authority-name NAME")]
    Authority(String),
    /// The role needs a partnership or a provider, or has one that it does not take.
    #[error("{0}")]
    Place(String),
    /// The role is held already.
    #[error("This account holds that role there already.")]
    Already,
    /// The account is closed.
    #[error("This account is closed; reopen it first.")]
    Deactivated,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Makes what is missing of authority, account and membership, and a link for an account without a password.
///
/// # Errors
/// See [`NotEnrolled`]; nothing has changed then.
pub async fn enrol(app: &App, wish: &Enrolment) -> Result<(AccountId, Option<Token>), NotEnrolled> {
    let email = session::normal_email(&wish.email);
    let is_address = email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
        && !email.contains(char::is_whitespace);
    if !is_address {
        return Err(NotEnrolled::Email(wish.email.clone()));
    }
    let tx = app.db.begin().await?;
    let authority_id = authority(&tx, app, wish).await?;
    let (partnership_id, provider_id) = place(&tx, authority_id, wish).await?;
    let account = account(&tx, app, &email, &wish.name).await?;
    let now = app.clock.now();
    let row = membership::ActiveModel {
        id: Set(MembershipId(app.ids.next(now))),
        authority_id: Set(authority_id),
        account_id: Set(account.id),
        role: Set(Coded(wish.role)),
        partnership_id: Set(partnership_id),
        provider_id: Set(provider_id),
        starts_on: Set(now.date_naive()),
        ends_on: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
        version: Set(1),
    };
    if holds(&tx, &row, account.id).await? {
        return Err(NotEnrolled::Already);
    }
    membership::Entity::insert(row).exec_without_returning(&tx).await?;
    session::end_all(&tx, account.id, now).await?;
    let token = match account.state.0 {
        AccountState::Invited => Some(link::create(&tx, app, account.id, LinkPurpose::Invitation).await?),
        AccountState::Active => None,
        AccountState::Deactivated => return Err(NotEnrolled::Deactivated),
    };
    record(&tx, app, authority_id, account.id, wish.role).await?;
    tx.commit().await?;
    Ok((account.id, token))
}

async fn authority(db: &impl ConnectionTrait, app: &App, wish: &Enrolment) -> Result<AuthorityId, NotEnrolled> {
    let code = &wish.authority_code;
    if code.len() != 3 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NotEnrolled::Code);
    }
    let known = local_authority::Entity::find().filter(local_authority::Column::Code.eq(code)).one(db).await?;
    if let Some(known) = known {
        return Ok(known.id);
    }
    let name = wish.authority_name.clone().ok_or_else(|| NotEnrolled::Authority(code.clone()))?;
    let now = app.clock.now();
    let id = AuthorityId(app.ids.next(now));
    let row = local_authority::ActiveModel {
        id: Set(id),
        code: Set(code.clone()),
        name: Set(name),
        created_at: Set(now),
        updated_at: Set(now),
        version: Set(1),
    };
    local_authority::Entity::insert(row).exec_without_returning(db).await?;
    Ok(id)
}

/// Where within the authority the role is held.
async fn place(
    db: &impl ConnectionTrait,
    authority_id: AuthorityId,
    wish: &Enrolment,
) -> Result<(Option<PartnershipId>, Option<ProviderId>), NotEnrolled> {
    let wrong = |words: &str| Err(NotEnrolled::Place(words.to_owned()));
    match (wish.role, &wish.partnership_code, &wish.provider_name) {
        (Role::Coordinator, Some(code), None) => {
            let found = partnership::Entity::find()
                .filter(partnership::Column::AuthorityId.eq(authority_id))
                .filter(partnership::Column::Code.eq(code))
                .one(db)
                .await?;
            match found {
                Some(partnership) => Ok((Some(partnership.id), None)),
                None => wrong("There is no partnership with this code in the authority."),
            }
        }
        (Role::Provider, None, Some(name)) => {
            let found = provider::Entity::find()
                .filter(provider::Column::AuthorityId.eq(authority_id))
                .filter(provider::Column::Name.eq(name))
                .one(db)
                .await?;
            match found {
                Some(provider) => Ok((None, Some(provider.id))),
                None => wrong("There is no provider with this name in the authority."),
            }
        }
        (Role::Officer | Role::Visitor | Role::Analyst, None, None) => Ok((None, None)),
        (Role::Coordinator, ..) => wrong("A coordinator needs a partnership: --partnership CODE"),
        (Role::Provider, ..) => wrong("A provider's person needs a provider: --provider NAME"),
        (Role::Officer | Role::Visitor | Role::Analyst, ..) => {
            wrong("This role is held for the whole authority: leave out --partnership and --provider.")
        }
    }
}

async fn account(db: &impl ConnectionTrait, app: &App, email: &str, name: &str) -> Result<account::Model, DbErr> {
    if let Some(known) = account::Entity::find().filter(account::Column::Email.eq(email)).one(db).await? {
        return Ok(known);
    }
    let now = app.clock.now();
    let made = account::Model {
        id: AccountId(app.ids.next(now)),
        email: email.to_owned(),
        name: name.trim().to_owned(),
        password_hash: None,
        state: Coded(AccountState::Invited),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let row = account::ActiveModel::from(made.clone());
    account::Entity::insert(row.reset_all()).exec_without_returning(db).await?;
    Ok(made)
}

/// Whether the account holds this very role today.
async fn holds(
    db: &impl ConnectionTrait,
    wish: &membership::ActiveModel,
    account_id: AccountId,
) -> Result<bool, DbErr> {
    let held = membership::Entity::find().filter(membership::Column::AccountId.eq(account_id)).all(db).await?;
    Ok(held.iter().any(|held| {
        held.ends_on.is_none()
            && Set(held.authority_id) == wish.authority_id
            && Set(held.role) == wish.role
            && Set(held.partnership_id) == wish.partnership_id
            && Set(held.provider_id) == wish.provider_id
    }))
}

async fn record(
    db: &impl ConnectionTrait,
    app: &App,
    authority_id: AuthorityId,
    account_id: AccountId,
    role: Role,
) -> Result<(), DbErr> {
    let entry = audit::ActiveModel {
        position: NotSet,
        transaction_id: NotSet,
        authority_id: Set(Some(authority_id)),
        account_id: Set(None),
        session_id: Set(None),
        request_id: Set("command".to_owned()),
        act: Set("user create".to_owned()),
        noun: Set("account".to_owned()),
        noun_id: Set(Some(account_id.0)),
        detail: Set(serde_json::json!({ "role": role })),
        at: Set(app.clock.now()),
    };
    audit::Entity::insert(entry).exec_without_returning(db).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::testing::{World, here};

    fn first_officer() -> Enrolment {
        Enrolment {
            email: "Ada@Fenshire.example".into(),
            name: "Ada Example".into(),
            role: Role::Officer,
            authority_code: "999".into(),
            authority_name: Some("Fenshire".into()),
            partnership_code: None,
            provider_name: None,
        }
    }

    #[tokio::test]
    async fn an_empty_installation_gets_its_authority_and_its_officer() {
        let world = World::new().await;
        let (account, token) = enrol(&world.app, &first_officer()).await.unwrap();
        let (token, password) = (token.unwrap(), "a password of ours".to_owned());
        let chosen = link::choose_password(&world.app, &token, None, password, &here()).await.unwrap();
        assert_eq!(chosen.id, account);
        let held = membership::Entity::find().all(&world.app.db).await.unwrap();
        assert_eq!((held.len(), held[0].role.0), (1, Role::Officer));
        assert_eq!(audit::Entity::find().all(&world.app.db).await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn a_second_role_joins_the_first_account() {
        let world = World::new().await;
        let (first, _) = enrol(&world.app, &first_officer()).await.unwrap();
        assert!(matches!(enrol(&world.app, &first_officer()).await, Err(NotEnrolled::Already)));
        let analyst = Enrolment { role: Role::Analyst, authority_name: None, ..first_officer() };
        assert_eq!(enrol(&world.app, &analyst).await.unwrap().0, first);
    }

    #[tokio::test]
    async fn what_is_wrong_is_said() {
        let world = World::new().await;
        let wrong = [
            Enrolment { email: "nobody".into(), ..first_officer() },
            Enrolment { authority_code: "Fen".into(), ..first_officer() },
            Enrolment { authority_name: None, ..first_officer() },
            Enrolment { role: Role::Coordinator, ..first_officer() },
            Enrolment { role: Role::Provider, provider_name: Some("Nowhere Farm".into()), ..first_officer() },
            Enrolment { partnership_code: Some("FEN1".into()), ..first_officer() },
        ];
        for wish in wrong {
            assert!(enrol(&world.app, &wish).await.is_err(), "{wish:?}");
        }
        assert!(local_authority::Entity::find().all(&world.app.db).await.unwrap().is_empty(), "nothing was kept");
    }
}
