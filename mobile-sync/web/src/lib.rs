//! The phone's core in a browser: one worker that holds [`Core`], whose methods are what the screens call.
//!
//! Nothing is decided here. What a browser gives is put behind the core's own traits (SQLite and media in the origin's private
//! file system, `fetch`, timers, chance), and what the screens hand over is read, passed on, and answered with what the core
//! shows. The declarations for TypeScript come out of the build.
//!
//! The origin's private file system is opened for one worker alone, so there is one worker, and one tab: whoever starts it
//! holds a lock first.
#![cfg(target_family = "wasm")]

#[cfg(feature = "contract")]
extern crate mobile_sync as waymark_mobile_sync;

mod browser;
mod codes;
#[cfg(feature = "contract")]
mod contract;
mod core;
mod fetch;
mod media;
mod network;
mod refusal;
mod rows;

pub use self::core::Core;
