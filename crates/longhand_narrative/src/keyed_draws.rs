//! The draws of this crate: wording is drawn by keys, so that a text does not depend on what was drawn before.

use rand_philox::philox4x32_10;

/// The streams of keyed draws in this crate. Each stream is independent of the others.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DrawStream {
    Sentence = 0x5e17,
    Letter = 0x1e77,
    Book = 0xb00c,
}

/// A keyed draw of an index below `count`: the same for the same seed, stream and key, whatever else is drawn.
pub(crate) fn draw_index(seed: u64, stream: DrawStream, key: u64, count: usize) -> usize {
    let word = philox4x32_10([key as u32, (key >> 32) as u32, stream as u32, 0], [seed as u32, (seed >> 32) as u32])[0];
    ((u64::from(word) * count as u64) >> 32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_is_below_its_count_and_reaches_every_index() {
        let mut seen = [0; 3];
        for key in 0..300 {
            seen[draw_index(7, DrawStream::Sentence, key, 3)] += 1;
        }
        assert!(seen.iter().all(|&times| times > 70), "{seen:?}");
        assert_eq!(draw_index(7, DrawStream::Letter, 5, 1), 0);
    }
}
