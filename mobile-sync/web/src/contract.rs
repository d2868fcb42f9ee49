//! For the browser tests alone: the contract of the stores, and stores that are killed in mid write.

#[path = "../../tests/contract/mod.rs"]
mod suite;

use mobile_sync::media::MediaStore;
use mobile_sync::store::{SqliteStore, Store, Write};
use uuid::Uuid;
use wasm_bindgen::prelude::*;

use crate::media::OpfsMedia;
use crate::refusal::Refusal;
use crate::rows;

/// How many rows are written together: all of them are there afterwards, or none.
const TOGETHER: u128 = 8;

/// Holds the browser's rows to the contract.
#[wasm_bindgen(js_name = holdRows)]
pub async fn hold_rows() -> Result<(), Refusal> {
    said_why();
    rows::prepare("contract-rows").await?;
    suite::store_contract(|| rows::open("contract.sqlite").expect("opened"));
    Ok(())
}

/// Holds the browser's media to the contract.
#[wasm_bindgen(js_name = holdMedia)]
pub async fn hold_media() {
    said_why();
    suite::media_contract(async || OpfsMedia::open("contract-media").await.expect("opened")).await;
}

/// Stores that are killed.
#[wasm_bindgen]
pub struct Killed {
    store: SqliteStore,
    media: OpfsMedia,
}

#[wasm_bindgen]
impl Killed {
    /// Opens what an earlier one left.
    pub async fn start() -> Result<Killed, Refusal> {
        said_why();
        rows::prepare("killed-rows").await?;
        Ok(Self { store: rows::open("killed.sqlite")?, media: OpfsMedia::open("killed-media").await? })
    }

    /// Writes rows that belong together.
    pub fn write(&self, number: u32) -> Result<(), Refusal> {
        let sealed = content(number, 2_000);
        let ids = (0..TOGETHER).map(|place| id(number, place));
        let writes: Vec<_> = ids.map(|id| Write::Put { kind: "item", id, sealed: sealed.clone() }).collect();
        Ok(self.store.write(&writes)?)
    }

    /// Keeps a medium.
    pub async fn keep(&self, number: u32) -> Result<(), Refusal> {
        Ok(self.media.put(id(number, 0), &content(number, 300_000)).await?)
    }

    /// The numbers of the writes that are there; fails where one is there in part.
    pub fn written(&self) -> Result<Vec<u32>, Refusal> {
        let rows = self.store.read("item")?;
        let mut numbers: Vec<_> = rows.iter().map(|(id, _)| number(*id)).collect();
        numbers.dedup();
        assert_eq!(rows.len() as u128, numbers.len() as u128 * TOGETHER, "a write is there in part");
        for (id, sealed) in rows {
            assert_eq!(sealed, content(number(id), 2_000), "a row is not what was written");
        }
        Ok(numbers)
    }

    /// The numbers of the media that are there; fails where one is not what was kept.
    pub async fn kept(&self) -> Result<Vec<u32>, Refusal> {
        let mut numbers = Vec::new();
        for id in self.media.list().await? {
            let sealed = self.media.read(id, 0, usize::MAX).await?;
            assert_eq!(sealed, Some(content(number(id), 300_000)), "a medium is not what was kept");
            numbers.push(number(id));
        }
        Ok(numbers)
    }
}

fn id(number: u32, place: u128) -> Uuid {
    Uuid::from_u128(u128::from(number) << 64 | place)
}

fn number(id: Uuid) -> u32 {
    u32::try_from(id.as_u128() >> 64).expect("an id of this test")
}

/// Bytes that no other number has.
fn content(number: u32, length: usize) -> Vec<u8> {
    number.to_le_bytes().into_iter().cycle().take(length).collect()
}

/// Has a failed assertion say what failed, and where.
fn said_why() {
    std::panic::set_hook(Box::new(|info| wasm_bindgen::throw_str(&info.to_string())));
}
