//! Keeping an installation whole: what is looked at before it starts, what is looked at while it runs, how it is kept
//! and brought back.
//!
//! Rows say what should be there, object storage says what is. [`named`] reads the first, [`doctor`] compares the two and
//! says what to do about each difference, [`backup`] keeps both, [`restore`] brings them back and begins a new epoch,
//! [`start`] recognises what a server should not run on, [`rollups`] keeps counts small and true.

pub mod backup;
pub mod doctor;
mod findings;
mod kept;
mod named;
mod postgres;
pub mod restore;
pub mod rollups;
pub mod start;
