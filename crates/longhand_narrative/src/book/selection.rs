//! Selects the events of a book, and whether each is narrated as a scene, in a clause or only in a summary.
//!
//! The essential events are the backbone of the story with the beats and the steps that belong to them. A book of medium length
//! adds a few everyday scenes in each quiet stretch, of kinds that were not narrated recently. If they do not all fit, the
//! least salient events are narrated in a clause.

use super::knowledge::{Knowledge, KnowledgeSource};
use super::model::NarrativeLength;
use super::phrasebook::Phrasebook;
use crate::dates::pace_seconds;
use crate::salience::{Backbone, Salience, TurnScores};
use longhand_chronicle::{BeatMatch, CauseGraph, CauseLink, Event};
use longhand_expr::ids::{AgentId, EventId, EventKind};
use longhand_scene::NarrationFrequency;
use std::collections::{BTreeMap, BTreeSet};

/// How an event is narrated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NarrationMode {
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
pub(super) struct BookItem {
    pub event: EventId,
    pub mode: NarrationMode,
}

/// The maximum number of words of a short and of a medium book, without summaries and documents.
const SHORT_WORDS: usize = 590;
const MEDIUM_WORDS: usize = 3_500;
/// The length in days of a quiet stretch that receives one everyday scene, and the maximum number of them.
const QUIET_DAYS: f64 = 7.0;
const MAX_TEXTURE: usize = 2;
/// What it costs an everyday event that it brings in somebody of whom the book does not tell otherwise.
const STRANGER_COST: f64 = 1.0;
/// What it costs an everyday event that nobody of it takes part in one of the essential events next to it, and how many these are.
const OTHER_THREAD_COST: f64 = 1.0;
/// What an everyday event is worth more that comes of something of which the book tells.
const CONSEQUENCE_WORTH: f64 = 0.4;
const NEXT_EVENTS: usize = 4;
/// A medium book whose essential events have fewer words than this has twice as many everyday scenes.
const SPARSE_WORDS: usize = 1_200;
/// The fewest beats for a book that follows only some of the cast; with fewer, it tells of everybody.
const MIN_BEATS: usize = 6;
/// The number of cast members from which on a book follows only a few, whom it introduces, and takes its turning points from them.
const MANY_MEMBERS: usize = 12;
/// How many turning points replace the beats in a scene without beats.
const MAX_TURNING_POINTS: usize = 24;

pub(super) struct ItemSelector<'a> {
    pub phrasebook: &'a Phrasebook<'a>,
    pub salience: &'a Salience,
    pub turns: &'a TurnScores,
    pub knowledge: &'a Knowledge,
    pub graph: &'a CauseGraph<'a>,
    /// Whose story it is, if it was asked for: only what that agent takes part in is essential.
    pub whose: Option<AgentId>,
}

impl ItemSelector<'_> {
    /// The selected events, in the order of narration.
    pub fn select(&self, length: NarrativeLength) -> Vec<BookItem> {
        let essential = self.essential_events(length);
        let mut items = match length {
            NarrativeLength::Short => self.select_short(&essential),
            NarrativeLength::Medium => self.select_medium(&essential),
            NarrativeLength::Full => self.select_full(&essential),
        };
        items.extend(self.select_learned(&items, length));
        // An event that was inferred comes right before the event that shows it, an event that was learned right after the one
        // that tells it.
        let narration_order = |item: &BookItem| match self.knowledge.source_of(item.event) {
            Some(KnowledgeSource::Told(by)) => (by, 2, item.event),
            Some(KnowledgeSource::Inferred(by)) => (by, 0, item.event),
            _ => (item.event, 1, item.event),
        };
        items.sort_by_key(narration_order);
        items
    }

    fn event(&self, id: EventId) -> Option<&Event> {
        self.phrasebook.chronicle.event(id)
    }

    fn frequency_of(&self, event: &Event) -> NarrationFrequency {
        self.phrasebook.scenario.events.get(event.kind.index()).map_or(NarrationFrequency::Habit, |info| info.narration)
    }

    /// Known in another phrasing than by being told, so that it may be narrated as a scene.
    fn is_known(&self, event: EventId) -> bool {
        matches!(self.knowledge.source_of(event), Some(KnowledgeSource::Witnessed | KnowledgeSource::Inferred(_)))
    }

    /// The beats that a book tells: a full one all that are known, a shorter one those that must come or concern somebody whom it follows,
    /// so that it does not tell of too many. If these are fewer than [`MIN_BEATS`], all.
    fn told_beats(&self, length: NarrativeLength) -> Vec<&BeatMatch> {
        let beats = self.phrasebook.chronicle.beats.iter().filter(|beat_match| self.is_known(beat_match.event));
        let known: Vec<&BeatMatch> = beats.collect();
        let must = |matched: &BeatMatch| self.phrasebook.scenario.beats.get(matched.beat).is_some_and(|beat| beat.must);
        let is_followed = |event: &EventId| self.salience.parts(*event).relation > 0.0;
        let concerns = |matched: &&&BeatMatch| must(matched) || matched.events.iter().chain([&matched.event]).any(is_followed);
        if let Some(agent) = self.whose {
            return known.into_iter().filter(|matched| self.takes_part(agent, matched.event)).collect();
        }
        let followed: Vec<&BeatMatch> = known.iter().filter(concerns).copied().collect();
        if length == NarrativeLength::Full || followed.len() < MIN_BEATS { known } else { followed }
    }

    /// The events that every book needs: beats, the chains that connect them, and the steps that belong to them.
    fn essential_events(&self, length: NarrativeLength) -> BTreeSet<EventId> {
        let chronicle = self.phrasebook.chronicle;
        let beats = self.told_beats(length);
        let mut essential: BTreeSet<EventId> =
            beats.iter().flat_map(|beat_match| beat_match.events.iter().copied().chain([beat_match.event])).collect();
        let must =
            beats.iter().filter(|beat_match| self.phrasebook.scenario.beats.get(beat_match.beat).is_some_and(|beat| beat.must));
        let must = must.filter(|beat_match| self.whose.is_none_or(|agent| self.takes_part(agent, beat_match.event)));
        let mut terminals: Vec<EventId> = must.map(|beat_match| beat_match.event).collect();
        if terminals.len() < 2 || self.whose.is_some() {
            terminals.extend(self.turning_points());
        }
        terminals.sort_unstable();
        essential.extend(&terminals);
        let backbone = Backbone::connect(chronicle, self.salience, &terminals);
        let is_always_narrated =
            |id: &EventId| self.event(*id).is_some_and(|event| self.frequency_of(event) == NarrationFrequency::Always);
        essential.extend(backbone.events.into_iter().filter(is_always_narrated));
        let mut waiting: Vec<EventId> = essential.iter().copied().collect();
        while let Some(id) = waiting.pop() {
            let Some(event) = self.event(id) else { continue };
            let is_step = |link: CauseLink| matches!(link, CauseLink::Step);
            let step_causes = event.causes.iter().filter(|cause| is_step(cause.link)).map(|cause| cause.event);
            let is_consequence = |effect: &EventId| {
                self.event(*effect).is_some_and(|effect| {
                    effect
                        .causes
                        .iter()
                        .any(|cause| cause.event == id && (is_step(cause.link) || cause.link == CauseLink::Triggered))
                })
            };
            let consequences = self.graph.effects(id).iter().copied().filter(is_consequence);
            waiting.extend(step_causes.chain(consequences).filter(|&next| essential.insert(next)).collect::<Vec<_>>());
        }
        let is_narrated = |id: &EventId| {
            self.is_known(*id) && self.event(*id).is_some_and(|event| self.frequency_of(event) != NarrationFrequency::Never)
        };
        essential.retain(is_narrated);
        essential
    }

    fn takes_part(&self, agent: AgentId, event: EventId) -> bool {
        self.event(event).is_some_and(|event| event.roles.contains(&agent))
    }

    /// Whether an event concerns those whose story is told: the one who was asked for, or somebody followed where there are many.
    fn belongs_to_story(&self, event: EventId) -> bool {
        let scenario = self.phrasebook.scenario;
        let is_of_crowd = |agent: &AgentId| agent.is_some() && agent.index() >= scenario.cast.len();
        match self.whose {
            // The story of all is that of those who have no story of their own.
            Some(world) if scenario.schema.world == Some(world) => {
                let has_crowd = self.phrasebook.chronicle.agents.iter().any(|profile| is_of_crowd(&profile.id));
                !has_crowd
                    || self.takes_part(world, event)
                    || self.event(event).is_some_and(|event| event.roles.iter().any(is_of_crowd))
            }
            Some(agent) => self.takes_part(agent, event),
            None => self.phrasebook.scenario.cast.len() < MANY_MEMBERS || self.salience.parts(event).relation > 0.0,
        }
    }

    /// The known events with the highest turn scores and salience, at most three of a kind.
    fn turning_points(&self) -> Vec<EventId> {
        let chronicle = self.phrasebook.chronicle;
        let can_be_narrated = |event: &&Event| {
            self.is_known(event.id) && self.frequency_of(event) != NarrationFrequency::Never && self.belongs_to_story(event.id)
        };
        let mut ranked: Vec<EventId> = chronicle.iter().filter(can_be_narrated).map(|event| event.id).collect();
        let score_of = |id: EventId| self.turns.score(id) + self.salience.score(id);
        ranked.sort_by(|a, b| score_of(*b).total_cmp(&score_of(*a)).then(a.cmp(b)));
        let mut kind_counts: BTreeMap<EventKind, u32> = BTreeMap::new();
        ranked.retain(|&id| {
            let times = kind_counts.entry(self.event(id).map_or(EventKind(0), |event| event.kind)).or_default();
            *times += 1;
            *times <= 3
        });
        ranked.truncate(MAX_TURNING_POINTS);
        ranked
    }

    fn scene_words(&self, id: EventId) -> usize {
        let phrasing = self.event(id).map(|event| self.phrasebook.scene(event));
        phrasing.map_or(0, |phrasing| phrasing.text.plain_text().split_whitespace().count())
    }

    fn brief_words(&self, id: EventId) -> usize {
        let phrasing = self.event(id).map(|event| self.phrasebook.brief(event));
        phrasing.map_or(0, |phrasing| phrasing.text.plain_text().split_whitespace().count() + 3)
    }

    /// Splits the events into the most salient ones that fit in the number of words, and the rest.
    fn fit_to_words(
        &self,
        mut ranked: Vec<EventId>,
        words: usize,
        cost: impl Fn(EventId) -> usize,
    ) -> (Vec<EventId>, Vec<EventId>) {
        ranked.sort_by(|a, b| self.salience.score(*b).total_cmp(&self.salience.score(*a)).then(a.cmp(b)));
        let mut remaining = words;
        ranked.into_iter().partition(|&id| {
            let cost = cost(id);
            let fits = cost <= remaining;
            remaining -= if fits { cost } else { 0 };
            fits
        })
    }

    /// Beats with all their clauses, the required ones first, and then other essential events.
    fn select_short(&self, essential: &BTreeSet<EventId>) -> Vec<BookItem> {
        let scenario = self.phrasebook.scenario;
        let must = |beat: usize| scenario.beats.get(beat).is_some_and(|beat| beat.must);
        let has_words = |id: &EventId| self.event(*id).is_some_and(|event| self.phrasebook.gist(event).is_some());
        let mut beats: Vec<_> =
            self.phrasebook.chronicle.beats.iter().filter(|matched| essential.contains(&matched.event)).collect();
        let rank = |event: EventId| self.salience.score(event);
        beats.sort_by(|a, b| {
            (must(b.beat).cmp(&must(a.beat))).then(rank(b.event).total_cmp(&rank(a.event))).then(a.event.cmp(&b.event))
        });
        let mut selected: BTreeSet<EventId> = BTreeSet::new();
        let mut remaining = SHORT_WORDS;
        for matched in &beats {
            // A beat is told with all its clauses or not at all; so is one whose last event is a clause of it.
            let mut new: BTreeSet<EventId> = BTreeSet::new();
            let mut open = vec![matched.event];
            while let Some(told) = open.pop() {
                for beat in beats.iter().filter(|beat| beat.event == told) {
                    let clauses = beat.events.iter().copied().chain([told]);
                    let clauses = clauses.filter(|id| essential.contains(id) && !selected.contains(id));
                    open.extend(clauses.filter(|id| new.insert(*id) && *id != told));
                }
            }
            let words: usize = new.iter().map(|&id| self.brief_words(id)).sum();
            if words <= remaining {
                remaining -= words;
                selected.extend(new);
            }
        }
        // A scene without beats and without gists is told by its turning points in full sentences.
        let needs_gist = !selected.is_empty() || essential.iter().any(has_words);
        let is_untold_beat = |id: &EventId| beats.iter().any(|matched| matched.event == *id);
        let rest = essential.iter().copied().filter(|id| !selected.contains(id) && !is_untold_beat(id));
        let rest = rest.filter(|id| !needs_gist || has_words(id)).collect();
        selected.extend(self.fit_to_words(rest, remaining, |id| self.brief_words(id)).0);
        selected.into_iter().map(|event| BookItem { event, mode: NarrationMode::Brief }).collect()
    }

    fn select_medium(&self, essential: &BTreeSet<EventId>) -> Vec<BookItem> {
        let (scenes, briefs) = self.fit_to_words(essential.iter().copied().collect(), MEDIUM_WORDS, |id| self.scene_words(id));
        let told: usize = scenes.iter().map(|&id| self.scene_words(id)).sum();
        let mut remaining = MEDIUM_WORDS.saturating_sub(told);
        let mut items: Vec<BookItem> = scenes.into_iter().map(|event| BookItem { event, mode: NarrationMode::Scene }).collect();
        items.extend(briefs.into_iter().map(|event| BookItem { event, mode: NarrationMode::Brief }));
        // A story with few essential events has more of everyday life.
        let (quiet_days, most) =
            if told < SPARSE_WORDS { (QUIET_DAYS / 2.0, 2 * MAX_TEXTURE) } else { (QUIET_DAYS, MAX_TEXTURE) };
        for event in self.select_texture(essential, quiet_days, most) {
            let words = self.scene_words(event);
            if words > 0 && words <= remaining {
                remaining -= words;
                let always = self.event(event).is_some_and(|event| self.frequency_of(event) == NarrationFrequency::Always);
                items.push(BookItem { event, mode: if always { NarrationMode::Scene } else { NarrationMode::Texture } });
            }
        }
        items
    }

    fn select_full(&self, essential: &BTreeSet<EventId>) -> Vec<BookItem> {
        let mut times: BTreeMap<EventKind, u32> = BTreeMap::new();
        let mut items = Vec::new();
        for event in self.phrasebook.chronicle.iter().filter(|event| self.is_known(event.id)) {
            let times = times.entry(event.kind).or_default();
            *times += 1;
            let mode = match self.frequency_of(event) {
                _ if essential.contains(&event.id) => NarrationMode::Scene,
                NarrationFrequency::Always => NarrationMode::Scene,
                NarrationFrequency::Habit if times.is_power_of_two() && self.salience.parts(event.id).relation > 0.0 => {
                    NarrationMode::Texture
                }
                _ => continue,
            };
            items.push(BookItem { event: event.id, mode });
        }
        items
    }

    /// Everyday events for the quiet stretches: the kinds narrated least first, and the most salient of each.
    fn select_texture(&self, essential: &BTreeSet<EventId>, quiet_days: f64, most: usize) -> Vec<EventId> {
        let chronicle = self.phrasebook.chronicle;
        let mut used: BTreeMap<EventKind, u32> = BTreeMap::new();
        let mut chosen = Vec::new();
        // The people of the story. A book stays with them rather than meet somebody new every week.
        let people_of = |event: &Event| event.roles.iter().copied().filter(|one| one.is_some()).collect::<Vec<AgentId>>();
        let told = essential.iter().filter_map(|id| self.event(*id));
        let mut people: BTreeSet<AgentId> = told.flat_map(people_of).collect();
        let in_order: Vec<EventId> = essential.iter().copied().collect();
        let ends = in_order.iter().copied().chain([EventId::from_index(chronicle.len())]);
        let mut first_index = 0_usize;
        let mut since = 0.0;
        let quiet_seconds = quiet_days * pace_seconds(&self.phrasebook.scenario.calendar);
        for (nth, end) in ends.enumerate() {
            let around = &in_order[nth.saturating_sub(NEXT_EVENTS)..(nth + NEXT_EVENTS).min(in_order.len())];
            let threads: BTreeSet<AgentId> = around.iter().filter_map(|id| self.event(*id)).flat_map(people_of).collect();
            let until = self.event(end).or(chronicle.events().last()).map_or(since, |event| event.at.seconds());
            let scene_count = (((until - since) / quiet_seconds) as usize).min(most);
            let stretch = chronicle.events().get(first_index..end.index()).unwrap_or_default();
            let mut candidates: Vec<&Event> = (stretch.iter())
                .filter(|event| self.is_known(event.id) && self.frequency_of(event) != NarrationFrequency::Never)
                .filter(|event| self.salience.parts(event.id).relation > 0.0 && !essential.contains(&event.id))
                .filter(|event| self.whose.is_none() || self.belongs_to_story(event.id))
                .filter(|event| {
                    event.causes.iter().all(|cause| cause.link != CauseLink::Step) && !self.has_step_effects(event.id)
                })
                .collect();
            for _ in 0..scene_count {
                let score_of = |event: &&&Event| {
                    let times = used.get(&event.kind).copied().unwrap_or(0);
                    let drawn = self.phrasebook.draw(event.at.0 as u64 ^ 1 << 63, 1000) as f64 / 1000.0;
                    let is_told = |id: EventId| essential.contains(&id) || chosen.contains(&id);
                    let comes_of_it = event.causes.iter().any(|cause| is_told(cause.event));
                    let strangers = event.roles.iter().filter(|one| one.is_some() && !people.contains(one)).count();
                    self.salience.score(event.id) + 0.3 * drawn - 0.5 * f64::from(times)
                        + if comes_of_it { CONSEQUENCE_WORTH } else { 0.0 }
                        - STRANGER_COST * strangers as f64
                        - if event.roles.iter().any(|one| threads.contains(one)) { 0.0 } else { OTHER_THREAD_COST }
                };
                let Some(best) =
                    candidates.iter().max_by(|a, b| score_of(a).total_cmp(&score_of(b)).then(b.id.cmp(&a.id))).copied()
                else {
                    break;
                };
                *used.entry(best.kind).or_default() += 1;
                chosen.push(best.id);
                people.extend(people_of(best));
                candidates.retain(|event| event.kind != best.kind);
            }
            first_index = end.index() + 1;
            since = until;
        }
        chosen
    }

    /// Whether the event has effects by its own steps, without which it would be incomplete.
    fn has_step_effects(&self, id: EventId) -> bool {
        let is_step = |effect: &EventId| {
            self.event(*effect)
                .is_some_and(|effect| effect.causes.iter().any(|cause| cause.event == id && cause.link == CauseLink::Step))
        };
        self.graph.effects(id).iter().any(is_step)
    }

    /// The events that the point of view was told of later, if the event that told them is narrated.
    fn select_learned(&self, items: &[BookItem], length: NarrativeLength) -> Vec<BookItem> {
        let narrated: BTreeSet<EventId> = items.iter().map(|item| item.event).collect();
        let is_learned = |event: &&Event| {
            let Some(KnowledgeSource::Told(by)) = self.knowledge.source_of(event.id) else { return false };
            let always = self.frequency_of(event) == NarrationFrequency::Always;
            length != NarrativeLength::Short && narrated.contains(&by) && always && self.phrasebook.gist(event).is_some()
        };
        self.phrasebook
            .chronicle
            .iter()
            .filter(is_learned)
            .map(|event| BookItem { event: event.id, mode: NarrationMode::Learned })
            .collect()
    }
}
