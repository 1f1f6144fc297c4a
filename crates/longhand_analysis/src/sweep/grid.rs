//! Combinations of param values: every combination of the values given for each param, or a Latin hypercube sample of their ranges.
//!
//! The text of a setting is a value (`0.5`), a list (`0,1,2`), a range with a step (`0..1/0.25`, which includes 0 and 1) or, for a
//! sample only, a range without a step (`0..1`). The items of a list may be ranges with a step.

use std::hash::Hasher;

/// Maximum number of combinations.
const MAX_COMBINATIONS: usize = 10_000;

/// The name of a param, and the text of its value or values.
type Setting = (String, String);

/// The values given for a param.
enum Values {
    List(Vec<String>),
    Range(f64, f64),
}

/// The combinations of the values in `settings`, each with one value per param. If a param is set twice, the last setting counts.
///
/// Without `sample` these are all combinations; the first param changes slowest. With `sample` it is a Latin hypercube sample of that
/// size (McKay, Beckman and Conover 1979): the range of each param is divided into `sample` equal intervals, and each interval is
/// used once, in a different pseudo-random order for each param. A list is sampled like a range of its indices. The sample is a
/// function of the names of the params, their values and its size.
///
/// # Errors
/// When the text of a setting is invalid, when there are more than 10,000 combinations, when a range has no step and `sample` is
/// `None`, or when no param of a sample has more than one value.
pub fn param_combinations(settings: &[Setting], sample: Option<usize>) -> Result<Vec<Vec<Setting>>, String> {
    let mut params: Vec<(&str, Values)> = Vec::new();
    for (name, text) in settings {
        // The last setting of a param has priority, as usual on a command line.
        params.retain(|(other, _)| other != name);
        params.push((name, parse_values(name, text)?));
    }
    match sample {
        Some(size) => latin_hypercube(&params, size),
        None => cross_product(&params),
    }
}

fn parse_values(name: &str, text: &str) -> Result<Values, String> {
    if let Some((low, high)) = text.split_once("..")
        && !text.contains([',', '/'])
    {
        return match (finite(low), finite(high)) {
            (Some(low), Some(high)) if low < high => Ok(Values::Range(low, high)),
            _ => Err(format!("`{name}={text}` is not a range: write {name}=0..1 with the smaller number first")),
        };
    }
    let mut values = Vec::new();
    for part in text.split(',').map(str::trim) {
        match part.split_once("..") {
            _ if part.is_empty() => return Err(format!("`{name}={text}` has an empty value")),
            Some((low, rest)) => values.extend(stepped(low, rest).ok_or_else(|| {
                format!("`{part}` is not a range with a step: write {name}=0..1/0.25 for 0, 0.25, 0.5, 0.75 and 1")
            })?),
            None => values.push(part.to_owned()),
        }
        if values.len() > MAX_COMBINATIONS {
            return Err(format!("`{name}` has too many values; at most {MAX_COMBINATIONS} combinations are possible"));
        }
    }
    Ok(Values::List(values))
}

fn finite(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|value: &f64| value.is_finite())
}

/// The values of a range with a step: from `low` up to the end in `rest`, which is the end and the step (`1/0.25`). `None` if the text
/// is not such a range or it has too many values.
fn stepped(low: &str, rest: &str) -> Option<Vec<String>> {
    let (high, step) = rest.split_once('/')?;
    let (low, high, step) = (finite(low)?, finite(high)?, finite(step)?);
    let steps = (high - low) / step;
    if step <= 0.0 || !(0.0..=MAX_COMBINATIONS as f64).contains(&steps) {
        return None;
    }
    // The tolerance includes the end in spite of rounding errors, such as 0.3 / 0.1 = 2.9999999999999996. Rounding to 12 decimal places
    // removes these errors from the values.
    let last = (steps + 1e-9).floor() as u32;
    let scale = 1e12;
    Some((0..=last).map(|nth| ((low + f64::from(nth) * step) * scale).round() / scale).map(|value| value.to_string()).collect())
}

fn cross_product(params: &[(&str, Values)]) -> Result<Vec<Vec<Setting>>, String> {
    let mut combinations: Vec<Vec<Setting>> = vec![Vec::new()];
    for (name, values) in params {
        let values = match values {
            Values::List(values) => values,
            Values::Range(low, high) => {
                return Err(format!(
                    "`{name}={low}..{high}` has no step: write {name}={low}..{high}/STEP, or add --sample N to draw from it"
                ));
            }
        };
        if combinations.len() * values.len() > MAX_COMBINATIONS {
            return Err(format!("these are more than {MAX_COMBINATIONS} combinations"));
        }
        let extended = combinations.iter().flat_map(|combination| {
            values.iter().map(move |value| {
                let mut combination = combination.clone();
                combination.push(((*name).to_owned(), value.clone()));
                combination
            })
        });
        combinations = extended.collect();
    }
    Ok(combinations)
}

fn latin_hypercube(params: &[(&str, Values)], size: usize) -> Result<Vec<Vec<Setting>>, String> {
    if !(1..=MAX_COMBINATIONS).contains(&size) {
        return Err(format!("a sample has from 1 to {MAX_COMBINATIONS} combinations"));
    }
    let varies = |values: &Values| matches!(values, Values::Range(..)) || matches!(values, Values::List(list) if list.len() > 1);
    if !params.iter().any(|(_, values)| varies(values)) {
        return Err("--sample needs a param with a range or a list, as in --set warmth=0..1".into());
    }
    let mut combinations: Vec<Vec<Setting>> = vec![Vec::new(); size];
    for (name, values) in params {
        let mut parts: Vec<usize> = (0..size).collect();
        parts.sort_by_key(|&part| keyed_hash(name, "order", part));
        for (nth, (part, combination)) in parts.into_iter().zip(&mut combinations).enumerate() {
            // 2^64, so that the position within the part is from 0 to 1.
            let within = keyed_hash(name, "position", nth) as f64 / 18_446_744_073_709_551_616.0;
            let share = ((part as f64 + within) / size as f64).clamp(0.0, 1.0 - f64::EPSILON);
            let value = match values {
                Values::Range(low, high) => (low + share * (high - low)).to_string(),
                Values::List(list) => list[(share * list.len() as f64) as usize].clone(),
            };
            combination.push(((*name).to_owned(), value));
        }
    }
    Ok(combinations)
}

/// A pseudo-random number that depends only on the name of a param, what it is for, and an index.
fn keyed_hash(name: &str, purpose: &str, n: usize) -> u64 {
    let mut hasher = twox_hash::XxHash3_64::new();
    hasher.write(format!("{name} {purpose} {n}").as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn combinations(settings: &[(&str, &str)], sample: Option<usize>) -> Result<Vec<String>, String> {
        let settings: Vec<Setting> = settings.iter().map(|&(name, value)| (name.into(), value.into())).collect();
        let text = |combination: Vec<Setting>| {
            combination.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
        };
        Ok(param_combinations(&settings, sample)?.into_iter().map(text).collect())
    }

    #[test]
    fn lists_and_ranges_are_combined_with_each_other() {
        assert_eq!(combinations(&[], None).unwrap(), [""]);
        assert_eq!(
            combinations(&[("a", "0, 1"), ("b", "true,false"), ("c", "2")], None).unwrap(),
            ["a=0 b=true c=2", "a=0 b=false c=2", "a=1 b=true c=2", "a=1 b=false c=2"]
        );
        let steps = combinations(&[("a", "0..0.3/0.1,5"), ("a", "-1..1/1,7")], None).unwrap();
        assert_eq!(steps, ["a=-1", "a=0", "a=1", "a=7"], "the last setting of a param counts");
        assert_eq!(combinations(&[("a", "0..0.3/0.1")], None).unwrap(), ["a=0", "a=0.1", "a=0.2", "a=0.3"]);
    }

    #[test]
    fn an_invalid_setting_is_an_error() {
        for text in ["0,,1", "0..1", "1..0", "0..1/0", "0..1/-1", "0..1/a", "0..1000000/0.001", "0..nan", ","] {
            assert!(combinations(&[("a", text)], None).is_err(), "{text}");
        }
        assert!(combinations(&[("a", "0..200/1"), ("b", "0..200/1")], None).is_err_and(|error| error.contains("10000")));
        assert!(combinations(&[("a", "1")], Some(5)).is_err() && combinations(&[("a", "0..1")], Some(0)).is_err());
    }

    #[test]
    fn a_latin_hypercube_has_one_value_in_each_part_of_each_range() {
        let settings: Vec<Setting> = [("a", "0..1"), ("b", "10..20"), ("c", "true,false"), ("d", "3")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
        let sample = param_combinations(&settings, Some(10)).unwrap();
        assert_eq!(sample, param_combinations(&settings, Some(10)).unwrap());
        for (param, low, width) in [(0, 0.0, 0.1), (1, 10.0, 1.0)] {
            let mut parts: Vec<usize> =
                sample.iter().map(|row| ((row[param].1.parse::<f64>().unwrap() - low) / width) as usize).collect();
            assert!(!parts.is_sorted(), "the order is drawn");
            parts.sort_unstable();
            assert_eq!(parts, (0..10).collect::<Vec<_>>());
        }
        assert_eq!(sample.iter().filter(|row| row[2].1 == "true").count(), 5);
        assert!(sample.iter().all(|row| row[3].1 == "3"));
    }
}
