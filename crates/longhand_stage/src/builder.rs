//! Builds the model of an instant: a function of the run and the cursor, and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use longhand_chronicle::{Event, LogPosition};
use longhand_expr::Pronouns;
use longhand_expr::ids::{AgentField, AgentId, Fact, Instant, WorldFact};
use longhand_scene::{PlaceLook, StagePalette};
use longhand_session::{RunData, SessionView};

use super::canvas::Area;
use super::figure::head_position;
use super::layout::StageLayout;
use super::light::SkyLight;
use super::mind_builder::{Flight, MindTies, crowd, flights, minds};
use super::model::{Contact, Focus, MindLight, MindState, PersonFigure, StageModel};
use super::places::{Posture, spots};
use super::route::{Route, route};
use super::tint::stable_random;
use super::told::{ToldEvent, fading, has_body, next_told, recent_events, seconds_between, told_event};

/// Age up to which a contact is shown, in simulated seconds.
const CONTACT_SECONDS: f64 = 2.0 * 3_600.0;
/// Age up to which two who have met still stand together, in simulated seconds.
const TOGETHER_SECONDS: f64 = 45.0 * 60.0;
/// Age up to which the title of a beat is shown, in simulated seconds.
const TITLE_SECONDS: f64 = 10.0 * 3_600.0;
/// How long before a change of place somebody sets out, in simulated seconds.
const WALK_SECONDS: f64 = 8.0 * 60.0;
/// The hour that is shown while the light is held.
const HELD_HOUR: f32 = 17.0;
/// With more talks than this, a mind is seen from farther away, with its threads.
const MANY_TALKS: u32 = 100;

/// The sky at an instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StageSky {
    /// Light and colours.
    pub light: SkyLight,
    /// The hour of the day, 0 to 24.
    pub hour: f32,
    /// The share of the year that has passed, 0 to 1; `None` in a calendar without seasons.
    pub season: Option<f32>,
}

/// Builds models; it keeps what does not change with the cursor.
#[derive(Clone, Debug)]
pub struct StageBuilder {
    layout: Arc<StageLayout>,
    palette: StagePalette,
    place_names: Vec<String>,
    ties: MindTies,
}

impl StageBuilder {
    /// A builder for the runs of a scene.
    #[must_use]
    pub fn new(run: &RunData) -> Self {
        let scenario = run.scenario();
        let layout = Arc::new(StageLayout::new(scenario));
        Self {
            palette: super::defaults::palette(scenario, layout.setting),
            layout,
            place_names: scenario.places.iter().map(|place| place.name.clone()).collect(),
            ties: MindTies::new(scenario),
        }
    }

    /// Whether it was made for the scene of a run.
    #[must_use]
    pub fn fits(&self, run: &RunData) -> bool {
        self.place_names.iter().eq(run.scenario().places.iter().map(|place| &place.name))
    }

    /// Light, hour and season at an instant.
    #[must_use]
    pub fn sky(&self, run: &RunData, at: Instant) -> StageSky {
        let calendar = &run.scenario().calendar;
        let date = calendar.datetime(at);
        let hour = calendar.hour(at) as f32;
        let season = (!date.is_turn()).then(|| {
            let day = (f32::from(date.month) - 1.0) * 30.44 + f32::from(date.day);
            (day / 365.25).clamp(0.0, 1.0)
        });
        StageSky { light: SkyLight::at(hour, season), hour, season }
    }

    /// The model at the cursor. With `is_light_held`, the sun stands still: time passes too fast for days and nights.
    #[must_use]
    pub fn model(&self, view: &SessionView<'_>, is_light_held: bool) -> StageModel {
        let (run, now) = (view.run, view.playback.cursor());
        let sky = self.sky(run, now.at);
        let place_at = |agent, position| Some(self.place_at(run, agent, position)?.0);
        let told = told_event(view, self.layout.plots.len(), place_at);
        let is_told = |agent: AgentId| told.as_ref().is_some_and(|told| told.event.roles.contains(&agent));
        // Where something is told, or will be soon; those who are there come first.
        let roles: Vec<AgentId> = match &told {
            Some(told) => told.present.iter().chain(&told.event.roles).copied().collect(),
            None => next_told(view).map_or_else(Vec::new, |event| event.roles.to_vec()),
        };
        let mut people = self.people(view, told.as_ref());
        let together = self.place_pairs(view, told.as_ref(), &mut people);
        let minds = minds(view, &self.layout, &self.ties, &people, &is_told);
        let contacts = contacts(view, &people, &minds);
        let crowd = crowd(run, now, &minds, is_light_held);
        let beat = run.chronicle().beats.iter().rev().find(|beat| view.is_past(beat.event));
        let title = beat.and_then(|beat| {
            let strength = fading(seconds_between(beat.at, now.at), TITLE_SECONDS)?;
            Some((run.scenario().beats.get(beat.beat)?.title.clone(), strength))
        });
        StageModel {
            layout: self.layout.clone(),
            palette: self.palette,
            light: if is_light_held { SkyLight::golden() } else { sky.light },
            // What turns with the hour stands still with the light.
            hour: if is_light_held { HELD_HOUR } else { sky.hour },
            season: sky.season,
            place_names: self.place_names.clone(),
            focus: self.focus(view, &people, &minds, &roles, &together, is_light_held),
            people,
            minds,
            contacts,
            crowd,
            sentence: told.map(|told| (told.sentence, told.strength)),
            title,
        }
    }

    /// The people on the stage: those of the cast who are present, and whoever is followed.
    fn people(&self, view: &SessionView<'_>, told: Option<&ToldEvent<'_>>) -> Vec<PersonFigure> {
        let (run, now) = (view.run, view.playback.cursor());
        let cast = run.scenario().cast.len() as u32;
        let is_told = |agent: AgentId| told.is_some_and(|told| told.event.roles.contains(&agent));
        let is_shown = |agent: AgentId| {
            let is_known = agent.0 < cast || view.state.follow == Some(agent) || is_told(agent);
            // Whether somebody of the crowd is there is recorded only when it changes.
            let is_present = run.field(agent, AgentField::Present, now).map_or(agent.0 >= cast, |present| present != 0.0);
            is_known && has_body(run, agent) && is_present
        };
        let agents: Vec<AgentId> = run.agents().filter(|&agent| is_shown(agent)).collect();
        // Who is where decides which seats are taken.
        let mut taken: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let flights = flights(run, now);
        let figures = agents.into_iter().filter_map(|agent| {
            let held = told.and_then(|told| told.held_place(agent));
            let (place, next) = match held {
                Some(place) => (place, None),
                None => self.place_at(run, agent, now)?,
            };
            let field = |field| run.field(agent, field, now);
            let is_asleep = field(AgentField::Awake) == Some(0.0);
            let is_travelling = held.is_none() && field(AgentField::Travelling).is_some_and(|on| on != 0.0);
            let (at, faces_right, posture) = self.stand(agent, place, is_asleep, taken.entry(place).or_default());
            let mut figure = PersonFigure {
                agent,
                name: view.display_name(agent),
                pronouns: run.chronicle().agents.get(agent).map_or(Pronouns::They, |profile| profile.pronouns),
                age: field(AgentField::Born)
                    .filter(|born| born.is_finite())
                    .map(|born| ((now.at.seconds() - born) / 31_556_952.0) as f32),
                place,
                at,
                faces_right,
                posture,
                pleasure: field(AgentField::Pleasure).unwrap_or(0.0) as f32,
                arousal: field(AgentField::Arousal).unwrap_or(0.0) as f32,
                is_told: is_told(agent),
                is_followed: view.state.follow == Some(agent),
            };
            if let Some(flight) = flights.iter().find(|flight| flight.agent == agent) {
                self.run_away(&mut figure, *flight, &mut taken);
            } else if is_travelling {
                let street = route(&self.layout, place, at, place, [self.layout.door(place) + 3.0, at[1]]);
                move_along(&mut figure, &street, 0.9);
            } else if let Some((to, then)) = next
                && seconds_between(now.at, then) < WALK_SECONDS
                && !is_asleep
            {
                // Whoever is expected somewhere is there in time: the walk ends with the change.
                let (end, ..) = self.stand(agent, to, false, &mut Vec::new());
                let share = 1.0 - (seconds_between(now.at, then) / WALK_SECONDS) as f32;
                move_along(&mut figure, &route(&self.layout, place, at, to, end), share);
            }
            Some(figure)
        });
        figures.collect()
    }

    /// The place of an agent, and the next place it will be in with the instant of the change, as far as the run is known.
    fn place_at(&self, run: &RunData, agent: AgentId, now: LogPosition) -> Option<(usize, Option<(usize, Instant)>)> {
        let is_valid = |place: f64| (0.0..self.layout.plots.len() as f64).contains(&place).then_some(place as usize);
        let entries = run.history().entries(Fact::World(WorldFact::Place(agent)));
        let (past, future) = entries.split_at(entries.partition_point(|entry| entry.position <= now));
        // A journey has no place; the last one is where it began.
        let place = past.iter().rev().find_map(|entry| is_valid(entry.value))?;
        let next = future.iter().find_map(|entry| Some((is_valid(entry.value)?, entry.instant())));
        Some((place, next.filter(|(next, _)| *next != place)))
    }

    /// Where somebody is in a place, and how. The same person has the same seat as long as it is free.
    fn stand(&self, agent: AgentId, place: usize, is_asleep: bool, taken: &mut Vec<usize>) -> ([f32; 2], bool, Posture) {
        let plot = &self.layout.plots[place];
        let spots = spots(plot.look);
        let preferred = (stable_random(u64::from(agent.0) * 53 + plot.seed) * spots.len() as f32) as usize;
        let fits = |nth: &usize| !taken.contains(nth) && (spots[*nth].posture == Posture::Lie) == is_asleep;
        let order = || (0..spots.len()).map(|step| (preferred + step) % spots.len());
        let chosen =
            order().find(fits).or_else(|| order().find(|nth| !taken.contains(nth) && spots[*nth].posture != Posture::Lie));
        let width = plot.area.width();
        match chosen {
            Some(nth) => {
                taken.push(nth);
                let spot = spots[nth];
                let posture = if is_asleep && spot.posture != Posture::Lie { Posture::Doze } else { spot.posture };
                ([plot.area.left + spot.share * width, plot.area.bottom + spot.height], spot.faces_right, posture)
            }
            None => {
                // More people than seats: a row across the place.
                let nth = taken.len() - spots.len().min(taken.len());
                taken.push(usize::MAX);
                let share = 0.14 + 0.72 * ((nth as f32 * 0.382 + 0.21).fract());
                ([plot.area.left + share * width, plot.area.bottom], nth.is_multiple_of(2), Posture::Stand)
            }
        }
    }

    /// Puts two who have just met, or are told of, face to face. Returns the places of such pairs.
    fn place_pairs(&self, view: &SessionView<'_>, told: Option<&ToldEvent<'_>>, people: &mut [PersonFigure]) -> Vec<usize> {
        let now = view.playback.cursor();
        let mut done: Vec<AgentId> = Vec::new();
        let mut by_place: BTreeMap<usize, u32> = BTreeMap::new();
        for event in told.map(|told| told.event).into_iter().chain(recent_events(view, TOGETHER_SECONDS).iter().rev()) {
            let index = |agent: &AgentId| people.iter().position(|figure| figure.agent == *agent);
            let mut both = event.roles.iter().filter_map(index);
            let (Some(a), Some(b)) = (both.next(), both.next()) else { continue };
            if a == b || people[a].place != people[b].place || [a, b].iter().any(|&nth| done.contains(&people[nth].agent)) {
                continue;
            }
            if [a, b].iter().any(|&nth| matches!(people[nth].posture, Posture::Walk(_) | Posture::Lie | Posture::Doze)) {
                continue;
            }
            done.extend([people[a].agent, people[b].agent]);
            let place = people[a].place;
            let nth = by_place.entry(place).or_default();
            let area = self.layout.plots[place].area;
            // Pairs stand beside each other: in the middle, then at a third and at two thirds.
            let center = area.x_at([0.5, 0.26, 0.74, 0.38, 0.62][*nth as usize % 5]);
            *nth += 1;
            let tone = tone_of(event);
            let name = view.run.symbols().event_name(event.kind);
            let is_close =
                ["kiss", "embrac", "hug", "make_love", "dance", "comfort", "hold"].iter().any(|word| name.contains(word));
            let is_open = matches!(self.layout.plots[place].look, PlaceLook::Roof | PlaceLook::Beach | PlaceLook::Hill);
            let posture = match () {
                () if is_close => Posture::Embrace,
                () if is_open && tone >= 0.0 => Posture::LookUp,
                () if tone < -0.02 && seconds_between(event.at, now.at) > 300.0 => Posture::TurnAway,
                () => Posture::Talk,
            };
            let apart = if posture == Posture::Embrace { 0.2 } else { 0.52 };
            let (left, right) = if people[a].at[0] <= people[b].at[0] { (a, b) } else { (b, a) };
            for (nth, side) in [(left, -1.0), (right, 1.0)] {
                let figure = &mut people[nth];
                figure.at = [center + side * apart, area.bottom];
                // Side by side under the sky, otherwise face to face.
                figure.faces_right = posture == Posture::LookUp || (side < 0.0) != (posture == Posture::TurnAway);
                figure.posture = posture;
            }
        }
        by_place.into_keys().collect()
    }

    /// Puts somebody on the way out of the building and through the town, or at its end.
    fn run_away(&self, figure: &mut PersonFigure, flight: Flight, taken: &mut BTreeMap<usize, Vec<usize>>) {
        use PlaceLook as L;
        let is = |wanted: &[PlaceLook]| {
            let mut plots = self.layout.plots.iter().enumerate();
            plots.find(|(place, plot)| wanted.contains(&plot.look) && *place != figure.place).map(|(place, _)| place)
        };
        let Some(to) = is(&[L::Subway]).or_else(|| is(&[L::Street, L::Square, L::Market, L::Garden, L::Field])) else { return };
        let (at, faces_right, posture) = self.sit(figure.agent, to, taken.entry(to).or_default());
        if flight.share >= 1.0 {
            (figure.place, figure.at, figure.faces_right, figure.posture) = (to, at, faces_right, posture);
        } else {
            let end = [at[0], self.layout.plots[to].area.bottom];
            move_along(figure, &route(&self.layout, figure.place, figure.at, to, end), flight.share);
        }
    }

    /// Where somebody sits in a place, and how: on the first free seat, or as they would be there without one.
    fn sit(&self, agent: AgentId, place: usize, taken: &mut Vec<usize>) -> ([f32; 2], bool, Posture) {
        let plot = &self.layout.plots[place];
        let is_free_seat = |nth: &usize| spots(plot.look)[*nth].posture == Posture::Sit && !taken.contains(nth);
        match (0..spots(plot.look).len()).find(is_free_seat) {
            Some(nth) => {
                taken.push(nth);
                let spot = spots(plot.look)[nth];
                ([plot.area.x_at(spot.share), plot.area.bottom + spot.height], spot.faces_right, spot.posture)
            }
            None => self.stand(agent, place, false, taken),
        }
    }

    fn focus(
        &self,
        view: &SessionView<'_>,
        people: &[PersonFigure],
        minds: &[MindLight],
        roles: &[AgentId],
        pairs: &[usize],
        is_fast: bool,
    ) -> Focus {
        let followed = people.iter().position(|figure| figure.is_followed).or_else(|| {
            let mind = minds.iter().find(|mind| view.state.follow == Some(mind.agent))?;
            mind.owner
        });
        // The first who takes part and has a body, or whose owner has one.
        let told = roles.iter().find_map(|role| people.iter().position(|figure| figure.agent == *role));
        let spoken = || roles.iter().find_map(|role| minds.iter().find(|mind| mind.agent == *role)?.owner);
        // Too fast for single scenes: the whole town.
        let shown = if is_fast { followed } else { followed.or(told).or_else(spoken) };
        let Some(shown) = shown else { return Focus::Wide };
        let figure = &people[shown];
        let has_many = minds
            .iter()
            .any(|mind| mind.is_told && mind.owner == Some(shown) && mind.talks > MANY_TALKS && mind.state == MindState::Online);
        if matches!(figure.posture, Posture::Walk(_)) {
            let [x, y] = figure.at;
            return Focus::Near(Area::new(x - 5.0, y - 0.5, x + 5.0, y + 3.5));
        }
        let plot = &self.layout.plots[figure.place];
        let area = plot.area;
        let is_open = matches!(plot.look, PlaceLook::Roof | PlaceLook::Beach | PlaceLook::Hill);
        // Under the open sky there is more of it.
        let top = if is_open { area.bottom + 6.8 } else { area.top.min(area.bottom + 4.2) };
        if has_many {
            return Focus::Near(Area { top: area.bottom + 9.0, ..area }.inset(-4.0, 0.0));
        }
        if pairs.contains(&figure.place) {
            return Focus::Near(Area { top, ..area });
        }
        Focus::Near(Area { top, ..area }.inset(-0.6, -0.3))
    }
}

fn move_along(figure: &mut PersonFigure, route: &Route, share: f32) {
    let (at, faces_right) = route.at(share);
    figure.at = at;
    figure.faces_right = faces_right;
    figure.posture = Posture::Walk(route.length() * share);
}

fn contacts(view: &SessionView<'_>, people: &[PersonFigure], minds: &[MindLight]) -> Vec<Contact> {
    let now = view.playback.cursor().at;
    let place = |agent: &AgentId| {
        let person = people.iter().find(|figure| figure.agent == *agent).map(head_position);
        person.or_else(|| minds.iter().find(|mind| mind.agent == *agent && mind.state == MindState::Online).map(|mind| mind.at))
    };
    let contact = |event: &Event| {
        let mut ends = event.roles.iter().filter_map(place);
        let strength = 1.0 - (seconds_between(event.at, now) / CONTACT_SECONDS) as f32;
        Some(Contact { ends: [ends.next()?, ends.next()?], strength: strength.clamp(0.0, 1.0), tone: tone_of(event) })
    };
    let mut contacts: Vec<Contact> = recent_events(view, CONTACT_SECONDS).iter().rev().filter_map(contact).take(60).collect();
    contacts.retain(|contact| contact.strength > 0.0 && contact.ends[0] != contact.ends[1]);
    contacts
}

/// Sum of the changes to bonds.
fn tone_of(event: &Event) -> f32 {
    let changes = event.changes.iter().filter(|change| matches!(change.fact, Fact::World(WorldFact::Dim(..))));
    changes.map(|change| change.after - change.before).sum::<f64>() as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_session::SessionCommand;
    use longhand_session::testing::{DAY, test_session};

    fn model_at(days: f64) -> StageModel {
        let mut session = test_session();
        session.apply(SessionCommand::Seek(Instant::from_seconds(days * DAY)));
        StageBuilder::new(session.run()).model(&session.view(), false)
    }

    #[test]
    fn the_model_is_a_function_of_the_cursor() {
        let mut session = test_session();
        let builder = StageBuilder::new(session.run());
        let mut model = |days: f64| {
            session.apply(SessionCommand::Seek(Instant::from_seconds(days * DAY)));
            format!("{:?}", builder.model(&session.view(), false))
        };
        let first = model(2.01);
        model(5.5);
        assert_eq!(model(2.01), first);
    }

    #[test]
    fn the_sentence_fades_and_is_gone_after_three_hours() {
        assert_eq!(model_at(2.01).sentence.unwrap().1, 1.0);
        assert!(model_at(2.1).sentence.unwrap().1 < 0.9);
        assert_eq!(model_at(2.2).sentence, None);
    }

    #[test]
    fn nothing_is_told_a_day_later_and_the_camera_is_wide() {
        let model = model_at(4.0);
        assert_eq!((model.focus, model.contacts.len()), (Focus::Wide, 0));
    }

    #[test]
    fn time_too_fast_for_days_holds_the_light() {
        let mut session = test_session();
        session.apply(SessionCommand::Seek(Instant::from_seconds(2.0 * DAY)));
        let builder = StageBuilder::new(session.run());
        assert_eq!(builder.model(&session.view(), true).light, SkyLight::golden());
    }

    #[test]
    fn whoever_has_no_place_is_nowhere() {
        let session = test_session();
        let builder = StageBuilder::new(session.run());
        assert_eq!(builder.place_at(session.run(), AgentId(77), session.playback().cursor()), None);
    }
}
