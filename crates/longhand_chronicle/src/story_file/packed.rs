//! Events, samples and days of the crowd as packed rows, and back: one row an event, one row for the samples of an instant, one row a
//! day. `records.rs` has the form of their lists, `views.rs` the SQL that reads them without this program.

use super::super::{Cause, Event, EventTopic, FactChange, LimitedChange, Sample};
use super::records::{Field, Needs, RecordReader, RowPacker, Widths};
use super::rows::{RowError, fact_by_id, parse_link};
use longhand_expr::ids::{AgentId, EventId, Fact};
use std::collections::BTreeMap;

/// The lists of an event by their columns, with the fields of their records.
pub(super) const EVENT_LISTS: [(&str, &[Field]); 6] = [
    ("roles", &[Field::Id, Field::Code]),
    ("changes", &[Field::Id, Field::Number, Field::Number]),
    ("causes", &[Field::Id, Field::Id, Field::Code]),
    ("numbers", &[Field::Id, Field::Number]),
    ("limited", &[Field::Id, Field::Number, Field::Number, Field::Code]),
    ("topic", &[Field::Id, Field::Number, Field::Number]),
];
pub(super) const ROLES: usize = 0;
pub(super) const CHANGES: usize = 1;
pub(super) const CAUSES: usize = 2;
pub(super) const VALUES: usize = 3;
pub(super) const LIMITED: usize = 4;
pub(super) const TOPIC: usize = 5;

/// The list of the samples of an instant, and of the numbers of a day of the crowd.
pub(super) const NUMBERS: (&str, &[Field]) = ("numbers", &[Field::Id, Field::Number]);

/// The words of the links; the code of a link is its position.
pub(super) const LINKS: [&str; 5] = ["step", "woke", "condition", "want", "consent"];

/// The code of a role whose slot is unknown.
const NO_SLOT: u8 = u8::MAX;

/// Maximum number of samples in one table row.
const MAX_ROW_SAMPLES: usize = 512;

/// Adds the lists of an event to a row. `slot_of` gives the slot of the role at a position, `fact_id` the id of a fact.
pub(super) fn add_event<E>(
    row: &mut RowPacker<6>,
    event: &Event,
    slot_of: impl Fn(usize) -> Option<usize>,
    mut fact_id: impl FnMut(Fact) -> Result<u32, E>,
) -> Result<(), E> {
    for (position, agent) in event.roles.iter().enumerate() {
        // 0 is nobody.
        row.id(ROLES, agent.0.wrapping_add(1));
        row.code(ROLES, slot_of(position).and_then(|slot| u8::try_from(slot).ok()).unwrap_or(NO_SLOT));
    }
    for change in &event.changes {
        row.id(CHANGES, fact_id(change.fact)?);
        row.number(CHANGES, change.before);
        row.number(CHANGES, change.after);
    }
    for cause in &event.causes {
        let word = cause.link.keyword();
        let code = LINKS.iter().position(|link| *link == word).expect("all other links are found afterwards and not stored");
        row.id(CAUSES, event.id.0.wrapping_sub(cause.event.0));
        row.id(CAUSES, cause.link.fact().map_or(Ok(0), &mut fact_id)?);
        row.code(CAUSES, code as u8);
    }
    for &(id, value) in &event.values {
        row.id(VALUES, u32::from(id));
        row.number(VALUES, value);
    }
    for limited in &event.limited {
        row.id(LIMITED, fact_id(limited.fact)?);
        row.number(LIMITED, limited.wanted);
        row.number(LIMITED, limited.actual);
        row.code(LIMITED, u8::from(limited.refused));
    }
    if let Some(topic) = &event.topic {
        row.id(TOPIC, fact_id(topic.fact())?);
        row.number(TOPIC, topic.believed);
        row.number(TOPIC, topic.told);
    }
    Ok(())
}

/// Fills in the lists of an event, of a scene with this many names of values.
pub(super) fn read_event_lists(
    event: &mut Event,
    widths: i64,
    lists: [&[u8]; 6],
    facts: &BTreeMap<u32, Fact>,
    value_names: usize,
) -> Result<(), RowError> {
    let fact = |record: &mut RecordReader<'_>| fact_by_id(facts, record.id());
    let records = |list: usize| read_records(widths, EVENT_LISTS[list], lists[list]);
    event.roles = records(ROLES)?.map(|mut role| AgentId(role.id().wrapping_sub(1))).collect();
    for mut record in records(CHANGES)? {
        event.changes.push(FactChange { fact: fact(&mut record)?, before: record.number(), after: record.number() });
    }
    for mut record in records(CAUSES)? {
        let distance = record.id();
        let fact = match record.id() {
            0 => None,
            id => Some(fact_by_id(facts, id)?),
        };
        let word = LINKS.get(usize::from(record.code())).copied().unwrap_or("?");
        let link = parse_link(word, fact).ok_or_else(|| RowError::invalid("the link of a cause is unknown"))?;
        let cause = event.id.0.checked_sub(distance).filter(|_| distance > 0).map(EventId);
        let cause = cause.ok_or_else(|| RowError::invalid(format!("event {} has no earlier event as its cause", event.id.0)))?;
        event.causes.push(Cause { event: cause, link });
    }
    for mut record in records(VALUES)? {
        let id = u16::try_from(record.id()).ok().filter(|&id| usize::from(id) < value_names);
        event.values.push((id.ok_or_else(|| RowError::invalid("a value has an unknown name"))?, record.number()));
    }
    for mut record in records(LIMITED)? {
        let (fact, wanted, actual) = (fact(&mut record)?, record.number(), record.number());
        event.limited.push(LimitedChange { fact, wanted, actual, refused: record.code() != 0 });
    }
    for mut record in records(TOPIC)? {
        let Fact::Topic(teller, known) = fact(&mut record)? else { return Err(RowError::invalid("a topic is none")) };
        event.topic = Some(Box::new(EventTopic { teller, known, believed: record.number(), told: record.number() }));
    }
    Ok(())
}

/// The records of a list of a row.
pub(super) fn read_records<'a>(
    widths: i64,
    (column, fields): (&str, &[Field]),
    bytes: &'a [u8],
) -> Result<impl Iterator<Item = RecordReader<'a>>, RowError> {
    let widths = Widths::from_column(widths).ok_or_else(|| RowError::invalid("the widths of a row are invalid"))?;
    widths.records(fields, bytes).ok_or_else(|| RowError::invalid(format!("the list `{column}` of a row is cut off")))
}

/// Splits samples into those of one row each: of one instant, after the same event, and with numbers of one form.
pub(super) fn sample_rows(samples: &[Sample]) -> impl Iterator<Item = &[Sample]> {
    let mut rest = samples;
    std::iter::from_fn(move || {
        let first = rest.first()?;
        let mut needs = Needs::default();
        let len = rest.iter().take(MAX_ROW_SAMPLES).take_while(|sample| {
            let mut own = Needs::default();
            own.number(sample.value);
            let belongs = (sample.at, sample.after) == (first.at, first.after) && !needs.is_apart_from(&own);
            needs.join(&own);
            belongs
        });
        let (row, others) = rest.split_at(len.count());
        rest = others;
        Some(row)
    })
}

#[cfg(test)]
mod tests {
    use super::super::lookups::Lookups;
    use super::*;
    use crate::testing::{LONELINESS, test_event};
    use crate::{CauseLink, EventTopic};
    use longhand_expr::ids::{AttrId, Instant, WorldFact};
    use proptest::prelude::*;

    fn nth_fact(n: u32) -> Fact {
        Fact::World(WorldFact::Attr(AgentId(n / 2), AttrId((n % 2) as u16)))
    }

    fn any_number() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<f64>().prop_filter("a number", |number| !number.is_nan()),
            any::<f32>().prop_filter("a number", |number| !number.is_nan()).prop_map(f64::from),
            (-20_000_i32..20_000).prop_map(|decimal| f64::from(decimal) / 1e4),
            Just(1.0),
        ]
    }

    fn any_event() -> impl Strategy<Value = Event> {
        let fact = || (0..400_u32).prop_map(nth_fact);
        let id = 1000_u32;
        let link = (0..5_usize, fact()).prop_map(|(code, fact)| match code {
            0 => CauseLink::Step,
            1 => CauseLink::Triggered,
            2 => CauseLink::Condition(fact),
            3 => CauseLink::Utility(fact),
            _ => CauseLink::Consent(fact),
        });
        let topic = (0..9_u32, any_number(), any_number()).prop_map(|(teller, believed, told)| {
            let known = WorldFact::Place(AgentId(7));
            Box::new(EventTopic { teller: AgentId(teller), known, believed, told })
        });
        (
            prop::collection::vec(prop_oneof![Just(AgentId::NONE), any::<u32>().prop_map(|id| AgentId(id >> 8))], 0..5),
            prop::collection::vec((fact(), any_number(), any_number()), 0..6),
            prop::collection::vec((0..id, link), 0..6),
            prop::collection::vec((0..9_u16, any_number()), 0..3),
            prop::collection::vec((fact(), any_number(), any_number(), any::<bool>()), 0..3),
            prop::option::of(topic),
        )
            .prop_map(move |(roles, changes, causes, values, limited, topic)| Event {
                id: EventId(id),
                roles: roles.into(),
                changes: changes.into_iter().map(|(fact, before, after)| FactChange { fact, before, after }).collect(),
                causes: causes.into_iter().map(|(cause, link)| Cause { event: EventId(cause), link }).collect(),
                values: values.into(),
                limited: (limited.into_iter())
                    .map(|(fact, wanted, actual, refused)| LimitedChange { fact, wanted, actual, refused })
                    .collect(),
                topic,
                ..test_event(1.0, 0)
            })
    }

    proptest! {
        #[test]
        fn an_event_is_read_as_it_was_packed(events in prop::collection::vec(any_event(), 1..4)) {
            let mut row = RowPacker::default();
            let mut facts: BTreeMap<u32, Fact> = BTreeMap::new();
            for event in events {
                let fact_id = |fact| -> Result<u32, std::convert::Infallible> {
                    let known = facts.iter().find(|(_, known)| **known == fact).map(|(&id, _)| id);
                    let id = known.unwrap_or(facts.len() as u32 * 99 + 1);
                    facts.insert(id, fact);
                    Ok(id)
                };
                add_event(&mut row, &event, Some, fact_id).unwrap();
                let (widths, lists) = row.pack(EVENT_LISTS, &mut Lookups::default());
                let mut read = Event { roles: Default::default(), id: event.id, ..test_event(1.0, 0) };
                prop_assert!(read_event_lists(&mut read, widths, lists, &facts, 9).is_ok());
                prop_assert_eq!(read, event);
            }
        }
    }

    #[test]
    fn samples_of_one_instant_and_one_form_are_one_row() {
        let sample = |at: i64, after: u32, value: f64| Sample { at: Instant(at), fact: LONELINESS, value, after };
        let third = f64::from(0.3_f32);
        let samples = [
            vec![sample(0, 0, 0.5), sample(0, 0, third), sample(0, 0, 1.0)],
            vec![sample(0, 0, 0.1234), sample(0, 0, 0.5)],
            vec![sample(0, 1, 0.1234)],
            vec![sample(9, 1, 0.5)],
        ];
        assert_eq!(sample_rows(&samples.concat()).collect::<Vec<_>>(), samples);
        let lens: Vec<usize> = sample_rows(&vec![sample(3, 3, third); 1000]).map(<[Sample]>::len).collect();
        assert_eq!(lens, [512, 488]);
    }
}
