use std::sync::Arc;
use std::sync::atomic::Ordering;

use domain::access::AccountState;
use sea_orm::EntityTrait;

use super::*;
use crate::app::testing::{PASSWORD, World, here};

async fn open_for_ada(world: &World, kind: SessionKind) -> Opened {
    let account = world.account(AccountState::Active).await;
    open(&world.app.db, &world.app, account, kind, Some("Ada's phone")).await.unwrap()
}

async fn is_alive_now(world: &World, opened: &Opened) -> bool {
    resolve(&world.app, &opened.token).await.unwrap().living().is_some()
}

#[tokio::test]
async fn the_right_password_signs_in() {
    let world = World::new().await;
    let id = world.account(AccountState::Active).await;
    let account = authenticate(&world.app, " Ada@School.example ", PASSWORD.into(), &here()).await.unwrap();
    assert_eq!(account.id, id);
}

#[tokio::test]
async fn the_wrong_password_and_the_wrong_address_are_told_alike() {
    let world = World::new().await;
    world.account(AccountState::Active).await;
    for (email, password) in [("ada@school.example", "wrong"), ("bob@school.example", PASSWORD)] {
        let refusal = authenticate(&world.app, email, password.into(), &here()).await.unwrap_err();
        assert!(matches!(refusal, NotSignedIn::Wrong), "{refusal:?}");
    }
}

#[tokio::test]
async fn an_address_that_nobody_has_costs_the_same_work_and_is_throttled_alike() {
    let world = World::new().await;
    world.account(AccountState::Active).await;
    let (verified, burst) = (Arc::clone(&world.app.passwords.verified), Limit::ACCOUNT.burst);
    let mut told = Vec::new();
    for email in ["ada@school.example", "nobody@school.example"] {
        verified.store(0, Ordering::Relaxed);
        for _ in 0..burst {
            let refused = authenticate(&world.app, email, "wrong".into(), &here()).await;
            assert!(matches!(refused, Err(NotSignedIn::Wrong)));
        }
        assert_eq!(verified.load(Ordering::Relaxed), usize::try_from(burst).unwrap(), "{email}");
        let Err(NotSignedIn::Throttled(again)) = authenticate(&world.app, email, PASSWORD.into(), &here()).await else {
            panic!("{email} may be guessed at")
        };
        assert_eq!(verified.load(Ordering::Relaxed), usize::try_from(burst).unwrap(), "refused before the work");
        told.push(again);
    }
    assert_eq!(told[0], told[1]);
    world.clock.set(told[0]);
    assert!(authenticate(&world.app, "ada@school.example", PASSWORD.into(), &here()).await.is_ok());
}

#[tokio::test]
async fn one_address_does_not_try_everybody() {
    let world = World::new().await;
    world.account(AccountState::Active).await;
    for stranger in 0..Limit::ADDRESS.burst {
        let email = format!("stranger-{stranger}@school.example");
        assert!(matches!(authenticate(&world.app, &email, "wrong".into(), &here()).await, Err(NotSignedIn::Wrong)));
    }
    let from_here = authenticate(&world.app, "ada@school.example", PASSWORD.into(), &here()).await;
    assert!(matches!(from_here, Err(NotSignedIn::Throttled(_))));
    let elsewhere = Origin { address: "192.0.2.2".to_owned(), ..here() };
    assert!(authenticate(&world.app, "ada@school.example", PASSWORD.into(), &elsewhere).await.is_ok());
}

#[tokio::test]
async fn a_closed_account_is_told_only_to_its_owner() {
    let world = World::new().await;
    world.account(AccountState::Deactivated).await;
    let owner = authenticate(&world.app, "ada@school.example", PASSWORD.into(), &here()).await;
    assert!(matches!(owner, Err(NotSignedIn::Deactivated)));
    let stranger = authenticate(&world.app, "ada@school.example", "wrong".into(), &here()).await;
    assert!(matches!(stranger, Err(NotSignedIn::Wrong)));
}

#[tokio::test]
async fn a_token_resolves_to_its_session_and_is_stored_as_a_hash() {
    let world = World::new().await;
    let opened = open_for_ada(&world, SessionKind::Device).await;
    assert_eq!(resolve(&world.app, &opened.token).await.unwrap().living().unwrap().session, opened.session);
    assert_eq!(resolve(&world.app, &Token::generate()).await.unwrap(), Presented::Over);
    let row = session::Entity::find().one(&world.app.db).await.unwrap().unwrap();
    assert_eq!(row.token_hash, opened.token.hash());
    assert_eq!(row.device_name.as_deref(), Some("Ada's phone"));
}

#[tokio::test]
async fn sessions_end_by_themselves() {
    for kind in [SessionKind::Web, SessionKind::Device] {
        let world = World::new().await;
        let opened = open_for_ada(&world, kind).await;
        let lifetime = Lifetime::of(kind);
        world.clock.advance(lifetime.idle - Duration::seconds(1));
        assert!(is_alive_now(&world, &opened).await, "{kind} in use just in time");
        world.clock.advance(lifetime.idle - Duration::seconds(1));
        assert!(is_alive_now(&world, &opened).await, "{kind} was in use since");
        world.clock.advance(lifetime.idle);
        assert!(!is_alive_now(&world, &opened).await, "{kind} unused for too long");
        world.clock.set(opened.expires_at - lifetime.whole);
        while world.app.clock.now() + lifetime.idle / 2 < opened.expires_at {
            assert!(is_alive_now(&world, &opened).await, "{kind} in use");
            world.clock.advance(lifetime.idle / 2);
        }
        world.clock.set(opened.expires_at);
        assert!(!is_alive_now(&world, &opened).await, "{kind} at its end");
    }
}

#[tokio::test]
async fn a_revoked_session_is_gone_at_once() {
    let world = World::new().await;
    let opened = open_for_ada(&world, SessionKind::Device).await;
    end(&world.app.db, opened.session.id, world.app.clock.now()).await.unwrap();
    assert!(!is_alive_now(&world, &opened).await);
}

#[tokio::test]
async fn all_sessions_of_an_account_end_together() {
    let world = World::new().await;
    let first = open_for_ada(&world, SessionKind::Device).await;
    let account = first.session.account_id;
    let second = open(&world.app.db, &world.app, account, SessionKind::Web, None).await.unwrap();
    end_all(&world.app.db, account, world.app.clock.now()).await.unwrap();
    assert!(!is_alive_now(&world, &first).await && !is_alive_now(&world, &second).await);
}

#[tokio::test]
async fn a_deactivated_account_holds_no_session() {
    let world = World::new().await;
    let opened = open_for_ada(&world, SessionKind::Web).await;
    let change = account::ActiveModel {
        id: Set(opened.session.account_id),
        state: Set(Coded(AccountState::Deactivated)),
        ..Default::default()
    };
    account::Entity::update(change).exec(&world.app.db).await.unwrap();
    assert!(!is_alive_now(&world, &opened).await);
}
