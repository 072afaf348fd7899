//! What a bench leaves behind: `target/bench/NAME.json`, a table for the terminal, and the same for the docs.
//!
//! Invariant: both tables are printed from what the file holds, so neither can say anything else than it.

use std::{collections::BTreeMap, fs, path::PathBuf};

use serde::{Deserialize, Serialize};

use super::{
    figures::{Samples, Stats, round},
    machine::Machine,
};
use crate::{
    error::{Doing, Error, Result},
    paths::Paths,
    process::write_whole,
};

#[derive(Debug, Serialize, Deserialize)]
pub struct Report {
    pub name: String,
    pub machine: Machine,
    /// When it ended, RFC 3339.
    pub date: String,
    /// Rounds in which the sides took turns; the warm-up round before them is not among them.
    pub runs: usize,
    /// What ran that may be another thing elsewhere: which plugin.
    #[serde(default)]
    pub with: Vec<String>,
    /// What each side's headline is, by its name. Souk's is always `souk`.
    pub sides: BTreeMap<String, Headline>,
    /// Souk's p50 to the peer's, where the bench has a peer.
    pub ratio: Option<f64>,
    /// The most that the ratio may be, where there is an aim for it.
    pub target: Option<f64>,
    /// Whether every aim is met.
    pub met: bool,
    pub aims: Vec<Aim>,
    pub details: Vec<Detail>,
    /// What these figures do not show.
    pub shows_not: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Headline {
    pub what: String,
    pub unit: String,
    #[serde(flatten)]
    pub stats: Stats,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Aim {
    pub what: String,
    pub unit: String,
    pub value: f64,
    /// At most.
    pub target: f64,
    pub met: bool,
}

impl Aim {
    pub fn at_most(what: &str, unit: &str, value: f64, target: f64) -> Self {
        Self { what: what.into(), unit: unit.into(), value: round(value), target, met: value <= target }
    }
}

/// One thing that was measured on one side.
#[derive(Debug, Serialize, Deserialize)]
pub struct Detail {
    pub side: String,
    pub what: String,
    pub unit: String,
    #[serde(flatten)]
    pub stats: Stats,
}

impl Detail {
    pub fn all(side: &str, unit: &str, samples: &Samples) -> Vec<Self> {
        let detail = |(what, stats): (&str, Stats)| Self {
            side: side.into(),
            what: what.into(),
            unit: unit.into(),
            stats,
        };
        samples.all().map(detail).collect()
    }
}

fn file(paths: &Paths, name: &str) -> PathBuf {
    paths.repo.join("target/bench").join(format!("{name}.json"))
}

impl Report {
    pub fn write(&self, paths: &Paths) -> Result<()> {
        let text = serde_json::to_string_pretty(self).doing("writing a bench's report")?;
        write_whole(&file(paths, &self.name), &format!("{text}\n"))
    }

    /// What the last run left.
    pub fn read(paths: &Paths, name: &str) -> Result<Self> {
        let file = file(paths, name);
        let text = fs::read_to_string(&file).map_err(|_| {
            Error::Refused(format!(
                "{} is not there: run that bench first (`cargo xtask bench --help`)",
                file.display()
            ))
        })?;
        serde_json::from_str(&text).doing(format!("reading {}", file.display()))
    }

    pub fn print(&self, paths: &Paths) {
        println!("\n{}", self.circumstances());
        print!("{}", plain(&self.details_table()));
        println!();
        print!("{}", plain(&self.aims_table()));
        println!("\nIt does not show:");
        for one in &self.shows_not {
            println!("- {one}");
        }
        println!("\n{}", file(paths, &self.name).display());
    }

    /// As in docs/benchmarks.md.
    pub fn markdown(&self) -> String {
        let (aims, details) = (markdown(&self.aims_table()), markdown(&self.details_table()));
        format!("{}.\n\n{aims}\n{details}", self.circumstances())
    }

    /// Puts the tables into docs/benchmarks.md, in place of those of an earlier run.
    pub fn put_into_docs(&self, paths: &Paths) -> Result<()> {
        let page = paths.repo.join("docs/benchmarks.md");
        let text = fs::read_to_string(&page).doing(format!("reading {}", page.display()))?;
        let new = replaced(&text, &self.name, &self.markdown())
            .ok_or_else(|| Error::Refused(format!("{} has no place for {}", page.display(), self.name)))?;
        write_whole(&page, &new)
    }

    /// When and where, and with what, in one line without its full stop.
    pub fn circumstances(&self) -> String {
        let Machine { cpu, cores, memory_gib, kernel, load_before } = &self.machine;
        let said = format!(
            "`{}`, {}, {} rounds, on {cores} cores ({cpu}), {memory_gib} GiB, Linux {kernel}, load before: {load_before}",
            self.name, self.date, self.runs
        );
        [&[said], self.with.as_slice()].concat().join(". ")
    }

    fn details_table(&self) -> Vec<Vec<String>> {
        let head = ["side", "what", "unit", "n", "min", "p50", "p95", "p99", "max"];
        let row = |detail: &Detail| {
            let Stats { samples, min, p50, p95, p99, max } = &detail.stats;
            let mut row =
                vec![detail.side.clone(), detail.what.clone(), detail.unit.clone(), samples.to_string()];
            row.extend([min, p50, p95, p99, max].map(|value| number(*value)));
            row
        };
        table(&head, self.details.iter().map(row))
    }

    fn aims_table(&self) -> Vec<Vec<String>> {
        let row = |aim: &Aim| {
            let met = if aim.met { "met" } else { "MISSED" };
            vec![aim.what.clone(), aim.unit.clone(), number(aim.value), number(aim.target), met.to_owned()]
        };
        table(&["aim", "unit", "measured", "at most", ""], self.aims.iter().map(row))
    }
}

/// The page with other tables between a bench's two marks.
fn replaced(page: &str, name: &str, tables: &str) -> Option<String> {
    let (open, close) = (format!("<!-- bench:{name} -->\n"), format!("<!-- /bench:{name} -->"));
    let (before, rest) = page.split_once(&open)?;
    let (_, after) = rest.split_once(&close)?;
    Some(format!("{before}{open}\n{tables}\n{close}{after}"))
}

fn number(value: f64) -> String {
    let digits = if value.abs() >= 100.0 { 1 } else { 3 };
    let text = format!("{value:.digits$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn table(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> Vec<Vec<String>> {
    std::iter::once(head.iter().map(ToString::to_string).collect()).chain(rows).collect()
}

fn plain(rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..rows.first().map_or(0, Vec::len))
        .map(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default())
        .collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

fn markdown(rows: &[Vec<String>]) -> String {
    let line = |row: &Vec<String>| format!("| {} |\n", row.join(" | "));
    let rule = |row: &Vec<String>| format!("|{}\n", "---|".repeat(row.len()));
    rows.iter()
        .enumerate()
        .map(|(at, row)| if at == 0 { line(row) + &rule(row) } else { line(row) })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn report() -> Report {
        let mut samples = Samples::default();
        samples.extend("total", [2.0, 1.0, 3.0]);
        let stats = samples.stats("total").unwrap();
        let aims = vec![Aim::at_most("souk / script", "", 0.5, 0.6), Aim::at_most("p95", "s", 21.0, 20.0)];
        Report {
            name: "provision".into(),
            machine: Machine {
                cpu: "one".into(),
                cores: 2,
                memory_gib: 8.0,
                kernel: "6".into(),
                load_before: 0.1,
            },
            date: "2026-01-01T00:00:00Z".into(),
            runs: 3,
            with: vec!["a stand-in ran".into()],
            sides: BTreeMap::from([(
                "souk".to_owned(),
                Headline { what: "total".into(), unit: "s".into(), stats },
            )]),
            ratio: Some(0.5),
            target: Some(0.6),
            met: aims.iter().all(|aim| aim.met),
            aims,
            details: Detail::all("souk", "s", &samples),
            shows_not: vec!["much".into()],
        }
    }

    #[test]
    fn the_file_has_the_shape_that_its_readers_know() {
        let value: Value = serde_json::to_value(report()).unwrap();
        for name in ["name", "machine", "date", "runs", "sides", "ratio", "target", "met"] {
            assert!(!value[name].is_null(), "{name} is missing in {value:#}");
        }
        let souk = &value["sides"]["souk"];
        assert_eq!((&souk["p50"], &souk["p95"], &souk["p99"]), (&json!(2.0), &json!(3.0), &json!(3.0)));
        assert_eq!(value["ratio"], json!(0.5));
        assert_eq!(serde_json::from_value::<Report>(value).unwrap().details.len(), 1);
    }

    #[test]
    fn what_it_was_measured_with_is_said_in_the_docs_and_an_older_file_says_nothing() {
        assert!(report().markdown().contains("load before: 0.1. a stand-in ran.\n"));
        let mut value = serde_json::to_value(report()).unwrap();
        value.as_object_mut().unwrap().remove("with");
        assert!(serde_json::from_value::<Report>(value).unwrap().with.is_empty());
    }

    #[test]
    fn one_missed_aim_is_not_met() {
        let report = report();
        assert!(report.aims[0].met && !report.aims[1].met && !report.met);
        assert!(plain(&report.aims_table()).contains("MISSED"));
        assert!(Aim::at_most("exactly", "s", 20.0, 20.0).met);
    }

    #[test]
    fn the_docs_table_has_a_rule_below_its_head_and_a_row_for_each_detail() {
        let lines = markdown(&report().details_table());
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(lines[0], "| side | what | unit | n | min | p50 | p95 | p99 | max |");
        assert_eq!(lines[1], "|---|---|---|---|---|---|---|---|---|");
        assert_eq!(lines[2], "| souk | total | s | 3 | 1 | 2 | 3 | 3 | 3 |");
    }

    #[test]
    fn the_page_has_a_place_for_each_bench_and_only_that_place_changes() {
        let page = include_str!("../../../docs/benchmarks.md");
        for name in ["provision", "queue", "api", "limits", "idle"] {
            let once = replaced(page, name, "| a |\n").unwrap();
            assert_eq!(replaced(&once, name, "| a |\n").unwrap(), once);
            assert_eq!(once.lines().next(), page.lines().next());
            assert!(once.contains("| a |") && once.lines().last() == page.lines().last());
        }
        assert_eq!(replaced(page, "unknown", ""), None);
    }
}
