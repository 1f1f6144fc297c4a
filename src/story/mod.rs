//! What it means: beats, prose, letters.

mod dates;
mod grammar;
mod letter;
mod matcher;
mod order;
mod person;
mod problems;
mod prose;
mod telling;
mod templates;
mod thread;
mod watch;
mod with_values;

pub use matcher::*;
pub use order::order_score;
pub use prose::Teller;
pub use watch::{StoryPlugin, Watch, measure_end};
pub use with_values::WithValues;
