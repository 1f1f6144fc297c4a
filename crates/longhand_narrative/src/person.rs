//! An agent as seen by a template: called name, pronouns, and verbs that agree with them.

use super::grammar::{capitalise, third_person};
use longhand_expr::ids::AgentId;
use longhand_scene::Pronouns;
use minijinja::value::{DynObject, Object, ObjectRepr, Value};
use std::cmp::Ordering;
use std::fmt;
use std::sync::Arc;

/// The grammatical person in which a text speaks of an agent. In a letter the writer is "I" and the addressee "you".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Voice {
    Third,
    First,
    Second,
    /// The third person with marks around the name. A later pass may replace the name by a pronoun.
    Marked,
}

/// Marks around a name: before the agent's number, between number and name, and after the name. From the Unicode private use
/// area.
pub(crate) const MARKS: [char; 3] = ['\u{e000}', '\u{e001}', '\u{e002}'];

/// The value of a role in a template.
///
/// It prints as the called name. `.name` is the full name; `.he .him .his .hers .himself` are pronouns, capitalised for the start
/// of a sentence (`.He`); `.is .was .has .does` are verbs that agree with the pronoun.
#[derive(Clone, Debug)]
pub(crate) struct Somebody {
    pub id: AgentId,
    pub name: String,
    pub called: String,
    pub pronouns: Pronouns,
    pub voice: Voice,
}

/// Subject, object, possessive determiner, possessive pronoun, reflexive.
type Forms = [&'static str; 5];

impl Somebody {
    fn forms(&self) -> Forms {
        match (self.voice, self.pronouns) {
            (Voice::First, _) => ["I", "me", "my", "mine", "myself"],
            (Voice::Second, _) => ["you", "you", "your", "yours", "yourself"],
            (Voice::Third | Voice::Marked, Pronouns::she) => ["she", "her", "her", "hers", "herself"],
            (Voice::Third | Voice::Marked, Pronouns::he) => ["he", "him", "his", "his", "himself"],
            (Voice::Third | Voice::Marked, Pronouns::they) => ["they", "them", "their", "theirs", "themself"],
            (Voice::Third | Voice::Marked, Pronouns::it) => ["it", "it", "its", "its", "itself"],
        }
    }

    /// Whether verbs take no `s` after the pronoun: "they go", "I go".
    fn bare_verbs(&self) -> bool {
        matches!(self.voice, Voice::First | Voice::Second) || self.pronouns == Pronouns::they
    }

    /// A verb, or a phrase that begins with one, in agreement with the pronoun: "she goes out", "they go out", "I am".
    pub fn verb(&self, phrase: &str) -> String {
        let (verb, rest) = phrase.split_at(phrase.find(' ').unwrap_or(phrase.len()));
        match (verb, self.voice) {
            ("be", Voice::First) => format!("am{rest}"),
            ("be", _) if self.bare_verbs() => format!("are{rest}"),
            _ if self.bare_verbs() => phrase.to_owned(),
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
            "called" => self.called.clone(),
            "is" | "are" => self.verb("be"),
            "has" | "have" => self.verb("have"),
            "does" | "do" => self.verb("do"),
            "was" | "were" => match self.voice {
                Voice::First => "was".to_owned(),
                _ if self.bare_verbs() => "were".to_owned(),
                _ => "was".to_owned(),
            },
            _ => return None,
        })
    }
}

impl Object for Somebody {
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
        match self.voice {
            Voice::Third => f.write_str(&self.called),
            Voice::Marked => write!(f, "{}{}{}{}{}", MARKS[0], self.id.0, MARKS[1], self.called, MARKS[2]),
            Voice::First | Voice::Second => f.write_str(self.forms()[0]),
        }
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

    fn somebody(pronouns: Pronouns, voice: Voice) -> Arc<Somebody> {
        Arc::new(Somebody { id: AgentId(0), name: "Ann Lee".into(), called: "Ann".into(), pronouns, voice })
    }

    #[test]
    fn every_pronoun_has_every_form() {
        let said = |pronouns, voice| {
            let who = somebody(pronouns, voice);
            PROPERTIES.map(|key| who.property(key).unwrap()).join(" ")
        };
        assert_eq!(
            said(Pronouns::she, Voice::Third),
            "Ann Lee Ann she her her hers herself She Her Her Hers Herself is is was was has has does does"
        );
        assert_eq!(
            said(Pronouns::he, Voice::Third),
            "Ann Lee Ann he him his his himself He Him His His Himself is is was was has has does does"
        );
        assert_eq!(
            said(Pronouns::they, Voice::Third),
            "Ann Lee Ann they them their theirs themself They Them Their Theirs Themself are are were were have have do do"
        );
        assert_eq!(
            said(Pronouns::it, Voice::Third),
            "Ann Lee Ann it it its its itself It It Its Its Itself is is was was has has does does"
        );
        assert_eq!(
            said(Pronouns::she, Voice::First),
            "Ann Lee Ann I me my mine myself I Me My Mine Myself am am was was have have do do"
        );
        assert_eq!(
            said(Pronouns::she, Voice::Second),
            "Ann Lee Ann you you your yours yourself You You Your Yours Yourself are are were were have have do do"
        );
        assert_eq!(somebody(Pronouns::she, Voice::Third).property("age"), None);
    }

    #[test]
    fn an_agent_prints_as_its_called_name_and_as_i_in_its_own_letter() {
        let print = |voice| Value::from_dyn_object(somebody(Pronouns::she, voice)).to_string();
        assert_eq!([Voice::Third, Voice::First, Voice::Second].map(print), ["Ann", "I", "you"]);
    }
}
