//! Asking ClamAV about a file, where the operator runs one: clamd's INSTREAM, over TCP or a socket in the file system.
//!
//! What is not scanned is not accepted. While clamd cannot be asked, files wait in quarantine and are asked about again.

use std::io;
use std::time::Duration;

use futures_util::StreamExt;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};
use tokio::time::timeout;

use crate::objects::Chunks;

/// How long clamd may take for one file; its own limit is two minutes.
const PATIENCE: Duration = Duration::from_mins(3);
/// Longer is no answer of clamd's.
const MAX_ANSWER: u64 = 4096;

/// What clamd says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scanned {
    /// Nothing was found.
    Clean,
    /// Something was.
    Infected,
}

/// Why clamd said nothing. It is to be asked again; the file's bytes say nothing wrong.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// It could not be reached or spoken to.
    #[error("clamd could not be reached or spoken to")]
    Away(#[from] io::Error),
    /// It took too long.
    #[error("clamd took too long")]
    Slow,
    /// It could not scan the file.
    #[error("clamd did not scan the file: {0}")]
    Refused(String),
}

/// Has clamd at `address` scan the bytes. An address with a slash is a socket in the file system.
pub async fn scan(address: &str, body: Chunks<'_>) -> Result<Scanned, ScanError> {
    let asking = async {
        let answer = if address.contains('/') {
            ask(UnixStream::connect(address).await?, body).await?
        } else {
            ask(TcpStream::connect(address).await?, body).await?
        };
        read(&answer)
    };
    timeout(PATIENCE, asking).await.map_err(|_| ScanError::Slow)?
}

/// Sends the bytes, each chunk behind its length, and reads the answer. A clamd that has seen enough answers and closes
/// before it was sent everything: its answer counts, not the broken pipe.
async fn ask(mut clamd: impl AsyncRead + AsyncWrite + Unpin, mut body: Chunks<'_>) -> io::Result<String> {
    let mut sent = clamd.write_all(b"zINSTREAM\0").await;
    while sent.is_ok()
        && let Some(chunk) = body.next().await
    {
        sent = send(&mut clamd, &chunk?).await;
    }
    if sent.is_ok() {
        sent = clamd.write_all(&0_u32.to_be_bytes()).await;
    }
    let mut answer = Vec::new();
    let read = clamd.take(MAX_ANSWER).read_to_end(&mut answer).await;
    if answer.is_empty() {
        sent?;
        read?;
    }
    Ok(String::from_utf8_lossy(&answer).trim_end_matches('\0').to_owned())
}

/// An empty chunk would be the end.
async fn send(clamd: &mut (impl AsyncWrite + Unpin), chunk: &[u8]) -> io::Result<()> {
    if chunk.is_empty() {
        return Ok(());
    }
    let length = u32::try_from(chunk.len()).map_err(io::Error::other)?;
    clamd.write_all(&length.to_be_bytes()).await?;
    clamd.write_all(chunk).await
}

/// Only the two exact answers count; anything else is none.
fn read(answer: &str) -> Result<Scanned, ScanError> {
    match answer.strip_prefix("stream: ") {
        Some("OK") => Ok(Scanned::Clean),
        Some(found) if found.ends_with(" FOUND") => Ok(Scanned::Infected),
        _ if answer.is_empty() => Err(ScanError::Away(io::ErrorKind::UnexpectedEof.into())),
        _ => Err(ScanError::Refused(answer.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_exact_answers_count() {
        assert_eq!(read("stream: OK").unwrap(), Scanned::Clean);
        assert_eq!(read("stream: Eicar-Signature FOUND").unwrap(), Scanned::Infected);
        for odd in ["", "OK", "stream: OK?", "stream: ", "INSTREAM size limit exceeded. ERROR", "UNKNOWN COMMAND"] {
            assert!(read(odd).is_err(), "{odd}");
        }
    }
}
