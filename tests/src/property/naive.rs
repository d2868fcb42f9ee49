//! The naive reading: every visible row in memory, an edge at a time, a field at a time.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::sea_query::Query;
use sea_orm::{ConnectionTrait, QueryResult};
use serde_json::{Map, Value, json};
use server::access::scope::{Scope, Sight, Table};
use server::access::viewer;
use server::graph::tree::{EdgeKind, Kind, Noun, catalog};
use uuid::Uuid;

use super::document::{Asks, Document, Field, Filter, Page, Part};
use crate::support::world::{Person, TODAY, World};

/// What a person may see: the rows of every noun.
#[derive(Debug)]
pub struct Memory {
    rows: HashMap<&'static str, Vec<Row>>,
    count_only: Vec<&'static str>,
    /// Rows whose reading leaves a trace, shown since this was last emptied.
    shown: RefCell<BTreeSet<Uuid>>,
}

#[derive(Debug)]
struct Row {
    id: Uuid,
    /// Columns by name, as the graph writes them; money is kept in pence beside its text, to be ordered by.
    values: HashMap<&'static str, Value>,
    pence: HashMap<&'static str, i64>,
    /// Columns that edges follow from here.
    keys: HashMap<String, Option<Uuid>>,
    /// Columns that edges follow to here.
    held: HashMap<String, Option<Uuid>>,
}

impl Memory {
    pub async fn of(world: &World, person: &Person) -> Self {
        let scope = viewer::scope(&world.app.db, person.account, TODAY).await.unwrap();
        let mut memory = Self { rows: HashMap::new(), count_only: Vec::new(), shown: RefCell::default() };
        for noun in catalog().nouns() {
            let table = Table::named("n");
            let seen = (noun.may_see)(&scope, &table);
            if seen.is_nothing() && !(noun.may_count)(&scope, &table).is_nothing() {
                memory.count_only.push(noun.name);
            }
            memory.rows.insert(noun.name, rows(world, &scope, noun, seen).await);
        }
        memory
    }

    /// Whether the person may list rows of this noun, and not only count them.
    pub fn may_list(&self, noun: &str) -> bool {
        !self.count_only.contains(&noun)
    }

    /// The rows whose reading leaves a trace, shown since this was last asked.
    pub fn take_shown(&self) -> BTreeSet<Uuid> {
        self.shown.take()
    }

    /// Whether the person may see this row; `noun` is the prefix of its ids.
    pub fn has(&self, noun: &str, id: Uuid) -> bool {
        let noun = catalog().nouns().iter().find(|candidate| candidate.prefix == noun);
        noun.is_some_and(|noun| self.rows[noun.name].iter().any(|row| row.id == id))
    }

    /// The values that a column has.
    pub fn values(&self, noun: &str, column: &str) -> Vec<&Value> {
        self.rows[noun].iter().filter_map(|row| row.values.get(column)).filter(|value| !value.is_null()).collect()
    }
}

async fn rows(world: &World, scope: &Scope, noun: &'static Noun, seen: Sight) -> Vec<Row> {
    let table = Table::named("n");
    let mut select = Query::select();
    select.from_as(noun.table, table.alias());
    for column in &noun.columns {
        select.expr(column.read(scope, &table));
    }
    let mut followed = Vec::new();
    for edge in &noun.edges {
        let columns = match &edge.kind {
            EdgeKind::One { column, .. } => vec![column.clone()],
            EdgeKind::AnyOf { options, .. } => options.iter().map(|(column, _)| column.clone()).collect(),
            EdgeKind::Many { .. } => Vec::new(),
        };
        for column in columns {
            select.expr(edge.read(&column, scope, &table));
            followed.push(format!("{}/{}", edge.name, column.inner()));
        }
    }
    let mut held = Vec::new();
    for edge in catalog().nouns().iter().flat_map(|noun| &noun.edges) {
        if let EdgeKind::Many { target, column } = &edge.kind
            && *target == noun.name
            && !held.contains(&column.inner().to_string())
        {
            select.expr(table.col(column.clone()));
            held.push(column.inner().to_string());
        }
    }
    match seen {
        Sight::All => {}
        Sight::Nothing => return Vec::new(),
        Sight::Where(condition) => {
            select.and_where(condition);
        }
    }
    let found = world.app.db.query_all(&select).await.unwrap();
    found.iter().map(|row| read_row(row, noun, &followed, &held)).collect()
}

fn read_row(row: &QueryResult, noun: &'static Noun, followed: &[String], held: &[String]) -> Row {
    let mut read = Row {
        id: row.try_get_by_index(0).unwrap(),
        values: HashMap::new(),
        pence: HashMap::new(),
        keys: HashMap::new(),
        held: HashMap::new(),
    };
    for (index, column) in noun.columns.iter().enumerate() {
        read.values.insert(column.name, value(row, index, noun, column.kind));
        if column.kind == Kind::Money
            && let Some(pence) = row.try_get_by_index::<Option<i64>>(index).unwrap()
        {
            read.pence.insert(column.name, pence);
        }
    }
    let width = noun.columns.len();
    for (index, name) in followed.iter().enumerate() {
        read.keys.insert(name.clone(), row.try_get_by_index(width + index).unwrap());
    }
    for (index, name) in held.iter().enumerate() {
        read.held.insert(name.clone(), row.try_get_by_index(width + followed.len() + index).unwrap());
    }
    read
}

fn value(row: &QueryResult, index: usize, noun: &Noun, kind: Kind) -> Value {
    match kind {
        Kind::Id => json!(format!("{}:{}", noun.prefix, row.try_get_by_index::<Uuid>(index).unwrap())),
        Kind::Text => json!(row.try_get_by_index::<Option<String>>(index).unwrap()),
        Kind::Int => json!(row.try_get_by_index::<Option<i32>>(index).unwrap()),
        Kind::BigInt => json!(row.try_get_by_index::<Option<i64>>(index).unwrap()),
        Kind::Boolean => json!(row.try_get_by_index::<Option<bool>>(index).unwrap()),
        Kind::Date => json!(row.try_get_by_index::<Option<NaiveDate>>(index).unwrap()),
        Kind::Instant => {
            let instant = row.try_get_by_index::<Option<DateTime<Utc>>>(index).unwrap();
            json!(instant.map(|at| at.to_rfc3339_opts(SecondsFormat::Millis, true)))
        }
        Kind::Money => {
            let pence = row.try_get_by_index::<Option<i64>>(index).unwrap();
            json!(pence.map(|pence| format!("{}.{:02}", pence / 100, pence % 100)))
        }
        Kind::Code(_) => json!(row.try_get_by_index::<Option<String>>(index).unwrap().map(|code| code.to_uppercase())),
        Kind::Json => json!(row.try_get_by_index::<Option<Value>>(index).unwrap()),
        Kind::Link(_) => Value::Null,
    }
}

/// What a document should be answered.
pub fn answer(document: &Document, memory: &Memory) -> Value {
    let Asks::Many(page) = &document.root.asks else { unreachable!("documents begin with a connection") };
    let noun = catalog().nouns().iter().find(|noun| noun.plural == Some(page.name)).unwrap();
    let all = memory.rows[noun.name].iter().collect();
    json!({ document.root.key.clone(): connection(page, noun, all, memory) })
}

fn connection(page: &Page, noun: &'static Noun, mut rows: Vec<&Row>, memory: &Memory) -> Value {
    if let Some(filter) = &page.filter {
        rows.retain(|row| holds(filter, noun, row, memory));
    }
    let total = rows.len();
    let default = noun.order.iter().map(|(name, way)| (*name, *way == server::graph::tree::Direction::Descending));
    let order: Vec<_> = if page.order.is_empty() { default.collect() } else { page.order.clone() };
    rows.sort_by(|a, b| compare_rows(a, b, &order));
    let limit = page.first.or(page.last).unwrap_or(20);
    let (mut next, mut previous) = (false, false);
    if page.last.is_some() {
        previous = total > limit;
        rows.drain(..total.saturating_sub(limit));
    } else {
        next = total > limit;
        rows.truncate(limit);
    }
    // Whether more would follow is told from the rows, and reading them leaves its trace.
    rows.retain(|_| page.rows || page.more);
    let fields = if page.rows { &page.node[..] } else { &[] };
    let edges: Vec<_> = rows
        .into_iter()
        .map(|row| json!({ "__row": format!("{}Edge", noun.name), "node": node(fields, noun, row, memory) }))
        .collect();
    let mut answer = json!({ "__list": format!("{}Connection", noun.name) });
    if page.total {
        answer["totalCount"] = json!(total);
    }
    if page.more {
        answer["pageInfo"] = json!({ "hasNextPage": next, "hasPreviousPage": previous });
    }
    if page.rows {
        answer["edges"] = json!(edges);
    }
    answer
}

fn compare_rows(a: &Row, b: &Row, order: &[(&str, bool)]) -> Ordering {
    for (name, descends) in order {
        let (x, y) = (&a.values[name], &b.values[name]);
        let ascending = match (x.is_null(), y.is_null()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            (false, false) => match (a.pence.get(name), b.pence.get(name)) {
                (Some(x), Some(y)) => x.cmp(y),
                _ => compare(x, y),
            },
        };
        let ordering = if *descends { ascending.reverse() } else { ascending };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    // Equal rows stand in the order of their ids, the way that the last ordering runs.
    let descends = order.last().is_some_and(|(_, descends)| *descends);
    if descends { b.id.cmp(&a.id) } else { a.id.cmp(&b.id) }
}

fn compare(x: &Value, y: &Value) -> Ordering {
    match (x, y) {
        (Value::Number(x), Value::Number(y)) => x.as_i64().cmp(&y.as_i64()),
        (Value::Bool(x), Value::Bool(y)) => x.cmp(y),
        // Codes are stored in small letters, among which `_` sorts otherwise than among the capitals that the graph shows.
        (Value::String(x), Value::String(y)) if is_capitals(x) && is_capitals(y) => {
            x.to_lowercase().cmp(&y.to_lowercase())
        }
        (Value::String(x), Value::String(y)) => x.cmp(y),
        _ => panic!("{x} and {y} are not of one kind"),
    }
}

fn is_capitals(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_')
}

fn node(parts: &[Part], noun: &'static Noun, row: &Row, memory: &Memory) -> Value {
    if noun.audited {
        memory.shown.borrow_mut().insert(row.id);
    }
    let mut out = Map::new();
    for part in parts.iter().filter(|part| !part.left_out) {
        let applies = part.on.as_deref().is_none_or(|on| on == noun.name || on == "Node");
        for field in part.fields.iter().filter(|_| applies) {
            out.insert(field.key.clone(), self::field(field, noun, row, memory));
        }
    }
    Value::Object(out)
}

fn field(field: &Field, noun: &'static Noun, row: &Row, memory: &Memory) -> Value {
    match &field.asks {
        Asks::TypeName => json!(noun.name),
        Asks::Column(name) => row.values[name].clone(),
        Asks::One(name, parts) => {
            one(noun, name, row, memory).map_or(Value::Null, |(target, row)| node(parts, target, row, memory))
        }
        Asks::Many(page) => {
            let (target, rows) = many(noun, page.name, row, memory);
            connection(page, target, rows, memory)
        }
    }
}

fn one<'a>(noun: &'static Noun, name: &str, row: &Row, memory: &'a Memory) -> Option<(&'static Noun, &'a Row)> {
    let edge = noun.edge_named(name).unwrap();
    let options = match &edge.kind {
        EdgeKind::One { target, column } => vec![(column.clone(), *target)],
        EdgeKind::AnyOf { options, .. } => options.clone(),
        EdgeKind::Many { .. } => unreachable!("this edge leads to many"),
    };
    options.into_iter().find_map(|(column, target)| {
        let id = row.keys[&format!("{name}/{}", column.inner())]?;
        let found = memory.rows[target].iter().find(|row| row.id == id)?;
        Some((catalog().noun(target), found))
    })
}

fn many<'a>(noun: &'static Noun, name: &str, row: &Row, memory: &'a Memory) -> (&'static Noun, Vec<&'a Row>) {
    let EdgeKind::Many { target, column } = &noun.edge_named(name).unwrap().kind else {
        unreachable!("this edge leads to one")
    };
    let column = column.inner().to_string();
    let rows = memory.rows[target].iter().filter(|other| other.held[&column] == Some(row.id)).collect();
    (catalog().noun(target), rows)
}

fn holds(filter: &Filter, noun: &'static Noun, row: &Row, memory: &Memory) -> bool {
    match filter {
        Filter::All(all) => all.iter().all(|filter| holds(filter, noun, row, memory)),
        Filter::Any(any) => any.iter().any(|filter| holds(filter, noun, row, memory)),
        Filter::Not(inner) => !holds(inner, noun, row, memory),
        Filter::One(edge, inner) => {
            one(noun, edge, row, memory).is_some_and(|(target, row)| holds(inner, target, row, memory))
        }
        Filter::Some(edge, inner) => {
            let (target, rows) = many(noun, edge, row, memory);
            rows.into_iter().any(|row| holds(inner, target, row, memory))
        }
        Filter::None(edge, inner) => {
            let (target, rows) = many(noun, edge, row, memory);
            !rows.into_iter().any(|row| holds(inner, target, row, memory))
        }
        Filter::Compare(column, operator, given) => compares(row, column, operator, given),
    }
}

fn compares(row: &Row, column: &str, operator: &str, given: &Value) -> bool {
    let held = &row.values[column];
    if operator == "isNull" {
        return held.is_null() == (given == &json!(true));
    }
    if held.is_null() {
        return false;
    }
    let pounds = |text: &Value| text.as_str().unwrap().replace('.', "").parse::<i64>().unwrap();
    let ordering = |given: &Value| match row.pence.get(column) {
        Some(pence) => pence.cmp(&pounds(given)),
        None => compare(held, given),
    };
    let text = || held.as_str().unwrap().to_lowercase();
    match operator {
        "eq" => held == given,
        "ne" => held != given,
        "in" => given.as_array().unwrap().contains(held),
        "lt" => ordering(given) == Ordering::Less,
        "lte" => ordering(given) != Ordering::Greater,
        "gt" => ordering(given) == Ordering::Greater,
        "gte" => ordering(given) != Ordering::Less,
        "contains" => text().contains(&given.as_str().unwrap().to_lowercase()),
        "startsWith" => text().starts_with(&given.as_str().unwrap().to_lowercase()),
        _ => panic!("there is no comparison {operator}"),
    }
}
