//! The table of `docs/sizes.md`: what each container asks for and may take, beside what was measured.
//!
//! Invariant: the chart's part of a row is checked against the chart at each run of the gate; the measured part comes
//! from a bench's report and from nowhere else, and is checked against the sizes.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{Amount, Size};
use crate::{
    bench::engines::Engine,
    error::{Doing, Error, Result},
    paths::Paths,
    process::write_whole,
};

const OPEN: &str = "<!-- sizes -->\n";
const CLOSE: &str = "<!-- /sizes -->";
const HEAD: &str = "\
| engine | plan | container | CPU: asked / limit | memory: asked / limit, MiB | memory at rest | at boot, most | ten shoppers, most | CPU at rest | at boot | ten shoppers |
|---|---|---|---|---|---|---|---|---|---|---|
";
/// The row of all containers together, and the one of their bound.
const ALL: &str = "all";
const QUOTA: &str = "quota";
const NOT_MEASURED: &str = "-";
/// Of a row, those that the chart decides: whose it is, and two amounts.
const KEYS: usize = 3;
const AMOUNTS: usize = 2;

/// What one container was seen to use: memory in MiB, CPU at boot in seconds, else in thousandths of a core.
#[derive(Debug, Clone, PartialEq)]
pub struct Used {
    pub engine: Engine,
    /// The engine and which plugin.
    pub label: String,
    pub plan: String,
    pub container: String,
    /// At rest, at boot, with shoppers.
    pub memory_mib: [f64; 3],
    pub cpu: [f64; 3],
}

/// A bench's name, and what its report says of where it was measured.
pub type Circumstances = (String, Option<String>);

/// Writes the table anew, under the lines that say what was measured where. What was not measured now stays as it was.
pub fn put_into_docs(paths: &Paths, asked: &[Size], used: &[Used], measured: &[Circumstances]) -> Result<()> {
    let page = page(paths);
    let text = read(&page)?;
    let (before, old, after) = parts(&text).ok_or_else(|| no_place(&page))?;
    let new = written(old, asked, used, measured);
    write_whole(&page, &format!("{before}{OPEN}\n{new}\n{CLOSE}{after}"))
}

fn written(old: &str, asked: &[Size], used: &[Used], measured: &[Circumstances]) -> String {
    let mut page = String::new();
    for (name, said) in measured {
        let before = || old.lines().find(|line| line.starts_with(&format!("`{name}`")));
        let line = match said {
            Some(said) => format!("{said}."),
            None => before().map_or_else(|| format!("`{name}`: not measured yet."), str::to_owned),
        };
        page.extend([line.as_str(), "\n\n"]);
    }
    page += HEAD;
    let there: Vec<Vec<&str>> = old.lines().filter_map(cells).collect();
    for row in asked.iter().flat_map(rows) {
        let found = used
            .iter()
            .find(|used| used.engine.name() == row[0] && used.plan == row[1] && used.container == row[2]);
        let before = there.iter().find(|found| is_of(found, &row));
        page += &match (found, before) {
            (None, Some(before)) => kept(&row, before),
            (found, _) => line(&row, found),
        };
    }
    page
}

/// Where the page and the chart differ, and where something was seen to use more than it asks for or may take.
pub fn flaws(paths: &Paths, asked: &[Size]) -> Result<Vec<String>> {
    let page = page(paths);
    let text = read(&page)?;
    let (_, table, _) = parts(&text).ok_or_else(|| no_place(&page))?;
    Ok(compared(table, asked))
}

fn compared(table: &str, asked: &[Size]) -> Vec<String> {
    let mut flaws = Vec::new();
    let mut there: Vec<Vec<&str>> =
        table.lines().filter_map(cells).filter(|row| row[0] != "engine").collect();
    for (size, row) in asked.iter().flat_map(|size| rows(size).into_iter().map(move |row| (size, row))) {
        let named = row[..KEYS].join(", ");
        let Some(at) = there.iter().position(|found| is_of(found, &row)) else {
            flaws.push(format!(
                "there is no row for {named}: run `cargo xtask bench sizes --engine {} --docs`",
                size.engine.name()
            ));
            continue;
        };
        let found = there.remove(at);
        let amounts = KEYS..KEYS + AMOUNTS;
        if found[amounts.clone()] != row[amounts.clone()] {
            flaws.push(format!(
                "{named}: the page says {}, the chart {}",
                found[amounts.clone()].join(", "),
                row[amounts].join(", ")
            ));
        }
        let container = size.containers.iter().find(|container| container.name == row[2]);
        if let Some(container) = container.filter(|container| container.stays) {
            flaws.extend(overdrawn(&named, &found, container.requests, container.limits));
        }
    }
    flaws.extend(there.iter().map(|row| format!("{}: the chart has no such row", row[..KEYS].join(", "))));
    flaws
}

/// At rest a container uses no more than it asks for, for that is kept for it; and never more than its limit. A new
/// container is in the table before somebody has measured it.
fn overdrawn(named: &str, row: &[&str], requests: Amount, limits: Amount) -> Vec<String> {
    let bounds = [("at rest", requests), ("at boot", limits), ("with ten shoppers", limits)];
    let measured = &row[KEYS + AMOUNTS..];
    let over = |(cell, (when, bound)): (&&str, (&str, Amount))| match cell.parse::<u64>() {
        Ok(used) if used <= bound.memory_mib => None,
        Ok(used) => Some(format!("{named}: {used} MiB {when} are more than {}", bound.memory_mib)),
        Err(_) if *cell == NOT_MEASURED => None,
        Err(_) => Some(format!("{named}: `{cell}` {when} is no number of MiB")),
    };
    measured.iter().zip(bounds).filter_map(over).collect()
}

/// The chart's part of a size's rows: engine, plan, container, CPU, memory.
fn rows(size: &Size) -> Vec<[String; KEYS + AMOUNTS]> {
    let row = |container: &str, asked: Amount, limit: Amount| {
        let cpu = format!("{}m / {}m", asked.cpu_m, limit.cpu_m);
        let memory = format!("{} / {}", asked.memory_mib, limit.memory_mib);
        [size.engine.name().to_owned(), size.plan.to_owned(), container.to_owned(), cpu, memory]
    };
    let mut rows: Vec<_> = size
        .containers
        .iter()
        .map(|container| row(&container.name, container.requests, container.limits))
        .collect();
    let (requests, limits) = size.sums();
    rows.push(row(ALL, requests, limits));
    rows.push(row(QUOTA, size.quota.requests, size.quota.limits));
    rows
}

fn line(row: &[String; KEYS + AMOUNTS], used: Option<&Used>) -> String {
    let mut cells = row.to_vec();
    if let Some(Used { label, memory_mib, cpu, .. }) = used {
        cells[0].clone_from(label);
        cells.extend(memory_mib.map(|mib| format!("{:.0}", mib.ceil())));
        cells.extend([
            format!("{:.0}m", cpu[0].ceil()),
            format!("{:.1} s", cpu[1]),
            format!("{:.0}m", cpu[2].ceil()),
        ]);
    } else {
        cells.extend([NOT_MEASURED; 6].map(str::to_owned));
    }
    format!("| {} |\n", cells.join(" | "))
}

/// What the page has of a row, with what the chart says of it now.
fn kept(row: &[String; KEYS + AMOUNTS], before: &[&str]) -> String {
    let mut cells = before.to_vec();
    for (cell, now) in cells.iter_mut().zip(row).skip(1) {
        *cell = now;
    }
    format!("| {} |\n", cells.join(" | "))
}

/// The engine's cell may name a plugin behind the engine.
fn is_of(found: &[&str], row: &[String]) -> bool {
    let engine = found[0].split(" (").next().unwrap_or_default();
    engine == row[0] && found[1] == row[1] && found[2] == row[2]
}

/// A line of the table; no rule, no text.
fn cells(line: &str) -> Option<Vec<&str>> {
    let inner = line.strip_prefix("| ")?.strip_suffix(" |")?;
    let cells: Vec<&str> = inner.split(" | ").collect();
    (cells.len() == KEYS + AMOUNTS + 6).then_some(cells)
}

fn parts(page: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = page.split_once(OPEN)?;
    let (table, after) = rest.split_once(CLOSE)?;
    Some((before, table, after))
}

fn page(paths: &Paths) -> PathBuf {
    paths.repo.join("docs/sizes.md")
}

fn read(page: &Path) -> Result<String> {
    fs::read_to_string(page).doing(format!("reading {}", page.display()))
}

fn no_place(page: &Path) -> Error {
    Error::Refused(format!("{} has no place for the table", page.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sizes::{Container, Quota, Range};

    fn size() -> Size {
        let amount = |cpu_m, memory_mib| Amount { cpu_m, memory_mib };
        let container = |name: &str, stays| Container {
            name: name.into(),
            requests: amount(100, 200),
            limits: amount(1000, 400),
            stays,
        };
        Size {
            engine: Engine::Woocommerce,
            plan: "free",
            containers: vec![container("woocommerce", true), container("cron", false)],
            volumes: Vec::new(),
            services: 1,
            quota: Quota {
                requests: amount(1000, 1024),
                limits: amount(3000, 3072),
                pods: 10,
                volumes: 5,
                storage_mib: 10240,
                services: 5,
            },
            range: Range {
                least: amount(10, 16),
                most: amount(1000, 1024),
                volume_least_mib: 100,
                volume_most_mib: 5120,
            },
        }
    }

    fn table(memory_mib: [f64; 3]) -> String {
        let used = Used {
            engine: Engine::Woocommerce,
            label: "woocommerce (11.0.1)".into(),
            plan: "free".into(),
            container: "woocommerce".into(),
            memory_mib,
            cpu: [4.2, 3.13, 900.0],
        };
        let size = size();
        rows(&size).iter().map(|row| line(row, (row[2] == "woocommerce").then_some(&used))).collect()
    }

    #[test]
    fn the_table_that_is_written_has_no_flaw() {
        let table = table([199.1, 350.0, 400.0]);
        assert_eq!(compared(&format!("{HEAD}{table}"), &[size()]), Vec::<String>::new());
        let first = table.lines().next().unwrap();
        assert_eq!(
            first,
            "| woocommerce (11.0.1) | free | woocommerce | 100m / 1000m | 200 / 400 | 200 | 350 | 400 | 5m | 3.1 s | 900m |"
        );
        assert!(table.contains("| woocommerce | free | all | 200m / 2000m | 400 / 800 | - |"), "{table}");
    }

    #[test]
    fn what_is_not_measured_now_stays_as_it_was_beside_what_the_chart_says_now() {
        let name = || "sizes-woocommerce".to_owned();
        let old = format!("`sizes-woocommerce`, on a Monday.\n\n{HEAD}{}", table([199.1, 350.0, 400.0]))
            .replace("200 / 400", "1 / 2");
        let new = written(&old, &[size()], &[], &[(name(), None)]);
        assert!(new.starts_with("`sizes-woocommerce`, on a Monday.\n\n"), "{new}");
        assert!(new.contains("| 100m / 1000m | 200 / 400 | 200 | 350 | 400 | 5m | 3.1 s | 900m |"), "{new}");
        let anew = written(&old, &[size()], &[], &[(name(), Some("on a Tuesday".into()))]);
        assert!(anew.starts_with("on a Tuesday.\n\n"), "{anew}");
        assert!(
            written("", &[size()], &[], &[(name(), None)])
                .starts_with("`sizes-woocommerce`: not measured yet.")
        );
    }

    #[test]
    fn a_page_that_says_otherwise_than_the_chart_has_a_flaw() {
        let table = table([199.0, 350.0, 400.0]);
        let flaws = |table: &str| compared(table, &[size()]).join("\n");
        assert!(
            flaws(&table.replace("200 / 400", "200 / 500")).contains("the chart 100m / 1000m, 200 / 400")
        );
        assert!(
            flaws(&table.replace("| cron |", "| worker |")).contains("no row for woocommerce, free, cron")
        );
        assert!(
            flaws(&table.replace("| cron |", "| worker |")).contains("worker: the chart has no such row")
        );
        assert!(flaws(&table.replace("3000m", "4000m")).contains("woocommerce, free, quota"));
    }

    #[test]
    fn what_was_measured_must_be_within_the_sizes() {
        let flaws = |memory| compared(&table(memory), &[size()]).join("\n");
        assert!(flaws([200.1, 1.0, 1.0]).contains("201 MiB at rest are more than 200"));
        assert!(flaws([1.0, 401.0, 1.0]).contains("401 MiB at boot are more than 400"));
        assert!(flaws([1.0, 1.0, 401.0]).contains("401 MiB with ten shoppers are more than 400"));
        let unmeasured = table([1.0, 1.0, 1.0]).replace("| 1 | 1 | 1 |", "| - | - | - |");
        assert_eq!(compared(&unmeasured, &[size()]), Vec::<String>::new());
        let odd = unmeasured.replacen("| - |", "| 1 GiB |", 1);
        assert!(compared(&odd, &[size()]).join("\n").contains("`1 GiB` at rest is no number of MiB"));
    }
}
