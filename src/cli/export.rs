//! `longhand export`: writes a run in the formats of other tools.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::args::{ExportArgs, ExportFormat, ExportGraph, SimulationArgs};
use super::exit::{CliError, Exit};
use super::input::{is_story, reject_simulation_args, simulation_args_error};
use super::music;
use super::query::{self, EventTarget, QueryError};
use super::run_config::{self, RunConfig};
use super::run_source::LoadedRun;
use super::simulate::{check_limit, simulate};
use super::when::PointArg;
use longhand_analysis::export::{
    CauseGraphBuilder, CauseScope, EventSource, ExportError, ExportedRun, Graph, RelationGraphBuilder, RelationScope, RunContext,
    TableFolder, TableFormat, write_dot, write_gexf, write_graphml, write_jsonl, write_tables,
};
use longhand_chronicle::{Chronicle, History, StoryEventStream, SymbolTable, WholeFile};
use longhand_expr::ids::{EventId, Instant};
use longhand_scene::Scenario;

/// Depth of a graph of causes, and distance in a graph of relations, if --depth is not given.
const DEFAULT_CAUSE_DEPTH: usize = 3;
const DEFAULT_RELATION_DEPTH: usize = 1;

pub(crate) fn export(args: &ExportArgs) -> Result<Exit, CliError> {
    if args.format == ExportFormat::Midi {
        return music::export_music(args, &simulation_args(args)?);
    }
    let job = ExportJob::check(args)?;
    let simulation = simulation_args(args)?;
    if is_story(&args.file)? {
        reject_simulation_args(&simulation)?;
        return job.export_story(&args.file);
    }
    let config = RunConfig::from_scene_file(&args.file, &simulation)?;
    let run = simulate(&config);
    job.export_run(&config.scenario, run.chronicle(), config.seed, run.simulation().now())?;
    check_limit(&run)?;
    Ok(Exit::Done)
}

/// Writes a run into a file of its own, in a format that is one file.
pub(super) fn export_loaded_run(run: &LoadedRun, format: ExportFormat, out: &Path) -> Result<(), CliError> {
    let args = ExportArgs::for_file(format, out);
    ExportJob::check(&args)?.export_run(&run.scenario, &run.chronicle, run.seed, run.end)
}

fn is_graph(format: ExportFormat) -> bool {
    matches!(format, ExportFormat::Graphml | ExportFormat::Gexf | ExportFormat::Dot)
}

/// The seed and settings of a scene's run. A story has its own.
fn simulation_args(args: &ExportArgs) -> Result<SimulationArgs, CliError> {
    let ExportArgs { seed, set, until, threads, .. } = args;
    if seed.is_some() && is_story(&args.file)? {
        return Err(simulation_args_error());
    }
    Ok(SimulationArgs {
        seed: seed.unwrap_or(SimulationArgs::default().seed),
        set: set.clone(),
        until: until.clone(),
        threads: *threads,
    })
}

/// A checked export request.
struct ExportJob<'a> {
    args: &'a ExportArgs,
    /// The format and the folder, if tables are exported.
    tables: Option<(TableFormat, PathBuf)>,
}

impl<'a> ExportJob<'a> {
    fn check(args: &'a ExportArgs) -> Result<Self, CliError> {
        let table_format = match args.format {
            ExportFormat::Csv => Some(TableFormat::Csv),
            ExportFormat::Parquet => Some(TableFormat::Parquet),
            ExportFormat::Sqlite => Some(TableFormat::Sqlite),
            _ => None,
        };
        if !is_graph(args.format) && (args.graph.is_some() || args.at.is_some() || args.around.is_some() || args.cast) {
            return Err(CliError::Usage("--graph, --at, --around and --cast are for graphs: graphml, gexf or dot".into()));
        }
        if args.depth.is_some() && args.around.is_none() {
            return Err(CliError::Usage("--depth needs --around: name an agent, an event or a beat".into()));
        }
        let folder = args.out.clone().filter(|path| path != Path::new("-"));
        let tables = match (table_format, folder) {
            (Some(TableFormat::Sqlite), None) => return Err(CliError::Usage("name a file for the tables (--out FILE)".into())),
            (Some(_), None) => return Err(CliError::Usage("tables are several files: name a folder (--out DIR)".into())),
            (Some(TableFormat::Sqlite), Some(file)) => Some((TableFormat::Sqlite, file)),
            (Some(_), Some(folder)) if folder.is_file() => {
                return Err(CliError::Usage(format!(
                    "tables are several files, but {} is a file: name a folder",
                    folder.display()
                )));
            }
            (Some(format), Some(folder)) => Some((format, folder)),
            (None, _) => None,
        };
        Ok(Self { args, tables })
    }

    fn export_story(&self, path: &Path) -> Result<Exit, CliError> {
        // Graphs of relations need the history of every fact and so the whole run in memory; the other formats are streamed.
        if !self.is_graph() {
            let story = StoryEventStream::open(path)?;
            query::warn_if_stopped(path, story.stopped.as_deref());
            self.write_events(story.into())?;
        } else {
            let story = query::open_story(path, None)?;
            self.export_graph(&story.header.symbols, &story.chronicle, query::end_of_story(&story))?;
        }
        Ok(Exit::Done)
    }

    fn export_run(&self, scenario: &Scenario, chronicle: &Chronicle, seed: u64, end: Instant) -> Result<(), CliError> {
        let symbols = SymbolTable::from_scenario(scenario);
        if self.is_graph() {
            return self.export_graph(&symbols, chronicle, end);
        }
        let info = ExportedRun {
            scene: scenario.name.clone(),
            title: scenario.title.clone(),
            seed,
            ended: Some(end),
            hash: Some(chronicle.hash()),
        };
        self.write_events(EventSource::Simulated(RunContext { run: &info, symbols: &symbols, chronicle }))
    }

    fn is_graph(&self) -> bool {
        is_graph(self.args.format)
    }

    fn export_graph(&self, symbols: &SymbolTable, chronicle: &Chronicle, end: Instant) -> Result<(), CliError> {
        let write: fn(&Graph, &mut dyn Write) -> std::io::Result<()> = match self.args.format {
            ExportFormat::Graphml => |graph, out| write_graphml(graph, out),
            ExportFormat::Gexf => |graph, out| write_gexf(graph, out),
            _ => |graph, out| write_dot(graph, out),
        };
        let graph = match self.args.graph.unwrap_or(ExportGraph::Relations) {
            ExportGraph::Relations => self.relation_graph(symbols, chronicle, end)?,
            ExportGraph::Causes => self.cause_graph(symbols, chronicle, end)?,
        };
        self.write_output(|out| Ok(write(&graph, out)?))
    }

    fn write_events(&self, mut source: EventSource<'_>) -> Result<(), CliError> {
        match &self.tables {
            None => self.write_output(|mut out| write_jsonl(&mut source, &mut out)),
            Some((format, folder)) => {
                let tables = TableFolder::create(folder, *format, source.context().symbols.calendar.clone())?;
                Ok(write_tables(&mut source, tables)?)
            }
        }
    }

    /// Calls `write` with the output file, or with standard output.
    fn write_output(&self, write: impl FnOnce(&mut dyn Write) -> Result<(), ExportError>) -> Result<(), CliError> {
        match self.args.out.as_deref().filter(|path| *path != Path::new("-")) {
            None => Ok(write(&mut std::io::stdout().lock())?),
            Some(path) => {
                let write_file = || {
                    let mut file = WholeFile::create(path)?;
                    write(&mut file)?;
                    Ok(file.finish()?)
                };
                write_file().map_err(|error| match error {
                    ExportError::Io(error) => CliError::for_file("write", path, &error),
                    other => other.into(),
                })
            }
        }
    }

    fn relation_graph(&self, symbols: &SymbolTable, chronicle: &Chronicle, end: Instant) -> Result<Graph, CliError> {
        let scope = match &self.args.around {
            Some(who) => {
                let agent = query::find_agent(who, &chronicle.agents)?;
                RelationScope::Around(agent.id, self.args.depth.unwrap_or(DEFAULT_RELATION_DEPTH))
            }
            // A drawing of a whole population is unreadable.
            None if self.args.cast || self.args.format == ExportFormat::Dot => RelationScope::Cast,
            None => RelationScope::All,
        };
        let history = History::from_chronicle(chronicle, symbols);
        let relations = RelationGraphBuilder { symbols, chronicle, history: &history, scope };
        match (self.requested_instant(symbols, chronicle)?, self.args.format) {
            (None, ExportFormat::Gexf) => Ok(relations.build_dynamic(end)),
            (at, _) => Ok(relations.build_at(at.unwrap_or(end))),
        }
    }

    fn cause_graph(&self, symbols: &SymbolTable, chronicle: &Chronicle, end: Instant) -> Result<Graph, CliError> {
        if self.args.cast {
            return Err(CliError::Usage("--cast is for the graph of relations".into()));
        }
        let causes = CauseGraphBuilder { symbols, chronicle };
        let scope = match &self.args.around {
            Some(what) => match query::find_event_in(symbols, chronicle, what)? {
                EventTarget::Event(event) => CauseScope::CausesOf(event, self.args.depth.unwrap_or(DEFAULT_CAUSE_DEPTH)),
                EventTarget::UnmatchedBeat(beat) => {
                    return Err(CliError::Input(format!("the beat `{beat}` does not come in this run")));
                }
            },
            None if self.args.format == ExportFormat::Dot && self.args.at.is_none() => {
                let last = chronicle.beats.last().map(|beat| beat.event);
                let last = last.or_else(|| chronicle.len().checked_sub(1).map(EventId::from_index));
                last.map_or(CauseScope::Until(end), |event| CauseScope::CausesOf(event, DEFAULT_CAUSE_DEPTH))
            }
            None => CauseScope::Until(self.requested_instant(symbols, chronicle)?.unwrap_or(end)),
        };
        Ok(causes.build(scope))
    }

    /// The instant given with --at.
    fn requested_instant(&self, symbols: &SymbolTable, chronicle: &Chronicle) -> Result<Option<Instant>, CliError> {
        match &self.args.at {
            None => Ok(None),
            Some(PointArg::When(when)) => run_config::resolve_instant(when, &symbols.calendar).map(Some),
            Some(PointArg::Event(event)) => match chronicle.event(*event) {
                Some(event) => Ok(Some(event.at)),
                None => Err(QueryError::NoSuchEvent { asked: event.0.to_string(), events: chronicle.len() }.into()),
            },
        }
    }
}
