//! How far it is between places, and the way there: straight, or along the roads of the scene.

use super::model::{Place, Road};
use longhand_expr::ids::PlaceId;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

/// The speed of somebody who walks a whole day, in kilometres per hour, rests included: 40 km in ten hours.
pub const WALKING_SPEED: f64 = 4.0;

/// The distances between the places of a scene.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    positions: Vec<Option<(f64, f64)>>,
    roads: BTreeMap<(PlaceId, PlaceId), Road>,
    /// Neighbours of each place, ascending.
    neighbours: Vec<Vec<PlaceId>>,
    /// By start and destination: the kilometres of the shortest way and the first place on it. Empty without roads.
    shortest: Vec<(f64, PlaceId)>,
}

/// A part of a journey, from one place to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leg {
    /// The place at its end.
    pub to: PlaceId,
    /// Its length in kilometres.
    pub km: f64,
    /// How long it takes, in seconds.
    pub seconds: f64,
}

impl Routes {
    /// The routes over some roads; straight ways if there are none.
    #[must_use]
    pub fn new(places: &[Place], roads: &[Road]) -> Self {
        let mut routes = Self { positions: places.iter().map(|place| place.position).collect(), ..Self::default() };
        if roads.is_empty() {
            return routes;
        }
        routes.neighbours = vec![Vec::new(); places.len()];
        for road in roads {
            let [a, b] = road.between;
            for (from, to) in [(a, b), (b, a)] {
                routes.neighbours[from.index()].push(to);
                routes.roads.insert((from, to), *road);
            }
        }
        routes.neighbours.iter_mut().for_each(|list| list.sort_unstable());
        routes.shortest = (0..places.len()).flat_map(|from| routes.shortest_from(PlaceId::from_index(from))).collect();
        routes
    }

    /// The kilometres from one place to another; infinite if no way leads there.
    #[must_use]
    pub fn distance(&self, from: PlaceId, to: PlaceId) -> f64 {
        if from == PlaceId::NOWHERE || to == PlaceId::NOWHERE {
            f64::INFINITY
        } else if from == to {
            0.0
        } else if self.shortest.is_empty() {
            match (self.positions[from.index()], self.positions[to.index()]) {
                (Some(a), Some(b)) => straight_km(a, b),
                _ => f64::INFINITY,
            }
        } else {
            self.shortest[from.index() * self.positions.len() + to.index()].0
        }
    }

    /// The parts of the way from one place to another at a speed in kilometres per hour; none if no way leads there, or if it
    /// would take for ever.
    #[must_use]
    pub fn legs(&self, from: PlaceId, to: PlaceId, speed: f64) -> Option<Vec<Leg>> {
        let km = self.distance(from, to);
        if !km.is_finite() {
            return None;
        }
        let at_speed = |km: f64| if km > 0.0 { km / speed * 3600.0 } else { 0.0 };
        let mut legs = Vec::new();
        let mut at = from;
        while at != to {
            let leg = if self.shortest.is_empty() {
                Leg { to, km, seconds: at_speed(km) }
            } else {
                let next = self.shortest[at.index() * self.positions.len() + to.index()].1;
                let road = self.roads.get(&(at, next))?;
                Leg { to: next, km: road.km, seconds: road.seconds.unwrap_or_else(|| at_speed(road.km)) }
            };
            if !(leg.seconds.is_finite() && leg.seconds >= 0.0) {
                return None;
            }
            at = leg.to;
            legs.push(leg);
        }
        Some(legs)
    }

    /// The shortest ways from one place to all others (Dijkstra 1959). Of equal ways, the one over lower ids.
    fn shortest_from(&self, from: PlaceId) -> Vec<(f64, PlaceId)> {
        let mut shortest = vec![(f64::INFINITY, PlaceId::NOWHERE); self.positions.len()];
        let mut queue = BinaryHeap::from([Candidate { km: 0.0, at: from, first: from }]);
        while let Some(Candidate { km, at, first }) = queue.pop() {
            if km >= shortest[at.index()].0 {
                continue;
            }
            shortest[at.index()] = (km, first);
            for &next in &self.neighbours[at.index()] {
                let road = &self.roads[&(at, next)];
                queue.push(Candidate { km: km + road.km, at: next, first: if at == from { next } else { first } });
            }
        }
        shortest
    }
}

/// The straight distance of two positions.
pub(crate) fn straight_km((ax, ay): (f64, f64), (bx, by): (f64, f64)) -> f64 {
    ((ax - bx) * (ax - bx) + (ay - by) * (ay - by)).sqrt()
}

/// A way that may be the shortest. The greatest candidate is the shortest way.
#[derive(PartialEq)]
struct Candidate {
    km: f64,
    at: PlaceId,
    first: PlaceId,
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        other.km.total_cmp(&self.km).then_with(|| (other.first, other.at).cmp(&(self.first, self.at)))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
