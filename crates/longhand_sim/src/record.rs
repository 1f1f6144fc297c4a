//! Records what changed without an event: attributes and moods of the cast, and daily statistics of all agents.

use super::context::TickContext;
use crate::world::minds::Mind;
use bevy_ecs::prelude::Resource;
use longhand_chronicle::CrowdDay;
use longhand_expr::EvalContext;
use longhand_expr::ids::{AgentField, AgentId, AttrId, Fact, Instant, KindId, PlaceId, WorldFact};
use longhand_scene::Scenario;
use serde::{Deserialize, Serialize};

/// Most samples that a run has of an attribute of the cast, and of a mood or an attribute of somebody created in the run. A scene of a
/// year is sampled as often as its values change; one of centuries is not longer to read for it.
const MOST_OF_CAST: i64 = 20_000;
const MOST_OF_OTHERS: i64 = 4_000;
/// Fewest microseconds between two samples of moods.
const MOOD_INTERVAL: i64 = 6 * 3_600_000_000;
/// Up to about this many values are added up by one thread.
const FEW_VALUES: usize = 50_000;
const MOOD_FIELDS: [AgentField; 3] = [AgentField::Pleasure, AgentField::Arousal, AgentField::Dominance];

/// Microseconds between two samples, which depend on the duration of the scene.
#[derive(Clone, Copy, Debug)]
struct SampleIntervals {
    cast: i64,
    born: i64,
    moods: i64,
}

impl SampleIntervals {
    fn of(scenario: &Scenario) -> Self {
        let every = |most: i64, fewest: i64| (scenario.ends.0 / most).max(fewest);
        Self {
            cast: every(MOST_OF_CAST, scenario.tick_us),
            born: every(MOST_OF_OTHERS, Instant::DAY_US),
            moods: every(MOST_OF_OTHERS, MOOD_INTERVAL),
        }
    }
}

/// The first multiple of an interval after an instant.
fn next_due(at: Instant, interval: i64) -> Instant {
    Instant((at.0 / interval + 1) * interval)
}

/// The values last recorded for the cast, and when the next samples are due.
#[derive(Resource, Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SampleRecorder {
    /// Attributes, by cast member and the attributes of its kind.
    recorded: Vec<Vec<f32>>,
    /// The kinds of the cast that these attributes belong to.
    kinds: Vec<KindId>,
    /// Agents that were created in the run and whose events are recorded, with their attributes. They are sampled less often.
    born: Vec<(AgentId, Vec<f32>)>,
    /// The number of agents at the last look for new ones.
    agent_count: usize,
    /// The number of agents of the crowd that were followed at the last look.
    followed_count: usize,
    cast_due: Instant,
    born_due: Instant,
    moods_due: Instant,
    day_due: Instant,
}

impl SampleRecorder {
    /// Records the state of the cast at the start.
    pub(super) fn begin(&mut self, context: &mut TickContext<'_, '_>) {
        let cast_len = context.scenario().cast.len();
        for id in (0..cast_len).map(AgentId::from_index) {
            context.register_agent(id);
            let attrs = context.scenario().kinds[context.state.kind(id).index()].attributes.clone();
            let mut facts: Vec<Fact> = attrs.iter().map(|&attr| Fact::World(WorldFact::Attr(id, attr))).collect();
            let fields = [AgentField::Present, AgentField::Online, AgentField::Bound, AgentField::Generation, AgentField::Born];
            facts.extend(fields.into_iter().chain(MOOD_FIELDS).map(|field| Fact::Field(id, field)));
            facts.push(Fact::World(WorldFact::Place(id)));
            facts.push(Fact::Owner(id));
            if context.scenario().is_thing(id) {
                facts.push(Fact::World(WorldFact::Holder(id)));
            }
            let bonds: Vec<_> = context.state.bonds.outgoing(id).filter(|(to, _)| to.index() < cast_len).collect();
            for (to, bond) in bonds {
                facts.extend(
                    (0..context.scenario().dims.len())
                        .map(|dim| Fact::World(WorldFact::Dim(id, to, longhand_expr::ids::DimId::from_index(dim)))),
                );
                facts.extend(context.state.bonds.ties(bond).map(|tie| Fact::World(WorldFact::Tie(id, to, tie))));
            }
            for fact in facts {
                let value = current_value(context, fact);
                if value != default_value(fact) || matches!(fact, Fact::World(WorldFact::Attr(..))) {
                    context.chronicle.sample(Instant::START, fact, value);
                }
            }
            self.kinds.push(context.state.kind(id));
            self.recorded.push(attrs.iter().map(|&attr| context.state.attr(id, attr) as f32).collect());
        }
        self.agent_count = context.state.agent_count();
        let intervals = SampleIntervals::of(context.scenario());
        self.born_due = Instant(intervals.born);
        self.moods_due = Instant(intervals.moods);
        self.day_due = Instant(Instant::DAY_US);
    }
}

/// Records the state of an agent of the crowd whose events are recorded from now on: what it is, where, and what it feels for whom.
pub(super) fn sample_state(context: &mut TickContext<'_, '_>, id: AgentId, at: Instant) {
    context.register_agent(id);
    let attrs = context.scenario().kinds[context.state.kind(id).index()].attributes.clone();
    let mut facts: Vec<Fact> = attrs.iter().map(|&attr| Fact::World(WorldFact::Attr(id, attr))).collect();
    let fields = [AgentField::Present, AgentField::Online, AgentField::Bound, AgentField::Generation, AgentField::Born];
    facts.extend(fields.into_iter().chain(MOOD_FIELDS).map(|field| Fact::Field(id, field)));
    facts.extend([Fact::World(WorldFact::Place(id)), Fact::Owner(id)]);
    let cast_len = context.scenario().cast.len();
    let dims = context.scenario().dims.len();
    let known = |agent: AgentId| agent.index() < cast_len || context.state.followed.contains(&agent);
    let outgoing: Vec<_> =
        context.state.bonds.outgoing(id).filter(|(other, _)| known(*other)).map(|(to, bond)| (id, to, bond)).collect();
    let incoming: Vec<_> =
        context.state.bonds.incoming(id).filter(|(other, _)| known(*other)).map(|(from, bond)| (from, id, bond)).collect();
    for (from, to, bond) in outgoing.into_iter().chain(incoming) {
        facts.extend((0..dims).map(|dim| Fact::World(WorldFact::Dim(from, to, longhand_expr::ids::DimId::from_index(dim)))));
        facts.extend(context.state.bonds.ties(bond).map(|tie| Fact::World(WorldFact::Tie(from, to, tie))));
    }
    for fact in facts {
        let value = current_value(context, fact);
        if value != default_value(fact) || matches!(fact, Fact::World(WorldFact::Attr(..))) {
            context.chronicle.sample(at, fact, value);
        }
    }
}

/// The value that a fact has without a sample.
fn default_value(fact: Fact) -> f64 {
    match fact {
        Fact::World(WorldFact::Place(_)) => f64::from(PlaceId::NOWHERE.0),
        Fact::World(WorldFact::Holder(_)) => f64::from(AgentId::NONE.0),
        Fact::Owner(_) => -1.0,
        _ => 0.0,
    }
}

fn current_value(context: &TickContext<'_, '_>, fact: Fact) -> f64 {
    let view = context.view(context.state.now);
    match fact {
        // What is held lies nowhere.
        Fact::World(WorldFact::Place(thing)) if view.holder(thing).is_some() => f64::from(PlaceId::NOWHERE.0),
        Fact::World(known) => context.true_value(known, context.state.now),
        Fact::Field(subject, field) => view.field(subject, field),
        Fact::Owner(os) => {
            let owner = view.owner(os);
            if owner.is_some() { f64::from(owner.0) } else { -1.0 }
        }
        Fact::Belief(..)
        | Fact::Source(..)
        | Fact::Confidence(..)
        | Fact::Happened(..)
        | Fact::Feeling(..)
        | Fact::Memory(..)
        | Fact::PastTie(..)
        | Fact::Appointment(..)
        | Fact::MeetingPlace(..)
        | Fact::Intention(..)
        | Fact::Topic(..) => 0.0,
    }
}

/// Records what changed in this tick without an event.
pub(super) fn record_samples(context: &mut TickContext<'_, '_>, recorder: &mut SampleRecorder) {
    let end = context.tick_end();
    let is_last = end >= context.scenario().ends;
    follow_kinds(context, recorder);
    apply_recorded_events(context, recorder);
    record_born(context, recorder, end, is_last);
    let intervals = SampleIntervals::of(context.scenario());
    if end >= recorder.cast_due || is_last {
        recorder.cast_due = next_due(end, intervals.cast);
        record_cast(context, recorder, end);
    }
    if end >= recorder.moods_due {
        let last_sample = Instant(recorder.moods_due.0 - intervals.moods);
        recorder.moods_due = Instant(recorder.moods_due.0 + intervals.moods);
        let born = recorder.born.iter().map(|(id, _)| *id);
        for id in (0..recorder.recorded.len()).map(AgentId::from_index).chain(born) {
            let is_gone = context.state.presence(id).is_gone();
            let Some(mood) = context.state.mind(id).filter(|_| !is_gone).map(Mind::mood) else { continue };
            let minds = context.scenario().minds;
            let rounded_mood = |at: Instant| mood.value_at(at, &minds).map(|value| (f64::from(value) * 1e4).round() / 1e4);
            // If no emotion has moved the mood since the last sample, its value then follows from its value now.
            let previous = (mood.last_moved() <= last_sample).then(|| rounded_mood(last_sample));
            for (i, value) in rounded_mood(end).into_iter().enumerate() {
                if previous.is_none_or(|previous| previous[i] != value) {
                    context.chronicle.sample(end, Fact::Field(id, MOOD_FIELDS[i]), value);
                }
            }
        }
    }
    if end >= recorder.day_due {
        // A tick may be longer than a day.
        let days = end.day();
        recorder.day_due = Instant((i64::from(days) + 1) * Instant::DAY_US);
        let day = days.saturating_sub(1);
        let numbers = kind_statistics(context);
        context.chronicle.crowd.push(CrowdDay { day, numbers });
    }
}

/// Keeps the recorded values of members of the cast whose kind has changed in the order of the attributes of the new kind.
fn follow_kinds(context: &TickContext<'_, '_>, recorder: &mut SampleRecorder) {
    for (index, (kind, recorded)) in recorder.kinds.iter_mut().zip(&mut recorder.recorded).enumerate() {
        let now = context.state.kind(AgentId::from_index(index));
        if *kind == now {
            continue;
        }
        let attributes_of = |kind: KindId| &context.scenario().kinds[kind.index()].attributes;
        let old = attributes_of(*kind);
        let known = |attr| old.binary_search(attr).ok().and_then(|position| recorded.get(position)).copied();
        let start = |attr: &longhand_expr::ids::AttrId| context.scenario().attributes[attr.index()].start as f32;
        *recorded = attributes_of(now).iter().map(|attr| known(attr).unwrap_or_else(|| start(attr))).collect();
        *kind = now;
    }
}

/// Records the attributes of the cast that differ from what was last recorded.
fn record_cast(context: &mut TickContext<'_, '_>, recorder: &mut SampleRecorder, end: Instant) {
    let rules = context.rules.clone();
    for index in 0..recorder.recorded.len() {
        let id = AgentId::from_index(index);
        let attrs = &rules.scenario.kinds[context.state.kind(id).index()].attributes;
        for (recorded, &attr) in recorder.recorded[index].iter_mut().zip(attrs) {
            let value = context.state.attr(id, attr);
            if value as f32 != *recorded {
                *recorded = value as f32;
                context.chronicle.sample(end, Fact::World(WorldFact::Attr(id, attr)), value);
            }
        }
    }
}

/// Records the attributes of the agents that were created in the run: those of new ones at once, those of others when a sample is due.
fn record_born(context: &mut TickContext<'_, '_>, recorder: &mut SampleRecorder, end: Instant, is_last: bool) {
    let count = context.state.agent_count();
    let attributes = |context: &TickContext<'_, '_>, id: AgentId| -> Vec<(AttrId, f64)> {
        let attrs = &context.scenario().kinds[context.state.kind(id).index()].attributes;
        attrs.iter().map(|&attr| (attr, context.state.attr(id, attr))).collect()
    };
    for id in (recorder.agent_count..count).map(AgentId::from_index) {
        if !context.is_followed(id) {
            continue;
        }
        let values = attributes(context, id);
        for &(attr, value) in &values {
            context.chronicle.sample(end, Fact::World(WorldFact::Attr(id, attr)), value);
        }
        recorder.born.push((id, values.into_iter().map(|(_, value)| value as f32).collect()));
    }
    recorder.agent_count = count;
    if recorder.followed_count < context.state.followed.len() {
        let is_new = |id: &AgentId| recorder.born.iter().all(|(known, _)| known != id) && !context.state.presence(*id).is_gone();
        let new: Vec<AgentId> = context.state.followed.iter().copied().filter(is_new).collect();
        recorder.born.extend(new.into_iter().map(|id| {
            let values = attributes(context, id).into_iter().map(|(_, value)| value as f32);
            (id, values.collect())
        }));
        recorder.born.sort_by_key(|(id, _)| *id);
        recorder.followed_count = context.state.followed.len();
    }
    if end < recorder.born_due && !is_last {
        return;
    }
    recorder.born_due = next_due(end, SampleIntervals::of(context.scenario()).born);
    for (id, recorded) in &mut recorder.born {
        let values = attributes(context, *id);
        // It may have become another kind.
        recorded.resize(values.len(), f32::NAN);
        for (recorded, (attr, value)) in recorded.iter_mut().zip(values) {
            if value as f32 != *recorded {
                *recorded = value as f32;
                context.chronicle.sample(end, Fact::World(WorldFact::Attr(*id, attr)), value);
            }
        }
    }
    recorder.born.retain(|(id, _)| !context.state.presence(*id).is_gone());
}

/// Marks the attributes that events of this tick changed as recorded: the events record them.
fn apply_recorded_events(context: &TickContext<'_, '_>, recorder: &mut SampleRecorder) {
    let events = context.chronicle.events();
    let new_count = events.iter().rev().take_while(|event| event.at >= context.state.now).count();
    for change in events[events.len() - new_count..].iter().flat_map(|event| &event.changes) {
        let Fact::World(WorldFact::Attr(subject, attr)) = change.fact else { continue };
        let Some(values) = recorder.recorded.get_mut(subject.index()) else { continue };
        let attrs = &context.scenario().kinds[context.state.kind(subject).index()].attributes;
        if let Some(recorded) = attrs.binary_search(&attr).ok().and_then(|position| values.get_mut(position)) {
            *recorded = change.after as f32;
        }
    }
}

/// The number of agents of each kind, the means of their attributes, and the shares of each word of those that are words.
fn kind_statistics(context: &TickContext<'_, '_>) -> Vec<(String, f64)> {
    let (scenario, state) = (context.scenario(), &*context.state);
    let mut numbers = Vec::new();
    for (index, kind) in scenario.kinds.iter().enumerate() {
        let members = state.members(KindId::from_index(index));
        numbers.push((kind.id.clone(), members.len() as f64));
        if members.is_empty() {
            continue;
        }
        let attribute = |attr: AttrId| &scenario.attributes[attr.index()];
        let values_of = |attr: AttrId| {
            let values = state.column(attr).values();
            members.iter().map(move |&agent| f64::from(values[agent.index()]))
        };
        let (measured, named): (Vec<AttrId>, Vec<AttrId>) =
            kind.attributes.iter().copied().partition(|attr| attribute(*attr).one_of.is_empty());
        let few = FEW_VALUES / members.len();
        numbers.extend(context.pool.map(&measured, few, |&attr| {
            let mean = values_of(attr).sum::<f64>() / members.len() as f64;
            (format!("{}.{}", kind.id, attribute(attr).id), mean)
        }));
        for attr in named {
            for (position, word) in attribute(attr).one_of.iter().enumerate() {
                let count = values_of(attr).filter(|value| *value == position as f64).count();
                numbers.push((format!("{}.{}.{word}", kind.id, attribute(attr).id), count as f64 / members.len() as f64));
            }
        }
    }
    numbers
}
