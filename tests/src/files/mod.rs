//! Files, from their first byte to what is served of them: storage, uploads, verdicts, pictures, links.

mod contract;
mod hostile;
mod links;
mod lives;
mod protocol;
mod scanner;
pub mod world;
