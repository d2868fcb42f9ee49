//! Which fields a selection asks for.
//!
//! Fields are collected as the GraphQL specification says (CollectFields): by response key, through fragments whose type
//! condition applies, leaving out what `@skip` and `@include` leave out, merging what is asked for twice. async-graphql's
//! look-ahead knows none of this, which is why it is not used.

use std::collections::HashMap;

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{Directive, Field, Selection, SelectionSet};
use async_graphql::{Positioned, Value};

use super::TreeError;
use super::plan::Planner;

/// Fields asked for under one response key.
pub type Collected<'a> = IndexMap<&'a str, Vec<&'a Field>>;

impl<'a> Planner<'a> {
    /// Every field of the operation's root that shares this response key: they are answered as one.
    pub fn root_fields(&self, key: &str, type_name: &str) -> Result<Vec<&'a Field>, TreeError> {
        let mut collected = Collected::new();
        let root = &self.operation.selection_set.node;
        self.collect(root, &|condition| condition == type_name, &mut collected)?;
        Ok(collected.swap_remove(key).unwrap_or_default())
    }

    /// The response keys of the operation's root.
    pub fn root_keys(&self, type_name: &str) -> Result<Vec<&'a str>, TreeError> {
        let mut collected = Collected::new();
        self.collect(&self.operation.selection_set.node, &|condition| condition == type_name, &mut collected)?;
        Ok(collected.into_keys().collect())
    }

    /// The fields below these, by response key, through fragments on types that apply.
    pub fn children_of(
        &self,
        fields: &[&'a Field],
        applies: &dyn Fn(&str) -> bool,
    ) -> Result<Collected<'a>, TreeError> {
        let mut collected = Collected::new();
        for field in fields {
            self.collect(&field.selection_set.node, applies, &mut collected)?;
        }
        Ok(collected)
    }

    /// Adds the fields of a selection.
    pub fn collect(
        &self,
        set: &'a SelectionSet,
        applies: &dyn Fn(&str) -> bool,
        out: &mut Collected<'a>,
    ) -> Result<(), TreeError> {
        for item in &set.items {
            if self.is_left_out(item.node.directives())? {
                continue;
            }
            match &item.node {
                Selection::Field(field) => {
                    out.entry(field.node.response_key().node.as_str()).or_default().push(&field.node);
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref().map(|on| on.node.on.node.as_str());
                    if condition.is_none_or(applies) {
                        self.collect(&fragment.node.selection_set.node, applies, out)?;
                    }
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    let fragment =
                        self.fragments.get(name).ok_or_else(|| TreeError::unknown_field("fragment", name))?;
                    if applies(fragment.node.type_condition.node.on.node.as_str()) {
                        self.collect(&fragment.node.selection_set.node, applies, out)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn is_left_out(&self, directives: &[Positioned<Directive>]) -> Result<bool, TreeError> {
        for directive in directives {
            let left_out_if = match directive.node.name.node.as_str() {
                "skip" => true,
                "include" => false,
                _ => continue,
            };
            let condition = directive.node.get_argument("if").map(|value| self.constant(&value.node)).transpose()?;
            if condition == Some(Value::Boolean(left_out_if)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The arguments of a field, with variables filled in.
    pub fn arguments(&self, field: &Field) -> Result<HashMap<String, Value>, TreeError> {
        field.arguments.iter().map(|(name, value)| Ok((name.node.to_string(), self.constant(&value.node)?))).collect()
    }

    fn constant(&self, value: &async_graphql_value::Value) -> Result<Value, TreeError> {
        value.clone().into_const_with(|name| {
            let definition = self.operation.variable_definitions.iter().find(|def| def.node.name.node == name);
            let given = self.variables.get(&name).cloned();
            let default = || definition.and_then(|def| def.node.default_value().cloned());
            // A nullable variable that nobody filled in reads as null, as if the argument were not there.
            Ok(given.or_else(default).unwrap_or(Value::Null))
        })
    }
}

/// A response key as it stands in the answer: quoted, with its colon. GraphQL names need no escaping.
pub fn json_key(key: &str) -> String {
    format!("\"{key}\":")
}
