//! Finds the events of a story that are music.

use crate::dates::Moment;
use longhand_chronicle::{Chronicle, History, Legend};
use longhand_expr::ids::{AgentId, EventId, Fact, Field, Instant};
use longhand_scene::Scenario;

/// The tag of event kinds in which music is made.
const TAG: &str = "music";

/// A piece of music made in a story.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// The event in which it was made.
    pub event: EventId,
    /// When it was made.
    pub at: Instant,
    /// The composer: the first role of the event.
    pub composer: AgentId,
    /// The title of the document, if one was written; otherwise the composer and the date.
    pub title: String,
    /// The generation of the composer at that time; 0 for an agent without generations.
    pub generation: u32,
    /// The pleasure, arousal and dominance of the composer at that instant, -1 to 1.
    pub mood: [f64; 3],
}

/// The pieces of a story, in the order in which they were made.
#[must_use]
pub fn pieces(scenario: &Scenario, chronicle: &Chronicle) -> Vec<Piece> {
    let is_music = |kind: usize| scenario.events.get(kind).is_some_and(|info| info.tags.iter().any(|tag| tag == TAG));
    if !(0..scenario.events.len()).any(is_music) {
        return Vec::new();
    }
    let history = History::of(chronicle, &Legend::of(scenario));
    let made = chronicle.iter().filter(|event| is_music(event.kind.index()));
    made.filter_map(|event| {
        let composer = event.roles.first().copied().filter(|composer| composer.is_some())?;
        let field = |field| history.at(Fact::Field(composer, field), event.at).unwrap_or(0.0);
        let title = event.document.as_ref().map_or_else(
            || format!("{}, {}", chronicle.directory.called(composer), Moment::of(&scenario.calendar, event.at).heading()),
            |written| written.title.clone(),
        );
        Some(Piece {
            event: event.id,
            at: event.at,
            composer,
            title,
            generation: field(Field::Generation).clamp(0.0, 1e6) as u32,
            mood: [Field::Pleasure, Field::Arousal, Field::Dominance].map(field),
        })
    })
    .collect()
}
