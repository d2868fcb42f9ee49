//! Bytes, by tus 1.0: created with the first of them, continued where they stopped.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

use super::graph::refused;
use super::transport::{Answer, Method, Request, Transport};
use crate::environment::{Begun, RemoteError};

const UPLOADS: &str = "/uploads";
const VERSION: &str = "1.0.0";
const BYTES: &str = "application/offset+octet-stream";

/// Begins an upload for a file, with the first of its bytes, or without any.
pub async fn begin(
    transport: &impl Transport,
    token: &str,
    file: Uuid,
    size: u64,
    first: Vec<u8>,
) -> Result<Begun, RemoteError> {
    let mut request = request(Method::Post, UPLOADS, token, first);
    request.headers.push(("upload-length", size.to_string()));
    request.headers.push(("upload-metadata", format!("file {}", STANDARD.encode(format!("file:{file}")))));
    let answer = call(transport, request).await?;
    match answer.status {
        201 => {
            let url = answer.header("location").map(path).ok_or(RemoteError::Unreachable)?;
            Ok(Begun::Upload { url, offset: arrived(&answer).unwrap_or(0) })
        }
        409 => Ok(Begun::Settled),
        404 => Err(RemoteError::NotThere),
        _ => Err(meant(&answer)),
    }
}

/// How many bytes of an upload have arrived; none where there is no such upload any more.
pub async fn offset(transport: &impl Transport, token: &str, upload: &str) -> Result<Option<u64>, RemoteError> {
    let answer = call(transport, request(Method::Head, upload, token, Vec::new())).await?;
    match answer.status {
        200 | 204 => arrived(&answer).map(Some).ok_or(RemoteError::Unreachable),
        404 | 410 => Ok(None),
        _ => Err(meant(&answer)),
    }
}

/// Sends more bytes of an upload, and says how many have arrived altogether. Where the server has another number in mind, its own
/// counts: an answer was lost, or a connection that seemed dead was still writing.
pub async fn send(
    transport: &impl Transport,
    token: &str,
    upload: &str,
    from: u64,
    bytes: Vec<u8>,
) -> Result<u64, RemoteError> {
    let mut request = request(Method::Patch, upload, token, bytes);
    request.headers.push(("upload-offset", from.to_string()));
    let answer = call(transport, request).await?;
    match answer.status {
        204 => arrived(&answer).ok_or(RemoteError::Unreachable),
        409 => offset(transport, token, upload).await?.ok_or(RemoteError::NotThere),
        404 | 410 => Err(RemoteError::NotThere),
        _ => Err(meant(&answer)),
    }
}

fn request(method: Method, path: &str, token: &str, body: Vec<u8>) -> Request {
    let mut headers = vec![("tus-resumable", VERSION.to_owned()), ("authorization", format!("Bearer {token}"))];
    if !body.is_empty() {
        headers.push(("content-type", BYTES.to_owned()));
    }
    Request { method, path: path.to_owned(), headers, body }
}

/// Only the server says in every answer which version of tus it speaks.
async fn call(transport: &impl Transport, request: Request) -> Result<Answer, RemoteError> {
    let answer = transport.call(request).await.map_err(|_| RemoteError::Unreachable)?;
    if answer.header("tus-resumable") == Some(VERSION) { Ok(answer) } else { Err(RemoteError::Unreachable) }
}

/// What an answer means that is no success.
fn meant(answer: &Answer) -> RemoteError {
    match answer.status {
        401 if answer.header("waymark-revoked") == Some("true") => RemoteError::Revoked,
        401 => RemoteError::SignedOut,
        // The request broke off on its way in.
        408 => RemoteError::Unreachable,
        423 | 429 | 500.. => RemoteError::Unavailable,
        _ => refused(String::from_utf8_lossy(&answer.body).into_owned()),
    }
}

fn arrived(answer: &Answer) -> Option<u64> {
    answer.header("upload-offset")?.parse().ok()
}

/// The path of an address, which may be given in full.
fn path(location: &str) -> String {
    let rest = location.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
    rest.unwrap_or(location).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::script::{Script, now};

    fn answer(status: u16, headers: &[(&str, &str)]) -> Answer {
        let own = [("tus-resumable", "1.0.0")];
        let headers = own.iter().chain(headers).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Answer { status, headers: headers.collect(), body: b"No.".to_vec() }
    }

    #[test]
    fn an_upload_is_created_with_its_first_bytes() {
        let script = Script::of([answer(201, &[("location", "https://ap.example/uploads/1"), ("upload-offset", "3")])]);
        let begun = now(begin(&script, "secret", Uuid::from_u128(1), 5, vec![1, 2, 3]));
        assert_eq!(begun, Ok(Begun::Upload { url: "/uploads/1".to_owned(), offset: 3 }));
        let asked = script.asked.take();
        assert_eq!((asked[0].method, asked[0].path.as_str(), asked[0].body.len()), (Method::Post, "/uploads", 3));
        let header = |name| asked[0].headers.iter().find(|(found, _)| *found == name).map(|(_, value)| value.as_str());
        assert_eq!(header("upload-length"), Some("5"));
        assert_eq!(header("content-type"), Some(BYTES));
        assert_eq!(header("authorization"), Some("Bearer secret"));
        let named =
            STANDARD.decode(header("upload-metadata").and_then(|named| named.strip_prefix("file ")).expect("a name"));
        assert_eq!(named.expect("base64"), b"file:00000000-0000-0000-0000-000000000001");
    }

    #[test]
    fn where_the_server_stands_elsewhere_its_own_number_counts() {
        let script = Script::of([answer(409, &[]), answer(200, &[("upload-offset", "4")])]);
        assert_eq!(now(send(&script, "secret", "/uploads/1", 2, vec![0; 9])), Ok(4));
        let script = Script::of([answer(409, &[]), answer(404, &[])]);
        assert_eq!(now(send(&script, "secret", "/uploads/1", 2, vec![0; 9])), Err(RemoteError::NotThere));
    }

    #[test]
    fn every_status_has_one_meaning() {
        let cases = [
            (401, RemoteError::SignedOut),
            (408, RemoteError::Unreachable),
            (413, refused("No.".to_owned())),
            (415, refused("No.".to_owned())),
            (429, RemoteError::Unavailable),
            (503, RemoteError::Unavailable),
            (507, RemoteError::Unavailable),
        ];
        for (status, expected) in cases {
            let all = || Script::of([answer(status, &[])]);
            assert_eq!(now(begin(&all(), "", Uuid::nil(), 1, vec![1])), Err(expected.clone()), "{status}");
            assert_eq!(now(offset(&all(), "", "/uploads/1")), Err(expected.clone()), "{status}");
            assert_eq!(now(send(&all(), "", "/uploads/1", 0, vec![1])), Err(expected), "{status}");
        }
        assert_eq!(now(begin(&Script::of([answer(409, &[])]), "", Uuid::nil(), 1, vec![1])), Ok(Begun::Settled));
        assert_eq!(now(offset(&Script::of([answer(410, &[])]), "", "/uploads/1")), Ok(None));
        let revoked = Script::of([answer(401, &[("waymark-revoked", "true")])]);
        assert_eq!(now(offset(&revoked, "", "/uploads/1")), Err(RemoteError::Revoked));
    }

    #[test]
    fn a_portal_is_not_the_server() {
        let portal = |status| Answer { status, headers: vec![("waymark-revoked".into(), "true".into())], body: vec![] };
        for status in [200, 204, 302, 401, 404, 410, 503] {
            let script = Script::of([portal(status)]);
            assert_eq!(now(offset(&script, "", "/uploads/1")), Err(RemoteError::Unreachable), "{status}");
        }
    }
}
