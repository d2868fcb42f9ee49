//! A client that speaks HTTP by hand, so that it can also stop in the middle of a word.

use std::io;
use std::net::SocketAddr;

use domain::file::Variant;
use entity::ids::FileId;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Somebody's line to a server.
#[derive(Clone)]
pub struct Client {
    address: SocketAddr,
    token: Option<String>,
}

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The answer in these bytes; none if it is not all there.
    fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.into(), value.into()));
        let answer = Self { status, headers: headers.collect(), body: bytes[end + 4..].to_vec() };
        let length = answer.header("Content-Length").map_or(0, |length| length.parse().unwrap());
        (answer.body.len() >= length || answer.body.is_empty()).then_some(answer)
    }
}

/// Bytes that come as an upload's.
pub const BYTES: (&str, &str) = ("Content-Type", "application/offset+octet-stream");

impl Client {
    pub fn new(address: SocketAddr, token: Option<String>) -> Self {
        Self { address, token }
    }

    fn head(&self, method: &str, path: &str, headers: &[(&str, &str)], length: usize) -> String {
        let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", self.address);
        if let Some(token) = &self.token {
            head.push_str(&format!("Authorization: Bearer {token}\r\n"));
        }
        if path.starts_with("/uploads") && !headers.iter().any(|(name, _)| *name == "Tus-Resumable") {
            head.push_str("Tus-Resumable: 1.0.0\r\n");
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head + &format!("Content-Length: {length}\r\n\r\n")
    }

    /// Sends all of a request and reads all of the answer.
    pub async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut stream = self.send_part(method, path, headers, body, body.len()).await;
        receive(&mut stream).await
    }

    /// Sends a request's head and the first bytes of its body, and leaves the line open.
    pub async fn send_part(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
        sent: usize,
    ) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(self.head(method, path, headers, body.len()).as_bytes()).await.unwrap();
        stream.write_all(&body[..sent]).await.unwrap();
        stream
    }

    /// The bytes of a request.
    pub fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
        [self.head(method, path, headers, body.len()).as_bytes(), body].concat()
    }

    /// The same, where the line may break or nobody be there.
    pub async fn attempt(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> io::Result<Answer> {
        let mut stream = TcpStream::connect(self.address).await?;
        stream.write_all(&self.request(method, path, headers, body)).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        Answer::read(&bytes).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// A question to the graph.
    pub async fn ask(&self, query: &str, variables: &serde_json::Value) -> io::Result<Answer> {
        let body = serde_json::json!({ "query": query, "variables": variables }).to_string();
        let headers = [("Content-Type", "application/json"), ("Accept", "application/json")];
        self.attempt("POST", "/graphql", &headers, body.as_bytes()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"").await
    }

    /// Begins an upload; answers its path.
    pub async fn create(&self, length: usize, headers: &[(&str, &str)]) -> String {
        let length = length.to_string();
        let headers = [&[("Upload-Length", length.as_str())], headers].concat();
        let answer = self.send("POST", "/uploads", &headers, b"").await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.header("Location").unwrap().to_owned()
    }

    /// Begins an upload for a declared file.
    pub async fn create_for(&self, file_id: FileId, length: usize) -> String {
        self.create(length, &[("Upload-Metadata", &metadata(file_id))]).await
    }

    pub async fn patch(&self, path: &str, offset: usize, bytes: &[u8]) -> Answer {
        self.send("PATCH", path, &[BYTES, ("Upload-Offset", &offset.to_string())], bytes).await
    }

    /// Where an upload stands.
    pub async fn offset(&self, path: &str) -> usize {
        let answer = self.send("HEAD", path, &[], b"").await;
        assert_eq!(answer.status, 200);
        answer.header("Upload-Offset").unwrap().parse().unwrap()
    }

    /// Sends a whole file for a declared one.
    pub async fn upload(&self, file_id: FileId, bytes: &[u8]) {
        let path = self.create_for(file_id, bytes.len()).await;
        let answer = self.patch(&path, 0, bytes).await;
        assert_eq!(answer.status, 204, "{}", answer.text());
    }
}

/// `Upload-Metadata` that names a declared file.
pub fn metadata(file_id: FileId) -> String {
    format!("file {}", base64(format!("file:{}", file_id.0).as_bytes()))
}

pub async fn receive(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    Answer::read(&bytes).expect("an answer")
}

/// Base64 in a few lines, so that what is tested is not also what tests.
pub fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let number = three.iter().chain(&[0, 0]).take(3).fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
        for place in 0..4 {
            let digit = DIGITS[number >> (18 - 6 * place) & 63];
            text.push(if place <= three.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

/// Asks again until the answer is yes.
pub async fn until(asked: impl AsyncFnMut() -> bool) {
    until_within(30, asked).await;
}

/// Asks again until the answer is yes, for so many seconds at most.
pub async fn until_within(seconds: u64, mut asked: impl AsyncFnMut() -> bool) {
    let asking = async {
        while !asked().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(seconds), asking).await.expect("it never came to be");
}

/// The forms that have both widths.
pub fn both_widths(pages: u16) -> Vec<String> {
    use domain::file::Width::{W320, W1600};
    let mut all: Vec<String> = (1..=pages)
        .flat_map(|page| [Variant::Page(page, W1600), Variant::Page(page, W320)])
        .map(|variant| variant.to_string())
        .collect();
    all.sort();
    all
}
