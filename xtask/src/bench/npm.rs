//! Peers from npm: installed as their lock files say, once for each state of their folder, into the cache.
//!
//! Invariant: `tools/NAME-KEY` exists only whole, and KEY is a hash of the folder, its lock file included.

use std::{fs, path::PathBuf, process::Command, time::Duration};

use crate::{
    cache,
    error::{Doing, Result},
    hash::{self, Inputs},
    paths::Paths,
    process::{self, Part},
    progress,
};

const INSTALL_LIMIT: Duration = Duration::from_mins(5);

/// A folder of benches/peers with its `node_modules`, ready to run.
pub fn ensure(paths: &Paths, name: &str, folder: &str) -> Result<PathBuf> {
    process::demand_npm()?;
    let source = paths.repo.join(folder);
    let key = Inputs::default().tree(&paths.repo, folder.as_ref())?.key();
    let home = paths.tools().join(format!("{name}-{key}"));
    if home.exists() {
        return Ok(home);
    }
    let half = home.with_extension("half");
    process::remove_tree(&half)?;
    fs::create_dir_all(&half).doing("making an npm peer's folder")?;
    for file in hash::listed(&paths.repo, folder.as_ref())? {
        let from = paths.repo.join(&file);
        let Ok(inside) = from.strip_prefix(&source) else { continue };
        let to = half.join(inside);
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).doing("making an npm peer's folder")?;
        }
        fs::copy(&from, to).doing(format!("copying {}", file.display()))?;
    }
    let part = Part {
        name: "npm ci",
        log: paths.log("bench-npm")?,
        limit: INSTALL_LIMIT,
        advice: "read the log; the peer comes from the npm registry",
    };
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    progress::part("npm ci", || part.run(Command::new("npm").args(arguments).current_dir(&half)))?;
    fs::rename(&half, &home).doing(format!("putting {name} in its place"))?;
    cache::prune(&paths.tools(), name);
    Ok(home)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_peers_lock_files_name_no_registry() {
        for lock in [
            include_str!("../../../benches/peers/graphile-worker/package-lock.json"),
            include_str!("../../../benches/peers/api/express/package-lock.json"),
        ] {
            assert!(lock.contains("\"integrity\"") && !lock.contains("\"resolved\""));
        }
    }
}
