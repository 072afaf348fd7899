//! One `xtask` at a time makes or changes shared things; the next one waits and says for what.

use std::fs::{File, OpenOptions, TryLockError};

use crate::{
    error::{Doing, Result},
    paths::Paths,
    progress,
};

/// Held until it is dropped, or its process ends in any way.
#[derive(Debug)]
pub struct Lock(#[expect(dead_code, reason = "the lock lives as long as the open file")] File);

impl Lock {
    pub fn hold(paths: &Paths) -> Result<Self> {
        let name = paths.cache.join("lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&name)
            .doing(format!("opening the lock {}", name.display()))?;
        match file.try_lock() {
            Ok(()) => return Ok(Self(file)),
            Err(TryLockError::WouldBlock) => {
                progress::say("another xtask is at work here; waiting for it to finish");
            }
            Err(TryLockError::Error(error)) => return Err(error).doing("locking the cache folder"),
        }
        file.lock().doing("locking the cache folder")?;
        Ok(Self(file))
    }
}
