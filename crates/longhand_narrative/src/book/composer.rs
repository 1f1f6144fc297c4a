//! Finds in the run what a book may say besides an event itself: what the event goes back to, what came of it, what two have been through
//! together, how they are tied to each other, and what one of them has said or done to the other.
//!
//! A [`Composer`] only chooses; the [`Phrasebook`] words what it chose by the entries `recall/…`, `relation/…` and `speech/…` of the scene.
//! It refers to no event more than [`MAX_REFERENCES`] times, so that a book does not come back to the same thing again and again.

use super::knowledge::Knowledge;
use super::phrasebook::{FeltThen, Phrasebook};
use crate::dates::pace_seconds;
use crate::event_narrator::attribute_value;
use crate::salience::{Salience, participants};
use longhand_chronicle::{CauseGraph, CauseLink, Event};
use longhand_expr::emotion_name;
use longhand_expr::ids::{AgentId, AttrId, Emotion, EventId, Fact, Instant, TieId, WorldFact};
use longhand_scene::prose_keys::ComposedKey;
use longhand_scene::{Attribute, NarrationFrequency, Scenario};
use minijinja::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How often a book refers to an event besides narrating it.
const MAX_REFERENCES: u32 = 2;
/// The number of events of two agents, or of one, among which a reference is chosen: the last ones.
const MAX_CANDIDATES: usize = 60;
/// The days after which an event is worth being referred to.
const MIN_DAYS: f64 = 2.0;
/// The days after which what came of an event is worth being announced.
const MIN_DAYS_AHEAD: f64 = 10.0;
/// How far apart two events are that a mind is said to have lived through at the same time.
const SAME_TIME_SECONDS: f64 = 12.0 * 3_600.0;
/// The increase of a feeling from which the event is remembered for it.
const MIN_FEELING: f64 = 0.05;

const RESENTMENTS: [Emotion; 5] = [Emotion::Anger, Emotion::Disappointment, Emotion::Distress, Emotion::Reproach, Emotion::Shame];
const PLEASURES: [Emotion; 4] = [Emotion::Gratitude, Emotion::Joy, Emotion::Admiration, Emotion::Love];
const FAVOURS: [Emotion; 5] = [Emotion::Gratitude, Emotion::Joy, Emotion::Admiration, Emotion::Love, Emotion::Relief];

/// What an earlier event was for the one who speaks of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remembrance {
    /// Both took part.
    Shared,
    /// Both took part, and the one holds it against the other.
    Grudge,
    /// Both took part, and the one is grateful to the other for it.
    Favour,
    /// Only the one took part.
    Own,
}

/// Finds what a book may refer to.
pub(super) struct Composer<'a> {
    graph: &'a CauseGraph<'a>,
    salience: &'a Salience,
    /// The events of two agents together, and of each alone or with others; ascending.
    meetings: BTreeMap<(AgentId, AgentId), Vec<EventId>>,
    deeds: BTreeMap<AgentId, Vec<EventId>>,
    references: BTreeMap<EventId, u32>,
    /// The attributes that were recorded first.
    attributes: BTreeMap<(AgentId, AttrId), f64>,
    /// By tie: from which event on it has this value, and since when; ascending.
    ties: BTreeMap<WorldFact, Vec<(u32, Instant, bool)>>,
    /// The ties that the scene can word, of somebody new and at the end, in the order in which it words them.
    worded_ties: Vec<TieId>,
    closing_ties: Vec<TieId>,
    /// The ties from which and to which the scene words a change.
    changing_ties: [Vec<TieId>; 2],
    cast_len: usize,
}

/// How somebody stands to another at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub other: AgentId,
    pub tie: TieId,
    /// Since when, if the tie began in the run, and the last event before it held.
    pub since: Option<Instant>,
    pub began: Option<EventId>,
}

/// What changed for somebody between the beginning and the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LifeChange {
    /// The tie at the beginning, with whom, and whether it still holds.
    pub before: Option<(TieId, AgentId, bool)>,
    /// The tie at the end.
    pub after: Option<Standing>,
}

impl<'a> Composer<'a> {
    /// A composer for a run, of which the book tells what the point of view knows.
    pub fn new(phrasebook: &Phrasebook<'_>, graph: &'a CauseGraph<'a>, salience: &'a Salience, knowledge: &Knowledge) -> Self {
        let (scenario, chronicle) = (phrasebook.scenario, phrasebook.chronicle);
        let is_in_days = pace_seconds(&scenario.calendar) == 86_400.0;
        let (mut worded_ties, mut closing_ties, mut changing_ties) = (Vec::new(), Vec::new(), [Vec::new(), Vec::new()]);
        for (key, _) in &scenario.prose {
            match ComposedKey::parse(key) {
                Some(ComposedKey::Relation(tie)) => worded_ties.extend(scenario.schema.tie(tie)),
                Some(ComposedKey::Close(tie)) => closing_ties.extend(scenario.schema.tie(tie)),
                Some(ComposedKey::Change(from, to)) => {
                    changing_ties[0].extend(scenario.schema.tie(from));
                    changing_ties[1].extend(scenario.schema.tie(to));
                }
                _ => {}
            }
        }
        let mut composer = Self {
            graph,
            salience,
            meetings: BTreeMap::new(),
            deeds: BTreeMap::new(),
            references: BTreeMap::new(),
            attributes: BTreeMap::new(),
            ties: BTreeMap::new(),
            worded_ties,
            closing_ties,
            changing_ties,
            cast_len: scenario.cast.len(),
        };
        let is_composed = scenario.prose.iter().any(|(key, _)| ComposedKey::parse(key).is_some());
        if !is_composed || !is_in_days {
            return composer;
        }
        let is_tie = |fact: Fact| matches!(fact, Fact::World(WorldFact::Tie(..)));
        for sample in chronicle.samples().iter().filter(|sample| !is_tie(sample.fact)) {
            composer.note_fact(scenario, sample.fact, sample.value, (sample.after, sample.at));
        }
        for event in chronicle.iter() {
            for change in &event.changes {
                // What an event ended held before, also of the crowd, of whose ties there is no sample.
                if change.before != 0.0 && is_tie(change.fact) {
                    composer.note_held_tie(scenario, change.fact, change.before, (0, event.id.0));
                }
                composer.note_fact(scenario, change.fact, change.after, (event.id.0 + 1, event.at));
            }
            let narration = scenario.events.get(event.kind.index()).map(|info| info.narration);
            if narration == Some(NarrationFrequency::Never)
                || knowledge.source_of(event.id).is_none()
                || !phrasebook.has_gist(event.kind)
            {
                continue;
            }
            let people: BTreeSet<AgentId> = participants(scenario, event).take(4).collect();
            for &one in &people {
                composer.deeds.entry(one).or_default().push(event.id);
                for &other in people.iter().filter(|other| **other > one) {
                    composer.meetings.entry((one, other)).or_default().push(event.id);
                }
            }
        }
        for sample in chronicle.samples().iter().filter(|sample| is_tie(sample.fact)) {
            composer.note_held_tie(scenario, sample.fact, sample.value, (sample.after, sample.after));
        }
        for changes in composer.ties.values_mut() {
            changes.sort_by_key(|(after, ..)| *after);
        }
        composer
    }

    /// A sample, or what an event changed, says what holds, and not since when: a tie of which nothing is recorded before held from the
    /// beginning, as far as is known from the event `from` on.
    fn note_held_tie(&mut self, scenario: &Scenario, fact: Fact, value: f64, (from, known): (u32, u32)) {
        let Fact::World(tie) = fact else { return };
        let changes = self.ties.get(&scenario.canonical_fact(tie));
        if !changes.is_some_and(|changes| changes.iter().any(|(earlier, ..)| *earlier <= known)) {
            self.note_fact(scenario, fact, value, (from, Instant::START));
        }
    }

    fn note_fact(&mut self, scenario: &Scenario, fact: Fact, value: f64, (after, at): (u32, Instant)) {
        match fact {
            Fact::World(WorldFact::Attr(agent, attribute)) => {
                self.attributes.entry((agent, attribute)).or_insert(value);
            }
            Fact::World(tie @ WorldFact::Tie(_, _, id))
                if [&self.worded_ties, &self.closing_ties, &self.changing_ties[0], &self.changing_ties[1]]
                    .iter()
                    .any(|ties| ties.contains(&id)) =>
            {
                self.ties.entry(scenario.canonical_fact(tie)).or_default().push((after, at, value != 0.0));
            }
            _ => {}
        }
    }

    /// The attributes of an agent by name, as first recorded: of a trait, the trait.
    pub fn attributes_of(&self, phrasebook: &Phrasebook<'_>, agent: AgentId) -> Vec<(String, Value)> {
        let scenario = phrasebook.scenario;
        let of = |(index, attribute): (usize, &Attribute)| {
            let id = AttrId::from_index(index);
            let value = self.attributes.get(&(agent, id)).copied().unwrap_or(attribute.start);
            (attribute.id.clone(), attribute_value(scenario, &attribute.id, value))
        };
        scenario.attributes.iter().enumerate().map(of).collect()
    }

    /// The first of the ties that the scene words which holds between two agents before an event, and since when, if that was in the run.
    pub fn tie_between(
        &self,
        phrasebook: &Phrasebook<'_>,
        (one, other): (AgentId, AgentId),
        event: &Event,
    ) -> Option<(TieId, Option<Instant>)> {
        self.worded_ties.iter().find_map(|&tie| {
            let fact = phrasebook.scenario.canonical_fact(WorldFact::Tie(one, other, tie));
            let changes = self.ties.get(&fact)?;
            let (_, since, holds) = changes.iter().rev().find(|(after, ..)| *after <= event.id.0)?;
            holds.then_some((tie, (*since > Instant::START).then_some(*since)))
        })
    }

    /// How somebody stands to others at the end, by the ties that the scene words then: the first of them for each other agent, those
    /// first that the scene words first, and of these the latest.
    pub fn standings(&self, who: AgentId, last: &Event, is_told: impl Fn(AgentId) -> bool) -> Vec<Standing> {
        let mut standings: Vec<(usize, Standing)> = Vec::new();
        for (fact, changes) in &self.ties {
            let &WorldFact::Tie(one, other, tie) = fact else { continue };
            let Some(rank) = self.closing_ties.iter().position(|closing| *closing == tie) else { continue };
            let Some(other) = [(one, other), (other, one)].into_iter().find(|(one, _)| *one == who).map(|(_, other)| other)
            else {
                continue;
            };
            if let Some(&(after, since, true)) = changes.last()
                && is_told(other)
            {
                let since = (since > Instant::START).then_some(since);
                let began = since.and(after.checked_sub(1)).map(EventId);
                standings.push((rank, Standing { other, tie, since, began }));
            }
        }
        let meetings = |other: AgentId| self.meetings_between((who, other), EventId(0), last.id);
        standings.sort_by_key(|(rank, standing)| {
            (*rank, std::cmp::Reverse(standing.since), std::cmp::Reverse(meetings(standing.other)), standing.other)
        });
        let mut others = BTreeSet::new();
        standings.into_iter().map(|(_, standing)| standing).filter(|standing| others.insert(standing.other)).collect()
    }

    /// What changed for somebody of the cast: the first tie of those from which the scene words a change that held at the beginning, and the first of
    /// those to which it does that holds at the end. None if it is the same tie to the same agent, or to one of whom the book does not tell.
    pub fn change_of(&self, who: AgentId, last: &Event, is_told: impl Fn(AgentId) -> bool) -> Option<LifeChange> {
        let [from, to] = &self.changing_ties;
        // Of the crowd not all is recorded from the beginning.
        if to.is_empty() || who.index() >= self.cast_len {
            return None;
        }
        let mut beginnings: Vec<(usize, AgentId, bool)> = Vec::new();
        for (fact, changes) in &self.ties {
            let &WorldFact::Tie(one, other, tie) = fact else { continue };
            let other = [(one, other), (other, one)].into_iter().find(|(one, _)| *one == who).map(|(_, other)| other);
            let (Some(rank), Some(other)) = (from.iter().position(|changing| *changing == tie), other) else { continue };
            let held = changes.iter().rfind(|(_, since, _)| *since <= Instant::START).is_some_and(|(.., holds)| *holds);
            if held {
                beginnings.push((rank, other, changes.last().is_some_and(|(.., holds)| *holds)));
            }
        }
        let before = beginnings.into_iter().min().map(|(rank, other, still)| (from[rank], other, still));
        let after = self.standings(who, last, |_| true).into_iter().filter(|standing| to.contains(&standing.tie));
        let after = after.min_by_key(|standing| to.iter().position(|tie| *tie == standing.tie));
        let is_same = before.map(|(tie, other, _)| (tie, other)) == after.map(|standing| (standing.tie, standing.other));
        let others = [before.map(|(_, other, _)| other), after.map(|standing| standing.other)];
        let are_told = others.into_iter().flatten().all(is_told);
        ((!is_same || before.is_none()) && are_told).then_some(LifeChange { before, after })
    }

    /// The earlier event of this kind of remembrance that is most worth speaking of at an event, besides those that were said. It concerns
    /// nobody else but those who are known.
    pub fn remembered(
        &self,
        phrasebook: &Phrasebook<'_>,
        (one, other): (AgentId, AgentId),
        event: &Event,
        (what, said): (Remembrance, &[EventId]),
        narrated: &BTreeSet<EventId>,
        is_known: impl Fn(AgentId) -> bool,
    ) -> Option<EventId> {
        let events = match what {
            Remembrance::Own => self.deeds.get(&one)?,
            _ => self.meetings.get(&(one.min(other), one.max(other)))?,
        };
        let before = events.partition_point(|&id| id < event.id);
        let fits = |past: &&Event| {
            self.is_worth_a_reference(past, event)
                && !said.contains(&past.id)
                && past.roles.iter().filter(|who| who.is_some()).all(|&who| who == one || who == other || is_known(who))
                && match what {
                    Remembrance::Shared => true,
                    // Being present is not enough: one must have initiated the event, or felt something in it.
                    Remembrance::Own => {
                        let is_own = past.roles.first() == Some(&one) || Self::felt_in(past, one).most.is_some();
                        is_own && !past.roles.contains(&other)
                    }
                    Remembrance::Grudge => feels_more(past, one, other, &RESENTMENTS),
                    // What one did oneself is a favour only if one was grateful for it.
                    Remembrance::Favour if past.roles.first() == Some(&one) => {
                        feels_more(past, one, other, &[Emotion::Gratitude, Emotion::Relief])
                    }
                    Remembrance::Favour => feels_more(past, one, other, &FAVOURS),
                }
        };
        let score = |past: &Event| {
            let is_cause = event.causes.iter().any(|cause| cause.event == past.id);
            let days = (event.at.seconds() - past.at.seconds()) / 86_400.0;
            self.salience.score(past.id) + if is_cause { 0.4 } else { 0.0 } + if narrated.contains(&past.id) { 0.3 } else { 0.0 }
                - 0.3 * f64::from(self.references_to(past.id))
                - 0.1 * (days / 100.0).min(2.0)
                - if past.kind == event.kind { 0.5 } else { 0.0 }
                - if is_everyday(phrasebook, past) { 0.5 } else { 0.0 }
        };
        let candidates = events[..before].iter().rev().take(MAX_CANDIDATES);
        let past = candidates.filter_map(|&id| phrasebook.chronicle.event(id)).filter(fits);
        past.max_by(|a, b| score(a).total_cmp(&score(b)).then(b.id.cmp(&a.id))).map(|past| past.id)
    }

    /// The weightiest earlier event without which this one would not have come: what its condition or the consent to it read, or else what
    /// its initiator felt, with the feeling if that event raised it. It concerns the same people.
    pub fn cause_of(&self, phrasebook: &Phrasebook<'_>, event: &Event) -> Option<(EventId, Option<Emotion>)> {
        let (scenario, chronicle) = (phrasebook.scenario, phrasebook.chronicle);
        let who = *event.roles.first()?;
        let others: BTreeSet<AgentId> = participants(scenario, event).filter(|other| *other != who).collect();
        let concerns = |past: &Event| {
            let mut people = participants(scenario, past);
            if others.is_empty() { people.any(|one| one == who) } else { people.any(|one| others.contains(&one)) }
        };
        // A tie says who may do something, and not why they do it.
        let is_strong = |link: CauseLink| match link {
            CauseLink::Condition(fact) | CauseLink::Consent(fact) => !matches!(fact, Fact::World(WorldFact::Tie(..))),
            CauseLink::Triggered => true,
            _ => false,
        };
        let is_felt = |link: CauseLink| match link {
            CauseLink::Utility(Fact::Feeling(agent, ..)) => agent == who,
            CauseLink::Utility(Fact::World(WorldFact::Dim(from, ..))) => from == who,
            _ => false,
        };
        let is_known = |past: &Event| {
            let deeds = past.roles.first().and_then(|first| self.deeds.get(first));
            deeds.is_some_and(|deeds| deeds.binary_search(&past.id).is_ok())
        };
        let of = |accepts: &dyn Fn(CauseLink) -> bool| {
            let causes = event.causes.iter().filter(|cause| accepts(cause.link));
            let mut with_link = causes.filter_map(|cause| Some((chronicle.event(cause.event)?, cause.link)));
            with_link.find(|(past, _)| {
                self.is_worth_a_reference(past, event)
                    && past.kind != event.kind
                    && !is_everyday(phrasebook, past)
                    && is_known(past)
                    && concerns(past)
            })
        };
        let (past, link) = of(&is_strong).or_else(|| of(&is_felt))?;
        let feeling = match link {
            CauseLink::Utility(Fact::Feeling(agent, emotion, _)) => {
                let is_raised = |(_, who, felt): (f64, AgentId, Emotion)| (who, felt) == (agent, emotion);
                raised_feelings(past).any(is_raised).then_some(emotion)
            }
            _ => None,
        };
        Some((past.id, feeling))
    }

    /// The most salient later event of the same people that hangs on this one, among those that the book tells.
    pub fn outcome_of(&self, phrasebook: &Phrasebook<'_>, event: &Event, told: &BTreeSet<EventId>) -> Option<EventId> {
        let (scenario, chronicle) = (phrasebook.scenario, phrasebook.chronicle);
        let people: BTreeSet<AgentId> = participants(scenario, event).collect();
        let hangs_on = |later: &&Event| {
            let link = |link: CauseLink| matches!(link, CauseLink::Condition(_) | CauseLink::Consent(_));
            later.causes.iter().any(|cause| cause.event == event.id && link(cause.link))
                && later.kind != event.kind
                && phrasebook.has_gist(later.kind)
                && later.at.seconds() - event.at.seconds() > MIN_DAYS_AHEAD * 86_400.0
                && self.references_to(later.id) == 0
                && participants(scenario, later).filter(|one| people.contains(one)).take(2).count() == people.len().min(2)
        };
        let effects = self.graph.effects(event.id).iter().filter(|id| told.contains(id));
        let later = effects.filter_map(|&id| chronicle.event(id)).filter(hangs_on);
        later
            .max_by(|a, b| self.salience.score(a.id).total_cmp(&self.salience.score(b.id)).then(b.id.cmp(&a.id)))
            .map(|later| later.id)
    }

    /// An earlier event in which somebody came to feel most what they come to feel most in this one, with the person and the feeling: the
    /// last one that is not an everyday event.
    pub fn felt_before(
        &self,
        phrasebook: &Phrasebook<'_>,
        event: &Event,
        may_be_told: impl Fn(AgentId) -> bool,
    ) -> Option<(AgentId, Emotion, EventId)> {
        let mut raised: Vec<(f64, AgentId, Emotion)> =
            raised_feelings(event).filter(|(_, agent, _)| may_be_told(*agent)).collect();
        raised.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut people = BTreeSet::new();
        raised.retain(|(_, agent, _)| people.insert(*agent));
        raised.into_iter().find_map(|(_, agent, emotion)| {
            let events = self.deeds.get(&agent)?;
            let before = events.partition_point(|&id| id < event.id);
            let candidates = events[..before].iter().rev().take(MAX_CANDIDATES).filter_map(|&id| phrasebook.chronicle.event(id));
            let mut found = candidates.filter(|past| {
                self.is_worth_a_reference(past, event)
                    && past.kind != event.kind
                    && !is_everyday(phrasebook, past)
                    && Self::felt_in(past, agent).most == Some(emotion_name(emotion))
            });
            found.next().map(|past| (agent, emotion, past.id))
        })
    }

    /// What somebody came to feel in an event.
    pub fn felt_in(event: &Event, who: AgentId) -> FeltThen {
        let own = raised_feelings(event).filter(|(_, agent, _)| *agent == who);
        let most = own.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(.., emotion)| emotion);
        let felt = |emotions: &[Emotion]| most.is_some_and(|most| emotions.contains(&most));
        FeltThen { glad: felt(&PLEASURES), sore: felt(&RESENTMENTS), most: most.map(emotion_name) }
    }

    /// What a mind did at about the same time elsewhere, with others: the most salient event that the book does not tell.
    pub fn elsewhere(
        &self,
        phrasebook: &Phrasebook<'_>,
        mind: AgentId,
        event: &Event,
        told: &BTreeSet<EventId>,
    ) -> Option<EventId> {
        let events = self.deeds.get(&mind)?;
        let here: BTreeSet<AgentId> = participants(phrasebook.scenario, event).filter(|one| *one != mind).collect();
        let near = |other: &&Event| (other.at.seconds() - event.at.seconds()).abs() < SAME_TIME_SECONDS;
        let is_elsewhere = |other: &&Event| {
            !told.contains(&other.id)
                && self.references_to(other.id) == 0
                && participants(phrasebook.scenario, other).all(|one| !here.contains(&one))
                && participants(phrasebook.scenario, other).count() > 1
        };
        let at = events.partition_point(|&id| id < event.id);
        let around = events[at.saturating_sub(MAX_CANDIDATES)..(at + MAX_CANDIDATES).min(events.len())].iter();
        let found = around.filter_map(|&id| phrasebook.chronicle.event(id)).filter(near).filter(is_elsewhere);
        found
            .max_by(|a, b| self.salience.score(a.id).total_cmp(&self.salience.score(b.id)).then(b.id.cmp(&a.id)))
            .map(|found| found.id)
    }

    /// The events that two agents had together between two events.
    pub fn meetings_between(&self, (one, other): (AgentId, AgentId), from: EventId, to: EventId) -> usize {
        let events = self.meetings.get(&(one.min(other), one.max(other))).map_or(&[][..], Vec::as_slice);
        events.iter().filter(|&&id| from < id && id < to).count()
    }

    /// The first event in which an agent takes part, of those that the book may speak of.
    pub fn first_of(&self, agent: AgentId) -> Option<EventId> {
        self.deeds.get(&agent)?.first().copied()
    }

    /// Records that the book referred to an event.
    pub fn mark_referred(&mut self, event: EventId) {
        *self.references.entry(event).or_default() += 1;
    }

    /// Whether there is anything to compose: the scene has entries for it, and its time is counted in days.
    pub fn is_active(&self) -> bool {
        !self.deeds.is_empty()
    }

    fn references_to(&self, event: EventId) -> u32 {
        self.references.get(&event).copied().unwrap_or(0)
    }

    fn is_worth_a_reference(&self, past: &Event, now: &Event) -> bool {
        past.id < now.id
            && now.at.seconds() - past.at.seconds() > MIN_DAYS * 86_400.0
            && self.references_to(past.id) < MAX_REFERENCES
    }
}

/// Whether an event is one of many: the scene tells such events only now and then.
fn is_everyday(phrasebook: &Phrasebook<'_>, event: &Event) -> bool {
    let info = phrasebook.scenario.events.get(event.kind.index());
    info.is_none_or(|info| info.narration != NarrationFrequency::Always)
}

/// The feelings that an event raised: by how much, whose, and which.
fn raised_feelings(event: &Event) -> impl Iterator<Item = (f64, AgentId, Emotion)> {
    event
        .changes
        .iter()
        .filter_map(|change| match change.fact {
            Fact::Feeling(agent, emotion, _) => Some((change.after - change.before, agent, emotion)),
            _ => None,
        })
        .filter(|(more, ..)| *more > MIN_FEELING)
}

/// Whether an agent came to feel one of these toward another in an event.
fn feels_more(event: &Event, who: AgentId, toward: AgentId, emotions: &[Emotion]) -> bool {
    event.changes.iter().any(|change| match change.fact {
        Fact::Feeling(agent, emotion, whom) => {
            agent == who && whom == toward && emotions.contains(&emotion) && change.after - change.before > MIN_FEELING
        }
        _ => false,
    })
}
