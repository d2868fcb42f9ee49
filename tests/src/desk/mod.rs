//! What dashboard and bench rest on: chases, saved queries, estimates, news, answers in order, what is told to who may only
//! count; told as scenarios, on both pairs. And what it costs at the size of a nation.

mod chases;
mod estimates;
mod live;
mod order;
mod queries;
pub mod scale;
mod told;

use std::collections::BTreeMap;

use chrono::Days;
use entity::ids::Key;
use entity::{audit, membership};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::Value;
use server::access::viewer;
use server::ledger::feed;

use crate::support::database::ledger_settles;
use crate::support::world::{Person, TODAY, World};

/// How many rows of a list somebody sees.
async fn total(world: &World, person: &Person, plural: &str) -> i64 {
    let read = world.read(person, &format!("{{ {plural}(first: 1) {{ totalCount }} }}")).await;
    read[plural]["totalCount"].as_i64().unwrap()
}

/// Whether somebody sees the node.
async fn sees(world: &World, person: &Person, id: &Value) -> bool {
    !world.read(person, &format!("{{ node(id: {id}) {{ id }} }}")).await["node"].is_null()
}

/// Ends all roles of a person, so that none holds today.
async fn end_roles(world: &World, person: &Person) {
    membership::Entity::update_many()
        .col_expr(membership::Column::EndsOn, Expr::val(TODAY - Days::new(1)))
        .filter(membership::Column::AccountId.eq(person.account))
        .exec(&world.app.db)
        .await
        .unwrap();
}

/// The acts that the audit holds about a kind of row, in their order.
async fn acts<K: Key>(world: &World) -> Vec<String> {
    let entries = audit::Entity::find().filter(audit::Column::Noun.eq(K::PREFIX)).order_by_asc(audit::Column::Position);
    entries.all(&world.app.db).await.unwrap().into_iter().map(|entry| entry.act).collect()
}

/// The changes of a kind of row that the feed tells somebody, in their order.
async fn told<K: Key>(world: &World, person: &Person) -> Vec<String> {
    ledger_settles(&world.app.db).await;
    let scope = viewer::scope(&world.app.db, person.account, TODAY).await.unwrap();
    let page = feed::page(&world.app.db, &scope, None, feed::LONGEST_PAGE).await.unwrap();
    let of_kind = |change: &feed::Change| change.noun == K::PREFIX;
    page.changes.into_iter().filter(of_kind).map(|change| change.kind).collect()
}

/// An operation or a fragment as the app sends it, by its name, out of the file that holds it.
fn sent(file: &'static str, name: &str) -> &'static str {
    let is_it = |text: &str| {
        let mut words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
        matches!(words.next(), Some("query" | "fragment")) && words.next() == Some(name)
    };
    file.split('`').find(|text| is_it(text)).unwrap_or_else(|| panic!("the app sends no {name}"))
}

/// The rows of a file for spreadsheets, by the names of their columns.
fn records(bytes: &[u8]) -> Vec<BTreeMap<String, String>> {
    let text = std::str::from_utf8(bytes).unwrap().trim_start_matches('\u{feff}');
    csv::Reader::from_reader(text.as_bytes()).deserialize().map(Result::unwrap).collect()
}
