//! Measures a parsed document: each selection from the leaves up, each fragment once.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned, Variables,
    parser::types::{Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};
use async_graphql_value::{ConstValue, Value};

use super::{DEFAULT_PAGE, Exceeded, Excess, Limits, MAX_PAGE, values};

/// The fields that list a type's own parts: nested, they unfold the schema over and over.
const SCHEMA_LISTS: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];
/// The fields that stand between a connection and its rows.
const WRAPPERS: [&str; 3] = ["edges", "node", "nodes"];

/// What a selection asks for, fragments unfolded.
#[derive(Clone, Copy, Debug, Default)]
struct Measure {
    /// Fields at its top.
    width: u64,
    /// Fields in all.
    fields: u64,
    /// Levels of data.
    depth: usize,
    /// Fields times page sizes.
    weight: u64,
    /// Nested lists of a type's parts.
    schema_lists: usize,
    /// Whether rows of a connection are asked for at its top.
    rows: bool,
}

impl Measure {
    fn add(&mut self, other: Self) {
        self.width = self.width.saturating_add(other.width);
        self.fields = self.fields.saturating_add(other.fields);
        self.weight = self.weight.saturating_add(other.weight);
        self.depth = self.depth.max(other.depth);
        self.schema_lists = self.schema_lists.max(other.schema_lists);
        self.rows |= other.rows;
    }
}

struct Measurer<'a> {
    limits: &'a Limits,
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    /// `None` while a fragment is being measured: to meet it again then is a cycle.
    fragments: HashMap<&'a Name, Option<Measure>>,
    aliases: usize,
    directives: usize,
}

pub(super) fn check(limits: &Limits, document: &ExecutableDocument, variables: &Variables) -> Result<(), Exceeded> {
    let mut measurer = Measurer { limits, document, variables, fragments: HashMap::new(), aliases: 0, directives: 0 };
    if document.operations.iter().len() > limits.operations {
        return Err((Excess::Operations(limits.operations), None));
    }
    // All of them, chosen or not: each is validated before one is executed.
    for name in document.fragments.keys() {
        measurer.fragment(name)?;
    }
    for (_, operation) in document.operations.iter() {
        measurer.operation(operation)?;
    }
    Ok(())
}

impl<'a> Measurer<'a> {
    fn operation(&mut self, operation: &'a Positioned<OperationDefinition>) -> Result<(), Exceeded> {
        let at = Some(operation.pos);
        self.count_directives(&operation.node.directives)?;
        for variable in &operation.node.variable_definitions {
            self.count_directives(&variable.node.directives)?;
            let default = variable.node.default_value.as_ref();
            if default.is_some_and(|value| !values::const_fits(self.limits, &value.node)) {
                return Err((Excess::List(self.limits.list), Some(variable.pos)));
            }
        }
        let measure = self.selection_set(&operation.node.selection_set.node)?;
        let limits = self.limits;
        if measure.width > limits.root_fields {
            return Err((Excess::RootFields(limits.root_fields), at));
        }
        if measure.fields > limits.fields {
            return Err((Excess::Fields(limits.fields), at));
        }
        if measure.depth > limits.depth {
            return Err((Excess::Depth(limits.depth), at));
        }
        if measure.weight > limits.complexity {
            return Err((Excess::Complexity(limits.complexity), at));
        }
        Ok(())
    }

    fn fragment(&mut self, name: &'a Name) -> Result<Measure, Exceeded> {
        // A fragment that does not exist is for validation to name.
        let Some(definition) = self.document.fragments.get(name) else { return Ok(Measure::default()) };
        match self.fragments.get(name) {
            Some(Some(known)) => return Ok(*known),
            Some(None) => return Err((Excess::FragmentCycle, Some(definition.pos))),
            None => {}
        }
        self.fragments.insert(name, None);
        self.count_directives(&definition.node.directives)?;
        let measure = self.selection_set(&definition.node.selection_set.node)?;
        self.fragments.insert(name, Some(measure));
        Ok(measure)
    }

    fn selection_set(&mut self, selection_set: &'a SelectionSet) -> Result<Measure, Exceeded> {
        let mut total = Measure::default();
        for selection in &selection_set.items {
            self.count_directives(selection.node.directives())?;
            total.add(match &selection.node {
                Selection::Field(field) => self.field(field)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node)?,
                Selection::InlineFragment(inline) => self.selection_set(&inline.node.selection_set.node)?,
            });
        }
        Ok(total)
    }

    fn field(&mut self, field: &'a Positioned<Field>) -> Result<Measure, Exceeded> {
        let at = Some(field.pos);
        let node = &field.node;
        if node.alias.is_some() {
            self.aliases += 1;
            if self.aliases > self.limits.aliases {
                return Err((Excess::Aliases(self.limits.aliases), at));
            }
        }
        if node.arguments.iter().any(|(_, value)| !values::fits(self.limits, &value.node)) {
            return Err((Excess::List(self.limits.list), at));
        }
        let below = self.selection_set(&node.selection_set.node)?;
        let name = node.name.node.as_str();
        let schema_lists = below.schema_lists + usize::from(SCHEMA_LISTS.contains(&name));
        let about_schema = name == "__schema" || name == "__type";
        if about_schema && schema_lists > 2 {
            return Err((Excess::Introspection, at));
        }
        let is_wrapper = WRAPPERS.contains(&name);
        Ok(Measure {
            width: 1,
            fields: below.fields.saturating_add(1),
            depth: if about_schema { 1 } else { below.depth + usize::from(!is_wrapper) },
            weight: below.weight.saturating_mul(self.page(node, &below)).saturating_add(1),
            schema_lists,
            rows: is_wrapper && name != "node",
        })
    }

    /// How many times over the selection below a field may be answered.
    fn page(&self, field: &Field, below: &Measure) -> u64 {
        let asked = ["first", "last"].iter().find_map(|name| field.get_argument(name)).map(|value| {
            let number = match &value.node {
                Value::Variable(name) => match self.variables.get(name) {
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
            Some(number) => number.clamp(1, MAX_PAGE),
            None if below.rows => DEFAULT_PAGE,
            None => 1,
        }
    }

    fn count_directives(&mut self, directives: &[Positioned<Directive>]) -> Result<(), Exceeded> {
        self.directives += directives.len();
        match directives.first() {
            Some(first) if self.directives > self.limits.directives => {
                Err((Excess::Directives(self.limits.directives), Some(first.pos)))
            }
            _ => Ok(()),
        }
    }
}
