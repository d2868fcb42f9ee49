//! What every scenario stands on: a pair of stores of its own, made in milliseconds and gone afterwards.

pub mod bytes;
pub mod client;
pub mod database;
pub mod pair;
pub mod process;
pub mod proxy;
pub mod s3;
pub mod samples;
pub mod world;
