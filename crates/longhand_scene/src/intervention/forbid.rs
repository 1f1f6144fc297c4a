//! What an intervention prevents: the events of a kind, with a tag, or that would complete a beat.

use super::{InterventionProblem, problem, resolve_agent};
use crate::model::{Clause, ClauseTarget, EventOrigin, ForbiddenEvent, Pattern, RoleTerm, Scenario};
use longhand_expr::ids::{AgentId, EventKind};
use longhand_expr::nearest_name;

/// `kind(a, b)`: the events of a kind with these agents, by role; `_` is anybody.
pub(super) fn resolve_forbidden_of(
    scenario: &Scenario,
    name: &str,
    roles: &str,
) -> Result<ForbiddenEvent, Vec<InterventionProblem>> {
    let forbidden = resolve_forbidden(scenario, name)?;
    let kinds: Vec<EventKind> = forbidden.iter().map(|event| event.kind).collect();
    let [kind] = kinds[..] else {
        return Err(problem(format!("`{name}` is not one kind of event, so it has no roles"), None));
    };
    let slots = &scenario.events[kind.index()].slots;
    let wanted: Vec<&str> = roles.split(',').map(str::trim).filter(|role| !role.is_empty()).collect();
    if wanted.len() > slots.len() {
        return Err(problem(format!("`{name}` has {} roles: {}", slots.len(), slots.join(", ")), None));
    }
    let agent = |role: &&str| if *role == "_" { Ok(None) } else { resolve_agent(scenario, role).map(Some) };
    Ok(ForbiddenEvent { kind, roles: wanted.iter().map(agent).collect::<Result<_, _>>()?, after: Vec::new() })
}

/// The events that a beat id, an event name or a tag refers to.
pub(super) fn resolve_forbidden(scenario: &Scenario, what: &str) -> Result<Vec<ForbiddenEvent>, Vec<InterventionProblem>> {
    let all_of_kind = |kind: EventKind| ForbiddenEvent { kind, roles: Vec::new(), after: Vec::new() };
    if let Some(beat) = scenario.beats.iter().find(|beat| beat.id == what) {
        let completing = completing_events(scenario, beat);
        return if completing.is_empty() { Err(problem(format!("no event completes `{what}`"), None)) } else { Ok(completing) };
    }
    if let Some(kind) = scenario.schema.event(what) {
        return match scenario.events[kind.index()].origin {
            EventOrigin::Intervention(_) => Err(problem("an intervention cannot be forbidden".into(), None)),
            _ => Ok(vec![all_of_kind(kind)]),
        };
    }
    let tagged = (0..scenario.events.len()).filter(|&index| scenario.events[index].tags.iter().any(|tag| tag == what));
    let tagged: Vec<ForbiddenEvent> = tagged.map(|index| all_of_kind(EventKind::from_index(index))).collect();
    if !tagged.is_empty() {
        return Ok(tagged);
    }
    let beats = scenario.beats.iter().map(|beat| beat.id.as_str());
    let others = scenario
        .influences
        .iter()
        .map(|influence| influence.id.as_str())
        .chain(scenario.norms.iter().map(|norm| norm.id.as_str()));
    let near = nearest_name(what, beats.chain(scenario.schema.events.iter().map(String::as_str)).chain(others));
    let help = near.map_or_else(
        || {
            "give the id of a beat, the name of an action, trigger or outcome, an event tag, or the id of an influence or norm"
                .to_owned()
        },
        |near| format!("did you mean `{near}`?"),
    );
    Err(problem(format!("this scene has no beat, event or tag `{what}`"), Some(help)))
}

/// The events whose prevention keeps a beat from completing, with the agents it names; `after` requires a match of each earlier
/// clause. Earlier clauses that match a tie or a stay are not required.
///
/// These are the events of the last clause. An event that is the only outcome of its step stands for the event before that step:
/// without it the rule would break off in the middle, and could be begun again without end.
fn completing_events(scenario: &Scenario, beat: &Pattern) -> Vec<ForbiddenEvent> {
    let Some(last) = beat.clauses.last() else { return Vec::new() };
    let mut forbidden: Vec<ForbiddenEvent> = Vec::new();
    for (last_kind, named) in matching_events(last) {
        let kind = avoidable_event(scenario, last_kind);
        let of_kind = |clause: &Clause| matching_events(clause).into_iter().find(|(other, _)| *other == kind);
        let first = beat.clauses.iter().position(|clause| of_kind(clause).is_some()).unwrap_or(beat.clauses.len() - 1);
        // The slots of a rule are those of all its events, so the agents that either clause names apply.
        let (_, mut roles) = of_kind(&beat.clauses[first]).unwrap_or((kind, Vec::new()));
        roles.resize(roles.len().max(named.len()), None);
        for (role, named) in roles.iter_mut().zip(named) {
            *role = role.or(named);
        }
        let required = beat.clauses[..first].iter().map(matching_events).filter(|events| !events.is_empty());
        let first_agents = |(kind, roles): (EventKind, Vec<Option<AgentId>>)| {
            let self_agent = roles.first().copied().flatten().unwrap_or(AgentId::NONE);
            let other = roles.iter().skip(1).copied().flatten().next().unwrap_or(AgentId::NONE);
            (kind, self_agent, other)
        };
        let after = required.map(|events| events.into_iter().map(first_agents).collect()).collect();
        forbidden.push(ForbiddenEvent { kind, roles, after });
    }
    forbidden
}

/// The event itself, or if it is the only outcome of its step, the event that the step follows; and so on.
fn avoidable_event(scenario: &Scenario, kind: EventKind) -> EventKind {
    let (steps, events, step) = match scenario.events[kind.index()].origin {
        EventOrigin::ActionStep(action, step, _) => {
            let action = &scenario.actions[action];
            (&action.steps, action.event_specs().collect::<Vec<_>>(), step)
        }
        EventOrigin::TriggerStep(trigger, step, _) => {
            let trigger = &scenario.triggers[trigger];
            (&trigger.steps, trigger.event_specs().collect(), step)
        }
        _ => return kind,
    };
    let mut before = events.iter().filter(|event| event.then == Some(step) && event.kind < kind);
    match (before.next(), before.next()) {
        (Some(before), None) if steps[step].outcomes.len() == 1 => avoidable_event(scenario, before.kind),
        _ => kind,
    }
}

/// The event kinds that match a clause, each with the agents that the clause names, by slot.
fn matching_events(clause: &Clause) -> Vec<(EventKind, Vec<Option<AgentId>>)> {
    let mut events = Vec::new();
    for alternative in &clause.alternatives {
        let ClauseTarget::Event(kinds) = &alternative.target else { continue };
        for (kind, slots) in kinds {
            let mut agents = vec![None; slots.iter().map(|slot| slot + 1).max().unwrap_or(0)];
            for (role, slot) in alternative.roles.iter().zip(slots) {
                if let RoleTerm::Agent(agent) = role {
                    agents[*slot] = Some(*agent);
                }
            }
            events.push((*kind, agents));
        }
    }
    events
}
