//! What is otherwise in one life than in another: where they part and why, which beats came, what vanished, what is new, what moved, and
//! whose end is another.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::align::{Alignment, Life, is_outside};
use super::ends::{AgentEnd, MeasureEnd, ends, measures};
use super::reasons::{Lives, Reason, reasons};
use crate::chronicle::{Event, format_hash};
use crate::ids::{AgentId, EventId, EventKind};
use crate::scenario::Telling;
use crate::story::Teller;

/// An event in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// Its number in its own life.
    pub event: u32,
    /// Civil date and time.
    pub at: String,
    /// The name of its kind.
    pub kind: String,
    /// As the scene has it told.
    pub sentence: String,
}

/// Where two lives part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parting {
    /// How many events at the beginning are the same in everything.
    pub alike: usize,
    /// What was done from outside, where that is the first thing that differs.
    pub outside: Option<Told>,
    /// The first event of a rule that the first life has and the second has not, or not so.
    pub only_first: Option<Told>,
    /// The first event of a rule that the second life has and the first has not, or not so.
    pub only_second: Option<Told>,
    /// Why the earlier of the two is in one life alone.
    pub why: Vec<Reason>,
}

/// A beat in two lives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeatPair {
    /// The beat.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Whether the scene's arc needs it.
    pub must: bool,
    /// Civil date and time in the first life; none: it did not come.
    pub first: Option<String>,
    /// The same in the second life.
    pub second: Option<String>,
    /// How much later it came in the second life, in seconds, where it came in both.
    pub later_s: Option<f64>,
    /// Of a beat that only one life has: how it hangs on what is otherwise, from that on to the beat.
    pub chain: Vec<Told>,
}

impl BeatPair {
    /// Only the first life has it.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.first.is_some() && self.second.is_none()
    }

    /// Only the second life has it.
    #[must_use]
    pub fn is_gained(&self) -> bool {
        self.first.is_none() && self.second.is_some()
    }
}

/// Events of one kind by the same people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// The name of their kind.
    pub kind: String,
    /// Who is in them, by what they are called.
    pub who: Vec<String>,
    /// How many there are in the first life, and in the second.
    pub times: (usize, usize),
    /// The first of them; of those in both lives, in the second.
    pub told: Told,
    /// Of an event that both lives have: how much later it came in the second, in seconds.
    pub later_s: Option<f64>,
    /// Whether the scene has such events told each time.
    pub matters: bool,
}

/// What a life was, in short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LifeLabel {
    /// File name of the scene.
    pub scene: String,
    /// The seed.
    pub seed: u64,
    /// Hash of the chronicle, 32 hexadecimal digits.
    pub hash: String,
    /// Civil date and time at which it ended.
    pub ended: String,
    /// How many events were recorded.
    pub events: usize,
}

/// What is otherwise in one life than in another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// The life as it was.
    pub first: LifeLabel,
    /// The life as it is otherwise.
    pub second: LifeLabel,
    /// Where they part; none: they do not.
    pub parting: Option<Parting>,
    /// The beats, in the scene's order.
    pub beats: Vec<BeatPair>,
    /// What only the first life has, those that matter first.
    pub vanished: Vec<Group>,
    /// What only the second life has.
    pub new: Vec<Group>,
    /// What both have, but clearly more or less often.
    pub oftener: Vec<Group>,
    /// Single events that both have, at another time.
    pub moved: Vec<Group>,
    /// Whose end is another.
    pub ends: Vec<AgentEnd>,
    /// Measures that are others.
    pub measures: Vec<MeasureEnd>,
}

/// Seconds less than which nothing has moved.
const MOVED: f64 = 60.0;

impl Difference {
    /// Compares two lives.
    #[must_use]
    pub fn of(first: &Life<'_>, second: &Life<'_>) -> Self {
        let alignment = Alignment::of(first, second);
        let lives = Lives::new(*first, *second, &alignment);
        let groups = groups(&lives);
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
            parting: (!alignment.is_one()).then(|| parting(&lives)),
            beats: beats(&lives),
            vanished: of(&|group| group.times.1 == 0),
            new: of(&|group| group.times.0 == 0),
            oftener: of(&often),
            moved: of(&|group| group.later_s.is_some_and(|later| later.abs() >= MOVED)),
            ends: ends(&lives),
            measures: measures(&lives),
        }
    }

    /// Whether the two lives are the same in every event, at their ends, and in what was measured.
    #[must_use]
    pub fn is_none(&self) -> bool {
        self.parting.is_none() && self.ends.is_empty() && self.measures.is_empty()
    }
}

fn label(life: &Life<'_>) -> LifeLabel {
    LifeLabel {
        scene: life.scenario.name.clone(),
        seed: life.seed,
        hash: format_hash(life.chronicle.hash()),
        ended: life.scenario.calendar.datetime(life.ended).to_string(),
        events: life.chronicle.len(),
    }
}

/// Says an event by itself.
pub(super) fn told(life: &Life<'_>, teller: &Teller, event: &Event) -> Told {
    Told {
        event: event.id.0,
        at: life.scenario.calendar.datetime(event.at).to_string(),
        kind: life.scenario.events[event.kind.index()].name.clone(),
        sentence: teller.alone(life.scenario, event, 1, &life.chronicle.directory),
    }
}

fn parting(lives: &Lives<'_>) -> Parting {
    let Lives { first, second, alignment, .. } = lives;
    let at = alignment.alike;
    let outside = second.chronicle.events().get(at).filter(|event| is_outside(second.scenario, event));
    let only = |life: &Life<'_>, other: &Life<'_>, to: &[Option<EventId>]| {
        let is_alone = |event: &&Event| {
            let same = to[event.id.index()].and_then(|same| other.chronicle.event(same));
            same.is_none_or(|same| same.at != event.at)
        };
        let late = life.chronicle.events()[at.min(life.chronicle.len())..].iter();
        late.filter(|event| !is_outside(life.scenario, event))
            .filter(is_alone)
            .min_by_key(|event| (event.at, event.id))
            .map(|event| event.id)
    };
    let only_first = only(first, second, &alignment.forth);
    let only_second = only(second, first, &alignment.back);
    let instant =
        |life: &Life<'_>, event: Option<EventId>| event.and_then(|event| life.chronicle.event(event)).map(|event| event.at);
    // What was done from outside is reason enough for what it kept from happening; then why something else comes of it.
    let is_kept = only_first.is_some() && outside.map(|event| event.at) == instant(first, only_first);
    // Of two at one instant the new one says more: it has its causes.
    let earlier_is_first = match (instant(first, only_first), instant(second, only_second)) {
        (Some(one), Some(other)) => one < other && !is_kept,
        (one, _) => one.is_some() && !is_kept,
    };
    let why = match (only_first, only_second) {
        (Some(event), _) if earlier_is_first => reasons(lives, true, event),
        (_, Some(event)) => reasons(lives, false, event),
        _ => Vec::new(),
    };
    Parting {
        alike: at,
        outside: outside.map(|event| told(second, &lives.tellers[1], event)),
        only_first: only_first.and_then(|event| Some(told(first, &lives.tellers[0], first.chronicle.event(event)?))),
        only_second: only_second.and_then(|event| Some(told(second, &lives.tellers[1], second.chronicle.event(event)?))),
        why,
    }
}

fn beats(lives: &Lives<'_>) -> Vec<BeatPair> {
    let came = |life: &Life<'_>, id: &str| {
        let at = life.scenario.beats.iter().position(|beat| beat.id == id)?;
        life.chronicle.beats.iter().find(|came| came.beat == at).map(|came| (came.at, came.event))
    };
    let mut all: Vec<_> = lives.first.scenario.beats.iter().collect();
    all.extend(
        lives.second.scenario.beats.iter().filter(|beat| lives.first.scenario.beats.iter().all(|other| other.id != beat.id)),
    );
    let pair = |beat: &&crate::scenario::Pattern| {
        let (first, second) = (came(&lives.first, &beat.id), came(&lives.second, &beat.id));
        let chain = match (first, second) {
            (Some((_, event)), None) => lives.chain(true, event),
            (None, Some((_, event))) => lives.chain(false, event),
            _ => Vec::new(),
        };
        let civil = |life: &Life<'_>, at| life.scenario.calendar.datetime(at).to_string();
        let later = first.zip(second).map(|((one, _), (other, _))| other.seconds() - one.seconds());
        BeatPair {
            id: beat.id.clone(),
            title: beat.title.clone(),
            must: beat.must,
            first: first.map(|(at, _)| civil(&lives.first, at)),
            second: second.map(|(at, _)| civil(&lives.second, at)),
            later_s: later,
            chain,
        }
    };
    all.iter().map(pair).collect()
}

/// The events of both lives by kind and people; people of the crowd are nobody in particular.
fn groups(lives: &Lives<'_>) -> Vec<Group> {
    type Found = ([Vec<EventId>; 2], Option<(bool, EventKind)>);
    let mut found: BTreeMap<(String, SmallVec<[AgentId; 4]>), Found> = BTreeMap::new();
    for (side, life) in [(0, &lives.first), (1, &lives.second)] {
        for event in life.chronicle.iter().filter(|event| !is_outside(life.scenario, event)) {
            let info = &life.scenario.events[event.kind.index()];
            let cast = |&agent: &AgentId| if agent.index() < life.scenario.cast.len() { agent } else { AgentId::NONE };
            let roles = event.roles.iter().take(info.present.max(1)).map(cast).collect();
            found.entry((info.name.clone(), roles)).or_default().0[side].push(event.id);
        }
    }
    let group = |((kind, roles), (events, _)): ((String, SmallVec<[AgentId; 4]>), Found)| {
        let side = usize::from(!events[1].is_empty());
        let life = [&lives.first, &lives.second][side];
        let first_of = |side: usize| {
            let chronicle = [&lives.first, &lives.second][side].chronicle;
            events[side].iter().filter_map(|&id| chronicle.event(id)).min_by_key(|event| (event.at, event.id))
        };
        let event = first_of(side)?;
        let info = &life.scenario.events[event.kind.index()];
        let single = (events[0].len(), events[1].len()) == (1, 1);
        let later = first_of(0).zip(first_of(1)).map(|(one, other)| other.at.seconds() - one.at.seconds());
        Some(Group {
            kind,
            who: roles.iter().filter(|agent| agent.is_some()).map(|&agent| life.chronicle.directory.called(agent)).collect(),
            times: (events[0].len(), events[1].len()),
            told: told(life, &lives.tellers[side], event),
            later_s: later.filter(|_| single),
            matters: info.telling == Telling::Always,
        })
    };
    found.into_iter().filter_map(group).collect()
}
