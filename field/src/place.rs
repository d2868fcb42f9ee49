//! Where a phone is kept, and what opens it.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use clap::Args;
use mobile_sync::environment::{Environment, Network};
use mobile_sync::phone;
use mobile_sync::shell::{Http, Shell};
use mobile_sync::vault::{Cost, Secret};

use crate::sync::Outcome;

/// The phone of the command line.
pub type Phone = phone::Phone<Shell>;

/// The fewest characters of a PIN.
const SHORTEST_PIN: usize = 6;

/// Where the phone is, and how it is opened.
#[derive(Args)]
pub struct Place {
    /// The folder that the phone is kept in, encrypted.
    #[arg(long, env = "WAYMARK_FIELD_PHONE", default_value = "waymark-phone", global = true, value_name = "FOLDER")]
    phone: PathBuf,
    /// Opens the phone. Asked for where it is not in the environment.
    #[arg(long, env = "WAYMARK_FIELD_PIN", hide = true, hide_env_values = true, global = true)]
    pin: Option<String>,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Place").field("phone", &self.phone).finish_non_exhaustive()
    }
}

impl Place {
    fn is_there(&self) -> bool {
        self.address().is_file()
    }

    /// Opens the phone that is there.
    pub async fn open(&self) -> Result<Phone> {
        ensure!(
            self.is_there(),
            "there is no phone in {}: sign in first, or name its folder by --phone",
            self.phone.display()
        );
        let pin = secret("PIN", self.pin.clone())?;
        self.with(&self.server()?, &pin).await
    }

    /// Opens the phone, or makes a new one for this server.
    pub async fn make(&self, server: Option<&str>) -> Result<Phone> {
        if self.is_there() {
            let phone = self.open().await?;
            let known = self.server()?;
            let is_another = server.is_some_and(|server| server.trim_end_matches('/') != known);
            ensure!(!is_another, "this phone belongs to {known}: wipe it, or make another by --phone");
            return Ok(phone);
        }
        let Some(server) = server else { bail!("name the server by --server https://…") };
        let server = Http::to(server)?.address().to_owned();
        let pin = secret("Choose a PIN", self.pin.clone())?;
        ensure!(pin.chars().count() >= SHORTEST_PIN, "a PIN has {SHORTEST_PIN} characters or more");
        std::fs::create_dir_all(&self.phone).with_context(|| format!("{} cannot be made", self.phone.display()))?;
        std::fs::write(self.address(), &server).context("the server's address cannot be noted")?;
        self.with(&server, &pin).await
    }

    async fn with(&self, server: &str, pin: &str) -> Result<Phone> {
        let shell = Shell::open(&self.phone, Http::to(server)?, Network::Unmetered)
            .with_context(|| format!("the phone in {} cannot be opened", self.phone.display()))?;
        Ok(Phone::open(shell, Secret::Pin(pin), Cost::PHONE).await?)
    }

    /// The address of the phone's server.
    pub fn server(&self) -> Result<String> {
        let address = std::fs::read_to_string(self.address());
        Ok(address.context("it is not noted which server this phone belongs to")?.trim().to_owned())
    }

    fn address(&self) -> PathBuf {
        self.phone.join("server")
    }

    /// Removes everything, the key first.
    pub async fn wipe(&self, is_sure: bool) -> Result<Outcome> {
        ensure!(self.is_there(), "there is no phone in {}", self.phone.display());
        if !is_sure {
            print!("Everything on this phone goes, also what was never sent. Type \"wipe\" to go on: ");
            std::io::stdout().flush()?;
            let mut typed = String::new();
            std::io::stdin().read_line(&mut typed)?;
            ensure!(typed.trim() == "wipe", "nothing was removed");
        }
        let shell = Shell::open(&self.phone, Http::to(&self.server()?)?, Network::Offline)?;
        phone::erase(shell.store(), shell.media()).await?;
        std::fs::remove_file(self.address())?;
        println!("Everything was removed from {}.", self.phone.display());
        Ok(Outcome::Done)
    }
}

/// A secret from the environment, or else as it is typed.
pub fn secret(name: &str, given: Option<String>) -> Result<String> {
    match given {
        Some(given) => Ok(given),
        None if std::io::stdin().is_terminal() => Ok(rpassword::prompt_password(format!("{name}: "))?),
        None => bail!("{name}: there is nobody to type it; give it in the environment, WAYMARK_FIELD_PIN or _PASSWORD"),
    }
}
