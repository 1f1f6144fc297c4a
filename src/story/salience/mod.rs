//! What matters in a chronicle, and what holds it together.
//!
//! - [`protagonists`] finds whom a story is about; [`Followed`] is whom a telling follows.
//! - [`Salience`] says of each event how much it matters: how rare it is, how much came of it, whom it touches, how unlikely it was, and whether
//!   a beat is made of it.
//! - [`Turns`] says how far an event turned the lives of those who are followed.
//! - [`Backbone`] is the smallest set of events whose chains of causes join the beginning to the ending.

mod backbone;
mod cast;
mod score;
mod turns;

pub use backbone::Backbone;
pub(crate) use cast::present;
pub use cast::{Followed, protagonists};
pub use score::{Parts, Salience};
pub use turns::Turns;
