//! The keys of prose that are derived from the name of an event kind or a member of the cast.
//!
//! An event is narrated with the prose of its `tell`, or of its own name. Other texts about it have the same name with a
//! prefix. The check of a scene and the narration both use these prefixes.

const MEMORY: &str = "memory/";
const INSIGHT: &str = "seen/";
const SUMMARY: &str = "sum/";
const GIST: &str = "gist/";
const NOUN: &str = "noun/";
const HABIT: &str = "often/";
const INTRODUCTION: &str = "introduce/";
const TOPIC: &str = "topic/";
const SPEECH: &str = "speech/";
const ACTS: &str = "acts/";
const RECALL: &str = "recall/";
const RELATION: &str = "relation/";
const MEASURE: &str = "measure/";
const CLOSE: &str = "close/";
const CHANGE: &str = "change/";

/// The name in the key of the sentence that says at the end how long ago a story began.
pub const CLOSE_BEGINNING: &str = "beginning";

/// The name in the key of a change that stands for no tie.
pub const NO_TIE: &str = "none";

/// The key of the event as somebody remembers it in a letter.
#[must_use]
pub fn memory_key(event: &str) -> String {
    format!("{MEMORY}{event}")
}

/// The key of what a writer has understood since the event.
#[must_use]
pub fn insight_key(event: &str) -> String {
    format!("{INSIGHT}{event}")
}

/// The key of the summary of several events of a kind.
#[must_use]
pub fn summary_key(event: &str) -> String {
    format!("{SUMMARY}{event}")
}

/// The key of the event in a subordinate clause.
#[must_use]
pub fn gist_key(event: &str) -> String {
    format!("{GIST}{event}")
}

/// The key of the event as a noun phrase: "the quarrel with Ben".
#[must_use]
pub fn noun_key(event: &str) -> String {
    format!("{NOUN}{event}")
}

/// The key of the event as a habit.
#[must_use]
pub fn habit_key(event: &str) -> String {
    format!("{HABIT}{event}")
}

/// The key of the sentence that introduces a member of the cast, or people of a kind.
#[must_use]
pub fn introduction_key(who: &str) -> String {
    format!("{INTRODUCTION}{who}")
}

/// The key of what somebody tells of a tie, an attribute, a dimension or an event, as a clause.
#[must_use]
pub fn topic_key(name: &str) -> String {
    format!("{TOPIC}{name}")
}

/// The name of what a key tells of.
#[must_use]
pub fn topic_of_key(key: &str) -> Option<&str> {
    key.strip_prefix(TOPIC)
}

/// The event name in a key: without its prefix, if it has one.
#[must_use]
pub fn event_of_key(key: &str) -> &str {
    [MEMORY, INSIGHT, SUMMARY, GIST, NOUN, HABIT].iter().find_map(|prefix| key.strip_prefix(prefix)).unwrap_or(key)
}

/// The member of the cast, or the kind, that a key introduces.
#[must_use]
pub fn member_of_key(key: &str) -> Option<&str> {
    key.strip_prefix(INTRODUCTION)
}

/// A key of prose of which a book composes sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComposedKey<'k> {
    /// `speech/ACT`: what somebody says who performs this act.
    Speech(&'k str),
    /// `acts/NAME`: what is said at an event with this name or tag.
    Acts(&'k str),
    /// `recall/OCCASION`: a sentence that connects an event with another.
    Recall(&'k str),
    /// `relation/TIE`: how two are tied to each other.
    Relation(&'k str),
    /// `measure/ID`: what a measure of the scene says of everybody.
    Measure(&'k str),
    /// `close/TIE`: how two are tied to each other at the end; `close/beginning`: how long ago it began.
    Close(&'k str),
    /// `change/FROM/TO`: how somebody was tied at the beginning and how at the end, each by a tie or [`NO_TIE`].
    Change(&'k str, &'k str),
}

impl<'k> ComposedKey<'k> {
    /// What a key is for; none if no sentence is composed of it.
    #[must_use]
    pub fn parse(key: &'k str) -> Option<Self> {
        let of = |prefix: &str| key.strip_prefix(prefix);
        of(SPEECH)
            .map(Self::Speech)
            .or_else(|| of(ACTS).map(Self::Acts))
            .or_else(|| of(RECALL).map(Self::Recall))
            .or_else(|| of(RELATION).map(Self::Relation))
            .or_else(|| of(MEASURE).map(Self::Measure))
            .or_else(|| of(CLOSE).map(Self::Close))
            .or_else(|| of(CHANGE).and_then(|ties| ties.split_once('/')).map(|(from, to)| Self::Change(from, to)))
    }

    /// The key itself.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            Self::Speech(name) => format!("{SPEECH}{name}"),
            Self::Acts(name) => format!("{ACTS}{name}"),
            Self::Recall(name) => format!("{RECALL}{name}"),
            Self::Relation(name) => format!("{RELATION}{name}"),
            Self::Measure(name) => format!("{MEASURE}{name}"),
            Self::Close(name) => format!("{CLOSE}{name}"),
            Self::Change(from, to) => format!("{CHANGE}{from}/{to}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_composed_key_says_what_it_is_for() {
        assert_eq!(ComposedKey::parse("speech/ask"), Some(ComposedKey::Speech("ask")));
        assert_eq!(ComposedKey::parse("acts/fall_out/cuts_deep"), Some(ComposedKey::Acts("fall_out/cuts_deep")));
        assert_eq!(ComposedKey::parse("gist/ask"), None);
        for key in [ComposedKey::Speech("ask"), ComposedKey::Recall("cause"), ComposedKey::Change("none", "friends")] {
            assert_eq!(ComposedKey::parse(&key.key()), Some(key));
        }
    }
}
