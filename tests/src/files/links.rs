//! Links to files: what they open, for how long, and what cannot be made of them.

use chrono::TimeDelta;
use domain::access::SessionKind;
use entity::audit;
use entity::ids::FileId;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use server::access::session;
use tokio::io::AsyncWriteExt;

use super::world::World;
use crate::support::bytes::follow;
use crate::support::client::{BYTES, Client, metadata, receive, until};
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

on_both_pairs!(a_link_ends_with_the_grant_that_it_rests_on, async |stores| {
    let world = World::new(stores).await;
    let sender = world.person().await;
    let certificate = pdf(1);
    let id = world.declare(&sender, &certificate).await;
    world.client(&sender).upload(id, &certificate).await;
    world.work().await;
    let (colleague, role) = world.colleague_with_document(&sender, id).await;
    let (page, original) = (world.link(id, "page-1-w320", &colleague), world.link(id, "original", &colleague));
    let stranger = world.link(id, "page-1-w320", &world.person().await);
    let anybody = Client::new(world.address, None);
    follow(world.address, stores, &page).await;
    assert_eq!(anybody.get(&original).await.status, 404, "an original is for officers and who sent it");
    assert_eq!(anybody.get(&stranger).await.status, 404, "signed, and still not theirs");
    world.end_role(role).await;
    let hidden = anybody.get(&page).await;
    assert_eq!(hidden.status, 404, "the role has ended");
    let absent = FileId(uuid::Uuid::from_u128(5));
    assert_eq!(anybody.get(&world.link(absent, "page-1-w320", &colleague)).await.text(), hidden.text());
    let own = world.link(id, "original", &sender);
    follow(world.address, stores, &own).await;
    world.close_account(&sender).await;
    assert_eq!(anybody.get(&own).await.status, 404, "the account is closed");
});

on_both_pairs!(uploads_by_cookie_are_refused_to_other_sites_and_of_others_to_everybody, async |stores| {
    let world = World::new(stores).await;
    let (visitor, other) = (world.person().await, world.person().await);
    let photo = phone_jpeg(64, 48);
    let id = world.declare(&visitor, &photo).await;
    let path = world.client(&visitor).create_for(id, photo.len()).await;
    let web = session::open(world.db(), &world.files.app, visitor.account_id, SessionKind::Web, None).await.unwrap();
    let cookie = format!("waymark={}", web.token.reveal());
    let (cookie, length) = (("Cookie", cookie.as_str()), ("Upload-Length", "5"));
    let (browser, marked) = (Client::new(world.address, None), ("X-Waymark-Request", "page"));
    for (method, path) in [("POST", "/uploads"), ("PATCH", path.as_str()), ("DELETE", path.as_str())] {
        for forged in
            [&[][..], &[marked, ("Origin", "https://evil.example")], &[marked, ("Sec-Fetch-Site", "cross-site")]]
        {
            let headers = [&[cookie, length, BYTES, ("Upload-Offset", "0")], forged].concat();
            assert_eq!(browser.send(method, path, &headers, b"bytes").await.status, 403, "{method} {forged:?}");
        }
    }
    assert_eq!(world.client(&visitor).offset(&path).await, 0, "nothing was changed");
    // Another's upload, another's file: told as if there were none.
    let stranger = world.client(&other);
    let nothing = stranger.send("HEAD", "/uploads/00000000-0000-7000-8000-000000000000", &[], b"").await;
    assert_eq!((nothing.status, stranger.send("HEAD", &path, &[], b"").await.status), (404, 404));
    let begin = async |id| {
        let headers = [("Upload-Length", "5"), ("Upload-Metadata", &metadata(id))];
        let answer = stranger.send("POST", "/uploads", &headers, b"").await;
        (answer.status, answer.text())
    };
    assert_eq!(begin(id).await, begin(FileId(uuid::Uuid::from_u128(5))).await);
});

on_both_pairs!(what_a_closed_account_is_sending_does_not_come_to_count, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let photo = phone_jpeg(400, 300);
    let id = world.declare(&visitor, &photo).await;
    let client = world.client(&visitor);
    let path = client.create_for(id, photo.len()).await;
    let headers = [BYTES, ("Upload-Offset", "0")];
    let mut stream = client.send_part("PATCH", &path, &headers, &photo, photo.len() / 2).await;
    until(async || world.uploads().await[0].writer.is_some()).await;
    world.close_account(&visitor).await;
    stream.write_all(&photo[photo.len() / 2..]).await.unwrap();
    let answer = receive(&mut stream).await;
    assert_eq!(answer.status, 409, "{}", answer.text());
    assert_eq!(world.uploads().await[0].received, 0);
    assert_eq!(client.send("HEAD", &path, &[], b"").await.status, 401);
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
