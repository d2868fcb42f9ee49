//! Documents that were read before, by their texts.
//!
//! Screens, phones and notebooks ask the same questions again and again with other variables, and reading a text costs several
//! times what copying its document does. What a request may ask for is measured each time all the same: its variables count.

use std::{
    num::NonZeroUsize,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_graphql::parser::types::ExecutableDocument;
use lru::LruCache;

/// How many documents are kept: more than the app, the phone and the examples have.
const KEPT: NonZeroUsize = NonZeroUsize::MIN.saturating_add(127);
/// The longest text of a document that is kept, in bytes.
const LONGEST: usize = 8 * 1024;

/// The documents that were asked for last.
pub struct Documents(Mutex<LruCache<String, Arc<ExecutableDocument>>>);

impl Default for Documents {
    fn default() -> Self {
        Self(Mutex::new(LruCache::new(KEPT)))
    }
}

impl Documents {
    /// A copy of the document that was kept under a text.
    pub fn find(&self, text: &str) -> Option<ExecutableDocument> {
        let kept = self.lock().get(text).cloned();
        kept.map(|document| ExecutableDocument::clone(&document))
    }

    /// Keeps the document of a text. It has been held to the limits, so that nobody fills the memory with it; and it has no value
    /// between quotation marks, which may be somebody's name or password: who asks twice has that in a variable.
    pub fn keep(&self, text: &str, document: &ExecutableDocument) {
        if text.len() <= LONGEST && !text.contains('"') {
            self.lock().put(text.to_owned(), Arc::new(document.clone()));
        }
    }

    fn lock(&self) -> MutexGuard<'_, LruCache<String, Arc<ExecutableDocument>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::{Documents, KEPT, LONGEST};

    #[test]
    fn what_was_kept_is_found_under_its_text_alone() {
        let documents = Documents::default();
        let text = "query Mine { viewer { name } }";
        assert!(documents.find(text).is_none());
        documents.keep(text, &parse_query("query Kept { viewer { id } }").unwrap());
        let found = documents.find(text).unwrap();
        assert!(found.operations.iter().all(|(name, _)| name.is_some_and(|name| name == "Kept")));
        assert!(documents.find("query Mine { viewer { name }  }").is_none());
    }

    #[test]
    fn nothing_long_nothing_personal_and_only_so_much_is_kept() {
        let documents = Documents::default();
        let document = parse_query("{ viewer { name } }").unwrap();
        let personal = "{ pupils(where: { familyName: { eq: \"Lamp\" } }) { totalCount } }";
        for text in [&format!("{{ viewer {{ name }} }} # {}", "x".repeat(LONGEST)), personal] {
            documents.keep(text, &document);
            assert!(documents.find(text).is_none(), "{text}");
        }
        for number in 0..2 * KEPT.get() {
            documents.keep(&format!("{{ field{number} }}"), &document);
        }
        assert_eq!(documents.lock().len(), KEPT.get());
        assert!(documents.find("{ field0 }").is_none(), "what was asked for last stays");
    }
}
