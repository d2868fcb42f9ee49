//! An answer as bytes.
//!
//! What the read tree writes is JSON already. On its way through async-graphql it is bytes, which nothing that a client sends can
//! be, and it is put into the answer as it stands: never read again.

use async_graphql::{ServerError, Value};

/// JSON as a value that an answer takes in as it stands.
#[must_use]
pub fn raw(json: Vec<u8>) -> Value {
    Value::Binary(json.into())
}

/// Appends a value as JSON.
///
/// # Panics
/// When the value cannot be JSON: of numbers, truth, times and text, none.
pub fn json(out: &mut Vec<u8>, value: impl serde::Serialize) {
    serde_json::to_writer(out, &value).expect("memory takes every byte");
}

/// An answer (GraphQL over HTTP): its errors, where there are any, and its data, where something was executed.
///
/// # Errors
/// When an error cannot be written as JSON.
pub fn write(errors: &[ServerError], data: Option<&Value>) -> serde_json::Result<Vec<u8>> {
    let mut out = b"{".to_vec();
    if !errors.is_empty() {
        out.extend_from_slice(b"\"errors\":");
        serde_json::to_writer(&mut out, errors)?;
    }
    if let Some(data) = data {
        out.extend_from_slice(if errors.is_empty() { b"\"data\":" } else { b",\"data\":" });
        value(&mut out, data)?;
    }
    out.push(b'}');
    Ok(out)
}

fn value(out: &mut Vec<u8>, written: &Value) -> serde_json::Result<()> {
    match written {
        Value::Binary(json) => out.extend_from_slice(json),
        Value::Object(fields) => {
            out.push(b'{');
            for (index, (name, below)) in fields.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                serde_json::to_writer(&mut *out, name)?;
                out.push(b':');
                value(out, below)?;
            }
            out.push(b'}');
        }
        Value::List(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                value(out, item)?;
            }
            out.push(b']');
        }
        plain => serde_json::to_writer(out, plain)?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bytes_stand_as_they_are_and_everything_else_is_json() {
        let ready = json!({ "a": [1, null, { "b\"": "c\n" }], "d": {}, "e": [], "f": true });
        let Value::Object(mut fields) = Value::from_json(ready.clone()).unwrap() else { unreachable!() };
        assert_eq!(
            write(&[], Some(&Value::Object(fields.clone()))).unwrap(),
            json!({ "data": ready }).to_string().into_bytes()
        );
        fields.insert(async_graphql::Name::new("g"), Value::List(vec![raw(b"{ \"h\": 1.50 }".to_vec())]));
        let text = String::from_utf8(write(&[], Some(&Value::Object(fields))).unwrap()).unwrap();
        assert!(text.ends_with(r#","f":true,"g":[{ "h": 1.50 }]}}"#), "{text}");
    }

    #[test]
    fn errors_come_first_and_nothing_that_was_not_executed_has_data() {
        let errors = [ServerError::new("no", None)];
        assert_eq!(write(&errors, None).unwrap(), br#"{"errors":[{"message":"no"}]}"#);
        assert_eq!(write(&errors, Some(&Value::Null)).unwrap(), br#"{"errors":[{"message":"no"}],"data":null}"#);
    }
}
