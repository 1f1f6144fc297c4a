//! Numbers in words: how high a value is in its range, how strong a feeling is, how firmly somebody holds a norm.

/// How high a value is in its range.
pub(super) fn height(value: f64, range: (f64, f64)) -> &'static str {
    let share = ((value - range.0) / (range.1 - range.0).max(1e-12)).clamp(0.0, 1.0);
    match share {
        _ if share < 0.12 => "very low",
        _ if share < 0.35 => "low",
        _ if share < 0.62 => "middling",
        _ if share < 0.85 => "high",
        _ => "very high",
    }
}

/// How much one feels of a dimension of a bond toward another, to follow its name: "trust: some". "negative" below 0.
pub(super) fn amount(value: f64, range: (f64, f64)) -> &'static str {
    let share = value / range.0.abs().max(range.1.abs()).max(1e-12);
    match share {
        _ if share < -0.5 => "strongly negative",
        _ if share < -0.03 => "negative",
        _ if share < 0.03 => "none",
        _ if share < 0.3 => "little",
        _ if share < 0.6 => "some",
        _ if share < 0.85 => "much",
        _ => "very much",
    }
}

/// How strong an emotion is, to be followed by its name: "some joy".
pub(super) fn intensity(strength: f64) -> &'static str {
    match strength {
        _ if strength < 0.12 => "a trace of",
        _ if strength < 0.35 => "some",
        _ if strength < 0.65 => "strong",
        _ => "overwhelming",
    }
}

/// How somebody stands to a norm, to be followed by "that …".
pub(super) fn conviction(strength: f64) -> &'static str {
    match strength {
        _ if strength > 0.66 => "firmly holds",
        _ if strength > 0.33 => "holds",
        _ if strength > 0.05 => "is inclined to hold",
        _ if strength >= -0.05 => "does not mind whether it is",
        _ if strength >= -0.33 => "is inclined to deny",
        _ if strength >= -0.66 => "denies",
        _ => "firmly denies",
    }
}

/// How sure somebody is of something, from a confidence of 0 to 1.
pub(super) fn certainty(confidence: f64) -> &'static str {
    match confidence {
        _ if confidence < 0.35 => "doubtful",
        _ if confidence < 0.65 => "half sure",
        _ if confidence < 0.9 => "fairly sure",
        _ => "sure",
    }
}

/// A mood in words, from pleasure, arousal and dominance, each -1 to 1: the octants of Mehrabian's model (1996).
pub(super) fn mood(pleasure: f64, arousal: f64, dominance: f64) -> String {
    let strength = pleasure.abs().max(arousal.abs()).max(dominance.abs());
    if strength < 0.06 {
        return "even-tempered".to_owned();
    }
    let octant = match (pleasure >= 0.0, arousal >= 0.0, dominance >= 0.0) {
        (true, true, true) => "exuberant",
        (true, true, false) => "dependent",
        (true, false, true) => "relaxed",
        (true, false, false) => "docile",
        (false, true, true) => "hostile",
        (false, true, false) => "anxious",
        (false, false, true) => "disdainful",
        (false, false, false) => "bored",
    };
    match strength {
        _ if strength < 0.25 => format!("a little {octant}"),
        _ if strength < 0.6 => octant.to_owned(),
        _ => format!("very {octant}"),
    }
}

/// A number of at most three decimals, with spaces between groups of three digits.
pub(super) fn grouped_number(value: f64) -> String {
    let text = longhand_chronicle::format_number(value);
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, fraction) = digits.find('.').map_or((digits, ""), |dot| digits.split_at(dot));
    if !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return text;
    }
    let groups: Vec<&str> =
        whole.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or_default()).collect();
    format!("{sign}{}{fraction}", groups.join("\u{a0}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_follow_the_range() {
        assert_eq!(
            [0.0, 0.3, 0.5, 0.8, 1.0].map(|value| height(value, (0.0, 1.0))),
            ["very low", "low", "middling", "high", "very high"]
        );
        assert_eq!(height(150.0, (0.0, 200.0)), "high");
        assert_eq!(
            [-0.8, -0.2, 0.0, 0.2, 0.5, 0.7, 1.0].map(|value| amount(value, (-1.0, 1.0)))[..3],
            ["strongly negative", "negative", "none"]
        );
        assert_eq!(amount(4.0, (0.0, 4.0)), "very much");
        assert_eq!([0.05, 0.2, 0.5, 0.9].map(intensity), ["a trace of", "some", "strong", "overwhelming"]);
        assert_eq!([0.9, 0.0, -0.9].map(conviction), ["firmly holds", "does not mind whether it is", "firmly denies"]);
    }

    #[test]
    fn a_mood_has_a_name_and_a_strength() {
        assert_eq!(mood(0.0, 0.01, -0.02), "even-tempered");
        assert_eq!(mood(-0.2, 0.1, -0.1), "a little anxious");
        assert_eq!(mood(0.8, 0.3, 0.2), "very exuberant");
    }

    #[test]
    fn long_numbers_are_grouped() {
        assert_eq!(grouped_number(153_773_440.0), "153\u{a0}773\u{a0}440");
        assert_eq!(grouped_number(-1234.5), "-1\u{a0}234.5");
        assert_eq!(grouped_number(0.25), "0.25");
    }
}
