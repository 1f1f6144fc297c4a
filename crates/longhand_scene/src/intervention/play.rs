//! A person plays a member of the cast: what was decided, by names, so that it can be stored, and as the simulation uses it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{AgentRef, Intervention, InterventionProblem, instant_within, problem, resolve_agent};
use crate::model::{CompiledIntervention, InterventionKind, OptionKey, PlayedAgent, Scenario};
use longhand_expr::ids::{AgentId, Instant};
use longhand_expr::nearest_name;

/// What a person decided for an agent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlayedDecision {
    /// The start of the tick in which the agent decides, in microseconds after the start.
    pub at_us: i64,
    /// What the agent does; `None`: nothing. If the option is not open to it then, it decides itself.
    pub option: Option<PlayedOption>,
}

/// An option that an agent weighs, by names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlayedOption {
    /// The id of the action.
    pub action: String,
    /// The agents of the action's roles and `about`; `None` for a role that several may take, and for what is talked about.
    pub roles: Vec<Option<AgentRef>>,
    /// Which of the options with this action and these agents, from 0 for the one that the agent likes best. They differ in what is talked
    /// about.
    #[serde(default, skip_serializing_if = "is_first")]
    pub nth: u16,
}

const fn is_first(nth: &u16) -> bool {
    *nth == 0
}

impl PlayedOption {
    /// Names an option of a scene.
    #[must_use]
    pub fn new(scenario: &Scenario, option: &OptionKey) -> Self {
        Self {
            action: scenario.actions[option.action].id.clone(),
            roles: option.agents.iter().map(|&agent| AgentRef::new(scenario, agent)).collect(),
            nth: option.nth,
        }
    }
}

/// The scene of a played run with what was decided since it started: the last [`Play`](Intervention::Play) of `interventions`, which are
/// those of the scene.
#[must_use]
pub fn scenario_with_decisions(scenario: &Arc<Scenario>, interventions: &[Intervention]) -> Arc<Scenario> {
    let noted = interventions.iter().rev().find_map(|intervention| match intervention {
        Intervention::Play { who, from_us, decisions } => resolve_play(scenario, who, *from_us, decisions).ok(),
        _ => None,
    });
    let is_play = |intervention: &&CompiledIntervention| matches!(intervention.kind, InterventionKind::Play(_));
    let Some((noted, position)) = noted.zip(scenario.interventions.iter().rposition(|other| is_play(&other))) else {
        return scenario.clone();
    };
    let mut scenario = Scenario::clone(scenario);
    scenario.interventions[position].kind = InterventionKind::Play(noted);
    Arc::new(scenario)
}

/// Who is played, from when on, and what was decided.
pub(super) fn resolve_play(
    scenario: &Scenario,
    who: &str,
    from_us: i64,
    decisions: &[PlayedDecision],
) -> Result<PlayedAgent, Vec<InterventionProblem>> {
    let agent = resolve_agent(scenario, who)?;
    if agent.index() >= scenario.cast.len() {
        return Err(problem(format!("`{who}` is not of the cast, and only members of the cast can be played"), None));
    }
    let from = instant_within(scenario, from_us)?;
    let mut resolved: Vec<(Instant, Option<OptionKey>)> = Vec::new();
    for decision in decisions {
        let at = instant_within(scenario, decision.at_us)?;
        if at < resolved.last().map_or(from, |(last, _)| Instant(last.0 + 1)) {
            return Err(problem(format!("the decisions for `{who}` are not in the order of their instants"), None));
        }
        resolved.push((at, decision.option.as_ref().map(|option| resolve_option(scenario, option)).transpose()?));
    }
    Ok(PlayedAgent { agent, from, decisions: resolved })
}

fn resolve_option(scenario: &Scenario, option: &PlayedOption) -> Result<OptionKey, Vec<InterventionProblem>> {
    let PlayedOption { action: id, roles, nth } = option;
    let Some(action) = scenario.actions.iter().position(|action| action.id == *id) else {
        let near = nearest_name(id, scenario.actions.iter().map(|action| action.id.as_str()));
        return Err(problem(format!("this scene has no action `{id}`"), near.map(|near| format!("did you mean `{near}`?"))));
    };
    let bound = scenario.actions[action].roles.len() + scenario.actions[action].about.len();
    if roles.len() != bound {
        return Err(problem(format!("`{id}` has {bound} roles beside `self`, not {}", roles.len()), None));
    }
    let agent = |role: &Option<AgentRef>| match role {
        None => Ok(AgentId::NONE),
        Some(role) => role
            .resolve(scenario)
            .ok_or_else(|| problem(format!("`{id}` was decided with `{role}`, whom this scene does not have"), None)),
    };
    Ok(OptionKey { action, agents: roles.iter().map(agent).collect::<Result<_, _>>()?, nth: *nth })
}
