//! Compression of a keyframe: on its own, or as a difference to another keyframe.
//!
//! Most of a state is unchanged since the last keyframe. Zstandard takes that keyframe as a prefix and finds the repetitions,
//! which leaves a third to a quarter of the size of a keyframe that is packed on its own.

use std::io::{self, Read, Write};

/// The fastest level. Higher levels save a tenth and take twice the time.
const COMPRESSION_LEVEL: i32 = 1;
/// Largest total size of base and state that are packed against each other. Beyond it the base lies outside the default window of
/// a decoder.
const MAX_WINDOW_BYTES: usize = 1 << 27;
/// Limits for the unpacked size: a fixed part, and a part per packed byte (and twice per byte of the base). No valid keyframe
/// comes close.
const MAX_UNPACKED_BASE: usize = 64 << 20;
const MAX_UNPACKED_PER_BYTE: usize = 255;

/// Whether a state can be packed against that base.
pub(super) fn can_pack_against(base: &[u8], state: &[u8]) -> bool {
    base.len() + state.len() <= MAX_WINDOW_BYTES
}

/// Packs a state on its own, or against a base that is then needed to unpack it.
pub(super) fn pack(state: &[u8], base: Option<&[u8]>) -> io::Result<Vec<u8>> {
    let mut encoder = match base {
        Some(base) => zstd::Encoder::with_ref_prefix(Vec::new(), COMPRESSION_LEVEL, base)?,
        None => zstd::Encoder::new(Vec::new(), COMPRESSION_LEVEL)?,
    };
    if let Some(base) = base {
        encoder.long_distance_matching(true)?;
        encoder.window_log((base.len() + state.len()).next_power_of_two().ilog2().clamp(10, MAX_WINDOW_BYTES.ilog2()))?;
    }
    encoder.include_checksum(true)?;
    encoder.set_pledged_src_size(Some(state.len() as u64))?;
    encoder.write_all(state)?;
    encoder.finish()
}

/// Unpacks a state. `None` if the bytes are damaged, were packed against another base, or exceed the size limit.
pub(super) fn unpack(packed: &[u8], base: Option<&[u8]>) -> Option<Vec<u8>> {
    let max_len = MAX_UNPACKED_BASE
        + MAX_UNPACKED_PER_BYTE.saturating_mul(packed.len()).saturating_add(base.map_or(0, |base| 2 * base.len()));
    let decoder = match base {
        Some(base) => zstd::Decoder::with_ref_prefix(packed, base),
        None => zstd::Decoder::with_buffer(packed),
    };
    let mut state = Vec::new();
    let read = decoder.ok()?.take(max_len as u64 + 1).read_to_end(&mut state).ok()?;
    (read <= max_len).then_some(state)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pseudo-random bytes.
    fn noise(seed: u64, len: usize) -> Vec<u8> {
        (0..len as u64).map(|i| twox_hash::XxHash3_64::oneshot_with_seed(seed, &i.to_le_bytes()) as u8).collect()
    }

    #[test]
    fn unpacking_restores_the_packed_state() {
        for state in [vec![], vec![7; 1000], noise(1, 100_000), vec![0; 5 << 20]] {
            assert_eq!(unpack(&pack(&state, None).unwrap(), None), Some(state));
        }
    }

    #[test]
    fn only_differences_from_the_base_take_space() {
        let base = noise(1, 3_000_000);
        let mut state = base.clone();
        state.splice(1_000_000..1_000_100, noise(2, 900));
        let packed = pack(&state, Some(&base)).unwrap();
        assert!(packed.len() < 10_000, "{}", packed.len());
        assert_eq!(unpack(&packed, Some(&base)), Some(state));
    }

    #[test]
    fn damage_and_a_wrong_base_are_detected() {
        let (base, state) = (noise(1, 50_000), noise(1, 60_000));
        let mut packed = pack(&state, Some(&base)).unwrap();
        assert_eq!(unpack(&packed, Some(&noise(2, 50_000))), None);
        assert_eq!(unpack(&packed, None), None);
        assert_eq!(unpack(&packed[..packed.len() - 9], Some(&base)), None);
        let middle = packed.len() / 2;
        packed[middle] ^= 1;
        assert_eq!(unpack(&packed, Some(&base)), None);
        assert_eq!(unpack(b"no frame", None), None);
    }

    #[test]
    fn a_decompression_bomb_is_rejected() {
        let packed = pack(&vec![0; 200 << 20], None).unwrap();
        assert!(packed.len() < 100_000);
        assert_eq!(unpack(&packed, None), None);
    }
}
