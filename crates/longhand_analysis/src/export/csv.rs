//! Writes tables as CSV: RFC 4180 in UTF-8 with a header line. Null is an empty cell; an empty text is `""`.

use super::tables::{Cell, Column};
use longhand_expr::Calendar;
use std::io::{self, Write};

pub(super) struct CsvTable<W: Write> {
    out: W,
}

impl<W: Write> CsvTable<W> {
    pub(super) fn begin(mut out: W, columns: &[Column]) -> io::Result<Self> {
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        write!(out, "{}\r\n", names.join(","))?;
        Ok(Self { out })
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>], calendar: &Calendar) -> io::Result<()> {
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                self.out.write_all(b",")?;
            }
            match cell {
                Cell::Nothing => {}
                Cell::Int(value) => write!(self.out, "{value}")?,
                // `Display` writes the shortest text that parses to the same number.
                Cell::Real(value) if value.is_finite() => write!(self.out, "{value}")?,
                Cell::Real(_) => {}
                Cell::Truth(value) => write!(self.out, "{value}")?,
                Cell::At(at) => write!(self.out, "{}", calendar.datetime(*at))?,
                Cell::Text(text) => self.text(text)?,
            }
        }
        self.out.write_all(b"\r\n")
    }

    fn text(&mut self, text: &str) -> io::Result<()> {
        let quoted = text.is_empty() || text.contains(['"', ',', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ');
        if quoted { write!(self.out, "\"{}\"", text.replace('"', "\"\"")) } else { self.out.write_all(text.as_bytes()) }
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tables::Shape;
    use super::*;
    use longhand_expr::ids::Instant;

    #[test]
    fn texts_are_quoted_where_needed_and_null_is_empty() {
        let calendar = Calendar::new(jiff::civil::date(2025, 1, 6).at(7, 30, 0, 0));
        let column = |name, shape| Column { name, shape };
        let mut out = Vec::new();
        let mut table = CsvTable::begin(&mut out, &[column("a", Shape::Text), column("b", Shape::Real)]).unwrap();
        for (text, number) in [("plain", 0.1), ("a, b", f64::NAN), ("say \"no\"\n", -2.5e-7), ("", 3.0)] {
            table.row(&[Cell::Text(text.into()), Cell::Real(number)], &calendar).unwrap();
        }
        table.row(&[Cell::Nothing, Cell::At(Instant::from_seconds(60.0))], &calendar).unwrap();
        table.finish().unwrap();
        let text = String::from_utf8(out).unwrap();
        let expected = "a,b\r\nplain,0.1\r\n\"a, b\",\r\n\"say \"\"no\"\"\n\",-0.00000025\r\n\"\",3\r\n,2025-01-06T07:31:00\r\n";
        assert_eq!(text, expected);
    }
}
