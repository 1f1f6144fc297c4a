//! Where a book is divided: after the events that turned the story most, in parts of like length.

use super::choose::Item;
use crate::chronicle::{Chronicle, Link};
use crate::story::salience::Turns;

/// Things that are told in one breath, and how many words they take.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub items: Vec<Item>,
    pub words: usize,
    /// Whether the spine of the story is in it.
    pub essential: bool,
}

/// Seconds without anything told, after which a new breath is taken.
const PAUSE: f64 = 6.0 * 3_600.0;
/// What a turning point is worth beside a chapter that is twice as long as it should be.
const TURN: f64 = 1.0;

/// Puts together what happened in one go.
pub(super) fn blocks(
    chronicle: &Chronicle,
    items: &[Item],
    essential: impl Fn(&Item) -> bool,
    words: impl Fn(&Item) -> usize,
) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    for item in items {
        let event = chronicle.event(item.event);
        let goes_on = blocks.last().and_then(|block| block.items.last()).is_some_and(|last| {
            let (Some(event), Some(last)) = (event, chronicle.event(last.event)) else { return false };
            let linked = event.causes.iter().any(|cause| cause.event == last.id && matches!(cause.link, Link::Step | Link::Woke));
            linked || (event.at.seconds() - last.at.seconds()).abs() < PAUSE
        });
        let is_essential = essential(item);
        match blocks.last_mut() {
            Some(block) if goes_on && block.essential == is_essential => {
                block.items.push(*item);
                block.words += words(item);
            }
            _ => blocks.push(Block { items: vec![*item], words: words(item), essential: is_essential }),
        }
    }
    blocks
}

/// How many blocks each of about `count` chapters has: the division that ends chapters at the greatest turns while they stay of like length.
///
/// By dynamic programming over the blocks: a chapter costs the square of how far its length is off, and gives what its last event turned.
pub(super) fn divide(blocks: &[Block], turns: &Turns, count: usize) -> Vec<usize> {
    let total: usize = blocks.iter().map(|block| block.words).sum();
    if count <= 1 || blocks.len() <= 1 {
        return vec![blocks.len()];
    }
    let ideal = (total as f64 / count as f64).max(1.0);
    let turn = |block: &Block| block.items.iter().map(|item| turns.turn(item.event)).fold(0.0, f64::max);
    let most = blocks.iter().map(turn).fold(f64::MIN_POSITIVE, f64::max);
    // best[i]: the least cost of dividing the first i blocks, and where the last chapter begins.
    let mut best: Vec<(f64, usize)> = vec![(0.0, 0)];
    for end in 1..=blocks.len() {
        let closes = &blocks[end - 1];
        let mut found = (f64::INFINITY, 0);
        let mut words = 0;
        for start in (0..end).rev() {
            words += blocks[start].words;
            let off = words as f64 / ideal - 1.0;
            let loose = if closes.essential || end == blocks.len() { 0.0 } else { 4.0 };
            let cost = best[start].0 + off * off + loose - TURN * turn(closes) / most;
            if cost < found.0 {
                found = (cost, start);
            }
        }
        best.push(found);
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
    use super::super::choose::As;
    use super::*;
    use crate::ids::EventId;
    use crate::story::salience::Turns;

    fn block(event: u32, words: usize) -> Block {
        Block { items: vec![Item { event: EventId(event), how: As::Scene }], words, essential: true }
    }

    #[test]
    fn chapters_end_where_the_story_turns_and_are_of_like_length() {
        let blocks: Vec<Block> = (0..9).map(|event| block(event, 100)).collect();
        let turning =
            |at: &[usize]| Turns::from((0..9).map(|event| if at.contains(&event) { 1.0 } else { 0.0 }).collect::<Vec<_>>());
        assert_eq!(divide(&blocks, &turning(&[2, 5, 8]), 3), [3, 3, 3]);
        assert_eq!(divide(&blocks, &turning(&[1, 5, 8]), 3), [2, 4, 3]);
        assert_eq!(divide(&blocks, &turning(&[]), 1), [9]);
        assert_eq!(divide(&[], &turning(&[]), 3), [0]);
    }
}
