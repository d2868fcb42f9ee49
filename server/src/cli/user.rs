//! `waymark user`: accounts, by the operator's hand.

use anyhow::Result;
use clap::{Args, Subcommand};
use domain::access::{LinkPurpose, Role};

use crate::{
    access::{
        enrol::{self, Enrolment},
        link,
    },
    app::App,
    upkeep::start,
};

/// What to do with an account.
#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Give somebody a role, and a link to choose a password by. Makes the account and the authority if need be.
    Create(Create),
}

#[derive(Debug, Args)]
pub(super) struct Create {
    /// What they sign in with.
    #[arg(long)]
    email: String,
    /// What others see.
    #[arg(long)]
    name: String,
    /// officer, coordinator, provider, visitor or analyst.
    #[arg(long)]
    role: Role,
    /// The local authority's three-digit code.
    #[arg(long, value_name = "CODE")]
    authority: String,
    /// The local authority's name, to make it when it is not there yet.
    #[arg(long, value_name = "NAME")]
    authority_name: Option<String>,
    /// For a coordinator: the partnership's code.
    #[arg(long, value_name = "CODE")]
    partnership: Option<String>,
    /// For a provider's person: the provider's name.
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
}

pub(super) async fn run(app: &App, command: User) -> Result<()> {
    let User::Create(wish) = command;
    start::check_schema(&app.db).await?;
    let enrolment = Enrolment {
        email: wish.email,
        name: wish.name,
        role: wish.role,
        authority_code: wish.authority,
        authority_name: wish.authority_name,
        partnership_code: wish.partnership,
        provider_name: wish.provider,
    };
    match enrol::enrol(app, &enrolment).await? {
        (_, Some(token)) => {
            let days = link::lifetime(LinkPurpose::Invitation).num_days();
            println!("Give them this address. It works once, for {days} days:");
            println!("{}", link::address(&app.config.public_url, &token));
        }
        (_, None) => println!("They have the role from today and sign in as before."),
    }
    Ok(())
}
