//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use uuid::Uuid;

use crate::place::Place;

const AFTER: &str = "\
A visit from the beginning to the end:

  waymark-field sign-in --server https://ap.example.org --email sam@council.example
  waymark-field visits
  waymark-field fill 01990000-0000-7000-8000-000000000001 --answers answers.toml --photos ./photos
  waymark-field sync
  waymark-field complete 01990000-0000-7000-8000-000000000001

Whatever was said to be kept survives a kill at any instant: type the same command again, and it goes on.

Exit codes: 0 done; 1 not done, the reason is on stderr; 2 typed wrongly; 3 something needs attention, see `status`;
4 the server was not reached; 5 this phone was signed out by somebody in charge, and everything on it was removed.";

const ANSWERS: &str = "\
Answers come as TOML, or as JSON of the same form:

  [[answer]]
  standard = \"2g\"               # as on paper
  rating = \"partially\"          # a code of the framework's scale; left out where it is answered in words
  seen = \"By each door\"
  action = \"Hold a fire drill\"
  answered_on = \"2026-03-03\"
  next_on = \"2026-06-03\"
  missing_reason = \"In use\"

  [[evidence]]
  file = \"fire-plan.jpg\"        # in the folder of photographs
  standard = \"2g\"               # left out for the visit as a whole
  kind = \"photo\"                # photo, document, note; a photo where it is left out
  caption = \"The fire plan\"

Every .jpg, .png and .pdf of the folder is kept, the pictures as photos and the PDFs as documents of the visit as a whole where
nothing else is said. Files are kept exactly as they are. What is there already is not kept twice.";

/// A phone on the command line: fill visits without a network, and send them when there is one.
#[derive(Debug, Parser)]
#[command(name = "waymark-field", version, after_help = AFTER)]
pub struct Arguments {
    #[command(flatten)]
    pub place: Place,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Sign in, at first or again, and read what this person may see.
    SignIn(SignIn),
    /// Read what has changed on the server.
    Pull,
    /// List the visits on this phone, or show one.
    Visits {
        /// Its id.
        visit: Option<Uuid>,
    },
    /// Keep answers and photographs of a visit. Needs no network.
    #[command(after_help = ANSWERS)]
    Fill {
        /// Of the visit.
        visit: Uuid,
        /// A file with answers.
        #[arg(long, value_name = "FILE")]
        answers: Option<PathBuf>,
        /// A folder with photographs.
        #[arg(long, value_name = "FOLDER")]
        photos: Option<PathBuf>,
    },
    /// Send everything that the server lacks, until it has verified all of it.
    Sync {
        /// Stop rather than wait for the server to be reached again.
        #[arg(long)]
        once: bool,
    },
    /// Complete a visit, and wait until the server says that it holds all of it.
    Complete {
        /// Of the visit.
        visit: Uuid,
        /// Stop rather than wait for the server to be reached again.
        #[arg(long)]
        once: bool,
    },
    /// Say what is on this phone, what is unsent, and what needs attention.
    Status {
        /// As JSON, for a program.
        #[arg(long)]
        json: bool,
    },
    /// Try something again that needed attention, after what was wrong has been put right.
    TryAgain {
        /// The item, as `status` names it.
        item: Uuid,
    },
    /// Write everything unsent to one ZIP, for the day that a phone breaks. It can be read by whoever has it.
    Export {
        /// A file that is not there yet.
        file: PathBuf,
    },
    /// Remove everything from this phone, whether it was sent or not. Needs no PIN.
    Wipe {
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
}

#[derive(Args)]
pub struct SignIn {
    /// The server's address, at the first time.
    #[arg(long, env = "WAYMARK_FIELD_SERVER")]
    pub server: Option<String>,
    #[arg(long)]
    pub email: String,
    /// What its owner calls this phone.
    #[arg(long, default_value = "Command line")]
    pub device: String,
    /// Asked for where it is not in the environment.
    #[arg(long, env = "WAYMARK_FIELD_PASSWORD", hide = true, hide_env_values = true)]
    pub password: Option<String>,
    /// Of the authenticator app, where the account has one. Asked for where it is wanted and not given.
    #[arg(long)]
    pub code: Option<String>,
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignIn").field("server", &self.server).field("device", &self.device).finish_non_exhaustive()
    }
}
