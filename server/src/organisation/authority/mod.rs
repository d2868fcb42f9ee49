//! Local authorities: the tenants that everything else belongs to. An operator makes one; nobody changes it in the graph.

pub mod store;
