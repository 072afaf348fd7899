//! The tables of the design, written a second time: the code must agree with them row by row.

use super::*;
use crate::entropy::Entropy;
use chrono::DateTime;

const MINUTE: Duration = Duration::from_mins(1);

fn ids() -> (InstallationId, InstallationId, StoreId) {
    let (at, entropy) = (DateTime::UNIX_EPOCH, Entropy::seeded(1));
    (
        InstallationId::generate(at, &entropy),
        InstallationId::generate(at, &entropy),
        StoreId::generate(at, &entropy),
    )
}

/// The design's table, written a second time: whose is a namespace of this attempt (the store's is
/// 2), of a store in this state, with and without somebody who works on it.
fn expected(state: StoreState, attempt: Option<u32>, unfinished: bool) -> Belonging {
    let left_over = Belonging::LeftOver { settled_for: MINUTE };
    match (unfinished, attempt, state) {
        (false, None | Some(3), _) => Belonging::Unknown,
        (false, Some(1), _)
        | (false, Some(2), StoreState::Failed | StoreState::Deleting | StoreState::Deleted) => left_over,
        (true, _, _)
        | (false, Some(2), StoreState::Requested | StoreState::Provisioning | StoreState::Ready) => {
            Belonging::Current
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_namespace_is_whose_the_table_says() {
    let (ours, theirs, store) = ids();
    let slug = Slug::stored("lamps-7h2kx9".to_owned());
    for &state in StoreState::ALL {
        for attempt in [None, Some(1), Some(2), Some(3)] {
            for unfinished in [false, true] {
                for terminating in [false, true] {
                    let namespace = attempt.map_or("some-name".to_owned(), |attempt| slug.namespace(attempt));
                    let known =
                        KnownStore { slug: slug.clone(), state, attempt: 2, unfinished, settled_for: MINUTE };
                    let observed = |installation, store| Observed {
                        namespace: namespace.clone(),
                        uid: "1".to_owned(),
                        installation,
                        store,
                        terminating,
                    };
                    let ours_by_label = observed(Some(ours), Some(store));
                    assert_eq!(
                        belonging(ours, &ours_by_label, Some(&known)),
                        expected(state, attempt, unfinished),
                        "{state}, attempt {attempt:?}, unfinished: {unfinished}"
                    );
                    assert_eq!(belonging(ours, &ours_by_label, None), Belonging::Unknown);
                    for installation in [None, Some(theirs)] {
                        let foreign = observed(installation, Some(store));
                        assert_eq!(belonging(ours, &foreign, Some(&known)), Belonging::Foreign);
                        assert_eq!(belonging(ours, &foreign, None), Belonging::Foreign);
                    }
                }
            }
        }
    }
}

#[test]
fn only_what_is_left_over_is_ever_due_and_only_after_the_grace() {
    let almost = LEFT_OVER_GRACE.checked_sub(Duration::from_secs(1)).unwrap();
    assert!(Belonging::LeftOver { settled_for: LEFT_OVER_GRACE }.is_due());
    assert!(!Belonging::LeftOver { settled_for: almost }.is_due());
    for never in [Belonging::Foreign, Belonging::Unknown, Belonging::Current] {
        assert!(!never.is_due(), "{never:?}");
    }
}

fn failed(minutes_ago: u64) -> PastRepair {
    PastRepair { ago: MINUTE * u32::try_from(minutes_ago).unwrap(), failure: Some("no image".to_owned()) }
}

fn succeeded(minutes_ago: u64) -> PastRepair {
    PastRepair { failure: None, ..failed(minutes_ago) }
}

#[test]
fn every_look_at_a_ready_store_leads_where_the_table_says() {
    use Finding::{Broken, DataLost, Healthy, Unready};
    // Volumes whole, release there, workloads ready, last repair went well (or there was none).
    let table = [
        ([true, true, true, true], Healthy, Health::Up, false),
        ([true, true, false, true], Unready, Health::Degraded, false),
        ([true, false, true, true], Broken, Health::Degraded, true),
        ([true, false, false, true], Broken, Health::Degraded, true),
        ([true, true, true, false], Broken, Health::Degraded, false),
        ([true, true, false, false], Broken, Health::Degraded, false),
        ([true, false, true, false], Broken, Health::Degraded, false),
        ([true, false, false, false], Broken, Health::Degraded, false),
        ([false, true, true, true], DataLost, Health::Down, false),
        ([false, true, false, true], DataLost, Health::Down, false),
        ([false, false, true, true], DataLost, Health::Down, false),
        ([false, false, false, true], DataLost, Health::Down, false),
        ([false, true, true, false], DataLost, Health::Down, false),
        ([false, true, false, false], DataLost, Health::Down, false),
        ([false, false, true, false], DataLost, Health::Down, false),
        ([false, false, false, false], DataLost, Health::Down, false),
    ];
    for ([whole, release, ready, repaired], finding, health, repair) in table {
        let some = |there: bool, what: &str| if there { Vec::new() } else { vec![what.to_owned()] };
        let seen =
            Inspection { release, lost_volumes: some(whole, "data"), unready: some(ready, "web is down") };
        let histories =
            if repaired { vec![vec![], vec![succeeded(1), failed(2)]] } else { vec![vec![failed(1)]] };
        for past in histories {
            let verdict = judge(Some(&seen), &past);
            assert_eq!(verdict.finding(), finding, "{seen:?} {past:?}");
            assert_eq!(verdict.health(), health, "{seen:?} {past:?}");
            assert_eq!(verdict.wants_repair(), repair, "{seen:?} {past:?}");
            assert_eq!(verdict.is_data_lost(), !whole);
            assert_eq!(verdict.reason().is_none(), finding == Healthy);
        }
    }
    for past in [vec![], vec![succeeded(1)], vec![failed(1)]] {
        let gone = judge(None, &past);
        assert_eq!((gone.finding(), gone.health(), gone.wants_repair()), (DataLost, Health::Down, false));
    }
}

#[test]
fn repairs_that_fail_are_tried_again_after_pauses_that_double_and_then_no_more() {
    let row = |count: usize, minutes_ago: u64| {
        (0..count).map(|earlier| failed(minutes_ago + 400 * earlier as u64)).collect::<Vec<_>>()
    };
    assert_eq!(next_repair(&[]), NextRepair::Now);
    for (count, pause) in [(1, 5), (2, 10), (3, 20), (4, 40), (5, 80), (6, 160), (7, 320)] {
        assert_eq!(next_repair(&row(count, pause - 1)), NextRepair::Later, "after {count}");
        assert_eq!(next_repair(&row(count, pause)), NextRepair::Now, "after {count}");
    }
    assert_eq!(next_repair(&row(8, 5_000)), NextRepair::GivenUp);
    assert_eq!(judge(Some(&Inspection::default()), &row(8, 5_000)).health(), Health::Down);
    let a_week = 7 * 24 * 60;
    assert_eq!(next_repair(&row(8, a_week)), NextRepair::Now, "a week later it may have been mended");
    let mut mended = vec![succeeded(1)];
    mended.extend(row(8, 2));
    assert_eq!(next_repair(&mended), NextRepair::Now, "a success ends the row");
}

#[test]
fn what_the_owner_reads_after_a_failed_repair_stays_the_same_until_the_next() {
    let verdict = judge(Some(&Inspection { release: true, ..Inspection::default() }), &[failed(1)]);
    assert_eq!(verdict.reason(), Some(after_failed_repair("no image")));
}

#[test]
fn a_reason_never_grows_beyond_its_limit() {
    let verdict = Verdict::Unready { workloads: vec!["é".repeat(2 * REASON_LIMIT)] };
    assert_eq!(verdict.reason().unwrap().chars().count(), REASON_LIMIT + 3);
}
