//! Defines quantiles, and so medians, in one place, because statistics packages differ in their definitions.

/// The `p`-quantile of a sample, `p` from 0 to 1: the value at rank `p * (n - 1)` of the sorted sample (ranks start at 0),
/// interpolated linearly between neighbouring values. This is definition 7 of R. J. Hyndman and Y. Fan (*Sample quantiles in
/// statistical packages*, 1996), the default of numpy and R. Values that are not finite are ignored. Returns `None` for an empty
/// sample.
///
/// ```
/// use longhand_analysis::quantile;
///
/// assert_eq!(quantile(&[4.0, 1.0, 2.0, 3.0], 0.5), Some(2.5));
/// assert_eq!(quantile(&[], 0.5), None);
/// ```
#[must_use]
pub fn quantile(sample: &[f64], p: f64) -> Option<f64> {
    let mut sorted: Vec<f64> = sample.iter().copied().filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    let rank = p.clamp(0.0, 1.0) * sorted.len().checked_sub(1)? as f64;
    let below = *sorted.get(rank.floor() as usize)?;
    let above = *sorted.get(rank.ceil() as usize)?;
    Some(below + (above - below) * rank.fract())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn quantiles_interpolate_between_neighbours() {
        let sample = [10.0, 0.0, 40.0, 20.0, 30.0];
        assert_eq!(quantile(&sample, 0.5), Some(20.0));
        assert_eq!(quantile(&sample, 0.05), Some(2.0));
        assert_eq!(quantile(&sample, 0.95), Some(38.0));
        assert_eq!((quantile(&sample, 0.0), quantile(&sample, 1.0)), (Some(0.0), Some(40.0)));
        assert_eq!(quantile(&[7.0], 0.95), Some(7.0));
    }

    #[test]
    fn values_that_are_not_finite_are_ignored() {
        assert_eq!(quantile(&[f64::NAN, 3.0, f64::INFINITY], 0.5), Some(3.0));
        assert_eq!(quantile(&[f64::NAN], 0.5), None);
    }

    proptest! {
        #[test]
        fn quantiles_ascend_with_p(sample in prop::collection::vec(-1e6..1e6_f64, 1..40), p in 0.0..1.0_f64, q in 0.0..1.0_f64) {
            let (low, high) = (quantile(&sample, p.min(q)), quantile(&sample, p.max(q)));
            prop_assert!(low <= high);
        }
    }
}
