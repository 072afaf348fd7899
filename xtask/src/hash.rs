//! The key of a made thing: a hash of everything it is made from. Same inputs, same key, nothing made twice.

use std::{
    fs,
    os::unix::{ffi::OsStrExt as _, fs::PermissionsExt as _},
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest as _, Sha256};

use crate::{
    error::{Doing, Error, Result},
    process::{capture, hex},
};

/// Twelve hex digits name a thing among the few that one machine has.
const KEY_DIGITS: usize = 12;

#[derive(Debug, Default)]
pub struct Inputs(Sha256);

impl Inputs {
    pub fn text(mut self, text: &str) -> Self {
        self.piece(text.as_bytes());
        self
    }

    /// Every file below `folder` that git tracks or would (so no build leftovers), with name, mode and content.
    pub fn tree(mut self, repo: &Path, folder: &Path) -> Result<Self> {
        for name in listed(repo, folder)? {
            let file = repo.join(&name);
            // Listed but deleted: it is no input any more.
            let Ok(meta) = fs::symlink_metadata(&file) else { continue };
            self.piece(name.as_os_str().as_bytes());
            let doing = || format!("reading {}", file.display());
            if meta.is_symlink() {
                self.piece(fs::read_link(&file).doing(doing())?.as_os_str().as_bytes());
            } else {
                self.piece(if meta.permissions().mode() & 0o100 == 0 { b"-" } else { b"x" });
                self.piece(&fs::read(&file).doing(doing())?);
            }
        }
        Ok(self)
    }

    pub fn key(self) -> String {
        hex(&self.0.finalize())[..KEY_DIGITS].to_owned()
    }

    /// Lengths keep ("ab", "c") and ("a", "bc") apart.
    fn piece(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
    }
}

/// The files below `folder`, relative to the repository, sorted.
pub fn listed(repo: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
    let names = capture(
        Command::new("git")
            .arg("-C")
            .arg(repo)
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--"])
            .arg(folder),
    )?;
    let mut files: Vec<PathBuf> = names.split_terminator('\0').map(PathBuf::from).collect();
    if files.is_empty() {
        return Err(Error::Refused(format!("{} holds no files: is the checkout whole?", folder.display())));
    }
    files.sort();
    files.dedup();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_depends_on_where_one_text_ends() {
        assert_ne!(
            Inputs::default().text("ab").text("c").key(),
            Inputs::default().text("a").text("bc").key()
        );
    }

    #[test]
    fn the_same_tree_has_the_same_key() {
        let repo = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let key = || Inputs::default().tree(repo, Path::new("xtask/src")).unwrap().key();
        assert_eq!(key(), key());
    }
}
