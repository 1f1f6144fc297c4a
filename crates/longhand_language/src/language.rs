//! A language as a table of messages.

use crate::check::{self, WordProblem};
use crate::nouns::NounForms;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource, FluentValue};
use std::collections::BTreeMap;
use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, LazyLock};
use unic_langid::{CharacterDirection, LanguageIdentifier};

/// The tables that are included, by the tag of their language.
pub(crate) const LOCALES: [(&str, &str); 3] = [
    ("en", include_str!("../locales/en.ftl")),
    ("de", include_str!("../locales/de.ftl")),
    ("ar", include_str!("../locales/ar.ftl")),
];

/// The direction in which a language is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextDirection {
    /// From left to right.
    #[default]
    LeftToRight,
    /// From right to left.
    RightToLeft,
}

impl TextDirection {
    /// `ltr` or `rtl`, as in HTML.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

/// What a scene says about its language. The default is English.
#[derive(Clone, Debug, Default)]
pub struct LanguageSource {
    /// The tag of the language (BCP 47): `de`, `pt-BR`. Empty for English.
    pub tag: String,
    /// The direction, if it is not that of the language.
    pub direction: Option<TextDirection>,
    /// A table of the scene, which replaces or adds messages.
    pub words: Option<String>,
    /// The forms of nouns.
    pub forms: BTreeMap<String, NounForms>,
}

/// The language of a scene.
pub struct Language {
    tag: String,
    direction: TextDirection,
    is_english: bool,
    /// A panic while formatting leaves it as it was.
    bundle: AssertUnwindSafe<FluentBundle<FluentResource>>,
    /// The messages, and attributes as `message.attribute`, that take no values.
    texts: BTreeMap<String, String>,
    /// The lines of `abbreviations`.
    pub(crate) abbreviations: Vec<String>,
    /// The digits 0 to 9, if they are not those of ASCII.
    pub(crate) own_digits: Option<[char; 10]>,
    pub(crate) forms: BTreeMap<String, NounForms>,
}

impl Language {
    /// English, without forms or words of a scene.
    #[must_use]
    pub fn english() -> &'static Arc<Self> {
        static ENGLISH: LazyLock<Arc<Language>> = LazyLock::new(|| Arc::new(Language::new(&LanguageSource::default()).0));
        &ENGLISH
    }

    /// Whether `tag` is a valid language tag.
    #[must_use]
    pub fn is_valid_tag(tag: &str) -> bool {
        tag.parse::<LanguageIdentifier>().is_ok_and(|id| id.language != LanguageIdentifier::default().language)
    }

    /// Whether there is a table for the language with this tag.
    #[must_use]
    pub fn is_included(tag: &str) -> bool {
        LOCALES.iter().any(|(locale, _)| *locale == tag)
    }

    /// Builds a language, and finds the faults of the scene's own words. Messages that are missing are those of English.
    #[must_use]
    pub fn new(source: &LanguageSource) -> (Self, Vec<WordProblem>) {
        let tag = if source.tag.is_empty() { "en" } else { &source.tag };
        let id: LanguageIdentifier = tag.parse().unwrap_or_default();
        let included = LOCALES.iter().find(|(locale, _)| id.language.as_str() == *locale);
        let mut bundle = FluentBundle::new_concurrent(vec![id.clone()]);
        bundle.set_use_isolating(false);
        let (_, table) = included.unwrap_or(&LOCALES[0]);
        bundle.add_resource_overriding(resource(table).0);
        bundle.add_resource_overriding(resource(PLURAL_CATEGORY).0);
        let mut problems = Vec::new();
        let mut own_ids = Vec::new();
        if let Some(words) = &source.words {
            let (own, errors) = resource(words);
            own_ids = check::message_ids(words);
            bundle.add_resource_overriding(own);
            problems = errors;
        }
        if included.is_none() {
            problems.extend(check::missing_messages(tag, &own_ids));
        }
        let direction = source.direction.unwrap_or(match id.character_direction() {
            CharacterDirection::RTL => TextDirection::RightToLeft,
            _ => TextDirection::LeftToRight,
        });
        let mut language = Self {
            tag: tag.to_owned(),
            direction,
            is_english: id.language.as_str() == "en",
            bundle: AssertUnwindSafe(bundle),
            texts: BTreeMap::new(),
            abbreviations: Vec::new(),
            own_digits: None,
            forms: source.forms.clone(),
        };
        language.resolve_texts(table, source.words.as_deref());
        if let Some(words) = &source.words {
            problems.extend(check::check_words(&language, words));
        }
        (language, problems)
    }

    /// Resolves every message that takes no values.
    fn resolve_texts(&mut self, table: &str, words: Option<&str>) {
        let ids = [table].into_iter().chain(words).flat_map(check::message_ids);
        let mut texts = BTreeMap::new();
        for (id, _) in ids {
            let Some(message) = self.bundle.get_message(id) else { continue };
            let attributes = message.attributes().map(|attribute| (format!("{id}.{}", attribute.id()), attribute.value()));
            for (key, pattern) in message.value().map(|value| (id.to_owned(), value)).into_iter().chain(attributes) {
                let mut errors = Vec::new();
                let text = self.bundle.format_pattern(pattern, None, &mut errors);
                if errors.is_empty() {
                    texts.insert(key, text.into_owned());
                }
            }
        }
        self.texts = texts;
        self.abbreviations = self.lines("abbreviations", &[]);
        let digits: Vec<char> = self.text("number-digits").chars().collect();
        self.own_digits = digits.try_into().ok().filter(|digits: &[char; 10]| digits[0] != '0');
    }

    /// The tag of the language, as the scene gives it.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The direction in which its texts are written.
    #[must_use]
    pub const fn direction(&self) -> TextDirection {
        self.direction
    }

    /// Whether it is English, so that words are inflected by rule.
    #[must_use]
    pub const fn is_english(&self) -> bool {
        self.is_english
    }

    /// A message that takes no values, or an attribute of one: `pronoun-she.him`. Empty if there is none.
    #[must_use]
    pub fn text(&self, id: &str) -> &str {
        self.find_text(id).unwrap_or_default()
    }

    /// Like [`text`](Self::text); none if there is no such message.
    #[must_use]
    pub fn find_text(&self, id: &str) -> Option<&str> {
        self.texts.get(id).map(String::as_str)
    }

    /// A message with values. A value that is missing leaves its name in the text.
    #[must_use]
    pub fn format(&self, id: &str, values: &[(&str, FluentValue<'_>)]) -> String {
        self.format_or_errors(id, values).unwrap_or_else(|(text, _)| text)
    }

    /// Like [`format`](Self::format), or the text with the errors of the message, for example of a value that is missing.
    pub(crate) fn format_or_errors(
        &self,
        id: &str,
        values: &[(&str, FluentValue<'_>)],
    ) -> Result<String, (String, Vec<FluentError>)> {
        if let Some(text) = self.texts.get(id) {
            return Ok(text.clone());
        }
        let pattern = self.bundle.get_message(id).and_then(|message| message.value());
        debug_assert!(pattern.is_some(), "there is no message `{id}`");
        let Some(pattern) = pattern else { return Ok(String::new()) };
        let args: FluentArgs<'_> = values.iter().map(|(name, value)| (*name, value.clone())).collect();
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&args), &mut errors).into_owned();
        if errors.is_empty() { Ok(text) } else { Err((text, errors)) }
    }

    /// The alternatives of a message: its lines.
    #[must_use]
    pub fn lines(&self, id: &str, values: &[(&str, FluentValue<'_>)]) -> Vec<String> {
        let text = self.format(id, values);
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }
}

/// Two languages are equal if they have the same tag, direction and words.
impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        (&self.tag, self.direction, &self.texts, &self.forms) == (&other.tag, other.direction, &other.texts, &other.forms)
    }
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Language").field("tag", &self.tag).field("direction", &self.direction).finish_non_exhaustive()
    }
}

/// Gives the plural category of a number.
const PLURAL_CATEGORY: &str = "
plural-category = { $n ->
    [zero] zero
    [one] one
    [two] two
    [few] few
    [many] many
   *[other] other
}
";

/// Parses a table, with its syntax errors.
fn resource(text: &str) -> (FluentResource, Vec<WordProblem>) {
    if let Some(problem) = check::excessive_nesting(text) {
        return (resource("").0, vec![problem]);
    }
    match FluentResource::try_new(text.to_owned()) {
        Ok(resource) => (resource, Vec::new()),
        Err((resource, errors)) => {
            let problems = errors.into_iter().map(|error| WordProblem::syntax(text, error.pos.start, error.to_string()));
            (resource, problems.collect())
        }
    }
}
