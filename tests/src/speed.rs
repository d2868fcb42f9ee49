//! How fast a phone is: a backlog of photos beside a plain tus client that sends the same files, a cold start, a first reading of
//! the feed, memory while it sends. What arrives is asserted; how long it took is printed for people, and never asserted.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use domain::file::{FileState, MediaType};
use domain::quality::EvidenceKind;
use entity::file;
use entity::ids::VisitId;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use waymark_mobile_sync::Environment;
use waymark_mobile_sync::environment::{Credentials, Network};
use waymark_mobile_sync::item::{Item, Standing, Work};
use waymark_mobile_sync::phone::{Phone, Staging};
use waymark_mobile_sync::protocol::Step;
use waymark_mobile_sync::shell::{Http, Shell};
use waymark_mobile_sync::state::{Session, State};
use waymark_mobile_sync::vault::{Cost, Secret};

use crate::field::{Field, PASSWORD, photographs};
use crate::support::client::until_within;
use crate::support::pair::{Pair, Stores, on_pair};
use crate::support::process::{Server, run_well, waymark, waymark_field};
use crate::support::proxy::{Proxy, Weather};

/// A line that only counts.
const LOOPBACK: Weather = Weather { bytes_a_second: 1_000_000_000, delay: 0, hangs_up_within: None };

/// A key, where a PIN's cost is not what is measured.
const KEY: Secret<'static> = Secret::Key(&[7; 32]);

/// Photos, visits, and how often everything is done. `TEST_SYNC` asks for more, such as `200,500,3`.
fn size() -> (usize, usize, usize) {
    let size = std::env::var("TEST_SYNC").unwrap_or_else(|_| "3,4,1".to_owned());
    let parts: Vec<usize> = size.split(',').map(|part| part.parse().unwrap()).collect();
    (parts[0], parts[1], parts[2])
}

/// What was measured, each time, by name.
#[derive(Default)]
struct Figures(BTreeMap<&'static str, Vec<f64>>);

impl Figures {
    fn note(&mut self, name: &'static str, value: f64) {
        self.0.entry(name).or_default().push(value);
    }

    fn median(&self, name: &str) -> f64 {
        let mut values = self.0[name].clone();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    }

    /// A line of the table: a figure, the one it stands beside, and how many times that it is.
    #[expect(clippy::print_stderr, reason = "the figures are for people")]
    fn print(&self, what: &str, name: &str, beside: &str) {
        let (one, other) = (self.median(name), self.median(beside));
        eprintln!("{what:<58} {one:>12.1} {other:>12.1} {:>7.2}", one / other);
    }
}

#[expect(clippy::print_stderr, reason = "the figures are for people")]
fn heading(text: &str) {
    eprintln!("\n{text}\n{:<58} {:>12} {:>12} {:>7}", "medians", "the first", "the second", "ratio");
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// A server, a line to it that counts, and a visitor.
struct Rig<'a> {
    field: Field,
    stores: &'a Stores,
    server: Server,
    line: Proxy,
    count: usize,
}

impl<'a> Rig<'a> {
    async fn new(stores: &'a Stores) -> Self {
        let field = Field::new(stores).await;
        let log = stores.folder().join("log");
        let server = Server::start(waymark(stores, stores.folder(), &["serve"]), &log).await.unwrap();
        let line = Proxy::to(server.address, LOOPBACK, 1).await;
        Self { field, stores, server, line, count: 0 }
    }

    fn address(&self) -> String {
        format!("http://{}", self.line.address)
    }

    async fn visit(&mut self) -> VisitId {
        self.count += 1;
        self.field.plan(&format!("measured visit {}", self.count)).await
    }

    fn folder(&mut self) -> PathBuf {
        self.count += 1;
        self.stores.folder().join(format!("phone {}", self.count))
    }

    async fn open(&self, folder: &Path) -> Phone<Shell> {
        let shell = Shell::open(folder, Http::to(&self.address()).unwrap(), Network::Unmetered).unwrap();
        Phone::open(shell, KEY, Cost::LEAST).await.unwrap()
    }

    async fn signed_in(&self, folder: &Path) -> Phone<Shell> {
        let phone = self.open(folder).await;
        let credentials = Credentials { email: &self.field.email, password: PASSWORD, device: "Bench", code: None };
        phone.sign_in(credentials).await.unwrap();
        phone
    }

    /// Waits until the server has looked into everything, so that nothing measured shares the machine with it.
    async fn quiet(&self, files: usize) {
        let accepted = async || {
            let is_accepted = file::Column::State.eq(FileState::Accepted.to_string());
            let count = file::Entity::find().filter(is_accepted).count(&self.field.world.app.db).await.unwrap();
            count == files as u64
        };
        until_within(600, accepted).await;
    }
}

/// Takes steps until this holds.
async fn steps(phone: &Phone<Shell>, holds: impl Fn(&State) -> bool) {
    while !phone.look(&holds) {
        match phone.step().await.unwrap() {
            Step::Rest(Some(until)) => phone.environment().sleep_until(until).await,
            Step::Rest(None) => panic!("it rests for good"),
            _ => {}
        }
    }
}

/// Whether the bytes of an item are all with the server.
fn is_there(item: &Item) -> bool {
    !matches!(item.work, Work::Bytes { .. }) || item.standing == Standing::Checking
}

async fn staged(phone: &Phone<Shell>, visit: VisitId, photos: &[PathBuf]) {
    phone.pull().await.unwrap();
    for photo in photos {
        let staging = Staging {
            visit: visit.0,
            standard: None,
            kind: EvidenceKind::Photo,
            media_type: MediaType::Jpeg,
            captured_at: phone.environment().now(),
            caption: None,
        };
        phone.stage(staging, &std::fs::read(photo).unwrap()).await.unwrap();
    }
}

/// The phone sends a backlog, records and all.
async fn by_phone(rig: &mut Rig<'_>, photos: &[PathBuf], figures: &mut Figures) {
    let (visit, folder) = (rig.visit().await, rig.folder());
    let phone = rig.signed_in(&folder).await;
    staged(&phone, visit, photos).await;
    let (began, passed) = (Instant::now(), rig.line.passed());
    steps(&phone, |state| state.items.values().all(is_there)).await;
    figures.note("photos a second, phone", photos.len() as f64 / began.elapsed().as_secs_f64());
    figures.note("bytes, phone", (rig.line.passed() - passed) as f64 / photos.len() as f64);
}

/// tus-js-client sends the same files, whose records the server has already.
async fn by_plain_tus(rig: &mut Rig<'_>, photos: &[PathBuf], figures: &mut Figures) {
    let (visit, folder) = (rig.visit().await, rig.folder());
    let phone = rig.signed_in(&folder).await;
    staged(&phone, visit, photos).await;
    steps(&phone, |state| !state.items.values().any(|item| matches!(item.work, Work::Record(_)))).await;
    let token = phone.look(|state| match &state.session {
        Session::In { token, .. } => token.clone(),
        _ => panic!("nobody is signed in"),
    });
    let files = phone.look(|state| {
        let by_hash = |path: &PathBuf| {
            let hash = domain::manifest::Sha256Sum::of(&std::fs::read(path).unwrap());
            let capture = state.captures.values().find(|capture| capture.announced.bytes.sha256 == hash).unwrap();
            format!("file:{} {}\n", capture.file.unwrap(), path.display())
        };
        photos.iter().map(by_hash).collect::<String>()
    });
    let mut plain = Command::new("node");
    plain.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("suites"));
    plain.args(["plain_tus.mjs", &format!("{}/uploads", rig.address())]).env("TOKEN", token);
    let passed = rig.line.passed();
    plain.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).kill_on_drop(true);
    let mut child = plain.spawn().unwrap();
    child.stdin.take().unwrap().write_all(files.as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    assert!(output.status.success(), "are the packages of tests/suites there? npm ci");
    let took: f64 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    figures.note("photos a second, plain tus", photos.len() as f64 / (took / 1_000.0));
    figures.note("bytes, plain tus", (rig.line.passed() - passed) as f64 / photos.len() as f64);
}

#[test]
fn a_backlog_beside_a_plain_tus_client() {
    on_pair(Pair::SqliteDirectory, async |stores| {
        let (count, _, rounds) = size();
        let (mut rig, mut figures) = (Rig::new(stores).await, Figures::default());
        let folder = stores.folder().join("photographs");
        photographs(&folder, count, 560);
        let photos: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|photo| photo.unwrap().path()).collect();
        for round in 0..rounds {
            by_phone(&mut rig, &photos, &mut figures).await;
            rig.quiet((2 * round + 1) * count).await;
            by_plain_tus(&mut rig, &photos, &mut figures).await;
            rig.quiet((2 * round + 2) * count).await;
        }
        heading(&format!("a backlog of {count} photos: the phone, then a plain tus client"));
        figures.print("photos a second", "photos a second, phone", "photos a second, plain tus");
        figures.print("bytes on the wire, a photo", "bytes, phone", "bytes, plain tus");
        rig.server.stop().await;
    });
}

/// A phone's first reading of the feed, and its start afterwards.
async fn first_pull(rig: &mut Rig<'_>, visits: usize, figures: &mut Figures, names: [&'static str; 3]) {
    let folder = rig.folder();
    let phone = rig.signed_in(&folder).await;
    let (began, passed) = (Instant::now(), rig.line.passed());
    phone.pull().await.unwrap();
    figures.note(names[0], milliseconds(began.elapsed()));
    figures.note(names[1], (rig.line.passed() - passed) as f64 / 1_000.0);
    drop(phone);
    let began = Instant::now();
    let shown = rig.open(&folder).await.show_visits();
    figures.note(names[2], milliseconds(began.elapsed()));
    assert_eq!(shown.len(), visits);
}

#[test]
fn a_first_pull_and_a_cold_start() {
    on_pair(Pair::SqliteDirectory, async |stores| {
        let (_, visits, rounds) = size();
        let (mut rig, mut figures) = (Rig::new(stores).await, Figures::default());
        // One is there already.
        for planned in 2..=visits {
            rig.visit().await;
            if planned == visits.div_ceil(10).max(2) {
                for _ in 0..rounds {
                    first_pull(&mut rig, planned, &mut figures, ["pull, few", "kB, few", "start, few"]).await;
                }
            }
        }
        for _ in 0..rounds {
            first_pull(&mut rig, visits, &mut figures, ["pull, all", "kB, all", "start, all"]).await;
        }
        heading(&format!("{visits} visits of a county on one phone, beside a tenth of them"));
        figures.print("first pull, ms", "pull, all", "pull, few");
        figures.print("first pull, kB on the wire", "kB, all", "kB, few");
        figures.print("cold start until the visits are shown, ms", "start, all", "start, few");
        rig.server.stop().await;
    });
}

/// The most that a phone's process holds while it sends, in KiB.
async fn memory_while_sending(rig: &mut Rig<'_>, photos: &Path) -> f64 {
    let (visit, phone) = (rig.visit().await, rig.folder());
    rig.field.sign_in(&phone, &rig.address()).await;
    let fill = ["fill", &visit.0.to_string(), "--photos", photos.to_str().unwrap()];
    run_well(waymark_field(&phone, &fill)).await;
    let from = rig.line.passed();
    let mut child = waymark_field(&phone, &["sync"]).spawn().unwrap();
    let process = PathBuf::from(format!("/proc/{}", child.id().unwrap()));
    // From the first bytes on: what stretching the PIN took is over, and counts no more.
    rig.line.has_passed(from + 1).await;
    std::fs::write(process.join("clear_refs"), "5").unwrap();
    let mut most = 0;
    loop {
        let status = std::fs::read_to_string(process.join("status")).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most = line.map_or(most, |line| line.trim().trim_end_matches(" kB").parse().unwrap());
        let next = rig.line.passed() + 1;
        tokio::select! {
            ended = child.wait() => {
                assert!(ended.unwrap().success());
                return f64::from(most);
            }
            () = rig.line.has_passed(next) => {}
        }
    }
}

#[test]
fn memory_while_a_backlog_is_sent() {
    on_pair(Pair::SqliteDirectory, async |stores| {
        let (count, _, rounds) = size();
        let (mut rig, mut figures) = (Rig::new(stores).await, Figures::default());
        let (few, all) = (stores.folder().join("few"), stores.folder().join("all"));
        photographs(&few, count.div_ceil(4), 560);
        photographs(&all, count, 560);
        for _ in 0..rounds {
            let kib = memory_while_sending(&mut rig, &all).await;
            figures.note("KiB, all", kib);
            let kib = memory_while_sending(&mut rig, &few).await;
            figures.note("KiB, few", kib);
        }
        heading(&format!("{count} photos, beside {}", count.div_ceil(4)));
        figures.print("most memory while sending, KiB", "KiB, all", "KiB, few");
        rig.server.stop().await;
    });
}
