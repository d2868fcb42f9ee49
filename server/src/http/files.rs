//! `/files`: downloads by links that are signed, short-lived and audited.
//!
//! The graph decides who gets a link, and to which form of a file; a link then needs no session, so that it works in an
//! `<img>` and in a download manager alike. It names the account it was made for, in whose name the reading is audited;
//! whether that account may still see the file is looked up again, so that a grant that ends, ends here too.
//! Only accepted files are served. Nothing that is served can run as part of the site: it is sandboxed, never sniffed,
//! and what was not drawn by the server itself is a download.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use domain::Code;
use domain::file::{MediaType, Variant};
use entity::ids::{AccountId, FileId};
use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Body, Endpoint, Request, Response, Route};
use serde::Deserialize;
use uuid::Uuid;

use super::frame::RequestId;
use crate::access::secrets::SigningKey;
use crate::access::viewer;
use crate::app::App;
use crate::ledger::Actor;
use crate::objects::LinkHeaders;
use crate::quality::file;
use crate::uploads::{Files, Served, find_served};

/// How long a link can be followed: as long as a page that shows it takes to load, with patience for a slow line.
pub const LINK_LIFE: Duration = Duration::from_mins(10);
/// How long the store's own address works, once a link was followed to it.
const FETCH_LIFE: Duration = Duration::from_mins(2);
/// Keeps these signatures apart from all others of the same key.
const PURPOSE: &str = "file";
const NO_STORE: HeaderValue = HeaderValue::from_static("private, no-store");

/// A link to one form of a file for one account, from the root of the site. Whether that account may see the file is the
/// caller's decision, and so is whether it may see the original.
#[must_use]
pub fn sign(app: &App, file_id: FileId, variant: Variant, account_id: AccountId) -> String {
    sign_until(&app.signing_key, file_id, variant, account_id, app.clock.now() + LINK_LIFE)
}

fn sign_until(
    key: &SigningKey,
    file_id: FileId,
    variant: Variant,
    account_id: AccountId,
    expires_at: DateTime<Utc>,
) -> String {
    let expires = expires_at.timestamp();
    let signature = key.sign(PURPOSE, &message(file_id, variant, account_id, expires));
    format!("/files/{}/{variant}?account={}&expires={expires}&signature={signature}", file_id.0, account_id.0)
}

fn message(file_id: FileId, variant: Variant, account_id: AccountId, expires: i64) -> String {
    format!("{}/{variant}/{}/{expires}", file_id.0, account_id.0)
}

/// The endpoint, to be nested at `/files`.
pub fn routes(files: Arc<Files>) -> Route {
    Route::new().at("/:file/:variant", Downloads { files })
}

struct Downloads {
    files: Arc<Files>,
}

/// What a link says, once its signature holds.
struct Link {
    file_id: FileId,
    variant: Variant,
    account_id: AccountId,
}

#[derive(Deserialize)]
struct Proof {
    account: Uuid,
    expires: i64,
    signature: String,
}

/// Why nothing is served.
enum Refusal {
    Method,
    Forged,
    Expired,
    Missing,
    OutOfRange(u64),
    Failed,
}

impl Endpoint for Downloads {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let mut answer = self.serve(&request).await.unwrap_or_else(refused);
        let headers = answer.headers_mut();
        headers.insert(header::CACHE_CONTROL, NO_STORE);
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("sandbox; default-src 'none'; frame-ancestors 'none'"),
        );
        Ok(answer)
    }
}

impl Downloads {
    async fn serve(&self, request: &Request) -> Result<Response, Refusal> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(Refusal::Method);
        }
        let now = self.files.app.clock.now();
        let link = self.read_link(request, now)?;
        let db = &self.files.app.db;
        let scope = viewer::living_scope(db, link.account_id, now.date_naive()).await.map_err(failed)?;
        let scope = scope.ok_or(Refusal::Missing)?;
        if !file::store::may_follow(db, &scope, link.file_id, link.variant).await.map_err(failed)? {
            return Err(Refusal::Missing);
        }
        let served = find_served(db, link.file_id, link.variant).await.map_err(failed)?;
        let served = served.ok_or(Refusal::Missing)?;
        let actor = Actor {
            scope: Arc::new(scope),
            session_id: None,
            device_name: None,
            request_id: RequestId::of_request(request).as_str().to_owned(),
        };
        let ids = [link.file_id.0];
        self.files.app.reads.record(&actor, "file", &ids, now).await.map_err(failed)?;
        let headers = LinkHeaders {
            media_type: served.media_type.as_str().to_owned(),
            disposition: disposition(&link, served.media_type),
        };
        match self.files.objects.link(&served.key, &headers, FETCH_LIFE).await.map_err(failed)? {
            Some(address) => {
                Ok(Response::builder().status(StatusCode::FOUND).header(header::LOCATION, address).finish())
            }
            None => self.pass_on(request, &served, headers).await,
        }
    }

    fn read_link(&self, request: &Request, now: DateTime<Utc>) -> Result<Link, Refusal> {
        let proof: Proof = request.params().map_err(|_| Refusal::Forged)?;
        let part = |name| request.raw_path_param(name).unwrap_or_default();
        let file_id = Uuid::try_parse(part("file")).map(FileId).map_err(|_| Refusal::Missing)?;
        let variant = part("variant").parse().map_err(|_| Refusal::Missing)?;
        let link = Link { file_id, variant, account_id: AccountId(proof.account) };
        let message = message(file_id, variant, link.account_id, proof.expires);
        if !self.files.app.signing_key.verify(PURPOSE, &message, &proof.signature) {
            return Err(Refusal::Forged);
        }
        if proof.expires <= now.timestamp() { Err(Refusal::Expired) } else { Ok(link) }
    }

    /// Passes an object's bytes on, or the range that is asked for.
    async fn pass_on(&self, request: &Request, served: &Served, headers: LinkHeaders) -> Result<Response, Refusal> {
        let Served { key, size, .. } = *served;
        let range = range(request.headers(), size)?;
        let mut answer = Response::builder()
            .content_type(headers.media_type)
            .header(header::CONTENT_DISPOSITION, headers.disposition)
            .header(header::ACCEPT_RANGES, "bytes");
        let mut length = size;
        if let Some(Range { start, end }) = &range {
            length = end - start;
            let content_range = format!("bytes {start}-{}/{size}", end - 1);
            answer = answer.status(StatusCode::PARTIAL_CONTENT).header(header::CONTENT_RANGE, content_range);
        }
        let answer = answer.header(header::CONTENT_LENGTH, length);
        if *request.method() == Method::HEAD {
            return Ok(answer.finish());
        }
        let bytes = self.files.objects.get(&key, range).await.map_err(failed)?;
        Ok(answer.body(Body::from_bytes_stream(bytes)))
    }
}

/// Pictures that the server drew are shown; everything else is a download under a name that says nothing.
fn disposition(link: &Link, media_type: MediaType) -> String {
    let kind = if link.variant == Variant::Original { "attachment" } else { "inline" };
    format!("{kind}; filename=\"{}-{}.{}\"", link.file_id.0, link.variant, media_type.ending())
}

/// The one range that is asked for. Several at once, or another unit, are answered with the whole.
fn range(headers: &HeaderMap, size: u64) -> Result<Option<Range<u64>>, Refusal> {
    let asked = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let Some((first, last)) = asked.and_then(|text| text.strip_prefix("bytes=")).and_then(|text| text.split_once('-'))
    else {
        return Ok(None);
    };
    let range = match (first.parse::<u64>(), last.parse::<u64>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(size),
        (Ok(first), Err(_)) if last.is_empty() => first..size,
        (Err(_), Ok(length)) if first.is_empty() => size.saturating_sub(length)..size,
        _ => return Ok(None),
    };
    if range.is_empty() { Err(Refusal::OutOfRange(size)) } else { Ok(Some(range)) }
}

fn failed(error: impl std::error::Error + 'static) -> Refusal {
    tracing::error!(error = &error as &dyn std::error::Error, "a file could not be served");
    Refusal::Failed
}

fn refused(refusal: Refusal) -> Response {
    let (status, text) = match refusal {
        Refusal::Method => (StatusCode::METHOD_NOT_ALLOWED, "Files can only be fetched."),
        Refusal::Forged => (StatusCode::FORBIDDEN, "This link was not made here, or was changed."),
        Refusal::Expired => (StatusCode::GONE, "This link has expired. Open the page again for a new one."),
        Refusal::Missing => (StatusCode::NOT_FOUND, "There is no such file."),
        Refusal::OutOfRange(_) => (StatusCode::RANGE_NOT_SATISFIABLE, "The file ends before this range."),
        Refusal::Failed => (StatusCode::SERVICE_UNAVAILABLE, "The file cannot be served now. Try again soon."),
    };
    let mut answer = Response::builder().status(status).content_type("text/plain; charset=utf-8");
    if let Refusal::OutOfRange(size) = refusal {
        answer = answer.header(header::CONTENT_RANGE, format!("bytes */{size}"));
    }
    answer.body(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(range: &str) -> Result<Option<Range<u64>>, u16> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().expect("a header"));
        super::range(&headers, 100).map_err(|refusal| refused(refusal).status().as_u16())
    }

    #[test]
    fn ranges_are_read_as_browsers_write_them() {
        assert_eq!(asked("bytes=0-0"), Ok(Some(0..1)));
        assert_eq!(asked("bytes=10-"), Ok(Some(10..100)));
        assert_eq!(asked("bytes=-10"), Ok(Some(90..100)));
        assert_eq!(asked("bytes=-1000"), Ok(Some(0..100)));
        assert_eq!(asked("bytes=90-18446744073709551615"), Ok(Some(90..100)));
        assert_eq!(asked("bytes=100-"), Err(416));
        assert_eq!(asked("bytes=-0"), Err(416));
        for whole in ["bytes=5-4", "bytes=a-b", "bytes=0-1,3-4", "pages=1-2", "bytes=-", "bytes"] {
            assert_eq!(asked(whole), Ok(None), "{whole}");
        }
    }
}
