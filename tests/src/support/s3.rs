//! An S3 server inside the test's own process: real HTTP on a loopback port, signatures checked, objects in a folder.

use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use hyper::{Request, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpError, HttpResponse};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// A running server with one empty bucket. It ends with the runtime that it was started on.
#[derive(Debug)]
pub struct S3 {
    /// Such as `http://127.0.0.1:40123`; buckets are the first part of the path.
    pub endpoint: String,
    pub region: &'static str,
    pub bucket: &'static str,
    pub access_key: &'static str,
    pub secret_key: &'static str,
    /// How it behaves from now on.
    pub mood: watch::Sender<Mood>,
    root: TempDir,
}

/// How a store behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Well,
    /// Hangs up on whoever calls.
    Stopped,
    /// Answers 503 to everything.
    Unavailable,
    /// Takes requests and answers when it is well again.
    Slow,
    /// Does what it is asked, and hangs up before it answers.
    Mute,
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
            mood: watch::Sender::new(Mood::Well),
            root,
        };
        std::fs::create_dir(server.root.path().join(server.bucket)).unwrap();

        let mut service = S3ServiceBuilder::new(FileSystem::new(server.root.path()).unwrap());
        service.set_auth(SimpleAuth::from_single(server.access_key, server.secret_key));
        let service = service.build();
        let mood = server.mood.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if *mood.borrow() == Mood::Stopped {
                    continue;
                }
                let (service, mood) = (service.clone(), mood.clone());
                let service = service_fn(move |request| answer(service.clone(), mood.subscribe(), request));
                // A client that goes away is the client's business.
                tokio::spawn(async move {
                    Builder::new(TokioExecutor::new()).serve_connection(TokioIo::new(stream), service).await.ok()
                });
            }
        });
        server
    }
}

async fn answer(
    service: S3Service,
    mut mood: watch::Receiver<Mood>,
    request: Request<Incoming>,
) -> Result<HttpResponse, HttpError> {
    let hung_up = || HttpError::new("hung up".into());
    let now = *mood.borrow_and_update();
    match now {
        Mood::Well => Service::call(&service, request).await,
        Mood::Stopped => Err(hung_up()),
        Mood::Unavailable => {
            let mut answer = HttpResponse::new(Body::empty());
            *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            Ok(answer)
        }
        Mood::Slow => {
            // Nobody changes it any more when the test is over.
            let _ = mood.wait_for(|mood| *mood == Mood::Well).await;
            Service::call(&service, request).await
        }
        Mood::Mute => Service::call(&service, request).await.and(Err(hung_up())),
    }
}
