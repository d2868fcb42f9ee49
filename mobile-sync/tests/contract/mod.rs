//! One contract for every store and every media store, wherever they run.

use uuid::Uuid;
use waymark_mobile_sync::media::MediaStore;
use waymark_mobile_sync::store::{Store, Write};

/// An id.
pub fn id(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn put(kind: &'static str, number: u128, sealed: &[u8]) -> Write {
    Write::Put { kind, id: id(number), sealed: sealed.to_vec() }
}

/// What every store does. `open` opens the same store again.
pub fn store_contract<S: Store>(mut open: impl FnMut() -> S) {
    let store = open();
    assert_eq!(store.read("item"), Ok(Vec::new()), "a new store is empty");
    store.write(&[put("item", 2, b"two"), put("item", 1, b"one"), put("row", 1, b"row")]).expect("written");
    let both = Ok(vec![(id(1), b"one".to_vec()), (id(2), b"two".to_vec())]);
    assert_eq!(store.read("item"), both, "in the order of the ids, and of this kind alone");
    store.write(&[put("item", 1, b""), Write::Remove { kind: "item", id: id(2) }]).expect("written");
    store
        .write(&[Write::Remove { kind: "item", id: id(9) }, Write::Remove { kind: "item", id: id(9) }])
        .expect("nothing");
    store.write(&[put("item", 3, b"3"), Write::Remove { kind: "item", id: id(3) }]).expect("in their order");
    store.write(&[]).expect("nothing");
    drop(store);
    let again = open();
    assert_eq!(again.read("item"), Ok(vec![(id(1), Vec::new())]), "what was written is there when it is opened again");
    assert_eq!(again.read("row").map(|rows| rows.len()), Ok(1));
    again.wipe().expect("wiped");
    assert_eq!(again.read("row"), Ok(Vec::new()));
    again.write(&[put("item", 5, b"five")]).expect("a wiped store can be used");
    drop(again);
    assert_eq!(open().read("item"), Ok(vec![(id(5), b"five".to_vec())]));
}

/// What every media store does.
pub async fn media_contract<M: MediaStore>(mut open: impl AsyncFnMut() -> M) {
    let media = open().await;
    assert_eq!(media.list().await, Ok(Vec::new()));
    assert_eq!(media.read(id(1), 0, 9).await, Ok(None), "there is none");
    media.put(id(1), b"0123456789").await.expect("kept");
    media.put(id(2), b"").await.expect("kept");
    drop(media);
    let media = open().await;
    let mut all = media.list().await.expect("listed");
    all.sort();
    assert_eq!(all, [id(1), id(2)]);
    for (offset, length, expected) in [(0, 10, "0123456789"), (3, 4, "3456"), (8, 9, "89"), (10, 1, ""), (99, 1, "")] {
        let part = media.read(id(1), offset, length).await.expect("read").expect("there");
        assert_eq!(part, expected.as_bytes(), "{length} from {offset}");
    }
    assert_eq!(media.read(id(2), 0, 1).await, Ok(Some(Vec::new())));
    media.remove(id(1)).await.expect("removed");
    media.remove(id(1)).await.expect("removed before");
    assert_eq!(media.list().await, Ok(vec![id(2)]));
}
