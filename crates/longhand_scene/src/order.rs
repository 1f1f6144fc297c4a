//! Puts the declarations of a scene into an order that does not depend on where they are written.
//!
//! Ids are positions, and the order of agents and rules decides what happens first. So that neither the position in a file nor
//! the split into files changes a run, what has an order in a run is sorted by name. The order within one rule stays as written.

use super::decl::{NetworkDecl, PopulationDecl, SceneFile, Text};
use super::spanned::{Spanned, SpannedMap};
use super::values::Distribution;

impl SceneFile {
    /// Sorts the sections whose order matters in a run. Returns, for each member of the cast in the order of the scene, its position
    /// after sorting.
    pub(super) fn sort_declarations(&mut self) -> Vec<usize> {
        // Things and their kind are last.
        self.kinds.sort_by(|a, b| a.of_things.cmp(&b.of_things).then_with(|| a.id.cmp_text(&b.id)));
        self.goals.sort_by(|a, b| a.id.cmp_text(&b.id));
        self.appointments.sort_by(|a, b| a.id.cmp_text(&b.id));
        self.intentions.sort_by(|a, b| a.id.cmp_text(&b.id));
        self.actions.sort_by(|a, b| a.id.cmp_text(&b.id));
        self.norms.sort_by(|a, b| a.id.cmp_text(&b.id));
        self.influences.sort_by(|a, b| a.id.cmp_text(&b.id));
        self.triggers.sort_by(|a, b| a.id.cmp_text(&b.id));
        self.processes.sort_by(|a, b| a.id.cmp_text(&b.id));
        self.names.sort_by(|a, b| a.id.cmp_text(&b.id));
        for list in &mut self.names {
            list.names.sort_by(|a, b| a.name.cmp(&b.name));
        }
        for population in &mut self.population {
            population.networks.sort_by_cached_key(network_text);
        }
        self.population.sort_by_cached_key(|population| (population_key(population), population_text(population)));

        let mut cast: Vec<_> = std::mem::take(&mut self.cast).into_iter().enumerate().collect();
        cast.sort_by(|(_, a), (_, b)| a.thing.is_some().cmp(&b.thing.is_some()).then_with(|| a.id.cmp_text(&b.id)));
        let mut positions = vec![0; cast.len()];
        for (position, (written, member)) in cast.into_iter().enumerate() {
            positions[written] = position;
            self.cast.push(member);
        }
        positions
    }
}

impl Text {
    fn cmp_text(&self, other: &Self) -> std::cmp::Ordering {
        self.value.cmp(&other.value)
    }
}

/// The names that identify a population, as it has no id: those of its kind, places and list of names.
pub(super) fn population_key(population: &PopulationDecl) -> String {
    let name = |text: &Option<Text>| text.as_ref().map_or_else(String::new, |text| text.value.clone());
    format!("{} {} {} {}", population.kind.value, name(&population.home), name(&population.work), name(&population.names))
}

/// The names that identify a network within its population: those of its ties and bond dimensions.
pub(super) fn network_key(network: &NetworkDecl) -> String {
    let ties = network.ties.iter().map(|tie| tie.value.as_str());
    let mut names: Vec<&str> = ties.chain(network.bond.iter().map(|(dim, _)| dim.value.as_str())).collect();
    names.sort_unstable();
    names.join(" ")
}

/// Distinguishes populations with the same key.
fn population_text(population: &PopulationDecl) -> String {
    let networks: Vec<String> = population.networks.iter().map(network_text).collect();
    format!("{} {} {networks:?}", population.count.value, distributions_text(&population.attributes))
}

fn network_text(network: &NetworkDecl) -> String {
    let bond = distributions_text(&network.bond);
    format!("{} {:?} {} {bond}", network_key(network), network.shape.value, network.with_cast)
}

fn distributions_text(distributions: &SpannedMap<Spanned<Distribution>>) -> String {
    let mut texts: Vec<String> = distributions.iter().map(|(name, value)| format!("{} {:?}", name.value, value.value)).collect();
    texts.sort_unstable();
    texts.join(" ")
}
