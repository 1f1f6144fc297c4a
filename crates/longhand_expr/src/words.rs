//! The built-in names of the language: keywords, functions, sets, aggregates, fields and emotions. A scene must not redefine
//! them.

use std::ops::RangeInclusive;

use crate::ids::{AgentField, Emotion};

/// The reserved words of expressions.
pub(super) const KEYWORDS: [&str; 10] = ["if", "then", "else", "or", "and", "not", "where", "in", "true", "false"];

/// Built-in names without arguments: `none` and the clock.
pub(super) const BARE_NAMES: [&str; 10] =
    ["none", "now", "elapsed", "start", "hour", "weekday", "day_of_week", "month", "day", "year"];

/// What an agent expects of an action, in its `want`. A variable, param, def or place of the scene with this name comes first.
pub(super) const GAIN: &str = "gain";

/// The name that the member of a set always has inside its `where`.
pub(super) const MEMBER_NAME: &str = "it";

/// The aggregates over a set: `count(v in S where c: e)`.
pub(super) const AGGREGATE_NAMES: [&str; 8] = ["count", "sum", "mean", "max", "min", "any", "all", "best"];

/// The functions that give a set of agents.
pub(super) const SET_FUNCTION_NAMES: [&str; 7] = ["ties", "ties_to", "agents", "here", "at_place", "things", "things_at"];

/// Functions and sets that a scene may hide by a tie, a dimension or a def of the same name. Names that came later than the
/// first scenes are here, so that those stay valid.
pub(super) const SOFT_FUNCTION_NAMES: [&str; 9] =
    ["holds", "holder", "distance", "things", "things_at", "source", "confidence", "norm", "thinks_norm"];

/// Fields that a scene may hide by an attribute of the same name.
const SOFT_FIELDS: [&str; 1] = ["travelling"];

/// A function: its name, its form for help texts, and its number of arguments.
type FunctionRow = (&'static str, &'static str, RangeInclusive<usize>);

pub(super) static FUNCTIONS: [FunctionRow; 50] = [
    ("abs", "abs(x)", 1..=1),
    ("sqrt", "sqrt(x)", 1..=1),
    ("exp", "exp(x)", 1..=1),
    ("ln", "ln(x)", 1..=1),
    ("log2", "log2(x)", 1..=1),
    ("log10", "log10(x)", 1..=1),
    ("floor", "floor(x)", 1..=1),
    ("ceil", "ceil(x)", 1..=1),
    ("round", "round(x)", 1..=1),
    ("sigmoid", "sigmoid(x)", 1..=1),
    ("min", "min(x, y)", 2..=24),
    ("max", "max(x, y)", 2..=24),
    ("clamp", "clamp(x, low, high)", 3..=3),
    ("ramp", "ramp(x, low, high)", 3..=3),
    ("toward", "toward(x, target, share)", 3..=3),
    ("chance", "chance(p)", 1..=1),
    ("uniform", "uniform(low, high)", 2..=2),
    ("normal", "normal(mean, deviation)", 2..=2),
    ("pick", "pick(set)", 1..=1),
    ("seconds", "seconds(duration)", 1..=1),
    ("minutes", "minutes(duration)", 1..=1),
    ("hours", "hours(duration)", 1..=1),
    ("days", "days(duration)", 1..=1),
    ("date", "date(year, month, day)", 3..=3),
    ("at", "at(a, place)", 2..=2),
    ("place", "place(a)", 1..=1),
    ("home", "home(a)", 1..=1),
    ("work", "work(a)", 1..=1),
    ("together", "together(a, b)", 2..=2),
    ("distance", "distance(a, b)", 2..=2),
    ("holds", "holds(a, thing)", 2..=2),
    ("holder", "holder(thing)", 1..=1),
    ("owner", "owner(os)", 1..=1),
    ("os", "os(person)", 1..=1),
    ("kind", "kind(a, kind)", 2..=2),
    ("believes", "believes(a, fact, otherwise)", 2..=3),
    ("knows", "knows(a, fact)", 2..=2),
    ("source", "source(a, fact)", 2..=2),
    ("confidence", "confidence(a, fact)", 2..=2),
    ("remembers", "remembers(a, event, b)", 2..=3),
    ("feels", "feels(a, emotion, b)", 2..=3),
    ("happened", "happened(event, a, b)", 1..=3),
    ("since", "since(event, a, b)", 1..=3),
    ("times", "times(event, a, b)", 1..=3),
    ("first", "first(event, a, b)", 1..=3),
    ("last", "last(event, a, b)", 1..=3),
    ("lasts", "lasts(tie)", 1..=1),
    ("value", "value(name)", 1..=1),
    ("norm", "norm(a, norm)", 2..=2),
    ("thinks_norm", "thinks_norm(a, b, norm, otherwise)", 3..=4),
];

/// Functions about life and death. A scene may use their names for its own ties, bonds and defs, which then come first.
pub(super) static LIFE_FUNCTIONS: [FunctionRow; 5] = [
    ("dead", "dead(a, reason)", 1..=2),
    ("gone", "gone(a, reason)", 1..=2),
    ("was", "was(tie, a, b, reason)", 3..=4),
    ("kin", "kin(a, b)", 2..=2),
    ("age", "age(a)", 1..=1),
];

/// Functions about appointments and intentions. A scene may use their names for its own ties, bonds and defs, which then come first.
pub(super) static COMMITMENT_FUNCTIONS: [FunctionRow; 4] = [
    ("appointment", "appointment(a, b, what)", 2..=3),
    ("until", "until(a, b, what)", 2..=3),
    ("intends", "intends(a, intention, b)", 2..=3),
    ("carried_out", "carried_out(a, intention, b)", 2..=3),
];

/// Functions about what agents know. A scene may use their names for its own ties, bonds and defs, which then come first.
pub(super) static TOPIC_FUNCTIONS: [FunctionRow; 6] = [
    ("concerns", "concerns(topic, a)", 2..=2),
    ("about", "about(topic, name)", 2..=2),
    ("subject", "subject(topic)", 1..=1),
    ("object", "object(topic)", 1..=1),
    ("strength", "strength(a, topic)", 2..=2),
    ("heard", "heard(a, topic)", 2..=2),
];

/// The set of what an agent knows. A scene may use its name for a tie, a bond or a def, which then comes first.
pub(super) const KNOWN_SET: &str = "known";

/// Sets of agents with whom somebody has appointments or whom an intention is about. A scene may use their names for its own defs,
/// which then come first.
pub(super) const COMMITMENT_SETS: [&str; 2] = ["appointments", "intended"];

/// Midnight at the beginning of the present day. Whatever a scene calls by this name comes first.
pub(super) const TODAY: &str = "today";

/// Sets of relatives, with the form of their calls. A scene may use their names for its own defs, which then come first.
pub(super) const FAMILY_SETS: [&str; 3] = ["parents", "children", "siblings"];

/// The last argument of a set that includes agents who are gone.
pub(super) const ALSO_GONE: &str = "also gone";

/// The fields that the engine maintains, and whether each is a switch.
pub const AGENT_FIELDS: [(&str, AgentField, bool); 11] = [
    ("present", AgentField::Present, true),
    ("gone", AgentField::Gone, true),
    ("online", AgentField::Online, true),
    ("bound", AgentField::Bound, true),
    ("generation", AgentField::Generation, false),
    ("busy", AgentField::Busy, true),
    ("awake", AgentField::Awake, true),
    ("pleasure", AgentField::Pleasure, false),
    ("arousal", AgentField::Arousal, false),
    ("dominance", AgentField::Dominance, false),
    ("travelling", AgentField::Travelling, true),
];

/// The emotions by name.
pub const EMOTIONS: [(&str, Emotion); 17] = [
    ("joy", Emotion::Joy),
    ("distress", Emotion::Distress),
    ("hope", Emotion::Hope),
    ("fear", Emotion::Fear),
    ("relief", Emotion::Relief),
    ("disappointment", Emotion::Disappointment),
    ("pride", Emotion::Pride),
    ("shame", Emotion::Shame),
    ("gratitude", Emotion::Gratitude),
    ("anger", Emotion::Anger),
    ("admiration", Emotion::Admiration),
    ("reproach", Emotion::Reproach),
    ("gladness", Emotion::Gladness),
    ("pity", Emotion::Pity),
    ("love", Emotion::Love),
    ("longing", Emotion::Longing),
    ("guilt", Emotion::Guilt),
];

/// Whether a name without arguments is built in: a keyword, the clock, `none`, `self` or `it`.
#[must_use]
pub fn is_reserved_name(name: &str) -> bool {
    KEYWORDS.contains(&name) || BARE_NAMES.contains(&name) || name == "self" || name == MEMBER_NAME
}

/// Whether a name with arguments is built in: a function, an aggregate or a set. Names that a scene may hide do not count.
#[must_use]
pub fn is_function(name: &str) -> bool {
    !SOFT_FUNCTION_NAMES.contains(&name) && function_names().any(|function| function == name)
}

/// Whether a name after a dot is built in: a field that the engine maintains. Names that a scene may hide do not count.
#[must_use]
pub fn is_field(name: &str) -> bool {
    !SOFT_FIELDS.contains(&name) && AGENT_FIELDS.iter().any(|(field, ..)| *field == name)
}

/// The name of an engine field in the scene language.
#[must_use]
pub fn field_name(field: AgentField) -> &'static str {
    match field {
        AgentField::Dead => "dead",
        AgentField::Reason => "reason",
        AgentField::Born => "born",
        AgentField::Kind => "kind",
        _ => AGENT_FIELDS.iter().find(|(_, other, _)| *other == field).map_or("?", |(name, ..)| name),
    }
}

/// The name of an emotion in the scene language.
#[must_use]
pub fn emotion_name(emotion: Emotion) -> &'static str {
    EMOTIONS.iter().find(|(_, other)| *other == emotion).map_or("?", |(name, _)| name)
}

/// All built-in names that take arguments.
pub(super) fn function_names<'n>() -> impl Iterator<Item = &'n str> {
    FUNCTIONS.iter().map(|(name, ..)| *name).chain(AGGREGATE_NAMES).chain(SET_FUNCTION_NAMES)
}

/// The names of functions and sets that a scene may define otherwise.
pub(super) fn life_names<'n>() -> impl Iterator<Item = &'n str> {
    let of_commitments = COMMITMENT_FUNCTIONS.iter().map(|(name, ..)| *name).chain(COMMITMENT_SETS);
    let of_commitments = of_commitments.chain(TOPIC_FUNCTIONS.iter().map(|(name, ..)| *name)).chain([KNOWN_SET]);
    LIFE_FUNCTIONS.iter().map(|(name, ..)| *name).chain(FAMILY_SETS).chain(of_commitments)
}
