//! The chart's own tests, which are a script of their own: goldens, refusals, `helm lint`.

use std::{
    path::Path,
    process::{Command, Stdio},
};

use crate::{
    error::{Doing, Error, Result},
    paths::Paths,
    report::Count,
};

/// The script ends as the gate does: `N passed, N failed`.
pub fn run(paths: &Paths, helm: Option<&Path>) -> Result<Count> {
    let script = paths.repo.join("scripts/chart-goldens.sh");
    let helm = helm.ok_or_else(|| Error::Refused("there is no helm for the chart's tests".into()))?;
    let output = Command::new(&script)
        .env("HELM_BIN", helm)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .doing(format!("starting {}", script.display()))?;
    let said = String::from_utf8_lossy(&output.stdout);
    print!("{said}");
    let (passed, failed) = counted(said.lines().last().unwrap_or_default()).unwrap_or_default();
    // One that ends badly has failed, whatever it counted.
    Ok(Count { passed, failed: failed.max(u32::from(!output.status.success())), skipped: 0 })
}

fn counted(line: &str) -> Option<(u32, u32)> {
    let (passed, failed) = line.split_once(", ")?;
    Some((passed.strip_suffix(" passed")?.parse().ok()?, failed.strip_suffix(" failed")?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_last_line_is_read() {
        assert_eq!(counted("12 passed, 3 failed"), Some((12, 3)));
        assert_eq!(counted("it broke"), None);
    }
}
