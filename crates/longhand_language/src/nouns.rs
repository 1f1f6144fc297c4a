//! Chooses the forms of nouns and verbs: those that the scene gives, in English also those by rule.

use crate::english;
use crate::language::Language;
use crate::numbers::Options;
use std::collections::BTreeMap;

/// The names of the forms that a scene can give for a noun: those by number as in CLDR, the plural without a number, the gender,
/// and the indefinite article.
pub const NOUN_FORMS: [&str; 9] = ["zero", "one", "two", "few", "many", "other", "plural", "gender", "article"];

/// The genders of nouns.
pub const GENDERS: [&str; 4] = ["masculine", "feminine", "neuter", "common"];

/// The forms of a noun, by the names in [`NOUN_FORMS`].
pub type NounForms = BTreeMap<String, String>;

/// A form of a word is not known in a language without rules for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownForm {
    /// What is not known, and how to give it.
    pub message: String,
}

impl UnknownForm {
    fn of_noun(noun: &str, form: &str) -> Self {
        let message = format!(
            "the form `{form}` of `{noun}` is not known; add it to the scene: `forms: {{\"{noun}\": {{\"{form}\": \"…\"}}}}`"
        );
        Self { message }
    }

    pub(crate) fn gender(noun: &str) -> Self {
        let message = format!(
            "the gender of `{noun}` is not known; add it to the scene: `forms: {{\"{noun}\": {{\"gender\": \"feminine\"}}}}`"
        );
        Self { message }
    }
}

impl Language {
    /// The forms that the scene gives for a noun, or for the last word of a phrase, with what precedes that word.
    fn given_forms<'a>(&'a self, noun: &'a str) -> Option<(&'a str, &'a NounForms)> {
        if self.forms.is_empty() {
            return None;
        }
        let last_word = noun.rfind([' ', '-']).map_or(0, |at| at + 1);
        let given = |start: usize| Some((&noun[..start], self.forms.get(&noun[start..])?));
        given(0).or_else(|| given(last_word))
    }

    /// One of the forms that the scene gives, or that a template gives as an option.
    fn given_form(&self, noun: &str, form: &str, options: &Options<'_>) -> Option<String> {
        if let Some((_, given)) = options.iter().find(|(name, _)| *name == form) {
            return Some((*given).to_owned());
        }
        let (before, forms) = self.given_forms(noun)?;
        Some(format!("{before}{}", forms.get(form)?))
    }

    /// The form of a noun after a number.
    pub(crate) fn noun_form(&self, noun: &str, number: f64, options: &Options<'_>) -> Result<String, UnknownForm> {
        let category = self.plural_category(number);
        if let Some(form) = self.given_form(noun, &category, options) {
            return Ok(form);
        }
        match category.as_str() {
            "one" => Ok(noun.to_owned()),
            "other" => self.plural(noun, options),
            _ => self.given_form(noun, "other", options).ok_or_else(|| UnknownForm::of_noun(noun, &category)),
        }
    }

    /// The plural of a noun, or of a phrase with one: "evening talks", "mothers-in-law".
    ///
    /// # Errors
    /// If it is not known in this language.
    pub fn plural(&self, noun: &str, options: &Options<'_>) -> Result<String, UnknownForm> {
        let given = ["plural", "other"].into_iter().find_map(|form| self.given_form(noun, form, options));
        match given {
            Some(form) => Ok(form),
            None if self.is_english() => Ok(english::plural(noun)),
            None => Err(UnknownForm::of_noun(noun, "other")),
        }
    }

    pub(crate) fn gender<'a>(&'a self, noun: &'a str, options: &Options<'a>) -> Option<&'a str> {
        let option = options.iter().find(|(name, _)| *name == "gender").map(|(_, gender)| *gender);
        option.or_else(|| self.given_forms(noun)?.1.get("gender").map(String::as_str))
    }

    /// A phrase with its indefinite article: "a letter", "an hour". `options` are `case`, `gender` and `article`.
    ///
    /// # Errors
    /// If the gender of the noun is needed and not known.
    pub fn with_article(&self, phrase: &str, options: &Options<'_>) -> Result<String, UnknownForm> {
        let given = options.iter().find(|(name, _)| *name == "article").map(|(_, article)| *article);
        let given = given
            .or_else(|| self.given_forms(phrase).filter(|(before, _)| before.is_empty())?.1.get("article").map(String::as_str));
        if let Some(article) = given {
            return Ok(format!("{article} {phrase}"));
        }
        let case = options.iter().find(|(name, _)| *name == "case").map_or("nominative", |(_, case)| *case);
        let mut values = vec![("noun", phrase.into()), ("case", case.into())];
        if self.is_english() {
            let sound = if english::begins_with_vowel_sound(phrase) { "vowel" } else { "consonant" };
            values.push(("sound", sound.into()));
        }
        values.extend(self.gender(phrase, options).map(|gender| ("gender", gender.into())));
        self.format_or_errors("article", &values).map_err(|_| UnknownForm::gender(phrase))
    }

    /// The third person singular of a verb, or of a phrase that begins with it: "goes out", "is". In other languages than
    /// English the phrase itself.
    #[must_use]
    pub fn third_person(&self, phrase: &str) -> String {
        if self.is_english() { english::third_person(phrase) } else { phrase.to_owned() }
    }
}
