//! Aggregates: what a naive count of the list says, for whoever may see it; and for who may only count, what the engine
//! tells, once a term and no more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering;

use chrono::{Datelike, NaiveDate, TimeDelta};
use domain::calendar::Period;
use domain::disclosure::FEW;
use domain::pupil::{Answer, PrimaryNeed, SenProvision};
use domain::{Code, access::Role};
use entity::{Coded, Private, disclosure, pupil, site};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};
use serde_json::{Value, json};
use server::graph::tree::{Column, Edge, EdgeKind, Kind, Noun, catalog};

use crate::extract::paged;
use crate::property::rows;
use crate::support::pair::on_both_pairs;
use crate::support::world::{Person, TODAY, World, noon};

/// A dimension as the list shows it: its name, the fields that lead to its value, and the period it falls in.
struct Dimension {
    name: String,
    path: Vec<&'static str>,
    period: Option<Period>,
}

impl Dimension {
    fn value(&self, row: &Value) -> Value {
        let found = self.path.iter().fold(row, |value, field| &value[*field]);
        match (found, self.period) {
            (Value::String(text), Some(period)) => {
                let day: NaiveDate = text[..10].parse().unwrap();
                json!(period.text(period.of(day)))
            }
            (Value::Null | Value::String(_), _) => found.clone(),
            (other, _) => json!(other.to_string()),
        }
    }
}

fn capitals(name: &str) -> String {
    let grown =
        name.chars().map(|letter| if letter.is_ascii_uppercase() { format!("_{letter}") } else { letter.to_string() });
    grown.collect::<String>().to_uppercase()
}

fn target(edge: &Edge) -> Option<&'static Noun> {
    if let EdgeKind::One { target, .. } = &edge.kind { Some(catalog().noun(target)) } else { None }
}

fn dimensions(noun: &'static Noun) -> Vec<Dimension> {
    let mut found = Vec::new();
    for column in &noun.columns {
        let (name, path) = (capitals(column.name), vec![column.name]);
        if column.is_coded() {
            found.push(Dimension { name, path, period: None });
        } else if matches!(column.kind, Kind::Date | Kind::Instant) {
            for period in Period::ALL {
                let name = format!("{name}_{}", capitals(period.as_str()));
                found.push(Dimension { name, path: path.clone(), period: Some(*period) });
            }
        }
    }
    for edge in &noun.edges {
        let name = capitals(edge.name);
        if edge.ones().iter().any(|(_, target)| !catalog().noun(target).audited) {
            found.push(Dimension { name: name.clone(), path: vec![edge.name, "id"], period: None });
        }
        for column in target(edge).iter().flat_map(|target| &target.columns).filter(|column| column.is_coded()) {
            let name = format!("{name}_{}", capitals(column.name));
            found.push(Dimension { name, path: vec![edge.name, column.name], period: None });
        }
    }
    found
}

fn edges(noun: &'static Noun) -> Vec<&'static str> {
    noun.edges.iter().filter(|edge| target(edge).is_some()).map(|edge| edge.name).collect()
}

fn quantities(noun: &'static Noun) -> Vec<&'static Column> {
    noun.columns.iter().filter(|column| column.is_quantity()).collect()
}

/// What is asked of each row of a list, so that it can be counted by hand.
fn fields(noun: &'static Noun) -> String {
    let mut out: Vec<String> =
        noun.columns.iter().filter(|column| column.is_comparable()).map(|column| column.name.to_owned()).collect();
    for edge in &noun.edges {
        let coded = target(edge).into_iter().flat_map(|target| &target.columns).filter(|column| column.is_coded());
        let names: Vec<_> = coded.map(|column| column.name).collect();
        if !edge.ones().is_empty() {
            out.push(format!("{} {{ id {} }}", edge.name, names.join(" ")));
        }
    }
    out.join(" ")
}

/// The groups of these rows, counted by hand: by key, what stands beside it.
fn by_hand(noun: &'static Noun, by: &[Dimension], list: &[Value]) -> BTreeMap<String, Value> {
    let mut groups: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    if by.is_empty() {
        groups.insert("[]".to_owned(), Vec::new());
    }
    for row in list {
        let key: Vec<_> = by.iter().map(|dimension| dimension.value(row)).collect();
        groups.entry(json!(key).to_string()).or_default().push(row);
    }
    let figures = |rows: Vec<&Value>| {
        let mut out = json!({ "count": rows.len(), "shown": rows.len().to_string() });
        for edge in edges(noun) {
            let different: BTreeSet<_> = rows.iter().filter_map(|row| row[edge]["id"].as_str()).collect();
            out["distinct"][edge] = json!(different.len());
        }
        for column in quantities(noun) {
            let mut values: Vec<i64> = rows.iter().filter_map(|row| whole(&row[column.name])).collect();
            values.sort_unstable();
            let sum: i64 = values.iter().sum();
            let middle = values.get(values.len().saturating_sub(1) / 2).zip(values.get(values.len() / 2));
            let is_money = column.kind == Kind::Money;
            // Read as an answer is read, which may cost the last digit.
            let read = |value: f64| serde_json::from_str(&json!(value).to_string()).unwrap();
            let written = |value: f64| if is_money { json!(pounds(value.round() as i64)) } else { read(value) };
            let some = !values.is_empty();
            let sums = if is_money { json!(pounds(sum)) } else { json!(sum) };
            out["sum"][column.name] = if some { sums } else { Value::Null };
            out["mean"][column.name] = if some { written(sum as f64 / values.len() as f64) } else { Value::Null };
            out["median"][column.name] =
                middle.filter(|_| some).map_or(Value::Null, |(one, two)| written((one + two) as f64 / 2.0));
        }
        out
    };
    groups.into_iter().map(|(key, rows)| (key, figures(rows))).collect()
}

/// A number, or an amount in pence.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str().and_then(|pounds| pounds.replace('.', "").parse().ok()))
}

fn pounds(pence: i64) -> String {
    format!("{}.{:02}", pence / 100, pence % 100)
}

/// The same groups, as the graph gives them.
async fn by_graph(world: &World, person: &Person, noun: &'static Noun, by: &[Dimension]) -> BTreeMap<String, Value> {
    let plural = noun.plural.unwrap();
    let names: Vec<_> = by.iter().map(|dimension| dimension.name.as_str()).collect();
    let group_by = if names.is_empty() { String::new() } else { format!("(groupBy: [{}])", names.join(", ")) };
    let mut figures = "key { dimension value } count shown".to_owned();
    let edges = edges(noun).join(" ");
    if !edges.is_empty() {
        figures += &format!(" distinct {{ {edges} }}");
    }
    let columns: Vec<_> = quantities(noun).iter().map(|column| column.name).collect();
    if !columns.is_empty() {
        let columns = columns.join(" ");
        figures += &format!(" sum {{ {columns} }} mean {{ {columns} }} median {{ {columns} }}");
    }
    let query = format!("{{ {plural}Aggregate{group_by} {{ exact asAt rows {{ {figures} }} }} }}");
    let answer = world.read(person, &query).await[format!("{plural}Aggregate")].clone();
    assert_eq!((&answer["exact"], &answer["asAt"]), (&json!(true), &json!("2026-03-03T12:00:00.000Z")));
    let mut groups = BTreeMap::new();
    for row in answer["rows"].as_array().unwrap() {
        let mut row = row.as_object().unwrap().clone();
        let key = row.remove("key").unwrap();
        let told: Vec<_> = key.as_array().unwrap().iter().map(|part| part["dimension"].as_str().unwrap()).collect();
        assert_eq!(told, names);
        let values: Vec<_> = key.as_array().unwrap().iter().map(|part| part["value"].clone()).collect();
        assert!(groups.insert(json!(values).to_string(), Value::Object(row)).is_none(), "{query}: a group twice");
    }
    groups
}

on_both_pairs!(aggregates_say_what_a_count_by_hand_of_the_list_says, async |stores| {
    let world = World::new(stores).await;
    let mut rng = ChaCha8Rng::seed_from_u64(21);
    rows::grant(&world, &mut rng).await;
    rows::scatter_in(&world, &mut rng, &[world.authority, world.elsewhere]).await;
    let (mut compared, mut counted) = (0, 0);
    for noun in catalog().nouns() {
        let Some(plural) = noun.plural else { continue };
        for person in world.people() {
            let probe = format!("{{ {plural}(first: 1) {{ edges {{ node {{ {} }} }} }} }}", fields(noun));
            if world.ask(person, &probe, json!({})).await["errors"][0]["extensions"]["code"] == "COUNT_ONLY" {
                continue;
            }
            let list = paged(&world, person, plural, &fields(noun)).await;
            let all = dimensions(noun);
            for by in [&[][..]].into_iter().chain(all.chunks(2)) {
                let (hand, graph) = (by_hand(noun, by, &list), by_graph(&world, person, noun, by).await);
                let names: Vec<_> = by.iter().map(|dimension| &dimension.name).collect();
                assert_eq!(graph, hand, "{plural} by {names:?} for {}", person.role);
                compared += 1;
                counted += list.len();
            }
        }
    }
    assert!(compared > 500 && counted > 2_000, "{compared} {counted}");
});

on_both_pairs!(a_filter_narrows_an_aggregate_as_it_narrows_the_list, async |stores| {
    let world = World::new(stores).await;
    rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(22)).await;
    let filter = "{ or: [{ state: { eq: ACTIVE } }, { provider: { name: { contains: \"motors\" } } }] }";
    let query = format!(
        "{{ placements(where: {filter}) {{ totalCount }} all: placementsAggregate(where: {filter}) {{ rows {{ count }} }}
            placementsAggregate(where: {filter}, groupBy: [PROVIDER, STATE]) {{ rows {{ key {{ value label }} count }} }} }}"
    );
    for person in [&world.officer, &world.coordinator, &world.provider] {
        let data = world.read(person, &query).await;
        let total = data["placements"]["totalCount"].as_i64().unwrap();
        assert_eq!(data["all"]["rows"], json!([{ "count": total }]));
        let groups = data["placementsAggregate"]["rows"].as_array().unwrap();
        assert_eq!(groups.iter().map(|group| group["count"].as_i64().unwrap()).sum::<i64>(), total);
        assert!(groups.iter().all(|group| group["key"][0]["label"].is_string()), "{groups:?}");
        let order: Vec<_> = groups.iter().map(|group| group["key"][0]["label"].as_str().unwrap()).collect();
        assert!(order.is_sorted(), "{order:?}");
    }
});

on_both_pairs!(what_cannot_be_an_aggregate_is_refused_in_words, async |stores| {
    let world = World::new(stores).await;
    rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(23)).await;
    let wide = "[STATE, PROVIDER, PROVIDER_KIND, STARTS_ON_MONTH, RATE_BASIS]";
    for (query, code) in [
        (format!("{{ placementsAggregate(groupBy: {wide}) {{ rows {{ count }} }} }}"), "BAD_INPUT"),
        ("{ placementsAggregate(groupBy: [STATE, STATE]) { rows { count } } }".to_owned(), "BAD_INPUT"),
        ("{ placementsAggregate(groupBy: [PUPIL]) { rows { count } } }".to_owned(), "VALIDATION_FAILED"),
        ("{ pupilsAggregate(groupBy: [GIVEN_NAME]) { rows { count } } }".to_owned(), "VALIDATION_FAILED"),
    ] {
        assert_eq!(world.refused(&world.officer, &query).await, code, "{query}");
    }
    let site = site::Entity::find().one(&world.app.db).await.unwrap().unwrap();
    let sites = (0..=1_000).map(|months| site::ActiveModel {
        id: Set(world.id()),
        created_at: Set(noon() - TimeDelta::days(31 * months)),
        ..site.clone().into_active_model().reset_all()
    });
    site::Entity::insert_many(sites).exec_without_returning(&world.app.db).await.unwrap();
    let by = |period: &str| format!("{{ sitesAggregate(groupBy: [CREATED_AT_{period}]) {{ rows {{ count }} }} }}");
    assert_eq!(world.refused(&world.officer, &by("MONTH")).await, "TOO_MANY_GROUPS");
    assert!(world.read(&world.officer, &by("YEAR")).await["sitesAggregate"]["rows"].as_array().unwrap().len() > 80);
});

/// So many pupils of a year group.
pub async fn put_pupils(world: &World, count: usize, year_group: i32, need: Option<PrimaryNeed>) {
    for _ in 0..count {
        world
            .put(pupil::ActiveModel {
                id: Set(world.id()),
                authority_id: Set(world.authority),
                school_id: Set(world.schools[0]),
                upn: Set(None),
                given_name: Set(Private("Sam".to_owned())),
                family_name: Set(Private("Example".to_owned())),
                date_of_birth: Set(Private(TODAY.with_year(TODAY.year() - 6 - year_group).unwrap())),
                year_group: Set(year_group),
                sen_provision: Set(Coded(SenProvision::None)),
                primary_need: Set(need.map(Coded)),
                looked_after: Set(Coded(Answer::No)),
                created_at: Set(noon()),
                updated_at: Set(noon()),
                version: Set(1),
            })
            .await;
    }
}

const BY_YEAR: &str = "{ pupilsAggregate(groupBy: [YEAR_GROUP]) { exact asAt rows { key { value } count shown } } }";

on_both_pairs!(who_may_only_count_is_told_once_a_term_what_is_near_the_truth, async |stores| {
    let world = World::new(stores).await;
    put_pupils(&world, 90, 9, Some(PrimaryNeed::Semh)).await;
    put_pupils(&world, 3, 10, None).await;
    let told = world.read(&world.analyst, BY_YEAR).await["pupilsAggregate"].clone();
    assert_eq!(told["exact"], false);
    let groups = told["rows"].as_array().unwrap();
    assert_eq!(groups.len(), 14, "every year group, whoever is in it");
    for (year, group) in groups.iter().enumerate() {
        assert_eq!(group["key"], json!([{ "value": year.to_string() }]));
        let shown = group["count"].as_i64().map_or(FEW.to_owned(), |count| count.to_string());
        assert_eq!(group["shown"], shown);
        assert!(group["count"].as_i64().is_none_or(|count| count >= 10 && count % 5 == 0), "{group}");
    }
    // Farther than 40 is one in three thousand, and the draw of this table stays what it is.
    assert!((50..=130).contains(&groups[9]["count"].as_i64().unwrap()), "{}", groups[9]);

    // More pupils, another day, a colleague: the same answer.
    put_pupils(&world, 50, 10, None).await;
    world.clock.advance(TimeDelta::days(20));
    let colleague = world.person(Role::Analyst, world.authority, None, None).await;
    for person in [&world.analyst, &colleague] {
        assert_eq!(world.read(person, BY_YEAR).await["pupilsAggregate"], told);
    }
    // In the next term it is counted anew.
    world.clock.advance(TimeDelta::days(60));
    let later = world.person(Role::Analyst, world.authority, None, None).await;
    let next = world.read(&later, BY_YEAR).await["pupilsAggregate"].clone();
    assert_ne!(next["asAt"], told["asAt"]);
    assert!(next["rows"][10]["count"].as_i64().is_some_and(|count| count > 10), "{next}");
    assert_eq!(disclosure::Entity::find().all(&world.app.db).await.unwrap().len(), 2);
});

on_both_pairs!(a_filter_of_who_may_only_count_chooses_cells_of_a_table, async |stores| {
    let world = World::new(stores).await;
    put_pupils(&world, 60, 9, Some(PrimaryNeed::Semh)).await;
    put_pupils(&world, 70, 9, Some(PrimaryNeed::Asd)).await;
    let rows = async |query: &str| {
        let query = format!("{{ pupilsAggregate{query} {{ rows {{ key {{ value }} shown }} }} }}");
        world.read(&world.analyst, &query).await["pupilsAggregate"]["rows"].as_array().unwrap().clone()
    };
    let table = rows("(groupBy: [YEAR_GROUP, PRIMARY_NEED])").await;
    assert_eq!(table.len(), 14 * 14, "needs, and none");
    let of = |year: &str, need: Value| {
        let key = json!([{ "value": year }, { "value": need }]);
        table.iter().find(|row| row["key"] == key).unwrap()["shown"].clone()
    };
    let filtered = rows("(where: { primaryNeed: { eq: SEMH } }, groupBy: [YEAR_GROUP])").await;
    assert_eq!(filtered.len(), 14);
    assert_eq!(filtered[9], json!({ "key": [{ "value": "9" }], "shown": of("9", json!("SEMH")) }));
    let one = rows("(where: { yearGroup: { eq: 9 }, primaryNeed: { isNull: true } })").await;
    assert_eq!(one, [json!({ "key": [], "shown": of("9", Value::Null) })]);
    let two = rows("(where: { yearGroup: { in: [9, 10] }, primaryNeed: { eq: ASD } }, groupBy: [YEAR_GROUP])").await;
    assert_eq!(
        two.iter().map(|row| row["shown"].clone()).collect::<Vec<_>>(),
        [of("9", json!("ASD")), of("10", json!("ASD"))]
    );
    assert_eq!(disclosure::Entity::find().all(&world.app.db).await.unwrap().len(), 1, "one table answered all");
});

on_both_pairs!(who_may_only_count_cannot_ask_what_is_in_no_table, async |stores| {
    let world = World::new(stores).await;
    rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(24)).await;
    for query in [
        "pupilsAggregate(groupBy: [YEAR_GROUP, SEN_PROVISION, PRIMARY_NEED]) { rows { count } }",
        "pupilsAggregate(groupBy: [YEAR_GROUP, LOOKED_AFTER]) { rows { count } }",
        "pupilsAggregate(groupBy: [SCHOOL]) { rows { count } }",
        "pupilsAggregate(groupBy: [CREATED_AT_MONTH]) { rows { count } }",
        "pupilsAggregate(where: { lookedAfter: { eq: YES } }, groupBy: [YEAR_GROUP]) { rows { count } }",
        "pupilsAggregate(where: { familyName: { startsWith: \"E\" } }) { rows { count } }",
        "pupilsAggregate(where: { dateOfBirth: { lt: \"2012-01-01\" } }) { rows { count } }",
        "pupilsAggregate(where: { not: { yearGroup: { eq: 9 } } }) { rows { count } }",
        "pupilsAggregate(where: { yearGroup: { gte: 9 } }) { rows { count } }",
        "pupilsAggregate(where: { yearGroup: { ne: 9 } }) { rows { count } }",
        "pupilsAggregate(where: { yearGroup: { in: [9, 10] } }) { rows { count } }",
        "pupilsAggregate(where: { placements: { some: {} } }) { rows { count } }",
        "pupilsAggregate(groupBy: [YEAR_GROUP]) { rows { distinct { school } } }",
        "placementsAggregate(groupBy: [STATE]) { rows { count } }",
        "placementsAggregate(groupBy: [STATE]) { rows { sum { rate } } }",
        "placementsAggregate(groupBy: [STATE]) { rows { median { weeklyMinutes } } }",
        "placementsAggregate(groupBy: [STATE]) { rows { distinct { provider } } }",
        "placementsAggregate(groupBy: [PROVIDER]) { rows { distinct { pupil } } }",
        "placementsAggregate(where: { startsOn: { gte: \"2026-01-08\" } }) { rows { distinct { pupil } } }",
        "attendanceMarksAggregate { rows { count } }",
        "attendanceMarksAggregate(groupBy: [CODE]) { rows { distinct { pupil } } }",
        "providersAggregate(where: { placements: { some: {} } }) { rows { count } }",
        "pupils { totalCount }",
    ] {
        assert_eq!(world.refused(&world.analyst, &format!("{{ {query} }}")).await, "COUNT_ONLY", "{query}");
    }
    let answered = "{ placementsAggregate(groupBy: [PROVIDER_KIND, STARTS_ON_TERM]) { rows { key { value } distinct { pupil } shown } } }";
    let rows = world.read(&world.analyst, answered).await["placementsAggregate"]["rows"].clone();
    assert_eq!(rows.as_array().unwrap().len() % 9, 0, "nine terms");
    assert!(rows.as_array().unwrap().iter().any(|row| row["key"][1]["value"] == "2025/26 spring"));
    let told = disclosure::Entity::find().all(&world.app.db).await.unwrap();
    assert_eq!(told.len(), 1, "what is refused is not even counted: {told:?}");
    // And what may be seen is exact, for an analyst as well.
    let seen = world.read(&world.analyst, "{ providersAggregate(groupBy: [KIND]) { exact rows { count } } }").await;
    assert_eq!(seen["providersAggregate"]["exact"], true);
});

on_both_pairs!(a_table_is_counted_with_one_statement_and_then_not_again, async |stores| {
    let (db, count) = stores.database.counted().await;
    let world = World::over(db, stores).await;
    rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(25)).await;
    // The session with the memberships; whether the table stands; then the count, and keeping it.
    for statements in [4, 2, 2] {
        count.store(0, Ordering::Relaxed);
        world.read(&world.analyst, BY_YEAR).await;
        assert_eq!(count.load(Ordering::Relaxed), statements);
    }
});
