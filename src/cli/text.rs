//! Layout of printed text: page width, columns, bars and titles.

/// Width of a page in columns.
pub(super) const PAGE_WIDTH: usize = 100;

/// The width of a column: that of its longest cell or of its heading.
pub(super) fn column_width<'a>(heading: &'a str, cells: impl Iterator<Item = &'a str>) -> usize {
    cells.chain([heading]).map(|cell| cell.chars().count()).max().unwrap_or(0)
}

/// A share as a percentage: `12.5 %`.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// The title, or the id if there is none.
pub(super) fn title_or_id<'a>(title: &'a str, id: &'a str) -> &'a str {
    if title.is_empty() { id } else { title }
}

/// A text of exactly `width` characters, padded with spaces or cut with an ellipsis.
pub(super) fn fit(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        format!("{text:<width$}")
    } else {
        let start: String = text.chars().take(width.saturating_sub(1)).collect();
        format!("{start}…")
    }
}

/// A bar of ten blocks that shows the position of a value in its range.
pub(super) fn bar(value: f64, (low, high): (f64, f64)) -> String {
    let share = if high > low && value.is_finite() { ((value - low) / (high - low)).clamp(0.0, 1.0) } else { 0.0 };
    let full = (share * 10.0).round() as usize;
    "█".repeat(full) + &"░".repeat(10 - full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_counts_characters_not_bytes() {
        assert_eq!(fit("ääää", 3), "ää…");
        assert_eq!(fit("ä", 3), "ä  ");
    }

    #[test]
    fn a_bar_shows_a_share_and_accepts_any_number() {
        assert_eq!(bar(0.5, (0.0, 1.0)), "█████░░░░░");
        assert_eq!(bar(-1.0, (-1.0, 1.0)), "░░░░░░░░░░");
        assert_eq!(bar(1e300, (0.0, 1.0)), "██████████");
        for odd in [f64::NAN, f64::INFINITY] {
            assert_eq!(bar(odd, (0.0, 1.0)), "░░░░░░░░░░");
        }
        assert_eq!(bar(1.0, (1.0, 1.0)), "░░░░░░░░░░");
    }

    #[test]
    fn a_column_is_as_wide_as_its_longest_cell_or_its_heading() {
        assert_eq!(column_width("beat", ["ä", "farewell"].into_iter()), 8);
        assert_eq!(column_width("measure", ["a"].into_iter()), 7);
    }
}
