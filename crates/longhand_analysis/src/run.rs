//! One run from start to end, with pattern matching and measures.

use super::report::{BeatReport, LimitKind, LimitedReport, RunReport, SeriesPoint};
use super::ties::tie_durations;
use longhand_chronicle::{Chronicle, agent_key, format_hash};
use longhand_expr::ids::{AttrId, Instant};
use longhand_narrative::{
    KeyframeMismatch, PatternRef, StoryMonitor, StoryPlugin, finish_matching, order_score, restore_keyframe,
};
use longhand_scene::{Measure, Scenario};
use longhand_sim::world::{Limit, LimitedRule};
use longhand_sim::{OpenDecision, PlayerChoice, SimOptions, Simulation};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A run whose beats and patterns are matched and whose measures are taken while it is simulated.
#[derive(Debug)]
pub struct Run {
    simulation: Simulation,
    seed: u64,
    started: std::time::Instant,
    stop_at: Option<Instant>,
    finished: bool,
}

/// How far a run has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunProgress {
    /// The instant of the world.
    pub now: Instant,
    /// The number of events recorded so far.
    pub events: usize,
}

impl Run {
    /// A run at the scene's start. It is over at the scene's end or at `stop_at`, whichever comes first.
    #[must_use]
    pub fn new(scenario: Arc<Scenario>, options: SimOptions, stop_at: Option<Instant>) -> Self {
        let plugin = StoryPlugin { scenario: scenario.clone(), seed: options.seed };
        let simulation = Simulation::with(scenario, options, |app| {
            app.add_plugins(plugin);
        });
        Self { simulation, seed: options.seed, started: std::time::Instant::now(), stop_at, finished: false }
    }

    /// Asks a person for the decisions of the agent that the scene's interventions play: see [`Simulation::ask_player`].
    pub fn ask_player(&mut self, decide: impl FnMut(&OpenDecision) -> PlayerChoice + Send + Sync + 'static) {
        self.simulation.ask_player(decide);
    }

    /// Simulates one tick. Returns false when the run is over and its last measures are taken.
    pub fn step(&mut self) -> bool {
        if self.finished {
            return false;
        }
        let continues = self.simulation.step();
        self.finished = !continues || self.has_reached_stop(self.simulation.now());
        if self.finished {
            finish_matching(&mut self.simulation);
        }
        !self.finished
    }

    /// The state of the run as bytes, from which it can continue. The chronicle is not included.
    ///
    /// # Errors
    /// If the state cannot be encoded, which does not happen for states the simulation makes.
    pub fn keyframe(&self) -> Result<Vec<u8>, postcard::Error> {
        longhand_narrative::keyframe(&self.simulation)
    }

    /// Restores a keyframe of the same scene and seed. `chronicle` is what was recorded until then. Returns the bytes that follow
    /// the keyframe, like [`Simulation::restore`].
    ///
    /// # Errors
    /// If the bytes are not a keyframe of this scene and build. The run cannot be used after that.
    pub fn restore<'k>(&mut self, keyframe: &'k [u8], chronicle: Chronicle) -> Result<&'k [u8], KeyframeMismatch> {
        let rest = restore_keyframe(&mut self.simulation, keyframe, chronicle)?;
        self.finished = self.simulation.is_over() || self.has_reached_stop(self.simulation.now());
        Ok(rest)
    }

    fn has_reached_stop(&self, now: Instant) -> bool {
        self.stop_at.is_some_and(|until| now >= until)
    }

    /// How far it has come.
    #[must_use]
    pub fn progress(&self) -> RunProgress {
        RunProgress { now: self.simulation.now(), events: self.chronicle().len() }
    }

    /// The simulation.
    #[must_use]
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    /// What has happened so far.
    #[must_use]
    pub fn chronicle(&self) -> &Chronicle {
        self.simulation.chronicle()
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The values of the measures that are taken over time or by agent.
    fn series(&self) -> BTreeMap<String, Vec<SeriesPoint>> {
        let scenario = self.simulation.scenario();
        let chronicle = self.chronicle();
        let is_series = |measure: &&Measure| measure.each.is_some() || measure.at.is_regular();
        let points_of = |measure: &Measure| {
            let taken = chronicle.measures.iter().filter(|taken| taken.measure == measure.id);
            let points = taken.map(|taken| SeriesPoint {
                at: scenario.calendar.datetime(taken.at).to_string(),
                agent: taken.agent.is_some().then(|| agent_key(taken.agent, &chronicle.agents)),
                value: taken.value.is_finite().then_some(taken.value),
            });
            (measure.id.clone(), points.collect())
        };
        scenario.measures.iter().filter(is_series).map(points_of).collect()
    }

    /// A report of the run so far.
    #[must_use]
    pub fn report(&self) -> RunReport {
        let scenario = self.simulation.scenario();
        let chronicle = self.chronicle();
        let civil = |at: Instant| scenario.calendar.datetime(at).to_string();
        let beats = scenario.beats.iter().enumerate().map(|(index, beat)| {
            let completed = chronicle.beats.iter().find(|completed| completed.beat == index);
            BeatReport {
                id: beat.id.clone(),
                must: beat.must,
                at: completed.map(|completed| civil(completed.at)),
                event: completed.map(|completed| completed.event.0),
            }
        });
        let params = scenario.params.iter().map(|param| (param.id.clone(), param.value.as_f64()));
        let matches = self.simulation.world().resource::<StoryMonitor>().matches();
        let match_count =
            |index: usize| matches.iter().filter(|matched| matched.pattern == PatternRef::Pattern(index)).count() as u32;
        RunReport {
            scene: scenario.name.clone(),
            seed: self.seed,
            hash: format_hash(chronicle.hash()),
            params: params.collect(),
            started: civil(Instant::START),
            ended: civil(self.simulation.now()),
            wall_s: self.started.elapsed().as_secs_f64(),
            events: chronicle.len() as u64,
            agents: self.simulation.state().agent_count() as u64,
            bonds: self.simulation.state().bonds.len() as u64,
            beats: beats.collect(),
            patterns: scenario
                .patterns
                .iter()
                .enumerate()
                .map(|(index, pattern)| (pattern.id.clone(), match_count(index)))
                .collect(),
            order_tau: order_score(scenario, &chronicle.beats),
            measures: scenario.measures.iter().map(|measure| (measure.id.clone(), chronicle.measured(&measure.id))).collect(),
            series: self.series(),
            ties: tie_durations(&self.simulation),
            limited: self.limited(),
        }
    }

    /// What the world did not do as the rules asked, by rule.
    #[must_use]
    pub fn limited(&self) -> Vec<LimitedReport> {
        let scenario = self.simulation.scenario();
        let rule_name = |rule| match rule {
            LimitedRule::Event(kind) => scenario.events[kind.index()].name.clone(),
            LimitedRule::Process(index) => scenario.processes[index as usize].id.clone(),
        };
        let report = |(rule, limit, times): (LimitedRule, Limit, u64)| {
            let attr = |attr: AttrId| &scenario.attributes[attr.index()];
            let (kind, of, scale) = match limit {
                Limit::Attr(id) if attr(id).integer => (LimitKind::Rounded, attr(id).id.clone(), attr(id).scale),
                Limit::Attr(id) => (LimitKind::CutOff, attr(id).id.clone(), attr(id).scale),
                Limit::Dim(dim) => (LimitKind::CutOff, scenario.dims[dim.index()].id.clone(), true),
                Limit::Move(id) => (LimitKind::NotMoved, attr(id).id.clone(), false),
                Limit::Thing => (LimitKind::NotHeld, String::new(), false),
                Limit::Journey => (LimitKind::NoWay, String::new(), false),
                Limit::Appointment => (LimitKind::NotPromised, String::new(), false),
                Limit::NegativeWeight => (LimitKind::NegativeWeight, String::new(), false),
                Limit::NoOutcome => (LimitKind::NoOutcome, String::new(), false),
            };
            let rule = rule_name(rule);
            // A step has no name of its own: the rule is named without the outcome.
            let rule = match limit {
                Limit::NoOutcome => rule.split('/').next().unwrap_or_default().to_owned(),
                _ => rule,
            };
            LimitedReport { rule, limit: kind, of, scale, times }
        };
        self.simulation.state().limited.iter().map(report).collect()
    }
}
