//! Whether a text names an hour or a season in which it is not: breakfast at half past five in the afternoon, snow in July.
//!
//! The words and their hours or months are those of the language (`hours-of-words`, `months-of-words`). What somebody says is not judged:
//! one may speak of snow in July.

use super::dates::CivilDateTime;
use longhand_language::Language;

/// Whether a text about this instant contains a word that is not true then.
pub(crate) fn names_another_time(text: &str, at: CivilDateTime<'_>, language: &Language) -> bool {
    let hours = language.text("hours-of-words");
    let months = language.text("months-of-words");
    if hours.is_empty() && months.is_empty() || at.date().is_turn() {
        return false;
    }
    let told = outside_quotes(text).to_lowercase();
    let is_false = |table: &str, now: i64| {
        let mut rows = table.lines().filter_map(|row| row.trim().split_once(" = "));
        rows.any(|(word, range)| !in_range(range, now) && contains_word(&told, word))
    };
    is_false(hours, at.hour()) || at.gregorian_month().is_some_and(|month| is_false(months, month))
}

/// Whether a number is in a range `first-last`, which may go round the end: 22 to 3.
fn in_range(range: &str, now: i64) -> bool {
    let Some((first, last)) = range.split_once('-').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?))) else {
        return true;
    };
    let (first, last): (i64, i64) = (first, last);
    if first <= last { (first..=last).contains(&now) } else { now >= first || now <= last }
}

fn outside_quotes(text: &str) -> String {
    let parts = text.split('“').enumerate().map(|(nth, part)| match (nth, part.split_once('”')) {
        (0, _) => part,
        (_, Some((_, told))) => told,
        (_, None) => "",
    });
    parts.collect::<Vec<_>>().join(" ")
}

fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let is_free = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        is_free(text[..at].chars().next_back()) && is_free(text[at + word.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_expr::Calendar;
    use longhand_expr::ids::Instant;

    #[test]
    fn a_word_is_false_at_another_hour_or_in_another_season() {
        let calendar = Calendar::new("2025-07-07T00:00:00".parse().unwrap());
        let at = |hour: f64| CivilDateTime::from_instant(&calendar, Instant::from_seconds(hour * 3600.0));
        let is_false = |text, hour| names_another_time(text, at(hour), Language::english());
        assert!(is_false("Ann had breakfast.", 17.5));
        assert!(!is_false("Ann had breakfast.", 8.0));
        assert!(!is_false("“Breakfast?” asked Ann.", 17.5), "one may speak of it");
        assert!(is_false("They came home at midnight.", 12.0));
        assert!(!is_false("They came home at midnight.", 1.0));
        assert!(is_false("They walked through the snow.", 12.0), "it is July");
        assert!(!is_false("There were snowdrops on the table.", 12.0));
    }
}
