//! Keeps the cache from growing for ever: of each thing the current one stays, and the one before it, for
//! going back and forth between two branches.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::process::remove_tree;

/// How many made things of one name stay.
const KEPT: usize = 2;

/// Removes old makings of `name` (entries `NAME-KEY` and `NAME-KEY.tar`); gives their keys.
///
/// What cannot be removed stays: a full disk is told by whatever needs the space.
pub fn prune(folder: &Path, name: &str) -> Vec<String> {
    let mut made: Vec<(SystemTime, PathBuf, String)> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let key = key_of(entry.file_name().to_str()?, name)?.to_owned();
            Some((entry.metadata().ok()?.modified().ok()?, entry.path(), key))
        })
        .collect();
    made.sort();
    let old = made.len().saturating_sub(KEPT);
    made.truncate(old);
    made.into_iter()
        .filter(
            |(_, path, _)| {
                if path.is_dir() { remove_tree(path).is_ok() } else { fs::remove_file(path).is_ok() }
            },
        )
        .map(|(_, _, key)| key)
        .collect()
}

/// The key in `NAME-KEY` or `NAME-KEY.tar`, when the name is this one and not one that begins like it.
fn key_of<'a>(entry: &'a str, name: &str) -> Option<&'a str> {
    let key = entry.strip_prefix(name)?.strip_prefix('-')?;
    let key = key.strip_suffix(".tar").unwrap_or(key);
    (!key.is_empty() && key.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_keys_of_exactly_this_name_are_found() {
        assert_eq!(key_of("redis-0123456789ab.tar", "redis"), Some("0123456789ab"));
        assert_eq!(key_of("helm-0123456789ab", "helm"), Some("0123456789ab"));
        assert_eq!(key_of("redis-cli-0123456789ab.tar", "redis"), None);
        assert_eq!(key_of("redis-0123456789ab.half", "redis"), None);
        assert_eq!(key_of("helmet-0123456789ab", "helm"), None);
    }

    #[test]
    fn the_newest_two_stay() {
        let folder = std::env::temp_dir().join(format!("souk-prune-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        for (age, key) in [(3, "aa"), (2, "bb"), (1, "cc")] {
            let file = fs::File::create(folder.join(format!("shop-{key}.tar"))).unwrap();
            file.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_hours(100 - age)).unwrap();
        }
        let removed = prune(&folder, "shop");
        let left = fs::read_dir(&folder).unwrap().count();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!((removed, left), (vec!["aa".to_owned()], 2));
    }
}
