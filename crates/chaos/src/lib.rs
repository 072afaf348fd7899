//! A seeded storm over Souk's core: the real use cases, queue, workers and database; only the cluster is a fake.
//!
//! Users create, delete and retry while workers die, sleep and lose their leases, clocks jump, the cluster and the
//! database go away, and steps fail in every way. When it is over and all has come to rest, nothing may be lost,
//! stuck, left behind or done twice.
//!
//! Architecture invariants:
//! - Everything random comes from one seed ([`schedule`]). What threads make of it does not: the same seed is the
//!   same storm, not the same run.
//! - The checks ([`checks`]) read rows and the fake cluster themselves. They share no code with what they check.
//! - A dev tool: nothing of the product names this crate.

pub mod checks;
pub mod ledger;
mod machine;
mod meddling;
mod proxy;
mod report;
mod sampler;
pub mod schedule;
mod storm;
mod users;
mod watched;
mod world;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

pub use report::{Finding, Kind, Report};
use souk_db::DbError;
use tokio::time::Instant;

use crate::meddling::Unrest;
use crate::sampler::Sampler;
use crate::world::World;

/// The longest wait for everything to come to rest.
const QUIET_LIMIT: Duration = Duration::from_mins(2);
/// A delete that failed often looks again after 30 s, up to 45 with its spread. Where nothing else is missing, the
/// clock is moved on instead of waiting.
const A_PAUSE_S: i64 = 10;
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// Looks in a row that must find everything at rest.
const LOOKS: u32 = 4;

/// More than `souk_domain::reconcile::LEFT_OVER_GRACE`, and than the pause after a first repair that failed.
const LATER_S: i64 = 660;
/// The first removes what is left over and asks for repairs; the second sees that the repairs did their work.
const LATER_LOOKS: u32 = 2;
/// Looks come every second.
const LOOK_LIMIT: Duration = Duration::from_secs(20);

#[derive(Debug, thiserror::Error)]
pub enum ChaosError {
    #[error("the database refused a statement of the storm's own")]
    Sql(#[from] sqlx::Error),
    #[error("the database cannot be used")]
    Database(#[from] DbError),
    #[error("a worker or a door to the database could not be set up")]
    Io(#[from] std::io::Error),
    #[error("the use cases could not be set up")]
    App,
}

#[derive(Debug, Clone, Copy)]
pub struct Config {
    pub seed: u64,
    /// How long the storm blows; the quiet after it comes on top.
    pub length: Duration,
}

/// How far it is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    pub elapsed: Duration,
    /// Whether the storm is over and everything comes to rest.
    pub calm: bool,
    pub accepted: usize,
    pub refused: u64,
    pub visits: u64,
    pub kills: u64,
    pub outages: u64,
}

/// Blows, waits until all is at rest, and checks. `tell` is called now and then.
pub async fn run(
    config: Config,
    tell_every: Duration,
    tell: impl Fn(Progress) + Send + Sync + 'static,
) -> Result<Report, ChaosError> {
    let world = Arc::new(World::make(config.seed).await?);
    let sampler = Sampler::new(Arc::clone(&world.database), Arc::clone(&world.ledger), &world::settings());
    let sampler = tokio::spawn(sampler.run());
    let telling = tokio::spawn(keep_telling(Arc::clone(&world), config.length, tell_every, tell));
    storm::blow(&world, schedule::generate(config.seed, config.length)).await;
    world.heal().await;
    rest(&world).await?;
    for _ in 0..LATER_LOOKS {
        wait_for_a_later_look(&world).await?;
        rest(&world).await?;
    }
    sampler.abort();
    telling.abort();
    world.send_home().await;
    let mut findings = checks::all(&world.database, &world.cluster, &world.ledger).await?;
    findings.extend(checks::strangers(&world.cluster));
    let operations = world.database.number("SELECT count(*) FROM operations").await;
    Ok(Report {
        seed: config.seed,
        minutes: config.length.as_secs_f64() / 60.0,
        operations: operations.cast_unsigned(),
        kills: world.ledger.kills.load(Ordering::Relaxed),
        outages: world.ledger.outages.load(Ordering::Relaxed),
        lost: Report::count(&findings, Kind::Lost),
        stuck: Report::count(&findings, Kind::Stuck),
        leaked: Report::count(&findings, Kind::Leaked),
        duplicated: Report::count(&findings, Kind::Duplicated),
        findings,
    })
}

/// Returns when nothing has been under way for several looks, or when it has waited long enough: the checks say
/// what is not at rest then.
async fn rest(world: &World) -> Result<(), ChaosError> {
    let limit = Instant::now() + QUIET_LIMIT;
    let mut connection = world.database.superuser().await;
    let mut quiet = 0;
    while quiet < LOOKS && Instant::now() < limit {
        let unrest = meddling::unrest(&mut connection).await?;
        let at_rest = unrest == Unrest { operations: 0, stores: 0 } && world.ledger.is_empty();
        quiet = if at_rest { quiet + 1 } else { 0 };
        if unrest.operations == 0 && unrest.stores > 0 {
            for user in &world.users {
                // Who is refused asks again with the next look.
                let _ = user.ask_again_for_removals().await;
            }
        }
        if meddling::only_time_is_missing(&mut connection).await? {
            meddling::jump(&world.database, A_PAUSE_S).await?;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}

/// What is left over goes when the database has known for a while that it is. That while passes, and the workers
/// look at the cluster again, of their own accord.
async fn wait_for_a_later_look(world: &World) -> Result<(), ChaosError> {
    let mut connection = world.database.superuser().await;
    meddling::jump(&world.database, LATER_S).await?;
    // The first look after that may have begun before it; the one after the next has seen what that one did.
    for _ in 0..2 {
        let before = meddling::last_look(&mut connection).await?;
        let limit = Instant::now() + LOOK_LIMIT;
        while meddling::last_look(&mut connection).await? <= before && Instant::now() < limit {
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
    Ok(())
}

async fn keep_telling(
    world: Arc<World>,
    length: Duration,
    every: Duration,
    tell: impl Fn(Progress) + Send + Sync + 'static,
) {
    let start = Instant::now();
    loop {
        tokio::time::sleep(every).await;
        let ledger = &world.ledger;
        tell(Progress {
            elapsed: start.elapsed(),
            calm: start.elapsed() > length,
            accepted: ledger.accepted().len(),
            refused: ledger.refused.load(Ordering::Relaxed),
            visits: ledger.visits(),
            kills: ledger.kills.load(Ordering::Relaxed),
            outages: ledger.outages.load(Ordering::Relaxed),
        });
    }
}
