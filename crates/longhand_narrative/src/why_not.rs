//! Explains what prevented an action, a trigger, a beat or a pattern in a recorded run.
//!
//! Each condition is evaluated separately, at every instant at which the thing could have happened and for every agent that could
//! have done it. The report therefore says how often each condition failed, how often it was the only one, and which binding came
//! closest. The state at an instant comes from the recorded run. Data of the crowd that is not recorded is named in a note and
//! not guessed.

use super::near_miss::{explain_pattern, short_duration};
use super::pattern_match::PatternRef;
use super::recorded_run::{PastView, RecordedRun};
use super::sift::sift;
use longhand_chronicle::{CauseLink, Event, format_number};
use longhand_expr::ids::{AgentField, AgentId, EventId, EventKind, Fact, Instant, KindId, WorldFact};
use longhand_expr::{EvalContext, EvalFrame, Expr, OccurrenceQuery, Shortfall};
use longhand_scene::model::{Action, Activation, AgentSelector, RoleBinding, Scenario, Trigger};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// The report on what prevented something.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WhyNotReport {
    /// The id that was asked about.
    pub id: String,
    /// The number of checks: instants and bindings, or events.
    pub checked: usize,
    /// The distance between the checked instants in seconds; 0 if events were checked.
    pub step_seconds: f64,
    /// The events with which it did happen.
    pub occurrences: Vec<EventId>,
    /// For a pattern: the events of the parts that were matched.
    pub matched_events: Vec<EventId>,
    /// For a pattern: the number of parts that were matched, and the number of all parts.
    pub parts: (usize, usize),
    /// Every condition that failed, the most frequent first.
    pub tallies: Vec<ConditionTally>,
    /// How often all conditions were met although it did not happen.
    pub all_met: usize,
    /// The binding with the fewest unmet conditions.
    pub closest: Option<ClosestBinding>,
    /// Further remarks.
    pub notes: Vec<String>,
}

/// A condition and how often it failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionTally {
    /// The condition as written in the scene.
    pub text: String,
    /// How often it failed.
    pub failed: usize,
    /// How often it was the only one that failed.
    pub failed_alone: usize,
}

/// The binding that came closest.
#[derive(Clone, Debug, PartialEq)]
pub struct ClosestBinding {
    /// The instant.
    pub at: Instant,
    /// The event that was checked, for a pattern or a trigger on events.
    pub event: Option<EventId>,
    /// Role names with the agents bound to them.
    pub bound: Vec<(String, AgentId)>,
    /// The conditions that were not met.
    pub unmet: Vec<UnmetCondition>,
}

/// A condition that was not met, and what it needs.
#[derive(Clone, Debug, PartialEq)]
pub struct UnmetCondition {
    /// The condition as written in the scene, or in words.
    pub text: String,
    /// Its parts that were not met.
    pub shortfalls: Vec<Shortfall>,
}

impl UnmetCondition {
    /// An unmet condition given as text.
    #[must_use]
    pub(super) fn from_text(text: String) -> Self {
        let shortfall = Shortfall { text, actual: None, required: String::new(), distance: 1.0 };
        Self { text: shortfall.text.clone(), shortfalls: vec![shortfall] }
    }

    /// The same condition, counted under another text.
    #[must_use]
    pub(super) fn with_text(self, text: String) -> Self {
        Self { text, ..self }
    }

    /// How far the condition is from being met; at least 0.01.
    #[must_use]
    pub fn distance(&self) -> f64 {
        self.shortfalls.iter().map(|one| one.distance).sum::<f64>().max(0.01)
    }
}

/// Formats a part of a condition that failed: `self.loneliness was 0.31, needs > 0.4`.
#[must_use]
pub fn format_shortfall(shortfall: &Shortfall) -> String {
    let Shortfall { text, actual: was, required: needs, .. } = shortfall;
    match (was, needs.as_str()) {
        (Some(was), needs) => format!("{text} was {}, needs {needs}", format_number(*was)),
        (None, "") => text.clone(),
        (None, "true") => format!("{text} did not hold"),
        (None, "false") => format!("{text} held but must not hold"),
        (None, needs) => format!("{text}, needs {needs}"),
    }
}

/// Counts how often each condition failed: in all, and alone.
#[derive(Debug, Default)]
pub(super) struct ConditionTallies(BTreeMap<String, (usize, usize)>);

impl ConditionTallies {
    pub(super) fn add(&mut self, lacks: &[UnmetCondition]) {
        for lack in lacks {
            let tally = self.0.entry(lack.text.clone()).or_default();
            tally.0 += 1;
            tally.1 += usize::from(lacks.len() == 1);
        }
    }

    pub(super) fn sorted(self) -> Vec<ConditionTally> {
        let mut all: Vec<ConditionTally> =
            self.0.into_iter().map(|(text, (failed, alone))| ConditionTally { text, failed, failed_alone: alone }).collect();
        all.sort_by(|a, b| (b.failed, b.failed_alone, &a.text).cmp(&(a.failed, a.failed_alone, &b.text)));
        all
    }
}

/// The thing a query asks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyNotTarget {
    /// `Scenario::actions[i]`.
    Action(usize),
    /// `Scenario::triggers[i]`.
    Trigger(usize),
    /// A beat or pattern.
    Pattern(PatternRef),
}

impl WhyNotTarget {
    /// Finds the id among the actions, triggers, beats and patterns of a scene, in this order.
    #[must_use]
    pub fn find(scenario: &Scenario, id: &str) -> Option<Self> {
        let action = scenario.actions.iter().position(|action| action.id == id).map(Self::Action);
        let trigger = || scenario.triggers.iter().position(|trigger| trigger.id == id).map(Self::Trigger);
        let beat = || scenario.beats.iter().position(|beat| beat.id == id).map(|at| Self::Pattern(PatternRef::Beat(at)));
        let pattern = || scenario.patterns.iter().position(|one| one.id == id).map(|at| Self::Pattern(PatternRef::Pattern(at)));
        action.or_else(trigger).or_else(beat).or_else(pattern)
    }
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
pub fn why_not(record: &RecordedRun<'_>, question: &WhyNotQuery) -> WhyNotReport {
    let scenario = record.scenario;
    match question.target {
        WhyNotTarget::Pattern(of) => {
            let sifted = sift(record, question.to);
            explain_pattern(record, &sifted, of, &question.who, (question.from, question.to))
        }
        WhyNotTarget::Action(at) => {
            let action = &scenario.actions[at];
            let rule = Rule::of_action(scenario, action);
            let mut search = Search::new(record, &rule, question);
            search.check_instants();
            search.into_report(&action.id)
        }
        WhyNotTarget::Trigger(at) => {
            let trigger = &scenario.triggers[at];
            let rule = Rule::of_trigger(scenario, trigger);
            let mut search = Search::new(record, &rule, question);
            match &trigger.on {
                Activation::Becomes => search.check_instants(),
                woken => search.check_trigger_events(woken),
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
    /// Only for an action.
    want: Option<&'a Expr>,
    accept: &'a [Option<Expr>],
    kind: EventKind,
    slots: Vec<String>,
}

impl<'a> Rule<'a> {
    fn of_action(scenario: &'a Scenario, action: &'a Action) -> Self {
        let Action { by, roles, about, when, cooldown, want, accept, event: happens, .. } = action;
        let slots = scenario.events[happens.kind.index()].slots.clone();
        let (cooldown, want) = (cooldown.as_ref(), Some(want));
        Self { by, given: 1, roles, about, when, cooldown, once: false, want, accept, kind: happens.kind, slots }
    }

    fn of_trigger(scenario: &'a Scenario, trigger: &'a Trigger) -> Self {
        let Trigger { by, activation_slots: given, about, when, cooldown, once, event: happens, .. } = trigger;
        let slots = scenario.events[happens.kind.index()].slots.clone();
        let cooldown = cooldown.as_ref();
        Self {
            by,
            given: *given,
            roles: &[],
            about,
            when,
            cooldown,
            once: *once,
            want: None,
            accept: &[],
            kind: happens.kind,
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
    report: WhyNotReport,
}

impl<'a> Search<'a> {
    fn new(record: &'a RecordedRun<'a>, rule: &'a Rule<'a>, query: &'a WhyNotQuery) -> Self {
        let came = record.chronicle.iter().filter(|event| {
            let theirs = query.who.iter().all(|who| event.roles.contains(who));
            event.kind == rule.kind && theirs && query.from <= event.at && event.at <= query.to
        });
        let mut report = WhyNotReport { occurrences: came.map(|event| event.id).collect(), ..WhyNotReport::default() };
        let mut lacks: Vec<String> = rule.when.iter().flat_map(|clause| record.missing_data(&clause.reads())).collect();
        lacks.sort_unstable();
        lacks.dedup();
        for lack in lacks {
            report.notes.push(format!("not recorded: {lack}; conditions that use it are evaluated for the cast only"));
        }
        Self { record, rule, query, tallies: ConditionTallies::default(), closest: None, report }
    }

    /// The members of the cast that may do it.
    fn eligible_agents(&self) -> Vec<AgentId> {
        let scenario = self.record.scenario;
        let is_for = |agent: &AgentId| {
            let kind: KindId = scenario.cast[agent.index()].kind;
            self.rule.by.is_empty()
                || self.rule.by.iter().any(|who| match who {
                    AgentSelector::Kind(wanted) => *wanted == kind,
                    AgentSelector::Agent(wanted) => wanted == agent,
                })
        };
        (0..scenario.cast.len()).map(AgentId::from_index).filter(is_for).collect()
    }

    fn check_instants(&mut self) {
        let record = self.record;
        let tick = record.scenario.tick_us;
        let doers = self.eligible_agents();
        let (from, to) = (record.tick_start(self.query.from), self.query.to);
        let ticks = (to.0 - from.0).max(0) / tick + 1;
        let step = (ticks.saturating_mul(i64::try_from(doers.len().max(1)).unwrap_or(1)) / MAX_INSTANTS).max(1) * tick;
        self.report.step_seconds = step as f64 / 1e6;
        let mut now = from;
        while now <= to {
            let past = record.view_before_tick(now);
            for &doer in &doers {
                self.check_instant(&past, doer);
            }
            now = Instant(now.0 + step);
        }
    }

    fn check_instant(&mut self, past: &PastView<'_>, doer: AgentId) {
        if past.field(doer, AgentField::Present) == 0.0 {
            self.record_result(
                past.now(),
                EvalFrame::for_agent(doer),
                vec![UnmetCondition::from_text("`self` is present".into())],
                None,
            );
            return;
        }
        let mut lacks = Vec::new();
        if self.rule.want.is_some() && !past.is_free(doer) {
            let why = if past.field(doer, AgentField::Awake) == 0.0 {
                "is awake"
            } else if past.field(doer, AgentField::Online) == 0.0 {
                "is online"
            } else {
                "is free"
            };
            lacks.push(UnmetCondition::from_text(format!("`self` {why}")));
        }
        self.check_cooldown(past, doer, &mut lacks);
        self.bind_roles(past, 0, &mut EvalFrame::for_agent(doer), &lacks, &mut MAX_BINDINGS.clone());
    }

    /// Checks that it did not happen to the same agent too recently.
    fn check_cooldown(&self, past: &PastView<'_>, doer: AgentId, lacks: &mut Vec<UnmetCondition>) {
        let happened = past.occurrences(OccurrenceQuery { event: self.rule.kind, a: doer, b: AgentId::NONE });
        let Some(last) = happened.last else { return };
        let ago = past.now().seconds() - last.seconds();
        if self.rule.once {
            lacks.push(UnmetCondition::from_text("it happens only once and has happened".into()));
        } else if let Some(cooldown) = self.rule.cooldown {
            let rest = cooldown.number(past, &mut EvalFrame::for_agent(doer));
            if ago < rest {
                let text = format!("the last one was {} ago, needs {}", short_duration(ago.max(0.0)), short_duration(rest));
                let distance = ((rest - ago) / rest).clamp(0.0, 1.0);
                let shortfall = Shortfall { text, actual: None, required: String::new(), distance };
                lacks.push(UnmetCondition {
                    text: format!("not again within {}", short_duration(rest)),
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
        lacks: &[UnmetCondition],
        left: &mut usize,
    ) {
        let Some(bound) = self.rule.role_at(level) else {
            if *left > 0 {
                *left -= 1;
                self.check_binding(past, frame, lacks.to_vec());
            }
            return;
        };
        let slot = self.rule.given + level;
        let mut members = Vec::new();
        bound.set.for_each(past, frame, slot, &mut |frame| {
            members.push(frame.get(slot));
            if members.len() < MAX_BINDINGS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        // No agent takes two roles of one action.
        members.retain(|member| level >= self.rule.roles.len() || (0..slot).all(|before| frame.get(before) != *member));
        if members.is_empty() {
            let mut lacks = lacks.to_vec();
            lacks.push(UnmetCondition::from_text(format!("an agent exists for `{}`", bound.name)));
            frame.set(slot, AgentId::NONE);
            if level + 1 < self.rule.roles.len() + self.rule.about.len() {
                self.record_result(past.now(), *frame, lacks, None);
            } else {
                self.check_binding(past, frame, lacks);
            }
            return;
        }
        for member in members {
            frame.set(slot, member);
            self.bind_roles(past, level + 1, frame, lacks, left);
        }
        frame.set(slot, AgentId::NONE);
    }

    fn check_binding(&mut self, past: &PastView<'_>, frame: &EvalFrame, mut lacks: Vec<UnmetCondition>) {
        let frame = &mut frame.clone();
        for (role, bound) in self.rule.roles.iter().enumerate() {
            let who = frame.get(self.rule.given + role);
            if who.is_some() && !past.is_free(who) {
                lacks.push(UnmetCondition::from_text(format!("`{}` is awake, present and free", bound.name)));
            }
        }
        let fails = |expr: &Expr, frame: &mut EvalFrame| {
            let shortfalls = expr.shortfalls(past, frame);
            (!shortfalls.is_empty()).then(|| UnmetCondition { text: expr.text().to_owned(), shortfalls })
        };
        lacks.extend(self.rule.when.iter().filter_map(|clause| fails(clause, frame)));
        if lacks.is_empty() {
            if let Some(want) = self.rule.want {
                let idle = self.record.scenario.kinds[past.kind(frame.get(0)).index()].idle.as_ref();
                let idle = idle.map_or(0.0, |idle| idle.number(past, &mut EvalFrame::for_agent(frame.get(0))));
                let wanted = want.number(past, frame);
                if wanted < idle {
                    let distance = ((idle - wanted) / (idle.abs() + wanted.abs()).max(1e-9)).clamp(0.0, 1.0);
                    let needs = format!(">= {idle:.3} (the utility of doing nothing)");
                    let shortfall =
                        Shortfall { text: format!("want: {}", want.text()), actual: Some(wanted), required: needs, distance };
                    lacks.push(UnmetCondition {
                        text: "its utility exceeds that of doing nothing".into(),
                        shortfalls: vec![shortfall],
                    });
                }
            }
            for (role, accept) in self.rule.accept.iter().enumerate() {
                if let Some(accept) = accept
                    && accept.number(past, frame) <= 0.0
                {
                    let shortfalls = accept.shortfalls(past, frame);
                    let text = format!("`{}` accepts: {}", self.rule.roles[role].name, accept.text());
                    lacks.push(UnmetCondition { text, shortfalls });
                }
            }
        }
        self.record_result(past.now(), *frame, lacks, None);
    }

    fn record_result(&mut self, at: Instant, frame: EvalFrame, lacks: Vec<UnmetCondition>, event: Option<EventId>) {
        let slots = self.rule.slots.len().max(self.rule.given);
        let in_it = |who: &AgentId| (0..slots).any(|slot| frame.get(slot) == *who);
        if !self.query.who.iter().all(in_it) {
            return;
        }
        self.report.checked += 1;
        if lacks.is_empty() {
            self.report.all_met += 1;
            return;
        }
        self.tallies.add(&lacks);
        let distance: f64 = lacks.iter().map(UnmetCondition::distance).sum();
        if self.closest.as_ref().is_none_or(|(many, far, _)| (lacks.len(), distance) < (*many, *far)) {
            let named = self.rule.slots.iter().cloned().enumerate().map(|(slot, name)| (name, frame.get(slot)));
            let bound = named.filter(|(_, agent)| agent.is_some()).collect();
            self.closest = Some((lacks.len(), distance, ClosestBinding { at, event, bound, unmet: lacks }));
        }
    }

    /// Checks every event that could have fired the trigger, once each.
    fn check_trigger_events(&mut self, woken: &Activation) {
        let record = self.record;
        let mut wakings: Vec<(EventId, EvalFrame)> = Vec::new();
        for event in record.chronicle.iter().filter(|event| self.query.from <= event.at && event.at <= self.query.to) {
            wakings.extend(trigger_frames(record.scenario, woken, event).into_iter().map(|frame| (event.id, frame)));
        }
        let doers = self.eligible_agents();
        // Events that did fire it are not checked.
        let came = |event: EventId| {
            let of_it = |id: &EventId| {
                let woken = record.chronicle.event(*id).map_or(&[][..], |came| &came.causes);
                woken.iter().any(|cause| cause.event == event && cause.link == CauseLink::Triggered)
            };
            self.report.occurrences.iter().any(of_it)
        };
        wakings.retain(|(event, frame)| doers.contains(&frame.get(0)) && !came(*event));
        for (event, frame) in wakings {
            let past = record.view_at_event(event);
            let mut lacks = Vec::new();
            self.check_cooldown(&past, frame.get(0), &mut lacks);
            self.bind_roles(&past, 0, &mut frame.clone(), &lacks, &mut MAX_BINDINGS.clone());
            if let Some((.., closest)) = &mut self.closest
                && closest.at == past.now()
            {
                closest.event = Some(event);
            }
        }
        if self.report.checked == 0 {
            let text = format!("nothing triggered it: {}", describe_missing_trigger(record.scenario, woken));
            self.report.notes.push(text);
        }
    }

    fn into_report(self, id: &str) -> WhyNotReport {
        let mut answer = WhyNotReport { id: id.to_owned(), tallies: self.tallies.sorted(), ..self.report };
        answer.closest = self.closest.map(|(.., closest)| closest);
        // A binding that did happen is not a near miss.
        if answer.all_met > 0 && self.rule.want.is_some() {
            let ready = answer.all_met;
            answer.notes.push(format!(
                "all conditions were met {ready} times, but the agent did not decide then, chose otherwise or was refused"
            ));
        }
        answer
    }
}

/// The variables that the changes of an event bind for a trigger, for each change that could fire it.
fn trigger_frames(scenario: &Scenario, woken: &Activation, event: &Event) -> Vec<EvalFrame> {
    let frame = |agents: &[AgentId]| {
        let mut frame = EvalFrame::default();
        agents.iter().enumerate().for_each(|(slot, agent)| frame.set(slot, *agent));
        frame
    };
    if let Activation::Event(kinds) = woken {
        let map = kinds.iter().find(|(kind, _)| *kind == event.kind);
        let agents =
            map.map(|(_, map)| map.iter().map(|slot| event.roles.get(*slot).copied().unwrap_or(AgentId::NONE)).collect());
        return agents.map(|agents: Vec<AgentId>| frame(&agents)).into_iter().collect();
    }
    let mut frames = Vec::new();
    for change in &event.changes {
        match (woken, change.fact) {
            (Activation::Begins(wanted), Fact::World(WorldFact::Tie(a, b, tie))) if *wanted == tie && change.after != 0.0 => {
                frames.push(frame(&[a, b]));
                frames.extend(scenario.ties[tie.index()].mutual.then(|| frame(&[b, a])));
            }
            (Activation::Ends(wanted), Fact::World(WorldFact::Tie(a, b, tie))) if *wanted == tie && change.after == 0.0 => {
                frames.push(frame(&[a, b]));
                frames.extend(scenario.ties[tie.index()].mutual.then(|| frame(&[b, a])));
            }
            (Activation::LearnsTie(wanted), Fact::Belief(who, WorldFact::Tie(a, b, tie))) if *wanted == tie => {
                frames.push(frame(&[who, a, b]));
            }
            (Activation::LearnsAttr(wanted), Fact::Belief(who, WorldFact::Attr(of, attr))) if *wanted == attr => {
                frames.push(frame(&[who, of]));
            }
            (Activation::Jumps(wanted, least), Fact::World(WorldFact::Attr(of, attr))) if *wanted == attr => {
                let by = change.after - change.before;
                if if *least >= 0.0 { by >= *least } else { by <= *least } {
                    frames.push(frame(&[of]));
                }
            }
            _ => {}
        }
    }
    frames.dedup();
    frames
}

fn describe_missing_trigger(scenario: &Scenario, woken: &Activation) -> String {
    let tie = |tie: &longhand_expr::ids::TieId| scenario.ties[tie.index()].id.clone();
    let attr = |attr: &longhand_expr::ids::AttrId| scenario.attributes[attr.index()].id.clone();
    match woken {
        Activation::Becomes => "its condition never became true".into(),
        Activation::Event(kinds) => {
            let names: Vec<String> = kinds.iter().map(|(kind, _)| format!("`{}`", scenario.events[kind.index()].name)).collect();
            format!("{} did not happen", names.join(" or "))
        }
        Activation::Begins(of) => format!("no `{}` began", tie(of)),
        Activation::Ends(of) => format!("no `{}` ended", tie(of)),
        Activation::LearnsTie(of) => format!("no agent learned of a `{}`", tie(of)),
        Activation::LearnsAttr(of) => format!("no agent learned the `{}` of an agent", attr(of)),
        Activation::Jumps(of, by) => format!("no event changed `{}` by {by}", attr(of)),
    }
}
