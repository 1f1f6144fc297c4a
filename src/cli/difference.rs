//! What is otherwise in one life than in another, in words: the short of it first, then the lists.

use std::io::{self, Write};

use super::ask::{FAINT, STRONG, WIDTH};
use super::terminal::BEAT;
use crate::chronicle::number;
use crate::lab::what_if::{AgentEnd, BeatPair, Difference, Group, Parting, Reason, Told};
use crate::story::dates::civil as date;
use crate::story::{grammar, wrap};

/// How much of each list is shown, unless all of it is asked for.
const SHOWN: usize = 8;
/// Steps of a chain that are shown.
const LINKS: usize = 6;
/// Characters of a sentence in a list; the whole of it stands where the lives part, and in the JSON.
const LISTED: usize = 150;

/// A page about the difference of two lives.
pub(super) struct Page<'a> {
    pub(super) difference: &'a Difference,
    /// What the two lives are called.
    pub(super) names: (&'a str, &'a str),
    /// Whether lists are shown whole.
    pub(super) all: bool,
}

impl Page<'_> {
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(parting) = &self.difference.parting else {
            writeln!(out, "Nothing is otherwise: the same {} events, to the letter.", self.difference.first.events)?;
            return self.ends(out);
        };
        self.short(out)?;
        self.parting(parting, out)?;
        self.beats(out)?;
        let Difference { vanished, new, oftener, moved, .. } = self.difference;
        self.groups("What does not happen any more", vanished, &|_| String::new(), out)?;
        self.groups("What is new", new, &|_| String::new(), out)?;
        self.groups("What moved", moved, &|group| group.later_s.map_or_else(String::new, later), out)?;
        self.groups(
            "More or less often",
            oftener,
            &|group| format!("{} times instead of {}", group.times.1, group.times.0),
            out,
        )?;
        self.ends(out)
    }

    /// The answer in a few lines.
    fn short(&self, out: &mut dyn Write) -> io::Result<()> {
        let Difference { beats, ends, first, second, .. } = self.difference;
        let of = |is: &dyn Fn(&BeatPair) -> bool| {
            grammar::list(&beats.iter().filter(|beat| is(beat)).map(|beat| beat.id.clone()).collect::<Vec<_>>())
        };
        let moved = |beat: &BeatPair| beat.later_s.is_some_and(|later| later.abs() >= 86_400.0);
        let mut said = Vec::new();
        for (list, lead) in [
            (of(&BeatPair::is_lost), "These beats do not come any more: "),
            (of(&BeatPair::is_gained), "These come that did not: "),
            (of(&moved), "These come on another day: "),
        ] {
            if !list.is_empty() {
                said.push(format!("{lead}{list}."));
            }
        }
        if said.is_empty() && !beats.is_empty() {
            said.push("Every beat comes as it did, or fails to come as it did.".to_owned());
        }
        let most = |end: &AgentEnd| end.facts.first().map_or(0.0, |fact| fact.share);
        let whose: Vec<String> = ends.iter().filter(|end| most(end) >= 0.25).map(|end| end.called.clone()).collect();
        said.push(match whose.is_empty() {
            true => "Nobody's end is much another.".to_owned(),
            false => format!("The end is another for {}.", grammar::list(&whose)),
        });
        if first.ended != second.ended {
            said.push(format!("It ends on {} instead of {}.", date(&second.ended), date(&first.ended)));
        }
        paragraph(out, "", &said.join(" "))
    }

    fn parting(&self, parting: &Parting, out: &mut dyn Write) -> io::Result<()> {
        heading(out, "Where they part")?;
        let Parting { alike, outside, only_first, only_second, why } = parting;
        writeln!(out, "  {FAINT}after {} that are the same{FAINT:#}", grammar::counted(*alike as f64, "event"))?;
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
        let Some(said) = reason.said() else {
            let Reason::Chain(chain) = reason else { return Ok(()) };
            return self.chain(chain, "    ", out);
        };
        paragraph(out, "    ", &format!("– {said}."))
    }

    /// The events that lead somewhere, the first and the last of them.
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

    /// The beginning of a long sentence, up to a word.
    fn clipped(&self, sentence: &str) -> String {
        match sentence.char_indices().nth(LISTED) {
            Some((end, _)) if !self.all => {
                let kept = sentence[..end].rsplit_once(' ').map_or(&sentence[..end], |(kept, _)| kept);
                format!("{} …", kept.trim_end_matches([',', ';', ':', '.']))
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
            let said = match (&beat.first, &beat.second, beat.later_s) {
                (Some(first), Some(second), Some(apart)) => {
                    format!("{}, {} ({} before)", later(apart), date(second), date(first))
                }
                (Some(first), ..) => format!("does not come ({} before)", date(first)),
                (None, Some(second), _) => format!("comes on {}, and did not before", date(second)),
                (None, None, _) => continue,
            };
            writeln!(out, "  {BEAT}{}{BEAT:#} {}: {said}", beat.id, beat.title)?;
            if let [from, .., before, _] | [from @ before, _] = beat.chain.as_slice() {
                let links = grammar::counted((beat.chain.len() - 1) as f64, "step");
                let text = format!("it hangs on this, {links} from [{}]: {}", from.event, self.clipped(&before.sentence));
                paragraph(out, "      ", &text)?;
            }
        }
        let same = self.difference.beats.iter().filter(|beat| beat.first.is_some() && !changed(beat)).count();
        if same > 0 {
            writeln!(out, "  {FAINT}{} come as they did{FAINT:#}", grammar::counted(same as f64, "other beat"))?;
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
            heading(out, "Whose end is another")?;
        }
        for end in ends {
            let shown = if self.all { end.facts.len() } else { SHOWN };
            let fact =
                |fact: &crate::lab::what_if::FactEnd| format!("{} {} instead of {}", fact.fact, fact.values.1, fact.values.0);
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

/// A paragraph, whose further lines stand a little to the right of its first.
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
