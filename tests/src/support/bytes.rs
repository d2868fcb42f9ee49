//! What scenarios with files need besides rows: children of the real binary, a port, the jobs, links followed to the end.

use std::net::SocketAddr;
use std::sync::Arc;

use entity::job;
use imaging::Workshop;
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::{Endpoint, Server};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};
use server::app::App;
use server::ledger::jobs;
use server::objects::ObjectStore;
use server::uploads::{self, Files, UploadSettings};

use super::client::{Answer, Client};
use super::pair::{Objects, Stores};

/// The workshop with the real binary, which stands beside this program's folder.
pub fn workshop() -> Workshop {
    Workshop::new(super::process::program(), 2)
}

/// What takes and serves files for this application.
pub fn files(app: App, objects: Arc<dyn ObjectStore>) -> Arc<Files> {
    Arc::new(Files::new(app, objects, workshop(), UploadSettings::default()))
}

/// Serves on a free port of this machine until the test is over.
pub async fn listen(routes: impl Endpoint + 'static) -> SocketAddr {
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    let address = *acceptor.local_addr()[0].as_socket_addr().unwrap();
    tokio::spawn(Server::new_with_acceptor(acceptor).run(routes));
    address
}

/// Runs every job that is due, and those that follow from them; none may fail.
pub async fn work(files: &Arc<Files>) {
    let app = &files.app;
    jobs::drain(app, &uploads::handlers(files)).await.unwrap();
    let unfinished = job::Entity::find().filter(job::Column::State.ne("done"));
    let due = job::Column::RunAt.lte(app.clock.now());
    let stuck = Condition::any().add(due).add(job::Column::LastError.is_not_null());
    let left = unfinished.filter(stuck).all(&app.db).await.unwrap();
    assert!(left.is_empty(), "jobs that failed: {left:?}");
}

/// Follows a link to the bytes: to the server itself, or to the store that the server points to.
pub async fn follow(server: SocketAddr, stores: &Stores, link: &str) -> Answer {
    let answer = Client::new(server, None).get(link).await;
    let Objects::S3(s3) = &stores.objects else {
        assert_eq!(answer.status, 200, "{}", answer.text());
        return answer;
    };
    assert_eq!(answer.status, 302, "{}", answer.text());
    let address = answer.header("Location").unwrap();
    let path = address.strip_prefix(&s3.endpoint).expect("the store's address");
    let from_store = Client::new(s3.endpoint.strip_prefix("http://").unwrap().parse().unwrap(), None).get(path).await;
    assert_eq!(from_store.status, 200, "{}", from_store.text());
    from_store
}
