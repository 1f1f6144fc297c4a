//! Compares the order in which things happened with the order in which they are listed.

use longhand_chronicle::BeatMatch;
use longhand_expr::ids::EventId;
use longhand_scene::Scenario;

/// The order score of a run: 1 if the beats that must happen came in the order of the scene, -1 if in the reverse order, about 0
/// if in random order. Beats that did not happen are ignored. None if fewer than two can be compared.
///
/// See [`rank_agreement`].
#[must_use]
pub fn order_score(scenario: &Scenario, matches: &[BeatMatch]) -> Option<f64> {
    let when = |beat: usize| matches.iter().filter(|beat_match| beat_match.beat == beat).map(|beat_match| beat_match.event).min();
    let must = (0..scenario.beats.len()).filter(|&beat| scenario.beats[beat].must);
    rank_agreement(&must.filter_map(when).collect::<Vec<EventId>>())
}

/// Concordant minus discordant pairs, divided by the number of pairs that are not tied: a rank correlation with the listed order,
/// -1 to 1. None if there is no such pair.
///
/// Without ties this is Kendall's tau (Kendall 1938) and equals tau-b (Kendall 1945). With ties it is the gamma of Goodman and
/// Kruskal (1954). Ties occur when one event completes two beats, and are no evidence against the listed order. Tau-b counts them
/// in its denominator, which would keep a run without a fault below 1.
#[must_use]
pub fn rank_agreement<T: Ord>(in_listed_order: &[T]) -> Option<f64> {
    let (mut concordant, mut discordant) = (0_u32, 0_u32);
    for (index, earlier) in in_listed_order.iter().enumerate() {
        for later in &in_listed_order[index + 1..] {
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
        assert_eq!(rank_agreement(&[1, 2, 3, 4]), Some(1.0));
        assert_eq!(rank_agreement(&[4, 3, 2, 1]), Some(-1.0));
    }

    #[test]
    fn one_swap_of_neighbours_costs_two_pairs_in_all() {
        assert_eq!(rank_agreement(&[1, 3, 2, 4]), Some(4.0 / 6.0));
    }

    #[test]
    fn a_tie_does_not_lower_the_score() {
        assert_eq!(rank_agreement(&[1, 2, 2, 3]), Some(1.0));
        assert_eq!(rank_agreement(&[2, 2]), None);
        assert_eq!(rank_agreement::<u8>(&[]), None);
    }
}
