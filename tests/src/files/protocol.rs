//! tus 1.0, where the outside suite does not look: who may, what is kept, and what happens when the stores fail.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use domain::file::FileState;
use server::objects::{Chunks, Key, LinkHeaders, Listing, ObjectError, ObjectStore};

use super::world::{World, sha256};
use crate::support::client::{BYTES, Client, base64, metadata};
use crate::support::pair::on_both_pairs;
use crate::support::samples::phone_jpeg;

on_both_pairs!(an_upload_is_its_makers_alone, async |stores| {
    let world = World::new(stores).await;
    let (visitor, stranger) = (world.person().await, world.person().await);
    let photo = phone_jpeg(64, 64);
    let id = world.declare(&visitor, &photo).await;
    let path = world.client(&visitor).create_for(id, photo.len()).await;
    let other = world.client(&stranger);
    for (method, headers) in [("HEAD", vec![]), ("PATCH", vec![BYTES, ("Upload-Offset", "0")]), ("DELETE", vec![])] {
        let answer = other.send(method, &path, &headers, b"").await;
        assert_eq!((answer.status, answer.header("Upload-Offset")), (404, None), "{method}");
    }
    let length = photo.len().to_string();
    let named = [("Upload-Length", length.as_str()), ("Upload-Metadata", &metadata(id))];
    assert_eq!(other.send("POST", "/uploads", &named, b"").await.status, 404, "somebody else's file is not found");
    let nobody = Client::new(world.address, None);
    for method in ["POST", "OPTIONS"] {
        assert_eq!(nobody.send(method, "/uploads", &[("Upload-Length", "1")], b"").await.status, 401, "{method}");
    }
    let forged = Client::new(world.address, Some("wm_nonsense".to_owned()));
    assert_eq!(forged.send("HEAD", &path, &[], b"").await.status, 401);
    assert_eq!(world.client(&visitor).offset(&path).await, 0);
});

on_both_pairs!(a_refusal_is_read_even_by_who_is_still_sending, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let client = world.client(&visitor);
    let much = vec![1; 6 << 20];
    let path = client.create(10, &[]).await;
    let answer = client.patch(&path, 0, &much).await;
    assert_eq!((answer.status, answer.text().as_str()), (413, "More bytes came than were announced."));
    let nobody = Client::new(world.address, None);
    assert_eq!(nobody.patch(&path, 0, &much).await.status, 401);
    assert_eq!(client.offset(&path).await, 0);
});

on_both_pairs!(with_a_checksum_all_counts_or_nothing, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let client = world.client(&visitor);
    // More than one stored stretch.
    let bytes: Vec<u8> = (0..6 << 20).map(|at: usize| (at * 31 / 7) as u8).collect();
    let sums = |bytes: &[u8]| {
        let sum = <sha2::Sha256 as sha2::Digest>::digest(bytes);
        format!("sha256 {}", base64(&sum))
    };
    let path = client.create(bytes.len(), &[]).await;
    let wrong = [BYTES, ("Upload-Offset", "0"), ("Upload-Checksum", &sums(b"other bytes"))];
    assert_eq!(client.send("PATCH", &path, &wrong, &bytes).await.status, 460);
    assert_eq!(client.offset(&path).await, 0);
    world.work().await;
    assert!(world.parts().await.is_empty(), "what was stored in vain is gone");
    let right = [BYTES, ("Upload-Offset", "0"), ("Upload-Checksum", &sums(&bytes))];
    assert_eq!(client.send("PATCH", &path, &right, &bytes).await.status, 204);
    assert_eq!(client.offset(&path).await, bytes.len());
});

on_both_pairs!(after_a_wrong_checksum_an_upload_goes_on_where_it_stood, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let (client, photo) = (world.client(&visitor), phone_jpeg(200, 200));
    let id = world.declare(&visitor, &photo).await;
    let path = client.create_for(id, photo.len()).await;
    assert_eq!(client.patch(&path, 0, &photo[..1000]).await.status, 204);
    let sum = format!("sha256 {}", base64(&[0; 32]));
    let wrong = [BYTES, ("Upload-Offset", "1000"), ("Upload-Checksum", &sum)];
    assert_eq!(client.send("PATCH", &path, &wrong, &[7; 2000]).await.status, 460);
    assert_eq!(client.offset(&path).await, 1000);
    assert_eq!(client.patch(&path, 1000, &photo[1000..]).await.status, 204);
    world.work().await;
    let file = world.file(id).await;
    assert_eq!((file.state.0, file.sha256), (FileState::Accepted, Some(sha256(&photo))), "{:?}", file.refusal);
});

on_both_pairs!(who_goes_on_costs_two_statements_where_objects_grow, async |stores| {
    let (world, count) = World::counted(stores).await;
    if !world.files.objects.extends() {
        return;
    }
    let visitor = world.person().await;
    let client = world.client(&visitor);
    let path = client.create(5000, &[]).await;
    assert_eq!(client.patch(&path, 0, &[1; 1000]).await.status, 204);
    for offset in [1000, 2000, 3000] {
        let before = count.load(Ordering::SeqCst);
        assert_eq!(client.patch(&path, offset, &[1; 1000]).await.status, 204);
        assert_eq!(count.load(Ordering::SeqCst) - before, 2, "the session, and the offset");
    }
    assert_eq!(world.parts().await.len(), 1);
});

on_both_pairs!(an_upload_may_begin_with_its_bytes_and_may_be_given_up, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let (client, photo) = (world.client(&visitor), phone_jpeg(64, 64));
    let id = world.declare(&visitor, &photo).await;
    let length = photo.len().to_string();
    let headers = [BYTES, ("Upload-Length", length.as_str()), ("Upload-Metadata", &metadata(id))];
    let answer = client.send("POST", "/uploads", &headers, &photo[..700]).await;
    assert_eq!((answer.status, answer.header("Upload-Offset")), (201, Some("700")));
    assert!(answer.header("Upload-Expires").unwrap().ends_with(" GMT"));
    let path = answer.header("Location").unwrap().to_owned();
    assert_eq!(client.send("DELETE", &path, &[], b"").await.status, 204);
    assert_eq!(client.send("HEAD", &path, &[], b"").await.status, 404);
    assert_eq!(client.patch(&path, 700, &photo[700..]).await.status, 404);
    assert_eq!(world.file(id).await.state.0, FileState::Expected);

    let answer = client.send("POST", "/uploads", &headers, &photo).await;
    assert_eq!((answer.status, answer.header("Upload-Offset")), (201, Some(length.as_str())));
    let path = answer.header("Location").unwrap().to_owned();
    assert_eq!(client.send("DELETE", &path, &[], b"").await.status, 409, "all is here");
    world.work().await;
    assert_eq!(world.file(id).await.state.0, FileState::Accepted);
});

/// A store that fails when it is told to.
#[derive(Debug)]
struct Failing {
    store: Arc<dyn ObjectStore>,
    is_full: AtomicBool,
    is_down: AtomicBool,
}

impl Failing {
    fn fail(&self) -> Result<(), ObjectError> {
        if self.is_full.load(Ordering::SeqCst) {
            return Err(ObjectError::Full("no space".into()));
        }
        if self.is_down.load(Ordering::SeqCst) {
            return Err(ObjectError::Unavailable("down".into()));
        }
        Ok(())
    }
}

#[async_trait]
impl ObjectStore for Failing {
    async fn put(&self, key: &Key, media_type: &str, body: Chunks<'_>) -> Result<u64, ObjectError> {
        self.fail()?;
        self.store.put(key, media_type, body).await
    }

    fn extends(&self) -> bool {
        self.store.extends()
    }

    async fn extend(&self, key: &Key, at: u64, body: Chunks<'_>) -> Result<u64, ObjectError> {
        self.fail()?;
        self.store.extend(key, at, body).await
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Chunks<'static>, ObjectError> {
        self.store.get(key, range).await
    }

    async fn size(&self, key: &Key) -> Result<u64, ObjectError> {
        self.store.size(key).await
    }

    async fn delete(&self, key: &Key) -> Result<(), ObjectError> {
        self.store.delete(key).await
    }

    fn list(&self) -> Listing<'_> {
        self.store.list()
    }

    async fn link(&self, key: &Key, headers: &LinkHeaders, valid: Duration) -> Result<Option<String>, ObjectError> {
        self.store.link(key, headers, valid).await
    }
}

on_both_pairs!(a_store_that_fails_moves_no_offset, async |stores| {
    let failing =
        Arc::new(Failing { store: stores.object_store().await, is_full: false.into(), is_down: false.into() });
    let world = World::with(stores, failing.clone(), 1).await;
    let visitor = world.person().await;
    let (client, photo) = (world.client(&visitor), phone_jpeg(200, 200));
    let id = world.declare(&visitor, &photo).await;
    let path = client.create_for(id, photo.len()).await;
    assert_eq!(client.patch(&path, 0, &photo[..500]).await.status, 204);
    for (switch, status) in [(&failing.is_full, 507), (&failing.is_down, 503)] {
        switch.store(true, Ordering::SeqCst);
        let answer = client.patch(&path, 500, &photo[500..]).await;
        assert_eq!((answer.status, answer.header("Retry-After")), (status, Some("5")), "{}", answer.text());
        assert_eq!(client.offset(&path).await, 500);
        switch.store(false, Ordering::SeqCst);
    }
    assert_eq!(client.patch(&path, 500, &photo[500..]).await.status, 204);
    world.work().await;
    assert_eq!(world.file(id).await.state.0, FileState::Accepted);
});
