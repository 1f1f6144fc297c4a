//! What is said at an event, as a list of dialogue acts: "ask self other, evade other self".
//!
//! An act has a name, the role that speaks and the role that hears it. How it is said is the prose `speech/ACT` of the scene. That what
//! people say is first an act that they perform, and only then words, is the model of Austin (1962) and of the annotation of dialogue
//! (Bunt et al. 2010).

/// An act with the names of the roles of the speaker and the hearer.
pub(crate) type WrittenAct<'t> = (&'t str, &'t str, &'t str);

/// Parses a list of acts. An empty text is an empty list.
///
/// # Errors
/// The first part that is not three words.
pub(crate) fn parse_acts(text: &str) -> Result<Vec<WrittenAct<'_>>, &str> {
    let parts = text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
    let act = |part| {
        let mut words = str::split_whitespace(part);
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some(act), Some(speaker), Some(hearer), None) => Ok((act, speaker, hearer)),
            _ => Err(part),
        }
    };
    parts.map(act).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acts_are_three_words_each() {
        assert_eq!(
            parse_acts("ask self other, evade other self"),
            Ok(vec![("ask", "self", "other"), ("evade", "other", "self")])
        );
        assert_eq!(parse_acts(" "), Ok(Vec::new()));
        assert_eq!(parse_acts("ask self other, evade other"), Err("evade other"));
    }
}
