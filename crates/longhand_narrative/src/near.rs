//! Explains why a pattern was not matched: how far the most advanced partial match came, and what was missing.

use super::found::{Match, Watched, frame};
use super::record::Record;
use super::sift::{Sifted, Undone};
use super::why_not::{Closest, Lack, Tallies, WhyNot};
use super::with_values::WithValues;
use longhand_chronicle::Event;
use longhand_expr::Frame;
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_scene::model::{Clause, Pattern, RoleIs, Until, Way, What};

/// Reports why a beat or pattern was not matched in a recorded run, or was not matched again. Each event that could be the next
/// part is checked against the most advanced partial match that binds all of `who`.
#[must_use]
pub fn near(record: &Record<'_>, sifted: &Sifted, of: Watched, who: &[AgentId], span: (Instant, Instant)) -> WhyNot {
    let pattern = of.of(record.scenario);
    let within = |found: &&Match| span.0 <= found.at && found.at <= span.1 && who.iter().all(|one| found.bound.contains(one));
    let mut answer = WhyNot { id: pattern.id.clone(), ..WhyNot::default() };
    answer.came = sifted.of(of).filter(within).map(Match::event).collect();
    if let Some(undone) = sifted.undone.iter().filter(|undone| undone.of == of).max_by_key(|undone| undone.events.len()) {
        taken_back(record, pattern, undone, &mut answer);
        return answer;
    }
    let furthest = sifted.furthest(record.scenario, of, who);
    let Some(clause) = pattern.clauses.get(furthest.clause) else { return answer };
    answer.so_far.clone_from(&furthest.events);
    answer.parts = (furthest.clause, pattern.clauses.len());
    let since = furthest.events.last().copied();
    let look = Look { record, pattern, clause, at: furthest.clause, bound: &furthest.bound, since };
    let mut tallies = Tallies::default();
    let mut closest: Option<(usize, f64, Closest)> = None;
    for event in record.chronicle.iter().filter(|event| since.is_none_or(|since| event.id > since)) {
        if event.at < span.0 || event.at > span.1 {
            continue;
        }
        let Some((lacks, bound)) = look.best_way(event) else { continue };
        answer.looked += 1;
        tallies.add(&lacks);
        let distance: f64 = lacks.iter().map(Lack::distance).sum();
        if !lacks.is_empty() && closest.as_ref().is_none_or(|(many, far, _)| (lacks.len(), distance) < (*many, *far)) {
            let bound = named(pattern, &bound);
            closest = Some((lacks.len(), distance, Closest { at: event.at, event: Some(event.id), bound, lacks }));
        }
    }
    answer.tallies = tallies.sorted();
    answer.closest = closest.map(|(.., closest)| closest);
    let waited = waits_for(record, clause);
    answer.notes.push(match (answer.looked, since) {
        (0, None) => format!("{waited} never happened"),
        (0, Some(since)) => format!("{waited} did not happen after #{}", since.0),
        _ => format!("it waits for {waited}"),
    });
    answer
}

fn named(pattern: &Pattern, bound: &[AgentId]) -> Vec<(String, AgentId)> {
    pattern.variables.iter().cloned().zip(bound.iter().copied()).filter(|(_, agent)| agent.is_some()).collect()
}

/// Describes the next part by the names of its events.
fn waits_for(record: &Record<'_>, clause: &Clause) -> String {
    let scenario = record.scenario;
    let mut names: Vec<String> = Vec::new();
    for way in &clause.ways {
        match &way.what {
            What::Event(events) => {
                names.extend(events.iter().map(|(kind, _)| format!("`{}`", scenario.events[kind.index()].name)));
            }
            What::Tie(ties) => names.extend(ties.iter().map(|tie| format!("the start of `{}`", scenario.ties[tie.index()].id))),
            What::Stay(place) => names.push(format!("a stay at {}", scenario.places[place.index()].name)),
        }
    }
    names.dedup();
    let more = names.len().saturating_sub(4);
    names.truncate(4);
    let all = names.join(" or ");
    if more > 0 { format!("{all} or {more} others") } else { all }
}

/// Explains a match that was complete and then rejected, or whose validity was unknown at the end.
fn taken_back(record: &Record<'_>, pattern: &Pattern, undone: &Undone, answer: &mut WhyNot) {
    answer.so_far.clone_from(&undone.events);
    answer.parts = (pattern.clauses.len(), pattern.clauses.len());
    let mut lacks = Vec::new();
    for without in pattern.without.iter().filter(|without| !matches!(without.until, Until::Clause(_))) {
        let from = without.from.and_then(|from| undone.events.get(from)).copied();
        let against = |event: &&Event| {
            let Some((_, slots)) = without.on.iter().find(|(kind, _)| *kind == event.kind) else { return false };
            let theirs = without.roles.iter().zip(slots).all(|(role, slot)| {
                let agent = event.roles.get(*slot).copied().unwrap_or(AgentId::NONE);
                match role {
                    RoleIs::Agent(named) => *named == agent,
                    RoleIs::Variable(variable) => undone.bound.get(*variable) == Some(&agent),
                }
            });
            let frame = &mut frame(&undone.bound);
            let holds = |event: &Event, frame: &mut Frame| {
                let view = record.heard(event.id);
                without.when.as_ref().is_none_or(|when| when.truth(&WithValues { view: &view, event }, frame))
            };
            from.is_none_or(|from| event.id > from) && theirs && holds(event, frame)
        };
        let events: Vec<EventId> = record.chronicle.iter().filter(against).map(|event| event.id).collect();
        if events.len() >= without.times as usize {
            let some: Vec<String> = events.iter().take(3).map(|event| format!("#{}", event.0)).collect();
            let more = if events.len() > 3 { format!(" and {} more", events.len() - 3) } else { String::new() };
            lacks.push(Lack::said(format!("it was complete, but was rejected because of {}{more}", some.join(", "))));
        }
    }
    if lacks.is_empty() {
        lacks.push(Lack::said("it was complete, but the run ended before it was known to hold".into()));
    }
    let at = undone.events.last().and_then(|event| record.chronicle.event(*event)).map_or(Instant::START, |event| event.at);
    let bound = named(pattern, &undone.bound);
    answer.looked = 1;
    answer.closest = Some(Closest { at, event: undone.events.last().copied(), bound, lacks });
}

/// Checks events as the next part of one partial match.
struct Look<'a> {
    record: &'a Record<'a>,
    pattern: &'a Pattern,
    clause: &'a Clause,
    at: usize,
    bound: &'a [AgentId],
    since: Option<EventId>,
}

impl Look<'_> {
    /// The conditions that an event does not meet as the next part, for the alternative with the fewest of them, and the agents
    /// that would be bound. None if the event is of another kind.
    fn best_way(&self, event: &Event) -> Option<(Vec<Lack>, Vec<AgentId>)> {
        let tries = self.clause.ways.iter().filter_map(|way| match &way.what {
            What::Event(on) => {
                let (_, slots) = on.iter().find(|(kind, _)| *kind == event.kind)?;
                Some(self.try_way(way, slots, event))
            }
            _ => None,
        });
        tries.min_by(|(a, _), (b, _)| a.len().cmp(&b.len()))
    }

    fn try_way(&self, way: &Way, slots: &[usize], event: &Event) -> (Vec<Lack>, Vec<AgentId>) {
        let directory = &self.record.chronicle.directory;
        let info = &self.record.scenario.events[event.kind.index()];
        let mut lacks = Vec::new();
        let mut bound = self.bound.to_vec();
        for (role, slot) in way.roles.iter().zip(slots) {
            let agent = event.roles.get(*slot).copied().unwrap_or(AgentId::NONE);
            let needed = match role {
                RoleIs::Agent(named) => *named,
                RoleIs::Variable(variable) if !bound[*variable].is_some() => {
                    bound[*variable] = agent;
                    agent
                }
                RoleIs::Variable(variable) => bound[*variable],
            };
            if agent != needed || !agent.is_some() {
                let role = info.slots.get(*slot).map_or("?", String::as_str);
                let (was, needs) = (directory.called(agent), directory.called(needed));
                lacks.push(Lack::said(format!("`{role}` was {was}, needs {needs}")).of(format!("`{role}` is {needs}")));
            }
        }
        self.in_time(event, &mut lacks);
        self.not_stopped(event, &bound, &mut lacks);
        if let Some(when) = &way.when {
            let view = self.record.heard(event.id);
            let shortfalls = when.shortfalls(&WithValues { view: &view, event }, &mut frame(&bound));
            if !shortfalls.is_empty() {
                lacks.push(Lack { text: when.text().to_owned(), shortfalls });
            }
        }
        (lacks, bound)
    }

    fn in_time(&self, event: &Event, lacks: &mut Vec<Lack>) {
        let Some(since) = self.since.and_then(|since| self.record.chronicle.event(since)) else { return };
        let after = event.at.seconds() - since.at.seconds();
        if let Some(within) = self.clause.within.filter(|within| after > *within) {
            lacks.push(
                Lack::said(format!("{} after, needs within {}", span(after), span(within)))
                    .of(format!("within {}", span(within))),
            );
        }
    }

    fn not_stopped(&self, event: &Event, bound: &[AgentId], lacks: &mut Vec<Lack>) {
        if self.clause.unless.is_empty() || self.at == 0 {
            return;
        }
        let ways = self.pattern.clauses[..=self.at].iter().flat_map(|clause| &clause.ways);
        let named = ways.flat_map(|way| &way.roles).filter_map(|role| match role {
            RoleIs::Agent(agent) => Some(*agent),
            RoleIs::Variable(_) => None,
        });
        let people: Vec<AgentId> = bound.iter().copied().filter(|agent| agent.is_some()).chain(named).collect();
        let first = self.since.map_or(0, |since| since.index() + 1);
        let between = self.record.chronicle.events().get(first..event.id.index()).unwrap_or_default();
        let stops = |event: &&Event| {
            let theirs = people.is_empty() || event.roles.iter().any(|agent| people.contains(agent));
            self.clause.unless.contains(&event.kind) && theirs
        };
        if let Some(stop) = between.iter().find(stops) {
            lacks.push(Lack::said(format!("#{} came between", stop.id.0)).of("no event comes between".into()));
        }
    }
}

/// A duration in short form: `1.5 h`.
pub(super) fn span(seconds: f64) -> String {
    let (number, unit) = match seconds {
        s if s < 90.0 => (s, "s"),
        s if s < 5400.0 => (s / 60.0, "min"),
        s if s < 172_800.0 => (s / 3600.0, "h"),
        s => (s / 86_400.0, "days"),
    };
    format!("{} {unit}", (number * 10.0).round() / 10.0)
}
