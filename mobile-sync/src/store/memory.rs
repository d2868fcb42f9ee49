//! Rows in memory, for tests. A clone is the same store: so a phone can be "killed" and another opened on what it left.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use uuid::Uuid;

use super::{Store, StoreError, Write};

/// Rows in memory.
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    rows: Rc<RefCell<BTreeMap<(String, Uuid), Vec<u8>>>>,
}

impl Store for MemoryStore {
    fn write(&self, writes: &[Write]) -> Result<(), StoreError> {
        let mut rows = self.rows.borrow_mut();
        for write in writes {
            match write {
                Write::Put { kind, id, sealed } => drop(rows.insert(((*kind).to_owned(), *id), sealed.clone())),
                Write::Remove { kind, id } => drop(rows.remove(&((*kind).to_owned(), *id))),
            }
        }
        Ok(())
    }

    fn read(&self, kind: &str) -> Result<Vec<(Uuid, Vec<u8>)>, StoreError> {
        let rows = self.rows.borrow();
        let of_kind = rows.range((kind.to_owned(), Uuid::nil())..=(kind.to_owned(), Uuid::max()));
        Ok(of_kind.map(|((_, id), sealed)| (*id, sealed.clone())).collect())
    }

    fn wipe(&self) -> Result<(), StoreError> {
        self.rows.borrow_mut().clear();
        Ok(())
    }
}
