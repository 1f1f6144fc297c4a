//! The inflection of English by rules and lists: plurals, the third person of verbs, and the sound that chooses `a` or `an`.
//!
//! Every noun that is not in a list is regular. The lists contain whole words or the ends of compounds ("werewolf",
//! "grandchild").

/// Nouns that do not change.
const UNCHANGED: [&str; 33] = [
    "sheep",
    "deer",
    "fish",
    "moose",
    "swine",
    "bison",
    "salmon",
    "trout",
    "cod",
    "squid",
    "shrimp",
    "offspring",
    "series",
    "species",
    "means",
    "news",
    "chassis",
    "corps",
    "headquarters",
    "barracks",
    "crossroads",
    "gallows",
    "scissors",
    "trousers",
    "jeans",
    "pants",
    "shorts",
    "tongs",
    "tweezers",
    "binoculars",
    "glasses",
    "pyjamas",
    "Swiss",
];

/// Irregular nouns.
const IRREGULAR: [(&str, &str); 56] = [
    ("ox", "oxen"),
    ("goose", "geese"),
    ("louse", "lice"),
    ("woodlouse", "woodlice"),
    ("mouse", "mice"),
    ("dormouse", "dormice"),
    ("titmouse", "titmice"),
    ("quiz", "quizzes"),
    ("whiz", "whizzes"),
    ("OS", "OSes"),
    ("axis", "axes"),
    ("elf", "elves"),
    ("hoof", "hooves"),
    ("sheaf", "sheaves"),
    ("passerby", "passersby"),
    ("attorney general", "attorneys general"),
    ("court martial", "courts martial"),
    ("notary public", "notaries public"),
    ("cactus", "cacti"),
    ("fungus", "fungi"),
    ("nucleus", "nuclei"),
    ("stimulus", "stimuli"),
    ("alumnus", "alumni"),
    ("bacillus", "bacilli"),
    ("radius", "radii"),
    ("locus", "loci"),
    ("phenomenon", "phenomena"),
    ("criterion", "criteria"),
    ("bacterium", "bacteria"),
    ("datum", "data"),
    ("memorandum", "memoranda"),
    ("stratum", "strata"),
    ("erratum", "errata"),
    ("addendum", "addenda"),
    ("larva", "larvae"),
    ("alga", "algae"),
    ("alumna", "alumnae"),
    ("vertebra", "vertebrae"),
    ("formula", "formulas"),
    ("appendix", "appendices"),
    ("matrix", "matrices"),
    ("vertex", "vertices"),
    ("tableau", "tableaux"),
    ("bureau", "bureaux"),
    ("château", "châteaux"),
    ("chateau", "chateaux"),
    ("gateau", "gateaux"),
    ("beau", "beaux"),
    ("gas", "gases"),
    ("yes", "yeses"),
    ("stomach", "stomachs"),
    ("epoch", "epochs"),
    ("eunuch", "eunuchs"),
    ("loch", "lochs"),
    ("Czech", "Czechs"),
    ("two-by-four", "two-by-fours"),
];

/// Ends of irregular nouns, also in compounds.
const IRREGULAR_ENDS: [(&str, &str); 18] = [
    ("person", "people"),
    ("child", "children"),
    ("foot", "feet"),
    ("tooth", "teeth"),
    ("wolf", "wolves"),
    ("self", "selves"),
    ("shelf", "shelves"),
    ("half", "halves"),
    ("calf", "calves"),
    ("leaf", "leaves"),
    ("loaf", "loaves"),
    ("thief", "thieves"),
    ("scarf", "scarves"),
    ("wharf", "wharves"),
    ("knife", "knives"),
    ("wife", "wives"),
    ("life", "lives"),
    ("craft", "craft"),
];

/// Nouns in -man whose plural is regular.
const REGULAR_MAN: [&str; 13] = [
    "human",
    "german",
    "roman",
    "norman",
    "ottoman",
    "shaman",
    "talisman",
    "caiman",
    "cayman",
    "brahman",
    "ataman",
    "hetman",
    "superhuman",
];

/// Nouns in -o that take -es.
const NOUNS_IN_OES: [&str; 14] = [
    "potato",
    "tomato",
    "hero",
    "superhero",
    "antihero",
    "echo",
    "veto",
    "torpedo",
    "mosquito",
    "volcano",
    "tornado",
    "embargo",
    "cargo",
    "buffalo",
];

/// Verbs in a consonant and -o that take only -s.
const VERBS_IN_OS: [&str; 5] = ["photo", "solo", "disco", "memo", "two"];

/// Prepositions before which the noun of a compound is inflected: "mothers-in-law", "cups of tea".
const PREPOSITIONS: [&str; 9] = ["of", "in", "at", "to", "for", "with", "from", "by", "on"];

/// The plural of a noun, or of a phrase with one.
pub(crate) fn plural(phrase: &str) -> String {
    if let Some((_, plural)) = IRREGULAR.iter().find(|(singular, _)| *singular == phrase) {
        return (*plural).to_owned();
    }
    let (before, noun, after) = split_at_noun(phrase);
    format!("{before}{}{after}", plural_of_word(noun))
}

/// The text before the noun of a phrase, the noun, and the text after it.
fn split_at_noun(phrase: &str) -> (&str, &str, &str) {
    let is_word = |c: char| c.is_alphanumeric() || c == '\'' || c == '’';
    let mut words: Vec<(usize, &str)> = Vec::new();
    for part in phrase.split(|c: char| !is_word(c)).filter(|part| !part.is_empty()) {
        let offset = part.as_ptr() as usize - phrase.as_ptr() as usize;
        words.push((offset, part));
    }
    // A preposition that is neither the first word nor the last one, or the last one after "…er": "passer-by".
    let heads_prepositional = |index: usize| {
        let word = words[index].1;
        let is_last = index + 1 == words.len();
        let after_agent = is_last && words[index - 1].1.ends_with("er") && ["by", "on", "up"].contains(&word);
        after_agent && phrase.contains('-') || !is_last && PREPOSITIONS.contains(&word)
    };
    let preposition = (1..words.len()).find(|&index| heads_prepositional(index));
    let noun = preposition.map_or_else(|| words.last(), |index| words.get(index - 1));
    let Some(&(start, word)) = noun else { return ("", "", phrase) };
    let end = if preposition.is_some() { start + word.len() } else { phrase.len() };
    (&phrase[..start], &phrase[start..end], &phrase[end..])
}

fn plural_of_word(word: &str) -> String {
    let lower = word.to_lowercase();
    let is_capitalised = word.starts_with(char::is_uppercase);
    // Keeps the capital letter of the word.
    let written = |plural: &str| {
        let changed = plural.strip_prefix(lower.as_str()).map_or_else(|| plural.to_owned(), |end| format!("{word}{end}"));
        if is_capitalised { crate::capitalise(&changed) } else { changed }
    };
    if UNCHANGED.contains(&word) || UNCHANGED.contains(&lower.as_str()) {
        return word.to_owned();
    }
    if let Some((_, plural)) = IRREGULAR.iter().find(|(singular, _)| *singular == word) {
        return (*plural).to_owned();
    }
    if let Some((_, plural)) = IRREGULAR.iter().find(|(singular, _)| *singular == lower) {
        return written(plural);
    }
    if let Some((end, plural)) = IRREGULAR_ENDS.iter().find(|(end, _)| lower.ends_with(end)) {
        // "craft" alone is regular: crafts.
        if !(*end == "craft" && lower == *end) {
            return written(&format!("{}{plural}", &lower[..lower.len() - end.len()]));
        }
    }
    if let Some(stem) = lower.strip_suffix("man").filter(|_| !REGULAR_MAN.contains(&lower.as_str())) {
        return written(&format!("{stem}men"));
    }
    if is_capitalised && lower.ends_with("ese") {
        return word.to_owned();
    }
    if let Some(stem) = lower.strip_suffix("sis").filter(|stem| stem.len() > 1) {
        return written(&format!("{stem}ses"));
    }
    if NOUNS_IN_OES.contains(&lower.as_str()) || lower.ends_with("quy") {
        return written(&match lower.strip_suffix('y') {
            Some(stem) => format!("{stem}ies"),
            None => format!("{lower}es"),
        });
    }
    // A hard ch: "monarchs".
    if lower.ends_with("arch") && !["march", "larch", "starch", "search", "research", "arch"].contains(&lower.as_str()) {
        return format!("{word}s");
    }
    with_s(word)
}

/// The third person singular of a verb, or of a phrase that begins with it.
pub(crate) fn third_person(phrase: &str) -> String {
    let (verb, rest) = phrase.split_at(phrase.find(' ').unwrap_or(phrase.len()));
    let verb = match verb {
        "be" => "is".to_owned(),
        "have" => "has".to_owned(),
        "quiz" => "quizzes".to_owned(),
        // Modal verbs do not change.
        "can" | "may" | "must" | "will" | "shall" | "could" | "might" | "would" | "should" | "ought" => verb.to_owned(),
        // Verbs in a consonant and -o take -es; most nouns do not.
        _ if verb.strip_suffix('o').is_some_and(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']))
            && !VERBS_IN_OS.contains(&verb) =>
        {
            format!("{verb}es")
        }
        _ => with_s(verb),
    };
    format!("{verb}{rest}")
}

fn with_s(word: &str) -> String {
    let mut before_last = word.chars().rev();
    let (last, second) = (before_last.next(), before_last.next());
    match (second, last) {
        (_, None) => String::new(),
        (Some(second), Some('y')) if second.is_alphabetic() && !"aeiou".contains(second) => {
            format!("{}ies", &word[..word.len() - 1])
        }
        (_, Some('s' | 'x' | 'z')) | (Some('c' | 's'), Some('h')) => format!("{word}es"),
        _ => format!("{word}s"),
    }
}

/// Beginnings with `u` as in "use".
const LONG_U: [&str; 36] = [
    "ubi", "uga", "uke", "uku", "ukr", "ura", "ure", "uri", "uro", "uru", "usa", "use", "usu", "ute", "uti", "uto", "uve", "uvu",
    "ufo", "ufolog", "ulys", "uy", "unanim", "unia", "unic", "unidim", "unidir", "unif", "unil", "unimod", "unio", "unip",
    "uniq", "unis", "unit", "univ",
];

/// Longer beginnings with `un-` as in "unlike".
const SHORT_UN: [&str; 5] = ["unill", "uniss", "unim", "unin", "unid"];

/// Initialisms that are read as words, and begin with a letter whose name begins with a vowel.
const ACRONYMS: [&str; 14] =
    ["NATO", "NASA", "NAFTA", "SARS", "RAM", "ROM", "SIM", "SWAT", "SCUBA", "MIDI", "FIFA", "LAN", "RADAR", "LASER"];

/// Whether a phrase begins with the sound of a vowel, so that its article is "an".
pub(crate) fn begins_with_vowel_sound(phrase: &str) -> bool {
    let word: String = phrase.chars().skip_while(|c| !c.is_alphanumeric()).take_while(|c| c.is_alphanumeric()).collect();
    let lower = word.to_lowercase();
    let begins = |starts: &[&str]| starts.iter().any(|start| lower.starts_with(start));
    // A letter by itself ("X-ray") and initialisms such as FM or OS are read by the names of their letters.
    let is_initialism = word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase()) && !ACRONYMS.contains(&word.as_str());
    if is_initialism || word.len() == 1 && word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return lower.starts_with(|c| "aefhilmnorsx".contains(c));
    }
    let digits = lower.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        // 8, 80 and so on; 11 and 18, and the same numbers of thousands; years such as 1845.
        return lower.starts_with('8')
            || (digits % 3 == 2 || digits == 4) && (lower.starts_with("11") || lower.starts_with("18"));
    }
    if begins(&["hour", "honest", "honor", "honour", "heir"]) {
        return true;
    }
    match lower.as_bytes().first() {
        Some(b'u') => begins(&SHORT_UN) && !begins(&["unidim", "unidir", "unimod"]) || !begins(&LONG_U),
        Some(b'e') => !begins(&["eu", "ew"]),
        Some(b'o') => !matches!(lower.as_str(), "one" | "ones" | "once" | "oneself" | "ouija"),
        // "Yvonne", "ytterbium".
        Some(b'y') => lower[1..].starts_with(|c: char| c.is_ascii_alphabetic() && !"aeiou".contains(c)),
        first => {
            matches!(first, Some(b'a' | b'i'))
                || lower.starts_with(['à', 'á', 'â', 'ä', 'å', 'æ', 'é', 'è', 'ê', 'í', 'ó', 'ö', 'ø', 'œ'])
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_are_regular_or_in_a_list() {
        let words = "wolf wolves, werewolf werewolves, elf elves, knife knives, penknife penknives, child children, grandchild \
            grandchildren, man men, woman women, policeman policemen, sheep sheep, deer deer, fish fish, ox oxen, mouse mice, goose \
            geese, mongoose mongooses, tooth teeth, foot feet, person people, photo photos, potato potatoes, church churches, box \
            boxes, day days, city cities, roof roofs, belief beliefs, chief chiefs, cliff cliffs, gulf gulfs, crisis crises, basis \
            bases, aircraft aircraft, spacecraft spacecraft, craft crafts, mother-in-law mothers-in-law, passer-by passers-by, \
            runner-up runners-up, leaf leaves, half halves, hero heroes, piano pianos, wife wives, housewife housewives, life lives, \
            boss bosses, OS OSes, German Germans, human humans, Roman Romans, stomach stomachs, monarch monarchs, march marches, \
            bus buses, quiz quizzes, Japanese Japanese, soliloquy soliloquies, buoy buoys, house houses, blouse blouses, path paths, \
            series series, analysis analyses, zero zeros, echo echoes, volcano volcanoes, giraffe giraffes, safe safes, proof proofs, \
            shelf shelves, thief thieves, Wolf Wolves, stand-in stand-ins, man-of-war men-of-war, phenomenon phenomena";
        for pair in words.split(", ") {
            let (singular, expected) = pair.split_once(' ').expect("a pair");
            assert_eq!(plural(singular), expected.trim());
        }
        for (phrase, expected) in [
            ("evening talk", "evening talks"),
            ("cup of tea", "cups of tea"),
            ("act of kindness", "acts of kindness"),
            ("lady-in-waiting", "ladies-in-waiting"),
            ("game of cards in the park", "games of cards in the park"),
            ("attorney general", "attorneys general"),
            ("by-law", "by-laws"),
            ("“quarrel”", "“quarrel”s"),
            ("", ""),
        ] {
            assert_eq!(plural(phrase), expected);
        }
    }

    #[test]
    fn the_third_person_is_regular_or_in_a_list() {
        for (verb, expected) in [
            ("go out", "goes out"),
            ("do", "does"),
            ("undo", "undoes"),
            ("outdo", "outdoes"),
            ("overdo", "overdoes"),
            ("echo", "echoes"),
            ("radio", "radios"),
            ("woo", "woos"),
            ("have", "has"),
            ("be late", "is late"),
            ("watch", "watches"),
            ("try", "tries"),
            ("play", "plays"),
            ("fix", "fixes"),
            ("kiss", "kisses"),
            ("buzz", "buzzes"),
            ("could", "could"),
            ("fly away", "flies away"),
            ("", ""),
        ] {
            assert_eq!(third_person(verb), expected);
        }
    }

    #[test]
    fn articles_follow_the_sound() {
        let an = "hour, honest man, heir, heirloom, uncle, umbrella, unusual day, uninvited guest, unidentified ship, unimportant day, \
            unintended end, unissued shirt, FBI agent, MP, X-ray, x-ray, S-bend, 8-year-old, 11th hour, 18, 1845 map, 80 years, \
            evening, onerous task, usher, urn, ugly, upset, ulterior motive, “other” life, Yvonne, élite";
        let a = "useful tool, unicorn, university, union, unit, unanimous vote, unilateral act, unique day, European, one-eyed cat, \
            once-lover, oneself, ewe, ewer, ukulele, Ukrainian, Uruguayan, hotel, herb, euro, yew, yard, US flag, U-turn, T-shirt, NATO \
            ship, utopia, utensil, uranium, user, usual day, urine, UFO, 7, 1,100 ships, 100, quarrel, Uyghur, ubiquitous sign";
        // Commas separate the phrases, except in a number.
        for (phrases, expected) in [(an, true), (a, false)] {
            for phrase in phrases.split(", ").map(str::trim) {
                assert_eq!(begins_with_vowel_sound(phrase), expected, "{phrase}");
            }
        }
    }
}
