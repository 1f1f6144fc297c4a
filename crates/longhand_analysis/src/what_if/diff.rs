//! Compares two runs: where they diverge and why, which beats occurred, which events vanished, are new or moved, and how the
//! final states differ.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::align::{Alignment, ComparedRun, is_intervention};
use super::final_state::{AgentDiff, MeasureDiff, diff_final_states, diff_measures};
use super::reasons::{DivergenceReason, divergence_reasons};
use super::run_pair::{NarratedEvent, RunPair, narrate_event, symbol_maps};
use longhand_chronicle::{Declaration, Event, FactChange, declared_only, format_hash};
use longhand_expr::Calendar;
use longhand_expr::ids::{AgentId, EventId};
use longhand_scene::NarrationFrequency;

/// Where two runs diverge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Divergence {
    /// Number of events at the beginning that are identical in both runs.
    #[serde(rename = "alike")]
    pub common_prefix: usize,
    /// The intervention, if it is the first difference.
    #[serde(rename = "outside")]
    pub intervention: Option<NarratedEvent>,
    /// The first event of a rule that only the first run has at that instant.
    pub only_first: Option<NarratedEvent>,
    /// The first event of a rule that only the second run has at that instant.
    pub only_second: Option<NarratedEvent>,
    /// Why the earlier of the two events is in one run only.
    #[serde(rename = "why")]
    pub reasons: Vec<DivergenceReason>,
    /// If both runs have the same events at the same instants: the first one that changed other facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<ChangedEvent>,
}

/// An event of both runs that changed other facts, or others to other values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangedEvent {
    /// The event, in the second run.
    #[serde(flatten)]
    pub event: NarratedEvent,
    /// The facts, as far as they can be compared.
    pub facts: Vec<ChangedFact>,
}

/// How an event changed a fact in each of two runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangedFact {
    /// The fact in words: `Ann's loneliness`.
    #[serde(rename = "said")]
    pub description: String,
    /// Its values before and after the event in the first run, in words; `None` if the event did not change it.
    pub first: Option<(String, String)>,
    /// The same in the second run.
    pub second: Option<(String, String)>,
}

impl ChangedFact {
    /// The difference in words: `Ann's loneliness went from 0.2 to 0.4 instead of 0.3 to 0.5`.
    #[must_use]
    pub fn describe(&self) -> String {
        let Self { description, first, second } = self;
        let went = |(from, to): &(String, String)| format!("from {from} to {to}");
        match (first, second) {
            (Some(first), Some(second)) => format!("{description} went {} instead of {}", went(second), went(first)),
            (None, Some(second)) => format!("{description} went {} instead of staying the same", went(second)),
            (Some(first), None) => format!("{description} stayed the same instead of going {}", went(first)),
            (None, None) => description.clone(),
        }
    }
}

/// A beat in two runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeatDiff {
    /// Id of the beat.
    pub id: String,
    /// Title of the beat.
    pub title: String,
    /// Whether the scene requires the beat.
    pub must: bool,
    /// Civil date and time in the first run; `None` if it did not occur.
    pub first: Option<String>,
    /// Civil date and time in the second run; `None` if it did not occur.
    pub second: Option<String>,
    /// Delay in the second run in seconds, if it occurred in both; negative if earlier.
    #[serde(rename = "later_s")]
    pub delay_s: Option<f64>,
    /// For a beat in one run only: the causal chain from the intervention to the beat.
    pub chain: Vec<NarratedEvent>,
}

impl BeatDiff {
    /// Whether only the first run has the beat.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.first.is_some() && self.second.is_none()
    }

    /// Whether only the second run has the beat.
    #[must_use]
    pub fn is_gained(&self) -> bool {
        self.first.is_none() && self.second.is_some()
    }
}

/// The events of one kind with the same agents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventGroup {
    /// The name of the event kind.
    pub kind: String,
    /// The names of the agents.
    pub who: Vec<String>,
    /// Number of events in the first and in the second run.
    #[serde(rename = "times")]
    pub counts: (usize, usize),
    /// The first of the events, from the second run if it has any.
    #[serde(rename = "told")]
    pub example: NarratedEvent,
    /// For a single event in both runs: its delay in the second run in seconds.
    #[serde(rename = "later_s")]
    pub delay_s: Option<f64>,
    /// Whether the scene asks to narrate every event of this kind.
    #[serde(rename = "matters")]
    pub always_narrated: bool,
}

/// Identifies a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunLabel {
    /// File name of the scene.
    pub scene: String,
    /// The seed.
    pub seed: u64,
    /// Hash of the chronicle, 32 hexadecimal digits.
    pub hash: String,
    /// Civil date and time of the end.
    pub ended: String,
    /// Number of events recorded.
    pub events: usize,
}

/// The difference between two runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunDiff {
    /// The calendar of the original run, for dates in words.
    #[serde(skip)]
    pub calendar: Calendar,
    /// The original run.
    pub first: RunLabel,
    /// The changed run.
    pub second: RunLabel,
    /// What only the scene of the first run declares; nothing else in the comparison is about it.
    #[serde(default)]
    pub only_in_first: Vec<Declaration>,
    /// What only the scene of the second run declares.
    #[serde(default)]
    pub only_in_second: Vec<Declaration>,
    /// Where the runs diverge; `None` if they are identical.
    #[serde(rename = "parting")]
    pub divergence: Option<Divergence>,
    /// The beats, in scene order.
    pub beats: Vec<BeatDiff>,
    /// Events only in the first run; kinds that are always narrated come first.
    pub vanished: Vec<EventGroup>,
    /// Events only in the second run.
    pub new: Vec<EventGroup>,
    /// Events that occur clearly more or less often in the second run.
    #[serde(rename = "oftener")]
    pub frequency_changed: Vec<EventGroup>,
    /// Single events in both runs at different times.
    pub moved: Vec<EventGroup>,
    /// Members of the cast whose final states differ.
    #[serde(rename = "ends")]
    pub final_states: Vec<AgentDiff>,
    /// Measures that differ.
    pub measures: Vec<MeasureDiff>,
}

/// An event has moved if its times differ by at least this many seconds.
const MIN_SHIFT_S: f64 = 60.0;

impl RunDiff {
    /// Compares two runs.
    #[must_use]
    pub fn compare(first: &ComparedRun<'_>, second: &ComparedRun<'_>) -> Self {
        let maps = symbol_maps(first, second);
        let alignment = Alignment::compute(first, second, &maps[0]);
        let pair = RunPair::new(*first, *second, &maps, &alignment);
        let groups = group_events(&pair);
        let select_groups = |select: &dyn Fn(&EventGroup) -> bool| {
            let mut selected: Vec<EventGroup> = groups.iter().filter(|group| select(group)).cloned().collect();
            let calendar = &second.scenario.calendar;
            selected.sort_by_cached_key(|group| {
                (!group.always_narrated, calendar.parse(&group.example.at).ok(), group.example.event)
            });
            selected
        };
        let has_frequency_changed = |group: &EventGroup| {
            let (before, after) = (group.counts.0 as f64, group.counts.1 as f64);
            before.min(after) > 0.0 && (before - after).abs() >= 3.0 && (before - after).abs() >= 0.2 * before.max(after)
        };
        Self {
            calendar: first.scenario.calendar.clone(),
            first: run_label(first),
            second: run_label(second),
            only_in_first: declared_only(first.scenario, second.scenario),
            only_in_second: declared_only(second.scenario, first.scenario),
            divergence: (!alignment.is_identical()).then(|| find_divergence(&pair)),
            beats: diff_beats(&pair),
            vanished: select_groups(&|group| group.counts.1 == 0),
            new: select_groups(&|group| group.counts.0 == 0),
            frequency_changed: select_groups(&has_frequency_changed),
            moved: select_groups(&|group| group.delay_s.is_some_and(|later| later.abs() >= MIN_SHIFT_S)),
            final_states: diff_final_states(&pair),
            measures: diff_measures(&pair),
        }
    }

    /// Whether the runs are identical in their events, final states and measures. Their scenes may differ in what had no effect.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.divergence.is_none() && self.final_states.is_empty() && self.measures.is_empty()
    }
}

fn run_label(run: &ComparedRun<'_>) -> RunLabel {
    RunLabel {
        scene: run.scenario.name.clone(),
        seed: run.seed,
        hash: format_hash(run.chronicle.hash()),
        ended: run.scenario.calendar.datetime(run.ended).to_string(),
        events: run.chronicle.len(),
    }
}

fn find_divergence(pair: &RunPair<'_>) -> Divergence {
    let RunPair { first, second, alignment, .. } = pair;
    let prefix_len = alignment.common_prefix;
    let first_intervention = second.chronicle.events().get(prefix_len).filter(|event| is_intervention(second.scenario, event));
    let first_unmatched = |run: &ComparedRun<'_>, other: &ComparedRun<'_>, counterparts: &[Option<EventId>]| {
        let is_unmatched = |event: &&Event| {
            let counterpart = counterparts[event.id.index()].and_then(|counterpart| other.chronicle.event(counterpart));
            counterpart.is_none_or(|counterpart| counterpart.at != event.at)
        };
        let rest = run.chronicle.events()[prefix_len.min(run.chronicle.len())..].iter();
        rest.filter(|event| !is_intervention(run.scenario, event))
            .filter(is_unmatched)
            .min_by_key(|event| (event.at, event.id))
            .map(|event| event.id)
    };
    let only_first = first_unmatched(first, second, &alignment.first_to_second);
    let only_second = first_unmatched(second, first, &alignment.second_to_first);
    let instant =
        |run: &ComparedRun<'_>, event: Option<EventId>| event.and_then(|event| run.chronicle.event(event)).map(|event| event.at);
    // An intervention fully explains the event that it prevented, so explain what happened instead.
    let is_prevented = only_first.is_some() && first_intervention.map(|event| event.at) == instant(first, only_first);
    // Of two events at the same instant, the new one is more informative, since its causes are recorded.
    let earlier_is_first = match (instant(first, only_first), instant(second, only_second)) {
        (Some(first_at), Some(second_at)) => first_at < second_at && !is_prevented,
        (first_at, _) => first_at.is_some() && !is_prevented,
    };
    let reasons = match (only_first, only_second) {
        (Some(event), _) if earlier_is_first => divergence_reasons(pair, true, event),
        (_, Some(event)) => divergence_reasons(pair, false, event),
        _ => Vec::new(),
    };
    Divergence {
        common_prefix: prefix_len,
        intervention: first_intervention.map(|event| narrate_event(second, &pair.narrators[1], event)),
        only_first: only_first.and_then(|event| Some(narrate_event(first, &pair.narrators[0], first.chronicle.event(event)?))),
        only_second: only_second
            .and_then(|event| Some(narrate_event(second, &pair.narrators[1], second.chronicle.event(event)?))),
        reasons,
        changed: if only_first.is_none() && only_second.is_none() { first_changed(pair) } else { None },
    }
}

/// The first event of both runs that changed other facts.
fn first_changed(pair: &RunPair<'_>) -> Option<ChangedEvent> {
    let [to_second, to_first] = pair.maps;
    let counterpart = |event: &Event| pair.second.chronicle.event(pair.alignment.first_to_second[event.id.index()]?);
    let paired = pair.first.chronicle.iter().filter_map(|event| Some((event, counterpart(event)?)));
    let (event, other) = paired.into_iter().find(|(event, other)| !to_second.is_same_event(event, other))?;
    let in_words = |side: usize, change: &FactChange| {
        let describe = |value| pair.symbols[side].describe_value(change.fact, value, &pair.run(side).chronicle.agents);
        (describe(change.before), describe(change.after))
    };
    let description = |side: usize, fact| pair.symbols[side].describe_fact(fact, &pair.run(side).chronicle.agents);
    let mut facts = Vec::new();
    for change in &other.changes {
        let in_first = to_first.fact(change.fact);
        let first = event.changes.iter().find(|first| Some(first.fact) == in_first);
        let is_same = first.is_some_and(|first| {
            let value = |value| to_second.fact_value(first.fact, value);
            (value(first.before), value(first.after)) == (change.before, change.after)
        });
        if in_first.is_some() && !is_same {
            let first = first.map(|first| in_words(0, first));
            facts.push(ChangedFact { description: description(1, change.fact), first, second: Some(in_words(1, change)) });
        }
    }
    for change in &event.changes {
        let Some(in_second) = to_second.fact(change.fact) else { continue };
        if other.changes.iter().all(|other| other.fact != in_second) {
            facts.push(ChangedFact { description: description(0, change.fact), first: Some(in_words(0, change)), second: None });
        }
    }
    Some(ChangedEvent { event: narrate_event(&pair.second, &pair.narrators[1], other), facts })
}

fn diff_beats(pair: &RunPair<'_>) -> Vec<BeatDiff> {
    let occurrence = |run: &ComparedRun<'_>, id: &str| {
        let index = run.scenario.beats.iter().position(|beat| beat.id == id)?;
        run.chronicle.beats.iter().find(|completed| completed.beat == index).map(|completed| (completed.at, completed.event))
    };
    // A beat of one scene only is listed with the other declarations: it is neither lost nor gained.
    let is_in_second = |beat: &&longhand_scene::Pattern| pair.second.scenario.beats.iter().any(|other| other.id == beat.id);
    let beats = pair.first.scenario.beats.iter().filter(is_in_second);
    let diff = |beat: &longhand_scene::Pattern| {
        let (first, second) = (occurrence(&pair.first, &beat.id), occurrence(&pair.second, &beat.id));
        let chain = match (first, second) {
            (Some((_, event)), None) => pair.cause_chain(true, event),
            (None, Some((_, event))) => pair.cause_chain(false, event),
            _ => Vec::new(),
        };
        let civil = |run: &ComparedRun<'_>, at| run.scenario.calendar.datetime(at).to_string();
        let later_s = first.zip(second).map(|((first_at, _), (second_at, _))| second_at.seconds() - first_at.seconds());
        BeatDiff {
            id: beat.id.clone(),
            title: beat.title.clone(),
            must: beat.must,
            first: first.map(|(at, _)| civil(&pair.first, at)),
            second: second.map(|(at, _)| civil(&pair.second, at)),
            delay_s: later_s,
            chain,
        }
    };
    beats.map(diff).collect()
}

/// Groups the events of both runs by kind and agents. Agents outside the cast are interchangeable.
fn group_events(pair: &RunPair<'_>) -> Vec<EventGroup> {
    /// The name of the kind, and the keys of the agents by role; `None` for an agent outside the cast.
    type GroupKey<'a> = (&'a str, SmallVec<[Option<&'a str>; 4]>);
    let mut groups: BTreeMap<GroupKey<'_>, [Vec<EventId>; 2]> = BTreeMap::new();
    for (side, run) in [(0, &pair.first), (1, &pair.second)] {
        for event in run.chronicle.iter().filter(|event| !is_intervention(run.scenario, event)) {
            let info = &run.scenario.events[event.kind.index()];
            let key = |agent: &AgentId| run.scenario.cast.get(agent.index()).map(|member| member.id.as_str());
            let mut roles: SmallVec<[(&str, Option<&str>); 4]> = info
                .slots
                .iter()
                .map(String::as_str)
                .zip(event.roles.iter().map(key))
                .take(info.participant_count.max(1))
                .collect();
            if !info.several.is_empty() {
                roles.extend(event.roles.iter().skip(info.slots.len()).map(|agent| ("", key(agent))));
            }
            roles.sort_unstable();
            groups.entry((&info.name, roles.into_iter().map(|(_, key)| key).collect())).or_default()[side].push(event.id);
        }
    }
    let summarize = |((kind, _), events): (GroupKey<'_>, [Vec<EventId>; 2])| {
        let side = usize::from(!events[1].is_empty());
        let run = [&pair.first, &pair.second][side];
        let first_of = |side: usize| {
            let chronicle = [&pair.first, &pair.second][side].chronicle;
            events[side].iter().filter_map(|&id| chronicle.event(id)).min_by_key(|event| (event.at, event.id))
        };
        let event = first_of(side)?;
        let info = &run.scenario.events[event.kind.index()];
        let who = event.roles.iter().take(info.participant_count.max(1)).filter(|agent| agent.index() < run.scenario.cast.len());
        let occurs_once = (events[0].len(), events[1].len()) == (1, 1);
        let delay_s =
            first_of(0).zip(first_of(1)).map(|(first_event, second_event)| second_event.at.seconds() - first_event.at.seconds());
        Some(EventGroup {
            kind: kind.to_owned(),
            who: who.map(|&agent| run.chronicle.agents.display_name(agent)).collect(),
            counts: (events[0].len(), events[1].len()),
            example: narrate_event(run, &pair.narrators[side], event),
            delay_s: delay_s.filter(|_| occurs_once),
            always_narrated: info.narration == NarrationFrequency::Always,
        })
    };
    groups.into_iter().filter_map(summarize).collect()
}
