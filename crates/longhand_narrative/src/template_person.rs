//! An agent as seen by a template: called name, pronouns, and verbs that agree with them.

use super::grammar::{self, capitalise, third_person};
use longhand_expr::ids::AgentId;
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
}

/// Marks around a name: before the agent's number, between number and name, and after the name. From the Unicode private use
/// area.
pub(crate) const NAME_MARKS: [char; 3] = ['\u{e000}', '\u{e001}', '\u{e002}'];

/// The value of a role in a template.
///
/// It prints as the called name. `.name` is the full name; `.he .him .his .hers .himself` are pronouns, capitalised for the start
/// of a sentence (`.He`); `.is .was .has .does` are verbs that agree with the pronoun.
#[derive(Clone, Debug)]
pub(crate) struct TemplatePerson {
    pub id: AgentId,
    pub name: String,
    pub short_name: String,
    pub pronouns: Pronouns,
    pub person: GrammaticalPerson,
}

/// Subject, object, possessive determiner, possessive pronoun, reflexive.
type Forms = [&'static str; 5];

impl TemplatePerson {
    fn forms(&self) -> Forms {
        match (self.person, self.pronouns) {
            (GrammaticalPerson::First, _) => ["I", "me", "my", "mine", "myself"],
            (GrammaticalPerson::Second, _) => ["you", "you", "your", "yours", "yourself"],
            (GrammaticalPerson::Third | GrammaticalPerson::Marked, Pronouns::She) => ["she", "her", "her", "hers", "herself"],
            (GrammaticalPerson::Third | GrammaticalPerson::Marked, Pronouns::He) => ["he", "him", "his", "his", "himself"],
            (GrammaticalPerson::Third | GrammaticalPerson::Marked, Pronouns::They) => {
                ["they", "them", "their", "theirs", "themself"]
            }
            (GrammaticalPerson::Third | GrammaticalPerson::Marked, Pronouns::It) => ["it", "it", "its", "its", "itself"],
        }
    }

    /// Whether verbs take no `s` after the pronoun: "they go", "I go".
    fn takes_bare_verbs(&self) -> bool {
        matches!(self.person, GrammaticalPerson::First | GrammaticalPerson::Second) || self.pronouns == Pronouns::They
    }

    /// A verb, or a phrase that begins with one, in agreement with the pronoun: "she goes out", "they go out", "I am".
    pub fn conjugate(&self, phrase: &str) -> String {
        let (verb, rest) = phrase.split_at(phrase.find(' ').unwrap_or(phrase.len()));
        match (verb, self.person) {
            ("be", GrammaticalPerson::First) => format!("am{rest}"),
            ("be", _) if self.takes_bare_verbs() => format!("are{rest}"),
            _ if self.takes_bare_verbs() => phrase.to_owned(),
            _ => third_person(phrase),
        }
    }

    fn property(&self, key: &str) -> Option<String> {
        let pronoun = ["he", "him", "his", "hers", "himself"];
        if let Some(at) = pronoun.iter().position(|form| *form == key) {
            return Some(self.forms()[at].to_owned());
        }
        if let Some(at) = pronoun.iter().position(|form| capitalise(form) == key) {
            return Some(capitalise(self.forms()[at]));
        }
        Some(match key {
            "name" => self.name.clone(),
            "called" => self.short_name.clone(),
            "is" | "are" => self.conjugate("be"),
            "has" | "have" => self.conjugate("have"),
            "does" | "do" => self.conjugate("do"),
            "was" | "were" => match self.person {
                GrammaticalPerson::First => "was".to_owned(),
                _ if self.takes_bare_verbs() => "were".to_owned(),
                _ => "was".to_owned(),
            },
            _ => return None,
        })
    }
}

impl Object for TemplatePerson {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.property(key.as_str()?).map(Value::from)
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
            GrammaticalPerson::First | GrammaticalPerson::Second => f.write_str(self.forms()[0]),
        }
    }
}

/// The agents of a role for several. They print as a list: "Ben, Cleo and Dan".
#[derive(Debug)]
pub(crate) struct TemplatePeople(pub Vec<Value>);

impl Object for TemplatePeople {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.get(key.as_usize()?).cloned()
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.0.len())
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&grammar::list(&self.0.iter().map(ToString::to_string).collect::<Vec<_>>()))
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
        Arc::new(TemplatePerson { id: AgentId(0), name: "Ann Lee".into(), short_name: "Ann".into(), pronouns, person: voice })
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
