//! That the local cluster's end, asked for or not, leaves nothing on the machine.

use std::{collections::BTreeSet, fs, process::Command};

use crate::{cluster::Local, error::Result, process::capture, report::Count};

/// After a cluster that was killed in full work, the machine is as it was before.
pub fn check_killed(cluster: &Local<'_>) -> Result<Count> {
    cluster.down()?; // what an earlier killed run left is not this one's
    let before = Machine::look(cluster);
    cluster.up()?;
    cluster.kill()?;
    cluster.down()?; // or the next `up`, which clears the same
    Ok(report(
        "a killed cluster leaves no process, mount, interface, chain or ipset",
        &before,
        &Machine::look(cluster),
    ))
}

/// The cluster goes down; the machine is as one without it.
pub fn check_down(cluster: &Local<'_>) -> Result<Count> {
    let running = Machine::look(cluster);
    cluster.down()?;
    let after = Machine::look(cluster);
    let left: BTreeSet<_> =
        after.0.iter().filter(|item| item.contains("souk-dev") || item.contains("souk0")).collect();
    // The positive control: while it ran, there was something to see.
    let seen = running.0.len() > after.0.len();
    println!(
        "{} the cluster's end leaves nothing behind",
        if left.is_empty() && seen { "ok    " } else { "FAILED" }
    );
    for item in &left {
        println!("          left: {item}");
    }
    Ok(Count::one(left.is_empty() && seen))
}

fn report(name: &str, before: &Machine, after: &Machine) -> Count {
    let left: Vec<_> = after.0.difference(&before.0).collect();
    println!("{} {name}", if left.is_empty() { "ok    " } else { "FAILED" });
    for item in &left {
        println!("          left: {item}");
    }
    Count::one(left.is_empty())
}

/// Everything on the machine that a cluster could have made.
#[derive(Debug)]
struct Machine(BTreeSet<String>);

impl Machine {
    fn look(cluster: &Local<'_>) -> Self {
        let mut seen = BTreeSet::new();
        let mut all = |kind: &str, items: Vec<String>| {
            seen.extend(items.into_iter().map(|item| format!("{kind} {item}")));
        };
        all("interface", folder("/sys/class/net"));
        all("mount", lines_of(&fs::read_to_string("/proc/self/mountinfo").unwrap_or_default(), 4));
        let rules = said("iptables-save", &[]);
        all(
            "chain",
            rules
                .iter()
                .filter(|line| line.starts_with(['-', ':']))
                .map(|line| without_counters(line))
                .collect(),
        );
        all("ipset", said("ipset", &["list", "-name"]));
        all("netns", said("ip", &["netns", "list"]));
        for hierarchy in folder("/sys/fs/cgroup") {
            all(
                "cgroup",
                folder(&format!("/sys/fs/cgroup/{hierarchy}"))
                    .into_iter()
                    .filter(|name| name.starts_with("souk-dev"))
                    .collect(),
            );
        }
        all("process", cluster.processes());
        Self(seen)
    }
}

fn folder(path: &str) -> Vec<String> {
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

fn said(program: &str, arguments: &[&str]) -> Vec<String> {
    capture(Command::new(program).args(arguments)).unwrap_or_default().lines().map(str::to_owned).collect()
}

/// One column of each line.
fn lines_of(text: &str, column: usize) -> Vec<String> {
    text.lines().filter_map(|line| line.split_ascii_whitespace().nth(column)).map(str::to_owned).collect()
}

/// `:INPUT ACCEPT [12:3456]` counts packets, which is not what is looked for.
fn without_counters(line: &str) -> String {
    line.split(" [").next().unwrap_or(line).to_owned()
}
