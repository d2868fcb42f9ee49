//! Contacts: named people by role and date, so that "who was the safeguarding lead on 3 March" has an answer (S2, D17).

pub mod graph;
mod service;
pub mod store;
