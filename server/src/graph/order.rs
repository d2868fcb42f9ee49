//! The fields of an answer in the order of the selection (GraphQL, October 2021, 6.2.2 and 7.2.2).
//!
//! The library resolves the fields of an object at once and writes each where it is ready: whoever asks for a dear field
//! and a cheap one reads them the other way round. What the read tree writes is in order already; its bytes stay as they are.

use std::collections::HashMap;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    ExecutableDocument, FragmentDefinition, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Request, Value};

use super::operation::chosen;

type Fragments = HashMap<Name, Positioned<FragmentDefinition>>;

/// The order in which a request asks for its fields.
#[derive(Debug)]
pub struct Order {
    document: ExecutableDocument,
    operation_name: Option<String>,
}

impl Order {
    /// The order of a request; none where there is none to lose.
    #[must_use]
    pub fn of(request: &mut Request) -> Option<Self> {
        let operation_name = request.operation_name.clone();
        let document = request.parsed_query().ok()?;
        let operation = chosen(document, operation_name.as_deref()).ok()?;
        may_differ(operation).then(|| Self { document: document.clone(), operation_name })
    }

    /// The data of its answer, in this order.
    #[must_use]
    pub fn arrange(&self, data: Value) -> Value {
        match chosen(&self.document, self.operation_name.as_deref()) {
            Ok(operation) => by_selection(data, &[&operation.selection_set.node], &self.document.fragments),
            Err(_) => data,
        }
    }
}

/// Whether fields may be ready in another order than they are asked for. A query for one field has no order to lose: what
/// lies below is written by the read tree, or is there at once.
fn may_differ(operation: &OperationDefinition) -> bool {
    let selected = operation.selection_set.node.items.as_slice();
    let is_one_field = matches!(selected, [only] if matches!(only.node, Selection::Field(_)));
    operation.ty != OperationType::Query || !is_one_field
}

fn by_selection(value: Value, sets: &[&SelectionSet], fragments: &Fragments) -> Value {
    match value {
        Value::Object(mut found) => {
            let mut asked: IndexMap<&str, Vec<&SelectionSet>> = IndexMap::new();
            for set in sets {
                collect(set, fragments, &mut asked);
            }
            let mut arranged = IndexMap::with_capacity(found.len());
            for (key, below) in asked {
                if let Some((name, value)) = found.swap_remove_entry(key) {
                    arranged.insert(name, by_selection(value, &below, fragments));
                }
            }
            // What nobody selected is not an object of the schema: a value of JSON.
            arranged.extend(found);
            Value::Object(arranged)
        }
        Value::List(items) => Value::List(items.into_iter().map(|item| by_selection(item, sets, fragments)).collect()),
        other => other,
    }
}

fn collect<'a>(set: &'a SelectionSet, fragments: &'a Fragments, asked: &mut IndexMap<&'a str, Vec<&'a SelectionSet>>) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                let below = &field.node.selection_set.node;
                asked.entry(field.node.response_key().node.as_str()).or_default().push(below);
            }
            Selection::InlineFragment(inline) => collect(&inline.node.selection_set.node, fragments, asked),
            Selection::FragmentSpread(spread) => {
                if let Some(fragment) = fragments.get(&spread.node.fragment_name.node) {
                    collect(&fragment.node.selection_set.node, fragments, asked);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn arranged(query: &str, ready: serde_json::Value) -> String {
        let order = Order::of(&mut Request::new(query)).unwrap();
        serde_json::to_string(&order.arrange(Value::from_json(ready).unwrap())).unwrap()
    }

    #[test]
    fn fields_come_as_they_are_asked_for_at_every_level_and_through_fragments() {
        let query = "mutation { z: a { refusal { message code } row } ...F b } fragment F on M { y: c c: d { e } }";
        let ready =
            json!({ "b": 1, "c": [{ "e": 2 }], "y": 3, "z": { "row": null, "refusal": { "code": 4, "message": 5 } } });
        let expected = r#"{"z":{"refusal":{"message":5,"code":4},"row":null},"y":3,"c":[{"e":2}],"b":1}"#;
        assert_eq!(arranged(query, ready), expected);
    }

    #[test]
    fn fields_that_are_left_out_leave_no_gap_and_values_of_json_stay_whole() {
        let query = "{ b(x: 1) @skip(if: true) a c }";
        assert_eq!(arranged(query, json!({ "c": { "p": 1, "q": [2] }, "a": 0 })), r#"{"a":0,"c":{"p":1,"q":[2]}}"#);
    }

    #[test]
    fn one_field_has_no_order() {
        let has_order = |query: &str| Order::of(&mut Request::new(query)).is_some();
        assert!(!has_order("{ a { b c } }"));
        assert!(has_order("{ a b }"));
        assert!(has_order("{ ...F } fragment F on Q { a b }"));
        assert!(has_order("mutation { a { b c } }"));
    }
}
