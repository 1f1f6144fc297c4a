//! The run that the host owns, and the system that steps it.

use crate::asset::SceneAsset;
use crate::clock::SimulationClock;
use crate::command::{CommandRejected, SimulationCommand};
use crate::messages::{SimulationBeat, SimulationEnded, SimulationEvent};
use crate::start::StartSimulation;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use bevy_time::Time;
use longhand_chronicle::{Chronicle, SymbolTable, format_hash};
use longhand_narrative::{EventNarrator, StoryPlugin, finish_matching, keyframe, restore_keyframe};
use longhand_scene::{Diagnostics, Intervention, Scenario, add_interventions};
use longhand_sim::{SimOptions, Simulation};
use std::sync::Arc;

/// A run, and how much of it has been sent to the host.
#[derive(Resource)]
pub(crate) struct HostedRun {
    simulation: Simulation,
    scene: SceneAsset,
    request: StartSimulation,
    /// Renders events as sentences. Belongs to the current scenario, so it is rebuilt when that is recompiled.
    narrator: EventNarrator,
    symbols: SymbolTable,
    /// Commands for the next tick.
    queued: Vec<SimulationCommand>,
    /// The commands that were carried out.
    interventions: Vec<Intervention>,
    /// The number of events and of beats that have been sent to the host.
    announced: (usize, usize),
    finished: bool,
}

fn new_simulation(scenario: Arc<Scenario>, request: &StartSimulation) -> Simulation {
    let story = StoryPlugin { scenario: scenario.clone(), seed: request.seed };
    Simulation::with(scenario, SimOptions { seed: request.seed, threads: request.threads }, |app| {
        app.add_plugins(story);
    })
}

impl HostedRun {
    /// Compiles a scene and starts a run of it. Returns it with the warnings of the scene.
    pub(crate) fn start(scene: &SceneAsset, request: StartSimulation) -> Result<(Self, Diagnostics), Diagnostics> {
        let loaded = scene.compile(&request.params)?;
        let scenario = Arc::new(loaded.scenario);
        let run = Self {
            narrator: EventNarrator::new(&scenario, request.seed),
            symbols: SymbolTable::from_scenario(&scenario),
            simulation: new_simulation(scenario, &request),
            scene: scene.clone(),
            request,
            queued: Vec::new(),
            interventions: Vec::new(),
            announced: (0, 0),
            finished: false,
        };
        Ok((run, loaded.warnings))
    }

    pub(crate) fn request(&self) -> &StartSimulation {
        &self.request
    }

    pub(crate) fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    pub(crate) fn chronicle(&self) -> &Chronicle {
        self.simulation.chronicle()
    }

    pub(crate) fn narrator(&self) -> &EventNarrator {
        &self.narrator
    }

    pub(crate) fn symbols(&self) -> &SymbolTable {
        &self.symbols
    }

    pub(crate) fn interventions(&self) -> &[Intervention] {
        &self.interventions
    }

    pub(crate) fn is_over(&self) -> bool {
        self.finished
    }

    pub(crate) fn stop(&mut self) {
        self.finished = true;
    }

    /// Takes the commands that wait for the next tick.
    pub(crate) fn take_queued(&mut self) -> Vec<SimulationCommand> {
        std::mem::take(&mut self.queued)
    }

    pub(crate) fn queue(&mut self, command: SimulationCommand) {
        self.queued.push(command);
    }

    /// Carries out the queued commands. Returns those that are invalid.
    ///
    /// A compiled scenario is immutable. The scene is therefore compiled again with the new interventions appended, and the state
    /// of the run is moved to a new simulation of it through a keyframe. The two scenarios differ only in the added interventions
    /// and their event kinds, which come last, so every id and draw stays the same.
    fn apply_commands(&mut self) -> Vec<CommandRejected> {
        let mut rejected = Vec::new();
        let mut accepted = Vec::new();
        let Ok(mut scenario) = self.compile_with(&[]) else { return rejected };
        for command in self.take_queued() {
            let intervention = command.to_intervention(self.simulation.now());
            match add_interventions(&mut scenario, std::slice::from_ref(&intervention)) {
                Ok(()) => accepted.push(intervention),
                Err(diagnostics) => {
                    rejected.push(CommandRejected { command, diagnostics: Some(diagnostics) });
                    // A scenario to which an invalid intervention was added must be discarded.
                    match self.compile_with(&accepted) {
                        Ok(recompiled) => scenario = recompiled,
                        Err(_) => return rejected,
                    }
                }
            }
        }
        if accepted.is_empty() {
            return rejected;
        }
        let scenario = Arc::new(scenario);
        let mut simulation = new_simulation(scenario.clone(), &self.request);
        let state = keyframe(&self.simulation).expect("states of a simulation can be encoded");
        restore_keyframe(&mut simulation, &state, self.chronicle().clone())
            .expect("the scenario differs only in interventions, so its keyframes fit");
        self.narrator = EventNarrator::new(&scenario, self.request.seed);
        self.symbols = SymbolTable::from_scenario(&scenario);
        self.simulation = simulation;
        self.interventions.extend(accepted);
        rejected
    }

    /// Compiles the scenario with the interventions carried out so far, followed by `additional` ones.
    fn compile_with(&self, additional: &[Intervention]) -> Result<Scenario, Diagnostics> {
        let mut scenario = self.scene.compile(&self.request.params)?.scenario;
        add_interventions(&mut scenario, &self.interventions)?;
        add_interventions(&mut scenario, additional)?;
        Ok(scenario)
    }

    /// Simulates one tick.
    fn step(&mut self) {
        if !self.simulation.step() {
            finish_matching(&mut self.simulation);
            self.finished = true;
        }
    }

    /// The events and beats that have not been sent to the host, and marks them as sent.
    fn take_unannounced(&mut self) -> (Vec<SimulationEvent>, Vec<SimulationBeat>) {
        let (scenario, chronicle) = (self.simulation.scenario(), self.simulation.chronicle());
        let events = chronicle.events()[self.announced.0..].iter();
        let events = events.map(|event| SimulationEvent::new(scenario, chronicle, event)).collect();
        let beats = chronicle.beats[self.announced.1..].iter();
        let beats = beats.map(|beat_match| SimulationBeat::new(scenario, beat_match)).collect();
        self.announced = (chronicle.len(), chronicle.beats.len());
        (events, beats)
    }
}

/// The messages to the host. Each is also triggered for observers.
#[derive(SystemParam)]
pub(crate) struct Outbox<'w, 's> {
    events: MessageWriter<'w, SimulationEvent>,
    beats: MessageWriter<'w, SimulationBeat>,
    ended: MessageWriter<'w, SimulationEnded>,
    rejected: MessageWriter<'w, CommandRejected>,
    commands: Commands<'w, 's>,
}

/// Simulates the ticks that are due.
pub(crate) fn advance(time: Res<Time>, mut clock: ResMut<SimulationClock>, mut run: ResMut<HostedRun>, mut outbox: Outbox) {
    if run.finished {
        return;
    }
    let ticks = clock.advance(time.delta(), run.simulation.scenario().tick_us);
    for _ in 0..ticks {
        if !run.queued.is_empty() {
            for rejected in run.apply_commands() {
                outbox.commands.trigger(rejected.clone());
                outbox.rejected.write(rejected);
            }
        }
        run.step();
        let (events, beats) = run.take_unannounced();
        for event in events {
            outbox.commands.trigger(event.clone());
            outbox.events.write(event);
        }
        for beat in beats {
            outbox.commands.trigger(beat.clone());
            outbox.beats.write(beat);
        }
        if run.finished {
            let ended = SimulationEnded {
                at: run.simulation.now(),
                hash: format_hash(run.chronicle().hash()),
                stopped: run.simulation.limit_exceeded().map(ToString::to_string),
            };
            outbox.commands.trigger(ended.clone());
            outbox.ended.write(ended);
            return;
        }
    }
}
