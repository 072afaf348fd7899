//! A digest of a chart and its values: equal digests make equal releases.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

/// A chart is text; more files than this, or longer ones, are not a chart of Souk's.
const MAX_FILES: usize = 500;
const MAX_FILE_BYTES: u64 = 1024 * 1024;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest(String);

impl Digest {
    /// Of parts whose borders count: `ab, c` differs from `a, bc`.
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut sha = Sha256::new();
        for part in parts {
            sha.update((part.len() as u64).to_be_bytes());
            sha.update(part);
        }
        Self(hex(&sha.finalize()))
    }

    /// Of every file of a chart by name and content, of further files, and of values.
    pub fn of_release(chart: &Path, files: &[PathBuf], values: &[u8]) -> io::Result<Self> {
        let mut parts = Vec::new();
        for path in chart_files(chart)? {
            let name = path.strip_prefix(chart).unwrap_or(&path);
            parts.push(name.to_string_lossy().into_owned().into_bytes());
            parts.push(read(&path)?);
        }
        for path in files {
            parts.push(read(path)?);
        }
        parts.push(values.to_owned());
        Ok(Self::of_parts(parts.iter().map(Vec::as_slice)))
    }

    /// How a revision of a release names it.
    #[must_use]
    pub fn description(&self) -> String {
        format!("souk:{}", self.0)
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 0xf)]);
    bytes.iter().flat_map(|&byte| [digit(byte >> 4), digit(byte)]).collect()
}

/// Every file under the folder, in one order on every machine.
fn chart_files(chart: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![chart.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
            if found.len() + folders.len() > MAX_FILES {
                return Err(io::Error::other(format!(
                    "{} holds too many files for a chart",
                    chart.display()
                )));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    if fs::metadata(path)?.len() > MAX_FILE_BYTES {
        return Err(io::Error::other(format!("{} is too long for a chart", path.display())));
    }
    fs::read(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_its_name_and_the_values_count() {
        let folder = tempfile::tempdir().unwrap();
        let chart = folder.path().join("chart");
        fs::create_dir_all(chart.join("templates")).unwrap();
        fs::write(chart.join("Chart.yaml"), "name: a").unwrap();
        fs::write(chart.join("templates/a.yaml"), "a").unwrap();
        let extra = folder.path().join("local.yaml");
        fs::write(&extra, "x: 1").unwrap();
        let digest = |values: &str| {
            Digest::of_release(&chart, std::slice::from_ref(&extra), values.as_bytes()).unwrap()
        };

        let first = digest("{}");
        assert_eq!(first, digest("{}"));
        assert_ne!(first, digest("{\"a\":1}"));
        fs::write(&extra, "x: 2").unwrap();
        let second = digest("{}");
        assert_ne!(first, second);
        fs::write(chart.join("templates/a.yaml"), "b").unwrap();
        let third = digest("{}");
        assert_ne!(second, third);
        fs::rename(chart.join("templates/a.yaml"), chart.join("templates/b.yaml")).unwrap();
        assert_ne!(third, digest("{}"));
    }

    #[test]
    fn the_borders_between_parts_count() {
        assert_ne!(Digest::of_parts([b"ab".as_slice(), b"c"]), Digest::of_parts([b"a".as_slice(), b"bc"]));
    }

    #[test]
    fn a_chart_that_is_not_there_is_an_error() {
        assert!(Digest::of_release(Path::new("/nowhere"), &[], b"").is_err());
    }
}
