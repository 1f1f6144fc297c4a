//! Checks the language of a scene: its tag, its direction, its own words and the forms of its nouns.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::super::decl::{SceneFile, Text};
use super::super::diagnostic::Diagnostic;
use super::checker::SceneChecker;
use super::names::check_unique_keys;
use longhand_expr::did_you_mean;
use longhand_language::{Direction, GENDERS, Language, LanguageSource, NOUN_FORMS, NounForms};

/// Scripts that English does not use, each with a language that does.
const SCRIPTS: [(RangeInclusive<char>, &str); 8] = [
    ('\u{600}'..='\u{6ff}', "ar"),
    ('\u{590}'..='\u{5ff}', "he"),
    ('\u{400}'..='\u{4ff}', "ru"),
    ('\u{370}'..='\u{3ff}', "el"),
    ('\u{900}'..='\u{97f}', "hi"),
    ('\u{4e00}'..='\u{9fff}', "zh"),
    ('\u{3040}'..='\u{30ff}', "ja"),
    ('\u{ac00}'..='\u{d7a3}', "ko"),
];
/// The number of letters from which a script is recognised.
const MIN_LETTERS: usize = 12;

impl SceneChecker<'_> {
    pub(super) fn language(&mut self, scene: &SceneFile) -> Arc<Language> {
        let tag = scene.language.as_ref().filter(|tag| self.is_language_tag(tag));
        let direction = scene.direction.as_ref().and_then(|text| self.direction(text));
        let forms: Vec<_> = scene.forms.iter().flat_map(|forms| forms.iter()).collect();
        let words = scene.words_file.as_ref();
        if scene.language.is_none() {
            self.suggest_language(scene);
        }
        if tag.is_none() && direction.is_none() && forms.is_empty() && words.is_none() {
            return Language::english().clone();
        }
        if let Some(forms) = &scene.forms {
            check_unique_keys(forms, &mut self.report);
        }
        let source = LanguageSource {
            tag: tag.map(|tag| tag.value.clone()).unwrap_or_default(),
            direction,
            words: words.map(|(_, text)| text.clone()),
            forms: forms.into_iter().map(|(noun, forms)| (noun.value.clone(), self.noun_forms(&forms.0))).collect(),
        };
        let (language, problems) = Language::new(&source);
        for problem in problems {
            let place = match (words, tag) {
                (Some((file, _)), _) => Some((*file, problem.range)),
                (None, Some(tag)) => Some((tag.file, tag.span.clone())),
                (None, None) => None,
            };
            if let Some((file, span)) = place {
                self.report.push(Diagnostic::warning("words", file, span, problem.message).help(problem.help));
            }
        }
        Arc::new(language)
    }

    /// Warns of prose in a script that English does not use.
    fn suggest_language(&mut self, scene: &SceneFile) {
        let Some(first) = scene.prose.iter().flat_map(|prose| &prose.say).next() else { return };
        let mut letters = [0; SCRIPTS.len()];
        let mut total = 0;
        for text in scene.prose.iter().flat_map(|prose| &prose.say) {
            let mut depth = 0;
            for c in text.chars() {
                depth += i32::from(c == '{') - i32::from(c == '}');
                if depth == 0 && c.is_alphabetic() {
                    total += 1;
                    letters
                        .iter_mut()
                        .zip(&SCRIPTS)
                        .filter(|(_, (script, _))| script.contains(&c))
                        .for_each(|(count, _)| *count += 1);
                }
            }
        }
        let most = letters.iter().zip(&SCRIPTS).find(|(count, _)| **count >= MIN_LETTERS && 2 * **count > total);
        if let Some((_, (_, tag))) = most {
            let help = format!("say the language of the texts: `language: \"{tag}\"`");
            self.report.warn(first, "language", "the prose is not in English, and the words of the engine are", &help);
        }
    }

    fn is_language_tag(&mut self, tag: &Text) -> bool {
        let is_valid = Language::is_valid_tag(tag);
        if !is_valid {
            let help = "write a tag such as `en`, `de`, `ar` or `pt-BR`";
            self.report.error_help(tag, "language", format!("`{}` is not the tag of a language", tag.as_str()), help);
        }
        is_valid
    }

    fn direction(&mut self, text: &Text) -> Option<Direction> {
        let found =
            [Direction::LeftToRight, Direction::RightToLeft].into_iter().find(|direction| direction.keyword() == text.as_str());
        if found.is_none() {
            self.report.error_help(text, "language", format!("`{}` is not a direction", text.as_str()), "write `ltr` or `rtl`");
        }
        found
    }

    /// The forms of a noun, without those that have an unknown name.
    fn noun_forms(&mut self, forms: &[(Text, String)]) -> NounForms {
        check_unique_keys(forms, &mut self.report);
        let mut known = NounForms::new();
        for (name, form) in forms {
            let (allowed, word): (&[&str], &str) = match name.as_str() {
                "gender" => (&GENDERS, form),
                name => (&NOUN_FORMS, name),
            };
            if allowed.contains(&word) {
                known.insert(name.value.clone(), form.clone());
                continue;
            }
            let all = || format!("one of {}", allowed.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "));
            let help = did_you_mean(word, allowed.iter().copied()).unwrap_or_else(all);
            let what = if name.as_str() == "gender" { "gender" } else { "form of a noun" };
            self.report.error_help(name, "language", format!("there is no {what} `{word}`"), &help);
        }
        known
    }
}
