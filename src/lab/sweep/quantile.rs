//! What a median is, and the other quantiles.

/// The `p`-quantile of a sample, `p` from 0 to 1: the value at rank `p * (n - 1)` of the sorted sample (ranks count from 0), on a straight line
/// between the two values around it. It is definition 7 of Hyndman and Fan (*Sample quantiles in statistical packages*, 1996), and what
/// numpy and R give when nothing else is asked for. None of an empty sample; what is not finite is left out.
///
/// ```
/// use longhand::lab::quantile;
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
    fn a_quantile_lies_between_its_neighbours() {
        let sample = [10.0, 0.0, 40.0, 20.0, 30.0];
        assert_eq!(quantile(&sample, 0.5), Some(20.0));
        assert_eq!(quantile(&sample, 0.05), Some(2.0));
        assert_eq!(quantile(&sample, 0.95), Some(38.0));
        assert_eq!((quantile(&sample, 0.0), quantile(&sample, 1.0)), (Some(0.0), Some(40.0)));
        assert_eq!(quantile(&[7.0], 0.95), Some(7.0));
    }

    #[test]
    fn what_is_no_number_counts_for_nothing() {
        assert_eq!(quantile(&[f64::NAN, 3.0, f64::INFINITY], 0.5), Some(3.0));
        assert_eq!(quantile(&[f64::NAN], 0.5), None);
    }

    proptest! {
        #[test]
        fn quantiles_ascend_with_their_share(sample in prop::collection::vec(-1e6..1e6_f64, 1..40), p in 0.0..1.0_f64, q in 0.0..1.0_f64) {
            let (low, high) = (quantile(&sample, p.min(q)), quantile(&sample, p.max(q)));
            prop_assert!(low <= high);
        }
    }
}
