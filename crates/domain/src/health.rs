//! How a ready store is doing. A column of its own: a store that is down has still been made.

use serde::{Deserialize, Serialize};

use crate::word::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    Unknown,
    Up,
    Degraded,
    Down,
}

words!(Health is "a health": Unknown = "unknown", Up = "up", Degraded = "degraded", Down = "down");
