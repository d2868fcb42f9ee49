//! Who takes part in a visit. Several visitors may; one leads.

pub mod store;
