//! The schema types of aggregates, made from the nouns' declarations.

use async_graphql::registry::{MetaField, Registry};
use async_graphql::{InputType, VisitorContext};

use super::SUFFIX;
use super::dimension;
use super::plan::{MAX_DIMENSIONS, Measure};
use super::statement::MAX_GROUPS;
use crate::graph::limits;
use crate::graph::tree::catalog::Catalog;
use crate::graph::tree::noun::{Column, EdgeKind, Kind, Noun};
use crate::graph::tree::types::{argument, enumeration, field, object};

/// Registers what all aggregates share.
pub fn register(registry: &mut Registry) {
    f64::create_type_info(registry);
    object(
        registry,
        "GroupKey",
        "The value of a group in one of the dimensions that it is grouped by.",
        [
            field("dimension", "Which dimension, as it stands in `groupBy`.", "String!"),
            field(
                "value",
                "The value: a code, a number, `true` or `false`, a period, an id; null where rows have none.",
                "String",
            ),
            field("label", "What people call it, if it is a row: its name.", "String"),
        ],
    );
}

/// Registers the types of a noun's aggregate, and gives the field that answers it.
pub fn root_field(registry: &mut Registry, catalog: &'static Catalog, noun: &'static Noun, plural: &str) -> MetaField {
    let name = noun.name;
    let dimensions = dimension::dimensions(catalog, noun);
    let values = dimensions.iter().map(|dimension| (dimension.name.as_str(), dimension.doc.as_str())).collect();
    enumeration(
        registry,
        &format!("{name}GroupBy"),
        &format!(
            "What {name} rows can be grouped by. Instants fall in periods by UTC; autumn terms begin in September, spring terms in January, summer terms in April."
        ),
        values,
    );
    let count = field(
        "count",
        "How many rows. For who may only count, to the nearest 5; null where fewer than 10, or none.",
        "Int",
    );
    let shown = field(
        "shown",
        "How many, as it may be printed. For who may only count, `fewer than 10` where it is so small.",
        "String!",
    );
    let key = field("key", "The group's value in each dimension, in the order of `groupBy`.", "[GroupKey!]!");
    let mut group = vec![key, count, shown];
    group.extend(distinct(registry, noun));
    group.extend(measures(registry, noun));
    object(registry, &format!("{name}Group"), &format!("A group of {name} rows, and its figures."), group);
    object(
        registry,
        &format!("{name}{SUFFIX}"),
        &format!("{name} rows counted, added up and averaged."),
        [
            field(
                "exact",
                "Whether the figures are exact. For who may only count the rows they are near the truth: each was moved by a little, once a term, 9 in 10 of them by less than 12.",
                "Boolean!",
            ),
            field("asAt", "When the rows were counted. For who may only count, once a term.", "DateTime!"),
            field(
                "rows",
                "A row for each group, in the order of the dimensions' values; one row where nothing is grouped by.",
                &format!("[{name}Group!]!"),
            ),
        ],
    );
    root(noun, plural)
}

fn root(noun: &Noun, plural: &str) -> MetaField {
    let name = noun.name;
    let doc = format!(
        "Figures of {plural}, by groups; {MAX_GROUPS} groups at most. Who may see the rows gets exact figures of the rows that they see.{}",
        only_counted(noun)
    );
    let mut made = field(&format!("{plural}{SUFFIX}"), &doc, &format!("{name}{SUFFIX}!"));
    for (name, doc, ty) in [
        ("where", "Only rows for which this holds.".to_owned(), format!("{name}Where")),
        ("groupBy", format!("By what; {MAX_DIMENSIONS} dimensions at most."), format!("[{name}GroupBy!]")),
    ] {
        made.args.insert(name.to_owned(), argument(name, &doc, &ty));
    }
    made.compute_complexity = Some(|_: &VisitorContext<'_>, _, _, child| {
        let count = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        Ok(count(limits::AGGREGATE) + count(limits::MAX_PAGE) * child)
    });
    made
}

/// What somebody may ask who may count the rows and not see them.
fn only_counted(noun: &Noun) -> String {
    noun.census.as_ref().map_or_else(String::new, |(census, _)| {
        format!(
            " Who may only count gets pupils, each once by the record made last, in these tables and with `eq`, `in` and `isNull` on the same fields: {}.",
            census.menu()
        )
    })
}

/// The numbers of different rows behind the edges.
fn distinct(registry: &mut Registry, noun: &Noun) -> Option<MetaField> {
    let edges = noun.edges.iter().filter(|edge| matches!(edge.kind, EdgeKind::One { .. }));
    let numbers: Vec<_> = edges.map(|edge| field(edge.name, edge.doc, "Int")).collect();
    if numbers.is_empty() {
        return None;
    }
    let name = format!("{}Distinct", noun.name);
    object(registry, &name, "How many different rows lie behind each edge, of those that the viewer may see.", numbers);
    Some(field("distinct", "How many different rows lie behind an edge.", &format!("{name}!")))
}

/// Sums, means and medians of the columns that are quantities.
fn measures(registry: &mut Registry, noun: &Noun) -> Vec<MetaField> {
    let quantities: Vec<&Column> = noun.columns.iter().filter(|column| column.is_quantity()).collect();
    if quantities.is_empty() {
        return Vec::new();
    }
    let types = |number: &'static str| {
        quantities.iter().map(move |column| {
            field(column.name, column.doc, if column.kind == Kind::Money { "Money" } else { number })
        })
    };
    let (sum, average) = (Measure::Sum.type_name(noun), Measure::Mean.type_name(noun));
    object(registry, &sum, "Sums, of the rows that have a value; null where none has.", types("BigInt"));
    object(
        registry,
        &average,
        "Means or medians, of the rows that have a value; null where none has. Amounts to the penny.",
        types("Float"),
    );
    vec![
        field("sum", "Sums.", &format!("{sum}!")),
        field("mean", "Means.", &format!("{average}!")),
        field("median", "Medians: the value in the middle, or half way between the two.", &format!("{average}!")),
    ]
}
