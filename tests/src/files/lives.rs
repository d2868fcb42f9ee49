//! The lives of files: from the phone to the page, over every kind of break.

use chrono::TimeDelta;
use domain::file::{FileRefusal, FileState, MediaType};
use entity::{Coded, change, job};
use image::{DynamicImage, GenericImageView};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use server::objects::ObjectError;
use server::uploads::{self, Job};

use super::world::{World, sha256};
use crate::support::bytes::follow;
use crate::support::client::{BYTES, both_widths, metadata, receive, until};
use crate::support::pair::on_both_pairs;
use crate::support::samples::{pdf, phone_jpeg, transparent_png};

on_both_pairs!(a_photograph_is_taken_in_pieces_checked_and_shown_upright, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let (client, photo) = (world.client(&visitor), phone_jpeg(2000, 1500));
    let id = world.declare(&visitor, &photo).await;
    let path = client.create_for(id, photo.len()).await;
    assert_eq!(world.file(id).await.state.0, FileState::Receiving);
    let (first, second) = (photo.len() / 3, photo.len() / 2);
    for (from, to) in [(0, first), (first, second), (second, photo.len())] {
        let answer = client.patch(&path, from, &photo[from..to]).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
        assert_eq!(answer.header("Upload-Offset").unwrap(), to.to_string());
    }
    let file = world.file(id).await;
    assert_eq!((file.state.0, file.sha256), (FileState::Quarantined, Some(sha256(&photo))), "hashed as it came");
    assert_eq!(client.get(&world.link(id, "original", &visitor)).await.status, 404, "quarantined files are not served");
    world.work().await;

    let file = world.file(id).await;
    assert_eq!(file.state.0, FileState::Accepted, "{:?}", file.refusal);
    assert_eq!((file.sha256, file.byte_size), (Some(sha256(&photo)), Some(photo.len() as i64)));
    assert_eq!(file.media_type, Some(Coded(MediaType::Jpeg)));
    assert_eq!((file.width, file.height), (Some(1500), Some(2000)), "as it is seen");
    assert!(world.parts().await.is_empty(), "the pieces are put together");

    let [wide, narrow] = world.renditions(id).await.try_into().unwrap();
    assert_eq!((wide.kind.as_str(), wide.width, wide.height), ("w1600", 1500, 2000), "never made larger");
    assert_eq!((narrow.kind.as_str(), narrow.width, narrow.height), ("w320", 320, 426));
    let shown = follow(world.address, stores, &world.link(id, "w320", &visitor)).await.body;
    assert!(!shown.windows(4).any(|window| window == b"Exif"), "nothing beside the pixels");
    let shown = image::load_from_memory(&shown).unwrap();
    assert!(is_red(&shown, 0.75, 0.25), "turned to the right");
    assert!(!is_red(&shown, 0.25, 0.25) && !is_red(&shown, 0.75, 0.75));
    let sealed = follow(world.address, stores, &world.link(id, "original", &visitor)).await.body;
    assert_eq!(sealed, photo);
    let changes = change::Entity::find().filter(change::Column::NounId.eq(id.0)).count(world.db()).await.unwrap();
    assert_eq!(changes, 2, "quarantined, accepted");
});

fn is_red(picture: &DynamicImage, x: f32, y: f32) -> bool {
    let at = |part: f32, whole: u32| (part * whole as f32) as u32;
    let [red, green, ..] = picture.get_pixel(at(x, picture.width()), at(y, picture.height())).0;
    red > 150 && green < 80
}

on_both_pairs!(pages_of_a_document_are_drawn, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let document = pdf(3);
    let id = world.declare(&visitor, &document).await;
    world.client(&visitor).upload(id, &document).await;
    world.work().await;
    let file = world.file(id).await;
    assert_eq!((file.state.0, file.pages), (FileState::Accepted, Some(3)), "{:?}", file.refusal);
    let kinds: Vec<_> = world.renditions(id).await.into_iter().map(|row| row.kind).collect();
    assert_eq!(kinds, both_widths(3));
    let page = follow(world.address, stores, &world.link(id, "page-2-w1600", &visitor)).await.body;
    let page = image::load_from_memory(&page).unwrap();
    assert_eq!(page.width(), 1600);
    assert!(page.get_pixel(800, 100).0[0] > 240, "paper is white");
    assert!(page.get_pixel(800, page.height() - 180).0[0] < 20, "and the bar is black");
});

on_both_pairs!(a_transparent_picture_is_shown_on_white, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let picture = transparent_png(600, 400);
    let id = world.declare(&visitor, &picture).await;
    world.client(&visitor).upload(id, &picture).await;
    world.work().await;
    let shown = follow(world.address, stores, &world.link(id, "w320", &visitor)).await.body;
    let shown = image::load_from_memory(&shown).unwrap();
    assert_eq!((shown.width(), shown.height()), (320, 213));
    assert!(shown.get_pixel(20, 100).0[0] > 240, "paper");
    assert!(shown.get_pixel(300, 100).0[0] < 60, "and colour");
});

on_both_pairs!(other_bytes_than_declared_are_refused_and_may_be_sent_again, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let (client, photo) = (world.client(&visitor), phone_jpeg(320, 200));
    let id = world.declare(&visitor, &photo).await;
    let mut other = photo.clone();
    other[photo.len() / 2] ^= 1;
    client.upload(id, &other).await;
    world.work().await;
    let file = world.file(id).await;
    assert_eq!((file.state.0, file.refusal), (FileState::Refused, Some(Coded(FileRefusal::HashMismatch))));
    assert_eq!(file.object_key, None, "nothing of it is kept");
    assert_eq!(client.get(&world.link(id, "original", &visitor)).await.status, 404);

    client.upload(id, &photo).await;
    world.work().await;
    let file = world.file(id).await;
    assert_eq!((file.state.0, file.refusal), (FileState::Accepted, None));
    for (length, status) in [(1, 400), (photo.len(), 409)] {
        let headers = [("Upload-Length", &*length.to_string()), ("Upload-Metadata", &*metadata(id))];
        let answer = client.send("POST", "/uploads", &headers, b"").await;
        assert_eq!(answer.status, status, "another size than was declared, or accepted already");
    }
});

on_both_pairs!(an_upload_cut_on_one_replica_goes_on_at_another, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    // Longer than one stored stretch: a kill would cost no more than the last.
    let photo = [phone_jpeg(64, 64), vec![7; 7 << 20]].concat();
    let id = world.declare(&visitor, &photo).await;
    let client = world.client(&visitor);
    let path = client.create_for(id, photo.len()).await;
    let sent = 6 << 20;
    drop(client.send_part("PATCH", &path, &[BYTES, ("Upload-Offset", "0")], &photo, sent).await);
    until(async || client.offset(&path).await > 5 << 20).await;

    let replica = world.replica(stores).await;
    let client = replica.client(&visitor);
    let offset = client.offset(&path).await;
    assert!(offset <= sent, "{offset}");
    let answer = client.patch(&path, offset, &photo[offset..]).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
    assert_eq!(replica.file(id).await.sha256, None, "neither saw all of it");
    replica.work().await;
    let file = replica.file(id).await;
    assert_eq!((file.state.0, file.sha256), (FileState::Accepted, Some(sha256(&photo))), "{:?}", file.refusal);
});

on_both_pairs!(a_phone_that_comes_back_takes_its_upload_over, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let photo = phone_jpeg(640, 480);
    let id = world.declare(&visitor, &photo).await;
    let client = world.client(&visitor);
    let path = client.create_for(id, photo.len()).await;
    // The old line hangs in the middle, and nobody told the server.
    let mut hanging = client.send_part("PATCH", &path, &[BYTES, ("Upload-Offset", "0")], &[9; 9000], 100).await;
    until(async || world.uploads().await[0].writer.is_some()).await;
    let answer = client.patch(&path, 0, &photo).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
    tokio::io::AsyncWriteExt::write_all(&mut hanging, &[9; 8900]).await.unwrap();
    assert_eq!(receive(&mut hanging).await.status, 409);
    world.work().await;
    let file = world.file(id).await;
    assert_eq!((file.state.0, file.sha256), (FileState::Accepted, Some(sha256(&photo))));
});

on_both_pairs!(what_an_older_request_adds_after_that_does_not_count, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let photo = [phone_jpeg(64, 64), vec![7; 2 << 20]].concat();
    let id = world.declare(&visitor, &photo).await;
    let client = world.client(&visitor);
    let path = client.create_for(id, photo.len()).await;
    assert_eq!(client.patch(&path, 0, &photo[..1000]).await.status, 204);
    // It goes on where it stood, and hangs when some of its bytes are stored.
    let headers = [BYTES, ("Upload-Offset", "1000")];
    let mut hanging = client.send_part("PATCH", &path, &headers, &[9; 1 << 20], 900_000).await;
    let first = world.parts().await[0].object_key.parse().unwrap();
    let is_storing = async || world.files.objects.size(&first).await.unwrap() > 1000 || world.parts().await.len() > 1;
    until(is_storing).await;
    let half = photo.len() / 2;
    for (from, to) in [(1000, half), (half, photo.len())] {
        let answer = client.patch(&path, from, &photo[from..to]).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
    }
    tokio::io::AsyncWriteExt::write_all(&mut hanging, &[9; (1 << 20) - 900_000]).await.unwrap();
    assert_eq!(receive(&mut hanging).await.status, 409);
    world.work().await;
    let file = world.file(id).await;
    assert_eq!((file.state.0, file.sha256), (FileState::Accepted, Some(sha256(&photo))), "{:?}", file.refusal);
    let sealed = follow(world.address, stores, &world.link(id, "original", &visitor)).await.body;
    assert_eq!(sealed, photo);
    assert!(world.parts().await.is_empty(), "and what was stored in vain is gone");
});

on_both_pairs!(jobs_that_run_twice_do_their_work_once, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let photo = phone_jpeg(400, 300);
    let id = world.declare(&visitor, &photo).await;
    world.client(&visitor).upload(id, &photo).await;
    world.work().await;
    let (file, before) = (world.file(id).await, world.renditions(id).await);
    for work in [Job::VerifyFile { file_id: id }, Job::MakeRenditions { file_id: id }] {
        work.run(&world.files).await.unwrap();
    }
    world.work().await;
    assert_eq!((world.file(id).await, world.renditions(id).await), (file, before));

    // As if stopped between a picture's row and its bytes: the next run stores it under the key that was written down.
    let row = world.renditions(id).await.remove(0);
    let key = row.object_key.parse().unwrap();
    world.files.objects.delete(&key).await.unwrap();
    let torn = entity::rendition::ActiveModel {
        id: sea_orm::Set(row.id),
        byte_size: sea_orm::Set(None),
        ..Default::default()
    };
    entity::rendition::Entity::update(torn).exec(world.db()).await.unwrap();
    Job::MakeRenditions { file_id: id }.run(&world.files).await.unwrap();
    assert_eq!(world.renditions(id).await[0], row);
    assert_eq!(world.files.objects.size(&key).await.unwrap() as i64, row.byte_size.unwrap());
});

on_both_pairs!(what_is_given_up_is_swept_away, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let (client, photo) = (world.client(&visitor), phone_jpeg(400, 300));
    let id = world.declare(&visitor, &photo).await;
    let path = client.create_for(id, photo.len()).await;
    client.patch(&path, 0, &photo[..1000]).await;
    let unclaimed = client.create(photo.len(), &[]).await;
    client.patch(&unclaimed, 0, &photo).await;
    world.work().await;
    let keys: Vec<_> = world.parts().await.iter().map(|part| part.object_key.parse().unwrap()).collect();
    assert_eq!(keys.len(), 1);

    // The session outlives this; the upload does not.
    world.clock.advance(TimeDelta::days(8));
    assert_eq!(client.send("HEAD", &path, &[], b"").await.status, 410);
    assert_eq!(client.patch(&path, 1000, &photo[1000..]).await.status, 410);
    Job::SweepUploads {}.run(&world.files).await.unwrap();
    world.work().await;
    assert!(world.uploads().await.is_empty() && world.parts().await.is_empty());
    assert!(matches!(world.files.objects.size(&keys[0]).await, Err(ObjectError::NotFound)));
    assert_eq!(world.file(id).await.state.0, FileState::Expected, "a declared file waits for another try");
    let all = entity::file::Entity::find().all(world.db()).await.unwrap();
    let [purged] = all.iter().filter(|file| file.id != id).collect::<Vec<_>>().try_into().unwrap();
    assert_eq!((purged.state.0, &purged.sha256), (FileState::Purged, &Some(sha256(&photo))), "nobody claimed it");
    client.upload(id, &photo).await;
    world.work().await;
    assert_eq!(world.file(id).await.state.0, FileState::Accepted);
});

on_both_pairs!(a_purge_leaves_a_tombstone_and_nothing_else, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let photo = phone_jpeg(400, 300);
    let id = world.declare(&visitor, &photo).await;
    world.client(&visitor).upload(id, &photo).await;
    world.work().await;
    let mut keys = vec![world.file(id).await.object_key.unwrap()];
    keys.extend(world.renditions(id).await.into_iter().map(|row| row.object_key));
    let link = world.link(id, "w320", &visitor);
    let tx = world.db().begin_writing().await.unwrap();
    assert!(uploads::purge(&tx, &world.files.app, id, world.now()).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(world.client(&visitor).get(&link).await.status, 404);
    world.work().await;
    for key in keys {
        let key = key.parse().unwrap();
        assert!(matches!(world.files.objects.size(&key).await, Err(ObjectError::NotFound)), "{key}");
    }
    let file = world.file(id).await;
    assert_eq!((file.state.0, file.object_key, file.sha256), (FileState::Purged, None, Some(sha256(&photo))));
    let jobs = job::Entity::find().count(world.db()).await.unwrap();
    assert!(!uploads::purge(world.db(), &world.files.app, id, world.now()).await.unwrap(), "only once");
    assert_eq!(job::Entity::find().count(world.db()).await.unwrap(), jobs);
});
