//! Checks the agents at the start: the cast and the generated populations.

use std::collections::{BTreeMap, BTreeSet};

use super::super::decl::{self, SceneFile, Text};
use super::super::model;
use super::super::order::{network_key, population_key};
use super::super::short_name::short_name;
use super::super::spanned::{Spanned, SpannedMap};
use super::super::values::{Distribution, NetworkShape, WordWeights};
use super::checker::SceneChecker;
use super::constants::is_constant;
use super::declarations::{ValueSpace, listed};
use super::lookup::check_range;
use super::names::check_unique_keys;
use longhand_expr::ids::{AgentId, AttrId, Instant, KindId, NameListId};
use longhand_expr::{Scope, Type, did_you_mean, stable_hash};

/// Maximum number of agents in all populations.
const MAX_POPULATION: f64 = 2_000_000.0;
/// Maximum number of pairs in all generated networks.
const MAX_PAIRS: f64 = 20_000_000.0;
/// The ages that a population may have, in years.
const MAX_AGE: (f64, f64) = (0.0, 10_000.0);
/// Maximum degree parameter of a generated network.
const MAX_DEGREE: f64 = 1_000.0;

impl SceneChecker<'_> {
    /// The number of agents of each kind at the start.
    pub(super) fn kind_sizes(&self, scene: &SceneFile) -> Vec<f64> {
        let mut sizes = vec![0.0; scene.kinds.len()];
        let cast_counts = scene.cast.iter().map(|member| (&member.kind, 1.0));
        let population_counts = scene.population.iter().map(|population| {
            let count = longhand_expr::compile_expr(&population.count, Type::Number, &Scope::default(), &self.schema);
            (&population.kind, count.map_or(0.0, |count| self.constant_value(&count).max(0.0)))
        });
        for (kind, agent_count) in cast_counts.chain(population_counts) {
            if let Some(size) = self.names.kinds.get(kind).and_then(|kind| sizes.get_mut(kind)) {
                *size += agent_count;
            }
        }
        sizes
    }

    pub(super) fn cast(&mut self, scene: &SceneFile) -> Vec<model::Member> {
        let members =
            scene.cast.iter().enumerate().filter_map(|(index, written)| self.member(AgentId::from_index(index), written));
        let mut members: Vec<model::Member> = members.collect();
        let mut names: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for member in &members {
            names.entry(member.short_name.clone()).or_default().insert(member.name.clone());
        }
        // Two who would be called the same are called by their full names, unless the scene says what they are called.
        let is_called: BTreeSet<&str> =
            scene.cast.iter().filter(|written| written.called.is_some()).map(|written| written.id.as_str()).collect();
        for member in members.iter_mut().filter(|member| !is_called.contains(member.id.as_str())) {
            if names[&member.short_name].len() > 1 {
                member.short_name.clone_from(&member.name);
            }
        }
        members
    }

    /// The kind of a group or a member of the cast, which is not that of things.
    fn kind_of_people(&mut self, written: &Text) -> Option<KindId> {
        let kind = self.kind_id(written)?;
        if self.schema.is_thing_kind(kind) {
            let message = format!("`{}` is the kind of what is declared in `things` or `world`", written.as_str());
            self.report.error_help(written, "kind", message, "declare it there, or choose another kind");
        }
        Some(kind)
    }

    fn member(&mut self, id: AgentId, written: &decl::MemberDecl) -> Option<model::Member> {
        let kind = match &written.thing {
            Some(_) => self.kind_id(&written.kind),
            None => self.kind_of_people(&written.kind),
        };
        let scope = Scope::new(["self"]).with_salt(&format!("member {}", written.id.as_str()));
        check_unique_keys(&written.attributes, &mut self.report);
        let attributes = written.attributes.iter().filter_map(|(name, value)| {
            let attr = self.attribute_of(kind, name)?;
            let attribute = self.attributes[attr.index()].clone();
            let (switch, one_of, range) = (attribute.switch, &attribute.one_of[..], attribute.range);
            Some((attr, self.attribute_value(value, &ValueSpace { name, switch, one_of, range })))
        });
        let attributes = attributes.collect();
        let owner = written.owner.as_ref().and_then(|owner| {
            if kind.is_some_and(|kind| !self.is_os(kind)) && written.thing.is_none() {
                let help = "only agents of a kind with `os: true` have an owner";
                self.report.error_help(owner, "owner", format!("`{}` is not an OS", written.id.as_str()), help);
            }
            self.agent_id(owner)
        });
        let holder = match &written.thing {
            Some(decl::HeldBy::Member(holder)) => Some(holder),
            _ => None,
        };
        let holder = holder.and_then(|holder| {
            if let Some(place) = &written.home {
                let message = format!("`{}` cannot have a holder and lie at a place", written.id.as_str());
                self.report.error_help(place, "holder", message, "remove `holder` or `place`");
            }
            self.agent_id(holder).filter(|&agent| {
                let is_thing = self.schema.is_thing(agent);
                if is_thing {
                    self.report.error(holder, "holder", format!("`{}` is a thing and holds nothing", holder.as_str()));
                }
                !is_thing
            })
        });
        if owner == Some(id) {
            self.report.error(&written.id, "owner", "an agent cannot own itself");
        }
        let toward = written.toward.iter().filter_map(|toward| self.toward(id, toward)).collect();
        if let Some(kind) = kind {
            let texts = written.wakes.iter().chain(written.routine.iter().flat_map(|stay| [&stay.when, &stay.at]));
            texts.for_each(|text| self.check_self_reads(text, &[kind]));
        }
        let name = written.name.clone().unwrap_or_else(|| written.id.value.clone());
        Some(model::Member {
            id: written.id.value.clone(),
            short_name: written.called.clone().unwrap_or_else(|| short_name(&name)),
            name,
            pronouns: written.pronouns,
            home: self.place_id(&written.home),
            work: self.place_id(&written.work),
            dormant: written.dormant,
            born: self.birth(&written.born),
            owner,
            holder,
            attributes,
            toward,
            wakes: written.wakes.as_ref().and_then(|wakes| self.timing(wakes, &scope)),
            routine: self.routine(&written.routine, &scope),
            temperament: written.temperament.as_ref().map(|mood| self.mood(mood)),
            about: written.about.clone(),
            kind: kind?,
        })
    }

    /// The instant of a date of birth.
    fn birth(&mut self, born: &Option<Text>) -> Option<Instant> {
        let born = born.as_ref()?;
        let instant = self.constants.view.0.parse(born).map_err(|message| self.report.error(born, "date", message)).ok()?;
        if instant > Instant::START {
            let help = "leave `born` out, and let an effect create the agent later";
            self.report.error_help(born, "date", "this is after the start of the scene", help);
        }
        Some(instant)
    }

    fn toward(&mut self, from: AgentId, written: &decl::TowardDecl) -> Option<model::InitialRelation> {
        let to = self.agent_id(&written.to);
        if to == Some(from) {
            self.report.error(&written.to, "bond", "an agent cannot have a bond to itself");
        }
        check_unique_keys(&written.bond, &mut self.report);
        let bond = written.bond.iter().filter_map(|(name, value)| {
            let dim = self.dim_id(name)?;
            let range = self.dims[dim.index()].range;
            check_range(value, **value, range, name, &mut self.report);
            Some((dim, **value))
        });
        let bond = bond.collect();
        let ties = self.tie_ids(&written.ties);
        let since = written.since.as_ref().and_then(|since| self.age_at_start(since)).unwrap_or(0.0);
        Some(model::InitialRelation { to: to?, ties, bond, mutual: written.mutual, since })
    }

    pub(super) fn population(&mut self, scene: &SceneFile) -> Vec<model::Population> {
        let (mut agents, mut pairs) = (0.0, 0.0);
        let populations = scene.population.iter().filter_map(|written| self.population_of(written, &mut agents, &mut pairs));
        let mut populations: Vec<model::Population> = populations.collect();
        make_distinct(populations.iter_mut().map(|population| &mut population.key));
        for population in &mut populations {
            make_distinct(population.networks.iter_mut().map(|network| &mut network.key));
        }
        populations
    }

    /// Checks one population and adds its agents and pairs to the totals.
    fn population_of(
        &mut self,
        written: &decl::PopulationDecl,
        total_agents: &mut f64,
        total_pairs: &mut f64,
    ) -> Option<model::Population> {
        let kind = self.kind_of_people(&written.kind);
        let count = self.report.expr(&written.count, Type::Number, &Scope::default(), &self.schema);
        let agent_count = count.as_ref().map_or(0.0, |count| self.constant_value(count));
        if let Some(count) = &count {
            *total_agents += agent_count.max(0.0);
            if !is_constant(count) {
                self.report.not_constant(&written.count);
            } else if agent_count < 0.0 {
                self.report.error(&written.count, "range", format!("the number of agents is negative: {agent_count}"));
            } else if *total_agents > MAX_POPULATION {
                let message =
                    format!("the populations have {total_agents} agents in total; at most {MAX_POPULATION} are allowed");
                self.report.error(&written.count, "limit", message);
                // The excess is not counted again for later populations.
                *total_agents -= agent_count;
            }
        }
        check_unique_keys(&written.attributes, &mut self.report);
        let attributes = written.attributes.iter().filter_map(|(name, distribution)| {
            let attr = self.attribute_of(kind, name)?;
            let attribute = self.attributes[attr.index()].clone();
            if attribute.one_of.is_empty() {
                self.check_distribution(distribution, attribute.switch, attribute.range, name);
                return Some((attr, distribution.value.clone()));
            }
            Some((attr, self.word_distribution(distribution, &attribute)))
        });
        let attributes = attributes.collect();
        let networks = written.networks.iter().map(|network| self.network(network, agent_count, total_pairs)).collect();
        let names = written
            .names
            .as_ref()
            .and_then(|names| self.names.lists.resolve(names, &mut self.report))
            .map(NameListId::from_index);
        let surnames = written
            .surnames
            .as_ref()
            .and_then(|names| self.names.lists.resolve(names, &mut self.report))
            .map(NameListId::from_index);
        let age = written.age.as_ref().map(|age| {
            self.check_distribution(age, false, MAX_AGE, "age");
            age.value.clone()
        });
        Some(model::Population {
            key: stable_hash(0, &population_key(written)),
            kind: kind?,
            count: count?,
            size: agent_count.clamp(0.0, MAX_POPULATION) as u32,
            attributes,
            home: self.place_id(&written.home),
            work: self.place_id(&written.work),
            names,
            surnames,
            age,
            networks,
        })
    }

    fn network(&mut self, written: &decl::NetworkDecl, agent_count: f64, total_pairs: &mut f64) -> model::Network {
        let shape = &written.shape;
        *total_pairs += expected_pairs(shape, agent_count);
        if *total_pairs > MAX_PAIRS {
            let message = format!("the networks up to this one tie {total_pairs} pairs; at most {MAX_PAIRS} are allowed");
            self.report.error(shape, "limit", message);
            *total_pairs -= expected_pairs(shape, agent_count);
        }
        let report = &mut self.report;
        let check_share = |value: f64, name: &str, report: &mut _| check_range(shape, value, (0.0, 1.0), name, report);
        match &**shape {
            NetworkShape::SmallWorld { degree, rewire } => {
                check_range(shape, f64::from(*degree), (1.0, MAX_DEGREE), "degree", report);
                check_share(*rewire, "rewire", report);
            }
            NetworkShape::ScaleFree { links } => check_range(shape, f64::from(*links), (1.0, MAX_DEGREE), "links", report),
            NetworkShape::Random { degree } => check_range(shape, *degree, (0.0, MAX_DEGREE), "degree", report),
            NetworkShape::Pairs { share } => check_share(*share, "share", report),
            NetworkShape::Cast { least, most } => {
                check_range(shape, f64::from(*most), (1.0, MAX_DEGREE), "most", report);
                if least > most {
                    report.error(shape, "range", "`least` is above `most`");
                }
            }
            NetworkShape::Edges(edges) => {
                if let Some((a, b)) = edges.iter().find(|(a, b)| a == b || f64::from(*a.max(b)) >= agent_count) {
                    let help = "positions count from 0, and an edge needs two different agents";
                    report.error_help(shape, "range", format!("({a}, {b}) is not a pair of these {agent_count} agents"), help);
                }
            }
        }
        check_unique_keys(&written.bond, &mut self.report);
        let bond = written.bond.iter().filter_map(|(name, distribution)| {
            let dim = self.dim_id(name)?;
            let range = self.dims[dim.index()].range;
            self.check_distribution(distribution, false, range, name);
            Some((dim, distribution.value.clone()))
        });
        let bond = bond.collect();
        model::Network {
            key: stable_hash(0, &network_key(written)),
            shape: shape.value.clone(),
            ties: self.tie_ids(&written.ties),
            bond,
            with_cast: written.with_cast,
        }
    }

    fn check_distribution(&mut self, distribution: &Spanned<Distribution>, switch: bool, range: (f64, f64), name: &str) {
        let report = &mut self.report;
        let check_value = |value: f64, report: &mut _| check_range(distribution, value, range, name, report);
        let above_zero = |value: f64, what: &str, report: &mut super::CheckReport| {
            if !(value > 0.0 && value.is_finite()) {
                report.error(distribution, "range", format!("{what} must be above 0"));
            }
        };
        match distribution.value {
            Distribution::Always(number) => check_value(number, report),
            Distribution::Uniform(low, high) => {
                check_value(low, report);
                check_value(high, report);
                if low > high {
                    report.error(distribution, "range", "write the smaller number first");
                }
            }
            Distribution::Normal(mean, sd) => {
                check_range(distribution, mean, (f64::MIN, f64::MAX), name, report);
                above_zero(sd, "the standard deviation", report);
            }
            Distribution::Beta(alpha, beta) => {
                above_zero(alpha, "alpha", report);
                above_zero(beta, "beta", report);
            }
            Distribution::LogNormal(median, sigma) => {
                above_zero(median, "the median", report);
                above_zero(sigma, "sigma", report);
            }
            Distribution::Share(share) => check_range(distribution, share, (0.0, 1.0), "share", report),
            Distribution::Among(_) => {
                let help = "`Among` is for attributes with words";
                return report.error_help(distribution, "range", format!("`{name}` has no words"), help);
            }
        }
        if switch && !matches!(distribution.value, Distribution::Share(_) | Distribution::Always(0.0 | 1.0)) {
            let help = "write `Share(0.5)`: the share of agents for which it is true";
            report.error_help(distribution, "range", format!("`{name}` is a switch"), help);
        } else if !switch && matches!(distribution.value, Distribution::Share(_)) {
            report.error_help(
                distribution,
                "range",
                format!("`{name}` is a number"),
                "a `Share` is for switches; write `Uniform(0, 1)`",
            );
        }
    }

    pub(super) fn lists(&mut self, scene: &SceneFile) -> Vec<model::NameList> {
        let compile = |written: &decl::NameListDecl| {
            if written.names.is_empty() {
                self.report.error(&written.id, "empty", "this list is empty");
            }
            let names = written.names.iter().map(|entry| model::ListedName {
                name: entry.name.clone(),
                pronouns: entry.pronouns,
                like: self.like_values(&entry.like),
            });
            model::NameList { id: written.id.value.clone(), names: names.collect(), surnames: written.surnames.clone() }
        };
        scene.names.iter().map(compile).collect()
    }

    fn like_values(&mut self, written: &SpannedMap<Spanned<f64>>) -> Vec<(AttrId, f64)> {
        check_unique_keys(written, &mut self.report);
        let resolve = |(name, value): &(Text, Spanned<f64>)| {
            let attr = self.attribute_id(name)?;
            check_range(value, **value, (f64::MIN, f64::MAX), name, &mut self.report);
            Some((attr, **value))
        };
        written.iter().filter_map(resolve).collect()
    }

    /// The distribution of an attribute with words: the weight of each of its words.
    fn word_distribution(&mut self, written: &Spanned<Distribution>, attribute: &model::Attribute) -> Distribution {
        let words = &attribute.one_of;
        let mut weights: Vec<(String, f64)> = words.iter().map(|word| (word.clone(), 0.0)).collect();
        let Distribution::Among(WordWeights(given)) = &written.value else {
            let help = format!(
                "write `Among({{\"{}\": 1, \"{}\": 1}})`: how often each word is drawn",
                words[0],
                words[words.len() - 1]
            );
            self.report.error_help(written, "range", format!("the values of `{}` are words", attribute.id), &help);
            return Distribution::Among(WordWeights(weights));
        };
        for (word, weight) in given {
            match weights.iter_mut().find(|(known, _)| known == word) {
                Some((_, slot)) => *slot = *weight,
                None => {
                    let help = did_you_mean(word, words.iter().map(String::as_str));
                    let help = help.unwrap_or_else(|| format!("its words are {}", listed(words)));
                    self.report.error_help(written, "unknown-name", format!("`{}` has no word `{word}`", attribute.id), &help);
                }
            }
        }
        let is_valid = weights.iter().all(|(_, weight)| weight.is_finite() && *weight >= 0.0);
        if !is_valid || weights.iter().all(|(_, weight)| *weight == 0.0) {
            self.report.error(written, "range", "weights must not be negative, and one of them must be above 0");
        }
        Distribution::Among(WordWeights(weights))
    }
}

/// Changes the keys of populations or networks with the same names, by their order among those.
fn make_distinct<'k>(keys: impl Iterator<Item = &'k mut u32>) {
    let mut times: BTreeMap<u32, u32> = BTreeMap::new();
    for key in keys {
        let earlier = times.entry(*key).or_default();
        if *earlier > 0 {
            *key = stable_hash(*key, &earlier.to_string());
        }
        *earlier += 1;
    }
}

/// The approximate number of pairs that a network ties.
fn expected_pairs(shape: &NetworkShape, agent_count: f64) -> f64 {
    let pairs_per_agent = match shape {
        NetworkShape::SmallWorld { degree, .. } => f64::from(*degree) / 2.0,
        NetworkShape::ScaleFree { links } => f64::from(*links),
        NetworkShape::Random { degree } => degree / 2.0,
        NetworkShape::Pairs { share } => share / 2.0,
        NetworkShape::Edges(edges) => return edges.len() as f64,
        // The cast is small.
        NetworkShape::Cast { .. } => return 0.0,
    };
    (pairs_per_agent * agent_count).max(0.0)
}
