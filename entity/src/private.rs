//! A value of a child's record: stored as it is, never printed.

use std::fmt;

use sea_orm::sea_query::{ArrayType, Nullable, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, ColumnType, QueryResult, TryGetError, TryGetable, Value};

/// A column whose `Debug` shows nothing, so that a row in a log or in a failed assertion names no child.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Private<T>(pub T);

impl<T> fmt::Debug for Private<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<private>")
    }
}

impl<T> From<T> for Private<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T: Into<Value>> From<Private<T>> for Value {
    fn from(Private(value): Private<T>) -> Self {
        value.into()
    }
}

impl<T: TryGetable> TryGetable for Private<T> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        T::try_get_by(row, index).map(Self)
    }
}

impl<T: ValueType> ValueType for Private<T> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        <T as ValueType>::try_from(value).map(Self)
    }

    fn type_name() -> String {
        T::type_name()
    }

    fn array_type() -> ArrayType {
        T::array_type()
    }

    fn column_type() -> ColumnType {
        T::column_type()
    }
}

impl<T: Nullable> Nullable for Private<T> {
    fn null() -> Value {
        T::null()
    }
}
