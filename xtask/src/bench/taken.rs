//! What a process takes, with all that it has started: memory and CPU, by the kernel's account.

use std::{collections::HashMap, fs, time::Duration};

use crate::{
    error::{Error, Result},
    process,
};

const KIBIBYTE_MB: f64 = 1024.0 / 1e6;
/// What `/proc` counts CPU in (`USER_HZ`): the same on every Linux that Rust builds for.
const TICKS_PER_S: f64 = 100.0;
const REST_LIMIT: Duration = Duration::from_mins(1);
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// CPU between two looks that is no work: a tick or two.
const IDLE_S: f64 = 0.025;

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Taken {
    /// The sum of each process's: pages that several share (a program, a library) count for each.
    pub resident_mb: f64,
    /// Each page once, whoever shares it.
    pub shared_once_mb: f64,
    pub cpu_s: f64,
}

/// Of the process and its descendants, now.
pub fn by(pid: u32) -> Result<Taken> {
    let processes: HashMap<u32, Stat> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            // One that has ended meanwhile takes nothing.
            Some((pid, stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)?))
        })
        .collect();
    let mut family = vec![pid];
    let mut at = 0;
    while let Some(parent) = family.get(at).copied() {
        family.extend(processes.iter().filter(|(_, stat)| stat.parent == parent).map(|(pid, _)| *pid));
        at += 1;
    }
    let mut taken = Taken::default();
    for member in family {
        let memory = fs::read_to_string(format!("/proc/{member}/smaps_rollup")).ok();
        let (Some(stat), Some((resident, shared_once))) =
            (processes.get(&member), memory.as_deref().and_then(memory_kib))
        else {
            if member == pid {
                return Err(Error::Refused(format!("process {pid} is not there to be looked at")));
            }
            continue;
        };
        taken.resident_mb += resident * KIBIBYTE_MB;
        taken.shared_once_mb += shared_once * KIBIBYTE_MB;
        taken.cpu_s += stat.cpu_s;
    }
    Ok(taken)
}

/// Waits until they have nothing to do any more: what clients that are gone had asked for may go on for seconds.
pub fn wait_idle(pid: u32) -> Result<()> {
    let mut before = f64::NEG_INFINITY; // the first look ends no wait
    process::wait_closely("the side is at rest", REST_LIMIT, LOOK_EVERY, || {
        let now = by(pid)?.cpu_s;
        let used = now - std::mem::replace(&mut before, now);
        Ok(used < IDLE_S)
    })
}

#[derive(Debug, PartialEq)]
struct Stat {
    parent: u32,
    cpu_s: f64,
}

/// Fields 4, 14 and 15 of /proc/PID/stat; the name before them may hold brackets and spaces.
fn stat(text: &str) -> Option<Stat> {
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_ascii_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some(Stat { parent: fields.get(1)?.parse().ok()?, cpu_s: (ticks(11)? + ticks(12)?) / TICKS_PER_S })
}

/// Resident, and resident with each shared page divided among those who share it.
fn memory_kib(rollup: &str) -> Option<(f64, f64)> {
    let field = |name: &str| {
        let line = rollup.lines().find(|line| line.split(':').next() == Some(name))?;
        line.split_ascii_whitespace().nth(1)?.parse().ok()
    };
    Some((field("Rss")?, field("Pss")?))
}

#[cfg(test)]
mod tests {
    use std::{
        io::{BufRead as _, BufReader},
        process::{Command, Stdio},
    };

    use nix::{
        sys::signal::{Signal, kill},
        unistd::Pid,
    };

    use super::*;

    #[test]
    fn a_name_with_brackets_moves_no_field() {
        let text = "42 (node (x) y) S 7 42 42 0 -1 4194304 1 2 3 4 150 50 9 9 20 0 11 0 100 1 1";
        assert_eq!(stat(text), Some(Stat { parent: 7, cpu_s: 2.0 }));
        assert_eq!(stat("42 (node"), None);
    }

    #[test]
    fn memory_is_read_by_whole_names() {
        let rollup = "55-77 ---p 00000000 00:00 0 [rollup]\nRss:  900 kB\nPss:  300 kB\nPss_Anon:  1 kB\n";
        assert_eq!(memory_kib(rollup), Some((900.0, 300.0)));
        assert_eq!(memory_kib("Rss: 900 kB\n"), None);
    }

    #[test]
    fn children_are_counted_with_their_parent() {
        let mut parent = Command::new("sh")
            .args(["-c", "sleep 60 & echo begun; wait"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(parent.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let alone = memory_kib(&fs::read_to_string(format!("/proc/{}/smaps_rollup", parent.id())).unwrap());
        let taken = by(parent.id()).unwrap();
        let stats = fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| {
            let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
            Some((pid, stat(&fs::read_to_string(entry.path().join("stat")).ok()?)?))
        });
        for (child, _) in stats.filter(|(_, stat)| stat.parent == parent.id()) {
            kill(Pid::from_raw(child), Signal::SIGKILL).unwrap();
        }
        parent.wait().unwrap();
        let alone_mb = alone.unwrap().0 * KIBIBYTE_MB;
        assert!(taken.resident_mb > 1.1 * alone_mb, "{taken:?} is not more than {alone_mb} MB");
    }
}
