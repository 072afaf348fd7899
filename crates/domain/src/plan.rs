//! What an account's stores may use: the chart keeps the sizes of each plan.

use serde::{Deserialize, Serialize};

use crate::word::words;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    Free,
    Standard,
    Pro,
}

words!(Plan is "a plan": Free = "free", Standard = "standard", Pro = "pro");
