//! Reading a request's body within a limit, and what is left of it.
//!
//! A server that answers "too large" and hangs up while the body still arrives makes the connection reset, and a phone
//! reads a permanent refusal as "no network" and tries again for ever. So whatever an endpoint leaves of a body, the
//! frame around all of them reads and throws away, up to a bound and for a short while, before the answer is sent. A
//! client that asked first (Expect: 100-continue) has sent nothing yet and is answered at once.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use futures_util::stream::{BoxStream, Fuse, poll_fn};
use poem::{Body, Request, http::HeaderMap};
use thiserror::Error;

/// The most that is read and thrown away, in bytes.
const MOST_DRAINED: usize = 16 * 1024 * 1024;
/// The longest that is waited for it.
const LONGEST_DRAIN: Duration = Duration::from_secs(5);

/// Why a body was not read.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Unread {
    /// It has more bytes than the limit.
    #[error("The body may have at most {0} bytes.")]
    TooLarge(usize),
    /// The connection broke while it arrived.
    #[error("The body did not arrive whole.")]
    Broken,
}

/// The whole body, if it has at most `limit` bytes.
///
/// # Errors
/// See [`Unread`].
pub async fn read(request: &mut Request, limit: usize) -> Result<Bytes, Unread> {
    if declared_length(request.headers()).is_some_and(|length| length > limit as u64) {
        return Err(Unread::TooLarge(limit));
    }
    let mut chunks = Box::pin(request.take_body().into_bytes_stream());
    let mut read = BytesMut::new();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| Unread::Broken)?;
        if read.len() + chunk.len() > limit {
            return Err(Unread::TooLarge(limit));
        }
        read.extend_from_slice(&chunk);
    }
    Ok(read.freeze())
}

/// What an endpoint leaves of its request's body.
pub struct Rest(Arc<Mutex<Arriving>>);

struct Arriving {
    chunks: Fuse<BoxStream<'static, std::io::Result<Bytes>>>,
    /// Whether nobody has asked for the body, and its sender waits to be asked.
    waits: bool,
}

impl Rest {
    /// Stands between a request and its body, so that what is left of it can be read when the endpoint is done.
    pub fn of(request: &mut Request) -> Self {
        let waits =
            request.headers().get("expect").is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"));
        let chunks = request.take_body().into_bytes_stream().boxed().fuse();
        let rest = Self(Arc::new(Mutex::new(Arriving { chunks, waits })));
        let arriving = Arc::clone(&rest.0);
        request.set_body(Body::from_bytes_stream(poll_fn(move |context| {
            let mut arriving = arriving.lock().unwrap_or_else(PoisonError::into_inner);
            arriving.waits = false;
            arriving.chunks.poll_next_unpin(context)
        })));
        rest
    }

    /// Reads what is left and throws it away, within bounds, unless its sender still waits to be asked for it.
    pub async fn drain(self) {
        let mut left = poll_fn(|context| {
            let mut arriving = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if arriving.waits { Poll::Ready(None) } else { arriving.chunks.poll_next_unpin(context) }
        });
        let reading = async {
            let mut drained = 0;
            while drained <= MOST_DRAINED
                && let Some(Ok(chunk)) = left.next().await
            {
                drained += chunk.len();
            }
        };
        // Whether it all came or not, the answer follows.
        let _ = tokio::time::timeout(LONGEST_DRAIN, reading).await;
    }
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get("content-length")?.to_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
    };

    use poem::Body;

    use super::*;

    /// A request with these headers and a body of `count` chunks of ten bytes, and how many of them were taken.
    fn chunked(count: usize, headers: &[(&str, &str)]) -> (Request, Arc<AtomicUsize>) {
        let taken = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&taken);
        let chunks = futures_util::stream::iter(0..count).map(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok::<_, io::Error>(Bytes::from_static(b"0123456789"))
        });
        let builder = headers.iter().fold(Request::builder(), |builder, (name, value)| builder.header(*name, *value));
        (builder.body(Body::from_bytes_stream(chunks)), taken)
    }

    #[tokio::test]
    async fn a_body_within_the_limit_is_read() {
        let (mut request, _) = chunked(3, &[]);
        assert_eq!(read(&mut request, 30).await.unwrap().len(), 30);
    }

    #[tokio::test]
    async fn a_body_beyond_the_limit_is_drained() {
        let (mut request, taken) = chunked(100, &[]);
        let rest = Rest::of(&mut request);
        assert_eq!(read(&mut request, 25).await, Err(Unread::TooLarge(25)));
        rest.drain().await;
        assert_eq!(taken.load(Ordering::Relaxed), 100);
    }

    #[tokio::test]
    async fn a_body_that_nobody_looks_at_is_drained() {
        let (mut request, taken) = chunked(100, &[]);
        Rest::of(&mut request).drain().await;
        assert_eq!(taken.load(Ordering::Relaxed), 100);
    }

    #[tokio::test]
    async fn a_declared_length_beyond_the_limit_is_refused_and_drained() {
        let (mut request, taken) = chunked(100, &[("content-length", "1000")]);
        let rest = Rest::of(&mut request);
        assert_eq!(read(&mut request, 25).await, Err(Unread::TooLarge(25)));
        rest.drain().await;
        assert_eq!(taken.load(Ordering::Relaxed), 100);
    }

    #[tokio::test]
    async fn a_client_that_asks_first_is_not_read() {
        let (mut request, taken) = chunked(100, &[("content-length", "1000"), ("expect", "100-continue")]);
        let rest = Rest::of(&mut request);
        assert_eq!(read(&mut request, 25).await, Err(Unread::TooLarge(25)));
        rest.drain().await;
        assert_eq!(taken.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_body_without_end_is_left_at_the_bound() {
        let endless = futures_util::stream::repeat_with(|| Ok::<_, io::Error>(Bytes::from(vec![0; 1024 * 1024])));
        let mut request = Request::builder().body(Body::from_bytes_stream(endless));
        let rest = Rest::of(&mut request);
        assert_eq!(read(&mut request, 25).await, Err(Unread::TooLarge(25)));
        rest.drain().await;
    }

    #[tokio::test]
    async fn a_broken_body_says_so() {
        let broken = futures_util::stream::iter([Err::<Bytes, _>(io::Error::other("cut"))]);
        let mut request = Request::builder().body(Body::from_bytes_stream(broken));
        assert_eq!(read(&mut request, 25).await, Err(Unread::Broken));
    }
}
