//! The way from a phone to a server in the same process.

use std::cell::Cell;

use futures_util::stream;
use poem::endpoint::BoxEndpoint;
use poem::http::uri::Scheme;
use poem::http::{Method as HttpMethod, Request as HttpRequest};
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Body, Endpoint, Response};
use waymark_mobile_sync::remote::Transport;
use waymark_mobile_sync::remote::transport::{Answer, Method, Request, Unanswered};

/// Every layer of the server but its socket.
pub struct Inside {
    pub routes: BoxEndpoint<'static, Response>,
    /// Whether the line is cut behind the next body.
    pub is_cut: Cell<bool>,
}

impl Transport for &Inside {
    async fn call(&self, request: Request) -> Result<Answer, Unanswered> {
        let Request { method, path, headers, body } = request;
        let method = match method {
            Method::Head => HttpMethod::HEAD,
            Method::Patch => HttpMethod::PATCH,
            Method::Post => HttpMethod::POST,
        };
        let broken = || std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        let body = if self.is_cut.take() {
            Body::from_bytes_stream(stream::iter([Ok(body.into()), Err::<bytes::Bytes, _>(broken())]))
        } else {
            Body::from(body)
        };
        // By way of `http`, as from a socket: poem's own builder leaves out the address that was asked for, of which tus
        // makes the address of an upload.
        let asked = HttpRequest::builder().method(method).uri(path);
        let asked = headers.into_iter().fold(asked, |asked, (name, value)| asked.header(name, value));
        let (parts, ()) = asked.body(()).map_err(|_| Unanswered)?.into_parts();
        let parts = (parts, LocalAddr::default(), RemoteAddr::default(), Scheme::HTTP).into();
        let answer = self.routes.get_response(poem::Request::from_parts(parts, body)).await;
        let status = answer.status().as_u16();
        let said = answer.headers().iter();
        let said = said.map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()));
        let headers = said.collect();
        let body = answer.into_body().into_vec().await.map_err(|_| Unanswered)?;
        Ok(Answer { status, headers, body })
    }
}
