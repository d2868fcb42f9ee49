//! `waymark-field`: a phone on the command line, over the very core that the field app has.
//!
//! It is the tool for support (what is on this phone, what is stuck, and why) and the rig of the tests that kill it.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks to the person who typed it")]

mod arguments;
mod fill;
mod place;
mod show;
mod sync;

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Parser;
use mobile_sync::environment::{Credentials, SignInError};
use mobile_sync::{Error, RemoteError};

use arguments::{Arguments, Command, SignIn};
use place::{Phone, Place};
use sync::Outcome;

fn main() -> ExitCode {
    let Arguments { place, command } = Arguments::parse();
    let outcome = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("the runtime could not be started")
        .and_then(|runtime| runtime.block_on(run(&place, command)));
    match outcome {
        Ok(outcome) => outcome.code(),
        Err(error) if is_about_contact(&error) => told(&error, Outcome::Unreached),
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn told(error: &anyhow::Error, outcome: Outcome) -> ExitCode {
    eprintln!("{error:#}");
    outcome.code()
}

fn is_about_contact(error: &anyhow::Error) -> bool {
    let is_line = |error: &RemoteError| matches!(error, RemoteError::Unreachable | RemoteError::Unavailable);
    match error.downcast_ref::<Error>() {
        Some(Error::Remote(error) | Error::SignIn(SignInError::Remote(error))) => is_line(error),
        _ => false,
    }
}

async fn run(place: &Place, command: Command) -> Result<Outcome> {
    match command {
        Command::SignIn(who) => sign_in(place, who).await,
        Command::Pull => {
            let phone = place.open().await?;
            let outcome = sync::read(&phone).await?;
            show::visits(&phone.visits());
            Ok(outcome)
        }
        Command::Visits { visit: None } => {
            show::visits(&place.open().await?.visits());
            Ok(Outcome::Done)
        }
        Command::Visits { visit: Some(visit) } => {
            let phone = place.open().await?;
            show::visit(&phone.visit(visit).ok_or(Error::NoSuchVisit)?);
            Ok(Outcome::Done)
        }
        Command::Fill { visit, answers, photos } => {
            let phone = place.open().await?;
            fill::fill(&phone, visit, answers.as_deref(), photos.as_deref()).await?;
            Ok(Outcome::Done)
        }
        Command::Sync { once } => sync::everything(&place.open().await?, once).await,
        Command::Complete { visit, once } => {
            let phone = place.open().await?;
            phone.complete(visit, None)?;
            sync::to_receipt(&phone, visit, once).await
        }
        Command::Status { json } => {
            show::report(&place.open().await?, &place.server()?, json)?;
            Ok(Outcome::Done)
        }
        Command::TryAgain { item } => {
            place.open().await?.try_again(item)?;
            Ok(Outcome::Done)
        }
        Command::Export { file } => export(&place.open().await?, &file).await,
        Command::Wipe { yes } => place.wipe(yes).await,
    }
}

async fn sign_in(place: &Place, who: SignIn) -> Result<Outcome> {
    let phone = place.make(who.server.as_deref()).await?;
    let password = place::secret("Password", who.password)?;
    let credentials = |code| Credentials { email: &who.email, password: &password, device: &who.device, code };
    match phone.sign_in(credentials(who.code.as_deref())).await {
        Err(Error::SignIn(SignInError::CodeWanted)) if who.code.is_none() => {
            let code = place::secret("Code of the authenticator app", None)?;
            phone.sign_in(credentials(Some(&code))).await?;
        }
        signed_in => signed_in?,
    }
    let outcome = sync::read(&phone).await?;
    show::visits(&phone.visits());
    Ok(outcome)
}

async fn export(phone: &Phone, file: &std::path::Path) -> Result<Outcome> {
    if file.exists() {
        bail!("{} is there already: choose another name", file.display());
    }
    let unsent = phone.export_unsent().await?;
    std::fs::write(file, &unsent).with_context(|| format!("{} cannot be written", file.display()))?;
    println!("Everything unsent is in {}, readable by whoever has it: keep it safe.", file.display());
    Ok(Outcome::Done)
}
