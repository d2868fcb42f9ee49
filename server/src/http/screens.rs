//! The app's own files: the screens of `app/`, built into a directory that `WAYMARK_APP` names.
//!
//! The app finds its way by itself, so every address that is no file of it and no address of the server gets its one
//! page. Nothing in that page is inline, and the policy lets nothing inline run. A page of another name would be a
//! mistake of the build, so a script that is not there is not found, instead of a page that is no script.

use std::path::PathBuf;

use poem::{
    Endpoint, Request, Response, Result,
    http::{HeaderValue, Method, StatusCode, header},
};

use crate::{app::App, config::S3};

/// The app's one page. Where it has not been built there is none, and the rest of the server works without it.
const PAGE: &str = "index.html";
/// Under it, a file's name changes whenever its content does.
const IMMUTABLE: &str = "_app/immutable/";
/// The one inline style that the app's framework sets: it hides what only screen readers are told.
const ANNOUNCER: &str = "'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='";

/// `/` and whatever no other endpoint takes.
#[derive(Debug)]
pub struct Screens {
    directory: PathBuf,
    policy: String,
}

impl Screens {
    /// The app of this installation.
    pub fn new(app: &App) -> Self {
        Self { directory: app.config.app.clone(), policy: policy(app.config.s3.as_ref()) }
    }

    async fn file(&self, name: &str, request: &Request) -> Result<Response> {
        let path = self.directory.join(name);
        let squeezed = path.with_file_name(format!("{}.br", path.file_name().unwrap_or_default().to_string_lossy()));
        let takes_brotli = request.header(header::ACCEPT_ENCODING).is_some_and(|value| value.contains("br"));
        let (bytes, encoding) = match tokio::fs::read(&squeezed).await {
            Ok(bytes) if takes_brotli => (bytes, Some("br")),
            _ => (tokio::fs::read(&path).await.map_err(|_| StatusCode::NOT_FOUND)?, None),
        };
        let mut response = Response::builder().content_type(kind(name)).body(bytes);
        let headers = response.headers_mut();
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        let keep = if name.starts_with(IMMUTABLE) { "public, max-age=31536000, immutable" } else { "no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        if let Ok(policy) = HeaderValue::from_str(&self.policy) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        Ok(response)
    }
}

impl Endpoint for Screens {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(StatusCode::NOT_FOUND.into());
        }
        let path = request.uri().path();
        match inside(path) {
            Some(name) if name.starts_with("_app/") || self.directory.join(name).is_file() => {
                self.file(name, &request).await
            }
            _ => self.file(PAGE, &request).await,
        }
    }
}

/// The file that a path names: plain names all the way, so that no path leads out of the directory.
fn inside(path: &str) -> Option<&str> {
    let name = path.strip_prefix('/')?;
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    name.split('/').all(plain).then_some(name)
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "wasm" => "application/wasm",
        _ => "application/octet-stream",
    }
}

/// What the app may do in a browser. The phone's core is compiled there, which is said to be allowed by its own word and lets
/// no text become script. Pictures may also come from the object storage, where links to files lead on.
fn policy(storage: Option<&S3>) -> String {
    let pictures = storage.map(|s3| match &s3.endpoint {
        Some(endpoint) => format!(" {}", endpoint.trim_end_matches('/')),
        None => format!(" https://{}.s3.{}.amazonaws.com", s3.bucket, s3.region),
    });
    format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; style-src-attr 'unsafe-hashes' {ANNOUNCER}; \
         img-src 'self' blob: data:{}; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'",
        pictures.unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use poem::test::TestClient;

    use super::*;

    #[test]
    fn no_path_leads_out_of_the_directory() {
        for path in ["/", "", "//", "/../secret", "/a/../../b", "/.git/config", "/a%2f..%2fb", "/a\\b", "/visit:0190"] {
            assert_eq!(inside(path), None, "{path}");
        }
        assert_eq!(inside("/_app/immutable/chunks/a_B-9.js"), Some("_app/immutable/chunks/a_B-9.js"));
    }

    #[test]
    fn pictures_may_come_from_the_storage_alone() {
        assert!(policy(None).contains("img-src 'self' blob: data:;"));
    }

    #[test]
    fn the_core_may_be_compiled_and_no_text_may_become_script() {
        assert!(policy(None).contains("script-src 'self' 'wasm-unsafe-eval';"));
        assert!(policy(None).contains("worker-src 'self';"));
        assert!(!policy(None).contains("'unsafe-eval'"));
    }

    #[tokio::test]
    async fn a_file_is_a_file_and_every_other_address_is_the_page() {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(directory.path().join("_app/immutable")).unwrap();
        std::fs::write(directory.path().join("index.html"), "the page").unwrap();
        std::fs::write(directory.path().join("_app/immutable/a.js"), "a script").unwrap();
        std::fs::write(directory.path().join("_app/immutable/a.js.br"), "squeezed").unwrap();
        let screens = Screens { directory: directory.path().to_owned(), policy: policy(None) };
        let client = TestClient::new(screens);
        for path in ["/", "/provider", "/provider/documents/document:0190"] {
            let response = client.get(path).send().await;
            response.assert_status_is_ok();
            response.assert_header("cache-control", "no-cache");
            response.assert_text("the page").await;
        }
        let script = client.get("/_app/immutable/a.js").send().await;
        script.assert_header("content-type", "text/javascript; charset=utf-8");
        script.assert_header("cache-control", "public, max-age=31536000, immutable");
        script.assert_text("a script").await;
        let squeezed = client.get("/_app/immutable/a.js").header("accept-encoding", "gzip, br").send().await;
        squeezed.assert_header("content-encoding", "br");
        squeezed.assert_text("squeezed").await;
        client.get("/_app/immutable/gone.js").send().await.assert_status(StatusCode::NOT_FOUND);
        client.post("/provider").send().await.assert_status(StatusCode::NOT_FOUND);
    }
}
