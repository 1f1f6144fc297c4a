//! Norms: what a tie means to those who have it.
//!
//! A tie may be exclusive in the eyes of one party and not of the other. A broken norm hurts whoever comes to believe that it is broken,
//! when he comes to believe it, and nobody else: what happened unknown to him does nothing to him.

use super::happen::Writing;
use super::moment::Moment;
use crate::ids::{AgentId, Emotion, Known, TieId};
use crate::language::{Frame, View};

impl Moment<'_> {
    /// Has `who` feel what it has just come to believe about a tie.
    pub(super) fn feel_about_norms(&mut self, writing: &mut Writing, who: AgentId, fact: Known, holds: bool) {
        let Known::Tie(a, b, tie) = fact else { return };
        if !holds || a == who || b == who || !self.is_exclusive(who, tie, writing) {
            return;
        }
        let mine = |moment: &Self, other: AgentId| moment.live(writing.at).tie(who, other, tie);
        let Some(partner) = [a, b].into_iter().find(|&other| mine(self, other)) else { return };
        let with = if partner == a { b } else { a };
        let hurt = self.scenario().minds.hurt;
        self.feel(writing, who, Emotion::Distress, hurt, with);
        self.feel(writing, who, Emotion::Reproach, hurt, partner);
        self.remember(writing, who, partner, hurt);
        self.touched.look_at(who);
    }

    fn is_exclusive(&self, who: AgentId, tie: TieId, writing: &Writing) -> bool {
        let exclusive = self.rules.scenario.ties[tie.index()].exclusive.as_ref();
        exclusive.is_some_and(|exclusive| exclusive.truth(&self.live(writing.at), &mut Frame::of(who)))
    }
}
