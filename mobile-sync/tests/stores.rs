//! The stores that are not a browser's, held to the one contract; the browser's are held to it by `tests/browser/core.test.mjs`.

mod contract;

use contract::{id, media_contract, store_contract};
use futures_util::FutureExt;
use waymark_mobile_sync::media::{DirectoryMedia, MediaStore, MemoryMedia};
use waymark_mobile_sync::store::{MemoryStore, SqliteStore, StoreError};

#[test]
fn rows_in_memory() {
    let store = MemoryStore::default();
    store_contract(|| store.clone());
}

#[test]
fn rows_in_sqlite() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("phone.sqlite");
    store_contract(|| SqliteStore::open(&path).expect("opened"));
}

#[test]
fn a_file_of_a_later_version_is_left_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("phone.sqlite");
    drop(SqliteStore::open(&path).expect("opened"));
    let connection = rusqlite::Connection::open(&path).expect("opened");
    connection.pragma_update(None, "user_version", 2).expect("set");
    drop(connection);
    assert_eq!(SqliteStore::open(&path).err(), Some(StoreError::Newer));
}

#[test]
fn media_in_memory() {
    let media = MemoryMedia::default();
    media_contract(async || media.clone()).now_or_never().expect("nothing to wait for");
}

#[test]
fn media_in_a_directory() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("media");
    media_contract(async || DirectoryMedia::open(&path).expect("opened")).now_or_never().expect("nothing to wait for");
}

#[test]
fn what_was_left_unfinished_is_removed() {
    let directory = tempfile::tempdir().expect("a directory");
    let unfinished = directory.path().join(format!("{}.part", id(1)));
    std::fs::write(&unfinished, "half").expect("written");
    let media = DirectoryMedia::open(directory.path()).expect("opened");
    assert_eq!(media.list().now_or_never().expect("nothing to wait for"), Ok(Vec::new()));
    assert!(!unfinished.exists());
}
