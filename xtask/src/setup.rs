//! What the tests need beyond Rust and Node: PostgreSQL's server, ClamAV, Python, ExifTool, a browser, and packages of npm and PyPI.
//!
//! Only what is missing is installed, by Debian's own package tool and by npm from a lock file.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::core::{self, Core};
use crate::process::{on_path, output, root, run};
use crate::python;

/// Installs what is missing.
pub fn install() -> Result<()> {
    let needed: [(&str, bool); 4] = [
        ("postgresql", postgres_programs().is_some()),
        ("python3-venv", python::is_there()),
        ("libimage-exiftool-perl", on_path("exiftool").is_some()),
        ("clamav-daemon", Path::new("/usr/sbin/clamd").is_file() || on_path("clamd").is_some()),
    ];
    install_missing(&needed)?;
    packages()
}

/// Installs what looking at the screens needs: a browser, letters to write with, and the browser tests' packages.
pub fn browser() -> Result<()> {
    let letters = Path::new("/usr/share/fonts/truetype/dejavu").is_dir();
    install_missing(&[("chromium", on_path("chromium").is_some()), ("fonts-dejavu-core", letters)])?;
    // Their own Node comes by a script of its package.
    let folder = root().join("tests/browser");
    run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(folder))
}

/// Installs what the races need: PostgreSQL's server, and the rivals with a Node that is new enough for them.
pub fn bench() -> Result<()> {
    install_missing(&[("postgresql", postgres_programs().is_some())])?;
    let folder = root().join("tests/bench");
    run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(folder))
}

fn install_missing(needed: &[(&str, bool)]) -> Result<()> {
    let missing: Vec<&str> = needed.iter().filter(|(_, there)| !there).map(|(package, _)| *package).collect();
    if missing.is_empty() { Ok(()) } else { debian(&missing) }
}

/// The folder that holds `initdb` and `postgres`: Debian keeps them off PATH, one folder a version; the newest is taken.
pub fn postgres_programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter(|version| version.path().join("bin/initdb").is_file())
        .max_by_key(|version| version.file_name().to_str().and_then(|name| name.parse::<u32>().ok()));
    match newest {
        Some(version) => Some(version.path().join("bin")),
        None => on_path("initdb")?.parent().map(PathBuf::from),
    }
}

/// Whether this process may install packages and must hand PostgreSQL to another user.
pub fn is_root() -> Result<bool> {
    Ok(output(Command::new("id").arg("-u"))?.trim() == "0")
}

/// Installs these packages, where this process may.
pub fn debian(packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    let able = on_path("apt-get").is_some() && is_root()?;
    ensure!(able, "the tests need what these Debian packages hold; please install them: {names}");
    println!("installing {names}");
    let apt = |arguments: &[&str]| {
        run(Command::new("apt-get")
            .args(["-qq", "-o", "Dpkg::Use-Pty=0"])
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            // Packages of servers would start them; tests start their own.
            .env("RUNLEVEL", "1"))
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())
}

fn packages() -> Result<()> {
    on_path("npm").context("the outside suites need Node 20 or later with npm")?;
    npm_ci(&root().join("tests/suites"))?;
    python::install()
}

fn npm_ci(folder: &Path) -> Result<()> {
    run(Command::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(folder))
}

/// The folder with the app's files, built there once. Without Node there are none, and the server says so.
pub fn app() -> Result<PathBuf> {
    let built = root().join("app/build");
    if on_path("npm").is_some() && !built.join("index.html").is_file() {
        if let Err(error) = core::build(Core::App) {
            println!("visits cannot be opened on a phone, since there is no core for browsers: {error:#}");
        }
        build_screens()?;
    }
    Ok(built)
}

/// Builds the phone's core and the app.
pub fn build_app() -> Result<()> {
    core::build(Core::App)?;
    build_screens()
}

/// Its own Node comes with its packages, by a script of theirs, so scripts are let run here.
fn build_screens() -> Result<()> {
    let folder = root().join("app");
    run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder))?;
    run(Command::new("npm").args(["run", "build"]).current_dir(&folder))
}

/// Builds the app around a core that is built, within its bounds of size, and holds its types and operations to the schema.
pub fn check_app() -> Result<()> {
    build_screens()?;
    run(Command::new("npm").args(["run", "check"]).current_dir(root().join("app")))
}

/// The folder with the query page's editor, gathered there once. Without Node there is none, and the page says so.
pub fn query_page() -> Result<PathBuf> {
    let folder = root().join("server/graphiql");
    let assets = folder.join("dist");
    if on_path("npm").is_some() && !assets.join("graphiql.js").is_file() {
        npm_ci(&folder)?;
        run(Command::new("node").arg("dist.mjs").current_dir(&folder))?;
    }
    Ok(assets)
}
