//! Composes a score for a piece from its composer, its time, and the mood of the composer.
//!
//! Every composer has one tune, and all its pieces are made of that tune. At generation 0 a piece is a few bars of the tune, one
//! note at a time. With each generation a piece uses more: a bass, then chords, then arpeggios of three, four, five and seven
//! notes against each other, sevenths and ninths, notes outside the scale, and longer forms that return later. The mood sets the
//! scale (major if pleased, minor if not), the tempo (fast if aroused) and the velocity (loud if dominant), as listeners
//! associate them (Gabrielsson and Lindström 2010).

use super::pieces::MusicPiece;
use super::score::{MusicPart, MusicScore, Note, TICKS_PER_QUARTER};
use rand_philox::Philox;

/// Later generations make no audible difference.
const MAX_GENERATIONS: u32 = 24;
/// The notes of a composer's tune.
const TUNE_NOTES: usize = 6;
/// The lengths of arpeggio cycles; voices of different lengths drift apart.
const ARPEGGIO_CYCLES: [usize; 6] = [3, 4, 5, 7, 8, 11];

/// The steps of the scales in semitones, from dark to bright.
const SCALES: [[i32; 7]; 4] = [[0, 2, 3, 5, 7, 8, 10], [0, 2, 3, 5, 7, 9, 10], [0, 2, 4, 5, 7, 9, 11], [0, 2, 4, 6, 7, 9, 11]];
/// The chord progressions, in steps of the scale.
const PROGRESSIONS: [[i32; 4]; 4] = [[0, 5, 3, 4], [0, 3, 1, 4], [0, 2, 5, 3], [0, 4, 5, 3]];

/// Composes a piece. The result depends only on the piece and the seed.
#[must_use]
pub fn compose_score(piece: &MusicPiece, seed: u64) -> MusicScore {
    // The tune is drawn for the composer, everything else for the piece.
    let composer_random = Philox::from_u64_seed_stream(seed, 0x7075_0000 + u64::from(piece.composer.0));
    let piece_random = Philox::from_u64_seed_stream(seed, 0x5343_0000_0000 + u64::from(piece.event.0));
    Composer::new(piece, composer_random, piece_random).into_score()
}

struct Composer<'a> {
    piece: &'a MusicPiece,
    random: Philox,
    generation: u32,
    tonic: i32,
    scale: [i32; 7],
    /// The steps of the scale, and the lengths in eighths.
    tune: Vec<(i32, u32)>,
    progression: [i32; 4],
}

/// A random integer below `bound`.
fn random_below(random: &mut Philox, bound: u32) -> u32 {
    ((u64::from(random.next_u32()) * u64::from(bound.max(1))) >> 32) as u32
}

impl<'a> Composer<'a> {
    fn new(piece: &'a MusicPiece, mut composer_random: Philox, mut random: Philox) -> Self {
        let tonic = 57 + random_below(&mut composer_random, 8) as i32;
        let mut step = [0, 2, 4][random_below(&mut composer_random, 3) as usize];
        let mut tune = Vec::with_capacity(TUNE_NOTES);
        for nth in 0..TUNE_NOTES {
            let is_last = nth + 1 == TUNE_NOTES;
            tune.push((step, if is_last { 4 } else { 1 + random_below(&mut composer_random, 2) }));
            step = (step + [-2, -1, -1, 1, 1, 2, 3][random_below(&mut composer_random, 7) as usize]).clamp(-2, 9);
        }
        let scale_index = ((piece.mood[0].clamp(-1.0, 1.0) + 1.0) * 2.0) as usize;
        let progression = PROGRESSIONS[random_below(&mut random, PROGRESSIONS.len() as u32) as usize];
        let generation = piece.generation.min(MAX_GENERATIONS);
        Self { piece, random, generation, tonic, scale: SCALES[scale_index.min(SCALES.len() - 1)], tune, progression }
    }

    fn into_score(mut self) -> MusicScore {
        let [_, arousal, dominance] = self.piece.mood.map(|mood| mood.clamp(-1.0, 1.0));
        let bars = 8 + 2 * self.generation.min(12);
        let velocity = (62.0 + 22.0 * dominance) as u8;
        let mut parts = vec![self.melody(bars, velocity + 14)];
        if self.generation >= 1 {
            parts.push(self.bass(bars, velocity));
        }
        for nth in 0..self.arpeggio_count() {
            parts.push(self.arpeggio(bars, nth, velocity.saturating_sub(6 + 2 * nth as u8).max(20)));
        }
        MusicScore { title: self.piece.title.clone(), tempo: (84.0 + 30.0 * arousal) as u32, meter: 4, parts }
    }

    /// The number of arpeggio voices.
    fn arpeggio_count(&self) -> usize {
        match self.generation {
            0..=1 => 0,
            more => ((more as usize) / 2).min(ARPEGGIO_CYCLES.len()),
        }
    }

    /// The chord of a bar, in steps of the scale.
    fn chord(&self, bar: u32) -> Vec<i32> {
        // From generation 6 on the progression passes through other keys before it returns.
        let turn = bar / 4;
        let transposition = if self.generation >= 6 { (turn % (1 + self.generation / 4)) as i32 * 2 } else { 0 };
        let root = self.progression[(bar % 4) as usize] + transposition;
        let size = match self.generation {
            0..=4 => 3,
            5..=10 => 4,
            _ => 5,
        };
        (0..size).map(|nth| root + 2 * nth).collect()
    }

    /// The pitch of a scale step in an octave. Later generations sometimes move it by a semitone.
    fn pitch(&mut self, step: i32, octave: i32) -> u8 {
        let altered =
            f64::from(random_below(&mut self.random, 10_000)) / 10_000.0 < 0.014 * f64::from(self.generation.saturating_sub(3));
        let alteration = if altered { if random_below(&mut self.random, 2) == 0 { -1 } else { 1 } } else { 0 };
        let pitch = self.tonic + 12 * (octave + step.div_euclid(7)) + self.scale[step.rem_euclid(7) as usize] + alteration;
        pitch.clamp(24, 104) as u8
    }

    /// The tune on the chord of each bar. Later generations invert, accelerate and ornament it more often.
    fn melody(&mut self, bars: u32, velocity: u8) -> MusicPart {
        let eighth = TICKS_PER_QUARTER / 2;
        let end = bars * 4 * TICKS_PER_QUARTER;
        let mut notes = Vec::new();
        let (mut at, mut repetitions) = (0, 0_u32);
        while at < end {
            let bar = at / (4 * TICKS_PER_QUARTER);
            let root = if repetitions == 0 { 0 } else { self.chord(bar)[0] };
            let inverted = self.generation >= 3 && random_below(&mut self.random, 24) < self.generation;
            let accelerated = self.generation >= 4 && random_below(&mut self.random, 24) < self.generation;
            let mut tune = self.tune.clone();
            if inverted {
                let highest = tune.iter().map(|(step, _)| *step).max().unwrap_or(0);
                tune.iter_mut().for_each(|(step, _)| *step = highest - *step);
            }
            for (step, eighths) in tune {
                let length = (eighths * eighth / if accelerated { 2 } else { 1 }).max(TICKS_PER_QUARTER / 4);
                if at >= end {
                    break;
                }
                let ornament = length >= eighth && self.generation >= 7 && random_below(&mut self.random, 40) < self.generation;
                if ornament {
                    for (nth, neighbour) in [0, 1, -1, 0].into_iter().enumerate() {
                        let pitch = self.pitch(root + step + neighbour, 1);
                        notes.push(Note { at: at + nth as u32 * length / 4, length: length / 4, pitch, velocity });
                    }
                } else {
                    let pitch = self.pitch(root + step, 1);
                    notes.push(Note { at, length: length - length / 8, pitch, velocity });
                }
                at += length;
            }
            // A rest after each repetition, shorter from generation 5 on.
            at += if self.generation < 5 { eighth * 2 } else { eighth };
            repetitions += 1;
        }
        notes.retain(|note| note.at < end && note.length > 0);
        MusicPart { name: "melody".into(), notes }
    }

    /// Roots, then roots and fifths.
    fn bass(&mut self, bars: u32, velocity: u8) -> MusicPart {
        let halves = if self.generation >= 3 { 2 } else { 1 };
        let mut notes = Vec::new();
        for bar in 0..bars {
            let chord = self.chord(bar);
            for half in 0..halves {
                let step = chord[if half == 1 { 2 } else { 0 }];
                let length = 4 * TICKS_PER_QUARTER / halves;
                let pitch = self.pitch(step, -1);
                notes.push(Note {
                    at: bar * 4 * TICKS_PER_QUARTER + half * length,
                    length: length - TICKS_PER_QUARTER / 8,
                    pitch,
                    velocity,
                });
            }
        }
        MusicPart { name: "bass".into(), notes }
    }

    /// The chord one note at a time, in a cycle of its own length.
    fn arpeggio(&mut self, bars: u32, nth: usize, velocity: u8) -> MusicPart {
        let cycle = ARPEGGIO_CYCLES[nth % ARPEGGIO_CYCLES.len()];
        let fast = if self.generation >= 8 { 4 } else { 2 };
        let length = if nth % 3 == 2 && self.generation >= 10 { TICKS_PER_QUARTER / 3 } else { TICKS_PER_QUARTER / fast };
        let end = bars * 4 * TICKS_PER_QUARTER;
        let mut notes = Vec::new();
        let (mut at, mut step_index) = (0, 0_usize);
        while at + length <= end {
            let chord = self.chord(at / (4 * TICKS_PER_QUARTER));
            let cycle_position = step_index % cycle;
            let degree = if cycle_position * 2 > cycle { cycle - cycle_position } else { cycle_position };
            let step = chord[degree % chord.len()] + 7 * (degree / chord.len()) as i32;
            // A voice rests now and then so that the others can be heard.
            if random_below(&mut self.random, 12) > 0 || cycle_position == 0 {
                let pitch = self.pitch(step, (nth % 3) as i32 - i32::from(nth == 0));
                notes.push(Note { at, length: length.max(1), pitch, velocity });
            }
            at += length;
            step_index += 1;
        }
        MusicPart { name: format!("arpeggio in {cycle}"), notes }
    }
}

#[cfg(test)]
mod tests {
    use super::super::MusicComplexity;
    use super::*;
    use longhand_expr::ids::{AgentId, EventId, Instant};

    fn piece(event: u32, generation: u32, mood: [f64; 3]) -> MusicPiece {
        MusicPiece { event: EventId(event), at: Instant::START, composer: AgentId(3), title: "A piece".into(), generation, mood }
    }

    #[test]
    fn a_score_depends_on_the_piece_and_the_seed() {
        let score = compose_score(&piece(7, 5, [0.3; 3]), 1);
        assert_eq!(score, compose_score(&piece(7, 5, [0.3; 3]), 1));
        assert_ne!(score, compose_score(&piece(8, 5, [0.3; 3]), 1));
        assert_ne!(score, compose_score(&piece(7, 5, [0.3; 3]), 2));
    }

    #[test]
    fn the_first_piece_is_a_simple_tune_that_later_pieces_reuse() {
        let first = compose_score(&piece(7, 0, [0.3; 3]), 1);
        assert_eq!(first.parts.len(), 1);
        let complexity = MusicComplexity::measure(&first);
        assert!(complexity.polyphony <= 1.0 && complexity.density < 3.0, "{complexity:?}");
        let tune = |score: &MusicScore| score.parts[0].notes.iter().take(2).map(|note| note.pitch % 12).collect::<Vec<_>>();
        assert_eq!(tune(&first), tune(&compose_score(&piece(9, 2, [0.3; 3]), 1)), "the tune is the composer's own");
    }

    #[test]
    fn complexity_rises_with_each_generation() {
        for seed in 0..6 {
            let mean_index = |generation: u32| {
                let indices = (0..8).map(|event| {
                    MusicComplexity::measure(&compose_score(&piece(event, generation, [0.2, 0.0, 0.1]), seed)).index()
                });
                indices.sum::<f64>() / 8.0
            };
            let rising: Vec<f64> = [0, 1, 2, 4, 6, 8, 12, 16].map(mean_index).into();
            assert!(rising.windows(2).all(|pair| pair[1] > pair[0]), "seed {seed}: {rising:?}");
            assert!(rising[7] > 2.0 * rising[0], "{rising:?}");
        }
    }

    #[test]
    fn the_mood_sets_the_tempo_and_the_scale() {
        let (glad, sad) = (compose_score(&piece(7, 3, [0.8, 0.6, 0.0]), 1), compose_score(&piece(7, 3, [-0.8, -0.6, 0.0]), 1));
        assert!(glad.tempo > sad.tempo + 20);
        let thirds = |score: &MusicScore| {
            let tonic = 57 + random_below(&mut Philox::from_u64_seed_stream(1, 0x7075_0003), 8) as u8;
            score.notes().iter().filter(|note| (note.pitch + 120 - tonic) % 12 == 4).count()
        };
        assert!(thirds(&glad) > thirds(&sad), "a major third sounds glad");
    }

    #[test]
    fn no_part_has_overlapping_or_out_of_range_notes() {
        for generation in 0..30 {
            for part in compose_score(&piece(5, generation, [1.0, 1.0, 1.0]), 3).parts {
                for pair in part.notes.windows(2) {
                    assert!(pair[0].at + pair[0].length <= pair[1].at, "{}: {pair:?}", part.name);
                }
                assert!(
                    part.notes
                        .iter()
                        .all(|note| note.length > 0 && (24..=108).contains(&note.pitch) && (1..=127).contains(&note.velocity))
                );
            }
        }
    }
}
