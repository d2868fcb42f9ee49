//! Media in memory, for tests. A clone is the same store.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use uuid::Uuid;

use super::MediaStore;
use crate::store::StoreError;

/// Media in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryMedia {
    media: Rc<RefCell<BTreeMap<Uuid, Vec<u8>>>>,
}

impl MediaStore for MemoryMedia {
    async fn put(&self, id: Uuid, sealed: &[u8]) -> Result<(), StoreError> {
        self.media.borrow_mut().insert(id, sealed.to_vec());
        Ok(())
    }

    async fn read(&self, id: Uuid, offset: u64, length: usize) -> Result<Option<Vec<u8>>, StoreError> {
        let media = self.media.borrow();
        let part = |sealed: &Vec<u8>| {
            let from = usize::try_from(offset).unwrap_or(usize::MAX).min(sealed.len());
            sealed[from..from.saturating_add(length).min(sealed.len())].to_vec()
        };
        Ok(media.get(&id).map(part))
    }

    async fn remove(&self, id: Uuid) -> Result<(), StoreError> {
        self.media.borrow_mut().remove(&id);
        Ok(())
    }

    async fn list(&self) -> Result<Vec<Uuid>, StoreError> {
        Ok(self.media.borrow().keys().copied().collect())
    }
}
