//! Samples and what is said of them.
//!
//! Percentiles are by nearest rank: each is a sample that was really measured, none is interpolated. With few
//! samples p95 and p99 are the largest one, and the number of samples stands beside them.

use serde::{Deserialize, Serialize};

/// Digits kept after the point.
const SCALE: f64 = 1000.0;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stats {
    pub samples: usize,
    pub min: f64,
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    pub max: f64,
}

impl Stats {
    /// None of no samples.
    pub fn of(samples: &[f64]) -> Option<Self> {
        let mut sorted = samples.to_vec();
        sorted.sort_by(f64::total_cmp);
        let rank = |percent: usize| round(sorted[(sorted.len() * percent).div_ceil(100).saturating_sub(1)]);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        Some(Self {
            samples: sorted.len(),
            min: round(min),
            p50: rank(50),
            p95: rank(95),
            p99: rank(99),
            max: round(max),
        })
    }
}

pub fn round(value: f64) -> f64 {
    (value * SCALE).round() / SCALE
}

/// Samples of several things, in the order in which they were first seen.
#[derive(Debug, Default)]
pub struct Samples(Vec<(String, Vec<f64>)>);

impl Samples {
    pub fn add(&mut self, what: &str, value: f64) {
        self.extend(what, [value]);
    }

    pub fn extend(&mut self, what: &str, values: impl IntoIterator<Item = f64>) {
        match self.0.iter_mut().find(|(name, _)| name == what) {
            Some((_, samples)) => samples.extend(values),
            None => self.0.push((what.to_owned(), values.into_iter().collect())),
        }
    }

    pub fn append(&mut self, other: Self) {
        for (what, values) in other.0 {
            self.extend(&what, values);
        }
    }

    pub fn stats(&self, what: &str) -> Option<Stats> {
        self.0.iter().find(|(name, _)| name == what).and_then(|(_, samples)| Stats::of(samples))
    }

    pub fn all(&self) -> impl Iterator<Item = (&str, Stats)> {
        self.0.iter().filter_map(|(name, samples)| Some((name.as_str(), Stats::of(samples)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_samples_by_nearest_rank() {
        let hundred: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        let stats = Stats::of(&hundred).unwrap();
        assert_eq!((stats.samples, stats.min, stats.max), (100, 1.0, 100.0));
        assert_eq!((stats.p50, stats.p95, stats.p99), (50.0, 95.0, 99.0));
    }

    #[test]
    fn the_tail_of_few_samples_is_their_largest() {
        let stats = Stats::of(&[3.0, 1.0, 2.0, 5.0, 4.0]).unwrap();
        assert_eq!((stats.p50, stats.p95, stats.p99), (3.0, 5.0, 5.0));
        let one = Stats::of(&[7.25]).unwrap();
        assert_eq!((one.samples, one.p50), (1, 7.25));
        assert_eq!(Stats::of(&[]), None);
    }

    #[test]
    fn things_keep_the_order_in_which_they_came() {
        let mut samples = Samples::default();
        samples.add("namespace", 1.0);
        samples.add("helm", 2.0);
        samples.add("namespace", 3.0);
        let names: Vec<(&str, usize)> = samples.all().map(|(name, stats)| (name, stats.samples)).collect();
        assert_eq!(names, [("namespace", 2), ("helm", 1)]);
    }
}
