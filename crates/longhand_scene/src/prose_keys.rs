//! The keys of prose that are derived from the name of an event kind or a member of the cast.
//!
//! An event is narrated with the prose of its `tell`, or of its own name. Other texts about it have the same name with a
//! prefix. The check of a scene and the narration both use these prefixes.

const MEMORY: &str = "memory/";
const INSIGHT: &str = "seen/";
const SUMMARY: &str = "sum/";
const GIST: &str = "gist/";
const HABIT: &str = "often/";
const INTRODUCTION: &str = "introduce/";
const TOPIC: &str = "topic/";

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
    [MEMORY, INSIGHT, SUMMARY, GIST, HABIT].iter().find_map(|prefix| key.strip_prefix(prefix)).unwrap_or(key)
}

/// The member of the cast, or the kind, that a key introduces.
#[must_use]
pub fn member_of_key(key: &str) -> Option<&str> {
    key.strip_prefix(INTRODUCTION)
}
