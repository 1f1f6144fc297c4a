//! Explains what prevented an action, a trigger, an outcome, a beat or a pattern in a recorded run.
//!
//! Each condition is evaluated separately, at every instant at which the thing could have happened and for every agent that could
//! have done it. The report therefore says how often each condition failed, how often it was the only one, and which binding came
//! closest. The state at an instant comes from the recorded run. Data of the crowd that is not recorded is named in a note and
//! not guessed.

use super::grammar::short_duration;
use super::near_miss::explain_pattern;
use super::pattern_match::PatternRef;
use super::recorded_run::{PastView, RecordedRun};
use super::sift::sift;
use super::why_not_outcome::explain_outcome;
use super::why_not_report::{ClosestBinding, ConditionTallies, UnmetCondition, WhyNotReport};
use longhand_chronicle::{CauseLink, Event, FactChange, describe_reason};
use longhand_expr::ids::{AgentField, AgentId, EventId, EventKind, Fact, Instant, KindId, WorldFact};
use longhand_expr::{EvalContext, EvalFrame, Expr, OccurrenceQuery, Shortfall};
use longhand_scene::model::{Action, Activation, AgentSelector, Network, Population, RoleBinding, Scenario, Trigger};
use longhand_scene::{
    ChoiceReason, EventOrigin, NetworkShape, ReasonSource, Served, acceptance, acceptance_influences, choice_reasons, utility,
    witness_frames,
};
use std::ops::ControlFlow;

/// The thing a query asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNotTarget {
    /// `Scenario::actions[i]`.
    Action(usize),
    /// `Scenario::triggers[i]`.
    Trigger(usize),
    /// The refusal of an action, or an outcome of a step.
    Outcome(EventKind),
    /// A beat or pattern.
    Pattern(PatternRef),
}

impl WhyNotTarget {
    /// Finds the id among the actions, triggers, outcomes (`confide/not_now`), beats and patterns of a scene, in this order.
    #[must_use]
    pub fn find(scenario: &Scenario, id: &str) -> Option<Self> {
        let action = scenario.actions.iter().position(|action| action.id == id).map(Self::Action);
        let trigger = || scenario.triggers.iter().position(|trigger| trigger.id == id).map(Self::Trigger);
        let outcome = || outcome_kinds(scenario).find(|kind| scenario.events[kind.index()].name == id).map(Self::Outcome);
        let beat = || scenario.beats.iter().position(|beat| beat.id == id).map(|index| Self::Pattern(PatternRef::Beat(index)));
        let pattern = || {
            scenario.patterns.iter().position(|pattern| pattern.id == id).map(|index| Self::Pattern(PatternRef::Pattern(index)))
        };
        action.or_else(trigger).or_else(outcome).or_else(beat).or_else(pattern)
    }

    /// The ids that [`find`](Self::find) accepts.
    pub fn ids(scenario: &Scenario) -> impl Iterator<Item = &str> {
        let actions = scenario.actions.iter().map(|action| action.id.as_str());
        let triggers = scenario.triggers.iter().map(|trigger| trigger.id.as_str());
        let outcomes = outcome_kinds(scenario).map(|kind| scenario.events[kind.index()].name.as_str());
        let patterns = scenario.beats.iter().chain(&scenario.patterns).map(|pattern| pattern.id.as_str());
        actions.chain(triggers).chain(outcomes).chain(patterns)
    }
}

/// The events that are refusals or outcomes of steps.
fn outcome_kinds(scenario: &Scenario) -> impl Iterator<Item = EventKind> {
    let is_outcome =
        |origin| matches!(origin, EventOrigin::Refusal(_) | EventOrigin::ActionStep(..) | EventOrigin::TriggerStep(..));
    let with_index = scenario.events.iter().enumerate();
    with_index.filter(move |(_, info)| is_outcome(info.origin)).map(|(index, _)| EventKind::from_index(index))
}

/// A query: about what, with which agents, between which instants.
#[derive(Clone, Debug)]
pub struct WhyNotQuery {
    /// What did not happen.
    pub target: WhyNotTarget,
    /// Only bindings with all of these agents are reported.
    pub who: Vec<AgentId>,
    /// The start of the period.
    pub from: Instant,
    /// The end of the period.
    pub to: Instant,
}

/// The maximum number of instants to check, over all agents.
const MAX_INSTANTS: i64 = 12_000;
/// The maximum number of bindings to check for one agent at one instant.
const MAX_BINDINGS: usize = 48;

/// Reports what prevented the target of a query.
#[must_use]
pub fn why_not(record: &RecordedRun<'_>, query: &WhyNotQuery) -> WhyNotReport {
    let scenario = record.scenario;
    match query.target {
        WhyNotTarget::Pattern(pattern_ref) => {
            let sifted = sift(record, query.to);
            explain_pattern(record, &sifted, pattern_ref, &query.who, (query.from, query.to))
        }
        WhyNotTarget::Outcome(kind) => explain_outcome(record, kind, query),
        WhyNotTarget::Action(index) => {
            let action = &scenario.actions[index];
            let rule = Rule::of_action(scenario, action);
            let mut search = Search::new(record, &rule, query);
            search.check_instants();
            search.into_report(&action.id)
        }
        WhyNotTarget::Trigger(index) => {
            let trigger = &scenario.triggers[index];
            let rule = Rule::of_trigger(scenario, trigger);
            let mut search = Search::new(record, &rule, query);
            match &trigger.on {
                Activation::Becomes => search.check_instants(),
                activation => search.check_trigger_events(activation),
            }
            search.into_report(&trigger.id)
        }
    }
}

/// The common part of an action and a trigger.
struct Rule<'a> {
    by: &'a [AgentSelector],
    /// The number of slots that are bound before the first role: `self`, and those of the change that fires a trigger.
    given: usize,
    /// The roles, whose agents must be free, and the agents it is about.
    roles: &'a [RoleBinding],
    about: &'a [RoleBinding],
    when: &'a [Expr],
    cooldown: Option<&'a Expr>,
    once: bool,
    /// Only for a trigger.
    chance: Option<&'a Expr>,
    /// Only for an action.
    action: Option<&'a Action>,
    /// The kind of the refusal, which starts the cooldown too.
    refused: Option<EventKind>,
    kind: EventKind,
    slots: Vec<String>,
}

impl<'a> Rule<'a> {
    fn of_action(scenario: &'a Scenario, action: &'a Action) -> Self {
        let Action { by, roles, about, when, cooldown, event, refused, .. } = action;
        Self {
            by,
            given: 1,
            roles,
            about,
            when,
            cooldown: cooldown.as_ref(),
            once: false,
            chance: None,
            action: Some(action),
            refused: refused.as_ref().map(|refused| refused.kind),
            kind: event.kind,
            slots: scenario.events[event.kind.index()].slots.clone(),
        }
    }

    fn of_trigger(scenario: &'a Scenario, trigger: &'a Trigger) -> Self {
        let Trigger { by, activation_slots: given, about, when, cooldown, once, chance, event, .. } = trigger;
        let slots = scenario.events[event.kind.index()].slots.clone();
        let cooldown = cooldown.as_ref();
        Self {
            by,
            given: *given,
            roles: &[],
            about,
            when,
            cooldown,
            once: *once,
            chance: chance.as_ref(),
            action: None,
            refused: None,
            kind: event.kind,
            slots,
        }
    }

    fn role_at(&self, level: usize) -> Option<&'a RoleBinding> {
        self.roles.get(level).or_else(|| self.about.get(level.checked_sub(self.roles.len())?))
    }
}

struct Search<'a> {
    record: &'a RecordedRun<'a>,
    rule: &'a Rule<'a>,
    query: &'a WhyNotQuery,
    tallies: ConditionTallies,
    closest: Option<(usize, f64, ClosestBinding)>,
    /// The event that is being checked, for a trigger on events.
    event: Option<EventId>,
    /// For a rule about something known: how much of what somebody knew fitted at best, and that in words.
    topics: Option<(usize, String)>,
    /// Whether more than [`MAX_BINDINGS`] bindings were possible for an agent at an instant.
    truncated: bool,
    report: WhyNotReport,
}

impl<'a> Search<'a> {
    fn new(record: &'a RecordedRun<'a>, rule: &'a Rule<'a>, query: &'a WhyNotQuery) -> Self {
        let occurrences = record.chronicle.iter().filter(|event| {
            let involves_all = query.who.iter().all(|who| event.roles.contains(who));
            event.kind == rule.kind && involves_all && query.from <= event.at && event.at <= query.to
        });
        let mut report = WhyNotReport { occurrences: occurrences.map(|event| event.id).collect(), ..WhyNotReport::default() };
        if query.who.is_empty() {
            report.counted = record.counted(rule.kind, (query.from, query.to));
        }
        let mut missing_data: Vec<String> = rule.when.iter().flat_map(|clause| record.missing_data(&clause.reads())).collect();
        missing_data.sort_unstable();
        missing_data.dedup();
        for missing in missing_data {
            report.notes.push(format!("not recorded: {missing}; conditions that use it are evaluated for the cast only"));
        }
        Self {
            record,
            rule,
            query,
            tallies: ConditionTallies::default(),
            closest: None,
            event: None,
            topics: None,
            truncated: false,
            report,
        }
    }

    /// Whether an agent may be `self`.
    fn is_in_by(&self, agent: AgentId, kind: KindId) -> bool {
        let is_meant = |who: &AgentSelector| match who {
            AgentSelector::Kind(wanted) => *wanted == kind,
            AgentSelector::Agent(wanted) => *wanted == agent,
        };
        self.rule.by.is_empty() || self.rule.by.iter().any(is_meant)
    }

    /// The members of the cast that may do it, and of all others those that are asked about, such as somebody born in the story.
    fn eligible_agents(&self) -> Vec<AgentId> {
        let cast = self.record.scenario.cast.len();
        let asked = self.query.who.iter().copied().filter(|agent| agent.index() >= cast);
        let is_for = |agent: &AgentId| self.record.kind_of(*agent).is_some_and(|kind| self.is_in_by(*agent, kind));
        (0..cast).map(AgentId::from_index).chain(asked).filter(is_for).collect()
    }

    /// `by` as the scene has it: `ben`, `human`.
    fn by_text(&self) -> String {
        let scenario = self.record.scenario;
        let name = |who: &AgentSelector| match who {
            AgentSelector::Kind(kind) => scenario.schema.kinds[kind.index()].clone(),
            AgentSelector::Agent(agent) => scenario.cast.get(agent.index()).map_or_else(|| "nobody".into(), |m| m.id.clone()),
        };
        self.rule.by.iter().map(name).collect::<Vec<_>>().join(", ")
    }

    fn check_instants(&mut self) {
        let record = self.record;
        let tick = record.scenario.tick_us;
        let agents = self.eligible_agents();
        let (from, to) = (record.tick_start(self.query.from), self.query.to);
        let ticks = (to.0 - from.0).max(0) / tick + 1;
        let step = (ticks.saturating_mul(i64::try_from(agents.len().max(1)).unwrap_or(1)) / MAX_INSTANTS).max(1) * tick;
        self.report.step_seconds = step as f64 / 1e6;
        let mut now = from;
        while now <= to {
            let past = record.view_before_tick(now);
            for &agent in &agents {
                self.check_instant(&past, agent);
            }
            now = Instant(now.0 + step);
        }
    }

    fn check_instant(&mut self, past: &PastView<'_>, agent: AgentId) {
        if !past.is_recorded(agent) {
            return;
        }
        if past.field(agent, AgentField::Present) == 0.0 {
            let unmet = vec![UnmetCondition::from_text("`self` is present".into())];
            self.record_result(past.now(), EvalFrame::for_agent(agent), unmet);
            return;
        }
        let mut unmet = Vec::new();
        if self.rule.action.is_some() && !past.is_free(agent) {
            let requirement = if past.field(agent, AgentField::Awake) == 0.0 {
                "is awake"
            } else if past.field(agent, AgentField::Online) == 0.0 {
                "is online"
            } else {
                "is free"
            };
            unmet.push(UnmetCondition::from_text(format!("`self` {requirement}")));
        }
        self.check_cooldown(past, agent, &mut unmet);
        let mut bindings_left = MAX_BINDINGS;
        self.bind_roles(past, 0, &mut EvalFrame::for_agent(agent), &unmet, &mut bindings_left);
    }

    /// Checks that it did not happen to the same agent too recently.
    fn check_cooldown(&self, past: &PastView<'_>, agent: AgentId, unmet: &mut Vec<UnmetCondition>) {
        let last_of = |event| past.occurrences(OccurrenceQuery { event, a: agent, b: AgentId::NONE }).last;
        let Some(last) = last_of(self.rule.kind).max(self.rule.refused.and_then(last_of)) else { return };
        let elapsed = past.now().seconds() - last.seconds();
        if self.rule.once {
            unmet.push(UnmetCondition::from_text("it happens only once and has happened".into()));
        } else if let Some(cooldown) = self.rule.cooldown {
            let cooldown_seconds = cooldown.number(past, &mut EvalFrame::for_agent(agent));
            if elapsed < cooldown_seconds {
                let text = format!(
                    "the last one was {} ago, needs {}",
                    short_duration(elapsed.max(0.0)),
                    short_duration(cooldown_seconds)
                );
                let distance = ((cooldown_seconds - elapsed) / cooldown_seconds).clamp(0.0, 1.0);
                let shortfall = Shortfall { text, actual: None, required: String::new(), distance };
                unmet.push(UnmetCondition {
                    text: format!("not again within {}", short_duration(cooldown_seconds)),
                    shortfalls: vec![shortfall],
                });
            }
        }
    }

    /// Binds one role after another in every way and checks each binding.
    fn bind_roles(
        &mut self,
        past: &PastView<'_>,
        level: usize,
        frame: &mut EvalFrame,
        unmet: &[UnmetCondition],
        bindings_left: &mut usize,
    ) {
        let Some(role) = self.rule.role_at(level) else {
            if *bindings_left > 0 {
                *bindings_left -= 1;
                self.check_binding(past, frame, unmet.to_vec());
            } else {
                self.truncated = true;
            }
            return;
        };
        let slot = self.rule.given + level;
        let mut members = Vec::new();
        role.set.for_each(past, frame, slot, &mut |frame| {
            if members.len() == MAX_BINDINGS {
                self.truncated = true;
                return ControlFlow::Break(());
            }
            members.push(frame.get(slot));
            ControlFlow::Continue(())
        });
        // No agent takes two roles of one action.
        members.retain(|member| level >= self.rule.roles.len() || (0..slot).all(|earlier| frame.get(earlier) != *member));
        if role.set.has_topics() {
            let involves = |who: &AgentId| (0..slot).any(|earlier| frame.get(earlier) == *who);
            if self.query.who.iter().all(involves) {
                self.note_topics(past, frame.get(0), &role.name, members.len());
            }
        }
        if members.is_empty() {
            let mut unmet = unmet.to_vec();
            let what = if role.set.has_topics() { "something known" } else { "an agent" };
            unmet.push(UnmetCondition::from_text(format!("{what} exists for `{}`", role.name)));
            frame.set(slot, AgentId::NONE);
            if level + 1 < self.rule.roles.len() + self.rule.about.len() {
                self.record_result(past.now(), *frame, unmet);
            } else {
                self.check_binding(past, frame, unmet);
            }
            return;
        }
        for member in members {
            frame.set(slot, member);
            self.bind_roles(past, level + 1, frame, unmet, bindings_left);
        }
        frame.set(slot, AgentId::NONE);
    }

    /// Notes what an agent knew that it could have talked about, and how much of it would do.
    fn note_topics(&mut self, past: &PastView<'_>, agent: AgentId, role: &str, fitting: usize) {
        const LISTED: usize = 6;
        let known = past.known_facts(agent);
        if self.topics.as_ref().is_some_and(|(best, ..)| *best >= fitting) {
            return;
        }
        let record = self.record;
        let agents = &record.chronicle.agents;
        let symbols = longhand_chronicle::SymbolTable::from_scenario(record.scenario);
        let mut words: Vec<String> =
            known.iter().take(LISTED).map(|fact| symbols.describe_fact(Fact::World(*fact), agents)).collect();
        if known.len() > LISTED {
            words.push(format!("{} more", known.len() - LISTED));
        }
        let list = if words.is_empty() { "nothing".to_owned() } else { words.join(", ") };
        let note = format!("{} knew {list}: {fitting} of {} fitted `{role}`", agents.display_name(agent), known.len(),);
        self.topics = Some((fitting, note));
    }

    fn check_binding(&mut self, past: &PastView<'_>, frame: &EvalFrame, mut unmet: Vec<UnmetCondition>) {
        let frame = &mut frame.clone();
        for (index, role) in self.rule.roles.iter().enumerate() {
            let who = frame.get(self.rule.given + index);
            if who.is_some() && !past.is_free(who) {
                unmet.push(UnmetCondition::from_text(format!("`{}` is awake, present and free", role.name)));
            }
            if role.not_asked.contains(&who) {
                unmet.push(UnmetCondition::from_text(format!("`{}` ever acts, so that it may be asked", role.name)));
            }
        }
        let unmet_condition = |expr: &Expr, frame: &mut EvalFrame| {
            let shortfalls = expr.shortfalls(past, frame);
            (!shortfalls.is_empty()).then(|| UnmetCondition { text: expr.text().to_owned(), shortfalls })
        };
        unmet.extend(self.rule.when.iter().filter_map(|clause| unmet_condition(clause, frame)));
        if let Some(action) = self.rule.action {
            unmet.extend(self.time_kept_free(past, action, frame));
        }
        if unmet.is_empty()
            && let Some(action) = self.rule.action
        {
            unmet.extend(self.unmet_utility(past, action, frame));
            unmet.extend((0..action.roles.len()).filter_map(|role| self.unmet_acceptance(past, action, role, frame)));
        }
        self.record_result(past.now(), *frame, unmet);
    }

    /// The appointments that those who would take part keep themselves free for.
    fn time_kept_free(&self, past: &PastView<'_>, action: &Action, frame: &EvalFrame) -> Vec<UnmetCondition> {
        let record = self.record;
        let lasts = action.takes.as_ref().map_or(0.0, |takes| takes.number(past, &mut frame.clone()).max(0.0));
        let until = past.now().add_seconds(lasts);
        let parties = (0..=action.roles.len()).map(|slot| frame.get(slot)).filter(|agent| agent.is_some());
        let mut unmet = Vec::new();
        for agent in parties {
            for time in past.appointments_of(agent) {
                let info = &record.scenario.commitments.appointments[time.what.index()];
                let (opens, closes) = info.window(time.at);
                let is_there = |party| (0..=action.roles.len() + action.about.len()).any(|slot| frame.get(slot) == party);
                let keeps = action.serves.contains(&Served::Appointment(time.what)) && is_there(time.by) && is_there(time.with);
                if opens <= until && past.now() <= closes && !keeps {
                    let other = if time.by == agent { time.with } else { time.by };
                    let agents = &record.chronicle.agents;
                    let text = format!(
                        "{} keeps the time free for `{}` with {}",
                        agents.display_name(agent),
                        info.id,
                        agents.display_name(other)
                    );
                    unmet.push(UnmetCondition::from_text(text).with_text("nobody has an appointment".into()));
                }
            }
        }
        unmet
    }

    /// That an action was worth less to the agent than doing nothing, and the influences that took something from it.
    fn unmet_utility(&self, past: &PastView<'_>, action: &Action, frame: &EvalFrame) -> Option<UnmetCondition> {
        let scenario = self.record.scenario;
        let idle = scenario.kinds[past.kind(frame.get(0)).index()].idle_utility.as_ref();
        let idle = idle.map_or(0.0, |idle| idle.number(past, &mut EvalFrame::for_agent(frame.get(0))));
        let worth = utility(scenario, past, action, &mut frame.clone());
        if worth >= idle {
            return None;
        }
        let distance = ((idle - worth) / (idle.abs() + worth.abs()).max(1e-9)).clamp(0.0, 1.0);
        let required = format!(">= {idle:.3} (the utility of doing nothing)");
        let text = format!("want: {}", action.want.text());
        let mut shortfalls = vec![Shortfall { text, actual: Some(worth), required, distance }];
        let (_, reasons) = choice_reasons(scenario, past, action, &mut frame.clone());
        let lowered = reasons.into_iter().filter(|reason| reason.value < 0.0);
        shortfalls.extend(lowered.map(|reason| remark(describe_reason(scenario, reason))));
        Some(UnmetCondition { text: "its utility exceeds that of doing nothing".into(), shortfalls })
    }

    /// That somebody who is asked never accepts, and the influences on the answer.
    fn unmet_acceptance(&self, past: &PastView<'_>, action: &Action, role: usize, frame: &EvalFrame) -> Option<UnmetCondition> {
        let scenario = self.record.scenario;
        let asked = frame.get(role + 1);
        if acceptance(scenario, past, action, role, asked, frame).is_none_or(|probability| probability > 0.0) {
            return None;
        }
        let accept = action.accept[role].as_ref();
        let mut shortfalls = accept.map_or_else(Vec::new, |accept| accept.shortfalls(past, &mut frame.clone()));
        for (influence, value) in acceptance_influences(scenario, past, action, asked, frame).filter(|(_, value)| *value < 0.0) {
            let source = ReasonSource::Influence(u16::try_from(influence).unwrap_or(u16::MAX));
            shortfalls.push(remark(describe_reason(scenario, ChoiceReason { source, value })));
        }
        let text = accept.map_or("always", |accept| accept.text());
        Some(UnmetCondition { text: format!("`{}` accepts: {text}", action.roles[role].name), shortfalls })
    }

    fn record_result(&mut self, at: Instant, frame: EvalFrame, unmet: Vec<UnmetCondition>) {
        let slots = self.rule.slots.len().max(self.rule.given);
        let is_bound = |who: &AgentId| (0..slots).any(|slot| frame.get(slot) == *who);
        if !self.query.who.iter().all(is_bound) {
            return;
        }
        self.report.checked += 1;
        if unmet.is_empty() {
            self.report.all_met += 1;
            return;
        }
        self.tallies.add(&unmet);
        let distance: f64 = unmet.iter().map(UnmetCondition::distance).sum();
        if self.closest.as_ref().is_none_or(|(count, nearest, _)| (unmet.len(), distance) < (*count, *nearest)) {
            let named = self.rule.slots.iter().cloned().enumerate().map(|(slot, name)| (name, frame.get(slot)));
            let bound = named.filter(|(_, agent)| agent.is_some() && agent.topic_index().is_none()).collect();
            self.closest = Some((unmet.len(), distance, ClosestBinding { at, event: self.event, bindings: bound, unmet }));
        }
    }

    /// Whether a trigger happens for an agent that is gone: a death or departure concerns it, and so does the event by which it is gone.
    fn concerns_the_gone(&self, activation: &Activation, event: EventId, who: AgentId) -> bool {
        let gone_by = |event: &Event| {
            let is_gone = |change: &FactChange| change.fact == Fact::Field(who, AgentField::Gone) && change.after != 0.0;
            event.roles.first() == Some(&who) && event.changes.iter().any(is_gone)
        };
        match activation {
            Activation::Dies | Activation::Leaves => true,
            Activation::Event(_) => self.record.chronicle.event(event).is_some_and(gone_by),
            _ => false,
        }
    }

    /// Checks every event that could have fired the trigger, once each.
    fn check_trigger_events(&mut self, activation: &Activation) {
        let record = self.record;
        let mut candidates: Vec<(EventId, EvalFrame)> = Vec::new();
        for event in record.chronicle.iter().filter(|event| self.query.from <= event.at && event.at <= self.query.to) {
            let frames = match activation {
                Activation::Sees(kinds) if kinds.iter().any(|(kind, _)| *kind == event.kind) => {
                    let role = |slot: usize| event.roles.get(slot).copied().unwrap_or(AgentId::NONE);
                    let participants: Vec<AgentId> =
                        record.scenario.events[event.kind.index()].participants(&event.roles).collect();
                    let is_participant = |agent| participants.contains(&agent);
                    witness_frames(kinds, event.kind, role, is_participant, None, &record.view_at_event(event.id))
                }
                _ => trigger_frames(record.scenario, activation, event),
            };
            candidates.extend(frames.into_iter().map(|frame| (event.id, frame)));
        }
        // Events that did fire it are not checked.
        let did_fire = |event: EventId| {
            let is_effect = |id: &EventId| {
                let causes = record.chronicle.event(*id).map_or(&[][..], |occurrence| &occurrence.causes);
                causes.iter().any(|cause| cause.event == event && cause.link == CauseLink::Triggered)
            };
            self.report.occurrences.iter().any(is_effect)
        };
        candidates.retain(|(event, _)| !did_fire(*event));
        // Whether it may have happened to somebody whose state is not recorded.
        let mut is_unknown = false;
        for (event, frame) in candidates {
            let past = record.view_at_event(event);
            let who = frame.get(0);
            self.event = Some(event);
            if !self.is_in_by(who, past.kind(who)) {
                let is = record.chronicle.agents.display_name(who);
                let text = format!("`by` is {}, and `self` of the event is {is}", self.by_text());
                let shortfall = Shortfall { text, actual: None, required: String::new(), distance: 1.0 };
                let unmet = UnmetCondition { text: "`self` of the event is in `by`".into(), shortfalls: vec![shortfall] };
                self.record_result(past.now(), frame, vec![unmet]);
                continue;
            }
            if !past.is_recorded(who) {
                is_unknown = true;
                continue;
            }
            let mut unmet = Vec::new();
            if past.field(who, AgentField::Present) == 0.0 && !self.concerns_the_gone(activation, event, who) {
                unmet.push(UnmetCondition::from_text("`self` is present".into()));
            }
            self.check_cooldown(&past, who, &mut unmet);
            let mut bindings_left = MAX_BINDINGS;
            self.bind_roles(&past, 0, &mut frame.clone(), &unmet, &mut bindings_left);
        }
        let mut only_counted = Vec::new();
        if let Activation::Event(kinds) = activation {
            let kinds: Vec<EventKind> = kinds.iter().map(|(kind, _)| *kind).collect();
            only_counted =
                record.notes_on_counted(&kinds, (self.query.from, self.query.to), "why they did not lead to it is not known");
        }
        if self.report.checked == 0 && !is_unknown && only_counted.is_empty() && self.report.occurrences.is_empty() {
            let text = format!("nothing triggered it: {}", describe_missing_trigger(record.scenario, activation));
            self.report.notes.push(text);
        }
        self.report.notes.extend(only_counted);
    }

    /// The kinds of agents outside the cast that a role may have, though what ties them to the cast, or where they are, is not recorded.
    fn unrecorded_kinds(&self, role: &RoleBinding) -> Vec<&'a str> {
        let scenario = self.record.scenario;
        let reads = role.set.reads();
        let is_tied_to_cast = |network: &&Network| {
            let has_cast = network.with_cast || matches!(network.shape, NetworkShape::Cast { .. });
            has_cast && network.ties.iter().any(|tie| reads.ties.contains(tie))
        };
        let may_have = |population: &&Population| {
            reads.places
                || reads.kinds.contains(&population.kind)
                || population.networks.iter().any(|network| is_tied_to_cast(&network))
        };
        let mut kinds: Vec<&str> =
            scenario.population.iter().filter(may_have).map(|p| &*scenario.schema.kinds[p.kind.index()]).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    fn into_report(mut self, id: &str) -> WhyNotReport {
        let of_roles = self.rule.roles.iter().chain(self.rule.about).flat_map(|role| {
            let note = |kind| {
                format!(
                    "agents of kind `{kind}` outside the cast are not considered for `{}`: their state is not recorded",
                    role.name
                )
            };
            self.unrecorded_kinds(role).into_iter().map(note)
        });
        let of_roles: Vec<String> = of_roles.collect();
        self.report.notes.extend(of_roles);
        let populations = &self.record.scenario.population;
        if let Some(crowd) = populations.iter().find(|crowd| self.is_in_by(AgentId::NONE, crowd.kind)) {
            let kind = &self.record.scenario.schema.kinds[crowd.kind.index()];
            self.report
                .notes
                .push(format!("agents of kind `{kind}` outside the cast are not checked: their state is not recorded"));
        }
        let mut report = WhyNotReport { id: id.to_owned(), tallies: self.tallies.sorted(), ..self.report };
        report.closest = self.closest.map(|(.., closest)| closest);
        report.notes.extend(self.topics.map(|(_, note)| note));
        // A binding that did happen is not a near miss.
        if report.all_met > 0 && self.rule.action.is_some() {
            let times = times(report.all_met);
            report.notes.push(format!(
                "all conditions were met {times}, but the agent did not decide then, chose otherwise or was refused"
            ));
        }
        if let (Some(chance), true, true) = (self.rule.chance, report.all_met > 0, report.occurrences.is_empty()) {
            let times = times(report.all_met);
            report.notes.push(format!("all conditions were met {times}, but its `chance` ({}) did not succeed", chance.text()));
        }
        if self.truncated {
            report.notes.push(format!("only the first {MAX_BINDINGS} bindings were checked for each agent and instant"));
        }
        report
    }
}

/// `once`, `2 times`.
fn times(count: usize) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}

/// A part of the explanation that has no actual and required value, and so no distance.
fn remark(text: String) -> Shortfall {
    Shortfall { text, actual: None, required: String::new(), distance: 0.0 }
}

/// The variables that the changes of an event bind for a trigger, for each change that could fire it.
fn trigger_frames(scenario: &Scenario, activation: &Activation, event: &Event) -> Vec<EvalFrame> {
    if let Activation::Event(kinds) = activation {
        let Some((_, map)) = kinds.iter().find(|(kind, _)| *kind == event.kind) else { return Vec::new() };
        let agents: Vec<AgentId> = map.iter().map(|slot| event.roles.get(*slot).copied().unwrap_or(AgentId::NONE)).collect();
        let info = &scenario.events[event.kind.index()];
        let own_slot = map.first().copied().unwrap_or(0);
        // A trigger on a role for several agents happens to each of them.
        let happens_to = info.agents_in(own_slot, &event.roles);
        return happens_to
            .map(|agent| {
                let mut frame = EvalFrame::from_agents(&agents);
                frame.set(0, agent);
                frame
            })
            .collect();
    }
    let mut frames = Vec::new();
    let is_set = |agent, field| {
        let change = event.changes.iter().find(|change| change.fact == Fact::Field(agent, field));
        change.is_some_and(|change| change.after != 0.0)
    };
    for change in &event.changes {
        match (activation, change.fact) {
            (Activation::Dies, Fact::Field(who, AgentField::Dead)) if change.after != 0.0 => {
                frames.push(EvalFrame::from_agents(&[who]));
            }
            (Activation::Leaves, Fact::Field(who, AgentField::Gone)) if change.after != 0.0 && !is_set(who, AgentField::Dead) => {
                frames.push(EvalFrame::from_agents(&[who]));
            }
            (Activation::Returns, Fact::Field(who, AgentField::Gone)) if change.after == 0.0 => {
                frames.push(EvalFrame::from_agents(&[who]));
            }
            (Activation::Begins(wanted), Fact::World(WorldFact::Tie(a, b, tie))) if *wanted == tie && change.after != 0.0 => {
                frames.push(EvalFrame::from_agents(&[a, b]));
                frames.extend(scenario.ties[tie.index()].mutual.then(|| EvalFrame::from_agents(&[b, a])));
            }
            (Activation::Ends(wanted), Fact::World(WorldFact::Tie(a, b, tie))) if *wanted == tie && change.after == 0.0 => {
                frames.push(EvalFrame::from_agents(&[a, b]));
                frames.extend(scenario.ties[tie.index()].mutual.then(|| EvalFrame::from_agents(&[b, a])));
            }
            (Activation::LearnsTie(wanted), Fact::Belief(who, WorldFact::Tie(a, b, tie))) if *wanted == tie => {
                frames.push(EvalFrame::from_agents(&[who, a, b]));
            }
            (Activation::LearnsAttr(wanted), Fact::Belief(who, WorldFact::Attr(subject, attr))) if *wanted == attr => {
                frames.push(EvalFrame::from_agents(&[who, subject]));
            }
            (Activation::LearnsEvent(wanted), Fact::Belief(who, WorldFact::Happened(kind, a, b))) if wanted.contains(&kind) => {
                frames.push(EvalFrame::from_agents(&[who, a, b]));
            }
            (Activation::Jumps(wanted, least), Fact::World(WorldFact::Attr(subject, attr))) if *wanted == attr => {
                let delta = change.after - change.before;
                if if *least >= 0.0 { delta >= *least } else { delta <= *least } {
                    frames.push(EvalFrame::from_agents(&[subject]));
                }
            }
            _ => {}
        }
    }
    frames.dedup();
    frames
}

fn describe_missing_trigger(scenario: &Scenario, activation: &Activation) -> String {
    let tie = |tie: &longhand_expr::ids::TieId| scenario.ties[tie.index()].id.clone();
    let attr = |attr: &longhand_expr::ids::AttrId| scenario.attributes[attr.index()].id.clone();
    match activation {
        Activation::Becomes => "its condition never became true".into(),
        Activation::Event(kinds) => {
            let names: Vec<String> = kinds.iter().map(|(kind, _)| format!("`{}`", scenario.events[kind.index()].name)).collect();
            format!("{} did not happen", names.join(" or "))
        }
        Activation::Sees(kinds) => {
            let names: Vec<String> = kinds.iter().map(|(kind, _)| format!("`{}`", scenario.events[kind.index()].name)).collect();
            format!("nobody saw {}", names.join(" or "))
        }
        Activation::Begins(tie_id) => format!("no `{}` began", tie(tie_id)),
        Activation::Ends(tie_id) => format!("no `{}` ended", tie(tie_id)),
        Activation::Dies => "nobody died".into(),
        Activation::Leaves => "nobody left".into(),
        Activation::Returns => "nobody returned".into(),
        Activation::LearnsTie(tie_id) => format!("no agent learned of a `{}`", tie(tie_id)),
        Activation::LearnsAttr(attr_id) => format!("no agent learned the `{}` of an agent", attr(attr_id)),
        Activation::LearnsEvent(kinds) => {
            let names: Vec<String> = kinds.iter().map(|kind| format!("`{}`", scenario.events[kind.index()].name)).collect();
            format!("no agent learned of {}", names.join(" or "))
        }
        Activation::Arrives => "no journey ended".into(),
        Activation::Settles(what, fate) => {
            let name = &scenario.schema.appointments[what.index()];
            format!("no `{name}` was {}", fate.name().replace('_', " "))
        }
        Activation::Jumps(attr_id, delta) => format!("no event changed `{}` by {delta}", attr(attr_id)),
    }
}
