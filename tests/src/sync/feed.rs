//! The feed: what a phone takes along, and what it never hears of.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use chrono::{Days, TimeDelta};
use domain::organisation::ContactRole;
use domain::placement::{PlacementState, RateBasis, Weekday};
use domain::pupil::{Answer, SenProvision};
use entity::ids::*;
use entity::{audit, contact, membership, placement, placement_session, pupil, site};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Statement};
use serde_json::json;
use server::ledger::{change, installation};
use uuid::Uuid;

use super::phone::{Field, Phone, text};
use crate::support::database::ledger_settles;
use crate::support::pair::{Pair, on_both_pairs, on_pair};
use crate::support::world::{TODAY, World, noon};

/// A pupil called Robin Quill, of year 9, at a provider on Mondays and Thursdays.
async fn robin(world: &World, provider: ProviderId) -> (PupilId, PlacementId) {
    let (pupil_id, placement_id) = (world.id(), world.id());
    world
        .put(pupil::ActiveModel {
            id: Set(pupil_id),
            authority_id: Set(world.authority),
            school_id: Set(world.schools[0]),
            upn: Set(None),
            given_name: Set("Robin".to_owned().into()),
            family_name: Set("Quill".to_owned().into()),
            date_of_birth: Set((TODAY - Days::new(5000)).into()),
            year_group: Set(9),
            sen_provision: Set(SenProvision::None.into()),
            primary_need: Set(None),
            looked_after: Set(Answer::No.into()),
            created_at: Set(noon()),
            updated_at: Set(noon()),
            version: Set(1),
        })
        .await;
    world
        .put(placement::ActiveModel {
            id: Set(placement_id),
            authority_id: Set(world.authority),
            pupil_id: Set(pupil_id),
            provider_id: Set(provider),
            on_roll_school_id: Set(world.schools[0]),
            state: Set(PlacementState::Active.into()),
            starts_on: Set(TODAY - Days::new(30)),
            target_ends_on: Set(TODAY + Days::new(60)),
            rate_pence: Set(5000),
            rate_basis: Set(RateBasis::Day.into()),
            purpose: Set("Practical learning".to_owned()),
            created_at: Set(noon()),
            updated_at: Set(noon()),
            version: Set(1),
            ..Default::default()
        })
        .await;
    for weekday in [Weekday::Thursday, Weekday::Monday] {
        world
            .put(placement_session::ActiveModel {
                id: Set(world.id()),
                authority_id: Set(world.authority),
                placement_id: Set(placement_id),
                weekday: Set(weekday.into()),
                starts_at: Set("09:00".to_owned()),
                ends_at: Set("12:00".to_owned()),
                minutes: Set(180),
                created_at: Set(noon()),
                updated_at: Set(noon()),
                version: Set(1),
            })
            .await;
    }
    (pupil_id, placement_id)
}

async fn reached_by(world: &World, provider: ProviderId) {
    world
        .put(contact::ActiveModel {
            id: Set(world.id()),
            authority_id: Set(world.authority),
            provider_id: Set(Some(provider)),
            role: Set(ContactRole::KeyContact.into()),
            name: Set("Jo Hale".to_owned()),
            telephone: Set(Some("01632 960123".to_owned())),
            starts_on: Set(TODAY - Days::new(9)),
            created_at: Set(noon()),
            updated_at: Set(noon()),
            version: Set(1),
            ..Default::default()
        })
        .await;
    world
        .put(site::ActiveModel {
            id: Set(world.id()),
            authority_id: Set(world.authority),
            provider_id: Set(provider),
            name: Set("The yard".to_owned()),
            address: Set("1 Mill Lane".to_owned()),
            postcode: Set("ZZ1 1ZZ".to_owned()),
            uprn: Set(None),
            starts_on: Set(TODAY - Days::new(9)),
            ends_on: Set(None),
            created_at: Set(noon()),
            updated_at: Set(noon()),
            version: Set(1),
        })
        .await;
}

on_both_pairs!(a_visitor_takes_along_the_visits_they_make_and_no_more, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let (pupil, _) = robin(world, world.providers[0]).await;
    robin(world, world.providers[1]).await;
    reached_by(world, world.providers[0]).await;
    let visit = field.plan(0, &[&world.visitor]).await;
    field.plan(1, &[&world.officer]).await;

    let phone = Phone::of(world, &world.visitor);
    assert!(phone.pull().await, "the first reading begins the feed");
    let expected = [("framework", 1), ("provider", 1), ("pupil", 1), ("visit", 1)].map(|(k, n)| (k.to_owned(), n));
    assert_eq!(phone.count(), BTreeMap::from(expected));
    let provider = &phone.all("provider")[0];
    assert_eq!((&provider["contact"], &provider["telephone"]), (&json!("Jo Hale"), &json!("01632 960123")));
    let person = json!({ "name": "Jo Hale", "role": "KEY_CONTACT", "telephone": "01632 960123" });
    assert_eq!(provider["people"], json!([person]));
    let shown = &phone.all("visit")[0];
    assert_eq!((&shown["id"], &shown["state"], &shown["receipt"]), (&json!(visit), &json!("PLANNED"), &json!(null)));
    assert_eq!(shown["visitors"][0]["isLead"], true);
    let framework = &phone.all("framework")[0];
    let standards = framework["standards"].as_array().unwrap();
    let asked = |code: &str| {
        let found = standards.iter().find(|standard| standard["code"] == code).unwrap();
        (text(&found["section"]), found["competentPerson"].clone())
    };
    assert_eq!(standards.len(), 32);
    assert_eq!(asked("1a"), ("Safeguarding and wellbeing".to_owned(), json!(false)));
    assert_eq!(asked("2g"), ("Health and safety".to_owned(), json!(true)));
    let short: Vec<_> = framework["ratings"].as_array().unwrap().iter().map(|rating| &rating["fallsShort"]).collect();
    assert_eq!(short, [&json!(false), &json!(true), &json!(true), &json!(true)]);
    let outcomes = framework["outcomes"].as_array().unwrap();
    assert_eq!(outcomes.iter().map(|outcome| &outcome["needsActions"]).collect::<Vec<_>>(), [false, true, true, false]);
    // S251: initials, year and days; and the reading is audited by the pupil's own id.
    let child = &phone.all("pupil")[0];
    assert_eq!(
        (&child["initials"], &child["year"], &child["days"]),
        (&json!("RQ"), &json!("Year 9"), &json!("Mon, Thu"))
    );
    assert!(!text(&child["id"]).contains(&pupil.0.to_string()));
    let reads = audit::Entity::find().filter(audit::Column::Act.eq("read")).all(&world.app.db).await.unwrap();
    assert!(reads.iter().any(|read| read.account_id == Some(world.visitor.account) && read.noun_id == Some(pupil.0)));

    for other in [&world.coordinator, &world.provider, &world.analyst, &world.stranger] {
        let phone = Phone::of(world, other);
        phone.pull().await;
        assert!(phone.count().is_empty(), "{}", other.role);
    }
});

on_both_pairs!(what_changes_afterwards_is_news, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let (_, placement_id) = robin(world, world.providers[0]).await;
    let visit = field.plan(0, &[&world.visitor, &world.officer]).await;
    let phone = Phone::of(world, &world.visitor);
    phone.pull().await;

    field
        .done(&world.officer, "recordJudgement", "judgement { id }", field.judgement(&visit, "1e", "By each door"))
        .await;
    let action = json!({
        "providerId": world.providers[0].to_string(), "area": "Fire safety", "rag": "RED", "action": "Hold a drill.",
        "owner": "Site manager", "dueOn": field.days_on(30),
    });
    let made = field.done(&world.officer, "createImprovementAction", "improvementAction { id version }", action).await;
    let action = made["improvementAction"].clone();
    assert!(!phone.pull().await);
    assert_eq!(
        (phone.all("judgement")[0]["seen"].clone(), phone.all("visit")[0]["state"].clone()),
        (json!("By each door"), json!("IN_PROGRESS"))
    );
    assert_eq!(phone.all("action")[0]["id"], action["id"]);

    let closed = json!({ "improvementActionId": action["id"], "version": action["version"], "state": "CLOSED", "note": "Seen." });
    field.done(&world.officer, "updateImprovementAction", "improvementAction { id }", closed).await;
    let ended = placement::ActiveModel { ended_on: Set(Some(TODAY - Days::new(1))), ..Default::default() };
    placement::Entity::update_many()
        .set(ended)
        .filter(placement::Column::Id.eq(placement_id))
        .exec(&world.app.db)
        .await
        .unwrap();
    change::record_updated(&world.app.db, world.authority, placement_id, noon()).await.unwrap();
    assert!(!phone.pull().await);
    assert_eq!(
        (phone.all("action").len(), phone.all("pupil").len()),
        (0, 0),
        "what is closed or has ended is said to be gone"
    );
});

on_both_pairs!(a_late_grant_brings_the_history_and_a_withdrawn_one_takes_it_away, async |stores| {
    // N19
    let field = Field::new(stores).await;
    let world = &field.world;
    let (visit, other) = (field.plan(0, &[&world.visitor]).await, field.plan(1, &[&world.officer]).await);
    field
        .done(&world.visitor, "recordJudgement", "judgement { id }", field.judgement(&visit, "1e", "By each door"))
        .await;
    field.done(&world.visitor, "addEvidence", "evidence { id }", field.photo(&visit, 1, b"a photo")).await;
    let phone = Phone::of(world, &world.officer);
    phone.pull().await;
    assert_eq!((phone.all("visit").len(), phone.all("judgement").len()), (1, 0));

    field.crew(&visit, &[&world.visitor, &world.officer]).await;
    assert!(!phone.pull().await, "a grant does not begin the feed anew");
    assert_eq!((phone.all("visit").len(), phone.all("judgement").len(), phone.all("evidence").len()), (2, 1, 1));
    assert_eq!(phone.all("provider").len(), 2);

    field.crew(&visit, &[&world.visitor]).await;
    field.done(&world.visitor, "recordJudgement", "judgement { id }", field.judgement(&visit, "2g", "Later")).await;
    assert!(!phone.pull().await);
    assert_eq!(phone.all("visit")[0]["id"], json!(other));
    assert_eq!((phone.all("visit").len(), phone.all("judgement").len(), phone.all("evidence").len()), (1, 0, 0));
});

on_both_pairs!(whoever_is_of_the_team_no_more_takes_nothing_along, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    field.plan(0, &[&world.visitor]).await;
    let phone = Phone::of(world, &world.visitor);
    phone.pull().await;
    let over = membership::ActiveModel { ends_on: Set(Some(TODAY)), ..Default::default() };
    let own = membership::Column::AccountId.eq(world.visitor.account);
    membership::Entity::update_many().set(over).filter(own).exec(&world.app.db).await.unwrap();
    assert!(phone.pull().await, "another role is another feed");
    assert!(phone.count().is_empty());
});

on_both_pairs!(a_visit_that_is_over_is_let_go_of_after_thirty_days, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    let visit = field.plan(0, &[&world.visitor]).await;
    let phone = Phone::of(world, &world.visitor);
    phone.pull().await;
    field.complete(&world.visitor, &visit).await;
    for (days, left) in [(29, 1), (1, 1), (1, 0)] {
        for _ in 0..days {
            world.clock.advance(TimeDelta::days(1));
            // Somebody who asks every day stays signed in.
            world.read(&world.visitor, "{ viewer { id } }").await;
        }
        assert!(!phone.pull().await);
        assert_eq!(phone.all("visit").len(), left, "after {days} more days");
    }
    let fresh = Phone::of(world, &world.visitor);
    fresh.pull().await;
    assert!(fresh.all("visit").is_empty());
});

on_both_pairs!(pages_of_any_size_say_the_same, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    for provider in [0, 1] {
        robin(world, world.providers[provider]).await;
        robin(world, world.providers[provider]).await;
        let visit = field.plan(provider, &[&world.visitor]).await;
        field.complete(&world.visitor, &visit).await;
    }
    let whole = Phone::of(world, &world.visitor);
    whole.pull().await;
    assert_eq!((whole.all("finding").len(), whole.all("pupil").len()), (64, 4));
    for first in [7, 100, 500] {
        let phone = Phone::of(world, &world.visitor);
        phone.first.set(first);
        phone.pull().await;
        assert_eq!(*phone.rows.borrow(), *whole.rows.borrow(), "{first} on a page");
    }
    assert_eq!(world.refused(&world.visitor, "{ sync(first: 501) { epoch } }").await, "BAD_INPUT");
});

on_both_pairs!(after_a_restore_the_feed_begins_anew, async |stores| {
    let field = Field::new(stores).await;
    let world = &field.world;
    field.plan(0, &[&world.visitor]).await;
    let phone = Phone::of(world, &world.visitor);
    phone.pull().await;
    assert!(!phone.pull().await);
    let (before, now) = (phone.epoch().await, world.app.clock.now());
    installation::begin_epoch(&world.app.db, Uuid::from_u128(9), now).await.unwrap();
    assert!(phone.pull().await);
    assert_ne!(phone.epoch().await, before);
    let payload = phone
        .push_in(
            &before,
            &[phone.command(
                "recordJudgement",
                json!({
                    "visitId": phone.all("visit")[0]["id"], "standardId": field.standard("1e"), "seen": "Seen",
                }),
            )],
        )
        .await;
    assert_eq!(payload, json!({ "restored": true, "answers": [] }));
    phone.pull().await;
    assert!(phone.all("judgement").is_empty());
});

on_both_pairs!(what_commits_late_is_not_passed_over, async |stores| {
    if stores.pair == Pair::SqliteDirectory {
        return; // Writers queue there: nothing commits out of order.
    }
    let field = Field::new(stores).await;
    let world = &field.world;
    let first = field.plan(0, &[&world.visitor]).await;
    let second = field.plan(1, &[&world.visitor]).await;
    let phone = Phone::of(world, &world.visitor);
    phone.pull().await;
    let late = world.app.db.begin().await.unwrap();
    let id = |visit: &str| VisitId(visit.strip_prefix("visit:").unwrap().parse().unwrap());
    change::record_updated(&late, world.authority, id(&first), noon()).await.unwrap();
    change::record_updated(&world.app.db, world.authority, id(&second), noon()).await.unwrap();
    assert_eq!(phone.page().await["items"], json!([]), "what is committed waits for what began before it");
    late.commit().await.unwrap();
    ledger_settles(&world.app.db).await;
    let page = phone.page().await;
    let said: Vec<_> = page["items"].as_array().unwrap().iter().map(|item| item["visit"]["id"].clone()).collect();
    assert!(said.contains(&json!(first)) && said.contains(&json!(second)), "{said:?}");
});

on_both_pairs!(a_page_costs_the_same_however_many_rows_there_are, async |stores| {
    /// The session with the memberships, the epoch, where the news begins, ten kinds with what hangs on them, whether there is
    /// news, the audit.
    const ANEW: usize = 26;
    let (db, count) = stores.database.counted().await;
    let field = Field::over(World::over(db, stores).await).await;
    let world = &field.world;
    let mut measured = Vec::new();
    let phone = Phone::of(world, &world.visitor);
    phone.first.set(500);
    for _ in 0..2 {
        for provider in [0, 1] {
            robin(world, world.providers[provider]).await;
            let visit = field.plan(provider, &[&world.visitor]).await;
            field.complete(&world.visitor, &visit).await;
            field.plan(provider, &[&world.visitor]).await;
        }
        let fresh = Phone::of(world, &world.visitor);
        fresh.first.set(500);
        count.store(0, Ordering::Relaxed);
        fresh.page().await;
        let anew = count.swap(0, Ordering::Relaxed);
        phone.pull().await;
        count.store(0, Ordering::Relaxed);
        phone.page().await;
        measured.push((anew, count.load(Ordering::Relaxed)));
    }
    assert_eq!(measured[0], measured[1], "statements of a whole feed, and of a page without news");
    assert!(measured[0].0 <= ANEW, "{measured:?}");
});

#[test]
fn postgres_plans_the_statements_of_a_page_once_wherever_the_phone_stands() {
    on_pair(Pair::PostgresS3, async |stores| {
        let field = Field::over(World::over(stores.database.connect().await, stores).await).await;
        let (world, db) = (&field.world, &field.world.app.db);
        let visit = field.plan(0, &[&world.visitor]).await;
        let visit_id: Uuid = visit.strip_prefix("visit:").unwrap().parse().unwrap();
        let phone = Phone::of(world, &world.visitor);
        phone.pull().await;
        // Many changes of the visit, and the table counted: for each place there is another plan that looks cheapest.
        let many = "insert into change (authority_id, noun, noun_id, kind, at)
            select $1, 'visit', $2, 'updated', $3 from generate_series(1, 20000)";
        let of = [world.authority.0.into(), visit_id.into(), noon().into()];
        db.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, many, of)).await.unwrap();
        db.execute_unprepared("analyze change").await.unwrap();
        ledger_settles(db).await;
        for first in [500, 20, 500, 1, 200].into_iter().cycle().take(40) {
            phone.first.set(first);
            phone.page().await;
        }
        // It plans five times with the values before it plans without.
        let plans = "select coalesce(string_agg(statement, '; ') filter (where custom_plans > 5), ''), sum(generic_plans)::bigint
            from pg_prepared_statements";
        let plans = db.query_one_raw(Statement::from_string(DbBackend::Postgres, plans)).await.unwrap().unwrap();
        assert_eq!(plans.try_get_by_index::<String>(0).unwrap(), "", "planned again and again");
        let kept: i64 = plans.try_get_by_index(1).unwrap();
        assert!(kept > 40, "{kept}");
    });
}
