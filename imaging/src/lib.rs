//! Looking into files that strangers sent, and making pictures of them.
//!
//! Decoders are the part of the server that hostile bytes reach, so they never run in it: [`Workshop`] starts the
//! server's own binary again as a child with little memory, little time and no secrets, gives it the bytes and takes
//! back a few words ([`inspect`]) or small pictures ([`render`]). A child that breaks takes nothing with it.

mod child;
mod inspect;
mod jpeg;
mod pdf;
mod picture;
mod png;
mod render;
mod sniff;
mod workshop;

pub use child::{Task, run_child};
pub use inspect::{Found, inspect};
pub use render::{Drawn, render};
pub use workshop::{Source, Workshop, WorkshopError};
