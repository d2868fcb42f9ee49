//! What wasm-bindgen does after a build, as a program of this workspace: so that it has the version of the crate that the
//! core was built with, and nothing has to be installed.
//!
//! `waymark-bindgen CORE.wasm FOLDER` writes the core's script, its declarations for TypeScript and the core itself.

use std::path::PathBuf;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let core = arguments.next().context("which core?")?;
    let folder = arguments.next().context("which folder?")?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(core).out_name("waymark_core").web(true)?.typescript(true);
    // The script finds the core beside itself; names of functions are for those who debug.
    bindgen.omit_default_module_path(false).remove_name_section(true).remove_producers_section(true).generate(folder)
}
