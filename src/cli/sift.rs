//! `longhand sift`: the themes and patterns found in a story, each with its evidence, and near misses of the others.

use super::args::SiftArgs;
use super::ask::{self, FAINT, STRONG, WIDTH};
use super::exit::{Exit, Failure};
use super::sifting::Sifting;
use super::terminal;
use longhand_expr::ids::EventId;
use longhand_expr::nearest;
use longhand_narrative::{Match, Sifted, Watched, WhyNot, near, sift, wrap};
use longhand_scene::Pattern;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Maximum number of matches printed for a pattern that was not requested by id.
const FEW: usize = 2;
/// Maximum number of events printed for a match.
const FEW_EVENTS: usize = 12;

pub(crate) fn sift_story(args: &SiftArgs) -> Result<Exit, Failure> {
    let sifting = Sifting::of(&args.file, &args.life)?;
    let record = sifting.record();
    let sifted = sift(&record, sifting.end);
    let wanted = wanted(&sifting, &args.pattern)?;
    let nears: BTreeMap<Watched, WhyNot> = match args.near {
        true => {
            let missing = wanted.iter().filter(|of| sifted.of(**of).next().is_none());
            let whole = (longhand_expr::ids::Instant::START, sifting.end);
            missing.map(|of| (*of, near(&record, &sifted, *of, &[], whole))).collect()
        }
        false => BTreeMap::new(),
    };
    let few = if args.pattern.is_empty() { FEW } else { usize::MAX };
    let mut shown_events: BTreeSet<EventId> = sifted.matches.iter().flat_map(|found| found.events.iter().copied()).collect();
    shown_events.extend(
        nears.values().flat_map(|near| near.so_far.iter().copied().chain(near.closest.iter().filter_map(|close| close.event))),
    );
    let page = Page { sifting: &sifting, sifted: &sifted, wanted, nears, sentences: sifting.sentences(&shown_events), few };
    match &args.json {
        Some(path) if path == Path::new("-") => writeln!(terminal::out(), "{}", page.json())?,
        Some(path) => {
            let file = File::create(path).map_err(|error| Failure::file("write", path, &error))?;
            writeln!(BufWriter::new(file), "{}", page.json()).map_err(|error| Failure::file("write", path, &error))?;
        }
        None => page.write(&mut terminal::out())?,
    }
    let found = page.wanted.iter().any(|of| sifted.of(*of).next().is_some());
    Ok(if found { Exit::Done } else { Exit::No })
}

/// The requested patterns and beats, or all patterns.
fn wanted(sifting: &Sifting, asked: &[String]) -> Result<Vec<Watched>, Failure> {
    let scenario = &sifting.scenario;
    let all = || (0..scenario.patterns.len()).map(Watched::Pattern);
    if asked.is_empty() {
        return Ok(all().collect());
    }
    let beats = || (0..scenario.beats.len()).map(Watched::Beat);
    let find = |id: &String| {
        if let Some(of) = all().chain(beats()).find(|of| of.of(scenario).id == *id) {
            return Ok(of);
        }
        if let Some(lacking) = scenario.inapplicable.iter().find(|one| one.id == *id) {
            return Err(Failure::Input(format!("`{id}` is not applicable to this scene: {}", lacking.lacks.join("; "))));
        }
        let ids = all().chain(beats()).map(|of| of.of(scenario).id.as_str());
        let meant = nearest(id, ids).map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        Err(Failure::Input(format!("there is no pattern or beat `{id}`{meant}")))
    };
    asked.iter().map(find).collect()
}

struct Page<'a> {
    sifting: &'a Sifting,
    sifted: &'a Sifted,
    wanted: Vec<Watched>,
    nears: BTreeMap<Watched, WhyNot>,
    sentences: BTreeMap<EventId, String>,
    few: usize,
}

impl Page<'_> {
    fn pattern(&self, of: Watched) -> &Pattern {
        of.of(&self.sifting.scenario)
    }

    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let is_found = |of: &&Watched| self.sifted.of(**of).next().is_some();
        let unjudged = |of: &Watched| self.sifted.unjudged.iter().any(|(one, _)| one == of);
        for of in self.wanted.iter().filter(is_found) {
            self.write_found(*of, out)?;
        }
        let missing: Vec<Watched> = self.wanted.iter().filter(|of| !is_found(of) && !unjudged(of)).copied().collect();
        if !missing.is_empty() {
            writeln!(out, "{STRONG}Not found{STRONG:#}")?;
        }
        for of in missing {
            writeln!(out, "  {}", self.titled(of))?;
            if let Some(near) = self.nears.get(&of) {
                self.sifting.write_near(near, &self.sentences, "    ", out)?;
            }
        }
        let passed_over = &self.sifting.scenario.inapplicable;
        if self.few != usize::MAX && !passed_over.is_empty() {
            writeln!(out, "\n{STRONG}Not applicable here{STRONG:#} {FAINT}(the scene lacks what they refer to){FAINT:#}")?;
            for one in passed_over {
                for line in wrap(&format!("{}: {}", one.title, one.lacks.join("; ")), WIDTH - 2) {
                    writeln!(out, "  {FAINT}{line}{FAINT:#}")?;
                }
            }
        }
        for (of, lacks) in self.sifted.unjudged.iter().filter(|(of, _)| self.wanted.contains(of)) {
            writeln!(out, "\n{} cannot be evaluated: a recording does not contain {}.", self.titled(*of), lacks.join(", "))?;
        }
        Ok(())
    }

    fn titled(&self, of: Watched) -> &str {
        let pattern = self.pattern(of);
        if pattern.title.is_empty() { &pattern.id } else { &pattern.title }
    }

    fn write_found(&self, of: Watched, out: &mut dyn Write) -> io::Result<()> {
        let times = self.sifted.of(of).count();
        let often = if times == 1 { String::new() } else { format!("  {times} times") };
        writeln!(out, "{STRONG}{}{STRONG:#}{FAINT}{often}{FAINT:#}", self.titled(of))?;
        for line in wrap(&self.pattern(of).about, WIDTH - 2).iter().filter(|line| !line.is_empty()) {
            writeln!(out, "  {FAINT}{line}{FAINT:#}")?;
        }
        for found in self.sifted.of(of).take(self.few) {
            self.write_match(found, out)?;
        }
        if times > self.few {
            writeln!(out, "  {FAINT}… and {} more: --pattern \"{}\"{FAINT:#}", times - self.few, self.pattern(of).id)?;
        }
        writeln!(out)
    }

    fn write_match(&self, found: &Match, out: &mut dyn Write) -> io::Result<()> {
        let people = self.sifting.people(&self.pattern(found.of).variables, &found.bound);
        if !people.is_empty() {
            writeln!(out, "  {FAINT}{people}{FAINT:#}")?;
        }
        for span in &found.spans {
            let until = match span.ended {
                Some(ended) => format!("until {}", ask::date(&self.sifting.legend, ended)),
                None => "still holds".into(),
            };
            let fact =
                self.sifting.legend.say_fact(longhand_expr::ids::Fact::World(span.of), &self.sifting.chronicle().directory);
            writeln!(out, "  {FAINT}{}  {fact}, {until}{FAINT:#}", ask::date(&self.sifting.legend, span.began))?;
        }
        for event in found.events.iter().take(FEW_EVENTS) {
            self.sifting.write_event(*event, &self.sentences, "  ", out)?;
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let directory = &self.sifting.chronicle().directory;
        let legend = &self.sifting.legend;
        let event = |id: &EventId| {
            let at = self.sifting.chronicle().event(*id).map(|event| legend.civil(event.at));
            json!({ "event": id.0, "at": at, "sentence": self.sentences.get(id) })
        };
        let found = |found: &Match| {
            let variables = &self.pattern(found.of).variables;
            let bound: serde_json::Map<String, Value> =
                variables.iter().cloned().zip(found.bound.iter().map(|agent| directory.called(*agent).into())).collect();
            let span = |span: &longhand_narrative::FoundSpan| {
                let fact = legend.write_fact(longhand_expr::ids::Fact::World(span.of), directory);
                let place = legend.place(span.place);
                json!({ "fact": fact, "place": place, "began": legend.civil(span.began), "ended": span.ended.map(|at| legend.civil(at)) })
            };
            json!({
                "at": legend.civil(found.at), "bound": bound,
                "events": found.events.iter().map(event).collect::<Value>(),
                "spans": found.spans.iter().map(span).collect::<Value>(),
            })
        };
        let one = |of: &Watched| {
            let pattern = self.pattern(*of);
            let mut value = json!({
                "id": pattern.id, "title": pattern.title, "about": pattern.about, "unlike": pattern.unlike,
                "matches": self.sifted.of(*of).map(found).collect::<Value>(),
            });
            if let Some(near) = self.nears.get(of) {
                value["near"] = self.sifting.near_json(near, &self.sentences);
            }
            if let Some((_, lacks)) = self.sifted.unjudged.iter().find(|(one, _)| one == of) {
                value["unjudged"] = json!(lacks);
            }
            value
        };
        let inapplicable = |one: &longhand_scene::Inapplicable| json!({ "id": one.id, "title": one.title, "lacks": one.lacks });
        json!({
            "scene": self.sifting.scenario.name,
            "seed": self.sifting.seed,
            "patterns": self.wanted.iter().map(one).collect::<Value>(),
            "inapplicable": self.sifting.scenario.inapplicable.iter().map(inapplicable).collect::<Value>(),
        })
    }
}
