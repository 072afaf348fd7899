//! What a shop front looks like, where the engine has one of its own.

use serde::{Deserialize, Serialize};

use crate::catalogue::Catalogue;
use crate::word::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Souk's own block theme, in one of its three styles.
    Fashion,
    Electronics,
    Minimal,
    /// Somebody else's, which Souk does not come with.
    Astra,
    Storefront,
}

words!(Theme is "a theme":
    Fashion = "fashion",
    Electronics = "electronics",
    Minimal = "minimal",
    Astra = "astra",
    Storefront = "storefront",
);

impl Theme {
    /// Whether it is somebody else's: an operator has to bring it.
    #[must_use]
    pub const fn is_brought(self) -> bool {
        match self {
            Self::Fashion | Self::Electronics | Self::Minimal => false,
            Self::Astra | Self::Storefront => true,
        }
    }
}

/// The style that was drawn for the catalogue.
impl From<Catalogue> for Theme {
    fn from(catalogue: Catalogue) -> Self {
        match catalogue {
            Catalogue::Fashion => Self::Fashion,
            Catalogue::Electronics => Self::Electronics,
            Catalogue::Minimal => Self::Minimal,
        }
    }
}
