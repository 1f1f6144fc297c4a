//! `longhand why`: the causes of an event as a tree, with the numbers of each choice, and the shortest chain from a root cause.

use super::args::WhyArgs;
use super::exit::{CliError, Exit};
use super::json_output::print_json;
use super::palette::{FAINT, STRONG};
use super::query::{self, EventSentences, EventTarget, QueryError};
use super::terminal;
use super::text::PAGE_WIDTH;
use longhand_chronicle::{
    Cause, CauseGraph, CauseLink, CauseTree, ChoiceTrace, LimitedChange, ScoredOption, Story, format_number,
};
use longhand_expr::Effect;
use longhand_expr::ids::{AgentId, EventId, EventKind, Fact, Instant};
use longhand_narrative::{CauseFinder, CauseNecessity, Changer, EventInfluence, OutcomeWeights, QuietChange, RecordedRun, wrap};
use longhand_scene::{ChoiceReason, ReasonSource};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// The maximum number of causes of an event in the tree, more than an event stores. JSON has all of the event that is asked about.
const MAX_SHOWN: usize = 12;
/// The events of the tree whose causes are tested for whether they were needed; those nearest to the event that is asked about.
const MAX_RANKED: usize = 300;
/// Maximum indentation of the tree in columns.
const MAX_INDENT: usize = 48;

pub(crate) fn why(args: &WhyArgs) -> Result<Exit, CliError> {
    Ok(print_causes(args, &mut terminal::stdout())?)
}

/// The influence of an event on a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CausalRelation {
    /// It is among its causes and their causes.
    Cause,
    /// It is none, but may have kept others from happening that would have changed the event.
    Possible,
    /// It is none, and whether it had another influence takes more than is searched.
    Undecided,
    /// Without it, the event happens all the same.
    None,
    /// The scene of the story cannot be read, so only what is stored is known, and that has no link.
    Unknown,
}

impl CausalRelation {
    fn of(from: EventId, event: EventId, graph: &CauseGraph<'_>, finder: Option<&CauseFinder<'_>>) -> Self {
        if graph.shortest_chain(from, event).is_some() {
            return Self::Cause;
        }
        match finder {
            _ if from > event => Self::None,
            Some(finder) => match finder.influence_of(from, event) {
                EventInfluence::Possible => Self::Possible,
                EventInfluence::Undecided => Self::Undecided,
                EventInfluence::None => Self::None,
            },
            None => Self::Unknown,
        }
    }

    const fn keyword(self) -> &'static str {
        match self {
            Self::Cause => "cause",
            Self::Possible => "possible",
            Self::Undecided => "undecided",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }
}

/// Explains why an event happened. The exit status is `No` for a beat that was not matched, and for an event without influence.
fn print_causes(args: &WhyArgs, out: &mut dyn Write) -> Result<Exit, QueryError> {
    let WhyArgs { what, depth, from, cut_offs, json: as_json, .. } = args;
    let story = args.source.open()?;
    let mut find = |what: &str| match query::find_event(&story, what)? {
        EventTarget::Event(event) => Ok::<_, QueryError>(Some(event)),
        EventTarget::UnmatchedBeat(beat) if *as_json => {
            print_json(out, &json!({ "asked": beat, "event": null }))?;
            Ok(None)
        }
        EventTarget::UnmatchedBeat(beat) => {
            writeln!(out, "{STRONG}{beat}{STRONG:#} has not come.")?;
            Ok(None)
        }
    };
    let Some(event) = find(what)? else { return Ok(Exit::No) };
    let from = match from {
        Some(from) => match find(from)? {
            None => return Ok(Exit::No),
            from => from,
        },
        None => None,
    };
    let scenario = story.scenario().ok();
    let record = scenario.as_ref().map(|scenario| RecordedRun::new(scenario, &story.chronicle, story.header.seed));
    let finder = record.as_ref().map(CauseFinder::new);
    // Without its scene, only what the events themselves store is known.
    let graph = match (&finder, from) {
        (Some(finder), Some(from)) => finder.cause_graph_since(from, event),
        (Some(finder), None) => finder.cause_graph(event, *depth),
        (None, _) => CauseGraph::from_chronicle(&story.chronicle),
    };
    let asked = story.chronicle.event(event);
    let relation = from.map(|from| (from, CausalRelation::of(from, event, &graph, finder.as_ref())));
    let quiet = finder.as_ref().zip(asked).map_or_else(Vec::new, |(finder, event)| finder.quiet_changes(event));
    let most = |node_depth: u32| if node_depth == 0 && *as_json { usize::MAX } else { MAX_SHOWN };
    let mut tree = graph.cause_tree_of_at_most(event, *depth, most).unwrap_or(CauseTree { nodes: Vec::new() });
    let necessity = record.as_ref().map_or_else(Vec::new, |record| rank_causes(&mut tree, record));
    let chain = match &relation {
        Some((from, _)) => graph.shortest_chain(*from, event),
        None => graph.chain_to_root(event),
    };
    let chain = chain.unwrap_or_default();
    let shown: BTreeSet<EventId> =
        tree.nodes.iter().map(|node| node.event).chain(chain.iter().map(|step| step.0)).chain(from).collect();
    let sentences = EventSentences::with_scenario(&story, story.scenario().ok(), &shown);
    let is_incomplete = finder.as_ref().is_some_and(CauseFinder::is_incomplete);
    let unrecorded = record.as_ref().zip(asked).and_then(|(record, event)| record.unrecorded_initiator(event));
    let limited_weights = |record: &RecordedRun<'_>, id| story.chronicle.event(id).map(|event| record.limited_weights(event));
    let weights = record.as_ref().map_or_else(BTreeMap::new, |record| {
        let nodes = tree.nodes.iter().take(MAX_RANKED).map(|node| node.event);
        nodes.filter_map(|id| Some((id, limited_weights(record, id).filter(|found| !found.is_empty())?))).collect()
    });
    let page = WhyPage {
        story: &story,
        sentences,
        tree,
        necessity,
        chain,
        quiet,
        weights,
        cut_offs: *cut_offs,
        is_incomplete,
        unrecorded,
    };
    if let Some((from, relation)) = relation {
        if *as_json {
            print_json(out, &page.relation_json(what, from, event, relation))?;
        } else {
            page.write_relation(from, event, relation, out)?;
        }
        return Ok(if relation == CausalRelation::None { Exit::No } else { Exit::Done });
    }
    if *as_json {
        print_json(out, &page.to_json(what))?;
    } else {
        page.write(out)?;
    }
    Ok(Exit::Done)
}

/// Finds which causes were needed for what they led to, and puts those first.
fn rank_causes(tree: &mut CauseTree, record: &RecordedRun<'_>) -> Vec<CauseNecessity> {
    let mut necessity = vec![CauseNecessity::Untested; tree.nodes.len()];
    for position in 0..tree.nodes.len().min(MAX_RANKED) {
        let Some(event) = record.event(tree.nodes[position].event) else { continue };
        let mut causes = std::mem::take(&mut tree.nodes[position].causes);
        for &cause in &causes {
            let node = &tree.nodes[cause];
            let links = node.links.iter().map(|&link| record.necessity(event, &Cause { event: node.event, link }));
            necessity[cause] = links.min().unwrap_or(CauseNecessity::Untested);
        }
        // The sort is stable: causes of equal rank stay in order.
        causes.sort_by_key(|&cause| necessity[cause]);
        tree.nodes[position].causes = causes;
    }
    necessity
}

struct WhyPage<'a> {
    story: &'a Story,
    sentences: EventSentences,
    tree: CauseTree,
    /// Of each node of the tree, whether it was needed for its parent; empty if the scene cannot be read.
    necessity: Vec<CauseNecessity>,
    /// The causal chain from the root on, each event with its link to the next.
    chain: Vec<(EventId, CauseLink)>,
    /// What changed without an event before it was read.
    quiet: Vec<QuietChange>,
    /// By event: the weights of outcomes that were not taken as they were.
    weights: BTreeMap<EventId, Vec<OutcomeWeights>>,
    /// Whether cut-offs of scales are shown.
    cut_offs: bool,
    /// Whether not all that processes read was followed.
    is_incomplete: bool,
    /// The agent that began the event, if its state is not recorded.
    unrecorded: Option<AgentId>,
}

impl WhyPage<'_> {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        // Position in the tree, the prefix of the first line, and the prefix of the other lines.
        let mut stack = vec![(0, String::new(), String::new())];
        while let Some((position, first, rest)) = stack.pop() {
            let Some(node) = self.tree.nodes.get(position) else { continue };
            let has_causes = !node.causes.is_empty();
            self.write_node(out, position, &first, &format!("{rest}{}", if has_causes { "│  " } else { "   " }))?;
            if node.hidden > 0 {
                let ask = if position == 0 {
                    "`--json` lists them".to_owned()
                } else {
                    format!("ask why #{} with --json", node.event.0)
                };
                writeln!(out, "{FAINT}{rest}│  … {} more causes: {ask}{FAINT:#}", node.hidden)?;
            }
            for (nth, &cause) in node.causes.iter().enumerate().rev() {
                let last = nth + 1 == node.causes.len();
                let (mut corner, mut under) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
                if rest.chars().count() >= MAX_INDENT {
                    (corner, under) = (if last { "└ " } else { "├ " }, "");
                }
                stack.push((cause, format!("{rest}{corner}"), format!("{rest}{under}")));
            }
        }
        self.write_chain(out)?;
        if self.is_incomplete {
            let note = "Processes read more than was followed, so causes may be missing that pass through a process. `longhand what-if … --forbid` \
                        shows whether an event had an influence.";
            wrap(note, PAGE_WIDTH).iter().try_for_each(|line| writeln!(out, "{FAINT}{line}{FAINT:#}"))?;
        }
        Ok(())
    }

    fn write_node(&self, out: &mut dyn Write, position: usize, first: &str, rest: &str) -> io::Result<()> {
        let node = &self.tree.nodes[position];
        let style = if node.repeated { FAINT } else { STRONG };
        self.write_event(out, node.event, first, rest, style)?;
        for &link in &node.links {
            self.write_link(out, node.event, link, rest)?;
        }
        match self.necessity.get(position) {
            Some(CauseNecessity::Needed) if position > 0 => {
                writeln!(out, "{FAINT}{rest}needed: it would not have been decided without it{FAINT:#}")?;
            }
            Some(CauseNecessity::Unneeded) => {
                writeln!(out, "{FAINT}{rest}not needed: the same would have been decided without it{FAINT:#}")?;
            }
            _ => {}
        }
        if node.repeated {
            writeln!(out, "{FAINT}{rest}its causes are shown elsewhere in this tree{FAINT:#}")?;
        } else if node.truncated {
            writeln!(out, "{FAINT}{rest}… more causes: increase --depth, or ask why #{}{FAINT:#}", node.event.0)?;
        }
        let symbols = &self.story.header.symbols;
        let limited = self.story.chronicle.event(node.event).map_or(&[][..], |event| &event.limited);
        let is_shown = |limited: &&LimitedChange| self.cut_offs || !symbols.is_cut_off_of_scale(limited);
        for limited in limited.iter().filter(|_| !node.repeated).filter(is_shown) {
            let text = symbols.describe_limited(limited, &self.story.chronicle.agents);
            let room = PAGE_WIDTH.saturating_sub(rest.chars().count()).max(30);
            for line in wrap(&text, room) {
                writeln!(out, "{rest}{line}")?;
            }
        }
        for weights in self.weights.get(&node.event).into_iter().flatten().filter(|_| !node.repeated) {
            let room = PAGE_WIDTH.saturating_sub(rest.chars().count()).max(30);
            for line in wrap(&self.describe_weights(weights), room) {
                writeln!(out, "{rest}{line}")?;
            }
        }
        let choice = self.story.chronicle.event(node.event).and_then(|event| event.choice.as_deref());
        if let Some(choice) = choice.filter(|_| !node.repeated) {
            self.write_choice(out, choice, rest)?;
        }
        Ok(())
    }

    /// `nothing came of the step `falls`: no weight was above 0 (roll/hi -0.6, roll/lo 0)`
    fn describe_weights(&self, found: &OutcomeWeights) -> String {
        let describe = |(kind, weight): &(EventKind, f64)| {
            format!("{} {}", self.story.header.symbols.event_name(*kind), format_number(*weight))
        };
        let step = &found.step;
        if found.nothing {
            let weights: Vec<String> = found.weights.iter().map(describe).collect();
            return format!("nothing came of the step `{step}`: no weight was above 0 ({})", weights.join(", "));
        }
        let below: Vec<String> = found.weights.iter().filter(|(_, weight)| *weight < 0.0).map(describe).collect();
        format!("at the step `{step}` a weight below 0 was taken for 0 ({})", below.join(", "))
    }

    /// `#12  Sat 1 Mar 2025, 12:00  Ann confides in Ben.`
    fn write_event(&self, out: &mut dyn Write, event: EventId, first: &str, rest: &str, style: anstyle::Style) -> io::Result<()> {
        let date = self
            .story
            .chronicle
            .event(event)
            .map_or_else(String::new, |event| query::format_date(&self.story.header.symbols, event.at));
        let head = format!("#{}  {date}  ", event.0);
        let room = PAGE_WIDTH.saturating_sub(rest.chars().count()).max(30);
        let indent = head.chars().count();
        let (inline, room) = if room > indent + 30 { (true, room - indent) } else { (false, room) };
        let mut lines = wrap(self.sentences.sentence(event), room).into_iter();
        let shown = if inline { lines.next().unwrap_or_default() } else { String::new() };
        writeln!(out, "{first}{FAINT}{head}{FAINT:#}{style}{shown}{style:#}")?;
        for line in lines {
            let indent = if inline { indent } else { 0 };
            writeln!(out, "{rest}{:indent$}{style}{line}{style:#}", "")?;
        }
        Ok(())
    }

    fn write_link(&self, out: &mut dyn Write, cause: EventId, link: CauseLink, rest: &str) -> io::Result<()> {
        let room = PAGE_WIDTH.saturating_sub(rest.chars().count()).max(30);
        for line in wrap(&format!("because {}", self.describe_link(cause, link)), room) {
            writeln!(out, "{rest}{line}")?;
        }
        Ok(())
    }

    /// `it wrote Ann's loneliness, which the wish read: 0.72`
    fn describe_link(&self, cause: EventId, link: CauseLink) -> String {
        let (symbols, chronicle) = (&self.story.header.symbols, &self.story.chronicle);
        let agents = &*chronicle.agents.as_of(chronicle.event(cause).map_or(Instant::START, |event| event.at));
        if let CauseLink::Process { process, read, changed } = link {
            return self.describe_process(cause, process, read, changed);
        }
        let text = symbols.describe_link(link, agents);
        match link.fact().and_then(|fact| Some((fact, query::written_value(&self.story.chronicle, cause, fact)?))) {
            Some((fact, value)) => format!("{text}: {}", symbols.describe_value(fact, value, agents)),
            None => text,
        }
    }

    /// `it wrote the sea's storm: yes, which the process `ails` read, which changed Bess's health, which this read`, and the
    /// author's explanation of the process.
    fn describe_process(&self, cause: EventId, process: Option<u16>, read: Fact, changed: Fact) -> String {
        let (symbols, agents) = (&self.story.header.symbols, &self.story.chronicle.agents);
        let value = query::written_value(&self.story.chronicle, cause, read);
        let value = value.map_or_else(String::new, |value| format!(": {}", symbols.describe_value(read, value, agents)));
        let (reader, explanation) = match process {
            Some(index) => {
                let process = self.sentences.scenario().and_then(|scenario| scenario.processes.get(usize::from(index)));
                let id = process.map_or("?", |process| &process.id);
                let explain = process.map_or("", |process| process.explain.as_str());
                let explanation = if explain.is_empty() { String::new() } else { format!(" ({explain})") };
                (format!("the process `{id}`"), explanation)
            }
            None => ("a routine".to_owned(), String::new()),
        };
        let (read, changed) = (symbols.describe_fact(read, agents), symbols.describe_fact(changed, agents));
        format!("it wrote {read}{value}; {reader} read that{explanation} and so changed {changed}, which this read")
    }

    /// `Ann's health fell from 0.9 to 0.4 since 1 Mar 2025, 12:00, by the process `ails` and by drift`
    fn describe_quiet_change(&self, change: &QuietChange) -> String {
        let (symbols, agents) = (&self.story.header.symbols, &self.story.chronicle.agents);
        let value = |value| symbols.describe_value(change.fact, value, agents);
        let by: Vec<String> = (change.by.iter())
            .map(|changer| match changer {
                Changer::Process(index) => {
                    let process = self.sentences.scenario().and_then(|scenario| scenario.processes.get(*index));
                    let explain = process.map(|process| process.explain.as_str()).filter(|explain| !explain.is_empty());
                    let explain = explain.map_or_else(String::new, |explain| format!(" ({explain})"));
                    format!("the process `{}`{explain}", process.map_or("?", |process| &process.id))
                }
                Changer::Routine => "the routine".to_owned(),
                Changer::Drift => "drift".to_owned(),
            })
            .collect();
        let (from, to) = (value(change.from), value(change.to));
        let since = query::format_date(symbols, change.since);
        format!("{} went from {from} to {to} since {since}, by {}", symbols.describe_fact(change.fact, agents), by.join(", "))
    }

    fn write_choice(&self, out: &mut dyn Write, choice: &ChoiceTrace, rest: &str) -> io::Result<()> {
        let room = PAGE_WIDTH.saturating_sub(rest.chars().count() + 6).max(30);
        for (nth, option) in choice.options.iter().enumerate() {
            let lines = wrap(&self.describe_option(option), room);
            for (i, line) in lines.iter().enumerate() {
                let word = match (nth, i) {
                    (0, 0) => "chose",
                    (1, 0) => "over",
                    _ => "",
                };
                writeln!(out, "{FAINT}{rest}{word:<6}{line}{FAINT:#}")?;
            }
        }
        let chosen = choice.options.first().zip(self.sentences.scenario());
        let expected = chosen.map_or_else(Vec::new, |(option, scenario)| option.describe_gain(scenario));
        if !expected.is_empty() {
            for (nth, line) in wrap(&format!("gain: {}", expected.join("; ")), room).iter().enumerate() {
                writeln!(out, "{FAINT}{rest}{:<6}{}{line}{FAINT:#}", "", if nth == 0 { "" } else { "  " })?;
            }
        }
        if let Some(draw) = choice.describe_draw() {
            writeln!(out, "{FAINT}{rest}{draw}{FAINT:#}")?;
        }
        writeln!(out, "{FAINT}{rest}idle  {}{FAINT:#}", format_number(choice.idle_utility))
    }

    /// `confide(ann, ben)  0.82 = 0.36 (0.5 * self.loneliness) + 0.46 (…), choice noise 0.1: 0.92`
    fn describe_option(&self, option: &ScoredOption) -> String {
        let what = self.story.header.symbols.event_signature(option.kind, &option.roles, &self.story.chronicle.agents);
        let terms = option.describe_sum(self.sentences.scenario());
        let sum = if terms.is_empty() { String::new() } else { format!(" = {}", terms.join(" + ")) };
        let (utility, choice_noise) = (option.utility, option.choice_noise);
        format!(
            "{what}  {}{sum}, choice noise {}: {}",
            format_number(utility),
            format_number(choice_noise),
            format_number(utility + choice_noise)
        )
    }

    /// Says that causes may be missing because the state of the agent is not recorded.
    fn write_unrecorded(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(agent) = self.unrecorded else { return Ok(()) };
        let name = self.story.chronicle.agents.display_name(agent);
        let note = format!(
            "What {name} felt and knew is not recorded, as of all outside the cast, so causes that it acted on are not known. \
             `longhand what-if … --forbid` shows whether an event had an influence."
        );
        wrap(&note, PAGE_WIDTH).iter().try_for_each(|line| writeln!(out, "{FAINT}{line}{FAINT:#}"))
    }

    fn write_chain(&self, out: &mut dyn Write) -> io::Result<()> {
        let Some(end) = self.tree.nodes.first().map(|node| node.event) else { return Ok(()) };
        if !self.quiet.is_empty() {
            writeln!(out, "\n{STRONG}What it read had changed without an event{STRONG:#}")?;
            for change in &self.quiet {
                for (nth, line) in wrap(&self.describe_quiet_change(change), PAGE_WIDTH - 2).iter().enumerate() {
                    writeln!(out, "{}{line}", if nth == 0 { "" } else { "  " })?;
                }
            }
        }
        if self.chain.is_empty() && self.quiet.is_empty() {
            writeln!(out, "\nIt has no recorded cause.")?;
            return self.write_unrecorded(out);
        }
        if self.chain.is_empty() {
            writeln!(out, "\nNo event is recorded that caused it.")?;
            return self.write_unrecorded(out);
        }
        writeln!(out, "\n{STRONG}Shortest chain from a root cause{STRONG:#}")?;
        self.write_steps(end, out)
    }

    /// The events of the chain with their links, and the event that it ends with.
    fn write_steps(&self, end: EventId, out: &mut dyn Write) -> io::Result<()> {
        for &(event, link) in &self.chain {
            self.write_event(out, event, "", "", anstyle::Style::new())?;
            for line in wrap(&format!("↓ {}", self.describe_link(event, link)), PAGE_WIDTH - 4) {
                writeln!(out, "    {FAINT}{line}{FAINT:#}")?;
            }
        }
        self.write_event(out, end, "", "", anstyle::Style::new())
    }

    /// An influence on a utility, or what was expected of an effect.
    fn reason_to_json(&self, reason: ChoiceReason) -> Value {
        let scenario = self.sentences.scenario();
        match reason.source {
            ReasonSource::Influence(position) => {
                let influence = scenario.and_then(|scenario| scenario.influences.get(usize::from(position)));
                json!({
                    "influence": influence.map(|influence| &influence.id),
                    "because": influence.map(|influence| &influence.because),
                    "value": reason.value,
                })
            }
            ReasonSource::Appointment(what) => {
                let info = scenario.and_then(|scenario| scenario.commitments.appointments.get(what.index()));
                json!({ "appointment": info.map(|info| &info.id), "value": reason.value })
            }
            ReasonSource::Intention(intention) => {
                let info = scenario.and_then(|scenario| scenario.commitments.intentions.get(intention.index()));
                json!({ "intention": info.map(|info| &info.id), "because": info.map(|info| &info.because), "value": reason.value })
            }
            ReasonSource::Goal { goal, event, effect } => {
                let spec = scenario.and_then(|scenario| scenario.event_spec(event));
                let effect = effect.and_then(|effect| spec?.does.get(usize::from(effect))).map(Effect::text);
                json!({
                    "goal": scenario.and_then(|scenario| scenario.goals.get(usize::from(goal))).map(|goal| &goal.id),
                    "event": self.story.header.symbols.event_name(event),
                    "effect": effect,
                    "value": reason.value,
                })
            }
        }
    }

    fn write_relation(&self, from: EventId, event: EventId, relation: CausalRelation, out: &mut dyn Write) -> io::Result<()> {
        let (first, last) = (from.0, event.0);
        let answer = match relation {
            CausalRelation::Cause => return self.write_steps(event, out),
            CausalRelation::Possible => format!(
                "#{first} is no cause of #{last}, but may have had an influence: it may have kept something from happening that would \
                 have changed #{last}. `longhand what-if … --forbid {first}` shows it."
            ),
            CausalRelation::Undecided => format!(
                "No chain of causes leads from #{first} to #{last}. #{first} may still have kept something from happening that would have \
                 changed #{last}: that takes more than is searched. `longhand what-if … --forbid {first}` shows it."
            ),
            CausalRelation::None if from > event => format!("#{first} had no influence on #{last}: it happened later."),
            CausalRelation::None => format!("#{first} had no influence on #{last}: without it, #{last} happens all the same."),
            CausalRelation::Unknown => {
                format!("No link from #{first} to #{last} is stored, and without the scene of the story no other can be found.")
            }
        };
        self.write_event(out, from, "", "", STRONG)?;
        self.write_event(out, event, "", "", STRONG)?;
        wrap(&answer, PAGE_WIDTH).iter().try_for_each(|line| writeln!(out, "{line}"))
    }

    fn relation_json(&self, requested: &str, from: EventId, event: EventId, relation: CausalRelation) -> Value {
        let chain = self.to_json(requested)["chain"].take();
        json!({ "asked": requested, "event": event.0, "from": from.0, "influence": relation.keyword(), "chain": chain })
    }

    fn to_json(&self, requested: &str) -> Value {
        let chronicle = &self.story.chronicle;
        let (symbols, agents) = (&self.story.header.symbols, &chronicle.agents);
        let link = |cause: EventId, link: CauseLink| {
            let mut value = json!({
                "link": link.keyword(),
                "fact": link.fact().map(|fact| symbols.fact_expression(fact, agents)),
                "value": link.fact().and_then(|fact| query::written_value(chronicle, cause, fact)),
            });
            if let CauseLink::Process { process, changed, .. } = link {
                let id = process.and_then(|index| Some(&self.sentences.scenario()?.processes.get(usize::from(index))?.id));
                value["process"] = json!(id);
                value["changed"] = symbols.fact_expression(changed, agents).into();
            }
            value
        };
        let option = |option: &ScoredOption| {
            json!({
                "event": symbols.event_signature(option.kind, &option.roles, agents),
                "utility": option.utility,
                "whim": option.choice_noise,
                "terms": option.terms.iter().enumerate()
                    .map(|(nth, value)| json!({ "value": value, "text": self.sentences.term_text(option.kind, nth) }))
                    .collect::<Value>(),
                "reasons": option.reasons.iter().map(|reason| self.reason_to_json(*reason)).collect::<Value>(),
            })
        };
        let event = |id: EventId| {
            let event = chronicle.event(id);
            json!({
                "event": id.0,
                "at": event.map(|event| symbols.civil_time(event.at)),
                "kind": event.map(|event| symbols.event_name(event.kind)),
                "sentence": self.sentences.sentence(id),
            })
        };
        let nodes: Value = (self.tree.nodes.iter().enumerate())
            .map(|(position, node)| {
                let choice = chronicle.event(node.event).and_then(|event| event.choice.as_deref());
                let mut value = event(node.event);
                value["depth"] = node.depth.into();
                value["links"] = node.links.iter().map(|&cause_link| link(node.event, cause_link)).collect();
                value["causes"] = node.causes.iter().map(|&cause| self.tree.nodes[cause].event.0).collect();
                let limited = |limited: &LimitedChange| {
                    json!({
                        "fact": symbols.fact_expression(limited.fact, agents), "wanted": limited.wanted,
                        "actual": limited.actual, "refused": limited.refused, "scale": symbols.is_cut_off_of_scale(limited),
                    })
                };
                let all_limited = chronicle.event(node.event).map_or(&[][..], |event| &event.limited);
                value["limited"] = all_limited.iter().map(limited).collect();
                let weights = self.weights.get(&node.event).into_iter().flatten().map(|found| {
                    let weight =
                        |(kind, weight): &(EventKind, f64)| json!({ "event": symbols.event_name(*kind), "weight": weight });
                    json!({
                        "step": found.step, "nothing": found.nothing,
                        "outcomes": found.weights.iter().map(weight).collect::<Value>(),
                    })
                });
                value["weights"] = weights.collect();
                let necessity = self.necessity.get(position).filter(|_| position > 0);
                value["necessity"] = necessity.map_or(Value::Null, |necessity| necessity.keyword().into());
                value["again"] = node.repeated.into();
                value["more"] = node.truncated.into();
                value["hidden"] = node.hidden.into();
                value["choice"] = choice.map_or(Value::Null, |choice| {
                    json!({
                        "idle": choice.idle_utility,
                        "equal": choice.equal_count(),
                        "options": choice.options.iter().map(option).collect::<Value>(),
                    })
                });
                value
            })
            .collect();
        let step = |&(cause, cause_link): &(EventId, CauseLink)| {
            let mut value = event(cause);
            value["led_on"] = link(cause, cause_link);
            value
        };
        let chain: Value = self.chain.iter().map(step).collect();
        let changer = |changer: &Changer| match changer {
            Changer::Process(index) => {
                let process = self.sentences.scenario().and_then(|scenario| scenario.processes.get(*index));
                json!({ "process": process.map(|process| &process.id), "explain": process.map(|process| &process.explain) })
            }
            Changer::Routine => json!("routine"),
            Changer::Drift => json!("drift"),
        };
        let quiet = self.quiet.iter().map(|change| {
            json!({
                "fact": symbols.fact_expression(change.fact, agents),
                "from": change.from,
                "to": change.to,
                "since": symbols.civil_time(change.since),
                "by": change.by.iter().map(changer).collect::<Value>(),
            })
        });
        let quiet: Value = quiet.collect();
        let event = self.tree.nodes.first().map(|node| node.event.0);
        json!({ "asked": requested, "event": event, "tree": nodes, "chain": chain, "without_event": quiet, "complete": !self.is_incomplete })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::StoryArgs;
    use crate::cli::test_story::{farewell_story, without_styles};

    fn run_why(what: &str, depth: u32, json: bool) -> Result<(Exit, Vec<u8>), QueryError> {
        let (_folder, story) = farewell_story();
        let mut out = Vec::new();
        let exit = print_causes(
            &WhyArgs { source: StoryArgs { story, branch: None }, what: what.into(), depth, from: None, cut_offs: false, json },
            &mut out,
        )?;
        Ok((exit, out))
    }

    fn why_page(what: &str, depth: u32) -> (Exit, String) {
        let (exit, out) = run_why(what, depth, false).unwrap();
        (exit, without_styles(&out))
    }

    #[test]
    fn why_prints_the_causes_with_their_links() {
        let (code, page) = why_page("farewell", 4);
        assert_eq!(code, Exit::Done);
        insta::assert_snapshot!(page);
    }

    #[test]
    fn no_line_is_wider_than_the_page() {
        for line in why_page("3", 9).1.lines() {
            assert!(line.chars().count() <= PAGE_WIDTH, "{line}");
        }
    }

    #[test]
    fn an_event_without_causes_is_reported_as_such() {
        assert!(why_page("#0", 4).1.ends_with("It has no recorded cause.\n"));
    }

    #[test]
    fn a_beat_that_did_not_come_exits_with_no() {
        let (code, page) = why_page("wedding", 4);
        assert_eq!((code, page.as_str()), (Exit::No, "wedding has not come.\n"));
    }

    #[test]
    fn an_unknown_event_or_beat_is_an_error_that_suggests_the_nearest() {
        let error = |what: &str| run_why(what, 4, false).unwrap_err().to_string();
        assert_eq!(error("99"), "there is no event 99; this story has 4 events, numbered from 0");
        assert_eq!(error("fairwell"), "`fairwell` is neither an event number nor a beat; did you mean `farewell`?");
        assert!(error("xyz").ends_with("nor a beat"), "{}", error("xyz"));
    }

    #[test]
    fn the_json_has_the_tree_and_the_chain() {
        let (_, out) = run_why("farewell", 4, true).unwrap();
        let answer: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(answer["event"], 3);
        assert_eq!(answer["tree"][0]["causes"], json!([2, 1]));
        assert_eq!(answer["tree"][1]["links"][0], json!({ "link": "step", "fact": null, "value": null }));
        assert_eq!(answer["tree"][2]["links"][0], json!({ "link": "want", "fact": "ann.loneliness", "value": 0.72 }));
        assert_eq!(answer["chain"].as_array().map(Vec::len), Some(2));
    }
}
