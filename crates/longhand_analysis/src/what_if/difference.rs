//! Compares two runs: where they diverge and why, which beats occurred, which events vanished, are new or moved, and how the
//! final states differ.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::align::{Alignment, Life, is_outside};
use super::ends::{AgentEnd, MeasureEnd, ends, measures};
use super::reasons::{Lives, Reason, reasons};
use longhand_chronicle::{Event, format_hash};
use longhand_expr::ids::{AgentId, EventId, EventKind};
use longhand_narrative::Teller;
use longhand_scene::Telling;

/// An event in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Its number in its own run.
    pub event: u32,
    /// Civil date and time.
    pub at: String,
    /// The name of its event kind.
    pub kind: String,
    /// The sentence that narrates it.
    pub sentence: String,
}

/// Where two runs diverge.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parting {
    /// Number of events at the beginning that are identical in both runs.
    pub alike: usize,
    /// The intervention, if it is the first difference.
    pub outside: Option<Told>,
    /// The first event of a rule that only the first run has at that instant.
    pub only_first: Option<Told>,
    /// The first event of a rule that only the second run has at that instant.
    pub only_second: Option<Told>,
    /// Why the earlier of the two events is in one run only.
    pub why: Vec<Reason>,
}

/// A beat in two runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeatPair {
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
    pub later_s: Option<f64>,
    /// For a beat in one run only: the causal chain from the intervention to the beat.
    pub chain: Vec<Told>,
}

impl BeatPair {
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
pub struct Group {
    /// The name of the event kind.
    pub kind: String,
    /// The names of the agents.
    pub who: Vec<String>,
    /// Number of events in the first and in the second run.
    pub times: (usize, usize),
    /// The first of the events, from the second run if it has any.
    pub told: Told,
    /// For a single event in both runs: its delay in the second run in seconds.
    pub later_s: Option<f64>,
    /// Whether the scene asks to narrate every event of this kind.
    pub matters: bool,
}

/// Identifies a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LifeLabel {
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
pub struct Difference {
    /// The original run.
    pub first: LifeLabel,
    /// The changed run.
    pub second: LifeLabel,
    /// Where the runs diverge; `None` if they are identical.
    pub parting: Option<Parting>,
    /// The beats, in scene order.
    pub beats: Vec<BeatPair>,
    /// Events only in the first run; kinds that are always narrated come first.
    pub vanished: Vec<Group>,
    /// Events only in the second run.
    pub new: Vec<Group>,
    /// Events that occur clearly more or less often in the second run.
    pub oftener: Vec<Group>,
    /// Single events in both runs at different times.
    pub moved: Vec<Group>,
    /// Members of the cast whose final states differ.
    pub ends: Vec<AgentEnd>,
    /// Measures that differ.
    pub measures: Vec<MeasureEnd>,
}

/// An event has moved if its times differ by at least this many seconds.
const MOVED: f64 = 60.0;

impl Difference {
    /// Compares two runs.
    #[must_use]
    pub fn of(first: &Life<'_>, second: &Life<'_>) -> Self {
        let alignment = Alignment::of(first, second);
        let pair = Lives::new(*first, *second, &alignment);
        let groups = groups(&pair);
        let of = |select: &dyn Fn(&Group) -> bool| {
            let mut selected: Vec<Group> = groups.iter().filter(|group| select(group)).cloned().collect();
            selected.sort_by(|a, b| (!a.matters, &a.told.at, a.told.event).cmp(&(!b.matters, &b.told.at, b.told.event)));
            selected
        };
        let often = |group: &Group| {
            let (one, other) = (group.times.0 as f64, group.times.1 as f64);
            one.min(other) > 0.0 && (one - other).abs() >= 3.0 && (one - other).abs() >= 0.2 * one.max(other)
        };
        Self {
            first: label(first),
            second: label(second),
            parting: (!alignment.is_one()).then(|| parting(&pair)),
            beats: beats(&pair),
            vanished: of(&|group| group.times.1 == 0),
            new: of(&|group| group.times.0 == 0),
            oftener: of(&often),
            moved: of(&|group| group.later_s.is_some_and(|later| later.abs() >= MOVED)),
            ends: ends(&pair),
            measures: measures(&pair),
        }
    }

    /// Whether the runs are identical in their events, final states and measures.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.parting.is_none() && self.ends.is_empty() && self.measures.is_empty()
    }
}

fn label(run: &Life<'_>) -> LifeLabel {
    LifeLabel {
        scene: run.scenario.name.clone(),
        seed: run.seed,
        hash: format_hash(run.chronicle.hash()),
        ended: run.scenario.calendar.datetime(run.ended).to_string(),
        events: run.chronicle.len(),
    }
}

/// Narrates an event without context.
pub(super) fn told(run: &Life<'_>, teller: &Teller, event: &Event) -> Told {
    Told {
        event: event.id.0,
        at: run.scenario.calendar.datetime(event.at).to_string(),
        kind: run.scenario.events[event.kind.index()].name.clone(),
        sentence: teller.alone(run.scenario, event, 1, &run.chronicle.directory),
    }
}

fn parting(pair: &Lives<'_>) -> Parting {
    let Lives { first, second, alignment, .. } = pair;
    let at = alignment.alike;
    let outside = second.chronicle.events().get(at).filter(|event| is_outside(second.scenario, event));
    let only = |run: &Life<'_>, other: &Life<'_>, to: &[Option<EventId>]| {
        let is_alone = |event: &&Event| {
            let same = to[event.id.index()].and_then(|same| other.chronicle.event(same));
            same.is_none_or(|same| same.at != event.at)
        };
        let late = run.chronicle.events()[at.min(run.chronicle.len())..].iter();
        late.filter(|event| !is_outside(run.scenario, event))
            .filter(is_alone)
            .min_by_key(|event| (event.at, event.id))
            .map(|event| event.id)
    };
    let only_first = only(first, second, &alignment.forth);
    let only_second = only(second, first, &alignment.back);
    let instant =
        |run: &Life<'_>, event: Option<EventId>| event.and_then(|event| run.chronicle.event(event)).map(|event| event.at);
    // An intervention fully explains the event that it prevented, so explain what happened instead.
    let is_prevented = only_first.is_some() && outside.map(|event| event.at) == instant(first, only_first);
    // Of two events at the same instant, the new one is more informative, since its causes are recorded.
    let earlier_is_first = match (instant(first, only_first), instant(second, only_second)) {
        (Some(one), Some(other)) => one < other && !is_prevented,
        (one, _) => one.is_some() && !is_prevented,
    };
    let why = match (only_first, only_second) {
        (Some(event), _) if earlier_is_first => reasons(pair, true, event),
        (_, Some(event)) => reasons(pair, false, event),
        _ => Vec::new(),
    };
    Parting {
        alike: at,
        outside: outside.map(|event| told(second, &pair.tellers[1], event)),
        only_first: only_first.and_then(|event| Some(told(first, &pair.tellers[0], first.chronicle.event(event)?))),
        only_second: only_second.and_then(|event| Some(told(second, &pair.tellers[1], second.chronicle.event(event)?))),
        why,
    }
}

fn beats(pair: &Lives<'_>) -> Vec<BeatPair> {
    let came = |run: &Life<'_>, id: &str| {
        let at = run.scenario.beats.iter().position(|beat| beat.id == id)?;
        run.chronicle.beats.iter().find(|came| came.beat == at).map(|came| (came.at, came.event))
    };
    let mut all: Vec<_> = pair.first.scenario.beats.iter().collect();
    all.extend(
        pair.second.scenario.beats.iter().filter(|beat| pair.first.scenario.beats.iter().all(|other| other.id != beat.id)),
    );
    let diff = |beat: &&longhand_scene::Pattern| {
        let (first, second) = (came(&pair.first, &beat.id), came(&pair.second, &beat.id));
        let chain = match (first, second) {
            (Some((_, event)), None) => pair.chain(true, event),
            (None, Some((_, event))) => pair.chain(false, event),
            _ => Vec::new(),
        };
        let civil = |run: &Life<'_>, at| run.scenario.calendar.datetime(at).to_string();
        let later = first.zip(second).map(|((one, _), (other, _))| other.seconds() - one.seconds());
        BeatPair {
            id: beat.id.clone(),
            title: beat.title.clone(),
            must: beat.must,
            first: first.map(|(at, _)| civil(&pair.first, at)),
            second: second.map(|(at, _)| civil(&pair.second, at)),
            later_s: later,
            chain,
        }
    };
    all.iter().map(diff).collect()
}

/// Groups the events of both runs by kind and agents. Agents outside the cast are interchangeable.
fn groups(pair: &Lives<'_>) -> Vec<Group> {
    type Found = ([Vec<EventId>; 2], Option<(bool, EventKind)>);
    let mut found: BTreeMap<(String, SmallVec<[AgentId; 4]>), Found> = BTreeMap::new();
    for (side, run) in [(0, &pair.first), (1, &pair.second)] {
        for event in run.chronicle.iter().filter(|event| !is_outside(run.scenario, event)) {
            let info = &run.scenario.events[event.kind.index()];
            let cast = |&agent: &AgentId| if agent.index() < run.scenario.cast.len() { agent } else { AgentId::NONE };
            let roles = event.roles.iter().take(info.present.max(1)).map(cast).collect();
            found.entry((info.name.clone(), roles)).or_default().0[side].push(event.id);
        }
    }
    let group = |((kind, roles), (events, _)): ((String, SmallVec<[AgentId; 4]>), Found)| {
        let side = usize::from(!events[1].is_empty());
        let run = [&pair.first, &pair.second][side];
        let first_of = |side: usize| {
            let chronicle = [&pair.first, &pair.second][side].chronicle;
            events[side].iter().filter_map(|&id| chronicle.event(id)).min_by_key(|event| (event.at, event.id))
        };
        let event = first_of(side)?;
        let info = &run.scenario.events[event.kind.index()];
        let single = (events[0].len(), events[1].len()) == (1, 1);
        let later = first_of(0).zip(first_of(1)).map(|(one, other)| other.at.seconds() - one.at.seconds());
        Some(Group {
            kind,
            who: roles.iter().filter(|agent| agent.is_some()).map(|&agent| run.chronicle.directory.called(agent)).collect(),
            times: (events[0].len(), events[1].len()),
            told: told(run, &pair.tellers[side], event),
            later_s: later.filter(|_| single),
            matters: info.telling == Telling::Always,
        })
    };
    found.into_iter().filter_map(group).collect()
}
