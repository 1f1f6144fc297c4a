//! Panel of the stage: builds a `StageSnapshot` of the run at the cursor and paints it.

use std::collections::BTreeMap;

use bevy_egui::egui::{self, Sense};

use super::transport::beat_title;
use crate::stage::{Interaction, OsFigure, StageFigure, StagePlace, StageSnapshot, paint_stage};
use longhand_chronicle::{CrowdDay, Event};
use longhand_expr::ids::{AgentField, AgentId, Fact, Instant, PlaceId, WorldFact};
use longhand_session::{SessionCommand, SessionView};

/// Age up to which interactions are shown, in simulated seconds.
const MAX_INTERACTION_AGE: f64 = 3.0 * 3_600.0;
/// Age up to which a beat's title is shown, in simulated seconds.
const MAX_BEAT_AGE: f64 = 12.0 * 3_600.0;

pub(super) fn stage_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let (response, painter) = ui.allocate_painter(ui.available_size(), Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::WidgetType::Other, true, "Stage"));
    let (picture, agents) = stage_snapshot(view);
    let pulse = ui.input(|input| input.time);
    let painted = paint_stage(&painter, response.rect, &picture, pulse, &super::style::book_font());
    let under = response.hover_pos().and_then(|pointer| {
        let near = |at: &egui::Pos2| (*at - egui::vec2(0.0, painted.size)).distance(pointer);
        let (nth, at) = painted.figures.iter().enumerate().min_by(|a, b| near(a.1).total_cmp(&near(b.1)))?;
        (near(at) < painted.size * 2.0).then(|| agents[nth])
    });
    if let Some(agent) = under {
        let follows = view.state.follow == Some(agent);
        let said = if follows { "Click to show the whole city" } else { "Click to follow" };
        let name = view.run.display_name(agent);
        let response =
            response.on_hover_text_at_pointer(format!("{name}\n{said}")).on_hover_cursor(egui::CursorIcon::PointingHand);
        if response.clicked() {
            out.push(SessionCommand::Follow((!follows).then_some(agent)));
            out.push(SessionCommand::ShowAgent(agent));
        }
    } else if response.clicked() && view.state.follow.is_some() {
        out.push(SessionCommand::Follow(None));
    }
}

/// The snapshot to paint, and the agent of each of its figures.
fn stage_snapshot(view: &SessionView<'_>) -> (StageSnapshot, Vec<AgentId>) {
    let record = view.run;
    let now = view.playback.cursor();
    let scenario = record.scenario();
    let agents: Vec<AgentId> = record.agents().filter(|&agent| is_on_stage(view, agent)).collect();
    let nth: BTreeMap<AgentId, usize> = agents.iter().enumerate().map(|(nth, agent)| (*agent, nth)).collect();
    let spots = place_positions(view);
    let figures = agents.iter().map(|&agent| agent_figure(view, agent, &nth)).collect();
    let recent = recent_events(view, MAX_INTERACTION_AGE);
    let threads = recent.iter().filter_map(|event| interaction(event, now.at, &nth)).collect();
    let caption = recent
        .iter()
        .rev()
        .find(|event| record.is_narrated(event.id))
        .map(|event| (record.sentence(event), seconds_between(event.at, now.at)));
    let beats = record.chronicle().beats.iter().rev().find(|beat| view.is_past(beat.event));
    let beat =
        beats.map(|beat| (beat_title(view, beat.beat), seconds_between(beat.at, now.at))).filter(|(_, ago)| *ago < MAX_BEAT_AGE);
    let days = &record.chronicle().crowd;
    let known = days.partition_point(|day| (f64::from(day.day) + 1.0) * 86_400.0 <= now.at.seconds());
    let day = known.checked_sub(1).map(|last| &days[last]);
    let before = known.checked_sub(2).map(|last| &days[last]);
    let count = |os: bool, day: Option<&CrowdDay>| {
        let kinds = scenario.kinds.iter().filter(|kind| kind.os == os);
        let numbers = day.map_or(&[][..], |day| day.numbers.as_slice());
        kinds.filter_map(|kind| numbers.iter().find(|(name, _)| *name == kind.id)).map(|(_, n)| n).sum::<f64>()
    };
    let picture = StageSnapshot {
        hour: scenario.calendar.hour(now.at),
        places: spots,
        figures,
        interactions: threads,
        crowd: count(false, day),
        talking: record.recent_talk_count(now.at),
        oses: count(true, day),
        leaving: (count(true, before) - count(true, day)).max(0.0),
        caption,
        beat,
        followed: view.state.follow.and_then(|agent| nth.get(&agent).copied()),
    };
    (picture, agents)
}

fn seconds_between(then: Instant, now: Instant) -> f64 {
    (now.seconds() - then.seconds()).max(0.0)
}

/// Whether an agent is drawn: it is present (and has a place or is an OS), or it is an OS that has left.
fn is_on_stage(view: &SessionView<'_>, agent: AgentId) -> bool {
    let is = |field| view.run.field(agent, field, view.playback.cursor()).is_some_and(|is| is != 0.0);
    let has_place = view.run.place_of(agent, view.playback.cursor()) != PlaceId::NOWHERE;
    is(AgentField::Present) && (has_place || is_os(view, agent)) || is_os(view, agent) && is(AgentField::Gone)
}

fn is_os(view: &SessionView<'_>, agent: AgentId) -> bool {
    view.run.kind_of(agent).and_then(|kind| view.run.scenario().kinds.get(kind.index())).is_some_and(|kind| kind.os)
}

/// Positions of the places on the map: those the scene gives, scaled to the unit square; places without a position are put on a
/// circle.
fn place_positions(view: &SessionView<'_>) -> Vec<StagePlace> {
    let places = &view.run.scenario().places;
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
        StagePlace { name: place.name.clone(), position: at }
    };
    separate(places.iter().enumerate().map(spot).collect())
}

/// Moves places apart until their labels no longer overlap (iterative pairwise separation).
fn separate(mut spots: Vec<StagePlace>) -> Vec<StagePlace> {
    /// Minimum distance of two places, as fractions of the map's width and height.
    const ROOM: (f32, f32) = (0.16, 0.26);
    // Places at the same position get a small offset, each in another direction, so that there is a direction to separate them
    // in.
    for b in 1..spots.len() {
        let here = spots[b].position;
        let before = spots[..b].iter().filter(|a| (a.position.0 - here.0).abs() + (a.position.1 - here.1).abs() < 0.02).count();
        if before > 0 {
            let turn = std::f32::consts::TAU * (0.25 + 0.382 * (before as f32 - 1.0));
            spots[b].position = (here.0 + 0.01 * turn.cos(), here.1 + 0.01 * turn.sin());
        }
    }
    for _ in 0..400 {
        let mut moved = false;
        for a in 0..spots.len() {
            for b in a + 1..spots.len() {
                let gap = |a: f32, b: f32, room: f32| (b - a) / room;
                let (x, y) = (
                    gap(spots[a].position.0, spots[b].position.0, ROOM.0),
                    gap(spots[a].position.1, spots[b].position.1, ROOM.1),
                );
                let distance = (x * x + y * y).sqrt();
                if distance >= 1.0 {
                    continue;
                }
                moved = true;
                let (x, y) = if distance < 1e-6 { (0.0, 1.0) } else { (x / distance, y / distance) };
                let by = (1.0 - distance) / 2.0;
                spots[a].position.0 -= x * by * ROOM.0;
                spots[b].position.0 += x * by * ROOM.0;
                spots[a].position.1 -= y * by * ROOM.1;
                spots[b].position.1 += y * by * ROOM.1;
            }
        }
        for spot in &mut spots {
            spot.position = (spot.position.0.clamp(0.0, 1.0), spot.position.1.clamp(0.0, 1.0));
        }
        if !moved {
            break;
        }
    }
    spots
}

fn agent_figure(view: &SessionView<'_>, agent: AgentId, nth: &BTreeMap<AgentId, usize>) -> StageFigure {
    let (record, now) = (view.run, view.playback.cursor());
    let field = |field| record.field(agent, field, now);
    let place = record.place_of(agent, now);
    let os = is_os(view, agent).then(|| {
        let owner = record.value(Fact::Owner(agent), now).filter(|&owner| owner >= 0.0 && owner < f64::from(u32::MAX));
        let gone = Fact::Field(agent, AgentField::Gone);
        let left = record
            .history()
            .last_entry(gone, now)
            .filter(|entry| entry.value != 0.0)
            .map(|entry| seconds_between(entry.instant(), now.at));
        OsFigure {
            owner: owner.and_then(|owner| nth.get(&AgentId(owner as u32)).copied()),
            generation: field(AgentField::Generation).unwrap_or(1.0) as u32,
            online: field(AgentField::Online) != Some(0.0),
            bound: field(AgentField::Bound) != Some(0.0),
            tie_count: record
                .bonds(agent, now)
                .filter(|(known, _)| matches!(known, WorldFact::Tie(from, ..) if *from == agent))
                .count(),
            left_ago: left,
        }
    });
    StageFigure {
        id: agent.0,
        name: record.display_name(agent),
        place: (place != PlaceId::NOWHERE).then(|| place.index()),
        pleasure: field(AgentField::Pleasure).unwrap_or(0.0) as f32,
        arousal: field(AgentField::Arousal).unwrap_or(0.0) as f32,
        os,
        followed: view.state.follow == Some(agent),
    }
}

/// Events of the last `seconds` before the cursor, in order.
fn recent_events<'a>(view: &SessionView<'a>, seconds: f64) -> Vec<&'a Event> {
    let now = view.playback.cursor();
    let from = view.run.history().event_count_until(now.at.add_seconds(-seconds));
    let all = view.run.chronicle().events();
    all[from.min(now.events as usize)..now.events as usize].iter().collect()
}

fn interaction(event: &Event, now: Instant, nth: &BTreeMap<AgentId, usize>) -> Option<Interaction> {
    let mut here = event.roles.iter().filter_map(|agent| nth.get(agent)).copied();
    let between = (here.next()?, here.next()?);
    let tone = event.changes.iter().filter_map(|change| match change.fact {
        Fact::World(WorldFact::Dim(..)) => Some(change.after - change.before),
        _ => None,
    });
    Some(Interaction { figures: between, ago: seconds_between(event.at, now), tone: tone.sum() })
}

/// Pairs of figures between which an interaction is drawn.
#[cfg(test)]
pub(super) fn interaction_pairs(view: &SessionView<'_>) -> Vec<(usize, usize)> {
    stage_snapshot(view).0.interactions.iter().map(|thread| thread.figures).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_expr::ids::EventId;
    use longhand_session::SessionCommand;
    use longhand_session::testing::{DAY, test_session};

    #[test]
    fn every_place_has_a_position_on_the_map() {
        let mut reader = test_session();
        let view = reader.view();
        for spot in place_positions(&view) {
            assert!((0.0..=1.0).contains(&spot.position.0) && (0.0..=1.0).contains(&spot.position.1), "{spot:?}");
        }
    }

    #[test]
    fn places_at_the_same_position_are_separated() {
        let heap = (0..8).map(|_| StagePlace { name: String::new(), position: (0.5, 0.5) }).collect();
        let spots = separate(heap);
        for (nth, a) in spots.iter().enumerate() {
            for b in &spots[nth + 1..] {
                assert!((a.position.0 - b.position.0).abs() > 0.05 || (a.position.1 - b.position.1).abs() > 0.05, "{a:?} {b:?}");
            }
        }
    }

    #[test]
    fn interactions_of_a_day_ago_are_not_drawn() {
        let mut reader = test_session();
        reader.apply(SessionCommand::Seek(Instant::from_seconds(4.0 * DAY)));
        let view = reader.view();
        assert!(interaction_pairs(&view).is_empty());
        assert!(recent_events(&view, 3.0 * DAY).iter().map(|event| event.id).eq([EventId(1), EventId(2)]));
    }
}
