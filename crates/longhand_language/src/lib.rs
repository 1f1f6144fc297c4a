//! The languages of stories: every word that the engine adds to a story, as a table of messages, and the inflection of English.
//!
//! # Model
//!
//! The texts of a scene are in one language. What the engine adds to them, such as dates, lists, pronouns, and the words between
//! the sentences of a book, comes from a table of messages in that language. The tables are in the format of
//! [Fluent](https://projectfluent.org), in which a translation can choose forms by number, gender and case. English, German and
//! Arabic are included; a scene can change single messages or bring a whole table. `docs/languages.md` is the guide for writers.
//!
//! A text that takes no values is resolved once, when the [`Language`] is built; the others when they are used.
//!
//! # Types
//!
//! - [`Language`] gives the messages, and words numbers, nouns and sentences by them.
//! - [`LanguageSource`] is what a scene says about its language; [`WordProblem`] is a fault in its own table.
//! - [`NounForms`] are the forms of a noun that a scene gives.
//!
//! # Example
//!
//! ```
//! use longhand_language::{Language, LanguageSource};
//!
//! let german = Language::new(&LanguageSource { tag: "de".into(), ..LanguageSource::default() }).0;
//! assert_eq!(german.list(&["Anna".to_owned(), "Ben".to_owned()]), "Anna und Ben");
//! assert_eq!(german.duration(3.0 * 86_400.0, &[]), "drei Tage");
//! ```
//!
//! # Inside
//!
//! `numbers` words numbers, `nouns` chooses the forms of nouns and verbs by language, `english` has the rules of English,
//! `sentence` joins words to sentences, `check` finds faults in a table. `locales/` has the tables.

mod check;
mod english;
mod language;
mod nouns;
mod numbers;
mod sentence;

pub use check::WordProblem;
pub use language::{Language, LanguageSource, TextDirection};
pub use nouns::{GENDERS, NOUN_FORMS, NounForms, UnknownForm};
pub use numbers::NumberStyle;
pub use sentence::capitalise;
