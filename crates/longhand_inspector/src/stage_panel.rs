//! Panel of the stage: builds a `StageSnapshot` of the run at the cursor and paints it.

use std::collections::BTreeMap;

use bevy_egui::egui::{self, Sense};

use super::transport::beat_title;
use crate::stage::{Figure, Light, Picture, Spot, Thread, paint};
use longhand_chronicle::{CrowdDay, Event};
use longhand_expr::ids::{AgentId, Fact, Field, Instant, Known, PlaceId};
use longhand_session::{Command, View};

/// Age up to which interactions are shown, in simulated seconds.
const RECENT: f64 = 3.0 * 3_600.0;
/// Age up to which a beat's title is shown, in simulated seconds.
const BEAT: f64 = 12.0 * 3_600.0;

pub(super) fn stage_ui(ui: &mut egui::Ui, view: &View<'_>, out: &mut Vec<Command>) {
    let (response, painter) = ui.allocate_painter(ui.available_size(), Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Other, true, "Stage"));
    let (picture, agents) = picture(view);
    let pulse = ui.input(|input| input.time);
    let painted = paint(&painter, response.rect, &picture, pulse, &super::theme::book());
    let under = response.hover_pos().and_then(|pointer| {
        let near = |at: &egui::Pos2| (*at - egui::vec2(0.0, painted.size)).distance(pointer);
        let (nth, at) = painted.figures.iter().enumerate().min_by(|a, b| near(a.1).total_cmp(&near(b.1)))?;
        (near(at) < painted.size * 2.0).then(|| agents[nth])
    });
    if let Some(agent) = under {
        let follows = view.choice.follow == Some(agent);
        let said = if follows { "Click to show the whole city" } else { "Click to follow" };
        let name = view.record.called(agent);
        let response =
            response.on_hover_text_at_pointer(format!("{name}\n{said}")).on_hover_cursor(egui::CursorIcon::PointingHand);
        if response.clicked() {
            out.push(Command::Follow((!follows).then_some(agent)));
            out.push(Command::Meet(agent));
        }
    } else if response.clicked() && view.choice.follow.is_some() {
        out.push(Command::Follow(None));
    }
}

/// The snapshot to paint, and the agent of each of its figures.
fn picture(view: &View<'_>) -> (Picture, Vec<AgentId>) {
    let record = view.record;
    let now = view.time.cursor();
    let scenario = record.scenario();
    let agents: Vec<AgentId> = record.people().filter(|&agent| is_followed(view, agent)).collect();
    let nth: BTreeMap<AgentId, usize> = agents.iter().enumerate().map(|(nth, agent)| (*agent, nth)).collect();
    let spots = spots(view);
    let figures = agents.iter().map(|&agent| figure(view, agent, &nth)).collect();
    let recent = recent(view, RECENT);
    let threads = recent.iter().filter_map(|event| thread(event, now.at, &nth)).collect();
    let caption =
        recent.iter().rev().find(|event| record.tells(event.id)).map(|event| (record.sentence(event), ago(event.at, now.at)));
    let beats = record.chronicle().beats.iter().rev().find(|beat| view.is_past(beat.event));
    let beat = beats.map(|beat| (beat_title(view, beat.beat), ago(beat.at, now.at))).filter(|(_, ago)| *ago < BEAT);
    let days = &record.chronicle().crowd;
    let known = days.partition_point(|day| (f64::from(day.day) + 1.0) * 86_400.0 <= now.at.seconds());
    let day = known.checked_sub(1).map(|last| &days[last]);
    let before = known.checked_sub(2).map(|last| &days[last]);
    let count = |os: bool, day: Option<&CrowdDay>| {
        let kinds = scenario.kinds.iter().filter(|kind| kind.os == os);
        let numbers = day.map_or(&[][..], |day| day.numbers.as_slice());
        kinds.filter_map(|kind| numbers.iter().find(|(name, _)| *name == kind.id)).map(|(_, n)| n).sum::<f64>()
    };
    let picture = Picture {
        hour: scenario.calendar.hour(now.at),
        places: spots,
        figures,
        threads,
        crowd: count(false, day),
        talking: record.talking(now.at),
        oses: count(true, day),
        leaving: (count(true, before) - count(true, day)).max(0.0),
        caption,
        beat,
        follows: view.choice.follow.and_then(|agent| nth.get(&agent).copied()),
    };
    (picture, agents)
}

fn ago(then: Instant, now: Instant) -> f64 {
    (now.seconds() - then.seconds()).max(0.0)
}

/// Whether an agent is drawn: it is present (and has a place or is an OS), or it is an OS that has left.
fn is_followed(view: &View<'_>, agent: AgentId) -> bool {
    let is = |field| view.record.field(agent, field, view.time.cursor()).is_some_and(|is| is != 0.0);
    let has_place = view.record.place(agent, view.time.cursor()) != PlaceId::NOWHERE;
    is(Field::Present) && (has_place || is_os(view, agent)) || is_os(view, agent) && is(Field::Gone)
}

fn is_os(view: &View<'_>, agent: AgentId) -> bool {
    view.record.kind(agent).and_then(|kind| view.record.scenario().kinds.get(kind.index())).is_some_and(|kind| kind.os)
}

/// Positions of the places on the map: those the scene gives, scaled to the unit square; places without a position are put on a
/// circle.
fn spots(view: &View<'_>) -> Vec<Spot> {
    let places = &view.record.scenario().places;
    let given: Vec<(f64, f64)> = places.iter().filter_map(|place| place.position).collect();
    let bounds = |axis: fn(&(f64, f64)) -> f64| {
        let low = given.iter().map(axis).fold(f64::INFINITY, f64::min);
        let high = given.iter().map(axis).fold(f64::NEG_INFINITY, f64::max);
        if high > low { (low, high - low) } else { (low.min(0.0), 1.0) }
    };
    let (x, y) = (bounds(|at| at.0), bounds(|at| at.1));
    let spot = |(nth, place): (usize, &longhand_scene::Place)| {
        let at = place.position.map_or_else(
            || {
                let angle = nth as f32 / places.len() as f32 * std::f32::consts::TAU;
                (0.5 + 0.5 * angle.cos(), 0.5 + 0.5 * angle.sin())
            },
            |(px, py)| (((px - x.0) / x.1) as f32, ((py - y.0) / y.1) as f32),
        );
        Spot { name: place.name.clone(), at }
    };
    apart(places.iter().enumerate().map(spot).collect())
}

/// Moves places apart until their labels no longer overlap (iterative pairwise separation).
fn apart(mut spots: Vec<Spot>) -> Vec<Spot> {
    /// Minimum distance of two places, as fractions of the map's width and height.
    const ROOM: (f32, f32) = (0.16, 0.26);
    // Places at the same position get a small offset, each in another direction, so that there is a direction to separate them
    // in.
    for b in 1..spots.len() {
        let here = spots[b].at;
        let before = spots[..b].iter().filter(|a| (a.at.0 - here.0).abs() + (a.at.1 - here.1).abs() < 0.02).count();
        if before > 0 {
            let turn = std::f32::consts::TAU * (0.25 + 0.382 * (before as f32 - 1.0));
            spots[b].at = (here.0 + 0.01 * turn.cos(), here.1 + 0.01 * turn.sin());
        }
    }
    for _ in 0..400 {
        let mut moved = false;
        for a in 0..spots.len() {
            for b in a + 1..spots.len() {
                let gap = |a: f32, b: f32, room: f32| (b - a) / room;
                let (x, y) = (gap(spots[a].at.0, spots[b].at.0, ROOM.0), gap(spots[a].at.1, spots[b].at.1, ROOM.1));
                let distance = (x * x + y * y).sqrt();
                if distance >= 1.0 {
                    continue;
                }
                moved = true;
                let (x, y) = if distance < 1e-6 { (0.0, 1.0) } else { (x / distance, y / distance) };
                let by = (1.0 - distance) / 2.0;
                spots[a].at.0 -= x * by * ROOM.0;
                spots[b].at.0 += x * by * ROOM.0;
                spots[a].at.1 -= y * by * ROOM.1;
                spots[b].at.1 += y * by * ROOM.1;
            }
        }
        for spot in &mut spots {
            spot.at = (spot.at.0.clamp(0.0, 1.0), spot.at.1.clamp(0.0, 1.0));
        }
        if !moved {
            break;
        }
    }
    spots
}

fn figure(view: &View<'_>, agent: AgentId, nth: &BTreeMap<AgentId, usize>) -> Figure {
    let (record, now) = (view.record, view.time.cursor());
    let field = |field| record.field(agent, field, now);
    let place = record.place(agent, now);
    let os = is_os(view, agent).then(|| {
        let owner = record.value(Fact::Owner(agent), now).filter(|&owner| owner >= 0.0 && owner < f64::from(u32::MAX));
        let gone = Fact::Field(agent, Field::Gone);
        let left = record.history().last(gone, now).filter(|entry| entry.value != 0.0).map(|entry| ago(entry.at(), now.at));
        Light {
            owner: owner.and_then(|owner| nth.get(&AgentId(owner as u32)).copied()),
            generation: field(Field::Generation).unwrap_or(1.0) as u32,
            online: field(Field::Online) != Some(0.0),
            bound: field(Field::Bound) != Some(0.0),
            others: record.bonds(agent, now).filter(|(known, _)| matches!(known, Known::Tie(from, ..) if *from == agent)).count(),
            left,
        }
    });
    Figure {
        id: agent.0,
        name: record.called(agent),
        place: (place != PlaceId::NOWHERE).then(|| place.index()),
        pleasure: field(Field::Pleasure).unwrap_or(0.0) as f32,
        arousal: field(Field::Arousal).unwrap_or(0.0) as f32,
        os,
        pinned: view.choice.follow == Some(agent),
    }
}

/// Events of the last `seconds` before the cursor, in order.
fn recent<'a>(view: &View<'a>, seconds: f64) -> Vec<&'a Event> {
    let now = view.time.cursor();
    let from = view.record.history().events_until(now.at.plus_seconds(-seconds));
    let all = view.record.chronicle().events();
    all[from.min(now.events as usize)..now.events as usize].iter().collect()
}

fn thread(event: &Event, now: Instant, nth: &BTreeMap<AgentId, usize>) -> Option<Thread> {
    let mut here = event.roles.iter().filter_map(|agent| nth.get(agent)).copied();
    let between = (here.next()?, here.next()?);
    let tone = event.changes.iter().filter_map(|change| match change.fact {
        Fact::World(Known::Dim(..)) => Some(change.after - change.before),
        _ => None,
    });
    Some(Thread { between, ago: ago(event.at, now), tone: tone.sum() })
}

/// Pairs of figures between which an interaction is drawn.
#[cfg(test)]
pub(super) fn threads_at(view: &View<'_>) -> Vec<(usize, usize)> {
    picture(view).0.threads.iter().map(|thread| thread.between).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_expr::ids::EventId;
    use longhand_session::Command;
    use longhand_session::testing::{DAY, reader};

    #[test]
    fn every_place_has_a_position_on_the_map() {
        let mut reader = reader();
        let view = reader.view();
        for spot in spots(&view) {
            assert!((0.0..=1.0).contains(&spot.at.0) && (0.0..=1.0).contains(&spot.at.1), "{spot:?}");
        }
    }

    #[test]
    fn places_at_the_same_position_are_separated() {
        let heap = (0..8).map(|_| Spot { name: String::new(), at: (0.5, 0.5) }).collect();
        let spots = apart(heap);
        for (nth, a) in spots.iter().enumerate() {
            for b in &spots[nth + 1..] {
                assert!((a.at.0 - b.at.0).abs() > 0.05 || (a.at.1 - b.at.1).abs() > 0.05, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn interactions_of_a_day_ago_are_not_drawn() {
        let mut reader = reader();
        reader.apply(Command::Seek(Instant::from_seconds(4.0 * DAY)));
        let view = reader.view();
        assert!(threads_at(&view).is_empty());
        assert!(recent(&view, 3.0 * DAY).iter().map(|event| event.id).eq([EventId(1), EventId(2)]));
    }
}
