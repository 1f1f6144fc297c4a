//! The problems of a scene as a person reads them: what is one mistake is one problem, however many places it shows in.

use std::ops::Range;

use longhand_scene::{Diagnostic, Diagnostics, Severity};

/// A problem, and the places in which it shows.
#[derive(Clone, Debug)]
pub struct ProblemGroup<'d> {
    /// The diagnostic of the first place.
    pub first: &'d Diagnostic,
    /// The diagnostics of the other places.
    pub others: Vec<&'d Diagnostic>,
    /// Whether it may only follow from a text that could not be read.
    pub may_follow: bool,
}

/// The problems of a scene: those of the syntax first, then other errors, then warnings; each in the order of the texts. Diagnostics with
/// the same message are one problem.
#[must_use]
pub fn group_problems(diagnostics: &Diagnostics) -> Vec<ProblemGroup<'_>> {
    let is_syntax = |diagnostic: &Diagnostic| diagnostic.code == "syntax";
    let has_syntax_error = diagnostics.list.iter().any(is_syntax);
    let mut groups: Vec<ProblemGroup<'_>> = Vec::new();
    for diagnostic in &diagnostics.list {
        let same = |group: &&mut ProblemGroup<'_>| {
            (group.first.code, &group.first.message) == (diagnostic.code, &diagnostic.message) && !is_syntax(diagnostic)
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.others.push(diagnostic),
            None => {
                let may_follow = has_syntax_error && !is_syntax(diagnostic);
                groups.push(ProblemGroup { first: diagnostic, others: Vec::new(), may_follow });
            }
        }
    }
    groups.sort_by_key(|group| (group.may_follow, group.first.severity != Severity::Error));
    groups
}

/// Where a span of an older text is in a newer one: the text may have changed before it or after it, but not in it.
#[must_use]
pub fn moved_span(span: &Range<usize>, older: &str, newer: &str) -> Option<Range<usize>> {
    if older == newer {
        return Some(span.clone());
    }
    let same = |(a, b): &(u8, u8)| a == b;
    let prefix = older.bytes().zip(newer.bytes()).take_while(same).count();
    if span.end <= prefix {
        return Some(span.clone());
    }
    let limit = older.len().min(newer.len()) - prefix;
    let suffix = older.bytes().rev().zip(newer.bytes().rev()).take_while(same).take(limit).count();
    if span.start < older.len() - suffix {
        return None;
    }
    let shift = |at: usize| at + newer.len() - older.len();
    let moved = shift(span.start)..shift(span.end);
    (newer.is_char_boundary(moved.start) && newer.is_char_boundary(moved.end)).then_some(moved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhand_scene::load_text;

    #[test]
    fn one_misspelt_name_is_one_problem_with_its_places() {
        let text = longhand_scene::STARTER_SCENE.replacen("id: \"loneliness\"", "id: \"lonelyness\"", 1);
        let problems = load_text("a.ron", &[("a.ron", &text)], &[]).expect_err("the name is used");
        let groups = group_problems(&problems);
        assert!(problems.list.len() > 3, "{problems}");
        let unknown: Vec<_> = groups.iter().filter(|group| group.first.message.contains("`loneliness`")).collect();
        assert!(unknown.iter().any(|group| !group.others.is_empty()), "{groups:?}");
        assert!(groups.len() < problems.list.len());
        let counted: usize = groups.iter().map(|group| 1 + group.others.len()).sum();
        assert_eq!(counted, problems.list.len(), "nothing is left out");
    }

    #[test]
    fn what_may_follow_from_a_syntax_error_comes_after_it() {
        let text = "Scene(starts: \"2025-01-06\", ends: \"2025-02-06\", kinds: [Kind(id: \"human\" os: true)], \
                    cast: [Member(id: \"ben\", kind: \"humna\")])";
        let problems = load_text("a.ron", &[("a.ron", text)], &[]).expect_err("it has a syntax error");
        let groups = group_problems(&problems);
        assert_eq!((groups[0].first.code, groups[0].may_follow), ("syntax", false));
        assert!(groups.iter().skip(1).all(|group| group.may_follow));
    }

    #[test]
    fn a_span_moves_with_its_text_and_is_lost_with_it() {
        let older = "one two three";
        assert_eq!(moved_span(&(4..7), older, "one two four"), Some(4..7));
        assert_eq!(moved_span(&(8..13), older, "one and two three"), Some(12..17));
        assert_eq!(moved_span(&(4..7), older, "one zero three"), None);
        assert_eq!(moved_span(&(8..13), older, "ä two three"), Some(7..12));
        assert_eq!(moved_span(&(0..0), "", "x"), Some(0..0));
    }
}
