//! Improvement actions: area, action, owner, date, and red, amber or green, with history (S227).

pub mod store;
