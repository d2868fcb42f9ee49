//! Any query as data (F53, S77): a list to its end, in every form, is what its pages say; and nothing goes out unnoted.

use std::collections::BTreeMap;

use bytes::Bytes;
use entity::{audit, ids, site};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use poem::http::{StatusCode, header};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::property::rows;
use crate::support::pair::on_both_pairs;
use crate::support::world::{Person, TODAY, World, noon};

pub const CSV: &str = "text/csv";
const LINES: &str = "application/x-ndjson";
const PARQUET: &str = "application/vnd.apache.parquet";
const DICTIONARY: &str = "application/csvm+json";

/// A file, or the code of the error that came instead.
pub struct Answer {
    status: StatusCode,
    rows: Option<String>,
    pub body: Bytes,
}

impl Answer {
    pub fn code(&self) -> String {
        let error: Value = serde_json::from_slice(&self.body).unwrap();
        error["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned()
    }

    fn lines(&self) -> Vec<Value> {
        assert_eq!(self.status, StatusCode::OK, "{}", String::from_utf8_lossy(&self.body));
        let lines: Vec<Value> = self
            .body
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect();
        assert_eq!(self.rows.as_deref(), Some(lines.len().to_string().as_str()));
        lines
    }
}

/// Asks for a query's rows in a form.
pub async fn ask(world: &World, person: &Person, form: &str, query: &str) -> Answer {
    let request = world.server().post("/graphql").header("accept", form);
    let request = request.header("authorization", format!("Bearer {}", person.token));
    let response = request.body_json(&json!({ "query": query })).send().await.0;
    let rows = response.headers().get("waymark-rows").map(|rows| rows.to_str().unwrap().to_owned());
    if response.status() == StatusCode::OK {
        let disposition = response.headers()[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert!(disposition.starts_with("attachment; filename=\"") && disposition.contains(&TODAY.to_string()));
    }
    Answer { status: response.status(), rows, body: response.into_body().into_bytes().await.unwrap() }
}

/// Every row of a list that the graph gives page by page; `node` is what is asked of each.
pub async fn paged(world: &World, person: &Person, list: &str, node: &str) -> Vec<Value> {
    let (mut rows, mut after) = (Vec::new(), Value::Null);
    loop {
        let query = format!(
            "{{ {list}(first: 100, after: {after}) {{ pageInfo {{ hasNextPage endCursor }} edges {{ node {{ {node} }} }} }} }}"
        );
        let page = world.read(person, &query).await[list].clone();
        rows.extend(page["edges"].as_array().unwrap().iter().map(|edge| edge["node"].clone()));
        if page["pageInfo"]["hasNextPage"] == false {
            return rows;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

async fn put_sites(world: &World, provider: ids::ProviderId, count: usize) {
    for number in 0..count {
        world
            .put(site::ActiveModel {
                id: Set(world.id()),
                authority_id: Set(world.authority),
                provider_id: Set(provider),
                name: Set(format!("Site {number}")),
                address: Set("1 Fen Road".to_owned()),
                postcode: Set("ZZ1 1ZZ".to_owned()),
                uprn: Set(None),
                starts_on: Set(TODAY),
                ends_on: Set(None),
                created_at: Set(noon()),
                updated_at: Set(noon()),
                version: Set(1),
            })
            .await;
    }
}

on_both_pairs!(a_list_to_its_end_is_what_its_pages_say, async |stores| {
    let world = World::new(stores).await;
    rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(11)).await;
    let node = "id startsOn state weeklyMinutes createdAt provider { name next: nextVisitDueOn } payingParty { __typename name }";
    let lines = ask(
        &world,
        &world.officer,
        LINES,
        &format!("{{ placements {{ totalCount edges {{ cursor node {{ {node} }} }} }} }}"),
    )
    .await
    .lines();
    let expected: Vec<_> = paged(&world, &world.officer, "placements", node)
        .await
        .into_iter()
        .map(|row| {
            let of = |edge: &str, field: &str| row[edge][field].clone();
            json!({
                "id": row["id"], "startsOn": row["startsOn"], "state": row["state"], "weeklyMinutes": row["weeklyMinutes"],
                "createdAt": row["createdAt"], "provider_name": of("provider", "name"), "provider_next": of("provider", "next"),
                "payingParty___typename": of("payingParty", "__typename"), "payingParty_name": of("payingParty", "name"),
            })
        })
        .collect();
    assert!(expected.len() > 15);
    assert_eq!(lines, expected);

    // A coordinator gets what a coordinator sees, and a filter filters.
    for person in [&world.coordinator, &world.analyst, &world.stranger] {
        let seen = paged(&world, person, "providers", "id name").await;
        assert_eq!(ask(&world, person, LINES, "{ providers { edges { node { id name } } } }").await.lines(), seen);
    }
    let query = "{ placements(where: { state: { eq: ACTIVE } }, orderBy: [{ field: STARTS_ON, direction: ASC }]) { edges { node { id } } } }";
    let expected = world.read(&world.officer, query).await["placements"]["edges"].clone();
    let expected: Vec<_> = expected.as_array().unwrap().iter().map(|edge| edge["node"].clone()).collect();
    assert_eq!(ask(&world, &world.officer, LINES, query).await.lines(), expected);
});

on_both_pairs!(a_list_below_a_list_is_read_to_the_end_of_each, async |stores| {
    let world = World::new(stores).await;
    let mut sites = BTreeMap::new();
    // More rows than one page of parents, and one parent with several pages of children.
    for number in 0..120 {
        let provider = world.put_provider(&format!("Provider {number:03}")).await;
        let count = if number == 60 { 730 } else { number % 3 };
        put_sites(&world, provider, count).await;
        sites.insert(format!("Provider {number:03}"), count);
    }
    let order = "orderBy: [{ field: NAME, direction: ASC }]";
    let query = format!(
        "{{ providers({order}) {{ edges {{ node {{ name sites {{ edges {{ node {{ id name }} }} }} }} }} }} }}"
    );
    let lines = ask(&world, &world.officer, LINES, &query).await.lines();
    let expected: Vec<_> = sites.iter().flat_map(|(name, count)| std::iter::repeat_n(name.clone(), *count)).collect();
    let told: Vec<_> = lines.iter().map(|line| line["name"].as_str().unwrap().to_owned()).collect();
    assert_eq!(told, expected);
    let mut ids: Vec<_> = lines.iter().map(|line| line["sites_id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), lines.len(), "each site once");
});

on_both_pairs!(every_form_holds_the_same_rows, async |stores| {
    let world = World::new(stores).await;
    rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(12)).await;
    world.put_provider("=HYPERLINK(\"https://evil.example\")").await;
    world.put_provider("Ōtaki, \"Marine\"\r\nWorkshop").await;
    let query = "{ providers { edges { node { id name kind registered capacity nextVisitDueOn createdAt } } } }";
    let lines = ask(&world, &world.officer, LINES, query).await.lines();

    let csv = ask(&world, &world.officer, CSV, query).await;
    let text = std::str::from_utf8(&csv.body).unwrap().strip_prefix('\u{feff}').expect("the mark that Excel reads");
    assert!(text.starts_with("id,name,kind,registered,capacity,nextVisitDueOn,createdAt\r\n"));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    let records: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), lines.len());
    for (record, line) in records.iter().zip(&lines) {
        for (name, cell) in names.iter().zip(record) {
            let expected = match &line[name] {
                Value::Null => String::new(),
                Value::String(text) if text.starts_with('=') => format!("'{text}"),
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            assert_eq!(cell, expected, "{name}");
        }
    }

    let parquet = SerializedFileReader::new(ask(&world, &world.officer, PARQUET, query).await.body).unwrap();
    let said = parquet.metadata().file_metadata().key_value_metadata().unwrap();
    let said: BTreeMap<_, _> = said.iter().map(|pair| (pair.key.as_str(), pair.value.clone().unwrap())).collect();
    assert_eq!((said["query"].as_str(), said["extractedAt"].as_str()), (query, "2026-03-03T12:00:00.000Z"));
    assert!(
        said["scope"].starts_with("officer of local_authority:") && said["column.name"].starts_with("Provider.name: ")
    );
    let rows: Vec<_> = parquet.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), lines.len());
    for (row, line) in rows.iter().zip(&lines) {
        for (name, field) in row.get_column_iter().take(5) {
            let told = match field {
                Field::Null => Value::Null,
                Field::Bool(yes) => json!(yes),
                Field::Int(number) => json!(number),
                Field::Str(text) => json!(text),
                other => panic!("{other:?}"),
            };
            assert_eq!(told, line[name]);
        }
    }

    let dictionary: Value = serde_json::from_slice(&ask(&world, &world.officer, DICTIONARY, query).await.body).unwrap();
    assert_eq!(dictionary["dc:source"], query);
    let columns = dictionary["tableSchema"]["columns"].as_array().unwrap();
    let types: Vec<_> =
        columns.iter().map(|column| (column["name"].as_str().unwrap(), column["datatype"].clone())).collect();
    assert_eq!(types[5], ("nextVisitDueOn", json!("date")));
    assert!(columns[2]["notes"].as_array().unwrap().iter().any(|note| note["code"] == "MOTOR_VEHICLE"));
});

on_both_pairs!(groups_are_rows_and_what_is_withheld_is_marked, async |stores| {
    let world = World::new(stores).await;
    rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(15)).await;
    let query = "{ placementsAggregate(groupBy: [STATE, PROVIDER]) { exact rows { key { dimension value label } count
        shown distinct { school: onRollSchool } sum { rate weeklyMinutes } mean { weeklyMinutes } median { rate } } } }";
    let read = world.read(&world.officer, query).await;
    let groups = read["placementsAggregate"]["rows"].as_array().unwrap();
    let expected: Vec<_> = groups
        .iter()
        .map(|group| {
            let [state, provider] = [&group["key"][0], &group["key"][1]];
            json!({
                "exact": true, "state": state["value"], "state_label": state["label"], "provider": provider["value"],
                "provider_label": provider["label"], "count": group["count"], "shown": group["shown"],
                "distinct_school": group["distinct"]["school"], "sum_rate": group["sum"]["rate"],
                "sum_weeklyMinutes": group["sum"]["weeklyMinutes"], "mean_weeklyMinutes": group["mean"]["weeklyMinutes"],
                "median_rate": group["median"]["rate"],
            })
        })
        .collect();
    assert!(expected.len() > 5);
    assert_eq!(ask(&world, &world.officer, LINES, query).await.lines(), expected);

    let dictionary: Value = serde_json::from_slice(&ask(&world, &world.officer, DICTIONARY, query).await.body).unwrap();
    let columns = dictionary["tableSchema"]["columns"].as_array().unwrap();
    let types: BTreeMap<_, _> =
        columns.iter().map(|column| (column["name"].as_str().unwrap(), &column["datatype"])).collect();
    assert_eq!(types.len(), 12, "a line for each column");
    assert_eq!((types["mean_weeklyMinutes"], types["sum_weeklyMinutes"]), (&json!("double"), &json!("long")));
    assert!(columns.iter().all(|column| column["dc:description"].as_str().unwrap().len() > 3), "{columns:#?}");

    let parquet = SerializedFileReader::new(ask(&world, &world.officer, PARQUET, query).await.body).unwrap();
    let means = parquet.get_row_iter(None).unwrap().map(|row| {
        let row = row.unwrap();
        let (_, mean) = row.get_column_iter().find(|(name, _)| *name == "mean_weeklyMinutes").unwrap();
        match mean {
            Field::Double(mean) => json!(mean),
            Field::Null => Value::Null,
            other => panic!("{other:?}"),
        }
    });
    assert!(means.eq(expected.iter().map(|line| line["mean_weeklyMinutes"].clone())));

    // Of pupils an analyst is told what is told in JSON, and which figures are withheld.
    let query = "{ pupilsAggregate(groupBy: YEAR_GROUP) { rows { key { value } count } } }";
    let read = world.read(&world.analyst, query).await;
    let groups = read["pupilsAggregate"]["rows"].as_array().unwrap();
    let expected: Vec<_> = groups
        .iter()
        .map(|group| {
            let count = &group["count"];
            json!({ "year_group": group["key"][0]["value"], "count": count, "withheld": count.is_null() })
        })
        .collect();
    assert!(expected.iter().any(|line| line["withheld"] == true));
    assert_eq!(ask(&world, &world.analyst, LINES, query).await.lines(), expected);
});

on_both_pairs!(what_goes_out_is_noted_and_whose_records_were_in_it, async |stores| {
    let world = World::new(stores).await;
    rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(13)).await;
    let lines = ask(&world, &world.officer, CSV, "{ pupils { edges { node { id initials } } } }").await;
    let count: usize = lines.rows.as_deref().unwrap().parse().unwrap();
    assert!(count > 5);
    let entries = audit::Entity::find()
        .filter(audit::Column::AccountId.eq(world.officer.account))
        .all(&world.app.db)
        .await
        .unwrap();
    let (read, extract): (Vec<_>, Vec<_>) = entries.iter().partition(|entry| entry.act == "read");
    let [read] = read[..] else { panic!("{read:?}") };
    assert_eq!((read.noun.as_str(), read.detail["read"].as_array().unwrap().len()), ("pupil", count));
    let [extract] = extract[..] else { panic!("{extract:?}") };
    assert_eq!((extract.act.as_str(), extract.noun.as_str()), ("extract", "pupil"));
    assert_eq!(extract.detail["rows"], count);
    assert_eq!(extract.detail["fields"], json!(["Pupil.id", "Pupil.initials"]));
});

on_both_pairs!(what_is_no_table_or_not_theirs_is_refused_in_words, async |stores| {
    let mut world = World::new(stores).await;
    world.configure(|config| config.max_extract_rows = 3);
    rows::scatter(&world, &mut ChaCha8Rng::seed_from_u64(14)).await;
    let cases = [
        (
            "{ providers { edges { node { name sites { edges { node { id } } } contacts { edges { node { id } } } } } } }",
            "BAD_INPUT",
        ),
        ("{ placements { edges { node { id provider { sites { edges { node { id } } } } } } } }", "BAD_INPUT"),
        ("{ providers { edges { node { id } } } schools { edges { node { id } } } }", "BAD_INPUT"),
        ("{ providers(last: 2) { edges { node { id } } } }", "BAD_INPUT"),
        ("{ providers { edges { node { provider_name: id sites { edges { node { id } } } } } } }", "TOO_LARGE"),
        ("{ sites { edges { node { provider_name: id provider { name } } } } }", "BAD_INPUT"),
        ("{ providers { totalCount } }", "BAD_INPUT"),
        ("{ placementsAggregate { exact } }", "BAD_INPUT"),
        ("{ placementsAggregate { rows { count } } providersAggregate { rows { count } } }", "BAD_INPUT"),
        ("{ __typename }", "BAD_INPUT"),
        ("{ visits { edges { node { id } } } }", "TOO_LARGE"),
        ("{ nothing }", "VALIDATION_FAILED"),
    ];
    for (query, code) in cases {
        let answer = ask(&world, &world.officer, CSV, query).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::BAD_REQUEST, code), "{query}");
    }
    let mutation = "mutation { signOut(input: { idempotencyKey: \"12345678\" }) { refusal { code } } }";
    assert_eq!(ask(&world, &world.officer, CSV, mutation).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let providers = "{ providers { edges { node { id } } } }";
    for person in [&world.provider, &world.visitor] {
        let answer = ask(&world, person, CSV, providers).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::FORBIDDEN, "FORBIDDEN"));
    }
    // Who may only count pupils gets no row of them.
    assert_eq!(ask(&world, &world.analyst, LINES, "{ pupils { edges { node { id } } } }").await.code(), "COUNT_ONLY");
    let nobody = Person { token: String::new(), ..world.officer.clone() };
    assert_eq!(ask(&world, &nobody, CSV, providers).await.status, StatusCode::UNAUTHORIZED);
    let noted = audit::Entity::find().filter(audit::Column::Act.eq("extract")).all(&world.app.db).await.unwrap();
    assert!(noted.is_empty(), "{noted:?}");
});
