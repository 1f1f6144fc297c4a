//! The styles of all terminal output: of printed text, and of the screen of `longhand play`.

use anstyle::{AnsiColor, Style};

/// Titles and the most important text.
pub(crate) const STRONG: Style = Style::new().bold();
/// Secondary text: dates, event numbers.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// Beats.
pub(crate) const BEAT: Style = AnsiColor::Red.on_default().bold();
/// Errors and warnings.
pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
/// Bars of values.
pub(crate) const BAR: Style = AnsiColor::Yellow.on_default();

/// The same roles as styles of the screen library.
pub(crate) mod screen {
    use ratatui::style::{Color, Modifier, Style};

    /// Secondary text.
    pub(crate) const FAINT: Style = Style::new().add_modifier(Modifier::DIM);
    /// Beats and other important text.
    pub(crate) const BEAT: Style = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);
    /// The selection.
    pub(crate) const SELECTED: Style = Style::new().add_modifier(Modifier::REVERSED);
}
