//! The way to the server over HTTP, for native programs.

use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};

use crate::remote::transport::{Answer, Method, Request, Transport, Unanswered};

/// How long it takes at most until a line stands.
const CONNECTS: Duration = Duration::from_secs(20);

/// A server at an address.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client,
    server: Url,
}

/// Why an address is no server's.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// It cannot be read as one.
    #[error("a server's address looks like https://ap.example.org")]
    NotAnAddress,
    /// What is sent could be read on the way. Only this machine is spoken to without encryption.
    #[error("the server's address must begin with https://, or name this machine")]
    NotEncrypted,
    /// TLS or the resolver could not be set up.
    #[error(transparent)]
    Client(#[from] reqwest::Error),
}

impl Http {
    /// The server at this address.
    ///
    /// # Errors
    /// Where it is not one that a phone may speak to.
    pub fn to(server: &str) -> Result<Self, AddressError> {
        let server: Url = server.parse().map_err(|_| AddressError::NotAnAddress)?;
        let is_here = matches!(server.host_str(), Some("localhost" | "127.0.0.1" | "[::1]"));
        match server.scheme() {
            "https" => {}
            "http" if is_here => {}
            "http" => return Err(AddressError::NotEncrypted),
            _ => return Err(AddressError::NotAnAddress),
        }
        // Fails where the program has chosen its provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECTS)
            .user_agent(concat!("waymark-phone/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, server })
    }

    /// The server's address.
    pub fn address(&self) -> &str {
        self.server.as_str().trim_end_matches('/')
    }

    async fn answer(&self, request: Request) -> Result<Answer, reqwest::Error> {
        let patience = request.patience();
        let Request { method, path, headers, body } = request;
        let method = match method {
            Method::Head => reqwest::Method::HEAD,
            Method::Patch => reqwest::Method::PATCH,
            Method::Post => reqwest::Method::POST,
        };
        let mut asked = self.client.request(method, format!("{}{path}", self.address())).timeout(patience).body(body);
        for (name, value) in headers {
            asked = asked.header(name, value);
        }
        let answer = asked.send().await?;
        let (status, headers) = (answer.status().as_u16(), told(answer.headers()));
        Ok(Answer { status, headers, body: answer.bytes().await?.to_vec() })
    }
}

/// Headers as text. One that is none is no header of the server's.
fn told(headers: &HeaderMap) -> Vec<(String, String)> {
    let text =
        |(name, value): (&HeaderName, &HeaderValue)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned()));
    headers.iter().filter_map(text).collect()
}

impl Transport for Http {
    async fn call(&self, request: Request) -> Result<Answer, Unanswered> {
        self.answer(request).await.map_err(|_| Unanswered)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_spoken_to_without_encryption() {
        for good in ["https://ap.example.org", "https://ap.example.org/", "http://127.0.0.1:8080", "http://localhost:1"]
        {
            let server = Http::to(good).expect("a server");
            assert_eq!(server.address(), good.trim_end_matches('/'));
        }
        assert!(matches!(Http::to("http://ap.example.org"), Err(AddressError::NotEncrypted)));
        for bad in ["ap.example.org", "", "ftp://ap.example.org", "https://"] {
            assert!(matches!(Http::to(bad), Err(AddressError::NotAnAddress)), "{bad}");
        }
    }
}
