//! What agents have promised and what they intend. Few agents have any, so it is stored in maps and not in columns.

use longhand_chronicle::Cause;
use longhand_expr::ids::{AgentId, AppointmentId, Instant, IntentionId, PlaceId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Who promised what to whom.
pub(crate) type AppointmentKey = (AgentId, AgentId, AppointmentId);

/// The appointments that are not over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Appointments {
    open: BTreeMap<AppointmentKey, OpenAppointment>,
    /// The same ones, by whom they were promised to: that agent, and who promised.
    promised_to: BTreeSet<(AgentId, AgentId, AppointmentId)>,
    /// How many appointments each agent has.
    counts: Vec<u32>,
}

/// An appointment of two agents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenAppointment {
    /// When they meet.
    pub at: Instant,
    /// From when on they keep themselves free for it, and until when they wait.
    pub window: (Instant, Instant),
    /// Where; [`PlaceId::NOWHERE`] if no place was agreed.
    pub place: PlaceId,
    /// Whether each of the two goes there: who promised, and the other one. `None` until it is time.
    pub goes: [Option<bool>; 2],
    /// Why somebody does not go.
    pub(crate) causes: Vec<Cause>,
}

impl OpenAppointment {
    fn has_time(&self, now: Instant) -> bool {
        self.window.0 <= now && now <= self.window.1
    }
}

impl Appointments {
    /// Whether nobody has an appointment.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.open.is_empty()
    }

    /// Whether an agent has any appointment.
    #[must_use]
    pub(crate) fn has_any(&self, agent: AgentId) -> bool {
        self.counts.get(agent.index()).is_some_and(|count| *count > 0)
    }

    /// Counts an appointment of an agent in or out.
    fn count(&mut self, agent: AgentId, is_made: bool) {
        if self.counts.len() <= agent.index() {
            self.counts.resize(agent.index() + 1, 0);
        }
        let count = &mut self.counts[agent.index()];
        *count = if is_made { *count + 1 } else { count.saturating_sub(1) };
    }

    /// An appointment that is not over.
    #[must_use]
    pub(crate) fn get(&self, key: AppointmentKey) -> Option<&OpenAppointment> {
        self.open.get(&key)
    }

    pub(crate) fn get_mut(&mut self, key: AppointmentKey) -> Option<&mut OpenAppointment> {
        self.open.get_mut(&key)
    }

    /// Makes an appointment. Returns the one that it replaces.
    pub(crate) fn make(&mut self, key: AppointmentKey, appointment: OpenAppointment) -> Option<OpenAppointment> {
        self.promised_to.insert((key.1, key.0, key.2));
        let replaced = self.open.insert(key, appointment);
        if replaced.is_none() {
            [key.0, key.1].into_iter().for_each(|agent| self.count(agent, true));
        }
        replaced
    }

    /// Removes an appointment that is over.
    pub(crate) fn remove(&mut self, key: AppointmentKey) -> Option<OpenAppointment> {
        self.promised_to.remove(&(key.1, key.0, key.2));
        let removed = self.open.remove(&key);
        if removed.is_some() {
            [key.0, key.1].into_iter().for_each(|agent| self.count(agent, false));
        }
        removed
    }

    /// The appointments of an agent, whoever promised them: first those that it promised itself.
    pub(crate) fn of(&self, agent: AgentId) -> impl Iterator<Item = (AppointmentKey, &OpenAppointment)> {
        let (first, last) = (AppointmentId(0), AppointmentId(u8::MAX));
        let range = (agent, AgentId(0), first)..=(agent, AgentId::NONE, last);
        let all = || {
            let made = self.open.range(range.clone()).map(|(key, appointment)| (*key, appointment));
            let given = self.promised_to.range(range).filter_map(|&(with, by, what)| {
                let key = (by, with, what);
                Some((key, self.open.get(&key)?))
            });
            made.chain(given)
        };
        self.has_any(agent).then(all).into_iter().flatten()
    }

    /// The appointment for which it is time and to which an agent goes.
    pub(crate) fn attended(&self, agent: AgentId, now: Instant) -> Option<(AppointmentKey, &OpenAppointment)> {
        if self.open.is_empty() {
            return None;
        }
        let goes = |(key, appointment): &(AppointmentKey, &OpenAppointment)| {
            appointment.has_time(now) && appointment.goes[usize::from(key.0 != agent)] == Some(true)
        };
        self.of(agent).filter(goes).min_by_key(|(key, appointment)| (appointment.at, *key))
    }

    /// Whether an agent has to be free for an appointment between two instants, other than those for which `serves` holds.
    pub(crate) fn is_taken(
        &self,
        agent: AgentId,
        (from, until): (Instant, Instant),
        serves: impl Fn(AppointmentKey) -> bool,
    ) -> bool {
        let takes = |(key, appointment): (AppointmentKey, &OpenAppointment)| {
            let goes = appointment.goes[usize::from(key.0 != agent)] != Some(false);
            goes && appointment.window.0 < until && from <= appointment.window.1 && !serves(key)
        };
        !self.open.is_empty() && self.of(agent).any(takes)
    }
}

/// What agents intend, and whom it is about ([`AgentId::NONE`] for nobody): the position of the present step.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Intentions(BTreeMap<(AgentId, IntentionId, AgentId), u8>);

impl Intentions {
    /// Whether nobody intends anything.
    #[inline]
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The present step of an intention; `about` may be [`AgentId::NONE`] for any agent.
    #[must_use]
    pub fn step(&self, agent: AgentId, intention: IntentionId, about: AgentId) -> Option<u8> {
        if about.is_some() {
            return self.0.get(&(agent, intention, about)).copied();
        }
        self.of_kind(agent, intention).next().map(|(_, step)| step)
    }

    /// Whom an intention of an agent is about, with its present step, ascending.
    pub(crate) fn of_kind(&self, agent: AgentId, intention: IntentionId) -> impl Iterator<Item = (AgentId, u8)> {
        let range = (agent, intention, AgentId(0))..=(agent, intention, AgentId::NONE);
        self.0.range(range).map(|(&(.., about), &step)| (about, step))
    }

    /// All intentions of an agent.
    pub(crate) fn of(&self, agent: AgentId) -> impl Iterator<Item = (IntentionId, AgentId, u8)> {
        let range = (agent, IntentionId(0), AgentId(0))..=(agent, IntentionId(u8::MAX), AgentId::NONE);
        self.0.range(range).map(|(&(_, intention, about), &step)| (intention, about, step))
    }

    /// The intentions that are about an agent: whose, and what.
    pub(crate) fn about(&self, about: AgentId) -> impl Iterator<Item = (AgentId, IntentionId)> {
        self.0.keys().filter(move |(.., of)| *of == about).map(|&(agent, intention, _)| (agent, intention))
    }

    /// Sets the present step; `None` ends the intention. Returns the step before.
    pub(crate) fn set(&mut self, agent: AgentId, intention: IntentionId, about: AgentId, step: Option<u8>) -> Option<u8> {
        match step {
            Some(step) => self.0.insert((agent, intention, about), step),
            None => self.0.remove(&(agent, intention, about)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: AgentId = AgentId(1);
    const BEN: AgentId = AgentId(2);
    const DINNER: AppointmentId = AppointmentId(0);

    fn dinner(goes: [Option<bool>; 2]) -> OpenAppointment {
        let window = (Instant(50), Instant(150));
        OpenAppointment { at: Instant(100), window, place: PlaceId(0), goes, causes: Vec::new() }
    }

    #[test]
    fn an_appointment_is_that_of_both() {
        let mut appointments = Appointments::default();
        appointments.make((ANN, BEN, DINNER), dinner([None, None]));
        for agent in [ANN, BEN] {
            assert_eq!(appointments.of(agent).map(|(key, _)| key).collect::<Vec<_>>(), [(ANN, BEN, DINNER)]);
            assert!(appointments.is_taken(agent, (Instant(0), Instant(60)), |_| false));
            assert!(!appointments.is_taken(agent, (Instant(0), Instant(50)), |_| false), "it ends before it is time");
            assert!(!appointments.is_taken(agent, (Instant(60), Instant(70)), |key| key.2 == DINNER));
        }
        appointments.remove((ANN, BEN, DINNER));
        assert!(appointments.is_empty() && appointments.of(BEN).next().is_none());
    }

    #[test]
    fn who_does_not_go_has_the_time_free() {
        let mut appointments = Appointments::default();
        appointments.make((ANN, BEN, DINNER), dinner([Some(true), Some(false)]));
        assert!(appointments.attended(ANN, Instant(60)).is_some());
        assert!(appointments.attended(ANN, Instant(40)).is_none(), "it is not time");
        assert!(appointments.attended(BEN, Instant(60)).is_none());
        assert!(!appointments.is_taken(BEN, (Instant(60), Instant(70)), |_| false));
    }
}
