//! How well the order in which things happened agrees with the order in which they were listed.

use crate::chronicle::BeatMatch;
use crate::ids::EventId;
use crate::scenario::Scenario;

/// The order score of a run: 1 when the beats that must happen came in the order in which the scene lists them, -1 when in the
/// opposite order, about 0 when in any. Beats that did not happen are left out; none when fewer than two can be compared.
///
/// See [`agreement`].
#[must_use]
pub fn order_score(scenario: &Scenario, matches: &[BeatMatch]) -> Option<f64> {
    let when = |beat: usize| matches.iter().filter(|found| found.beat == beat).map(|found| found.event).min();
    let must = (0..scenario.beats.len()).filter(|&beat| scenario.beats[beat].must);
    agreement(&must.filter_map(when).collect::<Vec<EventId>>())
}

/// Concordant less discordant pairs, over all pairs that are not tied: Kendall's rank correlation with the listed order.
///
/// Without ties this is tau (Kendall 1938) and equals tau-b (Kendall 1945). Ties, as when one event is two beats, say nothing against
/// the listed order; where tau-b would count them into its denominator, and so keep a run without any fault below 1, they are left out
/// here, which makes it gamma (Goodman and Kruskal 1954).
#[must_use]
pub fn agreement<T: Ord>(in_listed_order: &[T]) -> Option<f64> {
    let (mut concordant, mut discordant) = (0_u32, 0_u32);
    for (at, earlier) in in_listed_order.iter().enumerate() {
        for later in &in_listed_order[at + 1..] {
            match earlier.cmp(later) {
                std::cmp::Ordering::Less => concordant += 1,
                std::cmp::Ordering::Greater => discordant += 1,
                std::cmp::Ordering::Equal => {}
            }
        }
    }
    let pairs = f64::from(concordant) + f64::from(discordant);
    (pairs > 0.0).then(|| (f64::from(concordant) - f64::from(discordant)) / pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_listed_order_scores_one_and_its_reverse_minus_one() {
        assert_eq!(agreement(&[1, 2, 3, 4]), Some(1.0));
        assert_eq!(agreement(&[4, 3, 2, 1]), Some(-1.0));
    }

    #[test]
    fn one_swap_of_neighbours_costs_two_pairs_in_all() {
        assert_eq!(agreement(&[1, 3, 2, 4]), Some(4.0 / 6.0));
    }

    #[test]
    fn a_tie_says_nothing_against_the_order() {
        assert_eq!(agreement(&[1, 2, 2, 3]), Some(1.0));
        assert_eq!(agreement(&[2, 2]), None);
        assert_eq!(agreement::<u8>(&[]), None);
    }
}
