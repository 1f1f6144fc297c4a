//! The static read set of an expression.
//!
//! With it, a change re-evaluates only the triggers that may depend on it, and the world counts only the occurrences that some
//! expression asks for.

use crate::ids::{AgentField, AttrId, DimId, Emotion, EventKind, EventValueId, KindId, ParamId, TieId};

use super::node::{Code, ExprNode, NO_NODE, NodeId, PastQuery};

/// Everything that an expression may read. Lists are sorted and free of duplicates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each flag is one independent part of the world")]
pub struct ReadSet {
    /// Attributes, including those read through beliefs.
    pub attrs: Vec<AttrId>,
    /// Bond dimensions, including those read through beliefs.
    pub dims: Vec<DimId>,
    /// Ties, including those read through beliefs.
    pub ties: Vec<TieId>,
    /// Fields that the engine maintains.
    pub fields: Vec<AgentField>,
    /// Kinds whose members are visited.
    pub kinds: Vec<KindId>,
    /// Parameters.
    pub params: Vec<ParamId>,
    /// Kinds of past events, each with the number of agents in the query: 0, 1 or 2.
    pub occurrences: Vec<(EventKind, u8)>,
    /// Ties whose median duration is read.
    pub tie_durations: Vec<TieId>,
    /// Ties whose past is read.
    pub past_ties: Vec<TieId>,
    /// Kinds of remembered events.
    pub memories: Vec<EventKind>,
    /// Emotions.
    pub emotions: Vec<Emotion>,
    /// Values of the matched event.
    pub values: Vec<EventValueId>,
    /// Whether it reads current places, homes or workplaces.
    pub places: bool,
    /// Whether it reads owners or holders.
    pub owners: bool,
    /// Whether it reads beliefs.
    pub beliefs: bool,
    /// Whether it reads who told what somebody believes, or how sure somebody is.
    pub sources: bool,
    /// Whether it reads the clock or anything else that changes with time alone.
    pub clock: bool,
    /// Whether it draws random numbers.
    pub draws: bool,
    /// Whether it reads ages.
    pub ages: bool,
    /// Whether it goes through what agents know.
    pub topics: bool,
    /// Whether it reads appointments or intentions.
    pub commitments: bool,
    /// Whether it reads what an agent expects of the action.
    pub gain: bool,
}

impl ReadSet {
    pub(crate) fn of_subtree(code: &Code, root: NodeId) -> Self {
        let mut reads = Self::default();
        for node in code.subtree(root) {
            reads.add(*node);
        }
        reads.sort_and_dedup();
        reads
    }

    /// Adds everything that another expression reads.
    pub fn merge(&mut self, other: &Self) {
        self.attrs.extend(&other.attrs);
        self.dims.extend(&other.dims);
        self.ties.extend(&other.ties);
        self.fields.extend(&other.fields);
        self.kinds.extend(&other.kinds);
        self.params.extend(&other.params);
        self.occurrences.extend(&other.occurrences);
        self.tie_durations.extend(&other.tie_durations);
        self.past_ties.extend(&other.past_ties);
        self.memories.extend(&other.memories);
        self.emotions.extend(&other.emotions);
        self.values.extend(&other.values);
        self.places |= other.places;
        self.owners |= other.owners;
        self.beliefs |= other.beliefs;
        self.sources |= other.sources;
        self.clock |= other.clock;
        self.draws |= other.draws;
        self.gain |= other.gain;
        self.ages |= other.ages;
        self.topics |= other.topics;
        self.commitments |= other.commitments;
        self.sort_and_dedup();
    }

    fn add(&mut self, node: ExprNode) {
        match node {
            ExprNode::Attr(attr, _) | ExprNode::SwitchAttr(attr, _) | ExprNode::AttrFact(attr, _) => self.attrs.push(attr),
            ExprNode::Dim(dim, ..) | ExprNode::DimFact(dim, ..) => self.dims.push(dim),
            ExprNode::Tie(tie, ..) | ExprNode::TieFact(tie, ..) | ExprNode::Ties(tie, _) | ExprNode::TiesTo(tie, _) => {
                self.ties.push(tie);
            }
            ExprNode::TieAge(tie, ..) => {
                self.ties.push(tie);
                self.clock = true;
            }
            ExprNode::EverTied(tie, ..)
            | ExprNode::TiedUntilGoneTo(tie, ..)
            | ExprNode::WasTied(tie, ..)
            | ExprNode::TiedUntilGone(tie, ..) => {
                self.ties.push(tie);
                self.past_ties.push(tie);
            }
            ExprNode::Siblings(tie, ..) | ExprNode::Kinship(tie, ..) => self.ties.push(tie),
            ExprNode::EverMembers(kind) => {
                self.kinds.push(kind);
                self.fields.push(AgentField::Present);
            }
            ExprNode::Age(_) => {
                self.ages = true;
                self.clock = true;
            }
            ExprNode::IsGone(field, ..) => self.fields.push(field),
            ExprNode::MedianTieDuration(tie) => {
                self.tie_durations.push(tie);
                self.clock = true;
            }
            ExprNode::Field(field, _) | ExprNode::SwitchField(field, _) => self.fields.push(field),
            ExprNode::NumberParam(param) | ExprNode::SwitchParam(param) => self.params.push(param),
            ExprNode::IsAt(..)
            | ExprNode::AreTogether(..)
            | ExprNode::SpotOf(_)
            | ExprNode::PlaceOf(_)
            | ExprNode::HomeOf(_)
            | ExprNode::WorkOf(_)
            | ExprNode::PlaceFact(_) => {
                self.places = true;
            }
            ExprNode::Here(_) | ExprNode::AtPlace(_) => {
                self.places = true;
                self.fields.push(AgentField::Present);
            }
            ExprNode::Members(kind) => {
                self.kinds.push(kind);
                self.fields.push(AgentField::Present);
            }
            ExprNode::Owner(_) | ExprNode::Os(_) | ExprNode::Holds(..) | ExprNode::Holder(_) | ExprNode::HolderFact(_) => {
                self.owners = true;
            }
            ExprNode::HeldBy(_) | ExprNode::ThingsAt(_) => {
                self.owners = true;
                self.places = true;
            }
            ExprNode::Believes(..)
            | ExprNode::BelievesSwitch(..)
            | ExprNode::BelievesAt(..)
            | ExprNode::BelievesHolds(..)
            | ExprNode::BelievedPlace(..)
            | ExprNode::NameFact(_)
            | ExprNode::Knows(..) => {
                self.beliefs = true;
            }
            ExprNode::Source(..) | ExprNode::Confidence(..) => {
                self.beliefs = true;
                self.sources = true;
            }
            // Whether the holder took part decides whether it knows the truth.
            ExprNode::HappenedFact(event, ..) => self.occurrences.push((event, 2)),
            ExprNode::Remembers(event, ..) => {
                self.memories.push(event);
                self.clock = true;
            }
            ExprNode::Feels(emotion, ..) => {
                self.emotions.push(emotion);
                self.clock = true;
            }
            ExprNode::Happened(query, event, a, b) => {
                self.occurrences.push((event, u8::from(a != NO_NODE) + u8::from(b != NO_NODE)));
                self.clock |= query == PastQuery::Age;
            }
            ExprNode::Value(name) => self.values.push(name),
            ExprNode::UntilAppointment(..) => {
                self.commitments = true;
                self.clock = true;
            }
            ExprNode::HasAppointment(..)
            | ExprNode::Appointed(..)
            | ExprNode::Intends(..)
            | ExprNode::CarriedOut(..)
            | ExprNode::Intended(..) => self.commitments = true,
            ExprNode::KnownTo(_) => {
                self.beliefs = true;
                self.topics = true;
            }
            ExprNode::Heard(..) => {
                self.beliefs = true;
                self.clock = true;
            }
            ExprNode::Strength(..) | ExprNode::TopicFact(_) => self.beliefs = true,
            ExprNode::Gain => self.gain = true,
            ExprNode::Clock(_) | ExprNode::StepFromNow(_) | ExprNode::StepToNow(_) => self.clock = true,
            ExprNode::Chance(..) | ExprNode::Uniform(..) | ExprNode::Normal(..) | ExprNode::Pick(..) => self.draws = true,
            _ => {}
        }
    }

    fn sort_and_dedup(&mut self) {
        fn sort_list<T: Ord>(list: &mut Vec<T>) {
            list.sort_unstable();
            list.dedup();
        }
        sort_list(&mut self.attrs);
        sort_list(&mut self.dims);
        sort_list(&mut self.ties);
        sort_list(&mut self.fields);
        sort_list(&mut self.kinds);
        sort_list(&mut self.params);
        sort_list(&mut self.occurrences);
        sort_list(&mut self.tie_durations);
        sort_list(&mut self.past_ties);
        sort_list(&mut self.memories);
        sort_list(&mut self.emotions);
        sort_list(&mut self.values);
    }
}
