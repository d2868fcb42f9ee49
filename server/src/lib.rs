//! The Waymark server: a graph over the stores, and everything around it.

#![recursion_limit = "256"] // The root of all mutations is one deep type.

pub mod access;
pub mod app;
pub mod bench;
pub mod cli;
pub mod config;
pub mod county;
pub mod database;
pub mod extract;
pub mod graph;
pub mod http;
pub mod ledger;
pub mod objects;
pub mod organisation;
pub mod placement;
pub mod pupil;
pub mod quality;
pub mod server;
pub mod sync;
pub mod upkeep;
pub mod uploads;

use graph::tree::Noun;

/// Every noun of the graph.
#[must_use]
pub fn nouns() -> Vec<Noun> {
    let mut nouns = organisation::nouns();
    nouns.extend(pupil::nouns());
    nouns.extend(placement::nouns());
    nouns.extend(quality::nouns());
    nouns.extend(bench::nouns());
    nouns.extend([access::account::noun(), access::membership::noun(), access::session::store::noun()]);
    nouns
}
