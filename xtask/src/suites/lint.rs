//! Checks without a test program: form, lints, layout, licences, shell scripts. Each counts as one test.

use std::{path::Path, process::Command, process::Stdio};

use super::layout;
use crate::{
    error::{Doing, Result},
    hash::listed,
    paths::Paths,
    report::Count,
    tools::Tool,
};

pub fn run(paths: &Paths) -> Result<Count> {
    let mut count = Count::default();
    let mut check = |name: &str, passed: Result<bool>| {
        let passed = passed?;
        println!("{} {name}", if passed { "ok    " } else { "FAILED" });
        count.add(&Count::one(passed));
        Ok(())
    };
    check("cargo fmt --check", cargo(paths, &["fmt", "--all", "--check"]))?;
    check("layout rules", layout::run(paths))?;
    check("shellcheck", shellcheck(paths))?;
    check("cargo deny check bans licenses sources", deny(paths))?;
    check(
        "cargo clippy",
        cargo(
            paths,
            &["clippy", "--quiet", "--workspace", "--all-targets", "--keep-going", "--", "-D", "warnings"],
        ),
    )?;
    Ok(count)
}

fn cargo(paths: &Paths, arguments: &[&str]) -> Result<bool> {
    succeeds(crate::process::cargo().args(arguments).current_dir(&paths.repo))
}

fn deny(paths: &Paths) -> Result<bool> {
    if !paths.repo.join("deny.toml").exists() {
        println!("          there is no deny.toml");
        return Ok(false);
    }
    let program = Tool::CargoDeny.ensure(paths)?.join("cargo-deny");
    succeeds(
        Command::new(program)
            .args(["--log-level=error", "check", "bans", "licenses", "sources"])
            .current_dir(&paths.repo),
    )
}

/// Every file that git knows and that begins as a shell script does.
fn shellcheck(paths: &Paths) -> Result<bool> {
    let scripts: Vec<_> = listed(&paths.repo, Path::new("."))?
        .into_iter()
        .filter(|file| is_shell(&paths.repo.join(file)))
        .collect();
    if scripts.is_empty() {
        return Ok(true);
    }
    succeeds(Command::new("shellcheck").args(&scripts).current_dir(&paths.repo))
}

fn is_shell(file: &Path) -> bool {
    use std::io::Read as _;
    let mut start = [0; 32];
    let Ok(read) = std::fs::File::open(file).and_then(|mut file| file.read(&mut start)) else { return false };
    let first = String::from_utf8_lossy(&start[..read]);
    let first = first.lines().next().unwrap_or_default();
    first.starts_with("#!") && (first.ends_with("sh") || first.contains("bash"))
}

/// Runs a check whose own words go to the terminal.
fn succeeds(command: &mut Command) -> Result<bool> {
    let program = command.get_program().display().to_string();
    let status = command.stdin(Stdio::null()).status().doing(format!("starting {program}"))?;
    Ok(status.success())
}
