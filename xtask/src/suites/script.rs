//! Tests that are a script of their own. It ends as the gate does: `N passed, N failed`.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
};

use crate::{
    error::{Doing, Error, Result},
    report::Count,
};

pub fn run(command: &mut Command) -> Result<Count> {
    let program = command.get_program().display().to_string();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .doing(format!("starting {program}"))?;
    let said = child.stdout.take().ok_or_else(|| Error::Refused(format!("{program} has no output")))?;
    let mut last = String::new();
    for line in BufReader::new(said).lines() {
        last = line.doing(format!("reading what {program} says"))?;
        println!("{last}");
    }
    let status = child.wait().doing(format!("waiting for {program}"))?;
    Ok(count(&last, status.success()))
}

/// One that ends badly has failed, and so has one that ran nothing, whatever it says.
fn count(last_line: &str, ended_well: bool) -> Count {
    let (passed, failed) = counted(last_line).unwrap_or_default();
    let is_well = ended_well && passed + failed > 0;
    Count { passed, failed: failed.max(u32::from(!is_well)), skipped: 0 }
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

    #[test]
    fn a_script_that_ends_badly_or_says_nothing_has_failed() {
        let failed = |last: &str, ended_well| count(last, ended_well).failed;
        assert_eq!(failed("12 passed, 0 failed", true), 0);
        assert_eq!(failed("12 passed, 0 failed", false), 1);
        assert_eq!(failed("", true), 1);
        assert_eq!(failed("0 passed, 0 failed", true), 1);
    }
}
