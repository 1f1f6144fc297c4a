//! Checks the language of a scene: its tag, its direction, its own words and the forms of its nouns.

use std::sync::Arc;

use super::super::decl::{SceneFile, Text};
use super::super::diagnostic::Diagnostic;
use super::checker::SceneChecker;
use super::names::check_unique_keys;
use super::script::language_of_script;
use longhand_expr::did_you_mean;
use longhand_language::{GENDERS, Language, LanguageSource, NOUN_FORMS, NounForms, TextDirection};

impl SceneChecker<'_> {
    pub(super) fn language(&mut self, scene: &SceneFile) -> Arc<Language> {
        let tag = scene.language.as_ref().filter(|tag| self.is_language_tag(tag));
        let direction = scene.direction.as_ref().and_then(|text| self.direction(text));
        let forms: Vec<_> = scene.forms.iter().flat_map(|forms| forms.iter()).collect();
        let words = scene.words_file.as_ref();
        let recognised = if scene.language.is_none() { self.recognise_language(scene) } else { None };
        if tag.is_none() && recognised.is_none() && direction.is_none() && forms.is_empty() && words.is_none() {
            return Language::english().clone();
        }
        if let Some(forms) = &scene.forms {
            check_unique_keys(forms, &mut self.report);
        }
        let source = LanguageSource {
            tag: tag.map(|tag| tag.as_str()).or(recognised).unwrap_or_default().to_owned(),
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

    /// The language of the script of the prose, if it is an included one. Warns of prose in another script.
    fn recognise_language(&mut self, scene: &SceneFile) -> Option<&'static str> {
        let tag = language_of_script(scene)?;
        if Language::is_included(tag) {
            return Some(tag);
        }
        let first = scene.prose.iter().flat_map(|prose| &prose.say).next()?;
        let help = format!("say the language of the texts: `language: \"{tag}\"`");
        self.report.warn(first, "language", "the prose is not in English, and the words of the engine are", &help);
        None
    }

    fn is_language_tag(&mut self, tag: &Text) -> bool {
        let is_valid = Language::is_valid_tag(tag);
        if !is_valid {
            let help = "write a tag such as `en`, `de`, `ar` or `pt-BR`";
            self.report.error_help(tag, "language", format!("`{}` is not the tag of a language", tag.as_str()), help);
        }
        is_valid
    }

    fn direction(&mut self, text: &Text) -> Option<TextDirection> {
        let found = [TextDirection::LeftToRight, TextDirection::RightToLeft]
            .into_iter()
            .find(|direction| direction.keyword() == text.as_str());
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
