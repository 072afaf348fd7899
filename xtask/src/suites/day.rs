//! Which of the long tests run today: some a day, so that all of them have run when some days have passed.
//!
//! Invariant: nobody keeps a list. Whatever long test there is takes its turn.

use std::process::Command;

use crate::{
    error::{Error, Result},
    process::capture,
};

/// Each takes one to three minutes of the gate's sixty.
const A_DAY: usize = 2;

/// Those whose turn it is on this day of the year.
pub fn choose<T>(all: &[T], day: usize) -> Vec<&T> {
    let first = day * A_DAY;
    (first..first + A_DAY.min(all.len())).map(|turn| &all[turn % all.len()]).collect()
}

/// From 1 to 366.
pub fn of_the_year() -> Result<usize> {
    let day = capture(Command::new("date").args(["--utc", "+%j"]))?;
    day.trim().parse().map_err(|_| Error::Refused(format!("{day:?} is no day of the year")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_long_test_has_its_turn_within_half_as_many_days_as_there_are_of_them() {
        for count in 1..=30 {
            let all: Vec<usize> = (0..count).collect();
            for start in 1..=366 {
                let days = start..start + count.div_ceil(A_DAY);
                let ran: BTreeSet<_> = days.flat_map(|day| choose(&all, day)).collect();
                assert_eq!(ran.len(), count, "{count} tests, from day {start}");
            }
        }
    }

    #[test]
    fn a_day_has_two_and_never_one_of_them_twice() {
        let names = ["a", "b", "c"];
        assert_eq!(choose(&names, 1), [&"c", &"a"]);
        assert_eq!(choose(&names, 2), [&"b", &"c"]);
        assert_eq!(choose(&names[..1], 7), [&"a"]);
        assert!(choose::<u8>(&[], 7).is_empty());
    }

    #[test]
    fn today_is_a_day_of_the_year() {
        assert!((1..=366).contains(&of_the_year().unwrap()));
    }
}
