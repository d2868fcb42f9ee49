//! The pages that this server shows by itself: the query page at `/graphql`, and the one where an invited person
//! chooses a password.
//!
//! The query page is GraphiQL, from this server alone. Its files are not part of this program: `npm ci && npm run dist`
//! in `server/graphiql` puts them into a directory, and `WAYMARK_ASSETS` names it. Without them the page says so and
//! still runs queries, in a plain form. Scripts and styles run by a nonce alone, so that no file that somebody uploads
//! can become one.

use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use poem::{
    Endpoint, Request, Response, Result,
    http::{HeaderValue, StatusCode, header},
};

use crate::{access::secrets, app::App};

/// The files that the full query page needs, and what they are.
const VENDORED: [(&str, &str); 4] =
    [("graphiql.css", CSS), ("react.js", SCRIPT), ("react-dom.js", SCRIPT), ("graphiql.js", SCRIPT)];
/// Our own files, which are part of the program.
const OWN: [(&str, &str, &str); 5] = [
    ("page.css", CSS, include_str!("page.css")),
    ("session.js", SCRIPT, include_str!("session.js")),
    ("editor.js", SCRIPT, include_str!("editor.js")),
    ("form.js", SCRIPT, include_str!("form.js")),
    ("welcome.js", SCRIPT, include_str!("welcome.js")),
];
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The query page.
pub fn graph(app: &App) -> Response {
    let bar = include_str!("bar.html");
    let has_editor = VENDORED.iter().all(|(name, _)| app.config.assets.join(name).is_file());
    if has_editor {
        let files = ["graphiql.css", "page.css", "react.js", "react-dom.js", "graphiql.js", "session.js", "editor.js"];
        render("ask the graph", bar, include_str!("editor.html"), &files)
    } else {
        render("ask the graph", bar, include_str!("form.html"), &["page.css", "session.js", "form.js"])
    }
}

/// The page behind a one-time link.
pub fn welcome() -> Response {
    render("choose your password", "", include_str!("welcome.html"), &["page.css", "welcome.js"])
}

fn render(title: &str, bar: &str, body: &str, files: &[&str]) -> Response {
    let nonce = STANDARD_NO_PAD.encode(secrets::random_bytes::<18>());
    let tags: String = files.iter().map(|file| tag(file, &nonce)).collect();
    let html = include_str!("page.html")
        .replace("{{title}}", title)
        .replace("{{files}}", &tags)
        .replace("{{bar}}", bar)
        .replace("{{body}}", body);
    let mut response = Response::builder().content_type("text/html; charset=utf-8").body(html);
    if let Ok(policy) = HeaderValue::from_str(&policy(&nonce)) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    // The query page's address answers JSON to a program.
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("Accept"));
    response
}

fn tag(file: &str, nonce: &str) -> String {
    if file.ends_with(".css") {
        format!("<link rel=\"stylesheet\" nonce=\"{nonce}\" href=\"/assets/{file}\">\n")
    } else {
        format!("<script defer nonce=\"{nonce}\" src=\"/assets/{file}\"></script>\n")
    }
}

fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; \
         img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// `/assets/:file`: the pages' scripts and styles, and nothing else of the directory.
#[derive(Debug)]
pub struct Assets {
    app: App,
}

impl Assets {
    /// The assets of the pages.
    pub fn new(app: App) -> Self {
        Self { app }
    }
}

impl Endpoint for Assets {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let name = request.raw_path_param("file").unwrap_or_default();
        if let Some((_, kind, text)) = OWN.iter().find(|(own, ..)| *own == name) {
            return Ok(file(kind, text.as_bytes().to_vec()));
        }
        match VENDORED.iter().find(|(vendored, _)| *vendored == name) {
            Some((name, kind)) => Ok(file(kind, read(&self.app.config.assets, name).await?)),
            None => Err(StatusCode::NOT_FOUND.into()),
        }
    }
}

async fn read(directory: &Path, name: &str) -> Result<Vec<u8>> {
    tokio::fs::read(directory.join(name)).await.map_err(|_| StatusCode::NOT_FOUND.into())
}

fn file(kind: &str, bytes: Vec<u8>) -> Response {
    let mut response = Response::builder().content_type(kind).body(bytes);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}
