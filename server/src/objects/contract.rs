//! What every object store must do, as one suite that runs on each of them.

use std::io;
use std::ops::Range;

use anyhow::{Context, ensure};
use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use uuid::Uuid;

use super::{Chunks, Key, Listed, ObjectError, ObjectStore, joined, whole};

const MIB: usize = 1 << 20;

/// Runs the suite on an empty store; says which promise is broken.
pub async fn check(store: &dyn ObjectStore) -> anyhow::Result<()> {
    an_object_comes_back_as_it_was_put(store).await.context("an object comes back as it was put")?;
    a_put_replaces(store).await.context("a put replaces")?;
    a_broken_body_stores_nothing(store).await.context("a broken body stores nothing")?;
    ranges_are_exact(store).await.context("ranges are exact")?;
    what_is_not_there_is_not_found(store).await.context("what is not there is not found")?;
    deleting_is_repeatable(store).await.context("deleting is repeatable")?;
    writers_do_not_mix(store).await.context("writers do not mix")?;
    objects_join(store).await.context("objects join")?;
    an_object_is_added_to(store).await.context("an object is added to")?;
    every_object_is_listed(store).await.context("every object is listed")?;
    Ok(())
}

fn key(number: u128) -> Key {
    Key::new(Uuid::from_u128((number << 64) | (number * 0x9e37_79b9)))
}

/// Bytes that differ from place to place, so that a swapped or doubled piece shows.
fn sample(size: usize, seed: usize) -> Bytes {
    (0..size).map(|at| (at * 31 + at / 251 + seed).to_le_bytes()[0]).collect()
}

fn in_pieces(bytes: &Bytes, piece: usize) -> Chunks<'static> {
    let pieces: Vec<_> =
        (0..bytes.len()).step_by(piece).map(|at| bytes.slice(at..bytes.len().min(at + piece))).collect();
    stream::iter(pieces.into_iter().map(Ok)).boxed()
}

async fn read(store: &dyn ObjectStore, key: &Key, range: Option<Range<u64>>) -> anyhow::Result<Vec<u8>> {
    collect(store.get(key, range).await?).await
}

async fn collect(chunks: Chunks<'_>) -> anyhow::Result<Vec<u8>> {
    Ok(chunks
        .try_fold(Vec::new(), async |mut all, chunk| {
            all.extend_from_slice(&chunk);
            Ok(all)
        })
        .await?)
}

async fn an_object_comes_back_as_it_was_put(store: &dyn ObjectStore) -> anyhow::Result<()> {
    // Around the size of one S3 part, where one request becomes several.
    for (number, size) in [0, 1, 4096, 5 * MIB - 1, 5 * MIB, 5 * MIB + 1, 11 * MIB].into_iter().enumerate() {
        let (key, bytes) = (key(100 + number as u128), sample(size, number));
        let stored = store.put(&key, "application/pdf", in_pieces(&bytes, 100_000)).await?;
        ensure!(stored == size as u64, "{size} bytes were put, {stored} counted");
        ensure!(store.size(&key).await? == size as u64, "size of {size} bytes");
        ensure!(read(store, &key, None).await? == bytes, "the {size} bytes differ");
    }
    Ok(())
}

async fn a_put_replaces(store: &dyn ObjectStore) -> anyhow::Result<()> {
    let key = key(200);
    store.put(&key, "image/png", whole(sample(9000, 1))).await?;
    store.put(&key, "image/png", whole(sample(10, 2))).await?;
    ensure!(read(store, &key, None).await? == sample(10, 2));
    Ok(())
}

async fn a_broken_body_stores_nothing(store: &dyn ObjectStore) -> anyhow::Result<()> {
    for (number, size) in [0, 1000, 6 * MIB].into_iter().enumerate() {
        let broken = || {
            let end = stream::once(async { Err(io::Error::from(io::ErrorKind::ConnectionReset)) });
            in_pieces(&sample(size, 3), 300_000).chain(end).boxed()
        };
        let key = key(300 + number as u128);
        let refused = store.put(&key, "image/jpeg", broken()).await;
        ensure!(matches!(refused, Err(ObjectError::Body(_))), "{refused:?}");
        ensure!(matches!(store.size(&key).await, Err(ObjectError::NotFound)), "{size} bytes stayed");
        store.put(&key, "image/jpeg", whole(sample(20, 4))).await?;
        ensure!(store.put(&key, "image/jpeg", broken()).await.is_err());
        ensure!(read(store, &key, None).await? == sample(20, 4), "what was there before is gone");
    }
    Ok(())
}

async fn ranges_are_exact(store: &dyn ObjectStore) -> anyhow::Result<()> {
    let (key, bytes) = (key(400), sample(200_000, 5));
    store.put(&key, "application/pdf", whole(bytes.clone())).await?;
    for range in [0..1, 0..200_000, 5..6, 65_535..131_073, 199_999..200_000, 7..7] {
        let part = read(store, &key, Some(range.clone())).await?;
        ensure!(part == bytes[range.start as usize..range.end as usize], "{range:?}");
    }
    ensure!(read(store, &key, Some(199_990..300_000)).await? == bytes[199_990..], "a range beyond the end");
    ensure!(read(store, &key, Some(200_000..200_001)).await?.is_empty(), "a range after the end");
    Ok(())
}

async fn what_is_not_there_is_not_found(store: &dyn ObjectStore) -> anyhow::Result<()> {
    let key = key(500);
    ensure!(matches!(store.size(&key).await, Err(ObjectError::NotFound)));
    ensure!(matches!(store.get(&key, None).await.err(), Some(ObjectError::NotFound)));
    ensure!(matches!(store.get(&key, Some(0..5)).await.err(), Some(ObjectError::NotFound)));
    Ok(())
}

async fn deleting_is_repeatable(store: &dyn ObjectStore) -> anyhow::Result<()> {
    let key = key(600);
    store.delete(&key).await?;
    store.put(&key, "image/png", whole(sample(10, 6))).await?;
    store.delete(&key).await?;
    store.delete(&key).await?;
    ensure!(matches!(store.size(&key).await, Err(ObjectError::NotFound)));
    Ok(())
}

async fn writers_do_not_mix(store: &dyn ObjectStore) -> anyhow::Result<()> {
    let key = key(700);
    let (one, other) = (sample(6 * MIB, 7), sample(7 * MIB, 8));
    let (first, second) = tokio::join!(
        store.put(&key, "image/jpeg", in_pieces(&one, 70_000)),
        store.put(&key, "image/jpeg", in_pieces(&other, 90_000)),
    );
    first?;
    second?;
    let stored = read(store, &key, None).await?;
    ensure!(stored == one || stored == other, "a mixture of two writes");
    Ok(())
}

async fn objects_join(store: &dyn ObjectStore) -> anyhow::Result<()> {
    let (pieces, whole_key) = ([key(800), key(801), key(802)], key(810));
    for (piece, size) in pieces.iter().zip([3 * MIB, 17, 3 * MIB]) {
        store.put(piece, "image/jpeg", whole(sample(size, size))).await?;
    }
    let expected = [sample(3 * MIB, 3 * MIB), sample(17, 17), sample(3 * MIB, 3 * MIB)].concat();
    let sizes = [3 * MIB as u64, 17, 3 * MIB as u64];
    let parts: Vec<_> = pieces.into_iter().zip(sizes).collect();
    store.put(&whole_key, "image/jpeg", joined(store, parts)).await?;
    ensure!(read(store, &whole_key, None).await? == expected);
    let beginnings = vec![(pieces[0], 5), (pieces[1], 17)];
    let expected = [sample(5, 3 * MIB), sample(17, 17)].concat();
    ensure!(collect(joined(store, beginnings)).await? == expected, "not the beginnings alone");
    let gone = vec![(pieces[0], 3 * MIB as u64), (key(899), 1)];
    ensure!(collect(joined(store, gone)).await.is_err(), "a missing piece goes unnoticed");
    Ok(())
}

async fn an_object_is_added_to(store: &dyn ObjectStore) -> anyhow::Result<()> {
    let (key, bytes) = (key(1000), sample(3 * MIB, 10));
    store.put(&key, "image/jpeg", in_pieces(&bytes.slice(..1000), 300)).await?;
    if !store.extends() {
        let refused = store.extend(&key, 1000, whole(&b"more"[..])).await;
        ensure!(matches!(refused, Err(ObjectError::Other(_))), "{refused:?}");
        return Ok(());
    }
    let mut at = 1000;
    for end in [1001, 70_000, 70_000, 3 * MIB] {
        let added = store.extend(&key, at as u64, in_pieces(&bytes.slice(at..end), 100_000)).await?;
        ensure!(added == (end - at) as u64, "{added} bytes were counted");
        at = end;
    }
    ensure!(read(store, &key, None).await? == bytes);
    for elsewhere in [0, 3 * MIB as u64 - 1, 3 * MIB as u64 + 1] {
        ensure!(store.extend(&key, elsewhere, whole(&b"more"[..])).await.is_err(), "it has no {elsewhere} bytes");
    }
    let end = stream::once(async { Err(io::Error::from(io::ErrorKind::ConnectionReset)) });
    let broken = in_pieces(&sample(2 * MIB, 11), 300_000).chain(end).boxed();
    let refused = store.extend(&key, 3 * MIB as u64, broken).await;
    ensure!(matches!(refused, Err(ObjectError::Body(_))), "{refused:?}");
    ensure!(read(store, &key, Some(0..3 * MIB as u64)).await? == bytes, "what was there before is not as it was");
    let nothing = store.extend(&self::key(1001), 0, whole(&b"more"[..])).await;
    ensure!(matches!(nothing, Err(ObjectError::NotFound)), "{nothing:?}");
    Ok(())
}

async fn every_object_is_listed(store: &dyn ObjectStore) -> anyhow::Result<()> {
    let (kept, removed) = (key(900), key(901));
    for key in [kept, removed] {
        store.put(&key, "image/png", whole(sample(1234, 9))).await?;
    }
    store.delete(&removed).await?;
    let all: Vec<Listed> = store.list().try_collect().await?;
    ensure!(all.contains(&Listed { name: kept.to_string(), size: 1234 }), "an object is not listed");
    ensure!(!all.iter().any(|object| object.name == removed.to_string()), "a removed object is listed");
    for object in &all {
        let key = object.name.parse()?;
        ensure!(store.size(&key).await? == object.size, "the size of {}", object.name);
    }
    Ok(())
}
