//! Queries at random, kept as a tree beside their text, so that the naive reading need not parse.

use std::fmt::Write;

use rand::RngExt;
use rand::seq::IndexedRandom;
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};
use server::graph::tree::{EdgeKind, Kind, Noun, catalog};

use super::naive::Memory;

/// Levels below the root at most.
const DEPTH: usize = 3;

/// A query, its variables, and what it asks for.
#[derive(Debug)]
pub struct Document {
    pub text: String,
    pub variables: Value,
    pub root: Field,
}

/// A field under a response key.
#[derive(Debug, Clone)]
pub struct Field {
    pub key: String,
    pub asks: Asks,
}

/// What a field asks for.
#[derive(Debug, Clone)]
pub enum Asks {
    TypeName,
    Column(&'static str),
    One(&'static str, Vec<Part>),
    Many(Page),
}

/// A part of a selection: fields, perhaps behind a type condition.
#[derive(Debug, Clone)]
pub struct Part {
    /// The type that they apply to; any where none is named.
    pub on: Option<String>,
    /// Whether a directive leaves them out.
    pub left_out: bool,
    pub fields: Vec<Field>,
}

/// A page of a connection.
#[derive(Debug, Clone)]
pub struct Page {
    /// The edge's or root field's name.
    pub name: &'static str,
    pub first: Option<usize>,
    pub last: Option<usize>,
    /// Column and whether it descends.
    pub order: Vec<(&'static str, bool)>,
    pub filter: Option<Filter>,
    /// Whether it is asked how many rows there are, if more would follow, and for the rows.
    pub total: bool,
    pub more: bool,
    pub rows: bool,
    pub node: Vec<Part>,
}

/// A filter, as a tree.
#[derive(Debug, Clone)]
pub enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Compare(&'static str, &'static str, Value),
    One(&'static str, Box<Filter>),
    Some(&'static str, Box<Filter>),
    None(&'static str, Box<Filter>),
}

struct Writer<'a> {
    rng: &'a mut ChaCha8Rng,
    memory: &'a Memory,
    variables: Map<String, Value>,
    declared: Vec<String>,
    fragments: String,
    keys: usize,
}

impl Document {
    pub fn write(rng: &mut ChaCha8Rng, memory: &Memory) -> Self {
        let listed: Vec<_> =
            catalog().nouns().iter().filter(|n| n.plural.is_some() && memory.may_list(n.name)).collect();
        // Reading a pupil is audited, so there must be enough of it to compare.
        let pupil = listed.iter().find(|noun| noun.name == "Pupil").filter(|_| rng.random_bool(0.2));
        let noun = *pupil.unwrap_or_else(|| listed.choose(rng).unwrap());
        let mut writer =
            Writer { rng, memory, variables: Map::new(), declared: Vec::new(), fragments: String::new(), keys: 0 };
        let page = writer.page(noun.plural.unwrap(), noun, DEPTH);
        let mut body = String::new();
        let root = Field { key: writer.key(), asks: Asks::Many(page) };
        writer.field(&mut body, &root);
        let declared =
            if writer.declared.is_empty() { String::new() } else { format!("({})", writer.declared.join(", ")) };
        let text = format!("query{declared} {{ {body} }} {}", writer.fragments);
        Self { text, variables: Value::Object(writer.variables), root }
    }
}

impl Writer<'_> {
    fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    fn parts(&mut self, out: &mut String, parts: &[Part]) {
        for part in parts {
            let mut body = String::new();
            for field in &part.fields {
                self.field(&mut body, field);
            }
            let directive = match (part.left_out, self.chance(50)) {
                (true, true) => format!("@skip(if: {}) ", self.boolean(true)),
                (true, false) => format!("@include(if: {}) ", self.boolean(false)),
                (false, true) => format!("@include(if: {}) ", self.boolean(true)),
                (false, false) => String::new(),
            };
            match &part.on {
                None if directive.is_empty() => out.push_str(&body),
                None => write!(out, "... {directive}{{ {body} }} ").unwrap(),
                Some(on) if self.chance(30) => {
                    let name = format!("f{}", self.fragments.matches("fragment").count());
                    write!(self.fragments, "fragment {name} on {on} {{ {body} }} ").unwrap();
                    write!(out, "...{name} {directive}").unwrap();
                }
                Some(on) => write!(out, "... on {on} {directive}{{ {body} }} ").unwrap(),
            }
        }
    }

    fn field(&mut self, out: &mut String, field: &Field) {
        let key = &field.key;
        match &field.asks {
            Asks::TypeName => write!(out, "{key}: __typename ").unwrap(),
            Asks::Column(name) => write!(out, "{key}: {name} ").unwrap(),
            Asks::One(name, parts) => {
                write!(out, "{key}: {name} {{ ").unwrap();
                self.parts(out, parts);
                out.push_str("} ");
            }
            Asks::Many(page) => {
                let arguments = self.arguments(page);
                write!(out, "{key}: {}{arguments} {{ __list: __typename ", page.name).unwrap();
                if page.total {
                    out.push_str("totalCount ");
                }
                if page.more {
                    out.push_str("pageInfo { hasNextPage hasPreviousPage } ");
                }
                if page.rows {
                    out.push_str("edges { __row: __typename node { ");
                    self.parts(out, &page.node);
                    out.push_str("} } ");
                }
                out.push_str("} ");
            }
        }
    }

    fn boolean(&mut self, value: bool) -> String {
        if self.chance(50) { value.to_string() } else { self.variable("Boolean!", json!(value)) }
    }

    fn variable(&mut self, ty: &str, value: Value) -> String {
        let name = format!("v{}", self.declared.len());
        self.declared.push(format!("${name}: {ty}"));
        self.variables.insert(name.clone(), value);
        format!("${name}")
    }

    fn arguments(&mut self, page: &Page) -> String {
        let mut arguments = Vec::new();
        for (name, rows) in [("first", page.first), ("last", page.last)] {
            if let Some(rows) = rows {
                let rows = if self.chance(30) { self.variable("Int", json!(rows)) } else { rows.to_string() };
                arguments.push(format!("{name}: {rows}"));
            }
        }
        if !page.order.is_empty() {
            let terms = page.order.iter().map(|(column, descends)| {
                let direction = if *descends { "DESC" } else { "ASC" };
                format!("{{ field: {}, direction: {direction} }}", order_name(column))
            });
            arguments.push(format!("orderBy: [{}]", terms.collect::<Vec<_>>().join(", ")));
        }
        if let Some(filter) = &page.filter {
            arguments.push(format!("where: {}", filter.text()));
        }
        if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) }
    }

    fn page(&mut self, name: &'static str, noun: &'static Noun, depth: usize) -> Page {
        let size = self.rng.random_range(0..6);
        let from_end = self.chance(30);
        let comparable: Vec<_> = noun.columns.iter().filter(|c| c.is_comparable()).map(|c| c.name).collect();
        let mut order = Vec::new();
        for _ in 0..self.rng.random_range(0..3) {
            order.push((*comparable.choose(self.rng).unwrap(), self.chance(50)));
        }
        let filter = self.chance(50).then(|| self.filter(noun, 2, 2));
        Page {
            name,
            first: (!from_end).then_some(size),
            last: from_end.then_some(size),
            order,
            filter,
            total: self.chance(50),
            more: self.chance(50),
            rows: self.chance(90),
            node: self.selection(noun, depth),
        }
    }

    /// Parts of a selection on a noun; at least one field applies.
    fn selection(&mut self, noun: &'static Noun, depth: usize) -> Vec<Part> {
        let mut parts = vec![Part { on: None, left_out: false, fields: self.fields(noun, depth) }];
        if self.chance(30) {
            parts.push(Part {
                on: Some(noun.name.to_owned()),
                left_out: self.chance(30),
                fields: self.fields(noun, depth),
            });
        }
        if self.chance(20) {
            let fields = vec![Field { key: self.key(), asks: Asks::Column("id") }];
            parts.push(Part { on: Some("Node".to_owned()), left_out: self.chance(30), fields });
        }
        parts
    }

    fn key(&mut self) -> String {
        self.keys += 1;
        format!("k{}", self.keys)
    }

    fn fields(&mut self, noun: &'static Noun, depth: usize) -> Vec<Field> {
        let mut fields = vec![Field { key: self.key(), asks: Asks::TypeName }];
        for _ in 0..self.rng.random_range(1..4) {
            let columns: Vec<_> = noun.columns.iter().filter(|c| !matches!(c.kind, Kind::Link(_))).collect();
            let column = columns.choose(self.rng).unwrap();
            fields.push(Field { key: self.key(), asks: Asks::Column(column.name) });
        }
        if depth == 0 || noun.edges.is_empty() {
            return fields;
        }
        for _ in 0..self.rng.random_range(0..3) {
            let edge = noun.edges.choose(self.rng).unwrap();
            let asks = match &edge.kind {
                EdgeKind::One { target, .. } if self.memory.may_list(target) => {
                    let target = catalog().noun(target);
                    Asks::One(edge.name, self.selection(target, depth - 1))
                }
                EdgeKind::Many { target, .. } if self.memory.may_list(target) => {
                    Asks::Many(self.page(edge.name, catalog().noun(target), depth - 1))
                }
                EdgeKind::AnyOf { options, .. } => {
                    let fields = vec![
                        Field { key: self.key(), asks: Asks::TypeName },
                        Field { key: self.key(), asks: Asks::Column("name") },
                    ];
                    let mut parts = vec![Part { on: None, left_out: false, fields }];
                    let (_, target) = options.choose(self.rng).unwrap();
                    let fields = self.fields(catalog().noun(target), depth - 1);
                    parts.push(Part { on: Some((*target).to_owned()), left_out: false, fields });
                    Asks::One(edge.name, parts)
                }
                _ => continue,
            };
            fields.push(Field { key: self.key(), asks });
        }
        fields
    }

    fn filter(&mut self, noun: &'static Noun, depth: usize, edges: usize) -> Filter {
        match self.rng.random_range(0..10) {
            0 if depth > 0 => {
                Filter::Any(vec![self.filter(noun, depth - 1, edges), self.filter(noun, depth - 1, edges)])
            }
            1 if depth > 0 => {
                Filter::All(vec![self.filter(noun, depth - 1, edges), self.filter(noun, depth - 1, edges)])
            }
            2 if depth > 0 => Filter::Not(Box::new(self.filter(noun, depth - 1, edges))),
            3..6 if edges > 0 && !noun.edges.is_empty() => {
                let edge = noun.edges.choose(self.rng).unwrap();
                match &edge.kind {
                    EdgeKind::One { target, .. } if self.memory.may_list(target) => {
                        Filter::One(edge.name, Box::new(self.filter(catalog().noun(target), 1, edges - 1)))
                    }
                    EdgeKind::Many { target, .. } if self.memory.may_list(target) => {
                        let inner = Box::new(self.filter(catalog().noun(target), 1, edges - 1));
                        if self.chance(50) { Filter::Some(edge.name, inner) } else { Filter::None(edge.name, inner) }
                    }
                    _ => self.comparison(noun),
                }
            }
            _ => self.comparison(noun),
        }
    }

    /// Compares a column with a value that some row has.
    fn comparison(&mut self, noun: &'static Noun) -> Filter {
        let columns: Vec<_> = noun.columns.iter().filter(|c| c.is_comparable()).collect();
        let column = columns.choose(self.rng).unwrap();
        let values = self.memory.values(noun.name, column.name);
        let Some(value) = values.choose(self.rng) else {
            if column.kind == Kind::Id {
                return Filter::All(Vec::new());
            }
            return Filter::Compare(column.name, "isNull", json!(self.chance(50)));
        };
        let operators: &[&str] = match column.kind {
            Kind::Id => &["eq", "ne", "in"],
            Kind::Text => &["eq", "ne", "in", "contains", "startsWith", "isNull"],
            Kind::Code(_) | Kind::Boolean => &["eq", "ne", "isNull"],
            Kind::Instant => &["eq", "ne", "lt", "lte", "gt", "gte", "isNull"],
            _ => &["eq", "ne", "in", "lt", "lte", "gt", "gte", "isNull"],
        };
        let operator = *operators.choose(self.rng).unwrap();
        let value = match operator {
            "isNull" => json!(self.chance(50)),
            "in" => json!([value]),
            "contains" | "startsWith" => json!(value.as_str().unwrap_or_default().chars().take(2).collect::<String>()),
            _ => (*value).clone(),
        };
        Filter::Compare(column.name, operator, value)
    }
}

impl Filter {
    fn text(&self) -> String {
        match self {
            Self::All(all) => format!("{{ and: [{}] }}", all.iter().map(Self::text).collect::<Vec<_>>().join(", ")),
            Self::Any(any) => format!("{{ or: [{}] }}", any.iter().map(Self::text).collect::<Vec<_>>().join(", ")),
            Self::Not(inner) => format!("{{ not: {} }}", inner.text()),
            Self::Compare(column, operator, value) => format!("{{ {column}: {{ {operator}: {value} }} }}"),
            Self::One(edge, inner) => format!("{{ {edge}: {} }}", inner.text()),
            Self::Some(edge, inner) => format!("{{ {edge}: {{ some: {} }} }}", inner.text()),
            Self::None(edge, inner) => format!("{{ {edge}: {{ none: {} }} }}", inner.text()),
        }
    }
}

/// `startsOn` as orderings name it: `STARTS_ON`.
pub fn order_name(name: &str) -> String {
    name.chars().fold(String::new(), |mut out, letter| {
        if letter.is_ascii_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_uppercase());
        out
    })
}
