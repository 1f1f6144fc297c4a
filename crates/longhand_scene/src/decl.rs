//! The unchecked syntax of a scene file: the structs that RON is deserialized into.
//!
//! Every id and expression is [`Spanned`], so that later checks can report the exact place of a problem. An included file has
//! the same structure; its sections are appended to those of the including file.

use super::calendar_decl::CalendarDecl;
use super::commitments::AppointmentFate;
pub use super::decl_choice::{InfluenceDecl, MovedByDecl, NormDecl};
pub use super::decl_commitments::{AppointmentDecl, IntentionDecl};
use super::spanned::{FileId, Spanned, SpannedMap};
use super::stage::StageDecl;
use super::values::{
    AllenRelation, AttributeValue, Distribution, Inheritance, Kinship, NarrationFrequency, NetworkShape, ParamValue,
    RecordDetail, SurnameRule, Temperament,
};
use longhand_expr::Pronouns;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use std::fmt;

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

/// The forms of a noun: its plural, or forms by name.
#[derive(Debug)]
pub struct NounFormsDecl(pub Vec<(Text, String)>);

impl<'de> Deserialize<'de> for NounFormsDecl {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FormsVisitor;

        impl<'de> Visitor<'de> for FormsVisitor {
            type Value = NounFormsDecl;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("the plural in quotes, or a map of forms")
            }

            fn visit_str<E>(self, plural: &str) -> Result<Self::Value, E> {
                Ok(NounFormsDecl(vec![(Text { value: "other".into(), ..Text::default() }, plural.to_owned())]))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut forms = Vec::new();
                while let Some(form) = map.next_entry()? {
                    forms.push(form);
                }
                Ok(NounFormsDecl(forms))
            }
        }

        deserializer.deserialize_any(FormsVisitor)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Param")]
pub struct ParamDecl {
    pub id: Text,
    pub value: Spanned<ParamValue>,
    /// Inclusive range; only for numbers.
    #[serde(default)]
    pub range: Option<Spanned<(f64, f64)>>,
    #[serde(default)]
    pub about: String,
}

/// A named expression with parameters; a call such as `close(a, b)` expands to it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Def")]
pub struct DefDecl {
    pub id: Text,
    #[serde(default)]
    pub of: Vec<Text>,
    pub is: Text,
    #[serde(default)]
    #[expect(dead_code, reason = "documents the scene file; the program does not use it")]
    pub about: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Kind")]
pub struct KindDecl {
    pub id: Text,
    #[serde(default)]
    pub about: String,
    /// Agents of this kind are OSes: they have an owner and a generation, and can be offline.
    #[serde(default)]
    pub os: bool,
    /// Time between two decisions of one agent (duration over `self`).
    #[serde(default)]
    pub wakes: Option<Text>,
    /// Agents in whose life much is going on, and how often they decide. Default: as all others.
    #[serde(default)]
    pub involved: Option<InvolvedDecl>,
    /// Condition over `self`. A sleeping agent makes no decisions and takes part in no action.
    #[serde(default)]
    pub asleep: Option<Text>,
    /// Kilometres per hour (number over `self`). Then going to another place takes time. Default: no time.
    #[serde(default)]
    pub speed: Option<Text>,
    /// Where agents of this kind stay between actions: the first entry whose condition holds.
    #[serde(default)]
    pub routine: Vec<StayDecl>,
    /// Utility of doing nothing (number over `self`); options below it are not chosen. Default: 0.
    #[serde(default)]
    pub idle: Option<Text>,
    /// Scale of the Gumbel noise added to each option's utility. Default: 0.1.
    #[serde(default)]
    pub whim: Option<Spanned<f64>>,
    /// Weight of an expected loss beside that of an expected gain, in `gain` (number over `self`). Default: 1.
    #[serde(default)]
    pub loss_aversion: Option<Text>,
    /// How moods and emotions move their choices and answers. Default: not at all.
    #[serde(default)]
    pub moved_by: Option<MovedByDecl>,
    /// The mood that agents of this kind return to.
    #[serde(default)]
    pub temperament: Option<Spanned<Temperament>>,
    /// Attributes that an OS compares with the `like` values of a name when it chooses one; see `names`.
    #[serde(default)]
    pub taste: Vec<Text>,
    /// Where the surnames of children come from. Default: they have none.
    #[serde(default)]
    pub surname: Option<Spanned<SurnameRule>>,
    /// That it is the kind of what is declared in `things` or `world`.
    #[serde(skip)]
    pub of_things: bool,
}

/// How often agents decide in whose life much is going on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Involved")]
pub struct InvolvedDecl {
    /// Condition over `self`.
    pub when: Text,
    /// Time between two decisions while it holds (duration over `self`).
    pub wakes: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Stay")]
pub struct StayDecl {
    pub when: Text,
    /// Place expression over `self`.
    pub at: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Attribute")]
pub struct AttributeDecl {
    pub id: Text,
    /// Kinds whose agents have it. Default: all.
    #[serde(default)]
    pub of: Vec<Text>,
    /// A switch is 0 or 1; it has no range and does not drift.
    #[serde(default)]
    pub switch: bool,
    /// Its values are whole numbers.
    #[serde(default)]
    pub integer: bool,
    /// The words that are its values.
    #[serde(default)]
    pub one_of: Vec<Text>,
    /// Its values are expected to reach the ends of the range, so that is not reported. Default: true for a range within -1 to 1
    /// and with a half-life.
    #[serde(default)]
    pub scale: Option<bool>,
    /// Inclusive range. Default: (0, 1).
    #[serde(default)]
    pub range: Option<Spanned<(f64, f64)>>,
    /// Initial value unless an agent or population sets another. Default: 0, or the first of `one_of`.
    #[serde(default)]
    pub start: Option<Spanned<AttributeValue>>,
    /// The value it drifts to. Default: the agent's own initial value.
    #[serde(default)]
    pub rest: Option<Spanned<f64>>,
    /// Time in which the distance to `rest` halves. Default: no drift.
    #[serde(default)]
    pub half_life: Option<Text>,
    /// How a child gets it from its parents. Default: as any new agent of its kind.
    #[serde(default)]
    pub inherits: Option<Spanned<Inheritance>>,
    #[serde(default)]
    pub about: String,
    /// For an attribute that was declared in `norms`.
    #[serde(skip)]
    pub norm: bool,
}

/// A dimension of the directed bonds between agents. A scene has at most six.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Dimension")]
pub struct DimensionDecl {
    pub id: Text,
    #[serde(default)]
    pub range: Option<Spanned<(f64, f64)>>,
    /// The value it drifts to. Default: 0.
    #[serde(default)]
    pub rest: Option<Spanned<f64>>,
    #[serde(default)]
    pub half_life: Option<Text>,
    #[serde(default)]
    pub about: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Tie")]
pub struct TieDecl {
    pub id: Text,
    /// The tie is symmetric.
    #[serde(default)]
    pub mutual: bool,
    /// Whether the tie is exclusive for `self`: an attribute (switch, or number above 0.5), a condition, or `true`/`false`.
    #[serde(default)]
    pub exclusive: Option<Text>,
    /// Start times of this tie are not recorded; for ties that are very numerous.
    #[serde(default)]
    pub light: bool,
    /// That the tie is between parents and children.
    #[serde(default)]
    pub kinship: Option<Spanned<Kinship>>,
    /// What becomes of it when one of the two dies. Default: `Ends`; of kinship, `Remains`.
    #[serde(default)]
    pub at_death: Option<TieFateDecl>,
    /// What becomes of it when one of the two leaves. Default: as `at_death`.
    #[serde(default)]
    pub at_leaving: Option<TieFateDecl>,
    /// Tags by which patterns can refer to several ties.
    #[serde(default)]
    pub tags: Vec<Text>,
    #[serde(default)]
    pub about: String,
}

/// What becomes of a tie when one of its two agents is gone.
#[derive(Debug, Deserialize)]
pub enum TieFateDecl {
    /// It ends, with the reason.
    Ends,
    /// It still holds.
    Remains,
    /// It ends, and the first agent of this set has it in the place of `self`, who is gone; `other` is the other end.
    PassesTo(Text),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Place")]
pub struct PlaceDecl {
    pub id: Text,
    /// The name that narration uses: "the beach". Default: the id.
    #[serde(default)]
    pub name: Option<String>,
    /// Position on the map. The unit is a kilometre where distances matter.
    #[serde(default)]
    pub position: Option<Spanned<(f64, f64)>>,
    /// What it looks like: the name of a [`PlaceLook`](super::stage::PlaceLook). Default: by its name.
    #[serde(default)]
    pub look: Option<Text>,
    /// How many storeys it is above the ground, -3 to 60. Default: by its look and setting.
    #[serde(default)]
    pub storey: Option<Spanned<i32>>,
    #[serde(default)]
    pub about: String,
}

/// A way between two places, in both directions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Road")]
pub struct RoadDecl {
    pub between: (Text, Text),
    /// Kilometres. Default: the straight distance of the two positions.
    #[serde(default)]
    pub length: Option<Spanned<f64>>,
    /// The time that the way takes at any speed, such as that of a ferry (duration). Default: its length at the agent's speed.
    #[serde(default)]
    pub takes: Option<Text>,
}

/// A thing. It acts and chooses nothing, and is where its holder is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Thing")]
pub struct ThingDecl {
    pub id: Text,
    /// As narration calls it, with an article: "the ring". Default: the id.
    #[serde(default)]
    pub name: Option<String>,
    /// Short name. Default: the name.
    #[serde(default)]
    pub called: Option<String>,
    /// Default: `it`.
    #[serde(default = "pronouns_of_things")]
    pub pronouns: Pronouns,
    /// The member of the cast who holds it at the start.
    #[serde(default)]
    pub holder: Option<Text>,
    /// The member of the cast whom it belongs to.
    #[serde(default)]
    pub owner: Option<Text>,
    /// Where it lies at the start, if nobody holds it.
    #[serde(default)]
    pub place: Option<Text>,
    /// Not in the world at the start; comes into it through the effect `enter`.
    #[serde(default)]
    pub dormant: bool,
    #[serde(default)]
    pub attributes: SpannedMap<Spanned<AttributeValue>>,
    #[serde(default)]
    pub about: String,
}

fn pronouns_of_things() -> Pronouns {
    Pronouns::It
}

/// A member of the cast: an agent the story is about. Its events are recorded in full.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Member")]
pub struct MemberDecl {
    pub id: Text,
    pub kind: Text,
    /// Full name. Default: the id. An OS that names itself replaces it.
    #[serde(default)]
    pub name: Option<String>,
    /// Short name. Default: the first word of the full name, with a title before it (`Old Tam`).
    #[serde(default)]
    pub called: Option<String>,
    #[serde(default)]
    pub pronouns: Pronouns,
    #[serde(default)]
    pub home: Option<Text>,
    #[serde(default)]
    pub work: Option<Text>,
    /// Not in the world at the start; enters through the effect `enter` or by being installed.
    #[serde(default)]
    pub dormant: bool,
    /// Date of birth, for `age`.
    #[serde(default)]
    pub born: Option<Text>,
    /// For an OS: its owner; for a dormant OS, the agent who will own it after installing it.
    #[serde(default)]
    pub owner: Option<Text>,
    #[serde(default)]
    pub attributes: SpannedMap<Spanned<AttributeValue>>,
    /// Initial bonds and ties to other agents.
    #[serde(default)]
    pub toward: Vec<TowardDecl>,
    /// Overrides `wakes` of the kind.
    #[serde(default)]
    pub wakes: Option<Text>,
    #[serde(default)]
    pub routine: Vec<StayDecl>,
    #[serde(default)]
    pub temperament: Option<Spanned<Temperament>>,
    #[serde(default)]
    pub about: String,
    /// For a member that was declared in `things`: that it is a thing, and its holder.
    #[serde(skip)]
    pub thing: Option<HeldBy>,
}

/// Who holds a thing at the start.
#[derive(Debug)]
pub enum HeldBy {
    /// A member of the cast.
    Member(Text),
    Nobody,
    /// It is the world, which cannot be held.
    World,
}

impl MemberDecl {
    /// Whether it stands for the world.
    pub fn is_world(&self) -> bool {
        matches!(self.thing, Some(HeldBy::World))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Toward")]
pub struct TowardDecl {
    pub to: Text,
    #[serde(default)]
    pub ties: Vec<Text>,
    #[serde(default)]
    pub bond: SpannedMap<Spanned<f64>>,
    /// Also sets the same bond in the other direction.
    #[serde(default)]
    pub mutual: bool,
    /// Age of the ties at the start (duration).
    #[serde(default)]
    pub since: Option<Text>,
}

/// A group of agents generated with the same settings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Population")]
pub struct PopulationDecl {
    pub kind: Text,
    /// Number of agents (expression over params).
    pub count: Text,
    #[serde(default)]
    pub attributes: SpannedMap<Spanned<Distribution>>,
    #[serde(default)]
    pub home: Option<Text>,
    #[serde(default)]
    pub work: Option<Text>,
    /// Id of the list that their names come from.
    #[serde(default)]
    pub names: Option<Text>,
    /// Id of the list that their surnames come from. Default: they have none.
    #[serde(default)]
    pub surnames: Option<Text>,
    /// Their ages at the start, in years.
    #[serde(default)]
    pub age: Option<Spanned<Distribution>>,
    #[serde(default)]
    pub networks: Vec<NetworkDecl>,
}

/// A generated network of ties within a population.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Network")]
pub struct NetworkDecl {
    pub shape: Spanned<NetworkShape>,
    pub ties: Vec<Text>,
    #[serde(default)]
    pub bond: SpannedMap<Spanned<Distribution>>,
    /// Also includes cast members of the same kind.
    #[serde(default)]
    pub with_cast: bool,
}

/// A goal of agents. Events are appraised by how much they change its likelihood (OCC model).
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Goal")]
pub struct GoalDecl {
    pub id: Text,
    pub by: Text,
    /// From 0 to 1, over `self`.
    pub likelihood: Text,
    /// Importance from 0 to 1, over `self`.
    pub weight: Text,
    #[serde(default)]
    pub about: String,
}

/// Parameters of emotion, mood and memory.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[serde(rename = "Minds")]
pub struct MindsDecl {
    /// Half-life of an emotion. Default: 12h.
    pub emotion_half_life: Option<Text>,
    /// Half-life of the distance between mood and temperament. Default: 3d.
    pub mood_half_life: Option<Text>,
    /// Half-life of a memory that is not refreshed. Default: 90d.
    pub memory_half_life: Option<Text>,
    /// How far an emotion of full strength moves the mood. Default: 0.35.
    pub mood_pull: Option<Spanned<f64>>,
    /// Smallest change of likelihood times weight that causes an emotion. Default: 0.02.
    pub noticed: Option<Spanned<f64>>,
    /// Smallest total strength of an event's emotions that is remembered. Default: 0.08.
    pub memorable: Option<Spanned<f64>>,
    /// Strength of the emotion when an agent believes that its exclusive tie was violated. Default: 0.6.
    pub hurt: Option<Spanned<f64>>,
    /// Strength of the emotion about an event under a norm that is held with full strength. Default: 0.6.
    pub judgement: Option<Spanned<f64>>,
}

/// Something an agent may choose to do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Action")]
pub struct ActionDecl {
    pub id: Text,
    #[serde(default)]
    pub tags: Vec<Text>,
    /// Kinds or cast members that may choose it. Default: every kind that has the attributes it reads.
    #[serde(default)]
    pub by: Vec<Text>,
    /// The other parties, each bound by a set, in order. They must be free and awake, and may refuse.
    #[serde(default)]
    pub roles: SpannedMap<Text>,
    /// Agents it concerns who do not take part.
    #[serde(default)]
    pub about: SpannedMap<Text>,
    /// Condition. Default: true.
    #[serde(default)]
    pub when: Option<Text>,
    /// Utility for the initiator (number).
    pub want: Text,
    /// Probability (number) or condition by which each role accepts. Roles that are not listed always accept.
    #[serde(default)]
    pub accept: AcceptDecl,
    /// Duration for which all parties are busy. Default: 0.
    #[serde(default)]
    pub takes: Option<Text>,
    /// Place expression; all parties go there.
    #[serde(default)]
    pub place: Option<Text>,
    /// Minimum time between two choices of this action by the same agent.
    #[serde(default)]
    pub cooldown: Option<Text>,
    #[serde(default)]
    pub values: SpannedMap<Text>,
    #[serde(default)]
    pub does: Vec<Text>,
    /// Prose key. Default: the name of the event kind.
    #[serde(default)]
    pub tell: Option<Text>,
    /// Sentences for the event, instead of an entry of `prose`.
    #[serde(default)]
    pub say: Vec<Text>,
    /// The outcome when a party refuses.
    #[serde(default)]
    pub refused: Option<OutcomeDecl>,
    #[serde(default)]
    pub steps: Vec<StepDecl>,
    /// Whether events are recorded in full (default) or only counted.
    #[serde(default)]
    pub keep: RecordDetail,
    /// How often the event is narrated.
    #[serde(default)]
    pub telling: NarrationFrequency,
}

/// Acceptance by the other roles: always, one expression for all roles, or one per role.
#[derive(Debug, Default, Deserialize)]
pub enum AcceptDecl {
    #[default]
    Always,
    All(Text),
    By(SpannedMap<Text>),
}

/// A later part of an action or trigger.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Step")]
pub struct StepDecl {
    pub id: Text,
    /// Delay after the event that led to it (duration).
    #[serde(default)]
    pub after: Option<Text>,
    /// One of these is drawn, by weight.
    pub outcomes: Vec<OutcomeDecl>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Outcome")]
pub struct OutcomeDecl {
    /// The name of the event kind is `rule/outcome`.
    pub id: Text,
    /// Tags of this outcome; it does not inherit those of the rule.
    #[serde(default)]
    pub tags: Vec<Text>,
    /// Weight (number). Default: 1. An outcome with weight 0 or less is never drawn.
    #[serde(default)]
    pub weight: Option<Text>,
    #[serde(default)]
    pub values: SpannedMap<Text>,
    #[serde(default)]
    pub does: Vec<Text>,
    #[serde(default)]
    pub tell: Option<Text>,
    /// Sentences for the event, instead of an entry of `prose`.
    #[serde(default)]
    pub say: Vec<Text>,
    #[serde(default)]
    pub place: Option<Text>,
    /// Id of the next step. Default: the rule ends.
    #[serde(default)]
    pub then: Option<Text>,
    #[serde(default)]
    pub telling: NarrationFrequency,
}

/// An event that happens because a condition became true or another event happened; no agent chooses it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Trigger")]
pub struct TriggerDecl {
    pub id: Text,
    #[serde(default)]
    pub tags: Vec<Text>,
    /// Kinds or cast members it may happen to. Optional with `Event`: then `self` is that of the event.
    #[serde(default)]
    pub by: Vec<Text>,
    #[serde(default)]
    pub on: ActivationDecl,
    /// With `Event`: the role of the event whose agents it happens to, once for each. They are `self`; that of the event is `other`.
    #[serde(default)]
    pub each: Option<Text>,
    /// Further agents, bound in order; each is the first match of its set.
    #[serde(default)]
    pub about: SpannedMap<Text>,
    #[serde(default)]
    pub when: Option<Text>,
    /// Probability (number) at each activation. Default: 1.
    #[serde(default)]
    pub chance: Option<Text>,
    /// Delay between activation and event (duration).
    #[serde(default)]
    pub after: Option<Text>,
    #[serde(default)]
    pub cooldown: Option<Text>,
    /// At most once for each `self`.
    #[serde(default)]
    pub once: bool,
    #[serde(default)]
    pub place: Option<Text>,
    #[serde(default)]
    pub values: SpannedMap<Text>,
    #[serde(default)]
    pub does: Vec<Text>,
    #[serde(default)]
    pub tell: Option<Text>,
    /// Sentences for the event, instead of an entry of `prose`.
    #[serde(default)]
    pub say: Vec<Text>,
    #[serde(default)]
    pub steps: Vec<StepDecl>,
    #[serde(default)]
    pub keep: RecordDetail,
    #[serde(default)]
    pub telling: NarrationFrequency,
    /// For a trigger of an intention: what its condition needs besides `when`.
    #[serde(skip)]
    pub of_intention: Option<IntentionCondition>,
}

/// What the condition of a trigger of an intention needs besides `when`.
#[derive(Debug)]
pub struct IntentionCondition {
    /// A condition that must hold too.
    pub also: Text,
    /// Whether `when` must not hold.
    pub negates: bool,
}

/// What activates a trigger.
#[derive(Debug, Default, Deserialize)]
pub enum ActivationDecl {
    /// `when` changes from false to true for an agent of `by`.
    #[default]
    Becomes,
    /// An event of this kind or tag happened; its roles are bound under their own names.
    Event(Text),
    /// A tie began; `self` and `other` are its ends (in both directions for a mutual tie).
    Begins(Text),
    /// A tie ended; same bindings as `Begins`.
    Ends(Text),
    /// An event happened at the place of `self`, who took no part in it. `actor` is the agent that began it.
    Sees(Text),
    /// `self` learned a fact about this tie or attribute, or of an event of this kind or tag. `other` is its subject, `whom` the other end
    /// of a tie or another agent in the event.
    Learns(Text),
    /// `self` died.
    Dies,
    /// `self` left.
    Leaves,
    /// `self` returned.
    Returns,
    /// One event moved this attribute of `self` by at least this much (up if positive, down if negative).
    Jumps(Text, Spanned<f64>),
    /// A journey of `self` ended. Only the engine's own trigger has it.
    #[serde(skip)]
    Arrives,
    /// An appointment of `self` with `other` is over. Only the engine's own triggers have it.
    #[serde(skip)]
    Settles(Text, AppointmentFate),
}

/// A rule that is applied at regular intervals.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Process")]
pub struct ProcessDecl {
    pub id: Text,
    pub by: Vec<Text>,
    /// Time between two applications (duration).
    pub every: Text,
    #[serde(default)]
    pub when: Option<Text>,
    /// Expected repetitions per application (number over `self`); a keyed draw decides the fraction. Default: 1.
    #[serde(default)]
    pub times: Option<Text>,
    /// Other agents it concerns; `pick(…)` draws another one at each application.
    #[serde(default)]
    pub about: SpannedMap<Text>,
    pub does: Vec<Text>,
    #[serde(default)]
    pub explain: String,
}

/// A pattern over events that the author waits for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Beat")]
pub struct BeatDecl {
    pub id: Text,
    #[serde(default)]
    pub title: String,
    /// Description for the reader.
    #[serde(default)]
    pub about: String,
    /// Similar event sequences that deliberately do not match.
    #[serde(default)]
    pub unlike: String,
    #[serde(default)]
    pub must: bool,
    /// Clauses in order; the beat happens at the last.
    pub events: Vec<ClauseDecl>,
    /// Events that prevent the match when they happen in a given interval.
    #[serde(default)]
    pub unless: Vec<UnlessDecl>,
}

/// One clause of a pattern: an event, or a tie or a stay that begins.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Clause")]
pub struct ClauseDecl {
    /// Name by which other clauses of the same pattern refer to it.
    #[serde(default)]
    pub id: Option<Text>,
    /// Event kinds or tags, any of which matches.
    #[serde(default)]
    pub on: Vec<Text>,
    /// Instead of `on`: a tie (id or tag) that begins between two agents: `(tie, from, to)`.
    #[serde(default)]
    pub tie: Option<(Text, Text, Text)>,
    /// Instead of `on`: an agent's stay at a place: `(agent, place)`.
    #[serde(default)]
    pub stay: Option<(Text, Text)>,
    /// The event's roles, each bound to a variable or a cast member: `{"self": "ann", "friend": "x"}`.
    #[serde(default)]
    pub roles: SpannedMap<Text>,
    /// Condition over the bound variables, evaluated when the event happens.
    #[serde(default)]
    pub when: Option<Text>,
    /// Alternatives to `on`, `tie` or `stay`; each must bind the same variables.
    #[serde(default)]
    pub or: Vec<AlternativeDecl>,
    /// Maximum time after the previous clause.
    #[serde(default)]
    pub within: Option<Text>,
    /// Time since other clauses, by id. With the clause's own id: time from its first event to its last.
    #[serde(default)]
    pub since: SpannedMap<GapDecl>,
    /// Allowed temporal relations to other clauses, by id.
    #[serde(default)]
    pub relates: SpannedMap<Vec<Spanned<AllenRelation>>>,
    /// Number of events that this clause needs. Default: 1.
    #[serde(default)]
    pub times: Option<Spanned<u32>>,
    /// Event kinds that must not happen between the previous clause and this one.
    #[serde(default)]
    pub unless: Vec<Text>,
}

/// An alternative within a clause; the fields are those of the clause.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Way")]
pub struct AlternativeDecl {
    #[serde(default)]
    pub on: Vec<Text>,
    #[serde(default)]
    pub tie: Option<(Text, Text, Text)>,
    #[serde(default)]
    pub stay: Option<(Text, Text)>,
    #[serde(default)]
    pub roles: SpannedMap<Text>,
    #[serde(default)]
    pub when: Option<Text>,
}

/// Minimum and maximum time between two clauses.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Gap")]
pub struct GapDecl {
    #[serde(default)]
    pub least: Option<Text>,
    #[serde(default)]
    pub most: Option<Text>,
}

/// Events that must not happen in an interval.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Unless")]
pub struct UnlessDecl {
    /// Event kinds or tags, any of which matches.
    pub on: Vec<Text>,
    /// Roles bound to variables of the pattern or to cast members. Other roles match any agent.
    #[serde(default)]
    pub roles: SpannedMap<Text>,
    /// Condition over the variables in `roles`, evaluated when the event happens.
    #[serde(default)]
    pub when: Option<Text>,
    /// Number of such events that prevents the match. Default: 1.
    #[serde(default)]
    pub times: Option<Spanned<u32>>,
    /// The interval begins after this clause. Default: the start of the run.
    #[serde(default)]
    pub from: Option<Text>,
    /// The interval ends at this clause.
    #[serde(default)]
    pub until: Option<Text>,
    /// Length of the interval. Without `until` and `lasting` it ends with the run.
    #[serde(default)]
    pub lasting: Option<Text>,
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

/// A list of names that agents choose from or are given.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "NameList")]
pub struct NameListDecl {
    pub id: Text,
    pub names: Vec<NameDecl>,
    /// Surnames, each combined with each name, for when all names are in use.
    #[serde(default)]
    pub surnames: Vec<String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(rename = "Name")]
pub struct NameDecl {
    pub name: String,
    #[serde(default)]
    pub pronouns: Option<Pronouns>,
    /// Values by attribute id; an OS compares them with the attributes in its kind's `taste`.
    #[serde(default)]
    pub like: SpannedMap<Spanned<f64>>,
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
