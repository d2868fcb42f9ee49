//! People and their roles: inviting them, resetting passwords, closing and opening accounts, ending roles.
//!
//! Officers do all of it for their authority; a provider's people invite their colleagues. Nobody sends e-mail here:
//! whoever invites hands the link over. A link sets the password of an account with all its roles, so it is only ever
//! made by somebody who could give every one of them.

pub mod graph;
pub(in crate::access) mod service;
pub mod store;
#[cfg(test)]
mod tests;
