//! Finds faults in English text by simple rules: repeated words, wrong articles and pronouns, disagreement of subject and verb,
//! ids and template syntax in the text, stray punctuation. It is not a grammar checker: each rule covers a mistake that a
//! careless template would make.

use longhand_narrative::grammar::with_article;

/// All faults in a text, each with the words around it.
pub fn faults(text: &str) -> Vec<String> {
    let mut messages = Vec::new();
    for line in text.lines() {
        check_signs(line, &mut messages);
        let words: Vec<&str> = line.split_whitespace().collect();
        check_words(&words, &mut messages);
    }
    messages
}

fn around(words: &[&str], at: usize) -> String {
    words[at.saturating_sub(4)..(at + 5).min(words.len())].join(" ")
}

/// A word in lower case, without punctuation.
fn bare(word: &str) -> String {
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// Whether a word ends a sentence or a clause.
fn ends_clause(word: &str) -> bool {
    word.ends_with(['.', '!', '?', ',', ';', ':', '”', '…', ')', '—'])
}

fn check_signs(line: &str, messages: &mut Vec<String>) {
    let raw = ["{{", "}}", "{%", "%}", "\u{e000}", "\u{e001}", "\u{e002}", "#0", "#1", "#2", "#3", "#4", "NaN", "inf "];
    messages.extend(raw.iter().filter(|sign| line.contains(*sign)).map(|sign| format!("`{sign}` in the text: {line}")));
    let stray = [",,", "..", " ,", " .", " ;", " ’s", ",.", ";.", ":.", "?.", "!.", "“”", "()", ", ,", "  "];
    for sign in stray {
        let ellipsis = line.replace("...", "…");
        if ellipsis.trim_end().contains(sign) {
            messages.push(format!("stray `{sign}`: {line}"));
        }
    }
}

fn check_words(words: &[&str], messages: &mut Vec<String>) {
    /// Verbs whose form shows that a subject precedes them.
    const VERBS: [&str; 20] = [
        "had", "was", "were", "is", "has", "did", "could", "would", "should", "might", "must", "will", "went", "came", "saw",
        "knew", "thought", "wrote", "asked", "began",
    ];
    const PREPOSITIONS: [&str; 10] = ["to", "with", "of", "at", "from", "by", "about", "beside", "behind", "between"];
    for (at, word) in words.iter().enumerate() {
        let this = bare(word);
        if this.contains('_') {
            messages.push(format!("an id: {}", around(words, at)));
        }
        let Some(next) = words.get(at + 1) else { continue };
        let next_bare = bare(next);
        let is_separated = ends_clause(word) || next.starts_with(['“', '(', '—', '…']);
        let mut fault = |what: &str| messages.push(format!("{what}: {}", around(words, at)));
        if !is_separated && this == next_bare && !this.is_empty() && !["had", "that", "her"].contains(&this.as_str()) {
            fault("a repeated word");
        }
        let begins_sentence =
            word.ends_with(['.', '!', '?']) && !word.ends_with("..") && !["Mr.", "Dr.", "St.", "D."].contains(word);
        if begins_sentence && next.starts_with(char::is_lowercase) && !word.contains('”') {
            fault("a sentence without a capital letter");
        }
        let sentence_continues = !this.is_empty() && !word.ends_with(['.', '!', '?', '…', ':', '”', '—']);
        if sentence_continues && ["He", "She", "They", "His", "Their"].contains(&next.trim_end_matches([',', ';', '.'])) {
            fault("a capital letter inside a sentence");
        }
        if !is_separated && (this == "a" || this == "an") && next_bare.starts_with(char::is_alphabetic) {
            let expected = with_article(next.trim_matches(|c: char| !c.is_alphanumeric()));
            if !expected.to_lowercase().starts_with(&format!("{this} ")) {
                fault("a or an");
            }
        }
        if is_separated {
            continue;
        }
        let object = matches!(this.as_str(), "him" | "them" | "me");
        let allows_object =
            at > 0 && ["let", "make", "made", "see", "saw", "than", "heard", "one", "of"].contains(&bare(words[at - 1]).as_str());
        if object && VERBS.contains(&next_bare.as_str()) && !allows_object {
            fault("an object pronoun as subject");
        }
        if PREPOSITIONS.contains(&this.as_str()) && matches!(next_bare.as_str(), "he" | "she" | "they") {
            fault("a subject pronoun after a preposition");
        }
        let after_preposition = at > 0 && PREPOSITIONS.contains(&bare(words[at - 1]).as_str());
        if object
            && !after_preposition
            && next_bare == "and"
            && words.get(at + 2).is_some_and(|third| matches!(bare(third).as_str(), "he" | "she"))
        {
            fault("mixed pronoun cases");
        }
        let is_subjunctive = (1..=6).any(|distance| {
            at.checked_sub(distance).is_some_and(|at| {
                matches!(
                    bare(words[at]).as_str(),
                    "if" | "though"
                        | "wish"
                        | "wished"
                        | "were"
                        | "or"
                        | "than"
                        | "where"
                        | "whether"
                        | "did"
                        | "does"
                        | "as"
                        | "would"
                        | "watched"
                )
            })
        });
        let is_coordinated = at > 0 && bare(words[at - 1]) == "and";
        if matches!(this.as_str(), "he" | "she" | "it")
            && matches!(next_bare.as_str(), "are" | "were" | "have" | "do")
            && !is_subjunctive
            && !is_coordinated
        {
            fault("subject and verb do not agree");
        }
        if this == "they" && matches!(next_bare.as_str(), "is" | "was" | "has" | "does") {
            fault("subject and verb do not agree");
        }
        if this == "one" && matches!(next_bare.as_str(), "times" | "days" | "weeks" | "letters" | "years" | "evenings") {
            fault("a plural after `one`");
        }
    }
}

#[test]
fn each_rule_finds_its_fault() {
    let wrong = [
        ("She went went home.", "a repeated word"),
        ("He had a apple.", "a or an"),
        ("It was an letter.", "a or an"),
        ("She left. then it rained.", "a sentence without a capital letter"),
        ("She left until him had to go.", "an object pronoun as subject"),
        ("In the dark him and she met.", "mixed pronoun cases"),
        ("A letter to he.", "a subject pronoun after a preposition"),
        ("They was late.", "do not agree"),
        ("He were late.", "do not agree"),
        ("So amys_os spoke.", "an id"),
        ("Said {{ self }}.", "in the text"),
        ("She left ,and he stayed.", "stray"),
        ("It rained..", "stray"),
        ("One days later.", "a plural after `one`"),
        ("Because He asked, she came.", "a capital letter inside"),
    ];
    for (text, expected) in wrong {
        assert!(faults(text).iter().any(|fault| fault.contains(expected)), "{text}: {:?}", faults(text));
    }
    let right = "She said that that was an hour. “No!” and then “no” again; as if he were late… Well. He had had a unit, an OS, and a once-over.";
    assert_eq!(faults(right), [""; 0]);
}
