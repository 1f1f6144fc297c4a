//! Facts, values and links in words, for display.

use super::state::{agent_of, place_of};
use super::{Directory, Legend, Link};
use longhand_expr::ids::{AgentId, Emotion, EventKind, Fact, Field, Known};
use longhand_expr::{EMOTIONS, FIELDS};

impl Legend {
    /// A fact in words: `Ann's loneliness`, `Ann's trust toward Ben`.
    #[must_use]
    pub fn say_fact(&self, fact: Fact, directory: &Directory) -> String {
        let who = |agent: AgentId| directory.called(agent);
        let toward = |agent: AgentId, word: &str| if agent.is_some() { format!(" {word} {}", who(agent)) } else { String::new() };
        match fact {
            Fact::World(known) => self.say_known(known, directory),
            Fact::Belief(holder, known) => format!("what {} believes of {}", who(holder), self.say_known(known, directory)),
            Fact::Field(agent, field) => say_field(&who(agent), field),
            Fact::Owner(os) => format!("whose {} is", who(os)),
            Fact::Happened(kind, agent, other) => {
                let to = if agent.is_some() { format!(" by {}", who(agent)) } else { String::new() };
                format!("that `{}` had happened{to}{}", self.event(kind), toward(other, "with"))
            }
            Fact::Feeling(agent, emotion, other) => {
                format!("{} {}{}", possessive(&who(agent)), emotion_name(emotion), toward(other, "toward"))
            }
            Fact::Memory(agent, kind, other) => {
                format!("{} memory of `{}`{}", possessive(&who(agent)), self.event(kind), toward(other, "with"))
            }
        }
    }

    fn say_known(&self, known: Known, directory: &Directory) -> String {
        let who = |agent: AgentId| directory.called(agent);
        match known {
            Known::Attr(agent, attr) => format!("{} {}", possessive(&who(agent)), self.attribute(attr).replace('_', " ")),
            Known::Dim(from, to, dim) => {
                format!("{} {} toward {}", possessive(&who(from)), self.dim(dim).replace('_', " "), who(to))
            }
            Known::Tie(from, to, tie) => {
                format!("the tie `{}` from {} to {}", self.tie(tie), who(from), who(to))
            }
            Known::Place(agent) => format!("where {} is", who(agent)),
        }
    }

    /// A fact as a scene expression: `ann.loneliness`, `trust(ann, ben)`, `believes(cleo, friends(ann, ben))`.
    #[must_use]
    pub fn write_fact(&self, fact: Fact, directory: &Directory) -> String {
        let key = |agent: AgentId| key(agent, directory);
        let call = |name: &str, arguments: &[String]| format!("{name}({})", arguments.join(", "));
        let with = |mut arguments: Vec<String>, other: AgentId| {
            arguments.extend(other.is_some().then(|| key(other)));
            arguments
        };
        match fact {
            Fact::World(known) => self.write_known(known, directory),
            Fact::Belief(holder, known) => call("believes", &[key(holder), self.write_known(known, directory)]),
            Fact::Field(agent, field) => format!("{}.{}", key(agent), field_name(field)),
            Fact::Owner(os) => call("owner", &[key(os)]),
            Fact::Happened(kind, agent, other) => {
                let named = if agent.is_some() {
                    with(vec![self.event(kind).into(), key(agent)], other)
                } else {
                    vec![self.event(kind).into()]
                };
                call("happened", &named)
            }
            Fact::Feeling(agent, emotion, other) => call("feels", &with(vec![key(agent), emotion_name(emotion).into()], other)),
            Fact::Memory(agent, kind, other) => call("remembers", &with(vec![key(agent), self.event(kind).into()], other)),
        }
    }

    fn write_known(&self, known: Known, directory: &Directory) -> String {
        let key = |agent: AgentId| key(agent, directory);
        match known {
            Known::Attr(agent, attr) => format!("{}.{}", key(agent), self.attribute(attr)),
            Known::Dim(from, to, dim) => format!("{}({}, {})", self.dim(dim), key(from), key(to)),
            Known::Tie(from, to, tie) => format!("{}({}, {})", self.tie(tie), key(from), key(to)),
            Known::Place(agent) => format!("place({})", key(agent)),
        }
    }

    /// The value of a fact in words: a number, `yes` or `no`, a place, or an agent.
    #[must_use]
    pub fn say_value(&self, fact: Fact, value: f64, directory: &Directory) -> String {
        let known = match fact {
            Fact::World(known) | Fact::Belief(_, known) => Some(known),
            _ => None,
        };
        let switch = match (fact, known) {
            (_, Some(Known::Attr(_, attr))) => self.attributes.get(attr.index()).is_some_and(|attr| attr.switch),
            (_, Some(Known::Tie(..))) => true,
            (Fact::Field(_, field), _) => FIELDS.iter().any(|&(_, one, switch)| one == field && switch),
            _ => false,
        };
        match (fact, known) {
            _ if switch => if value == 0.0 { "no" } else { "yes" }.into(),
            (_, Some(Known::Place(_))) => {
                self.places.get(place_of(value).index()).map_or_else(|| "nowhere".into(), |place| place.name.clone())
            }
            (Fact::Owner(_), _) => directory.called(agent_of(value)),
            _ => number(value),
        }
    }

    /// A link from cause to effect, to follow "because": `it wrote Ann's loneliness, which the utility read`.
    #[must_use]
    pub fn say_link(&self, link: Link, directory: &Directory) -> String {
        let wrote = |fact, reader| format!("it wrote {}, which {reader} read", self.say_fact(fact, directory));
        match link {
            Link::Step => "this is a step of it".into(),
            Link::Woke => "it triggered this".into(),
            Link::Condition(fact) => wrote(fact, "the condition"),
            Link::Want(fact) => wrote(fact, "the utility"),
            Link::Consent(fact) => wrote(fact, "the consent of another participant"),
        }
    }

    /// An event kind and its participants: `meet(ann, ben)`; used where no sentence is available.
    #[must_use]
    pub fn write_event(&self, kind: EventKind, roles: &[AgentId], directory: &Directory) -> String {
        let named: Vec<String> = roles.iter().filter(|role| role.is_some()).map(|&role| key(role, directory)).collect();
        format!("{}({})", self.event(kind), named.join(", "))
    }
}

impl Link {
    /// The link as one word, as stored in files: `step`, `woke`, `condition`, `want`, `consent`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Step => "step",
            Self::Woke => "woke",
            Self::Condition(_) => "condition",
            Self::Want(_) => "want",
            Self::Consent(_) => "consent",
        }
    }

    /// The fact that the cause wrote and the effect read; `None` for a step or a trigger.
    #[must_use]
    pub const fn fact(self) -> Option<Fact> {
        match self {
            Self::Step | Self::Woke => None,
            Self::Condition(fact) | Self::Want(fact) | Self::Consent(fact) => Some(fact),
        }
    }
}

/// The name of an engine field in the scene language.
#[must_use]
pub fn field_name(field: Field) -> &'static str {
    FIELDS.iter().find(|(_, one, _)| *one == field).map_or("?", |field| field.0)
}

/// The name of an emotion in the scene language.
#[must_use]
pub fn emotion_name(emotion: Emotion) -> &'static str {
    EMOTIONS.iter().find(|(_, one)| *one == emotion).map_or("?", |emotion| emotion.0)
}

/// A number with at most three decimals, without trailing zeros.
#[must_use]
pub fn number(value: f64) -> String {
    let text = format!("{value:.3}");
    let short = text.trim_end_matches('0').trim_end_matches('.');
    if short == "-0" { "0".into() } else { short.into() }
}

fn say_field(who: &str, field: Field) -> String {
    match field {
        Field::Present => format!("whether {who} is there"),
        Field::Gone => format!("whether {who} is gone"),
        Field::Online => format!("whether {who} is online"),
        Field::Bound => format!("whether {who} is bound to hardware"),
        Field::Busy => format!("whether {who} is busy"),
        Field::Awake => format!("whether {who} is awake"),
        Field::Generation | Field::Pleasure | Field::Arousal | Field::Dominance => {
            format!("{} {}", possessive(who), field_name(field))
        }
    }
}

fn possessive(name: &str) -> String {
    if name.ends_with('s') { format!("{name}'") } else { format!("{name}'s") }
}

/// An agent as a scene expression: `ann`, `#17` for an agent of the population, `none` for [`AgentId::NONE`].
#[must_use]
pub fn key(agent: AgentId, directory: &Directory) -> String {
    match directory.get(agent) {
        Some(person) if !person.key.is_empty() => person.key.clone(),
        _ if agent.is_some() => format!("#{}", agent.0),
        _ => "none".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::directory::tests::person;
    use super::super::legend::tests::legend;
    use super::*;
    use longhand_expr::ids::{AttrId, DimId, Emotion, TieId};

    fn directory() -> Directory {
        let mut directory = Directory::default();
        for (id, key) in [(0, "ann"), (1, "ben"), (2, "cleo")] {
            directory.set(person(id, key));
        }
        directory
    }

    const ANN: AgentId = AgentId(0);
    const BEN: AgentId = AgentId(1);
    const FRIENDS: Known = Known::Tie(ANN, BEN, TieId(0));

    #[test]
    fn every_kind_of_fact_has_a_description_and_a_scene_expression() {
        let meet = EventKind(0);
        for (fact, said, written) in [
            (Fact::World(Known::Attr(ANN, AttrId(0))), "Ann's loneliness", "ann.loneliness"),
            (Fact::World(Known::Dim(ANN, BEN, DimId(0))), "Ann's trust toward Ben", "trust(ann, ben)"),
            (Fact::World(FRIENDS), "the tie `friends` from Ann to Ben", "friends(ann, ben)"),
            (Fact::World(Known::Place(BEN)), "where Ben is", "place(ben)"),
            (
                Fact::Belief(AgentId(2), FRIENDS),
                "what Cleo believes of the tie `friends` from Ann to Ben",
                "believes(cleo, friends(ann, ben))",
            ),
            (Fact::Field(ANN, Field::Pleasure), "Ann's pleasure", "ann.pleasure"),
            (Fact::Owner(AgentId(7)), "whose #7 is", "owner(#7)"),
            (Fact::Happened(meet, ANN, BEN), "that `meet` had happened by Ann with Ben", "happened(meet, ann, ben)"),
            (Fact::Happened(meet, AgentId::NONE, AgentId::NONE), "that `meet` had happened", "happened(meet)"),
            (Fact::Feeling(ANN, Emotion::Anger, BEN), "Ann's anger toward Ben", "feels(ann, anger, ben)"),
            (Fact::Memory(ANN, meet, AgentId::NONE), "Ann's memory of `meet`", "remembers(ann, meet)"),
        ] {
            assert_eq!(legend().say_fact(fact, &directory()), said);
            assert_eq!(legend().write_fact(fact, &directory()), written);
        }
    }

    #[test]
    fn values_are_described_by_the_kind_of_their_fact() {
        let say = |fact, value| legend().say_value(fact, value, &directory());
        assert_eq!(say(Fact::World(Known::Attr(ANN, AttrId(0))), 0.720_04), "0.72");
        assert_eq!(say(Fact::World(Known::Attr(ANN, AttrId(1))), 1.0), "yes", "a switch");
        assert_eq!(say(Fact::Belief(BEN, FRIENDS), 0.0), "no");
        assert_eq!(say(Fact::World(Known::Place(ANN)), 1.0), "the beach");
        assert_eq!(say(Fact::World(Known::Place(ANN)), 65_535.0), "nowhere");
        assert_eq!(say(Fact::Owner(AgentId(7)), 1.0), "Ben");
        assert_eq!(say(Fact::Field(ANN, Field::Generation), 2.0), "2");
        assert_eq!(say(Fact::Field(ANN, Field::Pleasure), -0.0001), "0");
    }
}
