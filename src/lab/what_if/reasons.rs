//! Why an event is in one life and not in another: which parameter, fact or past event that its rule reads was otherwise, what was decided
//! instead with the same draws, and the chain of causes back to what was done from outside.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::align::{Alignment, Life, is_outside};
use super::difference::{Told, told};
use super::ends::share;
use crate::chronicle::{CauseGraph, Event, History, Legend, Moment, Scored, number};
use crate::ids::{AgentId, EventId, EventKind, Fact, Instant, Known};
use crate::language::{Expr, Reads};
use crate::scenario::{Bound, ParamValue, Scenario, Source, Step};
use crate::story::Teller;
use crate::story::dates::civil as date;

/// Why an event is in one life and not in the other. What is "here" is in the life that has the event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Its rule reads a parameter that was set otherwise.
    Param {
        /// The parameter.
        param: String,
        /// Its value in this life; switches are 0 or 1.
        here: f64,
        /// In the other.
        there: f64,
    },
    /// Its rule reads a fact that was otherwise at that instant.
    Fact {
        /// As a scene would write it.
        fact: String,
        /// In words.
        said: String,
        /// Its value in this life, in words.
        here: String,
        /// In the other.
        there: String,
        /// The last event that wrote it in this life, if one did.
        by_here: Option<Box<Told>>,
        /// In the other.
        by_there: Option<Box<Told>>,
    },
    /// Its rule asks whether something has happened, and it had in one of the lives only.
    Happened {
        /// The name of the kind of event.
        kind: String,
        /// Whether it is this life in which it had.
        here: bool,
    },
    /// At the same instant, and with the same draws, something else was decided in the other life.
    Decision {
        /// What was done there instead.
        instead: Box<Told>,
        /// What this was worth to who chose it here, without the draw.
        worth_here: Option<f64>,
        /// What it was worth there; none where it was not open, or not among the best.
        worth_there: Option<f64>,
        /// The draw added to it in both.
        whim: Option<f64>,
    },
    /// The events that lead here from what was done from outside, that one first.
    Chain(Vec<Told>),
}

impl Reason {
    /// The reason in words, without a full stop; none of a chain, which is a list of events.
    #[must_use]
    pub fn said(&self) -> Option<String> {
        let said = match self {
            Self::Param { param, here, there } => {
                format!("its rule reads the parameter `{param}`, which is {} here and {} there", number(*here), number(*there))
            }
            Self::Happened { kind, here } => match here {
                true => format!("its rule asks whether `{kind}` has happened: here it had, there it had not"),
                false => format!("its rule asks whether `{kind}` has happened: there it had, here it had not"),
            },
            Self::Fact { said, here, there, by_here, by_there, .. } => {
                let by = |by: &Option<Box<Told>>, place: &str| {
                    by.as_ref().map_or_else(String::new, |by| format!("; {place} since {}: {}", date(&by.at), by.sentence))
                };
                format!("{said} was {here} here and {there} there{}{}", by(by_here, "here"), by(by_there, "there"))
            }
            Self::Decision { instead, worth_here, worth_there, whim } => {
                let worth = |worth: &Option<f64>| worth.map(number);
                let numbers = match (worth(worth_here), worth(worth_there), whim) {
                    (Some(here), Some(there), Some(whim)) => {
                        format!(" (it was worth {here} here and {there} there, and {} by the same draw)", number(*whim))
                    }
                    (Some(here), None, _) => format!(" (it was worth {here} here, and not open or not among the best there)"),
                    _ => String::new(),
                };
                format!("at the same moment something else was chosen there: {}{numbers}", instead.sentence)
            }
            Self::Chain(_) => return None,
        };
        Some(said)
    }
}

/// Two lives with everything that is asked of them more than once.
pub(super) struct Lives<'a> {
    pub first: Life<'a>,
    pub second: Life<'a>,
    pub alignment: &'a Alignment,
    pub histories: [History; 2],
    pub legends: [Legend; 2],
    pub tellers: [Teller; 2],
    graphs: [CauseGraph<'a>; 2],
    /// By event of the life: the event from which a shortest chain comes to it from what was done from outside.
    from: [Vec<Option<EventId>>; 2],
}

/// Facts that are named as reasons, at most.
const MOST_FACTS: usize = 3;
/// Facts nearer than this share of their range are the same.
const SAME: f64 = 1e-6;

impl<'a> Lives<'a> {
    pub(super) fn new(first: Life<'a>, second: Life<'a>, alignment: &'a Alignment) -> Self {
        let legends = [&first, &second].map(|life| Legend::of(life.scenario));
        let histories = [(&first, &legends[0]), (&second, &legends[1])].map(|(life, legend)| History::of(life.chronicle, legend));
        let tellers = [&first, &second].map(|life| Teller::new(life.scenario, life.seed));
        let graphs = [&first, &second].map(|life| CauseGraph::of(life.chronicle));
        let mut lives = Self { first, second, alignment, histories, legends, tellers, graphs, from: [Vec::new(), Vec::new()] };
        // What was done from outside, and in the other life what did not happen for it.
        let outside = |event: &&Event| is_outside(second.scenario, event);
        let done: Vec<&Event> = second.chronicle.iter().filter(outside).collect();
        let kept = |event: &&Event| {
            let id = event.id.index();
            alignment.forth[id].is_none() && done.iter().any(|done| done.at == event.at && done.roles == event.roles)
        };
        let prevented: Vec<EventId> = first.chronicle.iter().filter(kept).map(|event| event.id).collect();
        let done: Vec<EventId> = done.iter().map(|event| event.id).collect();
        lives.from = [lives.spread(0, &prevented), lives.spread(1, &done)];
        lives
    }

    pub(super) fn life(&self, side: usize) -> &Life<'a> {
        [&self.first, &self.second][side]
    }

    /// For each event, the one before it on a shortest chain from any of some events; those have themselves.
    fn spread(&self, side: usize, from: &[EventId]) -> Vec<Option<EventId>> {
        let mut before = vec![None; self.life(side).chronicle.len()];
        let mut waiting: VecDeque<EventId> = from.iter().copied().collect();
        from.iter().for_each(|&event| before[event.index()] = Some(event));
        while let Some(event) = waiting.pop_front() {
            for &effect in self.graphs[side].effects(event) {
                if before[effect.index()].is_none() {
                    before[effect.index()] = Some(event);
                    waiting.push_back(effect);
                }
            }
        }
        before
    }

    /// How an event of a life hangs on what was done from outside, or on what did not happen for it; nothing where it does not.
    pub(super) fn chain(&self, first: bool, event: EventId) -> Vec<Told> {
        let side = usize::from(!first);
        let mut chain = Vec::new();
        let mut at = event;
        while let Some(before) = self.from[side].get(at.index()).copied().flatten() {
            chain.push(at);
            if before == at {
                break;
            }
            at = before;
        }
        chain.reverse();
        let life = self.life(side);
        let told = |id: EventId| Some(told(life, &self.tellers[side], life.chronicle.event(id)?));
        chain.into_iter().filter_map(told).collect()
    }
}

/// Why an event is in the first life (or the second) alone.
pub(super) fn reasons(lives: &Lives<'_>, first: bool, event: EventId) -> Vec<Reason> {
    let (side, other) = if first { (0, 1) } else { (1, 0) };
    let (here, there) = (lives.life(side), lives.life(other));
    let Some(event) = here.chronicle.event(event) else { return Vec::new() };
    let Some(reads) = reads(here.scenario, event.kind) else { return Vec::new() };
    let mut found = Vec::new();
    found.extend(params(here.scenario, there.scenario, &reads));
    found.extend(happened(lives, side, event, &reads));
    found.extend(facts(lives, side, event, &reads));
    found.extend(decision(lives, side, event));
    let chain = lives.chain(first, event.id);
    if chain.len() > 1 {
        found.push(Reason::Chain(chain));
    }
    found
}

/// Everything the rule of an event kind reads to decide whether it happens.
fn reads(scenario: &Scenario, kind: EventKind) -> Option<Reads> {
    let mut reads = Reads::default();
    let mut exprs = |all: &mut dyn Iterator<Item = &Expr>| all.for_each(|expr| reads.merge(&expr.reads()));
    let weights = |steps: &'_ [Step], step: usize| -> Vec<Expr> {
        steps.get(step).into_iter().flat_map(|step| step.outcomes.iter().filter_map(|(weight, _)| weight.clone())).collect()
    };
    let mut bound: Vec<&Bound> = Vec::new();
    match scenario.events.get(kind.index())?.from {
        Source::Action(action) | Source::Refusal(action) => {
            let action = scenario.actions.get(action)?;
            exprs(&mut action.when.iter().chain([&action.want]).chain(action.accept.iter().flatten()));
            bound.extend(action.roles.iter().chain(&action.about));
        }
        Source::Trigger(trigger) => {
            let trigger = scenario.triggers.get(trigger)?;
            exprs(&mut trigger.when.iter().chain(&trigger.chance));
            bound.extend(&trigger.about);
        }
        Source::ActionStep(action, step, _) => exprs(&mut weights(&scenario.actions.get(action)?.steps, step).iter()),
        Source::TriggerStep(trigger, step, _) => exprs(&mut weights(&scenario.triggers.get(trigger)?.steps, step).iter()),
        Source::Outside(_) => return None,
    }
    bound.iter().for_each(|bound| reads.merge(&bound.set.reads()));
    Some(reads)
}

fn params(here: &Scenario, there: &Scenario, reads: &Reads) -> Vec<Reason> {
    let number = |value: ParamValue| match value {
        ParamValue::Number(number) => number,
        ParamValue::Switch(on) => f64::from(u8::from(on)),
    };
    let differs = |param: &crate::ids::ParamId| {
        let param = here.params.get(param.index())?;
        let other = there.params.iter().find(|other| other.id == param.id)?;
        let (here, there) = (number(param.value), number(other.value));
        (here != there).then(|| Reason::Param { param: param.id.clone(), here, there })
    };
    reads.params.iter().filter_map(differs).collect()
}

/// Past events the rule asks of, that only one life had by then.
fn happened(lives: &Lives<'_>, side: usize, event: &Event, reads: &Reads) -> Vec<Reason> {
    let of = |side: usize, name: &str, whose: u8| {
        let life = lives.life(side);
        let Some(kind) = life.scenario.schema.event(name) else { return false };
        let own = event.roles.first().copied().unwrap_or(AgentId::NONE);
        life.chronicle.iter().any(|past| past.kind == kind && past.at < event.at && (whose == 0 || past.roles.contains(&own)))
    };
    let asked = reads.occurrences.iter().filter_map(|&(kind, whose)| {
        let name = lives.life(side).scenario.events.get(kind.index())?.name.as_str();
        let here = of(side, name, whose);
        (here != of(1 - side, name, whose)).then(|| Reason::Happened { kind: name.to_owned(), here })
    });
    let mut found: Vec<Reason> = Vec::new();
    for reason in asked {
        if !found.contains(&reason) {
            found.push(reason);
        }
    }
    found
}

/// Facts of those in the event that its rule reads and that were otherwise just before it.
fn facts(lives: &Lives<'_>, side: usize, event: &Event, reads: &Reads) -> Vec<Reason> {
    let agents: Vec<AgentId> = event.roles.iter().copied().filter(|agent| agent.is_some()).collect();
    // Just before it: nothing at its own instant has happened yet.
    let before = Moment::end_of(Instant(event.at.0 - 1));
    let mut all: Vec<Fact> = Vec::new();
    for &of in &agents {
        all.extend(reads.attrs.iter().map(|&attr| Fact::World(Known::Attr(of, attr))));
        all.extend(reads.fields.iter().map(|&field| Fact::Field(of, field)));
        for &to in agents.iter().filter(|to| **to != of) {
            all.extend(reads.dims.iter().map(|&dim| Fact::World(Known::Dim(of, to, dim))));
            all.extend(reads.ties.iter().map(|&tie| Fact::World(Known::Tie(of, to, tie))));
        }
    }
    if reads.beliefs {
        let read = |known: Known| match known {
            Known::Attr(_, attr) => reads.attrs.contains(&attr),
            Known::Dim(_, _, dim) => reads.dims.contains(&dim),
            Known::Tie(_, _, tie) => reads.ties.contains(&tie),
            Known::Place(_) => false,
        };
        let held = |fact: &Fact| matches!(fact, Fact::Belief(holder, known) if agents.contains(holder) && read(*known));
        all.extend(lives.histories.iter().flat_map(History::facts).filter(held));
    }
    all.sort_unstable();
    all.dedup();
    let mut found: Vec<(f64, Reason)> = Vec::new();
    for fact in all {
        let entry = |side: usize| lives.histories[side].last(fact, before);
        let value = |side: usize| entry(side).map(|entry| lives.histories[side].faded(fact, entry, event.at));
        let (here, there) = (value(side).unwrap_or(0.0), value(1 - side).unwrap_or(0.0));
        let apart = share(lives, fact, here, there);
        if apart <= SAME {
            continue;
        }
        let by = |side: usize| {
            let life = lives.life(side);
            let writer = entry(side).and_then(|entry| life.chronicle.event(entry.event?))?;
            Some(Box::new(told(life, &lives.tellers[side], writer)))
        };
        let (legend, directory) = (&lives.legends[side], &lives.life(side).chronicle.directory);
        let reason = Reason::Fact {
            fact: legend.write_fact(fact, directory),
            said: legend.say_fact(fact, directory),
            here: legend.say_value(fact, here, directory),
            there: legend.say_value(fact, there, directory),
            by_here: by(side),
            by_there: by(1 - side),
        };
        found.push((apart, reason));
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.truncate(MOST_FACTS);
    found.into_iter().map(|(_, reason)| reason).collect()
}

/// What whoever began it did at the same instant in the other life.
fn decision(lives: &Lives<'_>, side: usize, event: &Event) -> Option<Reason> {
    let choice = event.choice.as_deref()?;
    let (here, there) = (lives.life(side), lives.life(1 - side));
    let own = event.roles.first()?;
    let of_rule = |other: &Event| other.choice.is_some() && !is_outside(there.scenario, other);
    let same = |other: &&Event| other.at == event.at && of_rule(other) && other.roles.first() == Some(own);
    let instead = there.chronicle.iter().find(same)?;
    let is_it = |option: &&Scored| {
        let name = |life: &Life<'_>, kind: EventKind| life.scenario.events.get(kind.index()).map(|info| info.name.clone());
        name(there, option.kind) == name(here, event.kind)
            && option.roles == choice.options.first().map_or_else(Default::default, |best| best.roles.clone())
    };
    let chosen = choice.options.first();
    Some(Reason::Decision {
        instead: Box::new(told(there, &lives.tellers[1 - side], instead)),
        worth_here: chosen.map(|option| option.utility),
        worth_there: instead.choice.as_deref().and_then(|choice| choice.options.iter().find(is_it)).map(|option| option.utility),
        whim: chosen.map(|option| option.whim),
    })
}
