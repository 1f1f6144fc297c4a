//! A scene or a story that is watched: lived on a thread of its own, lived anew when its files or params change or something is done to it. The
//! shelf of themes is looked for in it beside its own patterns.

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
use crate::chronicle::{self, Story};
use crate::lab::NarratedRun;
use crate::lab::what_if::Fork;
use crate::reader::{Branch, Cover, Feed, Heard, Keeping, Living, Reader, Setup, Writing, feed, live};
use crate::scenario::{self, Diagnostics, Loaded, Scenario, intervene};
use crate::story::{self, TROPES};

/// How often the scene's files are looked at.
const LOOK: Duration = Duration::from_millis(400);

/// What is watched, and can be lived anew.
pub(super) struct Alive {
    /// The scene's file, or the story's.
    path: PathBuf,
    /// The story, when it is one: its scene is in it.
    story: Option<Box<chronicle::Head>>,
    asked: LifeArgs,
    /// The texts of a scene on disk, in the order of the scenario's sources, and when each was last changed.
    files: Vec<(PathBuf, Option<SystemTime>)>,
    looked: Instant,
}

/// A life that begins to be watched.
pub(super) struct Begun {
    pub alive: Alive,
    pub reader: Reader,
    pub feed: Feed,
}

#[cfg(feature = "inspector")]
impl Begun {
    /// Waits until it is over, and gives who has read all of it.
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
    /// Opens a scene or a story, and begins to live it: a story is lived again by the scene and the seed that it holds. With the params that
    /// were kept the last time, where that is asked for; what was typed now counts more than they do.
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
                terminal::say("the settings kept beside the scene do not fit it any more, and are left out");
                setup.set.clear();
                alive.load(&setup)
            }
            loaded => loaded,
        };
        let Loaded { scenario, warnings, .. } = loaded.map_err(|problems| Failure::Said(problems.render(fancy)))?;
        if !warnings.is_empty() {
            terminal::say(warnings.render(fancy).trim_end());
        }
        // What is no date of the scene's is said now; later it only means that the scene ends.
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

    /// Reads the scene as it is now, with what it is to be lived with.
    fn load(&self, setup: &Setup) -> Result<Loaded, Diagnostics> {
        let base = self.story.as_ref().map_or(&self.asked.set, |story| &story.set);
        let mut set: Vec<_> = base.iter().filter(|(name, _)| !setup.set.contains_key(name)).cloned().collect();
        set.extend(setup.set.clone());
        let mut loaded = match &self.story {
            None => story::load_with(&self.path, &[TROPES], &set)?,
            Some(head) => {
                let files: Vec<(&str, &str)> = head.sources.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
                scenario::load_text_with(&head.scene, &files, &[TROPES], &set)?
            }
        };
        intervene(&mut loaded.scenario, self.story.as_ref().map_or(&[], |story| &story.outside))?;
        intervene(&mut loaded.scenario, &setup.outside)?;
        Ok(loaded)
    }

    fn life(&self, scenario: Scenario, setup: &Setup) -> Life {
        // A scene that begins later now than it is to end is lived to its own end.
        let until = self.asked.until.and_then(|when| life::instant(when, &scenario.calendar).ok());
        let until = until.or(self.story.as_ref().and_then(|story| story.until));
        let seed = self.story.as_ref().map_or(self.asked.seed, |story| story.seed);
        Life::with(scenario, setup.seed.unwrap_or(seed), until, self.asked.threads)
    }

    fn note(&mut self, scenario: &Scenario) {
        if self.story.is_some() {
            return;
        }
        let paths = scenario.sources.iter().map(|(name, _)| scenario::path_of(&self.path, name));
        self.files = paths.map(|path| (path.clone(), changed(&path))).collect();
    }
}

fn cover(life: &Life) -> Cover {
    Cover { scenario: life.scenario.clone(), seed: life.seed, ends: life.ends() }
}

/// Begins to live on a thread of its own, which stops when nobody listens any more.
fn begin(life: &Life) -> Feed {
    let (teller, feed) = feed();
    let life = life.clone();
    std::thread::spawn(move || {
        let lived = std::panic::catch_unwind(|| live(NarratedRun::selected(life.begin()), &teller));
        if lived.is_err() {
            // Who has closed the window does not want to know.
            _ = teller.tell(Heard::Failed("a fault of longhand".into()));
        }
    });
    feed
}

/// The branches of a story, to be entered: the story's own life is the first of them all.
fn of_story(kept: &[chronicle::Branch]) -> Vec<Branch> {
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

/// Where the params of a scene are kept that were set in the window.
fn tweaks(scene: &Path) -> PathBuf {
    let mut name = scene.as_os_str().to_owned();
    name.push(".tweaks");
    name.into()
}

/// The params of a scene that were kept, `name=value` a line; none where nothing was.
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
        // Read before, or a change while it is read would go unseen.
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
            return Err(io::Error::other("a story keeps the scene it was lived by; change the scene's own file"));
        }
        let (path, _) = self.files.get(text).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        std::fs::write(path, words)
    }

    fn keep(&mut self, set: &[(String, String)]) -> io::Result<()> {
        if self.story.is_some() {
            return Err(io::Error::other("settings are kept beside a scene, not beside a story"));
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
