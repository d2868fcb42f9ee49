//! Who asks, and what they may see.

pub mod csrf;
pub mod password;
pub mod secrets;
pub mod session;
