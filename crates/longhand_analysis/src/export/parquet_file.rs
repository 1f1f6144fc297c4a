//! Writes tables as Apache Parquet: ascending numbers are delta-encoded, texts use a dictionary, and all is compressed with
//! Zstandard. An event takes a few bytes instead of about a hundred in CSV.

use super::tables::{ColumnType, TableCell, TableColumn};
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
const ROW_GROUP_ROWS: usize = 65_536;
const ZSTD_LEVEL: i32 = 9;

/// The buffered values of a column, and for each row whether it has one (definition level 1 or 0).
#[derive(Default)]
struct ColumnBuffer {
    definition_levels: Vec<i16>,
    ints: Vec<i64>,
    reals: Vec<f64>,
    texts: Vec<ByteArray>,
    bools: Vec<bool>,
}

pub(super) struct ParquetTable<W: Write + Send> {
    file: SerializedFileWriter<W>,
    column_types: Vec<ColumnType>,
    buffers: Vec<ColumnBuffer>,
    rows: usize,
}

impl<W: Write + Send> ParquetTable<W> {
    pub(super) fn new(out: W, name: &str, columns: &[TableColumn], calendar: &Calendar) -> Result<Self, ParquetError> {
        // Only the Gregorian calendar has the timestamps of Parquet; other dates are texts.
        let columns: Vec<TableColumn> = (columns.iter().cloned())
            .map(|column| match column.column_type {
                ColumnType::Time if !calendar.rules().is_gregorian() => TableColumn { column_type: ColumnType::Text, ..column },
                _ => column,
            })
            .collect();
        let columns = &columns[..];
        let file = SerializedFileWriter::new(out, schema(name, columns)?, Arc::new(properties(columns)?))?;
        let column_types: Vec<ColumnType> = columns.iter().map(|column| column.column_type).collect();
        let buffers = column_types.iter().map(|_| ColumnBuffer::default()).collect();
        Ok(Self { file, column_types, buffers, rows: 0 })
    }

    pub(super) fn write_row(&mut self, cells: &[TableCell<'_>], calendar: &Calendar) -> Result<(), ParquetError> {
        for (cell, column) in cells.iter().zip(&mut self.buffers) {
            column.definition_levels.push(i16::from(!matches!(cell, TableCell::Null)));
            match cell {
                TableCell::Null => {}
                TableCell::Int(value) => column.ints.push(*value),
                TableCell::Real(value) => column.reals.push(*value),
                TableCell::Bool(value) => column.bools.push(*value),
                TableCell::Text(text) => column.texts.push(ByteArray::from(text.as_ref())),
                TableCell::Time(at) if calendar.rules().is_gregorian() => column.ints.push(civil_micros(calendar, *at)),
                TableCell::Time(at) => column.texts.push(ByteArray::from(calendar.datetime(*at).to_string().as_str())),
            }
        }
        self.rows += 1;
        if self.rows == ROW_GROUP_ROWS { self.flush_row_group() } else { Ok(()) }
    }

    fn flush_row_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        for (column_type, column) in self.column_types.iter().zip(&mut self.buffers) {
            let ColumnBuffer { definition_levels, ints, reals, texts, bools } = std::mem::take(column);
            match column_type {
                ColumnType::Ascending | ColumnType::Int | ColumnType::Time => {
                    write_column::<Int64Type, _>(&mut group, &ints, &definition_levels)?;
                }
                ColumnType::Real => write_column::<DoubleType, _>(&mut group, &reals, &definition_levels)?,
                ColumnType::Bool => write_column::<BoolType, _>(&mut group, &bools, &definition_levels)?,
                ColumnType::Text => write_column::<ByteArrayType, _>(&mut group, &texts, &definition_levels)?,
            }
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<W, ParquetError> {
        if self.rows > 0 {
            self.flush_row_group()?;
        }
        self.file.into_inner()
    }
}

fn write_column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &[T::T],
    definition_levels: &[i16],
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else { return Err(ParquetError::General("too many columns".into())) };
    column.typed::<T>().write_batch(values, Some(definition_levels), None)?;
    column.close()
}

/// Microseconds since 1970-01-01, as in a Parquet timestamp without time zone. Saturates.
fn civil_micros(calendar: &Calendar, at: longhand_expr::ids::Instant) -> i64 {
    let start = calendar.day_number(longhand_expr::ids::Instant::START).saturating_mul(longhand_expr::ids::Instant::DAY_US);
    start.saturating_add(calendar.start().time_us).saturating_add(at.0)
}

fn schema(name: &str, columns: &[TableColumn]) -> Result<TypePtr, ParquetError> {
    let column = |column: &TableColumn| {
        let (physical, logical) = match column.column_type {
            ColumnType::Ascending | ColumnType::Int => (Physical::INT64, None),
            ColumnType::Time => {
                let civil = LogicalType::timestamp(false, TimeUnit::MICROS);
                (Physical::INT64, Some(civil))
            }
            ColumnType::Real => (Physical::DOUBLE, None),
            ColumnType::Bool => (Physical::BOOLEAN, None),
            ColumnType::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        let builder = Type::primitive_type_builder(&column.name, physical).with_repetition(Repetition::OPTIONAL);
        builder.with_logical_type(logical).with_converted_type(ConvertedType::NONE).build().map(Arc::new)
    };
    let fields = columns.iter().map(column).collect::<Result<Vec<_>, _>>()?;
    Type::group_type_builder(name).with_fields(fields).build().map(Arc::new)
}

fn properties(columns: &[TableColumn]) -> Result<WriterProperties, ParquetError> {
    let mut properties = WriterProperties::builder()
        .set_writer_version(WriterVersion::PARQUET_2_0)
        .set_created_by(concat!("longhand ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS));
    for column in columns.iter().filter(|column| matches!(column.column_type, ColumnType::Ascending | ColumnType::Time)) {
        let path = ColumnPath::from(&*column.name);
        properties = properties
            .set_column_dictionary_enabled(path.clone(), false)
            .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
    }
    Ok(properties.build())
}
