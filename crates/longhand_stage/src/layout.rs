//! The panorama: where each place is cut open. It depends only on the scene, so people learn the way.
//!
//! Places stand side by side in the order of their `position` from left to right; if that is too wide, in rows behind each other. Grounds (streets, gardens, the beach) lie on the
//! ground line; rooms are stacked into buildings, as many as the setting allows; a roof is on top of the building nearest to it, a
//! subway below. Lengths are in metres; the ground is at 0, x begins at 0 at the left.

use longhand_scene::{PlaceLook, Scenario, StageSetting};

use super::canvas::Area;
use super::defaults::place_look;
use super::rows::rows;
use super::tint::stable_random;

/// Height of a storey, with its floor.
pub const STOREY: f32 = 3.3;
/// Thickness of a floor.
pub const SLAB: f32 = 0.3;
/// Thickness of a wall.
pub const WALL: f32 = 0.25;
/// The floor of the subway.
pub const TUNNEL: f32 = -4.6;

/// A place of the scene on the panorama.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// What it looks like.
    pub look: PlaceLook,
    /// The part that is cut open: the inside of a room, or the air above a ground.
    pub area: Area,
    /// The building that it is part of: an index into [`StageLayout::buildings`].
    pub building: Option<usize>,
    /// The ground that it or its building stands on: 0, or that of a terrace behind.
    pub ground: f32,
    /// Seeds its details.
    pub seed: u64,
}

/// A building with its rooms and with floors that nobody of the cast uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Building {
    /// From the ground it stands on to the top of the uppermost floor, walls included.
    pub area: Area,
    /// The floors that are not cut open, with windows.
    pub facades: Vec<Area>,
    /// What it looks like above.
    pub crown: Crown,
    /// Seeds its details.
    pub seed: u64,
}

/// The upper end of a building.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crown {
    /// A flat roof with a rail.
    Flat,
    /// A roof that is a place of the scene.
    Terrace,
    /// A gable.
    Gable,
    /// A steep roof with dormers.
    Mansard,
    /// A gable with a bell tower.
    Steeple,
    /// A gable with the sails of a mill.
    Sails,
    /// The mast and funnel of a ship.
    Funnel,
}

/// Where everything stands.
#[derive(Clone, Debug, PartialEq)]
pub struct StageLayout {
    /// The setting.
    pub setting: StageSetting,
    /// One for each place of the scene, in its order.
    pub plots: Vec<Plot>,
    /// The buildings from left to right.
    pub buildings: Vec<Building>,
    /// The width of the panorama.
    pub width: f32,
    /// How high the town is: at least the top of the highest building.
    pub height: f32,
    /// Whether the sea is at the left end and at the right end.
    pub sea: (bool, bool),
    /// Whether there is a tunnel below the ground.
    pub has_tunnel: bool,
    /// The grounds of the rows, from the one behind to the one in front, which is at 0.
    pub grounds: Vec<f32>,
}

/// Whether one looks into a room, and not at a piece of ground.
#[must_use]
pub fn is_room(look: PlaceLook) -> bool {
    use PlaceLook as L;
    matches!(
        look,
        L::Flat
            | L::House
            | L::Garret
            | L::Towers
            | L::Office
            | L::Studio
            | L::Shop
            | L::Bakery
            | L::Smithy
            | L::School
            | L::Surgery
            | L::Hall
            | L::Theatre
            | L::Church
            | L::Restaurant
            | L::Tavern
            | L::Cabin
            | L::Mill
            | L::Farm
            | L::Deck
    )
}

/// Whether a room has a building to itself.
fn stands_alone(look: PlaceLook, setting: StageSetting) -> bool {
    use PlaceLook as L;
    let is_lone = matches!(look, L::Church | L::Theatre | L::Mill | L::Cabin | L::Farm | L::Smithy);
    is_lone || setting == StageSetting::Village
}

/// The width of a place.
fn width_of(look: PlaceLook, setting: StageSetting) -> f32 {
    use PlaceLook as L;
    let width = match look {
        L::Theatre => 12.0,
        L::Church | L::Office | L::Hall | L::Camp | L::Market => 9.5,
        L::Beach | L::Field | L::Street | L::Harbour | L::River | L::Woods | L::Hill => 11.0,
        L::Flat | L::Restaurant | L::Tavern | L::Studio | L::Garden | L::Orchard | L::Square | L::Deck | L::Subway => 8.5,
        L::Garret | L::Balcony => 5.5,
        _ => 7.0,
    };
    if setting == StageSetting::Village && is_room(look) { f32::min(width, 6.5) } else { width }
}

/// How high a room likes to be in a building, if the scene does not say.
fn height_rank(look: PlaceLook) -> i32 {
    use PlaceLook as L;
    match look {
        L::Garret => 4,
        L::Flat | L::Towers => 3,
        L::House | L::Office => 2,
        L::Studio | L::School | L::Surgery | L::Hall => 1,
        _ => 0,
    }
}

/// A stack of rooms that is being filled, or a piece of ground.
pub(super) struct Column {
    pub places: Vec<usize>,
    pub is_building: bool,
}

impl StageLayout {
    /// The panorama of a scene.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        let looks: Vec<PlaceLook> = scenario.places.iter().map(|place| place_look(place.look, &place.name, &place.id)).collect();
        let setting = super::defaults::setting(scenario, &looks);
        let places: Vec<PlacedAt> = scenario
            .places
            .iter()
            .enumerate()
            .map(|(nth, place)| PlacedAt { look: looks[nth], storey: place.storey, at: place.position, nth })
            .collect();
        arrange(setting, &places)
    }

    /// The x of the door through which a place is entered, on the level that leads there.
    #[must_use]
    pub fn door(&self, plot: usize) -> f32 {
        let plot = &self.plots[plot];
        plot.building.map_or_else(|| plot.area.center()[0], |building| self.buildings[building].area.right - 0.9)
    }
}

/// What the arrangement needs to know of a place.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlacedAt {
    pub look: PlaceLook,
    pub storey: Option<i32>,
    pub at: Option<(f64, f64)>,
    pub nth: usize,
}

/// The order from left to right; a place without a position is put where its number among the places would be.
fn order_key(place: &PlacedAt, count: usize, (low, high): (f64, f64)) -> f64 {
    place.at.map_or_else(|| low + (high - low) * (place.nth as f64 + 0.5) / count.max(1) as f64, |at| at.0)
}

pub(super) fn arrange(setting: StageSetting, places: &[PlacedAt]) -> StageLayout {
    use PlaceLook as L;
    let positions = || places.iter().filter_map(|place| place.at);
    let span = positions().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at.0), high.max(at.0)));
    let span = if span.0.is_finite() { span } else { (0.0, 1.0) };
    let key = |place: &PlacedAt| order_key(place, places.len(), span);
    let is_attached = |look: L| matches!(look, L::Roof | L::Balcony | L::Subway);
    let mut order: Vec<usize> = (0..places.len()).filter(|&place| !is_attached(places[place].look)).collect();
    order.sort_by(|&a, &b| key(&places[a]).total_cmp(&key(&places[b])).then(a.cmp(&b)));
    // The sea is at an end: a beach in the middle would cut the town in two.
    // The ferry of a village crosses its river.
    let is_shore = |place: &usize| match places[*place].look {
        L::Beach => true,
        L::Harbour => setting != StageSetting::Village,
        _ => false,
    };
    let middle = order.len() / 2;
    let (shores, inland): (Vec<usize>, Vec<usize>) = order.iter().partition(|place| is_shore(place));
    let at_left =
        |place: &usize| order.iter().position(|other| other == place).is_some_and(|nth| nth < middle || order.len() == 1);
    let (left, right): (Vec<usize>, Vec<usize>) = shores.into_iter().partition(at_left);
    let sea = (!left.is_empty(), !right.is_empty());
    let order: Vec<usize> = left.into_iter().chain(inland).chain(right).collect();
    let max_storeys = match setting {
        StageSetting::City => 5,
        StageSetting::OldTown => 3,
        StageSetting::Ship | StageSetting::Interior => 2,
        StageSetting::Village => 1,
    };
    let mut columns: Vec<Column> = Vec::new();
    for place in order {
        let look = places[place].look;
        let is_building = is_room(look);
        let joins = is_building && !stands_alone(look, setting);
        match columns.last_mut() {
            Some(column)
                if joins
                    && column.is_building
                    && column.places.len() < max_storeys
                    && !stands_alone(places[column.places[0]].look, setting) =>
            {
                column.places.push(place);
            }
            _ => columns.push(Column { places: vec![place], is_building }),
        }
    }
    let mut layout = StageLayout {
        setting,
        plots: places
            .iter()
            .map(|place| Plot {
                look: place.look,
                area: Area::default(),
                building: None,
                ground: 0.0,
                seed: 1 + place.nth as u64 * 977,
            })
            .collect(),
        buildings: Vec::new(),
        width: 0.0,
        height: 0.0,
        sea,
        has_tunnel: false,
        grounds: Vec::new(),
    };
    let gap = match setting {
        StageSetting::City => 2.6,
        StageSetting::OldTown => 0.4,
        StageSetting::Village => 2.2,
        StageSetting::Ship | StageSetting::Interior => 0.0,
    };
    let width_of_column = |column: &Column| {
        let width = column.places.iter().map(|&place| width_of(places[place].look, setting)).fold(0.0, f32::max);
        if column.is_building { width + 2.0 * WALL + gap } else { width + 0.6 }
    };
    for row in rows(setting, places, columns, &width_of_column) {
        // A row behind stands on a hill, so that it is seen over the row in front.
        let tops_of_grounds = layout.plots.iter().filter(|plot| plot.building.is_none()).map(|plot| plot.area.top);
        let tops = layout.buildings.iter().map(|building| building.area.top).chain(tops_of_grounds);
        let top = tops.fold(3.6, f32::max);
        let ground = (top * 0.94 + 0.8).max(top);
        let ground = if layout.grounds.is_empty() { 0.0 } else { ground };
        let mut x = 1.5 + if layout.grounds.len() % 2 == 1 { 4.0 } else { 0.0 };
        for column in row {
            let step = width_of_column(&column);
            if column.is_building {
                build(&mut layout, places, column.places, [x, ground], step - 2.0 * WALL - gap);
            } else {
                let place = column.places[0];
                let height = if places[place].look == L::Hill { 5.0 } else { 4.2 };
                layout.plots[place].area = Area::new(x, ground, x + step - 0.6, ground + height);
                layout.plots[place].ground = ground;
            }
            x += step;
        }
        layout.width = layout.width.max(x + 1.0);
        layout.grounds.insert(0, ground);
    }
    layout.width = layout.width.max(16.0);
    attach(&mut layout, places, span);
    let tops = layout.buildings.iter().map(|building| building.area.top).chain(layout.plots.iter().map(|plot| plot.area.top));
    // Towns are higher than their highest place, so that a wide panorama is not a strip below an empty sky.
    layout.height = tops.fold(8.0, f32::max).max(layout.width * 0.24);
    layout
}

/// Stacks rooms into a building whose lower left corner is given.
fn build(layout: &mut StageLayout, places: &[PlacedAt], mut rooms: Vec<usize>, [x, ground]: [f32; 2], width: f32) {
    use PlaceLook as L;
    let setting = layout.setting;
    rooms.sort_by_key(|&room| (places[room].storey.unwrap_or(height_rank(places[room].look)), room));
    let seed = 31 + rooms[0] as u64 * 131;
    let first = places[rooms[0]];
    let is_tall = setting == StageSetting::City && !stands_alone(first.look, setting);
    // A storey that the scene names is kept as far as the picture stays a picture: at most two floors of windows below it.
    let mut below = first.storey.unwrap_or(i32::from(is_tall && height_rank(first.look) > 1)).clamp(0, 2);
    if !is_tall {
        below = first.storey.unwrap_or(i32::from(setting == StageSetting::OldTown && height_rank(first.look) > 2)).clamp(0, 2);
    }
    let outer = |floor: f32, storeys: f32| Area::new(x, floor, x + width + 2.0 * WALL, floor + storeys * STOREY);
    let mut facades = Vec::new();
    let mut floor = ground;
    for _ in 0..below {
        facades.push(outer(floor, 1.0));
        floor += STOREY;
    }
    for &room in &rooms {
        let storeys = match places[room].look {
            L::Theatre | L::Church => 1.7,
            _ => 1.0,
        };
        let area = outer(floor, storeys);
        layout.plots[room].area = Area::new(area.left + WALL, area.bottom + SLAB, area.right - WALL, area.top);
        layout.plots[room].building = Some(layout.buildings.len());
        layout.plots[room].ground = ground;
        floor = area.top;
    }
    let above = match setting {
        StageSetting::City if is_tall => 1 + (stable_random(seed) * 2.4) as usize,
        StageSetting::OldTown if !stands_alone(first.look, setting) => (stable_random(seed) * 1.8) as usize,
        _ => 0,
    };
    for _ in 0..above {
        facades.push(outer(floor, 1.0));
        floor += STOREY;
    }
    let crown = match (first.look, setting) {
        (L::Church, _) => Crown::Steeple,
        (L::Mill, _) => Crown::Sails,
        (L::Cabin | L::Farm, _) | (_, StageSetting::Village) => Crown::Gable,
        (_, StageSetting::OldTown) if stable_random(seed + 1) < 0.55 => Crown::Mansard,
        (_, StageSetting::OldTown) => Crown::Gable,
        (_, StageSetting::Ship) => Crown::Funnel,
        (_, StageSetting::Interior) => Crown::Mansard,
        (_, StageSetting::City) => Crown::Flat,
    };
    let area = Area::new(x, ground, x + width + 2.0 * WALL, floor);
    layout.buildings.push(Building { area, facades, crown, seed });
}

/// Puts roofs, balconies and the subway where they belong: by the building nearest to them.
fn attach(layout: &mut StageLayout, places: &[PlacedAt], span: (f64, f64)) {
    use PlaceLook as L;
    let distance = |a: &PlacedAt, b: &PlacedAt| match (a.at, b.at) {
        (Some(a), Some(b)) => (a.0 - b.0).powi(2) + (a.1 - b.1).powi(2),
        _ => (order_key(a, places.len(), span) - order_key(b, places.len(), span)).powi(2) + 1e6,
    };
    let mut taken: Vec<usize> = Vec::new();
    for place in places {
        if !matches!(place.look, L::Roof | L::Balcony | L::Subway) {
            continue;
        }
        // A roof in front of another row would cover its rooms.
        let least_ground = if place.look == L::Roof { layout.grounds.first().copied().unwrap_or_default() } else { 0.0 };
        let may_carry = |building: usize| !taken.contains(&building) && layout.buildings[building].area.bottom >= least_ground;
        let nearest = |wants_building: bool| {
            let others = places.iter().filter(|other| {
                let building = layout.plots[other.nth].building;
                let is_set = layout.plots[other.nth].area != Area::default() && other.look != L::Subway;
                other.nth != place.nth && is_set && (!wants_building || building.is_some_and(may_carry))
            });
            others.min_by(|a, b| distance(place, a).total_cmp(&distance(place, b))).map(|other| other.nth)
        };
        if place.look == L::Subway {
            let x = nearest(false).map_or(layout.width / 2.0, |near| layout.plots[near].area.center()[0]);
            let half = width_of(place.look, layout.setting) / 2.0;
            let x = x.clamp(half, (layout.width - half).max(half));
            layout.plots[place.nth].area = Area::new(x - half, TUNNEL, x + half, TUNNEL + 3.2);
            layout.has_tunnel = true;
            continue;
        }
        let Some(building) = nearest(true).and_then(|near| layout.plots[near].building) else {
            // There is nothing to be on: a piece of ground beside everything else.
            layout.plots[place.nth].area = Area::new(layout.width, 0.0, layout.width + 7.0, 4.2);
            layout.width += 7.6;
            continue;
        };
        taken.push(building);
        let top = layout.buildings[building].area;
        if place.look == L::Roof {
            // Nobody lives above a roof that people go to.
            let highest_room =
                layout.plots.iter().filter(|plot| plot.building == Some(building)).map(|plot| plot.area.top).fold(0.0, f32::max);
            let owner = &mut layout.buildings[building];
            owner.facades.retain(|facade| facade.bottom < highest_room - 0.1);
            owner.area.top = highest_room;
            owner.crown = Crown::Terrace;
            layout.plots[place.nth].area =
                Area::new(top.left + 0.2, highest_room + SLAB, top.right - 0.2, highest_room + SLAB + 3.4);
        } else {
            let floor = layout
                .plots
                .iter()
                .filter(|plot| plot.building == Some(building))
                .map(|plot| plot.area.bottom)
                .fold(0.0, f32::max);
            let floor = floor.max(top.bottom + STOREY);
            layout.plots[place.nth].area = Area::new(top.left + 0.2, floor + SLAB, top.right - 0.2, floor + SLAB + 2.8);
            if layout.buildings[building].area.top < floor + STOREY {
                layout.buildings[building].area.top = floor + STOREY;
            }
        }
        layout.plots[place.nth].building = Some(building);
        layout.plots[place.nth].ground = top.bottom;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn layouts() -> impl Strategy<Value = (StageSetting, Vec<PlacedAt>)> {
        let place = (0..PlaceLook::ALL.len(), prop::option::of(-3..60), prop::option::of((-1e3..1e3, -1e3..1e3)));
        (0..StageSetting::ALL.len(), prop::collection::vec(place, 0..24)).prop_map(|(setting, places)| {
            let placed = |(nth, (look, storey, at))| PlacedAt { look: PlaceLook::ALL[look], storey, at, nth };
            (StageSetting::ALL[setting], places.into_iter().enumerate().map(placed).collect())
        })
    }

    proptest! {
        #[test]
        fn every_place_has_an_area_within_the_panorama_and_no_two_rooms_overlap((setting, places) in layouts()) {
            let layout = arrange(setting, &places);
            prop_assert_eq!(layout.plots.len(), places.len());
            for (nth, plot) in layout.plots.iter().enumerate() {
                prop_assert!(plot.area.width() > 3.0 && plot.area.height() > 2.0, "{:?}", plot);
                prop_assert!(plot.area.left >= 0.0 && plot.area.right <= layout.width, "{:?} of {}", plot, layout.width);
                let is_stacked = |plot: &Plot| !matches!(plot.look, PlaceLook::Subway | PlaceLook::Balcony);
                for other in layout.plots[nth + 1..].iter().filter(|other| is_stacked(other) && is_stacked(plot)) {
                    prop_assert!(!plot.area.intersects(other.area), "{:?} and {:?}", plot, other);
                }
            }
        }
    }

    fn place(nth: usize, look: PlaceLook, x: f64) -> PlacedAt {
        PlacedAt { look, storey: None, at: Some((x, 0.0)), nth }
    }

    #[test]
    fn grounds_lie_on_the_ground_and_a_flat_of_a_city_is_above_it() {
        let places = [
            place(0, PlaceLook::Beach, 0.0),
            place(1, PlaceLook::Flat, 5.0),
            place(2, PlaceLook::Roof, 5.1),
            place(3, PlaceLook::Subway, 5.0),
        ];
        let layout = arrange(StageSetting::City, &places);
        let [beach, flat, roof, subway] = [0, 1, 2, 3].map(|nth| layout.plots[nth].area);
        assert!(beach.bottom == 0.0 && flat.bottom > STOREY && roof.bottom >= flat.top && subway.top < 0.0, "{layout:?}");
        assert!(beach.right < flat.left, "from left to right as on the map");
        assert_eq!((layout.sea, layout.has_tunnel, layout.buildings[0].crown), ((true, false), true, Crown::Terrace));
    }

    #[test]
    fn a_wide_village_has_rows_with_the_north_behind() {
        let places: Vec<PlacedAt> = (0..16)
            .map(|nth| PlacedAt {
                look: PlaceLook::House,
                storey: None,
                at: Some((nth as f64, if nth % 2 == 0 { 0.0 } else { 9.0 })),
                nth,
            })
            .collect();
        let layout = arrange(StageSetting::Village, &places);
        assert!(layout.grounds.len() == 3 && layout.width < 80.0, "{:?}", layout.grounds);
        assert!(layout.plots[0].ground == 0.0 && layout.plots[1].ground > 0.0);
        assert!(layout.grounds.is_sorted_by(|behind, front| behind > front), "from behind to the front: {:?}", layout.grounds);
    }

    #[test]
    fn a_village_has_a_house_for_each_room_and_a_city_stacks_them() {
        let places: Vec<PlacedAt> = (0..6).map(|nth| place(nth, PlaceLook::House, nth as f64)).collect();
        assert_eq!(arrange(StageSetting::Village, &places).buildings.len(), 6);
        assert_eq!(arrange(StageSetting::City, &places).buildings.len(), 2);
    }
}
