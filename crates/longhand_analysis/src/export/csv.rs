//! Writes tables as CSV: RFC 4180 in UTF-8 with a header line. Null is an empty cell; an empty text is `""`.

use super::tables::{TableCell, TableColumn};
use longhand_expr::Calendar;
use std::io::{self, Write};

pub(super) struct CsvTable<W: Write> {
    out: W,
}

impl<W: Write> CsvTable<W> {
    pub(super) fn new(mut out: W, columns: &[TableColumn]) -> io::Result<Self> {
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        write!(out, "{}\r\n", names.join(","))?;
        Ok(Self { out })
    }

    pub(super) fn write_row(&mut self, cells: &[TableCell<'_>], calendar: &Calendar) -> io::Result<()> {
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.out.write_all(b",")?;
            }
            match cell {
                TableCell::Null => {}
                TableCell::Int(value) => write!(self.out, "{value}")?,
                // `Display` writes the shortest text that parses to the same number.
                TableCell::Real(value) if value.is_finite() => write!(self.out, "{value}")?,
                TableCell::Real(_) => {}
                TableCell::Bool(value) => write!(self.out, "{value}")?,
                TableCell::Time(at) => write!(self.out, "{}", calendar.datetime(*at))?,
                TableCell::Text(text) => self.write_text(text)?,
            }
        }
        self.out.write_all(b"\r\n")
    }

    fn write_text(&mut self, text: &str) -> io::Result<()> {
        let quoted = text.is_empty() || text.contains(['"', ',', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ');
        if quoted { write!(self.out, "\"{}\"", text.replace('"', "\"\"")) } else { self.out.write_all(text.as_bytes()) }
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tables::ColumnType;
    use super::*;
    use longhand_expr::ids::Instant;

    #[test]
    fn texts_are_quoted_where_needed_and_null_is_empty() {
        let calendar = Calendar::new(jiff::civil::date(2025, 1, 6).at(7, 30, 0, 0));
        let column = |name, shape| TableColumn { name, column_type: shape };
        let mut out = Vec::new();
        let mut table = CsvTable::new(&mut out, &[column("a", ColumnType::Text), column("b", ColumnType::Real)]).unwrap();
        for (text, number) in [("plain", 0.1), ("a, b", f64::NAN), ("say \"no\"\n", -2.5e-7), ("", 3.0)] {
            table.write_row(&[TableCell::Text(text.into()), TableCell::Real(number)], &calendar).unwrap();
        }
        table.write_row(&[TableCell::Null, TableCell::Time(Instant::from_seconds(60.0))], &calendar).unwrap();
        table.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        let expected = "a,b\r\nplain,0.1\r\n\"a, b\",\r\n\"say \"\"no\"\"\n\",-0.00000025\r\n\"\",3\r\n,2025-01-06T07:31:00\r\n";
        assert_eq!(text, expected);
    }
}
