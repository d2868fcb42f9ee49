//! The way to the server by `fetch`, from the origin that served the app.

use js_sys::{Array, Uint8Array};
use mobile_sync::remote::transport::{Answer, Request, Transport, Unanswered};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestCache, RequestCredentials, RequestInit, RequestRedirect, Response};

use crate::media::worker;

/// The server that served the app.
#[derive(Debug, Clone, Copy)]
pub struct SameOrigin;

impl Transport for SameOrigin {
    async fn call(&self, request: Request) -> Result<Answer, Unanswered> {
        call(request).await.map_err(|_| Unanswered)
    }
}

async fn call(request: Request) -> Result<Answer, JsValue> {
    let patience = u32::try_from(request.patience().as_millis()).unwrap_or(u32::MAX);
    let headers = Headers::new()?;
    for (name, value) in &request.headers {
        headers.append(name, value)?;
    }
    let init = RequestInit::new();
    init.set_method(request.method.as_str());
    init.set_headers(&headers);
    // The phone has a token of its own. A redirect comes from a guest network's portal, and nothing may be answered twice.
    init.set_credentials(RequestCredentials::Omit);
    init.set_redirect(RequestRedirect::Error);
    init.set_cache(RequestCache::NoStore);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(patience)));
    if !request.body.is_empty() {
        init.set_body(&Uint8Array::from(request.body.as_slice()));
    }
    let response = JsFuture::from(worker().fetch_with_str_and_init(&request.path, &init)).await?;
    let response: Response = response.dyn_into()?;
    let body = JsFuture::from(response.array_buffer()?).await?;
    Ok(Answer {
        status: response.status(),
        headers: named(&response.headers())?,
        body: Uint8Array::new(&body).to_vec(),
    })
}

/// The headers; a browser gives their names in small letters.
fn named(headers: &Headers) -> Result<Vec<(String, String)>, JsValue> {
    let mut named = Vec::new();
    for entry in &headers.entries() {
        let entry: Array = entry?.dyn_into()?;
        named.extend(entry.get(0).as_string().zip(entry.get(1).as_string()));
    }
    Ok(named)
}
