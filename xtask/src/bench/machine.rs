//! Where and when a bench ran.

use std::{fs, process::Command};

use serde::{Deserialize, Serialize};

use crate::{
    error::{Doing, Result},
    process::capture,
};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Machine {
    pub cpu: String,
    pub cores: usize,
    pub memory_gib: f64,
    pub kernel: String,
    /// The load of the last minute when the bench began: above 1 or so, others were at work here.
    pub load_before: f64,
}

impl Machine {
    /// This one, now.
    pub fn here() -> Result<Self> {
        let read = |file: &str| fs::read_to_string(file).doing(format!("reading {file}"));
        let field = |text: &str, name: &str| {
            let line = text.lines().find(|line| line.starts_with(name))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        };
        let (cpu, memory) = (read("/proc/cpuinfo")?, read("/proc/meminfo")?);
        let kibibytes = field(&memory, "MemTotal")
            .and_then(|text| text.split_whitespace().next()?.parse::<f64>().ok())
            .unwrap_or_default();
        let load = read("/proc/loadavg")?;
        Ok(Self {
            cpu: field(&cpu, "model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned()),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_gib: (kibibytes / 1024.0 / 102.4).round() / 10.0,
            kernel: read("/proc/sys/kernel/osrelease")?.trim().to_owned(),
            load_before: load.split_whitespace().next().and_then(|one| one.parse().ok()).unwrap_or_default(),
        })
    }
}

/// The machine's clock, as RFC 3339.
pub fn now() -> Result<String> {
    Ok(capture(Command::new("date").args(["--utc", "+%Y-%m-%dT%H:%M:%SZ"]))?.trim().to_owned())
}
