//! A password alone opens nothing for whoever sees pupils; a code opens once; nobody is locked out for good.

use chrono::TimeDelta;
use domain::Code;
use domain::access::{AccountState, Role};
use entity::ids::{AccountId, AuthorityId};
use entity::{audit, recovery_code, second_factor, session};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::Value;
use totp_rs::{Builder, Secret};

use super::*;
use crate::access::link;
use crate::access::session as sessions;
use crate::app::testing::{PASSWORD, here};
use crate::graph::testing::{At, Client};

struct Office {
    client: Client,
    authority: AuthorityId,
    account: AccountId,
}

async fn office(role: Role) -> Office {
    let mut client = Client::new().await;
    client.world.app.is_demo = false;
    let authority = client.authority("999").await;
    let at = match role {
        Role::Provider => At::Provider(authority, client.provider(authority, "Fen Motors").await),
        _ => At::Authority(authority),
    };
    let account = client.person("sam@fen.example", &[(role, at)]).await.account_id;
    Office { client, authority, account }
}

impl Office {
    fn app(&self) -> &App {
        &self.client.world.app
    }

    /// Begins a sign-in by the password.
    async fn begin(&self) -> Begun {
        let account = sessions::authenticate(self.app(), "sam@fen.example", PASSWORD.into(), &here()).await.unwrap();
        begin(self.app(), &account, SessionKind::Device, Some("phone"), &here()).await.unwrap()
    }

    async fn wanted(&self) -> Wanted {
        match self.begin().await {
            Begun::Wanted(wanted) => wanted,
            Begun::Open(_) => panic!("the password alone opened a session"),
        }
    }

    async fn confirm(&self, wanted: &Wanted, code: &str) -> Result<Confirmed, NotConfirmed> {
        confirm(self.app(), &wanted.pending, SessionKind::Device, code, &here()).await
    }

    fn code(&self, app: &Totp) -> String {
        app.generate(self.app().clock.now().timestamp().try_into().unwrap()).to_string()
    }

    /// Sets a second factor up; answers its app and the recovery codes. Half a minute passes.
    async fn enrol(&self) -> (Totp, Vec<String>) {
        let wanted = self.wanted().await;
        let secret = Secret::try_from_base32(&wanted.enrolment.as_ref().unwrap().secret).unwrap();
        let app = Builder::new().with_secret(secret).with_account_name("sam").build().unwrap();
        let confirmed = self.confirm(&wanted, &self.code(&app)).await.unwrap();
        self.client.world.clock.advance(TimeDelta::seconds(30));
        (app, confirmed.recovery_codes)
    }
}

#[tokio::test]
async fn it_is_asked_of_whoever_sees_pupils_and_of_nobody_in_the_demo() {
    for role in Role::ALL.iter().copied().filter(|role| *role != Role::Coordinator) {
        let mut office = office(role).await;
        assert_eq!(matches!(office.begin().await, Begun::Wanted(_)), role.sees_pupils(), "{role}");
        office.client.world.app.is_demo = true;
        assert!(matches!(office.begin().await, Begun::Open(_)), "{role}");
    }
}

#[tokio::test]
async fn a_first_code_sets_it_up_and_the_secret_is_stored_sealed() {
    let office = office(Role::Officer).await;
    let before = session::Entity::find().count(&office.app().db).await.unwrap();
    let wanted = office.wanted().await;
    let enrolment = wanted.enrolment.as_ref().unwrap();
    assert!(enrolment.uri.starts_with("otpauth://totp/Waymark:sam%40fen.example?secret="), "{}", enrolment.uri);
    assert_eq!(session::Entity::find().count(&office.app().db).await.unwrap(), before, "no session yet");
    let (_, codes) = office.enrol().await;
    assert_eq!(codes.len(), RECOVERY_CODES);
    let row = second_factor::Entity::find().one(&office.app().db).await.unwrap().unwrap();
    assert!(!row.sealed_secret.contains(&enrolment.secret));
    let stored = recovery_code::Entity::find().all(&office.app().db).await.unwrap();
    assert!(stored.iter().all(|row| !codes.contains(&row.code_hash)) && stored.len() == RECOVERY_CODES);
    let acts: Vec<_> = audit::Entity::find().all(&office.app().db).await.unwrap();
    assert_eq!(acts.iter().filter(|row| row.act == "confirmSecondFactor").count(), 1);
    // The proposal of before is worth nothing now, even with a code made from it.
    let stale = Builder::new()
        .with_secret(Secret::try_from_base32(&enrolment.secret).unwrap())
        .with_account_name("sam")
        .build()
        .unwrap();
    assert!(matches!(office.confirm(&wanted, &office.code(&stale)).await, Err(NotConfirmed::WrongCode)));
}

#[tokio::test]
async fn a_code_is_taken_once_and_never_one_before_it() {
    let office = office(Role::Provider).await;
    let (app, _) = office.enrol().await;
    let wanted = office.wanted().await;
    assert!(wanted.enrolment.is_none(), "it is set up once");
    let code = office.code(&app);
    office.confirm(&wanted, &code).await.unwrap();
    assert!(matches!(office.confirm(&wanted, &code).await, Err(NotConfirmed::WrongCode)), "a replay");
    let earlier = app.generate(u64::try_from(office.app().clock.now().timestamp()).unwrap() - 30).to_string();
    assert!(matches!(office.confirm(&wanted, &earlier).await, Err(NotConfirmed::WrongCode)), "an older code");
    office.client.world.clock.advance(TimeDelta::seconds(30));
    assert!(office.confirm(&wanted, &office.code(&app)).await.is_ok(), "the next code");
}

#[tokio::test]
async fn one_code_sent_twice_at_once_opens_one_session() {
    let office = office(Role::Officer).await;
    let (app, _) = office.enrol().await;
    let (wanted, code) = (office.wanted().await, office.code(&app));
    let (one, other) = tokio::join!(office.confirm(&wanted, &code), office.confirm(&wanted, &code));
    assert!(one.is_ok() != other.is_ok());
}

#[tokio::test]
async fn a_recovery_code_works_once_however_it_is_spaced() {
    let office = office(Role::Officer).await;
    let (_, codes) = office.enrol().await;
    let wanted = office.wanted().await;
    let typed = codes[0].replace('-', " ").to_uppercase();
    office.confirm(&wanted, &typed).await.unwrap();
    assert!(matches!(office.confirm(&wanted, &codes[0]).await, Err(NotConfirmed::WrongCode)));
    office.confirm(&wanted, &codes[1]).await.unwrap();
}

#[tokio::test]
async fn a_pending_sign_in_ends_by_itself_by_a_new_password_and_on_another_kind_of_device() {
    let office = office(Role::Officer).await;
    let (app, _) = office.enrol().await;
    let wanted = office.wanted().await;
    let in_a_browser = confirm(office.app(), &wanted.pending, SessionKind::Web, &office.code(&app), &here()).await;
    assert!(matches!(in_a_browser, Err(NotConfirmed::Spent)));
    let (first, rest) = wanted.pending.split_at(1);
    let other = if first == "A" { "B" } else { "A" };
    let forged = Wanted { pending: format!("{other}{rest}"), enrolment: None, ..wanted };
    assert!(matches!(office.confirm(&forged, &office.code(&app)).await, Err(NotConfirmed::Spent)));
    let late = office.wanted().await;
    office.client.world.clock.advance(PATIENCE);
    assert!(matches!(office.confirm(&late, &office.code(&app)).await, Err(NotConfirmed::Spent)));
    let before = office.wanted().await;
    let purpose = domain::access::LinkPurpose::Reset;
    let token = link::create(&office.app().db, office.app(), office.account, purpose).await.unwrap();
    link::choose_password(office.app(), &token, None, "another long password".into(), &here()).await.unwrap();
    assert!(matches!(office.confirm(&before, &office.code(&app)).await, Err(NotConfirmed::Spent)));
}

#[tokio::test]
async fn wrong_codes_are_slowed_down_and_the_right_one_is_not_taken_meanwhile() {
    let office = office(Role::Officer).await;
    let (app, _) = office.enrol().await;
    let wanted = office.wanted().await;
    for _ in 0..throttle_burst() {
        assert!(matches!(office.confirm(&wanted, "000000").await, Err(NotConfirmed::WrongCode)));
    }
    let Err(NotConfirmed::Throttled(again)) = office.confirm(&wanted, &office.code(&app)).await else {
        panic!("a code was taken")
    };
    office.client.world.clock.set(again);
    assert!(office.confirm(&wanted, &office.code(&app)).await.is_ok());
}

fn throttle_burst() -> i64 {
    crate::access::throttle::Limit::SECOND_FACTOR.burst
}

#[tokio::test]
async fn an_officer_resets_a_lost_one_and_every_session_ends() {
    let office = office(Role::Provider).await;
    office.enrol().await;
    let officer =
        office.client.person("officer@fen.example", &[(Role::Officer, At::Authority(office.authority))]).await;
    let input = format!("accountId: \"{}\"", office.account);
    let reset = office.client.change(&officer, "resetSecondFactor", &input, "account { id } refusal { code }").await;
    assert_eq!(reset["refusal"], Value::Null, "{reset}");
    let living = session::Entity::find().all(&office.app().db).await.unwrap();
    assert!(living.iter().filter(|row| row.account_id == office.account).all(|row| row.revoked_at.is_some()));
    assert_eq!(recovery_code::Entity::find().count(&office.app().db).await.unwrap(), 0);
    assert!(office.wanted().await.enrolment.is_some(), "the next sign-in sets up a new one");
    let twice = office.client.refused(&officer, "resetSecondFactor", &input).await;
    assert_eq!(twice.0, "NOT_SET");
    let oneself = format!("accountId: \"{}\"", officer.account_id);
    assert_eq!(office.client.refused(&officer, "resetSecondFactor", &oneself).await.0, "ONESELF");
}

#[tokio::test]
async fn a_closed_account_confirms_nothing() {
    let office = office(Role::Officer).await;
    let (app, _) = office.enrol().await;
    let wanted = office.wanted().await;
    let change = account::ActiveModel {
        id: sea_orm::ActiveValue::Set(office.account),
        state: sea_orm::ActiveValue::Set(AccountState::Deactivated.into()),
        ..Default::default()
    };
    account::Entity::update(change).exec(&office.app().db).await.unwrap();
    assert!(matches!(office.confirm(&wanted, &office.code(&app)).await, Err(NotConfirmed::Spent)));
}
