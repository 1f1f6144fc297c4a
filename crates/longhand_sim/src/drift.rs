//! Applies what changes with time alone: attributes drift to their rest values, and processes run.
//!
//! A process that writes only attributes of its own agent runs over columns: its conditions and values are evaluated for all agents of a
//! kind at once, one operation at a time. Other processes run agent by agent, and may repeat with another partner each time (`times`).

use super::context::TickContext;
use super::events::EventBuilder;
use super::moved_goals::may_change;
use super::rules::Rules;
use crate::world::{DrawKey, Limit, LimitedRule, StillView, combine, draw_site};
use bevy_ecs::prelude::Resource;
use longhand_expr::ids::{AgentId, AttrId, Instant};
use longhand_expr::{AssignTarget, Effect, EvalFrame, Expr, remaining_share, stable_hash};
use longhand_scene::{AgentSelector, Process, Scenario, Timing};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Seconds between two steps of drift, unless a tick is longer or a half-life shorter.
const DRIFT_STEP: f64 = 3600.0;
/// The steps in the shortest half-life of a scene, if that is shorter than [`DRIFT_STEP`].
const STEPS_IN_HALF_LIFE: f64 = 8.0;
/// Agents in one block of a column process.
const BLOCK: usize = 1024;
/// Blocks that several threads share.
const BLOCKS: usize = 16;
/// The site of the draws of how often a process repeats.
const TIMES: u32 = draw_site("times");
/// Most repeats of a process for one agent at once.
const MAX_TIMES: u32 = 10_000;

/// When drift and each process are next due.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProcessSchedule {
    drift_due: Instant,
    due: Vec<Instant>,
}

/// The processes of the scene, by how they are applied.
#[derive(Resource, Clone, Debug)]
pub(super) struct CompiledProcesses(Arc<[CompiledProcess]>);

/// How a process is applied.
#[derive(Debug)]
enum CompiledProcess {
    /// Over columns.
    Columns(ColumnProcess),
    /// Agent by agent.
    OneByOne {
        /// Whether what it does to one agent leaves the own conditions of the others as they are, so that they are evaluated first, for all.
        is_selective: bool,
    },
}

/// The column form of a process.
#[derive(Debug)]
struct ColumnProcess {
    writes: Vec<AttrId>,
    /// Whether it reads only attributes of the agent itself.
    own: bool,
}

impl CompiledProcesses {
    pub(super) fn new(rules: &Rules) -> Self {
        let compile = |process: &Process| match compile_columns(process) {
            Some(columns) => CompiledProcess::Columns(columns),
            None => CompiledProcess::OneByOne { is_selective: leaves_own_conditions(process) },
        };
        Self(rules.scenario.processes.iter().map(compile).collect())
    }
}

/// Whether a clause of a process concerns its agent alone.
fn is_own(clause: &Expr) -> bool {
    clause.slot_mask() <= 1
}

/// Whether a process changes nothing that its own conditions read, of any agent.
fn leaves_own_conditions(process: &Process) -> bool {
    let mut own_conditions = process.when.iter().filter(|clause| is_own(clause)).peekable();
    own_conditions.peek().is_some() && own_conditions.all(|clause| !may_change(&process.does, &clause.reads()))
}

/// The column form of a process: only if every effect sets an attribute of the agent itself, and no other agent is bound.
fn compile_columns(process: &Process) -> Option<ColumnProcess> {
    if !process.about.is_empty() || process.times.is_some() {
        return None;
    }
    let written_attr = |effect: &Effect| match effect {
        Effect::Assign { target: AssignTarget::Attr(subject, attr), .. }
        | Effect::Toward { target: AssignTarget::Attr(subject, attr), .. } => (subject.text() == "self").then_some(*attr),
        _ => None,
    };
    let writes: Vec<AttrId> = process.does.iter().map(written_attr).collect::<Option<_>>()?;
    let values = process.does.iter().flat_map(|effect| match effect {
        Effect::Assign { value, .. } => [Some(value), None],
        Effect::Toward { goal, share, .. } => [Some(goal), Some(share)],
        _ => [None, None],
    });
    let own = values.flatten().chain(&process.when).all(Expr::reads_own_attributes_only);
    Some(ColumnProcess { writes, own })
}

/// Seconds between two steps of drift: an hour, and less if an attribute drifts faster than that.
fn drift_step(scenario: &Scenario) -> f64 {
    let shortest = scenario.attributes.iter().filter_map(|attr| attr.half_life).fold(f64::INFINITY, f64::min);
    let step = if shortest < DRIFT_STEP { shortest / STEPS_IN_HALF_LIFE } else { DRIFT_STEP };
    step.max(scenario.tick_us as f64 / 1e6)
}

/// Moves every attribute toward its rest value, in steps.
pub(super) fn drift_attributes(context: &mut TickContext<'_, '_>, schedule: &mut ProcessSchedule) {
    if schedule.drift_due > context.state.now {
        return;
    }
    let step = drift_step(context.scenario());
    while schedule.drift_due <= context.state.now {
        let rules = context.rules.clone();
        if schedule.drift_due > Instant::START {
            for (index, attr) in rules.scenario.attributes.iter().enumerate() {
                if let Some(half_life) = attr.half_life {
                    context.state.drift(AttrId::from_index(index), 1.0 - remaining_share((step / half_life) as f32));
                }
            }
        }
        schedule.drift_due = schedule.drift_due.add_seconds(step);
    }
}

/// Applies the processes that are due: those of OSes or those of all other agents.
pub(super) fn apply_processes(
    context: &mut TickContext<'_, '_>,
    schedule: &mut ProcessSchedule,
    compiled: &CompiledProcesses,
    of_oses: bool,
) {
    let rules = context.rules.clone();
    schedule.due.resize(rules.scenario.processes.len(), Instant::START);
    for (index, process) in rules.scenario.processes.iter().enumerate() {
        if is_of_oses(&rules.scenario, process) != of_oses {
            continue;
        }
        let now = context.state.now;
        if schedule.due[index] > now {
            continue;
        }
        let is_first = schedule.due[index] == Instant::START;
        schedule.due[index] = match &process.every {
            Timing::At(recurrence) => recurrence.next_after(&rules.scenario.calendar, now),
            Timing::After(every) => {
                let every = every.number(&context.view(now), &mut EvalFrame::default());
                // Counted from when it was due, not from this tick, so that the interval need not be a multiple of ticks.
                schedule.due[index].add_seconds(every.max(context.scenario().tick_us as f64 / 1e6))
            }
        };
        // The first application is at the end of the first interval.
        if !is_first {
            for agents in agents_of(context, process) {
                match &compiled.0[index] {
                    CompiledProcess::Columns(columns) => apply_to_columns(context, process, index, columns, &agents, now),
                    &CompiledProcess::OneByOne { is_selective } => {
                        let mut selected = agents;
                        if is_selective {
                            retain_where(context, process.when.iter().filter(|clause| is_own(clause)), &mut selected, now);
                        }
                        apply_one_by_one(context, process, index, (&selected[..], is_selective), now);
                    }
                }
            }
        }
    }
}

fn is_of_oses(scenario: &Scenario, process: &Process) -> bool {
    process.by.iter().all(|who| match who {
        AgentSelector::Kind(kind) => scenario.kinds[kind.index()].os,
        AgentSelector::Agent(agent) => scenario.kinds[scenario.cast[agent.index()].kind.index()].os,
    })
}

/// The agents that a process applies to, by selector of `by`. An agent that several selectors name is listed once.
fn agents_of(context: &TickContext<'_, '_>, process: &Process) -> Vec<Vec<AgentId>> {
    let by = &process.by;
    let of_kind = |agent: AgentId| by.contains(&AgentSelector::Kind(context.state.kind(agent)));
    let members = |(position, who): (usize, &AgentSelector)| match *who {
        _ if by[..position].contains(who) => Vec::new(),
        AgentSelector::Kind(kind) => context.state.members(kind).to_vec(),
        AgentSelector::Agent(agent) if context.is_present(agent) && !of_kind(agent) => vec![agent],
        AgentSelector::Agent(_) => Vec::new(),
    };
    by.iter().enumerate().map(members).collect()
}

fn apply_to_columns(
    context: &mut TickContext<'_, '_>,
    process: &Process,
    index: usize,
    columns: &ColumnProcess,
    agents: &[AgentId],
    now: Instant,
) {
    let mut selected = Vec::new();
    let (mut values, mut shares) = (Vec::new(), Vec::new());
    // A process that reads no other agents can run block by block, which keeps its columns in the cache.
    let size = match columns.own {
        true if context.pool.threads() == 1 => BLOCK,
        true => BLOCKS * BLOCK,
        false => agents.len().max(1),
    };
    for agents in agents.chunks(size) {
        selected.clear();
        selected.extend(agents);
        retain_where(context, process.when.iter(), &mut selected, now);
        values.resize(selected.len(), 0.0);
        shares.resize(selected.len(), 0.0);
        for (effect, &attr) in process.does.iter().zip(&columns.writes) {
            match effect {
                Effect::Assign { op, value, .. } => {
                    evaluate(context, now, value, &selected, &mut values);
                    let limited = context.state.change_attrs(&selected, attr, |position, old| op.apply(old, values[position]));
                    context.state.limited.add(LimitedRule::Process(index as u32), Limit::Attr(attr), limited);
                }
                Effect::Toward { goal, share, .. } => {
                    evaluate(context, now, goal, &selected, &mut values);
                    evaluate(context, now, share, &selected, &mut shares);
                    let limited = context.state.change_attrs(&selected, attr, |position, old| {
                        old + (values[position] - old) * shares[position].clamp(0.0, 1.0)
                    });
                    context.state.limited.add(LimitedRule::Process(index as u32), Limit::Attr(attr), limited);
                }
                _ => {}
            }
            if context.scenario().attributes[attr.index()].switch {
                context.state.topics.expect_new(&selected);
            }
        }
    }
}

/// Keeps the agents for which all clauses hold.
fn retain_where<'a>(
    context: &TickContext<'_, '_>,
    clauses: impl Iterator<Item = &'a Expr>,
    agents: &mut Vec<AgentId>,
    now: Instant,
) {
    let mut values = Vec::new();
    for clause in clauses {
        values.resize(agents.len(), 0.0);
        evaluate(context, now, clause, agents, &mut values);
        let mut holds = values.iter().map(|value| *value != 0.0);
        agents.retain(|_| holds.next().unwrap_or_default());
    }
}

/// Evaluates an expression for each agent, on all threads.
fn evaluate(context: &TickContext<'_, '_>, now: Instant, expr: &Expr, agents: &[AgentId], out: &mut [f64]) {
    let view = context.view(now);
    let blocks = agents.chunks(BLOCK).zip(out.chunks_mut(BLOCK));
    context.pool.map(blocks, 1, |(agents, out)| expr.eval_batch(&StillView::new(view), agents, out));
}

/// Applies a process to each agent for which its conditions hold; its own conditions are known to hold if the agents have been selected by them.
fn apply_one_by_one(
    context: &mut TickContext<'_, '_>,
    process: &Process,
    index: usize,
    (agents, are_selected): (&[AgentId], bool),
    now: Instant,
) {
    let rule = stable_hash(0, &process.id);
    for &agent in agents {
        let mut frame = EvalFrame::for_agent(agent);
        let times = {
            let view = context.view(now);
            let holds = || process.when.iter().all(|clause| !is_own(clause) || clause.truth(&view, &mut frame.clone()));
            debug_assert!(!are_selected || holds(), "no agent before has changed what the conditions on this one read");
            if !are_selected && !holds() {
                continue;
            }
            process.times.as_ref().map_or(1, |times| {
                let expected = times.number(&view, &mut frame);
                context
                    .draws()
                    .rounded(expected, combine(TIMES, rule), DrawKey::new(context.state.key(agent), now))
                    .min(MAX_TIMES)
            })
        };
        for repeat in 0..times {
            // Each repeat has its own instant, and so its own draws.
            let at = Instant(now.0 + i64::from(repeat) * 1_000);
            let mut frame = EvalFrame::for_agent(agent);
            if bind_others(context, process, &mut frame, at) {
                let mut builder = EventBuilder::new(rule, None, at, None);
                builder.process = index as u32;
                for effect in &process.does {
                    context.apply(&mut builder, effect, &mut frame);
                }
            }
        }
    }
}

/// Binds the other agents of a process, each to the first member of its set. Returns whether all are bound and the conditions hold.
fn bind_others(context: &TickContext<'_, '_>, process: &Process, frame: &mut EvalFrame, at: Instant) -> bool {
    let view = context.view(at);
    for (level, role) in process.about.iter().enumerate() {
        let slot = level + 1;
        let mut member = AgentId::NONE;
        role.set.for_each(&view, frame, slot, &mut |frame| {
            member = frame.get(slot);
            std::ops::ControlFlow::Break(())
        });
        frame.set(slot, member);
        if !member.is_some() {
            return false;
        }
    }
    process.when.iter().all(|clause| is_own(clause) || clause.truth(&view, frame))
}
