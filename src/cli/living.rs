//! A scene that is watched: lived on a thread of its own, lived anew when its files or params change.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use super::args::LifeArgs;
use super::life::{self, Life};
use super::terminal;
use crate::lab::ToldRun;
use crate::reader::{Cover, Feed, Heard, Living, feed, live};
use crate::scenario::{self, Diagnostics, Scenario};

/// How often the scene's files are looked at.
const LOOK: Duration = Duration::from_millis(400);

/// A scene on disk that is watched.
pub(super) struct Alive {
    scene: PathBuf,
    asked: LifeArgs,
    /// Its texts, in the order of the scenario's sources, and when each was last changed.
    files: Vec<(PathBuf, Option<SystemTime>)>,
    looked: Instant,
}

impl Alive {
    pub fn new(scene: &Path, asked: &LifeArgs, life: &Life) -> Self {
        let mut alive = Self { scene: scene.into(), asked: asked.clone(), files: Vec::new(), looked: Instant::now() };
        alive.note(&life.scenario);
        alive
    }

    /// Begins to live on a thread of its own, which stops when nobody listens any more.
    pub fn begin(&mut self, life: &Life) -> Feed {
        let (teller, feed) = feed();
        let life = life.clone();
        std::thread::spawn(move || {
            let lived = std::panic::catch_unwind(|| live(ToldRun::news(life.begin()), &teller));
            if lived.is_err() {
                // Who has closed the window does not want to know.
                _ = teller.tell(Heard::Failed("a fault of longhand".into()));
            }
        });
        feed
    }

    fn note(&mut self, scenario: &Scenario) {
        let paths = scenario.sources.iter().map(|(name, _)| scenario::path_of(&self.scene, name));
        self.files = paths.map(|path| (path.clone(), changed(&path))).collect();
    }
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

/// The life with the params that were kept the last time, and those params; what was typed now counts more than they do.
pub(super) fn tweaked(scene: &Path, asked: &LifeArgs) -> (Option<Life>, Vec<(String, String)>) {
    let mut kept = kept_settings(scene);
    kept.retain(|(name, _)| asked.set.iter().all(|(typed, _)| typed != name));
    if kept.is_empty() {
        return (None, kept);
    }
    let set = asked.set.iter().chain(&kept).cloned().collect();
    match Life::of(scene, &LifeArgs { set, ..asked.clone() }) {
        Ok(tweaked) => (Some(tweaked), kept),
        Err(_) => {
            terminal::say("the settings kept beside the scene do not fit it any more, and are left out");
            (None, Vec::new())
        }
    }
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|of| of.modified()).ok()
}

impl Living for Alive {
    fn live(&mut self, set: &[(String, String)]) -> Result<(Cover, Feed), Diagnostics> {
        let mut all = self.asked.set.clone();
        all.retain(|(name, _)| set.iter().all(|(other, _)| other != name));
        all.extend(set.iter().cloned());
        // Read before, or a change while it is read would go unseen.
        for (path, at) in &mut self.files {
            *at = changed(path);
        }
        let scenario = scenario::load(&self.scene, &all)?.scenario;
        self.note(&scenario);
        // A scene that begins later now than it is to end is lived to its own end.
        let until = self.asked.until.and_then(|when| life::instant(when, &scenario.calendar).ok());
        let life = Life::with(scenario, self.asked.seed, until, self.asked.threads);
        let cover = Cover { scenario: life.scenario.clone(), seed: life.seed, ends: life.ends() };
        Ok((cover, self.begin(&life)))
    }

    fn has_changed(&mut self) -> bool {
        if self.looked.elapsed() < LOOK {
            return false;
        }
        self.looked = Instant::now();
        self.files.iter().any(|(path, at)| changed(path) != *at)
    }

    fn save(&mut self, text: usize, words: &str) -> io::Result<()> {
        let (path, _) = self.files.get(text).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        std::fs::write(path, words)
    }

    fn keep(&mut self, set: &[(String, String)]) -> io::Result<()> {
        let lines: String = set.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
        std::fs::write(tweaks(&self.scene), lines)
    }
}
