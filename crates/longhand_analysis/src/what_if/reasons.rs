//! Explains why an event is in one run only: which parameter, fact or past event that its rule reads differed, what was chosen
//! instead with the same draws, and the causal chain from the intervention.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::align::is_intervention;
use super::run_pair::{NarratedEvent, RunPair, narrate_event, range_share};
use longhand_chronicle::{Event, LogPosition, ScoredOption, format_number};
use longhand_expr::ids::{AgentId, EventId, EventKind, Fact, Instant, WorldFact};
use longhand_expr::{Calendar, Expr, ReadSet};
use longhand_narrative::dates::format_written;
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
    /// The causal chain from the intervention to the event, starting with the intervention.
    Chain(Vec<NarratedEvent>),
}

impl DivergenceReason {
    /// The reason in words, without a full stop; `None` for a chain, which is a list of events. `calendar` is that of the scene.
    #[must_use]
    pub fn describe(&self, calendar: &Calendar) -> Option<String> {
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
            Self::Fact { description, here, there, by_here, by_there, .. } => {
                let since = |writer: &Option<Box<NarratedEvent>>, run: &str| {
                    let text = |writer: &NarratedEvent| {
                        format!("; in {run} since {}: {}", format_written(calendar, &writer.at), writer.sentence)
                    };
                    writer.as_deref().map_or_else(String::new, text)
                };
                let (by_here, by_there) = (since(by_here, "this run"), since(by_there, "the other"));
                format!("{description} was {here} in this run and {there} in the other{by_here}{by_there}")
            }
            Self::Decision { instead, worth_here, worth_there, choice_noise } => {
                let utility = |value: &Option<f64>| value.map(format_number);
                let numbers = match (utility(worth_here), utility(worth_there), choice_noise) {
                    (Some(here), Some(there), Some(noise)) => {
                        format!(
                            " (utility {here} in this run, {there} in the other, plus noise {} in both)",
                            format_number(*noise)
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
    let mut reasons = Vec::new();
    reasons.extend(param_reasons(here.scenario, there.scenario, &reads));
    reasons.extend(occurrence_reasons(pair, side, event, &reads));
    reasons.extend(fact_reasons(pair, side, event, &reads));
    reasons.extend(decision_reason(pair, side, event));
    let chain = pair.cause_chain(first, event.id);
    if chain.len() > 1 {
        reasons.push(DivergenceReason::Chain(chain));
    }
    reasons
}

/// Everything that the rule of an event kind reads to decide whether it fires.
fn rule_reads(scenario: &Scenario, kind: EventKind) -> Option<ReadSet> {
    let mut reads = ReadSet::default();
    let mut add = |all_exprs: &mut dyn Iterator<Item = &Expr>| all_exprs.for_each(|expr| reads.merge(&expr.reads()));
    let weights = |steps: &'_ [Step], step: usize| -> Vec<Expr> {
        steps.get(step).into_iter().flat_map(|step| step.outcomes.iter().filter_map(|(weight, _)| weight.clone())).collect()
    };
    let mut bindings: Vec<&RoleBinding> = Vec::new();
    match scenario.events.get(kind.index())?.origin {
        EventOrigin::Action(action) | EventOrigin::Refusal(action) => {
            let action = scenario.actions.get(action)?;
            add(&mut action.when.iter().chain([&action.want]).chain(action.accept.iter().flatten()));
            let influences = action.choice_influences.iter().chain(&action.acceptance_influences);
            for influence in influences.map(|applied| &scenario.influences[applied.influence]) {
                add(&mut influence.when.iter().chain([&influence.adds]));
            }
            if action.reads_gain {
                add(&mut scenario.goals.iter().flat_map(|goal| [&goal.likelihood, &goal.weight]));
            }
            bindings.extend(action.roles.iter().chain(&action.about));
        }
        EventOrigin::Trigger(trigger) => {
            let trigger = scenario.triggers.get(trigger)?;
            add(&mut trigger.when.iter().chain(&trigger.chance));
            bindings.extend(&trigger.about);
        }
        EventOrigin::ActionStep(action, step, _) => add(&mut weights(&scenario.actions.get(action)?.steps, step).iter()),
        EventOrigin::TriggerStep(trigger, step, _) => add(&mut weights(&scenario.triggers.get(trigger)?.steps, step).iter()),
        EventOrigin::Intervention(_) => return None,
    }
    bindings.iter().for_each(|binding| reads.merge(&binding.set.reads()));
    Some(reads)
}

fn param_reasons(here: &Scenario, there: &Scenario, reads: &ReadSet) -> Vec<DivergenceReason> {
    let compare_param = |param: &longhand_expr::ids::ParamId| {
        let param = here.params.get(param.index())?;
        let counterpart = there.params.iter().find(|counterpart| counterpart.id == param.id)?;
        let (here, there) = (param.value.as_f64(), counterpart.value.as_f64());
        (here != there).then(|| DivergenceReason::Param { param: param.id.clone(), here, there })
    };
    reads.params.iter().filter_map(compare_param).collect()
}

/// Past events that the rule checks for and that only one run had.
fn occurrence_reasons(pair: &RunPair<'_>, here_side: usize, event: &Event, reads: &ReadSet) -> Vec<DivergenceReason> {
    let has_happened = |side: usize, name: &str, agent_count: u8| {
        let run = pair.run(side);
        let Some(kind) = run.scenario.schema.event(name) else { return false };
        let Some(initiator) = pair.agent_on_side(event.roles.first().copied().unwrap_or(AgentId::NONE), here_side, side) else {
            return false;
        };
        run.chronicle
            .iter()
            .any(|past| past.kind == kind && past.at < event.at && (agent_count == 0 || past.roles.contains(&initiator)))
    };
    let differing = reads.occurrences.iter().filter_map(|&(kind, agent_count)| {
        let name = pair.run(here_side).scenario.events.get(kind.index())?.name.as_str();
        let here = has_happened(here_side, name, agent_count);
        (here != has_happened(1 - here_side, name, agent_count))
            .then(|| DivergenceReason::Happened { kind: name.to_owned(), here })
    });
    let mut reasons: Vec<DivergenceReason> = Vec::new();
    for reason in differing {
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons
}

/// Facts about the event's agents that its rule reads and that differed just before it.
fn fact_reasons(pair: &RunPair<'_>, side: usize, event: &Event, reads: &ReadSet) -> Vec<DivergenceReason> {
    let agents: Vec<AgentId> = event.roles.iter().copied().filter(|agent| agent.is_some()).collect();
    // The end of the microsecond before, since nothing at the event's own instant counts.
    let before = LogPosition::end_of(Instant(event.at.0 - 1));
    let mut facts: Vec<Fact> = Vec::new();
    for &agent in &agents {
        facts.extend(reads.attrs.iter().map(|&attr| Fact::World(WorldFact::Attr(agent, attr))));
        facts.extend(reads.fields.iter().map(|&field| Fact::Field(agent, field)));
        for &to in agents.iter().filter(|to| **to != agent) {
            facts.extend(reads.dims.iter().map(|&dim| Fact::World(WorldFact::Dim(agent, to, dim))));
            facts.extend(reads.ties.iter().map(|&tie| Fact::World(WorldFact::Tie(agent, to, tie))));
        }
    }
    if reads.beliefs {
        let is_read = |world_fact: WorldFact| match world_fact {
            WorldFact::Attr(_, attr) => reads.attrs.contains(&attr),
            WorldFact::Dim(_, _, dim) => reads.dims.contains(&dim),
            WorldFact::Tie(_, _, tie) => reads.ties.contains(&tie),
            WorldFact::Happened(event, ..) => reads.occurrences.iter().any(|(kind, _)| *kind == event),
            WorldFact::Place(_) | WorldFact::Holder(_) | WorldFact::Name(_) => false,
        };
        let is_read_belief =
            |fact: &Fact| matches!(fact, Fact::Belief(holder, world_fact) if agents.contains(holder) && is_read(*world_fact));
        let others = pair.histories[1 - side].facts().filter_map(|fact| pair.maps[1 - side].fact(fact));
        facts.extend(pair.histories[side].facts().chain(others).filter(is_read_belief));
    }
    facts.sort_unstable();
    facts.dedup();
    let mut reasons: Vec<(f64, DivergenceReason)> = Vec::new();
    for fact in facts {
        // What the other run does not have cannot be compared.
        let Some(counterpart) = pair.maps[side].fact(fact) else { continue };
        let fact_on = |other: usize| if other == side { fact } else { counterpart };
        let last_entry = |side: usize| pair.histories[side].last_entry(fact_on(side), before);
        let value =
            |side: usize| last_entry(side).map(|entry| pair.histories[side].decayed_value(fact_on(side), entry, event.at));
        let (here, there) = (value(side).unwrap_or(0.0), value(1 - side).unwrap_or(0.0));
        let there_in_side = pair.maps[1 - side].fact_value(counterpart, there);
        let difference = range_share(pair.run(side).scenario, fact, here, there_in_side);
        if difference <= SAME_RANGE_SHARE {
            continue;
        }
        let last_writer = |side: usize| {
            let run = pair.run(side);
            let writer = last_entry(side).and_then(|entry| run.chronicle.event(entry.event?))?;
            Some(Box::new(narrate_event(run, &pair.narrators[side], writer)))
        };
        let describe =
            |side: usize, value: f64| pair.symbols[side].describe_value(fact_on(side), value, &pair.run(side).chronicle.agents);
        let (symbols, registry) = (&pair.symbols[side], &pair.run(side).chronicle.agents);
        let reason = DivergenceReason::Fact {
            fact: symbols.fact_expression(fact, registry),
            description: symbols.describe_fact(fact, registry),
            here: describe(side, here),
            there: describe(1 - side, there),
            by_here: last_writer(side),
            by_there: last_writer(1 - side),
        };
        reasons.push((difference, reason));
    }
    reasons.sort_by(|a, b| b.0.total_cmp(&a.0));
    reasons.truncate(MAX_FACT_REASONS);
    reasons.into_iter().map(|(_, reason)| reason).collect()
}

/// What the agent who chose this event chose at the same instant in the other run.
fn decision_reason(pair: &RunPair<'_>, side: usize, event: &Event) -> Option<DivergenceReason> {
    let choice = event.choice.as_deref()?;
    let there = pair.run(1 - side);
    let chooser = pair.agent_on_side(*event.roles.first()?, side, 1 - side)?;
    let is_choice = |other: &Event| other.choice.is_some() && !is_intervention(there.scenario, other);
    let is_alternative = |other: &&Event| other.at == event.at && is_choice(other) && other.roles.first() == Some(&chooser);
    let alternative = there.chronicle.iter().find(is_alternative)?;
    let chosen_there = choice.options.first().and_then(|best| {
        let kind = pair.maps[side].event(event.kind)?;
        // An option names the sets of roles of several, and none of their agents.
        let slots = there.scenario.events[kind.index()].slots.len();
        let roles = pair.maps[side].roles_of_kind(kind, &best.roles).into_iter().take(slots);
        Some((kind, roles.map(|role| pair.maps[side].agent(role)).collect::<Option<SmallVec<[AgentId; 4]>>>()?))
    });
    let is_same_option = |option: &&ScoredOption| {
        chosen_there.as_ref().is_some_and(|(kind, roles)| option.kind == *kind && option.roles == *roles)
    };
    let chosen = choice.options.first();
    Some(DivergenceReason::Decision {
        instead: Box::new(narrate_event(there, &pair.narrators[1 - side], alternative)),
        worth_here: chosen.map(|option| option.utility),
        worth_there: alternative
            .choice
            .as_deref()
            .and_then(|choice| choice.options.iter().find(is_same_option))
            .map(|option| option.utility),
        choice_noise: chosen.map(|option| option.choice_noise),
    })
}
