//! Names from the lists of a scene, so that no two agents have one name while another is free.
//!
//! A name of the list is given to one agent. When all are in use, each is combined with the surnames of the list; and when these
//! combinations are in use too, it is numbered: "Bo 2".
//! Names with a surname of the parents or of a population may come again.

use super::profiles::AgentProfiles;
use longhand_scene::NameList;

/// A given name with a surname, if there is one.
pub(crate) fn full_name(given: &str, surname: Option<&str>) -> String {
    surname.map_or_else(|| given.to_owned(), |surname| format!("{given} {surname}"))
}

/// A full and a short name for the name at a position of a list. Another agent has neither of them. With a surname, which comes from the
/// parents or from a population, the name may have been that of an ancestor.
pub(crate) fn distinct_name(
    list: &NameList,
    position: usize,
    surname: Option<&str>,
    profiles: &AgentProfiles,
) -> (String, String) {
    let given = &list.names[position].name;
    if surname.is_some() {
        return (full_name(given, surname), given.clone());
    }
    let count = list.surnames.len();
    // Neighbours in the list get other surnames than each other.
    let combined = (0..count).map(|nth| format!("{given} {}", list.surnames[(position * 7 + nth) % count]));
    if profiles.is_free(given) {
        let full = combined.into_iter().find(|name| profiles.is_free(name)).unwrap_or_else(|| given.clone());
        return (full, given.clone());
    }
    let name = combined.into_iter().find(|name| profiles.is_free(name)).unwrap_or_else(|| numbered_name(given, profiles));
    (name.clone(), name)
}

/// The name with a number that no agent has. Numbers are given in order, so the first free one is found by bisection.
fn numbered_name(given: &str, profiles: &AgentProfiles) -> String {
    let name = |number: u64| format!("{given} {number}");
    let (mut taken, mut free) = (1, 2);
    while !profiles.is_free(&name(free)) {
        (taken, free) = (free, 2 * free);
    }
    while free - taken > 1 {
        let middle = taken + (free - taken) / 2;
        *(if profiles.is_free(&name(middle)) { &mut free } else { &mut taken }) = middle;
    }
    name(free)
}

#[cfg(test)]
mod tests {
    use super::super::profiles::AgentName;
    use super::*;
    use longhand_scene::{ListedName, Pronouns};
    use std::collections::BTreeSet;

    fn names(given: &[&str], surnames: &[&str], count: usize) -> Vec<String> {
        let text = |name: &&str| (*name).to_owned();
        let listed = |name: &&str| ListedName { name: text(name), pronouns: None, like: Vec::new() };
        let list =
            NameList { id: "l".into(), names: given.iter().map(listed).collect(), surnames: surnames.iter().map(text).collect() };
        let mut profiles = AgentProfiles::default();
        let give = |index: usize| {
            let (name, short_name) = distinct_name(&list, index % given.len(), None, &profiles);
            profiles.push(AgentName { name, short_name: short_name.clone(), pronouns: Pronouns::They }, None);
            short_name
        };
        (0..count).map(give).collect()
    }

    #[test]
    fn no_two_agents_have_one_name() {
        assert_eq!(names(&["Bo", "Eli"], &[], 5), ["Bo", "Eli", "Bo 2", "Eli 2", "Bo 3"]);
        assert_eq!(names(&["Bo"], &["Rae", "Holm"], 4), ["Bo", "Bo Holm", "Bo 2", "Bo 3"]);
        for surnames in [&[][..], &["Rae", "Holm", "Ash"]] {
            let all = names(&["Bo", "Eli", "Kai"], surnames, 500);
            assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 500);
        }
    }
}
