//! Processes of this machine, as `/proc` shows them: who is whose child, and who still lives.

use std::fs;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// A living process as it was when it was seen: another one with its number is not it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Process {
    pub pid: i32,
    /// Clock ticks after boot, as in field 22 of /proc/PID/stat.
    start_ticks: u64,
}

impl Process {
    #[must_use]
    pub fn of(pid: i32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name, in brackets, may itself hold brackets and spaces.
        let (_, fields) = stat.rsplit_once(')')?;
        let mut fields = fields.split_ascii_whitespace();
        if matches!(fields.next()?, "Z" | "X") {
            return None; // dead, and only not collected yet
        }
        Some(Self { pid, start_ticks: fields.nth(18)?.parse().ok()? })
    }

    #[must_use]
    pub fn is_alive(self) -> bool {
        Self::of(self.pid) == Some(self)
    }

    /// Sends it a signal, if it lives.
    pub fn signal(self, signal: Signal) {
        if self.is_alive() {
            let _ = kill(Pid::from_raw(self.pid), signal);
        }
    }

    /// Its children, theirs, and so on.
    #[must_use]
    pub fn descendants(self) -> Vec<Self> {
        let mut found = Vec::new();
        let mut parents = vec![self];
        while let Some(parent) = parents.pop() {
            let children = parent.children();
            found.extend_from_slice(&children);
            parents.extend(children);
        }
        found
    }

    /// A child belongs to the thread that started it.
    fn children(self) -> Vec<Self> {
        let tasks = fs::read_dir(format!("/proc/{}/task", self.pid)).into_iter().flatten().flatten();
        let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
        let pids = lists.flat_map(|list| {
            list.split_ascii_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<i32>>()
        });
        pids.filter_map(Self::of).collect()
    }

    /// The words of its command line.
    #[must_use]
    pub fn words(self) -> Vec<String> {
        let line = fs::read(format!("/proc/{}/cmdline", self.pid)).unwrap_or_default();
        let words = line.split(|byte| *byte == 0).filter(|word| !word.is_empty());
        words.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    }
}

fn all() -> impl Iterator<Item = Process> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).filter_map(Process::of)
}

/// Every process that has `word` among the words of its command line.
#[must_use]
pub fn with_word(word: &str) -> Vec<Process> {
    all().filter(|process| process.words().iter().any(|one| one == word)).collect()
}

/// The command line of every process, its words with spaces between.
#[must_use]
pub fn command_lines() -> Vec<String> {
    all().map(|process| process.words().join(" ")).filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_child_is_seen_while_it_lives_and_not_after() {
        let me = Process::of(i32::try_from(std::process::id()).unwrap()).unwrap();
        let mut child = Command::new("sleep").args(["60", "--", "a-word-of-this-test"]).spawn().unwrap();
        let seen = Process::of(i32::try_from(child.id()).unwrap()).unwrap();
        assert!(me.descendants().contains(&seen));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!seen.is_alive());
        assert!(!me.descendants().contains(&seen));
    }
}
