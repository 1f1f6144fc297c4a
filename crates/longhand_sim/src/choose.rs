//! Choice: every due agent scores its options on the frozen state and proposes the best one.
//!
//! A Gumbel variate is added to the utility (`want`) of each option, which makes the choice a multinomial logit (McFadden 1974). The best
//! option is proposed if it beats doing nothing. Nothing is written, so agents choose in parallel, in chunks. For the cast a trace is
//! recorded: the best options, the terms of their utility, and the noise.

use super::conditions::{ConditionTable, MAX_AGENTS};
use super::parallel::WorkerPool;
use super::phases::wakes;
use super::resolve::is_accepted_by_each;
use super::rules::{Rules, bound_agents};
use crate::world::{DrawKey, StillView, WorldView, combine, draw_site};
use longhand_chronicle::{ChoiceTrace, MAX_TRACED_OPTIONS, ScoredOption};
use longhand_expr::ids::{AgentId, EventId, Instant, WorldFact};
use longhand_expr::{ContextWrapper, EvalContext, EvalFrame, OccurrenceQuery, OwnTies};
use longhand_scene::{OwnValues, Timing, choice_reasons};
use smallvec::SmallVec;
use std::ops::ControlFlow;

/// The minimum number of agents in one parallel task. One takes some tens of microseconds.
const LEAST_CHUNK: usize = 1;
/// The number of parallel tasks into which the agents of a tick are divided, unless that makes them smaller than [`LEAST_CHUNK`] or larger
/// than [`MAX_AGENTS`]. More than there are threads, because some agents have much more to weigh than others.
const CHUNKS: usize = 16;
/// Bindings tried for one action of one agent; the rest is skipped.
const MAX_BINDINGS: usize = 512;

/// The sites of the draws of a choice: the noise of doing nothing and of an option, and which of equal options is taken.
const IDLE: u32 = draw_site("idle");
const NOISE: u32 = draw_site("choice noise");
const AMONG_EQUALS: u32 = draw_site("among equals");
/// The site of the draws of when within the tick an agent acts.
const INSTANT: u32 = draw_site("instant");

/// An action that an agent proposes.
#[derive(Clone, Debug)]
pub(super) struct Proposal {
    pub(super) agent: AgentId,
    pub(super) action: usize,
    pub(super) frame: EvalFrame,
    pub(super) at: Instant,
    pub(super) choice: Option<Box<ChoiceTrace>>,
    /// Whether all who are asked for a role for one agent accept, if they have been asked.
    pub(super) accepted: Option<bool>,
    /// The event that made the agent propose it, if a person decided for it.
    pub(super) caused_by: Option<EventId>,
}

/// A scored option.
struct RankedOption {
    action: usize,
    frame: EvalFrame,
    utility: f64,
    choice_noise: f64,
}

impl RankedOption {
    fn total(&self) -> f64 {
        self.utility + self.choice_noise
    }
}

/// When an agent that is due acts within a tick: at its exact time, or at a drawn one.
pub(super) fn acting_instant(view: &WorldView<'_>, agent: AgentId, tick_start: Instant, tick_us: i64) -> Instant {
    if let Some(Timing::At(recurrence)) = wakes(view.scenario(), agent, view.state().kind(agent)) {
        let at = recurrence.next_after(&view.scenario().calendar, Instant(tick_start.0 - 1));
        if at.0 < tick_start.0 + tick_us {
            return at;
        }
    }
    let share = view.draws().uniform(INSTANT, DrawKey::new(view.state().key(agent), tick_start));
    Instant(tick_start.0 + (share * tick_us as f64) as i64)
}

/// The proposals of all due agents, in the order of the agents.
pub(super) fn choose_all(view: WorldView<'_>, rules: &Rules, due: &[AgentId], tick_us: i64, pool: &WorkerPool) -> Vec<Proposal> {
    if due.is_empty() {
        return Vec::new();
    }
    let view = view.with_asleep_kinds(&rules.asleep_together);
    let available = &available_actions(view, rules)[..];
    let size = match pool.threads() {
        1 => MAX_AGENTS,
        _ => due.len().div_ceil(CHUNKS).clamp(LEAST_CHUNK, MAX_AGENTS),
    };
    let of_chunk = |due: &[AgentId]| {
        let mut proposals = propose(view, rules, available, due, tick_us);
        // The answers are found here, on all threads, although some proposals will be dropped before anybody is asked.
        proposals.iter_mut().for_each(|proposal| proposal.accepted = Some(is_accepted_by_each(&view, rules, proposal)));
        proposals
    };
    pool.map(due.chunks(size), 1, of_chunk).into_iter().flatten().collect()
}

/// By action: whether its conditions that are the same for all agents hold now. They are evaluated once for all.
fn available_actions(view: WorldView<'_>, rules: &Rules) -> Vec<bool> {
    let mut conditions = ConditionTable::new(&view, &rules.shared_conditions);
    conditions.begin(&[AgentId::NONE]);
    (0..rules.scenario.actions.len()).map(|action| conditions.holds(action) != 0).collect()
}

/// The proposals of some agents. The conditions on agents with the same actions are evaluated together, by columns; then the options of one
/// agent after the other.
fn propose(view: WorldView<'_>, rules: &Rules, available: &[bool], due: &[AgentId], tick_us: i64) -> Vec<Proposal> {
    let kind = |agent: &AgentId| view.state().kind(*agent);
    let same_actions = |a: &AgentId, b: &AgentId| !is_cast(rules, *a) && !is_cast(rules, *b) && kind(a) == kind(b);
    let still = &StillView::new(view);
    let mut conditions = ConditionTable::new(still, &rules.own_conditions);
    let mut proposals = Vec::with_capacity(due.len());
    let (mut open, mut own_values) = (Vec::new(), OwnValues::default());
    for agents in due.chunk_by(same_actions) {
        conditions.begin(agents);
        let actions = rules.actions_of(agents[0], kind(&agents[0])).iter().copied().filter(|&action| available[action]);
        open.clear();
        open.extend(actions.map(|action| (action, conditions.holds(action))).filter(|(_, holds)| *holds != 0));
        for (position, &agent) in agents.iter().enumerate() {
            let mut scorer = OptionScorer { own_values, ..OptionScorer::new(view, still, rules, agent) };
            scorer.proposes = true;
            for &(action, holds) in &open {
                if holds >> position & 1 != 0 {
                    scorer.score_action(action);
                }
            }
            own_values = std::mem::take(&mut scorer.own_values);
            own_values.clear();
            proposals.extend(scorer.into_proposal(tick_us));
        }
    }
    proposals
}

/// What an agent weighs now: its options, best first, at most `most` of them.
pub(super) fn weigh<'a>(still: &'a StillView<'a>, rules: &'a Rules, agent: AgentId, most: usize) -> OptionScorer<'a> {
    let view = *still.inner();
    let (available, agents) = (available_actions(view, rules), [agent]);
    let mut scorer = OptionScorer { keep: most, ..OptionScorer::new(view, still, rules, agent) };
    let mut conditions = ConditionTable::new(still, &rules.own_conditions);
    conditions.begin(&agents);
    for &action in rules.actions_of(agent, view.state().kind(agent)).iter().filter(|&&action| available[action]) {
        if conditions.holds(action) != 0 {
            scorer.score_action(action);
        }
    }
    scorer
}

fn is_cast(rules: &Rules, agent: AgentId) -> bool {
    agent.index() < rules.scenario.cast.len()
}

/// Scores the options of one agent.
pub(super) struct OptionScorer<'a> {
    view: WorldView<'a>,
    /// The same state, in which conditions and utilities are evaluated.
    still: &'a StillView<'a>,
    rules: &'a Rules,
    agent: AgentId,
    own_ties: OwnTies,
    /// Scale of the noise.
    choice_noise: f64,
    /// Best first.
    best: SmallVec<[RankedOption; 1]>,
    /// Length of `best`.
    keep: usize,
    /// Whether the options are for the agent itself, who does none that is worth less than doing nothing.
    proposes: bool,
    /// An option that is worth less, with its noise, is not kept; found with the first one.
    least_total: Option<f64>,
    /// Bindings tried for the current action.
    tried: usize,
    own_values: OwnValues,
}

impl<'a> OptionScorer<'a> {
    fn new(view: WorldView<'a>, still: &'a StillView<'a>, rules: &'a Rules, agent: AgentId) -> Self {
        let kind = &rules.scenario.kinds[view.state().kind(agent).index()];
        let keep = if is_cast(rules, agent) { MAX_TRACED_OPTIONS } else { 1 };
        Self {
            view,
            still,
            rules,
            agent,
            own_ties: view.state().bonds.own_ties(agent),
            choice_noise: kind.choice_noise,
            best: SmallVec::new(),
            keep,
            proposes: false,
            least_total: None,
            tried: 0,
            own_values: OwnValues::default(),
        }
    }

    /// Utility of doing nothing, with its noise.
    fn idle_utility(&self) -> f64 {
        let (view, agent) = (self.view, self.agent);
        let kind = &self.rules.scenario.kinds[view.state().kind(agent).index()];
        let idle = kind.idle_utility.as_ref().map_or(0.0, |idle| idle.number(self.still, &mut EvalFrame::for_agent(agent)));
        idle + kind.choice_noise * view.draws().gumbel(IDLE, DrawKey::new(view.state().key(agent), view.now()))
    }

    /// The best option, if it beats doing nothing.
    fn into_proposal(self, tick_us: i64) -> Option<Proposal> {
        self.own().map(|best| self.into_proposal_of(best, tick_us))
    }

    /// The position of the option that the agent chooses: the best one, if it beats doing nothing.
    pub(super) fn own(&self) -> Option<usize> {
        let best = self.best.first()?;
        (best.total() > self.idle_utility()).then_some(0)
    }

    /// An option as a proposal. It is the first one in the trace.
    pub(super) fn into_proposal_of(mut self, nth: usize, tick_us: i64) -> Proposal {
        self.best[..=nth].rotate_right(1);
        let (agent, now) = (self.agent, self.view.now());
        let choice = is_cast(self.rules, agent).then(|| Box::new(self.trace(MAX_TRACED_OPTIONS)));
        let RankedOption { action, frame, .. } = self.best.swap_remove(0);
        let at = acting_instant(&self.view, agent, now, tick_us);
        Proposal { agent, action, frame, at, choice, accepted: None, caused_by: None }
    }

    /// The number of options.
    pub(super) fn len(&self) -> usize {
        self.best.len()
    }

    /// The action of an option, and its agents.
    pub(super) fn option(&self, nth: usize) -> (usize, &EvalFrame) {
        (self.best[nth].action, &self.best[nth].frame)
    }

    /// What is talked about in an option.
    pub(super) fn topic(&self, nth: usize) -> Option<WorldFact> {
        let option = &self.best[nth];
        let scenario = &self.rules.scenario;
        let slot = scenario.events[scenario.actions[option.action].event.kind.index()].topic?;
        self.view.state().topics.fact(option.frame.get(slot))
    }

    /// Scores an action whose conditions on the agent itself hold.
    fn score_action(&mut self, action: usize) {
        self.tried = 0;
        self.own_values.begin_action();
        if !self.rules.needed_ties[action].iter().all(|needed| needed.intersects(self.own_ties)) {
            return;
        }
        let frame = &mut EvalFrame::for_agent(self.agent);
        if !self.is_cooling_down(action, frame) && self.can_be_placed(action, self.agent) {
            self.bind(action, 0, frame);
        }
    }

    /// Whether an agent can take part in an action at the place of the action: not while it is on the way.
    fn can_be_placed(&self, action: usize, agent: AgentId) -> bool {
        self.view.state().journeys.get(agent).is_none() || self.rules.scenario.actions[action].event.place.is_none()
    }

    /// Whether the cooldown of an action has not passed.
    fn is_cooling_down(&self, action: usize, frame: &mut EvalFrame) -> bool {
        let action = &self.rules.scenario.actions[action];
        let Some(cooldown) = &action.cooldown else { return false };
        let last_occurrence = |event| self.view.occurrences(OccurrenceQuery { event, a: self.agent, b: AgentId::NONE }).last;
        let last =
            last_occurrence(action.event.kind).max(action.refused.as_ref().and_then(|refused| last_occurrence(refused.kind)));
        last.is_some_and(|last| (self.view.now().seconds() - last.seconds()) < cooldown.number(&self.view, frame))
    }

    fn holds(&self, action: usize, level: usize, frame: &mut EvalFrame) -> bool {
        let when = &self.rules.scenario.actions[action].when;
        self.rules.own_clauses[action][level].iter().all(|&clause| when[clause].truth(self.still, frame))
    }

    fn bind(&mut self, index: usize, level: usize, frame: &mut EvalFrame) {
        let rules = self.rules;
        let action = &rules.scenario.actions[index];
        let Some(role) = bound_agents(action).nth(level) else {
            self.score(index, frame);
            return;
        };
        let (slot, takes_part) = (level + 1, level < action.roles.len());
        let (view, still) = (self.view, self.still);
        if role.several {
            // The slot stays empty: until the event happens, the variable is the set itself.
            let mut is_available = false;
            role.set.for_each(still, frame, slot, &mut |frame| {
                let other = frame.get(slot);
                let is_elsewhere = (0..slot).any(|earlier| frame.get(earlier) == other);
                is_available = !takes_part || view.is_free(other) && !is_elsewhere && !role.not_asked.contains(&other);
                if is_available { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
            });
            frame.set(slot, AgentId::NONE);
            if is_available && self.holds(index, level + 1, frame) {
                self.bind(index, level + 1, frame);
            }
            return;
        }
        role.set.for_each(still, frame, slot, &mut |frame| {
            self.tried += 1;
            if self.tried > MAX_BINDINGS {
                return ControlFlow::Break(());
            }
            let other = frame.get(slot);
            let unavailable = takes_part
                && ((0..slot).any(|earlier| frame.get(earlier) == other)
                    || !view.is_free(other)
                    || role.not_asked.contains(&other)
                    || !self.can_be_placed(index, other));
            if !unavailable && self.holds(index, level + 1, frame) {
                self.bind(index, level + 1, frame);
            }
            ControlFlow::Continue(())
        });
        frame.set(slot, AgentId::NONE);
    }

    fn score(&mut self, index: usize, frame: &mut EvalFrame) {
        if self.rules.is_known_to_be_forbidden(self.view, index, frame) {
            return;
        }
        let action = &self.rules.scenario.actions[index];
        if !self.rules.have_time(&self.view, action, frame) {
            return;
        }
        let mut choice_noise = 0.0;
        if self.choice_noise > 0.0 {
            let (site, key) = self.draw_key(NOISE, index, frame);
            choice_noise = self.choice_noise * self.view.draws().gumbel(site, key);
        }
        let least = self.least_total() - choice_noise;
        let (scenario, plan) = (&self.rules.scenario, &self.rules.utility_plans[index]);
        let Some(utility) = plan.utility(scenario, self.still, action, frame, &mut self.own_values, least) else {
            debug_assert!(
                // One in sixteen, because tests would take twice as long.
                !choice_noise.to_bits().is_multiple_of(16)
                    || longhand_scene::utility(scenario, self.still, action, frame) < least,
                "{} is worth less than it must be",
                action.id
            );
            return;
        };
        let option =
            RankedOption { action: index, frame: frame.first_slots(1 + bound_agents(action).count()), utility, choice_noise };
        let position = self.best.partition_point(|better| self.is_better(better, &option));
        if position < self.keep {
            self.best.truncate(self.keep - 1);
            self.best.insert(position, option);
            if let Some(last) = self.best.get(self.keep - 1).map(RankedOption::total) {
                self.least_total = Some(self.least_total().max(last));
            }
        }
    }

    /// What an option must be worth, with its noise, to be one of those that are kept.
    fn least_total(&mut self) -> f64 {
        if let Some(least) = self.least_total {
            return least;
        }
        // A trace also has options that are worth less than doing nothing.
        let least = if self.proposes && self.keep == 1 { self.idle_utility() } else { f64::NEG_INFINITY };
        self.least_total = Some(least);
        least
    }

    /// Whether an option ranks before another one. Equal options are ranked by a draw.
    fn is_better(&self, a: &RankedOption, b: &RankedOption) -> bool {
        let by_draw = |option: &RankedOption| {
            let (site, key) = self.draw_key(AMONG_EQUALS, option.action, &option.frame);
            self.view.draws().uniform(site, key)
        };
        a.total() > b.total() || a.total() == b.total() && by_draw(a) >= by_draw(b)
    }

    /// The site and key of a draw about an option.
    fn draw_key(&self, site: u32, action: usize, frame: &EvalFrame) -> (u32, DrawKey) {
        let scenario = &self.rules.scenario;
        let action = &scenario.actions[action];
        let (state, bound_count) = (self.view.state(), (action.roles.len() + action.about.len()).max(1));
        let own_key = DrawKey::new(state.key(self.agent), self.view.now());
        let key = (1..=bound_count).fold(own_key, |key, slot| key.with(state.key(frame.get(slot))));
        (combine(site, scenario.events[action.event.kind.index()].key), key)
    }

    /// The first options with what their utilities are made of, at most `most`, and the utility of doing nothing.
    pub(super) fn trace(&self, most: usize) -> ChoiceTrace {
        let scored = |option: &RankedOption| {
            let action = &self.rules.scenario.actions[option.action];
            let frame = &mut option.frame.clone();
            let slots = self.rules.slots(action.event.kind);
            let agent = |id: AgentId| if id.topic_index().is_some() { AgentId::NONE } else { id };
            let (terms, reasons) = choice_reasons(&self.rules.scenario, self.still, action, frame);
            ScoredOption {
                kind: action.event.kind,
                roles: (0..slots).map(|slot| agent(option.frame.get(slot))).collect::<SmallVec<_>>(),
                utility: option.utility,
                choice_noise: option.choice_noise,
                terms,
                reasons,
            }
        };
        ChoiceTrace { options: self.best.iter().take(most).map(scored).collect(), idle_utility: self.idle_utility() }
    }
}
