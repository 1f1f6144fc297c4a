//! Whether a document was narrated before, but for a few words such as its date.

/// The sentences of a document, without their last mark. A line is a sentence at least.
pub(crate) fn document_pieces(document: &str) -> impl Iterator<Item = &str> {
    let ends = |c: char| matches!(c, '\n' | '.' | '!' | '?');
    document.split(ends).map(str::trim).filter(|piece| !piece.is_empty())
}

/// Whether more than half of a document was narrated before, by the length of its sentences.
pub(crate) fn is_mostly_repeated(document: &str, was_narrated: impl Fn(&str) -> bool) -> bool {
    let length = |piece: &str| piece.chars().count();
    let repeated: usize = document_pieces(document).filter(|piece| was_narrated(piece)).map(length).sum();
    2 * repeated > document_pieces(document).map(length).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_document_that_differs_in_its_date_only_is_a_repetition() {
        let log = |date: &str| {
            format!("From the log\n\n{date}. Wind south-west, fresh. Lamp lit at four. Nothing seen.\n\nAldous Finn")
        };
        let first = log("Tuesday, 4 December 1911");
        let narrated: BTreeSet<&str> = document_pieces(&first).collect();
        assert!(is_mostly_repeated(&log("Sunday, 9 December 1911"), |piece| narrated.contains(piece)));
        assert!(!is_mostly_repeated("From the log\n\nA ship came in at noon with her mast gone.\n\nAldous Finn", |piece| {
            narrated.contains(piece)
        }));
    }
}
