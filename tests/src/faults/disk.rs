//! The disk is full, and then it is not.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use domain::access::Role;
use domain::file::FileState;
use entity::provider;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use server::access::secrets::Redacted;
use server::app::{Clock, SystemClock};

use crate::files::world::World;
use crate::support::client::{Client, until};
use crate::support::process::{Server, bare, run_well};
use crate::support::samples::phone_jpeg;

/// A small disk of its own, gone with this value.
struct Disk(tempfile::TempDir);

impl Disk {
    /// None where this account may not mount.
    fn mount() -> Option<Self> {
        let folder = tempfile::TempDir::with_prefix("waymark-disk-").unwrap();
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=24m", "tmpfs"]).arg(folder.path()).output();
        mounted.is_ok_and(|output| output.status.success()).then_some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes until nothing more goes in.
    fn fill(&self) {
        let mut file = File::create(self.path().join("filler")).unwrap();
        for piece in [1 << 20, 1 << 12, 1] {
            while file.write_all(&vec![0; piece]).is_ok() {}
        }
    }

    fn clear(&self) {
        std::fs::remove_file(self.path().join("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").args(["--lazy"]).arg(self.path()).status();
    }
}

const REGISTER: &str = "mutation ($input: RegisterProviderInput!) {
    registerProvider(input: $input) { provider { id } refusal { code } } }";

#[tokio::test]
#[expect(clippy::print_stderr, reason = "a test that cannot be made here says so")]
async fn a_full_disk_is_said_and_nothing_is_lost() {
    let Some(disk) = Disk::mount() else {
        eprintln!("SKIPPED: this account may not mount a small disk, so no disk can be filled");
        return;
    };
    let data = disk.path();
    run_well(bare(data, &["migrate"])).await;
    let log = tempfile::NamedTempFile::new().unwrap();
    let server = Server::start(bare(data, &["serve"]), log.path()).await.unwrap();
    let url = format!("sqlite://{}?mode=rw", data.join("waymark.sqlite").display());
    let world = World::over(&Redacted::new(url), data).await;
    world.clock.set(SystemClock.now());
    let officer = world.person_as(Role::Officer).await;
    let client = Client::new(server.address, Some(officer.token.clone()));
    let photo = [phone_jpeg(64, 64), vec![5; 400_000]].concat();
    let id = world.declare(&officer, &photo).await;
    let path = client.create_for(id, photo.len()).await;
    assert_eq!(client.patch(&path, 0, &photo[..1000]).await.status, 204);

    disk.fill();
    let register = async |number: u64| {
        let input = json!({ "idempotencyKey": format!("a key on a full disk, {number}"), "name": format!("Fen Motors {number}"),
            "authorityId": officer.authority_id.to_string(), "kind": "MOTOR_VEHICLE", "registered": false });
        let answer = client.ask(REGISTER, &json!({ "input": input })).await.unwrap();
        serde_json::from_slice::<Value>(&answer.body).unwrap()
    };
    let answer = client.patch(&path, 1000, &photo[1000..]).await;
    assert!([503, 507].contains(&answer.status), "{} {}", answer.status, answer.text());
    assert_eq!(answer.header("Retry-After"), Some("5"));
    // SQLite's log has room for some more where it was emptied just before.
    let mut kept = 0;
    let refused = loop {
        let answer = register(kept).await;
        if answer["data"]["registerProvider"]["provider"].is_null() {
            break answer;
        }
        kept += 1;
        assert!(kept < 500, "the disk has no end");
    };
    assert_eq!(refused["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{refused:#}");
    assert_eq!(client.offset(&path).await, 1000, "reading goes on");

    disk.clear();
    assert_eq!(client.patch(&path, 1000, &photo[1000..]).await.status, 204);
    let registered = register(kept).await;
    assert!(registered["data"]["registerProvider"]["provider"]["id"].is_string(), "{registered:#}");
    assert_eq!(provider::Entity::find().count(world.db()).await.unwrap(), kept + 1);
    until(async || world.file(id).await.state.0 == FileState::Accepted).await;
    server.stop().await;
}
