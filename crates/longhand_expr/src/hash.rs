//! The stable hash of names, which keys random draws and marks texts.

/// A 32-bit FNV-1a hash of a name, the same on every platform and in every version. Different seeds give independent hashes.
#[must_use]
pub fn stable_hash(seed: u32, text: &str) -> u32 {
    text.bytes().fold(0x811C_9DC5 ^ seed, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
