//! Measures a parsed document: each selection from the leaves up, each fragment once. Whatever goes beyond a limit is
//! noted, and measured on: a document has few tokens, and each is read once.

use std::collections::HashMap;

use async_graphql::{
    Name, Pos, Positioned, Variables,
    parser::types::{Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
};

use super::{AGGREGATE, Exceeded, Excess, Limits, MAX_PAGE, Measured, lists, values};

/// The fields that list a type's own parts: nested, they unfold the schema over and over.
const SCHEMA_LISTS: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

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
    excesses: Vec<Exceeded>,
}

pub(super) fn measure(limits: &Limits, document: &ExecutableDocument, variables: &Variables) -> Measured {
    let mut measurer = Measurer {
        limits,
        document,
        variables,
        fragments: HashMap::new(),
        aliases: 0,
        directives: 0,
        excesses: values::check_variables(limits, variables).into_iter().collect(),
    };
    if document.operations.iter().len() > limits.operations {
        measurer.note(Excess::Operations(limits.operations), None);
    }
    // All of them, chosen or not: each is validated before one is executed.
    for name in document.fragments.keys() {
        measurer.fragment(name);
    }
    let mut most = Measured::default();
    for (_, operation) in document.operations.iter() {
        let measure = measurer.operation(operation);
        most.cost = most.cost.max(measure.weight);
        most.depth = most.depth.max(measure.depth);
        most.fields = most.fields.max(measure.fields);
    }
    Measured { excesses: measurer.excesses, ..most }
}

impl<'a> Measurer<'a> {
    fn note(&mut self, excess: Excess, at: Option<Pos>) {
        if !self.excesses.iter().any(|(noted, _)| *noted == excess) {
            self.excesses.push((excess, at));
        }
    }

    fn operation(&mut self, operation: &'a Positioned<OperationDefinition>) -> Measure {
        let at = Some(operation.pos);
        self.count_directives(&operation.node.directives);
        for variable in &operation.node.variable_definitions {
            self.count_directives(&variable.node.directives);
            let default = variable.node.default_value.as_ref();
            if default.is_some_and(|value| !values::const_fits(self.limits, &value.node)) {
                self.note(Excess::List(self.limits.list), Some(variable.pos));
            }
        }
        let measure = self.selection_set(&operation.node.selection_set.node);
        let limits = self.limits;
        if measure.width > limits.root_fields {
            self.note(Excess::RootFields(limits.root_fields), at);
        }
        if measure.fields > limits.fields {
            self.note(Excess::Fields(limits.fields), at);
        }
        if measure.depth > limits.depth {
            self.note(Excess::Depth(limits.depth), at);
        }
        if measure.weight > limits.complexity {
            self.note(Excess::Complexity(limits.complexity), at);
        }
        measure
    }

    fn fragment(&mut self, name: &'a Name) -> Measure {
        // A fragment that does not exist is for validation to name.
        let Some(definition) = self.document.fragments.get(name) else { return Measure::default() };
        match self.fragments.get(name) {
            Some(Some(known)) => return *known,
            Some(None) => {
                self.note(Excess::FragmentCycle, Some(definition.pos));
                return Measure::default();
            }
            None => {}
        }
        self.fragments.insert(name, None);
        self.count_directives(&definition.node.directives);
        let measure = self.selection_set(&definition.node.selection_set.node);
        self.fragments.insert(name, Some(measure));
        measure
    }

    fn selection_set(&mut self, selection_set: &'a SelectionSet) -> Measure {
        let mut total = Measure::default();
        for selection in &selection_set.items {
            self.count_directives(selection.node.directives());
            total.add(match &selection.node {
                Selection::Field(field) => self.field(field),
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name.node),
                Selection::InlineFragment(inline) => self.selection_set(&inline.node.selection_set.node),
            });
        }
        total
    }

    fn field(&mut self, field: &'a Positioned<Field>) -> Measure {
        let at = Some(field.pos);
        let node = &field.node;
        if node.alias.is_some() {
            self.aliases += 1;
            if self.aliases > self.limits.aliases {
                self.note(Excess::Aliases(self.limits.aliases), at);
            }
        }
        if node.arguments.iter().any(|(_, value)| !values::fits(self.limits, &value.node)) {
            self.note(Excess::List(self.limits.list), at);
        }
        let below = self.selection_set(&node.selection_set.node);
        let name = node.name.node.as_str();
        let schema_lists = below.schema_lists + usize::from(SCHEMA_LISTS.contains(&name));
        let about_schema = name == "__schema" || name == "__type";
        if about_schema && schema_lists > 2 {
            self.note(Excess::Introspection, at);
        }
        // How many times over the selection below may be answered, and what it costs beside that.
        let (page, own) = if name.ends_with("Aggregate") {
            (MAX_PAGE, AGGREGATE)
        } else {
            (lists::page(node, below.rows, self.variables).unwrap_or(1), 1)
        };
        Measure {
            width: 1,
            fields: below.fields.saturating_add(1),
            depth: if about_schema { 1 } else { below.depth + usize::from(!lists::is_wrapper(name)) },
            weight: below.weight.saturating_mul(page).saturating_add(own),
            schema_lists,
            rows: lists::is_rows(name),
        }
    }

    fn count_directives(&mut self, directives: &[Positioned<Directive>]) {
        self.directives += directives.len();
        if let Some(first) = directives.first()
            && self.directives > self.limits.directives
        {
            self.note(Excess::Directives(self.limits.directives), Some(first.pos));
        }
    }
}
