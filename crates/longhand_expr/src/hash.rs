//! The stable hash of names, which keys random draws and marks texts.

/// A 32-bit FNV-1a hash of a name, the same on every platform and in every version. Different seeds give independent hashes.
#[must_use]
pub const fn stable_hash(seed: u32, text: &str) -> u32 {
    let bytes = text.as_bytes();
    let (mut hash, mut index) = (0x811C_9DC5 ^ seed, 0);
    while index < bytes.len() {
        hash = (hash ^ bytes[index] as u32).wrapping_mul(0x0100_0193);
        index += 1;
    }
    hash
}
