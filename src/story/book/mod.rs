//! A run as a book: chapters up to turning points, summary and scene by turns, each sentence with the events it tells of.
//!
//! - [`write_book`] makes a [`Book`] of a chronicle: how long, and through whose eyes, says a [`BookOrder`].
//! - `choose` says what is told and how, over [`salience`](super::salience); `knowing` what a point of view knew and when; `chapters` where the book
//!   is divided.
//! - `speaker` has the scene's words, `leads` and `sums` the general English around them, `mention` the pronouns.
//! - [`markdown`], [`html`] and [`epub`] lay it out; `palette` and `plot` are the look of the page.

mod chapters;
mod choose;
mod epub;
mod html;
mod knowing;
mod leads;
mod markdown;
mod mention;
mod model;
mod palette;
mod plot;
mod speaker;
mod sums;
mod write;

pub use epub::epub;
pub use html::html;
pub use markdown::markdown;
pub use model::{Book, BookOrder, Chapter, Length, Paragraph, ParagraphKind, Sentence};
pub(crate) use speaker::{gist_key, introduce_key, often_key};
pub use write::write_book;
