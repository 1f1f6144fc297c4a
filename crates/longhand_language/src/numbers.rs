//! Words numbers, and durations and counts with them.

use crate::language::Language;
use crate::nouns::UnknownForm;
use fluent_bundle::FluentValue;

/// Values for a message, besides those that it always gets: `case`, `gender`.
pub(crate) type Options<'a> = [(&'a str, &'a str)];

/// How the number of an amount is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberStyle {
    /// In words up to twelve.
    Words,
    /// In words up to 99, for the beginning of a sentence.
    Spelled,
    /// In digits.
    Digits,
}

/// The largest number by which a message chooses a form.
const MAX_SELECTOR: f64 = 1e15;

/// The number by which a message chooses a form.
fn selector(amount: f64) -> f64 {
    if amount.is_finite() { amount.abs().min(MAX_SELECTOR) } else { MAX_SELECTOR }
}

impl Language {
    /// A number in words up to twelve, then in grouped digits: "seven", "9,412", "2.5". Zero is "no".
    #[must_use]
    pub fn words(&self, number: f64) -> String {
        self.words_in(number, "")
    }

    /// Like [`words`](Self::words), with the form of an attribute, `.feminine`, if the language has one.
    fn words_in(&self, number: f64, attribute: &str) -> String {
        let magnitude = number.abs();
        if magnitude.fract() == 0.0 && magnitude <= 12.0 {
            let id = format!("number-{magnitude}");
            let word = self.find_text(&format!("{id}{attribute}")).unwrap_or_else(|| self.text(&id));
            return if number < 0.0 { self.format("number-negative", &[("number", word.into())]) } else { word.to_owned() };
        }
        self.digits(number)
    }

    /// A count in words up to 99, because no sentence begins with digits: "thirteen".
    fn spelled_in(&self, number: i64, attribute: &str) -> String {
        let exact = if (13..=99).contains(&number) { self.find_text(&format!("number-{number}")) } else { None };
        let compound = || {
            let (tens, ones) = (number / 10 * 10, number % 10);
            let [tens, ones_word] = [tens, ones].map(|part| self.find_text(&format!("number-{part}")));
            let values = [("tens", tens?.into()), ("ones", ones_word?.into()), ("ones_number", ones.into())];
            Some(self.format("number-compound", &values)).filter(|words| !words.is_empty())
        };
        let spelled = exact.map(str::to_owned).or_else(|| if (21..=99).contains(&number) { compound() } else { None });
        spelled.unwrap_or_else(|| self.words_in(number as f64, attribute))
    }

    /// A number in digits with grouped thousands and at most two decimals: "9,412", "0.02", "2.5".
    ///
    /// If two decimals would show only zeros, the first two significant digits are shown.
    #[must_use]
    pub fn digits(&self, number: f64) -> String {
        if !number.is_finite() {
            return self.text("number-infinite").to_owned();
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
        let grouping = self.text("number-grouping");
        for (i, digit) in integer.chars().enumerate() {
            if i > 0 && (integer.len() - i).is_multiple_of(3) {
                out.push_str(grouping);
            }
            out.push(digit);
        }
        if let Some(fraction) = fraction {
            out.push_str(self.text("number-decimal"));
            out.push_str(fraction);
        }
        self.own_digits(out)
    }

    /// The digits of a text as the language writes them: "1945" stays the same or is "١٩٤٥".
    #[must_use]
    pub fn own_digits(&self, text: String) -> String {
        let Some(digits) = &self.own_digits else { return text };
        text.chars().map(|c| c.to_digit(10).map_or(c, |digit| digits[digit as usize])).collect()
    }

    /// A number of times: "once", "twice", "three times", "9,412 times"; "never" for zero.
    #[must_use]
    pub fn times(&self, number: f64) -> String {
        let number = number.round().max(0.0);
        let style = if number <= 12.0 { "words" } else { "digits" };
        self.format_amount("times", number, NumberStyle::Words, &[("style", style.into())])
    }

    /// An ordinal: "first" to "twelfth", then "13th". `options` are `case` and `gender`.
    #[must_use]
    pub fn ordinal(&self, number: u32, options: &Options<'_>) -> String {
        let id = format!("ordinal-{number}");
        let mut values = option_values(options);
        if let Some(word) = self.find_text(&id) {
            let feminine = self.find_text(&format!("{id}.feminine")).unwrap_or(word);
            values.extend([("word", word.into()), ("word_feminine", feminine.into())]);
            return self.format("ordinal", &values);
        }
        values.extend([
            ("digits", self.digits(f64::from(number)).into()),
            ("n", number.into()),
            ("last", (number % 10).into()),
            ("last_two", (number % 100).into()),
        ]);
        self.format("ordinal-digits", &values)
    }

    /// A duration in its natural unit: "0.02 seconds", "twelve minutes", "three days". `options` is `case`.
    #[must_use]
    pub fn duration(&self, seconds: f64, options: &Options<'_>) -> String {
        let (unit, count) = natural_unit(seconds);
        let mut values = option_values(options);
        values.push(("unit", unit.into()));
        let style = if count < 1.0 { NumberStyle::Digits } else { NumberStyle::Words };
        self.format_amount("duration", count, style, &values)
    }

    /// Like [`duration`](Self::duration), with the number in words up to 99: "twenty seconds".
    #[must_use]
    pub fn spelled_duration(&self, seconds: f64, case: &str) -> String {
        let (unit, count) = natural_unit(seconds);
        self.format_amount("duration", count, NumberStyle::Spelled, &[("unit", unit.into()), ("case", case.into())])
    }

    /// The number of its natural unit that a duration is said with: 2 for "two minutes".
    #[must_use]
    pub fn duration_count(seconds: f64) -> f64 {
        natural_unit(seconds).1
    }

    /// A message about a duration in its natural unit, with the values of `duration`.
    #[must_use]
    pub fn format_duration(&self, id: &str, seconds: f64, values: &[(&str, FluentValue<'_>)]) -> String {
        let (unit, count) = natural_unit(seconds);
        let mut values = values.to_vec();
        values.extend([("unit", unit.into()), ("case", "nominative".into())]);
        self.format_amount(id, count, NumberStyle::Words, &values)
    }

    /// A message about an amount, with the values `n`, `number` and `number_feminine` besides `values`.
    #[must_use]
    pub fn format_amount(&self, id: &str, amount: f64, style: NumberStyle, values: &[(&str, FluentValue<'_>)]) -> String {
        self.amount_or_error(id, amount, style, values).unwrap_or_else(|(text, _)| text)
    }

    fn amount_or_error(
        &self,
        id: &str,
        amount: f64,
        style: NumberStyle,
        values: &[(&str, FluentValue<'_>)],
    ) -> Result<String, (String, Vec<fluent_bundle::FluentError>)> {
        let [number, feminine] = ["", ".feminine"].map(|form| match style {
            NumberStyle::Words => self.words_in(amount, form),
            NumberStyle::Spelled => self.spelled_in(amount as i64, form),
            NumberStyle::Digits => self.digits(amount),
        });
        let mut values = values.to_vec();
        values.extend([("n", selector(amount).into()), ("number", number.into()), ("number_feminine", feminine.into())]);
        self.format_or_errors(id, &values)
    }

    /// The plural category of a number in this language: `one`, `few`, `other`, …
    #[must_use]
    pub(crate) fn plural_category(&self, number: f64) -> String {
        self.format("plural-category", &[("n", selector(number).into())])
    }

    /// A number of things in words: "one letter", "31 letters", "no letters". `options` are `case` and `gender`, and forms of the
    /// noun by their names.
    ///
    /// # Errors
    /// If the form or the gender of the noun is not known in this language.
    pub fn counted(&self, number: f64, noun: &str, options: &Options<'_>) -> Result<String, UnknownForm> {
        let form = self.noun_form(noun, number, options)?;
        let mut values = option_values(options);
        values.retain(|(name, _)| *name == "case");
        values.push(("noun", form.into()));
        values.extend(self.gender(noun, options).map(|gender| ("gender", FluentValue::from(gender))));
        self.amount_or_error("counted", number, NumberStyle::Words, &values).map_err(|_| UnknownForm::gender(noun))
    }
}

/// Options as values, with the nominative as the default case.
fn option_values<'a>(options: &Options<'a>) -> Vec<(&'a str, FluentValue<'a>)> {
    let mut values: Vec<(&str, FluentValue<'_>)> = options.iter().map(|&(name, value)| (name, value.into())).collect();
    for (name, default) in [("case", "nominative"), ("gender", "masculine")] {
        if options.iter().all(|(given, _)| *given != name) {
            values.push((name, default.into()));
        }
    }
    values
}

/// The natural unit of a duration and the rounded number of it.
fn natural_unit(seconds: f64) -> (&'static str, f64) {
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
        return ("second", seconds);
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
    (unit, (seconds / length).round().max(1.0))
}
