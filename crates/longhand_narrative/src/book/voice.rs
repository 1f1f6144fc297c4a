//! Puts a clause into the mouth of somebody who speaks to somebody: "Ann left Ben" is "you left me" when Ben says it to Ann.
//!
//! The clause is rendered with the speaker in the first and the hearer in the second person. Their names are signs at first, because only
//! the clause shows whether the name is its subject ("I") or its object ("me"). Clauses are in the past tense, in which of all verbs only
//! "was" depends on the person. English only.

use super::references::ends_at_clause_start;
use crate::template_person::{HEARER_MARK, NAME_MARKS, SPEAKER_MARK};

/// Verbs that only a subject precedes.
const SUBJECT_VERBS: [&str; 9] = [" had ", " was ", " were ", " could ", " would ", " did ", " said ", " might ", " should "];

/// The clause with "I", "me", "you", "we" and "us" for the signs of the speaker and the hearer.
pub(super) fn spoken_clause(clause: &str) -> String {
    let clause = join_persons(&put_speaker_last(clause));
    let mut spoken = replace_signs(&clause, ["I", "me", "my"], ["you", "you", "your"]);
    for (wrong, right) in [
        ("you was ", "you were "),
        ("we was ", "we were "),
        ("you has ", "you have "),
        ("I and you ", "we "),
        ("you and I ", "we "),
    ] {
        spoken = replace_words(&spoken, wrong, right);
    }
    spoken
}

/// The text with words for the signs of the speaker and the hearer: for the subject, the object and what is theirs.
pub(super) fn replace_signs(text: &str, speaker: [&str; 3], hearer: [&str; 3]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find([SPEAKER_MARK, HEARER_MARK]) {
        let (before, after) = rest.split_at(at);
        out.push_str(before);
        let mark = after.chars().next().unwrap_or(SPEAKER_MARK);
        let after = &after[mark.len_utf8()..];
        let possessive = after.strip_prefix("’s").or_else(|| after.strip_prefix("'s"));
        let [subject, object, own] = if mark == SPEAKER_MARK { speaker } else { hearer };
        out.push_str(match possessive {
            Some(_) => own,
            None if is_subject(&out, after) => subject,
            None => object,
        });
        rest = possessive.unwrap_or(after);
    }
    out.push_str(rest);
    out
}

/// Nouns after which a name without a preposition begins a clause: "the day Ann came".
const TIMES: [&str; 5] = ["day", "evening", "night", "week", "hour"];

/// Whether a name at this position is a subject.
fn is_subject(before: &str, after: &str) -> bool {
    let before = before_coordination(before);
    let is_after_time = before.split_whitespace().next_back().is_some_and(|word| TIMES.contains(&word));
    before.trim().is_empty()
        || is_after_time
        || ends_at_clause_start(before)
        || SUBJECT_VERBS.iter().any(|verb| after.starts_with(verb))
}

/// The text before "Ann and", if it ends so, otherwise the text itself.
fn before_coordination(text: &str) -> &str {
    let Some(names) = text.trim_end().strip_suffix(" and") else { return text };
    match (names.ends_with(NAME_MARKS[2]), names.rfind(NAME_MARKS[0])) {
        (true, Some(at)) => &names[..at],
        _ => text,
    }
}

/// "Ann and I" for "I and Ann", where the speaker is a sign or a pronoun.
fn put_speaker_last(clause: &str) -> String {
    let mut clause = clause.to_owned();
    for speaker in [SPEAKER_MARK, 'I'] {
        let speaker_first = format!("{speaker} and {}", NAME_MARKS[0]);
        let is_word = |at: usize| clause[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric());
        let Some(at) = clause.find(&speaker_first).filter(|&at| is_word(at)) else { continue };
        let name_at = at + speaker_first.len() - NAME_MARKS[0].len_utf8();
        if let Some(end) = clause[name_at..].find(NAME_MARKS[2]).map(|end| name_at + end + NAME_MARKS[2].len_utf8())
            && !clause[end..].starts_with(['’', '\''])
        {
            let name = clause[name_at..end].to_owned();
            clause.replace_range(at..end, &format!("{name} and {speaker}"));
        }
    }
    clause
}

/// "We" or "us" for the speaker and the hearer side by side.
fn join_persons(clause: &str) -> String {
    let mut clause = clause.to_owned();
    for pair in [format!("{SPEAKER_MARK} and {HEARER_MARK}"), format!("{HEARER_MARK} and {SPEAKER_MARK}")] {
        while let Some(at) = clause.find(&pair) {
            let word = if is_subject(&clause[..at], &clause[at + pair.len()..]) { "we" } else { "us" };
            clause.replace_range(at..at + pair.len(), word);
        }
    }
    clause
}

/// Replaces words where they begin at the beginning of a word.
fn replace_words(text: &str, words: &str, by: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(words) {
        let is_word = rest[..at].chars().next_back().or_else(|| out.chars().next_back()).is_none_or(|c| !c.is_alphanumeric());
        out.push_str(&rest[..at]);
        out.push_str(if is_word { by } else { words });
        rest = &rest[at + words.len()..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// I and YOU stand for the signs, CLEO for a marked name.
    fn spoken(clause: &str) -> String {
        let cleo = format!("{}2{}Cleo{}", NAME_MARKS[0], NAME_MARKS[1], NAME_MARKS[2]);
        let signs = clause.replace("YOU", &HEARER_MARK.to_string()).replace("ME", &SPEAKER_MARK.to_string());
        spoken_clause(&signs.replace("CLEO", &cleo)).replace(NAME_MARKS, "").replace("2Cleo", "Cleo")
    }

    #[test]
    fn what_somebody_did_is_theirs_in_a_sentence_about_them() {
        let told =
            |text: &str| replace_signs(&text.replace("ME", &SPEAKER_MARK.to_string()), ["she", "her", "her"], ["", "", ""]);
        assert_eq!(told("ME’s quarrel with Ben"), "her quarrel with Ben");
        assert_eq!(told("Ben’s letter to ME"), "Ben’s letter to her");
        assert_eq!(told("the day ME left Ben"), "the day she left Ben");
        assert_eq!(told("the day on which Ben left ME"), "the day on which Ben left her");
    }

    #[test]
    fn a_clause_is_put_into_the_mouth_of_the_speaker() {
        assert_eq!(spoken("YOU let ME down gently"), "you let me down gently");
        assert_eq!(spoken("ME let YOU down gently"), "I let you down gently");
        assert_eq!(spoken("ME and YOU became friends"), "we became friends");
        assert_eq!(spoken("it helped YOU and ME"), "it helped us");
        assert_eq!(spoken("ME and CLEO fell out"), "Cleo and I fell out");
        assert_eq!(spoken("the quarrel between ME and CLEO wore off"), "the quarrel between Cleo and me wore off");
        assert_eq!(spoken("CLEO did not come, and ME had waited"), "Cleo did not come, and I had waited");
        assert_eq!(spoken("YOU was done with missing CLEO"), "you were done with missing Cleo");
        assert_eq!(spoken("CLEO praised what ME wrote"), "Cleo praised what I wrote");
        assert_eq!(spoken("CLEO sent ME’s letters to YOU"), "Cleo sent my letters to you");
        assert_eq!(spoken("the evening ME told YOU about CLEO"), "the evening I told you about Cleo");
        assert_eq!(spoken("ME’s evening with CLEO"), "my evening with Cleo");
        assert_eq!(spoken("the sight of YOU and CLEO"), "the sight of you and Cleo");
        assert_eq!(spoken("ME signed, and I and YOU were divorced"), "I signed, and we were divorced");
        assert_eq!(spoken("ME signed, and I and CLEO were divorced"), "I signed, and Cleo and I were divorced");
    }
}
