//! Decides how agents are referred to in running text: by name, or by a pronoun if the reference is clear.
//!
//! A template is rendered with marks around names. A pronoun replaces a name only if the agent is the only one with that pronoun
//! in this sentence and in the one before.

use crate::template_person::{GrammaticalPerson, NAME_MARKS, TemplatePerson};
use longhand_chronicle::AgentRegistry;
use longhand_expr::ids::{AgentId, Instant};
use longhand_language::{Language, capitalise};
use longhand_scene::Pronouns;
use minijinja::value::Value;
use std::collections::BTreeSet;

/// A template value in which the name of an agent is marked.
pub(super) fn mark_name(value: Value) -> Value {
    match value.downcast_object_ref::<TemplatePerson>() {
        Some(person) => Value::from_object(TemplatePerson { person: GrammaticalPerson::Marked, ..person.clone() }),
        None => value,
    }
}

/// A name with the marks that [`MarkedText::parse`] takes.
pub(super) fn marked_name(agent: AgentId, name: &str) -> String {
    format!("{}{}{}{name}{}", NAME_MARKS[0], agent.0, NAME_MARKS[1], NAME_MARKS[2])
}

/// A rendered text, split at the names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MarkedText {
    pieces: Vec<TextPiece>,
    /// The number of pieces before the sentence proper.
    lead_pieces: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum TextPiece {
    Text(String),
    Name(AgentId, String),
}

/// The agents mentioned in the sentence before.
#[derive(Clone, Debug, Default)]
pub(super) struct DiscourseFocus {
    /// The agent it was about.
    topic: Option<AgentId>,
    named: BTreeSet<AgentId>,
}

/// Where pronouns may replace names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PronounScope {
    /// Only at the start of the sentence: the rest is worded by the scene.
    Subject,
    /// Everywhere: the text is a simple clause, subject, verb and object.
    Clause,
}

impl MarkedText {
    /// Parses a rendered text with marks.
    pub fn parse(text: &str) -> Self {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once(NAME_MARKS[0]) {
            pieces.push(TextPiece::Text(before.to_owned()));
            let Some((id, (name, after_name))) = after
                .split_once(NAME_MARKS[1])
                .and_then(|(id, after)| Some((id.parse().ok()?, after.split_once(NAME_MARKS[2])?)))
            else {
                rest = after;
                continue;
            };
            pieces.push(TextPiece::Name(AgentId(id), name.to_owned()));
            rest = after_name;
        }
        pieces.push(TextPiece::Text(rest.to_owned()));
        pieces.retain(|piece| !matches!(piece, TextPiece::Text(text) if text.is_empty()));
        if let Some(TextPiece::Text(first)) = pieces.first_mut() {
            *first = first.trim_start().to_owned();
        }
        pieces.retain(|piece| !matches!(piece, TextPiece::Text(text) if text.is_empty()));
        Self { pieces, lead_pieces: 0 }
    }

    /// The agent that begins the text as its subject.
    pub fn subject(&self) -> Option<AgentId> {
        match self.pieces.get(self.lead_pieces) {
            Some(TextPiece::Name(agent, _)) if !self.is_possessive(self.lead_pieces) && !self.is_inflected(self.lead_pieces) => {
                Some(*agent)
            }
            _ => None,
        }
    }

    /// The text without its subject: "went home".
    pub fn predicate(&self) -> Option<Self> {
        self.subject()?;
        let mut pieces = self.pieces[self.lead_pieces + 1..].to_vec();
        if let Some(TextPiece::Text(first)) = pieces.first_mut() {
            *first = first.trim_start().to_owned();
        }
        Some(Self { pieces, lead_pieces: 0 })
    }

    /// The text with its marks, as [`parse`](Self::parse) takes it.
    pub fn marked(&self) -> String {
        let piece = |piece: &TextPiece| match piece {
            TextPiece::Text(text) => text.clone(),
            TextPiece::Name(agent, name) => marked_name(*agent, name),
        };
        self.pieces.iter().map(piece).collect()
    }

    /// Appends another text.
    pub fn append(mut self, between: &str, other: Self) -> Self {
        self.pieces.push(TextPiece::Text(between.to_owned()));
        self.pieces.extend(other.pieces);
        self
    }

    /// Puts a phrase before the text.
    pub fn with_lead(self, before: &str) -> Self {
        if before.is_empty() {
            return self;
        }
        let before = TextPiece::Text(format!("{} ", before.trim_end()));
        Self { pieces: [before].into_iter().chain(self.pieces).collect(), lead_pieces: self.lead_pieces + 1 }
    }

    /// The agents mentioned, in order.
    pub fn mentioned_agents(&self) -> impl Iterator<Item = AgentId> + '_ {
        self.pieces.iter().filter_map(|piece| match piece {
            TextPiece::Name(agent, _) => Some(*agent),
            TextPiece::Text(_) => None,
        })
    }

    /// The first word of the text in lower case, without quotation marks.
    pub fn first_word(&self) -> String {
        first_word(&self.plain_text())
    }

    /// The text with every name.
    pub fn plain_text(&self) -> String {
        let piece = |piece: &TextPiece| match piece {
            TextPiece::Text(text) | TextPiece::Name(_, text) => text.clone(),
        };
        self.pieces.iter().map(piece).collect()
    }

    fn is_possessive(&self, index: usize) -> bool {
        matches!(self.pieces.get(index + 1), Some(TextPiece::Text(after)) if after.starts_with("’s") || after.starts_with("'s"))
    }

    /// Whether the name stands for what is its own: "she went in and out at Ann’s". No pronoun stands there.
    fn is_absolute_possessive(&self, index: usize) -> bool {
        let Some(TextPiece::Text(after)) = self.pieces.get(index + 1) else { return false };
        let Some(after) = after.strip_prefix("’s").or_else(|| after.strip_prefix("'s")) else { return false };
        let is_end = after.is_empty() || after.starts_with([',', '.', ';', ':', '!', '?', '”']);
        is_end || [" and ", " or ", " that ", " when ", " as "].iter().any(|word| after.starts_with(word))
    }

    /// Whether the name has an ending or is a part of a word, so that no pronoun can stand for it.
    fn is_inflected(&self, index: usize) -> bool {
        let text = |index: Option<usize>| match index.and_then(|index| self.pieces.get(index)) {
            Some(TextPiece::Text(text)) => text.as_str(),
            _ => "",
        };
        text(Some(index + 1)).starts_with(char::is_alphanumeric) || text(index.checked_sub(1)).ends_with(char::is_alphanumeric)
    }

    /// Whether a verb that only a subject can have follows the name: "something Ann had said".
    fn is_clause_subject(&self, index: usize) -> bool {
        const VERBS: [&str; 8] = [" had ", " was ", " could ", " would ", " did ", " said ", " might ", " should "];
        matches!(self.pieces.get(index + 1), Some(TextPiece::Text(after)) if VERBS.iter().any(|verb| after.starts_with(verb)))
    }

    /// Whether the name is coordinated with another one: "Ann and Ben".
    fn is_coordinated(&self, index: usize) -> bool {
        let name = |index: Option<usize>| matches!(index.and_then(|index| self.pieces.get(index)), Some(TextPiece::Name(..)));
        let and = |index: Option<usize>| match index.and_then(|index| self.pieces.get(index)) {
            Some(TextPiece::Text(text)) => matches!(text.trim(), "and" | "or" | ","),
            _ => false,
        };
        and(Some(index + 1)) && name(Some(index + 2)) || and(index.checked_sub(1)) && name(index.checked_sub(2))
    }

    /// Whether the text describes an earlier state, so that it takes no lead.
    pub fn is_retrospective(&self, language: &Language) -> bool {
        let piece = |nth: usize| self.pieces.get(self.lead_pieces + nth);
        let after = match (self.subject(), piece(1), piece(2), piece(3)) {
            // "Ann and Ben had": two are the subject.
            (Some(_), Some(TextPiece::Text(and)), Some(TextPiece::Name(..)), Some(TextPiece::Text(after)))
                if and.trim() == language.text("list-and").trim() =>
            {
                after.as_str()
            }
            (Some(_), Some(TextPiece::Text(after)), ..) => after.as_str(),
            _ => return false,
        };
        let Some(first) = after.strip_prefix(' ').and_then(|after| after.split_once(' ')) else { return false };
        language.text("retrospective-words").lines().any(|word| word.trim() == first.0)
    }

    /// The finished sentence about an instant, with pronouns where the reference is clear. Updates `focus`.
    pub fn to_sentence(
        &self,
        registry: &AgentRegistry,
        at: Instant,
        focus: &mut DiscourseFocus,
        scope: PronounScope,
        language: &Language,
    ) -> String {
        let placement = language.text("book-pronouns");
        let pronouns = |agent: AgentId| registry.get_at(agent, at).map_or(Pronouns::They, |profile| profile.pronouns);
        let mentioned: BTreeSet<AgentId> = self.mentioned_agents().collect();
        let is_unambiguous = |agent: AgentId| {
            let has_same_pronouns = |other: &&AgentId| **other != agent && pronouns(**other) == pronouns(agent);
            !mentioned.iter().chain(&focus.named).any(|other| has_same_pronouns(&other))
                && matches!(pronouns(agent), Pronouns::She | Pronouns::He)
        };
        let mut seen: BTreeSet<AgentId> = BTreeSet::new();
        let mut out = String::new();
        let mut skipped_bytes = 0;
        for (index, piece) in self.pieces.iter().enumerate() {
            let (agent, name) = match piece {
                TextPiece::Text(text) => {
                    out.push_str(&text[skipped_bytes..]);
                    skipped_bytes = 0;
                    continue;
                }
                TextPiece::Name(agent, name) => (*agent, name),
            };
            let is_first = index == self.lead_pieces;
            let is_known = match scope {
                PronounScope::Subject => is_first && focus.topic == Some(agent),
                PronounScope::Clause => {
                    seen.contains(&agent) || focus.topic == Some(agent) || focus.named.contains(&agent) && !is_first
                }
            };
            seen.insert(agent);
            let is_allowed = match placement {
                "clauses" => true,
                "subjects" => is_first && !self.is_possessive(index),
                _ => false,
            };
            if !is_allowed
                || self.is_inflected(index)
                || self.is_absolute_possessive(index)
                || !is_known
                || !is_unambiguous(agent)
                || self.is_coordinated(index)
            {
                out.push_str(name);
                continue;
            }
            let pronoun = |form: &str| {
                let key = if pronouns(agent) == Pronouns::She { "she" } else { "he" };
                language.text(&format!("pronoun-{key}{form}"))
            };
            if self.is_possessive(index) {
                skipped_bytes = match self.pieces.get(index + 1) {
                    Some(TextPiece::Text(after)) if after.starts_with("’s") => "’s".len(),
                    _ => "'s".len(),
                };
                out.push_str(pronoun(".his"));
            } else if is_first && out.trim_end().ends_with(':') {
                // A full sentence after a colon.
                out.push_str(&capitalise(pronoun("")));
            } else if is_first || ends_at_clause_start(&out) || self.is_clause_subject(index) {
                out.push_str(pronoun(""));
            } else {
                out.push_str(pronoun(".him"));
            }
        }
        focus.topic = self.subject().or_else(|| self.mentioned_agents().next());
        focus.named = mentioned;
        language.tidy(&out)
    }
}

impl DiscourseFocus {
    /// The focus on one agent.
    pub fn on_topic(topic: Option<AgentId>) -> Self {
        Self { topic, named: topic.into_iter().collect() }
    }

    /// Clears the focus: a new paragraph uses names again.
    pub fn clear(&mut self) {
        *self = Self::default();
    }
}

/// Whether the text so far ends where a clause begins, so that the next name is a subject.
pub(super) fn ends_at_clause_start(before: &str) -> bool {
    const WORDS: [&str; 20] = [
        "that", "which", "what", "whom", "why", "when", "because", "since", "until", "where", "and", "so", "but", "then", "how",
        "whether", "as", "while", "if", "though",
    ];
    let trimmed = before.trim_end();
    trimmed.ends_with([',', ';', ':'])
        || trimmed.rsplit(' ').next().is_some_and(|word| WORDS.contains(&word.to_lowercase().trim_matches([',', ';'])))
}

/// The first word of a text in lower case, without quotation marks.
pub(super) fn first_word(text: &str) -> String {
    let word = text.split_whitespace().next().unwrap_or_default();
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{ANN, BEN, CLEO, registry};
    use super::*;

    fn text(source: &str) -> MarkedText {
        let mark = marked_name;
        let named = [("ANN", ANN, "Ann"), ("BEN", BEN, "Ben"), ("CLEO", CLEO, "Cleo")];
        MarkedText::parse(
            &named.iter().fold(source.to_owned(), |text, &(word, agent, name)| text.replace(word, &mark(agent, name))),
        )
    }

    fn sentences(sources: &[&str], scope: PronounScope) -> Vec<String> {
        let mut focus = DiscourseFocus::default();
        sources
            .iter()
            .map(|source| text(source).to_sentence(&registry(), Instant::START, &mut focus, scope, Language::english()))
            .collect()
    }

    #[test]
    fn a_repeated_name_becomes_a_pronoun() {
        assert_eq!(sentences(&["ANN wrote to BEN.", "ANN waited."], PronounScope::Clause), ["Ann wrote to Ben.", "She waited."]);
        assert_eq!(
            sentences(&["ANN wrote to BEN, and BEN told ANN’s story."], PronounScope::Clause),
            ["Ann wrote to Ben, and he told her story."]
        );
        assert_eq!(sentences(&["ANN met BEN.", "BEN liked ANN."], PronounScope::Clause), ["Ann met Ben.", "Ben liked her."]);
        assert_eq!(
            sentences(&["ANN met BEN.", "ANN laughed at something BEN had said."], PronounScope::Clause)[1],
            "She laughed at something he had said."
        );
        assert_eq!(
            sentences(&["ANN wept.", "ANN and BEN left, in which ANN was right."], PronounScope::Clause)[1],
            "Ann and Ben left, in which she was right."
        );
    }

    #[test]
    fn ambiguous_pronouns_are_avoided() {
        let mut registry = registry();
        let ben = registry.get(BEN).cloned().unwrap();
        registry.set(longhand_chronicle::AgentProfile { pronouns: Pronouns::She, ..ben });
        let mut focus = DiscourseFocus::default();
        text("ANN met BEN.").to_sentence(&registry, Instant::START, &mut focus, PronounScope::Clause, Language::english());
        assert_eq!(
            text("ANN left.").to_sentence(&registry, Instant::START, &mut focus, PronounScope::Clause, Language::english()),
            "Ann left."
        );
        assert_eq!(
            sentences(&["CLEO sang.", "CLEO left."], PronounScope::Clause)[1],
            "Cleo left.",
            "`they` would need another verb form"
        );
    }

    #[test]
    fn only_the_subject_of_scene_prose_becomes_a_pronoun() {
        let rendered = sentences(&["ANN wrote.", "ANN read ANN’s letter to BEN.", "Rain fell on ANN."], PronounScope::Subject);
        assert_eq!(rendered, ["Ann wrote.", "She read Ann’s letter to Ben.", "Rain fell on Ann."]);
    }

    #[test]
    fn what_is_somebodys_own_keeps_the_name() {
        let rendered = sentences(&["ANN wrote to BEN.", "ANN went in and out at BEN’s and left."], PronounScope::Clause);
        assert_eq!(rendered, ["Ann wrote to Ben.", "She went in and out at Ben’s and left."]);
    }

    #[test]
    fn a_text_without_its_subject_is_a_predicate() {
        assert_eq!(text("ANN went home with BEN").predicate().map(|text| text.plain_text()), Some("went home with Ben".into()));
        assert_eq!(text("ANN’s cat came").predicate(), None);
        assert_eq!(text("“Oh,” said ANN.").first_word(), "oh");
        assert_eq!(MarkedText::parse("a \u{e000}broken mark").plain_text(), "a broken mark");
    }
}
