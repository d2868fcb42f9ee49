//! The change feed: a reader that pages while others write misses nothing, sees nothing twice, and sees no more than it
//! may.

use std::sync::atomic::{AtomicUsize, Ordering};

use entity::ids::ProviderId;
use futures_util::future::join_all;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sea_orm::EntityTrait;
use server::access::scope::Scope;
use server::access::viewer;
use server::ledger::feed::{self, Cursor, FeedError, Page};
use server::ledger::{change, installation};
use uuid::Uuid;

use crate::support::database::ledger_settles;
use crate::support::pair::{Pair, on_both_pairs};
use crate::support::world::{Person, World};

async fn scope(world: &World, person: &Person) -> Scope {
    viewer::scope(&world.app.db, person.account, world.app.clock.now().date_naive()).await.unwrap()
}

async fn read(world: &World, scope: &Scope, after: Option<&Cursor>, limit: u64) -> Page {
    feed::page(&world.app.db, scope, after, limit).await.unwrap()
}

fn ids(page: &Page) -> Vec<Uuid> {
    page.changes.iter().map(|change| change.noun_id).collect()
}

/// Writes a change of a provider in a transaction of its own.
async fn touch(world: &World, provider: ProviderId) {
    let tx = world.app.db.begin_writing().await.unwrap();
    change::record_updated(&tx, world.authority, provider, world.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

on_both_pairs!(a_row_that_commits_late_is_not_missed, async |stores| {
    if stores.pair == Pair::SqliteDirectory {
        return; // Writers queue there: nothing commits out of order.
    }
    let world = World::new(stores).await;
    let (officer, now) = (scope(&world, &world.officer).await, world.app.clock.now());
    let [first, second] = world.providers;
    let late = world.app.db.begin().await.unwrap();
    change::record_updated(&late, world.authority, first, now).await.unwrap();
    touch(&world, second).await;

    let early = read(&world, &officer, None, 10).await;
    assert!(ids(&early).is_empty(), "what is committed waits for what began before it");
    late.commit().await.unwrap();
    ledger_settles(&world.app.db).await;
    let page = read(&world, &officer, Some(&early.end), 10).await;
    assert_eq!(ids(&page), [first.0, second.0]);
    assert!(ids(&read(&world, &officer, Some(&page.end), 10).await).is_empty());
});

on_both_pairs!(a_reader_among_writers_sees_each_change_once, async |stores| {
    const WRITERS: usize = 6;
    const WRITES: usize = 15;
    let world = World::new(stores).await;
    let officer = scope(&world, &world.officer).await;
    let writers_left = AtomicUsize::new(WRITERS);
    let writing = join_all((0..WRITERS).map(async |number| {
        let provider = world.put_provider(&format!("Motors {number}")).await;
        let mut random = ChaCha8Rng::seed_from_u64(number as u64);
        for _ in 0..WRITES {
            let tx = world.app.db.begin_writing().await.unwrap();
            change::record_updated(&tx, world.authority, provider, world.app.clock.now()).await.unwrap();
            for _ in 0..random.random_range(0..40) {
                tokio::task::yield_now().await;
            }
            // Some think better of it.
            if random.random_ratio(1, 5) { tx.rollback().await.unwrap() } else { tx.commit().await.unwrap() }
        }
        writers_left.fetch_sub(1, Ordering::SeqCst);
    }));
    let reading = async {
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let is_last = writers_left.load(Ordering::SeqCst) == 0;
            if is_last {
                ledger_settles(&world.app.db).await;
            }
            let page = read(&world, &officer, cursor.as_ref(), 7).await;
            seen.extend(page.changes.iter().map(|change| change.position));
            if is_last && !page.has_more {
                return seen;
            }
            cursor = Some(page.end);
            tokio::task::yield_now().await;
        }
    };
    let (_, mut seen) = tokio::join!(writing, reading);
    let written = entity::change::Entity::find().all(&world.app.db).await.unwrap();
    let mut written: Vec<i64> = written.iter().map(|change| change.position).collect();
    seen.sort_unstable();
    written.sort_unstable();
    assert_eq!(seen, written);
    assert!(written.len() > WRITERS);
});

on_both_pairs!(a_viewer_reads_changes_of_what_it_may_see, async |stores| {
    let world = World::new(stores).await;
    let [mine, other] = world.providers;
    for provider in [other, mine, other, mine, other] {
        touch(&world, provider).await;
    }
    ledger_settles(&world.app.db).await;
    let officer = scope(&world, &world.officer).await;
    assert_eq!(ids(&read(&world, &officer, None, 10).await).len(), 5);
    let mut cursor = None;
    for limit in [2, 2] {
        let page = read(&world, &officer, cursor.as_ref(), limit).await;
        assert!(page.has_more);
        cursor = Some(page.end);
    }
    let page = read(&world, &officer, cursor.as_ref(), 2).await;
    assert_eq!((ids(&page), page.has_more), (vec![other.0], false));

    let stranger = read(&world, &scope(&world, &world.stranger).await, None, 10).await;
    assert_eq!((ids(&stranger), stranger.end), (vec![], page.end), "it saw nothing and is as far as the others");
    let text = stranger.end.to_string();
    assert_eq!(text.parse::<Cursor>().unwrap(), stranger.end);
});

on_both_pairs!(after_a_restore_a_reader_begins_anew, async |stores| {
    let world = World::new(stores).await;
    let officer = scope(&world, &world.officer).await;
    touch(&world, world.providers[0]).await;
    ledger_settles(&world.app.db).await;
    let before = read(&world, &officer, None, 10).await;
    let (db, now) = (&world.app.db, world.app.clock.now());
    installation::begin_epoch(db, world.app.ids.next(now), now).await.unwrap();
    let refused = feed::page(db, &officer, Some(&before.end), 10).await;
    assert!(matches!(refused, Err(FeedError::OtherEpoch)), "{refused:?}");
    assert_eq!(ids(&read(&world, &officer, None, 10).await), ids(&before));
});
