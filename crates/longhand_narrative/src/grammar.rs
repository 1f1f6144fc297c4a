//! English for templates: numbers, durations and lists in words, articles, plurals, verbs, and the spacing of finished sentences.
//! All are pure functions.

const SMALL: [&str; 13] =
    ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// A number in words up to twelve, then in grouped digits: "seven", "9,412", "2.5". Zero is "no".
#[must_use]
pub fn words(number: f64) -> String {
    let magnitude = number.abs();
    if magnitude.fract() == 0.0 && magnitude <= 12.0 {
        let word = SMALL[magnitude as usize];
        return if number < 0.0 { format!("minus {word}") } else { word.to_owned() };
    }
    digits(number)
}

/// A number in digits with grouped thousands and at most two decimals: "9,412", "0.02", "2.5".
///
/// If two decimals would show only zeros, the first two significant digits are shown.
#[must_use]
pub fn digits(number: f64) -> String {
    if !number.is_finite() {
        return "no end of".to_owned();
    }
    let magnitude = number.abs();
    let text = if magnitude.fract() == 0.0 {
        format!("{magnitude:.0}")
    } else {
        let mut decimals = 2;
        let mut scaled = magnitude;
        while scaled < 0.1 && decimals < 12 {
            scaled *= 10.0;
            decimals += 1;
        }
        let text = format!("{magnitude:.decimals$}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let (integer, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let mut out = String::with_capacity(text.len() + 8);
    if number < 0.0 && text.bytes().any(|b| b.is_ascii_digit() && b != b'0') {
        out.push('-');
    }
    for (i, digit) in integer.chars().enumerate() {
        if i > 0 && (integer.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A number of times: "once", "twice", "three times", "9,412 times"; "never" for zero.
#[must_use]
pub fn times(number: f64) -> String {
    let number = number.round();
    match number {
        n if n <= 0.0 => "never".to_owned(),
        1.0 => "once".to_owned(),
        2.0 => "twice".to_owned(),
        n => format!("{} times", words(n)),
    }
}

/// An ordinal: "first" to "twelfth", then "13th".
#[must_use]
pub fn ordinal(number: u32) -> String {
    const WORDS: [&str; 12] =
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"];
    if let Some(word) = number.checked_sub(1).and_then(|at| WORDS.get(at as usize)) {
        return (*word).to_owned();
    }
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{}{ending}", digits(f64::from(number)))
}

/// A duration in its natural unit: "0.02 seconds", "twelve minutes", "three days".
#[must_use]
pub fn duration(seconds: f64) -> String {
    const UNITS: [(f64, &str); 7] = [
        (1.0, "second"),
        (60.0, "minute"),
        (3_600.0, "hour"),
        (86_400.0, "day"),
        (604_800.0, "week"),
        (2_629_746.0, "month"),
        (31_556_952.0, "year"),
    ];
    let seconds = seconds.abs();
    if seconds < 1.0 {
        return format!("{} seconds", digits(seconds));
    }
    // A unit is natural from 1.75 of it on, or if the duration is close to one of it; weeks only if the duration is close to a
    // whole number.
    let natural = |&&(length, unit): &&(f64, &str)| {
        let share = seconds / length;
        let exact = (share - share.round()).abs() < 0.02 && share >= 0.98;
        match unit {
            "week" => exact && share < 8.5,
            _ => share >= 1.75 || exact && share < 1.5,
        }
    };
    let (length, unit) = UNITS.iter().rev().find(natural).unwrap_or(&UNITS[0]);
    let count = (seconds / length).round().max(1.0);
    counted(count, unit)
}

/// A number of things in words: "one letter", "31 letters", "no letters".
#[must_use]
pub fn counted(number: f64, noun: &str) -> String {
    if number == 1.0 { format!("one {noun}") } else { format!("{} {}", words(number), plural(noun)) }
}

/// The plural of a noun, or of a phrase whose last word is the noun.
#[must_use]
pub fn plural(noun: &str) -> String {
    const IRREGULAR: [(&str, &str); 9] = [
        ("person", "people"),
        ("child", "children"),
        ("man", "men"),
        ("woman", "women"),
        ("life", "lives"),
        ("wife", "wives"),
        ("half", "halves"),
        ("foot", "feet"),
        ("OS", "OSes"),
    ];
    let start =
        noun.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |at| at + noun[at..].chars().next().map_or(0, char::len_utf8));
    let (before, word) = noun.split_at(start);
    if let Some((_, irregular)) = IRREGULAR.iter().find(|(singular, _)| *singular == word) {
        return format!("{before}{irregular}");
    }
    format!("{before}{}", with_s(word))
}

/// The third person singular of a verb, or of a phrase that begins with it: "goes out", "tries", "is".
#[must_use]
pub fn third_person(phrase: &str) -> String {
    let (verb, rest) = phrase.split_at(phrase.find(' ').unwrap_or(phrase.len()));
    let verb = match verb {
        "be" => "is".to_owned(),
        "have" => "has".to_owned(),
        // Verbs in -o take -es; most nouns do not.
        "go" | "do" | "undo" | "redo" | "forgo" | "undergo" | "echo" | "veto" => format!("{verb}es"),
        // Modal verbs do not change.
        "can" | "may" | "must" | "will" | "shall" | "could" | "might" | "would" | "should" => verb.to_owned(),
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

/// A phrase with its indefinite article: "a letter", "an hour", "a unit", "an OS".
#[must_use]
pub fn with_article(phrase: &str) -> String {
    let article = if begins_with_vowel_sound(phrase) { "an" } else { "a" };
    format!("{article} {phrase}")
}

fn begins_with_vowel_sound(phrase: &str) -> bool {
    let word: String = phrase.chars().skip_while(|c| !c.is_alphanumeric()).take_while(|c| c.is_alphanumeric()).collect();
    // Initialisms such as FM or OS.
    if word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase()) {
        return word.starts_with(|c| "AEFHILMNORSX".contains(c));
    }
    let lower = word.to_lowercase();
    let digits = lower.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 {
        // 8, 80 and so on, 11 and 18, and the same numbers of thousands.
        return lower.starts_with('8') || digits % 3 == 2 && (lower.starts_with("11") || lower.starts_with("18"));
    }
    let silent_h = ["hour", "honest", "honor", "honour", "heir"];
    let consonant_starts = ["uni", "use", "usu", "uto", "eu", "one", "once", "ubiq"];
    let exceptions = ["unin", "unim", "unid"];
    if silent_h.iter().any(|start| lower.starts_with(start)) {
        return true;
    }
    if consonant_starts.iter().any(|start| lower.starts_with(start)) && !exceptions.iter().any(|start| lower.starts_with(start)) {
        return false;
    }
    lower.starts_with(['a', 'e', 'i', 'o', 'u'])
}

/// A list: "a", "a and b", "a, b and c".
#[must_use]
pub fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [single] => single.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The text with its first letter in upper case.
#[must_use]
pub fn capitalise(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Finishes one or more sentences: one space between words, none before punctuation, a capital at the start of each sentence.
/// Ellipses and quotations are left unchanged.
#[must_use]
pub fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let bare_mark = word.starts_with([',', '.', ';', ':', '!', '?']) && !word.starts_with("..");
        if !out.is_empty() && !bare_mark {
            out.push(' ');
        }
        let sentence_starts = out.is_empty() || out.ends_with([' ']) && ends_sentence(out.trim_end());
        if sentence_starts && word.starts_with(char::is_lowercase) {
            out.push_str(&capitalise(word));
        } else {
            out.push_str(word);
        }
    }
    out
}

fn ends_sentence(text: &str) -> bool {
    const SHORT: [&str; 5] = ["Mr.", "Mrs.", "Ms.", "Dr.", "St."];
    text.ends_with(['.', '!', '?']) && !text.ends_with("..") && !SHORT.iter().any(|short| text.ends_with(short))
}

/// Tidies a document: each line as by [`tidy`], at most one empty line between two lines, none at either end.
#[must_use]
pub fn tidy_document(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut gap = false;
    for line in text.lines() {
        let line = tidy(line);
        if line.is_empty() {
            gap = !out.is_empty();
            continue;
        }
        if !out.is_empty() {
            out.push_str(if gap { "\n\n" } else { "\n" });
        }
        gap = false;
        out.push_str(&line);
    }
    out
}

/// A duration in short form: `1.5 h`.
#[must_use]
pub fn short_duration(seconds: f64) -> String {
    let (number, unit) = match seconds {
        s if s < 90.0 => (s, "s"),
        s if s < 5400.0 => (s / 60.0, "min"),
        s if s < 172_800.0 => (s / 3600.0, "h"),
        s => (s / 86_400.0, "days"),
    };
    format!("{} {unit}", (number * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_words_up_to_twelve_and_grouped_digits_above() {
        for (number, expected) in [
            (0.0, "no"),
            (1.0, "one"),
            (12.0, "twelve"),
            (13.0, "13"),
            (725.0, "725"),
            (9412.0, "9,412"),
            (1_234_567.0, "1,234,567"),
            (2.5, "2.5"),
            (-3.0, "minus three"),
            (-1500.0, "-1,500"),
            (1234.567, "1,234.57"),
            (0.0213, "0.021"),
            (f64::INFINITY, "no end of"),
        ] {
            assert_eq!(words(number), expected);
        }
    }

    #[test]
    fn durations_use_their_natural_unit() {
        for (seconds, expected) in [
            (0.02, "0.02 seconds"),
            (1.0, "one second"),
            (45.0, "45 seconds"),
            (60.0, "one minute"),
            (90.0, "90 seconds"),
            (720.0, "twelve minutes"),
            (3600.0, "one hour"),
            (5400.0, "90 minutes"),
            (7200.0, "two hours"),
            (86_400.0, "one day"),
            (3.0 * 86_400.0, "three days"),
            (7.0 * 86_400.0, "one week"),
            (9.0 * 86_400.0, "nine days"),
            (14.0 * 86_400.0, "two weeks"),
            (100.0 * 86_400.0, "three months"),
            (365.0 * 86_400.0, "one year"),
            (1100.0 * 86_400.0, "three years"),
        ] {
            assert_eq!(duration(seconds), expected, "{seconds}");
        }
    }

    #[test]
    fn counts_of_times_and_ordinals_are_words() {
        assert_eq!([0.0, 1.0, 2.0, 3.0, 40.0].map(times), ["never", "once", "twice", "three times", "40 times"]);
        assert_eq!(
            [1, 12, 13, 21, 22, 103, 111, 1001].map(ordinal),
            ["first", "twelfth", "13th", "21st", "22nd", "103rd", "111th", "1,001st"]
        );
    }

    #[test]
    fn articles_follow_the_sound() {
        for (phrase, expected) in [
            ("letter", "a letter"),
            ("evening talk", "an evening talk"),
            ("hour", "an hour"),
            ("unit", "a unit"),
            ("uninvited guest", "an uninvited guest"),
            ("OS", "an OS"),
            ("US flag", "a US flag"),
            ("8 o'clock walk", "an 8 o'clock walk"),
            ("11th hour", "an 11th hour"),
            ("once-over", "a once-over"),
            ("\"other\" life", "an \"other\" life"),
        ] {
            assert_eq!(with_article(phrase), expected);
        }
    }

    #[test]
    fn nouns_and_verbs_are_inflected() {
        assert_eq!(
            ["evening talk", "walk", "party", "kiss", "day", "lunch", "child"].map(plural),
            ["evening talks", "walks", "parties", "kisses", "days", "lunches", "children"]
        );
        assert_eq!(
            ["go out", "have", "be late", "try", "watch", "say", "can", "undo"].map(third_person),
            ["goes out", "has", "is late", "tries", "watches", "says", "can", "undoes"]
        );
        assert_eq!(plural(""), "");
    }

    #[test]
    fn lists_end_in_and() {
        let items = |names: &[&str]| list(&names.iter().map(|&n| n.to_owned()).collect::<Vec<_>>());
        assert_eq!([items(&[]), items(&["a"]), items(&["a", "b"]), items(&["a", "b", "c"])], ["", "a", "a and b", "a, b and c"]);
    }

    #[test]
    fn a_sentence_is_spaced_and_capitalised() {
        assert_eq!(tidy("  she walks  home , alone .  it rains!"), "She walks home, alone. It rains!");
        assert_eq!(tidy("well ... maybe. \"who?\" he asks."), "Well ... maybe. \"who?\" he asks.");
        assert_eq!(tidy("with Dr. ann at 0.5 miles"), "With Dr. ann at 0.5 miles");
        assert_eq!(tidy_document("\n\ndear  Ann,\n\n\n i miss you.\nben\n"), "Dear Ann,\n\nI miss you.\nBen");
    }
}
