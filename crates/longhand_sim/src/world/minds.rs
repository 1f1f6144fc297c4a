//! The mind of an agent: beliefs, feelings, mood and memory.
//!
//! Emotions are those of the OCC model (Ortony, Clore and Collins 1988). Each records the event that caused it and decays. Mood is a point
//! of pleasure, arousal and dominance (Mehrabian 1996); emotions move it (after ALMA, Gebhard 2005), and it decays back to temperament. The
//! scene sets strengths and half-lives ([`MindParams`]).

use longhand_expr::ids::{AgentId, Emotion, EventId, EventKind, Instant, WorldFact};
use longhand_expr::remaining_share;
use longhand_scene::MindParams;
use serde::{Deserialize, Serialize};

/// Most feelings a mind holds; a new one replaces the weakest.
const MAX_FEELINGS: usize = 12;
/// Most memories a mind holds; a new one replaces the weakest.
const MAX_MEMORIES: usize = 32;

/// The mind of one agent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mind {
    beliefs: Vec<(WorldFact, Belief)>,
    feelings: Vec<Feeling>,
    memories: Vec<Memory>,
    mood: MoodState,
}

/// The value that an agent believes a fact to have. It may be out of date or false.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Belief {
    /// The value; switches are 0 or 1.
    pub value: f32,
    /// When it was learned.
    pub since: Instant,
    /// Who said so, or [`AgentId::NONE`].
    pub source: AgentId,
    /// How sure the agent is, 0 to 1.
    pub confidence: f32,
}

/// What a belief rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BeliefGrounds {
    /// Who said so, or [`AgentId::NONE`].
    pub source: AgentId,
    /// How sure the agent is, 0 to 1.
    pub confidence: f64,
}

impl BeliefGrounds {
    /// What the agent has seen itself.
    pub const SEEN: Self = Self { source: AgentId::NONE, confidence: 1.0 };
}

/// An emotion, its target and its cause.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Feeling {
    /// The emotion.
    pub emotion: Emotion,
    /// The agent it is directed at, or [`AgentId::NONE`].
    pub toward: AgentId,
    /// The event that caused it, if that event was recorded.
    pub cause: Option<EventId>,
    strength: f32,
    since: Instant,
}

/// A memory of an event.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// The kind of event.
    pub kind: EventKind,
    /// The other agent in it, or [`AgentId::NONE`].
    pub with: AgentId,
    /// The event, if it was recorded.
    pub event: Option<EventId>,
    /// When it happened.
    pub at: Instant,
    strength: f32,
    /// When its strength was last refreshed.
    recalled: Instant,
}

/// Pleasure, arousal and dominance, each -1 to 1, at an instant, and the temperament to which they return.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MoodState {
    temperament: [f32; 3],
    value: [f32; 3],
    at: Instant,
}

/// What is left of a strength after the time since an instant. The half-life is in seconds.
fn decayed(strength: f32, since: Instant, now: Instant, half_life: f64) -> f32 {
    let age = (now.seconds() - since.seconds()).max(0.0);
    strength * remaining_share((age / half_life) as f32)
}

impl Feeling {
    /// Strength now, 0 to 1.
    #[must_use]
    pub fn strength(&self, now: Instant, minds: &MindParams) -> f64 {
        f64::from(decayed(self.strength, self.since, now, minds.emotion_half_life))
    }
}

impl Memory {
    /// Strength now, 0 to 1.
    #[must_use]
    pub fn strength(&self, now: Instant, minds: &MindParams) -> f64 {
        f64::from(decayed(self.strength, self.recalled, now, minds.memory_half_life))
    }
}

impl MoodState {
    /// Pleasure, arousal and dominance now.
    #[must_use]
    pub fn value_at(&self, now: Instant, minds: &MindParams) -> [f32; 3] {
        let remaining = decayed(1.0, self.at, now, minds.mood_half_life);
        std::array::from_fn(|i| self.temperament[i] + (self.value[i] - self.temperament[i]) * remaining)
    }

    /// When an emotion last moved it.
    #[must_use]
    pub fn last_moved(&self) -> Instant {
        self.at
    }
}

/// The direction in which an emotion moves the mood (Gebhard 2005, table 2, rounded).
fn mood_direction(emotion: Emotion) -> [f32; 3] {
    match emotion {
        Emotion::Joy => [0.4, 0.2, 0.1],
        Emotion::Distress => [-0.4, -0.2, -0.5],
        Emotion::Hope => [0.2, 0.2, -0.1],
        Emotion::Fear => [-0.6, 0.6, -0.4],
        Emotion::Relief => [0.2, -0.3, 0.4],
        Emotion::Disappointment => [-0.3, 0.1, -0.4],
        Emotion::Pride => [0.4, 0.3, 0.3],
        Emotion::Shame => [-0.3, 0.1, -0.6],
        Emotion::Gratitude => [0.4, 0.2, -0.3],
        Emotion::Anger => [-0.5, 0.6, 0.3],
        Emotion::Admiration => [0.5, 0.3, -0.2],
        Emotion::Reproach => [-0.3, -0.1, 0.4],
        Emotion::Gladness => [0.4, 0.2, 0.2],
        Emotion::Pity => [-0.4, -0.2, -0.5],
        Emotion::Love => [0.3, 0.1, 0.2],
        Emotion::Longing => [-0.2, 0.2, -0.3],
        // That of remorse.
        Emotion::Guilt => [-0.3, 0.1, -0.6],
    }
}

impl Mind {
    /// A mind whose mood is its temperament.
    #[must_use]
    pub fn new(temperament: [f32; 3]) -> Self {
        Self { mood: MoodState { temperament, value: temperament, at: Instant::START }, ..Self::default() }
    }

    /// The belief about a fact.
    #[must_use]
    pub fn belief(&self, fact: WorldFact) -> Option<Belief> {
        let position = self.beliefs.binary_search_by_key(&fact, |(known, _)| *known).ok()?;
        Some(self.beliefs[position].1)
    }

    /// All beliefs, sorted by fact.
    #[must_use]
    pub fn beliefs(&self) -> &[(WorldFact, Belief)] {
        &self.beliefs
    }

    /// Sets the belief about a fact. Returns what was believed before.
    pub fn believe(&mut self, fact: WorldFact, value: f64, grounds: BeliefGrounds, now: Instant) -> Option<Belief> {
        let BeliefGrounds { source, confidence } = grounds;
        let belief = Belief { value: value as f32, since: now, source, confidence: confidence.clamp(0.0, 1.0) as f32 };
        match self.beliefs.binary_search_by_key(&fact, |(known, _)| *known) {
            Ok(position) => Some(std::mem::replace(&mut self.beliefs[position].1, belief)),
            Err(position) => {
                self.beliefs.insert(position, (fact, belief));
                None
            }
        }
    }

    /// The fact under which a belief about an event is stored: see [`EvalContext::belief_about`](longhand_expr::EvalContext::belief_about).
    #[must_use]
    pub fn belief_about(&self, fact: WorldFact) -> WorldFact {
        let WorldFact::Happened(event, ..) = fact else { return fact };
        let (first, last) = WorldFact::of_event(event);
        let from = self.beliefs.partition_point(|(known, _)| *known < first);
        let of_event = self.beliefs[from..].iter().take_while(|(known, _)| *known <= last);
        fact.best_of(of_event.map(|(known, belief)| (*known, f64::from(belief.value))))
    }

    /// Removes the belief about a fact. Returns what was believed before.
    pub fn forget(&mut self, fact: WorldFact) -> Option<Belief> {
        let position = self.beliefs.binary_search_by_key(&fact, |(known, _)| *known).ok()?;
        Some(self.beliefs.remove(position).1)
    }

    /// Adds a feeling of a strength from 0 to 1, or strengthens the same feeling at the same agent, and moves the mood. Returns the feeling
    /// that it replaced.
    pub fn feel(
        &mut self,
        emotion: Emotion,
        strength: f64,
        toward: AgentId,
        cause: Option<EventId>,
        now: Instant,
        minds: &MindParams,
    ) -> Option<Feeling> {
        let strength = strength.clamp(0.0, 1.0) as f32;
        if strength <= 0.0 {
            return None;
        }
        let mood = self.mood.value_at(now, minds);
        let direction = mood_direction(emotion);
        let pull = minds.mood_pull as f32 * strength;
        self.mood.value = std::array::from_fn(|i| (mood[i] + pull * direction[i]).clamp(-1.0, 1.0));
        self.mood.at = now;
        if let Some(existing) = self.feelings.iter_mut().find(|feeling| feeling.emotion == emotion && feeling.toward == toward) {
            let remaining = decayed(existing.strength, existing.since, now, minds.emotion_half_life);
            *existing = Feeling {
                strength: remaining + strength * (1.0 - remaining),
                since: now,
                cause: cause.or(existing.cause),
                ..*existing
            };
            return None;
        }
        let weakest = |feelings: &[Feeling]| weakest(feelings, |feeling| feeling.strength(now, minds));
        let dropped = (self.feelings.len() == MAX_FEELINGS).then(|| self.feelings.swap_remove(weakest(&self.feelings)));
        self.feelings.push(Feeling { emotion, toward, cause, strength, since: now });
        dropped
    }

    /// The strongest feeling of an emotion, at an agent or (for [`AgentId::NONE`]) at any.
    #[must_use]
    pub fn strongest_feeling(&self, emotion: Emotion, toward: AgentId, now: Instant, minds: &MindParams) -> Option<&Feeling> {
        self.feelings
            .iter()
            .filter(|feeling| feeling.emotion == emotion && (!toward.is_some() || feeling.toward == toward))
            .max_by(|a, b| a.strength(now, minds).total_cmp(&b.strength(now, minds)))
    }

    /// All feelings.
    #[must_use]
    pub fn feelings(&self) -> &[Feeling] {
        &self.feelings
    }

    /// The strength, 0 to 1, of the [strongest feeling](Self::strongest_feeling) of an emotion; 0 if there is none.
    #[must_use]
    pub fn feeling_strength(&self, emotion: Emotion, toward: AgentId, now: Instant, minds: &MindParams) -> f64 {
        let is_meant = |feeling: &&Feeling| feeling.emotion == emotion && (!toward.is_some() || feeling.toward == toward);
        self.feelings.iter().filter(is_meant).map(|feeling| feeling.strength(now, minds)).fold(0.0, f64::max)
    }

    /// The feeling of an emotion at exactly this agent, which may be [`AgentId::NONE`].
    #[must_use]
    pub fn feeling_at(&self, emotion: Emotion, toward: AgentId) -> Option<&Feeling> {
        self.feelings.iter().find(|feeling| feeling.emotion == emotion && feeling.toward == toward)
    }

    /// Adds a memory of a strength from 0 to 1, or refreshes the same one. Returns the memory that it replaced.
    pub fn remember(
        &mut self,
        kind: EventKind,
        with: AgentId,
        event: Option<EventId>,
        strength: f64,
        now: Instant,
        minds: &MindParams,
    ) -> Option<Memory> {
        let strength = strength.clamp(0.0, 1.0) as f32;
        if strength <= 0.0 {
            return None;
        }
        if let Some(existing) = self.memories.iter_mut().find(|memory| memory.kind == kind && memory.with == with) {
            let remaining = decayed(existing.strength, existing.recalled, now, minds.memory_half_life);
            if strength >= remaining {
                (existing.event, existing.at) = (event.or(existing.event), now);
            }
            (existing.strength, existing.recalled) = (remaining + strength * (1.0 - remaining), now);
            return None;
        }
        let weakest = |memories: &[Memory]| weakest(memories, |memory| memory.strength(now, minds));
        let dropped = (self.memories.len() == MAX_MEMORIES).then(|| self.memories.swap_remove(weakest(&self.memories)));
        self.memories.push(Memory { kind, with, event, at: now, strength, recalled: now });
        dropped
    }

    /// The strongest memory of a kind of event, with an agent or (for [`AgentId::NONE`]) with any.
    #[must_use]
    pub fn strongest_memory(&self, kind: EventKind, with: AgentId, now: Instant, minds: &MindParams) -> Option<&Memory> {
        self.memories
            .iter()
            .filter(|memory| memory.kind == kind && (!with.is_some() || memory.with == with))
            .max_by(|a, b| a.strength(now, minds).total_cmp(&b.strength(now, minds)))
    }

    /// The strength, 0 to 1, of the [strongest memory](Self::strongest_memory) of a kind of event; 0 if there is none.
    #[must_use]
    pub fn memory_strength(&self, kind: EventKind, with: AgentId, now: Instant, minds: &MindParams) -> f64 {
        let is_meant = |memory: &&Memory| memory.kind == kind && (!with.is_some() || memory.with == with);
        self.memories.iter().filter(is_meant).map(|memory| memory.strength(now, minds)).fold(0.0, f64::max)
    }

    /// The memory of a kind of event with exactly this agent, which may be [`AgentId::NONE`].
    #[must_use]
    pub fn memory_with(&self, kind: EventKind, with: AgentId) -> Option<&Memory> {
        self.memories.iter().find(|memory| memory.kind == kind && memory.with == with)
    }

    /// All memories, in no particular order.
    #[must_use]
    pub fn memories(&self) -> &[Memory] {
        &self.memories
    }

    /// The mood.
    #[must_use]
    pub fn mood(&self) -> MoodState {
        self.mood
    }
}

/// The position of the weakest element.
fn weakest<T>(items: &[T], strength: impl Fn(&T) -> f64) -> usize {
    (0..items.len()).min_by(|&a, &b| strength(&items[a]).total_cmp(&strength(&items[b]))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOBODY: AgentId = AgentId::NONE;

    #[test]
    fn an_emotion_decays_and_moves_the_mood_which_returns_to_temperament() {
        let minds = &MindParams::default();
        let mut mind = Mind::new([0.1, 0.0, 0.0]);
        mind.feel(Emotion::Joy, 0.8, NOBODY, Some(EventId(3)), Instant::START, minds);
        let later = Instant::from_seconds(minds.emotion_half_life);
        let joy = mind.strongest_feeling(Emotion::Joy, NOBODY, later, minds).expect("felt");
        assert!((joy.strength(later, minds) - 0.4).abs() < 1e-6);
        assert_eq!(joy.cause, Some(EventId(3)));
        assert!(mind.mood().value_at(Instant::START, minds)[0] > 0.15);
        let much_later = Instant::from_seconds(40.0 * minds.mood_half_life);
        assert!((mind.mood().value_at(much_later, minds)[0] - 0.1).abs() < 1e-4);
    }

    #[test]
    fn a_belief_lasts_until_something_else_is_learned() {
        let mut mind = Mind::default();
        let fact = WorldFact::Attr(AgentId(1), longhand_expr::ids::AttrId(0));
        assert_eq!(mind.belief(fact), None);
        let told = BeliefGrounds { source: AgentId(2), confidence: 0.5 };
        assert_eq!(mind.believe(fact, 2.0, BeliefGrounds::SEEN, Instant(5)), None);
        assert_eq!(mind.believe(fact, 3.0, told, Instant(9)).map(|before| before.value), Some(2.0));
        let belief = Belief { value: 3.0, since: Instant(9), source: AgentId(2), confidence: 0.5 };
        assert_eq!(mind.belief(fact), Some(belief));
        assert_eq!(mind.forget(fact), Some(belief));
    }

    #[test]
    fn a_new_memory_replaces_the_weakest() {
        let minds = &MindParams::default();
        let mut mind = Mind::default();
        let mut dropped = Vec::new();
        for kind in 0..=MAX_MEMORIES as u16 {
            let strength = if kind == 5 { 0.1 } else { 0.5 };
            dropped.extend(mind.remember(EventKind(kind), NOBODY, None, strength, Instant::START, minds));
        }
        assert_eq!(mind.memories().len(), MAX_MEMORIES);
        assert_eq!(dropped.iter().map(|memory| memory.kind).collect::<Vec<_>>(), [EventKind(5)]);
        assert!(mind.strongest_memory(EventKind(5), NOBODY, Instant::START, minds).is_none());
        assert!(mind.strongest_memory(EventKind(6), NOBODY, Instant::START, minds).is_some());
    }
}
