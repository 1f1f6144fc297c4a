//! Checks the ways between places.

use super::super::decl::{self, SceneFile};
use super::super::model::{Place, Road};
use super::super::routes::straight_km;
use super::checker::SceneChecker;
use super::lookup::check_range;
use longhand_expr::ids::PlaceId;

/// Maximum number of places that roads connect: the shortest ways between all of them are computed.
const MAX_PLACES: usize = 1024;
/// Maximum length of a road in kilometres.
const MAX_KM: f64 = 1e6;

impl SceneChecker<'_> {
    pub(super) fn roads(&mut self, scene: &SceneFile, places: &[Place]) -> Vec<Road> {
        if let Some(road) = scene.roads.first()
            && places.len() > MAX_PLACES
        {
            let message = format!("a scene with roads may have at most {MAX_PLACES} places");
            self.report.error(&road.between.0, "limit", message);
            return Vec::new();
        }
        self.check_speeds(scene, places);
        scene.roads.iter().filter_map(|written| self.road(written, places)).collect()
    }

    fn road(&mut self, written: &decl::RoadDecl, places: &[Place]) -> Option<Road> {
        let (from, to) = &written.between;
        let ends = [from, to].map(|end| self.names.places.resolve(end, &mut self.report).map(PlaceId::from_index));
        let seconds = self.positive_duration(&written.takes);
        if let Some(length) = &written.length {
            check_range(length, **length, (0.0, MAX_KM), "length", &mut self.report);
        }
        let [Some(a), Some(b)] = ends else { return None };
        if a == b {
            self.report.error(to, "road", "a road leads to another place");
            return None;
        }
        let position = |place: PlaceId| places.get(place.index())?.position;
        let straight = position(a).zip(position(b)).map(|(a, b)| straight_km(a, b));
        let km = written.length.as_ref().map(|length| **length).or(straight);
        if km.is_none() {
            let help = "add `length`, or a `position` to both places";
            self.report.error_help(from, "road", "nobody knows how long this road is", help);
        }
        Some(Road { between: [a, b], km: km?, seconds })
    }

    /// Warns of places that somebody with a speed cannot reach, because nothing says where they are.
    fn check_speeds(&mut self, scene: &SceneFile, places: &[Place]) {
        let has_speed = scene.kinds.iter().any(|kind| kind.speed.is_some());
        if !has_speed || !scene.roads.is_empty() {
            return;
        }
        for (written, place) in scene.places.iter().zip(places) {
            if place.position.is_none() {
                let message = format!("`{}` has no `position`, so nobody with a `speed` can go there", place.id);
                self.report.warn(&written.id, "never", message, "add `position: (x, y)` in kilometres, or `roads`");
            }
        }
    }
}
