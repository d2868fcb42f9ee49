//! Which fields a selection asks for.
//!
//! Fields are collected as the GraphQL specification says (CollectFields): by response key, through fragments whose type
//! condition applies, leaving out what `@skip` and `@include` leave out, merging what is asked for twice. async-graphql's
//! look-ahead knows none of this, which is why it is not used.

use std::collections::HashMap;
use std::convert::Infallible;

use async_graphql::context::{QueryEnv, QueryPathNode, QueryPathSegment};
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    Directive, Field, FragmentDefinition, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Value, Variables};

/// An operation with all that its selections name.
#[derive(Debug, Clone, Copy)]
pub struct Selections<'a> {
    operation: &'a OperationDefinition,
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    variables: &'a Variables,
}

/// Fields asked for under one response key.
pub type Collected<'a> = IndexMap<&'a str, Vec<&'a Field>>;

impl<'a> Selections<'a> {
    /// Those of the operation that is executed.
    #[must_use]
    pub fn of(env: &'a QueryEnv) -> Self {
        Self { operation: &env.operation.node, fragments: &env.fragments, variables: &env.variables }
    }

    /// Every field of the operation's root that shares this response key: they are answered as one.
    #[must_use]
    pub fn root_fields(&self, key: &str, type_name: &str) -> Vec<&'a Field> {
        self.root(type_name).swap_remove(key).unwrap_or_default()
    }

    /// The response keys of the operation's root.
    #[must_use]
    pub fn root_keys(&self, type_name: &str) -> Vec<&'a str> {
        self.root(type_name).into_keys().collect()
    }

    fn root(&self, type_name: &str) -> Collected<'a> {
        let mut collected = Collected::new();
        self.collect(&self.operation.selection_set.node, &|condition| condition == type_name, &mut collected);
        collected
    }

    /// Every field that is answered at this place, where no type above it is an interface or a union.
    #[must_use]
    pub fn fields_at(&self, place: &QueryPathNode<'_>, root: &str) -> Vec<&'a Field> {
        let mut keys: Vec<&str> = std::iter::once(place).chain(place.parents()).filter_map(key).collect();
        let first = keys.pop().map(|key| self.root_fields(key, root)).unwrap_or_default();
        keys.into_iter()
            .rev()
            .fold(first, |fields, key| self.children_of(&fields, &|_| true).swap_remove(key).unwrap_or_default())
    }

    /// The fields below these, by response key, through fragments on types that apply.
    #[must_use]
    pub fn children_of(&self, fields: &[&'a Field], applies: &dyn Fn(&str) -> bool) -> Collected<'a> {
        let mut collected = Collected::new();
        for field in fields {
            self.collect(&field.selection_set.node, applies, &mut collected);
        }
        collected
    }

    /// Adds the fields of a selection.
    fn collect(&self, set: &'a SelectionSet, applies: &dyn Fn(&str) -> bool, out: &mut Collected<'a>) {
        for item in &set.items {
            if self.is_left_out(item.node.directives()) {
                continue;
            }
            match &item.node {
                Selection::Field(field) => {
                    out.entry(field.node.response_key().node.as_str()).or_default().push(&field.node);
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref().map(|on| on.node.on.node.as_str());
                    if condition.is_none_or(applies) {
                        self.collect(&fragment.node.selection_set.node, applies, out);
                    }
                }
                // One that nobody defined was refused before anything was executed.
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.fragments.get(&spread.node.fragment_name.node)
                        && applies(fragment.node.type_condition.node.on.node.as_str())
                    {
                        self.collect(&fragment.node.selection_set.node, applies, out);
                    }
                }
            }
        }
    }

    fn is_left_out(&self, directives: &[Positioned<Directive>]) -> bool {
        directives.iter().any(|directive| {
            let left_out_if = match directive.node.name.node.as_str() {
                "skip" => true,
                "include" => false,
                _ => return false,
            };
            let condition = directive.node.get_argument("if").map(|value| self.constant(&value.node));
            condition == Some(Value::Boolean(left_out_if))
        })
    }

    /// The arguments of a field, with variables filled in.
    #[must_use]
    pub fn arguments(&self, field: &Field) -> HashMap<String, Value> {
        field.arguments.iter().map(|(name, value)| (name.node.to_string(), self.constant(&value.node))).collect()
    }

    fn constant(&self, value: &async_graphql_value::Value) -> Value {
        let Ok(value) = value.clone().into_const_with(|name| {
            let definition = self.operation.variable_definitions.iter().find(|def| def.node.name.node == name);
            let given = self.variables.get(&name).cloned();
            let default = || definition.and_then(|def| def.node.default_value().cloned());
            // A nullable variable that nobody filled in reads as null, as if the argument were not there.
            Ok::<_, Infallible>(given.or_else(default).unwrap_or(Value::Null))
        });
        value
    }
}

fn key<'a>(place: &QueryPathNode<'a>) -> Option<&'a str> {
    match place.segment {
        QueryPathSegment::Name(name) => Some(name),
        QueryPathSegment::Index(_) => None,
    }
}

/// A response key as it stands in the answer: quoted, with its colon. GraphQL names need no escaping.
#[must_use]
pub fn json_key(key: &str) -> String {
    format!("\"{key}\":")
}
