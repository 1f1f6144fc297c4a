//! A range of seeds as typed on the command line: `0..100` has a hundred seeds, 0 to 99.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// Maximum number of seeds in a sweep.
const MAX_SEEDS: u64 = 100_000;

/// A range of consecutive seeds: at least one, at most 100,000.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedRange(Range<u64>);

impl SeedRange {
    /// The seeds, ascending.
    #[must_use]
    pub fn range(&self) -> Range<u64> {
        self.0.clone()
    }

    /// The number of seeds.
    #[must_use]
    pub fn count(&self) -> usize {
        (self.0.end - self.0.start) as usize
    }
}

impl FromStr for SeedRange {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let syntax_error = || "write FROM..TO, for example 0..100 for the seeds 0 to 99".to_owned();
        let (from, to) = text.split_once("..").ok_or_else(syntax_error)?;
        let seed = |text: &str| text.trim().parse::<u64>().map_err(|_| syntax_error());
        let range = seed(from)?..seed(to)?;
        match range.end.checked_sub(range.start) {
            None | Some(0) => Err(format!("the range {}..{} is empty", range.start, range.end)),
            Some(count) if count > MAX_SEEDS => Err(format!("{count} seeds are too many; a sweep has at most {MAX_SEEDS}")),
            Some(_) => Ok(Self(range)),
        }
    }
}

impl fmt::Display for SeedRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.0.start, self.0.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_range_is_excluded() {
        let seeds: SeedRange = "3..6".parse().unwrap();
        assert_eq!(seeds.range().collect::<Vec<_>>(), [3, 4, 5]);
        assert_eq!((seeds.count(), seeds.to_string()), (3, "3..6".to_owned()));
        assert_eq!(
            format!("0..{}", u64::MAX).parse::<SeedRange>().map(|_| ()),
            Err(format!("{} seeds are too many; a sweep has at most 100000", u64::MAX))
        );
    }

    #[test]
    fn an_invalid_range_is_an_error() {
        assert!(
            ["7", "5..5", "6..3", "-1..3", "0..", "..4", "a..b", "0..100001"]
                .iter()
                .all(|text| text.parse::<SeedRange>().is_err())
        );
    }
}
