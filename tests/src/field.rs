//! The real thing: a phone on the command line, a server of its own process, a bad line between them, and kills.
//!
//! `waymark-field` keeps photographs and answers, sends them by 2 Mbit/s over a line that delays and hangs up, and is killed at
//! random instants. In the end the visit is complete, and what the server holds is what was kept: each once, byte for byte.

use std::path::Path;
use std::time::Duration;

use domain::file::FileState;
use domain::manifest::{Bytes, Manifest, Sha256Sum};
use domain::quality::VisitState;
use entity::ids::{FileId, VisitId};
use entity::{account, evidence, file, judgement, session, visit};
use futures_util::TryStreamExt;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use server::quality::framework::install::install;
use tokio::process::Command;

use crate::support::pair::{Pair, Stores, on_both_pairs, on_pair};
use crate::support::process::{Server, run, run_well, waymark, waymark_field};
use crate::support::proxy::{Proxy, Weather};
use crate::support::samples::phone_jpeg;
use crate::support::world::{Person, TODAY, World, noon};

pub const PASSWORD: &str = "a lamp by the window";

/// The size of it: photographs, their width in pixels, kills. `TEST_FIELD` asks for another, such as `200,1600,100`.
fn size() -> (usize, u32, usize) {
    let size = std::env::var("TEST_FIELD").unwrap_or_else(|_| "60,560,15".to_owned());
    let parts: Vec<usize> = size.split(',').map(|part| part.parse().unwrap()).collect();
    (parts[0], parts[1] as u32, parts[2])
}

/// Two megabits a second, by way of somebody's hill.
const HILL: Weather = Weather { bytes_a_second: 250_000, delay: 20, hangs_up_within: Some(600_000) };

/// A visitor with a password, and a visit that is open. What is planned is planned on the day of the tests; phone and server live now.
pub struct Field {
    pub world: World,
    pub visit: VisitId,
    pub email: String,
    framework: Value,
}

impl Field {
    pub async fn new(stores: &Stores) -> Self {
        let world = World::new(stores).await;
        install(&world.app.db, noon()).await.unwrap();
        let email = with_password(&world, &world.visitor).await;
        let query = r#"{ frameworks(first: 1, where: { code: { eq: "derby" } }) { edges { node { versions(first: 1) { edges {
            node { id standards(first: 100) { edges { node { id code } } } ratings(first: 9) { edges { node { id code } } } }
        } } } } } }"#;
        let read = world.read(&world.visitor, query).await;
        let framework = read["frameworks"]["edges"][0]["node"]["versions"]["edges"][0]["node"].clone();
        let visit = plan(&world, &framework["id"], "the visit of today").await;
        Self { world, visit, email, framework }
    }

    /// Plans another visit.
    pub async fn plan(&self, name: &str) -> VisitId {
        plan(&self.world, &self.framework["id"], name).await
    }

    /// Answers to every standard, as a file.
    fn answers(&self) -> String {
        let standards = self.framework["standards"]["edges"].as_array().unwrap();
        let answer = |edge: &Value| {
            let code = edge["node"]["code"].as_str().unwrap();
            format!(
                "[[answer]]\nstandard = \"{code}\"\nrating = \"fully\"\nseen = \"Seen for {code}.\"\nmissing_reason = \"On screen.\"\n"
            )
        };
        standards.iter().map(answer).collect()
    }

    pub async fn sign_in(&self, phone: &Path, server: &str) {
        let mut command = waymark_field(phone, &["sign-in", "--server", server, "--email", &self.email]);
        command.env("WAYMARK_FIELD_PASSWORD", PASSWORD);
        assert!(run_well(command).await.contains(&self.visit.0.to_string()), "the visit is on the phone");
    }
}

async fn with_password(world: &World, person: &Person) -> String {
    let hash = world.app.passwords.hash(PASSWORD.to_owned()).await.unwrap();
    let change = account::ActiveModel { id: Set(person.account), password_hash: Set(Some(hash)), ..Default::default() };
    account::Entity::update(change).exec(&world.app.db).await.unwrap().email
}

async fn plan(world: &World, framework: &Value, name: &str) -> VisitId {
    let plan = "mutation ($input: PlanVisitInput!) { planVisit(input: $input) { visit { id } refusal { code } } }";
    let input = json!({
        "idempotencyKey": name, "providerId": world.providers[0].to_string(), "frameworkVersionId": framework,
        "purpose": "Termly visit", "plannedFor": TODAY,
        "visitors": [{ "accountId": world.visitor.account.to_string(), "lead": true }],
    });
    let planned = world.ask(&world.coordinator, plan, json!({ "input": input })).await;
    let id = planned["data"]["planVisit"]["visit"]["id"].as_str().unwrap_or_else(|| panic!("{planned:#}"));
    VisitId(id.strip_prefix("visit:").unwrap().parse().unwrap())
}

/// Photographs in a folder, each its own.
pub fn photographs(folder: &Path, count: usize, width: u32) -> Vec<Bytes> {
    std::fs::create_dir(folder).unwrap();
    let photograph = |number: usize| {
        let bytes = phone_jpeg(width + number as u32, width * 3 / 4);
        std::fs::write(folder.join(format!("{number:03}.jpg")), &bytes).unwrap();
        Bytes { sha256: Sha256Sum::of(&bytes), size: bytes.len() as u64 }
    };
    let mut all: Vec<_> = (0..count).map(photograph).collect();
    all.sort_by_key(|bytes| bytes.sha256);
    all
}

on_both_pairs!(a_phone_that_is_killed_loses_and_doubles_nothing, async |stores| {
    let (count, width, kills) = size();
    let field = Field::new(stores).await;
    let log = stores.folder().join("log");
    let server = Server::start(waymark(stores, stores.folder(), &["serve"]), &log).await.unwrap();
    let line = Proxy::to(server.address, HILL, 5).await;
    let (phone, photos) = (stores.folder().join("phone"), stores.folder().join("photographs"));
    let kept = photographs(&photos, count, width);
    let answers = stores.folder().join("answers.toml");
    std::fs::write(&answers, field.answers()).unwrap();

    field.sign_in(&phone, &format!("http://{}", line.address)).await;
    let mut random = ChaCha8Rng::seed_from_u64(15);
    filled_and_killed(&phone, field.visit, &answers, &photos, kills.div_ceil(5), &mut random).await;
    let bytes = kept.iter().map(|photo| photo.size).sum::<u64>();
    sent_and_killed(&phone, &line, bytes, kills - kills.div_ceil(5), &mut random).await;
    let told = run_well(waymark_field(&phone, &["complete", &field.visit.0.to_string()])).await;
    assert!(told.contains("Safe to leave the site"), "{told}");
    assert!(line.hung_up() > 0, "the line was never cut");

    let manifest = what_is_there_is_what_was_kept(&field, &kept).await;
    let status = run_well(waymark_field(&phone, &["status", "--json"])).await;
    let status: Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["unsent_files"], 0);
    assert_eq!(status["visits"][0]["is_safe_to_leave"], true);
    assert_eq!(status["visits"][0]["manifest"], json!(manifest.sha256().to_string()));
    server.stop().await;
});

/// Fills the visit, killed so often at random instants, and then once to the end.
async fn filled_and_killed(
    phone: &Path,
    visit: VisitId,
    answers: &Path,
    photos: &Path,
    kills: usize,
    random: &mut ChaCha8Rng,
) {
    let visit = visit.0.to_string();
    let paths = [answers, photos].map(|path: &Path| path.to_str().unwrap());
    let fill = || waymark_field(phone, &["fill", &visit, "--answers", paths[0], "--photos", paths[1]]);
    for _ in 0..kills {
        let mut child = fill().spawn().unwrap();
        let instant = Duration::from_millis(random.random_range(0..=1_500));
        // It may come to its end before.
        if tokio::time::timeout(instant, child.wait()).await.is_err() {
            child.kill().await.unwrap();
        }
    }
    run_well(fill()).await;
}

/// Sends, killed so often when a random number of bytes has passed, and then once to the end.
async fn sent_and_killed(phone: &Path, line: &Proxy, bytes: u64, kills: usize, random: &mut ChaCha8Rng) {
    for kill in 0..kills {
        let goal = line.passed() + random.random_range(0..=bytes / kills as u64);
        let mut child = waymark_field(phone, &["sync"]).spawn().unwrap();
        tokio::select! {
            status = child.wait() => panic!("kill {kill}: it ended before it was killed: {status:?}"),
            () = line.has_passed(goal) => child.kill().await.unwrap(),
        }
    }
    run_well(waymark_field(phone, &["sync"])).await;
}

/// The server holds each photograph once and byte for byte, each answer once, and nothing else.
pub async fn what_is_there_is_what_was_kept(field: &Field, kept: &[Bytes]) -> Manifest {
    let db = &field.world.app.db;
    let rows = evidence::Entity::find().all(db).await.unwrap();
    let mut held = Vec::new();
    for row in &rows {
        assert_eq!((row.visit_id, row.withdrawn_at), (Some(field.visit), None));
        held.push((row.id.0, stored(&field.world, row.file_id).await));
    }
    let manifest = Manifest::new(held.iter().copied()).unwrap();
    let mut stored: Vec<_> = held.into_iter().map(|(_, bytes)| bytes).collect();
    stored.sort_by_key(|bytes| bytes.sha256);
    assert_eq!(stored, kept);
    assert_eq!(file::Entity::find().count(db).await.unwrap(), kept.len() as u64);
    let judged = judgement::Entity::find().all(db).await.unwrap();
    assert_eq!(judged.len(), field.framework["standards"]["edges"].as_array().unwrap().len());
    assert!(judged.iter().all(|row| row.revision == 1), "an answer was given twice");
    let visit = visit::Entity::find_by_id(field.visit).one(db).await.unwrap().unwrap();
    assert_eq!(visit.state.0, VisitState::Complete);
    manifest
}

/// What the object store holds of a file that was accepted.
async fn stored(world: &World, id: FileId) -> Bytes {
    let row = file::Entity::find_by_id(id).one(&world.app.db).await.unwrap().unwrap();
    assert_eq!(row.state.0, FileState::Accepted);
    let chunks = world.files.objects.get(&row.object_key.unwrap().parse().unwrap(), None).await.unwrap();
    let bytes = chunks.try_collect::<Vec<_>>().await.unwrap().concat();
    Bytes { sha256: Sha256Sum::of(&bytes), size: bytes.len() as u64 }
}

#[test]
fn a_phone_that_was_signed_out_by_somebody_in_charge_is_emptied() {
    on_pair(Pair::SqliteDirectory, async |stores| {
        let field = Field::new(stores).await;
        let log = stores.folder().join("log");
        let server = Server::start(waymark(stores, stores.folder(), &["serve"]), &log).await.unwrap();
        let (phone, photos) = (stores.folder().join("phone"), stores.folder().join("photographs"));
        photographs(&photos, 2, 64);
        field.sign_in(&phone, &format!("http://{}", server.address)).await;
        let visit = field.visit.0.to_string();
        run_well(waymark_field(&phone, &["fill", &visit, "--photos", photos.to_str().unwrap()])).await;
        let media = || std::fs::read_dir(phone.join("media")).unwrap().count();
        assert_eq!(media(), 2);

        let own = session::Column::DeviceName.eq("Command line");
        let lost = session::Entity::find().filter(own).one(&field.world.app.db).await.unwrap().unwrap();
        let revoke = "mutation ($input: RevokeSessionInput!) { revokeSession(input: $input) { refusal { code } } }";
        let input = json!({ "idempotencyKey": "a lost phone", "sessionId": lost.id.to_string() });
        let revoked = field.world.ask(&field.world.officer, revoke, json!({ "input": input })).await;
        assert_eq!(revoked["data"]["revokeSession"]["refusal"], Value::Null, "{revoked:#}");

        let said = run(waymark_field(&phone, &["sync"])).await;
        assert_eq!(said.status.code(), Some(5), "{}", said.stderr);
        assert_eq!(media(), 0);
        let status = run_well(waymark_field(&phone, &["status"])).await;
        assert!(status.contains("session: nobody") && status.contains("no visit on this phone"), "{status}");
        server.stop().await;
    });
}

#[test]
fn what_goes_wrong_is_said_and_has_a_code() {
    on_pair(Pair::SqliteDirectory, async |stores| {
        let field = Field::new(stores).await;
        let log = stores.folder().join("log");
        let server = Server::start(waymark(stores, stores.folder(), &["serve"]), &log).await.unwrap();
        let phone = stores.folder().join("phone");
        let said = async |command: Command| {
            let said = run(command).await;
            (said.status.code().unwrap(), said.stderr)
        };
        let (code, words) = said(waymark_field(&phone, &["visits"])).await;
        assert!(code == 1 && words.contains("there is no phone in"), "{code} {words}");
        let (code, _) = said(waymark_field(&phone, &["fly"])).await;
        assert_eq!(code, 2);

        field.sign_in(&phone, &format!("http://{}", server.address)).await;
        let mut wrong = waymark_field(&phone, &["visits"]);
        wrong.env("WAYMARK_FIELD_PIN", "000000");
        let (code, words) = said(wrong).await;
        assert!(code == 1 && words.contains("the PIN is not right"), "{code} {words}");
        let answers = stores.folder().join("answers.toml");
        std::fs::write(&answers, "[[answer]]\nstandard = \"99z\"\n").unwrap();
        let visit = field.visit.0.to_string();
        let fill = ["fill", &visit, "--answers", answers.to_str().unwrap()];
        let (code, words) = said(waymark_field(&phone, &fill)).await;
        assert!(code == 1 && words.contains("has no standard 99z"), "{code} {words}");

        server.stop().await;
        let (code, words) = said(waymark_field(&phone, &["pull"])).await;
        assert!(code == 4 && words.contains("Everything is still on this phone"), "{code} {words}");
    });
}
