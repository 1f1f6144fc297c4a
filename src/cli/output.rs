//! Files that the window writes of a run: what the ending of a name says.

use std::path::Path;
use std::thread::available_parallelism;

use super::args::{BookFormat, ExportFormat};
use super::exit::CliError;
use super::recorder::Recorder;
use super::run_config::RunConfig;
use super::run_source::LoadedRun;
use super::simulate::simulate_session;
use super::tell::encode_book;
use longhand_analysis::NarratedRun;
use longhand_analysis::what_if::Fork;
use longhand_chronicle::{Story, WholeFile};
use longhand_expr::ids::Instant;
use longhand_film::{FilmOptions, check_film_path, write_film, write_still};
use longhand_narrative::book::BookOptions;
use longhand_scene::Intervention;
use longhand_session::{OUTPUT_KINDS, Session, SimReceiver};

/// Width and height of films and pictures, in pixels.
const SIZE: (u32, u32) = (960, 540);
/// Frames of a film a second.
const FPS: u32 = 12;
/// The share of the work that is the simulation of the run, before a film is drawn.
const SIMULATED_SHARE: f64 = 0.3;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OutputFormat {
    Recording,
    Book(BookFormat),
    Export(ExportFormat),
    Film,
    Picture,
}

impl OutputFormat {
    /// The format that the ending of a new file says.
    pub fn from_path(path: &Path) -> Result<Self, String> {
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        let format = match &*ending {
            "story" => Self::Recording,
            "md" => Self::Book(BookFormat::Md),
            "html" => Self::Book(BookFormat::Html),
            "epub" => Self::Book(BookFormat::Epub),
            "gif" | "webm" => Self::Film,
            "png" => Self::Picture,
            "sqlite" => Self::Export(ExportFormat::Sqlite),
            "jsonl" => Self::Export(ExportFormat::Jsonl),
            "graphml" => Self::Export(ExportFormat::Graphml),
            "gexf" => Self::Export(ExportFormat::Gexf),
            "dot" => Self::Export(ExportFormat::Dot),
            _ => {
                let endings = OUTPUT_KINDS.map(|(ending, _)| format!(".{ending}")).join(", ");
                return Err(format!("the name of {} says no format: it ends in one of {endings}", path.display()));
            }
        };
        if path.exists() {
            return Err(format!("{} already exists", path.display()));
        }
        if format == Self::Film {
            check_film_path(path).map_err(|error| error.to_string())?;
        }
        Ok(format)
    }
}

/// What of a run a film or a picture shows.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shown {
    Span(Instant, Instant),
    Instant(Instant),
}

/// Records a run, and what interventions make of it as a branch, until it is done or `progress` says to stop.
pub(super) fn record(
    path: &Path,
    config: &RunConfig,
    set: &[(String, String)],
    branch: &str,
    interventions: &[Intervention],
    progress: &mut dyn FnMut(f64) -> bool,
) -> Result<(), CliError> {
    let runs = if interventions.is_empty() { 1.0 } else { 2.0 };
    let share = |now: Instant| now.seconds() / config.end().seconds().max(1.0) / runs;
    let mut recorder = Recorder::create(path, config, set)?;
    let (mut narrated, mut lines) = (NarratedRun::selected(config.start()), Vec::new());
    while narrated.step(&mut lines) {
        lines.clear();
        recorder.record(&narrated)?;
        if !progress(share(narrated.run().progress().now)) {
            return Ok(());
        }
    }
    recorder.finish(narrated.run())?;
    if !interventions.is_empty() {
        let story = Story::open(path)?;
        let mut fork = Fork::from_story(&story, &[], interventions, 0)?;
        while fork.step() {
            if !progress(0.5 + share(fork.run().progress().now)) {
                return Ok(());
            }
        }
        fork.save_branch(&story, branch, &[], interventions)?;
    }
    Ok(())
}

/// Writes a run as a book.
pub(super) fn write_book(path: &Path, format: BookFormat, run: &LoadedRun, options: &BookOptions) -> Result<(), CliError> {
    let book = longhand_narrative::book::write_book(&run.scenario, &run.chronicle, run.seed, options);
    if book.chapters.is_empty() {
        return Err(CliError::Input("nothing to narrate: the run has no important events yet".into()));
    }
    let bytes = encode_book(&book, format, run, &format!("{options:?}"))?;
    WholeFile::write(path, bytes).map_err(|error| CliError::for_file("write", path, &error))
}

/// Draws a film or a picture of a run that has just begun, until it is done or `progress` says to stop.
pub(super) fn draw(
    path: &Path,
    (session, receiver): (Session, SimReceiver),
    shown: Shown,
    progress: &mut dyn FnMut(f64) -> bool,
) -> Result<(), CliError> {
    let mut goes_on = true;
    let mut session = simulate_session(session, receiver, |run| {
        let share = run.simulated_until().seconds() / run.timeline_end().seconds().max(1.0);
        goes_on = progress(SIMULATED_SHARE * share);
        goes_on
    });
    if !goes_on {
        return Ok(());
    }
    match shown {
        Shown::Instant(at) => write_still(&mut session, at, false, SIZE, path)?,
        Shown::Span(from, to) => {
            let options = FilmOptions { from, to: to.min(session.run().simulated_until()), size: SIZE, fps: FPS, tempo: 1.0 };
            let threads = available_parallelism().map_or(1, usize::from).saturating_sub(1).max(1);
            let drawn = write_film(&mut session, options, path, threads, |done, total| {
                goes_on = progress(SIMULATED_SHARE + (1.0 - SIMULATED_SHARE) * done as f64 / total.max(1) as f64);
                goes_on
            });
            if goes_on {
                drawn?;
            }
        }
    }
    Ok(())
}

/// Removes a file that is no longer wanted, if it is there.
pub(super) fn remove(path: &Path) -> Result<(), CliError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(CliError::for_file("remove", path, &error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_file_that_the_window_offers_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        for (ending, _) in OUTPUT_KINDS {
            let found = OutputFormat::from_path(&folder.path().join(format!("run.{ending}")));
            assert!(found.is_ok() || ending == "webm", "{ending}: {found:?}");
        }
        assert!(OutputFormat::from_path(&folder.path().join("run")).is_err());
        let file = folder.path().join("run.md");
        std::fs::write(&file, "written").unwrap();
        assert!(OutputFormat::from_path(&file).unwrap_err().contains("already exists"));
    }
}
