//! How one can be in a place: its seats, beds and spots to stand.

use longhand_scene::PlaceLook;

/// How a body is held.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Posture {
    /// Standing.
    Stand,
    /// Walking; the way behind, in metres.
    Walk(f32),
    /// Sitting on a chair.
    Sit,
    /// Sitting at a table, with both hands on it.
    Write,
    /// Standing, with busy hands.
    Work,
    /// Speaking with somebody in front.
    Talk,
    /// Holding somebody.
    Embrace,
    /// With the back to somebody.
    TurnAway,
    /// Sitting on the ground and looking up.
    LookUp,
    /// In bed.
    Lie,
    /// Asleep on a chair.
    Doze,
}

/// A spot for one person.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlaceSpot {
    /// Position from left to right, as a share (0 to 1) of the width of the place.
    pub share: f32,
    /// Height of the floor there above that of the place, in metres.
    pub height: f32,
    /// How one is there.
    pub posture: Posture,
    /// Whether one looks to the right.
    pub faces_right: bool,
}

const fn spot(share: f32, posture: Posture, faces_right: bool) -> PlaceSpot {
    PlaceSpot { share, height: 0.0, posture, faces_right }
}

const BED_HEIGHT: f32 = 0.5;

const fn bed(share: f32) -> PlaceSpot {
    PlaceSpot { share, height: BED_HEIGHT, posture: Posture::Lie, faces_right: true }
}

use Posture::{LookUp, Sit, Stand, Work, Write};

const HOME: &[PlaceSpot] = &[
    spot(0.5, Sit, true),
    spot(0.84, Write, false),
    bed(0.17),
    spot(0.66, Stand, true),
    bed(0.13),
    spot(0.58, Sit, false),
    spot(0.36, Stand, true),
];
const OFFICE: &[PlaceSpot] = &[
    spot(0.16, Write, true),
    spot(0.42, Write, true),
    spot(0.68, Write, true),
    spot(0.9, Stand, false),
    spot(0.32, Stand, true),
    spot(0.58, Stand, false),
];
const WORKSHOP: &[PlaceSpot] =
    &[spot(0.3, Work, true), spot(0.68, Work, false), spot(0.86, Stand, false), spot(0.14, Stand, true), spot(0.5, Stand, true)];
const SCHOOL: &[PlaceSpot] =
    &[spot(0.16, Stand, true), spot(0.44, Sit, false), spot(0.6, Sit, false), spot(0.76, Sit, false), spot(0.9, Stand, false)];
const TABLES: &[PlaceSpot] = &[
    spot(0.2, Sit, true),
    spot(0.36, Sit, false),
    spot(0.54, Sit, true),
    spot(0.7, Sit, false),
    spot(0.9, Work, false),
    spot(0.45, Stand, true),
    spot(0.1, Stand, true),
];
const THEATRE: &[PlaceSpot] = &[
    PlaceSpot { share: 0.78, height: 0.7, posture: Posture::Talk, faces_right: false },
    spot(0.14, Sit, true),
    spot(0.26, Sit, true),
    spot(0.38, Sit, true),
    PlaceSpot { share: 0.66, height: 0.7, posture: Stand, faces_right: true },
    spot(0.48, Stand, true),
    spot(0.08, Stand, true),
    spot(0.56, Stand, false),
];
const CHURCH: &[PlaceSpot] = &[
    spot(0.3, Sit, true),
    spot(0.42, Sit, true),
    spot(0.84, Stand, false),
    spot(0.54, Sit, true),
    spot(0.16, Stand, true),
    spot(0.68, Stand, true),
];
const OUTSIDE: &[PlaceSpot] = &[
    spot(0.24, Stand, true),
    spot(0.62, Stand, false),
    spot(0.43, Sit, true),
    spot(0.82, Stand, false),
    spot(0.36, Stand, true),
    spot(0.12, Stand, true),
    spot(0.72, Stand, true),
];
const GROUND: &[PlaceSpot] = &[
    spot(0.3, LookUp, true),
    spot(0.46, LookUp, true),
    spot(0.64, Stand, false),
    spot(0.8, LookUp, false),
    spot(0.16, Stand, true),
];
const LABOUR: &[PlaceSpot] =
    &[spot(0.28, Work, true), spot(0.56, Work, true), spot(0.78, Work, false), spot(0.42, Stand, true), spot(0.12, Stand, true)];
const SUBWAY: &[PlaceSpot] =
    &[spot(0.3, Sit, true), spot(0.5, Stand, true), spot(0.66, Sit, false), spot(0.8, Stand, false), spot(0.18, Stand, true)];
const CAMP: &[PlaceSpot] = &[
    spot(0.4, LookUp, true),
    spot(0.62, LookUp, false),
    spot(0.24, Stand, true),
    spot(0.8, Stand, false),
    bed(0.88),
    spot(0.52, Stand, true),
];

/// The spots of a place, in the order in which they are taken by whoever has no favourite.
#[must_use]
pub fn spots(look: PlaceLook) -> &'static [PlaceSpot] {
    use PlaceLook as L;
    match look {
        L::Flat | L::House | L::Garret | L::Towers | L::Cabin => HOME,
        L::Office => OFFICE,
        L::Studio | L::Shop | L::Bakery | L::Smithy | L::Surgery | L::Mill | L::Farm => WORKSHOP,
        L::School => SCHOOL,
        L::Restaurant | L::Tavern | L::Hall | L::Deck => TABLES,
        L::Theatre => THEATRE,
        L::Church => CHURCH,
        L::Roof | L::Beach | L::Hill | L::Balcony => GROUND,
        L::Field | L::Orchard | L::Woods => LABOUR,
        L::Subway => SUBWAY,
        L::Camp => CAMP,
        L::Street | L::Square | L::Market | L::Garden | L::River | L::Harbour => OUTSIDE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_spots_inside_it_that_do_not_coincide() {
        for look in PlaceLook::ALL {
            let spots = spots(*look);
            assert!(spots.len() >= 5, "{look:?}");
            for (nth, spot) in spots.iter().enumerate() {
                assert!((0.05..0.95).contains(&spot.share), "{look:?}");
                assert!(spots[..nth].iter().all(|other| (other.share - spot.share).abs() > 0.03), "{look:?} at {}", spot.share);
            }
        }
    }
}
