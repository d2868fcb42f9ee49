//! What a server lives through: a database that stops or freezes, a store that fails, a full disk, a clock that is wrong,
//! lines that are cut anywhere, requests that come twice. Each gives a clear answer within a bound, and heals by itself.

mod clock;
mod cluster;
mod cut;
mod database;
mod disk;
mod lines;
mod stores;
mod twice;
