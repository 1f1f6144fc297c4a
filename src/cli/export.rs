//! `longhand export`: writes a run in the formats of other tools.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use super::args::{ExportArgs, ExportFormat, ExportGraph, LifeArgs};
use super::ask::{self, AskError, Asked};
use super::beats::is_story;
use super::exit::{Exit, Failure};
use super::life::{self, Life};
use super::music;
use super::source::{live, lived_already, of_a_story};
use super::when::Point;
use longhand_analysis::export::{
    Causes, CausesOf, ExportError, Graph, Of, Relations, SheetFormat, Sheets, Source, write_dot, write_gexf, write_graphml,
    write_jsonl, write_tables,
};
use longhand_chronicle::{Chronicle, History, Legend, StoryEvents};
use longhand_expr::ids::{EventId, Instant};

/// Depth of a graph of causes, and distance in a graph of relations, if --depth is not given.
const CAUSES_DEEP: usize = 3;
const FRIENDS_DEEP: usize = 1;

pub(crate) fn export(args: &ExportArgs) -> Result<Exit, Failure> {
    if args.format == ExportFormat::Midi {
        return music::export(args);
    }
    let asked = Asking::of(args)?;
    let life = life_of(args)?;
    if is_story(&args.file)? {
        of_a_story(&life)?;
        return asked.of_story(&args.file);
    }
    let life = Life::of(&args.file, &life)?;
    let run = live(&life);
    let legend = Legend::of(&life.scenario);
    asked.write(&legend, run.chronicle(), run.simulation().now())?;
    match run.simulation().limit_exceeded() {
        None => Ok(Exit::Done),
        Some(overrun) => Err(Failure::Input(overrun.to_string())),
    }
}

/// The seed and settings of a scene's run. A story has its own.
pub(super) fn life_of(args: &ExportArgs) -> Result<LifeArgs, Failure> {
    let ExportArgs { seed, set, until, threads, .. } = args;
    if seed.is_some() && is_story(&args.file)? {
        return Err(lived_already());
    }
    Ok(LifeArgs { seed: seed.unwrap_or(LifeArgs::default().seed), set: set.clone(), until: *until, threads: *threads })
}

/// A checked export request.
struct Asking<'a> {
    args: &'a ExportArgs,
    /// The format and the folder, if tables are exported.
    sheets: Option<(SheetFormat, PathBuf)>,
}

impl<'a> Asking<'a> {
    fn of(args: &'a ExportArgs) -> Result<Self, Failure> {
        let sheets = match args.format {
            ExportFormat::Csv => Some(SheetFormat::Csv),
            ExportFormat::Parquet => Some(SheetFormat::Parquet),
            _ => None,
        };
        let is_graph = matches!(args.format, ExportFormat::Graphml | ExportFormat::Gexf | ExportFormat::Dot);
        if !is_graph && (args.graph.is_some() || args.at.is_some() || args.around.is_some() || args.cast) {
            return Err(Failure::Usage("--graph, --at, --around and --cast are for graphs: graphml, gexf or dot".into()));
        }
        if args.depth.is_some() && args.around.is_none() {
            return Err(Failure::Usage("--depth needs --around: name an agent, an event or a beat".into()));
        }
        let folder = args.out.clone().filter(|path| path != Path::new("-"));
        let sheets = match (sheets, folder) {
            (Some(_), None) => return Err(Failure::Usage("tables are several files: name a folder (--out DIR)".into())),
            (Some(_), Some(folder)) if folder.is_file() => {
                return Err(Failure::Usage(format!(
                    "tables are several files, but {} is a file: name a folder",
                    folder.display()
                )));
            }
            (Some(format), Some(folder)) => Some((format, folder)),
            (None, _) => None,
        };
        Ok(Self { args, sheets })
    }

    fn of_story(&self, path: &Path) -> Result<Exit, Failure> {
        // Graphs of relations need the history of every fact and so the whole run in memory; the other formats are streamed.
        if matches!(self.args.format, ExportFormat::Jsonl) || self.sheets.is_some() {
            let story = StoryEvents::open(path).map_err(AskError::from)?;
            self.write_events(Source::Recorded(Box::new(story)))?;
        } else {
            let story = ask::story(path, None).map_err(AskError::from)?;
            self.write(&story.head.legend, &story.chronicle, ask::end(&story))?;
        }
        Ok(Exit::Done)
    }

    fn write(&self, legend: &Legend, chronicle: &Chronicle, end: Instant) -> Result<(), Failure> {
        let write: fn(&Graph, &mut dyn Write) -> std::io::Result<()> = match self.args.format {
            ExportFormat::Graphml => |graph, out| write_graphml(graph, out),
            ExportFormat::Gexf => |graph, out| write_gexf(graph, out),
            ExportFormat::Dot => |graph, out| write_dot(graph, out),
            ExportFormat::Jsonl | ExportFormat::Csv | ExportFormat::Parquet | ExportFormat::Midi => {
                return self.write_events(Source::Lived(legend, chronicle));
            }
        };
        let graph = match self.args.graph.unwrap_or(ExportGraph::Relations) {
            ExportGraph::Relations => self.relations(legend, chronicle, end)?,
            ExportGraph::Causes => self.causes(legend, chronicle, end)?,
        };
        self.to_file(|out| Ok(write(&graph, out)?))
    }

    fn write_events(&self, mut source: Source<'_>) -> Result<(), Failure> {
        match &self.sheets {
            None => self.to_file(|mut out| write_jsonl(&mut source, &mut out)),
            Some((format, folder)) => {
                let sheets = Sheets::begin(folder, *format, source.whole().legend.calendar())?;
                Ok(write_tables(&mut source, &sheets)?)
            }
        }
    }

    /// Calls `write` with the output file, or with standard output.
    fn to_file(&self, write: impl FnOnce(&mut dyn Write) -> Result<(), ExportError>) -> Result<(), Failure> {
        match self.args.out.as_deref().filter(|path| *path != Path::new("-")) {
            None => Ok(write(&mut std::io::stdout().lock())?),
            Some(path) => {
                let file = File::create(path).map_err(|error| Failure::file("write", path, &error))?;
                write(&mut BufWriter::new(file)).map_err(|error| match error {
                    ExportError::Io(error) => Failure::file("write", path, &error),
                    other => other.into(),
                })
            }
        }
    }

    fn relations(&self, legend: &Legend, chronicle: &Chronicle, end: Instant) -> Result<Graph, Failure> {
        let of = match &self.args.around {
            Some(who) => {
                let directory = &chronicle.directory;
                let person = directory.find(who).ok_or_else(|| ask::no_such(who, directory))?;
                Of::Around(person.id, self.args.depth.unwrap_or(FRIENDS_DEEP))
            }
            // A drawing of a whole population is unreadable.
            None if self.args.cast || self.args.format == ExportFormat::Dot => Of::Cast,
            None => Of::Everybody,
        };
        let history = History::of(chronicle, legend);
        let relations = Relations { legend, chronicle, history: &history, of };
        match (self.instant(legend, chronicle)?, self.args.format) {
            (None, ExportFormat::Gexf) => Ok(relations.throughout(end)),
            (at, _) => Ok(relations.at(at.unwrap_or(end))),
        }
    }

    fn causes(&self, legend: &Legend, chronicle: &Chronicle, end: Instant) -> Result<Graph, Failure> {
        if self.args.cast {
            return Err(Failure::Usage("--cast is for the graph of relations".into()));
        }
        let causes = Causes { legend, chronicle };
        let of = match &self.args.around {
            Some(what) => match ask::event_in(legend, chronicle, what)? {
                Asked::Event(event) => CausesOf::Behind(event, self.args.depth.unwrap_or(CAUSES_DEEP)),
                Asked::NotYet(beat) => return Err(Failure::Input(format!("the beat `{beat}` does not come in this run"))),
            },
            None if self.args.format == ExportFormat::Dot && self.args.at.is_none() => {
                let last = chronicle.beats.last().map(|beat| beat.event);
                let last = last.or_else(|| chronicle.len().checked_sub(1).map(EventId::at));
                last.map_or(CausesOf::Until(end), |event| CausesOf::Behind(event, CAUSES_DEEP))
            }
            None => CausesOf::Until(self.instant(legend, chronicle)?.unwrap_or(end)),
        };
        Ok(causes.graph(of))
    }

    /// The instant given with --at.
    fn instant(&self, legend: &Legend, chronicle: &Chronicle) -> Result<Option<Instant>, Failure> {
        match self.args.at {
            None => Ok(None),
            Some(Point::When(when)) => life::instant(when, &legend.calendar()).map(Some),
            Some(Point::Event(event)) => match chronicle.event(event) {
                Some(event) => Ok(Some(event.at)),
                None => Err(AskError::NoSuchEvent { asked: event.0.to_string(), events: chronicle.len() }.into()),
            },
        }
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        match error {
            ExportError::Story(error) => AskError::from(error).into(),
            ExportError::Io(error) => error.into(),
            ExportError::File { path, source } => Self::file("write", &path, &source),
            error @ ExportError::Parquet { .. } => Self::Input(error.to_string()),
        }
    }
}
