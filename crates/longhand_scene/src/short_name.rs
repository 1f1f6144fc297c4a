//! The short name that follows from a full name: "Ann" from "Ann Lee", but "Old Tam" and "Mrs Dalloway" as they are.

/// Words before a given name that belong to the short name: "Old Tam", "Father Brown", "Saint Joan".
const BEFORE_GIVEN_NAME: [&str; 40] = [
    "abbot", "abu", "aunt", "auntie", "baby", "big", "blind", "brother", "count", "countess", "dame", "emperor", "empress",
    "father", "grandma", "grandpa", "granny", "king", "lady", "little", "lord", "mad", "mother", "old", "pope", "poor", "prince",
    "princess", "queen", "saint", "santa", "sir", "sister", "st", "tall", "umm", "uncle", "wee", "widow", "young",
];

/// Words before a surname that belong to the short name: "Mrs Dalloway", "Dr Watson" from "Dr John Watson".
const BEFORE_SURNAME: [&str; 38] = [
    "admiral",
    "bishop",
    "captain",
    "cardinal",
    "chief",
    "colonel",
    "constable",
    "detective",
    "doctor",
    "doktor",
    "dr",
    "frau",
    "fräulein",
    "general",
    "governor",
    "herr",
    "inspector",
    "judge",
    "lieutenant",
    "madame",
    "major",
    "master",
    "miss",
    "mister",
    "monsieur",
    "mr",
    "mrs",
    "ms",
    "mx",
    "nurse",
    "officer",
    "pastor",
    "president",
    "prof",
    "professor",
    "reverend",
    "sergeant",
    "signora",
];

/// Words before a name that is not shortened: "the sea", "the miller".
const ARTICLES: [&str; 5] = ["the", "a", "an", "der", "die"];

/// The short name for a full name: its first word, with a title before it.
///
/// ```
/// use longhand_scene::short_name;
/// let short = ["Ann Lee", "Old Tam", "Father Brown", "Dr John Watson", "Old Mrs Dean", "the sea", "Cher"].map(short_name);
/// assert_eq!(short, ["Ann", "Old Tam", "Father Brown", "Dr Watson", "Old Mrs Dean", "the sea", "Cher"]);
/// ```
#[must_use]
pub fn short_name(full: &str) -> String {
    let words: Vec<&str> = full.split_whitespace().collect();
    shorten(&words).unwrap_or_else(|| full.to_owned())
}

fn shorten(words: &[&str]) -> Option<String> {
    let (first, rest) = words.split_first()?;
    let title = first.trim_end_matches('.').to_lowercase();
    if ARTICLES.contains(&title.as_str()) {
        return Some(words.join(" "));
    }
    let is_title = |word: &str| {
        let word = word.trim_end_matches('.').to_lowercase();
        BEFORE_GIVEN_NAME.contains(&word.as_str()) || BEFORE_SURNAME.contains(&word.as_str())
    };
    if rest.first().is_some_and(|next| is_title(next)) && is_title(first) || BEFORE_GIVEN_NAME.contains(&title.as_str()) {
        return Some(shorten(rest).map_or_else(|| (*first).to_owned(), |name| format!("{first} {name}")));
    }
    match rest.last() {
        Some(surname) if BEFORE_SURNAME.contains(&title.as_str()) => Some(format!("{first} {surname}")),
        _ => Some((*first).to_owned()),
    }
}
