//! What the server says to phones, and what phones have it do: told as scenarios, on both pairs.

mod commands;
mod feed;
mod late;
pub mod phone;
mod sessions;
