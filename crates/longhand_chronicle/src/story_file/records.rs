//! Lists of small records as bytes: what a row of a story holds instead of a row for each role, change or sample.
//!
//! All records of a list have the same length, so a record is found by arithmetic, in Rust and in the SQL of `views.rs`. A record
//! consists of fields: ids, numbers and codes. How many bytes an id and a number take is the same in all lists of a row and stored
//! beside them (the column `widths`), so that a row takes only what its largest id and its longest number need.
//!
//! - An id is unsigned and big-endian.
//! - A number is the first bytes of its IEEE double, big-endian; the bytes that are left out are zero. A value that the world keeps
//!   as `f32` takes five, a switch none or two. If it is shorter, all numbers of a row are ten-thousandths instead, signed and
//!   big-endian, as moods are sampled.
//! - A code is one byte.

use super::lookups::Lookups;

/// Set in `widths` if the numbers are ten-thousandths.
pub(super) const DECIMAL: i64 = 16;
/// The bits of `widths` with the number of bytes of a number, and the position of those of an id.
pub(super) const NUMBER_MASK: i64 = 15;
pub(super) const ID_SHIFT: u32 = 5;
/// The unit of a decimal number is one divided by this.
pub(super) const DECIMALS: f64 = 10_000.0;

/// A field of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// An unsigned number of up to four bytes.
    Id,
    /// A floating-point number.
    Number,
    /// A byte.
    Code,
}

/// The value of a field.
#[derive(Clone, Copy, Debug)]
enum FieldValue {
    Id(u32),
    Number(f64),
    Code(u8),
}

/// Packs the lists of a row. Its buffers are reused for the next row.
#[derive(Debug)]
pub(super) struct RowPacker<const LISTS: usize> {
    /// The fields of all records in order, each with its list.
    fields: Vec<(usize, FieldValue)>,
    needs: Needs,
    lists: [Vec<u8>; LISTS],
}

impl<const LISTS: usize> Default for RowPacker<LISTS> {
    fn default() -> Self {
        Self { fields: Vec::new(), needs: Needs::default(), lists: std::array::from_fn(|_| Vec::new()) }
    }
}

impl<const LISTS: usize> RowPacker<LISTS> {
    pub fn id(&mut self, list: usize, id: u32) {
        self.needs.id(id);
        self.fields.push((list, FieldValue::Id(id)));
    }

    pub fn number(&mut self, list: usize, number: f64) {
        self.needs.number(number);
        self.fields.push((list, FieldValue::Number(number)));
    }

    pub fn code(&mut self, list: usize, code: u8) {
        self.fields.push((list, FieldValue::Code(code)));
    }

    /// The widths and the lists of the row, whose records have these fields. The next row begins.
    pub fn pack(&mut self, lists: [(&str, &[Field]); LISTS], lookups: &mut Lookups) -> (i64, [&[u8]; LISTS]) {
        let widths = std::mem::take(&mut self.needs).widths();
        self.lists.iter_mut().for_each(Vec::clear);
        for (list, value) in self.fields.drain(..) {
            widths.put(value, &mut self.lists[list]);
            if let FieldValue::Number(number) = value
                && !widths.is_decimal
            {
                lookups.note_number(number);
            }
        }
        for ((_, fields), list) in lists.into_iter().zip(&self.lists) {
            lookups.note_len(list.len() / widths.record_len(fields));
        }
        (widths.to_column(), self.lists.each_ref().map(Vec::as_slice))
    }
}

/// How many bytes the ids and the numbers of a row take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Widths {
    ids: usize,
    numbers: usize,
    is_decimal: bool,
}

/// What the ids and the numbers of a row need.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Needs {
    largest_id: u32,
    /// The bytes of the longest number as a double.
    double_len: usize,
    /// The bytes of the longest number in ten-thousandths; `None` if a number is not one.
    decimal_len: Option<usize>,
    has_numbers: bool,
}

/// The bytes of a double up to the last that is not zero.
fn double_len(number: f64) -> usize {
    8 - number.to_bits().trailing_zeros() as usize / 8
}

/// A number in ten-thousandths, if it is the double that is nearest to one.
fn to_decimal(number: f64) -> Option<i64> {
    let scaled = (number * DECIMALS).round() as i64;
    let fits = scaled.unsigned_abs() < 1 << 31 && (scaled as f64 / DECIMALS).to_bits() == number.to_bits();
    fits.then_some(scaled)
}

/// The bytes of a signed number.
fn signed_len(value: i64) -> usize {
    let magnitude = if value < 0 { !value } else { value };
    (65 - magnitude.leading_zeros() as usize).div_ceil(8)
}

impl Needs {
    pub fn id(&mut self, id: u32) {
        self.largest_id = self.largest_id.max(id);
    }

    pub fn number(&mut self, number: f64) {
        let is_first = !std::mem::replace(&mut self.has_numbers, true);
        self.double_len = self.double_len.max(double_len(number));
        if is_first || self.decimal_len.is_some() {
            let len = to_decimal(number).map(signed_len);
            self.decimal_len = len.map(|len| len.max(self.decimal_len.unwrap_or(0)));
        }
    }

    /// Whether the numbers are shorter in ten-thousandths.
    fn is_decimal(&self) -> bool {
        self.decimal_len.is_some_and(|len| len < self.double_len)
    }

    /// Whether the numbers of two rows should not be in one row: those of one are shorter in ten-thousandths, and those of the other
    /// are none.
    pub fn is_apart_from(&self, other: &Self) -> bool {
        let apart = |a: &Self, b: &Self| a.is_decimal() && b.has_numbers && b.decimal_len.is_none();
        apart(self, other) || apart(other, self)
    }

    pub fn join(&mut self, other: &Self) {
        self.largest_id = self.largest_id.max(other.largest_id);
        self.double_len = self.double_len.max(other.double_len);
        self.decimal_len = match (self.has_numbers, other.has_numbers) {
            (true, true) => self.decimal_len.zip(other.decimal_len).map(|(a, b)| a.max(b)),
            (true, false) => self.decimal_len,
            (false, _) => other.decimal_len,
        };
        self.has_numbers |= other.has_numbers;
    }

    fn widths(&self) -> Widths {
        let ids = (4 - self.largest_id.leading_zeros() as usize / 8).max(1);
        match self.decimal_len.filter(|_| self.is_decimal()) {
            Some(numbers) => Widths { ids, numbers, is_decimal: true },
            None => Widths { ids, numbers: self.double_len, is_decimal: false },
        }
    }
}

impl Widths {
    fn to_column(self) -> i64 {
        ((self.ids as i64) << ID_SHIFT) + i64::from(self.is_decimal) * DECIMAL + self.numbers as i64
    }

    /// The widths of a column; `None` if there are no such widths.
    pub fn from_column(column: i64) -> Option<Self> {
        let (ids, numbers, is_decimal) = (column >> ID_SHIFT, column & NUMBER_MASK, column & DECIMAL != 0);
        let is_valid = (1..=4).contains(&ids) && numbers <= 8;
        is_valid.then_some(Self { ids: ids as usize, numbers: numbers as usize, is_decimal })
    }

    /// The length of a record.
    pub fn record_len(self, fields: &[Field]) -> usize {
        let width = |field: &Field| match field {
            Field::Id => self.ids,
            Field::Number => self.numbers,
            Field::Code => 1,
        };
        fields.iter().map(width).sum()
    }

    fn put(self, value: FieldValue, bytes: &mut Vec<u8>) {
        match value {
            FieldValue::Id(id) => bytes.extend_from_slice(&id.to_be_bytes()[4 - self.ids..]),
            FieldValue::Number(number) if self.is_decimal => {
                let decimal = to_decimal(number).expect("the widths are those of decimal numbers");
                bytes.extend_from_slice(&decimal.to_be_bytes()[8 - self.numbers..]);
            }
            FieldValue::Number(number) => bytes.extend_from_slice(&number.to_be_bytes()[..self.numbers]),
            FieldValue::Code(code) => bytes.push(code),
        }
    }

    /// The records of a list; `None` if its length is not that of whole records.
    pub fn records<'a>(self, fields: &[Field], bytes: &'a [u8]) -> Option<impl Iterator<Item = RecordReader<'a>>> {
        let record_len = self.record_len(fields);
        let is_whole = bytes.len().is_multiple_of(record_len);
        is_whole.then(|| bytes.chunks_exact(record_len.max(1)).map(move |bytes| RecordReader { widths: self, bytes }))
    }
}

/// Reads the fields of a record in their order.
pub(super) struct RecordReader<'a> {
    widths: Widths,
    bytes: &'a [u8],
}

impl RecordReader<'_> {
    fn take(&mut self, len: usize) -> &[u8] {
        let (field, rest) = self.bytes.split_at(len.min(self.bytes.len()));
        self.bytes = rest;
        field
    }

    pub fn id(&mut self) -> u32 {
        self.take(self.widths.ids).iter().fold(0, |id, &byte| (id << 8) | u32::from(byte))
    }

    pub fn code(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    pub fn number(&mut self) -> f64 {
        let mut all = [0; 8];
        let field = self.take(self.widths.numbers);
        all[..field.len()].copy_from_slice(field);
        if self.widths.is_decimal {
            // The shift keeps the sign.
            let shift = 64 - 8 * self.widths.numbers as u32;
            return i64::from_be_bytes(all).checked_shr(shift).unwrap_or(0) as f64 / DECIMALS;
        }
        f64::from_be_bytes(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FIELDS: [Field; 4] = [Field::Id, Field::Number, Field::Code, Field::Number];
    const LISTS: [(&str, &[Field]); 2] = [("codes", &[Field::Code]), ("others", &FIELDS)];

    /// The widths of a list and its bytes.
    fn write(records: &[(u32, f64, u8, f64)]) -> (Widths, Vec<u8>) {
        let mut row = RowPacker::<2>::default();
        // A row does not depend on the one before it.
        row.id(1, u32::MAX);
        row.pack(LISTS, &mut Lookups::default());
        for &(id, first, code, second) in records {
            row.id(1, id);
            row.number(1, first);
            row.code(1, code);
            row.number(1, second);
            row.code(0, code);
        }
        let (widths, [_, bytes]) = row.pack(LISTS, &mut Lookups::default());
        (Widths::from_column(widths).unwrap(), bytes.to_vec())
    }

    fn read(widths: Widths, bytes: &[u8]) -> Vec<(u32, f64, u8, f64)> {
        let records = widths.records(&FIELDS, bytes).unwrap();
        records.map(|mut record| (record.id(), record.number(), record.code(), record.number())).collect()
    }

    #[test]
    fn a_list_takes_as_many_bytes_as_its_largest_id_and_its_longest_number() {
        let len = |records: &[(u32, f64, u8, f64)]| write(records).1.len();
        assert_eq!(len(&[(255, 0.0, 1, 0.0)]), 2, "zero takes none");
        assert_eq!(len(&[(256, 1.0, 1, 0.0)]), 2 + 2 + 1 + 2);
        assert_eq!(len(&[(1 << 16, f64::from(0.3_f32), 1, 0.0)]), 3 + 5 + 1 + 5, "a value of the world");
        assert_eq!(len(&[(0, 0.1234, 0, -0.02)]), 1 + 2 + 1 + 2, "ten-thousandths");
        assert_eq!(len(&[(0, 0.1234, 0, f64::from(0.3_f32))]), 1 + 8 + 1 + 8, "both");
        assert_eq!(len(&[(u32::MAX, 1.0 / 3.0, 0, 0.0)]), 4 + 8 + 1 + 8);
    }

    #[test]
    fn numbers_of_two_forms_are_kept_apart() {
        let needs = |numbers: &[f64]| {
            let mut needs = Needs::default();
            numbers.iter().for_each(|&number| needs.number(number));
            needs
        };
        let (moods, values, either) = (needs(&[0.1234, 0.02]), needs(&[f64::from(0.3_f32)]), needs(&[0.5, 1.0]));
        assert!(moods.is_apart_from(&values) && values.is_apart_from(&moods));
        assert!(![&moods, &values, &either].iter().any(|other| either.is_apart_from(other)));
        let mut joined = either;
        joined.join(&moods);
        assert_eq!(joined.widths(), needs(&[0.5, 1.0, 0.1234, 0.02]).widths());
        joined = Needs::default();
        joined.join(&moods);
        assert_eq!(joined.widths(), moods.widths());
    }

    #[test]
    fn invalid_widths_and_lists_that_are_no_whole_records_are_detected() {
        for column in [-1, 0, 31, 5 << ID_SHIFT, (1 << ID_SHIFT) + 9, i64::MAX, i64::MIN] {
            assert_eq!(Widths::from_column(column), None, "{column}");
        }
        let widths = Widths::from_column((2 << ID_SHIFT) + 5).unwrap();
        assert_eq!(widths.record_len(&FIELDS), 13);
        assert!(widths.records(&FIELDS, &[0; 14]).is_none() && widths.records(&[], &[1]).is_none());
        assert_eq!(widths.records(&FIELDS, &[0; 26]).unwrap().count(), 2);
    }

    fn any_number() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<f64>().prop_filter("a number", |number| !number.is_nan()),
            any::<f32>().prop_filter("a number", |number| !number.is_nan()).prop_map(f64::from),
            (-20_000_i32..20_000).prop_map(|decimal| f64::from(decimal) / DECIMALS),
            Just(0.0),
            Just(-0.0),
            Just(1.0),
        ]
    }

    proptest! {
        #[test]
        fn records_are_read_as_they_were_written(
            records in prop::collection::vec((any::<u32>(), any_number(), any::<u8>(), any_number()), 0..9),
            shift in 0..32_u32,
        ) {
            let records: Vec<_> = records.into_iter().map(|(id, a, code, b)| (id >> shift, a, code, b)).collect();
            let (widths, bytes) = write(&records);
            let bits = |list: &[(u32, f64, u8, f64)]| -> Vec<_> {
                list.iter().map(|&(id, a, code, b)| (id, a.to_bits(), code, b.to_bits())).collect()
            };
            prop_assert_eq!(bits(&read(widths, &bytes)), bits(&records));
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(column in any::<i64>(), bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            for column in [column, column & 255] {
                let Some(widths) = Widths::from_column(column) else { continue };
                for fields in [&FIELDS[..], &[Field::Number]] {
                    for mut record in widths.records(fields, &bytes).into_iter().flatten() {
                        let _ = (record.id(), record.number(), record.code(), record.number());
                    }
                }
            }
        }
    }
}
