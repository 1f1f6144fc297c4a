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
/// let short = ["Ann Lee", "Old Tam", "Father Brown", "Dr John Watson", "Mrs van Lee", "Old Mrs Dean", "the sea"].map(short_name);
/// assert_eq!(short, ["Ann", "Old Tam", "Father Brown", "Dr Watson", "Mrs van Lee", "Old Mrs Dean", "the sea"]);
/// ```
#[must_use]
pub fn short_name(full: &str) -> String {
    let words: Vec<&str> = full.split_whitespace().collect();
    shorten(&words).unwrap_or_else(|| full.to_owned())
}

/// Whether a word is a title of either kind.
fn is_title(word: &str) -> bool {
    let word = word.trim_end_matches('.').to_lowercase();
    BEFORE_GIVEN_NAME.contains(&word.as_str()) || BEFORE_SURNAME.contains(&word.as_str())
}

/// A full name without its titles, and without the number that tells it from others: `["Ann", "Lee"]` of "Old Ann Lee" and of "Ann Lee 2".
/// Whether a title stands before a surname: "Mrs Dalloway". Empty for "the sea".
fn without_titles(full: &str) -> (Vec<&str>, bool) {
    let mut words: Vec<&str> = full.split_whitespace().collect();
    if words.first().is_some_and(|first| ARTICLES.contains(&first.to_lowercase().as_str())) {
        return (Vec::new(), false);
    }
    let is_number = |word: &str| {
        let is_roman = word.len() > 1 && word.chars().all(|c| matches!(c, 'I' | 'V' | 'X'));
        is_roman || word.chars().all(|c| c.is_ascii_digit())
    };
    if words.len() > 1 && words.last().is_some_and(|last| is_number(last)) {
        words.pop();
    }
    let titles = words.iter().take(words.len().saturating_sub(1)).take_while(|word| is_title(word)).count();
    let last_title = words[..titles].last().map(|word| word.trim_end_matches('.').to_lowercase());
    let is_before_surname = last_title.is_some_and(|title| BEFORE_SURNAME.contains(&title.as_str()));
    (words.split_off(titles), is_before_surname)
}

/// The surname in a full name: its last word, with a particle before it.
///
/// ```
/// use longhand_scene::surname;
/// let surnames = ["Ann Lee", "Old Tam Weir", "Mrs Dalloway", "Mary Ann van der Lee"].map(surname);
/// assert_eq!(surnames.map(Option::unwrap), ["Lee", "Weir", "Dalloway", "van der Lee"]);
/// assert!(["Cher", "Old Tam", "Bo 2", "the sea", "Henry IV"].iter().all(|name| surname(name).is_none()));
/// ```
#[must_use]
pub fn surname(full: &str) -> Option<String> {
    let (words, is_after_title) = without_titles(full);
    if words.len() < 2 {
        return words.first().filter(|_| is_after_title).map(|word| (*word).to_owned());
    }
    let particles = particle_count(&words[1..words.len() - 1]);
    Some(words[words.len() - 1 - particles..].join(" "))
}

/// The number of words right before a surname that belong to it: "van der".
fn particle_count(before: &[&str]) -> usize {
    before.iter().rev().take_while(|word| word.chars().next().is_some_and(char::is_lowercase)).count()
}

/// The given name in a full or a short name.
///
/// ```
/// use longhand_scene::given_name;
/// assert_eq!(["Ann Lee", "Old Tam", "Bo 2", "the sea"].map(given_name), ["Ann", "Tam", "Bo", "the sea"]);
/// ```
#[must_use]
pub fn given_name(full: &str) -> String {
    without_titles(full).0.first().map_or_else(|| full.to_owned(), |word| (*word).to_owned())
}

/// A full name with another surname, in the place of the one that it has or after it.
///
/// ```
/// use longhand_scene::with_surname;
/// let names = ["Ann Lee", "Vera van Holt", "Mrs Dalloway", "Bo 2", "Cher"].map(|name| with_surname(name, "Dorn"));
/// assert_eq!(names, ["Ann Dorn", "Vera Dorn", "Mrs Dorn", "Bo Dorn", "Cher Dorn"]);
/// ```
#[must_use]
pub fn with_surname(full: &str, new: &str) -> String {
    let mut words: Vec<&str> = full.split_whitespace().collect();
    let (named, _) = without_titles(full);
    if !named.is_empty() {
        let titles = words.iter().take(words.len() - 1).take_while(|word| is_title(word)).count();
        let own = surname(full).map_or(0, |own| own.split_whitespace().count());
        words.truncate(titles + named.len() - own);
    }
    words.push(new);
    words.join(" ")
}

fn shorten(words: &[&str]) -> Option<String> {
    let (first, rest) = words.split_first()?;
    let title = first.trim_end_matches('.').to_lowercase();
    if ARTICLES.contains(&title.as_str()) {
        return Some(words.join(" "));
    }
    if rest.first().is_some_and(|next| is_title(next)) && is_title(first) || BEFORE_GIVEN_NAME.contains(&title.as_str()) {
        return Some(shorten(rest).map_or_else(|| (*first).to_owned(), |name| format!("{first} {name}")));
    }
    match rest.split_last() {
        Some((surname, before)) if BEFORE_SURNAME.contains(&title.as_str()) => {
            let particles = before.len() - particle_count(before);
            Some([&[*first], &before[particles..], &[*surname]].concat().join(" "))
        }
        _ => Some((*first).to_owned()),
    }
}
