//! The summary at the end of a run: the beats that happened and when, those that did not, the measures, and the event counts.

use super::dates::CivilDateTime;
use super::event_narrator::id_to_words;
use super::grammar;
use super::order::order_score;
use longhand_chronicle::{Chronicle, MeasureValue, format_hash};
use longhand_expr::ids::{EventKind, Instant};
use longhand_scene::Scenario;
use std::collections::BTreeMap;
use std::fmt;

/// The summary of a run; print it with `{}`.
#[derive(Clone, Copy, Debug)]
pub struct RunSummary<'a> {
    /// The scene.
    pub scenario: &'a Scenario,
    /// The event log.
    pub chronicle: &'a Chronicle,
    /// The seed of the run.
    pub seed: u64,
    /// When the run ended.
    pub at: Instant,
}

/// The maximum number of event kinds that are listed separately.
const MAX_KINDS: usize = 12;

impl RunSummary<'_> {
    /// The event kinds with the number of their events, recorded or only counted; the most frequent first, then in the order of
    /// the scene.
    #[must_use]
    pub fn event_counts(&self) -> Vec<(EventKind, u64)> {
        let mut counts: BTreeMap<EventKind, u64> = BTreeMap::new();
        for event in self.chronicle.iter() {
            *counts.entry(event.kind).or_default() += 1;
        }
        for (_, kind, times) in self.chronicle.counts() {
            *counts.entry(kind).or_default() += times;
        }
        let mut counts: Vec<_> = counts.into_iter().collect();
        counts.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        counts
    }

    /// The measures in the order in which they were first taken; of a measure over time only its first and last value.
    fn write_measures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut measures: Vec<(&str, Vec<&MeasureValue>)> = Vec::new();
        for taken in &self.chronicle.measures {
            match measures.iter_mut().find(|(measure, _)| *measure == taken.measure) {
                Some((_, values)) => values.push(taken),
                None => measures.push((&taken.measure, vec![taken])),
            }
        }
        if !measures.is_empty() {
            writeln!(f, "\nMeasures:")?;
        }
        let width = measures.iter().map(|(measure, _)| measure.chars().count()).max().unwrap_or(0);
        for (measure, values) in &measures {
            let mean_at = |at: Instant| {
                let (sum, n) =
                    values.iter().filter(|taken| taken.at == at).fold((0.0, 0), |(sum, n), taken| (sum + taken.value, n + 1));
                (grammar::digits(sum / f64::from(n.max(1))), n)
            };
            let (first, last) = (values[0].at, values[values.len() - 1].at);
            let (value, agents) = mean_at(last);
            write!(f, "  {measure:width$}  {value}")?;
            if first != last {
                write!(f, ", at first {}", mean_at(first).0)?;
            }
            if values[0].agent.is_some() {
                write!(f, " (mean of {})", grammar::counted(f64::from(agents), "agent"))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }

    fn timestamp(&self, at: Instant) -> String {
        CivilDateTime::from_instant(&self.scenario.calendar, at).timestamp()
    }

    fn write_beats(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scenario = self.scenario;
        if scenario.beats.is_empty() {
            return Ok(());
        }
        let beat_matches = &self.chronicle.beats;
        let missing: Vec<usize> =
            (0..scenario.beats.len()).filter(|&beat| beat_matches.iter().all(|beat_match| beat_match.beat != beat)).collect();
        let matched = scenario.beats.len() - missing.len();
        write!(f, "\nBeats: {matched} of {}", scenario.beats.len())?;
        match order_score(scenario, beat_matches) {
            Some(score) => writeln!(f, ", order {score:.2} (1 as listed, -1 reversed)")?,
            None => writeln!(f)?,
        }
        for beat_match in beat_matches {
            if let Some(beat) = scenario.beats.get(beat_match.beat) {
                writeln!(f, "  {}  {}", self.timestamp(beat_match.at), beat.display_title())?;
            }
        }
        if !missing.is_empty() {
            writeln!(f, "Did not happen:")?;
        }
        for beat in missing {
            let must = if scenario.beats[beat].must { " (must)" } else { "" };
            writeln!(f, "  {}{must}", scenario.beats[beat].display_title())?;
        }
        Ok(())
    }
}

impl fmt::Display for RunSummary<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scenario, chronicle, seed, at } = self;
        let title = if scenario.title.is_empty() { &scenario.name } else { &scenario.title };
        writeln!(f, "{title}: {} to {}, seed {seed}", self.timestamp(Instant::START), self.timestamp(*at))?;
        self.write_beats(f)?;
        self.write_measures(f)?;
        let counts = self.event_counts();
        if !counts.is_empty() {
            writeln!(f, "\nEvent counts:")?;
            for (kind, times) in counts.iter().take(MAX_KINDS) {
                let name = scenario.events.get(kind.index()).map_or("", |info| info.name.as_str());
                writeln!(f, "  {:>9}  {}", grammar::digits(*times as f64), id_to_words(name))?;
            }
            if let Some(rest) = counts.get(MAX_KINDS..).filter(|rest| !rest.is_empty()) {
                let times: u64 = rest.iter().map(|(_, times)| times).sum();
                writeln!(f, "  {:>9}  of {} other kinds", grammar::digits(times as f64), rest.len())?;
            }
        }
        let recorded = chronicle.len() as f64;
        let all: u64 = counts.iter().map(|(_, times)| times).sum();
        writeln!(
            f,
            "\n{} recorded, {} in all; hash {}",
            grammar::counted(recorded, "event"),
            grammar::digits(all as f64),
            format_hash(chronicle.hash())
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{ANN, BEN, RAIN, WALK, event, scenario};
    use super::*;
    use longhand_chronicle::BeatMatch;
    use longhand_expr::ids::{AgentId, EventId};
    use longhand_scene::Pattern;

    #[test]
    fn the_summary_lists_beats_measures_and_event_counts() {
        let beat = |id: &str, title: &str, must| Pattern { id: id.into(), title: title.into(), must, ..Pattern::default() };
        let mut scenario = scenario();
        scenario.beats = vec![beat("B1", "A walk", true), beat("B2", "A quarrel", true), beat("B3", "", false)];
        let mut chronicle = Chronicle::default();
        let walk = chronicle.push(event(0, 33.5, WALK, &[ANN, BEN]));
        chronicle.push(event(1, 40.0, RAIN, &[ANN]));
        chronicle.count(RAIN, 1, 2000);
        let beat_match =
            |beat, event: EventId| BeatMatch { beat, at: Instant::from_seconds(33.5 * 3600.0), event, events: vec![event] };
        chronicle.beats = vec![beat_match(0, walk), beat_match(2, EventId(1))];
        let taken = |measure: &str, day: i64, agent, value| {
            let at = Instant(day * Instant::DAY_US);
            MeasureValue { measure: measure.into(), at, agent, value }
        };
        chronicle.measures = vec![
            taken("length", 30, AgentId::NONE, 1234.5),
            taken("warmth", 0, AgentId::NONE, 1.0),
            taken("lonely", 0, ANN, 0.5),
            taken("lonely", 0, BEN, 0.7),
            taken("warmth", 7, AgentId::NONE, 2.0),
        ];
        let at = Instant::from_seconds(86_400.0 * 30.0);
        let text = RunSummary { scenario: &scenario, chronicle: &chronicle, seed: 7, at }.to_string();
        let rows: Vec<&str> = text.lines().collect();
        assert_eq!(
            rows[..rows.len() - 1],
            [
                "Three friends: 6 January 2025, 00:00 to 5 February 2025, 00:00, seed 7",
                "",
                "Beats: 2 of 3",
                "  7 January 2025, 09:30  B1 A walk",
                "  7 January 2025, 09:30  B3",
                "Did not happen:",
                "  B2 A quarrel (must)",
                "",
                "Measures:",
                "  length  1,234.5",
                "  warmth  2, at first 1",
                "  lonely  0.6 (mean of two agents)",
                "",
                "Event counts:",
                "      2,001  rain",
                "          1  long walk",
                "",
            ]
        );
        assert_eq!(rows[rows.len() - 1], format!("two events recorded, 2,002 in all; hash {}", format_hash(chronicle.hash())));
    }
}
