//! The names behind the ids of a chronicle: what a scene declares, without its rules.
//!
//! A chronicle can be read, shown and stored with this table alone, so a story stays readable when its scene no longer loads.

use longhand_expr::Calendar;
use longhand_expr::ids::{
    AgentId, AppointmentId, AttrId, DimId, EventKind, Instant, IntentionId, KindId, PlaceId, ReasonId, TieId,
};
use longhand_scene::{ParamValue, Scenario};
use serde::{Deserialize, Serialize};

/// The names and the calendar of a scene, indexed by id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SymbolTable {
    /// The calendar, with the date of [`Instant::START`].
    #[serde(rename = "starts", with = "crate::calendar_text")]
    pub calendar: Calendar,
    /// The agent that has the attributes of the world.
    #[serde(default)]
    pub world: Option<AgentId>,
    /// Kinds of agents, by id.
    pub kinds: Vec<String>,
    /// Attributes, by id.
    pub attributes: Vec<AttributeSymbol>,
    /// Dimensions of bonds, by id.
    pub dims: Vec<DimensionSymbol>,
    /// Ties, by id.
    pub ties: Vec<String>,
    /// Places, by id.
    pub places: Vec<PlaceSymbol>,
    /// Event kinds, by id.
    pub events: Vec<EventSymbol>,
    /// Names of the numbers that events carry.
    pub values: Vec<String>,
    /// Ids of the beats, by position in the scene.
    pub beats: Vec<String>,
    /// Names of reasons, without those that every scene has.
    #[serde(default)]
    pub reasons: Vec<String>,
    /// Appointments, by id.
    #[serde(default)]
    pub appointments: Vec<String>,
    /// Intentions, by id, with the names of their steps.
    #[serde(default)]
    pub intentions: Vec<IntentionSymbol>,
    /// The params, with the values of this run.
    pub params: Vec<ParamSymbol>,
    /// Half-life of an emotion, in seconds.
    pub emotion_half_life: f64,
    /// Half-life of a memory, in seconds.
    pub memory_half_life: f64,
}

/// The name and range of an attribute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributeSymbol {
    /// Its id in the scene.
    pub id: String,
    /// Whether it is a switch (true or false, stored as 1 or 0).
    pub switch: bool,
    /// Whether it is a scale, which is meant to reach the ends of its range.
    #[serde(default)]
    pub scale: bool,
    /// Lowest and highest value.
    pub range: (f64, f64),
    /// The words that are its values, stored as their positions.
    #[serde(default)]
    pub one_of: Vec<String>,
    /// Whether it is how strongly an agent holds a norm.
    #[serde(default)]
    pub norm: bool,
}

/// The name, range and decay of a bond dimension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DimensionSymbol {
    /// Its id in the scene.
    pub id: String,
    /// Lowest and highest value.
    pub range: (f64, f64),
    /// The value it decays to.
    pub rest: f64,
    /// Half-life of the distance to `rest`, in seconds; `None` if it does not decay.
    pub half_life: Option<f64>,
}

/// A param and its value in a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParamSymbol {
    /// Its id in the scene.
    pub id: String,
    /// Whether it is a switch (true or false, stored as 1 or 0).
    pub switch: bool,
    /// Its value.
    pub value: f64,
}

/// The name of an intention and its steps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IntentionSymbol {
    /// Its id in the scene.
    pub id: String,
    /// The events or tags of its steps.
    pub steps: Vec<String>,
    /// The reason in words, as the scene has it; may be empty.
    #[serde(default)]
    pub because: String,
}

/// A place's id, and its name in prose.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlaceSymbol {
    /// Its id in the scene's rules.
    pub id: String,
    /// Its name in prose.
    pub name: String,
}

/// The name of an event kind and the names of its roles.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventSymbol {
    /// `confide`, or `date/hesitates` for a step of `date`.
    pub name: String,
    /// `self`, then the other roles.
    pub slots: Vec<String>,
    /// The slots that hold several agents.
    #[serde(default)]
    pub several: Vec<usize>,
}

impl SymbolTable {
    /// Takes the names of a scene.
    #[must_use]
    pub fn from_scenario(scenario: &Scenario) -> Self {
        Self {
            calendar: scenario.calendar.clone(),
            world: scenario.schema.world,
            kinds: scenario.kinds.iter().map(|kind| kind.id.clone()).collect(),
            attributes: (scenario.attributes.iter())
                .map(|a| AttributeSymbol {
                    id: a.id.clone(),
                    switch: a.switch,
                    scale: a.scale,
                    range: a.range,
                    one_of: a.one_of.clone(),
                    norm: a.norm,
                })
                .collect(),
            dims: (scenario.dims.iter())
                .map(|d| DimensionSymbol { id: d.id.clone(), range: d.range, rest: d.rest, half_life: d.half_life })
                .collect(),
            ties: scenario.ties.iter().map(|tie| tie.id.clone()).collect(),
            places: (scenario.places.iter())
                .map(|place| PlaceSymbol { id: place.id.clone(), name: place.name.clone() })
                .collect(),
            events: (scenario.events.iter())
                .map(|event| EventSymbol { name: event.name.clone(), slots: event.slots.clone(), several: event.several.clone() })
                .collect(),
            values: scenario.schema.values.clone(),
            beats: scenario.beats.iter().map(|beat| beat.id.clone()).collect(),
            reasons: scenario.schema.reasons.clone(),
            appointments: scenario.schema.appointments.clone(),
            intentions: (scenario.commitments.intentions.iter())
                .map(|intention| IntentionSymbol {
                    id: intention.id.clone(),
                    steps: intention.step_names.clone(),
                    because: intention.because.clone(),
                })
                .collect(),
            params: (scenario.params.iter())
                .map(|param| ParamSymbol {
                    id: param.id.clone(),
                    switch: matches!(param.value, ParamValue::Switch(_)),
                    value: param.value.as_f64(),
                })
                .collect(),
            emotion_half_life: scenario.minds.emotion_half_life,
            memory_half_life: scenario.minds.memory_half_life,
        }
    }

    /// The date and time of an instant: `2025-03-01T12:00:00`, with as many digits of a second as it has, or `turn 12`.
    #[must_use]
    pub fn civil_time(&self, at: Instant) -> String {
        self.calendar.datetime(at).to_string()
    }

    /// The name of an event kind; `?` for an unknown id.
    #[must_use]
    pub fn event_name(&self, kind: EventKind) -> &str {
        self.events.get(kind.index()).map_or("?", |event| &event.name)
    }

    /// The name of a role slot of an event kind (`self`, `friend`); `?` for an unknown one.
    #[must_use]
    pub fn slot_name(&self, kind: EventKind, slot: usize) -> &str {
        self.events.get(kind.index()).and_then(|event| event.slots.get(slot)).map_or("?", String::as_str)
    }

    /// The slot of the role at a position in the roles of a recorded event; `None` for an unknown one. After the last slot come the other
    /// agents of the roles for several.
    #[must_use]
    pub fn role_slot(&self, kind: EventKind, roles: &[AgentId], position: usize) -> Option<usize> {
        let event = self.events.get(kind.index())?;
        let Some(more) = roles.get(event.slots.len()..position) else { return Some(position) };
        let ended = more.iter().filter(|agent| !agent.is_some()).count();
        event.several.get(ended).copied()
    }

    /// The name of the role at a position in the roles of a recorded event; `?` for an unknown one.
    #[must_use]
    pub fn role_name(&self, kind: EventKind, roles: &[AgentId], position: usize) -> &str {
        self.role_slot(kind, roles, position).map_or("?", |slot| self.slot_name(kind, slot))
    }

    /// The name of a reason; `no reason given` for [`ReasonId::NONE`], `?` for an unknown id.
    #[must_use]
    pub fn reason_name(&self, reason: ReasonId) -> &str {
        let names = ReasonId::BUILT_IN.into_iter().chain(self.reasons.iter().map(String::as_str));
        std::iter::once("no reason given").chain(names).nth(reason.index()).unwrap_or("?")
    }

    /// The name of a kind of agent; `?` for an unknown id.
    #[must_use]
    pub fn kind_name(&self, kind: KindId) -> &str {
        self.kinds.get(kind.index()).map_or("?", String::as_str)
    }

    /// The name of an attribute; `?` for an unknown id.
    #[must_use]
    pub fn attribute_name(&self, attribute: AttrId) -> &str {
        self.attributes.get(attribute.index()).map_or("?", |attribute| &attribute.id)
    }

    /// The word that is the value of an attribute with `one_of`; `None` for a number or a switch.
    #[must_use]
    pub fn attribute_word(&self, attribute: AttrId, value: f64) -> Option<&str> {
        self.attributes.get(attribute.index())?.one_of.get(value.max(0.0) as usize).map(String::as_str)
    }

    /// The name of a bond dimension; `?` for an unknown id.
    #[must_use]
    pub fn dimension_name(&self, dim: DimId) -> &str {
        self.dims.get(dim.index()).map_or("?", |dim| &dim.id)
    }

    /// The name of a tie; `?` for an unknown id.
    #[must_use]
    pub fn tie_name(&self, tie: TieId) -> &str {
        self.ties.get(tie.index()).map_or("?", String::as_str)
    }

    /// The name of an appointment; `?` for an unknown id.
    #[must_use]
    pub fn appointment_name(&self, what: AppointmentId) -> &str {
        self.appointments.get(what.index()).map_or("?", String::as_str)
    }

    /// The name of an intention; `?` for an unknown id.
    #[must_use]
    pub fn intention_name(&self, intention: IntentionId) -> &str {
        self.intentions.get(intention.index()).map_or("?", |intention| &intention.id)
    }

    /// The id of a place as the scene writes it; `None` for [`PlaceId::NOWHERE`].
    #[must_use]
    pub fn place_id(&self, place: PlaceId) -> Option<&str> {
        self.places.get(place.index()).map(|place| place.id.as_str())
    }

    /// The name of a number that events carry; `?` for an unknown id.
    #[must_use]
    pub fn value_name(&self, value: u16) -> &str {
        self.values.get(usize::from(value)).map_or("?", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::test_symbols;

    #[test]
    fn days_count_24_hours_from_the_start_while_civil_time_counts_from_midnight() {
        let hours = |hours: f64| Instant::from_seconds(hours * 3600.0);
        assert_eq!([-24.0, 0.0, 23.9, 24.0].map(|at| hours(at).day()), [0, 0, 0, 1]);
        assert_eq!(test_symbols().civil_time(hours(16.5)), "2025-01-07T00:00:00");
    }
}
