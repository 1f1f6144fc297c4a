//! Selects the events of a book, and whether each is narrated as a scene, in a clause or only in a summary.
//!
//! The essential events are the backbone of the story with the beats and the steps that belong to them. A book of medium length
//! adds a few everyday scenes in each quiet stretch, of kinds that were not narrated recently. If there is no room for all, the
//! least salient events are narrated in a clause.

use super::knowing::{Knowing, Known};
use super::model::Length;
use super::speaker::Speaker;
use crate::salience::{Backbone, Salience, Turns};
use longhand_chronicle::{CauseGraph, Event, Link};
use longhand_expr::ids::{EventId, EventKind};
use longhand_scene::Telling;
use std::collections::{BTreeMap, BTreeSet};

/// How an event is narrated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum As {
    /// As a scene.
    Scene,
    /// In a clause.
    Brief,
    /// As a scene that stands for many similar ones.
    Texture,
    /// In a clause, as something that the point of view learned only at that time.
    Learned,
}

/// An event that is narrated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Item {
    pub event: EventId,
    pub how: As,
}

/// The maximum number of words of a short and of a medium book, without summaries and documents.
const SHORT_WORDS: usize = 590;
const MEDIUM_WORDS: usize = 3_500;
/// The length in seconds of a quiet stretch that receives one everyday scene, and the maximum number of them.
const QUIET_SECONDS: f64 = 7.0 * 86_400.0;
const MOST_TEXTURE: usize = 2;
/// How many turning points replace the beats in a scene without beats.
const TURNS: usize = 24;

pub(super) struct Chooser<'a> {
    pub speaker: &'a Speaker<'a>,
    pub salience: &'a Salience,
    pub turns: &'a Turns,
    pub knowing: &'a Knowing,
    pub graph: &'a CauseGraph<'a>,
}

impl Chooser<'_> {
    /// The selected events, in the order of narration.
    pub fn choose(&self, length: Length) -> Vec<Item> {
        let essential = self.essential();
        let mut items = match length {
            Length::Short => self.short(&essential),
            Length::Medium => self.medium(&essential),
            Length::Full => self.full(&essential),
        };
        items.extend(self.learned(&items, length));
        // An event that was inferred comes right before the event that shows it, an event that was learned right after the one
        // that tells it.
        let place = |item: &Item| match self.knowing.of_event(item.event) {
            Some(Known::Told(by)) => (by, 2, item.event),
            Some(Known::Found(by)) => (by, 0, item.event),
            _ => (item.event, 1, item.event),
        };
        items.sort_by_key(place);
        items
    }

    fn event(&self, id: EventId) -> Option<&Event> {
        self.speaker.chronicle.event(id)
    }

    fn telling(&self, event: &Event) -> Telling {
        self.speaker.scenario.events.get(event.kind.index()).map_or(Telling::Habit, |info| info.telling)
    }

    /// Known in another way than by being told, so that it may be narrated as a scene.
    fn is_known(&self, event: EventId) -> bool {
        matches!(self.knowing.of_event(event), Some(Known::There | Known::Found(_)))
    }

    /// The events that every book needs: beats, the chains that connect them, and the steps that belong to them.
    fn essential(&self) -> BTreeSet<EventId> {
        let chronicle = self.speaker.chronicle;
        let beats: Vec<_> = chronicle.beats.iter().filter(|found| self.is_known(found.event)).collect();
        let mut essential: BTreeSet<EventId> =
            beats.iter().flat_map(|found| found.events.iter().copied().chain([found.event])).collect();
        let must = beats.iter().filter(|found| self.speaker.scenario.beats.get(found.beat).is_some_and(|beat| beat.must));
        let mut terminals: Vec<EventId> = must.map(|found| found.event).collect();
        if terminals.len() < 2 {
            terminals.extend(self.turning_points());
        }
        terminals.sort_unstable();
        essential.extend(&terminals);
        let backbone = Backbone::joining(chronicle, self.salience, &terminals);
        let always = |id: &EventId| self.event(*id).is_some_and(|event| self.telling(event) == Telling::Always);
        essential.extend(backbone.events.into_iter().filter(always));
        let mut waiting: Vec<EventId> = essential.iter().copied().collect();
        while let Some(id) = waiting.pop() {
            let Some(event) = self.event(id) else { continue };
            let is_step = |link: Link| matches!(link, Link::Step);
            let from = event.causes.iter().filter(|cause| is_step(cause.link)).map(|cause| cause.event);
            let leads_on = |effect: &EventId| {
                self.event(*effect).is_some_and(|effect| {
                    effect.causes.iter().any(|cause| cause.event == id && (is_step(cause.link) || cause.link == Link::Woke))
                })
            };
            let on = self.graph.effects(id).iter().copied().filter(leads_on);
            waiting.extend(from.chain(on).filter(|&next| essential.insert(next)).collect::<Vec<_>>());
        }
        let is_told =
            |id: &EventId| self.is_known(*id) && self.event(*id).is_some_and(|event| self.telling(event) != Telling::Never);
        essential.retain(is_told);
        essential
    }

    /// The known events with the highest turn scores and salience, at most three of a kind.
    fn turning_points(&self) -> Vec<EventId> {
        let chronicle = self.speaker.chronicle;
        let told = |event: &&Event| self.is_known(event.id) && self.telling(event) != Telling::Never;
        let mut ranked: Vec<EventId> = chronicle.iter().filter(told).map(|event| event.id).collect();
        let worth = |id: EventId| self.turns.turn(id) + self.salience.score(id);
        ranked.sort_by(|a, b| worth(*b).total_cmp(&worth(*a)).then(a.cmp(b)));
        let mut seen: BTreeMap<EventKind, u32> = BTreeMap::new();
        ranked.retain(|&id| {
            let times = seen.entry(self.event(id).map_or(EventKind(0), |event| event.kind)).or_default();
            *times += 1;
            *times <= 3
        });
        ranked.truncate(TURNS);
        ranked
    }

    fn scene_words(&self, id: EventId) -> usize {
        let way = self.event(id).and_then(|event| self.speaker.scenes(event).into_iter().next());
        way.map_or(0, |way| way.text.plain().split_whitespace().count())
    }

    fn brief_words(&self, id: EventId) -> usize {
        let way = self.event(id).and_then(|event| self.speaker.brief(event));
        way.map_or(0, |way| way.text.plain().split_whitespace().count() + 3)
    }

    /// Splits the events into the most salient ones that fit in the number of words, and the rest.
    fn fitting(&self, mut ranked: Vec<EventId>, words: usize, cost: impl Fn(EventId) -> usize) -> (Vec<EventId>, Vec<EventId>) {
        ranked.sort_by(|a, b| self.salience.score(*b).total_cmp(&self.salience.score(*a)).then(a.cmp(b)));
        let mut left = words;
        ranked.into_iter().partition(|&id| {
            let cost = cost(id);
            let fits = cost <= left;
            left -= if fits { cost } else { 0 };
            fits
        })
    }

    fn short(&self, essential: &BTreeSet<EventId>) -> Vec<Item> {
        let scenario = self.speaker.scenario;
        let must = |beat: usize| scenario.beats.get(beat).is_some_and(|beat| beat.must);
        let beats: BTreeSet<EventId> =
            self.speaker.chronicle.beats.iter().filter(|found| must(found.beat)).map(|found| found.event).collect();
        let has_words = |id: &EventId| self.event(*id).is_some_and(|event| self.speaker.gist(event).is_some());
        let (first, rest): (Vec<EventId>, Vec<EventId>) = essential.iter().copied().partition(|id| beats.contains(id));
        let (mut told, _) = self.fitting(first, SHORT_WORDS, |id| self.brief_words(id));
        let used: usize = told.iter().map(|&id| self.brief_words(id)).sum();
        let rest = rest.into_iter().filter(has_words).collect();
        told.extend(self.fitting(rest, SHORT_WORDS.saturating_sub(used), |id| self.brief_words(id)).0);
        told.into_iter().map(|event| Item { event, how: As::Brief }).collect()
    }

    fn medium(&self, essential: &BTreeSet<EventId>) -> Vec<Item> {
        let (scenes, briefs) = self.fitting(essential.iter().copied().collect(), MEDIUM_WORDS, |id| self.scene_words(id));
        let mut left = MEDIUM_WORDS.saturating_sub(scenes.iter().map(|&id| self.scene_words(id)).sum());
        let mut items: Vec<Item> = scenes.into_iter().map(|event| Item { event, how: As::Scene }).collect();
        items.extend(briefs.into_iter().map(|event| Item { event, how: As::Brief }));
        for event in self.texture(essential) {
            let words = self.scene_words(event);
            if words > 0 && words <= left {
                left -= words;
                let always = self.event(event).is_some_and(|event| self.telling(event) == Telling::Always);
                items.push(Item { event, how: if always { As::Scene } else { As::Texture } });
            }
        }
        items
    }

    fn full(&self, essential: &BTreeSet<EventId>) -> Vec<Item> {
        let mut times: BTreeMap<EventKind, u32> = BTreeMap::new();
        let mut items = Vec::new();
        for event in self.speaker.chronicle.iter().filter(|event| self.is_known(event.id)) {
            let times = times.entry(event.kind).or_default();
            *times += 1;
            let how = match self.telling(event) {
                _ if essential.contains(&event.id) => As::Scene,
                Telling::Always => As::Scene,
                Telling::Habit if times.is_power_of_two() && self.salience.parts(event.id).relation > 0.0 => As::Texture,
                _ => continue,
            };
            items.push(Item { event: event.id, how });
        }
        items
    }

    /// Everyday events for the quiet stretches: the kinds narrated least first, and the most salient of each.
    fn texture(&self, essential: &BTreeSet<EventId>) -> Vec<EventId> {
        let chronicle = self.speaker.chronicle;
        let mut used: BTreeMap<EventKind, u32> = BTreeMap::new();
        let mut chosen = Vec::new();
        let ends = essential.iter().copied().chain([EventId::at(chronicle.len())]);
        let mut after = 0_usize;
        let mut since = 0.0;
        for end in ends {
            let until = self.event(end).or(chronicle.events().last()).map_or(since, |event| event.at.seconds());
            let most = (((until - since) / QUIET_SECONDS) as usize).min(MOST_TEXTURE);
            let stretch = chronicle.events().get(after..end.index()).unwrap_or_default();
            let mut candidates: Vec<&Event> = (stretch.iter())
                .filter(|event| self.is_known(event.id) && self.telling(event) != Telling::Never)
                .filter(|event| self.salience.parts(event.id).relation > 0.0 && !essential.contains(&event.id))
                .filter(|event| event.causes.iter().all(|cause| cause.link != Link::Step) && !self.leads_on_by_steps(event.id))
                .collect();
            for _ in 0..most {
                let worth = |event: &&&Event| {
                    let told = used.get(&event.kind).copied().unwrap_or(0);
                    let drawn = self.speaker.draw(u64::from(event.id.0) | 1 << 40, 1000) as f64 / 1000.0;
                    self.salience.score(event.id) + 0.3 * drawn - 0.5 * f64::from(told)
                };
                let Some(best) = candidates.iter().max_by(|a, b| worth(a).total_cmp(&worth(b)).then(b.id.cmp(&a.id))).copied()
                else {
                    break;
                };
                *used.entry(best.kind).or_default() += 1;
                chosen.push(best.id);
                candidates.retain(|event| event.kind != best.kind);
            }
            after = end.index() + 1;
            since = until;
        }
        chosen
    }

    /// Whether the event has effects by its own steps, without which it would be incomplete.
    fn leads_on_by_steps(&self, id: EventId) -> bool {
        let is_step = |effect: &EventId| {
            self.event(*effect)
                .is_some_and(|effect| effect.causes.iter().any(|cause| cause.event == id && cause.link == Link::Step))
        };
        self.graph.effects(id).iter().any(is_step)
    }

    /// The events that the point of view was told of later, if the event that told them is narrated.
    fn learned(&self, items: &[Item], length: Length) -> Vec<Item> {
        let told: BTreeSet<EventId> = items.iter().map(|item| item.event).collect();
        let is_news = |event: &&Event| {
            let Some(Known::Told(by)) = self.knowing.of_event(event.id) else { return false };
            let always = self.telling(event) == Telling::Always;
            length != Length::Short && told.contains(&by) && always && self.speaker.gist(event).is_some()
        };
        self.speaker.chronicle.iter().filter(is_news).map(|event| Item { event: event.id, how: As::Learned }).collect()
    }
}
