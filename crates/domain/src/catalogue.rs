//! What a new shop has on its shelves. The products themselves stand in `images/catalogues`, for the images of
//! all engines.

use serde::{Deserialize, Serialize};

use crate::word::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Catalogue {
    #[default]
    Fashion,
    Electronics,
    Minimal,
}

words!(Catalogue is "a catalogue": Fashion = "fashion", Electronics = "electronics", Minimal = "minimal");
