//! Races: Waymark and a program of the same trade, on one machine, in one run. What is compared is written in `tests/bench`;
//! here both sides are built, given a place to stand, and let go.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::postgres::Postgres;
use crate::process::{self, Background, cargo, free_port, root, run};
use crate::server::{OFFICER, Place, Server};
use crate::setup;

/// Questions and writes beside PostGraphile and a floor written by hand, which stand over the same database, and on SQLite
/// over the same rows.
pub fn graph(quick: bool, rounds: u32) -> Result<()> {
    setup::bench()?;
    let program = process::build_release_with(&["waymark-floor"])?;
    let postgres = Postgres::durable()?;
    postgres.psql("postgres", &["--command", "create extension pg_stat_statements"])?;
    let nation = Country::settle("nation", if quick { 6_000 } else { 60_000 }, &program, &postgres)?;
    let village = Country::settle("village", 700, &program, &postgres)?;
    let idle = resident(nation.server.id())?;
    let embedded = nation.embed(&program)?;
    let (by_hand, address) = floor(&program.with_file_name("waymark-floor"), &nation.database)?;
    let mut race = race("graph.mjs", rounds);
    race.env("SECONDS", if quick { "0.3" } else { "3" }).env("POSTGRES_PID", postgres.id().to_string());
    nation.introduce(&mut race);
    village.introduce(&mut race);
    race.env("FLOOR_ADDRESS", address).env("FLOOR_PID", by_hand.id().to_string());
    race.env("EMBEDDED_ADDRESS", &embedded.address).env("EMBEDDED_SERVER_PID", embedded.id().to_string());
    race.env("EMBEDDED_OFFICER", &nation.officer);
    run(&mut race)?;
    println!("\nAn answer of 80 kB, layer by layer: ms of the processor\n");
    run(Command::new(program.with_file_name("waymark-floor")).arg("layers").env("DATABASE_URL", &nation.database))?;
    let size = fs::metadata(&program)?.len();
    println!("\nstart to ready, on a database that is up to date: {} ms", nation.server.took.as_millis());
    println!("memory before the first request: {:.1} MB", idle as f64 / 1_024.0);
    println!("the program as it is shipped: {:.1} MB", size as f64 / 1_048_576.0);
    Ok(())
}

/// Files sent by tus, to Waymark as it stands without any setting and to tus's own server.
pub fn uploads(rounds: u32) -> Result<()> {
    setup::bench()?;
    let place = Place::shipped("uploads", &process::build_release()?, None)?;
    place.migrate()?;
    let link = place.invite("officer@testshire.example", &OFFICER)?;
    let server = place.serve()?;
    let mut race = race("uploads.mjs", rounds);
    race.env("ADDRESS", &server.address).env("SERVER_PID", server.id().to_string()).env("OFFICER", link);
    run(&mut race)
}

/// Photographs made smaller, by the process that the server starts for each and by sharp.
pub fn photos(rounds: u32) -> Result<()> {
    setup::bench()?;
    let program = process::build_release()?;
    let photographs = root().join("target/photographs");
    let draw = ["run", "--release", "--package", "waymark-drawing", "--example", "photographs", "--"];
    run(cargo(&draw).arg(&photographs))?;
    run(race("photos.mjs", rounds).arg(program).arg(photographs))
}

/// A country's records, made up, and a server over them.
struct Country {
    name: &'static str,
    database: String,
    server: Server,
    officer: String,
    coordinator: String,
}

impl Country {
    fn settle(name: &'static str, placements: u32, program: &Path, postgres: &Postgres) -> Result<Self> {
        println!("\n{name}: {placements} placements");
        postgres.psql("postgres", &["--command", &format!("create database {name}")])?;
        let database = postgres.database(name);
        let place = Place::shipped(name, program, Some(database.clone()))?;
        place.migrate()?;
        let officer = place.invite("officer@testshire.example", &OFFICER)?;
        let records = root().join("tests/bench/nation.sql");
        let records = records.to_str().context("the workspace's path is no text")?;
        postgres.psql(name, &["--set", &format!("placements={placements}"), "--file", records])?;
        let role = ["--role", "coordinator", "--authority", "999", "--partnership", "P1"];
        let coordinator = place.invite("coordinator@testshire.example", &role)?;
        Ok(Self { name, database, server: place.serve()?, officer, coordinator })
    }

    /// A server on SQLite with the same rows. Who was invited here may take the same link up there.
    fn embed(&self, program: &Path) -> Result<Server> {
        let place = Place::shipped("embedded", program, None)?;
        place.migrate()?;
        // Node calls its SQLite an experiment.
        let mut copy = node("copy.mjs");
        run(copy.arg(place.file()).env("DATABASE_URL", &self.database).env("NODE_NO_WARNINGS", "1"))?;
        place.serve()
    }

    /// Tells the race where it is, and how to get in.
    fn introduce(&self, race: &mut Command) {
        let name = self.name.to_uppercase();
        for (what, value) in [
            ("DATABASE", &self.database),
            ("ADDRESS", &self.server.address),
            ("SERVER_PID", &self.server.id().to_string()),
            ("OFFICER", &self.officer),
            ("COORDINATOR", &self.coordinator),
        ] {
            race.env(format!("{name}_{what}"), value);
        }
    }
}

/// Starts what answers by hand, over this database, and says where.
fn floor(program: &Path, database: &str) -> Result<(Background, String)> {
    let listen = format!("127.0.0.1:{}", free_port()?);
    let mut command = Command::new(program);
    command.env("DATABASE_URL", database).env("FLOOR_LISTEN", &listen);
    let mut floor = Background::start(&mut command, "the floor", "TERM")?;
    floor.wait_until(Duration::from_secs(30), || TcpStream::connect(&listen).is_ok())?;
    Ok((floor, format!("http://{listen}/")))
}

/// Kilobytes that a process holds in memory.
fn resident(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("the process holds no memory")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// A race of so many rounds.
fn race(script: &str, rounds: u32) -> Command {
    let mut race = node(script);
    race.env("ROUNDS", rounds.to_string());
    race
}

/// A script of the races, run by the Node that is among their packages.
fn node(script: &str) -> Command {
    let folder = root().join("tests/bench");
    let mut command = Command::new(folder.join("node_modules/.bin/node"));
    command.arg(script).current_dir(folder);
    command
}
