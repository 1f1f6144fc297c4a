//! Divides a book into chapters: they end at the events that changed the story most and have similar lengths.

use super::selection::BookItem;
use crate::salience::TurnScores;
use longhand_chronicle::{CauseLink, Chronicle};

/// Events that are narrated without a break.
#[derive(Clone, Debug)]
pub(super) struct BookBlock {
    pub items: Vec<BookItem>,
    pub word_count: usize,
    /// Whether the block belongs to the essential events of the story.
    pub essential: bool,
}

/// The share of a day between two narrated events that starts a new block.
pub(super) const PAUSE_DAYS: f64 = 0.25;
/// The reward for the strongest turning point, relative to the cost of a chapter of twice the ideal length.
const TURN_WEIGHT: f64 = 1.0;

/// Groups consecutive items into blocks: those that a step or trigger links, or less than `pause_seconds` separates.
pub(super) fn group_blocks(
    chronicle: &Chronicle,
    items: &[BookItem],
    pause_seconds: f64,
    essential: impl Fn(&BookItem) -> bool,
    words: impl Fn(&BookItem) -> usize,
) -> Vec<BookBlock> {
    let mut blocks: Vec<BookBlock> = Vec::new();
    for item in items {
        let event = chronicle.event(item.event);
        let continues_block = blocks.last().and_then(|block| block.items.last()).is_some_and(|last| {
            let (Some(event), Some(last)) = (event, chronicle.event(last.event)) else { return false };
            let linked = event
                .causes
                .iter()
                .any(|cause| cause.event == last.id && matches!(cause.link, CauseLink::Step | CauseLink::Triggered));
            linked || (event.at.seconds() - last.at.seconds()).abs() < pause_seconds
        });
        let is_essential = essential(item);
        match blocks.last_mut() {
            Some(block) if continues_block && block.essential == is_essential => {
                block.items.push(*item);
                block.word_count += words(item);
            }
            _ => blocks.push(BookBlock { items: vec![*item], word_count: words(item), essential: is_essential }),
        }
    }
    blocks
}

/// Divides the blocks into about `count` chapters and returns the number of blocks of each. The division prefers ends at high
/// turn scores and similar lengths.
///
/// By dynamic programming over the blocks: a chapter costs the squared relative deviation of its length, minus the turn score of
/// its last block.
pub(super) fn divide_chapters(blocks: &[BookBlock], turns: &TurnScores, count: usize) -> Vec<usize> {
    let total: usize = blocks.iter().map(|block| block.word_count).sum();
    if count <= 1 || blocks.len() <= 1 {
        return vec![blocks.len()];
    }
    let ideal = (total as f64 / count as f64).max(1.0);
    let turn = |block: &BookBlock| block.items.iter().map(|item| turns.score(item.event)).fold(0.0, f64::max);
    let max_turn = blocks.iter().map(turn).fold(f64::MIN_POSITIVE, f64::max);
    // best[i]: the lowest cost of dividing the first i blocks, and the start of the last chapter.
    let mut best: Vec<(f64, usize)> = vec![(0.0, 0)];
    for end in 1..=blocks.len() {
        let last_block = &blocks[end - 1];
        let mut cheapest = (f64::INFINITY, 0);
        let mut words = 0;
        for start in (0..end).rev() {
            words += blocks[start].word_count;
            let deviation = words as f64 / ideal - 1.0;
            let weak_ending_cost = if last_block.essential || end == blocks.len() { 0.0 } else { 4.0 };
            let cost = best[start].0 + deviation * deviation + weak_ending_cost - TURN_WEIGHT * turn(last_block) / max_turn;
            if cost < cheapest.0 {
                cheapest = (cost, start);
            }
        }
        best.push(cheapest);
    }
    let mut lengths = Vec::new();
    let mut end = blocks.len();
    while end > 0 {
        let start = best[end].1;
        lengths.push(end - start);
        end = start;
    }
    lengths.reverse();
    lengths
}

#[cfg(test)]
mod tests {
    use super::super::selection::NarrationMode;
    use super::*;
    use crate::salience::TurnScores;
    use longhand_expr::ids::EventId;

    fn block(event: u32, words: usize) -> BookBlock {
        BookBlock {
            items: vec![BookItem { event: EventId(event), mode: NarrationMode::Scene }],
            word_count: words,
            essential: true,
        }
    }

    #[test]
    fn chapters_end_at_turning_points_and_have_similar_lengths() {
        let blocks: Vec<BookBlock> = (0..9).map(|event| block(event, 100)).collect();
        let turning =
            |at: &[usize]| TurnScores::from((0..9).map(|event| if at.contains(&event) { 1.0 } else { 0.0 }).collect::<Vec<_>>());
        assert_eq!(divide_chapters(&blocks, &turning(&[2, 5, 8]), 3), [3, 3, 3]);
        assert_eq!(divide_chapters(&blocks, &turning(&[1, 5, 8]), 3), [2, 4, 3]);
        assert_eq!(divide_chapters(&blocks, &turning(&[]), 1), [9]);
        assert_eq!(divide_chapters(&[], &turning(&[]), 3), [0]);
    }
}
