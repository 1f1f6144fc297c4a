//! What-if interventions: given as text, checked against a scene, and compiled into its [`Scenario`].
//!
//! Each [`Intervention`] gets its own event kind after those of the scene, so that the scene's event ids and keyed random
//! draws stay the same. The simulation records such an event only when the intervention changes the outcome.

mod forbid;
mod play;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::diagnostic::{Diagnostic, Diagnostics, SourceText};
use super::model::{
    AgentSelector, CompiledIntervention, EventInfo, EventOrigin, ForbiddenEvent, InterventionKind, Scenario, Step,
};
use super::spanned::FileId;
use super::values::{NarrationFrequency, RecordDetail};
use forbid::{resolve_forbidden, resolve_forbidden_of};
use longhand_expr::ids::{AgentId, EventKind, Instant};
use longhand_expr::{Scope, nearest_name};
use play::resolve_play;
pub use play::{PlayedDecision, PlayedOption, scenario_with_decisions};

/// A change to a run from outside, in the form in which `.story` files store it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intervention {
    /// Prevents all events of this kind (with these agents: `tea(ann, #41)`), with this tag, or that would complete this beat; or takes an
    /// influence or a norm out of the scene.
    Forbid(String),
    /// Prevents one event of another run of the scene, identified by kind, agents and instant.
    ForbidEvent {
        /// The id of the event in the other run.
        event: u32,
        /// The name of the event kind.
        kind: String,
        /// The agents by slot; `None` for an empty slot.
        roles: Vec<Option<AgentRef>>,
        /// The instant of the event, in microseconds after the start.
        at_us: i64,
    },
    /// Applies an effect at the first tick that begins at or after an instant.
    Change {
        /// The effect, as in `does`: `ann.loneliness = 0.2`, `begin friends(ann, ben)`.
        effect: String,
        /// The instant, in microseconds after the start.
        at_us: i64,
    },
    /// Makes every step that has this outcome and at least one other take this one.
    Choose(String),
    /// Makes agents carry out an action at the first tick that begins at or after an instant. Its conditions are not checked
    /// and nobody is asked; agents that are not present then do nothing.
    Start {
        /// The id of the action.
        action: String,
        /// The agents: `self`, then the action's roles, then its `about`. Each is an id of the cast, or `#` and the number of an
        /// agent.
        roles: Vec<String>,
        /// The instant, in microseconds after the start.
        at_us: i64,
    },
    /// A person plays an agent from an instant on: decides in place of it where that is noted, and leaves it to the agent where it is not.
    /// It takes the place of an earlier one of the same agent.
    Play {
        /// The agent: an id of the cast.
        who: String,
        /// The instant, in microseconds after the start.
        from_us: i64,
        /// What the person decided otherwise than the agent would have, ascending by instant.
        decisions: Vec<PlayedDecision>,
    },
}

/// An agent in an intervention, so that it stays the same agent when the scene declares others before it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AgentRef {
    /// A member of the cast, by its id in the scene.
    Member(String),
    /// Another agent, by its number.
    Number(u32),
}

impl AgentRef {
    /// Refers to an agent of a run of a scene; `None` for [`AgentId::NONE`].
    #[must_use]
    pub fn new(scenario: &Scenario, agent: AgentId) -> Option<Self> {
        let member = scenario.cast.get(agent.index()).map(|member| Self::Member(member.id.clone()));
        agent.is_some().then(|| member.unwrap_or(Self::Number(agent.0)))
    }

    /// The agent in a run of a scene; `None` if its cast has no such member.
    #[must_use]
    pub fn resolve(&self, scenario: &Scenario) -> Option<AgentId> {
        match self {
            Self::Member(id) => scenario.schema.agent(id),
            Self::Number(number) => Some(AgentId(*number)),
        }
    }
}

impl fmt::Display for AgentRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Member(id) => f.write_str(id),
            Self::Number(number) => write!(f, "#{number}"),
        }
    }
}

impl Intervention {
    /// The command-line option that requests it, without dashes.
    #[must_use]
    pub const fn option_name(&self) -> &'static str {
        match self {
            Self::Forbid(_) | Self::ForbidEvent { .. } => "forbid",
            Self::Change { .. } => "change",
            Self::Choose(_) => "choose",
            Self::Start { .. } => "start",
            Self::Play { .. } => "play",
        }
    }

    /// The requested value: `ask_how_many`, `ann.loneliness = 0.2`.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Forbid(what) | Self::Choose(what) => what.clone(),
            Self::ForbidEvent { event, .. } => format!("#{event}"),
            Self::Change { effect, .. } => effect.clone(),
            Self::Start { action, roles, .. } => format!("{action}({})", roles.join(", ")),
            Self::Play { who, .. } => who.clone(),
        }
    }
}

/// Compiles interventions into a scene, after those it already has.
///
/// # Errors
/// All problems of the interventions, with spans in their texts. The scenario must then be discarded.
pub fn add_interventions(scenario: &mut Scenario, interventions: &[Intervention]) -> Result<(), Diagnostics> {
    let mut problems = Vec::new();
    let existing_count = scenario.interventions.len();
    for (index, intervention) in interventions.iter().enumerate() {
        let file = FileId(u16::try_from(index).unwrap_or(u16::MAX));
        match compile(scenario, intervention, existing_count + index) {
            Ok(()) => {}
            Err(errors) => problems.extend(errors.into_iter().map(|InterventionProblem { span, message, help }| {
                let span = span.unwrap_or(0..intervention.text().len());
                Diagnostic::error("intervention", file, span, message).help(help)
            })),
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    let source = |intervention: &Intervention| {
        let name = format!("--{}", intervention.option_name());
        SourceText { name: name.clone(), path: name, text: intervention.text() }
    };
    let sources: Arc<[SourceText]> = interventions.iter().map(source).collect();
    Err(Diagnostics::new(sources, problems))
}

struct InterventionProblem {
    span: Option<std::ops::Range<usize>>,
    message: String,
    help: Option<String>,
}

fn problem(message: String, help: Option<String>) -> Vec<InterventionProblem> {
    vec![InterventionProblem { span: None, message, help }]
}

fn compile(scenario: &mut Scenario, intervention: &Intervention, index: usize) -> Result<(), Vec<InterventionProblem>> {
    let (name, base_kind, compiled) = match intervention {
        Intervention::Forbid(what) if mute(scenario, what) => (format!("forbid {what}"), None, InterventionKind::Mute),
        Intervention::Forbid(what) => {
            let forbidden = match what.strip_suffix(')').and_then(|what| what.split_once('(')) {
                Some((name, roles)) => vec![resolve_forbidden_of(scenario, name.trim(), roles)?],
                None => resolve_forbidden(scenario, what)?,
            };
            let first_kind = forbidden.first().map(|event| event.kind);
            (format!("forbid {what}"), first_kind, InterventionKind::Forbid { events: forbidden, at: None })
        }
        Intervention::ForbidEvent { event, kind, roles, at_us } => {
            let Some(kind) = scenario.schema.event(kind) else {
                return Err(problem(format!("event {event} has the kind `{kind}`, which this scene does not have"), None));
            };
            let unknown = |id: &str| problem(format!("event {event} is about `{id}`, whom this scene does not have"), None);
            let agent = |role: &Option<AgentRef>| {
                role.as_ref().map(|role| role.resolve(scenario).ok_or_else(|| unknown(&role.to_string()))).transpose()
            };
            let roles = roles.iter().map(agent).collect::<Result<_, _>>()?;
            let events = vec![ForbiddenEvent { kind, roles, after: Vec::new() }];
            (format!("forbid #{event}"), Some(kind), InterventionKind::Forbid { events, at: Some(Instant(*at_us)) })
        }
        Intervention::Change { effect, at_us } => {
            let numbered = numbered_agents(effect);
            let mut scope = Scope::new(numbered.iter().map(|(name, _)| *name)).with_salt(&format!("what-if {effect}"));
            let compiled = longhand_expr::compile_effect(effect, &mut scope, &scenario.schema);
            let effect = compiled.map_err(|problems| {
                problems
                    .into_iter()
                    .map(|error| InterventionProblem { span: Some(error.span), message: error.message, help: error.help })
                    .collect::<Vec<_>>()
            })?;
            let at = instant_within(scenario, *at_us)?;
            (
                format!("change {}", intervention.text()),
                None,
                InterventionKind::Change { at, effect, agents: numbered.into_iter().map(|(_, agent)| agent).collect() },
            )
        }
        Intervention::Choose(what) => {
            let kind = resolve_outcome(scenario, what)?;
            (format!("choose {what}"), Some(kind), InterventionKind::Choose { outcome: kind })
        }
        Intervention::Start { action, roles, at_us } => {
            let (action, roles) = resolve_start(scenario, action, roles)?;
            let kind = scenario.actions[action].event.kind;
            let at = instant_within(scenario, *at_us)?;
            (format!("start {}", intervention.text()), Some(kind), InterventionKind::Start { at, action, roles })
        }
        Intervention::Play { who, from_us, decisions } => {
            let played = resolve_play(scenario, who, *from_us, decisions)?;
            (format!("play {who}"), None, InterventionKind::Play(played))
        }
    };
    if scenario.events.len() >= MAX_EVENT_KINDS {
        return Err(problem(format!("a run may have at most {MAX_EVENT_KINDS} kinds of events and interventions"), None));
    }
    let event = EventKind::from_index(scenario.events.len());
    let name = unique_name(scenario, format!("what if: {name}"));
    let info = base_kind.map(|kind| &scenario.events[kind.index()]);
    let (slots, participant_count, several) = info.map_or_else(
        || (vec!["self".to_owned()], 0, Vec::new()),
        |info| (info.slots.clone(), info.participant_count, info.several.clone()),
    );
    let templates = narration_templates(scenario, intervention, base_kind);
    scenario.prose.push((name.clone(), templates));
    scenario.schema.events.push(name.clone());
    scenario.events.push(EventInfo {
        key: longhand_expr::stable_hash(0, &name),
        name,
        tags: Vec::new(),
        slots,
        participant_count,
        several,
        topic: None,
        prose_key: None,
        // What a played agent does is told like what it does itself.
        narration: match intervention {
            Intervention::Play { .. } => NarrationFrequency::Never,
            _ => NarrationFrequency::Always,
        },
        record_detail: RecordDetail::Whole,
        origin: EventOrigin::Intervention(index),
    });
    scenario.interventions.push(CompiledIntervention { event, kind: compiled });
    Ok(())
}

/// Takes an influence or a norm out of a scene, unless a beat, an event or a tag has the same name. Returns whether there was one.
fn mute(scenario: &mut Scenario, what: &str) -> bool {
    let is_tag = |info: &EventInfo| info.name == what || info.tags.iter().any(|tag| tag == what);
    if scenario.events.iter().any(is_tag) || scenario.beats.iter().any(|beat| beat.id == what) {
        return false;
    }
    let mut found = false;
    for norm in scenario.norms.iter_mut().filter(|norm| norm.id == what) {
        found = true;
        norm.events.clear();
        norm.ties.clear();
    }
    let is_meant = |id: &str| id == what || id.strip_prefix(what) == Some("/against");
    let nobody = AgentSelector::Agent(AgentId::NONE);
    for influence in scenario.influences.iter_mut().filter(|influence| is_meant(&influence.id)) {
        found = true;
        influence.by = vec![nobody.clone()];
    }
    found
}

/// The agents that a text refers to by number, each once: `#41`.
fn numbered_agents(text: &str) -> Vec<(&str, AgentId)> {
    let mut agents: Vec<(&str, AgentId)> = Vec::new();
    for (at, _) in text.match_indices('#') {
        let digits = text[at + 1..].find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len() - at - 1);
        let name = &text[at..=at + digits];
        if let Ok(number) = name[1..].parse()
            && agents.iter().all(|(other, _)| *other != name)
        {
            agents.push((name, AgentId(number)));
        }
    }
    agents
}

/// Each intervention has an event kind, and the number of an event kind has 16 bits.
const MAX_EVENT_KINDS: usize = 60_000;

fn instant_within(scenario: &Scenario, at_us: i64) -> Result<Instant, Vec<InterventionProblem>> {
    if at_us < 0 || Instant(at_us) >= scenario.ends {
        return Err(problem("the instant is outside the time of the scene".into(), None));
    }
    Ok(Instant(at_us))
}

/// The action to start, by its index, and its agents.
fn resolve_start(scenario: &Scenario, action: &str, roles: &[String]) -> Result<(usize, Vec<AgentId>), Vec<InterventionProblem>> {
    let Some(index) = scenario.actions.iter().position(|candidate| candidate.id == action) else {
        let near = nearest_name(action, scenario.actions.iter().map(|candidate| candidate.id.as_str()));
        let help = near.map(|near| format!("did you mean `{near}`?"));
        return Err(problem(format!("this scene has no action `{action}`"), help));
    };
    let definition = &scenario.actions[index];
    let bound_names = definition.roles.iter().chain(&definition.about).map(|role| role.name.as_str());
    let names: Vec<&str> = std::iter::once("self").chain(bound_names).collect();
    if names.len() != roles.len() {
        let message = format!("`{action}` needs {} agents, not {}: {}", names.len(), roles.len(), names.join(", "));
        return Err(problem(message, None));
    }
    let agents = roles.iter().map(|role| resolve_agent(scenario, role)).collect::<Result<Vec<AgentId>, _>>()?;
    let participants = &agents[..=definition.roles.len()];
    if let Some(twice) = (1..participants.len()).find(|&slot| participants[..slot].contains(&participants[slot])) {
        return Err(problem(format!("`{}` has two roles of `{action}`", roles[twice]), None));
    }
    let by = &scenario.actions[index].by;
    if let Some(member) = scenario.cast.get(agents[0].index())
        && !by.iter().any(|who| *who == AgentSelector::Kind(member.kind) || *who == AgentSelector::Agent(agents[0]))
    {
        return Err(problem(format!("`{action}` is not an action of `{}`", member.id), None));
    }
    Ok((index, agents))
}

/// A member of the cast by its id, or any agent by its number: `#41`.
fn resolve_agent(scenario: &Scenario, text: &str) -> Result<AgentId, Vec<InterventionProblem>> {
    let by_number = || text.strip_prefix('#').and_then(|number| number.parse().ok()).map(AgentId);
    scenario.schema.agent(text).or_else(by_number).filter(|agent| agent.is_some()).ok_or_else(|| {
        let near = nearest_name(text, scenario.cast.iter().map(|member| member.id.as_str()));
        let help = near.map_or_else(
            || "an agent outside the cast is given by its number, such as `#41`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        problem(format!("the cast has no `{text}`"), Some(help))
    })
}

/// Makes the name of an event kind unique; the same intervention may be given twice.
fn unique_name(scenario: &Scenario, name: String) -> String {
    let is_taken = |name: &String| scenario.schema.events.contains(name);
    if !is_taken(&name) {
        return name;
    }
    (2..).map(|nth| format!("{name} ({nth})")).find(|name| !is_taken(name)).unwrap_or(name)
}

/// The narration templates of the intervention. If it concerns an event of `base_kind`, they quote the templates of that kind.
fn narration_templates(scenario: &Scenario, intervention: &Intervention, base_kind: Option<EventKind>) -> Vec<String> {
    let text = intervention.text().replace(['{', '}'], "");
    let base_templates = base_kind.map_or(&[][..], |kind| {
        let info = &scenario.events[kind.index()];
        let key = info.prose_key.as_ref().unwrap_or(&info.name);
        scenario.prose.iter().find(|(prose_key, _)| prose_key == key).map_or(&[][..], |(_, variants)| variants)
    });
    let name = base_kind.map_or("", |kind| &scenario.events[kind.index()].name).replace('/', ", ").replace('_', " ");
    let (lead, plain) = match intervention {
        Intervention::Forbid(_) | Intervention::ForbidEvent { .. } => {
            ("It does not come to this: ", format!("is kept from it: {name}"))
        }
        Intervention::Choose(_) => ("It is settled otherwise: ", format!("is given another answer: {name}")),
        Intervention::Start { .. } => ("From outside, this is begun: ", format!("is moved to it from outside: {name}")),
        Intervention::Change { .. } => return vec![format!("From outside, this is made so: {text}.")],
        Intervention::Play { .. } => return vec!["Who plays {{ self }} decides.".to_owned()],
    };
    let quoted = base_templates.iter().map(|variant| format!("{lead}{variant}"));
    let other = base_kind.and_then(|kind| scenario.events[kind.index()].slots.get(1));
    let with_other = other.map(|other| format!("{{{{ self }}}} {plain}, with {{{{ {other} }}}}."));
    quoted.chain(with_other).chain([format!("{{{{ self }}}} {plain}."), format!("{lead}{name}.")]).collect()
}

/// The event kind of the outcome to take.
fn resolve_outcome(scenario: &Scenario, what: &str) -> Result<EventKind, Vec<InterventionProblem>> {
    let steps = || {
        let action_steps = scenario.actions.iter().flat_map(|action| &action.steps);
        action_steps.chain(scenario.triggers.iter().flat_map(|trigger| &trigger.steps))
    };
    let name = |kind: EventKind| scenario.events[kind.index()].name.as_str();
    let has_outcome = |step: &&Step| step.outcomes.iter().any(|(_, event)| name(event.kind) == what);
    match steps().find(has_outcome) {
        Some(step) if step.outcomes.len() > 1 => Ok(scenario.schema.event(what).unwrap_or(step.outcomes[0].1.kind)),
        Some(_) => Err(problem(format!("`{what}` is the only outcome of its step"), None)),
        None => {
            let choosable = steps().filter(|step| step.outcomes.len() > 1).flat_map(|step| &step.outcomes);
            let names: Vec<&str> = choosable.map(|(_, event)| name(event.kind)).collect();
            let help = match nearest_name(what, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if names.is_empty() => "no step of this scene has more than one outcome".to_owned(),
                None => format!("the possible outcomes are {}", names.join(", ")),
            };
            Err(problem(format!("no step has an outcome `{what}`"), Some(help)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{STARTER_SCENE, load_text};
    use super::*;

    fn starter() -> Scenario {
        load_text("new.ron", &[("new.ron", STARTER_SCENE)], &[]).unwrap().scenario
    }

    #[test]
    fn every_intervention_gets_an_event_kind_after_those_of_the_scene() {
        let mut scenario = starter();
        let before = scenario.events.len();
        let kind = scenario.events[0].name.clone();
        add_interventions(&mut scenario, &[Intervention::Forbid(kind.clone()), Intervention::Forbid(kind.clone())]).unwrap();
        assert_eq!(scenario.events.len(), before + 2);
        assert_eq!(scenario.events[before].name, format!("what if: forbid {kind}"));
        assert_ne!(scenario.events[before].name, scenario.events[before + 1].name);
        assert_eq!(scenario.schema.events.len(), scenario.events.len());
    }

    #[test]
    fn problems_of_interventions_refer_to_their_texts() {
        let mut scenario = starter();
        let interventions = [
            Intervention::Forbid("nothing_like_it".into()),
            Intervention::Change { effect: "nobody.mood = 2".into(), at_us: 0 },
            Intervention::Choose("no/such".into()),
            Intervention::Change { effect: "1 +".into(), at_us: 0 },
            Intervention::Start { action: "coffee".into(), roles: vec!["ann".into(), "ann".into()], at_us: 0 },
        ];
        let text = add_interventions(&mut scenario, &interventions).unwrap_err().to_string();
        assert!(
            text.contains("--forbid:1:1: error[intervention]: this scene has no beat, event or tag `nothing_like_it`"),
            "{text}"
        );
        assert!(text.contains("--change:1:1") && text.contains("--choose:1:1"), "{text}");
        assert!(text.contains("--start:1:1: error[intervention]: `ann` has two roles of `coffee`"), "{text}");
    }
}
