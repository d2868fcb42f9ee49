//! Who asks, and what they may see.

pub mod account;
pub mod csrf;
pub mod enrol;
pub mod find;
pub mod graph;
pub mod link;
pub mod membership;
pub mod origin;
pub mod password;
pub mod scope;
pub mod second_factor;
pub mod secrets;
pub mod session;
pub mod throttle;
pub mod user;
pub mod viewer;
