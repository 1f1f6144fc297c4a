//! Writes each event as one line of JSON: roles, place, changes, causes, and the options that were compared.
//!
//! The structs are the schema of a line, apart from the types of the chronicle, so that internal changes do not alter the format.

use super::{EventSource, ExportError, RunContext};
use longhand_chronicle::{Cause, ChoiceTrace, Event, FactChange, agent_key};
use longhand_expr::ids::AgentId;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::io::Write;

/// Writes each event as a line.
///
/// # Errors
/// When the events cannot be read or writing to `out` fails.
pub fn write_jsonl(source: &mut EventSource<'_>, out: &mut impl Write) -> Result<(), ExportError> {
    source.for_each_event(|whole, event| {
        serde_json::to_writer(&mut *out, &EventRecord::new(whole, event)).map_err(std::io::Error::from)?;
        Ok(out.write_all(b"\n")?)
    })?;
    Ok(out.flush()?)
}

#[derive(Serialize)]
struct EventRecord<'a> {
    id: u32,
    at: String,
    at_us: i64,
    kind: &'a str,
    roles: OrderedMap<String>,
    agents: Vec<Option<u32>>,
    place: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<ChangeRecord>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<CauseRecord>,
    #[serde(skip_serializing_if = "OrderedMap::is_empty")]
    values: OrderedMap<Option<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<DocumentRecord<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    choice: Option<ChoiceRecord>,
}

#[derive(Serialize)]
struct ChangeRecord {
    fact: String,
    before: Option<f64>,
    after: Option<f64>,
}

#[derive(Serialize)]
struct CauseRecord {
    event: u32,
    link: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<String>,
}

#[derive(Serialize)]
struct DocumentRecord<'a> {
    title: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct ChoiceRecord {
    idle: Option<f64>,
    options: Vec<OptionRecord>,
}

#[derive(Serialize)]
struct OptionRecord {
    event: String,
    utility: Option<f64>,
    #[serde(rename = "whim")]
    choice_noise: Option<f64>,
    terms: Vec<Option<f64>>,
}

/// A JSON object that keeps the order of its keys.
struct OrderedMap<V>(Vec<(String, V)>);

impl<V> OrderedMap<V> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<V: Serialize> Serialize for OrderedMap<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}

/// JSON cannot express infinities and NaN; they become null.
fn finite_or_null(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

impl<'a> EventRecord<'a> {
    fn new(whole: &RunContext<'a>, event: &'a Event) -> Self {
        let RunContext { symbols: legend, chronicle } = *whole;
        let directory = &chronicle.agents;
        let roles = event.roles.iter().enumerate().filter(|(_, agent)| agent.is_some());
        let changed = |change: &FactChange| ChangeRecord {
            fact: legend.fact_expression(change.fact, directory),
            before: finite_or_null(change.before),
            after: finite_or_null(change.after),
        };
        let because = |cause: &Cause| CauseRecord {
            event: cause.event.0,
            link: cause.link.keyword(),
            fact: cause.link.fact().map(|fact| legend.fact_expression(fact, directory)),
        };
        let value = |&(id, value): &(u16, f64)| (legend.value_name(id).to_owned(), finite_or_null(value));
        let weighed = |choice: &ChoiceTrace| ChoiceRecord {
            idle: finite_or_null(choice.idle),
            options: (choice.options.iter())
                .map(|option| OptionRecord {
                    event: legend.event_signature(option.kind, &option.roles, directory),
                    utility: finite_or_null(option.utility),
                    choice_noise: finite_or_null(option.choice_noise),
                    terms: option.terms.iter().copied().map(finite_or_null).collect(),
                })
                .collect(),
        };
        let number = |agent: &AgentId| agent.is_some().then_some(agent.0);
        Self {
            id: event.id.0,
            at: legend.civil_time(event.at),
            at_us: event.at.0,
            kind: legend.event_name(event.kind),
            roles: OrderedMap(
                roles
                    .map(|(slot, &agent)| (legend.slot_name(event.kind, slot).to_owned(), agent_key(agent, directory)))
                    .collect(),
            ),
            agents: event.roles.iter().map(number).collect(),
            place: legend.place_id(event.place),
            changes: event.changes.iter().map(changed).collect(),
            causes: event.causes.iter().map(because).collect(),
            values: OrderedMap(event.values.iter().map(value).collect()),
            document: event.document.as_deref().map(|written| DocumentRecord { title: &written.title, text: &written.text }),
            choice: event.choice.as_deref().map(weighed),
        }
    }
}
