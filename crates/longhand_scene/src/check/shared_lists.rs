//! The lists of names that come with Longhand. A scene that includes the file of a list can use the list.

/// The id of each list, and the path of the file that declares it.
const SHARED_LISTS: [(&str, &str); 8] = [
    ("crowd", "assets/names/crowd.ron"),
    ("given", "assets/names/given.ron"),
    ("villagers", "assets/names/village.ron"),
    ("cradle", "assets/names/village.ron"),
    ("women", "assets/names/family.ron"),
    ("men", "assets/names/family.ron"),
    ("surnames", "assets/names/family.ron"),
    ("houses", "assets/names/family.ron"),
];

/// The help text for a reference to an undeclared list: which file to include. `None` if the list does not come with Longhand.
pub(super) fn include_help(list: &str) -> Option<String> {
    let (_, file) = SHARED_LISTS.iter().find(|(shared, _)| *shared == list)?;
    Some(format!("this list is in `{file}`: add `include: [\"{file}\"]`"))
}

#[cfg(test)]
mod tests {
    use super::SHARED_LISTS;
    use std::collections::BTreeSet;

    #[test]
    fn the_shared_lists_are_those_of_the_assets() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/names");
        let mut lists = BTreeSet::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let file = file.unwrap();
            let text = std::fs::read_to_string(file.path()).unwrap();
            let name = format!("assets/names/{}", file.file_name().to_string_lossy());
            let scene = format!(
                "(starts: \"2025-01-06\", ends: \"2025-02-06\", include: [\"{name}\"], attributes: [(id: \"bright\"), (id: \"gentle\"), (id: \"playful\")])"
            );
            let loaded = crate::load_text("a.ron", &[(name.as_str(), text.as_str()), ("a.ron", &scene)], &[]);
            let scenario = loaded.map_err(|problems| problems.to_string()).unwrap().scenario;
            lists.extend(scenario.names.iter().map(|list| (list.id.clone(), name.clone())));
        }
        let expected = SHARED_LISTS.iter().map(|(list, file)| ((*list).to_owned(), (*file).to_owned()));
        assert_eq!(lists, expected.collect());
    }
}
