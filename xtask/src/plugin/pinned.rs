//! The plugin as it is released, downloaded once: address and hash stand in a Dockerfile, for builds without xtask.
//!
//! Invariant: a file has its name in the cache only after its hash was found to be the pinned one.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest as _, Sha256};

use crate::{
    error::{Doing, Error, Result},
    process,
};

pub const DOCKERFILE: &str = "images/woocommerce-plugin.Dockerfile";
/// Where there is no internet this is what it costs.
const CONNECT_LIMIT_S: &str = "5";
/// For 20 MB.
const LIMIT_S: &str = "300";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned {
    url: String,
    sha256: String,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Fetched {
    Here(PathBuf),
    /// In the words of what could not get it.
    OutOfReach(String),
}

impl Pinned {
    pub fn of(repo: &Path) -> Result<Self> {
        let text = fs::read_to_string(repo.join(DOCKERFILE)).doing(format!("reading {DOCKERFILE}"))?;
        let arg = |name: &str| {
            let value = text
                .lines()
                .find_map(|line| line.strip_prefix("ARG ")?.strip_prefix(name)?.strip_prefix('='));
            value
                .map(ToOwned::to_owned)
                .ok_or_else(|| Error::Refused(format!("{DOCKERFILE} has no ARG {name}=")))
        };
        Ok(Self { url: arg("WOOCOMMERCE_URL")?, sha256: arg("WOOCOMMERCE_SHA256")? })
    }

    /// The zip, from the folder or from its address. Another file than the pinned one is an error: somebody may want
    /// it to be taken.
    pub fn zip(&self, folder: &Path) -> Result<Fetched> {
        let zip = folder.join(format!("woocommerce-{}.zip", self.sha256));
        if zip.is_file() {
            return Ok(Fetched::Here(zip));
        }
        fs::create_dir_all(folder).doing("making a folder for downloads")?;
        let half = folder.join(format!(".woocommerce.{}.half", std::process::id()));
        let mut curl = Command::new("curl");
        curl.args(["--fail", "--silent", "--show-error", "--location", "--proto", "=https,file"])
            .args(["--connect-timeout", CONNECT_LIMIT_S, "--max-time", LIMIT_S, "--output"])
            .arg(&half)
            .arg(&self.url);
        if let Err(error) = process::capture(&mut curl) {
            let _ = fs::remove_file(&half);
            return Ok(Fetched::OutOfReach(error.to_string()));
        }
        let bytes = fs::read(&half).doing(format!("reading {}", half.display()))?;
        let found = process::hex(&Sha256::digest(bytes));
        if found != self.sha256 {
            fs::remove_file(&half).doing("removing what was downloaded")?;
            return Err(Error::Refused(format!(
                "{} has the SHA-256 {found}, and not {} as {DOCKERFILE} says: do not use it",
                self.url, self.sha256
            )));
        }
        fs::rename(&half, &zip).doing("putting the plugin's zip in its place")?;
        Ok(Fetched::Here(zip))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the five bytes `hello`.
    const SHA256: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

    fn pinned(url: &Path) -> Pinned {
        Pinned { url: format!("file://{}", url.display()), sha256: SHA256.to_owned() }
    }

    #[test]
    fn the_dockerfile_names_an_address_and_a_hash() {
        let repo = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let pinned = Pinned::of(repo).unwrap();
        assert!(pinned.url.starts_with("https://"), "{pinned:?}");
        assert_eq!(pinned.sha256.len(), 64, "{pinned:?}");
    }

    #[test]
    fn what_has_the_pinned_hash_is_kept_and_asked_for_once() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("source.zip");
        fs::write(&source, "hello").unwrap();
        let cache = folder.path().join("cache");
        let Fetched::Here(zip) = pinned(&source).zip(&cache).unwrap() else { panic!("it is there") };
        assert_eq!(fs::read_to_string(&zip).unwrap(), "hello");
        fs::remove_file(&source).unwrap();
        assert_eq!(pinned(&source).zip(&cache).unwrap(), Fetched::Here(zip));
    }

    #[test]
    fn what_has_another_hash_is_refused_and_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("source.zip");
        fs::write(&source, "hello, and something else").unwrap();
        let cache = folder.path().join("cache");
        for _ in 0..2 {
            let error = pinned(&source).zip(&cache).unwrap_err();
            assert!(error.to_string().contains("do not use it"), "{error}");
        }
        assert_eq!(fs::read_dir(&cache).unwrap().count(), 0);
    }

    #[test]
    fn without_a_way_there_it_says_so_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let cache = folder.path().join("cache");
        let fetched = pinned(&folder.path().join("nowhere.zip")).zip(&cache).unwrap();
        assert!(matches!(&fetched, Fetched::OutOfReach(why) if why.contains("curl")), "{fetched:?}");
        assert_eq!(fs::read_dir(&cache).unwrap().count(), 0);
    }
}
