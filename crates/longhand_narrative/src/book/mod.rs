//! Writes a run as a book: chapters that end at turning points, summaries and scenes, each sentence with the ids of its events.
//!
//! - [`write_book`] makes a [`Book`] from a chronicle; [`BookOptions`] sets the length and the point of view.
//! - `selection` decides what is narrated and how, based on [`salience`](super::salience). `knowledge` computes what the point of
//!   view knows and when. `chapters` divides the book.
//! - `phrasebook` words events by the prose of the scene, `time_leads` and `habit_summary` add words of the language, `references` the
//!   pronouns.
//! - `composer` finds in the run what a sentence may say besides the event itself: what the event goes back to, what came of it, how two
//!   are tied to each other, and what they say; `composition`, `recollection`, `introductions` and `closing` write it. `voice` puts a clause into the mouth of
//!   a speaker.
//! - [`markdown`], [`html`] and `epub` (feature `epub`) write the formats, the latter two with the templates in `templates/`.
//!   `plot` draws the diagrams.

mod because;
mod chapters;
mod closing;
mod composer;
mod composition;
mod documents;
#[cfg(feature = "epub")]
mod epub;
mod figures;
mod habit_summary;
mod html;
mod introductions;
mod knowledge;
mod markdown;
mod model;
mod phrasebook;
mod plot;
mod recollection;
mod references;
mod selection;
mod time_leads;
mod voice;
mod write;

#[cfg(feature = "epub")]
pub use epub::epub;
pub use html::html;
pub use markdown::markdown;
pub use model::{Book, BookOptions, Chapter, NarrativeLength, Paragraph, ParagraphKind, Sentence};
pub use write::write_book;
