//! The filters of templates that depend on the language: numbers in words, forms of nouns and verbs, lists.

use super::template_person::TemplatePerson;
use longhand_language::{Language, NOUN_FORMS, UnknownForm};
use minijinja::value::{Kwargs, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind};
use std::sync::Arc;

/// The pronouns for which a template can give the form of a verb.
const VERB_FORMS: [&str; 6] = ["he", "she", "it", "they", "i", "you"];

/// Adds the filters of a language to an environment.
pub(crate) fn add_language_filters(env: &mut Environment<'static>, language: &Arc<Language>) {
    let add = || language.clone();
    let words = add();
    env.add_filter("words", move |number: f64| words.words(number));
    let digits = add();
    env.add_filter("digits", move |number: f64| digits.digits(number));
    let times = add();
    env.add_filter("times", move |number: f64| times.times(number));
    let duration = add();
    env.add_filter("duration", move |seconds: f64, kwargs: Kwargs| -> Result<String, Error> {
        let options = Options::read(&kwargs, &["case"])?;
        Ok(duration.duration(seconds, &options.pairs()))
    });
    let ordinal = add();
    env.add_filter("ordinal", move |number: u32, kwargs: Kwargs| -> Result<String, Error> {
        let options = Options::read(&kwargs, &["case", "gender"])?;
        Ok(ordinal.ordinal(number, &options.pairs()))
    });
    let counted = add();
    env.add_filter("counted", move |number: f64, noun: &str, plural: Option<&str>, kwargs: Kwargs| -> Result<String, Error> {
        let mut options = Options::read(&kwargs, &noun_options())?;
        options.give("other", plural);
        counted.counted(number, noun, &options.pairs()).map_err(unknown_form)
    });
    let plurals = add();
    env.add_filter("plural", move |noun: &str, plural: Option<&str>, kwargs: Kwargs| -> Result<String, Error> {
        let mut options = Options::read(&kwargs, &noun_options())?;
        options.give("plural", plural);
        plurals.plural(noun, &options.pairs()).map_err(unknown_form)
    });
    let article = add();
    env.add_filter("a", move |phrase: String, given: Option<&str>, kwargs: Kwargs| -> Result<String, Error> {
        let mut options = Options::read(&kwargs, &["case", "gender", "article"])?;
        options.give("article", given);
        article.with_article(&phrase, &options.pairs()).map_err(unknown_form)
    });
    let list = add();
    env.add_filter("list", move |items: Vec<Value>| {
        let items = items.iter().filter(|item| !item.is_undefined() && !item.is_none());
        list.list(&items.map(ToString::to_string).collect::<Vec<_>>())
    });
    let verbs = add();
    env.add_filter("verb", move |phrase: &str, who: Option<Value>, kwargs: Kwargs| -> Result<String, Error> {
        verb(&verbs, phrase, who.as_ref(), &Options::read(&kwargs, &VERB_FORMS)?)
    });
}

fn noun_options() -> Vec<&'static str> {
    NOUN_FORMS.into_iter().chain(["case"]).collect()
}

fn unknown_form(error: UnknownForm) -> Error {
    Error::new(ErrorKind::InvalidOperation, error.message)
}

/// The named arguments of a filter.
struct Options(Vec<(&'static str, String)>);

impl Options {
    /// Reads the arguments that a filter knows.
    fn read(kwargs: &Kwargs, known: &[&'static str]) -> Result<Self, Error> {
        let mut options = Vec::new();
        for &name in known {
            options.extend(kwargs.get::<Option<String>>(name)?.map(|value| (name, value)));
        }
        kwargs.assert_all_used()?;
        Ok(Self(options))
    }

    fn give(&mut self, name: &'static str, value: Option<&str>) {
        self.0.extend(value.map(|value| (name, value.to_owned())));
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(given, _)| *given == name).map(|(_, value)| value.as_str())
    }

    fn pairs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }
}

/// `{{ "go" | verb(ann) }}` agrees with the pronoun, `{{ "go" | verb }}` with a name, `{{ "go" | verb([a, b]) }}` with several.
/// A form that the template gives, `verb(ann, they="go")`, comes first.
fn verb(language: &Language, phrase: &str, who: Option<&Value>, forms: &Options) -> Result<String, Error> {
    let given = |pronoun: &str| forms.get(pronoun).map(str::to_owned);
    let Some(who) = who else { return Ok(given("he").unwrap_or_else(|| language.third_person(phrase))) };
    if let Some(who) = who.downcast_object_ref::<TemplatePerson>() {
        return Ok(given(who.pronoun()).unwrap_or_else(|| who.conjugate(phrase)));
    }
    match (who.kind(), who.len()) {
        (ValueKind::Seq, Some(1)) => verb(language, phrase, Some(&who.get_item_by_index(0)?), forms),
        (ValueKind::Seq, _) => Ok(given("they").unwrap_or_else(|| match phrase.strip_prefix("be") {
            Some(rest) if language.is_english() && !rest.starts_with(char::is_alphabetic) => format!("are{rest}"),
            _ => phrase.to_owned(),
        })),
        _ => Err(Error::new(ErrorKind::InvalidOperation, "`verb` takes a role, or a list of roles")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::templates::{compile, environment, error_text, number_value};
    use super::*;
    use longhand_language::LanguageSource;

    fn render(language: &Arc<Language>, source: &str) -> Result<String, String> {
        let mut env = environment(language);
        let template = compile(&mut env, "test".into(), source).map_err(|error| error_text(&error))?;
        let names = |name: &str| (name == "n").then(|| number_value(1234.5));
        template.render(&env, names).map_err(|error| error_text(&error))
    }

    #[test]
    fn forms_can_be_given_in_the_template() {
        let english = Language::english();
        let of = |source| render(english, source);
        assert_eq!(of("{{ 1.5 | counted('knife') }}, {{ -1 | counted('child') }}"), Ok("1.5 knives, minus one child".into()));
        assert_eq!(of("{{ 3 | counted('euro', 'euro') }} {{ 'ouzo' | a('an') }}"), Ok("three euro an ouzo".into()));
        assert_eq!(of("{{ 3 | counted('euro', other='cents') }} {{ 'die' | plural('dice') }}"), Ok("three cents dice".into()));
        assert_eq!(of("{{ 'go' | verb }} {{ 'outdo' | verb }} {{ 'hang' | verb(he='hung') }}"), Ok("goes outdoes hung".into()));
        assert!(of("{{ 3 | counted('euro', oter='cents') }}").is_err(), "an unknown name");
    }

    #[test]
    fn other_languages_need_the_forms_of_nouns() {
        let forms = |forms: &[(&str, &str)]| forms.iter().map(|(name, form)| ((*name).to_owned(), (*form).to_owned())).collect();
        let german = LanguageSource {
            tag: "de".into(),
            forms: [
                ("Brief".to_owned(), forms(&[("other", "Briefe"), ("gender", "masculine")])),
                ("Woche".to_owned(), forms(&[("other", "Wochen"), ("gender", "feminine")])),
            ]
            .into(),
            ..LanguageSource::default()
        };
        let german = Arc::new(Language::new(&german).0);
        let of = |source| render(&german, source);
        assert_eq!(of("{{ 1 | counted('Brief') }}, {{ 3 | counted('Brief') }}"), Ok("ein Brief, drei Briefe".into()));
        assert_eq!(of("{{ 0 | counted('Brief') }}, {{ 1 | counted('Woche') }}"), Ok("keine Briefe, eine Woche".into()));
        assert_eq!(of("{{ 'Brief' | a }}, {{ 'Brief' | a(case='accusative') }}"), Ok("ein Brief, einen Brief".into()));
        assert_eq!(
            of("{{ n }}, {{ n | digits }}, {{ 3 | times }}, {{ 40 | times }}"),
            Ok("1.234,5, 1.234,5, dreimal, 40-mal".into())
        );
        assert_eq!(of("am {{ 1 | ordinal(case='dative') }} Tag, {{ 13 | ordinal }} Mal"), Ok("am ersten Tag, 13. Mal".into()));
        assert_eq!(of("{{ 3 | counted('Buch', 'Bücher') }}"), Ok("drei Bücher".into()));
        let unknown = of("{{ 3 | counted('Buch') }}").unwrap_err();
        assert!(unknown.contains("the form `other` of `Buch` is not known"), "{unknown}");
        assert!(of("{{ 'Buch' | a }}").unwrap_err().contains("the gender of `Buch` is not known"));
    }

    #[test]
    fn arabic_chooses_its_six_forms() {
        let arabic = Arc::new(Language::new(&LanguageSource { tag: "ar".into(), ..LanguageSource::default() }).0);
        let book = "counted('كتاب', two='كتابان', few='كتب', many='كتابًا', other='كتاب', gender='masculine')";
        let of = |n: &str| render(&arabic, &format!("{{{{ {n} | {book} }}}}"));
        assert_eq!(of("1"), Ok("كتاب واحد".into()));
        assert_eq!(of("2"), Ok("كتابان".into()));
        assert_eq!(of("3"), Ok("ثلاثة كتب".into()));
        assert_eq!(of("11"), Ok("أحد عشر كتابًا".into()));
        assert_eq!(of("40"), Ok("٤٠ كتابًا".into()));
        assert_eq!(of("100"), Ok("١٠٠ كتاب".into()));
        assert_eq!(
            render(&arabic, "{{ 259200 | duration }}، {{ 172800 | duration(case='genitive') }}، {{ 1945 }}"),
            Ok("ثلاثة أيام، يومين، ١٩٤٥".into())
        );
    }
}
