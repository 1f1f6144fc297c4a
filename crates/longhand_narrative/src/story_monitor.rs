//! Watches a run while it is simulated: matches beats and patterns, takes measures, and composes documents.

use super::event_values_view::EventValuesView;
use super::letter::{EarlierWork, LetterMemory, LetterRequest, compose_letter};
use super::matcher::{Matcher, MatcherState};
use super::pattern_match::Match;
use bevy_app::{App, Plugin};
use bevy_ecs::message::Messages;
use bevy_ecs::prelude::*;
use bevy_ecs::system::RunSystemOnce;
use longhand_chronicle::{BeatMatch, Chronicle, Event, MeasureValue, Sample, WrittenDocument};
use longhand_expr::ids::{AgentField, AgentId, EventId, Fact, Instant};
use longhand_expr::{EvalContext, EvalFrame};
use longhand_scene::{Measure, MeasureTime, Scenario};
use longhand_sim::world::WorldView;
use longhand_sim::{
    DocumentBackend, DocumentRequest, DocumentWriter, SimSystems, SimTick, Simulation, SimulationView, add_tick_message,
    trigger_observers,
};
use std::borrow::Cow;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Watches the run of an app: matches beats and patterns and takes measures, in [`SimTick`] between [`SimSystems::Match`] and
/// [`SimSystems::Record`], and composes the documents that agents write. Add it after the run has been started
/// ([`start_run`](longhand_sim::start_run)).
#[derive(Clone, Debug)]
pub struct StoryPlugin {
    /// The scene of the run.
    pub scenario: Arc<Scenario>,
    /// The seed of the run; wording is drawn from it.
    pub seed: u64,
}

impl Plugin for StoryPlugin {
    fn build(&self, app: &mut App) {
        let matcher = Matcher::new(&self.scenario);
        let monitor = StoryMonitor { matcher, scenario: self.scenario.clone(), events: 0, samples: 0, matches: Vec::new() };
        app.insert_resource(monitor);
        app.insert_resource(DocumentBackend(Box::new(LetterWriter { seed: self.seed })));
        add_tick_message::<BeatMatched>(app);
        let system = match_patterns.after(SimSystems::Match).before(SimSystems::Record);
        app.add_systems(SimTick, system.run_if(resource_exists::<StoryMonitor>));
        if self.scenario.measures.iter().any(|measure| measure.at.is_regular()) {
            let system = take_regular_measures.before(SimSystems::Wake);
            app.add_systems(SimTick, system.run_if(resource_exists::<StoryMonitor>));
        }
        let outcome = app.world_mut().run_system_once_with(take_measures, MeasureTime::Start);
        outcome.expect("StoryPlugin is added to an app with a run");
    }
}

/// A beat of the scene has been matched. Written when the event that completes it is recorded, after its
/// [`EventHappened`](longhand_sim::EventHappened); observers run at the end of the tick. Beats that are
/// settled by the end of the run are written by [`finish_matching`].
#[derive(Message, bevy_ecs::event::Event, Clone, Copy, Debug, PartialEq, Eq)]
pub struct BeatMatched {
    /// The position of the beat in the scene.
    pub beat: usize,
    /// The event that completed it.
    pub event: EventId,
    /// When it was completed.
    pub at: Instant,
}

/// The state of pattern matching and what has been found so far.
#[derive(Resource)]
pub struct StoryMonitor {
    scenario: Arc<Scenario>,
    matcher: Matcher,
    /// Number of events that the matcher has processed.
    events: usize,
    /// Number of samples that the matcher has processed.
    samples: usize,
    matches: Vec<Match>,
}

/// The part of a keyframe that belongs to a [`StoryMonitor`].
pub type StoryMonitorState = (MatcherState, usize, usize, Vec<Match>);

impl StoryMonitor {
    /// The matcher, with its partial matches.
    #[must_use]
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    /// All matches of beats and patterns, in order.
    #[must_use]
    pub fn matches(&self) -> &[Match] {
        &self.matches
    }

    /// The state for a keyframe, borrowed. Serialized it is a [`StoryMonitorState`].
    #[must_use]
    pub fn state(&self) -> (&MatcherState, usize, usize, &[Match]) {
        (self.matcher.state(), self.events, self.samples, &self.matches)
    }

    /// Restores the state from a keyframe of the same scene, when the chronicle had `events` events. Returns false, and
    /// changes nothing, if the state does not fit.
    pub fn restore(&mut self, (matcher, processed_events, samples, matches): StoryMonitorState, events: usize) -> bool {
        let fits = processed_events <= events && self.matcher.restore(&self.scenario, matcher);
        if fits {
            (self.events, self.samples, self.matches) = (processed_events, samples, matches);
        }
        fits
    }

    /// Matches the events and samples that are new in the chronicle.
    fn match_new(&mut self, chronicle: &Chronicle, view: &WorldView<'_>) -> Vec<Match> {
        let Self { scenario, matcher, .. } = self;
        let mut matches = Vec::new();
        let mut samples = chronicle.samples().get(self.samples..).unwrap_or_default().iter().peekable();
        let reads_samples = matcher.uses_intervals();
        for event in &chronicle.events()[self.events..] {
            while let Some(sample) = samples.next_if(|sample| reads_samples && sample.after <= event.id.0) {
                matches.extend(matcher.observe_sample(scenario, sample, view));
            }
            matches.extend(matcher.observe(scenario, event, view));
        }
        for sample in samples.filter(|_| reads_samples) {
            matches.extend(matcher.observe_sample(scenario, sample, view));
        }
        (self.events, self.samples) = (chronicle.len(), chronicle.samples().len());
        matches
    }

    fn has_new(&self, chronicle: &Chronicle) -> bool {
        let new_samples = self.matcher.uses_intervals() && self.samples < chronicle.samples().len();
        new_samples || self.events != chronicle.len()
    }
}

fn match_patterns(
    simulation: SimulationView,
    mut monitor: ResMut<StoryMonitor>,
    mut chronicle: ResMut<Chronicle>,
    messages: MessageWriter<BeatMatched>,
    commands: Commands,
) {
    if monitor.has_new(&chronicle) {
        let view = simulation.view();
        let matches = monitor.match_new(&chronicle, &view);
        record_matches(matches, &view, &mut monitor, &mut chronicle, messages, commands);
    }
}

/// Records matches, takes the measures of the matched beats, and announces the beats.
fn record_matches(
    matches: Vec<Match>,
    view: &WorldView<'_>,
    monitor: &mut StoryMonitor,
    chronicle: &mut Chronicle,
    mut messages: MessageWriter<BeatMatched>,
    mut commands: Commands,
) {
    for matched in &matches {
        let Some(beat) = matched.to_beat_match() else { continue };
        if let Some(event) = chronicle.event(beat.event) {
            let measured = measure(view, &monitor.scenario, MeasureTime::Beat(beat.beat), Some((event, matched)));
            chronicle.measures.extend(measured);
        }
        let BeatMatch { beat: index, event, at, .. } = beat;
        messages.write(BeatMatched { beat: index, event, at });
        chronicle.beats.push(beat);
    }
    if matches.iter().any(|matched| matched.to_beat_match().is_some()) {
        commands.queue(trigger_observers::<BeatMatched>);
    }
    monitor.matches.extend(matches);
}

/// Settles the patterns that wait for the end of the run and takes the measures of the end. Call it once, when the run is over.
pub fn finish_matching(run: &mut Simulation) {
    let world = run.world_mut();
    // Observers have seen the beats of the last tick.
    world.resource_mut::<Messages<BeatMatched>>().update();
    world.run_system_once(settle_patterns).expect("the run has a StoryMonitor");
    world.run_system_once(take_regular_measures).expect("the run has a StoryMonitor");
    world.run_system_once_with(take_measures, MeasureTime::End).expect("the run has a StoryMonitor");
}

/// The bytes are not a keyframe of this scene and build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the keyframe belongs to another scene or build")]
pub struct KeyframeMismatch;

/// The state of a run with a [`StoryMonitor`] as bytes, from which it can continue. The chronicle is not included.
///
/// # Errors
/// If the state cannot be encoded, which does not happen for states the simulation makes.
pub fn keyframe(run: &Simulation) -> Result<Vec<u8>, postcard::Error> {
    postcard::to_extend(&run.world().resource::<StoryMonitor>().state(), run.keyframe()?)
}

/// Restores a run with a [`StoryMonitor`] from a [`keyframe`] of the same scene and seed. `chronicle` is what was recorded until
/// then. Returns the bytes that follow the keyframe, like [`Simulation::restore`].
///
/// # Errors
/// If the bytes are not a keyframe of this scene and build. The run cannot be used after that.
pub fn restore_keyframe<'k>(run: &mut Simulation, bytes: &'k [u8], chronicle: Chronicle) -> Result<&'k [u8], KeyframeMismatch> {
    let events = chronicle.len();
    let rest = run.restore(bytes, chronicle).map_err(|_| KeyframeMismatch)?;
    let (state, rest) = postcard::take_from_bytes::<StoryMonitorState>(rest).map_err(|_| KeyframeMismatch)?;
    if !run.world_mut().resource_mut::<StoryMonitor>().restore(state, events) {
        return Err(KeyframeMismatch);
    }
    // Another build may decode the same bytes into another state, but hardly one that encodes to the same bytes.
    let encoded = keyframe(run).map_err(|_| KeyframeMismatch)?;
    if encoded != bytes[..bytes.len() - rest.len()] {
        return Err(KeyframeMismatch);
    }
    Ok(rest)
}

fn settle_patterns(
    simulation: SimulationView,
    mut monitor: ResMut<StoryMonitor>,
    mut chronicle: ResMut<Chronicle>,
    messages: MessageWriter<BeatMatched>,
    commands: Commands,
) {
    let view = simulation.view();
    let monitor = &mut *monitor;
    let matches = monitor.matcher.finish(&monitor.scenario, view.state().now);
    record_matches(matches, &view, monitor, &mut chronicle, messages, commands);
}

fn take_measures(at: In<MeasureTime>, simulation: SimulationView, monitor: Res<StoryMonitor>, mut chronicle: ResMut<Chronicle>) {
    chronicle.measures.extend(measure(&simulation.view(), &monitor.scenario, *at, None));
}

/// Takes the measures over time that are due: at the start, and at the first tick at or after each multiple of their period.
fn take_regular_measures(simulation: SimulationView, monitor: Res<StoryMonitor>, mut chronicle: ResMut<Chronicle>) {
    let view = simulation.view();
    let now = view.state().now.0;
    let previous = now - monitor.scenario.tick_us;
    let is_due = |measure: &&Measure| match measure.at {
        MeasureTime::Every(period) => now == 0 || now.div_euclid(period) != previous.div_euclid(period),
        MeasureTime::At(recurrence) => {
            now == 0 || recurrence.next_after(&monitor.scenario.calendar, Instant(previous)) <= Instant(now)
        }
        _ => false,
    };
    for measure in monitor.scenario.measures.iter().filter(is_due) {
        evaluate_measure(measure, &view, &mut EvalFrame::default(), &view, &mut chronicle.measures);
    }
}

/// Evaluates the measures that are due at an instant, and for a beat with its roles and event.
fn measure(view: &WorldView<'_>, scenario: &Scenario, at: MeasureTime, beat: Option<(&Event, &Match)>) -> Vec<MeasureValue> {
    let mut taken = Vec::new();
    let frame = &mut beat.map_or_else(EvalFrame::default, |(_, matched)| matched.frame());
    for measure in scenario.measures.iter().filter(|measure| measure.at == at) {
        match beat {
            Some((event, _)) => evaluate_measure(measure, &EventValuesView { view, event }, frame, view, &mut taken),
            None => evaluate_measure(measure, view, frame, view, &mut taken),
        }
    }
    taken
}

/// Appends the value of a measure now: one of the whole world, or one of each agent of its set.
fn evaluate_measure<V: EvalContext>(
    measure: &Measure,
    context: &V,
    frame: &mut EvalFrame,
    view: &WorldView<'_>,
    taken: &mut Vec<MeasureValue>,
) {
    let at = view.state().now;
    let mut take = |agent, value| taken.push(MeasureValue { measure: measure.id.clone(), at, agent, value });
    match &measure.each {
        None => take(AgentId::NONE, measure.is.number(context, frame)),
        Some(each) => each.for_each(context, frame, 0, &mut |frame| {
            take(frame.get(0), measure.is.number(context, frame));
            ControlFlow::Continue(())
        }),
    }
}

/// Composes documents from what their writers remember.
struct LetterWriter {
    seed: u64,
}

impl DocumentWriter for LetterWriter {
    fn write(&self, scenario: &Scenario, chronicle: &Chronicle, request: &DocumentRequest<'_>) -> WrittenDocument {
        let DocumentRequest { document, writer, to, at, mind, values } = *request;
        let memories = mind.map_or(&[][..], |mind| mind.memories());
        let relevant = memories.iter().filter(|memory| !to.is_some() || memory.with == to);
        let memories: Vec<LetterMemory<'_>> = relevant
            .map(|memory| LetterMemory {
                strength: memory.strength(at, &scenario.minds),
                event: memory.event.and_then(|event| chronicle.event(event)).map_or_else(
                    || Cow::Owned(Event::new(memory.kind, memory.at, [writer, memory.with].into_iter().collect())),
                    Cow::Borrowed,
                ),
            })
            .collect();
        let quotes = scenario.document(document).text.iter().any(|text| text.contains("works"));
        let works = if quotes { works_before(scenario, chronicle, writer, at) } else { Vec::new() };
        let mood = mind.map_or([0.0; 3], |mind| mind.mood().value_at(at, &scenario.minds)).map(f64::from);
        compose_letter(&LetterRequest {
            scenario,
            agents: &chronicle.agents,
            document,
            writer,
            to,
            at,
            memories: &memories,
            works: &works,
            mood,
            values,
            seed: self.seed,
            // No two events have the same instant.
            key: at.0 as u64,
        })
    }
}

/// Most earlier documents that a document can quote: the latest ones.
const MAX_WORKS: usize = 60;

/// Documents that cast members other than the writer wrote before an instant, oldest first.
fn works_before<'c>(scenario: &Scenario, chronicle: &'c Chronicle, writer: AgentId, at: Instant) -> Vec<EarlierWork<'c>> {
    let by_another = |event: &&Event| event.roles.first().is_some_and(|&by| by != writer && by.index() < scenario.cast.len());
    let written = chronicle.iter().rev().filter(|event| event.document.is_some() && event.at <= at).filter(by_another);
    let mut works: Vec<EarlierWork<'_>> =
        written.take(MAX_WORKS).map(|event| EarlierWork { event, pleasure: pleasure(chronicle, event) }).collect();
    works.reverse();
    works
}

/// The pleasure of the agent that began an event, as last sampled before it; 0 without a sample.
fn pleasure(chronicle: &Chronicle, event: &Event) -> f64 {
    let fact = event.roles.first().map(|&who| Fact::Field(who, AgentField::Pleasure));
    let samples = chronicle.samples();
    let end = samples.partition_point(|sample| sample.after as usize <= event.id.index());
    let last_sample = samples[..end].iter().rev().find(|sample| Some(sample.fact) == fact);
    last_sample.map_or(0.0, |Sample { value, .. }| *value)
}
