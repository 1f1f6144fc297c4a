//! What is felt and remembered is written down like anything else that changes.

use super::happen::Writing;
use super::moment::Moment;
use crate::ids::{AgentId, Emotion, Fact};
use crate::world::minds::Mind;

impl Moment<'_> {
    /// Has an agent feel something at somebody or at nobody.
    pub(super) fn feel(&mut self, writing: &mut Writing, who: AgentId, emotion: Emotion, strength: f64, toward: AgentId) {
        if !who.is_some() {
            return;
        }
        let (at, minds) = (writing.at, self.scenario().minds);
        let mind = self.state.mind_mut(who);
        let felt = |mind: &Mind| mind.felt(emotion, toward).map_or(0.0, |feeling| feeling.strength(at, &minds));
        let before = felt(mind);
        let crowded_out = mind.feel(emotion, strength, toward, writing.event, at, &minds);
        let after = felt(mind);
        self.wrote(writing, Fact::Feeling(who, emotion, toward), before, after);
        if let Some(gone) = crowded_out {
            self.wrote(writing, Fact::Feeling(who, gone.emotion, gone.toward), gone.strength(at, &minds), 0.0);
        }
    }

    /// Has an agent remember the event with somebody or with nobody.
    pub(super) fn remember(&mut self, writing: &mut Writing, who: AgentId, with: AgentId, strength: f64) {
        let Some(kind) = writing.kind.filter(|_| who.is_some()) else { return };
        let (at, minds) = (writing.at, self.scenario().minds);
        let mind = self.state.mind_mut(who);
        let kept = |mind: &Mind| mind.remembered(kind, with).map_or(0.0, |memory| memory.strength(at, &minds));
        let before = kept(mind);
        let crowded_out = mind.remember(kind, with, writing.event, strength, at, &minds);
        let after = kept(mind);
        self.wrote(writing, Fact::Memory(who, kind, with), before, after);
        if let Some(gone) = crowded_out {
            self.wrote(writing, Fact::Memory(who, gone.kind, gone.with), gone.strength(at, &minds), 0.0);
        }
    }
}
