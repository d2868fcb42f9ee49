//! What a screen hands over, and how it is read. What cannot be read is the screen's mistake, and is said so.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use domain::manifest::Sha256Sum;
use uuid::Uuid;

use super::{AnswerFields, CoreError, shown};
use crate::{phone, state, statement, vault, wire};

shown! {
    /// What is known of a capture beside its bytes.
    pub struct Staging {
        pub visit: String,
        pub standard: Option<String>,
        #[cfg_attr(feature = "web", tsify(type = "EvidenceKind"))]
        pub kind: String,
        #[cfg_attr(feature = "web", tsify(type = "MediaType"))]
        pub media_type: String,
        /// By this phone's clock; now, where it is left out.
        pub captured_at: Option<String>,
        pub caption: Option<String>,
    }

    /// What has to be done about a standard.
    pub struct Task {
        /// Area for improvement.
        pub area: String,
        pub action: String,
        pub owner: String,
        pub due_on: String,
        #[cfg_attr(feature = "web", tsify(type = "Rag"))]
        pub rag: String,
    }

    /// The words that whoever signs is shown.
    pub struct Statement {
        pub words: String,
        pub sha256: String,
    }

    /// Who signs.
    pub struct Signer {
        pub name: String,
        pub role: String,
    }

    /// What the phone's owner chose.
    pub struct Choices {
        /// Photos wait for a network that is not paid for by the byte. Answers never wait.
        pub photos_on_wifi_only: bool,
        /// Smaller pictures, and the feed is read less often.
        pub saves_data: bool,
    }

    /// What the owner chose, and what follows from it.
    pub struct Settings {
        pub choices: Choices,
        /// In pixels: what a picture is made to before it is staged.
        pub longest_edge: u32,
        /// Days that media stay after the receipt.
        pub days_kept: u32,
    }
}

/// What opens a phone.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "web", derive(tsify::Tsify))]
#[cfg_attr(feature = "uniffi", derive(uniffi::Enum))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Secret {
    /// What its owner knows.
    Pin { pin: String },
    /// 32 bytes that a passkey or the phone's keystore gives.
    Key { key: Vec<u8> },
}

/// A text that is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {what}")]
pub struct BadInput {
    pub what: &'static str,
    pub text: String,
}

impl From<BadInput> for CoreError {
    fn from(error: BadInput) -> Self {
        Self::new("bad_input", error)
    }
}

/// Reads a text.
pub fn read<T: FromStr>(what: &'static str, text: &str) -> Result<T, BadInput> {
    text.parse().map_err(|_| BadInput { what, text: text.to_owned() })
}

/// Reads an id.
///
/// # Errors
/// Where it is none.
pub fn id(text: &str) -> Result<Uuid, BadInput> {
    read("id", text)
}

fn optional<T: FromStr>(what: &'static str, text: Option<&String>) -> Result<Option<T>, BadInput> {
    text.map(|text| read(what, text)).transpose()
}

impl Secret {
    /// What the vault takes.
    ///
    /// # Errors
    /// Where the key has not 32 bytes.
    pub fn read(&self) -> Result<vault::Secret<'_>, BadInput> {
        match self {
            Self::Pin { pin } => Ok(vault::Secret::Pin(pin)),
            Self::Key { key } => {
                let key = key.as_slice().try_into();
                key.map(vault::Secret::Key).map_err(|_| BadInput { what: "key of 32 bytes", text: String::new() })
            }
        }
    }
}

impl TryFrom<&AnswerFields> for wire::Answer {
    type Error = BadInput;

    fn try_from(fields: &AnswerFields) -> Result<Self, BadInput> {
        Ok(Self {
            rating: optional("id", fields.rating.as_ref())?,
            seen: fields.seen.clone(),
            action: fields.action.clone(),
            answered_on: optional("day", fields.answered_on.as_ref())?,
            next_on: optional("day", fields.next_on.as_ref())?,
            missing_reason: fields.missing_reason.clone(),
        })
    }
}

impl Staging {
    /// What the phone takes.
    ///
    /// # Errors
    /// Where an id, a code or the instant is none.
    pub fn read(&self, now: DateTime<Utc>) -> Result<phone::Staging, BadInput> {
        Ok(phone::Staging {
            visit: id(&self.visit)?,
            standard: optional("id", self.standard.as_ref())?,
            kind: read("kind of evidence", &self.kind)?,
            media_type: read("type of file", &self.media_type)?,
            captured_at: optional("instant", self.captured_at.as_ref())?.unwrap_or(now),
            caption: self.caption.clone(),
        })
    }
}

impl Task {
    /// What the phone takes.
    ///
    /// # Errors
    /// Where the day or the colour is none.
    pub fn read(self) -> Result<phone::Task, BadInput> {
        let Self { area, action, owner, due_on, rag } = self;
        Ok(phone::Task { area, action, owner, due_on: read("day", &due_on)?, rag: read("colour", &rag)? })
    }
}

impl TryFrom<&Statement> for statement::Statement {
    type Error = BadInput;

    fn try_from(shown: &Statement) -> Result<Self, BadInput> {
        Ok(Self { words: shown.words.clone(), sha256: read::<Sha256Sum>("hash", &shown.sha256)? })
    }
}

impl From<statement::Statement> for Statement {
    fn from(statement: statement::Statement) -> Self {
        Self { words: statement.words, sha256: statement.sha256.to_string() }
    }
}

impl Choices {
    /// The choices as they are kept, with what is not the owner's to choose.
    pub fn read(&self, kept: &state::Choices) -> state::Choices {
        state::Choices { photos_on_wifi_only: self.photos_on_wifi_only, saves_data: self.saves_data, ..kept.clone() }
    }
}

impl From<&state::Choices> for Settings {
    fn from(kept: &state::Choices) -> Self {
        Self {
            choices: Choices { photos_on_wifi_only: kept.photos_on_wifi_only, saves_data: kept.saves_data },
            longest_edge: kept.longest_edge(),
            days_kept: kept.days_kept.into(),
        }
    }
}
