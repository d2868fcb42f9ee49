//! A backup is made beside a server's data and brought back elsewhere; what is damaged or missing is said.

use std::path::{Path, PathBuf};

use domain::file::FileState;
use entity::ids::FileId;
use sea_orm::EntityTrait;
use server::access::scope::Scope;
use server::app::{Clock, SystemClock};
use server::ledger::{Actor, change, feed, installation, seal, verify};

use crate::files::world::{Person, World, sha256};
use crate::support::database::{Database, ledger_settles};
use crate::support::pair::{Pair, Stores, on_both_pairs};
use crate::support::process::{Said, Server, run, run_well, waymark};
use crate::support::samples::phone_jpeg;

/// A store with one accepted photograph, some changes and some sealed audit rows; and its backup.
struct Kept {
    world: World,
    visitor: Person,
    photo: (FileId, Vec<u8>),
    data: PathBuf,
    backup: PathBuf,
}

async fn keep(stores: &Stores) -> Kept {
    let world = World::new(stores).await;
    world.clock.set(SystemClock.now());
    let visitor = world.person().await;
    let bytes = phone_jpeg(320, 200);
    let id = world.declare(&visitor, &bytes).await;
    world.client(&visitor).upload(id, &bytes).await;
    world.work().await;
    let data = stores.folder().to_owned();
    let actor = Actor::without_session(visitor.account_id, world.now().date_naive(), "a-request");
    world.files.app.reads.record(&actor, "pupil", &[id.0], world.now()).await.unwrap();
    ledger_settles(world.db()).await;
    seal::seal(&world.files.app, &data).await.unwrap();
    let backup = data.join("backup");
    let said = run_well(waymark(stores, &data, &["backup", "backup"])).await;
    assert!(said.contains("the database, 3 objects"), "{said}");
    Kept { world, visitor, photo: (id, bytes), data, backup }
}

/// Stores whose database has nothing in it, not even tables.
async fn blank(pair: Pair) -> Stores {
    let mut stores = Stores::create(pair).await;
    let blank = match pair {
        Pair::SqliteDirectory => Database::blank_sqlite(&stores.folder().join("blank.sqlite")),
        Pair::PostgresS3 => Database::blank_postgres().await,
    };
    std::mem::replace(&mut stores.database, blank).remove().await;
    stores
}

async fn restore(stores: &Stores, backup: &Path) -> Said {
    run(waymark(stores, stores.folder(), &["restore", backup.to_str().unwrap()])).await
}

on_both_pairs!(what_was_kept_comes_back_in_another_epoch, async |stores| {
    let kept = keep(stores).await;
    let mut sums = std::process::Command::new("sha256sum");
    sums.args(["--check", "--quiet", "SHA256SUMS"]).current_dir(&kept.backup);
    assert!(sums.status().unwrap().success());
    let other = blank(stores.pair).await;
    let said = restore(&other, &kept.backup).await;
    assert!(said.status.success(), "{said:#?}");
    assert!(said.stdout.contains("3 objects were brought back, 0 were there."), "{said:#?}");
    run_well(waymark(&other, other.folder(), &["doctor", "--deep"])).await;

    let world = World::new(&other).await;
    let (id, bytes) = &kept.photo;
    assert_eq!(world.file(*id).await, kept.world.file(*id).await);
    let key = world.file(*id).await.object_key.unwrap().parse().unwrap();
    let stored = world.files.objects.get(&key, None).await.unwrap();
    let stored: Vec<bytes::Bytes> = futures_util::TryStreamExt::try_collect(stored).await.unwrap();
    assert_eq!(sha256(&stored.concat()), sha256(bytes));
    let (before, after) = (kept.world.db(), world.db());
    assert_ne!(installation::epoch(before).await.unwrap(), installation::epoch(after).await.unwrap());

    // What is written now comes after all that was restored, for readers and for the sealer.
    let authority = kept.visitor.authority_id;
    change::record_updated(after, authority, *id, world.now()).await.unwrap();
    let scope = Scope::new(kept.visitor.account_id, world.now().date_naive(), Vec::new());
    feed::page(after, &scope, None, 10).await.unwrap();
    let rows = entity::change::Entity::find().all(after).await.unwrap();
    let newest = rows.iter().max_by_key(|row| (row.transaction_id, row.position)).unwrap();
    assert_eq!(newest.position, rows.iter().map(|row| row.position).max().unwrap());
    let actor = Actor::without_session(kept.visitor.account_id, world.now().date_naive(), "a-request");
    world.files.app.reads.record(&actor, "pupil", &[id.0], world.now()).await.unwrap();
    ledger_settles(after).await;
    assert_eq!(seal::seal(&world.files.app, other.folder()).await.unwrap(), 1);
    let whole = verify(after, other.folder()).await.unwrap();
    assert_eq!((whole.unsealed, whole.broken), (0, vec![]));
    other.database.remove().await;
});

on_both_pairs!(a_full_database_and_a_damaged_backup_are_refused, async |stores| {
    let kept = keep(stores).await;
    let said = restore(stores, &kept.backup).await;
    assert!(said.stderr.starts_with("The database is not empty, and a restore never writes over one"), "{said:#?}");
    assert_eq!(kept.world.file(kept.photo.0).await.state.0, FileState::Accepted);
    let again = run(waymark(stores, &kept.data, &["backup", "backup"])).await;
    assert!(again.stderr.contains("backup is not empty"), "{again:#?}");

    let other = blank(stores.pair).await;
    let database = std::fs::read_dir(&kept.backup).unwrap().map(|entry| entry.unwrap().path());
    let database = database.into_iter().find(|path| path.file_stem().unwrap() == "database").unwrap();
    let whole = std::fs::read(&database).unwrap();
    std::fs::write(&database, &whole[..whole.len() - 7]).unwrap();
    let said = restore(&other, &kept.backup).await;
    assert!(said.stderr.contains("is not as it was written: the backup is damaged"), "{said:#?}");
    std::fs::remove_file(kept.backup.join("manifest.json")).unwrap();
    let said = restore(&other, &kept.backup).await;
    assert!(said.stderr.contains("holds no finished backup"), "{said:#?}");
    other.database.remove().await;
});

on_both_pairs!(missing_objects_are_said_and_can_be_brought_back_later, async |stores| {
    let kept = keep(stores).await;
    let key = kept.world.file(kept.photo.0).await.object_key.unwrap();
    let place = kept.backup.join("objects").join(&key[key.len() - 2..]).join(&key);
    let hidden = stores.folder().join("hidden");
    std::fs::rename(&place, &hidden).unwrap();
    let other = blank(stores.pair).await;
    let said = restore(&other, &kept.backup).await;
    assert!(!said.status.success(), "{said:#?}");
    assert!(said.stdout.contains(&format!("missing: {key}")), "{said:#?}");

    // The server starts, and says so; the doctor says which file it is.
    let log = other.folder().join("log");
    let server = Server::start(waymark(&other, other.folder(), &["serve"]), &log).await.unwrap();
    assert!(server.log().contains("1 of the 1 newest files have no object in the store"), "{}", server.log());
    server.stop().await;
    let found = run(waymark(&other, other.folder(), &["doctor"])).await;
    assert!(!found.status.success());
    assert!(found.stdout.contains(&format!("The object {key}, which {}", kept.photo.0)), "{found:#?}");

    // Other bytes than were kept are not taken for them.
    std::fs::write(&place, b"something else").unwrap();
    let objects_only = ["restore", "--objects-only", kept.backup.to_str().unwrap()];
    assert!(!run(waymark(&other, other.folder(), &objects_only)).await.status.success());
    std::fs::rename(&hidden, &place).unwrap();
    run_well(waymark(&other, other.folder(), &objects_only)).await;
    run_well(waymark(&other, other.folder(), &["doctor", "--deep"])).await;
    other.database.remove().await;
});

on_both_pairs!(the_doctor_finds_what_is_wrong_and_mends_what_can_be_mended, async |stores| {
    let kept = keep(stores).await;
    let Kept { world, data, .. } = &kept;
    let key = world.file(kept.photo.0).await.object_key.unwrap().parse().unwrap();
    let orphan = "019000000000700080000000000000ff".parse().unwrap();
    let put = async |key, bytes: &'static [u8]| {
        world.files.objects.put(key, "image/jpeg", server::objects::whole(bytes)).await.unwrap();
    };
    put(&orphan, b"nobody's").await;
    let found = run(waymark(stores, data, &["doctor"])).await;
    assert!(found.stdout.contains(&format!("The object {orphan}, 8 bytes, is named by no row.")), "{found:#?}");
    run_well(waymark(stores, data, &["doctor", "--mend"])).await;
    run_well(waymark(stores, data, &["doctor", "--deep"])).await;

    let mut other = kept.photo.1.clone();
    other[100] ^= 1;
    let other: &'static [u8] = other.leak();
    put(&key, other).await;
    run_well(waymark(stores, data, &["doctor"])).await;
    let found = run(waymark(stores, data, &["doctor", "--deep"])).await;
    assert!(found.stdout.contains("holds other bytes than were accepted"), "{found:#?}");
    put(&key, &other[..50]).await;
    let found = run(waymark(stores, data, &["doctor"])).await;
    assert!(found.stdout.contains(&format!("has 50 bytes and should have {}", other.len())), "{found:#?}");
    world.files.objects.delete(&key).await.unwrap();
    let found = run(waymark(stores, data, &["doctor", "--mend"])).await;
    assert!(!found.status.success() && found.stdout.contains("is not in the store"), "{found:#?}");
});
