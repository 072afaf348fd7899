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
    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.piece(bytes);
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

    /// Every file below a folder that git does not know, with name and content.
    pub fn folder(mut self, root: &Path) -> Result<Self> {
        let mut files = Vec::new();
        collect(root, &mut files)?;
        files.sort();
        for file in files {
            self.piece(file.strip_prefix(root).unwrap_or(&file).as_os_str().as_bytes());
            self.piece(&fs::read(&file).doing(format!("reading {}", file.display()))?);
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

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let doing = || format!("reading the folder {}", folder.display());
    for entry in fs::read_dir(folder).doing(doing())? {
        let entry = entry.doing(doing())?;
        if entry.file_type().doing(doing())?.is_dir() {
            collect(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
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
