//! The tables in which the views look up what SQL cannot compute: the positions in a list, the powers of two of the numbers, and the
//! dates. This program does not read them.
//!
//! Rows are only added, when a stored row needs a value that is not in the tables yet. So a resumed run and a branch can add to them without
//! reading them, and rows that only a removed part of a run needed do no harm.

use super::super::SymbolTable;
use longhand_expr::ids::Instant;
use rusqlite::{Connection, params};

/// The number of signs and exponents of a double.
const HIGH_VALUES: usize = 1 << 12;
/// The number of bits of the fraction of a double.
const FRACTION_BITS: u32 = 52;

/// What is in the tables already, and what has to be added.
#[derive(Debug)]
pub(super) struct Lookups {
    /// How many positions are stored.
    positions: usize,
    longest_list: usize,
    /// Whether each combination of sign and exponent is stored, by its bits.
    is_noted: Vec<bool>,
    new_scales: Vec<u16>,
    /// The instants that the last stored date covers, in microseconds.
    last_date: std::ops::Range<i64>,
    new_dates: Vec<(i64, String)>,
}

impl Default for Lookups {
    fn default() -> Self {
        Self {
            positions: 0,
            longest_list: 0,
            is_noted: vec![false; HIGH_VALUES],
            new_scales: Vec::new(),
            last_date: 0..0,
            new_dates: Vec::new(),
        }
    }
}

impl Lookups {
    /// Notes the length of a list.
    pub fn note_len(&mut self, len: usize) {
        self.longest_list = self.longest_list.max(len);
    }

    /// Notes a number of a list.
    pub fn note_number(&mut self, number: f64) {
        let high = (number.to_bits() >> FRACTION_BITS) as u16;
        if !std::mem::replace(&mut self.is_noted[usize::from(high)], true) {
            self.new_scales.push(high);
        }
    }

    /// Notes the instant of an event.
    pub fn note_instant(&mut self, at: Instant, symbols: &SymbolTable) {
        if !self.last_date.contains(&at.0) {
            let date = symbols.calendar.datetime(at);
            let from = at.0.saturating_sub(date.time_us);
            self.last_date = from..from.saturating_add(symbols.calendar.day_us());
            self.new_dates.push((from, date.day_text()));
        }
    }

    /// Stores what is new.
    pub fn store(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if self.positions >= self.longest_list && self.new_scales.is_empty() && self.new_dates.is_empty() {
            return Ok(());
        }
        let mut insert = connection.prepare_cached("INSERT OR IGNORE INTO main.positions VALUES (?1)")?;
        for position in self.positions..self.longest_list {
            insert.execute([position as i64])?;
        }
        self.positions = self.positions.max(self.longest_list);
        let mut insert = connection.prepare_cached("INSERT OR IGNORE INTO main.scales VALUES (?1, ?2, ?3)")?;
        for high in self.new_scales.drain(..) {
            let (base, unit) = scale(high);
            insert.execute(params![high, base, unit])?;
        }
        let mut insert = connection.prepare_cached("INSERT OR IGNORE INTO main.dates VALUES (?1, ?2)")?;
        for (from, text) in self.new_dates.drain(..) {
            insert.execute(params![from, text])?;
        }
        Ok(())
    }
}

/// The double with these sign and exponent bits and no fraction, and the value of the last bit of its fraction. NULL for what is
/// infinite or not a number.
fn scale(high: u16) -> (Option<f64>, Option<f64>) {
    let bits = u64::from(high) << FRACTION_BITS;
    let (base, next) = (f64::from_bits(bits), f64::from_bits(bits | 1));
    (base.is_finite().then_some(base), next.is_finite().then_some(next - base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_double_is_its_base_and_its_fraction_in_units() {
        for number in [0.0, 1.0, -1.0, 0.1, 1.0 / 3.0, f64::MAX, f64::MIN_POSITIVE, 5e-324, -5e-324, 1e-310, -123.456] {
            let bits = number.to_bits();
            let (base, unit) = scale((bits >> FRACTION_BITS) as u16);
            let fraction = (bits & ((1 << FRACTION_BITS) - 1)) as f64;
            assert_eq!(base.unwrap() + unit.unwrap() * fraction, number);
        }
        assert_eq!(scale((f64::NAN.to_bits() >> FRACTION_BITS) as u16), (None, None));
        assert_eq!(scale((f64::INFINITY.to_bits() >> FRACTION_BITS) as u16), (None, None));
    }
}
