//! The one contract, `schema.graphql`: written from the code, and compared with it by the test run.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::process::{output, root, waymark};

/// Writes the file from the built server.
pub fn write() -> Result<()> {
    fs::write(root().join("schema.graphql"), generated()?).context("cannot write schema.graphql")
}

/// Fails, naming the first line that differs, when the file is not what the built server would write.
pub fn check() -> Result<()> {
    let written = fs::read_to_string(root().join("schema.graphql"))
        .context("there is no schema.graphql: run `cargo xtask schema`")?;
    let generated = generated()?;
    if written == generated {
        return Ok(());
    }
    let same = written.lines().zip(generated.lines()).take_while(|(left, right)| left == right).count();
    bail!(
        "schema.graphql is out of date from line {}: run `cargo xtask schema`\n  file: {}\n  code: {}",
        same + 1,
        written.lines().nth(same).unwrap_or("(end)"),
        generated.lines().nth(same).unwrap_or("(end)"),
    )
}

fn generated() -> Result<String> {
    output(waymark()?.arg("schema"))
}
