//! Which waiting operations may run now: oldest first, within the limits.
//!
//! Pure, so that fairness can be tested without a database. The database calls it under one lock, so
//! all replicas decide as one.

use std::collections::HashMap;

use crate::id::{AccountId, OperationId};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PermitLimits {
    /// Operations that may run at once, over all replicas.
    pub total: usize,
    /// Of those, at most so many of one account.
    pub per_account: usize,
}

impl Default for PermitLimits {
    fn default() -> Self {
        Self { total: 3, per_account: 2 }
    }
}

/// What a waiting operation waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Nothing: it may run now.
    Now,
    /// One of its account's own operations has to end first.
    AccountFull,
    /// One of those that run, or that go before it, has to end first.
    Full,
}

/// What each of `waiting` (oldest first) waits for, while `running` names the account of each permit that is taken.
#[must_use]
pub fn turns(limits: PermitLimits, running: &[AccountId], waiting: &[(OperationId, AccountId)]) -> Vec<Turn> {
    let mut free = limits.total.saturating_sub(running.len());
    let mut taken: HashMap<AccountId, usize> = HashMap::new();
    for account in running {
        *taken.entry(*account).or_default() += 1;
    }
    let turn = |(_, account): &(OperationId, AccountId)| {
        let of_account = taken.entry(*account).or_default();
        if *of_account >= limits.per_account {
            Turn::AccountFull
        } else if free == 0 {
            Turn::Full
        } else {
            *of_account += 1;
            free -= 1;
            Turn::Now
        }
    };
    waiting.iter().map(turn).collect()
}

/// The operations to run now.
#[must_use]
pub fn choose(
    limits: PermitLimits,
    running: &[AccountId],
    waiting: &[(OperationId, AccountId)],
) -> Vec<OperationId> {
    let turns = turns(limits, running, waiting);
    waiting.iter().zip(turns).filter(|(_, turn)| *turn == Turn::Now).map(|((id, _), _)| *id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::Entropy;
    use chrono::DateTime;
    use proptest::prelude::*;

    fn accounts(n: usize) -> Vec<AccountId> {
        let entropy = Entropy::seeded(3);
        (0..n).map(|_| AccountId::generate(DateTime::UNIX_EPOCH, &entropy)).collect()
    }

    fn waiting(owners: &[AccountId]) -> Vec<(OperationId, AccountId)> {
        let entropy = Entropy::seeded(4);
        owners.iter().map(|a| (OperationId::generate(DateTime::UNIX_EPOCH, &entropy), *a)).collect()
    }

    #[test]
    fn the_oldest_go_first_and_one_account_cannot_take_every_permit() {
        let [anna, bob] = accounts(2).try_into().unwrap();
        let queue = waiting(&[anna, anna, anna, bob]);
        let chosen = choose(PermitLimits::default(), &[], &queue);
        assert_eq!(chosen, vec![queue[0].0, queue[1].0, queue[3].0]);
    }

    #[test]
    fn who_waits_is_told_for_what() {
        let [anna, bob] = accounts(2).try_into().unwrap();
        let queue = waiting(&[anna, anna, anna, bob, bob, anna]);
        let (now, own, all) = (Turn::Now, Turn::AccountFull, Turn::Full);
        assert_eq!(turns(PermitLimits::default(), &[], &queue), [now, now, own, now, all, own]);
        assert_eq!(turns(PermitLimits::default(), &[anna, bob, bob], &queue), [all, all, all, own, own, all]);
    }

    #[test]
    fn nothing_is_chosen_while_every_permit_is_taken() {
        let [anna, bob] = accounts(2).try_into().unwrap();
        assert!(choose(PermitLimits::default(), &[anna, anna, bob], &waiting(&[bob])).is_empty());
    }

    proptest! {
        #[test]
        fn the_limits_hold_and_no_permit_stays_idle(
            total in 0usize..6, per_account in 1usize..4,
            running in proptest::collection::vec(0usize..4, 0..6), queue in proptest::collection::vec(0usize..4, 0..20)
        ) {
            let owners = accounts(4);
            let limits = PermitLimits { total, per_account };
            let running: Vec<_> = running.into_iter().map(|i| owners[i]).collect();
            let queue = waiting(&queue.into_iter().map(|i| owners[i]).collect::<Vec<_>>());
            let chosen = choose(limits, &running, &queue);
            prop_assert!(chosen.len() <= total.saturating_sub(running.len()));
            let load = |account: AccountId| {
                running.iter().filter(|a| **a == account).count()
                    + queue.iter().filter(|(id, a)| *a == account && chosen.contains(id)).count()
            };
            for (id, account) in &queue {
                if chosen.contains(id) {
                    prop_assert!(load(*account) <= per_account.max(running.iter().filter(|a| *a == account).count()));
                } else {
                    let full = running.len() + chosen.len() >= total;
                    prop_assert!(full || load(*account) >= per_account, "an operation waits though it could run");
                }
            }
        }
    }
}
