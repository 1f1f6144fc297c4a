//! The unchecked syntax of a scene file: the structs that RON is deserialized into.
//!
//! Every id and expression is [`Spanned`], so that later checks can report the exact place of a problem. An included file has
//! the same structure; its sections are appended to those of the including file.

pub mod calendar;
mod choice;
mod commitments;
mod patterns;
mod people;
mod rules;
mod vocabulary;

use super::spanned::{FileId, Spanned, SpannedMap};
use super::stage::StageDecl;
use super::values::ParamValue;
use calendar::CalendarDecl;
pub use choice::{InfluenceDecl, MovedByDecl, NormDecl};
pub use commitments::{AppointmentDecl, IntentionDecl};
pub use patterns::*;
pub use people::*;
pub use rules::*;
use serde::Deserialize;
pub use vocabulary::*;

/// A string with its file and byte range: an id or an expression.
pub type Text = Spanned<String>;

/// One scene file, or a part that another file includes. All sections are optional.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename = "Scene")]
pub struct SceneFile {
    /// Files whose sections are appended; paths are relative to this file, or begin with `assets/`.
    pub include: Vec<Text>,
    /// What of the included files is left out: ids, or `prose/KEY`.
    pub without: Vec<Text>,
    /// Values of params of the included files.
    pub set: Option<SpannedMap<Spanned<ParamValue>>>,
    pub title: Option<Text>,
    pub about: Option<Text>,
    /// The language of its texts: a tag such as `de`. Default: `en`.
    pub language: Option<Text>,
    /// `ltr` or `rtl`. Default: that of the language.
    pub direction: Option<Text>,
    /// A file with the words that the engine adds to a story (Fluent); the path is like that of an include.
    pub words: Option<Text>,
    /// The file and the text of `words`.
    #[serde(skip)]
    pub words_file: Option<(FileId, String)>,
    /// The forms of nouns: `{"child": "children"}`.
    pub forms: Option<SpannedMap<NounFormsDecl>>,
    /// Which dates there are. Default: those of the Gregorian calendar.
    pub calendar: Option<CalendarDecl>,
    /// Start as a date and time of the calendar: `2025-01-06` or `2025-01-06 07:30`.
    pub starts: Option<Text>,
    /// Latest end of the run; same format as `starts`.
    pub ends: Option<Text>,
    /// Condition that ends the run before `ends`.
    pub ends_when: Option<Text>,
    /// Length of a tick (duration). Default: 15m.
    pub tick: Option<Text>,
    pub params: Vec<ParamDecl>,
    /// Named expressions with parameters (macros).
    pub defs: Vec<DefDecl>,
    pub kinds: Vec<KindDecl>,
    pub attributes: Vec<AttributeDecl>,
    /// The attributes of the world: `world.tide`.
    pub world: Vec<AttributeDecl>,
    /// Dimensions of bonds.
    pub bonds: Vec<DimensionDecl>,
    pub ties: Vec<TieDecl>,
    pub places: Vec<PlaceDecl>,
    /// Ways between places. Without any, the way between two places is straight.
    pub roads: Vec<RoadDecl>,
    pub cast: Vec<MemberDecl>,
    /// What agents hold, own, give, lose and find.
    pub things: Vec<ThingDecl>,
    pub population: Vec<PopulationDecl>,
    pub goals: Vec<GoalDecl>,
    pub norms: Vec<NormDecl>,
    pub minds: Option<MindsDecl>,
    pub appointments: Vec<AppointmentDecl>,
    pub intentions: Vec<IntentionDecl>,
    pub actions: Vec<ActionDecl>,
    pub influences: Vec<InfluenceDecl>,
    pub triggers: Vec<TriggerDecl>,
    pub processes: Vec<ProcessDecl>,
    pub beats: Vec<BeatDecl>,
    pub patterns: Vec<BeatDecl>,
    pub measures: Vec<MeasureDecl>,
    /// Lists of names for agents.
    pub names: Vec<NameListDecl>,
    /// Narration templates (minijinja) by prose key; each key has several variants.
    pub prose: Vec<ProseDecl>,
    pub documents: Vec<DocumentDecl>,
    pub record: Option<RecordDecl>,
    /// How the scene looks on the stage of the window.
    pub stage: Option<StageDecl>,
    /// Expectations over many runs: `storm in 95% of 200 seeds`.
    pub expect: Vec<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Measure")]
pub struct MeasureDecl {
    pub id: Text,
    /// When it is taken, unless `every` is given.
    #[serde(default)]
    pub at: Option<MeasureTimeDecl>,
    /// Time between two values of a measure over time (duration).
    #[serde(default)]
    pub every: Option<Text>,
    /// Set of agents; the measure is taken of each, who is `self` in `is`.
    #[serde(default)]
    pub each: Option<Text>,
    /// Number expression. At a beat, `value(name)` reads a value of its event.
    pub is: Text,
    #[serde(default)]
    pub about: String,
}

#[derive(Debug, Deserialize)]
pub enum MeasureTimeDecl {
    Start,
    End,
    Beat(Text),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Prose")]
pub struct ProseDecl {
    pub id: Text,
    pub say: Vec<Text>,
}

/// A document written by an agent: a letter, a book, a piece of music.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Document")]
pub struct DocumentDecl {
    pub id: Text,
    pub title: Text,
    /// Variants; each is a minijinja template over `writer`, `to` and `memories`.
    pub text: Vec<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[serde(rename = "Record")]
pub struct RecordDecl {
    /// Condition over an event's `self`. Events of matching agents are recorded in full, like those of the cast.
    pub also: Option<Text>,
    /// Condition over `self`: from when it first holds for an agent, all its events are recorded in full.
    pub since: Option<Text>,
}

impl SceneFile {
    /// How many members of the cast are things.
    pub fn thing_count(&self) -> usize {
        self.cast.iter().filter(|member| member.thing.is_some()).count()
    }

    /// The effects of all rules.
    pub fn effects(&self) -> impl Iterator<Item = &Text> {
        let of_rules = self.actions.iter().map(|action| &action.does).chain(self.triggers.iter().map(|trigger| &trigger.does));
        let of_processes = self.processes.iter().map(|process| &process.does);
        of_rules.chain(of_processes).chain(self.outcomes().map(|outcome| &outcome.does)).flatten()
    }

    /// The outcomes of all rules: refusals, and the outcomes of steps.
    pub fn outcomes(&self) -> impl Iterator<Item = &OutcomeDecl> {
        let steps = self.actions.iter().map(|action| &action.steps).chain(self.triggers.iter().map(|trigger| &trigger.steps));
        let refusals = self.actions.iter().flat_map(|action| &action.refused);
        steps.flatten().flat_map(|step| &step.outcomes).chain(refusals)
    }
}
