//! Connects an event with another one of the run: before it, how long ago something was; after it, what it goes back to, what its people
//! went through or felt before, or what came of it.

use super::composer::{Composer, Remembrance};
use super::composition::{MAX_REMEMBERED, MAX_SAID};
use super::knowledge::KnowledgeSource;
use super::model::{NarrativeLength, Paragraph};
use super::phrasebook::{Phrasing, ReferenceWords};
use super::references::{DiscourseFocus, MarkedText, PronounScope};
use super::write::{BookWriter, uncapitalise};
use crate::recall_occasion::RecallOccasion;
use crate::salience::participants;
use longhand_chronicle::Event;
use longhand_expr::emotion_name;
use longhand_expr::ids::{AgentId, EventId};
use longhand_scene::prose_keys::ComposedKey;
use minijinja::value::Value;

/// The sentences between two that refer to another event, besides those that are said: before one that follows an event, and before one that
/// begins with how long ago something was.
const REFERENCE_DISTANCE: usize = 3;
const LEAD_DISTANCE: usize = 3;

/// How a sentence about an event begins: with the time since another one.
pub(super) struct RecalledLead {
    /// The words before the sentence.
    pub words: String,
    phrasing: Phrasing,
    event: EventId,
}

/// What a book refers to at an event.
struct Recollection {
    event: EventId,
    /// Of whom the sentence says it.
    who: AgentId,
    whom: Option<AgentId>,
    /// The name of the feeling that both events raised, if that connects them.
    feeling: Option<&'static str>,
}

impl BookWriter<'_> {
    /// Writes what the event goes back to, what its people went through or felt before, or what came of it.
    pub(super) fn write_reference(&mut self, event: &Event, paragraph: &mut Paragraph) {
        use RecallOccasion as Occasion;
        let mut people = participants(self.phrasebook.scenario, event);
        let pair = people.next().zip(people.next()).map(|(one, other)| (one.min(other), one.max(other)));
        let is_referred = pair.and_then(|pair| self.referred_pairs.get(&pair)).is_some_and(|times| *times >= MAX_REMEMBERED);
        if self.sentences_since_reference < REFERENCE_DISTANCE || is_referred {
            return;
        }
        let mut occasions = [Occasion::Cause, Occasion::Together, Occasion::Feeling, Occasion::Outcome];
        let first = self.phrasebook.draw(event.at.0 as u64 ^ 1 << 59, occasions.len());
        occasions.rotate_left(first);
        // A mind is in several places at once, and tells of them together.
        let elsewhere = self.knowledge.agent().filter(|pov| self.is_made_mind(*pov)).map(|_| Occasion::Elsewhere);
        if elsewhere.into_iter().chain(occasions).any(|occasion| self.write_recollection(event, occasion, paragraph)) {
            self.sentences_since_reference = 0;
        }
    }

    /// Writes how long ago something was before an event whose sentence cannot begin with it. Returns whether there was anything.
    pub(super) fn write_since(&mut self, event: &Event, paragraph: &mut Paragraph) -> bool {
        let is_due = self.sentences_since_reference >= LEAD_DISTANCE && self.length != NarrativeLength::Short;
        let is_written = is_due && self.composer.is_active() && self.write_recollection(event, RecallOccasion::Since, paragraph);
        if is_written {
            self.sentences_since_reference = 0;
        }
        is_written
    }

    /// The beginning of the sentence that narrates an event about `topic`, if there is an earlier event from which its reader can count.
    pub(super) fn recalled_lead(&self, event: &Event, topic: AgentId) -> Option<RecalledLead> {
        let is_due = self.sentences_since_reference >= LEAD_DISTANCE && self.length != NarrativeLength::Short;
        if !is_due || !self.composer.is_active() {
            return None;
        }
        let found =
            self.recollection(event, RecallOccasion::Cause).or_else(|| self.recollection(event, RecallOccasion::Together));
        let found = found.filter(|found| self.narrated.contains(&found.event))?;
        let other = self.event(found.event)?;
        let clause = self.phrasebook.gist(other)?;
        if clause.text.mentioned_agents().any(|agent| !self.is_known_to_readers(agent)) {
            return None;
        }
        let whom = participants(self.phrasebook.scenario, event).find(|agent| *agent != topic);
        let noun = self.phrasebook.noun(other, (topic, whom), false);
        let noun = noun.map(|noun| MarkedText::parse(&noun).plain_text());
        let clause = self.clause_about(&clause, event, topic);
        let words = ReferenceWords { clause, noun, with: None, felt: Composer::felt_in(other, topic) };
        let values = [
            ("past", self.phrasebook.past_value(other, event.at, words)),
            ("who", self.phrasebook.speaking_person(topic, event.at, Vec::new())),
        ];
        let phrasing =
            self.fitting(self.phrasebook.composed(ComposedKey::Recall(RecallOccasion::Lead.name()), event, &values), MAX_SAID)?;
        Some(RecalledLead { words: phrasing.text.plain_text(), phrasing, event: other.id })
    }

    /// Records that a sentence began with a lead.
    pub(super) fn mark_recalled(&mut self, lead: &RecalledLead, paragraph: &mut Paragraph) {
        self.phrasebook.mark_used(&lead.phrasing);
        self.composer.mark_referred(lead.event);
        self.sentences_since_reference = 0;
        if let Some(last) = paragraph.sentences.last_mut() {
            last.events.insert(0, lead.event);
        }
    }

    /// A clause as a part of a sentence about an event whose subject is `topic`.
    pub(super) fn clause_about(&self, clause: &Phrasing, event: &Event, topic: AgentId) -> String {
        let mut focus = DiscourseFocus::on_topic(Some(topic));
        let language = self.phrasebook.language();
        let text = clause.text.to_sentence(self.phrasebook.agents, event.at, &mut focus, PronounScope::Clause, language);
        // A name keeps its capital letter; a pronoun becomes lower case.
        let first = |text: &str| text.split_whitespace().next().map(str::to_owned);
        if first(&text) == first(&clause.text.plain_text()) { text } else { uncapitalise(&text) }
    }

    fn write_recollection(&mut self, event: &Event, occasion: RecallOccasion, paragraph: &mut Paragraph) -> bool {
        let Some(found) = self.recollection(event, occasion) else { return false };
        let Some(other) = self.event(found.event) else { return false };
        let Some(clause) = self.phrasebook.gist(other) else { return false };
        let mentioned: Vec<AgentId> = clause.text.mentioned_agents().collect();
        // Whom the reader does not know yet is not spoken of in passing.
        if occasion != RecallOccasion::Elsewhere && mentioned.iter().any(|agent| !self.is_known_to_readers(*agent)) {
            return false;
        }
        let person = |agent| self.phrasebook.speaking_person(agent, event.at, Vec::new());
        let third = mentioned.into_iter().find(|agent| *agent != found.who && Some(*agent) != found.whom);
        // A sentence that begins with the other event names everybody.
        let about = if occasion == RecallOccasion::Since { (AgentId::NONE, None) } else { (found.who, found.whom) };
        let noun = self.phrasebook.noun(other, about, false);
        let felt = Composer::felt_in(other, found.who);
        let words = ReferenceWords { clause: clause.text.marked(), noun, with: third, felt };
        let mut values = vec![
            ("past", self.phrasebook.past_value(other, event.at, words)),
            ("who", person(found.who)),
            ("willed", Value::from(self.phrasebook.is_willed(event))),
        ];
        if let Some(whom) = found.whom {
            values.push(("whom", person(whom)));
            let between = self.composer.meetings_between((found.who, whom), other.id, event.id);
            values.push(("meetings", Value::from(between)));
        }
        values.extend(found.feeling.map(|feeling| ("feeling", Value::from(feeling))));
        let mut phrasings = self.phrasebook.composed(ComposedKey::Recall(occasion.name()), event, &values);
        if occasion != RecallOccasion::Elsewhere {
            // The event itself may be told without a name.
            phrasings.retain(|phrasing| phrasing.text.mentioned_agents().all(|agent| self.is_known_to_readers(agent)));
        }
        let Some(phrasing) = self.fitting(phrasings, MAX_SAID) else {
            return false;
        };
        self.push_composed(&phrasing, event, &[other.id], PronounScope::Subject, paragraph);
        if let Some(whom) = found.whom {
            *self.referred_pairs.entry((found.who.min(whom), found.who.max(whom))).or_default() += 1;
        }
        true
    }

    /// The first wording that the book has less than `most` times and that may come after the last sentence.
    pub(super) fn fitting(&self, phrasings: Vec<Phrasing>, most: u32) -> Option<Phrasing> {
        phrasings
            .into_iter()
            .find(|phrasing| self.phrasebook.times_worded(phrasing) < most && self.continues(&phrasing.text, &phrasing.shape()))
    }

    /// The event to which the book refers on an occasion; one that its point of view knows by then.
    fn recollection(&self, event: &Event, occasion: RecallOccasion) -> Option<Recollection> {
        let mut people = participants(self.phrasebook.scenario, event);
        let (who, whom) = (people.next()?, people.next());
        let pov = self.knowledge.agent();
        let found = |event: EventId| Recollection { event, who, whom, feeling: None };
        let is_known_to_readers = |agent| self.is_known_to_readers(agent);
        let recollection = match occasion {
            RecallOccasion::Cause | RecallOccasion::Lead | RecallOccasion::Return => {
                let cause = self.composer.cause_of(&self.phrasebook, event);
                cause.map(|(cause, feeling)| Recollection { feeling: feeling.map(emotion_name), ..found(cause) })
            }
            RecallOccasion::Since => {
                // It comes before the sentence that introduces those who are new.
                if ![Some(who), whom].into_iter().flatten().all(is_known_to_readers) {
                    return None;
                }
                let told = |found: Recollection| self.narrated.contains(&found.event).then_some(found);
                let cause = self.recollection(event, RecallOccasion::Cause).and_then(told);
                cause.or_else(|| self.recollection(event, RecallOccasion::Together))
            }
            RecallOccasion::Together => {
                let (what, said) = (Remembrance::Shared, &[][..]);
                let past = self.composer.remembered(
                    &self.phrasebook,
                    (who, whom?),
                    event,
                    (what, said),
                    &self.narrated,
                    is_known_to_readers,
                );
                past.filter(|id| self.narrated.contains(id)).map(found)
            }
            RecallOccasion::Feeling => {
                let felt = self.composer.felt_before(&self.phrasebook, event, |agent| pov.is_none_or(|pov| pov == agent));
                felt.map(|(agent, emotion, past)| Recollection {
                    event: past,
                    who: agent,
                    whom: None,
                    feeling: Some(emotion_name(emotion)),
                })
            }
            RecallOccasion::Outcome if pov.is_none() => {
                self.composer.outcome_of(&self.phrasebook, event, &self.selected).map(found)
            }
            RecallOccasion::Elsewhere => {
                let past = self.composer.elsewhere(&self.phrasebook, pov?, event, &self.selected);
                past.map(|event| Recollection { who: pov.unwrap_or(who), ..found(event) })
            }
            RecallOccasion::Outcome => None,
        };
        let is_known = |found: &Recollection| match self.knowledge.source_of(found.event) {
            Some(KnowledgeSource::Witnessed) => true,
            Some(KnowledgeSource::Told(by)) => by <= event.id,
            _ => false,
        };
        recollection.filter(is_known)
    }

    pub(super) fn is_made_mind(&self, agent: AgentId) -> bool {
        let scenario = self.phrasebook.scenario;
        let kind = self.phrasebook.agents.get(agent).map(|profile| profile.kind);
        kind.and_then(|kind| scenario.kinds.get(kind.index())).is_some_and(|kind| kind.os)
    }
}
