//! The Waymark server: a graph over the stores, and everything around it.

pub mod access;
pub mod app;
pub mod config;
pub mod database;
pub mod graph;
pub mod http;
