//! Hosts an open scene or story for the window and the terminal view. It simulates on its own thread, and restarts when the
//! scene's files or parameters change or when an intervention is made. Besides the scene's own patterns it searches for the
//! themes of the pattern library.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::args::SimulationArgs;
use super::exit::CliError;
use super::export::export_loaded_run;
use super::input::{is_story, reject_simulation_args};
use super::new::create_scene;
use super::output::{self, OutputFormat, Shown};
use super::recent_files;
use super::run_config::{self, RunConfig};
use super::run_source::LoadedRun;
use super::terminal;
use longhand_analysis::NarratedRun;
use longhand_analysis::what_if::Fork;
use longhand_chronicle::{Story, WholeFile};
use longhand_narrative::TROPES;
use longhand_scene::{Diagnostics, LoadedScene, Scenario, add_interventions};
use longhand_session::{
    BranchWriteJob, LibraryEntry, OutputJob, OutputRequest, RunBranch, RunInfo, RunSetup, SaveBranchRequest, Session, SimMessage,
    SimReceiver, SimulationHost, ask_over_channel, run_to_end, sim_channel,
};

/// Interval between checks of the scene's files.
const CHECK_INTERVAL: Duration = Duration::from_millis(400);

/// An open scene or story that can be restarted.
pub(super) struct SceneHost {
    /// The file of the scene or of the story.
    path: PathBuf,
    /// The head of the story, which contains its scene; none for a scene.
    story: Option<Box<longhand_chronicle::StoryHeader>>,
    args: SimulationArgs,
    /// The scene's files in the order of the scenario's sources, each with its time of last change. Empty for a story.
    files: Vec<(PathBuf, Option<SystemTime>)>,
    last_check: Instant,
    /// Whether the files that are opened are listed as such in later sessions.
    lists_opened_files: bool,
}

/// A session that has just started.
pub(super) struct OpenedSession {
    pub host: SceneHost,
    pub session: Session,
    pub receiver: SimReceiver,
}

impl SceneHost {
    /// Opens a scene or a story and starts its run. A story is simulated again from the scene and the seed that it contains.
    /// With `with_kept`, the settings saved beside the scene apply where the command line does not set the same parameter.
    pub fn open(path: &Path, args: &SimulationArgs, with_kept: bool) -> Result<OpenedSession, CliError> {
        let mut host = Self {
            path: path.into(),
            story: None,
            args: args.clone(),
            files: Vec::new(),
            last_check: Instant::now(),
            lists_opened_files: false,
        };
        let mut setup = RunSetup::default();
        let mut branches = None;
        if is_story(path)? {
            reject_simulation_args(args)?;
            let story = super::query::open_story(path, None)?;
            branches = Some(session_branches(&Story::branches(path)?));
            host.story = Some(Box::new(story.header));
        } else if with_kept {
            setup.param_overrides =
                saved_settings(path).into_iter().filter(|(name, _)| args.set.iter().all(|(typed, _)| typed != name)).collect();
        }
        let loaded = match host.load(&setup) {
            Err(_) if !setup.param_overrides.is_empty() => {
                terminal::print_note("the settings saved beside the scene no longer fit it and are ignored");
                setup.param_overrides.clear();
                host.load(&setup)
            }
            loaded => loaded,
        };
        let LoadedScene { scenario, warnings, .. } = loaded?;
        run_config::print_warnings(&warnings);
        // Reports an invalid --until now. After a reload of the scene it only means that the run ends with the scene.
        args.until.as_ref().map(|when| run_config::resolve_instant(when, &scenario.calendar)).transpose()?;
        host.track_files(&scenario);
        let config = host.run_config(scenario, &setup);
        let session = Session::new(run_info(&config)).with_param_overrides(setup.param_overrides.into_iter().collect());
        let session = match branches {
            Some(branches) => session.with_branches(branches),
            None => session,
        };
        let receiver = start_run(&config, false);
        Ok(OpenedSession { host, session, receiver })
    }

    /// Lists what is open, and what will be opened, as opened lately, in this session and later ones.
    pub fn list_opened_files(&mut self) {
        self.lists_opened_files = true;
        recent_files::add(&self.path);
    }

    /// The parameters of a branch that are set otherwise than in the scene.
    fn params_set(&self, setup: &RunSetup) -> Vec<(String, String)> {
        let base = self.story.as_ref().map_or(&self.args.set, |story| &story.param_overrides);
        let mut set: Vec<_> = base.iter().filter(|(name, _)| !setup.param_overrides.contains_key(name)).cloned().collect();
        set.extend(setup.param_overrides.clone());
        set
    }

    /// Loads the current scene with the settings and interventions of a branch.
    fn load(&self, setup: &RunSetup) -> Result<LoadedScene, Diagnostics> {
        let set = self.params_set(setup);
        let mut loaded = match &self.story {
            None => longhand_narrative::load_with(&self.path, &[TROPES], &set)?,
            Some(header) => {
                let files: Vec<(&str, &str)> = header.sources.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
                longhand_scene::load_text_with_parts(&header.scene, &files, &[TROPES], &set)?
            }
        };
        add_interventions(&mut loaded.scenario, self.story.as_ref().map_or(&[], |story| &story.interventions))?;
        add_interventions(&mut loaded.scenario, &setup.interventions)?;
        Ok(loaded)
    }

    fn run_config(&self, scenario: Scenario, setup: &RunSetup) -> RunConfig {
        // If the scene now starts after the requested end, it runs to its own end.
        let until = self.args.until.as_ref().and_then(|when| run_config::resolve_instant(when, &scenario.calendar).ok());
        let until = until.or(self.story.as_ref().and_then(|story| story.until));
        let seed = self.story.as_ref().map_or(self.args.seed, |story| story.seed);
        RunConfig::new(scenario, setup.seed.unwrap_or(seed), until, self.args.threads)
    }

    fn track_files(&mut self, scenario: &Scenario) {
        if self.story.is_some() {
            return;
        }
        let paths = scenario.sources.iter().map(|(name, _)| longhand_scene::source_path(&self.path, name));
        self.files = paths.map(|path| (path.clone(), modified_at(&path))).collect();
    }
}

fn run_info(config: &RunConfig) -> RunInfo {
    RunInfo { scenario: config.scenario.clone(), seed: config.seed, latest_end: config.end() }
}

/// Starts a run on its own thread. It stops when the receiver is dropped. With `asks_player`, it asks for the decisions of who is played.
fn start_run(config: &RunConfig, asks_player: bool) -> SimReceiver {
    let (sender, receiver) = sim_channel();
    let config = config.clone();
    std::thread::spawn(move || {
        let finished = std::panic::catch_unwind(|| {
            let mut run = config.start();
            if asks_player {
                ask_over_channel(&mut run, &sender);
            }
            run_to_end(NarratedRun::selected(run), &sender)
        });
        if finished.is_err() {
            // If the window is closed, the error has no recipient.
            _ = sender.send(SimMessage::Failed("internal error".into()));
        }
    });
    receiver
}

/// A job that writes a file, with errors as texts. If it is stopped, whenever that is, no file is left.
fn into_job(
    path: PathBuf,
    job: impl FnOnce(&Path, &mut dyn FnMut(f64) -> bool) -> Result<(), CliError> + Send + 'static,
) -> OutputJob {
    Box::new(move |progress| {
        let written = job(&path, progress).and_then(|()| if progress(1.0) { Ok(()) } else { output::remove(&path) });
        written.map_err(|error| error.to_string())
    })
}

/// The branches of a story. The main run is the parent of those without one.
fn session_branches(saved: &[longhand_chronicle::StoryBranch]) -> Vec<RunBranch> {
    let mut branches: Vec<RunBranch> = Vec::new();
    for branch in saved {
        let parent = branches.iter().position(|other| other.saved_as.is_some() && other.saved_as == branch.parent);
        let mut setup = parent.map_or_else(RunSetup::default, |parent| branches[parent].setup.clone());
        setup.param_overrides.extend(branch.param_overrides.iter().cloned());
        setup.interventions.extend(branch.interventions.iter().cloned());
        let mut session_branch = RunBranch::new(branch.name.clone(), Some(parent.map_or(0, |parent| parent + 1)), setup);
        session_branch.saved_as = Some(branch.name.clone());
        branches.push(session_branch);
    }
    branches
}

/// The file beside a scene for the settings made in the window.
fn settings_path(scene: &Path) -> PathBuf {
    let mut name = scene.as_os_str().to_owned();
    name.push(".tweaks");
    name.into()
}

/// The settings saved beside a scene, one `name=value` a line; empty if there are none.
pub(super) fn saved_settings(scene: &Path) -> Vec<(String, String)> {
    let lines = std::fs::read_to_string(settings_path(scene)).unwrap_or_default();
    let setting = |line: &str| line.split_once('=').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
    lines.lines().filter_map(setting).collect()
}

/// The most bytes of a scene that are read for its title.
const MAX_HEAD: u64 = 16_384;

/// A file that can be opened: a scene, by its head, or a story.
fn library_entry(path: PathBuf) -> Option<LibraryEntry> {
    let name = path.file_stem()?.to_string_lossy().into_owned();
    match path.extension()?.to_str()? {
        "story" => Some(LibraryEntry { path, title: name, about: String::new(), is_story: true, is_recent: false }),
        "ron" => {
            let mut head = Vec::new();
            std::fs::File::open(&path).ok()?.take(MAX_HEAD).read_to_end(&mut head).ok()?;
            let head = String::from_utf8_lossy(&head);
            // A file without dates is a part of a scene.
            let is_scene = head.contains("Scene(") && head.contains("starts:");
            let title = text_field(&head, "title:").unwrap_or(name);
            let about = text_field(&head, "about:").unwrap_or_default();
            is_scene.then_some(LibraryEntry { path, title, about, is_story: false, is_recent: false })
        }
        _ => None,
    }
}

/// The first text of a field in a scene, without reading the scene.
fn text_field(text: &str, field: &str) -> Option<String> {
    let mut line_start = 0;
    let mut found = None;
    for line in text.split_inclusive('\n') {
        if let Some(at) = line.find(field).filter(|_| !line.trim_start().starts_with("//")) {
            found = text.get(line_start + at + field.len()..);
            break;
        }
        line_start += line.len();
    }
    let inside = found?.trim_start().strip_prefix('"')?;
    let end = inside.match_indices('"').map(|(at, _)| at).find(|&at| !inside[..at].ends_with('\\'))?;
    Some(inside[..end].replace("\\\"", "\"").split_whitespace().collect::<Vec<_>>().join(" "))
}

fn is_same_file(a: &Path, b: &Path) -> bool {
    a == b || a.canonicalize().ok().is_some_and(|a| b.canonicalize().is_ok_and(|b| a == b))
}

fn modified_at(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|metadata| metadata.modified()).ok()
}

impl SimulationHost for SceneHost {
    fn start_run(&mut self, setup: &RunSetup) -> Result<(RunInfo, SimReceiver), Diagnostics> {
        // Read the times first, so that a change during loading is noticed.
        for (path, modified) in &mut self.files {
            *modified = modified_at(path);
        }
        let scenario = self.load(setup)?.scenario;
        self.track_files(&scenario);
        let config = self.run_config(scenario, setup);
        Ok((run_info(&config), start_run(&config, setup.asks_player)))
    }

    fn has_changed(&mut self) -> bool {
        if self.last_check.elapsed() < CHECK_INTERVAL {
            return false;
        }
        self.last_check = Instant::now();
        self.files.iter().any(|(path, modified)| modified_at(path) != *modified)
    }

    fn watched_files(&self) -> Vec<PathBuf> {
        self.files.iter().map(|(path, _)| path.clone()).collect()
    }

    fn read_source(&mut self, name: &str) -> Option<String> {
        let path = longhand_scene::source_path(&self.path, name);
        self.files.iter().any(|(file, _)| *file == path).then(|| std::fs::read_to_string(path).ok()).flatten()
    }

    fn save_source(&mut self, name: &str, text: &str) -> io::Result<()> {
        if self.story.is_some() {
            return Err(io::Error::other("a story contains the scene it was recorded with; change the scene file instead"));
        }
        WholeFile::write(&longhand_scene::source_path(&self.path, name), text)
    }

    fn save_params(&mut self, set: &[(String, String)]) -> io::Result<()> {
        if self.story.is_some() {
            return Err(io::Error::other("settings can be saved beside a scene, not beside a story"));
        }
        let lines: String = set.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        WholeFile::write(&settings_path(&self.path), lines)
    }

    fn library(&mut self) -> Vec<LibraryEntry> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut entries: Vec<LibraryEntry> = Vec::new();
        if self.lists_opened_files {
            let recent = recent_files::list().into_iter().filter(|path| path.is_file()).filter_map(library_entry);
            entries.extend(recent.map(|entry| LibraryEntry { is_recent: true, ..entry }));
        }
        for folder in [folder, Path::new("scenes"), Path::new(".")] {
            let Ok(files) = std::fs::read_dir(folder) else { continue };
            let mut files: Vec<PathBuf> = files.filter_map(|file| Some(file.ok()?.path())).collect();
            files.sort();
            for entry in files.into_iter().filter_map(library_entry) {
                if entries.iter().all(|other| !is_same_file(&other.path, &entry.path)) {
                    entries.push(entry);
                }
            }
        }
        entries
    }

    fn open_file(&mut self, path: &Path) -> Result<(Session, SimReceiver), String> {
        let args = SimulationArgs { threads: self.args.threads, ..SimulationArgs::default() };
        let OpenedSession { mut host, session, receiver } = Self::open(path, &args, true).map_err(|error| error.to_string())?;
        if self.lists_opened_files {
            host.list_opened_files();
        }
        *self = host;
        Ok((session, receiver))
    }

    fn new_scene(&mut self, path: &Path) -> Result<(Session, SimReceiver), String> {
        let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        create_scene(path, &name).map_err(|error| error.to_string())?;
        self.open_file(path)
    }

    fn output_job(&mut self, request: OutputRequest<'_>) -> Result<OutputJob, String> {
        let path = request.path.to_owned();
        let format = OutputFormat::from_path(&path)?;
        let run = || LoadedRun {
            scenario: request.run.info().scenario.clone(),
            chronicle: request.run.chronicle().clone(),
            seed: request.run.info().seed,
            end: request.run.simulated_until(),
        };
        Ok(match format {
            OutputFormat::Recording if self.story.is_some() => {
                return Err("a story is a recording already; what differs from it is saved in it as a branch (Branches)".into());
            }
            OutputFormat::Recording => {
                let setup = RunSetup { interventions: Vec::new(), ..request.setup.clone() };
                let set = self.params_set(&setup);
                let loaded = longhand_narrative::load_with(&self.path, &[], &set).map_err(|problems| problems.to_string())?;
                let config = self.run_config(loaded.scenario, &setup);
                let (branch, interventions) = (request.branch.to_owned(), request.setup.interventions.clone());
                into_job(path, move |path, progress| output::record(path, &config, &set, &branch, &interventions, progress))
            }
            OutputFormat::Book(format) => {
                let (run, options) = (run(), request.book);
                into_job(path, move |path, _| output::write_book(path, format, &run, &options))
            }
            OutputFormat::Export(format) => {
                let run = run();
                into_job(path, move |path, _| export_loaded_run(&run, format, path))
            }
            OutputFormat::Film | OutputFormat::Picture => {
                let config =
                    self.run_config(self.load(request.setup).map_err(|problems| problems.to_string())?.scenario, request.setup);
                let shown = if format == OutputFormat::Film {
                    Shown::Span(request.span.0, request.span.1)
                } else {
                    Shown::Instant(request.at)
                };
                into_job(path, move |path, progress| {
                    let (session, receiver) = (Session::new(run_info(&config)), start_run(&config, false));
                    output::draw(path, (session, receiver), shown, progress)
                })
            }
        })
    }

    fn branch_write_job(&mut self, request: SaveBranchRequest<'_>) -> Option<BranchWriteJob> {
        self.story.as_ref()?;
        let (path, parent, name) = (self.path.clone(), request.parent.map(str::to_owned), request.name.to_owned());
        let (set, interventions) = (request.param_overrides.to_vec(), request.interventions.to_vec());
        Some(Box::new(move || {
            let story = super::query::open_story(&path, parent.as_deref()).map_err(|error| error.to_string())?;
            let mut fork = Fork::from_story(&story, &set, &interventions, 0).map_err(|error| error.to_string())?;
            while fork.step() {}
            fork.save_branch(&story, &name, &set, &interventions).map_err(|error| error.to_string())
        }))
    }
}
