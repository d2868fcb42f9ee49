//! The seal over the audit: whoever changes, removes, reorders, adds or cuts is found, and the row is named.

use std::sync::Arc;

use domain::manifest::{Bytes, Manifest};
use entity::{audit, audit_seal, file};
use futures_util::StreamExt;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use server::access::scope::Scope;
use server::database::Tx;
use server::ledger::seal::{self, ANCHOR, SealError};
use server::ledger::{Actor, Verified, verify};
use server::uploads;
use uuid::Uuid;

use crate::files::world as files;
use crate::support::database::ledger_settles;
use crate::support::pair::{Stores, on_both_pairs};
use crate::support::samples::phone_jpeg;
use crate::support::world::World;

/// Rows whose ids end in their number.
async fn read_pupils(world: &World, count: u128) {
    let today = world.app.clock.now().date_naive();
    let actor = Actor {
        scope: Arc::new(Scope::new(world.officer.account, today, Vec::new())),
        session_id: None,
        device_name: None,
        request_id: "a-request".to_owned(),
    };
    for number in 1..=count {
        let now = world.app.clock.now();
        world.app.reads.record(&actor, "pupil", &[Uuid::from_u128(number)], now).await.unwrap();
    }
    ledger_settles(&world.app.db).await;
}

async fn sealed(stores: &Stores, count: u128) -> World {
    let world = World::new(stores).await;
    read_pupils(&world, count).await;
    assert_eq!(seal::seal(&world.app, stores.folder()).await.unwrap(), count as usize);
    world
}

/// Rewrites history, looks, and takes it back.
async fn tampered(world: &World, stores: &Stores, sql: &[&str]) -> Verified {
    let tx: Tx = world.app.db.begin().await.unwrap();
    for sql in sql {
        tx.execute_unprepared(sql).await.unwrap();
    }
    let found = verify(&tx, stores.folder()).await.unwrap();
    tx.rollback().await.unwrap();
    found
}

on_both_pairs!(whoever_rewrites_the_audit_is_found, async |stores| {
    let world = sealed(stores, 6).await;
    let whole = verify(&world.app.db, stores.folder()).await.unwrap();
    assert_eq!(whole, Verified { sealed: 6, unsealed: 0, broken: vec![] });

    let changed = tampered(&world, stores, &["update audit set act = 'nothing' where position = 3"]).await;
    assert_eq!(changed.broken, ["audit row 3 was changed, or is not in its place"]);
    let removed = tampered(&world, stores, &["delete from audit where position = 4"]).await;
    assert_eq!(removed.broken, ["audit row 4 was removed"]);
    let reordered = tampered(
        &world,
        stores,
        &[
            "update audit set position = 100 where position = 2",
            "update audit set position = 2 where position = 5",
            "update audit set position = 5 where position = 100",
        ],
    )
    .await;
    assert_eq!(
        reordered.broken,
        ["audit row 2 was changed, or is not in its place", "audit row 5 was changed, or is not in its place"]
    );
    let hidden = tampered(
        &world,
        stores,
        &["delete from audit where position = 4", "delete from audit_seal where audit_position = 4"],
    )
    .await;
    assert_eq!(hidden.broken[0], "links 4 to 4 are missing");
    let cut = tampered(
        &world,
        stores,
        &["delete from audit where position > 4", "delete from audit_seal where audit_position > 4"],
    )
    .await;
    assert_eq!(cut.broken, ["the chain does not reach its anchored head, link 6: the tail was cut or rewritten"]);
    let emptied = tampered(&world, stores, &["delete from audit", "delete from audit_seal"]).await;
    assert_eq!(emptied.broken.len(), 1, "{emptied:?}");
    let forged = "insert into audit (position, transaction_id, request_id, act, noun, detail, at)
                  select 0, transaction_id, request_id, act, noun, detail, at from audit where position = 1";
    let forged = tampered(&world, stores, &[forged]).await;
    assert_eq!(forged.broken, ["audit row 0 was put in among rows that are sealed"]);
});

on_both_pairs!(a_cut_tail_is_not_sealed_over, async |stores| {
    let world = sealed(stores, 5).await;
    let anchored = std::fs::read_to_string(stores.folder().join(ANCHOR)).unwrap();
    for sql in ["delete from audit where position > 3", "delete from audit_seal where audit_position > 3"] {
        world.app.db.execute_unprepared(sql).await.unwrap();
    }
    // New rows make the chain as long as it was, and longer.
    read_pupils(&world, 4).await;
    let outcome = seal::seal(&world.app, stores.folder()).await;
    assert!(matches!(outcome, Err(SealError::Cut(5))), "{outcome:?}");
    assert_eq!(std::fs::read_to_string(stores.folder().join(ANCHOR)).unwrap(), anchored, "the proof is kept");
    let found = verify(&world.app.db, stores.folder()).await.unwrap();
    assert_eq!(found.broken, ["the chain does not reach its anchored head, link 5: the tail was cut or rewritten"]);
});

on_both_pairs!(the_anchor_itself_is_looked_at, async |stores| {
    let world = sealed(stores, 2).await;
    let anchor = stores.folder().join(ANCHOR);
    std::fs::remove_file(&anchor).unwrap();
    let found = verify(&world.app.db, stores.folder()).await.unwrap();
    assert_eq!(found.broken, ["audit.anchor is missing, so a cut tail would not be noticed"]);
    std::fs::write(&anchor, "2 0000").unwrap();
    assert_eq!(verify(&world.app.db, stores.folder()).await.unwrap().broken.len(), 1);
    std::fs::write(&anchor, "nonsense").unwrap();
    let found = verify(&world.app.db, stores.folder()).await.unwrap();
    assert_eq!(found.broken, ["audit.anchor cannot be understood"]);
});

on_both_pairs!(two_sealers_make_one_chain, async |stores| {
    let world = World::new(stores).await;
    // More than one pass.
    read_pupils(&world, 620).await;
    let elsewhere = stores.folder().join("other-replica");
    std::fs::create_dir(&elsewhere).unwrap();
    let (one, other) = tokio::join!(seal::seal(&world.app, stores.folder()), seal::seal(&world.app, &elsewhere));
    assert_eq!(one.unwrap() + other.unwrap(), 620);
    for directory in [stores.folder(), &elsewhere] {
        let found = verify(&world.app.db, directory).await.unwrap();
        assert_eq!((found.sealed, found.broken), (620, vec![]));
    }
    assert_eq!(audit_seal::Entity::find().count(&world.app.db).await.unwrap(), 620);
    assert_eq!(audit::Entity::find().count(&world.app.db).await.unwrap(), 620);
    assert_eq!(seal::oldest_unsealed(&world.app.db).await.unwrap(), None);
});

on_both_pairs!(a_purge_leaves_manifest_and_audit_verifiable, async |stores| {
    let world = files::World::new(stores).await;
    let visitor = world.person().await;
    let photo = phone_jpeg(200, 100);
    let id = world.declare(&visitor, &photo).await;
    world.client(&visitor).upload(id, &photo).await;
    world.work().await;
    let actor = Actor::without_session(visitor.account_id, world.now().date_naive(), "a-request");
    world.files.app.reads.record(&actor, "file", &[id.0], world.now()).await.unwrap();
    ledger_settles(world.db()).await;
    seal::seal(&world.files.app, stores.folder()).await.unwrap();
    let before = manifest(&world).await;

    let tx = world.db().begin_writing().await.unwrap();
    assert!(uploads::purge(&tx, &world.files.app, id, world.now()).await.unwrap());
    tx.commit().await.unwrap();
    world.work().await;
    assert_eq!(world.files.objects.list().count().await, 0, "the bytes are gone");
    assert_eq!(manifest(&world).await, before, "their hash is not");
    let whole = verify(world.db(), stores.folder()).await.unwrap();
    assert_eq!((whole.sealed, whole.unsealed, whole.broken), (1, 0, vec![]));
});

/// The manifest's hash over every file, from the rows.
async fn manifest(world: &files::World) -> String {
    let rows = file::Entity::find().all(world.db()).await.unwrap();
    let items = rows.into_iter().map(|row| {
        let (sha256, size) = (row.sha256.unwrap().parse().unwrap(), row.byte_size.unwrap().unsigned_abs());
        (row.id.0, Bytes { sha256, size })
    });
    Manifest::new(items).unwrap().sha256().to_string()
}
