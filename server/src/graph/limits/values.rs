//! The lists that a request carries: in its variables and in the arguments of its query.

use async_graphql::{Value as ConstValue, Variables};
use async_graphql_value::Value;

use super::{Exceeded, Excess, Limits};

pub(super) fn check_variables(limits: &Limits, variables: &Variables) -> Option<Exceeded> {
    let fit = variables.values().all(|value| const_fits(limits, value));
    (!fit).then_some((Excess::List(limits.list), None))
}

pub(super) fn const_fits(limits: &Limits, value: &ConstValue) -> bool {
    match value {
        ConstValue::List(items) => items.len() <= limits.list && items.iter().all(|item| const_fits(limits, item)),
        ConstValue::Object(fields) => fields.values().all(|field| const_fits(limits, field)),
        _ => true,
    }
}

pub(super) fn fits(limits: &Limits, value: &Value) -> bool {
    match value {
        Value::List(items) => items.len() <= limits.list && items.iter().all(|item| fits(limits, item)),
        Value::Object(fields) => fields.values().all(|field| fits(limits, field)),
        _ => true,
    }
}
