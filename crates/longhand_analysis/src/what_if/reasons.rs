//! Explains why an event is in one run only: which parameter, fact or past event that its rule reads differed, what was chosen
//! instead with the same draws, and the causal chain from the intervention.

use serde::{Deserialize, Serialize};

use super::align::{ComparedRun, is_intervention};
use super::run_pair::{NarratedEvent, RunPair, narrate_event};
use longhand_chronicle::{Event, History, LogPosition, ScoredOption, format_number};
use longhand_expr::ids::{AgentId, EventId, EventKind, Fact, Instant, WorldFact};
use longhand_expr::{Expr, ReadSet};
use longhand_narrative::dates::format_civil as date;
use longhand_scene::{EventOrigin, RoleBinding, Scenario, Step};

/// Why an event is in one run only. "Here" is the run that has the event, "there" is the other run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DivergenceReason {
    /// Its rule reads a parameter with different values.
    Param {
        /// The parameter.
        param: String,
        /// Value here; switches are 0 or 1.
        here: f64,
        /// Value there.
        there: f64,
    },
    /// Its rule reads a fact with different values at that instant.
    Fact {
        /// The fact in scene syntax.
        fact: String,
        /// The fact in words.
        #[serde(rename = "said")]
        description: String,
        /// Value here, in words.
        here: String,
        /// Value there, in words.
        there: String,
        /// The last event that wrote the fact here.
        by_here: Option<Box<NarratedEvent>>,
        /// The last event that wrote the fact there.
        by_there: Option<Box<NarratedEvent>>,
    },
    /// Its rule checks whether an event has happened, and it had in one run only.
    Happened {
        /// The name of the event kind.
        kind: String,
        /// Whether it had happened here; otherwise there.
        here: bool,
    },
    /// With the same draws, another option was chosen there at the same instant.
    Decision {
        /// What was chosen there.
        instead: Box<NarratedEvent>,
        /// Utility of the event to its agent here, without choice noise.
        worth_here: Option<f64>,
        /// Its utility there; `None` if it was unavailable or not among the best options.
        worth_there: Option<f64>,
        /// The choice noise added to it in both runs.
        #[serde(rename = "whim")]
        choice_noise: Option<f64>,
    },
    /// The causal chain from the intervention, that one first.
    Chain(Vec<NarratedEvent>),
}

impl DivergenceReason {
    /// The reason in words, without a full stop; `None` for a chain, which is a list of events.
    #[must_use]
    pub fn describe(&self) -> Option<String> {
        let text = match self {
            Self::Param { param, here, there } => {
                format!(
                    "its rule reads the parameter `{param}`: {} in this run, {} in the other",
                    format_number(*here),
                    format_number(*there)
                )
            }
            Self::Happened { kind, here } => match here {
                true => format!("its rule checks whether `{kind}` has happened: it had in this run, but not in the other"),
                false => format!("its rule checks whether `{kind}` has happened: it had not in this run, but in the other"),
            },
            Self::Fact { description: said, here, there, by_here, by_there, .. } => {
                let by = |by: &Option<Box<NarratedEvent>>, place: &str| {
                    by.as_ref().map_or_else(String::new, |by| format!("; in {place} since {}: {}", date(&by.at), by.sentence))
                };
                let (by_here, by_there) = (by(by_here, "this run"), by(by_there, "the other"));
                format!("{said} was {here} in this run and {there} in the other{by_here}{by_there}")
            }
            Self::Decision { instead, worth_here, worth_there, choice_noise: whim } => {
                let worth = |worth: &Option<f64>| worth.map(format_number);
                let numbers = match (worth(worth_here), worth(worth_there), whim) {
                    (Some(here), Some(there), Some(whim)) => {
                        format!(
                            " (utility {here} in this run, {there} in the other, plus noise {} in both)",
                            format_number(*whim)
                        )
                    }
                    (Some(here), None, _) => {
                        format!(" (utility {here} in this run; in the other, unavailable or not among the best options)")
                    }
                    _ => String::new(),
                };
                format!("at the same instant, another option was chosen in the other run: {}{numbers}", instead.sentence)
            }
            Self::Chain(_) => return None,
        };
        Some(text)
    }
}

/// Maximum number of facts given as reasons.
const MAX_FACT_REASONS: usize = 3;
/// Values that differ by less than this share of their range count as equal.
const SAME_RANGE_SHARE: f64 = 1e-6;

/// Why an event is only in the first run (or only in the second).
pub(super) fn divergence_reasons(pair: &RunPair<'_>, first: bool, event: EventId) -> Vec<DivergenceReason> {
    let (side, other) = if first { (0, 1) } else { (1, 0) };
    let (here, there) = (pair.run(side), pair.run(other));
    let Some(event) = here.chronicle.event(event) else { return Vec::new() };
    let Some(reads) = rule_reads(here.scenario, event.kind) else { return Vec::new() };
    let mut found = Vec::new();
    found.extend(param_reasons(here.scenario, there.scenario, &reads));
    found.extend(occurrence_reasons(pair, side, event, &reads));
    found.extend(fact_reasons(pair, side, event, &reads));
    found.extend(decision_reason(pair, side, event));
    let chain = pair.cause_chain(first, event.id);
    if chain.len() > 1 {
        found.push(DivergenceReason::Chain(chain));
    }
    found
}

/// Everything that the rule of an event kind reads to decide whether it fires.
fn rule_reads(scenario: &Scenario, kind: EventKind) -> Option<ReadSet> {
    let mut reads = ReadSet::default();
    let mut exprs = |all: &mut dyn Iterator<Item = &Expr>| all.for_each(|expr| reads.merge(&expr.reads()));
    let weights = |steps: &'_ [Step], step: usize| -> Vec<Expr> {
        steps.get(step).into_iter().flat_map(|step| step.outcomes.iter().filter_map(|(weight, _)| weight.clone())).collect()
    };
    let mut bound: Vec<&RoleBinding> = Vec::new();
    match scenario.events.get(kind.index())?.origin {
        EventOrigin::Action(action) | EventOrigin::Refusal(action) => {
            let action = scenario.actions.get(action)?;
            exprs(&mut action.when.iter().chain([&action.want]).chain(action.accept.iter().flatten()));
            bound.extend(action.roles.iter().chain(&action.about));
        }
        EventOrigin::Trigger(trigger) => {
            let trigger = scenario.triggers.get(trigger)?;
            exprs(&mut trigger.when.iter().chain(&trigger.chance));
            bound.extend(&trigger.about);
        }
        EventOrigin::ActionStep(action, step, _) => exprs(&mut weights(&scenario.actions.get(action)?.steps, step).iter()),
        EventOrigin::TriggerStep(trigger, step, _) => exprs(&mut weights(&scenario.triggers.get(trigger)?.steps, step).iter()),
        EventOrigin::Intervention(_) => return None,
    }
    bound.iter().for_each(|bound| reads.merge(&bound.set.reads()));
    Some(reads)
}

fn param_reasons(here: &Scenario, there: &Scenario, reads: &ReadSet) -> Vec<DivergenceReason> {
    let differs = |param: &longhand_expr::ids::ParamId| {
        let param = here.params.get(param.index())?;
        let other = there.params.iter().find(|other| other.id == param.id)?;
        let (here, there) = (param.value.as_f64(), other.value.as_f64());
        (here != there).then(|| DivergenceReason::Param { param: param.id.clone(), here, there })
    };
    reads.params.iter().filter_map(differs).collect()
}

/// Past events that the rule checks for and that only one run had.
fn occurrence_reasons(pair: &RunPair<'_>, side: usize, event: &Event, reads: &ReadSet) -> Vec<DivergenceReason> {
    let of = |side: usize, name: &str, whose: u8| {
        let run = pair.run(side);
        let Some(kind) = run.scenario.schema.event(name) else { return false };
        let own = event.roles.first().copied().unwrap_or(AgentId::NONE);
        run.chronicle.iter().any(|past| past.kind == kind && past.at < event.at && (whose == 0 || past.roles.contains(&own)))
    };
    let asked = reads.occurrences.iter().filter_map(|&(kind, whose)| {
        let name = pair.run(side).scenario.events.get(kind.index())?.name.as_str();
        let here = of(side, name, whose);
        (here != of(1 - side, name, whose)).then(|| DivergenceReason::Happened { kind: name.to_owned(), here })
    });
    let mut found: Vec<DivergenceReason> = Vec::new();
    for reason in asked {
        if !found.contains(&reason) {
            found.push(reason);
        }
    }
    found
}

/// Facts about the event's agents that its rule reads and that differed just before it.
fn fact_reasons(pair: &RunPair<'_>, side: usize, event: &Event, reads: &ReadSet) -> Vec<DivergenceReason> {
    let agents: Vec<AgentId> = event.roles.iter().copied().filter(|agent| agent.is_some()).collect();
    // The end of the microsecond before, since nothing at the event's own instant counts.
    let before = LogPosition::end_of(Instant(event.at.0 - 1));
    let mut all: Vec<Fact> = Vec::new();
    for &of in &agents {
        all.extend(reads.attrs.iter().map(|&attr| Fact::World(WorldFact::Attr(of, attr))));
        all.extend(reads.fields.iter().map(|&field| Fact::Field(of, field)));
        for &to in agents.iter().filter(|to| **to != of) {
            all.extend(reads.dims.iter().map(|&dim| Fact::World(WorldFact::Dim(of, to, dim))));
            all.extend(reads.ties.iter().map(|&tie| Fact::World(WorldFact::Tie(of, to, tie))));
        }
    }
    if reads.beliefs {
        let read = |known: WorldFact| match known {
            WorldFact::Attr(_, attr) => reads.attrs.contains(&attr),
            WorldFact::Dim(_, _, dim) => reads.dims.contains(&dim),
            WorldFact::Tie(_, _, tie) => reads.ties.contains(&tie),
            WorldFact::Place(_) => false,
        };
        let held = |fact: &Fact| matches!(fact, Fact::Belief(holder, known) if agents.contains(holder) && read(*known));
        all.extend(pair.histories.iter().flat_map(History::facts).filter(held));
    }
    all.sort_unstable();
    all.dedup();
    let mut found: Vec<(f64, DivergenceReason)> = Vec::new();
    for fact in all {
        let entry = |side: usize| pair.histories[side].last_entry(fact, before);
        let value = |side: usize| entry(side).map(|entry| pair.histories[side].decayed_value(fact, entry, event.at));
        let (here, there) = (value(side).unwrap_or(0.0), value(1 - side).unwrap_or(0.0));
        let apart = pair.range_share(fact, here, there);
        if apart <= SAME_RANGE_SHARE {
            continue;
        }
        let by = |side: usize| {
            let run = pair.run(side);
            let writer = entry(side).and_then(|entry| run.chronicle.event(entry.event?))?;
            Some(Box::new(narrate_event(run, &pair.narrators[side], writer)))
        };
        let (legend, directory) = (&pair.symbols[side], &pair.run(side).chronicle.agents);
        let reason = DivergenceReason::Fact {
            fact: legend.fact_expression(fact, directory),
            description: legend.describe_fact(fact, directory),
            here: legend.describe_value(fact, here, directory),
            there: legend.describe_value(fact, there, directory),
            by_here: by(side),
            by_there: by(1 - side),
        };
        found.push((apart, reason));
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.truncate(MAX_FACT_REASONS);
    found.into_iter().map(|(_, reason)| reason).collect()
}

/// What the agent who chose this event chose at the same instant in the other run.
fn decision_reason(pair: &RunPair<'_>, side: usize, event: &Event) -> Option<DivergenceReason> {
    let choice = event.choice.as_deref()?;
    let (here, there) = (pair.run(side), pair.run(1 - side));
    let own = event.roles.first()?;
    let of_rule = |other: &Event| other.choice.is_some() && !is_intervention(there.scenario, other);
    let same = |other: &&Event| other.at == event.at && of_rule(other) && other.roles.first() == Some(own);
    let instead = there.chronicle.iter().find(same)?;
    let is_it = |option: &&ScoredOption| {
        let name = |run: &ComparedRun<'_>, kind: EventKind| run.scenario.events.get(kind.index()).map(|info| info.name.clone());
        name(there, option.kind) == name(here, event.kind)
            && option.roles == choice.options.first().map_or_else(Default::default, |best| best.roles.clone())
    };
    let chosen = choice.options.first();
    Some(DivergenceReason::Decision {
        instead: Box::new(narrate_event(there, &pair.narrators[1 - side], instead)),
        worth_here: chosen.map(|option| option.utility),
        worth_there: instead.choice.as_deref().and_then(|choice| choice.options.iter().find(is_it)).map(|option| option.utility),
        choice_noise: chosen.map(|option| option.choice_noise),
    })
}
