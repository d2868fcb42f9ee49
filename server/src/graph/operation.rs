//! Which operation of a document is meant, and whether it is one that can be executed with its variables.

use async_graphql::{
    ServerError, Value, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType, Selection},
};

use super::errors::{self, Code};

/// The operation that is asked for.
///
/// # Errors
/// Where the name fits none, or there are several and no name.
pub fn chosen<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a OperationDefinition, ServerError> {
    let unknown = |words: &str| errors::request_error(Code::ValidationFailed, words, None);
    match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Ok(&operation.node),
        (DocumentOperations::Multiple(operations), Some(name)) if operations.contains_key(name) => {
            Ok(&operations[name].node)
        }
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
            operations.values().next().map(|operation| &operation.node).ok_or_else(|| unknown("There is no operation."))
        }
        (_, Some(_)) => Err(unknown("The document has no operation of the name that operationName gives.")),
        (_, None) => Err(unknown("The document has several operations: say which, by operationName.")),
    }
}

/// That the operation can be answered in the way that is asked for: a subscription as a stream of events alone, and of one
/// field, as GraphQL wants it (October 2021, 5.2.3.1).
///
/// # Errors
/// Where it cannot.
pub fn check_kind(operation: &OperationDefinition, may_stream: bool) -> Result<(), ServerError> {
    let words = match (operation.ty, operation.selection_set.node.items.as_slice()) {
        (OperationType::Query | OperationType::Mutation, _) => return Ok(()),
        _ if !may_stream => "A subscription is answered as text/event-stream alone: ask for that by Accept.",
        (_, [only]) if matches!(only.node, Selection::Field(_)) => return Ok(()),
        _ => "A subscription has one field, and no fragment around it.",
    };
    Err(errors::request_error(Code::ValidationFailed, words, None))
}

/// That every variable which must be there is there, whether it is used or not. The library looks at a variable only
/// where it is used.
///
/// # Errors
/// The first that is missing, and where it is declared.
pub fn check_variables(operation: &OperationDefinition, variables: &Variables) -> Result<(), ServerError> {
    for definition in &operation.variable_definitions {
        let node = &definition.node;
        let given = variables.get(&node.name.node);
        let is_required = !node.var_type.node.nullable;
        let is_missing = match given {
            Some(Value::Null) => true,
            Some(_) => false,
            None => node.default_value.is_none(),
        };
        if is_required && is_missing {
            let words = "A variable that may not be null has no value.";
            return Err(errors::request_error(Code::BadInput, words, Some(definition.pos)));
        }
    }
    Ok(())
}
