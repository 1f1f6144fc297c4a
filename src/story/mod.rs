//! story
mod dates; mod grammar; mod person; mod prose; mod templates;
pub use prose::Teller;
