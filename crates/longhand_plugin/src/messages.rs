//! What happened in the run, for the host: as messages and for observers, with names resolved.

use bevy_ecs::prelude::*;
use longhand_chronicle::{BeatMatch, Chronicle};
use longhand_expr::CalendarDate;
use longhand_expr::ids::{AgentId, EventId, EventKind, Instant, PlaceId};
use longhand_scene::Scenario;

/// An event of the run. Read it as a message, or observe it (`app.add_observer(|event: On<SimulationEvent>| …)`).
#[derive(Message, Event, Clone, Debug, PartialEq, Eq)]
pub struct SimulationEvent {
    /// The event in the chronicle.
    pub id: EventId,
    /// Its kind.
    pub kind: EventKind,
    /// The name of its kind: the id of the action or trigger, or `rule/outcome`.
    pub name: String,
    /// When it happened.
    pub at: Instant,
    /// When it happened, as a date and time of the scene's calendar.
    pub date_time: CalendarDate,
    /// Who took part, initiator first. Roles without an agent are left out.
    pub participants: Vec<EventParticipant>,
    /// The id of the place where it happened, if it has one.
    pub place: Option<String>,
}

/// An agent in a role of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventParticipant {
    /// The name of the role: `self`, `friend`.
    pub role: String,
    /// The agent.
    pub agent: AgentId,
    /// Its id in the scene's cast; empty for an agent of the population.
    pub key: String,
    /// Its name: the short form if it has one.
    pub name: String,
}

/// A beat of the scene was matched. Written after the [`SimulationEvent`] that completed it.
#[derive(Message, Event, Clone, Debug, PartialEq, Eq)]
pub struct SimulationBeat {
    /// The id of the beat.
    pub id: String,
    /// The title of the beat.
    pub title: String,
    /// The event that completed it.
    pub event: EventId,
    /// When it was completed.
    pub at: Instant,
    /// When it was completed, as a date and time of the scene's calendar.
    pub date_time: CalendarDate,
}

/// The run is over: the scene has ended, or a limit was exceeded.
#[derive(Message, Event, Clone, Debug, PartialEq, Eq)]
pub struct SimulationEnded {
    /// When it ended.
    pub at: Instant,
    /// The hash of the run, 32 hexadecimal digits.
    pub hash: String,
    /// Why it was stopped, if it exceeded a limit.
    pub stopped: Option<String>,
}

impl SimulationEvent {
    pub(crate) fn new(scenario: &Scenario, chronicle: &Chronicle, event: &longhand_chronicle::Event) -> Self {
        let info = &scenario.events[event.kind.index()];
        let roles = info.slots.iter().zip(&event.roles).filter(|(_, agent)| agent.is_some());
        let participants = roles.map(|(role, &agent)| EventParticipant {
            role: role.clone(),
            agent,
            key: scenario.cast.get(agent.index()).map_or_else(String::new, |member| member.id.clone()),
            name: chronicle.agents.display_name(agent),
        });
        Self {
            id: event.id,
            kind: event.kind,
            name: info.name.clone(),
            at: event.at,
            date_time: scenario.calendar.datetime(event.at),
            participants: participants.collect(),
            place: (event.place != PlaceId::NOWHERE).then(|| scenario.places[event.place.index()].id.clone()),
        }
    }

    /// The agent in a role.
    #[must_use]
    pub fn participant(&self, role: &str) -> Option<&EventParticipant> {
        self.participants.iter().find(|participant| participant.role == role)
    }

    /// Whether a member of the cast takes part.
    #[must_use]
    pub fn involves(&self, key: &str) -> bool {
        self.participants.iter().any(|participant| participant.key == key)
    }
}

impl SimulationBeat {
    pub(crate) fn new(scenario: &Scenario, beat_match: &BeatMatch) -> Self {
        let beat = &scenario.beats[beat_match.beat];
        Self {
            id: beat.id.clone(),
            title: beat.title.clone(),
            event: beat_match.event,
            at: beat_match.at,
            date_time: scenario.calendar.datetime(beat_match.at),
        }
    }
}
