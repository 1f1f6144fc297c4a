//! What the commands that query a story share: opening it, finding the events and agents named on the command line, formatting dates,
//! and narrating events.

use super::args::StoryArgs;
use super::terminal;
use longhand_chronicle::{AgentProfile, AgentRegistry, Chronicle, Event, Story, StoryError, SymbolTable, agent_key};
use longhand_expr::ids::{EventId, EventKind, Fact, Instant};
use longhand_expr::{Expr, nearest_name};
use longhand_narrative::RunNarrator;
use longhand_narrative::dates::{CivilDateTime, DateStyle};
use longhand_scene::{EventOrigin, Scenario};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

/// Why a query of a story failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum QueryError {
    /// The story cannot be read.
    #[error(transparent)]
    Story(#[from] StoryError),
    /// The answer cannot be written.
    #[error("cannot write the answer")]
    Output(#[from] io::Error),
    /// There is no event with this number.
    #[error("there is no event {asked}; this story has {events} events, numbered from 0")]
    NoSuchEvent {
        /// The number as it was given.
        asked: String,
        /// How many events the story has.
        events: usize,
    },
    /// The text is neither an event number nor the id of a beat.
    #[error("`{asked}` is neither an event number nor a beat{}", suggestion.as_ref().map_or_else(String::new, |beat| format!("; did you mean `{beat}`?")))]
    NoSuchBeat {
        /// The text that was given.
        asked: String,
        /// The most similar id of a beat, if one is similar.
        suggestion: Option<String>,
    },
    /// No agent has the id or name.
    #[error("there is no agent `{asked}`{}", suggestion.as_ref().map_or_else(String::new, |key| format!("; did you mean `{key}`?")))]
    NoSuchAgent {
        /// The name that was given.
        asked: String,
        /// The most similar id of a member of the cast, if one is similar.
        suggestion: Option<String>,
    },
    /// More than one agent has the name.
    #[error("{} agents have the name `{asked}`; give the key of one: {}", candidates.len(), candidates.join(", "))]
    AmbiguousAgent {
        /// The name that was given.
        asked: String,
        /// Each of these agents, as its key and its full name in parentheses.
        candidates: Vec<String>,
    },
}

/// What a command-line argument that names an event refers to.
pub(super) enum EventTarget {
    Event(EventId),
    /// A beat of the scene that no event of the run completed.
    UnmatchedBeat(String),
}

/// The only agent with this id or name. The error suggests the most similar id, or lists all agents that have the name.
pub(super) fn find_agent<'a>(name: &str, agents: &'a AgentRegistry) -> Result<&'a AgentProfile, QueryError> {
    match agents.find(name)[..] {
        [agent] => Ok(agent),
        [] => {
            let keys = agents.iter().map(|agent| agent.key.as_str()).filter(|key| !key.is_empty());
            Err(QueryError::NoSuchAgent { asked: name.into(), suggestion: nearest_name(name, keys).map(str::to_owned) })
        }
        ref several => {
            let candidate = |agent: &&AgentProfile| format!("{} ({})", agent_key(agent.id, agents), agent.name);
            Err(QueryError::AmbiguousAgent { asked: name.into(), candidates: several.iter().map(candidate).collect() })
        }
    }
}

impl StoryArgs {
    /// Opens the story, or the branch of it if one is given.
    pub fn open(&self) -> Result<Story, StoryError> {
        open_story(&self.story, self.branch.as_deref())
    }
}

/// Opens a story, or a branch of it. Prints a warning if a limit stopped its run.
pub(super) fn open_story(path: &Path, branch: Option<&str>) -> Result<Story, StoryError> {
    let story = branch.map_or_else(|| Story::open(path), |branch| Story::open_branch(path, branch))?;
    warn_if_stopped(path, story.stopped.as_deref());
    Ok(story)
}

/// Prints a warning if a limit stopped the run of a story.
pub(super) fn warn_if_stopped(path: &Path, stopped: Option<&str>) {
    if let Some(why) = stopped {
        terminal::print_note(&format!("{}: the run was {why}", path.display()));
    }
}

/// The event named by `what`: an event number (`12`, `#12`), or the id of a beat, which stands for the event that completed it first.
pub(super) fn find_event(story: &Story, what: &str) -> Result<EventTarget, QueryError> {
    find_event_in(&story.header.symbols, &story.chronicle, what)
}

/// Like [`find_event`], for a run that is not in a file.
pub(super) fn find_event_in(symbols: &SymbolTable, chronicle: &Chronicle, what: &str) -> Result<EventTarget, QueryError> {
    if let Some(id) = parse_event_number(what) {
        let no_such_event = || QueryError::NoSuchEvent { asked: what.into(), events: chronicle.len() };
        return id.filter(|&id| chronicle.event(id).is_some()).map(EventTarget::Event).ok_or_else(no_such_event);
    }
    let ids = &symbols.beats;
    let Some(beat) = ids.iter().position(|id| id == what) else {
        let suggestion = nearest_name(what, ids.iter().map(String::as_str)).map(str::to_owned);
        return Err(QueryError::NoSuchBeat { asked: what.into(), suggestion });
    };
    let first = chronicle.beats.iter().find(|found| found.beat == beat);
    Ok(first.map_or_else(|| EventTarget::UnmatchedBeat(what.into()), |found| EventTarget::Event(found.event)))
}

/// Parses `12` or `#12`. `None` if the text is not a number; `Some(None)` if the number is too large for any event.
pub(super) fn parse_event_number(text: &str) -> Option<Option<EventId>> {
    let digits = text.strip_prefix('#').unwrap_or(text);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok().map(EventId))
}

/// The instant at which a run ended; of a run that has not ended, the instant of its last event or sample.
pub(super) fn end_of_story(story: &Story) -> Instant {
    let chronicle = &story.chronicle;
    let events = chronicle.iter().map(|event| event.at);
    let last = events.chain(chronicle.samples().iter().map(|sample| sample.at)).max().unwrap_or(Instant::START);
    story.ended.map_or(last, |ended| ended.at.max(last))
}

/// A date and time for readers: `Sat 1 Mar 2025, 12:00`.
pub(super) fn format_date(symbols: &SymbolTable, at: Instant) -> String {
    CivilDateTime::from_instant(&symbols.calendar, at).display(DateStyle::WeekdayTimestamp)
}

/// The sentences of some events of a story, and access to the scene that they come from.
pub(super) struct EventSentences {
    sentences: BTreeMap<EventId, String>,
    scenario: Option<Scenario>,
}

impl EventSentences {
    /// Narrates some events with the scene's templates, or in a plain form if this version cannot read the scene.
    pub fn for_events(story: &Story, events: &BTreeSet<EventId>) -> Self {
        Self::with_scenario(story, story.scenario().ok(), events)
    }

    /// Like [`for_events`](Self::for_events), with the scene of the story if the caller has read it.
    pub fn with_scenario(story: &Story, scenario: Option<Scenario>, events: &BTreeSet<EventId>) -> Self {
        let Story { header, chronicle, .. } = story;
        let sentences = match &scenario {
            Some(scenario) => narrate_events(scenario, header.seed, chronicle, events),
            None => {
                let plain = |event: &Event| header.symbols.event_signature(event.kind, &event.roles, &chronicle.agents);
                events.iter().filter_map(|&id| Some((id, plain(chronicle.event(id)?)))).collect()
            }
        };
        Self { sentences, scenario }
    }

    /// The sentence of an event; empty if it was not among the narrated ones.
    pub fn sentence(&self, event: EventId) -> &str {
        self.sentences.get(&event).map_or("", String::as_str)
    }

    /// The scene, if it can be read.
    pub fn scenario(&self) -> Option<&Scenario> {
        self.scenario.as_ref()
    }

    /// The text of a term of an action's utility, by its position. `None` if the scene cannot be read or the kind of event has no such term.
    pub fn term_text(&self, kind: EventKind, position: usize) -> Option<&str> {
        let scenario = self.scenario.as_ref()?;
        let EventOrigin::Action(action) = scenario.events.get(kind.index())?.origin else { return None };
        scenario.actions.get(action)?.terms.get(position).map(Expr::text)
    }
}

/// Narrates some events with the templates of the scene. Events that do not exist are left out.
pub(super) fn narrate_events(
    scenario: &Scenario,
    seed: u64,
    chronicle: &Chronicle,
    events: &BTreeSet<EventId>,
) -> BTreeMap<EventId, String> {
    let narrator = RunNarrator::of_chronicle(scenario, seed, chronicle);
    let sentence = |&id: &EventId| Some((id, narrator.sentence(scenario, chronicle.event(id)?, &chronicle.agents)));
    events.iter().filter_map(sentence).collect()
}

/// The value that an event wrote to a fact, the last one if it wrote several. `None` if it wrote none.
pub(super) fn written_value(chronicle: &Chronicle, event: EventId, fact: Fact) -> Option<f64> {
    chronicle.event(event)?.changes.iter().rev().find(|change| change.fact == fact).map(|change| change.after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_number_may_have_a_hash_sign() {
        assert_eq!(parse_event_number("12"), Some(Some(EventId(12))));
        assert_eq!(parse_event_number("#12"), Some(Some(EventId(12))));
        assert_eq!(parse_event_number("99999999999"), Some(None));
        for no_number in ["", "#", "-1", "farewell", "1.5"] {
            assert_eq!(parse_event_number(no_number), None, "{no_number}");
        }
    }
}
