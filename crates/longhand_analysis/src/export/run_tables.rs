//! Writes a run as tables.
//!
//! One table holds the events. Roles, changes, causes and values of events are tables of their own with the event as key, so that
//! every column has one type. Names stand beside numbers, so that a table can be read without the others. Values that no event
//! wrote, such as drift, and the daily counts are tables too.

use super::tables::{ColumnType, TableCell, TableColumn, TableFolder, TableWriter};
use super::{EventSource, ExportError, RunContext};
use longhand_chronicle::{AgentRegistry, Event, FactColumns, ParamSymbol, Sample, SymbolTable, fact_columns, format_hash};
use longhand_expr::ids::{AgentId, Fact, Instant, WorldFact};
use std::borrow::Cow;

const RUN: &[TableColumn] = &[
    TableColumn::new("scene", ColumnType::Text),
    TableColumn::new("title", ColumnType::Text),
    TableColumn::new("seed", ColumnType::Text),
    TableColumn::new("starts", ColumnType::Time),
    TableColumn::new("ended", ColumnType::Time),
    TableColumn::new("hash", ColumnType::Text),
];
const EVENTS: &[TableColumn] = &[
    TableColumn::new("id", ColumnType::Ascending),
    TableColumn::new("time", ColumnType::Time),
    TableColumn::new("kind", ColumnType::Text),
    TableColumn::new("place", ColumnType::Text),
    TableColumn::new("place_name", ColumnType::Text),
    TableColumn::new("title", ColumnType::Text),
    TableColumn::new("text", ColumnType::Text),
];
const ROLES: &[TableColumn] = &[
    TableColumn::new("event", ColumnType::Ascending),
    TableColumn::new("role", ColumnType::Text),
    TableColumn::new("agent", ColumnType::Int),
    TableColumn::new("name", ColumnType::Text),
];
/// The columns of a fact: as a scene writes it, and in parts.
const FACT: [TableColumn; 9] = [
    TableColumn::new("fact", ColumnType::Text),
    TableColumn::new("what", ColumnType::Text),
    TableColumn::new("quantity", ColumnType::Text),
    TableColumn::new("agent", ColumnType::Int),
    TableColumn::new("agent_name", ColumnType::Text),
    TableColumn::new("other", ColumnType::Int),
    TableColumn::new("other_name", ColumnType::Text),
    TableColumn::new("believer", ColumnType::Int),
    TableColumn::new("believer_name", ColumnType::Text),
];
const CAUSES: &[TableColumn] = &[
    TableColumn::new("event", ColumnType::Ascending),
    TableColumn::new("cause", ColumnType::Ascending),
    TableColumn::new("link", ColumnType::Text),
    TableColumn::new("fact", ColumnType::Text),
];
const VALUES: &[TableColumn] = &[
    TableColumn::new("event", ColumnType::Ascending),
    TableColumn::new("name", ColumnType::Text),
    TableColumn::new("value", ColumnType::Real),
];
const AGENTS: &[TableColumn] = &[
    TableColumn::new("id", ColumnType::Ascending),
    TableColumn::new("key", ColumnType::Text),
    TableColumn::new("kind", ColumnType::Text),
    TableColumn::new("name", ColumnType::Text),
    TableColumn::new("called", ColumnType::Text),
];
const PLACES: &[TableColumn] = &[TableColumn::new("id", ColumnType::Text), TableColumn::new("name", ColumnType::Text)];
const BEATS: &[TableColumn] = &[
    TableColumn::new("beat", ColumnType::Text),
    TableColumn::new("time", ColumnType::Time),
    TableColumn::new("event", ColumnType::Int),
];
const MEASURES: &[TableColumn] = &[
    TableColumn::new("measure", ColumnType::Text),
    TableColumn::new("time", ColumnType::Time),
    TableColumn::new("agent", ColumnType::Int),
    TableColumn::new("agent_name", ColumnType::Text),
    TableColumn::new("value", ColumnType::Real),
];
const COUNTS: &[TableColumn] = &[
    TableColumn::new("day", ColumnType::Ascending),
    TableColumn::new("time", ColumnType::Time),
    TableColumn::new("kind", ColumnType::Text),
    TableColumn::new("events", ColumnType::Int),
];
const DAYS: &[TableColumn] = &[
    TableColumn::new("day", ColumnType::Ascending),
    TableColumn::new("time", ColumnType::Time),
    TableColumn::new("name", ColumnType::Text),
    TableColumn::new("value", ColumnType::Real),
];

/// Writes a run as tables: run, events, roles, changes, causes, topics, values, samples, agents, places, beats, measures, counts, days.
///
/// # Errors
/// When the events cannot be read or a file cannot be written.
pub fn write_tables(source: &mut EventSource<'_>, folder: TableFolder) -> Result<(), ExportError> {
    write_event_tables(source, &folder)?;
    let mut samples = folder.create_table("samples", &sample_columns())?;
    source.for_each_sample(|context, sample| write_sample(&mut samples, context, sample))?;
    samples.finish()?;
    let context = source.context();
    write_run(&context, &folder)?;
    write_agents_and_places(&context, &folder)?;
    write_results(&context, &folder)?;
    write_days(&context, &folder)?;
    folder.finish()
}

/// The column of a param.
pub(crate) fn param_column(param: &ParamSymbol, taken: &[TableColumn]) -> TableColumn {
    let is_taken = taken.iter().any(|column| column.name == param.id);
    let name = if is_taken { format!("param_{}", param.id) } else { param.id.clone() };
    TableColumn { name: Cow::Owned(name), column_type: if param.switch { ColumnType::Bool } else { ColumnType::Real } }
}

/// The cell of a param with this value.
pub(crate) fn param_cell(param: &ParamSymbol, value: f64) -> TableCell<'static> {
    if param.switch && value.is_finite() { TableCell::Bool(value != 0.0) } else { TableCell::real(value) }
}

fn write_run(context: &RunContext<'_>, folder: &TableFolder) -> Result<(), ExportError> {
    let (symbols, run) = (context.symbols, context.run);
    let params = symbols.params.iter().map(|param| param_column(param, RUN));
    let mut table = folder.create_table("run", &RUN.iter().cloned().chain(params).collect::<Vec<_>>())?;
    let cells = [
        TableCell::text(&run.scene),
        TableCell::text(&run.title),
        // A seed has 64 bits without a sign, which no integer column holds.
        TableCell::owned_text(run.seed.to_string()),
        TableCell::Time(Instant::START),
        TableCell::optional(run.ended.map(TableCell::Time)),
        TableCell::optional(run.hash.map(|hash| TableCell::owned_text(format_hash(hash)))),
    ];
    let params = symbols.params.iter().map(|param| param_cell(param, param.value));
    table.write_row(&cells.into_iter().chain(params).collect::<Vec<_>>())?;
    table.finish()
}

fn write_agents_and_places(context: &RunContext<'_>, folder: &TableFolder) -> Result<(), ExportError> {
    let RunContext { symbols, chronicle, .. } = *context;
    let mut agents = folder.create_table("agents", AGENTS)?;
    for profile in chronicle.agents.iter() {
        agents.write_row(&[
            TableCell::agent(profile.id),
            if profile.key.is_empty() { TableCell::Null } else { TableCell::text(&profile.key) },
            TableCell::text(symbols.kind_name(profile.kind)),
            TableCell::text(&profile.name),
            TableCell::text(&profile.short_name),
        ])?;
    }
    agents.finish()?;
    let mut places = folder.create_table("places", PLACES)?;
    for place in &symbols.places {
        places.write_row(&[TableCell::text(&place.id), TableCell::text(&place.name)])?;
    }
    places.finish()
}

fn write_results(context: &RunContext<'_>, folder: &TableFolder) -> Result<(), ExportError> {
    let RunContext { symbols, chronicle, .. } = *context;
    let mut beats = folder.create_table("beats", BEATS)?;
    for beat in &chronicle.beats {
        let id = TableCell::optional(symbols.beats.get(beat.beat).map(|id| TableCell::text(id)));
        beats.write_row(&[id, TableCell::Time(beat.at), TableCell::Int(i64::from(beat.event.0))])?;
    }
    beats.finish()?;
    let mut measures = folder.create_table("measures", MEASURES)?;
    for taken in &chronicle.measures {
        measures.write_row(&[
            TableCell::text(&taken.measure),
            TableCell::Time(taken.at),
            TableCell::agent(taken.agent),
            name_cell(taken.agent, &chronicle.agents),
            TableCell::real(taken.value),
        ])?;
    }
    measures.finish()
}

/// The counts of events by day and kind, and the daily aggregates.
fn write_days(context: &RunContext<'_>, folder: &TableFolder) -> Result<(), ExportError> {
    let RunContext { symbols, chronicle, .. } = *context;
    let begins = |day: u32| TableCell::Time(Instant(i64::from(day) * Instant::DAY_US));
    let mut counts = folder.create_table("counts", COUNTS)?;
    for (day, kind, n) in chronicle.counts() {
        let n = TableCell::Int(i64::try_from(n).unwrap_or(i64::MAX));
        counts.write_row(&[TableCell::Int(i64::from(day)), begins(day), TableCell::text(symbols.event_name(kind)), n])?;
    }
    counts.finish()?;
    let mut days = folder.create_table("days", DAYS)?;
    for line in &chronicle.crowd {
        for (name, value) in &line.numbers {
            let day = TableCell::Int(i64::from(line.day));
            days.write_row(&[day, begins(line.day), TableCell::text(name), TableCell::real(*value)])?;
        }
    }
    days.finish()
}

fn change_columns() -> Vec<TableColumn> {
    let values = [("before", ColumnType::Real), ("after", ColumnType::Real), ("before_name", ColumnType::Text)];
    let values = values.into_iter().chain([("after_name", ColumnType::Text)]);
    let event = TableColumn::new("event", ColumnType::Ascending);
    [event].into_iter().chain(FACT).chain(values.map(|(name, column_type)| TableColumn::new(name, column_type))).collect()
}

fn topic_columns() -> Vec<TableColumn> {
    let values = [("believed", ColumnType::Real), ("told", ColumnType::Real), ("believed_name", ColumnType::Text)];
    let values = values.into_iter().chain([("told_name", ColumnType::Text)]);
    let event = TableColumn::new("event", ColumnType::Ascending);
    [event].into_iter().chain(FACT).chain(values.map(|(name, column_type)| TableColumn::new(name, column_type))).collect()
}

fn sample_columns() -> Vec<TableColumn> {
    let time = TableColumn::new("time", ColumnType::Time);
    let values = [TableColumn::new("value", ColumnType::Real), TableColumn::new("value_name", ColumnType::Text)];
    [time].into_iter().chain(FACT).chain(values).collect()
}

fn write_sample(table: &mut TableWriter, context: &RunContext<'_>, sample: &Sample) -> Result<(), ExportError> {
    let RunContext { symbols, chronicle, .. } = *context;
    let columns = fact_columns(sample.fact, symbols, &chronicle.agents);
    let mut row = vec![TableCell::Time(sample.at)];
    row.extend(fact_cells(&columns, &chronicle.agents));
    row.extend([TableCell::real(sample.value), value_name_cell(sample.fact, sample.value, symbols, &chronicle.agents)]);
    table.write_row(&row)
}

/// The cells of the columns [`FACT`].
fn fact_cells<'a>(columns: &'a FactColumns, agents: &AgentRegistry) -> [TableCell<'a>; 9] {
    let cells = |agent: Option<u32>| {
        let agent = agent.map_or(AgentId::NONE, AgentId);
        (TableCell::agent(agent), name_cell(agent, agents))
    };
    let ((agent, agent_name), (other, other_name), (believer, believer_name)) =
        (cells(columns.of), cells(columns.to), cells(columns.holder));
    [
        TableCell::text(&columns.text),
        TableCell::text(columns.kind),
        TableCell::optional(columns.name.as_deref().map(TableCell::text)),
        agent,
        agent_name,
        other,
        other_name,
        believer,
        believer_name,
    ]
}

fn name_cell(agent: AgentId, agents: &AgentRegistry) -> TableCell<'static> {
    if agent.is_some() { TableCell::owned_text(agents.display_name(agent)) } else { TableCell::Null }
}

/// The place, the agent or the word that a value stands for; null for a number.
fn value_name_cell(fact: Fact, value: f64, symbols: &SymbolTable, agents: &AgentRegistry) -> TableCell<'static> {
    let is_named = match fact {
        Fact::World(known) | Fact::Belief(_, known) | Fact::Topic(_, known) => match known {
            WorldFact::Attr(_, attr) => symbols.attribute_word(attr, value).is_some(),
            WorldFact::Place(_) | WorldFact::Holder(_) => true,
            _ => false,
        },
        Fact::Owner(_) | Fact::Source(..) => true,
        _ => false,
    };
    if is_named { TableCell::owned_text(symbols.describe_value(fact, value, agents)) } else { TableCell::Null }
}

fn write_event_tables(source: &mut EventSource<'_>, folder: &TableFolder) -> Result<(), ExportError> {
    let mut tables = EventTables {
        events: folder.create_table("events", EVENTS)?,
        roles: folder.create_table("roles", ROLES)?,
        changes: folder.create_table("changes", &change_columns())?,
        causes: folder.create_table("causes", CAUSES)?,
        topics: folder.create_table("topics", &topic_columns())?,
        values: folder.create_table("values", VALUES)?,
    };
    source.for_each_event(|context, event| tables.write_event(context, event))?;
    let EventTables { events, roles, changes, causes, topics, values } = tables;
    [events, roles, changes, causes, topics, values].into_iter().try_for_each(TableWriter::finish)
}

/// The tables that get rows for each event.
struct EventTables {
    events: TableWriter,
    roles: TableWriter,
    changes: TableWriter,
    causes: TableWriter,
    topics: TableWriter,
    values: TableWriter,
}

impl EventTables {
    fn write_event(&mut self, context: &RunContext<'_>, event: &Event) -> Result<(), ExportError> {
        let RunContext { symbols, chronicle, .. } = *context;
        let registry = &chronicle.agents;
        let id = || TableCell::Int(i64::from(event.id.0));
        let place = symbols.places.get(event.place.index());
        let document = event.document.as_deref();
        self.events.write_row(&[
            id(),
            TableCell::Time(event.at),
            TableCell::text(symbols.event_name(event.kind)),
            TableCell::optional(place.map(|place| TableCell::text(&place.id))),
            TableCell::optional(place.map(|place| TableCell::text(&place.name))),
            TableCell::optional(document.map(|document| TableCell::text(&document.title))),
            TableCell::optional(document.map(|document| TableCell::text(&document.text))),
        ])?;
        for (slot, &agent) in event.roles.iter().enumerate().filter(|(_, agent)| agent.is_some()) {
            let role = TableCell::text(symbols.slot_name(event.kind, slot));
            self.roles.write_row(&[id(), role, TableCell::agent(agent), name_cell(agent, registry)])?;
        }
        for change in &event.changes {
            let columns = fact_columns(change.fact, symbols, registry);
            let mut row = vec![id()];
            row.extend(fact_cells(&columns, registry));
            row.extend([change.before, change.after].map(TableCell::real));
            row.extend([change.before, change.after].map(|value| value_name_cell(change.fact, value, symbols, registry)));
            self.changes.write_row(&row)?;
        }
        if let Some(topic) = event.topic.as_deref() {
            let fact = topic.fact();
            let columns = fact_columns(fact, symbols, registry);
            let mut row = vec![id()];
            row.extend(fact_cells(&columns, registry));
            row.extend([topic.believed, topic.told].map(TableCell::real));
            row.extend([topic.believed, topic.told].map(|value| value_name_cell(fact, value, symbols, registry)));
            self.topics.write_row(&row)?;
        }
        for cause in &event.causes {
            let fact = cause.link.fact().map(|fact| TableCell::owned_text(symbols.fact_expression(fact, registry)));
            self.causes.write_row(&[
                id(),
                TableCell::Int(i64::from(cause.event.0)),
                TableCell::text(cause.link.keyword()),
                TableCell::optional(fact),
            ])?;
        }
        for &(name, value) in &event.values {
            self.values.write_row(&[id(), TableCell::text(symbols.value_name(name)), TableCell::real(value)])?;
        }
        Ok(())
    }
}
