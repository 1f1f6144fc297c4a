//! Read access to the run, for systems of the host.

use crate::hosted_run::HostedRun;
use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use longhand_chronicle::{CauseGraph, CauseLink, Chronicle, Event as ChronicleEvent, format_hash};
use longhand_expr::ids::{AgentId, EventId, Instant, PlaceId};
use longhand_expr::{CalendarDate, EvalFrame, Expr, ExprError, Scope, Type, compile_expr};
use longhand_narrative::dates::{CivilDateTime, DateStyle};
use longhand_scene::{Intervention, Scenario};
use longhand_sim::world::WorldView;

/// Read access to the run, as a system parameter. It is the only way for the host to read the run.
///
/// A system with this parameter sees the run between two ticks. Everything is `None` or empty without a run.
///
/// ```
/// use bevy_ecs::prelude::*;
/// use longhand_plugin::{CurrentRun, SimulationBeat};
///
/// fn explain(mut beats: MessageReader<SimulationBeat>, run: CurrentRun) {
///     for beat in beats.read() {
///         println!("{}: {}", beat.date_time, beat.title);
///         for step in run.why(beat.event) {
///             println!("  {}", step.sentence);
///         }
///         if let Ok(guilt) = run.number("pim.guilt") {
///             println!("  Pim's guilt is {guilt:.2} now.");
///         }
///     }
/// }
/// ```
#[derive(SystemParam)]
pub struct CurrentRun<'w> {
    run: Option<Res<'w, HostedRun>>,
}

/// One step of the causal chain that leads from a root cause to an event. See [`CurrentRun::why`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CauseStep {
    /// The event.
    pub event: EventId,
    /// When it happened.
    pub at: Instant,
    /// When it happened, as a date and time of the scene's calendar.
    pub date_time: CalendarDate,
    /// The event as a sentence.
    pub sentence: String,
    /// How the previous step led to it, as a clause that can follow "because". `None` for the first step.
    pub because: Option<String>,
}

/// Why an expression cannot be evaluated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactError {
    /// There is no run.
    #[error("there is no run")]
    NoRun,
    /// The text does not compile as an expression of the expected type in this scene.
    #[error("`{text}`: {}", .errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Invalid {
        /// The text.
        text: String,
        /// Its errors, with their positions in the text.
        errors: Vec<ExprError>,
    },
}

impl CurrentRun<'_> {
    /// Whether there is a run, including one that is over.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.run.is_some()
    }

    /// Whether there is a run and it is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.is_over())
    }

    /// The seed of the run.
    #[must_use]
    pub fn seed(&self) -> Option<u64> {
        Some(self.run.as_ref()?.request().seed)
    }

    /// The compiled scene, including the interventions that the host's commands have added.
    #[must_use]
    pub fn scenario(&self) -> Option<&Scenario> {
        Some(self.run.as_ref()?.simulation().scenario())
    }

    /// The log of the run so far.
    #[must_use]
    pub fn chronicle(&self) -> Option<&Chronicle> {
        Some(self.run.as_ref()?.chronicle())
    }

    /// The world of the run as expressions see it.
    #[must_use]
    pub fn view(&self) -> Option<WorldView<'_>> {
        Some(self.run.as_ref()?.simulation().view())
    }

    /// The hash of the run so far, 32 hexadecimal digits.
    #[must_use]
    pub fn hash(&self) -> Option<String> {
        Some(format_hash(self.chronicle()?.hash()))
    }

    /// The simulated time: the start of the next tick.
    #[must_use]
    pub fn now(&self) -> Option<Instant> {
        Some(self.run.as_ref()?.simulation().now())
    }

    /// The simulated time as a date and time of the scene's calendar.
    #[must_use]
    pub fn date_time(&self) -> Option<CalendarDate> {
        Some(self.scenario()?.calendar.datetime(self.now()?))
    }

    /// An instant as a date of the scene's calendar, in English; empty without a run.
    #[must_use]
    pub fn date_text(&self, at: Instant, style: DateStyle) -> String {
        self.scenario().map_or_else(String::new, |scenario| CivilDateTime::from_instant(&scenario.calendar, at).display(style))
    }

    /// The member of the cast with this id. `None` if there is no such member; agents of a population have no id in the scene.
    #[must_use]
    pub fn agent(&self, key: &str) -> Option<AgentId> {
        self.scenario()?.schema.agent(key)
    }

    /// The name of an agent: its short name if it has one, otherwise its full name. `None` for an unknown agent.
    #[must_use]
    pub fn name(&self, agent: AgentId) -> Option<&str> {
        let name = self.view()?.name(agent)?;
        Some(if name.short_name.is_empty() { &name.name } else { &name.short_name })
    }

    /// The id of the place where an agent is. `None` if it is at no place, or for an unknown agent.
    #[must_use]
    pub fn place(&self, agent: AgentId) -> Option<&str> {
        let view = self.view().filter(|view| agent.index() < view.state().agent_count())?;
        let place = view.state().place(agent);
        (place != PlaceId::NOWHERE).then(|| self.scenario()?.places.get(place.index()).map(|place| place.id.as_str()))?
    }

    /// The value of a numeric expression of the scene language: `nora.guilt`, `affection(nora, pim)`,
    /// `count(a in human where a.guilt > 0.5)`.
    ///
    /// The text is compiled each time, which takes some microseconds.
    ///
    /// # Errors
    /// If there is no run, or the text is not a valid numeric expression in this scene.
    pub fn number(&self, text: &str) -> Result<f64, FactError> {
        let (view, expr) = self.compile(text, Type::Number)?;
        Ok(expr.number(&view, &mut EvalFrame::default()))
    }

    /// Whether a condition in the scene language holds: `friends(nora, pim)`, `knows(nora, pim.broke_it)`.
    ///
    /// # Errors
    /// If there is no run, or the text is not a valid condition in this scene.
    pub fn holds(&self, text: &str) -> Result<bool, FactError> {
        let (view, expr) = self.compile(text, Type::Switch)?;
        Ok(expr.truth(&view, &mut EvalFrame::default()))
    }

    fn compile(&self, text: &str, expected: Type) -> Result<(WorldView<'_>, Expr), FactError> {
        let view = self.view().ok_or(FactError::NoRun)?;
        // The text is the key of its random draws, so the same text draws the same number at the same instant.
        let scope = Scope::default().with_salt(text);
        let expr = compile_expr(text, expected, &scope, &view.scenario().schema);
        expr.map(|expr| (view, expr)).map_err(|errors| FactError::Invalid { text: text.to_owned(), errors })
    }

    /// The events so far, in the order of the chronicle.
    #[must_use]
    pub fn events(&self) -> &[ChronicleEvent] {
        self.chronicle().map_or(&[], Chronicle::events)
    }

    /// An event of the run so far; `None` if there is none with this id.
    #[must_use]
    pub fn event(&self, id: EventId) -> Option<&ChronicleEvent> {
        self.chronicle()?.event(id)
    }

    /// An event as a sentence, from the prose templates of the scene. `None` for an unknown event.
    #[must_use]
    pub fn sentence(&self, id: EventId) -> Option<String> {
        let run = self.run.as_ref()?;
        let event = run.chronicle().event(id)?;
        Some(run.narrator().sentence(run.simulation().scenario(), event, &run.chronicle().agents))
    }

    /// The direct causes of an event, most direct first, each with how it led to the event, as a clause that can follow "because". Empty for
    /// an unknown event.
    #[must_use]
    pub fn causes(&self, id: EventId) -> Vec<(EventId, String)> {
        let Some(event) = self.event(id) else { return Vec::new() };
        event.causes.iter().map(|cause| (cause.event, self.describe_link(cause.link))).collect()
    }

    /// Why an event happened: the shortest chain of causes that leads to it from an event without causes, and the event itself as the last
    /// step. Empty for an unknown event.
    ///
    /// It builds the cause graph, which takes time proportional to the number of events so far.
    #[must_use]
    pub fn why(&self, id: EventId) -> Vec<CauseStep> {
        let chain = self.chronicle().and_then(|chronicle| CauseGraph::from_chronicle(chronicle).chain_to_root(id));
        let mut because = None;
        let mut steps = Vec::new();
        for (event, link) in chain.into_iter().flatten() {
            steps.extend(self.step(event, because.take()));
            because = Some(self.describe_link(link));
        }
        steps.extend(self.step(id, because));
        steps
    }

    fn step(&self, id: EventId, because: Option<String>) -> Option<CauseStep> {
        let at = self.event(id)?.at;
        let date_time = self.scenario()?.calendar.datetime(at);
        Some(CauseStep { event: id, at, date_time, sentence: self.sentence(id)?, because })
    }

    fn describe_link(&self, link: CauseLink) -> String {
        let Some(run) = &self.run else { return String::new() };
        run.symbols().describe_link(link, &run.chronicle().agents)
    }

    /// Whether the beat with this id has been matched at least once.
    #[must_use]
    pub fn has_beat(&self, id: &str) -> bool {
        let Some((scenario, chronicle)) = self.scenario().zip(self.chronicle()) else { return false };
        chronicle.beats.iter().any(|beat_match| scenario.beats[beat_match.beat].id == id)
    }

    /// The interventions that the executed commands made, in the form that `longhand what-if` and `.story` files use.
    #[must_use]
    pub fn interventions(&self) -> &[Intervention] {
        self.run.as_ref().map_or(&[], |run| run.interventions())
    }
}
