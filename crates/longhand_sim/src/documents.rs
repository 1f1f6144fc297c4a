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
    /// When.
    pub at: Instant,
    /// The mind of the writer. A letter can speak only of what is in it.
    pub mind: Option<&'a Mind>,
    /// The numbers of the event in which it is written, by [`EventValueId`](longhand_expr::ids::EventValueId).
    pub values: &'a [(u16, f64)],
}

/// Composes the text of documents.
pub trait DocumentWriter: Send + Sync {
    /// Composes the title and text of a document from what has happened so far. Equal requests give equal texts.
    fn write(&self, scenario: &Scenario, chronicle: &Chronicle, request: &DocumentRequest<'_>) -> WrittenDocument;
}

/// The document writer of a run.
#[derive(Resource)]
pub struct DocumentBackend(pub Box<dyn DocumentWriter>);

/// Writes only titles, for runs whose texts are not needed.
#[derive(Clone, Copy, Debug, Default)]
pub struct TitleOnlyWriter;

impl DocumentWriter for TitleOnlyWriter {
    fn write(&self, scenario: &Scenario, _chronicle: &Chronicle, request: &DocumentRequest<'_>) -> WrittenDocument {
        WrittenDocument { title: scenario.document(request.document).title.clone(), text: String::new() }
    }
}
