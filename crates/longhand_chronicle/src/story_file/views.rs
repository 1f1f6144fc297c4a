//! The views of a story that have the tables of formats 4 and 5: a row for each role, change, cause, number, sample and number of the
//! crowd. They read the packed rows with what any SQLite has, without an extension, so that anybody can ask a story by SQL.
//!
//! - SQL has no function for the value of a byte, so it is found by its position in the string of all bytes (`meta`, `bytes`).
//! - An id is four bytes of which the first ones, which belong to another field, are masked out.
//! - A number is eight bytes of which the last ones are shifted out. Its value is that of its sign and exponent (`scales`) and of its
//!   fraction in their units, which is exact.

use super::packed::{CAUSES, CHANGES, EVENT_LISTS, LIMITED, LINKS, NUMBERS, ROLES, TOPIC, VALUES};
use super::records::{DECIMAL, DECIMALS, Field, ID_SHIFT, NUMBER_MASK};

/// The string in which a byte is found.
pub(super) fn all_bytes() -> Vec<u8> {
    (0..=u8::MAX).collect()
}

/// The views of the main run, or of the rows that branches have of their own.
pub(super) fn view_schema(of_branches: bool) -> String {
    let (prefix, branch) = if of_branches { ("branch_", "packed.branch, ") } else { ("", "") };
    let create = |name: &str, columns: String, from: String| {
        format!("CREATE VIEW IF NOT EXISTS {prefix}{name} AS SELECT {branch}{columns} FROM {prefix}{from};\n")
    };
    let event_list = |name: &str, list: usize, columns: &dyn Fn(&[String]) -> String| {
        let list = PackedList::new(EVENT_LISTS[list]);
        let columns = format!("packed.id AS event, {}", columns(&list.fields()));
        create(name, columns, format!("packed_events AS packed {}", list.join()))
    };
    let name = |of: &str, id: &str| format!("(SELECT name FROM names WHERE of = {of} AND names.id = {id})");
    let numbers = PackedList::new(NUMBERS);
    let number_fields = numbers.fields();
    let (first, second) = (&number_fields[0], &number_fields[1]);
    let links: String = LINKS.iter().enumerate().map(|(code, word)| format!(" WHEN {code} THEN '{word}'")).collect();
    [
        create(
            "events",
            format!("packed.id, packed.at_us, {AT} AS at, packed.kind, packed.place, packed.title, packed.text, packed.choice"),
            "packed_events AS packed".into(),
        ),
        event_list("roles", ROLES, &|fields| {
            let mut names = vec![name("'slot ' || packed.kind", &fields[1]), "'?'".into()];
            if of_branches {
                names.insert(0, name("'branch ' || packed.branch || ' slot ' || packed.kind", &fields[1]));
            }
            format!("position AS slot, coalesce({}) AS name, nullif({}, 0) - 1 AS agent", names.join(", "), fields[0])
        }),
        event_list("changes", CHANGES, &|fields| {
            format!("position, {} AS fact, {} AS before, {} AS after", fields[0], fields[1], fields[2])
        }),
        event_list("causes", CAUSES, &|fields| {
            let (cause, fact, link) = (&fields[0], &fields[1], &fields[2]);
            format!("position, packed.id - {cause} AS cause, CASE {link}{links} END AS link, nullif({fact}, 0) AS fact")
        }),
        event_list("event_values", VALUES, &|fields| {
            format!("position, {} AS id, {} AS name, {} AS value", fields[0], name("'value'", &fields[0]), fields[1])
        }),
        event_list("limited_changes", LIMITED, &|fields| {
            format!("position, {} AS fact, {} AS wanted, {} AS actual, {} AS refused", fields[0], fields[1], fields[2], fields[3])
        }),
        event_list("topics", TOPIC, &|fields| format!("{} AS fact, {} AS believed, {} AS told", fields[0], fields[1], fields[2])),
        create(
            "samples",
            format!(
                "packed.position + positions.position AS position, packed.after, packed.at_us, {first} AS fact, {second} AS value"
            ),
            format!("packed_samples AS packed {}", numbers.join()),
        ),
        create(
            "crowd",
            format!("packed.line, positions.position, packed.day, {} AS name, {second} AS value", name("'crowd'", first)),
            format!("packed_crowd AS packed {}", numbers.join()),
        ),
    ]
    .concat()
}

/// The date and time of an event as text.
const AT: &str = "(SELECT CASE WHEN text LIKE 'turn %' THEN text ELSE text \
    || printf('T%02d:%02d:%02d', us / 3600000000, us / 60000000 % 60, us / 1000000 % 60) \
    || rtrim(rtrim(printf('.%06d', us % 1000000), '0'), '.') END \
    FROM (SELECT text, packed.at_us - from_us AS us FROM dates WHERE from_us <= packed.at_us ORDER BY from_us DESC LIMIT 1))";

/// A list of the packed row `packed`, of which `positions.position` is a record.
struct PackedList {
    column: String,
    fields: &'static [Field],
}

impl PackedList {
    fn new((column, fields): (&str, &'static [Field])) -> Self {
        Self { column: format!("packed.{column}"), fields }
    }

    /// The length of some fields in bytes.
    fn len_of(fields: &[Field]) -> String {
        let count = |field: Field| fields.iter().filter(|other| **other == field).count();
        let (ids, numbers, codes) = (count(Field::Id), count(Field::Number), count(Field::Code));
        format!("({ids} * (packed.widths >> {ID_SHIFT}) + {numbers} * (packed.widths & {NUMBER_MASK}) + {codes})")
    }

    /// Joins the positions of the records. The packed rows are always read first.
    fn join(&self) -> String {
        let record_len = Self::len_of(self.fields);
        format!("CROSS JOIN positions WHERE positions.position < length({}) / {record_len}", self.column)
    }

    /// A byte of the list; the first is 1.
    fn byte(&self, at: &str) -> String {
        format!("(instr((SELECT value FROM meta WHERE key = 'bytes'), substr({}, {at}, 1)) - 1)", self.column)
    }

    /// Big-endian bytes as a number.
    fn bytes(&self, from: &str, count: u32) -> String {
        let byte = |n: u32| format!("{} << {}", self.byte(&format!("{from} + {n}")), 8 * (count - 1 - n));
        let bytes: Vec<String> = (0..count).map(|n| format!("({})", byte(n))).collect();
        bytes.join(" | ")
    }

    /// The values of the fields.
    fn fields(&self) -> Vec<String> {
        let record_len = Self::len_of(self.fields);
        let value = |(nth, field): (usize, &Field)| {
            let from = format!("positions.position * {record_len} + {} + 1", Self::len_of(&self.fields[..nth]));
            match field {
                Field::Code => self.byte(&from),
                Field::Id => {
                    let last_four = self.bytes(&format!("{from} + (packed.widths >> {ID_SHIFT}) - 4"), 4);
                    format!("(({last_four}) & ((1 << 8 * (packed.widths >> {ID_SHIFT})) - 1))")
                }
                Field::Number => {
                    let shift = format!("(64 - 8 * (packed.widths & {NUMBER_MASK}))");
                    format!(
                        "(SELECT CASE WHEN packed.widths & {DECIMAL} THEN (bits >> {shift}) / {DECIMALS:.1} \
                         ELSE (SELECT base + unit * (bits & 4503599627370495) FROM scales WHERE high = (bits >> 52 & 4095)) END \
                         FROM (SELECT ({}) >> {shift} << {shift} AS bits))",
                        self.bytes(&from, 8)
                    )
                }
            }
        };
        self.fields.iter().enumerate().map(value).collect()
    }
}
