//! A run watched while it is lived: beats and patterns are matched, measures taken, and documents put into words.

use super::found::Match;
use super::letter::{Compose, Remembered, Work, compose};
use super::matcher::{Matcher, MatcherState};
use super::with_values::WithValues;
use crate::chronicle::{Chronicle, Event, Sample, Written};
use crate::ids::{AgentId, Fact, Field, Instant};
use crate::language::Frame;
use crate::scenario::{At, Scenario};
use crate::sim::{Draft, Scribe, Scribing, SimSystems, SimTick, Simulation, live};
use crate::world::{Live, site};
use bevy::app::{App, Plugin};
use bevy::ecs::prelude::*;
use std::borrow::Cow;
use std::sync::Arc;

/// Watches a run: adds to [`SimTick`], between [`SimSystems::Match`] and [`SimSystems::Record`], the matching of beats and patterns and the
/// taking of measures, and puts into words what agents write.
#[derive(Clone, Debug)]
pub struct StoryPlugin {
    /// The scene of the run.
    pub scenario: Arc<Scenario>,
    /// Its seed: wording is drawn from it.
    pub seed: u64,
}

impl Plugin for StoryPlugin {
    fn build(&self, app: &mut App) {
        let matcher = Matcher::new(&self.scenario);
        let watch = Watch { matcher, scenario: self.scenario.clone(), seen: 0, sampled: 0, matches: Vec::new() };
        app.insert_resource(watch);
        app.insert_resource(Scribing(Box::new(LetterScribe { seed: self.seed })));
        app.add_systems(SimTick, watching.after(SimSystems::Match).before(SimSystems::Record));
        let measured = measure(app.world(), &self.scenario, At::Start, None);
        app.world_mut().resource_mut::<Chronicle>().measures.extend(measured);
    }
}

/// What has been seen of a run so far.
#[derive(Resource)]
pub struct Watch {
    scenario: Arc<Scenario>,
    matcher: Matcher,
    /// How many events were.
    seen: usize,
    /// How many samples were.
    sampled: usize,
    matches: Vec<Match>,
}

/// What a keyframe must hold of a [`Watch`].
pub type WatchState = (MatcherState, usize, usize, Vec<Match>);

impl Watch {
    /// The matcher, with its threads.
    #[must_use]
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    /// Every beat and pattern that came about, in order.
    #[must_use]
    pub fn matches(&self) -> &[Match] {
        &self.matches
    }

    /// What a keyframe must hold of it; serialized it is a [`WatchState`].
    #[must_use]
    pub fn state(&self) -> (&MatcherState, usize, usize, &[Match]) {
        (self.matcher.state(), self.seen, self.sampled, &self.matches)
    }

    /// Goes back (or on) to where a watch of the same scene was, when there were `events` events. Gives false, and does nothing, when it
    /// cannot have been there.
    pub fn restore(&mut self, (matcher, seen, sampled, matches): WatchState, events: usize) -> bool {
        let fits = seen <= events && self.matcher.restore(&self.scenario, matcher);
        if fits {
            (self.seen, self.sampled) = (seen, sampled);
            self.matches = matches;
        }
        fits
    }
}

fn watching(world: &mut World) {
    let watch = world.resource::<Watch>();
    let chronicle = world.resource::<Chronicle>();
    let samples = watch.matcher.asks_of_spans() && watch.sampled < chronicle.samples().len();
    if watch.seen == chronicle.len() && !samples {
        return;
    }
    take_in(world, |watch, chronicle, view| {
        let Watch { scenario, matcher, seen, sampled, .. } = watch;
        let mut found = Vec::new();
        let events = &chronicle.events()[*seen..];
        let mut samples = chronicle.samples().get(*sampled..).unwrap_or_default().iter().peekable();
        let asks = matcher.asks_of_spans();
        for event in events {
            while let Some(sample) = samples.next_if(|sample| asks && sample.after <= event.id.0) {
                found.extend(matcher.observe_sample(scenario, sample, view));
            }
            found.extend(matcher.observe(scenario, event, view));
        }
        for sample in samples.filter(|_| asks) {
            found.extend(matcher.observe_sample(scenario, sample, view));
        }
        (*seen, *sampled) = (chronicle.len(), chronicle.samples().len());
        found
    });
}

/// Lets the watch look at the world, and enters what it found.
fn take_in(world: &mut World, look: impl FnOnce(&mut Watch, &Chronicle, &Live<'_>) -> Vec<Match>) {
    world.resource_scope(|world, mut watch: Mut<Watch>| {
        world.resource_scope(|world, mut chronicle: Mut<Chronicle>| {
            let found = look(&mut watch, &chronicle, &live(world));
            let scenario = &watch.scenario;
            for found in &found {
                let Some(beat) = found.beat() else { continue };
                let measured =
                    chronicle.event(beat.event).map(|event| measure(world, scenario, At::Beat(beat.beat), Some((event, found))));
                chronicle.measures.extend(measured.unwrap_or_default());
                chronicle.beats.push(beat);
            }
            watch.matches.extend(found);
        });
    });
}

/// Settles what waited for the end and takes the measures of the end; call it once, when the run is over.
pub fn measure_end(run: &mut Simulation) {
    let scenario = run.scenario().clone();
    let end = run.now();
    take_in(run.world_mut(), |watch, _, _| watch.matcher.finish(&scenario, end));
    let measured = measure(run.world(), &scenario, At::End, None);
    run.chronicle_mut().measures.extend(measured);
}

fn measure(world: &World, scenario: &Scenario, at: At, beat: Option<(&Event, &Match)>) -> Vec<(String, f64)> {
    let view = live(world);
    let due = scenario.measures.iter().filter(|measure| measure.at == at);
    let frame = &mut beat.map_or_else(Frame::default, |(_, found)| found.frame());
    due.map(|measure| {
        let value = match beat {
            Some((event, _)) => measure.is.num(&WithValues { view: &view, event }, frame),
            None => measure.is.num(&view, frame),
        };
        (measure.id.clone(), value)
    })
    .collect()
}

/// Composes documents from what their writers remember.
struct LetterScribe {
    seed: u64,
}

impl Scribe for LetterScribe {
    fn write(&self, scenario: &Scenario, chronicle: &Chronicle, draft: &Draft<'_>) -> Written {
        let Draft { document, writer, to, at, mind, values } = *draft;
        let memories = mind.map_or(&[][..], |mind| mind.memories());
        let of_them = memories.iter().filter(|memory| !to.is_some() || memory.with == to);
        let memories: Vec<Remembered<'_>> = of_them
            .map(|memory| Remembered {
                strength: memory.strength(at, &scenario.minds),
                event: memory.event.and_then(|event| chronicle.event(event)).map_or_else(
                    || Cow::Owned(Event::bare(memory.kind, memory.at, [writer, memory.with].into_iter().collect())),
                    Cow::Borrowed,
                ),
            })
            .collect();
        let quotes = scenario.document(document).text.iter().any(|text| text.contains("works"));
        let works = if quotes { works_before(scenario, chronicle, writer, at) } else { Vec::new() };
        let mood = mind.map_or([0.0; 3], |mind| mind.mood().now(at, &scenario.minds)).map(f64::from);
        compose(&Compose {
            scenario,
            directory: &chronicle.directory,
            document,
            writer,
            to,
            at,
            memories: &memories,
            works: &works,
            mood,
            values,
            seed: self.seed,
            key: (at.0 as u64) ^ u64::from(site("document").wrapping_add(writer.0)),
        })
    }
}

/// The most that was written before that a document can quote: the latest.
const MOST_WORKS: usize = 60;

/// What members of the cast other than the writer wrote before an instant, oldest first.
fn works_before<'c>(scenario: &Scenario, chronicle: &'c Chronicle, writer: AgentId, at: Instant) -> Vec<Work<'c>> {
    let by_another = |event: &&Event| event.roles.first().is_some_and(|&by| by != writer && by.index() < scenario.cast.len());
    let written = chronicle.iter().rev().filter(|event| event.document.is_some() && event.at <= at).filter(by_another);
    let mut works: Vec<Work<'_>> =
        written.take(MOST_WORKS).map(|event| Work { event, pleasure: pleasure(chronicle, event) }).collect();
    works.reverse();
    works
}

/// How pleased whoever began an event was then, as far as it is recorded.
fn pleasure(chronicle: &Chronicle, event: &Event) -> f64 {
    let fact = event.roles.first().map(|&who| Fact::Field(who, Field::Pleasure));
    let samples = chronicle.samples();
    let before = samples.partition_point(|sample| sample.after as usize <= event.id.index());
    let found = samples[..before].iter().rev().find(|sample| Some(sample.fact) == fact);
    found.map_or(0.0, |Sample { value, .. }| *value)
}
