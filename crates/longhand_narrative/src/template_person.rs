//! An agent as seen by a template: called name, pronouns, and verbs that agree with them.

use longhand_expr::ids::AgentId;
use longhand_language::{Language, capitalise};
use longhand_scene::Pronouns;
use minijinja::value::{DynObject, Enumerator, Object, ObjectRepr, Value};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// The grammatical person in which a text speaks of an agent. In a letter the writer is "I" and the addressee "you".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GrammaticalPerson {
    Third,
    First,
    Second,
    /// The third person with marks around the name. A later pass may replace the name by a pronoun.
    Marked,
    /// The first person, with a sign where its name stands: only the whole clause shows whether that is "I" or "me".
    Speaker,
    /// The second person, with a sign where its name stands.
    Hearer,
}

/// The signs of the one who speaks and of the one who is spoken to.
pub(crate) const SPEAKER_MARK: char = '\u{e003}';
/// See [`SPEAKER_MARK`].
pub(crate) const HEARER_MARK: char = '\u{e004}';

/// Marks around a name: before the agent's number, between number and name, and after the name. From the Unicode private use
/// area.
pub(crate) const NAME_MARKS: [char; 3] = ['\u{e000}', '\u{e001}', '\u{e002}'];

/// The value of a role in a template.
///
/// It prints as the called name. `.name` is the full name; `.he .him .his .hers .himself` are pronouns, capitalised for the start
/// of a sentence (`.He`); `.is .was .has .does` are verbs that agree with the pronoun. The forms are the attributes of the
/// messages `pronoun-…` of the language. Any other name is an attribute that the event carries.
#[derive(Clone, Debug)]
pub(crate) struct TemplatePerson {
    pub id: AgentId,
    pub name: String,
    pub short_name: String,
    pub pronouns: Pronouns,
    pub person: GrammaticalPerson,
    pub language: Arc<Language>,
    /// The attributes that the event carries for its prose.
    pub attributes: Vec<(String, Value)>,
}

impl TemplatePerson {
    /// The key of its pronoun in the table of messages: `she`, or `i` for the writer of a letter.
    pub fn pronoun(&self) -> &'static str {
        match (self.person, self.pronouns) {
            (GrammaticalPerson::First | GrammaticalPerson::Speaker, _) => "i",
            (GrammaticalPerson::Second | GrammaticalPerson::Hearer, _) => "you",
            (_, Pronouns::She) => "she",
            (_, Pronouns::He) => "he",
            (_, Pronouns::They) => "they",
            (_, Pronouns::It) => "it",
        }
    }

    /// A form of its pronoun, or a verb that agrees with it; the pronoun itself for an empty `form`.
    pub fn form(&self, form: &str) -> Option<&str> {
        let (pronoun, dot) = (self.pronoun(), if form.is_empty() { "" } else { "." });
        self.language.find_text(&format!("pronoun-{pronoun}{dot}{form}"))
    }

    /// A verb, or a phrase that begins with one, in agreement with the pronoun: "she goes out", "they go out", "I am". In
    /// other languages than English the phrase itself.
    pub fn conjugate(&self, phrase: &str) -> String {
        let (verb, rest) = phrase.split_at(phrase.find(' ').unwrap_or(phrase.len()));
        match self.pronoun() {
            pronoun if verb == "be" && self.language.is_english() => {
                format!("{}{rest}", self.language.text(&format!("pronoun-{pronoun}.is")))
            }
            "i" | "you" | "they" => phrase.to_owned(),
            _ => self.language.third_person(phrase),
        }
    }

    fn property(&self, key: &str) -> Option<String> {
        match key {
            "name" => return Some(self.name.clone()),
            "called" => return Some(self.short_name.clone()),
            _ => {}
        }
        let lower = key.to_lowercase();
        let form = match lower.as_str() {
            "he" => "",
            "are" => "is",
            "have" => "has",
            "do" => "does",
            "were" => "was",
            other => other,
        };
        let text = self.form(form)?;
        Some(if lower == key { text.to_owned() } else { capitalise(text) })
    }
}

impl Object for TemplatePerson {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let key = key.as_str()?;
        let attribute = || self.attributes.iter().find(|(name, _)| name == key).map(|(_, value)| value.clone());
        self.property(key).map(Value::from).or_else(attribute)
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<Ordering> {
        Some(self.id.cmp(&other.downcast_ref::<Self>()?.id))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.person {
            GrammaticalPerson::Third => f.write_str(&self.short_name),
            GrammaticalPerson::Marked => {
                write!(f, "{}{}{}{}{}", NAME_MARKS[0], self.id.0, NAME_MARKS[1], self.short_name, NAME_MARKS[2])
            }
            GrammaticalPerson::First | GrammaticalPerson::Second => f.write_str(self.form("").unwrap_or_default()),
            GrammaticalPerson::Speaker => write!(f, "{SPEAKER_MARK}"),
            GrammaticalPerson::Hearer => write!(f, "{HEARER_MARK}"),
        }
    }
}

/// The agents of a role for several. They print as a list: "Ben, Cleo and Dan".
#[derive(Debug)]
pub(crate) struct TemplatePeople {
    pub people: Vec<Value>,
    /// The language of the list.
    pub language: Arc<Language>,
}

impl Object for TemplatePeople {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.people.get(key.as_usize()?).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.people.len())
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.language.list(&self.people.iter().map(ToString::to_string).collect::<Vec<_>>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every property a template may use.
    const PROPERTIES: [&str; 20] = [
        "name", "called", "he", "him", "his", "hers", "himself", "He", "Him", "His", "Hers", "Himself", "is", "are", "was",
        "were", "has", "have", "does", "do",
    ];

    fn somebody(pronouns: Pronouns, voice: GrammaticalPerson) -> Arc<TemplatePerson> {
        Arc::new(TemplatePerson {
            id: AgentId(0),
            name: "Ann Lee".into(),
            short_name: "Ann".into(),
            pronouns,
            person: voice,
            language: Language::english().clone(),
            attributes: Vec::new(),
        })
    }

    #[test]
    fn every_pronoun_has_every_form() {
        let properties_of = |pronouns, voice| {
            let who = somebody(pronouns, voice);
            PROPERTIES.map(|key| who.property(key).unwrap()).join(" ")
        };
        assert_eq!(
            properties_of(Pronouns::She, GrammaticalPerson::Third),
            "Ann Lee Ann she her her hers herself She Her Her Hers Herself is is was was has has does does"
        );
        assert_eq!(
            properties_of(Pronouns::He, GrammaticalPerson::Third),
            "Ann Lee Ann he him his his himself He Him His His Himself is is was was has has does does"
        );
        assert_eq!(
            properties_of(Pronouns::They, GrammaticalPerson::Third),
            "Ann Lee Ann they them their theirs themself They Them Their Theirs Themself are are were were have have do do"
        );
        assert_eq!(
            properties_of(Pronouns::It, GrammaticalPerson::Third),
            "Ann Lee Ann it it its its itself It It Its Its Itself is is was was has has does does"
        );
        assert_eq!(
            properties_of(Pronouns::She, GrammaticalPerson::First),
            "Ann Lee Ann I me my mine myself I Me My Mine Myself am am was was have have do do"
        );
        assert_eq!(
            properties_of(Pronouns::She, GrammaticalPerson::Second),
            "Ann Lee Ann you you your yours yourself You You Your Yours Yourself are are were were have have do do"
        );
        assert_eq!(somebody(Pronouns::She, GrammaticalPerson::Third).property("age"), None);
    }

    #[test]
    fn an_agent_prints_as_its_called_name_and_as_i_in_its_own_letter() {
        let print = |voice| Value::from_dyn_object(somebody(Pronouns::She, voice)).to_string();
        assert_eq!(
            [GrammaticalPerson::Third, GrammaticalPerson::First, GrammaticalPerson::Second].map(print),
            ["Ann", "I", "you"]
        );
    }
}
