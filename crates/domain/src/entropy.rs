//! Randomness comes in as a parameter.
//!
//! The generator is a CSPRNG (`ChaCha12`) in both constructors; only where its seed comes from differs.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::rngs::{StdRng, SysRng};
use rand::{RngExt, SeedableRng};

/// A generator that threads can share.
#[derive(Debug)]
pub struct Entropy(Mutex<StdRng>);

impl Entropy {
    /// Seeded by the operating system. Every secret of a running Souk comes from here.
    pub fn from_system() -> Result<Self, rand::rngs::SysError> {
        Ok(Self(Mutex::new(StdRng::try_from_rng(&mut SysRng)?)))
    }

    /// The same seed gives the same values: for tests and simulations only.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }

    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        self.rng().random()
    }

    /// `len` characters, each drawn evenly from `alphabet`.
    pub fn text(&self, alphabet: &[u8], len: usize) -> String {
        let mut rng = self.rng();
        (0..len).map(|_| char::from(alphabet[rng.random_range(0..alphabet.len())])).collect()
    }

    /// A factor from 0.5 to 1.5, to spread retries that would otherwise come all at once.
    pub fn jitter(&self) -> f64 {
        self.rng().random_range(0.5..1.5)
    }

    pub fn rng(&self) -> MutexGuard<'_, StdRng> {
        // A panic while the lock was held leaves a valid generator behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
