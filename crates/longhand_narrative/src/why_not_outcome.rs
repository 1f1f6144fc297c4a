//! Explains why an event was not refused, or why a step after it did not have the outcome that is asked about.

use super::recorded_run::RecordedRun;
use super::why_not::WhyNotQuery;
use super::why_not_report::{ClosestBinding, ConditionTallies, UnmetCondition, WhyNotReport};
use longhand_chronicle::{CauseLink, Event, LogPosition, format_number};
use longhand_expr::ids::{AgentId, EventId, EventKind};
use longhand_expr::{EvalFrame, Shortfall};
use longhand_scene::model::{Action, EventSpec, Step};
use longhand_scene::{EventOrigin, acceptance};
use std::collections::BTreeMap;

/// What could have had the outcome.
enum Source<'a> {
    /// The acceptance of an action.
    Answer(&'a Action),
    /// A step, and the position of the outcome in it.
    Step(&'a Step, usize),
}

/// Reports on every event after which the outcome could have come and did not.
pub(super) fn explain_outcome(record: &RecordedRun<'_>, kind: EventKind, query: &WhyNotQuery) -> WhyNotReport {
    let scenario = record.scenario;
    let info = &scenario.events[kind.index()];
    let is_meant =
        |event: &&Event| query.from <= event.at && event.at <= query.to && query.who.iter().all(|who| event.roles.contains(who));
    let occurrences = record.chronicle.iter().filter(|event| event.kind == kind).filter(is_meant).map(|event| event.id);
    let mut report = WhyNotReport { id: info.name.clone(), occurrences: occurrences.collect(), ..WhyNotReport::default() };
    if query.who.is_empty() {
        report.counted = record.counted(kind, (query.from, query.to));
    }
    let Some((source, earlier)) = source_of(record, info.origin) else { return report };
    let follower = match &source {
        Source::Answer(_) => BTreeMap::new(),
        Source::Step(step, _) => followers(record, step),
    };
    let mut tallies = ConditionTallies::default();
    let mut least_distance = f64::INFINITY;
    let mut unrecorded = 0;
    for event in record.chronicle.iter().filter(|event| earlier.contains(&event.kind)).filter(is_meant) {
        let taken = follower.get(&event.id).copied();
        if taken.is_some_and(|taken| taken.kind == kind) {
            continue;
        }
        let view = record.view_at_event(event.id);
        if event.roles.iter().any(|agent| agent.is_some() && !view.is_recorded(*agent)) {
            unrecorded += 1;
            continue;
        }
        report.checked += 1;
        let unmet = match source {
            Source::Answer(action) => no_refusal(record, action, event),
            Source::Step(step, outcome) => no_such_outcome(record, step, outcome, event, taken),
        };
        tallies.add(std::slice::from_ref(&unmet));
        if unmet.distance() < least_distance {
            least_distance = unmet.distance();
            let slots = &scenario.events[event.kind.index()].slots;
            let named = slots.iter().cloned().zip(event.roles.iter().copied());
            let bindings = named.filter(|(_, agent)| agent.is_some() && agent.topic_index().is_none()).collect();
            report.closest = Some(ClosestBinding { at: event.at, event: Some(event.id), bindings, unmet: vec![unmet] });
        }
    }
    report.tallies = tallies.sorted();
    if unrecorded > 0 {
        report.notes.push(format!("not checked: {unrecorded} events with an agent whose state is not recorded"));
    }
    report.notes.extend(record.notes_on_counted(&earlier, (query.from, query.to), "why they had another outcome is not known"));
    if report.checked == 0 && report.occurrences.is_empty() && report.notes.is_empty() {
        let names: Vec<String> = earlier.iter().map(|kind| format!("`{}`", scenario.events[kind.index()].name)).collect();
        report.notes.push(format!("it can only come of {}, which did not happen; ask why not", names.join(" or ")));
    }
    report
}

/// The source of an outcome, and the kinds of events that precede it.
fn source_of<'a>(record: &RecordedRun<'a>, origin: EventOrigin) -> Option<(Source<'a>, Vec<EventKind>)> {
    let scenario = record.scenario;
    let before = |specs: &mut dyn Iterator<Item = &EventSpec>, step: usize| {
        specs.filter(|spec| spec.then == Some(step)).map(|spec| spec.kind).collect()
    };
    match origin {
        EventOrigin::Refusal(action) => {
            let action = &scenario.actions[action];
            Some((Source::Answer(action), vec![action.event.kind]))
        }
        EventOrigin::ActionStep(action, step, outcome) => {
            let action = &scenario.actions[action];
            Some((Source::Step(&action.steps[step], outcome), before(&mut action.event_specs(), step)))
        }
        EventOrigin::TriggerStep(trigger, step, outcome) => {
            let trigger = &scenario.triggers[trigger];
            Some((Source::Step(&trigger.steps[step], outcome), before(&mut trigger.event_specs(), step)))
        }
        EventOrigin::Action(_) | EventOrigin::Trigger(_) | EventOrigin::Intervention(_) => None,
    }
}

/// The outcome of a step that followed each event.
fn followers<'a>(record: &RecordedRun<'a>, step: &Step) -> BTreeMap<EventId, &'a Event> {
    let is_outcome = |event: &&Event| step.outcomes.iter().any(|(_, spec)| spec.kind == event.kind);
    let of_step = |event: &'a Event| {
        let cause = event.causes.iter().find(|cause| cause.link == CauseLink::Step)?;
        Some((cause.event, event))
    };
    record.chronicle.iter().filter(is_outcome).filter_map(of_step).collect()
}

/// That everybody who was asked accepted.
fn no_refusal(record: &RecordedRun<'_>, action: &Action, event: &Event) -> UnmetCondition {
    let view = record.view_at_position(event.at, LogPosition { at: event.at, events: event.id.0 });
    let frame = EvalFrame::from_agents(&event.roles);
    let mut all_accept = 1.0;
    let mut shortfalls = Vec::new();
    for (role, binding) in action.roles.iter().enumerate() {
        let asked = event.roles.get(role + 1).copied().unwrap_or(AgentId::NONE);
        let Some(probability) = acceptance(record.scenario, &view, action, role, asked, &frame) else { continue };
        all_accept *= probability.clamp(0.0, 1.0);
        let required = if probability >= 1.0 { "< 1" } else { "a draw above it" };
        shortfalls.push(Shortfall {
            text: format!("the probability that `{}` accepts", binding.name),
            actual: Some(probability),
            required: required.into(),
            distance: probability.clamp(0.0, 1.0),
        });
    }
    let text = match all_accept >= 1.0 {
        true => "somebody who is asked may refuse",
        false => "somebody who may refuse does",
    };
    if shortfalls.is_empty() {
        return UnmetCondition::from_text(text.into());
    }
    UnmetCondition { text: text.into(), shortfalls }
}

/// That a step had another outcome, or none.
fn no_such_outcome(
    record: &RecordedRun<'_>,
    step: &Step,
    outcome: usize,
    event: &Event,
    taken: Option<&Event>,
) -> UnmetCondition {
    let came = taken.map(|taken| (taken.at, taken.id)).or_else(|| record.time_of_step(step, event));
    let Some((at, before)) = came else {
        return UnmetCondition::from_text(format!("the step `{}` comes before the end of the run", step.id));
    };
    let weights = record.weights(step, event, at, before);
    let (written, weight) = (&step.outcomes[outcome].0, weights[outcome].1);
    let written = written.as_ref().map_or("1", |written| written.text());
    if weight <= 0.0 {
        let text = format!("its weight: {written}");
        let required = "> 0".to_owned();
        let shortfall = Shortfall { text: text.clone(), actual: Some(weight), required, distance: 1.0 };
        return UnmetCondition { text: format!("{text} > 0"), shortfalls: vec![shortfall] };
    }
    let Some(taken) = taken else {
        return UnmetCondition::from_text(format!("the step `{}` is not given up, because an agent is gone", step.id));
    };
    let total: f64 = weights.iter().map(|(_, weight)| weight.max(0.0)).sum();
    let name = &record.scenario.events[taken.kind.index()].name;
    let chance = match 100.0 * weight / total {
        percent if percent < 1.0 => "below 1 %".to_owned(),
        percent => format!("of {percent:.0} %"),
    };
    let of = format!("{} of {}", format_number(weight), format_number(total));
    let text = format!("its weight was {of}, a chance {chance}, and `{name}` was drawn");
    let shortfall = Shortfall { text, actual: None, required: String::new(), distance: 1.0 - weight / total };
    UnmetCondition { text: "it is drawn among the outcomes that are possible".into(), shortfalls: vec![shortfall] }
}
