//! What `bench sizes` says of its samples, and how it comes into the table of docs/sizes.md.

use std::collections::BTreeMap;

use super::{
    engines::Engine,
    figures::{Samples, Stats},
    machine::{Machine, now},
    report::{Aim, Detail, Headline, Report},
    sizes::{CPU, ENVIRONMENT, MEMORY, Measured, name},
};
use crate::{
    error::{Error, Result},
    paths::Paths,
    sizes::{self, Amount, PLANS, Size, Used, plainly},
    tools,
};

/// Of a container's limit, at most: the rest is for what no bench does.
const OF_LIMIT: f64 = 0.9;
const MIB: &str = "MiB";

/// Writes the table of docs/sizes.md, from the reports of all engines. What an engine without a report has there stays.
pub fn put_into_docs(paths: &Paths) -> Result<()> {
    let helm = tools::helm(paths)?;
    let (mut asked, mut used, mut measured) = (Vec::new(), Vec::new(), Vec::new());
    for engine in Engine::ALL {
        let report = Report::read(paths, &name(engine)).ok();
        measured.push((name(engine), report.as_ref().map(Report::circumstances)));
        for plan in PLANS {
            let size = Size::render(paths, &helm, engine, plan, ENVIRONMENT, &plainly())?;
            for container in size.containers.iter().filter(|container| container.stays) {
                if let Some(report) = &report {
                    used.push(used_by(report, engine, plan, &container.name)?);
                }
            }
            asked.push(size);
        }
    }
    sizes::put_into_docs(paths, &asked, &used, &measured)
}

fn used_by(report: &Report, engine: Engine, plan: &str, container: &str) -> Result<Used> {
    let of_plan = |detail: &&Detail| detail.side.ends_with(&format!(", {plan}"));
    let find = |what: &str| {
        let what = format!("{container}: {what}");
        let detail = report.details.iter().filter(of_plan).find(|detail| detail.what == what);
        let missing =
            || Error::Refused(format!("{} has no {what} on {plan}: run it without --plan", report.name));
        detail.ok_or_else(missing)
    };
    let [rest, boot, shoppers] = MEMORY.map(find);
    let label =
        rest.as_ref().ok().and_then(|detail| detail.side.split(", ").next()).unwrap_or_default().to_owned();
    // At rest what is usual, else the most: one peak is enough to be killed.
    let memory_mib = [rest?.stats.p50, boot?.stats.max, shoppers?.stats.max];
    let [rest, boot, shoppers] = CPU.map(find);
    let cpu = [rest?.stats.p50, boot?.stats.max, shoppers?.stats.max];
    Ok(Used { engine, label, plan: plan.to_owned(), container: container.to_owned(), memory_mib, cpu })
}

pub fn report(paths: &Paths, machine: Machine, engine: Engine, all: &[Measured]) -> Result<Report> {
    let label = engine.label(paths)?;
    let (mut aims, mut details, mut sides) = (Vec::new(), Vec::new(), BTreeMap::new());
    for Measured { size, memory, cpu, visits } in all {
        let side = format!("{label}, {}", size.plan);
        details.extend(Detail::all(&side, MIB, memory));
        for (what, stats) in cpu.all() {
            let unit = if what.ends_with(CPU[1]) { "s" } else { "m" };
            details.push(Detail { side: side.clone(), what: what.into(), unit: unit.into(), stats });
        }
        details.extend(Detail::all(&side, "s", visits));
        for container in size.containers.iter().filter(|container| container.stays) {
            aims.extend(aims_of(&side, &container.name, container.requests, container.limits, memory));
        }
        if let Some(stats) = total(size, memory) {
            let what = "memory at rest, all containers".to_owned();
            sides.insert(size.plan.to_owned(), Headline { what, unit: MIB.into(), stats });
        }
    }
    Ok(Report {
        name: name(engine),
        machine,
        date: now()?,
        runs: 1,
        with: engine.circumstance(paths)?.into_iter().collect(),
        sides,
        ratio: None,
        target: None,
        met: aims.iter().all(|aim| aim.met),
        aims,
        details,
        shows_not: SHOWS_NOT.map(Into::into).to_vec(),
    })
}

fn aims_of(side: &str, container: &str, requests: Amount, limits: Amount, memory: &Samples) -> Vec<Aim> {
    let stats = |what: &str| memory.stats(&format!("{container}: {what}"));
    let mib = |amount: Amount| f64::from(u32::try_from(amount.memory_mib).unwrap_or(u32::MAX));
    let ratio = |what: &str, used: f64, bound: f64, most: f64| {
        Aim::at_most(&format!("{side}, {container}: {what}"), "", used / bound, most)
    };
    let rest =
        stats(MEMORY[0]).map(|stats| ratio("memory at rest / asked for", stats.p50, mib(requests), 1.0));
    let most = MEMORY[1..].iter().filter_map(|what| stats(what)).map(|stats| stats.max).reduce(f64::max);
    rest.into_iter()
        .chain(most.map(|most| ratio("most memory / limit", most, mib(limits), OF_LIMIT)))
        .collect()
}

/// The containers' p50 together, as one sample.
fn total(size: &Size, memory: &Samples) -> Option<Stats> {
    let stay = size.containers.iter().filter(|container| container.stays);
    let sum = stay
        .filter_map(|one| memory.stats(&format!("{}: {}", one.name, MEMORY[0])))
        .map(|stats| stats.p50)
        .sum();
    Stats::of(&[sum])
}

const SHOWS_NOT: [&str; 4] = [
    "a store that has grown: twelve products, eighty orders, no import",
    "owners at work in the admin, and what they upload",
    "peaks that are over within half a second",
    "file cache that the kernel can take back: it is not counted, and the kernel fills the limit with it",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn detail(what: &str, unit: &str, values: &[f64]) -> Detail {
        Detail {
            side: "woocommerce (11.0.1), free".into(),
            what: format!("mariadb: {what}"),
            unit: unit.into(),
            stats: Stats::of(values).unwrap(),
        }
    }

    #[test]
    fn the_table_has_the_usual_at_rest_and_the_most_of_what_passes() {
        let details = MEMORY.map(|what| detail(what, MIB, &[80.0, 81.0, 95.0]));
        let cpu = CPU.map(|what| detail(what, "m", &[7.0]));
        let report = Report {
            name: "sizes-woocommerce".into(),
            machine: Machine::here().unwrap(),
            date: String::new(),
            runs: 1,
            with: Vec::new(),
            sides: BTreeMap::new(),
            ratio: None,
            target: None,
            met: true,
            aims: Vec::new(),
            details: details.into_iter().chain(cpu).collect(),
            shows_not: Vec::new(),
        };
        let used = used_by(&report, Engine::Woocommerce, "free", "mariadb").unwrap();
        assert_eq!(used.label, "woocommerce (11.0.1)");
        assert_eq!((used.memory_mib, used.cpu), ([81.0, 95.0, 95.0], [7.0; 3]));
        let missing = used_by(&report, Engine::Woocommerce, "pro", "mariadb").unwrap_err();
        assert!(missing.to_string().contains("no mariadb: memory at rest on pro"), "{missing}");
    }

    #[test]
    fn a_container_is_well_within_its_limit_and_rests_within_what_it_asks_for() {
        let mut memory = Samples::default();
        for (what, most) in MEMORY.iter().zip([90.0, 200.0, 231.0]) {
            memory.extend(&format!("mariadb: {what}"), [80.0, most, most]);
        }
        let amount = |memory_mib| Amount { cpu_m: 100, memory_mib };
        let met = |asked, limit| {
            let aims = aims_of("free", "mariadb", amount(asked), amount(limit), &memory);
            aims.iter().map(|aim| aim.met).collect::<Vec<bool>>()
        };
        assert_eq!(met(90, 257), [true, true]);
        assert_eq!(met(89, 256), [false, false]);
    }
}
