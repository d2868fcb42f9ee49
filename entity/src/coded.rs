//! A coded value as a column: the text of a [`domain::Code`].

use domain::Code;
use sea_orm::sea_query::{ArrayType, Nullable, ValueType, ValueTypeErr};
use sea_orm::{ColIdx, ColumnType, DbErr, QueryResult, TryGetError, TryGetable, Value};

/// A column that holds one value of a coded list as its text.
///
/// Reading a text that is no value of the list is an error of that row, never a silent default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Coded<C>(pub C);

impl<C> From<C> for Coded<C> {
    fn from(code: C) -> Self {
        Self(code)
    }
}

impl<C: Code> From<Coded<C>> for Value {
    fn from(Coded(code): Coded<C>) -> Self {
        code.as_str().into()
    }
}

impl<C: Code> TryGetable for Coded<C> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        let text = String::try_get_by(row, index)?;
        C::parse(&text)
            .map(Self)
            .ok_or_else(|| TryGetError::DbErr(DbErr::Type(format!("`{text}` is not a {}", C::NAME))))
    }
}

impl<C: Code> ValueType for Coded<C> {
    fn try_from(value: Value) -> Result<Self, ValueTypeErr> {
        let text = <String as ValueType>::try_from(value)?;
        C::parse(&text).map(Self).ok_or(ValueTypeErr)
    }

    fn type_name() -> String {
        C::NAME.to_owned()
    }

    fn array_type() -> ArrayType {
        ArrayType::String
    }

    fn column_type() -> ColumnType {
        <String as ValueType>::column_type()
    }
}

impl<C: Code> Nullable for Coded<C> {
    fn null() -> Value {
        <String as Nullable>::null()
    }
}
