//! The numeric functions of the language, with bit-identical results on every platform.
//!
//! `libm` replaces the transcendental functions of the platform (bevy_math's `ops` has them for `f32` only). Functions that
//! IEEE 754 defines exactly (`sqrt`, `floor`) come from the standard library.

use super::ast::{AssignOp, BinaryOp};
use super::node::UnaryOp;

/// The share of a decaying quantity that is left after a number of half-lives: 2 to the power of `-half_lives`.
///
/// Everything that decays uses this function, so that a value reconstructed later is the value that the simulation had.
#[inline]
#[must_use]
pub fn remaining_share(half_lives: f32) -> f32 {
    libm::exp2f(-half_lives)
}

/// `x`, or 0 if `x` is not finite. NaN and infinity therefore never enter the world.
#[inline]
pub(crate) fn finite_or_zero(x: f64) -> f64 {
    if x.is_finite() { x } else { 0.0 }
}

impl AssignOp {
    /// The new value, or 0 if it is not finite.
    #[must_use]
    pub fn apply(self, old: f64, value: f64) -> f64 {
        finite_or_zero(match self {
            Self::Set => value,
            Self::Add => old + value,
            Self::Subtract => old - value,
            Self::Multiply => old * value,
        })
    }
}

#[inline]
pub(crate) fn apply_binary(op: BinaryOp, a: f64, b: f64) -> f64 {
    finite_or_zero(match op {
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        BinaryOp::Divide => a / b,
        BinaryOp::Remainder => a.rem_euclid(b),
        BinaryOp::Power => power(a, b),
        _ => 0.0,
    })
}

#[inline]
pub(crate) fn compare(op: BinaryOp, a: f64, b: f64) -> bool {
    match op {
        BinaryOp::Equal => a == b,
        BinaryOp::NotEqual => a != b,
        BinaryOp::Less => a < b,
        BinaryOp::LessEqual => a <= b,
        BinaryOp::Greater => a > b,
        BinaryOp::GreaterEqual => a >= b,
        _ => false,
    }
}

#[inline]
pub(crate) fn apply_unary(op: UnaryOp, x: f64) -> f64 {
    finite_or_zero(match op {
        UnaryOp::Negative => -x,
        UnaryOp::Abs => x.abs(),
        UnaryOp::Sqrt => x.sqrt(),
        UnaryOp::Exp => libm::exp(x),
        UnaryOp::Ln => libm::log(x),
        UnaryOp::Log2 => libm::log2(x),
        UnaryOp::Log10 => libm::log10(x),
        UnaryOp::Floor => x.floor(),
        UnaryOp::Ceil => x.ceil(),
        UnaryOp::Round => x.round(),
        UnaryOp::Sigmoid => 1.0 / (1.0 + libm::exp(-x)),
    })
}

fn power(a: f64, b: f64) -> f64 {
    if b == 2.0 { a * a } else { libm::pow(a, b) }
}

/// Clamps `x` to a range. If `low > high`, the result is `low`.
#[inline]
pub(crate) fn clamp(x: f64, low: f64, high: f64) -> f64 {
    x.min(high).max(low)
}

/// A linear ramp from 0 at `low` to 1 at `high`, clamped outside. It falls if `low > high`.
#[inline]
pub(crate) fn ramp(x: f64, low: f64, high: f64) -> f64 {
    if low == high { f64::from(x >= high) } else { clamp(finite_or_zero((x - low) / (high - low)), 0.0, 1.0) }
}

/// Moves `x` toward `target` by a share of the distance between them.
#[inline]
pub(crate) fn move_toward(x: f64, target: f64, share: f64) -> f64 {
    finite_or_zero(x + (target - x) * share)
}

/// The quantile function of the standard normal distribution, for `p` in (0, 1). Algorithm AS 241, PPND16 (Wichura 1988), with a
/// relative accuracy of about 1e-16.
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    fn ratio(r: f64, numerator_coefficients: [f64; 8], denominator_coefficients: [f64; 7]) -> f64 {
        let numerator = numerator_coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * r + coefficient);
        let denominator = denominator_coefficients.iter().rev().fold(0.0, |sum, coefficient| sum * r + coefficient) * r + 1.0;
        numerator / denominator
    }
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * ratio(
            r,
            [
                3.387_132_872_796_366_5,
                133.141_667_891_784_38,
                1_971.590_950_306_551_3,
                13_731.693_765_509_46,
                45_921.953_931_549_87,
                67_265.770_927_008_7,
                33_430.575_583_588_13,
                2_509.080_928_730_122_7,
            ],
            [
                42.313_330_701_600_91,
                687.187_007_492_057_9,
                5_394.196_021_424_751,
                21_213.794_301_586_597,
                39_307.895_800_092_71,
                28_729.085_735_721_943,
                5_226.495_278_852_854,
            ],
        );
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = (-libm::log(tail)).sqrt();
    let deviate = if r <= 5.0 {
        ratio(
            r - 1.6,
            [
                1.423_437_110_749_683_5,
                4.630_337_846_156_546,
                5.769_497_221_460_691,
                3.647_848_324_763_204_5,
                1.270_458_252_452_368_4,
                0.241_780_725_177_450_6,
                0.022_723_844_989_269_184,
                7.745_450_142_783_414e-4,
            ],
            [
                2.053_191_626_637_759,
                1.676_384_830_183_803_8,
                0.689_767_334_985_1,
                0.148_103_976_427_480_08,
                0.015_198_666_563_616_457,
                5.475_938_084_995_345e-4,
                1.050_750_071_644_416_9e-9,
            ],
        )
    } else {
        ratio(
            r - 5.0,
            [
                6.657_904_643_501_103,
                5.463_784_911_164_114,
                1.784_826_539_917_291_3,
                0.296_560_571_828_504_87,
                0.026_532_189_526_576_124,
                0.001_242_660_947_388_078_4,
                2.711_555_568_743_487_6e-5,
                2.010_334_399_292_288_1e-7,
            ],
            [
                0.599_832_206_555_888,
                0.136_929_880_922_735_8,
                0.014_875_361_290_850_615,
                7.868_691_311_456_133e-4,
                1.846_318_317_510_054_8e-5,
                1.421_511_758_316_446e-7,
                2.044_263_103_389_939_8e-15,
            ],
        )
    };
    finite_or_zero(if q < 0.0 { -deviate } else { deviate })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_normal_quantile_matches_tables() {
        for (p, z) in
            [(0.5, 0.0), (0.975, 1.959_963_984_540_054), (0.0013, -3.011_453_758_499_789_7), (1e-12, -7.034_483_823_011_311)]
        {
            assert!((normal_quantile(p) - z).abs() < 1e-6, "{p}: {} is not {z}", normal_quantile(p));
        }
    }

    #[test]
    fn non_finite_results_become_zero() {
        assert_eq!(apply_binary(BinaryOp::Divide, 1.0, 0.0), 0.0);
        assert_eq!(apply_binary(BinaryOp::Remainder, 1.0, 0.0), 0.0);
        assert_eq!(apply_binary(BinaryOp::Power, -1.0, 0.5), 0.0);
        assert_eq!(apply_binary(BinaryOp::Multiply, 1e300, 1e300), 0.0);
        assert_eq!(apply_unary(UnaryOp::Ln, 0.0), 0.0);
        assert_eq!(apply_unary(UnaryOp::Sqrt, -1.0), 0.0);
        assert_eq!(apply_unary(UnaryOp::Sigmoid, -1e9), 0.0);
        assert_eq!(ramp(5.0, 3.0, 3.0), 1.0);
    }
}
