//! What a store may use, at most what its account's plan allows: the chart keeps the sizes of each plan.

use serde::{Deserialize, Serialize};

use crate::word::words;

/// From the smallest to the largest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Plan {
    Free,
    Standard,
    Pro,
}

words!(Plan is "a plan": Free = "free", Standard = "standard", Pro = "pro");

impl Plan {
    /// The plan that a store has: the one that its owner chose, as far as the account's allows it.
    #[must_use]
    pub fn of_store(chosen: Option<Self>, account: Self) -> Self {
        chosen.map_or(account, |chosen| chosen.min(account))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_has_its_accounts_plan_until_a_smaller_one_is_chosen_for_it() {
        for &account in Plan::ALL {
            assert_eq!(Plan::of_store(None, account), account);
            for &chosen in Plan::ALL {
                let has = Plan::of_store(Some(chosen), account);
                assert!(
                    has <= account && has <= chosen && (has == account || has == chosen),
                    "{chosen} {account}"
                );
            }
        }
        assert!(Plan::Free < Plan::Standard && Plan::Standard < Plan::Pro);
    }
}
