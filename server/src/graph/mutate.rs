//! Mutations, as the graph sees them: an input with an idempotency key, a payload with the node or a refusal.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::parser::types::Field;
use async_graphql::registry::Registry;
use async_graphql::{Context, ContextSelectionSet, OutputType, Positioned, ServerResult, Value};
use domain::{Code, RefusalCode};
use entity::ids::Key;

use super::errors::{self, refuse};
use super::ids::CodeOf;
use crate::app::App;
use crate::ledger::{Actor, Outcome, Refused, Write, perform};

/// Characters of an idempotency key.
pub const KEY_LENGTH: std::ops::RangeInclusive<usize> = 8..=100;

/// Declares a mutation's payload and refusal: `payload!(ReviewDocument: ReviewDocumentPayload, ReviewDocumentRefused,
/// document: DocumentId, ReviewDocumentRefusal)`.
#[macro_export]
macro_rules! payload {
    ($(#[doc = $doc:literal])+ $payload:ident, $refused:ident, $field:ident: $key:ty, $code:ty) => {
        $(#[doc = $doc])+
        #[derive(Debug, async_graphql::SimpleObject)]
        pub struct $payload {
            /// The row as it now is; null where the mutation was refused.
            pub $field: Option<$crate::graph::tree::Node<$key>>,
            /// Why nothing was done; null where it was.
            pub refusal: Option<$refused>,
        }

        /// Why nothing was done.
        #[derive(Debug, async_graphql::SimpleObject)]
        pub struct $refused {
            /// The exact reason.
            pub code: $crate::graph::ids::CodeOf<$code>,
            /// The reason in words, and what to do.
            pub message: String,
            /// The field of the input that it is about.
            pub field: Option<String>,
            /// The row as it is, where the viewer may see it.
            pub current: Option<$crate::graph::tree::Node<$key>>,
        }

        impl From<$crate::ledger::Outcome<$key, $code>> for $payload {
            fn from(outcome: $crate::ledger::Outcome<$key, $code>) -> Self {
                match outcome {
                    Ok(id) => Self { $field: Some($crate::graph::tree::Node::new(id)), refusal: None },
                    Err(refusal) => Self {
                        $field: None,
                        refusal: Some($refused {
                            code: $crate::graph::ids::CodeOf(refusal.code),
                            message: domain::Code::doc(refusal.code).to_owned(),
                            field: refusal.field.map(str::to_owned),
                            current: refusal.current.map(|id| $crate::graph::tree::Node::new(id.into())),
                        }),
                    },
                }
            }
        }
    };
}

/// Performs a mutation: once for its `input.idempotencyKey`, in one transaction with the ledger.
///
/// # Errors
/// Whoever is not signed in; a key of the wrong length; surprises.
pub async fn mutate<K: Key, C: RefusalCode, P: From<Outcome<K, C>>>(
    ctx: &Context<'_>,
    act: &'static str,
    body: impl AsyncFnOnce(&mut Write<'_>) -> Result<K, Refused<C>>,
) -> async_graphql::Result<P> {
    let app = ctx.data::<App>()?;
    let actor = ctx.data_opt::<Arc<Actor>>().ok_or_else(errors::sign_in_first)?;
    let arguments = Value::Object(ctx.field().arguments()?.into_iter().collect());
    let key = idempotency_key(&arguments)
        .ok_or_else(|| refuse(errors::Code::BadInput, "idempotencyKey has 8 to 100 characters"))?;
    let request = serde_json::to_vec(&arguments)?;
    let outcome = perform(app, actor, act, &key, &request, body).await?;
    Ok(P::from(outcome))
}

fn idempotency_key(arguments: &Value) -> Option<String> {
    let Value::Object(arguments) = arguments else { return None };
    let Some(Value::Object(input)) = arguments.get("input") else { return None };
    let Some(Value::String(key)) = input.get("idempotencyKey") else { return None };
    KEY_LENGTH.contains(&key.chars().count()).then(|| key.clone())
}

impl<C: Code> OutputType for CodeOf<C> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(C::NAME)
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <Self as async_graphql::InputType>::create_type_info(registry)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(async_graphql::InputType::to_value(self))
    }
}
