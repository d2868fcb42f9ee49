//! tus 1.0 over HTTP: core, creation, creation-with-upload, checksum, termination, expiration.
//!
//! Every request must be of somebody; an upload of somebody else is not found.

use std::sync::Arc;

use domain::file::FileState;
use entity::ids::{AccountId, FileId, UploadId};
use entity::{Coded, file, upload};
use poem::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use poem::{Endpoint, Request, Response, Route};
use sea_orm::ConnectionTrait;
use tracing::Instrument;

use super::answers::{Refusal, VERSION, arrived, refused, standing};
use super::headers::{Checksum, number, text};
use super::metadata::{self, Metadata};
use super::pen::Pen;
use super::purge::abandon;
use super::receive::{Arriving, ReceiveError, Receiving, complete};
use super::{Files, store};
use crate::access::viewer;
use crate::database::in_time;
use crate::http::caller;

const EXTENSIONS: &str = "creation,creation-with-upload,checksum,termination,expiration";
const BYTES: &str = "application/offset+octet-stream";

/// The endpoints, to be nested at `/uploads`.
pub fn routes(files: Arc<Files>) -> Route {
    let tus = Arc::new(Tus { files });
    Route::new().at("/", Arc::clone(&tus)).at("/:id", tus)
}

struct Tus {
    files: Arc<Files>,
}

/// What is to be done once the head of a request is understood.
enum Next {
    /// Nothing more.
    Answer(Response),
    /// Take the body in, then answer with this status and location.
    Receive { pen: Pen, checksum: Option<Checksum>, created: Option<String> },
}

impl Endpoint for Tus {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let (request, mut body) = request.split();
        let arriving = Arriving::new(body.take()?, self.files.settings.idle);
        let next = match in_time(self.understand(&request)).await {
            Ok(next) => next,
            Err(refusal) => Next::Answer(refused(refusal)),
        };
        let mut answer = match next {
            Next::Receive { pen, checksum, created } => self.receive(pen, checksum, created, arriving).await,
            Next::Answer(answer) => answer,
        };
        let headers = answer.headers_mut();
        headers.insert("tus-resumable", HeaderValue::from_static(VERSION));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        Ok(answer)
    }
}

impl Tus {
    async fn understand(&self, request: &Request) -> Result<Next, Refusal> {
        let headers = request.headers();
        let session = caller::session(&self.files.app, request).await?;
        let session = session.ok_or_else(|| Refusal::new(StatusCode::UNAUTHORIZED, "Sign in first."))?;
        let account_id = session.account_id;
        let method = method(request)?;
        if method == Method::OPTIONS {
            return Ok(Next::Answer(self.abilities()));
        }
        if text(headers, "tus-resumable") != Some(VERSION) {
            let text = "This is tus 1.0.0: send the header Tus-Resumable: 1.0.0.";
            return Err(Refusal::new(StatusCode::PRECONDITION_FAILED, text));
        }
        let Some(id) = request.raw_path_param("id") else {
            return match method {
                Method::POST => self.create(request, account_id).await,
                _ => Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "Here, POST makes an upload.")),
            };
        };
        let id = UploadId(uuid::Uuid::try_parse(id).map_err(|_| Refusal::not_found())?);
        match method {
            Method::HEAD => self.find(account_id, id).await.map(|upload| Next::Answer(standing(&upload))),
            Method::PATCH => self.proceed(headers, account_id, id).await,
            Method::DELETE => self.terminate(account_id, id).await,
            _ => Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "An upload takes HEAD, PATCH and DELETE.")),
        }
    }

    fn abilities(&self) -> Response {
        Response::builder()
            .status(StatusCode::NO_CONTENT)
            .header("tus-version", VERSION)
            .header("tus-extension", EXTENSIONS)
            .header("tus-max-size", self.files.settings.max_size)
            .header("tus-checksum-algorithm", Checksum::ALGORITHMS)
            .finish()
    }

    async fn create(&self, request: &Request, account_id: AccountId) -> Result<Next, Refusal> {
        let headers = request.headers();
        let carries_bytes = carries_bytes(headers)?;
        let checksum = Checksum::from_header(headers)?;
        let length = number(headers, "upload-length")?
            .ok_or_else(|| Refusal::bad("Upload-Length must say how many bytes will come."))?;
        if length.cast_unsigned() > self.files.settings.max_size {
            let text = format!("A file may have {} bytes at most.", self.files.settings.max_size);
            return Err(Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, text));
        }
        let header = headers.get("upload-metadata").map(|value| value.to_str().unwrap_or("\u{fffd}").to_owned());
        let metadata = match &header {
            Some(header) => metadata::parse(header).map_err(|error| Refusal::bad(error.to_string()))?,
            None => Metadata::default(),
        };
        let upload = self.write_down(account_id, length, header, metadata).await?;
        let location = format!("{}/{}", request.original_uri().path().trim_end_matches('/'), upload.id.0);
        if carries_bytes && length > 0 {
            return Ok(Next::Receive { pen: Pen::new(upload), checksum, created: Some(location) });
        }
        Ok(Next::Answer(arrived(&upload, Some(location))))
    }

    /// Writes a new upload down, for a file that waits for it or a new one.
    async fn write_down(
        &self,
        account_id: AccountId,
        length: i64,
        header: Option<String>,
        metadata: Metadata,
    ) -> Result<upload::Model, Refusal> {
        let now = self.files.app.clock.now();
        let tx = self.files.app.db.begin_writing().await?;
        let file_id = match metadata.file_id {
            Some(file_id) => self.expected_file(&tx, account_id, file_id, length).await?,
            None => self.new_file(&tx, account_id, length, metadata.media_type).await?,
        };
        let upload = upload::Model {
            id: UploadId(self.files.new_id()),
            file_id,
            account_id,
            length,
            received: 0,
            metadata: header,
            writer: None,
            expires_at: now + self.files.settings.patience,
            created_at: now,
            updated_at: now,
        };
        store::insert(&tx, upload.clone()).await?;
        if length == 0 {
            complete(&tx, &self.files.app, &upload, None, now).await?;
        }
        tx.commit().await?;
        self.files.app.wake.notify_one();
        Ok(upload)
    }

    /// A file that was declared beforehand and waits for its bytes. An upload that was begun for it is given up.
    async fn expected_file(
        &self,
        tx: &impl ConnectionTrait,
        account_id: AccountId,
        file_id: FileId,
        length: i64,
    ) -> Result<FileId, Refusal> {
        let now = self.files.app.clock.now();
        let file = store::find_own_file(tx, account_id, file_id).await?;
        let file = file.ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "There is no such file."))?;
        if file.declared_size.is_some_and(|declared| declared != length) {
            return Err(Refusal::bad("Upload-Length is not the size that was declared for this file."));
        }
        let settled = || Refusal::new(StatusCode::CONFLICT, "This file takes no more bytes.");
        if !file.state.0.may_receive(file.refusal.map(|refusal| refusal.0)) {
            return Err(settled());
        }
        for upload in store::uploads_of(tx, file_id).await? {
            abandon(tx, &self.files.app, &upload, now).await?;
        }
        let file = store::find_file(tx, file_id).await?.ok_or_else(settled)?;
        if store::begin_receiving(tx, &file, now).await? { Ok(file_id) } else { Err(settled()) }
    }

    async fn new_file(
        &self,
        tx: &impl ConnectionTrait,
        account_id: AccountId,
        length: i64,
        declared_media_type: Option<String>,
    ) -> Result<FileId, Refusal> {
        let now = self.files.app.clock.now();
        let scope = viewer::scope(tx, account_id, now.date_naive()).await?;
        let authority_id = scope.any_authority().first().copied();
        let authority_id =
            authority_id.ok_or_else(|| Refusal::new(StatusCode::FORBIDDEN, "You hold no role today."))?;
        let id = FileId(self.files.new_id());
        let file = file::Model {
            id,
            authority_id,
            owner_account_id: account_id,
            state: Coded(FileState::Receiving),
            refusal: None,
            object_key: None,
            sha256: None,
            declared_sha256: None,
            byte_size: None,
            declared_size: Some(length),
            media_type: None,
            declared_media_type,
            width: None,
            height: None,
            pages: None,
            unclaimed_until: Some(now + self.files.settings.patience),
            created_at: now,
            updated_at: now,
            version: 1,
        };
        store::insert(tx, file).await?;
        Ok(id)
    }

    async fn find(&self, account_id: AccountId, id: UploadId) -> Result<upload::Model, Refusal> {
        let upload = store::find(&self.files.app.db, account_id, id).await?.ok_or_else(Refusal::not_found)?;
        if upload.received < upload.length && upload.expires_at < self.files.app.clock.now() {
            return Err(Refusal::new(StatusCode::GONE, "The upload stood still for too long. Begin a new one."));
        }
        Ok(upload)
    }

    async fn proceed(&self, headers: &HeaderMap, account_id: AccountId, id: UploadId) -> Result<Next, Refusal> {
        if !carries_bytes(headers)? {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                format!("PATCH takes Content-Type: {BYTES}."),
            ));
        }
        let offset = number(headers, "upload-offset")?
            .ok_or_else(|| Refusal::bad("Upload-Offset must say where the bytes begin."))?;
        let checksum = Checksum::from_header(headers)?;
        let coming = number(headers, "content-length")?.unwrap_or(0);
        let pen = self.pen(account_id, id, offset).await?;
        if coming > pen.upload.length - offset {
            return Err(ReceiveError::TooMany.into());
        }
        Ok(Next::Receive { pen, checksum, created: None })
    }

    /// What the request before left, if this one goes on where that stopped.
    async fn pen(&self, account_id: AccountId, id: UploadId, offset: i64) -> Result<Pen, Refusal> {
        if let Some(pen) = self.files.pens.take(account_id, id, offset, self.files.app.clock.now()) {
            return Ok(pen);
        }
        let upload = self.find(account_id, id).await?;
        if offset == upload.received { Ok(Pen::new(upload)) } else { Err(ReceiveError::Moved.into()) }
    }

    /// Gives an upload up. What is complete stays: evidence is withdrawn, not terminated.
    async fn terminate(&self, account_id: AccountId, id: UploadId) -> Result<Next, Refusal> {
        let upload = self.find(account_id, id).await?;
        let file = store::find_file(&self.files.app.db, upload.file_id).await?;
        if file.is_some_and(|file| file.state.0 == FileState::Quarantined) {
            return Err(Refusal::new(StatusCode::CONFLICT, "All bytes are here and are being checked."));
        }
        let tx = self.files.app.db.begin_writing().await?;
        abandon(&tx, &self.files.app, &upload, self.files.app.clock.now()).await?;
        tx.commit().await?;
        self.files.pens.throw_away(id);
        Ok(Next::Answer(StatusCode::NO_CONTENT.into()))
    }

    /// Takes the body in, on a task of its own: when the connection breaks, the request is dropped, and what had arrived
    /// must still be kept.
    async fn receive(
        &self,
        pen: Pen,
        checksum: Option<Checksum>,
        created: Option<String>,
        mut arriving: Arriving,
    ) -> Response {
        let files = Arc::clone(&self.files);
        let work = async move { Receiving::new(&files, pen).take(&mut arriving, checksum).await };
        match tokio::spawn(work.in_current_span()).await {
            Ok(Ok(upload)) => arrived(&upload, created),
            Ok(Err(error)) => refused(error.into()),
            Err(broken) => {
                tracing::error!(error = &broken as &dyn std::error::Error, "receiving an upload panicked");
                refused(Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong. Try again soon."))
            }
        }
    }
}

/// The method, which a client behind an old proxy names in a header of a POST.
fn method(request: &Request) -> Result<Method, Refusal> {
    match request.headers().get("x-http-method-override") {
        Some(named) if request.method() == Method::POST => {
            Method::from_bytes(named.as_bytes()).map_err(|_| Refusal::bad("X-HTTP-Method-Override must name a method."))
        }
        _ => Ok(request.method().clone()),
    }
}

/// Whether the body is the upload's bytes. A body of another type is not taken for them.
fn carries_bytes(headers: &HeaderMap) -> Result<bool, Refusal> {
    match headers.get(header::CONTENT_TYPE) {
        None => Ok(false),
        Some(named) if named == BYTES => Ok(true),
        Some(_) => {
            Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("Bytes come as Content-Type: {BYTES}.")))
        }
    }
}
