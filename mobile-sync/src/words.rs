//! What is wrong with an item, for a person: a code that a screen can match on, and what to do, in plain words.

use domain::Code;

use crate::item::Trouble;
use crate::wire::Reason;

impl Trouble {
    /// Its code, `snake_case`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::ServerFailed => "server_failed",
            Self::NotVerified { .. } => "not_verified",
            Self::Refused { .. } => "refused",
            Self::Conflict { .. } => "conflict",
            Self::File { .. } => "file",
            Self::BytesRefused { .. } => "bytes_refused",
            Self::Damaged => "damaged",
            Self::ReceiptDiffers => "receipt_differs",
            Self::ReceiptUnverified => "receipt_unverified",
        }
    }

    /// The server's exact code, where it gave one.
    pub fn reason(&self) -> Option<String> {
        match self {
            Self::Refused { reason, .. } => Some(reason.code().to_owned()),
            Self::File { reason } => Some(reason.to_string()),
            _ => None,
        }
    }

    /// What is wrong, and what to do.
    pub fn words(&self) -> String {
        let words = match self {
            Self::Unreachable => "The server cannot be reached. It is tried again by itself.",
            Self::ServerFailed => "The server could not take this just now. It is tried again by itself.",
            Self::NotVerified { .. } => {
                "The server has not yet checked everything that this visit needs. It is tried again by itself."
            }
            Self::Refused { reason, .. } => reason.words(),
            Self::Conflict { .. } => {
                "You answered this on another device meanwhile. Compare the two and say which one stands."
            }
            Self::File { reason } => reason.doc(),
            Self::BytesRefused { words } => words,
            Self::Damaged => {
                "This cannot be read on this device any more. Take or type it again, then withdraw this one."
            }
            Self::ReceiptDiffers => {
                "The server's receipt is not for what was sent from here. Keep this device as it is and tell the office."
            }
            Self::ReceiptUnverified => {
                "The signature of the server's receipt is not right. Keep this device as it is and tell the office."
            }
        };
        words.to_owned()
    }

    /// What a completion lacks.
    pub fn missing(&self) -> &[String] {
        match self {
            Self::NotVerified { missing } | Self::Refused { missing, .. } => missing,
            _ => &[],
        }
    }
}

impl Reason {
    /// The code of the mutation, `snake_case`.
    pub fn code(&self) -> &str {
        match self {
            Self::Judgement(code) => code.as_str(),
            Self::Evidence(code) => code.as_str(),
            Self::Withdrawal(code) => code.as_str(),
            Self::Completion(code) => code.as_str(),
            Self::Unknown { code, .. } => code,
        }
    }

    fn words(&self) -> &str {
        match self {
            Self::Judgement(code) => code.doc(),
            Self::Evidence(code) => code.doc(),
            Self::Withdrawal(code) => code.doc(),
            Self::Completion(code) => code.doc(),
            Self::Unknown { message, .. } => message,
        }
    }
}
