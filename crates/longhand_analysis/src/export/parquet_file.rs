//! Writes tables as Apache Parquet: ascending numbers are delta-encoded, texts use a dictionary, and all is compressed with
//! Zstandard. An event takes a few bytes instead of about a hundred in CSV.

use super::tables::{Cell, Column, Shape};
use longhand_expr::Calendar;
use parquet::basic::{Compression, ConvertedType, Encoding, LogicalType, Repetition, TimeUnit, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type, TypePtr};
use std::io::Write;
use std::sync::Arc;

/// Rows buffered in memory before they are written as one row group.
const GROUP: usize = 65_536;
const LEVEL: i32 = 9;

/// The buffered values of a column, and for each row whether it has one (definition level 1 or 0).
#[derive(Default)]
struct Waiting {
    there: Vec<i16>,
    ints: Vec<i64>,
    reals: Vec<f64>,
    texts: Vec<ByteArray>,
    truths: Vec<bool>,
}

pub(super) struct ParquetTable<W: Write + Send> {
    file: SerializedFileWriter<W>,
    shapes: Vec<Shape>,
    waiting: Vec<Waiting>,
    rows: usize,
}

impl<W: Write + Send> ParquetTable<W> {
    pub(super) fn begin(out: W, name: &str, columns: &[Column]) -> Result<Self, ParquetError> {
        let file = SerializedFileWriter::new(out, schema(name, columns)?, Arc::new(properties(columns)?))?;
        let shapes: Vec<Shape> = columns.iter().map(|column| column.shape).collect();
        let waiting = shapes.iter().map(|_| Waiting::default()).collect();
        Ok(Self { file, shapes, waiting, rows: 0 })
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>], calendar: &Calendar) -> Result<(), ParquetError> {
        for (cell, column) in cells.iter().zip(&mut self.waiting) {
            column.there.push(i16::from(!matches!(cell, Cell::Nothing)));
            match cell {
                Cell::Nothing => {}
                Cell::Int(value) => column.ints.push(*value),
                Cell::Real(value) => column.reals.push(*value),
                Cell::Truth(value) => column.truths.push(*value),
                Cell::Text(text) => column.texts.push(ByteArray::from(text.as_ref())),
                Cell::At(at) => column.ints.push(civil_us(calendar, *at)),
            }
        }
        self.rows += 1;
        if self.rows == GROUP { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        for (shape, column) in self.shapes.iter().zip(&mut self.waiting) {
            let Waiting { there, ints, reals, texts, truths } = std::mem::take(column);
            match shape {
                Shape::Ascending | Shape::Int | Shape::At => write::<Int64Type, _>(&mut group, &ints, &there)?,
                Shape::Real => write::<DoubleType, _>(&mut group, &reals, &there)?,
                Shape::Truth => write::<BoolType, _>(&mut group, &truths, &there)?,
                Shape::Text => write::<ByteArrayType, _>(&mut group, &texts, &there)?,
            }
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<(), ParquetError> {
        if self.rows > 0 {
            self.flush()?;
        }
        self.file.close().map(|_| ())
    }
}

fn write<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    there: &[i16],
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else { return Err(ParquetError::General("too many columns".into())) };
    column.typed::<T>().write_batch(values, Some(there), None)?;
    column.close()
}

/// Microseconds of civil time since 1970-01-01, as in a Parquet timestamp without time zone.
fn civil_us(calendar: &Calendar, at: longhand_expr::ids::Instant) -> i64 {
    let since = calendar.datetime(at).duration_since(jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0));
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

fn schema(name: &str, columns: &[Column]) -> Result<TypePtr, ParquetError> {
    let column = |column: &Column| {
        let (physical, logical) = match column.shape {
            Shape::Ascending | Shape::Int => (Physical::INT64, None),
            Shape::At => {
                let civil = LogicalType::timestamp(false, TimeUnit::MICROS);
                (Physical::INT64, Some(civil))
            }
            Shape::Real => (Physical::DOUBLE, None),
            Shape::Truth => (Physical::BOOLEAN, None),
            Shape::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        let builder = Type::primitive_type_builder(column.name, physical).with_repetition(Repetition::OPTIONAL);
        builder.with_logical_type(logical).with_converted_type(ConvertedType::NONE).build().map(Arc::new)
    };
    let fields = columns.iter().map(column).collect::<Result<Vec<_>, _>>()?;
    Type::group_type_builder(name).with_fields(fields).build().map(Arc::new)
}

fn properties(columns: &[Column]) -> Result<WriterProperties, ParquetError> {
    let mut properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_2_0)
        .set_created_by(concat!("longhand ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(LEVEL)?))
        .set_max_row_group_row_count(Some(GROUP));
    for column in columns.iter().filter(|column| matches!(column.shape, Shape::Ascending | Shape::At)) {
        let path = ColumnPath::from(column.name);
        properties = properties
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
    }
    Ok(properties.build())
}
