//! Documents that were read before, by their texts.
//!
//! Screens, phones and notebooks ask the same questions again and again with other variables, and reading a text costs several
//! times what copying its document does. What a request may ask for is measured each time all the same: its variables count.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_graphql::{
    ServerError,
    parser::{parse_query, types::ExecutableDocument},
};
use lru::LruCache;

use crate::graph::errors;

/// How many documents are kept: more than the app, the phone and the examples have.
const KEPT: NonZeroUsize = NonZeroUsize::MIN.saturating_add(255);
/// The longest text of a document that is kept, in bytes, so that nobody fills the memory.
const LONGEST: usize = 8 * 1024;

/// The documents that were asked for last.
pub struct Documents(Mutex<LruCache<String, ExecutableDocument>>);

impl Default for Documents {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(KEPT)))
    }
}

impl Documents {
    /// The document of a text that is within the limits of texts.
    ///
    /// # Errors
    /// Where the text is no document, and what is wrong with it.
    pub fn read(&self, text: &str) -> Result<ExecutableDocument, ServerError> {
        if let Some(document) = self.lock().get(text) {
            return Ok(document.clone());
        }
        let document = parse_query(text).map_err(|error| errors::parse(&error))?;
        if text.len() <= LONGEST {
            self.lock().put(text.to_owned(), document.clone());
        }
        Ok(document)
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<String, ExecutableDocument>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{Documents, KEPT, LONGEST};

    #[test]
    fn a_text_is_read_once_and_only_so_much_is_kept() {
        let documents = Documents::default();
        let kept = |documents: &Documents| documents.lock().len();
        for _ in 0..2 {
            assert_eq!(documents.read("{ viewer { name } }").unwrap().operations.iter().count(), 1);
            assert_eq!(kept(&documents), 1);
        }
        assert!(documents.read("{ viewer {").is_err());
        documents.read(&format!("{{ viewer {{ name }} }} # {}", "x".repeat(LONGEST))).unwrap();
        assert_eq!(kept(&documents), 1, "neither what is wrong nor what is long");
        for number in 0..2 * KEPT.get() {
            documents.read(&format!("{{ field{number} }}")).unwrap();
        }
        assert_eq!(kept(&documents), KEPT.get());
    }
}
