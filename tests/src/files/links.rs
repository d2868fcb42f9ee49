//! Links to files: what they open, for how long, and what cannot be made of them.

use chrono::TimeDelta;
use entity::audit;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::world::World;
use crate::support::bytes::follow;
use crate::support::client::Client;
use crate::support::pair::{Objects, on_both_pairs};
use crate::support::samples::{pdf, phone_jpeg};

on_both_pairs!(what_is_served_cannot_run_and_is_not_kept, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let client = world.client(&visitor);
    let (photo, document) = (phone_jpeg(400, 300), pdf(1));
    let (photo_id, document_id) = (world.declare(&visitor, &photo).await, world.declare(&visitor, &document).await);
    client.upload(photo_id, &photo).await;
    client.upload(document_id, &document).await;
    world.work().await;
    for (id, variant, media_type, disposition) in [
        (photo_id, "w320", "image/jpeg", "inline"),
        (photo_id, "original", "image/jpeg", "attachment"),
        (document_id, "page-1-w320", "image/jpeg", "inline"),
        (document_id, "original", "application/pdf", "attachment"),
    ] {
        let link = world.link(id, variant, &visitor);
        let answer = client.get(&link).await;
        for (name, value) in [
            ("Cache-Control", "private, no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{variant}");
        }
        let policy = answer.header("Content-Security-Policy").unwrap();
        assert!(policy.starts_with("sandbox; default-src 'none'"), "{policy}");
        let bytes = follow(world.address, stores, &link).await;
        assert_eq!(bytes.header("Content-Type"), Some(media_type), "{variant}");
        let found = bytes.header("Content-Disposition").unwrap();
        assert!(found.starts_with(&format!("{disposition}; filename=\"")), "{found}");
    }
});

on_both_pairs!(a_link_opens_one_form_for_a_while_and_every_reading_is_audited, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let photo = phone_jpeg(400, 300);
    let id = world.declare(&visitor, &photo).await;
    world.client(&visitor).upload(id, &photo).await;
    world.work().await;
    let anybody = Client::new(world.address, None);
    let link = world.link(id, "w320", &visitor);
    follow(world.address, stores, &link).await;
    let read = audit::Entity::find().filter(audit::Column::NounId.eq(id.0)).all(world.db()).await.unwrap();
    let [read] = read.as_slice() else { panic!("{} audit rows", read.len()) };
    assert_eq!((read.act.as_str(), read.account_id), ("read", Some(visitor.account_id)));

    let other = world.person().await.account_id.0.to_string();
    for changed in [
        link.replace("w320", "original"),
        link.replace("w320", "w1600"),
        link.replace(&visitor.account_id.0.to_string(), &other),
        link.replace("expires=", "expires=9"),
        link.replace("signature=", "signature=A"),
        link.split('&').next().unwrap().to_owned(),
    ] {
        assert_eq!(anybody.get(&changed).await.status, 403, "{changed}");
    }
    assert_eq!(anybody.get(&world.link(id, "page-1-w320", &visitor)).await.status, 404, "no such form");
    assert_eq!(anybody.send("POST", &link, &[], b"").await.status, 405);
    world.clock.advance(TimeDelta::minutes(11));
    assert_eq!(anybody.get(&link).await.status, 410);
    let after = audit::Entity::find().filter(audit::Column::NounId.eq(id.0)).all(world.db()).await.unwrap();
    assert_eq!(after.len(), 1, "what was not served is not audited as read");
});

on_both_pairs!(a_download_that_broke_off_goes_on, async |stores| {
    if matches!(stores.objects, Objects::S3(_)) {
        return; // There the store answers ranges.
    }
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let photo = phone_jpeg(400, 300);
    let id = world.declare(&visitor, &photo).await;
    world.client(&visitor).upload(id, &photo).await;
    world.work().await;
    let (client, link) = (world.client(&visitor), world.link(id, "original", &visitor));
    let rest = client.send("GET", &link, &[("Range", "bytes=1000-")], b"").await;
    assert_eq!((rest.status, rest.body.as_slice()), (206, &photo[1000..]));
    assert_eq!(rest.header("Content-Range").unwrap(), format!("bytes 1000-{}/{}", photo.len() - 1, photo.len()));
    let head = client.send("HEAD", &link, &[], b"").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("Content-Length").unwrap(), photo.len().to_string());
    let beyond = client.send("GET", &link, &[("Range", "bytes=99999999-")], b"").await;
    assert_eq!(beyond.status, 416);
});
