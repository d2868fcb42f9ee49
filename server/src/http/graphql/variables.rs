//! That every variable which must be there is there, whether it is used or not. The library looks at a variable only
//! where it is used.

use async_graphql::{ServerError, Value, Variables, parser::types::OperationDefinition};

use crate::graph::errors::{self, Code};

pub(super) fn check(operation: &OperationDefinition, variables: &Variables) -> Result<(), ServerError> {
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
