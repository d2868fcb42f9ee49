//! An S3 server inside the test's own process: real HTTP on a loopback port, signatures checked, objects in a folder.

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;

/// A running server with one empty bucket. It ends with the runtime that it was started on.
#[derive(Debug)]
pub struct S3 {
    /// Such as `http://127.0.0.1:40123`; buckets are the first part of the path.
    pub endpoint: String,
    pub region: &'static str,
    pub bucket: &'static str,
    pub access_key: &'static str,
    pub secret_key: &'static str,
    root: TempDir,
}

impl S3 {
    pub async fn start() -> Self {
        let root = TempDir::with_prefix("waymark-s3-").unwrap();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let server = Self {
            endpoint: format!("http://{}", listener.local_addr().unwrap()),
            region: "eu-west-2",
            bucket: "waymark",
            access_key: "test-access-key",
            secret_key: "test-secret-key",
            root,
        };
        std::fs::create_dir(server.root.path().join(server.bucket)).unwrap();

        let mut service = S3ServiceBuilder::new(FileSystem::new(server.root.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(server.access_key, server.secret_key));
        let service = service.build();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let service = service.clone();
                // A client that goes away is the client's business.
                tokio::spawn(async move {
                    Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await.ok()
                });
            }
        });
        server
    }
}
