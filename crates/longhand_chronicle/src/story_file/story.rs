//! A recorded run, as it is read from a story file.

use super::super::{Chronicle, SymbolTable};
use super::branches::{self, StoryBranch};
use super::connection::open_to_read;
use super::keyframe::{Keyframe, KeyframePosition, read_keyframe};
use super::read::StoryReader;
use super::{LONGHAND_VERSION, RunEnd, StoryError, StoryHeader};
use longhand_expr::ids::{Fact, Instant};
use longhand_scene::{Scenario, add_interventions, load_text_with_parts};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A recorded run.
#[derive(Debug)]
pub struct Story {
    /// The file it was read from.
    pub path: PathBuf,
    /// The parameters of the run.
    pub header: StoryHeader,
    /// What happened.
    pub chronicle: Chronicle,
    /// The end of the run; `None` while it continues, or if it was interrupted.
    pub ended: Option<RunEnd>,
    /// The reason, if a limit stopped the run.
    pub stopped: Option<String>,
    /// The branch this is, preceded by its ancestors; empty for the main run.
    pub branch_path: Vec<StoryBranch>,
    /// The facts by their ids in the file.
    pub(super) facts: BTreeMap<u32, Fact>,
}

impl Story {
    /// Reads a story; of an unfinished or interrupted run, everything that is committed.
    ///
    /// # Errors
    /// If there is no such file, or it is not a story or is damaged.
    pub fn open(path: &Path) -> Result<Self, StoryError> {
        let mut connection = open_to_read(path)?;
        // One transaction gives a consistent view while a recorder writes.
        let transaction = connection.transaction().map_err(|error| StoryError::from_sqlite(path, error))?;
        read_story(&StoryReader { path, connection: &transaction, limit: None })
    }

    /// Reads a branch of a story, including the events it shares with its parent.
    ///
    /// # Errors
    /// As [`Story::open`], and if there is no such branch.
    pub fn open_branch(path: &Path, name: &str) -> Result<Self, StoryError> {
        let mut connection = open_to_read(path)?;
        let transaction = connection.transaction().map_err(|error| StoryError::from_sqlite(path, error))?;
        let sql = |error| StoryError::from_sqlite(path, error);
        let ancestry = branches::branch_path(path, &transaction, name)?;
        branches::create_branch_views(&transaction, &ancestry).map_err(sql)?;
        let reader = StoryReader { path, connection: &transaction, limit: None };
        let mut header = reader.read_header()?;
        branches::apply_branches(&mut header, &ancestry);
        let mut story = read_story_with(&reader, header)?;
        story.branch_path = ancestry.into_iter().map(|row| row.branch).collect();
        story.ended = story.branch().map(|branch| branch.ended);
        story.stopped = None;
        if story.ended.is_some_and(|ended| ended.hash != story.chronicle.hash()) {
            return Err(StoryError::damaged(path, format!("the hash of branch `{name}` does not match: its parent has changed")));
        }
        Ok(story)
    }

    /// The branches of a story, parents before their children.
    ///
    /// # Errors
    /// If there is no such file, or it is not a story or is damaged.
    pub fn branches(path: &Path) -> Result<Vec<StoryBranch>, StoryError> {
        let connection = open_to_read(path)?;
        Ok(branches::read_branches(path, &connection)?.into_iter().map(|stored| stored.branch).collect())
    }

    /// The branch this is; `None` for the main run.
    #[must_use]
    pub fn branch(&self) -> Option<&StoryBranch> {
        self.branch_path.last()
    }

    /// Reads a story as it was at the last keyframe at an instant or before, and returns that keyframe; as it was at the start of
    /// the run if there is none. `ended` is still the end of the whole run.
    ///
    /// # Errors
    /// As [`Story::open`], and if the keyframe is damaged or from another version of longhand.
    pub fn open_at(path: &Path, by: Instant) -> Result<(Self, Option<Keyframe>), StoryError> {
        let mut connection = open_to_read(path)?;
        let transaction = connection.transaction().map_err(|error| StoryError::from_sqlite(path, error))?;
        let mut reader = StoryReader { path, connection: &transaction, limit: None };
        let found = reader.read_header()?.version;
        if found != LONGHAND_VERSION {
            return Err(StoryError::OtherVersion { path: path.to_path_buf(), found });
        }
        let keyframe = read_keyframe(path, &transaction, by)?;
        reader.limit = Some(keyframe.as_ref().map_or(KeyframePosition::EMPTY, |keyframe| keyframe.position));
        let story = read_story(&reader)?;
        if keyframe.as_ref().is_some_and(|keyframe| keyframe.hash != story.chronicle.hash()) {
            return Err(StoryError::damaged(path, "the hash of the events does not match the keyframe"));
        }
        Ok((story, keyframe))
    }

    /// The scene of the run, loaded from the stored texts with the stored parameters.
    ///
    /// # Errors
    /// If this version cannot run the scene. The story can still be read.
    pub fn scenario(&self) -> Result<Scenario, StoryError> {
        self.scenario_with(&[])
    }

    /// As [`Story::scenario`], with additional parts, such as patterns to look for: their names and texts.
    ///
    /// # Errors
    /// If this version cannot run the scene, or the parts do not fit it.
    pub fn scenario_with(&self, parts: &[(&str, &str)]) -> Result<Scenario, StoryError> {
        let files: Vec<(&str, &str)> = self.header.sources.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        match load_text_with_parts(&self.header.scene, &files, parts, &self.header.param_overrides) {
            Ok(mut loaded) => {
                let problems = |problems| StoryError::Scene { path: self.path.clone(), problems: Box::new(problems) };
                add_interventions(&mut loaded.scenario, &self.header.interventions).map_err(problems)?;
                if matches_scenario(&self.header.symbols, &loaded.scenario) {
                    Ok(loaded.scenario)
                } else {
                    Err(StoryError::damaged(&self.path, "the names of its scene do not match those of its events"))
                }
            }
            Err(problems) => Err(StoryError::Scene { path: self.path.clone(), problems: Box::new(problems) }),
        }
    }
}

/// Reads all tables of a run.
fn read_story(reader: &StoryReader<'_>) -> Result<Story, StoryError> {
    let header = reader.read_header()?;
    read_story_with(reader, header)
}

/// Reads all tables of a run with the given header.
fn read_story_with(reader: &StoryReader<'_>, header: StoryHeader) -> Result<Story, StoryError> {
    let facts = reader.read_facts(&header.symbols)?;
    let mut chronicle = Chronicle::new(&header.symbols);
    for event in reader.read_events(&facts, &header.symbols, 0..reader.row_limit("events"))? {
        chronicle.push(event);
    }
    for sample in reader.read_samples(&facts, 0..reader.row_limit("samples"))? {
        chronicle.restore_sample(sample);
    }
    let events = chronicle.len();
    reader.read_other_tables(&mut chronicle, &header.symbols, events)?;
    let (ended, stopped) = (reader.read_end()?, reader.read_stopped()?);
    Ok(Story { path: reader.path.to_path_buf(), header, chronicle, ended, stopped, branch_path: Vec::new(), facts })
}

/// Whether a scene has the names of a symbol table, so that ids mean the same in both.
fn matches_scenario(symbols: &SymbolTable, scenario: &Scenario) -> bool {
    let schema = &scenario.schema;
    symbols.kinds == schema.kinds
        && symbols.values == schema.values
        && symbols.attributes.iter().map(|symbol| &symbol.id).eq(schema.attributes.iter().map(|attribute| &attribute.name))
        && symbols.dims.iter().map(|symbol| &symbol.id).eq(&schema.dims)
        && symbols.ties.iter().eq(schema.ties.iter().map(|tie| &tie.name))
        && symbols.places.iter().map(|symbol| &symbol.id).eq(&schema.places)
        && symbols.events.iter().map(|symbol| &symbol.name).eq(&schema.events)
        && symbols.beats.iter().eq(scenario.beats.iter().map(|beat| &beat.id))
}
