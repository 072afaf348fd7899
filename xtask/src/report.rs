//! What the gate found: printed for people, written for machines.

use std::{
    process::Command,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde::Serialize;

use crate::{
    error::{Doing, Result},
    paths::Paths,
    process::{capture, write_whole},
};

/// The outcome of one suite, or of one part of it.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Count {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
}

impl Count {
    pub fn one(passed: bool) -> Self {
        Self { passed: passed.into(), failed: (!passed).into(), skipped: 0 }
    }

    pub fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

#[derive(Debug, Serialize)]
pub struct SuiteReport {
    pub name: &'static str,
    pub seconds: f64,
    #[serde(flatten)]
    pub count: Count,
    /// Why tests of it were skipped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped_because: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Report {
    machine: String,
    unix_time: u64,
    /// From the first build to the end; suites and builds overlap.
    wall_seconds: f64,
    suites_seconds: f64,
    #[serde(flatten)]
    total: Count,
    suites: Vec<SuiteReport>,
}

impl Report {
    #[expect(clippy::disallowed_methods, reason = "the report says when it was made")]
    pub fn new(suites: Vec<SuiteReport>, wall: Duration) -> Self {
        let mut total = Count::default();
        for suite in &suites {
            total.add(&suite.count);
        }
        let unix_time = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let machine = capture(Command::new("uname").args(["-srm"])).unwrap_or_default();
        let cores = std::thread::available_parallelism().map_or(0, usize::from);
        Self {
            machine: format!("{} {cores} cores", machine.trim()),
            unix_time,
            wall_seconds: wall.as_secs_f64(),
            suites_seconds: suites.iter().map(|suite| suite.seconds).sum(),
            total,
            suites,
        }
    }

    pub fn is_green(&self) -> bool {
        self.total.failed == 0
    }

    /// The table, and as its last line the one that counts.
    pub fn print(&self) {
        println!("\n{:<8} {:>8} {:>7} {:>7} {:>8}", "suite", "seconds", "passed", "failed", "skipped");
        for suite in &self.suites {
            let Count { passed, failed, skipped } = suite.count;
            let why = suite.skipped_because.as_deref().map(|why| format!("  {why}")).unwrap_or_default();
            println!("{:<8} {:>8.1} {passed:>7} {failed:>7} {skipped:>8}{why}", suite.name, suite.seconds);
        }
        println!("{:<8} {:>8.1}   (wall clock {:.1} s)\n", "sum", self.suites_seconds, self.wall_seconds);
        println!("{}", self.last_line());
    }

    fn last_line(&self) -> String {
        let Count { passed, failed, skipped } = self.total;
        let skipped = if skipped == 0 { String::new() } else { format!(", {skipped} skipped") };
        format!("{passed} passed, {failed} failed{skipped}")
    }

    pub fn write(&self, paths: &Paths) -> Result<()> {
        let text = serde_json::to_string_pretty(self).doing("writing the test report")?;
        write_whole(&paths.repo.join("target/test-report.json"), &format!("{text}\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(count: Count) -> Report {
        Report::new(
            vec![SuiteReport { name: "unit", seconds: 1.0, count, skipped_because: None }],
            Duration::from_secs(1),
        )
    }

    #[test]
    fn the_last_line_names_skips_only_when_there_are_any() {
        assert_eq!(report(Count { passed: 3, failed: 1, skipped: 0 }).last_line(), "3 passed, 1 failed");
        assert_eq!(
            report(Count { passed: 3, failed: 0, skipped: 2 }).last_line(),
            "3 passed, 0 failed, 2 skipped"
        );
    }

    #[test]
    fn one_failure_is_not_green() {
        assert!(!report(Count { passed: 99, failed: 1, skipped: 0 }).is_green());
        assert!(report(Count { passed: 99, failed: 0, skipped: 0 }).is_green());
    }
}
