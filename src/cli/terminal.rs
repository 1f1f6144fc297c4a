//! Terminal output: standard output, notes on standard error, and a progress bar.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Standard output. Styles are removed if it is not a terminal.
pub(crate) fn stdout() -> anstream::AutoStream<io::Stdout> {
    anstream::AutoStream::auto(io::stdout())
}

/// Prints a line to standard error.
pub(crate) fn print_note(text: &str) {
    // If standard error is closed, there is nowhere to report it.
    _ = writeln!(anstream::stderr(), "{text}");
}

/// Whether diagnostics on standard error may have frames and colours.
pub(crate) fn fancy_stderr() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Whether diagnostics on standard output may have frames and colours.
pub(crate) fn fancy_stdout() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// A progress bar on standard error. It appears only in a terminal, after one second.
pub(crate) struct TerminalProgress {
    started: Instant,
    bar: Option<ProgressBar>,
    visible: bool,
}

const STEPS: u64 = 1000;

impl TerminalProgress {
    /// Starts the clock. The bar is not visible yet.
    pub fn new() -> Self {
        Self { started: Instant::now(), bar: None, visible: io::stderr().is_terminal() }
    }

    /// Whether the bar can be visible. If not, callers may print lines instead.
    pub fn is_visible(&self) -> bool {
        self.visible
    }

    /// Updates the bar with the share done, from 0 to 1, and a message.
    pub fn update(&mut self, share: f64, what: impl FnOnce() -> String) {
        if !self.visible || (self.bar.is_none() && self.started.elapsed() < Duration::from_secs(1)) {
            return;
        }
        let bar = self.bar.get_or_insert_with(|| {
            let style = ProgressStyle::with_template("{bar:32.red/black.bright} {percent:>3} %  {msg}  {eta} left");
            let bar = ProgressBar::new(STEPS);
            match style {
                Ok(style) => bar.with_style(style.progress_chars("━━─")),
                Err(_) => bar,
            }
        });
        bar.set_position((share.clamp(0.0, 1.0) * STEPS as f64) as u64);
        bar.set_message(what());
    }

    /// Calls `write` with the bar hidden.
    pub fn suspend<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl Drop for TerminalProgress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
