//! One file a command. Each takes what was typed and a place to write to, and gives the exit code.

mod ask;
pub mod show;
#[cfg(test)]
mod testing;
pub mod why;

pub use ask::AskError;
