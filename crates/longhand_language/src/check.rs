//! Finds faults in the table of a scene: syntax errors, messages that nothing uses, and values that a message does not get.
//!
//! The comments of `en.ftl` name the values of each message, so they are the only list of them.

use crate::language::{LOCALES, Language};
use fluent_bundle::FluentValue;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

/// A fault in a table of messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordProblem {
    /// The byte range in the table.
    pub range: Range<usize>,
    /// The fault.
    pub message: String,
    /// A suggestion.
    pub help: Option<String>,
}

impl WordProblem {
    /// A syntax error at a byte offset.
    pub(crate) fn syntax(text: &str, at: usize, error: String) -> Self {
        let start = text.floor_char_boundary(at.min(text.len()));
        let end = text[start..].chars().next().map_or(start, |c| start + c.len_utf8());
        Self { range: start..end, message: error, help: Some("write messages as in `docs/languages.md`".to_owned()) }
    }
}

/// The ids of the messages of a table, with their byte offsets. Terms (`-name`) are not messages.
pub(crate) fn message_ids(table: &str) -> Vec<(&str, usize)> {
    let mut start = 0;
    let mut ids = Vec::new();
    for line in table.split_inclusive('\n') {
        if line.starts_with(|c: char| c.is_ascii_alphabetic())
            && let Some((id, _)) = line.split_once('=')
        {
            ids.push((id.trim_end(), start));
        }
        start += line.len();
    }
    ids
}

/// Braces that are nested too deeply for the parser, which is recursive.
pub(crate) fn excessive_nesting(table: &str) -> Option<WordProblem> {
    const MAX_DEPTH: usize = 32;
    let mut depth: usize = 0;
    for (at, c) in table.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            // A message or comment begins.
            c if !c.is_whitespace() && table[..at].ends_with('\n') => depth = 0,
            _ => {}
        }
        if depth > MAX_DEPTH {
            let help = Some(format!("at most {MAX_DEPTH} levels are allowed"));
            return Some(WordProblem { range: at..at + 1, message: "braces are nested too deeply".into(), help });
        }
    }
    None
}

/// The values that each message may use, from the comments of `en.ftl`.
pub(crate) fn known_values() -> &'static BTreeMap<&'static str, Vec<&'static str>> {
    static VALUES: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
        let mut values = BTreeMap::new();
        let mut named: Vec<&str> = Vec::new();
        for line in LOCALES[0].1.lines() {
            if let Some(comment) = line.strip_prefix("# ") {
                let words = comment.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '$' | '_')));
                named.extend(words.filter_map(|word| word.strip_prefix('$')));
            } else if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                values.insert(line.split_once('=').map_or(line, |(id, _)| id.trim_end()), std::mem::take(&mut named));
            } else {
                named.clear();
            }
        }
        values
    });
    &VALUES
}

/// The messages that a table for a language that is not included lacks.
pub(crate) fn missing_messages(tag: &str, own: &[(&str, usize)]) -> Option<WordProblem> {
    let missing: Vec<&str> = known_values().keys().copied().filter(|id| own.iter().all(|(own, _)| own != id)).collect();
    let (first, count) = (missing.first()?, missing.len());
    let included = LOCALES.map(|(tag, _)| format!("`{tag}`")).join(", ");
    let message = match own {
        [] => format!("there is no table of words for the language `{tag}`, so the words of the engine are English"),
        _ => format!("{count} messages are missing, such as `{first}`; their words are English"),
    };
    let help = match own {
        [] => format!("included are {included}; for another language give a table: `words: \"{tag}.ftl\"`"),
        _ => format!("missing: {}", missing.iter().take(12).map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ")),
    };
    Some(WordProblem { range: 0..0, message, help: Some(help) })
}

/// The faults of a scene's own table, besides its syntax errors.
pub(crate) fn check_words(language: &Language, words: &str) -> Vec<WordProblem> {
    let mut problems = Vec::new();
    for (id, at) in message_ids(words) {
        let range = at..at + id.len();
        let Some(values) = known_values().get(id) else {
            // A message may be a part of others.
            let is_part = words.match_indices(id).any(|(place, _)| place != at && words[..place].trim_end().ends_with('{'));
            if !is_part {
                let help = nearest(id, known_values().keys().copied()).map(|best| format!("did you mean `{best}`?"));
                problems.push(WordProblem { range, message: format!("nothing uses a message `{id}`"), help });
            }
            continue;
        };
        // Any number, so that most variants of a choice are reached, and texts for the rest.
        let errors = [1.0, 2.0, 5.0, 40.0].into_iter().find_map(|number| {
            let sample = |name: &&'static str| {
                let is_number = matches!(*name, "n" | "ones_number" | "last" | "last_two");
                (*name, if is_number { FluentValue::from(number) } else { FluentValue::from("x") })
            };
            language.format_or_errors(id, &values.iter().map(sample).collect::<Vec<_>>()).err()
        });
        if let Some((_, errors)) = errors {
            let text = errors.first().map(ToString::to_string).unwrap_or_default();
            let text = text.strip_prefix("Resolver error: ").unwrap_or(&text).to_lowercase();
            let known = values.iter().map(|name| format!("`${name}`")).collect::<Vec<_>>().join(", ");
            let help = if known.is_empty() { "it gets no values".to_owned() } else { format!("its values are {known}") };
            problems.push(WordProblem { range, message: format!("`{id}`: {text}"), help: Some(help) });
        }
    }
    problems
}

/// The most similar word, if one is similar.
fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let scored = known.map(|other| (strsim::jaro_winkler(word, other), other)).filter(|(score, _)| *score > 0.8);
    scored.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, other)| other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::LanguageSource;

    fn problems(tag: &str, words: &str) -> Vec<WordProblem> {
        Language::new(&LanguageSource { tag: tag.into(), words: Some(words.into()), ..LanguageSource::default() }).1
    }

    #[test]
    fn every_included_table_is_complete_and_uses_only_its_values() {
        for (tag, table) in LOCALES {
            let own: Vec<&str> = message_ids(table).into_iter().map(|(id, _)| id).collect();
            let missing: Vec<_> = known_values().keys().filter(|id| !own.contains(id)).collect();
            assert!(missing.is_empty(), "{tag} lacks {missing:?}");
            assert_eq!(problems(tag, table), [], "{tag}");
            let language = Language::new(&LanguageSource { tag: tag.into(), ..LanguageSource::default() }).0;
            for pronoun in ["she", "he", "it", "they", "i", "you"] {
                for form in ["", ".him", ".his", ".hers", ".himself", ".is", ".was", ".has", ".does"] {
                    let id = format!("pronoun-{pronoun}{form}");
                    assert!(language.find_text(&id).is_some(), "{tag} lacks {id}");
                }
            }
        }
        assert!(known_values().len() > 180, "{}", known_values().len());
    }

    #[test]
    fn a_table_of_a_scene_is_checked() {
        let of =
            |words: &str| problems("de", words).into_iter().map(|problem| (problem.message, problem.help)).collect::<Vec<_>>();
        assert_eq!(of("month-1 = Jänner\n"), []);
        assert_eq!(of("mnth-1 = Jänner\n"), [("nothing uses a message `mnth-1`".into(), Some("did you mean `month-1`?".into()))]);
        assert_eq!(
            of("ago-days = vor { $days } Tagen\n"),
            [("`ago-days`: unknown variable: $days".into(), Some("its values are `$n`, `$number`, `$number_feminine`".into()))]
        );
        assert_eq!(of("own = Tage\nago-days = vor { $number } { own }\n"), [], "a message may be a part of another");
        assert_eq!(of("month-1 Jänner\n").len(), 1, "{:?}", of("month-1 Jänner\n"));
        assert!(!of("month-1 = {\nmonth-2 = ü{ $\n").is_empty());
        assert!(of(&format!("month-1 = {}", "{".repeat(100_000)))[0].0.contains("nested too deeply"));
    }

    #[test]
    fn no_table_makes_the_program_fail() {
        const SIGNS: [&str; 16] = ["{", "}", "$", "*", "[", "]", "->", "=", "\n", "  ", "#", "\"", "ü", ".", "{ $n ->", "-"];
        let mut state: u64 = 7;
        let mut draw = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        for round in 0..200 {
            let mut table = LOCALES[round % LOCALES.len()].1.to_owned();
            for _ in 0..4 {
                let at = table.floor_char_boundary(draw(table.len()));
                let end = table.floor_char_boundary((at + draw(6)).min(table.len()));
                table.replace_range(at..end.max(at), SIGNS[draw(SIGNS.len())]);
            }
            let (language, problems) = Language::new(&LanguageSource { words: Some(table.clone()), ..LanguageSource::default() });
            assert!(problems.iter().all(|problem| table.get(problem.range.clone()).is_some()), "{problems:?}");
            let _ = (language.duration(9e9, &[]), language.list(&["a".into(), "b".into()]), language.times(3.0));
        }
    }

    #[test]
    fn a_language_without_a_table_is_english_and_says_so() {
        let (language, problems) = Language::new(&LanguageSource { tag: "fr".into(), ..LanguageSource::default() });
        assert_eq!(language.text("month-1"), "January");
        assert!(problems[0].message.contains("no table of words for the language `fr`"), "{problems:?}");
        let partial = super::tests::problems("fr", "month-1 = janvier\n");
        assert!(partial[0].message.contains("messages are missing"), "{partial:?}");
    }
}
