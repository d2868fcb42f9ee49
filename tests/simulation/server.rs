//! The real server behind the simulation's trait.

mod befalls;
mod held;
mod inside;
mod rows;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, TimeDelta, Utc};
use entity::ids::AccountId;
use entity::{job, session};
use futures_util::TryStreamExt;
use image::codecs::jpeg::JpegEncoder;
use imaging::Workshop;
use migration::{Migrator, MigratorTrait};
use poem::EndpointExt;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use server::access::password::PasswordHasher;
use server::access::secrets::{SigningKey, Token as Secret};
use server::app::{App, SeededIds, SettableClock};
use server::config::Config;
use server::ledger::jobs;
use server::uploads::{Files, UploadSettings, handlers};
use server::{database, graph, http, objects};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use uuid::Uuid;
use waymark_mobile_sync::RemoteError;
use waymark_mobile_sync::environment::{Begun, Credentials, Remote, Unsent};
use waymark_mobile_sync::remote::Server as RemoteServer;
use waymark_mobile_sync::wire::{Command, FeedItem, Page, Row, Verdict};

use self::inside::Inside;
use crate::service::{Arriving, End, Held, Poison, Service};
use crate::simulation::{Plan, rows as planned};
use crate::world::World;

const PASSWORD: &str = "a lamp by the window";

/// A server, and the disk that it stands on.
pub struct Server {
    app: App,
    files: Arc<Files>,
    inside: Inside,
    clock: Arc<SettableClock>,
    /// Tokens of sessions in which somebody looks at what they may see.
    watching: BTreeMap<Uuid, String>,
    officer: String,
    poisoned: BTreeMap<Uuid, Poison>,
    /// What it holds, unless something was written since.
    held: Option<Held>,
    has_work: bool,
    count: u64,
    disk: TempDir,
    runtime: Runtime,
}

/// What is asked of a server at the instant of a call.
macro_rules! ask {
    ($server:ident, $call:ident($($argument:expr),*)) => {
        $server.runtime.block_on(RemoteServer::new(&$server.inside).$call($($argument),*))
    };
}

impl Server {
    /// A server that holds what the plan wants.
    pub fn new(world: &World, plan: &Plan, accounts: usize) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let disk = disk();
        let clock = Arc::new(SettableClock::at(world.now()));
        std::fs::write(disk.path().join("waymark.sqlite"), template()).unwrap();
        let key = SigningKey::from_secret("a signing key that only tests know, 32 bytes or more").unwrap();
        let config = Config::for_testing(disk.path());
        let db = runtime.block_on(database::connect(&config.database_url)).unwrap();
        let mut app = App::new(db, config, key);
        app.clock = clock.clone();
        app.ids = Arc::new(SeededIds::new(world.below(u64::MAX)));
        app.passwords = PasswordHasher::for_testing();
        let (files, inside) = runtime.block_on(open(&app));
        let (watching, officer) = runtime.block_on(rows::put_all(&app, planned(world, plan, accounts)));
        let (poisoned, held) = Default::default();
        Self { app, files, inside, clock, watching, officer, poisoned, held, has_work: false, count: 0, disk, runtime }
    }

    /// Something may be written.
    fn touch(&mut self) {
        self.held = None;
        self.has_work = true;
    }

    fn folder(&self) -> &Path {
        self.disk.path()
    }

    /// Everything that somebody may see, read anew.
    fn read(&self, account: Uuid) -> Vec<Row> {
        let (mut rows, mut after) = (BTreeMap::new(), None);
        loop {
            let page = ask!(self, pull(&self.watching[&account], after.as_deref(), Unsent::default())).unwrap();
            for item in page.items {
                match item {
                    FeedItem::Row(row) => drop(rows.insert(row.id(), row)),
                    FeedItem::Removed(id) => drop(rows.remove(&id)),
                    FeedItem::Key(_) => {}
                }
            }
            if page.is_caught_up {
                return rows.into_values().collect();
            }
            after = Some(page.cursor);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its files go with the disk.
        let _ = self.runtime.block_on(self.app.db.clone().close());
    }
}

/// A disk in memory where the system has one: here it does not matter what outlives a power cut.
fn disk() -> TempDir {
    let memory = Path::new("/dev/shm");
    let disk =
        if memory.is_dir() { TempDir::with_prefix_in("waymark-", memory) } else { TempDir::with_prefix("waymark-") };
    disk.unwrap()
}

/// The database before anything is in it.
fn template() -> &'static [u8] {
    static TEMPLATE: OnceLock<Vec<u8>> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let url = Config::for_testing(folder.path()).database_url;
            let db = database::connect(&url).await.unwrap();
            Migrator::up(&*db, None).await.unwrap();
            db.close().await.unwrap();
        });
        std::fs::read(folder.path().join("waymark.sqlite")).unwrap()
    })
}

/// What a server is made of, over what its disk holds.
async fn open(app: &App) -> (Arc<Files>, Inside) {
    let objects = objects::open(&app.config).await.unwrap();
    let workshop = Workshop::new(program(), 1);
    let files = Arc::new(Files::new(app.clone(), objects, workshop, UploadSettings::default()));
    let routes = http::routes(Arc::clone(&files), graph::schema()).boxed();
    (files, Inside { routes, is_cut: Cell::new(false) })
}

/// The server's binary, whose children look into files. It stands beside this program's folder.
fn program() -> PathBuf {
    let program = std::env::current_exe().unwrap().parent().unwrap().with_file_name("waymark");
    assert!(program.exists(), "{} has not been built: cargo build -p waymark-server", program.display());
    program
}

impl Service for Server {
    type Backup = PathBuf;

    /// The session is so near its end that it is renewed within the afternoon.
    fn sign_in(&mut self, account: Uuid) -> String {
        self.touch();
        let email = rows::email(account);
        let credentials = Credentials { email: &email, password: PASSWORD, device: "Sam's", code: None };
        let signed_in = ask!(self, sign_in(&credentials)).unwrap_or_else(|error| panic!("{email}: {error}"));
        let ends = self.clock_now() + TimeDelta::days(30) + TimeDelta::hours(1);
        self.change_sessions(session::Column::TokenHash.eq(hash(&signed_in.token)), ends);
        signed_in.token
    }

    fn refresh(&mut self, token: &str, key: Uuid) -> Result<String, RemoteError> {
        self.touch();
        ask!(self, refresh(token, key)).map(|renewed| renewed.token)
    }

    fn pull(&mut self, token: &str, after: Option<&str>) -> Result<Page, RemoteError> {
        ask!(self, pull(token, after, Unsent::default()))
    }

    fn push(&mut self, token: &str, epoch: &str, commands: &[Command]) -> Result<Vec<Verdict>, RemoteError> {
        self.touch();
        if commands.iter().any(|command| self.poisoned.get(&command.key) == Some(&Poison::Breaks)) {
            return Err(RemoteError::Unreachable);
        }
        ask!(self, push(token, epoch, commands))
    }

    fn begin(&mut self, token: &str, file: Uuid, size: u64, first: &Arriving) -> Result<Begun, RemoteError> {
        self.touch();
        self.inside.is_cut.set(first.is_cut);
        ask!(self, begin(token, file, size, first.bytes.clone()))
    }

    fn offset(&mut self, token: &str, upload: &str) -> Result<Option<u64>, RemoteError> {
        ask!(self, offset(token, upload))
    }

    fn send(&mut self, token: &str, upload: &str, offset: u64, bytes: &Arriving) -> Result<u64, RemoteError> {
        self.touch();
        self.inside.is_cut.set(bytes.is_cut);
        ask!(self, send(token, upload, offset, bytes.bytes.clone()))
    }

    fn set_now(&mut self, now: DateTime<Utc>) {
        self.clock.set(now);
    }

    fn work(&mut self) {
        if !self.has_work {
            return;
        }
        self.touch();
        let waiting = job::Entity::find().filter(job::Column::State.eq("waiting"));
        self.has_work = self.runtime.block_on(async {
            jobs::drain(&self.app, &handlers(&self.files)).await.unwrap();
            waiting.count(&self.app.db).await.unwrap() > 0
        });
    }

    fn end_session(&mut self, token: &str, end: End) {
        self.end(token, end);
    }

    fn assign(&mut self, visit: Uuid, account: Uuid, is_visitor: bool) {
        self.change_visitors(visit, AccountId(account), is_visitor);
    }

    /// Here writers queue: nothing is begun before it is done.
    fn begin_change(&mut self, _: Uuid) -> usize {
        0
    }

    fn end_change(&mut self, visit: Uuid, _: usize, count: u64) {
        self.reschedule(visit, count);
    }

    fn call_off(&mut self, visit: Uuid) {
        self.cancel(visit);
    }

    fn poison(&mut self, command: Uuid, poison: Poison) {
        self.poisoned.insert(command, poison);
        if poison == Poison::Fails {
            self.fail_at(command);
        }
    }

    fn is_poisoned(&self, command: Uuid) -> bool {
        self.poisoned.contains_key(&command)
    }

    fn mend(&mut self) {
        self.stop_failing();
        self.poisoned.clear();
    }

    fn restart(&mut self) {
        self.start_again();
    }

    fn back_up(&mut self) -> PathBuf {
        self.make_backup()
    }

    fn restore(&mut self, backup: PathBuf) {
        self.bring_back(&backup);
    }

    /// A picture of eight by eight, with the bytes as a comment.
    fn photo(bytes: Vec<u8>, is_good: bool) -> Vec<u8> {
        static PICTURE: OnceLock<Vec<u8>> = OnceLock::new();
        const LONGEST: usize = 0xfff0;
        let picture = PICTURE.get_or_init(|| {
            let mut jpeg = Vec::new();
            JpegEncoder::new(&mut jpeg).encode_image(&image::RgbImage::new(8, 8)).unwrap();
            jpeg
        });
        if !is_good {
            return [b"BAD".as_slice(), &bytes].concat();
        }
        let comment = |part: &[u8]| {
            let length = u16::try_from(part.len() + 2).unwrap().to_be_bytes();
            [&[0xff, 0xfe], length.as_slice(), part].concat()
        };
        let comments: Vec<u8> = bytes.chunks(LONGEST).flat_map(comment).collect();
        [&picture[..2], &comments, &picture[2..]].concat()
    }

    fn held(&mut self) -> &Held {
        let held = self.held.take().unwrap_or_else(|| self.runtime.block_on(held::read(&self.app.db)));
        self.held.insert(held)
    }

    fn bytes(&mut self, file: Uuid) -> Vec<u8> {
        self.runtime.block_on(async {
            let Some(key) = held::key(&self.app.db, file).await else { return Vec::new() };
            let bytes: Vec<bytes::Bytes> =
                self.files.objects.get(&key, None).await.unwrap().try_collect().await.unwrap();
            bytes.concat()
        })
    }

    /// Read by another device of theirs. Who makes which visit is not left to the feed.
    fn seen_by(&mut self, account: Uuid) -> Vec<Row> {
        let rows = self.read(account);
        let made = self.runtime.block_on(held::visits_of(&self.app.db, account));
        let said = rows.iter().filter(|row| matches!(row, Row::Visit(_))).map(Row::id);
        assert_eq!(said.collect::<Vec<_>>(), made, "the feed says other visits than somebody makes");
        rows
    }
}

fn hash(token: &str) -> String {
    Secret::parse(token).map(|token| token.hash()).unwrap_or_default()
}

impl Server {
    fn clock_now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }

    /// Has sessions end then.
    fn change_sessions(&self, which: Expr, ends: DateTime<Utc>) {
        let change =
            session::Entity::update_many().col_expr(session::Column::ExpiresAt, Expr::value(ends)).filter(which);
        self.runtime.block_on(change.exec(&self.app.db)).unwrap();
    }
}
