//! Recognises the script of the prose, to find the language of a scene that does not say it.

use std::ops::RangeInclusive;

use super::super::decl::SceneFile;

/// Scripts that English does not use, each with the tag of a language that does.
const SCRIPTS: [(RangeInclusive<char>, &str); 8] = [
    ('\u{600}'..='\u{6ff}', "ar"),
    ('\u{590}'..='\u{5ff}', "he"),
    ('\u{400}'..='\u{4ff}', "ru"),
    ('\u{370}'..='\u{3ff}', "el"),
    ('\u{900}'..='\u{97f}', "hi"),
    ('\u{4e00}'..='\u{9fff}', "zh"),
    ('\u{3040}'..='\u{30ff}', "ja"),
    ('\u{ac00}'..='\u{d7a3}', "ko"),
];

/// Letters of the Arabic script that Persian has and Arabic has not.
const PERSIAN_LETTERS: &str = "پچژگکی";

/// The number of letters from which a script is recognised.
const MIN_LETTERS: usize = 12;

/// The tag of a language that uses the script of most of the prose, outside the braces of templates; none for the Latin script
/// and for little text.
pub(super) fn language_of_script(scene: &SceneFile) -> Option<&'static str> {
    let mut letters = [0; SCRIPTS.len()];
    let (mut total, mut persian) = (0, 0);
    for text in scene.prose.iter().flat_map(|prose| &prose.say) {
        let mut depth = 0;
        for c in text.chars() {
            depth += i32::from(c == '{') - i32::from(c == '}');
            if depth != 0 || !c.is_alphabetic() {
                continue;
            }
            total += 1;
            if !c.is_ascii()
                && let Some(script) = SCRIPTS.iter().position(|(letters, _)| letters.contains(&c))
            {
                letters[script] += 1;
                persian += usize::from(PERSIAN_LETTERS.contains(c));
            }
        }
    }
    let is_most = |&(count, _): &(usize, &(RangeInclusive<char>, &str))| count >= MIN_LETTERS && 2 * count > total;
    let (_, (_, tag)) = letters.into_iter().zip(&SCRIPTS).find(is_most)?;
    Some(if *tag == "ar" && persian > 0 { "fa" } else { tag })
}
