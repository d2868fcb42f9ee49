//! Every command that a person types: `run`, `test`, `soak`, `audit`, `bench`, `simulate`, `app`, `browser`,
//! `screenshots`, `schema`.
//!
//! A fresh clone needs Rust and Node; what else the tests need, `test` installs. Nothing here knows how Waymark
//! works: it builds the `waymark` binary, starts it, and looks at it from outside.
#![expect(clippy::print_stdout, reason = "a command line speaks to its person on stdout")]

mod audit;
mod bench;
mod browser;
mod core;
mod postgres;
mod process;
mod python;
mod schema;
mod server;
mod setup;
mod simulate;
mod stages;
mod suites;
mod testing;

use std::os::unix::process::CommandExt;
use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(about = "The commands of this workspace")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Start Waymark on SQLite and a directory under `data/`, with the synthetic county.
    Run {
        /// Port on 127.0.0.1; the server's own default when left out.
        #[arg(long)]
        port: Option<u16>,
        /// How many times the usual county to seed, when the database is empty.
        #[arg(long)]
        scale: Option<u32>,
    },
    /// Install what is missing, then check and test everything on both pairs of stores.
    Test {
        /// Run only the cargo tests whose names contain this.
        filter: Option<String>,
    },
    /// The full sizes of what `test` does in small: hundreds of kills of servers and of a phone, on both pairs of stores.
    Soak {
        /// How often the server is killed on each pair.
        #[arg(long, default_value_t = 500)]
        kills: u32,
    },
    /// Look through the tree: licences, banned crates and sources, secrets.
    Audit,
    /// Measure; figures are printed and never asserted.
    #[command(subcommand)]
    Bench(Bench),
    /// Build the phone's core for browsers, and the app's screens into `app/build`, where the server finds them.
    App,
    /// Walk the journeys of each user in a real browser, against a demo of their own.
    Browser {
        /// Run only the files whose names contain one of these.
        parts: Vec<String>,
    },
    /// Draw every screen, on a phone and at a desk, into `docs/screens.md`.
    Screenshots,
    /// Write `schema.graphql` from the code.
    Schema {
        /// Write nothing; fail when the file differs.
        #[arg(long)]
        check: bool,
    },
    /// Simulate phones and a server: afternoons in which everything goes wrong, and after which nothing may be lost.
    Simulate {
        /// How many seeds, over the model of the server and over the real one.
        #[arg(long, default_value_t = 500)]
        seeds: u64,
        /// Only this one, as when it failed.
        #[arg(long)]
        seed: Option<u64>,
        /// Only this one, over the real server.
        #[arg(long, requires = "seed")]
        real: bool,
    },
}

#[derive(Debug, Subcommand)]
enum Bench {
    /// Phones that pull and upload while dashboards query, on both pairs of stores.
    Load {
        /// How many phones.
        #[arg(long, default_value_t = 200)]
        phones: u32,
    },
    /// A phone that sends a backlog, beside a plain tus client; that starts, and reads the feed for the first time.
    Sync {
        /// How many photos are in the backlog.
        #[arg(long, default_value_t = 200)]
        photos: u32,
        /// How many visits are on the phone.
        #[arg(long, default_value_t = 500)]
        visits: u32,
        /// How often everything is done. What is printed are medians.
        #[arg(long, default_value_t = 5)]
        rounds: u32,
    },
    /// The dashboard's and an analyst's questions at the size of a nation, each beside one SQL statement by hand.
    Desk {
        /// How many placements there are. The rest grows with them.
        #[arg(long, default_value_t = 60_000)]
        placements: u32,
        /// How often everything is asked. What is printed are medians.
        #[arg(long, default_value_t = 5)]
        rounds: u32,
    },
    /// Questions and writes beside PostGraphile, on one PostgreSQL with a nation's records.
    Graph {
        /// A tenth of the records and of the time: two minutes once everything is built.
        #[arg(long)]
        quick: bool,
        /// How often everything is done. What is printed are medians.
        #[arg(long, default_value_t = 3)]
        rounds: u32,
    },
    /// Files of 4 MiB beside tus's own server.
    Uploads {
        /// How often everything is done. What is printed are medians.
        #[arg(long, default_value_t = 3)]
        rounds: u32,
    },
    /// Photographs of twelve million pixels made smaller, beside sharp.
    Photos {
        /// How often everything is done. What is printed are medians.
        #[arg(long, default_value_t = 3)]
        rounds: u32,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().task {
        Task::Run { port, scale } => run(port, scale),
        Task::Test { filter } => testing::test(filter.as_deref()),
        Task::Soak { kills } => soak(kills),
        Task::Audit => audit::audit(),
        Task::Bench(Bench::Load { phones }) => testing::full_size("load::phones", "TEST_PHONES", &phones.to_string()),
        Task::Bench(Bench::Sync { photos, visits, rounds }) => {
            testing::alone("speed::", "TEST_SYNC", &format!("{photos},{visits},{rounds}"))
        }
        Task::Bench(Bench::Desk { placements, rounds }) => {
            testing::alone("desk::scale::", "TEST_DESK", &format!("{placements},{rounds}"))
        }
        Task::Bench(Bench::Graph { quick, rounds }) => bench::graph(quick, rounds),
        Task::Bench(Bench::Uploads { rounds }) => bench::uploads(rounds),
        Task::Bench(Bench::Photos { rounds }) => bench::photos(rounds),
        Task::App => setup::build_app(),
        Task::Browser { parts } => browser(&parts.iter().map(String::as_str).collect::<Vec<_>>()),
        Task::Screenshots => screenshots(),
        Task::Schema { check } => schema(check),
        Task::Simulate { seeds, seed: None, .. } => simulate::simulate(seeds),
        Task::Simulate { seed: Some(seed), real, .. } => simulate::replay(seed, real),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Phones simulated, 20,000 seeds over the model of the server and over the real one; servers that are killed; a phone that
/// is: 200 photographs as a camera makes them, 100 kills; a whole visit in a browser, with 30 photographs.
fn soak(kills: u32) -> Result<()> {
    simulate::simulate(20_000)?;
    testing::full_size("killed", "TEST_KILLS", &kills.to_string())?;
    testing::full_size("field::a_phone", "TEST_FIELD", "200,2560,100")?;
    process::build("waymark")?;
    setup::browser()?;
    setup::build_app()?;
    browser::visit(30)
}

fn schema(check: bool) -> Result<()> {
    process::build("waymark")?;
    if check { schema::check() } else { schema::write() }
}

fn browser(parts: &[&str]) -> Result<()> {
    process::build("waymark")?;
    setup::browser()?;
    setup::build_app()?;
    if browser::is_run(parts, "core") {
        core::build(core::Core::Contract)?;
    }
    browser::journeys(parts)
}

fn screenshots() -> Result<()> {
    process::build("waymark")?;
    setup::browser()?;
    setup::build_app()?;
    browser::screenshots()
}

/// Builds the server and becomes it, so that Ctrl-C and the exit code are the server's own.
///
/// The dev profile on purpose: its dependencies are optimised enough for one county and one person, and a release build
/// with link-time optimisation would make a newcomer wait many minutes for the first page.
fn run(port: Option<u16>, scale: Option<u32>) -> Result<()> {
    process::build("waymark")?;
    let assets = setup::query_page()?;
    let app = setup::app()?;
    let mut demo = process::waymark()?;
    demo.arg("demo").env("WAYMARK_DATA", process::root().join("data")).env("WAYMARK_ASSETS", assets);
    demo.env("WAYMARK_APP", app);
    if let Some(port) = port {
        demo.env("WAYMARK_LISTEN", format!("127.0.0.1:{port}"));
    }
    if let Some(scale) = scale {
        demo.args(["--scale", &scale.to_string()]);
    }
    Err(anyhow!(demo.exec()).context("the server could not be started"))
}
