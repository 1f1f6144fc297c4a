//! Who puts into words what agents write. The sim knows that a letter was written, to whom and in what state of mind; the words are the
//! story's, which stands further on, so it lends the sim a [`Scribe`].

use crate::chronicle::{Chronicle, Written};
use crate::ids::{AgentId, DocumentId, Instant};
use crate::scenario::Scenario;
use crate::world::minds::Mind;
use bevy::ecs::prelude::Resource;

/// A document about to be written.
#[derive(Clone, Copy, Debug)]
pub struct Draft<'a> {
    /// Which.
    pub document: DocumentId,
    /// By whom.
    pub writer: AgentId,
    /// To whom, or nobody.
    pub to: AgentId,
    /// When.
    pub at: Instant,
    /// The writer's mind: a letter can speak only of what is in it.
    pub mind: Option<&'a Mind>,
    /// The numbers of the event in which it is written, by `ValueName`.
    pub values: &'a [(u16, f64)],
}

/// Puts documents into words.
pub trait Scribe: Send + Sync {
    /// The document's title and text, after what has happened so far. The same draft gives the same words.
    fn write(&self, scenario: &Scenario, chronicle: &Chronicle, draft: &Draft<'_>) -> Written;
}

/// The scribe of a run.
#[derive(Resource)]
pub struct Scribing(pub Box<dyn Scribe>);

/// Writes only the title: for runs that nobody reads.
#[derive(Clone, Copy, Debug, Default)]
pub struct TitlesOnly;

impl Scribe for TitlesOnly {
    fn write(&self, scenario: &Scenario, _chronicle: &Chronicle, draft: &Draft<'_>) -> Written {
        Written { title: scenario.document(draft.document).title.clone(), text: String::new() }
    }
}
