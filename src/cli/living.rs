//! Hosts an open scene or story for the window and the terminal view. It simulates on its own thread, and restarts when the
//! scene's files or parameters change or when an intervention is made. Besides the scene's own patterns it searches for the
//! themes of the pattern library.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::args::LifeArgs;
use super::ask::AskError;
use super::beats::is_story;
use super::exit::Failure;
use super::life::{self, Life};
use super::source::of_a_story;
use super::terminal;
use longhand_analysis::NarratedRun;
use longhand_analysis::what_if::Fork;
use longhand_chronicle::Story;
use longhand_narrative::TROPES;
use longhand_scene::{Diagnostics, Loaded, Scenario, intervene};
use longhand_session::{Branch, Cover, Feed, Heard, Keeping, Living, Reader, Setup, Writing, feed, live};

/// Interval between checks of the scene's files.
const LOOK: Duration = Duration::from_millis(400);

/// An open scene or story that can be restarted.
pub(super) struct Alive {
    /// The file of the scene or of the story.
    path: PathBuf,
    /// The head of the story, which contains its scene; none for a scene.
    story: Option<Box<longhand_chronicle::Head>>,
    asked: LifeArgs,
    /// The scene's files in the order of the scenario's sources, each with its time of last change. Empty for a story.
    files: Vec<(PathBuf, Option<SystemTime>)>,
    looked: Instant,
}

/// A session that has just started.
pub(super) struct Begun {
    pub alive: Alive,
    pub reader: Reader,
    pub feed: Feed,
}

#[cfg(feature = "inspector")]
impl Begun {
    /// Waits for the end of the run and returns the session with the whole run.
    pub fn read_to_its_end(self) -> Reader {
        let Self { mut reader, mut feed, .. } = self;
        while !reader.record().is_over() {
            feed.news().for_each(|heard| reader.hear(heard));
            std::thread::sleep(Duration::from_millis(2));
        }
        reader
    }
}

impl Alive {
    /// Opens a scene or a story and starts its run. A story is simulated again from the scene and the seed that it contains.
    /// With `with_kept`, the settings saved beside the scene apply where the command line does not set the same parameter.
    pub fn open(path: &Path, asked: &LifeArgs, with_kept: bool) -> Result<Begun, Failure> {
        let mut alive = Self { path: path.into(), story: None, asked: asked.clone(), files: Vec::new(), looked: Instant::now() };
        let mut setup = Setup::default();
        let mut branches = None;
        if is_story(path)? {
            of_a_story(asked)?;
            let story = super::ask::story(path, None).map_err(AskError::from)?;
            branches = Some(of_story(&Story::branches(path).map_err(AskError::from)?));
            alive.story = Some(Box::new(story.head));
        } else if with_kept {
            setup.set =
                kept_settings(path).into_iter().filter(|(name, _)| asked.set.iter().all(|(typed, _)| typed != name)).collect();
        }
        let fancy = terminal::fancy();
        let loaded = match alive.load(&setup) {
            Err(_) if !setup.set.is_empty() => {
                terminal::say("the settings saved beside the scene no longer fit it and are ignored");
                setup.set.clear();
                alive.load(&setup)
            }
            loaded => loaded,
        };
        let Loaded { scenario, warnings, .. } = loaded.map_err(|problems| Failure::Said(problems.render(fancy)))?;
        if !warnings.is_empty() {
            terminal::say(warnings.render(fancy).trim_end());
        }
        // Reports an invalid --until now. After a reload of the scene it only means that the run ends with the scene.
        asked.until.map(|when| life::instant(when, &scenario.calendar)).transpose()?;
        alive.note(&scenario);
        let life = alive.life(scenario, &setup);
        let reader = Reader::new(cover(&life)).with_settings(setup.set.into_iter().collect());
        let reader = match branches {
            Some(branches) => reader.with_branches(branches),
            None => reader,
        };
        let feed = begin(&life);
        Ok(Begun { alive, reader, feed })
    }

    /// Loads the current scene with the settings and interventions of a branch.
    fn load(&self, setup: &Setup) -> Result<Loaded, Diagnostics> {
        let base = self.story.as_ref().map_or(&self.asked.set, |story| &story.set);
        let mut set: Vec<_> = base.iter().filter(|(name, _)| !setup.set.contains_key(name)).cloned().collect();
        set.extend(setup.set.clone());
        let mut loaded = match &self.story {
            None => longhand_narrative::load_with(&self.path, &[TROPES], &set)?,
            Some(head) => {
                let files: Vec<(&str, &str)> = head.sources.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
                longhand_scene::load_text_with(&head.scene, &files, &[TROPES], &set)?
            }
        };
        intervene(&mut loaded.scenario, self.story.as_ref().map_or(&[], |story| &story.outside))?;
        intervene(&mut loaded.scenario, &setup.outside)?;
        Ok(loaded)
    }

    fn life(&self, scenario: Scenario, setup: &Setup) -> Life {
        // If the scene now starts after the requested end, it runs to its own end.
        let until = self.asked.until.and_then(|when| life::instant(when, &scenario.calendar).ok());
        let until = until.or(self.story.as_ref().and_then(|story| story.until));
        let seed = self.story.as_ref().map_or(self.asked.seed, |story| story.seed);
        Life::with(scenario, setup.seed.unwrap_or(seed), until, self.asked.threads)
    }

    fn note(&mut self, scenario: &Scenario) {
        if self.story.is_some() {
            return;
        }
        let paths = scenario.sources.iter().map(|(name, _)| longhand_scene::path_of(&self.path, name));
        self.files = paths.map(|path| (path.clone(), changed(&path))).collect();
    }
}

fn cover(life: &Life) -> Cover {
    Cover { scenario: life.scenario.clone(), seed: life.seed, ends: life.ends() }
}

/// Starts a run on its own thread. It stops when the receiver is dropped.
fn begin(life: &Life) -> Feed {
    let (teller, feed) = feed();
    let life = life.clone();
    std::thread::spawn(move || {
        let lived = std::panic::catch_unwind(|| live(NarratedRun::selected(life.begin()), &teller));
        if lived.is_err() {
            // If the window is closed, the error has no recipient.
            _ = teller.tell(Heard::Failed("internal error".into()));
        }
    });
    feed
}

/// The branches of a story. The main run is the parent of those without one.
fn of_story(kept: &[longhand_chronicle::Branch]) -> Vec<Branch> {
    let mut branches: Vec<Branch> = Vec::new();
    for branch in kept {
        let parent = branches.iter().position(|other| other.kept.is_some() && other.kept == branch.parent);
        let mut setup = parent.map_or_else(Setup::default, |parent| branches[parent].setup.clone());
        setup.set.extend(branch.set.iter().cloned());
        setup.outside.extend(branch.interventions.iter().cloned());
        let mut own = Branch::new(branch.name.clone(), Some(parent.map_or(0, |parent| parent + 1)), setup);
        own.kept = Some(branch.name.clone());
        branches.push(own);
    }
    branches
}

/// The file beside a scene for the settings made in the window.
fn tweaks(scene: &Path) -> PathBuf {
    let mut name = scene.as_os_str().to_owned();
    name.push(".tweaks");
    name.into()
}

/// The settings saved beside a scene, one `name=value` a line; empty if there are none.
pub(super) fn kept_settings(scene: &Path) -> Vec<(String, String)> {
    let lines = std::fs::read_to_string(tweaks(scene)).unwrap_or_default();
    let setting = |line: &str| line.split_once('=').map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
    lines.lines().filter_map(setting).collect()
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|of| of.modified()).ok()
}

impl Living for Alive {
    fn live(&mut self, setup: &Setup) -> Result<(Cover, Feed), Diagnostics> {
        // Read the times first, so that a change during loading is noticed.
        for (path, at) in &mut self.files {
            *at = changed(path);
        }
        let scenario = self.load(setup)?.scenario;
        self.note(&scenario);
        let life = self.life(scenario, setup);
        Ok((cover(&life), begin(&life)))
    }

    fn has_changed(&mut self) -> bool {
        if self.looked.elapsed() < LOOK {
            return false;
        }
        self.looked = Instant::now();
        self.files.iter().any(|(path, at)| changed(path) != *at)
    }

    fn save(&mut self, text: usize, words: &str) -> io::Result<()> {
        if self.story.is_some() {
            return Err(io::Error::other("a story contains the scene it was recorded with; change the scene file instead"));
        }
        let (path, _) = self.files.get(text).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        std::fs::write(path, words)
    }

    fn keep(&mut self, set: &[(String, String)]) -> io::Result<()> {
        if self.story.is_some() {
            return Err(io::Error::other("settings can be saved beside a scene, not beside a story"));
        }
        let lines: String = set.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        std::fs::write(tweaks(&self.path), lines)
    }

    fn keep_branch(&mut self, keeping: Keeping<'_>) -> Option<Writing> {
        self.story.as_ref()?;
        let (path, parent, name) = (self.path.clone(), keeping.parent.map(str::to_owned), keeping.name.to_owned());
        let (set, outside) = (keeping.set.to_vec(), keeping.outside.to_vec());
        Some(Box::new(move || {
            let story = super::ask::story(&path, parent.as_deref()).map_err(|error| error.to_string())?;
            let mut fork = Fork::of_story(&story, &set, &outside, 0).map_err(|error| error.to_string())?;
            while fork.step() {}
            fork.keep(&story, &name, &set, &outside).map_err(|error| error.to_string())
        }))
    }
}
