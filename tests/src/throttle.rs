//! How often something may fail is counted in the database: by all servers together, on both.

use server::access::throttle::{Limit, forget, give_back, take};

use crate::support::pair::on_both_pairs;
use crate::support::world::World;

on_both_pairs!(servers_count_tries_together_and_give_back_what_turned_out_right, async |stores| {
    let one = World::new(stores).await;
    let replica = one.app.over(stores.database.connect().await);
    let limit = Limit::SECOND_FACTOR;
    let mut passed = 0;
    for (_, app) in (0..12).zip([&one.app, &replica].into_iter().cycle()) {
        passed += i64::from(take(app, limit, "somebody").await.unwrap().is_ok());
    }
    assert_eq!(passed, limit.burst);
    let again = take(&replica, limit, "somebody").await.unwrap().unwrap_err();
    assert_eq!(again, one.app.clock.now() + limit.every);
    assert!(take(&one.app, limit, "somebody else").await.unwrap().is_ok());
    give_back(&one.app, limit, "somebody").await.unwrap();
    assert!(take(&replica, limit, "somebody").await.unwrap().is_ok());
    assert!(take(&one.app, limit, "somebody").await.unwrap().is_err());
    let late = one.app.clock.now() + limit.every * 6;
    assert_eq!(forget(&one.app.db, late).await.unwrap(), 2);
});

on_both_pairs!(tries_at_once_do_not_slip_through, async |stores| {
    let world = World::new(stores).await;
    let limit = Limit::SECOND_FACTOR;
    let tries = (0..12).map(|_| {
        let app = world.app.clone();
        tokio::spawn(async move { take(&app, limit, "somebody").await.unwrap().is_ok() })
    });
    let mut passed = 0;
    for one in tries.collect::<Vec<_>>() {
        passed += i64::from(one.await.unwrap());
    }
    assert_eq!(passed, limit.burst);
});
