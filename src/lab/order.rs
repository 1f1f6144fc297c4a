//! How well one order keeps to another.

/// Kendall's rank correlation (tau-a, Kendall 1938) of times with their own positions: 1 when each comes after the one before
/// it, -1 when all is backwards, 0 for no order at all; two at the same time count for neither. Missing ones are left out;
/// none for fewer than two.
///
/// ```
/// use longhand::lab::order_tau;
/// assert_eq!(order_tau(&[Some(1), None, Some(2), Some(5)]), Some(1.0));
/// assert_eq!(order_tau(&[Some(3), Some(2)]), Some(-1.0));
/// assert_eq!(order_tau(&[Some(3), None]), None);
/// ```
#[must_use]
pub fn order_tau<T: Ord>(times: &[Option<T>]) -> Option<f64> {
    let there: Vec<&T> = times.iter().flatten().collect();
    let mut pairs = 0_i32;
    let mut agreement = 0_i32;
    for (i, earlier) in there.iter().enumerate() {
        for later in &there[i + 1..] {
            pairs += 1;
            agreement += later.cmp(earlier) as i32;
        }
    }
    (pairs > 0).then(|| f64::from(agreement) / f64::from(pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pair_out_of_order_costs_its_share() {
        let tau = order_tau(&[Some(1), Some(3), Some(2), Some(4)]);
        assert!((tau.unwrap() - 4.0 / 6.0).abs() < 1e-12);
    }

    #[test]
    fn the_same_time_counts_for_neither() {
        assert_eq!(order_tau(&[Some(1), Some(1)]), Some(0.0));
    }
}
