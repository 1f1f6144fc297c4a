//! The minds without bodies at the cursor, what they do to their owners, and the crowd that talks with them.

use longhand_chronicle::{CrowdDay, HistoryEntry, LogPosition};
use longhand_expr::ids::{AgentField, AgentId, AttrId, Emotion, Fact, Instant, WorldFact};
use longhand_scene::{Scenario, Tie};
use longhand_session::{RunData, SessionView};

use super::figure::head_position;
use super::layout::StageLayout;
use super::model::{CrowdLight, MindLight, MindState, PersonFigure};
use super::tint::stable_random;
use super::told::seconds_between;

/// How long the light of an OS that leaves is seen rising, in simulated seconds.
const DEPARTURE_SECONDS: f64 = 1_500.0;
/// How far it has risen at the instant at which it leaves: it is off the device already.
const FIRST_RISE: f64 = 0.16;
/// How long it is seen that an OS was made anew, and that it has gone past matter, in simulated seconds.
const RENEWAL_SECONDS: f64 = 900.0;
/// How long somebody runs after an OS that does not answer, and sits where the run ended, in simulated seconds.
const FLIGHT_SECONDS: f64 = 240.0;
const REST_SECONDS: f64 = 900.0;
/// Least fear of somebody who runs.
const FLIGHT_FEAR: f64 = 0.3;
/// The hour of whose talks a day has while the light is held.
const TALK_HOUR: f64 = 20.0;
/// Greatest number of threads that are drawn of all OSes.
const MAX_THREADS: u32 = 8_000;

/// How a scene says with whom a mind talks and whom it loves: by ties, and, where these are too many to be recorded, by attributes that
/// count them.
#[derive(Clone, Debug)]
pub(super) struct MindTies {
    /// Whether a tie is one of love; by tie.
    is_love: Vec<bool>,
    talks: Option<AttrId>,
    loves: Option<AttrId>,
}

impl MindTies {
    pub fn new(scenario: &Scenario) -> Self {
        let love =
            |id: &str| ["love", "married", "partner", "couple", "betrothed", "engaged"].iter().any(|word| id.contains(word));
        let is_love = |tie: &Tie| love(&tie.id) && !tie.tags.iter().any(|tag| tag.starts_with("past"));
        let attribute = |names: &[&str]| names.iter().find_map(|name| scenario.schema.attribute(name));
        Self {
            is_love: scenario.ties.iter().map(is_love).collect(),
            talks: attribute(&["voices", "talks", "conversations", "contacts"]),
            loves: attribute(&["loved", "loves"]),
        }
    }
}

/// Somebody who runs through the town because a mind does not answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Flight {
    pub agent: AgentId,
    /// The share of the way that is behind, 0 to 1.
    pub share: f32,
}

/// The OSes of the cast.
fn oses(run: &RunData) -> impl Iterator<Item = AgentId> {
    let cast = run.scenario().cast.len() as u32;
    run.agents().filter(move |&agent| run.is_os(agent) && agent.0 < cast)
}

/// The values of a field up to a position, oldest first.
fn past(run: &RunData, agent: AgentId, field: AgentField, now: LogPosition) -> &[HistoryEntry] {
    let entries = run.history().entries(Fact::Field(agent, field));
    &entries[..entries.partition_point(|entry| entry.position <= now)]
}

/// Seconds since a field got its value, if it had another before.
fn seconds_since_change(run: &RunData, agent: AgentId, field: AgentField, now: LogPosition) -> Option<f64> {
    match past(run, agent, field, now) {
        [.., before, last] if before.value != last.value => Some(seconds_between(last.instant(), now.at)),
        _ => None,
    }
}

/// Those who run: owners of an OS that is out of reach, or was until just now, who are afraid.
pub(super) fn flights(run: &RunData, now: LogPosition) -> Vec<Flight> {
    let flight = |os: AgentId| {
        let agent = run.owner_of(os, now)?;
        let age = seconds_since_change(run, os, AgentField::Online, now)?;
        let has_left = run.field(os, AgentField::Gone, now).is_some_and(|gone| gone != 0.0);
        let is_out_of_reach = run.field(os, AgentField::Online, now) == Some(0.0);
        let is_afraid = run
            .feelings(agent, now)
            .any(|(fact, strength, _)| matches!(fact, Fact::Feeling(_, Emotion::Fear, _)) && strength > FLIGHT_FEAR);
        let share = match is_out_of_reach {
            true => (age / FLIGHT_SECONDS).min(1.0) as f32,
            false if age < REST_SECONDS => 1.0,
            false => return None,
        };
        (is_afraid && !has_left).then_some(Flight { agent, share })
    };
    oses(run).filter_map(flight).collect()
}

/// The OSes of the cast as lights.
pub(super) fn minds(
    view: &SessionView<'_>,
    layout: &StageLayout,
    mind_ties: &MindTies,
    people: &[PersonFigure],
    is_told: &impl Fn(AgentId) -> bool,
) -> Vec<MindLight> {
    let (run, now) = (view.run, view.playback.cursor());
    let light = |(nth, agent): (usize, AgentId)| {
        let field = |field| run.field(agent, field, now);
        let is_present = field(AgentField::Present).is_some_and(|present| present != 0.0);
        let left = run.history().last_entry(Fact::Field(agent, AgentField::Gone), now).filter(|entry| entry.value != 0.0);
        let left =
            left.map(|entry| FIRST_RISE + (1.0 - FIRST_RISE) * seconds_between(entry.instant(), now.at) / DEPARTURE_SECONDS);
        let state = match left {
            Some(share) if share < 1.0 => MindState::Leaving(share as f32),
            Some(_) => return None,
            None if !is_present => return None,
            None if field(AgentField::Online) == Some(0.0) => MindState::Offline,
            None => MindState::Online,
        };
        let is_bound = field(AgentField::Bound) != Some(0.0);
        let owner = run.owner_of(agent, now).and_then(|owner| people.iter().position(|figure| figure.agent == owner));
        let ties = run.bonds(agent, now).filter_map(|(fact, _)| match fact {
            WorldFact::Tie(from, _, tie) if from == agent => Some(tie),
            _ => None,
        });
        let (mut talks, mut loves) = (0, 0);
        for tie in ties {
            talks += 1;
            loves += u32::from(mind_ties.is_love.get(tie.index()).copied().unwrap_or(false));
        }
        let counted = |attr: Option<AttrId>| {
            let value = attr.and_then(|attr| run.value(Fact::World(WorldFact::Attr(agent, attr)), now));
            value.map_or(0, |value| value.max(0.0) as u32)
        };
        (talks, loves) = (talks.max(counted(mind_ties.talks)), loves.max(counted(mind_ties.loves)));
        let share_of = |field, seconds: f64| {
            let age = seconds_since_change(run, agent, field, now)?;
            (age < seconds).then_some((age / seconds) as f32)
        };
        let lift =
            if is_bound { 0.0 } else { share_of(AgentField::Bound, RENEWAL_SECONDS).map_or(1.0, |share| 0.3 + 0.7 * share) };
        Some(MindLight {
            agent,
            name: view.display_name(agent),
            owner,
            at: light_position(layout, agent, nth, owner.map(|owner| &people[owner]), lift),
            generation: field(AgentField::Generation).map_or(1, |generation| generation.max(1.0) as u32),
            renewal: share_of(AgentField::Generation, RENEWAL_SECONDS),
            state,
            is_bound,
            talks,
            loves,
            is_told: is_told(agent),
        })
    };
    oses(run).enumerate().filter_map(light).collect()
}

/// A light is at the ear of its owner; as far as it has gone past matter (`lift`, 0 to 1), over the head; without an owner, over the town.
fn light_position(layout: &StageLayout, agent: AgentId, nth: usize, owner: Option<&PersonFigure>, lift: f32) -> [f32; 2] {
    match owner {
        Some(owner) => {
            let head = head_position(owner);
            let side = if owner.faces_right { -1.0 } else { 1.0 };
            let mix = |bound: f32, free: f32| bound + (free - bound) * lift;
            [head[0] + mix(0.1, 0.46) * side, head[1] + mix(0.01, 0.62)]
        }
        None => {
            let share = stable_random(u64::from(agent.0) * 17 + nth as u64);
            [layout.width * (0.2 + 0.6 * share), layout.height * 0.8 + 2.0]
        }
    }
}

/// The crowd at the cursor.
pub(super) fn crowd(run: &RunData, now: LogPosition, minds: &[MindLight], is_light_held: bool) -> CrowdLight {
    let days = &run.chronicle().crowd;
    let day_share = now.at.0 as f64 / Instant::DAY_US as f64;
    let past = days.partition_point(|day| (i64::from(day.day) + 1) * Instant::DAY_US <= now.at.0);
    // The day that is not over has a number only where the run is known beyond it.
    let day = |back: usize| past.checked_sub(back).and_then(|index| days.get(index));
    let count = |os: bool, day: Option<&CrowdDay>| {
        let kinds = run.scenario().kinds.iter().filter(|kind| kind.os == os);
        let numbers = day.map_or(&[][..], |day| day.numbers.as_slice());
        kinds.filter_map(|kind| numbers.iter().find(|(name, _)| *name == kind.id)).map(|(_, number)| number).sum::<f64>()
    };
    let people = count(false, day(1));
    let left = |back: usize| match (day(back + 1), day(back)) {
        (Some(before), Some(after)) => (count(true, Some(before)) - count(true, Some(after))).max(0.0),
        _ => 0.0,
    };
    // Those who leave today go one after the other; those of yesterday are still seen in the sky.
    let leaving = left(0) * (day_share.fract() * 8.0).min(1.0) + left(1);
    let reached = minds.iter().filter(|mind| mind.state == MindState::Online);
    let (threads, loves) = reached.fold((0, 0), |(talks, loves), mind| (talks + mind.talks, loves + mind.loves));
    // At a fast pace, one number for each day: windows that came and went with every hour would flicker.
    let talks_at = if is_light_held {
        let hour = run.scenario().calendar.hour(now.at);
        now.at.add_seconds((TALK_HOUR - hour - if hour < TALK_HOUR { 24.0 } else { 0.0 }) * 3_600.0)
    } else {
        now.at
    };
    CrowdLight {
        people: people.max(0.0) as u32,
        talking: if people > 0.0 { (run.recent_talk_count(talks_at) / people).clamp(0.0, 1.0) as f32 } else { 0.0 },
        leaving: leaving as u32,
        threads: threads.min(MAX_THREADS),
        loves,
    }
}
