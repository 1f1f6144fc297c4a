//! story
mod dates; mod grammar; mod matcher; mod person; mod prose; mod templates; mod thread; mod with_values;
pub use prose::Teller; pub use matcher::*; pub use with_values::WithValues;
