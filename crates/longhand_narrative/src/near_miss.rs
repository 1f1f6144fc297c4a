//! Explains why a pattern was not matched: how far the most advanced partial match came, and what was missing.

use super::event_values_view::EventValuesView;
use super::pattern_match::{Match, PatternRef, binding_frame};
use super::recorded_run::RecordedRun;
use super::sift::{FailedMatch, SiftReport};
use super::why_not::{ClosestBinding, ConditionTallies, UnmetCondition, WhyNotReport};
use longhand_chronicle::Event;
use longhand_expr::EvalFrame;
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_scene::model::{Alternative, Clause, ClauseTarget, NegationEnd, Pattern, RoleTerm};

/// Reports why a beat or pattern was not matched in a recorded run, or was not matched again. Each event that could be the next
/// part is checked against the most advanced partial match that binds all of `who`.
#[must_use]
pub fn explain_pattern(
    record: &RecordedRun<'_>,
    sifted: &SiftReport,
    of: PatternRef,
    who: &[AgentId],
    span: (Instant, Instant),
) -> WhyNotReport {
    let pattern = of.resolve(record.scenario);
    let within = |found: &&Match| span.0 <= found.at && found.at <= span.1 && who.iter().all(|one| found.bound.contains(one));
    let mut answer = WhyNotReport { id: pattern.id.clone(), ..WhyNotReport::default() };
    answer.occurrences = sifted.matches_of(of).filter(within).map(Match::completing_event).collect();
    if let Some(undone) = sifted.failed.iter().filter(|undone| undone.pattern == of).max_by_key(|undone| undone.events.len()) {
        explain_failed_match(record, pattern, undone, &mut answer);
        return answer;
    }
    let furthest = sifted.furthest_status(record.scenario, of, who);
    let Some(clause) = pattern.clauses.get(furthest.clause) else { return answer };
    answer.matched_events.clone_from(&furthest.events);
    answer.parts = (furthest.clause, pattern.clauses.len());
    let since = furthest.events.last().copied();
    let look = NearMissSearch { record, pattern, clause, clause_index: furthest.clause, bound: &furthest.bound, since };
    let mut tallies = ConditionTallies::default();
    let mut closest: Option<(usize, f64, ClosestBinding)> = None;
    for event in record.chronicle.iter().filter(|event| since.is_none_or(|since| event.id > since)) {
        if event.at < span.0 || event.at > span.1 {
            continue;
        }
        let Some((lacks, bound)) = look.closest_alternative(event) else { continue };
        answer.checked += 1;
        tallies.add(&lacks);
        let distance: f64 = lacks.iter().map(UnmetCondition::distance).sum();
        if !lacks.is_empty() && closest.as_ref().is_none_or(|(many, far, _)| (lacks.len(), distance) < (*many, *far)) {
            let bound = named_bindings(pattern, &bound);
            closest = Some((lacks.len(), distance, ClosestBinding { at: event.at, event: Some(event.id), bound, unmet: lacks }));
        }
    }
    answer.tallies = tallies.sorted();
    answer.closest = closest.map(|(.., closest)| closest);
    let waited = describe_clause(record, clause);
    answer.notes.push(match (answer.checked, since) {
        (0, None) => format!("{waited} never happened"),
        (0, Some(since)) => format!("{waited} did not happen after #{}", since.0),
        _ => format!("it waits for {waited}"),
    });
    answer
}

fn named_bindings(pattern: &Pattern, bound: &[AgentId]) -> Vec<(String, AgentId)> {
    pattern.variables.iter().cloned().zip(bound.iter().copied()).filter(|(_, agent)| agent.is_some()).collect()
}

/// Describes the next part by the names of its events.
fn describe_clause(record: &RecordedRun<'_>, clause: &Clause) -> String {
    let scenario = record.scenario;
    let mut names: Vec<String> = Vec::new();
    for way in &clause.alternatives {
        match &way.target {
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
    let all = names.join(" or ");
    if more > 0 { format!("{all} or {more} others") } else { all }
}

/// Explains a match that was complete and then rejected, or whose validity was unknown at the end.
fn explain_failed_match(record: &RecordedRun<'_>, pattern: &Pattern, undone: &FailedMatch, answer: &mut WhyNotReport) {
    answer.matched_events.clone_from(&undone.events);
    answer.parts = (pattern.clauses.len(), pattern.clauses.len());
    let mut lacks = Vec::new();
    for without in pattern.negated.iter().filter(|without| !matches!(without.until, NegationEnd::Clause(_))) {
        let from = without.from.and_then(|from| undone.events.get(from)).copied();
        let against = |event: &&Event| {
            let Some((_, slots)) = without.on.iter().find(|(kind, _)| *kind == event.kind) else { return false };
            let theirs = without.roles.iter().zip(slots).all(|(role, slot)| {
                let agent = event.roles.get(*slot).copied().unwrap_or(AgentId::NONE);
                match role {
                    RoleTerm::Agent(named) => *named == agent,
                    RoleTerm::Variable(variable) => undone.bound.get(*variable) == Some(&agent),
                }
            });
            let frame = &mut binding_frame(&undone.bound);
            let holds = |event: &Event, frame: &mut EvalFrame| {
                let view = record.view_at_event(event.id);
                without.when.as_ref().is_none_or(|when| when.truth(&EventValuesView { view: &view, event }, frame))
            };
            from.is_none_or(|from| event.id > from) && theirs && holds(event, frame)
        };
        let events: Vec<EventId> = record.chronicle.iter().filter(against).map(|event| event.id).collect();
        if events.len() >= without.times as usize {
            let some: Vec<String> = events.iter().take(3).map(|event| format!("#{}", event.0)).collect();
            let more = if events.len() > 3 { format!(" and {} more", events.len() - 3) } else { String::new() };
            lacks.push(UnmetCondition::from_text(format!(
                "it was complete, but was rejected because of {}{more}",
                some.join(", ")
            )));
        }
    }
    if lacks.is_empty() {
        lacks.push(UnmetCondition::from_text("it was complete, but the run ended before it was known to hold".into()));
    }
    let at = undone.events.last().and_then(|event| record.chronicle.event(*event)).map_or(Instant::START, |event| event.at);
    let bound = named_bindings(pattern, &undone.bound);
    answer.checked = 1;
    answer.closest = Some(ClosestBinding { at, event: undone.events.last().copied(), bound, unmet: lacks });
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
        let tries = self.clause.alternatives.iter().filter_map(|way| match &way.target {
            ClauseTarget::Event(on) => {
                let (_, slots) = on.iter().find(|(kind, _)| *kind == event.kind)?;
                Some(self.check_alternative(way, slots, event))
            }
            _ => None,
        });
        tries.min_by(|(a, _), (b, _)| a.len().cmp(&b.len()))
    }

    fn check_alternative(&self, way: &Alternative, slots: &[usize], event: &Event) -> (Vec<UnmetCondition>, Vec<AgentId>) {
        let directory = &self.record.chronicle.agents;
        let info = &self.record.scenario.events[event.kind.index()];
        let mut lacks = Vec::new();
        let mut bound = self.bound.to_vec();
        for (role, slot) in way.roles.iter().zip(slots) {
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
                let role = info.slots.get(*slot).map_or("?", String::as_str);
                let (was, needs) = (directory.display_name(agent), directory.display_name(needed));
                lacks.push(
                    UnmetCondition::from_text(format!("`{role}` was {was}, needs {needs}"))
                        .with_text(format!("`{role}` is {needs}")),
                );
            }
        }
        self.check_within(event, &mut lacks);
        self.check_unless(event, &bound, &mut lacks);
        if let Some(when) = &way.when {
            let view = self.record.view_at_event(event.id);
            let shortfalls = when.shortfalls(&EventValuesView { view: &view, event }, &mut binding_frame(&bound));
            if !shortfalls.is_empty() {
                lacks.push(UnmetCondition { text: when.text().to_owned(), shortfalls });
            }
        }
        (lacks, bound)
    }

    fn check_within(&self, event: &Event, lacks: &mut Vec<UnmetCondition>) {
        let Some(since) = self.since.and_then(|since| self.record.chronicle.event(since)) else { return };
        let after = event.at.seconds() - since.at.seconds();
        if let Some(within) = self.clause.within.filter(|within| after > *within) {
            lacks.push(
                UnmetCondition::from_text(format!("{} after, needs within {}", short_duration(after), short_duration(within)))
                    .with_text(format!("within {}", short_duration(within))),
            );
        }
    }

    fn check_unless(&self, event: &Event, bound: &[AgentId], lacks: &mut Vec<UnmetCondition>) {
        if self.clause.unless.is_empty() || self.clause_index == 0 {
            return;
        }
        let ways = self.pattern.clauses[..=self.clause_index].iter().flat_map(|clause| &clause.alternatives);
        let named = ways.flat_map(|way| &way.roles).filter_map(|role| match role {
            RoleTerm::Agent(agent) => Some(*agent),
            RoleTerm::Variable(_) => None,
        });
        let people: Vec<AgentId> = bound.iter().copied().filter(|agent| agent.is_some()).chain(named).collect();
        let first = self.since.map_or(0, |since| since.index() + 1);
        let between = self.record.chronicle.events().get(first..event.id.index()).unwrap_or_default();
        let stops = |event: &&Event| {
            let theirs = people.is_empty() || event.roles.iter().any(|agent| people.contains(agent));
            self.clause.unless.contains(&event.kind) && theirs
        };
        if let Some(stop) = between.iter().find(stops) {
            lacks.push(
                UnmetCondition::from_text(format!("#{} came between", stop.id.0)).with_text("no event comes between".into()),
            );
        }
    }
}

/// A duration in short form: `1.5 h`.
pub(super) fn short_duration(seconds: f64) -> String {
    let (number, unit) = match seconds {
        s if s < 90.0 => (s, "s"),
        s if s < 5400.0 => (s / 60.0, "min"),
        s if s < 172_800.0 => (s / 3600.0, "h"),
        s => (s / 86_400.0, "days"),
    };
    format!("{} {unit}", (number * 10.0).round() / 10.0)
}
