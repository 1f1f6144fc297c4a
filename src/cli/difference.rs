//! Prints the difference between two runs: a summary first, then the lists.

use std::io::{self, Write};

use super::palette::{BEAT, FAINT, STRONG};
use super::text::PAGE_WIDTH;
use longhand_analysis::what_if::{
    AgentDiff, BeatDiff, ChangedEvent, Divergence, DivergenceReason, EventGroup, NarratedEvent, RunDiff,
};
use longhand_chronicle::format_number;
use longhand_narrative::dates::format_written;
use longhand_narrative::{grammar, wrap};

/// Maximum length of each list, unless all of it is requested.
const MAX_ITEMS: usize = 8;
/// Maximum number of events shown of a causal chain.
const MAX_CHAIN: usize = 6;
/// Maximum characters of a sentence in a list. The full sentence is printed where the runs diverge, and in the JSON.
const MAX_SENTENCE: usize = 150;

/// A report of the difference between two runs.
pub(super) struct DifferencePage<'a> {
    pub(super) difference: &'a RunDiff,
    /// Names of the two runs.
    pub(super) names: (&'a str, &'a str),
    /// Whether lists are printed in full.
    pub(super) all: bool,
}

impl DifferencePage<'_> {
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(divergence) = &self.difference.divergence else {
            writeln!(out, "No difference: the {} events are identical.", self.difference.first.events)?;
            self.write_final_states(out)?;
            return self.write_declarations(out);
        };
        self.write_summary(out)?;
        self.write_divergence(divergence, out)?;
        self.write_beats(out)?;
        let RunDiff { vanished, new, frequency_changed, moved, .. } = self.difference;
        self.write_groups("Events that no longer happen", vanished, &|_| String::new(), out)?;
        self.write_groups("New events", new, &|_| String::new(), out)?;
        self.write_groups("Events at another time", moved, &|group| group.delay_s.map_or_else(String::new, format_shift), out)?;
        self.write_groups(
            "More or less often",
            frequency_changed,
            &|group| format!("{} times instead of {}", group.counts.1, group.counts.0),
            out,
        )?;
        self.write_final_states(out)?;
        self.write_declarations(out)
    }

    /// A date of the report for display.
    fn date(&self, written: &str) -> String {
        format_written(&self.difference.calendar, written)
    }

    /// What only one of the two scenes declares, by what it is.
    fn write_declarations(&self, out: &mut dyn Write) -> io::Result<()> {
        let RunDiff { only_in_first, only_in_second, .. } = self.difference;
        if only_in_first.is_empty() && only_in_second.is_empty() {
            return Ok(());
        }
        write_heading(out, "In one scene only")?;
        for (name, declarations) in [(self.names.0, only_in_first), (self.names.1, only_in_second)] {
            for same_kind in declarations.chunk_by(|a, b| a.what == b.what) {
                let shown = if self.all { same_kind.len() } else { MAX_ITEMS };
                let mut ids: Vec<&str> = same_kind.iter().take(shown).map(|only| only.id.as_str()).collect();
                let more = format!("{} more (--all)", same_kind.len().saturating_sub(shown));
                if same_kind.len() > shown {
                    ids.push(&more);
                }
                write_paragraph(out, "  ", &format!("only in {name}: {} {}", same_kind[0].what, ids.join(", ")))?;
            }
        }
        Ok(())
    }

    /// A summary of a few lines.
    fn write_summary(&self, out: &mut dyn Write) -> io::Result<()> {
        let RunDiff { beats, final_states: ends, first, second, .. } = self.difference;
        let ids_where = |predicate: &dyn Fn(&BeatDiff) -> bool| {
            grammar::list(&beats.iter().filter(|beat| predicate(beat)).map(|beat| beat.id.clone()).collect::<Vec<_>>())
        };
        let is_moved = |beat: &BeatDiff| beat.delay_s.is_some_and(|later| later.abs() >= 86_400.0);
        let mut text = Vec::new();
        for (list, label) in [
            (ids_where(&BeatDiff::is_lost), "Beats lost: "),
            (ids_where(&BeatDiff::is_gained), "Beats gained: "),
            (ids_where(&is_moved), "Beats on another day: "),
        ] {
            if !list.is_empty() {
                text.push(format!("{label}{list}."));
            }
        }
        if text.is_empty() && !beats.is_empty() {
            text.push("Every beat has the same outcome.".to_owned());
        }
        let largest_change = |end: &AgentDiff| end.facts.first().map_or(0.0, |fact| fact.share);
        let changed_agents: Vec<String> =
            ends.iter().filter(|end| largest_change(end) >= 0.25).map(|end| end.short_name.clone()).collect();
        text.push(match changed_agents.is_empty() {
            true => "No agent's final state differs much.".to_owned(),
            false => format!("The final state differs for {}.", grammar::list(&changed_agents)),
        });
        if first.ended != second.ended {
            text.push(format!("The run ends on {} instead of {}.", self.date(&second.ended), self.date(&first.ended)));
        }
        write_paragraph(out, "", &text.join(" "))
    }

    fn write_divergence(&self, divergence: &Divergence, out: &mut dyn Write) -> io::Result<()> {
        write_heading(out, "Divergence")?;
        let Divergence { common_prefix, intervention, only_first, only_second, reasons, changed } = divergence;
        writeln!(out, "  {FAINT}after {} in common{FAINT:#}", grammar::counted(*common_prefix as f64, "event"))?;
        if let Some(intervention) = intervention {
            self.write_event(intervention, "", out)?;
        }
        for (event, name) in [(only_first, self.names.0), (only_second, self.names.1)] {
            if let Some(event) = event {
                self.write_event(event, name, out)?;
            }
        }
        if only_first.is_none() && only_second.is_none() {
            let others = if intervention.is_some() { "other " } else { "" };
            write_paragraph(out, "  ", &format!("No {others}event is missing, new or at another time."))?;
        }
        if let Some(ChangedEvent { event, facts }) = changed {
            writeln!(out, "  the first one that changes other facts")?;
            self.write_event(event, "", out)?;
            for fact in facts.iter().take(if self.all { facts.len() } else { MAX_ITEMS }) {
                write_paragraph(out, "    ", &format!("– {}.", fact.describe()))?;
            }
        }
        if !reasons.is_empty() {
            writeln!(out, "  why")?;
        }
        reasons.iter().try_for_each(|reason| self.write_reason(reason, out))
    }

    fn write_reason(&self, reason: &DivergenceReason, out: &mut dyn Write) -> io::Result<()> {
        let Some(text) = reason.describe(&self.difference.calendar) else {
            let DivergenceReason::Chain(chain) = reason else { return Ok(()) };
            return self.write_chain(chain, "    ", out);
        };
        // A reason may end with the sentence of an event.
        let stop = if text.ends_with(['.', '!', '?', '…', '”']) { "" } else { "." };
        write_paragraph(out, "    ", &format!("– {text}{stop}"))
    }

    /// Writes the first and the last events of a causal chain.
    fn write_chain(&self, chain: &[NarratedEvent], indent: &str, out: &mut dyn Write) -> io::Result<()> {
        let (head, tail) = if chain.len() > MAX_CHAIN { (MAX_CHAIN - 2, 2) } else { (chain.len(), 0) };
        for (nth, event) in chain.iter().enumerate() {
            if nth >= head && nth + tail < chain.len() {
                if nth == head {
                    writeln!(
                        out,
                        "{indent}{FAINT}  … {} between …{FAINT:#}",
                        grammar::counted((chain.len() - head - tail) as f64, "event")
                    )?;
                }
                continue;
            }
            let preposition = if nth == 0 { "from" } else { "to" };
            write_paragraph(
                out,
                indent,
                &format!("{preposition} {}: {} [{}]", self.date(&event.at), self.clip(&event.sentence), event.event),
            )?;
        }
        Ok(())
    }

    /// The beginning of a long sentence, cut after a word.
    fn clip(&self, sentence: &str) -> String {
        match sentence.char_indices().nth(MAX_SENTENCE) {
            Some((end, _)) if !self.all => {
                let start = sentence[..end].rsplit_once(' ').map_or(&sentence[..end], |(start, _)| start);
                format!("{} …", start.trim_end_matches([',', ';', ':', '.']))
            }
            _ => sentence.to_owned(),
        }
    }

    fn write_event(&self, event: &NarratedEvent, name: &str, out: &mut dyn Write) -> io::Result<()> {
        let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
        write_paragraph(out, "  ", &format!("{name}{}. {} [{}]", self.date(&event.at), event.sentence, event.event))
    }

    fn write_beats(&self, out: &mut dyn Write) -> io::Result<()> {
        let changed =
            |beat: &&BeatDiff| beat.is_lost() || beat.is_gained() || beat.delay_s.is_some_and(|later| later.abs() >= 60.0);
        let beats: Vec<&BeatDiff> = self.difference.beats.iter().filter(changed).collect();
        if beats.is_empty() {
            return Ok(());
        }
        write_heading(out, "Beats")?;
        for beat in beats {
            let text = match (&beat.first, &beat.second, beat.delay_s) {
                (Some(first), Some(second), Some(shift)) => {
                    format!("{}, {} ({} before)", format_shift(shift), self.date(second), self.date(first))
                }
                (Some(first), ..) => format!("lost ({} before)", self.date(first)),
                (None, Some(second), _) => format!("gained on {}", self.date(second)),
                (None, None, _) => continue,
            };
            writeln!(out, "  {BEAT}{}{BEAT:#} {}: {text}", beat.id, beat.title)?;
            if let [from, .., before, _] | [from @ before, _] = beat.chain.as_slice() {
                let steps = grammar::counted((beat.chain.len() - 1) as f64, "step");
                let text = format!("caused by this, {steps} from [{}]: {}", from.event, self.clip(&before.sentence));
                write_paragraph(out, "      ", &text)?;
            }
        }
        let same = self.difference.beats.iter().filter(|beat| beat.first.is_some() && !changed(beat)).count();
        if same > 0 {
            writeln!(out, "  {FAINT}{} unchanged{FAINT:#}", grammar::counted(same as f64, "other beat"))?;
        }
        Ok(())
    }

    fn write_groups(
        &self,
        title: &str,
        groups: &[EventGroup],
        aside: &dyn Fn(&EventGroup) -> String,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        if groups.is_empty() {
            return Ok(());
        }
        write_heading(out, title)?;
        let shown = if self.all { groups.len() } else { MAX_ITEMS };
        for group in groups.iter().take(shown) {
            let (first, second) = group.counts;
            let mut aside = aside(group);
            if aside.is_empty() && first.max(second) > 1 {
                aside = format!("the first of {}", first.max(second));
            }
            let aside = if aside.is_empty() { aside } else { format!(" ({aside})") };
            write_paragraph(
                out,
                "  ",
                &format!("{}: {}{aside}", self.date(&group.example.at), self.clip(&group.example.sentence)),
            )?;
        }
        write_more(groups.len(), shown, out)
    }

    fn write_final_states(&self, out: &mut dyn Write) -> io::Result<()> {
        let RunDiff { final_states: ends, measures, .. } = self.difference;
        if !ends.is_empty() {
            write_heading(out, "Final states")?;
        }
        for end in ends {
            let shown = if self.all { end.facts.len() } else { MAX_ITEMS };
            let fact = |fact: &longhand_analysis::what_if::FactDiff| {
                format!("{} {} instead of {}", fact.fact, fact.values.1, fact.values.0)
            };
            let mut facts: Vec<String> = end.facts.iter().take(shown).map(fact).collect();
            if end.facts.len() > shown {
                facts.push(format!("and {} more", end.facts.len() - shown));
            }
            write_paragraph(out, "  ", &format!("{}: {}", end.short_name, facts.join(", ")))?;
        }
        if !measures.is_empty() {
            write_heading(out, "Measures")?;
        }
        let value = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), format_number);
        for measure in measures {
            writeln!(out, "  {}: {} instead of {}", measure.id, value(measure.second), value(measure.first))?;
        }
        Ok(())
    }
}

fn write_more(all: usize, shown: usize, out: &mut dyn Write) -> io::Result<()> {
    if all > shown { writeln!(out, "  {FAINT}and {} more (--all){FAINT:#}", all - shown) } else { Ok(()) }
}

fn write_heading(out: &mut dyn Write, title: &str) -> io::Result<()> {
    writeln!(out, "\n{STRONG}{title}{STRONG:#}")
}

/// Writes a paragraph with a hanging indent.
fn write_paragraph(out: &mut dyn Write, indent: &str, text: &str) -> io::Result<()> {
    for (nth, line) in wrap(text, PAGE_WIDTH.saturating_sub(indent.len() + 2)).iter().enumerate() {
        let hanging = if nth > 0 && !indent.is_empty() { "  " } else { "" };
        writeln!(out, "{indent}{hanging}{line}")?;
    }
    Ok(())
}

/// `twelve days later`
fn format_shift(seconds: f64) -> String {
    format!("{} {}", grammar::duration(seconds.abs()), if seconds < 0.0 { "earlier" } else { "later" })
}
