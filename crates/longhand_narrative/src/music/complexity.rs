//! Measures the complexity of a score: note density, entropy of pitches and of intervals (Shannon entropy in bits), and
//! polyphony. Density and entropy are event-based measures of melodic complexity that predict listeners' judgements (Eerola and
//! North 2000). Polyphony is added because later pieces have more voices.

use super::score::{MusicScore, TICKS_PER_QUARTER};
use std::collections::BTreeMap;

/// Measures of a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MusicComplexity {
    /// Notes per quarter.
    pub density: f64,
    /// The entropy of the pitch classes in bits; at most log2 12 = 3.58.
    pub pitch_entropy: f64,
    /// The entropy of the intervals between successive notes of each part, in bits.
    pub interval_entropy: f64,
    /// The mean number of notes that sound at once, over the time in which any sounds.
    pub polyphony: f64,
}

impl MusicComplexity {
    /// Measures a score.
    #[must_use]
    pub fn measure(score: &MusicScore) -> Self {
        let notes = score.notes();
        let quarters = f64::from(score.length_ticks()) / f64::from(TICKS_PER_QUARTER);
        let sounding: u64 = notes.iter().map(|note| u64::from(note.length)).sum();
        let steps = score
            .parts
            .iter()
            .flat_map(|part| part.notes.windows(2).map(|pair| i32::from(pair[1].pitch) - i32::from(pair[0].pitch)));
        Self {
            density: notes.len() as f64 / quarters.max(1.0),
            pitch_entropy: entropy(notes.iter().map(|note| i32::from(note.pitch % 12))),
            interval_entropy: entropy(steps),
            polyphony: sounding as f64 / sounding_ticks(score).max(1) as f64,
        }
    }

    /// All measures in one number: 0 for silence, without an upper bound. Density and polyphony enter by their logarithm.
    #[must_use]
    pub fn index(&self) -> f64 {
        libm::log2(1.0 + self.density) + libm::log2(1.0 + self.polyphony) + self.pitch_entropy / 2.0 + self.interval_entropy / 2.0
    }
}

/// The number of ticks in which any note sounds.
fn sounding_ticks(score: &MusicScore) -> u64 {
    let (mut total, mut until) = (0_u64, 0_u32);
    for note in score.notes() {
        let end = note.at + note.length;
        let from = note.at.max(until);
        total += u64::from(end.saturating_sub(from));
        until = until.max(end);
    }
    total
}

fn entropy(values: impl Iterator<Item = i32>) -> f64 {
    let mut times: BTreeMap<i32, u32> = BTreeMap::new();
    values.for_each(|value| *times.entry(value).or_default() += 1);
    let total = f64::from(times.values().sum::<u32>());
    times.values().map(|&times| f64::from(times) / total).map(|share| -share * libm::log2(share)).sum()
}

#[cfg(test)]
mod tests {
    use super::super::score::{MusicPart, Note};
    use super::*;

    fn score(parts: &[&[(u32, u32, u8)]]) -> MusicScore {
        let part = |notes: &&[(u32, u32, u8)]| MusicPart {
            name: String::new(),
            notes: notes
                .iter()
                .map(|&(at, length, pitch)| Note {
                    at: at * TICKS_PER_QUARTER,
                    length: length * TICKS_PER_QUARTER,
                    pitch,
                    velocity: 64,
                })
                .collect(),
        };
        MusicScore { title: String::new(), tempo: 60, meter: 4, parts: parts.iter().map(part).collect() }
    }

    #[test]
    fn a_repeated_note_has_no_entropy() {
        let complexity = MusicComplexity::measure(&score(&[&[(0, 1, 60), (1, 1, 60), (2, 1, 60)]]));
        assert_eq!(complexity, MusicComplexity { density: 1.0, pitch_entropy: 0.0, interval_entropy: 0.0, polyphony: 1.0 });
    }

    #[test]
    fn two_voices_have_polyphony_two_and_four_pitches_two_bits() {
        let complexity = MusicComplexity::measure(&score(&[&[(0, 1, 60), (1, 1, 62), (2, 1, 64), (3, 1, 65)], &[(0, 4, 48)]]));
        assert!((complexity.polyphony - 2.0).abs() < 1e-9);
        assert!((complexity.pitch_entropy - 1.92).abs() < 0.01, "{complexity:?}");
        let alone = MusicComplexity::measure(&score(&[&[(0, 1, 60), (1, 1, 62), (2, 1, 64), (3, 1, 65)]]));
        assert!((alone.pitch_entropy - 2.0).abs() < 1e-9);
        assert!(MusicComplexity::measure(&score(&[])).index().abs() < 1e-9, "silence");
    }
}
