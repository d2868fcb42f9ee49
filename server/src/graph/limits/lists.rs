//! Connections: how large a page is asked for, and which of them an operation has.

use async_graphql::{
    Variables,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::{ConstValue, Value};

use super::{DEFAULT_PAGE, List, MAX_PAGE};

/// Whether the field stands between a connection and its rows.
pub(super) fn is_wrapper(name: &str) -> bool {
    is_rows(name) || name == "node"
}

/// Whether the field is how a connection gives its rows.
pub(super) fn is_rows(name: &str) -> bool {
    matches!(name, "edges" | "nodes")
}

/// The rows of one page of a field that is a connection: one that says how many, or below which rows are asked for.
pub(super) fn page(field: &Field, has_rows: bool, variables: &Variables) -> Option<u64> {
    let asked = ["first", "last"].iter().find_map(|name| field.get_argument(name)).map(|value| {
        let number = match &value.node {
            Value::Variable(name) => match variables.get(name) {
                Some(ConstValue::Number(number)) => number.as_u64(),
                _ => None,
            },
            Value::Number(number) => number.as_u64(),
            _ => None,
        };
        // What cannot be read here may still be a default of the variable: count the most that is ever given.
        number.unwrap_or(MAX_PAGE)
    });
    match asked {
        Some(number) => Some(number.clamp(1, MAX_PAGE)),
        None => has_rows.then_some(DEFAULT_PAGE),
    }
}

/// The connections of an operation, fragments unfolded.
pub(super) fn of(document: &ExecutableDocument, operation: &OperationDefinition, variables: &Variables) -> Vec<List> {
    let mut walk = Walk { document, variables, found: Vec::new() };
    walk.below(&operation.selection_set.node, "", 1);
    walk.found
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    found: Vec<List>,
}

impl<'a> Walk<'a> {
    fn below(&mut self, set: &'a SelectionSet, path: &str, times: u64) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.field(&field.node, path, times),
                other => self.below(self.unfold(other), path, times),
            }
        }
    }

    fn field(&mut self, field: &'a Field, path: &str, times: u64) {
        let set = &field.selection_set.node;
        if is_wrapper(field.name.node.as_str()) && !path.is_empty() {
            return self.below(set, path, times);
        }
        let key = field.response_key().node.as_str();
        let path = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
        let Some(page) = page(field, self.has_rows(set), self.variables) else {
            return self.below(set, &path, times);
        };
        let rows = times.saturating_mul(page);
        self.found.push(List { path: path.clone(), page, rows });
        self.below(set, &path, rows);
    }

    fn has_rows(&self, set: &'a SelectionSet) -> bool {
        set.items.iter().any(|selection| match &selection.node {
            Selection::Field(field) => is_rows(field.node.name.node.as_str()),
            other => self.has_rows(self.unfold(other)),
        })
    }

    /// The selection that a fragment stands for; nothing, for a fragment that is not there.
    fn unfold(&self, selection: &'a Selection) -> &'a SelectionSet {
        static NOTHING: SelectionSet = SelectionSet { items: Vec::new() };
        match selection {
            Selection::Field(field) => &field.node.selection_set.node,
            Selection::InlineFragment(inline) => &inline.node.selection_set.node,
            Selection::FragmentSpread(spread) => self
                .document
                .fragments
                .get(&spread.node.fragment_name.node)
                .map_or(&NOTHING, |fragment| &fragment.node.selection_set.node),
        }
    }
}
