//! Finds the events of a story that are music.

use crate::dates::CivilDateTime;
use longhand_chronicle::{Chronicle, History, SymbolTable};
use longhand_expr::ids::{AgentField, AgentId, EventId, Fact, Instant};
use longhand_scene::Scenario;

/// The tag of event kinds in which music is made.
const MUSIC_TAG: &str = "music";

/// A piece of music made in a story.
#[derive(Clone, Debug, PartialEq)]
pub struct MusicPiece {
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
pub fn find_pieces(scenario: &Scenario, chronicle: &Chronicle) -> Vec<MusicPiece> {
    let is_music = |kind: usize| scenario.events.get(kind).is_some_and(|info| info.tags.iter().any(|tag| tag == MUSIC_TAG));
    if !(0..scenario.events.len()).any(is_music) {
        return Vec::new();
    }
    let history = History::from_chronicle(chronicle, &SymbolTable::from_scenario(scenario));
    let made = chronicle.iter().filter(|event| is_music(event.kind.index()));
    made.filter_map(|event| {
        let composer = event.roles.first().copied().filter(|composer| composer.is_some())?;
        let field = |field| history.value_at(Fact::Field(composer, field), event.at).unwrap_or(0.0);
        let title = event.document.as_ref().map_or_else(
            || {
                let name = chronicle.agents.display_name(composer);
                let date = CivilDateTime::from_instant(&scenario.calendar, event.at).long_date(&scenario.language);
                format!("{name}{}{date}", scenario.language.text("summary-comma"))
            },
            |written| written.title.clone(),
        );
        Some(MusicPiece {
            event: event.id,
            at: event.at,
            composer,
            title,
            generation: field(AgentField::Generation).clamp(0.0, 1e6) as u32,
            mood: [AgentField::Pleasure, AgentField::Arousal, AgentField::Dominance].map(field),
        })
    })
    .collect()
}
