use std::collections::{BTreeSet, HashMap};

use async_graphql::Variables;
use chrono::TimeZone;
use domain::checklist::{Asked, Given, missing};
use domain::quality::chase::ChaseState;
use domain::quality::{DocumentState, EvidenceKind, ReportState, VisitState};
use domain::reference::frameworks;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Statement};
use tokio::sync::OnceCell;

use super::*;
use crate::access::secrets::Redacted;
use crate::database;
use crate::graph::estimate::{self, examine};
use crate::graph::limits::Limits;
use crate::objects::DirectoryStore;
use crate::quality::framework::install::install;

fn now() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 20, 14, 30, 0).unwrap()
}

/// Drawn once for all tests: the photographs are what takes time.
async fn gallery() -> &'static Gallery {
    static GALLERY: OnceCell<Gallery> = OnceCell::const_new();
    GALLERY.get_or_init(async || Gallery::draw(1, now().date_naive(), &|_| ()).await.unwrap()).await
}

async fn county() -> Draft {
    draft(now(), "hash", gallery().await, &Options::default()).unwrap()
}

#[tokio::test]
async fn the_same_seed_gives_the_same_county() {
    let (one, two) = (county().await, county().await);
    assert!(one.rows == two.rows, "two drafts of one seed differ");
    let other = draft(now(), "hash", gallery().await, &Options { seed: 2, scale: 1 }).unwrap();
    assert!(one.rows != other.rows, "another seed makes another county");
}

#[tokio::test]
async fn the_county_has_its_size() {
    let rows = county().await.rows;
    let counts: HashMap<_, _> = rows.counts().into_iter().collect();
    assert_eq!((counts["partnership"], counts["school"], counts["provider"]), (5, 50, 60));
    assert_eq!((counts["pupil"], counts["placement"]), (500, 700));
    assert!((200..300).contains(&counts["visit"]), "{counts:?}");
    assert!((40_000..120_000).contains(&counts["attendance_mark"]), "{counts:?}");
    assert!((800..2500).contains(&counts["document"]), "{counts:?}");
    let states: BTreeSet<_> = rows.visits.iter().map(|visit| (visit.state.0, visit.report_state.0)).collect();
    for report in [
        ReportState::Draft,
        ReportState::WithProvider,
        ReportState::AmendmentsSuggested,
        ReportState::Agreed,
        ReportState::Published,
    ] {
        assert!(states.contains(&(VisitState::Complete, report)), "{report}");
    }
    for state in [VisitState::Planned, VisitState::InProgress, VisitState::Cancelled] {
        assert!(states.contains(&(state, ReportState::Draft)), "{state}");
    }
}

#[tokio::test]
async fn partnerships_have_15_8_7_11_and_9_schools_today() {
    let rows = county().await.rows;
    let sizes: Vec<usize> = rows
        .partnerships
        .iter()
        .map(|partnership| {
            let current =
                |row: &&entity::school_membership::Model| row.partnership_id == partnership.id && row.ends_on.is_none();
            rows.school_memberships.iter().filter(current).count()
        })
        .collect();
    assert_eq!(sizes, [15, 8, 7, 11, 9]);
    assert!(rows.school_memberships.len() > 50, "some schools came from elsewhere");
}

#[tokio::test]
async fn some_documents_run_out_this_month_and_some_prove_two_things() {
    let rows = county().await.rows;
    let today = now().date_naive();
    let accepted: Vec<_> = rows.documents.iter().filter(|row| row.state.0 == DocumentState::Accepted).collect();
    let soon =
        accepted.iter().filter(|row| row.expires_on.is_some_and(|on| (0..28).contains(&(on - today).num_days())));
    assert!(soon.count() > 20);
    assert!(accepted.iter().any(|row| row.starts_on > today), "next year's is there already");
    let mut proofs: HashMap<_, usize> = HashMap::new();
    for proof in &rows.proofs {
        *proofs.entry(proof.document_id).or_default() += 1;
    }
    assert!(proofs.values().filter(|count| **count == 2).count() > 10);
    assert!(rows.documents.iter().any(|row| row.replaces_id.is_some()));
}

#[tokio::test]
async fn a_complete_visit_lacks_nothing() {
    let rows = county().await.rows;
    for visit in rows.visits.iter().filter(|visit| visit.state.0 == VisitState::Complete) {
        let framework = frameworks().iter().find(|one| one.version_id == visit.framework_version_id.0).unwrap();
        let given: Vec<Given<'_>> = rows
            .judgements
            .iter()
            .filter(|row| row.visit_id == visit.id)
            .map(|row| Given {
                standard: row.standard_id.0,
                rated: row.rating_id.is_some(),
                seen: &row.seen,
                answered_on: row.answered_on,
                next_on: row.next_on,
                attached: rows
                    .evidence
                    .iter()
                    .filter(|one| one.visit_id == Some(visit.id) && one.standard_id == Some(row.standard_id))
                    .map(|_| EvidenceKind::Photo)
                    .collect(),
                reason: row.missing_reason.as_deref(),
            })
            .collect();
        let lacking = missing(framework.standards().map(|(_, standard)| Asked::from(standard)), &given);
        assert_eq!(lacking, [], "{} of {}", framework.code, visit.planned_for);
    }
}

#[tokio::test]
async fn what_is_late_is_chased_and_the_questions_that_are_kept_would_run() {
    let rows = county().await.rows;
    let today = now().date_naive();
    let open: Vec<_> = rows.chases.iter().filter(|chase| chase.state.0 == ChaseState::Open).collect();
    assert!(open.iter().any(|chase| chase.document_type_id.is_some()), "{}", open.len());
    assert!(open.iter().any(|chase| chase.improvement_action_id.is_some()), "{}", open.len());
    assert!(open.iter().any(|chase| chase.due_on < today) && open.iter().any(|chase| chase.due_on >= today));
    for version in &rows.query_versions {
        let draft = estimate::Draft {
            text: &version.text,
            operation_name: None,
            variables: Variables::default(),
            is_open: true,
        };
        let found = examine(&Limits::default(), draft).await;
        assert_eq!((found.problems, found.changes), (Vec::new(), false), "{}", version.text);
    }
    assert!(!rows.query_versions.is_empty());
}

#[tokio::test]
async fn nobody_is_in_two_places_on_one_day() {
    let rows = county().await.rows;
    let mut seen = HashMap::new();
    for mark in &rows.marks {
        seen.entry((mark.pupil_id, mark.date, mark.session.0.to_string()))
            .or_insert_with(BTreeSet::new)
            .insert(mark.placement_id);
    }
    let doubled = seen.values().filter(|placements| placements.len() > 1).count();
    assert_eq!(doubled, 0, "of {}", seen.len());
    assert!(rows.marks.iter().all(|mark| mark.created_at <= now()));
}

#[tokio::test]
async fn a_seeded_database_holds_together_and_is_not_seeded_again() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("county.db").display());
    let db = database::connect(&Redacted::new(url)).await.unwrap();
    Migrator::up(&*db, None).await.unwrap();
    install(&db, now()).await.unwrap();
    let store = DirectoryStore::open(folder.path().join("objects")).await.unwrap();
    let summary = seed(&db, &store, now(), "hash", Options::default(), &|_| ()).await.unwrap();
    for (table, rows) in &summary.rows {
        let statement = format!("select count(*) as n from {table}");
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), statement)).await.unwrap();
        assert_eq!(row.unwrap().try_get::<i64>("", "n").unwrap() as usize, *rows, "{table}");
    }
    let statement = Statement::from_string(db.get_database_backend(), "pragma foreign_key_check");
    assert_eq!(db.query_all_raw(statement).await.unwrap().len(), 0);
    let file = entity::file::Entity::find_by_id(county().await.rows.files[0].id).one(&db).await.unwrap().unwrap();
    let key = file.object_key.unwrap().parse().unwrap();
    assert_eq!(store.size(&key).await.unwrap() as i64, file.byte_size.unwrap());
    let again = seed(&db, &store, now(), "hash", Options::default(), &|_| ()).await.unwrap_err();
    assert!(again.to_string().contains("already holds an authority"), "{again}");
}
