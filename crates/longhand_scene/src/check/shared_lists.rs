//! The lists of names that come with longhand. A scene can use one after it includes its file.

/// Each list, and the file that has it.
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

/// How to make an unknown list known, if it is one that comes with longhand.
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
            let files = [(name.as_str(), text.as_str())];
            let scene = format!(
                "(starts: \"2025-01-06\", ends: \"2025-02-06\", include: [\"{name}\"], attributes: [(id: \"bright\"), (id: \"gentle\"), (id: \"playful\")])"
            );
            let loaded = crate::load_text("a.ron", &[files[0], ("a.ron", &scene)], &[]);
            let scenario = loaded.map_err(|problems| problems.to_string()).unwrap().scenario;
            lists.extend(scenario.names.iter().map(|list| (list.id.clone(), name.clone())));
        }
        let expected = SHARED_LISTS.iter().map(|(list, file)| ((*list).to_owned(), (*file).to_owned()));
        assert_eq!(lists, expected.collect());
    }
}
