//! How requests reach the server: the one thing that a browser, a native shell and a command line do each in their own way.

use std::time::Duration;

/// A way to the server.
///
/// A transport knows where the server is, and nothing else: no token, no protocol. It follows no redirect (only a guest
/// network's portal sends one), keeps no cache and no cookie, and gives up when [`Request::patience`] is over.
pub trait Transport {
    /// Sends a request, and gives the whole answer, whatever its status.
    async fn call(&self, request: Request) -> Result<Answer, Unanswered>;
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub method: Method,
    /// From the server's root on, such as `/graphql`.
    pub path: String,
    /// Names in small letters. How long the body is goes without saying.
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// What is done at an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Head,
    Patch,
    Post,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// Names in small letters.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// There was no answer, or only a part of one. What was asked may have been done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unanswered;

/// How long a call takes at most that carries nothing.
const PATIENCE: Duration = Duration::from_secs(60);

/// Bytes in a second below which a line is taken for dead.
const SLOWEST: u64 = 4 << 10;

impl Method {
    /// As it is written in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Post => "POST",
        }
    }
}

impl Request {
    /// How long all of the call may take: a minute, and what the body needs on a very slow line.
    pub fn patience(&self) -> Duration {
        PATIENCE + Duration::from_secs(self.body.len() as u64 / SLOWEST)
    }
}

impl Answer {
    /// The value of a header, whose name is in small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}
