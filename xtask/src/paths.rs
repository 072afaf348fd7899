//! Where things are kept.
//!
//! Invariant: nothing outside the repository's `target/` and the cache folder is written by `xtask`, so that
//! deleting these two leaves the machine as it was (Debian packages aside).

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use nix::unistd::Uid;

use crate::error::{Doing, Error, Result};

#[derive(Debug, Clone)]
pub struct Paths {
    pub repo: PathBuf,
    /// What is costly to make and the same for each checkout: programs, images, and the running things' state.
    pub cache: PathBuf,
}

impl Paths {
    pub fn discover() -> Result<Self> {
        let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let repo = Path::new(&manifest).parent().map(Path::to_path_buf).ok_or_else(|| {
            Error::Refused("xtask must be run by `cargo xtask` inside a checkout of Souk".into())
        })?;
        let cache = cache_root()?;
        fs::create_dir_all(&cache).doing(format!("making the cache folder {}", cache.display()))?;
        Ok(Self { repo, cache })
    }

    pub fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    pub fn downloads(&self) -> PathBuf {
        self.cache.join("downloads")
    }

    pub fn images(&self) -> PathBuf {
        self.cache.join("images")
    }

    pub fn cluster(&self) -> PathBuf {
        self.cache.join("dev/cluster")
    }

    pub fn postgres(&self) -> PathBuf {
        self.cache.join("dev/postgres")
    }

    pub fn postgres_for_tests(&self) -> PathBuf {
        self.cache.join("dev/postgres-tests")
    }

    pub fn postgres_for_benches(&self) -> PathBuf {
        self.cache.join("dev/postgres-benches")
    }

    /// The log of a named part, its folder made.
    pub fn log(&self, part: &str) -> Result<PathBuf> {
        let folder = self.cache.join("logs");
        fs::create_dir_all(&folder).doing("making the log folder")?;
        Ok(folder.join(format!("{part}.log")))
    }

    /// What this checkout tells its own tests and the server about the development set-up.
    pub fn dev(&self) -> Result<PathBuf> {
        let folder = self.repo.join("target/dev");
        fs::create_dir_all(&folder).doing("making target/dev")?;
        Ok(folder)
    }
}

pub fn is_root() -> bool {
    Uid::effective().is_root()
}

fn cache_root() -> Result<PathBuf> {
    if let Some(named) = env::var_os("SOUK_CACHE_DIR") {
        return std::path::absolute(named).doing("reading SOUK_CACHE_DIR");
    }
    if is_root() {
        // Not below /root: Postgres does not run as root, and its user cannot enter there.
        return Ok("/var/cache/souk".into());
    }
    if let Some(xdg) = env::var_os("XDG_CACHE_HOME") {
        return Ok(Path::new(&xdg).join("souk"));
    }
    env::home_dir().map(|home| home.join(".cache/souk")).ok_or_else(|| {
        Error::Refused("no home folder: set SOUK_CACHE_DIR to where Souk may keep its tools".into())
    })
}
