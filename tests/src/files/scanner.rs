//! The virus scanner: what it finds is refused, and nothing is accepted without it.
//!
//! The scanner is a real clamd that knows one signature, of ours.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::Stdio;

use chrono::TimeDelta;
use domain::file::{FileRefusal, FileState};
use entity::job;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio::process::{Child, Command};

use super::world::World;
use crate::support::client::until;
use crate::support::pair::on_both_pairs;
use crate::support::samples::{pdf, phone_jpeg};

/// What the scanner knows to be harmful.
const SIGNATURE: &[u8] = b"harmful-for-this-test";

/// A clamd that ends with its test.
struct Scanner {
    _process: Child,
    _folder: TempDir,
}

impl Scanner {
    async fn start(address: SocketAddr) -> Self {
        let folder = TempDir::with_prefix("waymark-clamd-").unwrap();
        let pattern: String = SIGNATURE.iter().map(|byte| format!("{byte:02x}")).collect();
        // Any file, at any offset.
        std::fs::write(folder.path().join("ours.ndb"), format!("Ours.Harmful:0:*:{pattern}\n")).unwrap();
        let settings = format!(
            "Foreground yes\nDatabaseDirectory {}\nTCPAddr {}\nTCPSocket {}\nUser {}\n",
            folder.path().display(),
            address.ip(),
            address.port(),
            user().await,
        );
        let file = folder.path().join("clamd.conf");
        std::fs::write(&file, settings).unwrap();
        let mut clamd = Command::new(program());
        clamd.arg("--config-file").arg(&file).stdout(Stdio::null()).kill_on_drop(true);
        let process = clamd.spawn().unwrap();
        until(async || TcpStream::connect(address).await.is_ok()).await;
        Self { _process: process, _folder: folder }
    }
}

/// Debian keeps it off most people's PATH.
fn program() -> PathBuf {
    let found = ["/usr/sbin/clamd", "/usr/bin/clamd"].iter().map(PathBuf::from).find(|path| path.is_file());
    found.expect("clamd is installed: `cargo xtask test` does so")
}

/// Who runs the tests; clamd would otherwise become somebody who cannot read their files.
async fn user() -> String {
    let id = Command::new("id").arg("-un").output().await.unwrap();
    String::from_utf8(id.stdout).unwrap().trim().to_owned()
}

/// An address at which nobody listens.
fn free_address() -> SocketAddr {
    std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

on_both_pairs!(what_the_scanner_finds_is_refused_and_removed, async |stores| {
    let address = free_address();
    let _scanner = Scanner::start(address).await;
    let world = World::scanned(stores, &address.to_string()).await;
    let visitor = world.person().await;
    // At the very end, so that it is found only if every byte was sent.
    let (clean, harmful) = (pdf(1), [phone_jpeg(64, 48), SIGNATURE.to_vec()].concat());
    let (clean_id, harmful_id) = (world.declare(&visitor, &clean).await, world.declare(&visitor, &harmful).await);
    world.client(&visitor).upload(clean_id, &clean).await;
    world.client(&visitor).upload(harmful_id, &harmful).await;
    world.work().await;
    let (accepted, refused) = (world.file(clean_id).await, world.file(harmful_id).await);
    assert_eq!(accepted.state.0, FileState::Accepted);
    assert_eq!(
        (refused.state.0, refused.refusal.map(|code| code.0)),
        (FileState::Refused, Some(FileRefusal::Infected))
    );
    assert!(world.renditions(harmful_id).await.is_empty());
    assert_eq!(world.client(&visitor).get(&world.link(harmful_id, "original", &visitor)).await.status, 404);
});

on_both_pairs!(while_the_scanner_is_away_files_wait_however_long, async |stores| {
    let away = free_address();
    let world = World::scanned(stores, &away.to_string()).await;
    let visitor = world.person().await;
    let photo = phone_jpeg(64, 48);
    let id = world.declare(&visitor, &photo).await;
    world.client(&visitor).upload(id, &photo).await;
    for _ in 0..20 {
        world.work().await;
        assert_eq!(world.file(id).await.state.0, FileState::Quarantined, "never accepted unscanned");
        let waiting = job::Entity::find().filter(job::Column::State.eq("waiting")).count(world.db()).await.unwrap();
        assert_eq!(waiting, 1, "it is asked again, once");
        world.clock.advance(TimeDelta::minutes(1));
    }
    let _back = Scanner::start(away).await;
    world.work().await;
    assert_eq!(world.file(id).await.state.0, FileState::Accepted);
});
