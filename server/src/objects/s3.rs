//! Objects in S3, or whatever speaks its protocol.
//!
//! Small objects are one request. Larger ones go in parts of 5 MiB, held in memory one at a time, and appear only when
//! the last is there. Stores differ in what they support, so nothing here relies on conditional writes or on listing
//! unfinished uploads, and the checksum's algorithm is named at the start of a multipart upload, which some demand.

use std::ops::Range;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_s3::Client;
use aws_sdk_s3::config::timeout::TimeoutConfig;
use aws_sdk_s3::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::upload_part::UploadPartOutput;
use aws_sdk_s3::presigning::PresigningConfig;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{ChecksumAlgorithm, CompletedMultipartUpload, CompletedPart};
use aws_smithy_http_client::tls;
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{Chunks, Key, LinkHeaders, Listed, Listing, ObjectError, ObjectStore};
use crate::config::S3;

/// The least that S3 takes as a part that is not the last.
const PART_SIZE: usize = 5 << 20;
const CHECKSUM: ChecksumAlgorithm = ChecksumAlgorithm::Crc32;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// For one request: a part is small, and a store that takes longer is better asked again.
const ATTEMPT_TIMEOUT: Duration = Duration::from_mins(1);

/// Objects in an S3 bucket.
#[derive(Debug, Clone)]
pub struct S3Store {
    bucket: String,
    client: Client,
}

impl S3Store {
    /// Prepares the clients; asks the store nothing yet.
    pub fn new(settings: &S3) -> Self {
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .operation_attempt_timeout(ATTEMPT_TIMEOUT)
            .build();
        let ring = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::Ring);
        let credentials =
            Credentials::new(settings.access_key.reveal(), settings.secret_key.reveal(), None, None, "settings");
        let mut config = aws_sdk_s3::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .http_client(aws_smithy_http_client::Builder::new().tls_provider(ring).build_https())
            .region(Region::new(settings.region.clone()))
            .credentials_provider(credentials)
            .timeout_config(timeouts)
            // Amazon names the bucket in the host; a store at an address of its own names it in the path.
            .force_path_style(settings.endpoint.is_some());
        config.set_endpoint_url(settings.endpoint.clone());
        Self { bucket: settings.bucket.clone(), client: Client::from_conf(config.build()) }
    }

    /// Asks whether the bucket is there and may be used: for the start of the server, where a wrong setting should show.
    pub async fn check(&self) -> Result<(), ObjectError> {
        self.client.head_bucket().bucket(&self.bucket).send().await.map_err(failed)?;
        Ok(())
    }

    async fn put_whole(&self, key: &Key, media_type: &str, bytes: Bytes) -> Result<u64, ObjectError> {
        let size = bytes.len() as u64;
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(key.to_string())
            .content_type(media_type)
            .checksum_algorithm(CHECKSUM)
            .body(ByteStream::from(bytes))
            .send()
            .await
            .map_err(failed)?;
        Ok(size)
    }

    async fn put_in_parts(
        &self,
        key: &Key,
        media_type: &str,
        first: Bytes,
        body: &mut Chunks<'_>,
    ) -> Result<u64, ObjectError> {
        let begun = self
            .client
            .create_multipart_upload()
            .bucket(&self.bucket)
            .key(key.to_string())
            .content_type(media_type)
            .checksum_algorithm(CHECKSUM)
            .send()
            .await
            .map_err(failed)?;
        let upload = Multipart {
            store: self,
            key: key.to_string(),
            id: begun.upload_id.ok_or_else(|| ObjectError::Other("a multipart upload without an id".into()))?,
        };
        let stored = upload.send_all(first, body).await;
        if stored.is_err() {
            upload.abort().await;
        }
        stored
    }
}

#[async_trait]
impl ObjectStore for S3Store {
    async fn put(&self, key: &Key, media_type: &str, mut body: Chunks<'_>) -> Result<u64, ObjectError> {
        let first = next_part(&mut body).await?;
        if first.len() < PART_SIZE {
            self.put_whole(key, media_type, first).await
        } else {
            self.put_in_parts(key, media_type, first, &mut body).await
        }
    }

    async fn get(&self, key: &Key, range: Option<Range<u64>>) -> Result<Chunks<'static>, ObjectError> {
        let nothing = || stream::empty().boxed();
        let range = match range {
            Some(range) if range.is_empty() => return self.size(key).await.map(|_| nothing()),
            Some(range) => Some(format!("bytes={}-{}", range.start, range.end - 1)),
            None => None,
        };
        let request = self.client.get_object().bucket(&self.bucket).key(key.to_string()).set_range(range);
        let answer = match request.send().await {
            Ok(answer) => answer,
            Err(error) if status(&error) == Some(416) => return Ok(nothing()),
            Err(error) => return Err(failed(error)),
        };
        Ok(stream::unfold(answer.body, async |mut body| {
            let chunk = body.next().await?;
            Some((chunk.map_err(std::io::Error::other), body))
        })
        .boxed())
    }

    async fn size(&self, key: &Key) -> Result<u64, ObjectError> {
        let request = self.client.head_object().bucket(&self.bucket).key(key.to_string());
        let answer = request.send().await.map_err(failed)?;
        let size = answer.content_length.and_then(|size| u64::try_from(size).ok());
        size.ok_or_else(|| ObjectError::Other("an object without a size".into()))
    }

    async fn delete(&self, key: &Key) -> Result<(), ObjectError> {
        match self.client.delete_object().bucket(&self.bucket).key(key.to_string()).send().await.map_err(failed) {
            Ok(_) | Err(ObjectError::NotFound) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn list(&self) -> Listing<'_> {
        let pages = self.client.list_objects_v2().bucket(&self.bucket).into_paginator().send();
        let pages = stream::unfold(pages, async |mut pages| {
            let page = pages.next().await?;
            Some((page.map(|page| page.contents.unwrap_or_default()).map_err(failed), pages))
        });
        let objects = pages.map_ok(|page| stream::iter(page.into_iter().map(Ok))).try_flatten();
        let listed = objects.map_ok(|object| Listed {
            name: object.key.unwrap_or_default(),
            size: object.size.and_then(|size| u64::try_from(size).ok()).unwrap_or_default(),
        });
        listed.boxed()
    }

    async fn link(&self, key: &Key, headers: &LinkHeaders, valid: Duration) -> Result<Option<String>, ObjectError> {
        let valid = PresigningConfig::expires_in(valid).map_err(|error| ObjectError::Other(error.into()))?;
        let request = self
            .client
            .get_object()
            .bucket(&self.bucket)
            .key(key.to_string())
            .response_content_type(&headers.media_type)
            .response_content_disposition(&headers.disposition)
            .response_cache_control("private, no-store");
        let link = request.presigned(valid).await.map_err(failed)?;
        Ok(Some(link.uri().to_owned()))
    }
}

/// One multipart upload, from its start to its completion.
struct Multipart<'a> {
    store: &'a S3Store,
    key: String,
    id: String,
}

impl Multipart<'_> {
    async fn send_all(&self, first: Bytes, body: &mut Chunks<'_>) -> Result<u64, ObjectError> {
        let mut parts = Vec::new();
        let mut size = 0;
        let mut part = first;
        while !part.is_empty() {
            size += part.len() as u64;
            let number = i32::try_from(parts.len() + 1).map_err(|error| ObjectError::Other(error.into()))?;
            parts.push(self.send(number, part).await?);
            part = next_part(body).await?;
        }
        self.complete(parts).await?;
        Ok(size)
    }

    async fn send(&self, number: i32, bytes: Bytes) -> Result<CompletedPart, ObjectError> {
        let request = self
            .store
            .client
            .upload_part()
            .bucket(&self.store.bucket)
            .key(&self.key)
            .upload_id(&self.id)
            .part_number(number)
            .checksum_algorithm(CHECKSUM)
            .body(ByteStream::from(bytes));
        let UploadPartOutput { e_tag, checksum_crc32, .. } = request.send().await.map_err(failed)?;
        Ok(CompletedPart::builder().part_number(number).set_e_tag(e_tag).set_checksum_crc32(checksum_crc32).build())
    }

    async fn complete(&self, parts: Vec<CompletedPart>) -> Result<(), ObjectError> {
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let request = self
            .store
            .client
            .complete_multipart_upload()
            .bucket(&self.store.bucket)
            .key(&self.key)
            .upload_id(&self.id)
            .multipart_upload(parts);
        request.send().await.map_err(failed)?;
        Ok(())
    }

    /// The error that led here is the one to tell; what cannot be given up now, the bucket's own rule removes.
    async fn abort(&self) {
        let request = self.store.client.abort_multipart_upload().bucket(&self.store.bucket).key(&self.key);
        if let Err(error) = request.upload_id(&self.id).send().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "an unfinished multipart upload stays");
        }
    }
}

/// The next part's worth of bytes; fewer only at the end.
async fn next_part(body: &mut Chunks<'_>) -> Result<Bytes, ObjectError> {
    let mut part = BytesMut::new();
    while part.len() < PART_SIZE {
        match body.next().await {
            Some(chunk) => part.extend_from_slice(&chunk.map_err(ObjectError::Body)?),
            None => break,
        }
    }
    Ok(part.freeze())
}

fn status<E>(error: &SdkError<E>) -> Option<u16> {
    error.raw_response().map(|answer| answer.status().as_u16())
}

fn failed<E>(error: SdkError<E>) -> ObjectError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let code = error.as_service_error().and_then(|error| error.code()).unwrap_or_default();
    let is_full = code.contains("StorageFull") || code == "QuotaExceeded";
    match status(&error) {
        Some(404) if code != "NoSuchBucket" => ObjectError::NotFound,
        Some(507) => ObjectError::Full(error.into()),
        _ if is_full => ObjectError::Full(error.into()),
        Some(429 | 500..=599) | None if !matches!(error, SdkError::ConstructionFailure(_)) => {
            ObjectError::Unavailable(error.into())
        }
        _ if matches!(error, SdkError::ResponseError(_)) => ObjectError::Unavailable(error.into()),
        _ => ObjectError::Other(error.into()),
    }
}
