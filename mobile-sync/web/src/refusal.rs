//! What a screen is told when something was not done: a plain object, since a class does not travel out of a worker.

use mobile_sync::shown::{BadInput, CoreError};
use mobile_sync::store::StoreError;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DomException;

/// Why something was not done.
#[derive(Debug)]
pub struct Refusal(CoreError);

impl Refusal {
    /// The phone is locked, or there is none.
    pub fn not_open() -> Self {
        Self(CoreError::new("not_open", "unlock this device first"))
    }

    /// A value is not what its declaration says.
    pub fn unreadable(error: &impl std::fmt::Display) -> Self {
        Self(CoreError::new("bad_input", error))
    }

    /// There is no phone here yet.
    pub fn no_phone() -> Self {
        Self(CoreError::new("not_found", "nothing is kept on this device yet"))
    }
}

impl<E: Into<CoreError>> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl From<Refusal> for JsValue {
    fn from(Refusal(error): Refusal) -> Self {
        to_js(&error).unwrap_or_else(|_| Self::from_str(&error.message))
    }
}

/// A value as JavaScript has it.
pub fn to_js(value: &impl serde::Serialize) -> Result<JsValue, BadInput> {
    let unreadable = |text: String| BadInput { what: "value that can be shown", text };
    let json = serde_json::to_string(value).map_err(|error| unreadable(error.to_string()))?;
    js_sys::JSON::parse(&json).map_err(|_| unreadable(json))
}

/// What a browser's storage says went wrong.
pub fn storage(error: &JsValue) -> StoreError {
    match error.dyn_ref::<DomException>() {
        Some(error) if error.name() == "QuotaExceededError" => StoreError::Full,
        Some(error) => StoreError::Failed(format!("{}: {}", error.name(), error.message())),
        None => StoreError::Failed(format!("{error:?}")),
    }
}

/// Whether it says that there is no such file.
pub fn is_not_there(error: &JsValue) -> bool {
    error.dyn_ref::<DomException>().is_some_and(|error| error.name() == "NotFoundError")
}
