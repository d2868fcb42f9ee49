//! Scalars of the graph: each is one Rust type here, and one way of writing it in an answer.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};
use chrono::{NaiveDate, SecondsFormat, Utc};

/// A calendar date, `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

/// A calendar date, `YYYY-MM-DD`.
#[Scalar(name = "Date")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .map(Self)
            .map_err(|_| InputValueError::custom("a date is written YYYY-MM-DD, e.g. 2026-09-01"))
    }

    fn to_value(&self) -> Value {
        self.0.to_string().into()
    }
}

/// An instant in UTC to the millisecond, RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime(pub chrono::DateTime<Utc>);

/// An instant in UTC to the millisecond, RFC 3339, e.g. `2026-09-01T08:30:00.000Z`.
#[Scalar(name = "DateTime")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        chrono::DateTime::parse_from_rfc3339(text)
            .map(|instant| Self(instant.to_utc()))
            .map_err(|_| InputValueError::custom("an instant is written like 2026-09-01T08:30:00Z"))
    }

    fn to_value(&self) -> Value {
        instant(self.0).into()
    }
}

/// How an instant is written.
#[must_use]
pub fn instant(instant: chrono::DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// An amount in pence, written as pounds with two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money(pub i64);

/// An amount in pounds with two decimals as text, e.g. `"125.00"`.
#[Scalar(name = "Money")]
impl ScalarType for Money {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        parse_pounds(text).map(Self).ok_or_else(|| InputValueError::custom("an amount is written like \"125.00\""))
    }

    fn to_value(&self) -> Value {
        pounds(self.0).into()
    }
}

/// Pence as pounds with two decimals.
#[must_use]
pub fn pounds(pence: i64) -> String {
    let sign = if pence < 0 { "-" } else { "" };
    let pence = pence.unsigned_abs();
    format!("{sign}{}.{:02}", pence / 100, pence % 100)
}

/// Pence of an amount like `125`, `125.5` or `125.50`; `None` for anything else.
#[must_use]
pub fn parse_pounds(text: &str) -> Option<i64> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |digits| (-1, digits));
    let (pounds, pence) = digits.split_once('.').unwrap_or((digits, ""));
    let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if pounds.is_empty() || pence.len() > 2 || !plain(pounds) || !plain(pence) {
        return None;
    }
    let pounds: i64 = pounds.parse().ok()?;
    let pence: i64 = format!("{pence:0<2}").parse().ok()?;
    pounds.checked_mul(100)?.checked_add(pence)?.checked_mul(sign)
}

/// A whole number of up to 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BigInt(pub i64);

/// A whole number of up to 64 bits, e.g. a size in bytes.
#[Scalar(name = "BigInt")]
impl ScalarType for BigInt {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(number) => number.as_i64().map(Self).ok_or_else(|| InputValueError::expected_type(value)),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        self.0.into()
    }
}

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub struct Json(pub Value);

/// A JSON value as it is stored; its description says its shape.
#[Scalar(name = "JSON")]
impl ScalarType for Json {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value))
    }

    fn to_value(&self) -> Value {
        self.0.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::{parse_pounds, pounds};

    #[test]
    fn pounds_read_back_as_pence_and_odd_amounts_are_refused() {
        for pence in [0, 1, 99, 100, 12_345, -250, 9_007_199_254_740_993] {
            assert_eq!(parse_pounds(&pounds(pence)), Some(pence));
        }
        assert_eq!(parse_pounds("125"), Some(12_500));
        assert_eq!(parse_pounds("125.5"), Some(12_550));
        for odd in ["", ".5", "1.234", "1,000", "1e3", "£5", "--1", "99999999999999999999"] {
            assert_eq!(parse_pounds(odd), None, "{odd}");
        }
    }
}
