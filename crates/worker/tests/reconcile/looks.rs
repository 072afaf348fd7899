//! Looks themselves: whoever asks, it is the same one; at most one at a time; and a dry one changes nothing.

use std::sync::Arc;
use std::time::Duration;

use souk_domain::health::Health;
use souk_domain::id::StoreId;
use souk_provisioner::fake::FakeCluster;
use souk_test_support::jobs::{parts, worker};
use souk_test_support::{seed, wait_for};
use souk_worker::{Mode, Outcome, Report, RunningWorker, Skipped, WorkerSettings};

use crate::world::World;

const NEVER: Duration = Duration::from_hours(24);
const SOON: Duration = Duration::from_millis(20);

/// One of each kind of trouble that stays as it is until somebody acts.
async fn trouble(world: &World) -> StoreId {
    let unready = world.another("unready").await;
    world.meddle(&unready.slug.namespace(1), |namespace| namespace.unready = true);
    world.plant("store-unknown-abcdef-1", world.installation(), world.store.id);
    world.cluster.lose_namespace(&world.namespace);
    unready.id
}

/// All that a look may write, in numbers.
async fn state_of(world: &World) -> Vec<i64> {
    let queries = [
        "SELECT sum(version)::bigint FROM stores",
        "SELECT sum(next_event_seq)::bigint FROM stores",
        "SELECT count(*) FROM events",
        "SELECT count(*) FROM operations",
        "SELECT count(*) FROM apalis.jobs",
        "SELECT count(*) FROM audit_log",
        "SELECT hashtext(string_agg(stores::text, ',' ORDER BY id))::bigint FROM stores",
        "SELECT hashtext(string_agg(clusters::text, ','))::bigint FROM clusters",
    ];
    let mut state = Vec::new();
    for query in queries {
        state.push(world.db.number(query).await);
    }
    state
}

#[tokio::test]
async fn a_dry_run_says_what_a_look_would_do_and_does_nothing() {
    let world = World::with_a_ready_store().await;
    trouble(&world).await;
    let broken = world.another("broken").await;
    world.meddle(&broken.slug.namespace(1), |namespace| namespace.releases = 0);
    let gone = world.another("gone").await;
    seed::delete(&world.db, &world.owner, gone.id).await.unwrap();
    world.run_jobs().await;
    world.plant(&gone.slug.namespace(1), world.installation(), gone.id);
    world.turn_back(10).await;

    let (state, namespaces) = (state_of(&world).await, world.cluster.namespaces());
    let dry = world.worker.reconcile(Mode::DryRun).await.unwrap();
    assert_eq!(state_of(&world).await, state);
    assert_eq!(world.cluster.namespaces(), namespaces);
    assert_eq!(dry.changes(), 4, "{dry:?}");

    let mut wet = world.look().await;
    assert_ne!(state_of(&world).await, state, "the way was open");
    wet.mode = Mode::DryRun;
    for entry in wet.entries.iter_mut().filter(|entry| entry.outcome == Outcome::Done) {
        entry.outcome = Outcome::Planned;
    }
    assert_eq!(wet, dry, "a dry run says what would be done, and nothing else is");
}

#[tokio::test]
async fn while_the_cluster_does_not_answer_nothing_is_looked_at_and_nothing_is_lost() {
    let world = World::with_a_ready_store().await;
    world.cluster.set_down(true);
    for _ in 0..2 {
        for mode in [Mode::Apply, Mode::DryRun] {
            let report = world.worker.reconcile(mode).await.unwrap();
            assert_eq!((report.skipped, report.entries.len()), (Some(Skipped::ClusterAway), 0));
        }
        let open = "SELECT count(*) FROM clusters WHERE unavailable_since IS NOT NULL";
        assert_eq!(world.db.number(open).await, 1, "the look has opened the breaker");
    }
    world.cluster.set_down(false);
    world.cluster.lose_namespace(&world.namespace);
    let report = world.worker.reconcile(Mode::Apply).await.unwrap();
    assert_eq!(report.skipped, Some(Skipped::ClusterAway), "the breaker is still open");
    assert_eq!(world.store().await.version, world.store.version);
}

#[tokio::test]
async fn two_replicas_that_look_at_once_have_one_set_of_effects() {
    let world = World::with_a_ready_store().await;
    world.lose_release();
    let others =
        [worker(&world.db, world.cluster.clone()).await, worker(&world.db, world.cluster.clone()).await];
    let looks = tokio::join!(
        world.worker.reconcile(Mode::Apply),
        others[0].reconcile(Mode::Apply),
        others[1].reconcile(Mode::Apply)
    );
    let reports: Vec<Report> = [looks.0, looks.1, looks.2].into_iter().map(Result::unwrap).collect();
    assert_eq!(reports.iter().map(Report::changes).sum::<usize>(), 1, "{reports:?}");
    assert_eq!((world.repairs().await, world.events("health_changed").await), (1, 1));
    assert_eq!(world.db.number("SELECT count(*) FROM clusters WHERE looker IS NOT NULL").await, 0);
}

#[tokio::test]
async fn a_claim_on_the_look_keeps_others_away_and_ends_by_itself() {
    let world = World::with_a_ready_store().await;
    let claim = |interval: &str| {
        format!("UPDATE clusters SET looker = 'another', look_expires_at = now() + interval '{interval}'")
    };
    world.db.execute(&claim("30 seconds")).await;
    let report = world.worker.reconcile(Mode::Apply).await.unwrap();
    assert_eq!(report.skipped, Some(Skipped::Busy));
    let report = world.worker.reconcile(Mode::DryRun).await.unwrap();
    assert_eq!(report.skipped, None, "a dry run is in nobody's way");
    world.db.execute(&claim("-1 seconds")).await;
    world.look().await;
}

/// Health of all stores and what the last look found, as the database keeps it.
async fn effects(world: &World) -> (i64, i64) {
    let healths = "SELECT hashtext(string_agg(name || health || data_lost || COALESCE(health_reason, ''), ',' ORDER BY name))::bigint FROM stores";
    let findings = "SELECT hashtext(findings::text)::bigint FROM clusters";
    (world.db.number(healths).await, world.db.number(findings).await)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timer_a_change_and_a_command_do_the_same() {
    let by_command = World::with_a_ready_store().await;
    trouble(&by_command).await;
    by_command.look().await;
    let expected = effects(&by_command).await;

    for by_change in [true, false] {
        let world = World::with_a_ready_store().await;
        let settings = WorkerSettings {
            look_every: if by_change { NEVER } else { Duration::from_millis(100) },
            look_after_change: if by_change { SOON } else { NEVER },
            look_gap: SOON,
            ..WorkerSettings::default()
        };
        let running = RunningWorker::start(parts(&world.db, world.cluster.clone(), settings)).await.unwrap();
        // The first look is the timer's, and finds nothing.
        wait_for("the first look", async || {
            let looked = "SELECT count(*) FROM clusters WHERE findings ? 'healthy' AND looker IS NULL";
            (world.db.number(looked).await == 1).then_some(())
        })
        .await;
        trouble(&world).await;
        wait_for("the same effects", async || (effects(&world).await == expected).then_some(())).await;
        running.stop().await;
        assert_eq!(world.store().await.health, Health::Down);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_cluster_answers_again_it_is_looked_at() {
    let world = World::with_a_ready_store().await;
    world.cluster.set_down(true);
    let away = world.worker.reconcile(Mode::Apply).await.unwrap();
    assert_eq!(away.skipped, Some(Skipped::ClusterAway));
    // Nobody is told of this, and the timer has no reason to look for a long time.
    world.cluster.lose_namespace(&world.namespace);
    world.db.execute("UPDATE clusters SET looked_at = now()").await;
    let settings = WorkerSettings {
        look_every: NEVER,
        look_after_change: SOON,
        look_gap: SOON,
        ping_every: Duration::from_millis(50),
        ..WorkerSettings::default()
    };
    let running = RunningWorker::start(parts(&world.db, world.cluster.clone(), settings)).await.unwrap();
    assert!(!world.store().await.data_lost);
    world.cluster.set_down(false);
    wait_for("the loss to be seen", async || world.store().await.data_lost.then_some(())).await;
    running.stop().await;
}

#[tokio::test]
async fn a_simulation_that_was_started_anew_has_lost_nothing() {
    let world = World::with_a_ready_store().await;
    let restarted = worker(&world.db, Arc::new(FakeCluster::simulation(Duration::ZERO))).await;
    let report = restarted.reconcile(Mode::Apply).await.unwrap();
    assert_eq!((report.stores, report.entries.len()), (1, 0));
    // The control: a cluster that does not forget is believed.
    let emptied = worker(&world.db, Arc::new(FakeCluster::new())).await;
    assert_eq!(emptied.reconcile(Mode::Apply).await.unwrap().changes(), 1);
}
