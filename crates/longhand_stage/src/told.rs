//! What is told at the cursor, and who takes part in it where.
//!
//! The picture must agree with the sentence: as long as an event is being read, those who took part in it are where it happened, although
//! the run may have sent them on. The sentence ends when one of them has left.

use longhand_chronicle::{Event, LogPosition};
use longhand_expr::ids::{AgentId, Instant};
use longhand_session::{RunData, SessionView};

/// Age up to which a sentence is shown, in simulated seconds.
const SENTENCE_SECONDS: f64 = 3.0 * 3_600.0;
/// Age up to which those who took part are held where it happened, in simulated seconds: as long as it is read at story pace.
const HELD_SECONDS: f64 = 600.0;

/// The last told event that is still shown.
#[derive(Clone, Debug)]
pub(super) struct ToldEvent<'a> {
    pub event: &'a Event,
    pub sentence: String,
    /// How strongly it is shown, 0 to 1.
    pub strength: f32,
    /// Where it happened: a position among the places of the scene.
    pub place: Option<usize>,
    /// Those with a body who were there.
    pub present: Vec<AgentId>,
    /// Those of them who are still shown there, whatever they have done since.
    held: Vec<AgentId>,
}

impl ToldEvent<'_> {
    /// The place in which somebody is shown because of it.
    pub fn held_place(&self, agent: AgentId) -> Option<usize> {
        self.place.filter(|_| self.held.contains(&agent))
    }
}

/// The event that is told at the cursor. `place_at` gives the place of an agent at a position of the log.
pub(super) fn told_event<'a>(
    view: &SessionView<'a>,
    places: usize,
    place_at: impl Fn(AgentId, LogPosition) -> Option<usize>,
) -> Option<ToldEvent<'a>> {
    let now = view.playback.cursor();
    let event = recent_events(view, SENTENCE_SECONDS).iter().rev().find(|event| view.run.is_narrated(event.id))?;
    let age = seconds_between(event.at, now.at);
    let strength = fading(age, SENTENCE_SECONDS)?;
    let then = view.run.history().position_of(event.id)?;
    let named = Some(event.place.index()).filter(|place| *place < places);
    // Of somebody of the crowd the place may be known from the event only.
    let bodies = event.roles.iter().copied().filter(|role| has_body(view.run, *role));
    let bodies: Vec<(AgentId, usize)> = bodies.filter_map(|role| Some((role, place_at(role, then).or(named)?))).collect();
    let place = named.or(bodies.first().map(|(_, place)| *place));
    let present: Vec<AgentId> = bodies.into_iter().filter(|(_, at)| Some(*at) == place).map(|(role, _)| role).collect();
    let is_read = age < HELD_SECONDS;
    if !is_read && present.iter().any(|&agent| place_at(agent, now).is_some_and(|at| Some(at) != place)) {
        return None;
    }
    let held = present.iter().copied().filter(|&agent| is_read || place_at(agent, now).is_none()).collect();
    Some(ToldEvent { event, sentence: view.run.sentence(event), strength, place, present, held })
}

/// The next event that will be told, if it is soon and the run is known so far.
pub(super) fn next_told<'a>(view: &SessionView<'a>) -> Option<&'a Event> {
    let now = view.playback.cursor();
    let all = view.run.chronicle().events();
    let until = now.at.add_seconds(SENTENCE_SECONDS);
    let coming = all.get(now.events as usize..).unwrap_or_default().iter().take_while(|event| event.at <= until);
    coming.into_iter().find(|event| view.run.is_narrated(event.id))
}

/// Whether an agent is seen as a person.
pub(super) fn has_body(run: &RunData, agent: AgentId) -> bool {
    agent != AgentId::NONE && !run.is_os(agent) && !run.scenario().is_thing(agent)
}

/// 1 for the first half of a duration, then falling; `None` after it.
pub(super) fn fading(age: f64, duration: f64) -> Option<f32> {
    (age < duration).then(|| (2.0 * (1.0 - age / duration)).clamp(0.0, 1.0) as f32)
}

pub(super) fn seconds_between(earlier: Instant, later: Instant) -> f64 {
    (later.seconds() - earlier.seconds()).max(0.0)
}

/// Events of the last `seconds` up to the cursor, in order.
pub(super) fn recent_events<'a>(view: &SessionView<'a>, seconds: f64) -> &'a [Event] {
    let now = view.playback.cursor();
    let from = view.run.history().event_count_until(now.at.add_seconds(-seconds));
    let all = view.run.chronicle().events();
    &all[from.min(now.events as usize).min(all.len())..(now.events as usize).min(all.len())]
}
