//! How the text of a setting becomes its value. What is set to nothing counts as not set.

use std::{net::SocketAddr, path::PathBuf};

use crate::access::secrets::Redacted;

/// Reads a setting's text. The error completes the sentence "WAYMARK_X ...".
pub(super) trait FromText: Sized {
    fn from_text(text: &str) -> Result<Self, String>;
}

impl FromText for String {
    fn from_text(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("must not be empty".into()) } else { Ok(text.to_owned()) }
    }
}

impl FromText for PathBuf {
    fn from_text(text: &str) -> Result<Self, String> {
        if text.is_empty() { Err("must name a directory".into()) } else { Ok(text.into()) }
    }
}

impl FromText for SocketAddr {
    fn from_text(text: &str) -> Result<Self, String> {
        text.parse().map_err(|_| "must be a numeric address and a port".into())
    }
}

impl FromText for u64 {
    fn from_text(text: &str) -> Result<Self, String> {
        match text.parse() {
            Ok(0) | Err(_) => Err("must be a whole number above nought, without units or separators".into()),
            Ok(number) => Ok(number),
        }
    }
}

impl FromText for usize {
    fn from_text(text: &str) -> Result<Self, String> {
        u64::from_text(text)?.try_into().map_err(|_| "is larger than this machine can count".into())
    }
}

impl FromText for Redacted {
    fn from_text(text: &str) -> Result<Self, String> {
        String::from_text(text).map(Self::new)
    }
}

impl<T: FromText> FromText for Option<T> {
    fn from_text(text: &str) -> Result<Self, String> {
        if text.is_empty() { Ok(None) } else { T::from_text(text).map(Some) }
    }
}
