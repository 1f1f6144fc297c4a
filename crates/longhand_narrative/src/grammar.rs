//! English for the interface: messages, reports and labels. The words of stories are those of the language of the scene
//! ([`Language`]); these functions are the same in English. All are pure.

use longhand_language::Language;

pub use longhand_language::capitalise;

fn english() -> &'static Language {
    Language::english()
}

/// A number in words up to twelve, then in grouped digits: "seven", "9,412", "2.5". Zero is "no".
#[must_use]
pub fn words(number: f64) -> String {
    english().words(number)
}

/// A number in digits with grouped thousands and at most two decimals: "9,412", "0.02", "2.5".
#[must_use]
pub fn digits(number: f64) -> String {
    english().digits(number)
}

/// A duration in its natural unit: "0.02 seconds", "twelve minutes", "three days".
#[must_use]
pub fn duration(seconds: f64) -> String {
    english().duration(seconds, &[])
}

/// A number of things in words: "one letter", "31 letters", "no letters".
#[must_use]
pub fn counted(number: f64, noun: &str) -> String {
    english().counted(number, noun, &[]).expect("English has a rule for every noun")
}

/// A phrase with its indefinite article: "a letter", "an hour", "a unit", "an OS".
#[must_use]
pub fn with_article(phrase: &str) -> String {
    english().with_article(phrase, &[]).expect("English has a rule for every noun")
}

/// A list: "a", "a and b", "a, b and c".
#[must_use]
pub fn list(items: &[String]) -> String {
    english().list(items)
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

    fn plural(noun: &str) -> String {
        english().plural(noun, &[]).expect("English has a rule for every noun")
    }

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
        assert_eq!(
            [0.0, 1.0, 2.0, 3.0, 40.0].map(|number| english().times(number)),
            ["never", "once", "twice", "three times", "40 times"]
        );
        assert_eq!(
            [1, 12, 13, 21, 22, 103, 111, 1001].map(|number| english().ordinal(number, &[])),
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
            ["go out", "have", "be late", "try", "watch", "say", "can", "undo"].map(|verb| english().third_person(verb)),
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
        assert_eq!(english().tidy("  she walks  home , alone .  it rains!"), "She walks home, alone. It rains!");
        assert_eq!(english().tidy("well ... maybe. \"who?\" he asks."), "Well ... maybe. \"who?\" he asks.");
        assert_eq!(english().tidy("with Dr. ann at 0.5 miles"), "With Dr. ann at 0.5 miles");
        assert_eq!(english().tidy_document("\n\ndear  Ann,\n\n\n i miss you.\nben\n"), "Dear Ann,\n\nI miss you.\nBen");
    }
}
