//! Decides how agents are referred to in running text: by name, or by a pronoun if the reference is clear.
//!
//! A template is rendered with marks around names. A pronoun replaces a name only if the agent is the only one with that pronoun
//! in this sentence and in the one before.

use crate::grammar;
use crate::person::{MARKS, Somebody, Voice};
use longhand_chronicle::Directory;
use longhand_expr::ids::AgentId;
use longhand_scene::Pronouns;
use minijinja::value::Value;
use std::collections::BTreeSet;

/// A template value in which the name of an agent is marked.
pub(super) fn marked(value: Value) -> Value {
    match value.downcast_object_ref::<Somebody>() {
        Some(somebody) => Value::from_object(Somebody { voice: Voice::Marked, ..somebody.clone() }),
        None => value,
    }
}

/// A rendered text, split at the names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Marked {
    pieces: Vec<Piece>,
    /// The number of pieces before the sentence proper.
    lead: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Name(AgentId, String),
}

/// The agents mentioned in the sentence before.
#[derive(Clone, Debug, Default)]
pub(super) struct Focus {
    /// The agent it was about.
    topic: Option<AgentId>,
    named: BTreeSet<AgentId>,
}

/// Where pronouns may replace names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Freedom {
    /// Only at the start of the sentence: the rest is worded by the scene.
    Subject,
    /// Everywhere: the text is a simple clause, subject, verb and object.
    Clause,
}

impl Marked {
    /// Parses a rendered text with marks.
    pub fn of(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(MARKS[0]) {
            pieces.push(Piece::Text(before.to_owned()));
            let Some((id, (name, behind))) =
                after.split_once(MARKS[1]).and_then(|(id, after)| Some((id.parse().ok()?, after.split_once(MARKS[2])?)))
            else {
                rest = after;
                continue;
            };
            pieces.push(Piece::Name(AgentId(id), name.to_owned()));
            rest = behind;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        if let Some(Piece::Text(first)) = pieces.first_mut() {
            *first = first.trim_start().to_owned();
        }
        pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        Self { pieces, lead: 0 }
    }

    /// The agent that begins the text as its subject.
    pub fn subject(&self) -> Option<AgentId> {
        match self.pieces.get(self.lead) {
            Some(Piece::Name(agent, _)) if !self.is_possessive(self.lead) => Some(*agent),
            _ => None,
        }
    }

    /// The text without its subject: "went home".
    pub fn predicate(&self) -> Option<Self> {
        self.subject()?;
        Some(Self { pieces: self.pieces[self.lead + 1..].to_vec(), lead: 0 })
    }

    /// Appends another text.
    pub fn then(mut self, between: &str, other: Self) -> Self {
        self.pieces.push(Piece::Text(between.to_owned()));
        self.pieces.extend(other.pieces);
        self
    }

    /// Puts a phrase before the text.
    pub fn after(self, before: &str) -> Self {
        if before.is_empty() {
            return self;
        }
        let before = Piece::Text(format!("{} ", before.trim_end()));
        Self { pieces: [before].into_iter().chain(self.pieces).collect(), lead: self.lead + 1 }
    }

    /// The agents mentioned, in order.
    pub fn named(&self) -> impl Iterator<Item = AgentId> + '_ {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Name(agent, _) => Some(*agent),
            Piece::Text(_) => None,
        })
    }

    /// The first word of the text in lower case, without quotation marks.
    pub fn opening(&self) -> String {
        opening(&self.plain())
    }

    /// The text with every name.
    pub fn plain(&self) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) | Piece::Name(_, text) => text.clone(),
        };
        self.pieces.iter().map(piece).collect()
    }

    fn is_possessive(&self, at: usize) -> bool {
        matches!(self.pieces.get(at + 1), Some(Piece::Text(after)) if after.starts_with("’s") || after.starts_with("'s"))
    }

    /// Whether a verb that only a subject can have follows the name: "something Ann had said".
    fn does_something(&self, at: usize) -> bool {
        const VERBS: [&str; 8] = [" had ", " was ", " could ", " would ", " did ", " said ", " might ", " should "];
        matches!(self.pieces.get(at + 1), Some(Piece::Text(after)) if VERBS.iter().any(|verb| after.starts_with(verb)))
    }

    /// Whether the name is coordinated with another one: "Ann and Ben".
    fn is_joined(&self, at: usize) -> bool {
        let name = |at: Option<usize>| matches!(at.and_then(|at| self.pieces.get(at)), Some(Piece::Name(..)));
        let and = |at: Option<usize>| match at.and_then(|at| self.pieces.get(at)) {
            Some(Piece::Text(text)) => matches!(text.trim(), "and" | "or" | ","),
            _ => false,
        };
        and(Some(at + 1)) && name(Some(at + 2)) || and(at.checked_sub(1)) && name(at.checked_sub(2))
    }

    /// Whether the text describes an earlier state, so that it takes no lead.
    pub fn looks_back(&self) -> bool {
        let after = match (self.subject(), self.pieces.get(self.lead + 1)) {
            (Some(_), Some(Piece::Text(after))) => after.as_str(),
            _ => return false,
        };
        [" had ", " has ", " was ", " is ", " still "].iter().any(|word| after.starts_with(word))
    }

    /// The finished sentence, with pronouns where the reference is clear. Updates `focus`.
    pub fn said(&self, directory: &Directory, focus: &mut Focus, freedom: Freedom) -> String {
        let pronouns = |agent: AgentId| directory.get(agent).map_or(Pronouns::they, |person| person.pronouns);
        let here: BTreeSet<AgentId> = self.named().collect();
        let clear = |agent: AgentId| {
            let alike = |other: &&AgentId| **other != agent && pronouns(**other) == pronouns(agent);
            !here.iter().chain(&focus.named).any(|other| alike(&other)) && matches!(pronouns(agent), Pronouns::she | Pronouns::he)
        };
        let mut seen: BTreeSet<AgentId> = BTreeSet::new();
        let mut out = String::new();
        let mut skip = 0;
        for (at, piece) in self.pieces.iter().enumerate() {
            let (agent, name) = match piece {
                Piece::Text(text) => {
                    out.push_str(&text[skip..]);
                    skip = 0;
                    continue;
                }
                Piece::Name(agent, name) => (*agent, name),
            };
            let begins = at == self.lead;
            let known = match freedom {
                Freedom::Subject => begins && focus.topic == Some(agent),
                Freedom::Clause => seen.contains(&agent) || focus.topic == Some(agent) || focus.named.contains(&agent) && !begins,
            };
            seen.insert(agent);
            if !known || !clear(agent) || self.is_joined(at) {
                out.push_str(name);
                continue;
            }
            let she = pronouns(agent) == Pronouns::she;
            if self.is_possessive(at) {
                skip = match self.pieces.get(at + 1) {
                    Some(Piece::Text(after)) if after.starts_with("’s") => "’s".len(),
                    _ => "'s".len(),
                };
                out.push_str(if she { "her" } else { "his" });
            } else if begins || begins_clause(&out) || self.does_something(at) {
                out.push_str(if she { "she" } else { "he" });
            } else {
                out.push_str(if she { "her" } else { "him" });
            }
        }
        focus.topic = self.subject().or_else(|| self.named().next());
        focus.named = here;
        grammar::tidy(&out)
    }
}

impl Focus {
    /// The focus on one agent.
    pub fn on(topic: Option<AgentId>) -> Self {
        Self { topic, named: topic.into_iter().collect() }
    }

    /// Clears the focus: a new paragraph uses names again.
    pub fn leave(&mut self) {
        *self = Self::default();
    }
}

/// Whether the text so far ends where a clause begins, so that the next name is a subject.
fn begins_clause(before: &str) -> bool {
    const WORDS: [&str; 20] = [
        "that", "which", "what", "whom", "why", "when", "because", "since", "until", "where", "and", "so", "but", "then", "how",
        "whether", "as", "while", "if", "though",
    ];
    let trimmed = before.trim_end();
    trimmed.ends_with([',', ';', ':'])
        || trimmed.rsplit(' ').next().is_some_and(|word| WORDS.contains(&word.to_lowercase().trim_matches([',', ';'])))
}

/// The first word of a text in lower case, without quotation marks.
pub(super) fn opening(text: &str) -> String {
    let word = text.split_whitespace().next().unwrap_or_default();
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{ANN, BEN, CLEO, directory};
    use super::*;

    fn text(source: &str) -> Marked {
        let mark = |agent: AgentId, name: &str| format!("{}{}{}{name}{}", MARKS[0], agent.0, MARKS[1], MARKS[2]);
        let named = [("ANN", ANN, "Ann"), ("BEN", BEN, "Ben"), ("CLEO", CLEO, "Cleo")];
        Marked::of(&named.iter().fold(source.to_owned(), |text, &(word, agent, name)| text.replace(word, &mark(agent, name))))
    }

    fn told(sources: &[&str], freedom: Freedom) -> Vec<String> {
        let mut focus = Focus::default();
        sources.iter().map(|source| text(source).said(&directory(), &mut focus, freedom)).collect()
    }

    #[test]
    fn a_repeated_name_becomes_a_pronoun() {
        assert_eq!(told(&["ANN wrote to BEN.", "ANN waited."], Freedom::Clause), ["Ann wrote to Ben.", "She waited."]);
        assert_eq!(
            told(&["ANN wrote to BEN, and BEN told ANN’s story."], Freedom::Clause),
            ["Ann wrote to Ben, and he told her story."]
        );
        assert_eq!(told(&["ANN met BEN.", "BEN liked ANN."], Freedom::Clause), ["Ann met Ben.", "Ben liked her."]);
        assert_eq!(
            told(&["ANN met BEN.", "ANN laughed at something BEN had said."], Freedom::Clause)[1],
            "She laughed at something he had said."
        );
        assert_eq!(
            told(&["ANN wept.", "ANN and BEN left, in which ANN was right."], Freedom::Clause)[1],
            "Ann and Ben left, in which she was right."
        );
    }

    #[test]
    fn ambiguous_pronouns_are_avoided() {
        let mut directory = directory();
        let ben = directory.get(BEN).cloned().unwrap();
        directory.set(longhand_chronicle::Person { pronouns: Pronouns::she, ..ben });
        let mut focus = Focus::default();
        text("ANN met BEN.").said(&directory, &mut focus, Freedom::Clause);
        assert_eq!(text("ANN left.").said(&directory, &mut focus, Freedom::Clause), "Ann left.");
        assert_eq!(told(&["CLEO sang.", "CLEO left."], Freedom::Clause)[1], "Cleo left.", "`they` would need another verb form");
    }

    #[test]
    fn only_the_subject_of_scene_prose_becomes_a_pronoun() {
        let said = told(&["ANN wrote.", "ANN read ANN’s letter to BEN.", "Rain fell on ANN."], Freedom::Subject);
        assert_eq!(said, ["Ann wrote.", "She read Ann’s letter to Ben.", "Rain fell on Ann."]);
    }

    #[test]
    fn a_text_without_its_subject_is_a_predicate() {
        assert_eq!(text("ANN went home with BEN").predicate().map(|text| text.plain()), Some(" went home with Ben".into()));
        assert_eq!(text("ANN’s cat came").predicate(), None);
        assert_eq!(text("“Oh,” said ANN.").opening(), "oh");
        assert_eq!(Marked::of("a \u{e000}broken mark").plain(), "a broken mark");
    }
}
