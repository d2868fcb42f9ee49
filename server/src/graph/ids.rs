//! Ids in the graph: `placement:0190…`. A wrong prefix is refused, not read as another kind of thing.

use std::borrow::Cow;

use async_graphql::registry::Registry;
use async_graphql::{ID, InputType, InputValueError, InputValueResult, Value};
use entity::ids::Key;
use uuid::Uuid;

/// The UUID of an id with this prefix; `None` for any other text.
#[must_use]
pub fn parse(id: &str, prefix: &str) -> Option<Uuid> {
    let (found, uuid) = id.split_once(':')?;
    // Only the one way in which ids are written, so that equal ids are equal texts.
    (found == prefix && uuid.len() == 36).then(|| Uuid::parse_str(uuid).ok()).flatten()
}

/// Prefix and UUID of an id.
#[must_use]
pub fn split(id: &str) -> Option<(&str, Uuid)> {
    let (prefix, _) = id.split_once(':')?;
    Some((prefix, parse(id, prefix)?))
}

/// An id argument of one kind of thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdOf<K>(pub K);

impl<K: Key> InputType for IdOf<K> {
    type RawValueType = K;

    fn type_name() -> Cow<'static, str> {
        <ID as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <ID as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let text = match value {
            Some(Value::String(text)) => text,
            other => return Err(InputValueError::expected_type(other.unwrap_or_default())),
        };
        parse(&text, K::PREFIX)
            .map(|id| Self(K::from(id)))
            .ok_or_else(|| InputValueError::custom(format!("expected an id that starts with `{}:`", K::PREFIX)))
    }

    fn to_value(&self) -> Value {
        let id: Uuid = self.0.into();
        Value::String(format!("{}:{id}", K::PREFIX))
    }

    fn as_raw_value(&self) -> Option<&K> {
        Some(&self.0)
    }
}

/// An argument of a coded list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeOf<C>(pub C);

impl<C: domain::Code> InputType for CodeOf<C> {
    type RawValueType = C;

    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(C::NAME)
    }

    fn create_type_info(registry: &mut Registry) -> String {
        if !registry.types.contains_key(C::NAME) {
            super::tree::code_enum(registry, super::tree::CodeList::of::<C>());
        }
        Self::qualified_type_name()
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let found = match &value {
            Some(Value::Enum(name)) => C::parse(&name.as_str().to_ascii_lowercase()),
            Some(Value::String(name)) => C::parse(&name.to_ascii_lowercase()),
            _ => None,
        };
        found.map(Self).ok_or_else(|| InputValueError::custom(format!("expected a {}", C::NAME)))
    }

    fn to_value(&self) -> Value {
        Value::Enum(async_graphql::Name::new(self.0.as_str().to_ascii_uppercase()))
    }

    fn as_raw_value(&self) -> Option<&C> {
        Some(&self.0)
    }
}
