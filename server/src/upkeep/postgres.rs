//! PostgreSQL's own programs for a dump and for bringing one back. A password travels in the environment, never in the
//! list of arguments, which every account of the machine can read.

use std::io;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use crate::access::secrets::Redacted;

/// Dumps the database as it stands in an exported snapshot.
pub(super) async fn dump(url: &Redacted, snapshot: &str, path: &Path) -> Result<()> {
    let (address, password) = split_password(url.reveal());
    let mut command = Command::new("pg_dump");
    command.args(["--format=custom", "--no-owner", "--no-privileges", "--snapshot", snapshot, "--dbname", &address]);
    run(command.arg("--file").arg(path), password).await
}

/// Brings a dump back into an empty database: all of it or nothing.
pub(super) async fn restore(url: &Redacted, path: &Path) -> Result<()> {
    let (address, password) = split_password(url.reveal());
    let mut command = Command::new("pg_restore");
    command.args(["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", "--dbname", &address]);
    run(command.arg(path), password).await
}

async fn run(command: &mut Command, password: Option<String>) -> Result<()> {
    let program = command.as_std().get_program().to_string_lossy().into_owned();
    if let Some(password) = password {
        command.env("PGPASSWORD", password);
    }
    let output = match command.stdin(Stdio::null()).output().await {
        Ok(output) => output,
        Err(error) if error.kind() == io::ErrorKind::NotFound => bail!(
            "The program {program} is not installed here, and a PostgreSQL database is copied by it: install \
             PostgreSQL's client programs, of the server's version or newer (Debian: postgresql-client)."
        ),
        Err(error) => return Err(error).with_context(|| format!("{program} cannot be started")),
    };
    if !output.status.success() {
        bail!("{program} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// The address without its password, and the password as it is typed.
fn split_password(url: &str) -> (String, Option<String>) {
    let split = || {
        let (scheme, rest) = url.split_once("://")?;
        let (authority, place) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (who, host) = authority.rsplit_once('@')?;
        let (user, password) = who.split_once(':')?;
        Some((format!("{scheme}://{user}@{host}{place}"), unescape(password)))
    };
    split().map_or_else(|| (url.to_owned(), None), |(address, password)| (address, Some(password)))
}

/// Undoes percent-encoding (RFC 3986); what is no escape stays as it is.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, others)) = rest.split_first() {
        let escaped = (*first == b'%').then(|| others.split_at_checked(2)).flatten();
        let decoded = escaped.and_then(|(digits, after)| Some((hex::decode(digits).ok()?.first().copied()?, after)));
        let (byte, after) = decoded.unwrap_or((*first, others));
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_no_argument() {
        for (url, address, password) in [
            ("postgres://w:hunter2@db.example:5432/w", "postgres://w@db.example:5432/w", Some("hunter2")),
            (
                "postgres://w:a%40b%2Fc%@localhost/w?sslmode=require",
                "postgres://w@localhost/w?sslmode=require",
                Some("a@b/c%"),
            ),
            ("postgres://w@localhost/w", "postgres://w@localhost/w", None),
            ("postgres:///w?host=/run/postgresql", "postgres:///w?host=/run/postgresql", None),
        ] {
            assert_eq!(split_password(url), (address.to_owned(), password.map(str::to_owned)), "{url}");
        }
    }
}
