//! Writes a run as lines of JSON: first the run with its params, then each event with roles, place, changes, causes and the options
//! that were compared, then the values that no event wrote, and the daily lines.
//!
//! The structs are the schema of a line, apart from the types of the chronicle, so that internal changes do not alter the format.

use super::{EventSource, ExportError, RunContext};
use longhand_chronicle::{
    Cause, ChoiceTrace, Event, EventTopic, FactChange, ParamSymbol, Sample, SymbolTable, agent_key, format_hash,
};
use longhand_expr::ids::{AgentId, Fact, Instant, WorldFact};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::json;
use std::io::Write;

/// Writes a run as lines: of the run, of each event, of each sample, of each day.
///
/// # Errors
/// When the events cannot be read or writing to `out` fails.
pub fn write_jsonl(source: &mut EventSource<'_>, out: &mut impl Write) -> Result<(), ExportError> {
    write_line(out, &json!({ "run": run_record(&source.context()) }))?;
    source.for_each_event(|context, event| write_line(out, &EventRecord::new(context, event)))?;
    source.for_each_sample(|context, sample| write_line(out, &json!({ "sample": sample_record(context, sample) })))?;
    let RunContext { symbols, chronicle, .. } = source.context();
    for taken in &chronicle.measures {
        let agent = taken.agent.is_some().then(|| agent_key(taken.agent, &chronicle.agents));
        let (measure, at) = (&taken.measure, symbols.civil_time(taken.at));
        write_line(out, &json!({ "measure": measure, "at": at, "agent": agent, "value": finite_or_null(taken.value) }))?;
    }
    for (day, kind, n) in chronicle.counts() {
        write_line(out, &json!({ "counted": symbols.event_name(kind), "day": day, "events": n }))?;
    }
    for line in &chronicle.crowd {
        let numbers: serde_json::Map<_, _> =
            line.numbers.iter().map(|(name, value)| (name.clone(), json!(finite_or_null(*value)))).collect();
        write_line(out, &json!({ "day": line.day, "numbers": numbers }))?;
    }
    Ok(out.flush()?)
}

fn write_line(out: &mut impl Write, line: &impl Serialize) -> Result<(), ExportError> {
    serde_json::to_writer(&mut *out, line).map_err(std::io::Error::from)?;
    Ok(out.write_all(b"\n")?)
}

fn run_record(context: &RunContext<'_>) -> serde_json::Value {
    let RunContext { run, symbols, chronicle } = *context;
    let param = |param: &ParamSymbol| {
        let value = if param.switch { json!(param.value != 0.0) } else { json!(finite_or_null(param.value)) };
        (param.id.clone(), value)
    };
    let agents = chronicle.agents.iter().map(|profile| (agent_key(profile.id, &chronicle.agents), json!(profile.name)));
    let places = symbols.places.iter().map(|place| (place.id.clone(), json!(place.name)));
    json!({
        "scene": run.scene,
        "title": run.title,
        "seed": run.seed,
        "starts": symbols.civil_time(Instant::START),
        "ended": run.ended.map(|at| symbols.civil_time(at)),
        "hash": run.hash.map(format_hash),
        "params": symbols.params.iter().map(param).collect::<serde_json::Map<_, _>>(),
        "agents": agents.collect::<serde_json::Map<_, _>>(),
        "places": places.collect::<serde_json::Map<_, _>>(),
    })
}

fn sample_record(context: &RunContext<'_>, sample: &Sample) -> serde_json::Value {
    let RunContext { symbols, chronicle, .. } = *context;
    let mut record = json!({
        "at": symbols.civil_time(sample.at),
        "fact": symbols.fact_expression(sample.fact, &chronicle.agents),
        "value": finite_or_null(sample.value),
    });
    if let Some(word) = fact_word(symbols, sample.fact, sample.value) {
        record["word"] = json!(word);
    }
    record
}

/// The word that the value of an attribute stands for, or that an agent believes it to be.
fn fact_word(symbols: &SymbolTable, fact: Fact, value: f64) -> Option<&str> {
    match fact {
        Fact::World(known) | Fact::Belief(_, known) | Fact::Topic(_, known) => match known {
            WorldFact::Attr(_, attr) => symbols.attribute_word(attr, value),
            _ => None,
        },
        _ => None,
    }
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
    #[serde(skip_serializing_if = "Option::is_none")]
    topic: Option<TopicRecord>,
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
    /// The words that the two values stand for, if the attribute has words.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<[String; 2]>,
}

/// What was talked about in an event.
#[derive(Serialize)]
struct TopicRecord {
    fact: String,
    believed: Option<f64>,
    told: Option<f64>,
    /// The words that the two values stand for, if the attribute has words.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<[String; 2]>,
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
    fn new(context: &RunContext<'a>, event: &'a Event) -> Self {
        let RunContext { symbols, chronicle, .. } = *context;
        let registry = &chronicle.agents;
        let roles = event.roles.iter().enumerate().filter(|(_, agent)| agent.is_some());
        let words_of = |fact, [first, second]: [f64; 2]| {
            let word = |value| fact_word(symbols, fact, value).map(str::to_owned);
            Some([word(first)?, word(second)?])
        };
        let to_change = |change: &FactChange| ChangeRecord {
            fact: symbols.fact_expression(change.fact, registry),
            before: finite_or_null(change.before),
            after: finite_or_null(change.after),
            words: words_of(change.fact, [change.before, change.after]),
        };
        let to_topic = |topic: &EventTopic| TopicRecord {
            fact: symbols.fact_expression(topic.fact(), registry),
            believed: finite_or_null(topic.believed),
            told: finite_or_null(topic.told),
            words: words_of(topic.fact(), [topic.believed, topic.told]),
        };
        let to_cause = |cause: &Cause| CauseRecord {
            event: cause.event.0,
            link: cause.link.keyword(),
            fact: cause.link.fact().map(|fact| symbols.fact_expression(fact, registry)),
        };
        let to_value = |&(id, value): &(u16, f64)| (symbols.value_name(id).to_owned(), finite_or_null(value));
        let to_choice = |choice: &ChoiceTrace| ChoiceRecord {
            idle: finite_or_null(choice.idle_utility),
            options: (choice.options.iter())
                .map(|option| OptionRecord {
                    event: symbols.event_signature(option.kind, &option.roles, registry),
                    utility: finite_or_null(option.utility),
                    choice_noise: finite_or_null(option.choice_noise),
                    terms: option.terms.iter().copied().map(finite_or_null).collect(),
                })
                .collect(),
        };
        let agent_number = |agent: &AgentId| agent.is_some().then_some(agent.0);
        Self {
            id: event.id.0,
            at: symbols.civil_time(event.at),
            at_us: event.at.0,
            kind: symbols.event_name(event.kind),
            roles: OrderedMap(
                roles
                    .map(|(slot, &agent)| (symbols.slot_name(event.kind, slot).to_owned(), agent_key(agent, registry)))
                    .collect(),
            ),
            agents: event.roles.iter().map(agent_number).collect(),
            place: symbols.place_id(event.place),
            changes: event.changes.iter().map(to_change).collect(),
            topic: event.topic.as_deref().map(to_topic),
            causes: event.causes.iter().map(to_cause).collect(),
            values: OrderedMap(event.values.iter().map(to_value).collect()),
            document: event.document.as_deref().map(|document| DocumentRecord { title: &document.title, text: &document.text }),
            choice: event.choice.as_deref().map(to_choice),
        }
    }
}
