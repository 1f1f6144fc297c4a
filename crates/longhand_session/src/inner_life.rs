//! What an agent knows, has agreed to and intends at a position of the log, each with where it comes from.
//!
//! Nothing is stored for this: the history has every value of every fact and the event that wrote it.

use std::collections::BTreeMap;

use super::run_data::RunData;
use longhand_chronicle::{Event, HistoryEntry, LogPosition};
use longhand_expr::ids::{AgentId, AppointmentId, AttrId, EventId, EventKind, Fact, Instant, IntentionId, PlaceId, WorldFact};
use longhand_scene::{Activation, AppointmentFate, EventOrigin};

/// Something that an agent knows or believes.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownTopic {
    /// What it is about.
    pub known: WorldFact,
    /// The value that the agent believes it to have.
    pub value: f64,
    /// How sure the agent is, 0 to 1; `None` if the scene does not record it.
    pub confidence: Option<f64>,
    /// Where the agent has it from.
    pub origin: TopicOrigin,
    /// Since when the agent believes it.
    pub since: Instant,
    /// The event by which it came to know it.
    pub event: Option<EventId>,
    /// To whom it told it, in order.
    pub told: Vec<ToldTopic>,
}

/// Where somebody has something from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicOrigin {
    /// It is about the agent itself.
    Own,
    /// It was believed from the start.
    Start,
    /// Somebody told it.
    ToldBy(AgentId),
    /// The agent saw it, took part in it, or found it out.
    Noticed,
}

/// One telling of something that somebody knows.
#[derive(Clone, Debug, PartialEq)]
pub struct ToldTopic {
    /// The event.
    pub event: EventId,
    /// Who was told.
    pub to: Vec<AgentId>,
    /// The value as it was told.
    pub value: f64,
    /// Whether that is how the agent believed it to be.
    pub is_truthful: bool,
}

/// An appointment that an agent has or had.
#[derive(Clone, Debug, PartialEq)]
pub struct AgreedMeeting {
    /// The other one.
    pub with: AgentId,
    /// Whether the agent made the promise; otherwise the other one did.
    pub is_own_promise: bool,
    /// What was agreed.
    pub what: AppointmentId,
    /// For when.
    pub at: Instant,
    /// Where.
    pub place: PlaceId,
    /// What became of it.
    pub state: MeetingState,
    /// The event by which it was agreed.
    pub agreed: Option<EventId>,
    /// The event that ended it.
    pub ended: Option<EventId>,
}

/// What became of an appointment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeetingState {
    /// It is still to come.
    Open,
    /// Another one took its place.
    Replaced,
    /// It was kept, broken or called off.
    Ended(AppointmentFate),
}

/// An intention that an agent has or had.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldIntention {
    /// What it is.
    pub intention: IntentionId,
    /// Whom it is about, or [`AgentId::NONE`].
    pub about: AgentId,
    /// The position of the present step; after the last one, the number of steps.
    pub step: usize,
    /// What became of it.
    pub state: IntentionState,
    /// The event by which it was adopted.
    pub adopted: Option<EventId>,
    /// The event of its last step or of its end.
    pub latest: Option<EventId>,
}

/// What became of an intention.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntentionState {
    /// The agent pursues it.
    Pursued,
    /// It was achieved.
    Achieved,
    /// It was given up.
    Dropped,
}

/// The first and the last fact about the world, in their order.
fn all_world_facts() -> (WorldFact, WorldFact) {
    (WorldFact::Attr(AgentId(0), AttrId(0)), WorldFact::of_event(EventKind(u16::MAX)).1)
}

/// The entries until a position.
fn entries_until(run: &RunData, fact: Fact, position: LogPosition) -> &[HistoryEntry] {
    let entries = run.history().entries(fact);
    &entries[..entries.partition_point(|entry| entry.position <= position)]
}

impl RunData {
    /// The beliefs of an agent.
    pub fn beliefs(&self, agent: AgentId, position: LogPosition) -> impl Iterator<Item = (WorldFact, f64)> {
        let (first, last) = all_world_facts();
        let all = Fact::Belief(agent, first)..=Fact::Belief(agent, last);
        self.history().values_in_range(all, position).filter_map(|(fact, value, _)| match fact {
            Fact::Belief(_, world_fact) => Some((world_fact, value)),
            _ => None,
        })
    }

    /// What an agent knows: its beliefs, and what it told of itself. What it learned last is first. Beliefs about norms of others are left
    /// out.
    #[must_use]
    pub fn known_topics(&self, agent: AgentId, position: LogPosition) -> Vec<KnownTopic> {
        let is_norm = |known: WorldFact| match known {
            WorldFact::Attr(_, attr) => self.symbols().attributes.get(attr.index()).is_some_and(|symbol| symbol.norm),
            _ => false,
        };
        let mut topics: BTreeMap<WorldFact, KnownTopic> = BTreeMap::new();
        for (known, value) in self.beliefs(agent, position).filter(|(known, _)| !is_norm(*known)) {
            let entry = self.history().last_entry(Fact::Belief(agent, known), position);
            let (event, since) = entry.map_or((None, Instant::START), |entry| (entry.event, entry.instant()));
            let topic = KnownTopic {
                known,
                value,
                confidence: self.value(Fact::Confidence(agent, known), position),
                origin: self.topic_origin(agent, known, position, (event, since)),
                since,
                event,
                told: self.tellings(agent, known, position),
            };
            topics.insert(known, topic);
        }
        let (first, last) = all_world_facts();
        let had_in_mind = Fact::Topic(agent, first)..=Fact::Topic(agent, last);
        for (fact, value, _) in self.history().values_in_range(had_in_mind, position) {
            let Fact::Topic(_, known) = fact else { continue };
            let told = self.tellings(agent, known, position);
            if told.is_empty() || topics.contains_key(&known) {
                continue;
            }
            let value = self.value(Fact::World(known), position).unwrap_or(value);
            let entry = self.history().last_entry(Fact::World(known), position);
            let (event, since) = entry.map_or((None, Instant::START), |entry| (entry.event, entry.instant()));
            let topic = KnownTopic { known, value, confidence: None, origin: TopicOrigin::Own, since, event, told };
            topics.insert(known, topic);
        }
        let mut topics: Vec<KnownTopic> = topics.into_values().collect();
        topics.sort_by_key(|topic| std::cmp::Reverse(topic.since));
        topics
    }

    fn topic_origin(
        &self,
        agent: AgentId,
        known: WorldFact,
        position: LogPosition,
        (event, since): (Option<EventId>, Instant),
    ) -> TopicOrigin {
        let source = self.value(Fact::Source(agent, known), position).map_or(AgentId::NONE, AgentId::from_value);
        let event = event.and_then(|event| self.chronicle().event(event));
        let told_in = |event: &Event| {
            let topic = event.topic.as_ref().filter(|topic| topic.known == known && topic.teller != agent);
            topic.map(|topic| topic.teller)
        };
        match event.and_then(told_in) {
            _ if source.is_some() => TopicOrigin::ToldBy(source),
            Some(teller) => TopicOrigin::ToldBy(teller),
            None if event.is_none() && since == Instant::START => TopicOrigin::Start,
            None => TopicOrigin::Noticed,
        }
    }

    /// The events in which an agent told something it knows.
    fn tellings(&self, agent: AgentId, known: WorldFact, position: LogPosition) -> Vec<ToldTopic> {
        let events = entries_until(self, Fact::Topic(agent, known), position).iter().filter_map(|entry| entry.event);
        let telling = |id: EventId| {
            let event = self.chronicle().event(id)?;
            let topic = event.topic.as_ref().filter(|topic| topic.fact() == Fact::Topic(agent, known))?;
            let mut to: Vec<AgentId> = Vec::new();
            for change in &event.changes {
                if let Fact::Belief(hearer, about) | Fact::Source(hearer, about) | Fact::Confidence(hearer, about) = change.fact
                    && about == known
                    && hearer != agent
                    && !to.contains(&hearer)
                {
                    to.push(hearer);
                }
            }
            // Without a hearer it was only had in mind.
            (!to.is_empty()).then_some(ToldTopic { event: id, to, value: topic.told, is_truthful: topic.is_truthful() })
        };
        events.filter_map(telling).collect()
    }

    /// The appointments of an agent: those to come by instant, then those that are over, the last one first.
    #[must_use]
    pub fn meetings(&self, agent: AgentId, position: LogPosition) -> Vec<AgreedMeeting> {
        let first = Fact::Appointment(AgentId(0), AgentId(0), AppointmentId(0));
        let last = Fact::Appointment(AgentId::NONE, AgentId::NONE, AppointmentId(u8::MAX));
        let mut meetings = Vec::new();
        for (fact, ..) in self.history().values_in_range(first..=last, position) {
            let Fact::Appointment(by, with, what) = fact else { continue };
            if by != agent && with != agent {
                continue;
            }
            let entries = entries_until(self, fact, position);
            for (nth, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.value > 0.0) {
                let next = entries.get(nth + 1);
                let fate = next.and_then(|next| self.appointment_fate(next.event?));
                let state = match (next, fate) {
                    (None, _) => MeetingState::Open,
                    (Some(next), Some(fate)) if next.value <= 0.0 => MeetingState::Ended(fate),
                    _ => MeetingState::Replaced,
                };
                let place = self.value(Fact::MeetingPlace(by, with, what), entry.position);
                meetings.push(AgreedMeeting {
                    with: if by == agent { with } else { by },
                    is_own_promise: by == agent,
                    what,
                    at: Instant::from_seconds(entry.value),
                    place: place.map_or(PlaceId::NOWHERE, PlaceId::from_value),
                    state,
                    agreed: entry.event,
                    ended: next.and_then(|next| next.event),
                });
            }
        }
        meetings.sort_by_key(|meeting| match meeting.state {
            MeetingState::Open => (false, meeting.at.0, meeting.with, meeting.what),
            _ => (true, -meeting.at.0, meeting.with, meeting.what),
        });
        meetings
    }

    /// How the appointment ended whose end an event is.
    fn appointment_fate(&self, event: EventId) -> Option<AppointmentFate> {
        let kind = self.chronicle().event(event)?.kind;
        let EventOrigin::Trigger(trigger) = self.scenario().events.get(kind.index())?.origin else { return None };
        match self.scenario().triggers.get(trigger)?.on {
            Activation::Settles(_, fate) => Some(fate),
            _ => None,
        }
    }

    /// The intentions of an agent: those that it pursues, then those that are over, the last one first.
    #[must_use]
    pub fn held_intentions(&self, agent: AgentId, position: LogPosition) -> Vec<HeldIntention> {
        let fact = |about, intention| Fact::Intention(agent, AgentId(about), IntentionId(intention));
        let mut held: Vec<(LogPosition, HeldIntention)> = Vec::new();
        for (fact, ..) in self.history().values_in_range(fact(0, 0)..=fact(u32::MAX, u8::MAX), position) {
            let Fact::Intention(_, about, intention) = fact else { continue };
            let mut current: Option<HeldIntention> = None;
            for entry in entries_until(self, fact, position) {
                let step = (entry.value as usize).saturating_sub(1);
                match &mut current {
                    None if entry.value > 0.0 => {
                        let state = IntentionState::Pursued;
                        let (adopted, latest) = (entry.event, entry.event);
                        current = Some(HeldIntention { intention, about, step, state, adopted, latest });
                    }
                    Some(pursued) if entry.value > 0.0 => (pursued.step, pursued.latest) = (step, entry.event),
                    _ => {
                        if let Some(mut over) = current.take() {
                            over.state = self.intention_end(entry.event);
                            over.latest = entry.event;
                            held.push((entry.position, over));
                        }
                    }
                }
            }
            held.extend(current.map(|pursued| (position, pursued)));
        }
        held.sort_by_key(|(ended, intention)| (intention.state != IntentionState::Pursued, std::cmp::Reverse(*ended)));
        held.into_iter().map(|(_, intention)| intention).collect()
    }

    /// How an intention ended, by the event that ended it.
    fn intention_end(&self, event: Option<EventId>) -> IntentionState {
        let event = event.and_then(|event| self.chronicle().event(event));
        let is_achieved = event.is_some_and(|event| self.symbols().event_name(event.kind).ends_with("/achieved"));
        if is_achieved { IntentionState::Achieved } else { IntentionState::Dropped }
    }

    /// Something that somebody knows, as a clause: "that Ann and Ben are friends".
    #[must_use]
    pub fn topic_clause(&self, known: WorldFact, value: f64, at: Instant) -> String {
        let agents = &self.chronicle().agents;
        self.narrator().topic(self.scenario(), (known, value), at, agents).unwrap_or_else(|| {
            let fact = Fact::World(known);
            format!("{}: {}", self.symbols().describe_fact(fact, agents), self.symbols().describe_value(fact, value, agents))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{MINDS_SCENE, simulated_session};
    use super::*;

    /// The end of the run of a scene in which somebody tells a secret, meets, and makes a plan.
    fn end_of(run: &RunData) -> LogPosition {
        LogPosition::end_of(run.simulated_until())
    }

    fn agent(run: &RunData, id: &str) -> AgentId {
        run.scenario().schema.agent(id).unwrap_or_else(|| panic!("there is no {id}"))
    }

    #[test]
    fn a_topic_has_its_source_its_strength_and_its_hearers() {
        let session = simulated_session(MINDS_SCENE);
        let run = session.run();
        let [ann, ben, cleo, dan] = ["ann", "ben", "cleo", "dan"].map(|id| agent(run, id));
        let lovers = WorldFact::Tie(ann, ben, longhand_expr::ids::TieId(0));
        let topics = run.known_topics(cleo, end_of(run));
        let topic = topics.iter().find(|topic| topic.known == lovers).expect("Ann told it");
        assert_eq!((topic.origin, topic.value), (TopicOrigin::ToldBy(ann), 1.0));
        assert!((topic.confidence.unwrap_or_default() - 0.8).abs() < 1e-6, "{:?}", topic.confidence);
        let told: Vec<_> = topic.told.iter().map(|told| (told.to.as_slice(), told.is_truthful)).collect();
        assert_eq!(told, [(&[dan][..], true)]);
        let own = run.known_topics(ann, end_of(run));
        assert_eq!((own[0].known, own[0].origin, own[0].told[0].to.as_slice()), (lovers, TopicOrigin::Own, &[cleo][..]));
        let start = LogPosition { at: Instant::START, events: 0 };
        assert!(run.known_topics(cleo, start).is_empty(), "before she is told");
    }

    #[test]
    fn a_meeting_is_open_until_it_is_kept_or_broken() {
        let session = simulated_session(MINDS_SCENE);
        let run = session.run();
        let [ann, ben] = ["ann", "ben"].map(|id| agent(run, id));
        let over = run.meetings(ann, end_of(run));
        assert_eq!((over.len(), over[0].with, over[0].is_own_promise), (1, ben, true));
        assert_eq!(over[0].state, MeetingState::Ended(AppointmentFate::Kept));
        let before = run.history().position_of(over[0].agreed.expect("it was promised")).expect("it is recorded");
        let open = run.meetings(ben, before);
        assert_eq!((open[0].with, open[0].is_own_promise, open[0].state), (ann, false, MeetingState::Open));
        assert_eq!(run.place_name(open[0].place), Some("the inn"));
    }

    #[test]
    fn an_intention_is_pursued_step_by_step_until_it_is_achieved() {
        let session = simulated_session(MINDS_SCENE);
        let run = session.run();
        let dan = agent(run, "dan");
        let over = run.held_intentions(dan, end_of(run));
        assert_eq!((over.len(), over[0].state), (1, IntentionState::Achieved));
        let adopted = run.history().position_of(over[0].adopted.expect("it was adopted")).expect("it is recorded");
        let pursued = run.held_intentions(dan, adopted);
        assert_eq!((pursued[0].state, pursued[0].step), (IntentionState::Pursued, 0));
    }
}
