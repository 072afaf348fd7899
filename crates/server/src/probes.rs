//! What only the process itself knows: how its pools are used, and how full its disk is.
//!
//! Read when the page of metrics is asked for, and cheap: nothing here waits for anybody.

use std::path::{Path, PathBuf};

use nix::sys::statvfs::statvfs;
use souk_db::PoolUsage;
use souk_http::metrics::Metrics;

/// Tells how this pool is used, under its name, as long as the process lives.
pub fn add_pool(
    metrics: &Metrics,
    pool: &'static str,
    usage: impl Fn() -> PoolUsage + Send + Sync + 'static,
) {
    metrics.add_probe(Box::new(move || {
        let usage = usage();
        metrics::gauge!("database_pool_connections_in_use", "pool" => pool).set(usage.in_use);
        metrics::gauge!("database_pool_connections_idle", "pool" => pool).set(usage.idle);
        metrics::gauge!("database_pool_connections_max", "pool" => pool).set(usage.max);
    }));
}

/// Tells how full the disk is that holds this folder.
pub fn add_disk(metrics: &Metrics, folder: PathBuf) {
    metrics.add_probe(Box::new(move || {
        // A disk that does not answer keeps its last figures.
        if let Some((size, free)) = space(&folder) {
            metrics::gauge!("data_directory_size_bytes").set(size);
            metrics::gauge!("data_directory_free_bytes").set(free);
        }
    }));
}

/// Bytes: of the file system, and what is left of it for who is not root. A folder that is not made yet will be on
/// the disk of the nearest that is.
#[allow(clippy::cast_precision_loss, reason = "a gauge of bytes that is off by a few is right")]
fn space(folder: &Path) -> Option<(f64, f64)> {
    let disk = folder.ancestors().find_map(|folder| statvfs(folder).ok())?;
    let block = disk.fragment_size() as f64;
    Some((disk.blocks() as f64 * block, disk.blocks_available() as f64 * block))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_is_not_made_yet_is_on_the_disk_of_the_one_above() {
        let folder = tempfile::tempdir().unwrap();
        let (size, free) = space(&folder.path().join("not/made/yet")).unwrap();
        assert!(size > 0.0 && (0.0..=size).contains(&free), "{size} {free}");
        // The free space changes; the disk does not.
        assert_eq!(space(folder.path()).map(|(size, _)| size.to_bits()), Some(size.to_bits()));
    }
}
