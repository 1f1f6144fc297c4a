//! Seeds as typed on the command line: `0..100` is a hundred seeds, 0 to 99; `1,5,9` is three.

use std::fmt;
use std::str::FromStr;

/// Maximum number of seeds in a sweep.
const MAX_SEEDS: u64 = 100_000;

/// A list of seeds and ranges of seeds: at least one seed, at most 100,000.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeedList {
    /// Ascending, without duplicates.
    seeds: Vec<u64>,
    text: String,
}

impl SeedList {
    /// A list of these seeds, written as ranges where they follow each other.
    ///
    /// # Errors
    /// When there is no seed, or there are more than a sweep may have.
    pub fn from_seeds(seeds: impl IntoIterator<Item = u64>) -> Result<Self, String> {
        let mut seeds: Vec<u64> = seeds.into_iter().collect();
        seeds.sort_unstable();
        seeds.dedup();
        match seeds.len() {
            0 => Err("there are no seeds".to_owned()),
            count if count as u64 > MAX_SEEDS => Err(too_many(count as u64)),
            _ => {
                let ranges = seeds.chunk_by(|seed, next| seed.checked_add(1) == Some(*next));
                let written = ranges.map(|range| match range {
                    [one] => one.to_string(),
                    [first, .., last] => format!("{first}..{}", last.saturating_add(1)),
                    [] => String::new(),
                });
                let text = written.collect::<Vec<_>>().join(",");
                Ok(Self { seeds, text })
            }
        }
    }

    /// Whether no seed between the first and the last is missing.
    #[must_use]
    pub fn is_contiguous(&self) -> bool {
        self.seeds.windows(2).all(|pair| pair[0] + 1 == pair[1])
    }

    /// The seeds, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        self.seeds.iter().copied()
    }

    /// The number of seeds.
    #[must_use]
    pub fn count(&self) -> usize {
        self.seeds.len()
    }

    /// Whether a seed is in the list.
    #[must_use]
    pub fn contains(&self, seed: u64) -> bool {
        self.seeds.binary_search(&seed).is_ok()
    }
}

impl FromStr for SeedList {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let syntax_error = || "write FROM..TO, for example 0..100 for the seeds 0 to 99, or a list, for example 1,5,9".to_owned();
        let seed = |text: &str| text.trim().parse::<u64>().map_err(|_| syntax_error());
        let mut seeds = Vec::new();
        for part in text.split(',') {
            let range = match part.split_once("..") {
                Some((from, to)) => seed(from)?..seed(to)?,
                None => {
                    let one = seed(part)?;
                    one..one.checked_add(1).ok_or_else(|| format!("{one} is too large for a seed here"))?
                }
            };
            if range.is_empty() {
                return Err(format!("the range {}..{} is empty", range.start, range.end));
            }
            let count = (range.end - range.start).saturating_add(seeds.len() as u64);
            if count > MAX_SEEDS {
                return Err(too_many(count));
            }
            seeds.extend(range);
        }
        seeds.sort_unstable();
        seeds.dedup();
        Ok(Self { seeds, text: text.split(',').map(str::trim).collect::<Vec<_>>().join(",") })
    }
}

fn too_many(count: u64) -> String {
    format!("{count} seeds are too many; a sweep has at most {MAX_SEEDS}")
}

impl fmt::Display for SeedList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_range_is_excluded() {
        let seeds: SeedList = "3..6".parse().unwrap();
        assert_eq!(seeds.iter().collect::<Vec<_>>(), [3, 4, 5]);
        assert_eq!((seeds.count(), seeds.to_string()), (3, "3..6".to_owned()));
        assert_eq!(
            format!("0..{}", u64::MAX).parse::<SeedList>().map(|_| ()),
            Err(format!("{} seeds are too many; a sweep has at most 100000", u64::MAX))
        );
    }

    #[test]
    fn a_list_of_seeds_and_ranges_has_each_seed_once() {
        let seeds: SeedList = "9, 1..3,5,2".parse().unwrap();
        assert_eq!(seeds.iter().collect::<Vec<_>>(), [1, 2, 5, 9]);
        assert_eq!(seeds.to_string(), "9,1..3,5,2");
        assert!(seeds.contains(5) && !seeds.contains(4));
        assert_eq!("7".parse::<SeedList>().unwrap().iter().collect::<Vec<_>>(), [7]);
    }

    #[test]
    fn seeds_are_written_as_ranges_that_give_the_same_seeds() {
        for (seeds, text) in [(&[4, 2, 3, 2][..], "2..5"), (&[9, 1, 2, 5], "1..3,5,9"), (&[7], "7")] {
            let list = SeedList::from_seeds(seeds.iter().copied()).unwrap();
            assert_eq!(list.to_string(), text);
            assert_eq!(text.parse::<SeedList>().unwrap(), list);
            assert_eq!(list.is_contiguous(), !text.contains(','));
        }
        assert!(SeedList::from_seeds([]).is_err());
        assert!(SeedList::from_seeds(0..100_001).is_err_and(|error| error.contains("too many")));
    }

    #[test]
    fn an_invalid_list_is_an_error() {
        let texts = ["", "5..5", "6..3", "-1..3", "0..", "..4", "a..b", "0..100001", "1,,2", "1,", "0..60000,70000..120000"];
        for text in texts {
            assert!(text.parse::<SeedList>().is_err(), "{text}");
        }
        assert!(u64::MAX.to_string().parse::<SeedList>().is_err());
    }
}
