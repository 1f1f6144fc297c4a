//! Shared by `sift` and `why-not`: a recorded story or a scene simulated first, loaded with the library of themes, and the
//! output of near misses.

use super::args::LifeArgs;
use super::ask::{self, AskError, FAINT, WIDTH};
use super::beats::is_story;
use super::exit::Failure;
use super::life::Life;
use super::source::{of_a_story, to_its_end};
use super::terminal;
use longhand_chronicle::{Chronicle, Legend, Story};
use longhand_expr::Shortfall;
use longhand_expr::ids::{AgentId, EventId, Instant};
use longhand_narrative::{Record, TROPES, WhyNot, say_shortfall, wrap};
use longhand_scene::{Loaded, Scenario};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

/// Maximum number of failed conditions printed.
const FEW_TALLIES: usize = 12;

/// A run with its scenario.
pub(super) struct Sifting {
    pub scenario: Arc<Scenario>,
    pub legend: Legend,
    pub seed: u64,
    /// The end of the run, or the last recorded instant.
    pub end: Instant,
    lived: Lived,
}

enum Lived {
    Recorded(Box<Story>),
    Now(Box<Chronicle>),
}

impl Sifting {
    /// Reads a story, or simulates a scene to its end.
    pub fn of(path: &Path, life: &LifeArgs) -> Result<Self, Failure> {
        if is_story(path)? {
            of_a_story(life)?;
            let story = ask::story(path, None).map_err(AskError::from)?;
            let scenario = Arc::new(story.scenario_with(&[TROPES]).map_err(AskError::from)?);
            let (seed, end) = (story.head.seed, ask::end(&story));
            return Ok(Self { legend: Legend::of(&scenario), scenario, seed, end, lived: Lived::Recorded(Box::new(story)) });
        }
        let fancy = terminal::fancy();
        let loaded = longhand_scene::load_with(path, &[TROPES], &life.set);
        let Loaded { scenario, .. } = loaded.map_err(|problems| Failure::Said(problems.render(fancy)))?;
        let life = Life::of_scenario(scenario, life)?;
        let run = to_its_end(&life)?;
        let end = run.simulation().now();
        let lived = Lived::Now(Box::new(run.chronicle().clone()));
        Ok(Self { legend: Legend::of(&life.scenario), scenario: life.scenario, seed: life.seed, end, lived })
    }

    pub fn chronicle(&self) -> &Chronicle {
        match &self.lived {
            Lived::Recorded(story) => &story.chronicle,
            Lived::Now(chronicle) => chronicle,
        }
    }

    pub fn record(&self) -> Record<'_> {
        Record::new(&self.scenario, self.chronicle(), self.seed)
    }

    /// Narrates some events.
    pub fn sentences(&self, events: &BTreeSet<EventId>) -> BTreeMap<EventId, String> {
        ask::told(&self.scenario, self.seed, self.chronicle(), events)
    }

    /// `x is Ann, y is Ben`
    pub fn people(&self, variables: &[String], bound: &[AgentId]) -> String {
        let directory = &self.chronicle().directory;
        let bound = variables.iter().zip(bound).filter(|(_, agent)| agent.is_some());
        let said: Vec<String> = bound.map(|(name, agent)| format!("{name} is {}", directory.called(*agent))).collect();
        said.join(", ")
    }

    /// `#12  Sat 1 Mar 2025, 12:00  Ann confides in Ben.`
    pub fn write_event(
        &self,
        event: EventId,
        sentences: &BTreeMap<EventId, String>,
        indent: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        let at = self.chronicle().event(event).map_or_else(String::new, |event| ask::date(&self.legend, event.at));
        let head = format!("#{}  {at}  ", event.0);
        let sentence = sentences.get(&event).map_or("", String::as_str);
        let room = WIDTH.saturating_sub(indent.len() + head.chars().count()).max(30);
        for (nth, line) in wrap(sentence, room).iter().enumerate() {
            match nth {
                0 => writeln!(out, "{indent}{FAINT}{head}{FAINT:#}{line}")?,
                _ => writeln!(out, "{indent}{:width$}{line}", "", width = head.chars().count())?,
            }
        }
        Ok(())
    }

    /// Writes how far something came, how often each condition failed, and the closest binding.
    pub fn write_near(
        &self,
        near: &WhyNot,
        sentences: &BTreeMap<EventId, String>,
        indent: &str,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if near.parts.1 > 0 {
            let (met, of) = near.parts;
            writeln!(out, "{indent}{FAINT}{met} of {of} parts matched{FAINT:#}")?;
        }
        for event in &near.so_far {
            self.write_event(*event, sentences, indent, out)?;
        }
        for note in &near.notes {
            for line in wrap(note, WIDTH - indent.len()) {
                writeln!(out, "{indent}{FAINT}{line}{FAINT:#}")?;
            }
        }
        if near.looked > 1 {
            let what = match near.every > 0.0 {
                true => format!("checked {} times, every {} minutes", near.looked, near.every / 60.0),
                false => format!("checked {} events", near.looked),
            };
            writeln!(out, "{indent}{FAINT}{what}; failures, and failures of this condition alone:{FAINT:#}")?;
            for tally in near.tallies.iter().take(FEW_TALLIES) {
                let room = WIDTH.saturating_sub(indent.len() + 18);
                for (nth, line) in wrap(&tally.text, room).iter().enumerate() {
                    match nth {
                        0 => writeln!(out, "{indent}{:>8} {:>7}  {line}", tally.failed, tally.alone)?,
                        _ => writeln!(out, "{indent}{:18}{line}", "")?,
                    }
                }
            }
        }
        if let Some(closest) = &near.closest {
            let when = ask::date(&self.legend, closest.at);
            let directory = &self.chronicle().directory;
            let who: Vec<String> =
                closest.bound.iter().map(|(name, agent)| format!("{name} {}", directory.called(*agent))).collect();
            let who = if who.is_empty() { String::new() } else { format!(", with {}", who.join(", ")) };
            for line in wrap(&format!("closest: {when}{who}"), WIDTH - indent.len()) {
                writeln!(out, "{indent}{line}")?;
            }
            if let Some(event) = closest.event.filter(|event| near.so_far.last() != Some(event)) {
                self.write_event(event, sentences, indent, out)?;
            }
            for shortfall in closest.lacks.iter().flat_map(|lack| &lack.shortfalls) {
                for (nth, line) in wrap(&say_shortfall(shortfall), WIDTH - indent.len() - 4).iter().enumerate() {
                    writeln!(out, "{indent}  {} {line}", if nth == 0 { "-" } else { " " })?;
                }
            }
        }
        Ok(())
    }

    pub fn near_json(&self, near: &WhyNot, sentences: &BTreeMap<EventId, String>) -> Value {
        let directory = &self.chronicle().directory;
        let event = |id: &EventId| json!({ "event": id.0, "sentence": sentences.get(id) });
        let shortfall = |one: &Shortfall| json!({ "text": one.text, "was": one.was, "needs": one.needs });
        let closest = near.closest.as_ref().map(|closest| {
            let bound: serde_json::Map<String, Value> =
                closest.bound.iter().map(|(name, agent)| (name.clone(), directory.called(*agent).into())).collect();
            let lacks = closest.lacks.iter().map(
                |lack| json!({ "condition": lack.text, "otherwise": lack.shortfalls.iter().map(shortfall).collect::<Value>() }),
            );
            json!({
                "at": self.legend.civil(closest.at), "bound": bound, "event": closest.event.as_ref().map(event),
                "lacks": lacks.collect::<Value>(),
            })
        });
        let tally = |one: &longhand_narrative::Tally| json!({ "condition": one.text, "failed": one.failed, "alone": one.alone });
        json!({
            "id": near.id,
            "looked": near.looked,
            "every_seconds": near.every,
            "came": near.came.iter().map(|event| event.0).collect::<Value>(),
            "parts": { "met": near.parts.0, "of": near.parts.1 },
            "so_far": near.so_far.iter().map(event).collect::<Value>(),
            "ready": near.ready,
            "failed": near.tallies.iter().map(tally).collect::<Value>(),
            "closest": closest,
            "notes": near.notes,
        })
    }
}
