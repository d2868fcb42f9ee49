//! The schema types of the read tree, made from the nouns' declarations.

use async_graphql::indexmap::IndexMap;
use async_graphql::registry::{Deprecation, MetaEnumValue, MetaField, MetaInputValue, MetaType, Registry};
use async_graphql::{InputType, VisitorContext};

use super::aggregate;
use super::catalog::Catalog;
use super::noun::{CodeList, Column, EdgeKind, Kind, Noun};
use crate::graph::scalars::{BigInt, Date, DateTime, Json, Money};

/// Rows of a connection for which no number is asked.
pub const DEFAULT_PAGE: usize = 20;
/// Rows of a connection at most.
pub const MAX_PAGE: usize = 100;

/// Registers every type of the catalog and returns the root fields.
pub fn register(registry: &mut Registry, catalog: &'static Catalog) -> IndexMap<String, MetaField> {
    for register in [Date::create_type_info, DateTime::create_type_info, Money::create_type_info] {
        register(registry);
    }
    BigInt::create_type_info(registry);
    Json::create_type_info(registry);
    for register in [bool::create_type_info, i32::create_type_info, String::create_type_info] {
        register(registry);
    }
    async_graphql::ID::create_type_info(registry);
    shared(registry, catalog);
    aggregate::register(registry);
    for noun in catalog.nouns() {
        noun_types(registry, catalog, noun);
    }
    let mut fields = IndexMap::new();
    let mut node = field("node", "The node with this id; null where there is none that the viewer may see.", "Node");
    node.args.insert("id".to_owned(), argument("id", "The id, with its prefix.", "ID!"));
    fields.insert(node.name.clone(), node);
    for noun in catalog.nouns() {
        if let Some(plural) = noun.plural {
            fields.insert(plural.to_owned(), connection_field(plural, noun.doc, noun.name));
            let figures = aggregate::root_field(registry, catalog, noun, plural);
            fields.insert(figures.name.clone(), figures);
        }
    }
    fields
}

fn shared(registry: &mut Registry, catalog: &Catalog) {
    let mut id = IndexMap::new();
    id.insert("id".to_owned(), field("id", "Its id, with the prefix of its type.", "ID!"));
    let all = catalog.nouns().iter().map(|noun| noun.name).collect::<Vec<_>>();
    interface(registry, "Node", "Anything that has an id.", id.clone(), &all);
    for (name, members) in catalog.interfaces() {
        let mut fields = id.clone();
        fields.insert("name".to_owned(), field("name", "Its name.", "String!"));
        interface(registry, name, "One of several kinds of organisation.", fields, &members);
    }
    object(
        registry,
        "PageInfo",
        "Where a page lies in its connection.",
        [
            field("hasNextPage", "Whether more rows follow.", "Boolean!"),
            field("hasPreviousPage", "Whether rows come before.", "Boolean!"),
            field("startCursor", "Cursor of the first row.", "String"),
            field("endCursor", "Cursor of the last row.", "String"),
        ],
    );
    enumeration(
        registry,
        "OrderDirection",
        "Direction of an ordering.",
        vec![("asc", "Smallest first, missing last."), ("desc", "Largest first, missing first.")],
    );
    for (name, of, operators) in FILTERS {
        let doc = format!("Comparisons of a value of type {of}; all that are given must hold.");
        input(registry, name, &doc, operators.iter().map(|operator| comparison(operator, of)));
    }
}

/// Filter types of the scalars: name, compared type, operators.
const FILTERS: [(&str, &str, &[&str]); 8] = [
    ("IdFilter", "ID", &["eq", "ne", "in"]),
    ("StringFilter", "String", &["eq", "ne", "in", "contains", "startsWith", "isNull"]),
    ("IntFilter", "Int", &["eq", "ne", "in", "lt", "lte", "gt", "gte", "isNull"]),
    ("BigIntFilter", "BigInt", &["eq", "ne", "in", "lt", "lte", "gt", "gte", "isNull"]),
    ("BooleanFilter", "Boolean", &["eq", "ne", "isNull"]),
    ("DateFilter", "Date", &["eq", "ne", "in", "lt", "lte", "gt", "gte", "isNull"]),
    ("DateTimeFilter", "DateTime", &["eq", "ne", "lt", "lte", "gt", "gte", "isNull"]),
    ("MoneyFilter", "Money", &["eq", "ne", "in", "lt", "lte", "gt", "gte", "isNull"]),
];

fn comparison(operator: &str, of: &str) -> MetaInputValue {
    let (doc, ty) = match operator {
        "eq" => ("Is this.", of.to_owned()),
        "ne" => ("Is there and is not this.", of.to_owned()),
        "in" => ("Is one of these, 100 at most.", format!("[{of}!]")),
        "contains" => ("Contains this text, whatever the case of its letters.", of.to_owned()),
        "startsWith" => ("Starts with this text, whatever the case of its letters.", of.to_owned()),
        "lt" => ("Is less, or earlier.", of.to_owned()),
        "lte" => ("Is this, less, or earlier.", of.to_owned()),
        "gt" => ("Is more, or later.", of.to_owned()),
        "gte" => ("Is this, more, or later.", of.to_owned()),
        _ => ("Whether it is missing.", "Boolean".to_owned()),
    };
    argument(operator, doc, &ty)
}

fn noun_types(registry: &mut Registry, catalog: &Catalog, noun: &Noun) {
    let name = noun.name;
    for list in noun.columns.iter().filter_map(|column| code_list(column.kind)) {
        code_types(registry, list);
    }
    let columns = noun.columns.iter().map(|column| field(column.name, column.doc, &column_type(column)));
    let edges = noun.edges.iter().map(|edge| match &edge.kind {
        EdgeKind::One { target, .. } => field(edge.name, edge.doc, target),
        EdgeKind::AnyOf { interface, .. } => field(edge.name, edge.doc, interface),
        EdgeKind::Many { target, .. } => connection_field(edge.name, edge.doc, target),
    });
    object(registry, name, noun.doc, columns.chain(edges));
    registry.add_implements(name, "Node");
    for (interface, members) in catalog.interfaces() {
        if members.contains(&name) {
            registry.add_implements(name, interface);
        }
    }
    object(
        registry,
        &format!("{name}Edge"),
        &format!("A {name} in a connection."),
        [
            field("cursor", "Its place, to page on from.", "String!"),
            field("node", "The row itself.", &format!("{name}!")),
        ],
    );
    object(
        registry,
        &format!("{name}Connection"),
        &format!("A page of {name} rows that the viewer may see."),
        [
            field("edges", "The rows of this page.", &format!("[{name}Edge!]!")),
            field("pageInfo", "Where this page lies.", "PageInfo!"),
            field("totalCount", "How many rows match in all; counted only when asked for.", "Int!"),
        ],
    );
    where_type(registry, noun);
    let fields = noun.columns.iter().filter(|column| column.is_comparable());
    let values = fields.map(|column| (order_name(column.name), column.doc)).collect::<Vec<_>>();
    let enum_name = format!("{name}OrderField");
    let pairs = values.iter().map(|(name, doc)| (name.as_str(), *doc)).collect();
    enumeration(registry, &enum_name, &format!("What {name} rows can be ordered by."), pairs);
    input(
        registry,
        &format!("{name}Order"),
        &format!("An ordering of {name} rows; the id settles what is equal."),
        [
            argument("field", "By what.", &format!("{enum_name}!")),
            argument("direction", "In which direction; ascending where none is given.", "OrderDirection"),
        ],
    );
}

fn where_type(registry: &mut Registry, noun: &Noun) {
    let name = format!("{}Where", noun.name);
    let mut fields = vec![
        argument("and", "Each of these holds.", &format!("[{name}!]")),
        argument("or", "At least one of these holds.", &format!("[{name}!]")),
        argument("not", "This does not hold.", &name),
    ];
    for column in noun.columns.iter().filter(|column| column.is_comparable()) {
        fields.push(argument(column.name, column.doc, &filter_type(column.kind)));
    }
    for edge in &noun.edges {
        match &edge.kind {
            EdgeKind::One { target, .. } => fields.push(argument(edge.name, edge.doc, &format!("{target}Where"))),
            EdgeKind::Many { target, .. } => {
                fields.push(argument(edge.name, edge.doc, &format!("{target}Relation")));
            }
            EdgeKind::AnyOf { .. } => {}
        }
    }
    input(registry, &name, &format!("Which {} rows; all that is given must hold.", noun.name), fields);
    let relation = format!("{}Relation", noun.name);
    input(
        registry,
        &relation,
        &format!("Which {} rows lie behind an edge, of those that the viewer may see.", noun.name),
        [argument("some", "At least one such row is there.", &name), argument("none", "No such row is there.", &name)],
    );
}

/// Name of a column in an `OrderField` enum: `startsOn` becomes `STARTS_ON`.
pub fn order_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_uppercase());
    }
    out
}

fn code_list(kind: Kind) -> Option<CodeList> {
    if let Kind::Code(list) = kind { Some(list) } else { None }
}

/// Registers the enum of a coded list.
pub fn code_enum(registry: &mut Registry, list: CodeList) {
    enumeration(registry, list.name, list.doc, list.values());
}

/// Registers the enum of a coded list and its filter.
fn code_types(registry: &mut Registry, list: CodeList) {
    code_enum(registry, list);
    let operators = ["eq", "ne", "in", "isNull"];
    let doc = format!("Comparisons of a {}; all that are given must hold.", list.name);
    input(registry, &format!("{}Filter", list.name), &doc, operators.iter().map(|op| comparison(op, list.name)));
}

fn scalar(kind: Kind) -> &'static str {
    match kind {
        Kind::Id => "ID",
        Kind::Text | Kind::Link(_) => "String",
        Kind::Int => "Int",
        Kind::BigInt => "BigInt",
        Kind::Boolean => "Boolean",
        Kind::Date => "Date",
        Kind::Instant => "DateTime",
        Kind::Money => "Money",
        Kind::Json => "JSON",
        Kind::Code(list) => list.name,
    }
}

fn filter_type(kind: Kind) -> String {
    match kind {
        Kind::Id => "IdFilter".to_owned(),
        kind => format!("{}Filter", scalar(kind)),
    }
}

fn column_type(column: &Column) -> String {
    format!("{}{}", scalar(column.kind), if column.null { "" } else { "!" })
}

fn connection_field(name: &str, doc: &str, target: &str) -> MetaField {
    let mut made = field(name, doc, &format!("{target}Connection!"));
    for (name, doc, ty) in [
        ("first", "How many rows, from the start: 20 where nothing is said, 100 at most.", "Int".to_owned()),
        ("after", "Only rows after this cursor.", "String".to_owned()),
        ("last", "How many rows, from the end; 100 at most.", "Int".to_owned()),
        ("before", "Only rows before this cursor.", "String".to_owned()),
        ("where", "Only rows for which this holds.", format!("{target}Where")),
        ("orderBy", "In which order; 3 orderings at most.", format!("[{target}Order!]")),
    ] {
        made.args.insert(name.to_owned(), argument(name, doc, &ty));
    }
    made.compute_complexity = Some(|ctx: &VisitorContext<'_>, variables, field, child| {
        let asked = |name| ctx.param_value::<Option<i32>>(variables, field, name, None);
        let rows = asked("first")?.or(asked("last")?).and_then(|rows| usize::try_from(rows).ok());
        Ok(1 + rows.unwrap_or(DEFAULT_PAGE).min(MAX_PAGE) * child)
    });
    made
}

pub fn field(name: &str, doc: &str, ty: &str) -> MetaField {
    MetaField {
        name: name.to_owned(),
        description: Some(doc.to_owned()),
        args: IndexMap::new(),
        ty: ty.to_owned(),
        deprecation: Deprecation::NoDeprecated,
        cache_control: async_graphql::CacheControl::default(),
        external: false,
        requires: None,
        provides: None,
        visible: None,
        shareable: false,
        inaccessible: false,
        tags: Vec::new(),
        override_from: None,
        compute_complexity: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}

pub fn argument(name: &str, doc: &str, ty: &str) -> MetaInputValue {
    MetaInputValue {
        name: name.to_owned(),
        description: Some(doc.to_owned()),
        ty: ty.to_owned(),
        deprecation: Deprecation::NoDeprecated,
        default_value: None,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        is_secret: false,
        directive_invocations: Vec::new(),
    }
}

pub fn object(registry: &mut Registry, name: &str, doc: &str, fields: impl IntoIterator<Item = MetaField>) {
    let made = MetaType::Object {
        name: name.to_owned(),
        description: Some(doc.to_owned()),
        fields: fields.into_iter().map(|field| (field.name.clone(), field)).collect(),
        cache_control: async_graphql::CacheControl::default(),
        extends: false,
        shareable: false,
        resolvable: true,
        inaccessible: false,
        interface_object: false,
        tags: Vec::new(),
        keys: None,
        visible: None,
        is_subscription: false,
        rust_typename: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    };
    insert(registry, name, made);
}

/// Registers a type. Two things of one name would answer for each other, so that stops the program at its start.
fn insert(registry: &mut Registry, name: &str, made: MetaType) {
    let kind = made.type_id();
    let before = registry.types.insert(name.to_owned(), made);
    assert!(before.is_none_or(|before| before.type_id() == kind), "two types are called {name}");
}

fn interface(registry: &mut Registry, name: &str, doc: &str, fields: IndexMap<String, MetaField>, members: &[&str]) {
    let made = MetaType::Interface {
        name: name.to_owned(),
        description: Some(doc.to_owned()),
        fields,
        possible_types: members.iter().map(|member| (*member).to_owned()).collect(),
        extends: false,
        inaccessible: false,
        tags: Vec::new(),
        keys: None,
        visible: None,
        rust_typename: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    };
    insert(registry, name, made);
}

pub fn enumeration(registry: &mut Registry, name: &str, doc: &str, values: Vec<(&str, &str)>) {
    let values = values.into_iter().map(|(value, doc)| {
        let name = value.to_ascii_uppercase();
        let made = MetaEnumValue {
            name: name.clone(),
            description: Some(doc.to_owned()),
            deprecation: Deprecation::NoDeprecated,
            visible: None,
            inaccessible: false,
            tags: Vec::new(),
            directive_invocations: Vec::new(),
        };
        (name, made)
    });
    let made = MetaType::Enum {
        name: name.to_owned(),
        description: Some(doc.to_owned()),
        enum_values: values.collect(),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: None,
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    };
    insert(registry, name, made);
}

fn input(registry: &mut Registry, name: &str, doc: &str, fields: impl IntoIterator<Item = MetaInputValue>) {
    let made = MetaType::InputObject {
        name: name.to_owned(),
        description: Some(doc.to_owned()),
        input_fields: fields.into_iter().map(|field| (field.name.clone(), field)).collect(),
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: None,
        oneof: false,
        directive_invocations: Vec::new(),
    };
    insert(registry, name, made);
}
