//! Writes tables as CSV: RFC 4180 in UTF-8 with a header line. A null, an empty text and a number that is not finite are all empty cells.
//!
//! Spreadsheets may execute a text cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return as a formula. Such a text gets an
//! apostrophe in front, which spreadsheets read as "this is text".

use super::tables::{TableCell, TableColumn};
use ::csv::{QuoteStyle, Terminator, WriterBuilder};
use longhand_expr::Calendar;
use std::io::{self, Write};

pub(super) struct CsvTable<W: Write> {
    out: ::csv::Writer<W>,
}

impl<W: Write> CsvTable<W> {
    pub(super) fn new(out: W, columns: &[TableColumn]) -> io::Result<Self> {
        let mut out = WriterBuilder::new().terminator(Terminator::CRLF).quote_style(QuoteStyle::Necessary).from_writer(out);
        out.write_record(columns.iter().map(|column| column.name.as_bytes()))?;
        Ok(Self { out })
    }

    pub(super) fn write_row(&mut self, cells: &[TableCell<'_>], calendar: &Calendar) -> io::Result<()> {
        for cell in cells {
            match cell {
                TableCell::Int(value) => self.out.write_field(value.to_string()),
                // `Display` writes the shortest text that parses to the same number.
                TableCell::Real(value) if value.is_finite() => self.out.write_field(value.to_string()),
                TableCell::Null | TableCell::Real(_) => self.out.write_field(""),
                TableCell::Bool(value) => self.out.write_field(value.to_string()),
                TableCell::Time(at) => self.out.write_field(calendar.datetime(*at).to_string()),
                TableCell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => {
                    self.out.write_field(format!("'{text}").as_bytes())
                }
                TableCell::Text(text) => self.out.write_field(text.as_bytes()),
            }?;
        }
        Ok(self.out.write_record(None::<&[u8]>)?)
    }

    pub(super) fn finish(self) -> io::Result<W> {
        self.out.into_inner().map_err(::csv::IntoInnerError::into_error)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tables::ColumnType;
    use super::*;
    use longhand_expr::ids::Instant;

    #[test]
    fn texts_are_quoted_where_needed_and_null_is_empty() {
        let calendar = Calendar::new("2025-01-06 07:30".parse().unwrap());
        let column = |name, column_type| TableColumn::new(name, column_type);
        let mut out = Vec::new();
        let mut table = CsvTable::new(&mut out, &[column("a", ColumnType::Text), column("b", ColumnType::Real)]).unwrap();
        for (text, number) in [("plain", 0.1), ("a, b", f64::NAN), ("say \"no\"\n", -2.5e-7), ("", 3.0)] {
            table.write_row(&[TableCell::Text(text.into()), TableCell::Real(number)], &calendar).unwrap();
        }
        table.write_row(&[TableCell::Null, TableCell::Time(Instant::from_seconds(60.0))], &calendar).unwrap();
        table.write_row(&[TableCell::text("=1+2"), TableCell::Real(-1.0)], &calendar).unwrap();
        table.write_row(&[TableCell::text("- he said"), TableCell::Null], &calendar).unwrap();
        table.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        let expected = "a,b\r\nplain,0.1\r\n\"a, b\",\r\n\"say \"\"no\"\"\n\",-0.00000025\r\n,3\r\n,2025-01-06T07:31:00\r\n'=1+2,-1\r\n'- he said,\r\n";
        assert_eq!(text, expected);
    }
}
