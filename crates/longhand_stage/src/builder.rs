//! Builds the model of an instant: a function of the run and the cursor, and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;

use longhand_chronicle::{CrowdDay, Event, LogPosition};
use longhand_expr::Pronouns;
use longhand_expr::ids::{AgentField, AgentId, Fact, Instant, WorldFact};
use longhand_scene::{PlaceLook, StagePalette};
use longhand_session::{RunData, SessionView};

use super::canvas::Area;
use super::figure::head_position;
use super::layout::StageLayout;
use super::light::SkyLight;
use super::model::{Contact, CrowdLight, Focus, MindLight, MindState, PersonFigure, StageModel};
use super::places::{Posture, spots};
use super::route::{Route, route};
use super::tint::stable_random;

/// Age up to which a contact is shown, in simulated seconds.
const CONTACT_SECONDS: f64 = 2.0 * 3_600.0;
/// Age up to which two who have met still stand together, in simulated seconds.
const TOGETHER_SECONDS: f64 = 45.0 * 60.0;
/// Age up to which a sentence is shown, in simulated seconds.
const SENTENCE_SECONDS: f64 = 3.0 * 3_600.0;
/// Age up to which the title of a beat is shown, in simulated seconds.
const TITLE_SECONDS: f64 = 10.0 * 3_600.0;
/// How long before a change of place somebody sets out, in simulated seconds.
const WALK_SECONDS: f64 = 8.0 * 60.0;
/// The hour that is shown while the light is held.
const HELD_HOUR: f32 = 17.0;
/// The hour of whose talks a day has then.
const TALK_HOUR: f64 = 20.0;
/// How long the light of an OS that leaves is seen rising, in simulated seconds.
const DEPARTURE_SECONDS: f64 = 12.0 * 3_600.0;
/// Greatest number of threads that are drawn of all OSes.
const MAX_THREADS: usize = 8_000;

/// Builds models; it keeps what does not change with the cursor.
#[derive(Clone, Debug)]
pub struct StageBuilder {
    layout: Arc<StageLayout>,
    palette: StagePalette,
    place_names: Vec<String>,
    /// Whether a tie is one of love; by tie.
    is_love: Vec<bool>,
}

impl StageBuilder {
    /// A builder for the runs of a scene.
    #[must_use]
    pub fn new(run: &RunData) -> Self {
        let scenario = run.scenario();
        let layout = Arc::new(StageLayout::new(scenario));
        let love =
            |id: &str| ["love", "married", "partner", "couple", "betrothed", "engaged"].iter().any(|word| id.contains(word));
        Self {
            palette: super::defaults::palette(scenario, layout.setting),
            layout,
            place_names: scenario.places.iter().map(|place| place.name.clone()).collect(),
            is_love: scenario
                .ties
                .iter()
                .map(|tie| love(&tie.id) && !tie.tags.iter().any(|tag| tag.starts_with("past")))
                .collect(),
        }
    }

    /// Whether it was made for the scene of a run.
    #[must_use]
    pub fn fits(&self, run: &RunData) -> bool {
        self.place_names.iter().eq(run.scenario().places.iter().map(|place| &place.name))
    }

    /// The model at the cursor. With `is_light_held`, the sun stands still: time passes too fast for days and nights.
    #[must_use]
    pub fn model(&self, view: &SessionView<'_>, is_light_held: bool) -> StageModel {
        let (run, now) = (view.run, view.playback.cursor());
        let calendar = &run.scenario().calendar;
        let date = calendar.datetime(now.at);
        let hour = calendar.hour(now.at) as f32;
        let season = (!date.is_turn()).then(|| {
            let day = (f32::from(date.month) - 1.0) * 30.44 + f32::from(date.day);
            (day / 365.25).clamp(0.0, 1.0)
        });
        let told = last_told(view);
        let is_told = |agent: AgentId| told.as_ref().is_some_and(|(event, ..)| event.roles.contains(&agent));
        // Where something is told, or will be soon.
        let seen = told.as_ref().map(|(event, ..)| *event).or_else(|| next_told(view));
        let roles: Vec<AgentId> = seen.map_or_else(Vec::new, |event| event.roles.to_vec());
        let mut people = self.people(view, &is_told);
        let together = self.place_pairs(view, &mut people);
        let minds = self.minds(view, &people, &is_told);
        let contacts = contacts(view, &people, &minds);
        let crowd = self.crowd(run, now, &minds, is_light_held);
        let beat = run.chronicle().beats.iter().rev().find(|beat| view.is_past(beat.event));
        let title = beat.and_then(|beat| {
            let strength = fading(seconds_between(beat.at, now.at), TITLE_SECONDS)?;
            Some((run.scenario().beats.get(beat.beat)?.title.clone(), strength))
        });
        StageModel {
            layout: self.layout.clone(),
            palette: self.palette,
            light: if is_light_held { SkyLight::golden() } else { SkyLight::at(hour, season) },
            // What turns with the hour stands still with the light.
            hour: if is_light_held { HELD_HOUR } else { hour },
            season,
            place_names: self.place_names.clone(),
            focus: self.focus(view, &people, &minds, &roles, &together, is_light_held),
            people,
            minds,
            contacts,
            crowd,
            sentence: told.map(|(_, sentence, strength)| (sentence, strength)),
            title,
        }
    }

    /// The people on the stage: those of the cast who are present, and whoever is followed.
    fn people(&self, view: &SessionView<'_>, is_told: &impl Fn(AgentId) -> bool) -> Vec<PersonFigure> {
        let (run, now) = (view.run, view.playback.cursor());
        let cast = run.scenario().cast.len() as u32;
        let is_shown = |agent: AgentId| {
            let is_known = agent.0 < cast || view.state.follow == Some(agent) || is_told(agent);
            let is_body = !run.is_os(agent) && !run.scenario().is_thing(agent);
            is_known && is_body && run.field(agent, AgentField::Present, now).is_some_and(|present| present != 0.0)
        };
        let agents: Vec<AgentId> = run.agents().filter(|&agent| is_shown(agent)).collect();
        // Who is where decides which seats are taken.
        let mut taken: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let figures = agents.into_iter().filter_map(|agent| {
            let (place, next) = self.place_at(run, agent, now)?;
            let field = |field| run.field(agent, field, now);
            let is_asleep = field(AgentField::Awake) == Some(0.0);
            let is_travelling = field(AgentField::Travelling).is_some_and(|on| on != 0.0);
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
            if is_travelling {
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

    /// Puts two who have just met face to face. Returns the places of such pairs.
    fn place_pairs(&self, view: &SessionView<'_>, people: &mut [PersonFigure]) -> Vec<usize> {
        let now = view.playback.cursor();
        let mut done: Vec<AgentId> = Vec::new();
        let mut by_place: BTreeMap<usize, u32> = BTreeMap::new();
        for event in recent_events(view, TOGETHER_SECONDS).into_iter().rev() {
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

    fn minds(&self, view: &SessionView<'_>, people: &[PersonFigure], is_told: &impl Fn(AgentId) -> bool) -> Vec<MindLight> {
        let (run, now) = (view.run, view.playback.cursor());
        let agents = run.agents().filter(|&agent| run.is_os(agent) && agent.0 < run.scenario().cast.len() as u32);
        let lights = agents.enumerate().filter_map(|(nth, agent)| {
            let field = |field| run.field(agent, field, now);
            let is_present = field(AgentField::Present).is_some_and(|present| present != 0.0);
            let left = run.history().last_entry(Fact::Field(agent, AgentField::Gone), now).filter(|entry| entry.value != 0.0);
            let left = left.map(|entry| (seconds_between(entry.instant(), now.at) / DEPARTURE_SECONDS) as f32);
            let state = match left {
                Some(share) if share < 1.0 => MindState::Leaving(share),
                Some(_) => return None,
                None if !is_present => return None,
                None if field(AgentField::Online) == Some(0.0) => MindState::Offline,
                None => MindState::Online,
            };
            let is_bound = field(AgentField::Bound) != Some(0.0);
            let owner = run.owner_of(agent, now).and_then(|owner| people.iter().position(|figure| figure.agent == owner));
            let ties = run.bonds(agent, now).filter_map(|(fact, _)| match fact {
                WorldFact::Tie(from, _, tie) if from == agent => Some(tie),
                _ => None,
            });
            let (mut talks, mut loves) = (0, 0);
            for tie in ties {
                talks += 1;
                loves += u32::from(self.is_love.get(tie.index()).copied().unwrap_or(false));
            }
            Some(MindLight {
                agent,
                name: view.display_name(agent),
                owner,
                at: self.light_position(agent, nth, owner.map(|owner| &people[owner]), is_bound),
                generation: field(AgentField::Generation).map_or(1, |generation| generation.max(1.0) as u32),
                state,
                is_bound,
                talks,
                loves,
                is_told: is_told(agent),
            })
        });
        lights.collect()
    }

    /// A light is at the ear of its owner; if it has gone past matter, it hangs over the head; without an owner, over the town.
    fn light_position(&self, agent: AgentId, nth: usize, owner: Option<&PersonFigure>, is_bound: bool) -> [f32; 2] {
        match owner {
            Some(owner) => {
                let head = head_position(owner);
                let side = if owner.faces_right { -1.0 } else { 1.0 };
                if is_bound { [head[0] + 0.1 * side, head[1] + 0.01] } else { [head[0] + 0.42 * side, head[1] + 0.6] }
            }
            None => {
                let share = stable_random(u64::from(agent.0) * 17 + nth as u64);
                [self.layout.width * (0.2 + 0.6 * share), self.layout.height * 0.8 + 2.0]
            }
        }
    }

    fn crowd(&self, run: &RunData, now: LogPosition, minds: &[MindLight], is_light_held: bool) -> CrowdLight {
        let days = &run.chronicle().crowd;
        let past = days.partition_point(|day| (i64::from(day.day) + 1) * Instant::DAY_US <= now.at.0);
        let day = |back: usize| past.checked_sub(back).map(|index| &days[index]);
        let count = |os: bool, day: Option<&CrowdDay>| {
            let kinds = run.scenario().kinds.iter().filter(|kind| kind.os == os);
            let numbers = day.map_or(&[][..], |day| day.numbers.as_slice());
            kinds.filter_map(|kind| numbers.iter().find(|(name, _)| *name == kind.id)).map(|(_, number)| number).sum::<f64>()
        };
        let people = count(false, day(1));
        let reached = minds.iter().filter(|mind| mind.state == MindState::Online);
        let (threads, loves) = reached.fold((0, 0), |(talks, loves), mind| (talks + mind.talks, loves + mind.loves));
        // At a fast pace, one number for each day: windows that came and went with every hour would flicker.
        let talks_at = if is_light_held {
            let hour = run.scenario().calendar.hour(now.at);
            now.at.add_seconds((TALK_HOUR - hour - if hour < TALK_HOUR { 24.0 } else { 0.0 }) * 3_600.0)
        } else {
            now.at
        };
        CrowdLight {
            people: people.max(0.0) as u32,
            talking: if people > 0.0 { (run.recent_talk_count(talks_at) / people).clamp(0.0, 1.0) as f32 } else { 0.0 },
            leaving: (count(true, day(2)) - count(true, day(1))).max(0.0) as u32,
            threads: threads.min(MAX_THREADS as u32),
            loves,
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
        if matches!(figure.posture, Posture::Walk(_)) {
            let [x, y] = figure.at;
            return Focus::Near(Area::new(x - 5.0, y - 0.5, x + 5.0, y + 3.5));
        }
        let area = self.layout.plots[figure.place].area;
        let top = area.top.min(area.bottom + 4.2);
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
    let mut contacts: Vec<Contact> =
        recent_events(view, CONTACT_SECONDS).into_iter().rev().filter_map(contact).take(60).collect();
    contacts.retain(|contact| contact.strength > 0.0 && contact.ends[0] != contact.ends[1]);
    contacts
}

/// Sum of the changes to bonds.
fn tone_of(event: &Event) -> f32 {
    let changes = event.changes.iter().filter(|change| matches!(change.fact, Fact::World(WorldFact::Dim(..))));
    changes.map(|change| change.after - change.before).sum::<f64>() as f32
}

/// The last told event that is still shown, with its sentence and how strongly it is shown.
fn last_told<'a>(view: &SessionView<'a>) -> Option<(&'a Event, String, f32)> {
    let event = recent_events(view, SENTENCE_SECONDS).into_iter().rev().find(|event| view.run.is_narrated(event.id))?;
    let strength = fading(seconds_between(event.at, view.playback.cursor().at), SENTENCE_SECONDS)?;
    Some((event, view.run.sentence(event), strength))
}

/// The next event that will be told, if it is soon and the run is known so far.
fn next_told<'a>(view: &SessionView<'a>) -> Option<&'a Event> {
    let now = view.playback.cursor();
    let all = view.run.chronicle().events();
    let until = now.at.add_seconds(SENTENCE_SECONDS);
    let coming = all.get(now.events as usize..).unwrap_or_default().iter().take_while(|event| event.at <= until);
    coming.into_iter().find(|event| view.run.is_narrated(event.id))
}

/// 1 for the first half of a duration, then falling; `None` after it.
fn fading(age: f64, duration: f64) -> Option<f32> {
    (age < duration).then(|| (2.0 * (1.0 - age / duration)).clamp(0.0, 1.0) as f32)
}

fn seconds_between(earlier: Instant, later: Instant) -> f64 {
    (later.seconds() - earlier.seconds()).max(0.0)
}

/// Events of the last `seconds` up to the cursor, in order.
fn recent_events<'a>(view: &SessionView<'a>, seconds: f64) -> Vec<&'a Event> {
    let now = view.playback.cursor();
    let from = view.run.history().event_count_until(now.at.add_seconds(-seconds));
    let all = view.run.chronicle().events();
    all[from.min(now.events as usize)..(now.events as usize).min(all.len())].iter().collect()
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
