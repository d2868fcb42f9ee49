//! The line is cut: at every byte of an upload, at every byte of an answer.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::files::world::{World, sha256};
use crate::support::client::{BYTES, Client, until};
use crate::support::pair::{Pair, on_both_pairs, on_pair};

/// Sends what is missing, however often a dying request is in the way.
async fn finish(client: &Client, path: &str, bytes: &[u8]) {
    until(async || {
        let offset = client.offset(path).await;
        offset == bytes.len() || {
            let answer = client.patch(path, offset, &bytes[offset..]).await;
            assert!([204, 409].contains(&answer.status), "{}", answer.text());
            answer.status == 204
        }
    })
    .await;
}

/// The bytes that the server holds of an upload that is complete.
async fn stored(world: &World, path: &str) -> String {
    let id: uuid::Uuid = path.rsplit('/').next().unwrap().parse().unwrap();
    let mut all = Vec::new();
    for part in world.parts().await.into_iter().filter(|part| part.upload_id.0 == id && part.byte_size.is_some()) {
        assert_eq!(part.start as usize, all.len());
        let chunks = world.files.objects.get(&part.object_key.parse().unwrap(), None).await.unwrap();
        let chunks: Vec<bytes::Bytes> = futures_util::TryStreamExt::try_collect(chunks).await.unwrap();
        all.extend(chunks.concat());
    }
    sha256(&all)
}

on_both_pairs!(a_request_may_be_cut_at_every_byte, async |stores| {
    let world = World::new(stores).await;
    let visitor = world.person().await;
    let client = world.client(&visitor);
    let bytes: Vec<u8> = (0..48).collect();
    let headers = [BYTES, ("Upload-Offset", "0")];
    let length = client.request("PATCH", "/uploads/00000000-0000-0000-0000-000000000000", &headers, &bytes).len();
    // Every byte of the body, and every seventh of what goes before it.
    for cut in (0..length).filter(|cut| cut % 7 == 0 || *cut >= length - bytes.len()) {
        let path = client.create(bytes.len(), &[]).await;
        let request = client.request("PATCH", &path, &headers, &bytes);
        let mut line = TcpStream::connect(world.address).await.unwrap();
        line.write_all(&request[..cut]).await.unwrap();
        drop(line);
        finish(&client, &path, &bytes).await;
        assert_eq!(stored(&world, &path).await, sha256(&bytes), "cut after {cut} of {length}");
    }
});

#[test]
fn an_answer_may_be_cut_at_every_byte() {
    on_pair(Pair::SqliteDirectory, async |stores| {
        let world = World::new(stores).await;
        let visitor = world.person().await;
        let client = world.client(&visitor);
        let bytes: Vec<u8> = (0..48).collect();
        for cut in 0..220 {
            let path = client.create(bytes.len(), &[]).await;
            let request = client.request("PATCH", &path, &[BYTES, ("Upload-Offset", "0")], &bytes[..20]);
            let headers: String = String::from_utf8_lossy(&request).into_owned();
            assert!(headers.contains("Content-Length: 20"));
            let mut line = TcpStream::connect(world.address).await.unwrap();
            line.write_all(&request).await.unwrap();
            let mut heard = vec![0; cut];
            // The answer may be shorter than that; then all of it was heard.
            let _ = line.read_exact(&mut heard).await;
            drop(line);
            finish(&client, &path, &bytes).await;
            assert_eq!(stored(&world, &path).await, sha256(&bytes), "{cut} bytes of the answer were heard");
        }
    });
}

#[test]
fn a_body_that_nobody_wants_is_refused_and_not_reset() {
    on_pair(Pair::SqliteDirectory, async |stores| {
        let world = crate::support::world::World::new(stores).await;
        let client = world.client(&world.officer).await;
        let much = vec![b'a'; 4 << 20];
        let json = [("Content-Type", "application/json")];
        for (method, path, headers, status) in [
            ("POST", "/graphql", &json[..], 413),
            ("POST", "/graphql", &[], 415),
            ("PUT", "/graphql", &json, 405),
            ("POST", "/session", &json, 403),
            ("PATCH", "/uploads/nothing", &[BYTES, ("Upload-Offset", "0")], 404),
            ("POST", "/uploads", &[], 400),
            ("POST", "/nothing/is/here", &json, 404),
            ("PUT", "/health/live", &json, 405),
            ("POST", "/assets/page.css", &[], 405),
        ] {
            let answer = client.attempt(method, path, headers, &much).await;
            assert_eq!(answer.map(|answer| answer.status).ok(), Some(status), "{method} {path}");
        }
    });
}
