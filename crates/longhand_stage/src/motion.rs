//! People on their way between two moments of the model, while time passes.
//!
//! The model says where somebody is; at a fast pace people would jump. Here they walk there, in 0.6 to 2 seconds of real time whatever
//! the pace is. This is presentation only: it ends at the model's positions, and without time passing there is none of it.

use std::collections::BTreeMap;

use longhand_expr::ids::AgentId;

use super::model::{PersonFigure, StageModel};
use super::places::Posture;
use super::route::{Route, route};

/// Shortest and longest time of a walk, in seconds.
const SECONDS: (f32, f32) = (0.6, 2.0);
/// How far one walks in a second at most speeds, in metres.
const SPEED: f32 = 16.0;
/// A smaller move is not walked, in metres.
const SMALLEST_MOVE: f32 = 0.4;

/// Where people were shown last, and the walks that are not at their end.
#[derive(Clone, Debug, Default)]
pub(super) struct StageMotion {
    shown: BTreeMap<AgentId, (usize, [f32; 2])>,
    walks: BTreeMap<AgentId, Walk>,
}

#[derive(Clone, Debug)]
struct Walk {
    way: Route,
    seconds: f32,
    elapsed: f32,
    /// Where it leads.
    to: (usize, [f32; 2]),
}

impl StageMotion {
    /// Forgets all walks: after a jump in time people are where the model says.
    pub fn stop(&mut self) {
        self.walks.clear();
        self.shown.clear();
    }

    /// Whether somebody is on the way.
    pub fn is_moving(&self) -> bool {
        !self.walks.is_empty()
    }

    /// Moves people `seconds` of real time on, and puts them where they are on their way.
    pub fn advance(&mut self, model: &mut StageModel, seconds: f32) {
        let layout = model.layout.clone();
        for figure in &mut model.people {
            let to = (figure.place, figure.at);
            let from = self.shown.get(&figure.agent).copied();
            let is_new = self.walks.get(&figure.agent).is_none_or(|walk| walk.to != to);
            if let Some((place, at)) = from.filter(|(place, at)| is_new && is_far(*place, *at, figure)) {
                let way = route(&layout, place, at, figure.place, figure.at);
                let seconds = (way.length() / SPEED).clamp(SECONDS.0, SECONDS.1);
                self.walks.insert(figure.agent, Walk { way, seconds, elapsed: 0.0, to });
            }
            let mut is_over = false;
            if let Some(walk) = self.walks.get_mut(&figure.agent) {
                walk.elapsed += seconds;
                let share = walk.elapsed / walk.seconds;
                is_over = share >= 1.0;
                if !is_over {
                    // Slow at both ends.
                    let eased = share * share * (3.0 - 2.0 * share);
                    let (at, faces_right) = walk.way.at(eased);
                    figure.at = at;
                    figure.faces_right = faces_right;
                    figure.posture = Posture::Walk(walk.way.length() * eased);
                }
            }
            if is_over {
                self.walks.remove(&figure.agent);
            }
            self.shown.insert(figure.agent, (figure.place, figure.at));
        }
    }
}

/// Whether somebody has to walk from where they were shown. Whoever walks in the model already needs no other walk.
fn is_far(place: usize, at: [f32; 2], figure: &PersonFigure) -> bool {
    let distance = (at[0] - figure.at[0]).hypot(at[1] - figure.at[1]);
    !matches!(figure.posture, Posture::Walk(_)) && (place != figure.place || distance > SMALLEST_MOVE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{PlacedAt, arrange};
    use longhand_expr::Pronouns;
    use longhand_scene::{PlaceLook, StageSetting};

    fn model_with_person_in(place: usize) -> StageModel {
        let placed = |nth, look| PlacedAt { look, storey: None, at: Some((nth as f64, 0.0)), nth };
        let layout = arrange(
            StageSetting::City,
            &[placed(0, PlaceLook::Flat), placed(1, PlaceLook::Street), placed(2, PlaceLook::Office)],
        );
        let mut model = StageModel::for_test(layout, 12.0, None);
        let area = model.layout.plots[place].area;
        model.people.push(PersonFigure {
            agent: AgentId(1),
            name: "Ann".into(),
            pronouns: Pronouns::She,
            age: None,
            place,
            at: [area.center()[0], area.bottom],
            faces_right: true,
            posture: Posture::Sit,
            pleasure: 0.0,
            arousal: 0.0,
            is_told: false,
            is_followed: false,
        });
        model
    }

    #[test]
    fn somebody_walks_to_another_place_and_is_there_after_two_seconds() {
        let mut motion = StageMotion::default();
        motion.advance(&mut model_with_person_in(0), 0.03);
        assert!(!motion.is_moving(), "whoever is first seen is there");
        let goal = model_with_person_in(2).people[0].at;
        let mut seen = Vec::new();
        for _ in 0..70 {
            let mut model = model_with_person_in(2);
            motion.advance(&mut model, 0.03);
            seen.push(model.people[0].clone());
        }
        assert!(matches!(seen[5].posture, Posture::Walk(way) if way > 0.0) && seen[5].at != goal);
        assert_eq!((seen[69].at, seen[69].posture), (goal, Posture::Sit));
        let longest_step =
            seen.windows(2).map(|pair| (pair[0].at[0] - pair[1].at[0]).hypot(pair[0].at[1] - pair[1].at[1])).fold(0.0, f32::max);
        assert!(longest_step < 3.0, "{longest_step} metres in one frame");
    }

    #[test]
    fn after_a_stop_nobody_walks() {
        let mut motion = StageMotion::default();
        motion.advance(&mut model_with_person_in(0), 0.03);
        motion.stop();
        let mut model = model_with_person_in(2);
        let goal = model.people[0].at;
        motion.advance(&mut model, 0.03);
        assert_eq!(model.people[0].at, goal);
    }
}
