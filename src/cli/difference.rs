//! Prints the difference between two runs: a summary first, then the lists.

use std::io::{self, Write};

use super::ask::{FAINT, STRONG, WIDTH};
use super::terminal::BEAT;
use longhand_analysis::what_if::{AgentEnd, BeatPair, Difference, Group, Parting, Reason, Told};
use longhand_chronicle::number;
use longhand_narrative::dates::civil as date;
use longhand_narrative::{grammar, wrap};

/// Maximum length of each list, unless all of it is requested.
const SHOWN: usize = 8;
/// Maximum number of events shown of a causal chain.
const LINKS: usize = 6;
/// Maximum characters of a sentence in a list. The full sentence is printed where the runs diverge, and in the JSON.
const LISTED: usize = 150;

/// A report of the difference between two runs.
pub(super) struct Page<'a> {
    pub(super) difference: &'a Difference,
    /// Names of the two runs.
    pub(super) names: (&'a str, &'a str),
    /// Whether lists are printed in full.
    pub(super) all: bool,
}

impl Page<'_> {
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(parting) = &self.difference.parting else {
            writeln!(out, "No difference: the {} events are identical.", self.difference.first.events)?;
            return self.ends(out);
        };
        self.short(out)?;
        self.parting(parting, out)?;
        self.beats(out)?;
        let Difference { vanished, new, oftener, moved, .. } = self.difference;
        self.groups("Events that no longer happen", vanished, &|_| String::new(), out)?;
        self.groups("New events", new, &|_| String::new(), out)?;
        self.groups("Events at another time", moved, &|group| group.later_s.map_or_else(String::new, later), out)?;
        self.groups(
            "More or less often",
            oftener,
            &|group| format!("{} times instead of {}", group.times.1, group.times.0),
            out,
        )?;
        self.ends(out)
    }

    /// A summary of a few lines.
    fn short(&self, out: &mut dyn Write) -> io::Result<()> {
        let Difference { beats, ends, first, second, .. } = self.difference;
        let of = |is: &dyn Fn(&BeatPair) -> bool| {
            grammar::list(&beats.iter().filter(|beat| is(beat)).map(|beat| beat.id.clone()).collect::<Vec<_>>())
        };
        let moved = |beat: &BeatPair| beat.later_s.is_some_and(|later| later.abs() >= 86_400.0);
        let mut text = Vec::new();
        for (list, lead) in [
            (of(&BeatPair::is_lost), "Beats lost: "),
            (of(&BeatPair::is_gained), "Beats gained: "),
            (of(&moved), "Beats on another day: "),
        ] {
            if !list.is_empty() {
                text.push(format!("{lead}{list}."));
            }
        }
        if text.is_empty() && !beats.is_empty() {
            text.push("Every beat has the same outcome.".to_owned());
        }
        let most = |end: &AgentEnd| end.facts.first().map_or(0.0, |fact| fact.share);
        let whose: Vec<String> = ends.iter().filter(|end| most(end) >= 0.25).map(|end| end.called.clone()).collect();
        text.push(match whose.is_empty() {
            true => "No agent's final state differs much.".to_owned(),
            false => format!("The final state differs for {}.", grammar::list(&whose)),
        });
        if first.ended != second.ended {
            text.push(format!("The run ends on {} instead of {}.", date(&second.ended), date(&first.ended)));
        }
        paragraph(out, "", &text.join(" "))
    }

    fn parting(&self, parting: &Parting, out: &mut dyn Write) -> io::Result<()> {
        heading(out, "Divergence")?;
        let Parting { alike, outside, only_first, only_second, why } = parting;
        writeln!(out, "  {FAINT}after {} in common{FAINT:#}", grammar::counted(*alike as f64, "event"))?;
        if let Some(outside) = outside {
            self.event(outside, "", out)?;
        }
        for (event, name) in [(only_first, self.names.0), (only_second, self.names.1)] {
            if let Some(event) = event {
                self.event(event, name, out)?;
            }
        }
        if !why.is_empty() {
            writeln!(out, "  why")?;
        }
        why.iter().try_for_each(|reason| self.reason(reason, out))
    }

    fn reason(&self, reason: &Reason, out: &mut dyn Write) -> io::Result<()> {
        let Some(text) = reason.said() else {
            let Reason::Chain(chain) = reason else { return Ok(()) };
            return self.chain(chain, "    ", out);
        };
        paragraph(out, "    ", &format!("– {text}."))
    }

    /// Writes the first and the last events of a causal chain.
    fn chain(&self, chain: &[Told], indent: &str, out: &mut dyn Write) -> io::Result<()> {
        let (head, tail) = if chain.len() > LINKS { (LINKS - 2, 2) } else { (chain.len(), 0) };
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
            let lead = if nth == 0 { "from" } else { "to" };
            paragraph(out, indent, &format!("{lead} {}: {} [{}]", date(&event.at), self.clipped(&event.sentence), event.event))?;
        }
        Ok(())
    }

    /// The beginning of a long sentence, cut after a word.
    fn clipped(&self, sentence: &str) -> String {
        match sentence.char_indices().nth(LISTED) {
            Some((end, _)) if !self.all => {
                let start = sentence[..end].rsplit_once(' ').map_or(&sentence[..end], |(start, _)| start);
                format!("{} …", start.trim_end_matches([',', ';', ':', '.']))
            }
            _ => sentence.to_owned(),
        }
    }

    fn event(&self, event: &Told, name: &str, out: &mut dyn Write) -> io::Result<()> {
        let name = if name.is_empty() { String::new() } else { format!("{name}: ") };
        paragraph(out, "  ", &format!("{name}{}. {} [{}]", date(&event.at), event.sentence, event.event))
    }

    fn beats(&self, out: &mut dyn Write) -> io::Result<()> {
        let changed =
            |beat: &&BeatPair| beat.is_lost() || beat.is_gained() || beat.later_s.is_some_and(|later| later.abs() >= 60.0);
        let beats: Vec<&BeatPair> = self.difference.beats.iter().filter(changed).collect();
        if beats.is_empty() {
            return Ok(());
        }
        heading(out, "Beats")?;
        for beat in beats {
            let text = match (&beat.first, &beat.second, beat.later_s) {
                (Some(first), Some(second), Some(apart)) => {
                    format!("{}, {} ({} before)", later(apart), date(second), date(first))
                }
                (Some(first), ..) => format!("lost ({} before)", date(first)),
                (None, Some(second), _) => format!("gained on {}", date(second)),
                (None, None, _) => continue,
            };
            writeln!(out, "  {BEAT}{}{BEAT:#} {}: {text}", beat.id, beat.title)?;
            if let [from, .., before, _] | [from @ before, _] = beat.chain.as_slice() {
                let links = grammar::counted((beat.chain.len() - 1) as f64, "step");
                let text = format!("caused by this, {links} from [{}]: {}", from.event, self.clipped(&before.sentence));
                paragraph(out, "      ", &text)?;
            }
        }
        let same = self.difference.beats.iter().filter(|beat| beat.first.is_some() && !changed(beat)).count();
        if same > 0 {
            writeln!(out, "  {FAINT}{} unchanged{FAINT:#}", grammar::counted(same as f64, "other beat"))?;
        }
        Ok(())
    }

    fn groups(&self, title: &str, groups: &[Group], aside: &dyn Fn(&Group) -> String, out: &mut dyn Write) -> io::Result<()> {
        if groups.is_empty() {
            return Ok(());
        }
        heading(out, title)?;
        let shown = if self.all { groups.len() } else { SHOWN };
        for group in groups.iter().take(shown) {
            let (one, other) = group.times;
            let mut aside = aside(group);
            if aside.is_empty() && one.max(other) > 1 {
                aside = format!("the first of {}", one.max(other));
            }
            let aside = if aside.is_empty() { aside } else { format!(" ({aside})") };
            paragraph(out, "  ", &format!("{}: {}{aside}", date(&group.told.at), self.clipped(&group.told.sentence)))?;
        }
        more(groups.len(), shown, out)
    }

    fn ends(&self, out: &mut dyn Write) -> io::Result<()> {
        let Difference { ends, measures, .. } = self.difference;
        if !ends.is_empty() {
            heading(out, "Final states")?;
        }
        for end in ends {
            let shown = if self.all { end.facts.len() } else { SHOWN };
            let fact = |fact: &longhand_analysis::what_if::FactEnd| {
                format!("{} {} instead of {}", fact.fact, fact.values.1, fact.values.0)
            };
            let mut facts: Vec<String> = end.facts.iter().take(shown).map(fact).collect();
            if end.facts.len() > shown {
                facts.push(format!("and {} more", end.facts.len() - shown));
            }
            paragraph(out, "  ", &format!("{}: {}", end.called, facts.join(", ")))?;
        }
        if !measures.is_empty() {
            heading(out, "Measures")?;
        }
        let value = |value: Option<f64>| value.map_or_else(|| "none".to_owned(), number);
        for measure in measures {
            writeln!(out, "  {}: {} instead of {}", measure.id, value(measure.second), value(measure.first))?;
        }
        Ok(())
    }
}

fn more(all: usize, shown: usize, out: &mut dyn Write) -> io::Result<()> {
    if all > shown { writeln!(out, "  {FAINT}and {} more (--all){FAINT:#}", all - shown) } else { Ok(()) }
}

fn heading(out: &mut dyn Write, title: &str) -> io::Result<()> {
    writeln!(out, "\n{STRONG}{title}{STRONG:#}")
}

/// Writes a paragraph with a hanging indent.
fn paragraph(out: &mut dyn Write, indent: &str, text: &str) -> io::Result<()> {
    for (nth, line) in wrap(text, WIDTH.saturating_sub(indent.len() + 2)).iter().enumerate() {
        let further = if nth > 0 && !indent.is_empty() { "  " } else { "" };
        writeln!(out, "{indent}{further}{line}")?;
    }
    Ok(())
}

/// `twelve days later`
fn later(seconds: f64) -> String {
    format!("{} {}", grammar::duration(seconds.abs()), if seconds < 0.0 { "earlier" } else { "later" })
}
