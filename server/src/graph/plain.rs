//! Plain rows in an answer: structs whose fields are written straight into bytes.
//!
//! async-graphql answers an object field by field, with a future, a value and an entry of a map for each. A page of five hundred
//! rows has six thousand fields, and most of a request went into them. [`Rows`] walks the selection once, and then writes
//! every row of it as the [read tree](super::tree) does. In the schema it is the list of its type, as any other.

use std::borrow::Cow;
use std::cell::OnceCell;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{ContextSelectionSet, ID, OutputType, Positioned, ServerResult, Value};

use super::answer::{json, raw};
use super::ids::CodeOf;
use super::scalars::{self, BigInt, Date, DateTime};
use super::selections::{Selections, json_key};

/// A list of plain rows, not null and of rows that are not null. It stands in a query, below objects alone: not below an interface.
#[derive(Debug, Default)]
pub struct Rows<T>(pub Vec<T>);

impl<T: Plain + OutputType> OutputType for Rows<T> {
    fn type_name() -> Cow<'static, str> {
        <Vec<T> as OutputType>::type_name()
    }

    fn qualified_type_name() -> String {
        <Vec<T> as OutputType>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Vec<T> as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        let selections = Selections::of(ctx.query_env);
        let fields = ctx.path_node.map(|place| selections.fields_at(&place, "Query")).unwrap_or_default();
        debug_assert!(!fields.is_empty(), "plain rows stand in a query");
        let mut out = Vec::with_capacity(4096);
        self.0.write(&Shape::of(&selections, &fields), &mut out);
        Ok(raw(out))
    }
}

/// What is asked of an object: its response keys in order.
#[derive(Debug)]
pub struct Shape(Vec<Wanted>);

#[derive(Debug)]
struct Wanted {
    /// The response key as it stands in the answer.
    key: String,
    field: String,
    /// Where the type has the field, once that was looked up.
    place: OnceCell<Option<usize>>,
    below: Shape,
}

impl Shape {
    // Plain types implement no interface: every fragment on one that is valid applies.
    fn of(selections: &Selections<'_>, fields: &[&Field]) -> Self {
        let children = selections.children_of(fields, &|_| true);
        let wanted = children.into_iter().map(|(key, fields)| Wanted {
            key: json_key(key),
            field: fields[0].name.node.to_string(),
            place: OnceCell::new(),
            below: Self::of(selections, &fields),
        });
        Self(wanted.collect())
    }

    /// Writes an object of this type: the fields that are asked for, of those that it has.
    pub fn object(&self, type_name: &str, names: &[&str], fields: &[&dyn Plain], out: &mut Vec<u8>) {
        out.push(b'{');
        for (index, wanted) in self.0.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            out.extend_from_slice(wanted.key.as_bytes());
            let place = wanted.place.get_or_init(|| names.iter().position(|name| is_camel_of(&wanted.field, name)));
            match place {
                Some(place) => fields[*place].write(&wanted.below, out),
                // The one field that every object has and no struct.
                None => {
                    debug_assert_eq!(wanted.field, "__typename", "{type_name} has no such field");
                    json(out, type_name);
                }
            }
        }
        out.push(b'}');
    }
}

/// Whether a field of the schema has this name in Rust: `capturedBy` is `captured_by`.
fn is_camel_of(field: &str, name: &str) -> bool {
    let mut capital = false;
    let mut camel = name.chars().filter_map(|letter| match letter {
        '_' => {
            capital = true;
            None
        }
        letter if std::mem::take(&mut capital) => Some(letter.to_ascii_uppercase()),
        letter => Some(letter),
    });
    field.chars().all(|letter| camel.next() == Some(letter)) && camel.next().is_none()
}

/// Something that is written into an answer as it is.
pub trait Plain: Send + Sync {
    /// Writes what is asked of it, as JSON.
    fn write(&self, shape: &Shape, out: &mut Vec<u8>);
}

/// Says that a struct is plain, and names all its fields: one that is forgotten does not compile.
macro_rules! plain {
    ($type:ident { $($field:ident),+ $(,)? }) => {
        impl $crate::graph::plain::Plain for $type {
            fn write(&self, shape: &$crate::graph::plain::Shape, out: &mut Vec<u8>) {
                let Self { $($field),+ } = self;
                shape.object(stringify!($type), &[$(stringify!($field)),+], &[$($field),+], out);
            }
        }
    };
}
pub(crate) use plain;

impl<T: Plain> Plain for Option<T> {
    fn write(&self, shape: &Shape, out: &mut Vec<u8>) {
        match self {
            Some(value) => value.write(shape, out),
            None => out.extend_from_slice(b"null"),
        }
    }
}

impl<T: Plain> Plain for Box<T> {
    fn write(&self, shape: &Shape, out: &mut Vec<u8>) {
        (**self).write(shape, out);
    }
}

impl<T: Plain> Plain for Vec<T> {
    fn write(&self, shape: &Shape, out: &mut Vec<u8>) {
        out.push(b'[');
        for (index, row) in self.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            row.write(shape, out);
        }
        out.push(b']');
    }
}

impl Plain for String {
    fn write(&self, _: &Shape, out: &mut Vec<u8>) {
        json(out, self);
    }
}

impl Plain for ID {
    fn write(&self, _: &Shape, out: &mut Vec<u8>) {
        json(out, &self.0);
    }
}

impl Plain for bool {
    fn write(&self, _: &Shape, out: &mut Vec<u8>) {
        json(out, self);
    }
}

impl Plain for i32 {
    fn write(&self, _: &Shape, out: &mut Vec<u8>) {
        json(out, self);
    }
}

impl Plain for BigInt {
    fn write(&self, _: &Shape, out: &mut Vec<u8>) {
        json(out, self.0);
    }
}

impl Plain for Date {
    fn write(&self, _: &Shape, out: &mut Vec<u8>) {
        json(out, self.0);
    }
}

impl Plain for DateTime {
    fn write(&self, _: &Shape, out: &mut Vec<u8>) {
        json(out, scalars::instant(self.0));
    }
}

impl<C: domain::Code> Plain for CodeOf<C> {
    fn write(&self, _: &Shape, out: &mut Vec<u8>) {
        json(out, self.0.as_str().to_ascii_uppercase());
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::{EmptyMutation, EmptySubscription, Object, Request, Schema, SimpleObject, Variables};
    use chrono::NaiveDate;
    use domain::quality::VisitState;
    use serde_json::json;

    use super::*;
    use crate::graph::answer;

    #[derive(SimpleObject)]
    struct Leaf {
        due_on: Date,
        at_last: Option<DateTime>,
        sha256: String,
    }
    plain!(Leaf { due_on, at_last, sha256 });

    #[derive(SimpleObject)]
    struct Row {
        id: ID,
        is_new: bool,
        revision: i32,
        byte_size: BigInt,
        state: CodeOf<VisitState>,
        leaf: Option<Leaf>,
        leaves: Vec<Leaf>,
    }
    plain!(Row { id, is_new, revision, byte_size, state, leaf, leaves });

    fn leaf(sha256: &str, at: i64) -> Leaf {
        let due_on = Date(NaiveDate::from_ymd_opt(2026, 2, 28).unwrap());
        let at_last = chrono::DateTime::from_timestamp(at, 1_000_000).filter(|_| at > 0).map(DateTime);
        Leaf { due_on, at_last, sha256: sha256.to_owned() }
    }

    fn rows() -> Vec<Row> {
        let row = |number: i32| Row {
            id: ID(format!("row:{number}")),
            is_new: number == 1,
            revision: -number,
            byte_size: BigInt(i64::MAX),
            state: CodeOf(VisitState::InProgress),
            leaf: (number == 1).then(|| leaf("\"quoted\"\n", 1)),
            leaves: (0..number).map(|each| leaf("ünï", each.into())).collect(),
        };
        (0..3).map(row).collect()
    }

    struct Page;

    #[Object]
    impl Page {
        async fn plain(&self) -> Rows<Row> {
            Rows(rows())
        }

        async fn resolved(&self) -> Vec<Row> {
            rows()
        }
    }

    struct Query;

    #[Object]
    impl Query {
        async fn page(&self) -> Page {
            Page
        }
    }

    #[tokio::test]
    async fn plain_rows_are_what_async_graphql_resolves() {
        let selection = r#"{
            new: isNew id id __typename
            ... on Row { byteSize ...More leaves { sha256 dueOn } }
            revision @skip(if: $no) state @include(if: $no) again: state
        }"#;
        let query = format!(
            "query ($no: Boolean!) {{
                one: page {{ rows: plain {selection} ... on Page {{ rows: plain {{ leaf {{ kind: __typename }} }} }} }}
                ...Pages
            }}
            fragment Pages on Query {{
                two: page {{ rows: resolved {selection} ... on Page {{ rows: resolved {{ leaf {{ kind: __typename }} }} }} }}
            }}
            fragment More on Row {{ leaf {{ atLast }} leaves {{ __typename atLast }} }}"
        );
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        for no in [false, true] {
            let variables = Variables::from_json(json!({ "no": no }));
            let response = schema.execute(Request::new(&query).variables(variables)).await;
            assert!(response.errors.is_empty(), "{:?}", response.errors);
            let text = String::from_utf8(answer::write(&[], Some(&response.data)).unwrap()).unwrap();
            // As text, so that the order of fields is compared with it.
            let (one, two) = text.split_once(",\"two\":").unwrap();
            assert_eq!(one.strip_prefix("{\"data\":{\"one\":").unwrap(), two.strip_suffix("}}").unwrap());
            assert!(one.contains(r#""sha256":"ünï""#) && one.contains("IN_PROGRESS"), "{one}");
        }
        let sdl = schema.sdl();
        assert!(sdl.contains("plain: [Row!]!") && sdl.contains("resolved: [Row!]!"), "{sdl}");
    }
}
