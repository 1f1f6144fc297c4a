//! The text of documents that agents write.
//!
//! The simulation decides that a letter is written, to whom and in what state of mind. Its text comes from a [`DocumentWriter`], which the
//! narrative crate provides.

use crate::world::minds::Mind;
use bevy_ecs::prelude::Resource;
use longhand_chronicle::{Chronicle, WrittenDocument};
use longhand_expr::ids::{AgentId, DocumentId, Instant};
use longhand_scene::Scenario;

/// A document to be written.
#[derive(Clone, Copy, Debug)]
pub struct DocumentRequest<'a> {
    /// The document template.
    pub document: DocumentId,
    /// The agent that writes it.
    pub writer: AgentId,
    /// The addressee, or [`AgentId::NONE`].
    pub to: AgentId,
    /// When it is written.
    pub at: Instant,
    /// What the writer believes, feels and remembers; `None` if it has no mind. A letter can mention nothing else.
    pub mind: Option<&'a Mind>,
    /// The numeric values of the event in which it is written, each with the index of its [`EventValueId`](longhand_expr::ids::EventValueId).
    pub values: &'a [(u16, f64)],
}

/// Composes the text of documents.
pub trait DocumentWriter: Send + Sync {
    /// Composes the title and text of a document. `chronicle` is the log of the run before the event in which the document is written.
    /// The result must be a function of the arguments, because the same run must give the same texts.
    fn write(&self, scenario: &Scenario, chronicle: &Chronicle, request: &DocumentRequest<'_>) -> WrittenDocument;
}

/// The document writer of a run.
#[derive(Resource)]
pub struct DocumentBackend(pub Box<dyn DocumentWriter>);

/// Writes the title of the template and an empty text, for runs whose documents nobody reads.
#[derive(Clone, Copy, Debug, Default)]
pub struct TitleOnlyWriter;

impl DocumentWriter for TitleOnlyWriter {
    fn write(&self, scenario: &Scenario, _chronicle: &Chronicle, request: &DocumentRequest<'_>) -> WrittenDocument {
        WrittenDocument { title: scenario.document(request.document).title.clone(), text: String::new() }
    }
}
