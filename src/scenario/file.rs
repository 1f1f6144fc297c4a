//! The scene as it is written: what RON is read into, before anything is checked.
//!
//! Every id and every expression keeps its place in the file ([`Spanned`]), so that each problem found later can be shown where it
//! stands. Included files have the same shape; what they say is appended.

use super::spanned::{Ordered, Spanned};
use serde::{Deserialize, Serialize};

/// A string with its place: an id or an expression.
pub type Text = Spanned<String>;

/// One file: a scene, or a part of one. Every section may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename = "Scene")]
pub struct SceneFile {
    /// Other files whose sections are appended: relative to this file, or `assets/…` of the project.
    pub include: Vec<Text>,
    pub title: Option<String>,
    pub about: Option<String>,
    /// Civil date and time: `2025-01-06` or `2025-01-06 07:30`.
    pub starts: Option<Text>,
    /// The run ends here at the latest ...
    pub ends: Option<Text>,
    /// ... or as soon as this condition holds.
    pub ends_when: Option<Text>,
    /// Length of a tick, a duration; 15m when left out.
    pub tick: Option<Text>,
    pub params: Vec<Param>,
    /// Named expressions with arguments.
    pub defs: Vec<Def>,
    pub kinds: Vec<Kind>,
    pub attributes: Vec<Attribute>,
    /// Dimensions of bonds.
    pub bonds: Vec<Dimension>,
    pub ties: Vec<Tie>,
    pub places: Vec<Place>,
    pub cast: Vec<Member>,
    pub population: Vec<Population>,
    pub goals: Vec<Goal>,
    pub minds: Option<Minds>,
    pub actions: Vec<Action>,
    pub triggers: Vec<Trigger>,
    pub processes: Vec<Process>,
    pub beats: Vec<Beat>,
    pub patterns: Vec<Beat>,
    pub measures: Vec<Measure>,
    /// Lists of names that agents choose from or are given.
    pub names: Vec<NameList>,
    /// What each event kind sounds like: variants of minijinja templates by key (`tell`).
    pub prose: Vec<Prose>,
    pub documents: Vec<Document>,
    pub record: Option<Record>,
    /// What is expected of many lives: `storm in 95% of 200 seeds`.
    pub expect: Vec<Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Param {
    pub id: Text,
    pub value: Spanned<ParamValue>,
    /// Inclusive range of a number.
    #[serde(default)]
    pub range: Option<Spanned<(f64, f64)>>,
    #[serde(default)]
    pub about: String,
}

/// What a param is.
#[derive(Clone, Copy, Debug, Deserialize)]
pub enum ParamValue {
    /// A number.
    Number(f64),
    /// True or false.
    Switch(bool),
}

/// `close(a, b)` may then stand wherever its expression may.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Def {
    pub id: Text,
    #[serde(default)]
    pub of: Vec<Text>,
    pub is: Text,
    #[serde(default)]
    #[expect(dead_code, reason = "for who reads the scene")]
    pub about: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    pub id: Text,
    #[serde(default)]
    pub about: String,
    /// Agents of this kind are OSes: they have an owner, a generation, and can be off line.
    #[serde(default)]
    pub os: bool,
    /// How long between two decisions of one agent (duration expression over `self`).
    #[serde(default)]
    pub wakes: Option<Text>,
    /// Condition over `self`; who sleeps chooses nothing and takes part in nothing.
    #[serde(default)]
    pub asleep: Option<Text>,
    /// Where agents of this kind are when no action takes them elsewhere: the first that holds.
    #[serde(default)]
    pub routine: Vec<Stay>,
    /// Utility of doing nothing (number over `self`); an option below it is not taken. 0 when left out.
    #[serde(default)]
    pub idle: Option<Text>,
    /// Scale of the noise in choice, in units of utility (Gumbel). 0.1 when left out.
    #[serde(default)]
    pub whim: Option<Spanned<f64>>,
    /// Mood to which agents of this kind return.
    #[serde(default)]
    pub temperament: Option<Spanned<Mood>>,
    /// Attributes an OS compares a name with; see `names`.
    #[serde(default)]
    pub taste: Vec<Text>,
}

/// Mehrabian's three dimensions of mood (PAD), each from -1 to 1.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mood {
    /// Glad or sad.
    pub pleasure: f64,
    /// Stirred or calm.
    pub arousal: f64,
    /// In control or at the mercy of others.
    pub dominance: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stay {
    pub when: Text,
    /// A place expression over `self`.
    pub at: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    pub id: Text,
    /// Kinds that have it; all when left out.
    #[serde(default)]
    pub of: Vec<Text>,
    /// A switch is true or false and has neither range nor drift.
    #[serde(default)]
    pub switch: bool,
    /// Inclusive; (0, 1) when left out.
    #[serde(default)]
    pub range: Option<Spanned<(f64, f64)>>,
    /// Value at the start where nothing else is said; 0 when left out.
    #[serde(default)]
    pub start: Option<Spanned<f64>>,
    /// Where it drifts to; the agent's own start value when left out.
    #[serde(default)]
    pub rest: Option<Spanned<f64>>,
    /// Time in which half of the distance to `rest` is gone; no drift when left out.
    #[serde(default)]
    pub half_life: Option<Text>,
    #[serde(default)]
    pub about: String,
}

/// A dimension of a bond, from one agent to another. At most six.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    pub id: Text,
    #[serde(default)]
    pub range: Option<Spanned<(f64, f64)>>,
    /// Where it fades to; 0 when left out.
    #[serde(default)]
    pub rest: Option<Spanned<f64>>,
    #[serde(default)]
    pub half_life: Option<Text>,
    #[serde(default)]
    pub about: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tie {
    pub id: Text,
    /// Holds both ways or not at all.
    #[serde(default)]
    pub mutual: bool,
    /// Attribute (switch, or number above 0.5) of an agent that makes this tie exclusive in its eyes, or `true`/`false` for everybody.
    #[serde(default)]
    pub exclusive: Option<Text>,
    /// So many of them that nobody keeps when each began.
    #[serde(default)]
    pub light: bool,
    /// Names for whole classes of ties, for patterns.
    #[serde(default)]
    pub tags: Vec<Text>,
    #[serde(default)]
    pub about: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    pub id: Text,
    /// As prose says it: "the beach". The id when left out.
    #[serde(default)]
    pub name: Option<String>,
    /// Position on the map, arbitrary units.
    #[serde(default)]
    pub position: Option<Spanned<(f64, f64)>>,
    #[serde(default)]
    pub about: String,
}

/// A member of the cast: an agent the story is about. Its events are kept whole.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    pub id: Text,
    pub kind: Text,
    /// Full name; the id when left out. An OS that names itself replaces it.
    #[serde(default)]
    pub name: Option<String>,
    /// What people call it; the first word of the name when left out.
    #[serde(default)]
    pub called: Option<String>,
    #[serde(default)]
    pub pronouns: Pronouns,
    #[serde(default)]
    pub home: Option<Text>,
    #[serde(default)]
    pub work: Option<Text>,
    /// Not in the world at the start; enters by `enter` or by being installed.
    #[serde(default)]
    pub dormant: bool,
    /// For an OS: whom it belongs to, or will belong to when that person installs one.
    #[serde(default)]
    pub owner: Option<Text>,
    #[serde(default)]
    pub attributes: Ordered<Spanned<f64>>,
    /// Bonds and ties to others at the start.
    #[serde(default)]
    pub toward: Vec<Toward>,
    /// Overrides the kind's `wakes`.
    #[serde(default)]
    pub wakes: Option<Text>,
    #[serde(default)]
    pub routine: Vec<Stay>,
    #[serde(default)]
    pub temperament: Option<Spanned<Mood>>,
    #[serde(default)]
    pub about: String,
}

/// How somebody is spoken of.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[expect(non_camel_case_types, missing_docs, reason = "the words a writer writes")]
pub enum Pronouns {
    she,
    he,
    #[default]
    they,
    it,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Toward {
    pub to: Text,
    #[serde(default)]
    pub ties: Vec<Text>,
    #[serde(default)]
    pub bond: Ordered<Spanned<f64>>,
    /// The same bond back, as well.
    #[serde(default)]
    pub mutual: bool,
    /// How long before the start the ties began (duration).
    #[serde(default)]
    pub since: Option<Text>,
}

/// Many agents made alike.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Population {
    pub kind: Text,
    /// Number expression over params.
    pub count: Text,
    #[serde(default)]
    pub attributes: Ordered<Spanned<Spread>>,
    #[serde(default)]
    pub home: Option<Text>,
    #[serde(default)]
    pub work: Option<Text>,
    /// List of names given to them.
    #[serde(default)]
    pub names: Option<Text>,
    #[serde(default)]
    pub networks: Vec<Network>,
}

/// How a number is spread over a population.
#[derive(Clone, Copy, Debug, Deserialize)]
pub enum Spread {
    /// The same for all.
    Always(f64),
    /// Evenly between two values.
    Uniform(f64, f64),
    /// Mean and standard deviation, cut to the attribute's range.
    Normal(f64, f64),
    /// Beta with alpha and beta, between 0 and 1.
    Beta(f64, f64),
    /// Median and sigma of a log-normal.
    LogNormal(f64, f64),
    /// True for this share.
    Share(f64),
}

/// A generated network of ties within a population.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    pub shape: Spanned<Shape>,
    pub ties: Vec<Text>,
    #[serde(default)]
    pub bond: Ordered<Spanned<Spread>>,
    /// Cast members of the same kind are woven in too.
    #[serde(default)]
    pub with_cast: bool,
}

/// How a network of ties is made.
#[derive(Clone, Debug, Deserialize)]
#[expect(missing_docs, reason = "the variants say what their fields are")]
pub enum Shape {
    /// Watts and Strogatz 1998: ring of `degree` neighbours, each rewired with probability `rewire`.
    SmallWorld { degree: u32, rewire: f64 },
    /// Barabasi and Albert 1999: each newcomer ties to `links` others, by their degree.
    ScaleFree { links: u32 },
    /// Erdos and Renyi 1959, by mean degree.
    Random { degree: f64 },
    /// Disjoint pairs, over this share of the population.
    Pairs { share: f64 },
    /// Positions in the population, given one by one.
    Edges(Vec<(u32, u32)>),
}

/// Something agents want; events are appraised by how much they change its likelihood.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    pub id: Text,
    pub by: Text,
    /// 0 to 1, over `self`.
    pub likelihood: Text,
    /// How much it matters, 0 to 1, over `self`.
    pub weight: Text,
    #[serde(default)]
    pub about: String,
}

/// How strongly and for how long agents feel and remember.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Minds {
    /// Time in which half of an emotion is gone; 12h when left out.
    pub emotion_half_life: Option<Text>,
    /// Time in which a mood comes half-way back to temperament; 3d when left out.
    pub mood_half_life: Option<Text>,
    /// Time in which half of a memory is gone, if nothing brings it back; 90d when left out.
    pub memory_half_life: Option<Text>,
    /// How far an emotion of full strength moves the mood; 0.35 when left out.
    pub mood_pull: Option<Spanned<f64>>,
    /// A change of a goal's likelihood times its weight below this is not felt; 0.02 when left out.
    pub noticed: Option<Spanned<f64>>,
    /// Feelings of one event that are together as strong as this are remembered; 0.08 when left out.
    pub memorable: Option<Spanned<f64>>,
    /// How much it hurts that a tie is not exclusive which is so in one's eyes; 0.6 when left out.
    pub hurt: Option<Spanned<f64>>,
}

/// Something an agent may choose to do.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    pub id: Text,
    #[serde(default)]
    pub tags: Vec<Text>,
    /// Kind or cast ids that may do it; every kind when left out.
    #[serde(default)]
    pub by: Vec<Text>,
    /// Other parties, each bound by a set, in order; they must be free and awake, and may refuse.
    #[serde(default)]
    pub roles: Ordered<Text>,
    /// Whom it concerns without being there.
    #[serde(default)]
    pub about: Ordered<Text>,
    /// Condition; true when left out.
    #[serde(default)]
    pub when: Option<Text>,
    /// Utility (number) for who begins.
    pub want: Text,
    /// Probability (number) or condition by which each other party agrees, by role; who is not named agrees.
    #[serde(default)]
    pub accept: Accept,
    /// Duration; parties are busy for it. 0 when left out.
    #[serde(default)]
    pub takes: Option<Text>,
    /// Place expression; parties go there.
    #[serde(default)]
    pub place: Option<Text>,
    /// The same agent does it at most once in this time.
    #[serde(default)]
    pub cooldown: Option<Text>,
    #[serde(default)]
    pub values: Ordered<Text>,
    #[serde(default)]
    pub does: Vec<Text>,
    /// Prose key; the event's own name when left out.
    #[serde(default)]
    pub tell: Option<Text>,
    /// When a party refuses.
    #[serde(default)]
    pub refused: Option<Outcome>,
    #[serde(default)]
    pub steps: Vec<Step>,
    /// How it is kept: whole (default) or only counted.
    #[serde(default)]
    pub keep: Keep,
    /// How much a reader wants to hear of it.
    #[serde(default)]
    pub telling: Telling,
}

/// `"0.5"` for all roles alike, or one by role.
#[derive(Debug, Default, Deserialize)]
pub enum Accept {
    #[default]
    Always,
    All(Text),
    By(Ordered<Text>),
}

/// How much of an event is kept.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
pub enum Keep {
    /// Who, when, where, why and what it changed.
    #[default]
    Whole,
    /// Only that it happened once more.
    Counted,
}

/// How often an event is told of.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
pub enum Telling {
    /// Each time.
    Always,
    /// The first time, then as it becomes the 2nd, 4th, 8th …, and summed up in between.
    #[default]
    Habit,
    /// Only in sums.
    Never,
}

/// A part of an action or trigger that comes later.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    pub id: Text,
    /// Duration after what led here.
    #[serde(default)]
    pub after: Option<Text>,
    /// One of these happens, by weight.
    pub outcomes: Vec<Outcome>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// The event kind is `action/outcome`.
    pub id: Text,
    /// Its own: what comes of an action has none of the action's.
    #[serde(default)]
    pub tags: Vec<Text>,
    /// Weight (number, 1 when left out); 0 or less: impossible.
    #[serde(default)]
    pub weight: Option<Text>,
    #[serde(default)]
    pub values: Ordered<Text>,
    #[serde(default)]
    pub does: Vec<Text>,
    #[serde(default)]
    pub tell: Option<Text>,
    #[serde(default)]
    pub place: Option<Text>,
    /// Id of the step that follows; none: it is over.
    #[serde(default)]
    pub then: Option<Text>,
    #[serde(default)]
    pub telling: Telling,
}

/// Something that happens because a condition became true; nobody chooses it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    pub id: Text,
    #[serde(default)]
    pub tags: Vec<Text>,
    /// Kind or cast ids it may happen to; for `Event` it may be left out: `self` is the event's.
    #[serde(default)]
    pub by: Vec<Text>,
    #[serde(default)]
    pub on: On,
    /// Further agents it concerns, in order: each is the first of its set that fits.
    #[serde(default)]
    pub about: Ordered<Text>,
    #[serde(default)]
    pub when: Option<Text>,
    /// Probability (number) each time it could happen; 1 when left out.
    #[serde(default)]
    pub chance: Option<Text>,
    /// Duration between the condition and the happening.
    #[serde(default)]
    pub after: Option<Text>,
    #[serde(default)]
    pub cooldown: Option<Text>,
    /// At most once for one `self`.
    #[serde(default)]
    pub once: bool,
    #[serde(default)]
    pub place: Option<Text>,
    #[serde(default)]
    pub values: Ordered<Text>,
    #[serde(default)]
    pub does: Vec<Text>,
    #[serde(default)]
    pub tell: Option<Text>,
    #[serde(default)]
    pub steps: Vec<Step>,
    #[serde(default)]
    pub keep: Keep,
    #[serde(default)]
    pub telling: Telling,
}

/// What wakes a trigger.
#[derive(Debug, Default, Deserialize)]
pub enum On {
    /// `when` goes from false to true for an agent of `by`.
    #[default]
    Becomes,
    /// After an event of this kind or tag; its roles are bound by their names.
    Event(Text),
    /// A tie begins; `self` and `other` are its ends (both ways for a mutual one).
    Begins(Text),
    /// A tie ends.
    Ends(Text),
    /// `self` learns a fact of this tie or attribute; `other` is whom it is about, and `whom` the other end of a tie.
    Learns(Text),
    /// One event moves `self`'s attribute by at least this much (upward when positive, downward when negative).
    Jumps(Text, Spanned<f64>),
}

/// A law that holds while time passes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    pub id: Text,
    pub by: Vec<Text>,
    /// Duration between two applications.
    pub every: Text,
    #[serde(default)]
    pub when: Option<Text>,
    /// Expected number of times each application is made (number over `self`), the fraction by a keyed draw; 1 when left out.
    #[serde(default)]
    pub times: Option<Text>,
    /// Others it concerns; with `pick(…)` each time another.
    #[serde(default)]
    pub about: Ordered<Text>,
    pub does: Vec<Text>,
    #[serde(default)]
    pub explain: String,
}

/// A pattern over events that the author waits for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Beat {
    pub id: Text,
    #[serde(default)]
    pub title: String,
    /// What it is, in plain words.
    #[serde(default)]
    pub about: String,
    /// What looks like it and is deliberately not meant.
    #[serde(default)]
    pub unlike: String,
    #[serde(default)]
    pub must: bool,
    /// In order; the beat is at the last.
    pub events: Vec<Clause>,
    /// What must not happen meanwhile, afterwards, or at all.
    #[serde(default)]
    pub unless: Vec<Unless>,
}

/// One part of a pattern: an event, or a tie or a stay that begins.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// What other parts of the same pattern call it.
    #[serde(default)]
    pub id: Option<Text>,
    /// Event kind or tag; any of these.
    #[serde(default)]
    pub on: Vec<Text>,
    /// Instead of `on`: a tie (id or tag) that begins between two.
    #[serde(default)]
    pub tie: Option<(Text, Text, Text)>,
    /// Instead of `on`: somebody's stay at a place.
    #[serde(default)]
    pub stay: Option<(Text, Text)>,
    /// Roles of the event bound to the beat's variables or to cast members: `{"self": "ann", "friend": "x"}`.
    #[serde(default)]
    pub roles: Ordered<Text>,
    /// Condition over the bound variables, when it happens.
    #[serde(default)]
    pub when: Option<Text>,
    /// Other ways in which the same part may come about; each binds the same variables.
    #[serde(default)]
    pub or: Vec<Way>,
    /// At most this long after the clause before it.
    #[serde(default)]
    pub within: Option<Text>,
    /// How long after other clauses, by their ids; its own: from its first event to its last.
    #[serde(default)]
    pub since: Ordered<Gap>,
    /// How it lies in time to other clauses, by their ids: any of these relations.
    #[serde(default)]
    pub relates: Ordered<Vec<Spanned<Allen>>>,
    /// This many such events (1 when left out).
    #[serde(default)]
    pub times: Option<Spanned<u32>>,
    /// Not if an event of one of these kinds comes between the clause before and this one.
    #[serde(default)]
    pub unless: Vec<Text>,
}

/// One of several ways in which a clause may come about.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    #[serde(default)]
    pub on: Vec<Text>,
    #[serde(default)]
    pub tie: Option<(Text, Text, Text)>,
    #[serde(default)]
    pub stay: Option<(Text, Text)>,
    #[serde(default)]
    pub roles: Ordered<Text>,
    #[serde(default)]
    pub when: Option<Text>,
}

/// A least and a greatest distance in time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    #[serde(default)]
    pub least: Option<Text>,
    #[serde(default)]
    pub most: Option<Text>,
}

/// Events that must not happen in a stretch of time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unless {
    /// Event kind or tag; any of these.
    pub on: Vec<Text>,
    /// Roles bound to the pattern's variables or to cast members; anybody in those left out.
    #[serde(default)]
    pub roles: Ordered<Text>,
    /// Condition over the variables of its own roles, when it happens.
    #[serde(default)]
    pub when: Option<Text>,
    /// So many of them undo the pattern (1 when left out).
    #[serde(default)]
    pub times: Option<Spanned<u32>>,
    /// After this clause; from the beginning when left out.
    #[serde(default)]
    pub from: Option<Text>,
    /// Before this clause ...
    #[serde(default)]
    pub until: Option<Text>,
    /// ... or for this long; to the end of the story when both are left out.
    #[serde(default)]
    pub lasting: Option<Text>,
}

/// How one stretch of time lies to another: the thirteen relations of Allen (*Maintaining knowledge about temporal intervals*, 1983).
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the definition")]
pub enum Allen {
    Before,
    Meets,
    Overlaps,
    Starts,
    During,
    Finishes,
    Equals,
    After,
    MetBy,
    OverlappedBy,
    StartedBy,
    Contains,
    FinishedBy,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    pub id: Text,
    pub at: When,
    /// A number expression; at a beat, `value(name)` reads what its event carries.
    pub is: Text,
    #[serde(default)]
    pub about: String,
}

#[derive(Debug, Deserialize)]
pub enum When {
    Start,
    End,
    Beat(Text),
}

/// A list of names; the numbers are what a kind's `taste` compares.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NameList {
    pub id: Text,
    pub names: Vec<Name>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    pub name: String,
    #[serde(default)]
    pub pronouns: Option<Pronouns>,
    /// By attribute id.
    #[serde(default)]
    pub like: Ordered<Spanned<f64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prose {
    pub id: Text,
    pub say: Vec<Text>,
}

/// Something written in the world: a letter, a book, a piece of music.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub id: Text,
    pub title: Text,
    /// Variants; each a minijinja template with `writer`, `to`, `memories`.
    pub text: Vec<Text>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Record {
    /// Condition over an event's `self`: whose events are kept whole beside the cast's.
    pub also: Option<Text>,
}
