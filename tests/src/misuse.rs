//! What a server should not run on is recognised at the start, and said in a sentence that helps.

use std::path::Path;

use domain::access::AccountState;
use entity::ids::AccountId;
use entity::{Coded, account, provider};
use migration::Migrator;
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait};
use sea_orm_migration::MigratorTrait;
use uuid::Uuid;

use crate::support::pair::on_both_pairs;
use crate::support::process::{Server, bare, run, run_well, waymark};
use crate::support::world::{World, noon};

/// What `waymark serve` says instead of serving.
async fn refusal(data: &Path, settings: &[(&str, &str)]) -> String {
    let mut command = bare(data, &["serve"]);
    command.envs(settings.iter().copied());
    let said = run(command).await;
    assert!(!said.status.success() && said.stdout.is_empty(), "{said:#?}");
    said.stderr
}

#[tokio::test]
async fn wrong_settings_and_a_missing_migration_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let said = refusal(folder.path(), &[("WAYMARK_LISTNE", "127.0.0.1:1")]).await;
    assert_eq!(
        said.trim(),
        "The environment sets WAYMARK_LISTNE, which is not a setting. Did you mean WAYMARK_LISTEN?"
    );
    let said = refusal(folder.path(), &[]).await;
    assert!(said.starts_with("The database is not up to date: "), "{said}");
    assert!(said.contains("Run: waymark migrate"), "{said}");
    let said = refusal(folder.path(), &[("DATABASE_URL", "postgres://waymark@127.0.0.1:9/waymark")]).await;
    assert!(said.starts_with("the database cannot be opened (DATABASE_URL"), "{said}");
    let said = refusal(folder.path(), &[("WAYMARK_S3_BUCKET", "waymark")]).await;
    assert!(said.contains("WAYMARK_S3_ACCESS_KEY must be set as well"), "{said}");
}

#[tokio::test]
async fn a_directory_that_cannot_be_written_to_is_named() {
    let folder = tempfile::tempdir().unwrap();
    // Nobody may make files there, the superuser included.
    let said = refusal(folder.path(), &[("WAYMARK_DATA", "/proc")]).await;
    assert!(said.starts_with("The data directory /proc cannot be written to: give it to the account"), "{said}");
}

#[tokio::test]
async fn an_sqlite_file_is_for_one_server() {
    let folder = tempfile::tempdir().unwrap();
    let (data, log) = (folder.path(), folder.path().join("log"));
    run_well(bare(data, &["migrate"])).await;
    let mut first = Server::start(bare(data, &["serve"]), &log).await.unwrap();
    let said = refusal(data, &[]).await;
    assert!(said.starts_with("Another Waymark server uses "), "{said}");
    assert!(said.contains("use PostgreSQL for several servers"), "{said}");
    run_well(bare(data, &["doctor"])).await;
    // Who was killed holds nothing.
    first.kill().await;
    Server::start(bare(data, &["serve"]), &log).await.unwrap().stop().await;
}

on_both_pairs!(a_newer_database_is_left_alone, async |stores| {
    let db = stores.database.connect().await;
    let newer = "insert into seaql_migrations (version, applied_at) values ('m29991231_000001_moon', 0)";
    db.execute_unprepared(newer).await.unwrap();
    for arguments in [&["serve"][..], &["migrate"], &["doctor"], &["backup", "backup"]] {
        let said = run(waymark(stores, stores.folder(), arguments)).await;
        assert!(!said.status.success(), "{arguments:?}");
        let words = "The database was brought up to date by a newer Waymark: it has m29991231_000001_moon";
        assert!(said.stderr.starts_with(words), "{said:#?}");
    }
});

on_both_pairs!(demo_accounts_are_not_served, async |stores| {
    let row = account::ActiveModel {
        id: Set(AccountId(Uuid::from_u128(1))),
        email: Set("officer@demo.example".to_owned()),
        name: Set("An officer".to_owned()),
        password_hash: Set(None),
        state: Set(Coded(AccountState::Active)),
        created_at: Set(noon()),
        updated_at: Set(noon()),
        version: Set(1),
    };
    account::Entity::insert(row).exec_without_returning(&stores.database.connect().await).await.unwrap();
    let said = run(waymark(stores, stores.folder(), &["serve"])).await;
    assert!(said.stderr.starts_with("This database holds demo accounts, whose password everybody knows."), "{said:#?}");
});

on_both_pairs!(migrations_go_up_down_and_up_again_on_data, async |stores| {
    let world = World::new(stores).await;
    let db = &world.app.db;
    let before = provider::Entity::find().all(db).await.unwrap();
    assert_eq!(before.len(), 2);
    // The newest one alone: what was there stays.
    Migrator::down(&**db, Some(1)).await.unwrap();
    Migrator::up(&**db, None).await.unwrap();
    assert_eq!(provider::Entity::find().all(db).await.unwrap(), before);
    // All of them: nothing stays, and everything works again.
    Migrator::down(&**db, None).await.unwrap();
    Migrator::up(&**db, None).await.unwrap();
    assert_eq!(provider::Entity::find().count(db).await.unwrap(), 0);
    run_well(waymark(stores, stores.folder(), &["doctor"])).await;
});
