//! Which operation of a document is meant, and whether it is one that can be executed with its variables.

use async_graphql::{
    ServerError, Value, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
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

/// That the operation is of a kind that the schema has.
///
/// # Errors
/// Where it is a subscription.
pub fn check_kind(operation: &OperationDefinition) -> Result<(), ServerError> {
    match operation.ty {
        OperationType::Query | OperationType::Mutation => Ok(()),
        OperationType::Subscription => {
            Err(errors::request_error(Code::ValidationFailed, "There are no subscriptions here.", None))
        }
    }
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
