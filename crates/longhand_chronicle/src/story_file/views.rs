//! The views of a story that have the tables of formats 4 and 5: a row for each role, change, cause, number, sample and number of the
//! crowd. They read the packed rows with what any SQLite has, without an extension, so that anybody can ask a story by SQL.
//!
//! - SQL has no function for the value of a byte, so it is found by its position in the string of all bytes (`meta`, `bytes`).
//! - The bytes of a field are read as the first ones of a number of four or eight bytes; an id is shifted down.
//! - The value of a double is that of its sign and exponent (`scales`) and of its fraction in their units, which is exact.

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

    /// The values of the fields.
    fn fields(&self) -> Vec<String> {
        let record_len = Self::len_of(self.fields);
        let value = |(nth, field): (usize, &Field)| {
            let from = format!("position * {record_len} + {} + 1", Self::len_of(&self.fields[..nth]));
            let bytes = |len: &str| {
                let column = &self.column;
                format!(
                    "(SELECT substr({column}, positions.{from}, {len}) AS s, (SELECT value FROM meta WHERE key = 'bytes') AS b)"
                )
            };
            match field {
                Field::Code => format!("(SELECT {} FROM {})", big_endian(1), bytes("1")),
                Field::Id => {
                    let len = format!("packed.widths >> {ID_SHIFT}");
                    format!("(SELECT ({}) >> 32 - 8 * ({len}) FROM {})", big_endian(4), bytes(&len))
                }
                Field::Number => {
                    let len = format!("packed.widths & {NUMBER_MASK}");
                    // As a query without a table, `bits` is computed once. Zero may have no bytes at all.
                    format!(
                        "(SELECT CASE WHEN packed.widths & {DECIMAL} THEN (bits >> 64 - 8 * ({len})) / {DECIMALS:.1} \
                         ELSE (SELECT base + unit * (bits & 4503599627370495) FROM scales WHERE high = bits >> 52 & 4095) END \
                         FROM (SELECT ifnull((SELECT {} FROM {}), 0) AS bits))",
                        big_endian(8),
                        bytes(&len)
                    )
                }
            }
        };
        self.fields.iter().enumerate().map(value).collect()
    }
}

/// The bytes of `s` as a number of `len` bytes; those that are missing at its end are zero.
fn big_endian(len: u32) -> String {
    let byte = |n: u32| format!("(instr(b, substr(s, {}, 1)) - 1 << {})", n + 1, 8 * (len - 1 - n));
    (0..len).map(byte).collect::<Vec<_>>().join(" | ")
}
