//! What is written around the core after a build, as a program of this workspace: so that it has the version of the crates that
//! the core was built with, and nothing has to be installed.
//!
//! `waymark-bindgen CORE.wasm FOLDER` writes, for browsers, the core's script, its declarations for TypeScript and the core
//! itself. `waymark-bindgen LIBRARY FOLDER LANGUAGE` writes the declarations for a native shell, in Kotlin, Swift or Python.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use uniffi::{GenerateOptions, TargetLanguage};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let core = arguments.next().context("which core?")?;
    let folder = arguments.next().context("which folder?")?;
    match arguments.next() {
        Some(language) => native(core, folder, &language),
        None => browser(core.into(), folder.into()),
    }
}

fn browser(core: PathBuf, folder: PathBuf) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(core).out_name("waymark_core").web(true)?.typescript(true);
    // The script finds the core beside itself; names of functions are for those who debug.
    bindgen.omit_default_module_path(false).remove_name_section(true).remove_producers_section(true).generate(folder)
}

fn native(library: String, folder: String, language: &str) -> Result<()> {
    let language = match language {
        "kotlin" => TargetLanguage::Kotlin,
        "swift" => TargetLanguage::Swift,
        "python" => TargetLanguage::Python,
        other => bail!("{other} is not kotlin, swift or python"),
    };
    let (source, out_dir) = (library.into(), folder.into());
    uniffi::generate(GenerateOptions { languages: vec![language], source, out_dir, ..GenerateOptions::default() })
}
