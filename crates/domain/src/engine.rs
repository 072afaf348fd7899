//! What a shop runs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    Medusa,
}

impl Engine {
    pub const ALL: &'static [Self] = &[Self::Medusa];

    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Medusa => "medusa",
        }
    }

    /// The path of the engine's own admin pages, under the store's address.
    #[must_use]
    pub const fn admin_path(self) -> &'static str {
        match self {
            Self::Medusa => "/app",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an engine; choose `medusa`")]
pub struct UnknownEngine;

impl FromStr for Engine {
    type Err = UnknownEngine;

    fn from_str(s: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|engine| engine.as_str() == s).ok_or(UnknownEngine)
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
