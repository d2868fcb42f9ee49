//! Parquet: typed columns, read as they are by pandas, Polars, R's arrow and DuckDB. The query, its time and its scope stand
//! in the file's own metadata, and what each column is beside them.

use std::io;
use std::sync::Arc;

use chrono::NaiveDate;
use parquet::basic::{LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::Type;

use super::{About, Spool, Writer};
use crate::graph::tree::{Cell, Heading, Holds, Kind};

/// Rows that are held until they are written as one group.
const GROUP: usize = 10_000;

/// The digits of an amount: two of them pence.
const MONEY: (i32, i32) = (18, 2);

const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("it is a day");

pub struct Parquet {
    file: SerializedFileWriter<Spool>,
    holds: Vec<Holds>,
    /// The cells of the group, column by column.
    columns: Vec<Vec<Cell>>,
}

impl Parquet {
    pub fn begin(spool: Spool, headings: &[Heading], about: &About) -> io::Result<Self> {
        let schema = schema(headings).map_err(other)?;
        let said = about.said().into_iter().map(|(name, value)| KeyValue::new(name.to_owned(), value));
        let columns = headings.iter().map(|heading| {
            KeyValue::new(format!("column.{}", heading.name), format!("{}: {}", heading.field, heading.doc))
        });
        let properties =
            WriterProperties::builder().set_key_value_metadata(Some(said.chain(columns).collect())).build();
        let file = SerializedFileWriter::new(spool, Arc::new(schema), Arc::new(properties)).map_err(other)?;
        let holds = headings.iter().map(|heading| heading.holds).collect();
        Ok(Self { file, holds, columns: vec![Vec::new(); headings.len()] })
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        for (holds, cells) in self.holds.iter().zip(&mut self.columns) {
            let mut column =
                group.next_column()?.ok_or_else(|| ParquetError::General("a column too few".to_owned()))?;
            write(&mut column, *holds, cells)?;
            column.close()?;
            cells.clear();
        }
        group.close().map(drop)
    }
}

impl Writer for Parquet {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.push(cell.clone());
        }
        if self.columns.first().is_some_and(|column| column.len() == GROUP) {
            self.write_group().map_err(other)?;
        }
        Ok(())
    }

    fn end(mut self: Box<Self>) -> io::Result<Spool> {
        if self.columns.iter().any(|column| !column.is_empty()) {
            self.write_group().map_err(other)?;
        }
        self.file.into_inner().map_err(other)
    }
}

fn other(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

fn schema(headings: &[Heading]) -> Result<Type, ParquetError> {
    let fields = headings.iter().map(|heading| {
        let (physical, logical) = match heading.holds {
            Holds::Number => (Physical::DOUBLE, None),
            Holds::Value(kind) => types(kind),
        };
        let mut field = Type::primitive_type_builder(&heading.name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical);
        if heading.holds == Holds::Value(Kind::Money) {
            field = field.with_precision(MONEY.0).with_scale(MONEY.1);
        }
        field.build().map(Arc::new)
    });
    Type::group_type_builder("rows").with_fields(fields.collect::<Result<_, _>>()?).build()
}

/// How a kind is stored, and what that means.
fn types(kind: Kind) -> (Physical, Option<LogicalType>) {
    match kind {
        Kind::Int => (Physical::INT32, None),
        Kind::BigInt => (Physical::INT64, None),
        Kind::Boolean => (Physical::BOOLEAN, None),
        Kind::Date => (Physical::INT32, Some(LogicalType::Date)),
        Kind::Instant => (Physical::INT64, Some(LogicalType::timestamp(true, TimeUnit::MILLIS))),
        Kind::Money => (Physical::INT64, Some(LogicalType::decimal(MONEY.1, MONEY.0))),
        Kind::Json => (Physical::BYTE_ARRAY, Some(LogicalType::Json)),
        Kind::Id | Kind::Text | Kind::Code(_) | Kind::Link(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
    }
}

fn write(column: &mut SerializedColumnWriter<'_>, holds: Holds, cells: &[Cell]) -> Result<(), ParquetError> {
    let Holds::Value(kind) = holds else {
        return values::<DoubleType>(column, cells, |cell| match cell {
            Cell::Number(number) => Some(*number),
            _ => None,
        });
    };
    match kind {
        Kind::Boolean => values::<BoolType>(column, cells, |cell| match cell {
            Cell::Boolean(yes) => Some(*yes),
            _ => None,
        }),
        Kind::Int | Kind::Date => values::<Int32Type>(column, cells, |cell| match cell {
            Cell::Whole(number) => i32::try_from(*number).ok(),
            Cell::Date(date) => i32::try_from(date.signed_duration_since(EPOCH).num_days()).ok(),
            _ => None,
        }),
        Kind::BigInt | Kind::Instant | Kind::Money => values::<Int64Type>(column, cells, |cell| match cell {
            Cell::Whole(number) | Cell::Money(number) => Some(*number),
            Cell::Instant(at) => Some(at.timestamp_millis()),
            _ => None,
        }),
        Kind::Id | Kind::Text | Kind::Code(_) | Kind::Link(_) | Kind::Json => {
            values::<ByteArrayType>(column, cells, |cell| match cell {
                Cell::Text(text) => Some(ByteArray::from(text.as_str())),
                Cell::Json(value) => Some(ByteArray::from(value.to_string().into_bytes())),
                _ => None,
            })
        }
    }
}

/// Writes the values that are there, and where some are missing.
fn values<T: DataType>(
    column: &mut SerializedColumnWriter<'_>,
    cells: &[Cell],
    value: impl Fn(&Cell) -> Option<T::T>,
) -> Result<(), ParquetError> {
    let values: Vec<_> = cells.iter().map(value).collect();
    let there: Vec<_> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<_> = values.into_iter().flatten().collect();
    column.typed::<T>().write_batch(&values, Some(&there), None).map(drop)
}
