//! What changes while time passes and nothing happens: attributes drift to where they rest, and processes apply.
//!
//! A process that touches only its agent's own attributes runs over columns: its condition and its values are evaluated for all agents of
//! a kind at once, an operation at a time. Any other runs agent by agent, and may repeat with another partner each time (`times`).

use super::happen::Writing;
use super::moment::Moment;
use super::rules::Rules;
use crate::ids::{AgentId, AttrId, Instant};
use crate::language::{Effect, Expr, Frame, Scratch, Target};
use crate::scenario::{Process, Scenario, Who};
use crate::world::{DrawKey, site};
use bevy::ecs::prelude::Resource;
use bevy::math::ops;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Seconds between two steps of drift, if a tick is not longer.
const DRIFT_STEP: f64 = 3600.0;
/// Agents whose columns are gone through at once.
const BLOCK: usize = 1024;
/// Times one application of a process may repeat for one agent.
const MOST_TIMES: u32 = 10_000;

/// When drift and each process are next due.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Laws {
    drift_due: Instant,
    due: Vec<Instant>,
}

/// The processes made ready.
#[derive(Resource, Clone, Debug)]
pub(super) struct Prepared(Arc<[Option<Columns>]>);

/// The column form of a process.
#[derive(Debug)]
struct Columns {
    writes: Vec<AttrId>,
    /// Whether all that is read of attributes is the agent's own.
    own: bool,
}

impl Prepared {
    pub(super) fn new(rules: &Rules) -> Self {
        Self(rules.scenario.processes.iter().map(columns).collect())
    }
}

/// The column form, where every effect sets one of the agent's own attributes and nothing else is involved.
fn columns(process: &Process) -> Option<Columns> {
    if !process.about.is_empty() || process.times.is_some() {
        return None;
    }
    let own = |effect: &Effect| match effect {
        Effect::Change { target: Target::Attr(of, attr), .. } | Effect::Toward { target: Target::Attr(of, attr), .. } => {
            (of.text() == "self").then_some(*attr)
        }
        _ => None,
    };
    let writes: Vec<AttrId> = process.does.iter().map(own).collect::<Option<_>>()?;
    let values = process.does.iter().flat_map(|effect| match effect {
        Effect::Change { value, .. } => [Some(value), None],
        Effect::Toward { goal, share, .. } => [Some(goal), Some(share)],
        _ => [None, None],
    });
    let own = values.flatten().chain(&process.when).all(Expr::reads_own_attributes_only);
    Some(Columns { writes, own })
}

/// Moves every attribute toward where it rests, in steps of an hour.
pub(super) fn drift(moment: &mut Moment<'_>, laws: &mut Laws) {
    let step = DRIFT_STEP.max(moment.scenario().tick_us as f64 / 1e6);
    while laws.drift_due <= moment.state.now {
        let rules = moment.rules.clone();
        if laws.drift_due > Instant::START {
            for (index, attr) in rules.scenario.attributes.iter().enumerate() {
                if let Some(half_life) = attr.half_life {
                    moment.state.drift(AttrId::at(index), 1.0 - ops::exp2((-step / half_life) as f32));
                }
            }
        }
        laws.drift_due = laws.drift_due.plus_seconds(step);
    }
}

/// Applies the processes that are due: those of OSes or those of everybody else.
pub(super) fn processes(moment: &mut Moment<'_>, laws: &mut Laws, prepared: &Prepared, of_oses: bool) {
    let rules = moment.rules.clone();
    laws.due.resize(rules.scenario.processes.len(), Instant::START);
    for (index, process) in rules.scenario.processes.iter().enumerate() {
        if is_of_oses(&rules.scenario, process) != of_oses {
            continue;
        }
        let now = moment.state.now;
        if laws.due[index] > now {
            continue;
        }
        let first = laws.due[index] == Instant::START;
        let every = process.every.num(&moment.live(now), &mut Frame::default()).max(moment.scenario().tick_us as f64 / 1e6);
        // From when it was due, not from when a tick came round to it: the law keeps its pace between ticks.
        laws.due[index] = laws.due[index].plus_seconds(every);
        // The first application stands at the end of the first interval: a law needs time to have passed.
        if !first {
            for agents in those(moment, process) {
                match &prepared.0[index] {
                    Some(columns) => over_columns(moment, process, columns, &agents, now),
                    None => one_by_one(moment, process, index, &agents, now),
                }
            }
        }
    }
}

fn is_of_oses(scenario: &Scenario, process: &Process) -> bool {
    process.by.iter().all(|who| match who {
        Who::Kind(kind) => scenario.kinds[kind.index()].os,
        Who::Agent(agent) => scenario.kinds[scenario.cast[agent.index()].kind.index()].os,
    })
}

/// Those a process applies to, each once however often `by` names them.
fn those(moment: &Moment<'_>, process: &Process) -> Vec<Vec<AgentId>> {
    let by = &process.by;
    let of_kind = |agent: AgentId| by.contains(&Who::Kind(moment.state.kind(agent)));
    let one = |(nth, who): (usize, &Who)| match *who {
        _ if by[..nth].contains(who) => Vec::new(),
        Who::Kind(kind) => moment.state.members(kind).to_vec(),
        Who::Agent(agent) if moment.is_present(agent) && !of_kind(agent) => vec![agent],
        Who::Agent(_) => Vec::new(),
    };
    by.iter().enumerate().map(one).collect()
}

fn over_columns(moment: &mut Moment<'_>, process: &Process, columns: &Columns, agents: &[AgentId], now: Instant) {
    let mut scratch = Scratch::default();
    let mut those = Vec::new();
    let (mut values, mut shares) = (Vec::new(), Vec::new());
    // What reads nobody else may be done with before the next are begun, so that all of it stays near.
    for agents in agents.chunks(if columns.own { BLOCK } else { agents.len().max(1) }) {
        those.clear();
        those.extend(agents);
        for clause in &process.when {
            values.resize(those.len(), 0.0);
            clause.batch(&moment.live(now), &those, &mut values, &mut scratch);
            let mut holds = values.iter().map(|value| *value != 0.0);
            those.retain(|_| holds.next().unwrap_or_default());
        }
        values.resize(those.len(), 0.0);
        shares.resize(those.len(), 0.0);
        for (effect, &attr) in process.does.iter().zip(&columns.writes) {
            let live = moment.live(now);
            let mut batch = |expr: &Expr, out: &mut [f64]| expr.batch(&live, &those, out, &mut scratch);
            match effect {
                Effect::Change { change, value, .. } => {
                    batch(value, &mut values);
                    moment.state.change_attrs(&those, attr, |at, old| change.apply(old, values[at]));
                }
                Effect::Toward { goal, share, .. } => {
                    batch(goal, &mut values);
                    batch(share, &mut shares);
                    moment.state.change_attrs(&those, attr, |at, old| old + (values[at] - old) * shares[at].clamp(0.0, 1.0));
                }
                _ => {}
            }
        }
    }
}

fn one_by_one(moment: &mut Moment<'_>, process: &Process, index: usize, agents: &[AgentId], now: Instant) {
    for &agent in agents {
        let mut frame = Frame::of(agent);
        let times = {
            let live = moment.live(now);
            if !process.when.iter().all(|clause| clause.slots() > 1 || clause.truth(&live, &mut frame)) {
                continue;
            }
            process.times.as_ref().map_or(1, |times| {
                let expected = times.num(&live, &mut frame);
                moment.draws.rounded(expected, site("times").wrapping_add(index as u32), DrawKey::of(agent, now)).min(MOST_TIMES)
            })
        };
        for n in 0..times {
            // Each repeat is an instant of its own, so that its draws are too.
            let at = Instant(now.0 + i64::from(n) * 1_000);
            let mut frame = Frame::of(agent);
            if bind(moment, process, &mut frame, at) {
                let mut writing = Writing::new(None, at, None);
                for effect in &process.does {
                    moment.apply(&mut writing, effect, &mut frame);
                }
            }
        }
    }
}

/// Binds the others a process concerns, each to the first of its set.
fn bind(moment: &Moment<'_>, process: &Process, frame: &mut Frame, at: Instant) -> bool {
    let live = moment.live(at);
    for (level, bound) in process.about.iter().enumerate() {
        let slot = level + 1;
        let mut found = AgentId::NONE;
        bound.set.for_each(&live, frame, slot, &mut |frame| {
            found = frame.get(slot);
            std::ops::ControlFlow::Break(())
        });
        frame.set(slot, found);
        if !found.is_some() {
            return false;
        }
    }
    process.when.iter().all(|clause| clause.slots() <= 1 || clause.truth(&live, frame))
}
