//! Shared by `sift` and `why-not`: a recorded story or a scene simulated first, loaded with the library of themes, and the
//! output of near misses.

use super::args::SimulationArgs;
use super::exit::CliError;
use super::input::{is_story, reject_simulation_args};
use super::palette::FAINT;
use super::query;
use super::run_config::{RunConfig, load_scene_with};
use super::simulate::simulate_to_end;
use super::text::PAGE_WIDTH;
use longhand_chronicle::{Chronicle, Story, SymbolTable};
use longhand_expr::Shortfall;
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_narrative::{COMMON_THEMES, ConditionTally, RecordedRun, TROPES, WhyNotReport, format_shortfall, wrap};
use longhand_scene::Scenario;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

/// Maximum number of failed conditions printed.
const MAX_TALLIES: usize = 12;

/// A run with its scenario.
pub(super) struct SiftSource {
    pub scenario: Arc<Scenario>,
    pub symbols: SymbolTable,
    pub seed: u64,
    /// The end of the run, or the last recorded instant.
    pub end: Instant,
    log: RunLog,
}

enum RunLog {
    Recorded(Box<Story>),
    Simulated(Box<Chronicle>),
}

impl SiftSource {
    /// Reads a story, or simulates a scene to its end.
    pub fn load(path: &Path, simulation: &SimulationArgs) -> Result<Self, CliError> {
        if is_story(path)? {
            reject_simulation_args(simulation)?;
            let story = query::open_story(path, None)?;
            let scenario = Arc::new(story.scenario_with(&[COMMON_THEMES, TROPES])?);
            let (seed, end) = (story.header.seed, query::end_of_story(&story));
            return Ok(Self {
                symbols: SymbolTable::from_scenario(&scenario),
                scenario,
                seed,
                end,
                log: RunLog::Recorded(Box::new(story)),
            });
        }
        let scenario = load_scene_with(path, &[COMMON_THEMES, TROPES], &simulation.set)?;
        let config = RunConfig::from_scenario(scenario, simulation)?;
        let run = simulate_to_end(&config)?;
        let end = run.simulation().now();
        let log = RunLog::Simulated(Box::new(run.chronicle().clone()));
        Ok(Self { symbols: SymbolTable::from_scenario(&config.scenario), scenario: config.scenario, seed: config.seed, end, log })
    }

    pub fn chronicle(&self) -> &Chronicle {
        match &self.log {
            RunLog::Recorded(story) => &story.chronicle,
            RunLog::Simulated(chronicle) => chronicle,
        }
    }

    pub fn recorded_run(&self) -> RecordedRun<'_> {
        RecordedRun::new(&self.scenario, self.chronicle(), self.seed)
    }

    /// Narrates some events.
    pub fn sentences(&self, events: &BTreeSet<EventId>) -> BTreeMap<EventId, String> {
        query::narrate_events(&self.scenario, self.seed, self.chronicle(), events)
    }

    /// `x is Ann, y is Ben`
    pub fn describe_bindings(&self, variables: &[String], bound: &[AgentId]) -> String {
        let agents = &self.chronicle().agents;
        let bound = variables.iter().zip(bound).filter(|(_, agent)| agent.is_some());
        let texts: Vec<String> = bound.map(|(name, agent)| format!("{name} is {}", agents.display_name(*agent))).collect();
        texts.join(", ")
    }

    /// `#12  Sat 1 Mar 2025, 12:00  Ann confides in Ben.`
    pub fn write_event(
        &self,
        event: EventId,
        sentences: &BTreeMap<EventId, String>,
        indent: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let date = self.chronicle().event(event).map_or_else(String::new, |event| query::format_date(&self.symbols, event.at));
        let head = format!("#{}  {date}  ", event.0);
        let sentence = sentences.get(&event).map_or("", String::as_str);
        let room = PAGE_WIDTH.saturating_sub(indent.len() + head.chars().count()).max(30);
        for (nth, line) in wrap(sentence, room).iter().enumerate() {
            match nth {
                0 => writeln!(out, "{indent}{FAINT}{head}{FAINT:#}{line}")?,
                _ => writeln!(out, "{indent}{:width$}{line}", "", width = head.chars().count())?,
            }
        }
        Ok(())
    }

    /// Writes how many parts matched, how often each condition failed, and the binding that came closest.
    pub fn write_near(
        &self,
        near: &WhyNotReport,
        sentences: &BTreeMap<EventId, String>,
        indent: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if near.parts.1 > 0 {
            let (met, total) = near.parts;
            writeln!(out, "{indent}{FAINT}{met} of {total} parts matched{FAINT:#}")?;
        }
        for event in &near.matched_events {
            self.write_event(*event, sentences, indent, out)?;
        }
        for note in &near.notes {
            for line in wrap(note, PAGE_WIDTH - indent.len()) {
                writeln!(out, "{indent}{FAINT}{line}{FAINT:#}")?;
            }
        }
        if near.checked > 1 {
            let what = match near.step_seconds > 0.0 {
                true => format!("checked {} times, every {} minutes", near.checked, near.step_seconds / 60.0),
                false => format!("checked {} events", near.checked),
            };
            writeln!(out, "{indent}{FAINT}{what}; failures, and failures of this condition alone:{FAINT:#}")?;
            for tally in near.tallies.iter().take(MAX_TALLIES) {
                let room = PAGE_WIDTH.saturating_sub(indent.len() + 18);
                for (nth, line) in wrap(&tally.text, room).iter().enumerate() {
                    match nth {
                        0 => writeln!(out, "{indent}{:>8} {:>7}  {line}", tally.failed, tally.failed_alone)?,
                        _ => writeln!(out, "{indent}{:18}{line}", "")?,
                    }
                }
            }
        }
        if let Some(closest) = &near.closest {
            let when = query::format_date(&self.symbols, closest.at);
            let agents = &self.chronicle().agents;
            let bindings: Vec<String> =
                closest.bindings.iter().map(|(name, agent)| format!("{name} {}", agents.display_name(*agent))).collect();
            let bindings = if bindings.is_empty() { String::new() } else { format!(", with {}", bindings.join(", ")) };
            for line in wrap(&format!("closest: {when}{bindings}"), PAGE_WIDTH - indent.len()) {
                writeln!(out, "{indent}{line}")?;
            }
            if let Some(event) = closest.event.filter(|event| near.matched_events.last() != Some(event)) {
                self.write_event(event, sentences, indent, out)?;
            }
            for shortfall in closest.unmet.iter().flat_map(|condition| &condition.shortfalls) {
                for (nth, line) in wrap(&format_shortfall(shortfall), PAGE_WIDTH - indent.len() - 4).iter().enumerate() {
                    writeln!(out, "{indent}  {} {line}", if nth == 0 { "-" } else { " " })?;
                }
            }
        }
        Ok(())
    }

    pub fn near_to_json(&self, near: &WhyNotReport, sentences: &BTreeMap<EventId, String>) -> Value {
        let agents = &self.chronicle().agents;
        let event = |id: &EventId| json!({ "event": id.0, "sentence": sentences.get(id) });
        let shortfall =
            |shortfall: &Shortfall| json!({ "text": shortfall.text, "was": shortfall.actual, "needs": shortfall.required });
        let closest = near.closest.as_ref().map(|closest| {
            let bound: serde_json::Map<String, Value> =
                closest.bindings.iter().map(|(name, agent)| (name.clone(), agents.display_name(*agent).into())).collect();
            let lacks = closest.unmet.iter().map(|unmet| {
                let shortfalls: Value = unmet.shortfalls.iter().map(shortfall).collect();
                json!({ "condition": unmet.text, "otherwise": shortfalls })
            });
            json!({
                "at": self.symbols.civil_time(closest.at), "bound": bound, "event": closest.event.as_ref().map(event),
                "lacks": lacks.collect::<Value>(),
            })
        });
        let tally =
            |tally: &ConditionTally| json!({ "condition": tally.text, "failed": tally.failed, "alone": tally.failed_alone });
        json!({
            "id": near.id,
            "looked": near.checked,
            "every_seconds": near.step_seconds,
            "came": near.occurrences.iter().map(|event| event.0).collect::<Value>(),
            "parts": { "met": near.parts.0, "of": near.parts.1 },
            "so_far": near.matched_events.iter().map(event).collect::<Value>(),
            "ready": near.all_met,
            "failed": near.tallies.iter().map(tally).collect::<Value>(),
            "closest": closest,
            "notes": near.notes,
        })
    }
}
