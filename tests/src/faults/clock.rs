//! The clock is wrong by ten years, one way and back.

use chrono::TimeDelta;
use domain::file::FileState;
use entity::job;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use server::ledger::{seal, verify};

use crate::files::world::World;
use crate::support::pair::on_both_pairs;
use crate::support::samples::phone_jpeg;

on_both_pairs!(a_clock_that_was_ten_years_ahead_holds_nothing_up, async |stores| {
    let world = World::new(stores).await;
    let right = world.now();
    let (visitor, photo) = (world.person().await, phone_jpeg(64, 64));
    // A whole upload while the clock is wrong, by somebody who signed in then.
    world.clock.set(right + TimeDelta::days(3650));
    let early = world.person().await;
    let id = world.declare(&early, &photo).await;
    world.client(&early).upload(id, &photo).await;
    // The session of before has run out, and is refused as such.
    let ended = world.client(&visitor).get("/uploads/00000000-0000-0000-0000-000000000000").await;
    assert_eq!(ended.status, 401);

    // The clock is put right: the verdict does not wait for ten years.
    world.clock.set(right);
    world.work().await;
    assert_eq!(world.file(id).await.state.0, FileState::Accepted);
    let left = job::Entity::find().filter(job::Column::State.ne("done")).count(world.db()).await.unwrap();
    assert_eq!(left, 0);
    let id = world.declare(&visitor, &photo).await;
    world.client(&visitor).upload(id, &photo).await;
    world.work().await;
    assert_eq!(world.file(id).await.state.0, FileState::Accepted);
    seal::seal(&world.files.app, stores.folder()).await.unwrap();
    assert_eq!(verify(world.db(), stores.folder()).await.unwrap().broken, Vec::<String>::new());
});

on_both_pairs!(a_clock_that_fell_back_loses_no_upload, async |stores| {
    let world = World::new(stores).await;
    let (visitor, photo) = (world.person().await, phone_jpeg(64, 64));
    let id = world.declare(&visitor, &photo).await;
    let client = world.client(&visitor);
    let path = client.create_for(id, photo.len()).await;
    assert_eq!(client.patch(&path, 0, &photo[..50]).await.status, 204);
    let right = world.now();
    world.clock.set(right - TimeDelta::days(3650));
    assert_eq!(client.patch(&path, 50, &photo[50..100]).await.status, 204);
    world.clock.set(right);
    // It was last heard of ten years ago, says the row; it is given up like any other that stood still.
    assert_eq!(client.send("HEAD", &path, &[], b"").await.status, 410);
    client.upload(id, &photo).await;
    world.work().await;
    assert_eq!(world.file(id).await.state.0, FileState::Accepted);
});
