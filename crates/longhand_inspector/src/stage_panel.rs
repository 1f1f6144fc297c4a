//! Panel of the stage: builds a `StageSnapshot` of the run at the cursor and paints it.

use std::collections::BTreeMap;

use bevy_egui::egui::{self, Sense};

use super::stage::{Interaction, OsFigure, StageFigure, StagePlace, StageSnapshot, paint_stage, place_positions};
use super::widgets::labeled_info;
use longhand_chronicle::{CrowdDay, Event};
use longhand_expr::ids::{AgentField, AgentId, Fact, Instant, PlaceId, WorldFact};
use longhand_session::{SessionCommand, SessionView};

/// Age up to which interactions are shown, in simulated seconds.
const MAX_INTERACTION_AGE: f64 = 3.0 * 3_600.0;
/// Age up to which a beat's title is shown, in simulated seconds.
const MAX_BEAT_AGE: f64 = 12.0 * 3_600.0;

pub(super) fn stage_ui(ui: &mut egui::Ui, view: &SessionView<'_>, out: &mut Vec<SessionCommand>) {
    let (response, painter) = ui.allocate_painter(ui.available_size(), Sense::click());
    response.widget_info(|| labeled_info(egui::WidgetType::Other, "Stage"));
    let (snapshot, agents) = stage_snapshot(view);
    let animation_time = ui.input(|input| input.time);
    let painted = paint_stage(&painter, response.rect, &snapshot, animation_time, &super::style::book_font());
    let hovered = response.hover_pos().and_then(|pointer| {
        let distance_to_pointer = |position: &egui::Pos2| (*position - egui::vec2(0.0, painted.size)).distance(pointer);
        let (index, position) =
            painted.figures.iter().enumerate().min_by(|a, b| distance_to_pointer(a.1).total_cmp(&distance_to_pointer(b.1)))?;
        (distance_to_pointer(position) < painted.size * 2.0).then(|| agents[index])
    });
    if let Some(agent) = hovered {
        let is_followed = view.state.follow == Some(agent);
        let hint = if is_followed { "Click to show the whole city" } else { "Click to follow" };
        let name = view.display_name(agent);
        let response =
            response.on_hover_text_at_pointer(format!("{name}\n{hint}")).on_hover_cursor(egui::CursorIcon::PointingHand);
        if response.clicked() {
            out.push(SessionCommand::Follow((!is_followed).then_some(agent)));
            out.push(SessionCommand::ShowAgent(agent));
        }
    } else if response.clicked() && view.state.follow.is_some() {
        out.push(SessionCommand::Follow(None));
    }
}

/// The snapshot to paint, and the agent of each of its figures.
fn stage_snapshot(view: &SessionView<'_>) -> (StageSnapshot, Vec<AgentId>) {
    let (run, now) = (view.run, view.playback.cursor());
    let scenario = run.scenario();
    let agents: Vec<AgentId> = run.agents().filter(|&agent| is_on_stage(view, agent)).collect();
    let figure_indices: BTreeMap<AgentId, usize> = agents.iter().enumerate().map(|(index, agent)| (*agent, index)).collect();
    let declared_positions: Vec<_> = scenario.places.iter().map(|place| place.position).collect();
    let places = scenario.places.iter().zip(place_positions(&declared_positions));
    let figures = agents.iter().map(|&agent| agent_figure(view, agent, &figure_indices)).collect();
    let recent = recent_events(view, MAX_INTERACTION_AGE);
    let interactions = recent.iter().filter_map(|event| interaction(event, now.at, &figure_indices)).collect();
    let caption = recent
        .iter()
        .rev()
        .find(|event| run.is_narrated(event.id))
        .map(|event| (run.sentence(event), seconds_between(event.at, now.at)));
    let last_beat = run.chronicle().beats.iter().rev().find(|beat| view.is_past(beat.event));
    let beat = last_beat
        .map(|beat| (run.beat_title(beat.beat), seconds_between(beat.at, now.at)))
        .filter(|(_, age)| *age < MAX_BEAT_AGE);
    let days = &run.chronicle().crowd;
    let past_days = days.partition_point(|day| (i64::from(day.day) + 1) * Instant::DAY_US <= now.at.0);
    let last_day = past_days.checked_sub(1).map(|index| &days[index]);
    let previous_day = past_days.checked_sub(2).map(|index| &days[index]);
    let count = |os: bool, day: Option<&CrowdDay>| {
        let kinds = scenario.kinds.iter().filter(|kind| kind.os == os);
        let numbers = day.map_or(&[][..], |day| day.numbers.as_slice());
        kinds.filter_map(|kind| numbers.iter().find(|(name, _)| *name == kind.id)).map(|(_, n)| n).sum::<f64>()
    };
    let snapshot = StageSnapshot {
        hour: scenario.calendar.hour(now.at),
        places: places.map(|(place, position)| StagePlace { name: place.name.clone(), position }).collect(),
        figures,
        interactions,
        crowd: count(false, last_day),
        talking: run.recent_talk_count(now.at),
        leaving: (count(true, previous_day) - count(true, last_day)).max(0.0),
        caption,
        beat,
        followed: view.state.follow.and_then(|agent| figure_indices.get(&agent).copied()),
    };
    (snapshot, agents)
}

fn seconds_between(earlier: Instant, later: Instant) -> f64 {
    (later.seconds() - earlier.seconds()).max(0.0)
}

/// Whether an agent is drawn: it is present (and has a place or is an OS), or it is an OS that has left.
fn is_on_stage(view: &SessionView<'_>, agent: AgentId) -> bool {
    let (run, now) = (view.run, view.playback.cursor());
    let is_set = |field| run.field(agent, field, now).is_some_and(|value| value != 0.0);
    let (has_place, is_os) = (run.place_of(agent, now) != PlaceId::NOWHERE, run.is_os(agent));
    is_set(AgentField::Present) && (has_place || is_os) || is_os && is_set(AgentField::Gone)
}

fn agent_figure(view: &SessionView<'_>, agent: AgentId, figure_indices: &BTreeMap<AgentId, usize>) -> StageFigure {
    let (run, now) = (view.run, view.playback.cursor());
    let field = |field| run.field(agent, field, now);
    let place = run.place_of(agent, now);
    let os = run.is_os(agent).then(|| {
        let gone_fact = Fact::Field(agent, AgentField::Gone);
        let left_ago = run
            .history()
            .last_entry(gone_fact, now)
            .filter(|entry| entry.value != 0.0)
            .map(|entry| seconds_between(entry.instant(), now.at));
        OsFigure {
            owner: run.owner_of(agent, now).and_then(|owner| figure_indices.get(&owner).copied()),
            generation: field(AgentField::Generation).unwrap_or(1.0) as u32,
            online: field(AgentField::Online) != Some(0.0),
            bound: field(AgentField::Bound) != Some(0.0),
            tie_count: run
                .bonds(agent, now)
                .filter(|(fact, _)| matches!(fact, WorldFact::Tie(from, ..) if *from == agent))
                .count(),
            left_ago,
        }
    });
    StageFigure {
        id: agent.0,
        name: view.display_name(agent),
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

fn interaction(event: &Event, now: Instant, figure_indices: &BTreeMap<AgentId, usize>) -> Option<Interaction> {
    let mut figures = event.roles.iter().filter_map(|agent| figure_indices.get(agent)).copied();
    let first_two = (figures.next()?, figures.next()?);
    let tone = event.changes.iter().filter_map(|change| match change.fact {
        Fact::World(WorldFact::Dim(..)) => Some(change.after - change.before),
        _ => None,
    });
    Some(Interaction { figures: first_two, ago: seconds_between(event.at, now), tone: tone.sum() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_expr::ids::EventId;
    use longhand_session::testing::{DAY, test_session};

    #[test]
    fn interactions_of_a_day_ago_are_not_drawn() {
        let mut session = test_session();
        session.apply(SessionCommand::Seek(Instant::from_seconds(4.0 * DAY)));
        let view = session.view();
        assert!(stage_snapshot(&view).0.interactions.is_empty());
        assert!(recent_events(&view, 3.0 * DAY).iter().map(|event| event.id).eq([EventId(1), EventId(2)]));
    }
}
