//! What Waymark decides, free of any store, clock or network.
//!
//! Server and phone meet here: the coded lists of the field, the reference data that everybody shares (frameworks,
//! document types, attendance codes), and the rules, which are pure functions over small *Facts*. Nothing here fetches.

mod code;

pub mod access;
pub mod bench;
pub mod calendar;
pub mod checklist;
pub mod details;
pub mod disclosure;
pub mod file;
pub mod manifest;
pub mod organisation;
pub mod placement;
pub mod pupil;
pub mod quality;
pub mod receipt;
pub mod reference;

pub use code::{Code, RefusalCode, UnknownCode};
