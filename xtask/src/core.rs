//! Builds the phone's core for browsers: to wasm32, with the scripts and declarations around it.
//!
//! Three things are needed that not every machine has: Rust's library for wasm32, a clang that knows wasm32 (SQLite is C), and
//! what wasm-bindgen does after the build, which is a program of this workspace. Rustup gives the library where it can reach
//! its server. Elsewhere Debian's own Rust for browsers does it, building the library from the source that comes with it. Which
//! way it goes is found out here, and said. See `docs/adr/0024-the-core-in-a-browser.md`.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::process::{self, ensure_silent, linted, on_path, output, root, run};
use crate::setup;

const TARGET: &str = "wasm32-unknown-unknown";

/// The profile in `Cargo.toml`: small before all.
const PROFILE: &str = "web";

/// The most that the core may take, compressed, in bytes.
const BOUND: usize = 700_000;

/// Debian's Rust for browsers, and its library's source.
const DEBIAN: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];

/// Which core is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Core {
    /// The app's.
    App,
    /// The one that the browser tests hold to the stores' contract.
    Contract,
}

/// A Rust that builds for wasm32.
enum Rust {
    /// The one that runs this, with a library that is there already.
    Own,
    /// Debian's, which builds its library.
    Debian,
}

impl Core {
    /// The folder that its scripts are written to.
    pub fn folder(self) -> PathBuf {
        match self {
            Self::App => root().join("app/src/lib/core/wasm"),
            Self::Contract => target().join("contract"),
        }
    }
}

/// Builds a core with the scripts around it, prints its size, and fails where it is larger than its bound.
pub fn build(core: Core) -> Result<()> {
    let compiled = compile(core)?;
    process::build("waymark-bindgen")?;
    bind(core, &compiled)
}

/// Compiles a core, and gives the file. The same file serves the next one.
///
/// Clippy looks at it on the way, where this Rust does it: most of it is compiled for nothing but browsers.
pub fn compile(core: Core) -> Result<PathBuf> {
    let mut command = match rust()? {
        Rust::Own => linted(&["build"]),
        Rust::Debian => debian_cargo()?,
    };
    command.args(["--locked", "--package", "waymark-core", "--profile", PROFILE, "--target", TARGET]);
    if core == Core::Contract {
        command.args(["--features", "contract"]);
    }
    let clang = tool("clang").context("SQLite needs clang to be compiled for wasm32")?;
    command.env("CC_wasm32_unknown_unknown", clang).env("CARGO_TARGET_DIR", target());
    let without = root().join("mobile-sync/web/sqlite.h");
    command.env("CFLAGS_wasm32_unknown_unknown", format!("-include {}", without.display()));
    if let Some(archiver) = tool("llvm-ar") {
        command.env("AR_wasm32_unknown_unknown", archiver);
    }
    run(&mut command)?;
    ensure_silent(&mut command)?;
    let built = target().join(TARGET).join(PROFILE).join("waymark_core.wasm");
    let kept = built.with_file_name(format!("{core:?}.wasm").to_lowercase());
    fs::copy(&built, &kept)?;
    Ok(kept)
}

/// Writes the scripts and declarations around a compiled core, with the `waymark-bindgen` that is built.
pub fn bind(core: Core, compiled: &Path) -> Result<()> {
    run(process::program("waymark-bindgen")?.arg(compiled).arg(core.folder()))?;
    match core {
        Core::App => measure(&core.folder().join("waymark_core_bg.wasm")),
        Core::Contract => Ok(()),
    }
}

/// Finds a Rust that builds for wasm32, or installs what is missing.
fn rust() -> Result<Rust> {
    let needs_clang = tool("clang").is_none();
    if has_library()? {
        println!("the core: built by this Rust, which has its library for {TARGET}");
    } else if on_path("rustup").is_some() && added()? {
        println!("the core: built by this Rust; rustup has just added its library for {TARGET}");
    } else {
        println!(
            "the core: rustup gives no library for {TARGET} here; built by Debian's Rust, with its library from source"
        );
        return install_debian().map(|()| Rust::Debian);
    }
    if needs_clang {
        setup::debian(&[&newest("clang")?])?;
    }
    Ok(Rust::Own)
}

/// Whether the Rust that runs this has a library for wasm32.
fn has_library() -> Result<bool> {
    let mut asked = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let folder = output(asked.args(["--print", "target-libdir", "--target", TARGET]).current_dir(root()))?;
    let files = fs::read_dir(folder.trim()).into_iter().flatten().flatten();
    Ok(files.into_iter().any(|file| file.file_name().to_string_lossy().starts_with("libstd-")))
}

/// Asks rustup for the library. Where its server cannot be reached, that is no error.
fn added() -> Result<bool> {
    let mut command = Command::new("rustup");
    command.args(["target", "add", TARGET]).current_dir(root()).env("RUSTUP_MAX_RETRIES", "1");
    Ok(command.stdout(Stdio::null()).stderr(Stdio::null()).status().context("cannot start rustup")?.success())
}

fn install_debian() -> Result<()> {
    let there = Path::new("/usr/bin/cargo").is_file() && library().is_dir();
    if !(there && ["clang", "wasm-ld", "llvm-ar"].iter().all(|name| tool(name).is_some())) {
        setup::debian(&DEBIAN)?;
        let tools = ["clang", "lld", "llvm"].map(newest).into_iter().collect::<Result<Vec<_>>>()?;
        setup::debian(&tools.iter().map(String::as_str).collect::<Vec<_>>())?;
    }
    ensure!(library().is_dir(), "Debian's Rust came without its library's source: {}", library().display());
    Ok(())
}

/// Where Debian keeps the source of its Rust's library.
fn library() -> PathBuf {
    PathBuf::from("/usr/lib/rustlib/src/rust/library")
}

/// Debian's cargo, building the library as well. Nothing of rustup's may reach it.
fn debian_cargo() -> Result<Command> {
    let linker = tool("wasm-ld").context("Debian's Rust needs wasm-ld, of its package lld")?;
    let mut command = Command::new("/usr/bin/cargo");
    command.args(["build", "-Z", "build-std=std,panic_abort"]).current_dir(root());
    for name in ["RUSTUP_TOOLCHAIN", "RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "CARGO"] {
        command.env_remove(name);
    }
    command.env("PATH", "/usr/bin:/bin").env("RUSTC", "/usr/bin/rustc");
    // Building the library is not for every day yet; this Rust and the source are of one version, so it is safe here.
    command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
    Ok(command)
}

/// A program of LLVM: as it is called, or with the newest version after its name, as Debian has them.
fn tool(name: &str) -> Option<OsString> {
    if on_path(name).is_some() {
        return Some(name.into());
    }
    let programs = fs::read_dir("/usr/bin").into_iter().flatten().flatten().map(|file| file.file_name());
    let versions = programs.filter_map(|file| version(file.to_str()?, name));
    versions.max().map(|version| format!("{name}-{version}").into())
}

/// The package of the newest version of a tool that Debian offers.
fn newest(tool: &str) -> Result<String> {
    let pattern = format!("^{tool}-[0-9]+$");
    let names = output(Command::new("apt-cache").args(["--names-only", "search", &pattern]))?;
    let packages = names.lines().filter_map(|line| version(line.split_whitespace().next()?, tool));
    match packages.max() {
        Some(version) => Ok(format!("{tool}-{version}")),
        None => bail!("Debian offers no {tool}"),
    }
}

/// The version after a name, as in `clang-22`.
fn version(text: &str, name: &str) -> Option<u32> {
    text.strip_prefix(name)?.strip_prefix('-')?.parse().ok()
}

/// What is built for browsers has a target folder of its own: it may be another Rust that builds there.
fn target() -> PathBuf {
    let given = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    root().join(given.unwrap_or_else(|| "target".into())).join("wasm")
}

fn measure(core: &Path) -> Result<()> {
    let bytes = fs::read(core)?;
    let mut compressed = GzEncoder::new(Vec::new(), Compression::best());
    compressed.write_all(&bytes)?;
    let compressed = compressed.finish()?.len();
    println!("the core: {} kB, {} kB compressed, of {} kB", bytes.len() / 1000, compressed / 1000, BOUND / 1000);
    ensure!(compressed <= BOUND, "the core is larger than its bound");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn a_version_stands_after_the_name() {
        assert_eq!(version("clang-22", "clang"), Some(22));
        for other in ["clang", "clang-format-22", "clang-", "lld-22", "clang-tools"] {
            assert_eq!(version(other, "clang"), None, "{other}");
        }
    }
}
