//! The dashboard of somebody who may count children and see none (F52, N7, S73-S77; ADR 28): the questions that the app sends
//! for it, out of the app's own file. What they are told is what the engine told, in whatever way the cell is asked for; who may
//! see the rows gets exact figures from the same questions.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, TimeDelta};
use domain::disclosure::{BASE, FEW, THRESHOLD};
use domain::placement::{PlacementState, RateBasis};
use entity::ids::{ProviderId, PupilId};
use entity::{placement, pupil};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::{records, sent};
use crate::aggregate::put_pupils;
use crate::extract::{CSV, ask, paged};
use crate::property::rows;
use crate::support::pair::on_both_pairs;
use crate::support::world::{Person, TODAY, World, noon};

const APP: &str = include_str!("../../../app/src/lib/office/told.ts");

/// A question about children that the dashboard sends.
struct Asked {
    operation: &'static str,
    /// The aggregate that it asks.
    field: &'static str,
    /// What it groups by, if it does.
    by: Option<&'static str>,
}

const PLACED: &str = "placementsAggregate";
const ASKED: [Asked; 4] = [
    Asked { operation: "ChildrenOfTheAuthority", field: "pupilsAggregate", by: None },
    Asked { operation: "ChildrenPlacedNow", field: PLACED, by: None },
    Asked { operation: "ChildrenPlacedNowByKindOfProvider", field: PLACED, by: Some("PROVIDER_KIND") },
    Asked { operation: "ChildrenPlacedNowByYearGroup", field: PLACED, by: Some("PUPIL_YEAR_GROUP") },
];

impl Asked {
    fn document(&self) -> &'static str {
        sent(APP, self.operation)
    }
}

/// What is told of a cell: in words, and as a number, both as they are written.
type Cell = (String, String);

/// Cells by their value.
type Cells = BTreeMap<String, Cell>;

fn written(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The cells of an answer by their value at this place of the key.
fn cells<'a>(rows: impl IntoIterator<Item = &'a Value>, place: usize) -> Cells {
    let cell = |row: &Value| {
        let figure = if row["distinct"].is_object() { &row["distinct"]["pupil"] } else { &row["count"] };
        (written(&row["key"][place]["value"]), (written(&row["shown"]), written(figure)))
    };
    rows.into_iter().map(cell).collect()
}

/// What the dashboard's question answers: whether it is exact, when it was counted, and the cells.
async fn dashboard(world: &World, person: &Person, asked: &Asked) -> (Value, Value, Cells) {
    let answer = world.read(person, asked.document()).await[asked.field].clone();
    (answer["exact"].clone(), answer["asAt"].clone(), cells(answer["rows"].as_array().unwrap(), 0))
}

/// The same cells in other words: out of the whole table that they are cut from.
async fn table(world: &World, asked: &Asked) -> (Value, Value, Cells) {
    let (field, by) = (asked.field, asked.by.unwrap_or_default());
    let is_grouped = field == PLACED;
    let (groups, figure) = if is_grouped {
        (format!("groupBy: [STATE {by}]"), "distinct { pupil }")
    } else {
        ("where: {}".to_owned(), "count")
    };
    let query = format!("{{ {field}({groups}) {{ asAt exact rows {{ key {{ value }} {figure} shown }} }} }}");
    let answer = world.read(&world.analyst, &query).await[field].clone();
    let rows = answer["rows"].as_array().unwrap();
    let wanted = rows.iter().filter(|row| !is_grouped || row["key"][0]["value"] == "ACTIVE");
    (answer["exact"].clone(), answer["asAt"].clone(), cells(wanted, 1))
}

/// The same cells, as a file for spreadsheets.
async fn file(world: &World, asked: &Asked) -> (Value, Value, Cells) {
    let rows = records(&ask(world, &world.analyst, CSV, asked.document()).await.body);
    let value = asked.by.map(str::to_lowercase);
    let cell = |row: &BTreeMap<String, String>| {
        let figure = row.get("distinct_pupil").unwrap_or_else(|| &row["count"]).clone();
        assert_eq!(row["withheld"], figure.is_empty().to_string(), "{row:?}");
        (value.as_ref().map(|value| row[value].clone()).unwrap_or_default(), (row["shown"].clone(), figure))
    };
    let exact = serde_json::from_str(&rows[0]["exact"]).unwrap();
    (exact, json!(rows[0]["asAt"]), rows.iter().map(cell).collect())
}

async fn place(world: &World, pupil: PupilId, provider: ProviderId, state: PlacementState) {
    let row = placement::Model {
        id: world.id(),
        authority_id: world.authority,
        pupil_id: pupil,
        provider_id: provider,
        site_id: None,
        on_roll_school_id: world.schools[0],
        contracting_school_id: None,
        contracting_partnership_id: None,
        contracting_authority_id: Some(world.authority),
        paying_school_id: None,
        paying_partnership_id: None,
        paying_authority_id: Some(world.authority),
        broker_id: None,
        state: state.into(),
        starts_on: TODAY,
        target_ends_on: TODAY + Days::new(60),
        ended_on: None,
        end_reason: None,
        rate_pence: 4_500,
        rate_basis: RateBasis::Day.into(),
        purpose: "To learn a trade".to_owned(),
        created_at: noon(),
        updated_at: noon(),
        version: 1,
    };
    world.put(row.into_active_model().reset_all()).await;
}

/// A few dozen pupils of year 9, a handful of others; most of them placed, one of them twice.
async fn place_children(world: &World) {
    for (year_group, count) in [(9, 64), (10, 8), (11, 3)] {
        put_pupils(world, count, year_group, None).await;
    }
    let pupils = pupil::Entity::find().all(&world.app.db).await.unwrap();
    for (index, pupil) in pupils.iter().enumerate() {
        let state = if index % 9 == 8 { PlacementState::Ended } else { PlacementState::Active };
        place(world, pupil.id, world.providers[0], state).await;
    }
    place(world, pupils[0].id, world.providers[1], PlacementState::Active).await;
}

/// What is true, counted by hand over the lists that an officer reads: pupils by value.
async fn by_hand(world: &World, asked: &Asked) -> BTreeMap<String, usize> {
    if asked.field != PLACED {
        return BTreeMap::from([(String::new(), paged(world, &world.officer, "pupils", "id").await.len())]);
    }
    let list = paged(world, &world.officer, "placements", "state provider { kind } pupil { id yearGroup }").await;
    let mut groups: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in list.iter().filter(|row| row["state"] == "ACTIVE") {
        let value = match asked.by {
            None => String::new(),
            Some("PROVIDER_KIND") => written(&row["provider"]["kind"]),
            Some(_) => written(&row["pupil"]["yearGroup"]),
        };
        groups.entry(value).or_default().insert(written(&row["pupil"]["id"]));
    }
    groups.into_iter().map(|(value, pupils)| (value, pupils.len())).collect()
}

on_both_pairs!(a_cell_of_the_dashboard_is_what_the_engine_told_however_it_is_asked_for, async |stores| {
    let world = World::new(stores).await;
    place_children(&world).await;
    let asked: BTreeSet<_> = ASKED.iter().map(Asked::document).collect();
    let sent: BTreeSet<_> =
        APP.split('`').filter(|text| text.contains("query ") && text.contains("Aggregate")).collect();
    assert_eq!(asked, sent, "these are all the questions about children that the app sends");
    let (mut small, mut told_as_numbers) = (0, 0);
    for asked in &ASKED {
        let truth = by_hand(&world, asked).await;
        // The file is asked for first: whatever comes first settles what is told.
        let told = file(&world, asked).await;
        world.clock.advance(TimeDelta::hours(1));
        assert_eq!(dashboard(&world, &world.analyst, asked).await, told, "{}", asked.operation);
        assert_eq!(table(&world, asked).await, told, "{}", asked.operation);
        assert_eq!(dashboard(&world, &world.analyst, asked).await, told, "{}", asked.operation);

        let (exact, _, cells) = told;
        assert_eq!(exact, false);
        for (value, (shown, figure)) in cells {
            match figure.parse::<i64>() {
                Ok(figure) => {
                    assert!(figure >= THRESHOLD && figure % BASE == 0 && shown == figure.to_string());
                    told_as_numbers += 1;
                }
                Err(_) => assert_eq!((figure.as_str(), shown.as_str()), ("", FEW)),
            }
            small += usize::from((1..10).contains(&truth.get(&value).copied().unwrap_or(0)));
        }
    }
    assert!(small >= 2, "nothing was small enough to be kept back");
    assert!(told_as_numbers >= ASKED.len(), "each table has a cell that is large enough to be told");
});

on_both_pairs!(the_same_questions_tell_exactly_what_the_list_holds_to_who_may_see_it, async |stores| {
    let world = World::new(stores).await;
    place_children(&world).await;
    for asked in &ASKED {
        let (exact, _, cells) = dashboard(&world, &world.officer, asked).await;
        assert_eq!(exact, true);
        let counted: BTreeMap<_, _> = cells.into_iter().map(|(value, (_, figure))| (value, figure)).collect();
        let truth = by_hand(&world, asked).await;
        let truth: BTreeMap<_, _> = truth.into_iter().map(|(value, count)| (value, count.to_string())).collect();
        assert_eq!(counted, truth, "{}", asked.operation);
    }
});

on_both_pairs!(a_question_beside_the_dashboards_is_refused_with_the_reason_in_every_form, async |stores| {
    let world = World::new(stores).await;
    place_children(&world).await;
    let document = sent(APP, "ChildrenPlacedNowByKindOfProvider");
    for (ours, theirs, reason) in [
        ("[PROVIDER_KIND]", "[PROVIDER_KIND, PUPIL_YEAR_GROUP]", "these are not told together. There are: STATE"),
        ("[PROVIDER_KIND]", "[PROVIDER]", "these are not told together"),
        (
            "state: { eq: ACTIVE }",
            "startsOn: { gte: \"2026-03-01\" }",
            "filters by one of `eq`, `in` and `isNull: true`",
        ),
        ("state: { eq: ACTIVE }", "pupil: { school: { name: { contains: \"North\" } } }", "filters by one of"),
        ("shown distinct { pupil }", "count", "ask for `distinct { pupil }`"),
        ("shown distinct { pupil }", "sum { weeklyMinutes }", "`weeklyMinutes` is not added up"),
    ] {
        let query = document.replace(ours, theirs);
        assert_ne!(query, document);
        let answer = world.ask(&world.analyst, &query, json!({})).await;
        let error = &answer["errors"][0];
        assert_eq!((&answer["data"], &error["extensions"]["code"]), (&Value::Null, &json!("COUNT_ONLY")), "{query}");
        assert!(error["message"].as_str().unwrap().contains(reason), "{query}\n{error:#}");
        assert_eq!(ask(&world, &world.analyst, CSV, &query).await.code(), "COUNT_ONLY", "{query}");
    }
    // The rows behind a figure lead to no child either.
    let behind = sent(APP, "ProvidersBehindTheFigure");
    for below in ["placements(first: 1) { totalCount }", "placements(first: 1) { edges { node { id } } }"] {
        let query = behind.replace("name kind", &format!("name {below} kind"));
        assert_eq!(world.refused(&world.analyst, &query).await, "COUNT_ONLY", "{query}");
    }
});

on_both_pairs!(what_is_about_no_child_is_counted_as_for_everybody_else, async |stores| {
    let world = World::new(stores).await;
    rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(31)).await;
    let open = json!({ "none": { "endsOn": { "isNull": true }, "state": { "eq": "CLOSED" } } });
    let day = |days: u64| (TODAY - Days::new(days)).to_string();
    let (documents, providers) =
        (("HowManyDocuments", "DocumentsBehindTheFigure"), ("HowManyProviders", "ProvidersBehindTheFigure"));
    let mut figures = BTreeSet::new();
    for ((count, list), field, filter) in [
        (documents, "documents", json!({ "state": { "eq": "SUBMITTED" } })),
        (
            documents,
            "documents",
            json!({ "state": { "eq": "ACCEPTED" }, "expiresOn": { "gte": day(5), "lte": day(0) } }),
        ),
        (
            providers,
            "providers",
            json!({ "approvals": { "some": { "endsOn": { "isNull": true }, "state": { "eq": "APPROVED" } } } }),
        ),
        (providers, "providers", json!({ "nextVisitDueOn": { "lt": day(0) }, "approvals": open })),
    ] {
        let read = async |person: &Person, operation: &str| {
            let answer = world.ask(person, sent(APP, operation), json!({ "where": filter })).await;
            assert!(answer.get("errors").is_none(), "{operation} {filter}\n{answer:#}");
            answer["data"][field].clone()
        };
        let figure = read(&world.analyst, count).await["totalCount"].clone();
        let behind = read(&world.analyst, list).await;
        assert_eq!(figure, behind["edges"].as_array().unwrap().len());
        assert_eq!(read(&world.officer, count).await["totalCount"], figure, "{filter}");
        assert_eq!(read(&world.officer, list).await, behind, "{filter}");
        figures.insert(figure.to_string());
    }
    assert!(figures.len() > 1, "{figures:?}");
});
