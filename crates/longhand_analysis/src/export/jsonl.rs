//! Writes each event as one line of JSON: roles, place, changes, causes, and the options that were compared.
//!
//! The structs are the schema of a line, apart from the types of the chronicle, so that internal changes do not alter the format.

use super::{ExportError, Source, Whole};
use longhand_chronicle::{Cause, Change, Choice, Event, key};
use longhand_expr::ids::{AgentId, PlaceId};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use std::io::Write;

/// Writes each event as a line.
///
/// # Errors
/// When the events cannot be read or writing to `out` fails.
pub fn write_jsonl(source: &mut Source<'_>, out: &mut impl Write) -> Result<(), ExportError> {
    source.each(|whole, event| {
        serde_json::to_writer(&mut *out, &Line::of(whole, event)).map_err(std::io::Error::from)?;
        Ok(out.write_all(b"\n")?)
    })?;
    Ok(out.flush()?)
}

#[derive(Serialize)]
struct Line<'a> {
    id: u32,
    at: String,
    at_us: i64,
    kind: &'a str,
    roles: Pairs<String>,
    agents: Vec<Option<u32>>,
    place: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<Changed>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    causes: Vec<Because>,
    #[serde(skip_serializing_if = "Pairs::is_empty")]
    values: Pairs<Option<f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<Document<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    choice: Option<Weighed>,
}

#[derive(Serialize)]
struct Changed {
    fact: String,
    before: Option<f64>,
    after: Option<f64>,
}

#[derive(Serialize)]
struct Because {
    event: u32,
    link: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<String>,
}

#[derive(Serialize)]
struct Document<'a> {
    title: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Weighed {
    idle: Option<f64>,
    options: Vec<Weight>,
}

#[derive(Serialize)]
struct Weight {
    event: String,
    utility: Option<f64>,
    whim: Option<f64>,
    terms: Vec<Option<f64>>,
}

/// A JSON object that keeps the order of its keys.
struct Pairs<V>(Vec<(String, V)>);

impl<V> Pairs<V> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<V: Serialize> Serialize for Pairs<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}

/// JSON cannot express infinities and NaN; they become null.
fn finite(value: f64) -> Option<f64> {
    value.is_finite().then_some(value)
}

impl<'a> Line<'a> {
    fn of(whole: &Whole<'a>, event: &'a Event) -> Self {
        let Whole { legend, chronicle } = *whole;
        let directory = &chronicle.directory;
        let roles = event.roles.iter().enumerate().filter(|(_, agent)| agent.is_some());
        let place = (event.place != PlaceId::NOWHERE).then(|| legend.places.get(event.place.index())).flatten();
        let changed = |change: &Change| Changed {
            fact: legend.write_fact(change.fact, directory),
            before: finite(change.before),
            after: finite(change.after),
        };
        let because = |cause: &Cause| Because {
            event: cause.event.0,
            link: cause.link.word(),
            fact: cause.link.fact().map(|fact| legend.write_fact(fact, directory)),
        };
        let value = |&(id, value): &(u16, f64)| (legend.value(id).to_owned(), finite(value));
        let weighed = |choice: &Choice| Weighed {
            idle: finite(choice.idle),
            options: (choice.options.iter())
                .map(|option| Weight {
                    event: legend.write_event(option.kind, &option.roles, directory),
                    utility: finite(option.utility),
                    whim: finite(option.whim),
                    terms: option.terms.iter().copied().map(finite).collect(),
                })
                .collect(),
        };
        let number = |agent: &AgentId| agent.is_some().then_some(agent.0);
        Self {
            id: event.id.0,
            at: legend.civil(event.at),
            at_us: event.at.0,
            kind: legend.event(event.kind),
            roles: Pairs(roles.map(|(slot, &agent)| (legend.slot(event.kind, slot).to_owned(), key(agent, directory))).collect()),
            agents: event.roles.iter().map(number).collect(),
            place: place.map(|place| place.id.as_str()),
            changes: event.changes.iter().map(changed).collect(),
            causes: event.causes.iter().map(because).collect(),
            values: Pairs(event.values.iter().map(value).collect()),
            document: event.document.as_deref().map(|written| Document { title: &written.title, text: &written.text }),
            choice: event.choice.as_deref().map(weighed),
        }
    }
}
