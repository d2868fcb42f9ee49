//! Provider documents: sent in, reviewed, replaced, with history. Next year's certificate may be there while this year's runs.

pub mod store;
