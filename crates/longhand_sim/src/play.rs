//! A person plays an agent: decides in place of it, at the keyboard or as stored in an intervention of the scene.
//!
//! Every agent chooses as in any run. Then the choice of the played agent is replaced, if the person decided otherwise. So a run in which the
//! person always decides as the agent would is the same as without the person, and a run with the stored decisions is the same as the one that was
//! played. A decision that differs is recorded as an event: it is the cause of what the agent does, and stands for what it would have done.

use super::choose::{OptionScorer, Proposal, weigh};
use super::context::TickContext;
use super::events::EventBuilder;
use super::rules::Rules;
use crate::world::{StillView, WorldView};
use bevy_ecs::prelude::Resource;
use longhand_chronicle::{ChoiceTrace, Event};
use longhand_expr::ids::{AgentId, EventId, Instant, WorldFact};
use longhand_expr::{EvalContext, EvalFrame};
use longhand_scene::{InterventionKind, OptionKey, PlayedAgent, PlayedOption};
use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

/// Most options in an [`OpenDecision`].
pub const MAX_OPEN_OPTIONS: usize = 9;

/// What a person decides for an agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlayerChoice {
    /// What the agent would do itself.
    Own,
    /// Nothing.
    Nothing,
    /// One of the options, by position; one that is not there is the same as [`Self::Own`].
    Option(usize),
}

/// A decision that waits for a person.
#[derive(Clone, Debug)]
pub struct OpenDecision {
    /// Who decides.
    pub agent: AgentId,
    /// The start of the tick.
    pub at: Instant,
    /// The options of the agent, best first, at most [`MAX_OPEN_OPTIONS`], and the utility of doing nothing.
    pub weighed: ChoiceTrace,
    /// Of each option, what is talked about.
    pub topics: Vec<Option<WorldFact>>,
    /// Each option by name, as an intervention notes it.
    pub names: Vec<PlayedOption>,
}

impl OpenDecision {
    /// What the agent would do itself: an option by position; `None`: nothing.
    #[must_use]
    pub fn own(&self) -> Option<usize> {
        let best = self.weighed.options.first()?;
        (best.utility + best.choice_noise > self.weighed.idle_utility).then_some(0)
    }

    /// What follows from what a person decided: an option by position; `None`: nothing.
    #[must_use]
    pub fn decided(&self, choice: PlayerChoice) -> Option<usize> {
        match choice {
            PlayerChoice::Nothing => None,
            PlayerChoice::Option(nth) if nth < self.weighed.options.len() => Some(nth),
            PlayerChoice::Own | PlayerChoice::Option(_) => self.own(),
        }
    }
}

/// A person at the keyboard, who is asked for the decisions of the agent that the last intervention of the scene plays.
#[derive(Resource)]
pub(super) struct Player(pub(super) Box<dyn FnMut(&OpenDecision) -> PlayerChoice + Send + Sync>);

/// A decision that a person made otherwise than the agent would have.
pub(super) struct PlayedChoice {
    intervention: usize,
    pub(super) agent: AgentId,
    /// The action that the agent would have proposed.
    prevented: Option<(usize, EvalFrame)>,
}

/// Replaces the proposals of agents that are played, where a person decides otherwise.
pub(super) fn decide_for_played(
    view: WorldView<'_>,
    rules: &Rules,
    due: &[AgentId],
    mut player: Option<&mut Player>,
    proposals: &mut Vec<Proposal>,
) -> Vec<PlayedChoice> {
    let now = view.now();
    let played = rules.scenario.interventions.iter().enumerate().filter_map(|(index, intervention)| match &intervention.kind {
        InterventionKind::Play(played) => Some((index, played)),
        _ => None,
    });
    let last = played.clone().next_back().map(|(index, _)| index);
    let mut choices = Vec::new();
    for (index, played_agent) in played.clone().filter(|(_, played)| played.from <= now && due.contains(&played.agent)) {
        let agent = played_agent.agent;
        if played.clone().any(|(later, other)| later > index && other.agent == agent && other.from <= now) {
            continue;
        }
        let noted = noted_decision(played_agent, now);
        let player = player.as_deref_mut().filter(|_| noted.is_none() && Some(index) == last);
        if noted.is_none() && player.is_none() {
            continue;
        }
        let most = if noted.is_some() { usize::MAX } else { MAX_OPEN_OPTIONS };
        let still = StillView::new(view);
        let options = weigh(&still, rules, agent, most);
        let own = options.own();
        let decided = match (noted, player) {
            (Some(None), _) => None,
            (Some(Some(key)), _) => (0..options.len()).find(|&nth| key_of(&options, rules, nth) == *key).or(own),
            (None, Some(player)) if options.len() > 0 => {
                let decision = open_decision(&options, rules, agent, now);
                decision.decided((player.0)(&decision))
            }
            _ => own,
        };
        if decided == own {
            continue;
        }
        let prevented = proposals.iter().position(|proposal| proposal.agent == agent);
        let prevented = prevented.map(|position| proposals.remove(position)).map(|proposal| (proposal.action, proposal.frame));
        proposals.extend(decided.map(|nth| options.into_proposal_of(nth, rules.scenario.tick_us)));
        choices.push(PlayedChoice { intervention: index, agent, prevented });
    }
    choices
}

/// The decision that is noted for a tick.
fn noted_decision(played: &PlayedAgent, now: Instant) -> Option<&Option<OptionKey>> {
    let position = played.decisions.binary_search_by_key(&now, |(at, _)| *at).ok()?;
    Some(&played.decisions[position].1)
}

/// An option as it is noted.
fn key_of(options: &OptionScorer<'_>, rules: &Rules, nth: usize) -> OptionKey {
    let named = |nth: usize| {
        let (action, frame) = options.option(nth);
        let bound = rules.scenario.actions[action].roles.len() + rules.scenario.actions[action].about.len();
        let agent = |id: AgentId| if id.topic_index().is_some() { AgentId::NONE } else { id };
        (action, (1..=bound).map(|slot| agent(frame.get(slot))).collect::<SmallVec<[AgentId; 4]>>())
    };
    let (action, agents) = named(nth);
    let before = (0..nth).filter(|&other| named(other) == (action, agents.clone())).count();
    OptionKey { action, agents, nth: u16::try_from(before).unwrap_or(u16::MAX) }
}

fn open_decision(options: &OptionScorer<'_>, rules: &Rules, agent: AgentId, at: Instant) -> OpenDecision {
    let all = 0..options.len();
    let names = all.clone().map(|nth| PlayedOption::new(&rules.scenario, &key_of(options, rules, nth))).collect();
    OpenDecision {
        agent,
        at,
        weighed: options.trace(MAX_OPEN_OPTIONS),
        topics: all.map(|nth| options.topic(nth)).collect(),
        names,
    }
}

impl TickContext<'_, '_> {
    /// Records that a person decided otherwise than an agent would have, as what keeps it from what it would have done.
    pub(super) fn record_played(&mut self, choice: &PlayedChoice) -> Option<EventId> {
        let rules = self.rules.clone();
        let kind = rules.scenario.interventions[choice.intervention].event;
        if !self.may_happen(kind, true) {
            return None;
        }
        let (id, at) = (EventId::from_index(self.chronicle.len()), self.agenda.next_instant(self.state.now));
        self.agenda.set_latest(at);
        self.register_agent(choice.agent);
        let roles: SmallVec<[AgentId; 4]> = [choice.agent].into_iter().collect();
        let builder = EventBuilder::new(rules.scenario.events[kind.index()].key, Some(kind), at, Some(id));
        self.set_writers(id, kind, &builder, &roles);
        if let Some((action, frame)) = &choice.prevented {
            let spec = &rules.scenario.actions[*action].event;
            let facts = self.target_facts(&spec.does, frame, at);
            self.set_prevented_writers(id, spec.kind, frame, &facts);
        }
        let place = self.state.place(choice.agent);
        self.record_event(Event { place, ..Event::new(kind, at, roles) });
        Some(id)
    }
}
