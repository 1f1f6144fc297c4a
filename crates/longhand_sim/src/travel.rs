//! Journeys: leaving, being on the way, and arriving.

use super::agenda::AgendaItem;
use super::context::TickContext;
use super::events::{EventBuilder, EventRequest};
use crate::world::{Journey, Limit};
use longhand_chronicle::{Cause, CauseLink, LimitedChange};
use longhand_expr::EvalFrame;
use longhand_expr::ids::{AgentField, AgentId, Fact, Instant, PlaceId, WorldFact};
use longhand_scene::{Leg, WALKING_SPEED};

impl TickContext<'_, '_> {
    /// Sends an agent to a place: at once, or on a journey if it has a speed or walks, or `lasts` gives the time in seconds. Who is
    /// already on the way there goes on.
    pub(super) fn go(&mut self, builder: &mut EventBuilder, who: AgentId, to: PlaceId, lasts: Option<f64>) {
        let is_on_the_way = || self.state.journeys.get(who).is_some_and(|journey| journey.destination() == to);
        if !self.is_present(who) || to == PlaceId::NOWHERE || lasts.is_none() && is_on_the_way() {
            return;
        }
        let pace = match lasts {
            Some(seconds) => Pace::Lasts(seconds),
            None => self.pace(who, builder.at, true),
        };
        match self.way(who, to, pace, builder.at) {
            Way::AtOnce => self.move_agent(builder, who, to),
            Way::None => {
                let (wanted, actual) = (f64::from(to.0), f64::from(self.state.place(who).0));
                let fact = Fact::World(WorldFact::Place(who));
                self.record_limited(builder, LimitedChange { fact, wanted, actual, refused: true }, Limit::Journey);
            }
            Way::Legs(from, legs) => {
                self.end_journey(builder, who);
                if let Some(journey) = Journey::new(from, builder.at, &legs, builder.event, false) {
                    let before = self.state.set_place(who, PlaceId::NOWHERE);
                    let nowhere = f64::from(PlaceId::NOWHERE.0);
                    self.record_change(builder, Fact::World(WorldFact::Place(who)), f64::from(before.0), nowhere);
                    self.record_change(builder, Fact::Field(who, AgentField::Travelling), 0.0, 1.0);
                    self.begin_journey(who, journey);
                }
            }
        }
    }

    /// Moves an agent by its routine: at once, or on a journey whose end is not an event.
    pub(super) fn follow_routine(&mut self, who: AgentId, to: PlaceId, now: Instant) {
        let place = match self.way(who, to, self.pace(who, now, false), now) {
            Way::None => return,
            Way::AtOnce => to,
            Way::Legs(from, legs) => {
                let Some(journey) = Journey::new(from, now, &legs, None, true) else { return };
                self.begin_journey(who, journey);
                self.sample(now, Fact::Field(who, AgentField::Travelling), 1.0);
                PlaceId::NOWHERE
            }
        };
        self.state.set_place(who, place);
        self.sample(now, Fact::World(WorldFact::Place(who)), f64::from(place.0));
    }

    fn sample(&mut self, at: Instant, fact: Fact, value: f64) {
        if self.is_sampled(fact) {
            self.chronicle.sample(at, fact, value);
        }
    }

    fn begin_journey(&mut self, who: AgentId, journey: Journey) {
        self.plan(journey.arrives(), AgendaItem::Arrival { agent: who });
        self.state.journeys.begin(who, journey);
    }

    /// How fast an agent goes to another place: by itself (`is_sent` is false, by its routine), or sent by an effect.
    fn pace(&self, who: AgentId, now: Instant, is_sent: bool) -> Pace {
        let kind = &self.scenario().kinds[self.state.kind(who).index()];
        match &kind.speed {
            Some(speed) => Pace::Speed(speed.number(&self.view(now), &mut EvalFrame::for_agent(who))),
            None if kind.on_foot && is_sent => Pace::Walk,
            None => Pace::AtOnce,
        }
    }

    /// The way of an agent to a place.
    fn way(&self, who: AgentId, to: PlaceId, pace: Pace, now: Instant) -> Way {
        let journey = self.state.journeys.get(who);
        if matches!(pace, Pace::AtOnce) {
            return Way::AtOnce;
        }
        // Who is already on the way goes back to the last place passed first.
        let (from, back) = journey.map_or((self.state.place(who), 0.0), |journey| journey.last_passed(now));
        if from == PlaceId::NOWHERE || from == to && back == 0.0 {
            return Way::AtOnce;
        }
        let routes = &self.scenario().routes;
        let distance = Some(routes.distance(from, to)).filter(|km| km.is_finite());
        let legs = match pace {
            Pace::Lasts(seconds) => Some(vec![Leg { to, km: distance.unwrap_or(0.0), seconds: seconds.max(0.0) }]),
            Pace::Speed(speed) => routes.legs(from, to, speed),
            // Nothing says how far it is, or that it is a way at all.
            Pace::Walk if distance.is_none() => return Way::AtOnce,
            Pace::Walk => routes.legs(from, to, WALKING_SPEED),
            Pace::AtOnce => None,
        };
        let Some(mut legs) = legs else { return Way::None };
        if back > 0.0 {
            legs.insert(0, Leg { to: from, km: 0.0, seconds: back });
        }
        if legs.iter().map(|leg| leg.seconds).sum::<f64>() > 0.0 { Way::Legs(from, legs) } else { Way::AtOnce }
    }

    /// Ends the journey of an agent, if it is on one, wherever it is.
    pub(super) fn end_journey(&mut self, builder: &mut EventBuilder, who: AgentId) {
        if self.state.journeys.end(who).is_some() {
            self.record_change(builder, Fact::Field(who, AgentField::Travelling), 1.0, 0.0);
        }
    }

    /// Puts an agent at the destination of its journey.
    pub(super) fn arrive(&mut self, builder: &mut EventBuilder, who: AgentId) {
        if let Some(destination) = self.state.journeys.get(who).map(Journey::destination) {
            self.move_agent(builder, who, destination);
        }
    }

    /// Carries out a planned arrival, unless the agent has gone elsewhere in the meantime.
    pub(super) fn carry_out_arrival(&mut self, who: AgentId, at: Instant) {
        let Some(journey) = self.state.journeys.get(who).filter(|journey| journey.arrives() <= at) else { return };
        let (event, is_routine) = (journey.event, journey.is_routine);
        let rules = self.rules.clone();
        match rules.scenario.arrival() {
            Some(arrival) if !is_routine => {
                let causes = event.map(|event| Cause { event, link: CauseLink::Step }).into_iter().collect();
                let spec = &rules.scenario.triggers[arrival].event;
                self.make_event(EventRequest { spec, frame: EvalFrame::for_agent(who), at, causes, choice: None });
            }
            _ => {
                let Some(journey) = self.state.journeys.end(who) else { return };
                self.state.set_place(who, journey.destination());
                self.sample(at, Fact::World(WorldFact::Place(who)), f64::from(journey.destination().0));
                self.sample(at, Fact::Field(who, AgentField::Travelling), 0.0);
            }
        }
    }
}

/// How fast an agent goes to a place.
enum Pace {
    AtOnce,
    /// Kilometres per hour.
    Speed(f64),
    Walk,
    /// The seconds that the whole way takes.
    Lasts(f64),
}

/// How an agent gets to a place.
enum Way {
    AtOnce,
    /// From a place, over these parts of the way.
    Legs(PlaceId, Vec<Leg>),
    /// No way leads there.
    None,
}
