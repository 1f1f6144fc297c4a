//! Explains why a pattern was not matched: how far the most advanced partial match came, and what was missing.

use super::event_values_view::EventValuesView;
use super::grammar::short_duration;
use super::intervals::StreamPosition;
use super::pattern_match::{FailedMatch, Match, PatternRef};
use super::recorded_run::RecordedRun;
use super::sift::SiftReport;
use super::why_not_report::{ClosestBinding, ConditionTallies, UnmetCondition, WhyNotReport};
use longhand_chronicle::Event;
use longhand_expr::EvalFrame;
use longhand_expr::ids::{AgentId, EventId, EventKind, Instant};
use longhand_scene::model::{Alternative, Clause, ClauseTarget, NegationEnd, Pattern, RoleTerm};
use std::collections::BTreeSet;

/// Reports why a beat or pattern was not matched in a recorded run, or was not matched again. Each event that could be the next
/// part is checked against the most advanced partial match that binds all of `who`.
#[must_use]
pub fn explain_pattern(
    record: &RecordedRun<'_>,
    sifted: &SiftReport,
    pattern_ref: PatternRef,
    who: &[AgentId],
    period: (Instant, Instant),
) -> WhyNotReport {
    let pattern = pattern_ref.resolve(record.scenario);
    let in_period = |matched: &&Match| {
        period.0 <= matched.at && matched.at <= period.1 && who.iter().all(|agent| matched.bindings.contains(agent))
    };
    let mut report = WhyNotReport { id: pattern.id.clone(), ..WhyNotReport::default() };
    report.occurrences = sifted.matches_of(pattern_ref).filter(in_period).map(Match::completing_event).collect();
    if let Some(failed) =
        sifted.failed.iter().filter(|failed| failed.pattern == pattern_ref).max_by_key(|failed| failed.events.len())
    {
        explain_failed_match(record, pattern, failed, &mut report);
        return report;
    }
    let furthest = sifted.furthest_status(record.scenario, pattern_ref, who);
    let Some(clause) = pattern.clauses.get(furthest.clause) else { return report };
    report.matched_events.clone_from(&furthest.events);
    report.parts = (furthest.clause, pattern.clauses.len());
    let since = furthest.events.last().copied();
    let search = NearMissSearch { record, pattern, clause, clause_index: furthest.clause, bound: &furthest.bindings, since };
    let mut tallies = ConditionTallies::default();
    let mut closest: Option<(usize, f64, ClosestBinding)> = None;
    for event in record.chronicle.iter().filter(|event| since.is_none_or(|since| event.id > since)) {
        if event.at < period.0 || event.at > period.1 {
            continue;
        }
        let Some((unmet, bound)) = search.closest_alternative(event) else { continue };
        report.checked += 1;
        tallies.add(&unmet);
        let distance: f64 = unmet.iter().map(UnmetCondition::distance).sum();
        if !unmet.is_empty() && closest.as_ref().is_none_or(|(count, nearest, _)| (unmet.len(), distance) < (*count, *nearest)) {
            let bound = named_bindings(pattern, &bound);
            closest =
                Some((unmet.len(), distance, ClosestBinding { at: event.at, event: Some(event.id), bindings: bound, unmet }));
        }
    }
    report.tallies = tallies.sorted();
    report.closest = closest.map(|(.., closest)| closest);
    let awaited = describe_clause(record, clause);
    // Only events are searched, so nothing is known of a tie or a stay.
    let only_events = clause.alternatives.iter().all(|alternative| matches!(alternative.target, ClauseTarget::Event(_)));
    let kinds: Vec<EventKind> = pattern.clauses.iter().flat_map(event_kinds).collect::<BTreeSet<_>>().into_iter().collect();
    report.notes.extend(record.notes_on_counted(&kinds, period, "beats and patterns see recorded events only"));
    let is_counted = event_kinds(clause).any(|kind| record.counted(kind, period) > 0);
    report.notes.push(match (report.checked, since) {
        _ if is_counted => format!("it waits for {awaited}"),
        (0, None) if only_events => format!("{awaited} never happened"),
        (0, Some(since)) if only_events => format!("{awaited} did not happen after #{}", since.0),
        _ => format!("it waits for {awaited}"),
    });
    report
}

/// The event kinds that a clause may match.
fn event_kinds(clause: &Clause) -> impl Iterator<Item = EventKind> {
    clause.alternatives.iter().flat_map(|alternative| match &alternative.target {
        ClauseTarget::Event(kinds) => kinds.iter().map(|(kind, _)| *kind).collect(),
        ClauseTarget::Tie(_) | ClauseTarget::Stay(_) => Vec::new(),
    })
}

fn named_bindings(pattern: &Pattern, bound: &[AgentId]) -> Vec<(String, AgentId)> {
    pattern.variables.iter().cloned().zip(bound.iter().copied()).filter(|(_, agent)| agent.is_some()).collect()
}

/// Describes the next part by the names of its events.
fn describe_clause(record: &RecordedRun<'_>, clause: &Clause) -> String {
    let scenario = record.scenario;
    let mut names: Vec<String> = Vec::new();
    for alternative in &clause.alternatives {
        match &alternative.target {
            ClauseTarget::Event(events) => {
                names.extend(events.iter().map(|(kind, _)| format!("`{}`", scenario.events[kind.index()].name)));
            }
            ClauseTarget::Tie(ties) => {
                names.extend(ties.iter().map(|tie| format!("the start of `{}`", scenario.ties[tie.index()].id)));
            }
            ClauseTarget::Stay(place) => names.push(format!("a stay at {}", scenario.places[place.index()].name)),
        }
    }
    names.dedup();
    let more = names.len().saturating_sub(4);
    names.truncate(4);
    let joined = names.join(" or ");
    if more > 0 { format!("{joined} or {more} others") } else { joined }
}

/// Explains a match that was complete and then rejected, or whose validity was unknown at the end.
fn explain_failed_match(record: &RecordedRun<'_>, pattern: &Pattern, failed: &FailedMatch, report: &mut WhyNotReport) {
    report.matched_events.clone_from(&failed.events);
    report.parts = (pattern.clauses.len(), pattern.clauses.len());
    let mut unmet = Vec::new();
    for negated in pattern.negated.iter().filter(|negated| !matches!(negated.until, NegationEnd::Clause(_))) {
        let from = negated.from.and_then(|clause| failed.clause_positions.get(clause)).copied();
        let until = match (negated.until, from) {
            (NegationEnd::Lasting(seconds), Some(from)) => Some(from.at.add_seconds(seconds)),
            _ => None,
        };
        let negates = |event: &&Event| {
            let Some((_, slots)) = negated.on.iter().find(|(kind, _)| *kind == event.kind) else { return false };
            let roles_fit = negated.roles.iter().zip(slots).all(|(role, slot)| {
                let agent = event.roles.get(*slot).copied().unwrap_or(AgentId::NONE);
                match role {
                    RoleTerm::Agent(named) => *named == agent,
                    RoleTerm::Variable(variable) => failed.bindings.get(*variable) == Some(&agent),
                }
            });
            let frame = &mut EvalFrame::from_agents(&failed.bindings);
            let holds = |event: &Event, frame: &mut EvalFrame| {
                let view = record.view_at_event(event.id);
                negated.when.as_ref().is_none_or(|when| when.truth(&EventValuesView { view: &view, event }, frame))
            };
            let in_time = from.is_none_or(|from| StreamPosition::event_order(event.id) > from.order)
                && until.is_none_or(|until| event.at <= until);
            in_time && roles_fit && holds(event, frame)
        };
        let events: Vec<EventId> = record.chronicle.iter().filter(negates).map(|event| event.id).collect();
        if events.len() >= negated.times as usize {
            let listed: Vec<String> = events.iter().take(3).map(|event| format!("#{}", event.0)).collect();
            let more = if events.len() > 3 { format!(" and {} more", events.len() - 3) } else { String::new() };
            unmet.push(UnmetCondition::from_text(format!(
                "it was complete, but was rejected because of {}{more}",
                listed.join(", ")
            )));
        }
    }
    if unmet.is_empty() {
        unmet.push(UnmetCondition::from_text("it was complete, but the run ended before it was known to hold".into()));
    }
    let at = failed.events.last().and_then(|event| record.chronicle.event(*event)).map_or(Instant::START, |event| event.at);
    let bound = named_bindings(pattern, &failed.bindings);
    report.checked = 1;
    report.closest = Some(ClosestBinding { at, event: failed.events.last().copied(), bindings: bound, unmet });
}

/// Checks events as the next part of one partial match.
struct NearMissSearch<'a> {
    record: &'a RecordedRun<'a>,
    pattern: &'a Pattern,
    clause: &'a Clause,
    clause_index: usize,
    bound: &'a [AgentId],
    since: Option<EventId>,
}

impl NearMissSearch<'_> {
    /// The conditions that an event does not meet as the next part, for the alternative with the fewest of them, and the agents
    /// that would be bound. None if the event is of another kind.
    fn closest_alternative(&self, event: &Event) -> Option<(Vec<UnmetCondition>, Vec<AgentId>)> {
        let candidates = self.clause.alternatives.iter().filter_map(|alternative| match &alternative.target {
            ClauseTarget::Event(on) => {
                let (_, slots) = on.iter().find(|(kind, _)| *kind == event.kind)?;
                Some(self.check_alternative(alternative, slots, event))
            }
            _ => None,
        });
        candidates.min_by(|(a, _), (b, _)| a.len().cmp(&b.len()))
    }

    fn check_alternative(
        &self,
        alternative: &Alternative,
        slots: &[usize],
        event: &Event,
    ) -> (Vec<UnmetCondition>, Vec<AgentId>) {
        let registry = &self.record.chronicle.agents;
        let info = &self.record.scenario.events[event.kind.index()];
        let mut unmet = Vec::new();
        let mut bound = self.bound.to_vec();
        for (role, slot) in alternative.roles.iter().zip(slots) {
            let agent = event.roles.get(*slot).copied().unwrap_or(AgentId::NONE);
            let needed = match role {
                RoleTerm::Agent(named) => *named,
                RoleTerm::Variable(variable) if !bound[*variable].is_some() => {
                    bound[*variable] = agent;
                    agent
                }
                RoleTerm::Variable(variable) => bound[*variable],
            };
            if agent != needed || !agent.is_some() {
                let slot_name = info.slots.get(*slot).map_or("?", String::as_str);
                let name = |agent: AgentId| if agent.is_some() { registry.display_name(agent) } else { "nobody".into() };
                // A pattern needs a variable; who that is depends on the parts that were matched before.
                let (required, counted) = match role {
                    RoleTerm::Agent(_) => (name(needed), name(needed)),
                    RoleTerm::Variable(variable) if needed.is_some() => {
                        let variable = &self.pattern.variables[*variable];
                        (format!("`{variable}`, who is {}", name(needed)), format!("`{variable}`"))
                    }
                    RoleTerm::Variable(_) => ("somebody".into(), "somebody".into()),
                };
                unmet.push(
                    UnmetCondition::from_text(format!("`{slot_name}` was {}, needs {required}", name(agent)))
                        .with_text(format!("`{slot_name}` is {counted}")),
                );
            }
        }
        self.check_within(event, &mut unmet);
        self.check_unless(event, &bound, &mut unmet);
        if let Some(when) = &alternative.when {
            let view = self.record.view_at_event(event.id);
            let shortfalls = when.shortfalls(&EventValuesView { view: &view, event }, &mut EvalFrame::from_agents(&bound));
            if !shortfalls.is_empty() {
                unmet.push(UnmetCondition { text: when.text().to_owned(), shortfalls });
            }
        }
        (unmet, bound)
    }

    fn check_within(&self, event: &Event, unmet: &mut Vec<UnmetCondition>) {
        let Some(since) = self.since.and_then(|since| self.record.chronicle.event(since)) else { return };
        let elapsed = event.at.seconds() - since.at.seconds();
        if let Some(within) = self.clause.within.filter(|within| elapsed > *within) {
            unmet.push(
                UnmetCondition::from_text(format!("{} after, needs within {}", short_duration(elapsed), short_duration(within)))
                    .with_text(format!("within {}", short_duration(within))),
            );
        }
    }

    fn check_unless(&self, event: &Event, bound: &[AgentId], unmet: &mut Vec<UnmetCondition>) {
        if self.clause.unless.is_empty() || self.clause_index == 0 {
            return;
        }
        let alternatives = self.pattern.clauses[..=self.clause_index].iter().flat_map(|clause| &clause.alternatives);
        let named = alternatives.flat_map(|alternative| &alternative.roles).filter_map(|role| match role {
            RoleTerm::Agent(agent) => Some(*agent),
            RoleTerm::Variable(_) => None,
        });
        let people: Vec<AgentId> = bound.iter().copied().filter(|agent| agent.is_some()).chain(named).collect();
        let first = self.since.map_or(0, |since| since.index() + 1);
        let between = self.record.chronicle.events().get(first..event.id.index()).unwrap_or_default();
        let stops = |event: &&Event| {
            let is_concerned = people.is_empty() || event.roles.iter().any(|agent| people.contains(agent));
            self.clause.unless.contains(&event.kind) && is_concerned
        };
        if let Some(stop) = between.iter().find(stops) {
            unmet.push(
                UnmetCondition::from_text(format!("#{} came between", stop.id.0)).with_text("no event comes between".into()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{ANN, QUARREL, RAIN, WALK, event, scenario};
    use super::super::sift::sift;
    use super::*;
    use longhand_chronicle::Chronicle;
    use longhand_expr::ids::EventKind;
    use longhand_scene::Scenario;
    use longhand_scene::model::NegatedClause;

    /// Two walks and a quarrel, without rain in the two hours after the second walk.
    fn dry_quarrel() -> Pattern {
        let roles = vec![RoleTerm::Variable(0)];
        let alternative = |kind: EventKind| Alternative {
            target: ClauseTarget::Event(vec![(kind, vec![0])]),
            roles: vec![RoleTerm::Variable(0)],
            when: None,
        };
        let clause = |kind, times| Clause { alternatives: vec![alternative(kind)], times, ..Clause::default() };
        let until = NegationEnd::Lasting(7200.0);
        let no_rain = NegatedClause { on: vec![(RAIN, vec![0])], roles, when: None, times: 1, from: Some(0), until };
        let clauses = vec![clause(WALK, 2), clause(QUARREL, 1)];
        Pattern { id: "p".into(), variables: vec!["x".into()], clauses, negated: vec![no_rain], ..Pattern::default() }
    }

    #[test]
    fn only_events_in_the_negated_period_are_named_as_the_reason() {
        let scenario = Scenario { patterns: vec![dry_quarrel()], ..scenario() };
        let mut chronicle = Chronicle::default();
        for (hours, kind) in [(1.0, WALK), (2.0, RAIN), (3.0, WALK), (3.5, QUARREL), (4.0, RAIN), (9.0, RAIN)] {
            chronicle.push(event(0, hours, kind, &[ANN]));
        }
        let record = RecordedRun::new(&scenario, &chronicle, 0);
        let end = Instant::from_seconds(36_000.0);
        let report = explain_pattern(&record, &sift(&record, end), PatternRef::Pattern(0), &[], (Instant::START, end));
        let closest = report.closest.expect("a complete match was rejected");
        assert_eq!(closest.unmet[0].text, "it was complete, but was rejected because of #4");
    }
}
