//! The terminal: text with colours where they are seen, and a bar where waiting is seen.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use indicatif::{ProgressBar, ProgressStyle};

/// Dates, numbers of events, what stands beside the story.
pub(crate) const ASIDE: Style = Style::new().dimmed();
/// A title.
pub(crate) const TITLE: Style = Style::new().bold();
/// A beat of the story.
pub(crate) const BEAT: Style = AnsiColor::Red.on_default().bold();
/// What is wrong.
pub(crate) const WRONG: Style = AnsiColor::Red.on_default().bold();

/// Standard output: colours are left out where nobody sees them.
pub(crate) fn out() -> anstream::AutoStream<io::StdoutLock<'static>> {
    anstream::AutoStream::auto(io::stdout().lock())
}

/// Says one line to whoever started the command, beside the answer.
pub(crate) fn say(text: &str) {
    // With nobody to say it to there is nothing more to do.
    _ = writeln!(anstream::stderr(), "{text}");
}

/// Whether problems said beside the answer may be drawn with frames and colours.
pub(crate) fn fancy() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Whether problems that are the answer may be.
pub(crate) fn fancy_out() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// A bar on standard error for what takes longer than a second, and only in a terminal.
pub(crate) struct Progress {
    began: Instant,
    bar: Option<ProgressBar>,
    seen: bool,
}

const STEPS: u64 = 1000;

impl Progress {
    /// Begins to wait.
    pub fn begin() -> Self {
        Self { began: Instant::now(), bar: None, seen: io::stderr().is_terminal() }
    }

    /// Whether anybody sees it; who does not may be told in lines.
    pub fn is_seen(&self) -> bool {
        self.seen
    }

    /// How far it is, 0 to 1, and what is going on.
    pub fn at(&mut self, share: f64, what: impl FnOnce() -> String) {
        if !self.seen || (self.bar.is_none() && self.began.elapsed() < Duration::from_secs(1)) {
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

    /// Writes without the bar in the way.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        match &self.bar {
            Some(bar) => bar.suspend(write),
            None => write(),
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
