//! Facts, values and links in words, for display.

use super::{AgentRegistry, CauseLink, Event, EventTopic, LimitedChange, SymbolTable};
use longhand_expr::ids::{
    AgentField, AgentId, AppointmentId, EventKind, Fact, Instant, IntentionId, KindId, PlaceId, ReasonId, WorldFact,
};
use longhand_expr::{AGENT_FIELDS, emotion_name, field_name};

impl SymbolTable {
    /// A fact in words: `Ann's loneliness`, `Ann's trust toward Ben`.
    #[must_use]
    pub fn describe_fact(&self, fact: Fact, agents: &AgentRegistry) -> String {
        let who = |agent: AgentId| agents.display_name(agent);
        let toward = |agent: AgentId, word: &str| if agent.is_some() { format!(" {word} {}", who(agent)) } else { String::new() };
        match fact {
            Fact::World(known) => self.describe_world_fact(known, agents),
            Fact::Belief(holder, known) => {
                format!("what {} believes of {}", who(holder), self.describe_world_fact(known, agents))
            }
            Fact::Topic(agent, known) => {
                format!("what {} has in mind of {}", who(agent), self.describe_world_fact(known, agents))
            }
            Fact::Source(holder, known) => {
                format!("who told {} of {}", who(holder), self.describe_world_fact(known, agents))
            }
            Fact::Confidence(holder, known) => {
                format!("how sure {} is of {}", who(holder), self.describe_world_fact(known, agents))
            }
            Fact::Field(agent, field) => describe_field(&who(agent), field),
            Fact::Owner(os) => format!("whose {} is", who(os)),
            Fact::Happened(kind, agent, other) => self.describe_occurrence(kind, agent, other, agents),
            Fact::Feeling(agent, emotion, other) => {
                format!("{} {}{}", possessive(&who(agent)), emotion_name(emotion), toward(other, "toward"))
            }
            Fact::Memory(agent, kind, other) => {
                format!("{} memory of `{}`{}", possessive(&who(agent)), self.event_name(kind), toward(other, "with"))
            }
            Fact::Appointment(by, with, what) => {
                format!("when {} meets {} (`{}`)", who(by), who(with), self.appointment_name(what))
            }
            Fact::MeetingPlace(by, with, what) => {
                format!("where {} meets {} (`{}`)", who(by), who(with), self.appointment_name(what))
            }
            Fact::Intention(agent, about, what) => {
                format!("{} intention `{}`{}", possessive(&who(agent)), self.intention_name(what), toward(about, "about"))
            }
            Fact::PastTie(from, to, tie) => {
                format!("the end of the tie `{}` from {} to {}", self.tie_name(tie), who(from), who(to))
            }
        }
    }

    fn describe_world_fact(&self, known: WorldFact, agents: &AgentRegistry) -> String {
        let who = |agent: AgentId| agents.display_name(agent);
        match known {
            WorldFact::Attr(agent, attr) => {
                format!("{} {}", possessive(&who(agent)), self.attribute_name(attr).replace('_', " "))
            }
            WorldFact::Dim(from, to, dim) => {
                format!("{} {} toward {}", possessive(&who(from)), self.dimension_name(dim).replace('_', " "), who(to))
            }
            WorldFact::Tie(from, to, tie) => {
                format!("the tie `{}` from {} to {}", self.tie_name(tie), who(from), who(to))
            }
            WorldFact::Place(agent) => format!("where {} is", who(agent)),
            WorldFact::Holder(thing) => format!("who holds {}", who(thing)),
            WorldFact::Name(agent) => format!("{} name", possessive(&who(agent))),
            WorldFact::Happened(kind, agent, other) => self.describe_occurrence(kind, agent, other, agents),
        }
    }

    fn describe_occurrence(&self, kind: EventKind, agent: AgentId, other: AgentId, agents: &AgentRegistry) -> String {
        let part = |agent: AgentId, word: &str| match agent {
            AgentId::NONE => String::new(),
            agent => format!(" {word} {}", agents.display_name(agent)),
        };
        format!("that `{}` had happened{}{}", self.event_name(kind), part(agent, "by"), part(other, "with"))
    }

    /// A fact as a scene expression: `ann.loneliness`, `trust(ann, ben)`, `believes(cleo, friends(ann, ben))`.
    #[must_use]
    pub fn fact_expression(&self, fact: Fact, agents: &AgentRegistry) -> String {
        let key = |agent: AgentId| agent_key(agent, agents);
        let call = |name: &str, arguments: &[String]| format!("{name}({})", arguments.join(", "));
        let with = |mut arguments: Vec<String>, other: AgentId| {
            arguments.extend(other.is_some().then(|| key(other)));
            arguments
        };
        match fact {
            Fact::World(known) => self.world_fact_expression(known, agents),
            Fact::Belief(holder, known) => call("believes", &[key(holder), self.world_fact_expression(known, agents)]),
            Fact::Topic(agent, known) => call("topic", &[key(agent), self.world_fact_expression(known, agents)]),
            Fact::Source(holder, known) => call("source", &[key(holder), self.world_fact_expression(known, agents)]),
            Fact::Confidence(holder, known) => call("confidence", &[key(holder), self.world_fact_expression(known, agents)]),
            Fact::Field(agent, field @ (AgentField::Dead | AgentField::Reason | AgentField::Born | AgentField::Kind)) => {
                call(field_name(field), &[key(agent)])
            }
            Fact::Field(agent, field) => format!("{}.{}", key(agent), field_name(field)),
            Fact::Owner(os) => call("owner", &[key(os)]),
            Fact::Happened(kind, agent, other) => {
                let arguments = if agent.is_some() {
                    with(vec![self.event_name(kind).into(), key(agent)], other)
                } else {
                    vec![self.event_name(kind).into()]
                };
                call("happened", &arguments)
            }
            Fact::Feeling(agent, emotion, other) => call("feels", &with(vec![key(agent), emotion_name(emotion).into()], other)),
            Fact::Memory(agent, kind, other) => call("remembers", &with(vec![key(agent), self.event_name(kind).into()], other)),
            Fact::Appointment(by, with, what) | Fact::MeetingPlace(by, with, what) => {
                let name = if matches!(fact, Fact::Appointment(..)) { "appointment" } else { "meeting_place" };
                call(name, &[key(by), key(with), self.appointment_name(what).into()])
            }
            Fact::Intention(agent, about, what) => {
                call("intends", &with(vec![key(agent), self.intention_name(what).into()], about))
            }
            Fact::PastTie(from, to, tie) => call("was", &[self.tie_name(tie).into(), key(from), key(to)]),
        }
    }

    fn world_fact_expression(&self, known: WorldFact, agents: &AgentRegistry) -> String {
        let key = |agent: AgentId| agent_key(agent, agents);
        match known {
            WorldFact::Attr(agent, attr) => format!("{}.{}", key(agent), self.attribute_name(attr)),
            WorldFact::Dim(from, to, dim) => format!("{}({}, {})", self.dimension_name(dim), key(from), key(to)),
            WorldFact::Tie(from, to, tie) => format!("{}({}, {})", self.tie_name(tie), key(from), key(to)),
            WorldFact::Place(agent) => format!("place({})", key(agent)),
            WorldFact::Holder(thing) => format!("holder({})", key(thing)),
            WorldFact::Name(agent) => format!("name({})", key(agent)),
            WorldFact::Happened(kind, AgentId::NONE, AgentId::NONE) => format!("happened({})", self.event_name(kind)),
            WorldFact::Happened(kind, agent, AgentId::NONE) => format!("happened({}, {})", self.event_name(kind), key(agent)),
            WorldFact::Happened(kind, agent, other) => {
                format!("happened({}, {}, {})", self.event_name(kind), key(agent), key(other))
            }
        }
    }

    /// The value of a fact in words: a number, `yes` or `no`, a place, or an agent.
    #[must_use]
    pub fn describe_value(&self, fact: Fact, value: f64, agents: &AgentRegistry) -> String {
        let known = match fact {
            Fact::World(known) | Fact::Belief(_, known) | Fact::Topic(_, known) => Some(known),
            _ => None,
        };
        let is_switch = match (fact, known) {
            (_, Some(WorldFact::Attr(_, attr))) => self.attributes.get(attr.index()).is_some_and(|attr| attr.switch),
            (_, Some(WorldFact::Tie(..) | WorldFact::Happened(..))) => true,
            (Fact::Field(_, AgentField::Dead), _) => true,
            (Fact::Field(_, field), _) => AGENT_FIELDS.iter().any(|&(_, candidate, is_switch)| candidate == field && is_switch),
            _ => false,
        };
        match (fact, known) {
            _ if is_switch => if value == 0.0 { "no" } else { "yes" }.into(),
            (Fact::Appointment(..), _) if value <= 0.0 => "no appointment".into(),
            (Fact::Appointment(..), _) => self.civil_time(Instant::from_seconds(value)),
            (Fact::Intention(..), _) if value <= 0.0 => "no".into(),
            (Fact::Intention(.., what), _) => {
                let steps = self.intentions.get(what.index()).map_or(&[][..], |intention| &intention.steps);
                match steps.get(value as usize - 1) {
                    Some(step) => format!("step {}, `{step}`", value as usize),
                    None if steps.is_empty() => "yes".into(),
                    None => "all steps done".into(),
                }
            }
            (Fact::MeetingPlace(..), _) | (_, Some(WorldFact::Place(_))) => {
                self.places.get(PlaceId::from_value(value).index()).map_or_else(|| "nowhere".into(), |place| place.name.clone())
            }
            (_, Some(WorldFact::Attr(_, attr))) if self.attribute_word(attr, value).is_some() => {
                self.attribute_word(attr, value).unwrap_or_default().into()
            }
            (Fact::Owner(_) | Fact::Source(..), _) | (_, Some(WorldFact::Holder(_))) => match AgentId::from_value(value) {
                AgentId::NONE => "nobody".into(),
                agent => agents.display_name(agent),
            },
            (Fact::Field(_, AgentField::Kind), _) => self.kind_name(KindId(value as u16)).into(),
            (Fact::Field(_, AgentField::Born), _) => self.civil_time(Instant::from_seconds(value)),
            (Fact::Field(_, AgentField::Reason), _) => self.reason_name(ReasonId(value as u8)).into(),
            (Fact::PastTie(..), _) if value <= 0.0 => "no".into(),
            (Fact::PastTie(..), _) => self.reason_name(ReasonId((value - 1.0) as u8)).into(),
            (_, Some(WorldFact::Name(_))) if value < 0.0 => "unknown".into(),
            (_, Some(WorldFact::Name(agent))) => {
                let name = agents.get(agent).and_then(|profile| profile.names.get(value as usize));
                name.map_or_else(|| agents.display_name(agent), |name| name.name.clone())
            }
            _ => format_number(value),
        }
    }

    /// An appointment with another agent: `dinner with Ben, 2025-01-09T19:00:00, at the café`.
    #[must_use]
    pub fn describe_appointment(
        &self,
        (other, what, at, place): (AgentId, AppointmentId, Instant, PlaceId),
        agents: &AgentRegistry,
    ) -> String {
        let place = self.places.get(place.index()).map_or_else(String::new, |place| format!(", at {}", place.name));
        let name = self.appointment_name(what).replace('_', " ");
        format!("{name} with {}, {}{place}", agents.display_name(other), self.civil_time(at))
    }

    /// An intention: `befriend Ben: step 1, \`talk\`, because he was kind`.
    #[must_use]
    pub fn describe_intention(&self, (intention, about, value): (IntentionId, AgentId, f64), agents: &AgentRegistry) -> String {
        let about_name = if about.is_some() { format!(" {}", agents.display_name(about)) } else { String::new() };
        let step = self.describe_value(Fact::Intention(AgentId::NONE, about, intention), value, agents);
        let because = self.intentions.get(intention.index()).map_or("", |intention| intention.because.as_str());
        // A reason may be a template of prose, which is told with the event only.
        let because = if because.is_empty() || because.contains("{") { String::new() } else { format!(", because {because}") };
        format!("{}{about_name}: {step}{because}", self.intention_name(intention).replace('_', " "))
    }

    /// Whether a change was cut off at an end that the fact is meant to reach: it is on a scale, as every bond is.
    #[must_use]
    pub fn is_cut_off_of_scale(&self, limited: &LimitedChange) -> bool {
        let is_scale = match limited.fact {
            Fact::World(WorldFact::Attr(_, attr)) => self.attributes.get(attr.index()).is_some_and(|attr| attr.scale),
            Fact::World(WorldFact::Dim(..)) => true,
            _ => false,
        };
        is_scale && !limited.refused
    }

    /// What the world did not do as an event asked for, without the cut-offs of scales.
    pub fn notable_limits<'e>(&'e self, event: &'e Event) -> impl Iterator<Item = &'e LimitedChange> {
        event.limited.iter().filter(|limited| !self.is_cut_off_of_scale(limited))
    }

    /// A change that was not made, or not in full: `Ann's coins would have been 11, held at 10`.
    #[must_use]
    pub fn describe_limited(&self, limited: &LimitedChange, agents: &AgentRegistry) -> String {
        let value = |value: f64| self.describe_value(limited.fact, value, agents);
        let (fact, wanted, actual) = (self.describe_fact(limited.fact, agents), value(limited.wanted), value(limited.actual));
        if limited.refused {
            format!("not done: {fact} would have been {wanted}, stays {actual}")
        } else {
            format!("{fact} would have been {wanted}, held at {actual}")
        }
    }

    /// What an event is about: `what Ann has in mind of Ben's debts: 4, told as 6`.
    #[must_use]
    pub fn describe_topic(&self, topic: &EventTopic, agents: &AgentRegistry) -> String {
        let value = |value: f64| self.describe_value(topic.fact(), value, agents);
        let fact = self.describe_fact(topic.fact(), agents);
        if topic.is_truthful() {
            format!("{fact}: {}", value(topic.told))
        } else {
            format!("{fact}: {}, told as {}", value(topic.believed), value(topic.told))
        }
    }

    /// A link from cause to effect, to follow "because": `it wrote Ann's loneliness, which the utility read`.
    #[must_use]
    pub fn describe_link(&self, link: CauseLink, agents: &AgentRegistry) -> String {
        let wrote = |fact, reader| format!("it wrote {}, which {reader} read", self.describe_fact(fact, agents));
        match link {
            CauseLink::Step => "this is a step of it".into(),
            CauseLink::Triggered => "it triggered this".into(),
            CauseLink::Condition(fact) => wrote(fact, "the condition"),
            CauseLink::Utility(fact) => wrote(fact, "the utility"),
            CauseLink::Consent(fact) => wrote(fact, "the consent of another participant"),
            CauseLink::Effect(fact) => wrote(fact, "the effect"),
            CauseLink::Evaluated => "it concerned the agent, so that the condition was evaluated right after it".into(),
            CauseLink::Process { process, read, changed } => {
                let (read, changed) = (self.describe_fact(read, agents), self.describe_fact(changed, agents));
                let reader = if process.is_some() { "a process" } else { "a routine" };
                format!("it wrote {read}, which {reader} read that changed {changed}, which this read")
            }
        }
    }

    /// An event kind and its participants: `meet(ann, ben)`; used where no sentence is available.
    #[must_use]
    pub fn event_signature(&self, kind: EventKind, roles: &[AgentId], agents: &AgentRegistry) -> String {
        let participants: Vec<String> = roles.iter().filter(|role| role.is_some()).map(|&role| agent_key(role, agents)).collect();
        format!("{}({})", self.event_name(kind), participants.join(", "))
    }
}

impl CauseLink {
    /// The link as one word, as in files: `step`, `woke`, `condition`, `want`, `consent`, `effect`, `evaluated`, `process`.
    #[must_use]
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Triggered => "woke",
            Self::Condition(_) => "condition",
            Self::Utility(_) => "want",
            Self::Consent(_) => "consent",
            Self::Effect(_) => "effect",
            Self::Evaluated => "evaluated",
            Self::Process { .. } => "process",
        }
    }

    /// The fact that the cause wrote and the effect read; `None` for a step or a trigger.
    #[must_use]
    pub const fn fact(self) -> Option<Fact> {
        match self {
            Self::Step | Self::Triggered | Self::Evaluated => None,
            Self::Condition(fact) | Self::Utility(fact) | Self::Consent(fact) | Self::Effect(fact) => Some(fact),
            Self::Process { read, .. } => Some(read),
        }
    }
}

/// A number with at most three decimals, without trailing zeros.
#[must_use]
pub fn format_number(value: f64) -> String {
    let text = format!("{value:.3}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".into() } else { short.into() }
}

fn describe_field(who: &str, field: AgentField) -> String {
    match field {
        AgentField::Present => format!("whether {who} is there"),
        AgentField::Gone => format!("whether {who} is gone"),
        AgentField::Online => format!("whether {who} is online"),
        AgentField::Bound => format!("whether {who} is bound to hardware"),
        AgentField::Busy => format!("whether {who} is busy"),
        AgentField::Awake => format!("whether {who} is awake"),
        AgentField::Dead => format!("whether {who} is dead"),
        AgentField::Reason => format!("why {who} is gone"),
        AgentField::Born => format!("when {who} was born"),
        AgentField::Kind => format!("what {who} is"),
        AgentField::Travelling => format!("whether {who} is on the way"),
        AgentField::Generation | AgentField::Pleasure | AgentField::Arousal | AgentField::Dominance => {
            format!("{} {}", possessive(who), field_name(field))
        }
    }
}

fn possessive(name: &str) -> String {
    if name.ends_with('s') { format!("{name}'") } else { format!("{name}'s") }
}

/// An agent as a scene expression: `ann`, `#17` for an agent of the population, `none` for [`AgentId::NONE`].
#[must_use]
pub fn agent_key(agent: AgentId, agents: &AgentRegistry) -> String {
    match agents.get(agent) {
        Some(profile) if !profile.key.is_empty() => profile.key.clone(),
        _ if agent.is_some() => format!("#{}", agent.0),
        _ => "none".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{test_profile, test_symbols};
    use longhand_expr::ids::{AttrId, DimId, Emotion, TieId};

    fn registry() -> AgentRegistry {
        let mut registry = AgentRegistry::default();
        for (id, key) in [(0, "ann"), (1, "ben"), (2, "cleo")] {
            registry.set(test_profile(id, key));
        }
        registry
    }

    const ANN: AgentId = AgentId(0);
    const BEN: AgentId = AgentId(1);
    const FRIENDS: WorldFact = WorldFact::Tie(ANN, BEN, TieId(0));

    #[test]
    fn every_kind_of_fact_has_a_description_and_a_scene_expression() {
        let meet = EventKind(0);
        for (fact, description, expression) in [
            (Fact::World(WorldFact::Attr(ANN, AttrId(0))), "Ann's loneliness", "ann.loneliness"),
            (Fact::World(WorldFact::Dim(ANN, BEN, DimId(0))), "Ann's trust toward Ben", "trust(ann, ben)"),
            (Fact::World(FRIENDS), "the tie `friends` from Ann to Ben", "friends(ann, ben)"),
            (Fact::World(WorldFact::Place(BEN)), "where Ben is", "place(ben)"),
            (
                Fact::Belief(AgentId(2), FRIENDS),
                "what Cleo believes of the tie `friends` from Ann to Ben",
                "believes(cleo, friends(ann, ben))",
            ),
            (Fact::Field(ANN, AgentField::Pleasure), "Ann's pleasure", "ann.pleasure"),
            (Fact::Owner(AgentId(7)), "whose #7 is", "owner(#7)"),
            (Fact::Happened(meet, ANN, BEN), "that `meet` had happened by Ann with Ben", "happened(meet, ann, ben)"),
            (Fact::Happened(meet, AgentId::NONE, AgentId::NONE), "that `meet` had happened", "happened(meet)"),
            (Fact::Feeling(ANN, Emotion::Anger, BEN), "Ann's anger toward Ben", "feels(ann, anger, ben)"),
            (Fact::Memory(ANN, meet, AgentId::NONE), "Ann's memory of `meet`", "remembers(ann, meet)"),
            (Fact::Appointment(ANN, BEN, AppointmentId(0)), "when Ann meets Ben (`dinner`)", "appointment(ann, ben, dinner)"),
            (Fact::Intention(ANN, BEN, IntentionId(0)), "Ann's intention `befriend` about Ben", "intends(ann, befriend, ben)"),
        ] {
            assert_eq!(test_symbols().describe_fact(fact, &registry()), description);
            assert_eq!(test_symbols().fact_expression(fact, &registry()), expression);
        }
    }

    #[test]
    fn values_are_described_by_the_kind_of_their_fact() {
        let describe = |fact, value| test_symbols().describe_value(fact, value, &registry());
        assert_eq!(describe(Fact::World(WorldFact::Attr(ANN, AttrId(0))), 0.720_04), "0.72");
        assert_eq!(describe(Fact::World(WorldFact::Attr(ANN, AttrId(1))), 1.0), "yes", "a switch");
        assert_eq!(describe(Fact::Belief(BEN, FRIENDS), 0.0), "no");
        assert_eq!(describe(Fact::World(WorldFact::Place(ANN)), 1.0), "the beach");
        assert_eq!(describe(Fact::World(WorldFact::Place(ANN)), 65_535.0), "nowhere");
        assert_eq!(describe(Fact::Owner(AgentId(7)), 1.0), "Ben");
        assert_eq!(describe(Fact::Field(ANN, AgentField::Generation), 2.0), "2");
        assert_eq!(describe(Fact::Field(ANN, AgentField::Pleasure), -0.0001), "0");
    }
}
