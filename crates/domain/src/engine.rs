//! What a shop runs.

use serde::{Deserialize, Serialize};

use crate::theme::Theme;
use crate::word::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    Medusa,
    Woocommerce,
}

words!(Engine is "an engine": Medusa = "medusa", Woocommerce = "woocommerce");

impl Engine {
    /// The path of the engine's own admin pages, under the store's address.
    #[must_use]
    pub const fn admin_path(self) -> &'static str {
        match self {
            Self::Medusa => "/app",
            Self::Woocommerce => "/wp-admin/",
        }
    }

    /// What its shop front can be told to look like, the default first. None, where the front is not its own.
    #[must_use]
    pub const fn themes(self) -> &'static [Theme] {
        match self {
            Self::Medusa => &[],
            Self::Woocommerce => {
                &[Theme::Fashion, Theme::Electronics, Theme::Minimal, Theme::Astra, Theme::Storefront]
            }
        }
    }
}
