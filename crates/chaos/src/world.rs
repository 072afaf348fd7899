//! A small Souk with everything in it that can break: database, doors to it, workers, users, a cluster.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use souk_app::auth::password::PasswordSettings;
use souk_app::auth::token::{TokenKey, TokenSettings};
use souk_app::{App, AppSettings, Infrastructure, Limits};
use souk_db::{ApiPool, PgConnectOptions, PoolSettings, installation};
use souk_domain::clock::{Clock as _, SystemClock};
use souk_domain::dispatch::PermitLimits;
use souk_domain::entropy::Entropy;
use souk_domain::id::{InstallationId, StoreId};
use souk_provisioner::fake::{FakeCluster, FakeNamespace};
use souk_test_support::{TestDatabase, addresses, jobs, seed};
use souk_worker::WorkerSettings;
use tokio::sync::Mutex;

use crate::ChaosError;
use crate::ledger::Ledger;
use crate::machine::{Machine, Site};
use crate::proxy::Proxy;
use crate::schedule::{USERS, WORKERS};
use crate::users::User;
use crate::watched::Troubles;

const API_CONNECTIONS: u32 = 10;

/// Two more than by default: a dead worker's permits are free only when its leases have ended.
const PERMITS: PermitLimits = PermitLimits { total: 5, per_account: 2 };

/// The product's limits, a few times faster: what takes a worker's death 15 s to come to light takes 2 s here.
#[must_use]
pub fn settings() -> WorkerSettings {
    WorkerSettings {
        lease: Duration::from_secs(2),
        heartbeat: Duration::from_millis(500),
        reap_every: Duration::from_millis(250),
        poll_every: Duration::from_millis(250),
        ping_every: Duration::from_millis(250),
        step_limit: Duration::from_secs(3),
        drain_limit: Duration::from_secs(1),
        limits: PERMITS,
        look_every: Duration::from_secs(1),
        look_after_change: Duration::from_millis(100),
        look_gap: Duration::from_millis(300),
        look_claim: Duration::from_secs(2),
        ..WorkerSettings::default()
    }
}

/// As the product's, but users may ask as often as they like and the queue is left sooner.
fn limits() -> Limits {
    Limits {
        creation_cooldown: None,
        queue_timeout: Duration::from_secs(10),
        permits: PERMITS,
        ..Limits::default()
    }
}

/// Namespaces that are none of Souk's business: another installation's, and one that this database has never heard
/// of. They must outlive every storm.
pub const STRANGERS: &[&str] = &["store-of-another-installation-1", "store-nobody-knows-1"];

#[derive(Debug)]
pub struct World {
    pub database: Arc<TestDatabase>,
    pub cluster: Arc<FakeCluster>,
    pub troubles: Arc<Troubles>,
    pub ledger: Arc<Ledger>,
    pub users: Vec<User>,
    /// The API's way to the database.
    pub front_door: Proxy,
    pub workers: Vec<Worker>,
}

#[derive(Debug)]
pub struct Worker {
    pub machine: Arc<Mutex<Machine>>,
    pub door: Proxy,
}

impl World {
    pub async fn make(random: u64) -> Result<Self, ChaosError> {
        let database = Arc::new(TestDatabase::create().await);
        let (cluster, troubles) = (Arc::new(FakeCluster::new()), Arc::new(Troubles::default()));
        let ledger = Arc::new(Ledger::default());
        let front_door = door(&database).await?;
        let app = Arc::new(app(&database, &front_door, random).await?);
        let mut users = Vec::new();
        for number in 0..USERS {
            let principal = seed::user(&database, &format!("user-{number}")).await;
            users.push(User { app: Arc::clone(&app), principal, ledger: Arc::clone(&ledger) });
        }
        settle_strangers(&database, &cluster, random).await?;
        let site = Site {
            cluster: Arc::clone(&cluster),
            troubles: Arc::clone(&troubles),
            ledger: Arc::clone(&ledger),
            settings: settings(),
            seed: random,
            starts: Arc::new(AtomicU64::new(1)),
        };
        let mut workers = Vec::new();
        for _ in 0..WORKERS {
            let door = door(&database).await?;
            let mut machine = Machine::new(site.clone(), through(&database, "souk_worker", &door));
            machine.start()?;
            workers.push(Worker { machine: Arc::new(Mutex::new(machine)), door });
        }
        Ok(Self { database, cluster, troubles, ledger, users, front_door, workers })
    }
}

async fn settle_strangers(
    database: &TestDatabase,
    cluster: &FakeCluster,
    random: u64,
) -> Result<(), ChaosError> {
    let mut tx = database.worker.begin().await?;
    let ours = installation::id(&mut tx).await?;
    drop(tx);
    let (entropy, now) = (Entropy::seeded(random), SystemClock.now());
    let owners = [InstallationId::generate(now, &entropy), ours];
    cluster.meddle(|namespaces| {
        for (name, installation) in STRANGERS.iter().zip(owners) {
            let stranger = FakeNamespace {
                uid: u64::MAX,
                installation,
                store: StoreId::generate(now, &entropy),
                secrets: true,
                releases: 1,
                set_up: true,
                opened_with: None,
                volume: true,
                unready: false,
            };
            namespaces.insert((*name).to_owned(), stranger);
        }
    });
    Ok(())
}

async fn app(database: &TestDatabase, door: &Proxy, random: u64) -> Result<App, ChaosError> {
    let options = through(database, "souk_api", door);
    let pool = ApiPool::connect(PoolSettings { options, max_connections: API_CONNECTIONS }).await?;
    let infrastructure = Infrastructure {
        changes: pool.changes().await?,
        pool,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(Entropy::seeded(random)),
        keyring: jobs::keyring(),
        // Nobody reads a log in a storm.
        pod_logs: Arc::new(FakeCluster::new()),
    };
    let token =
        TokenKey { id: "chaos".to_owned(), secret: "nobody signs in during a storm, so any will do".into() };
    let settings = AppSettings {
        limits: limits(),
        addresses: addresses::local(),
        tokens: TokenSettings::new(token),
        passwords: PasswordSettings::default(),
        provisioner: "simulated",
        brought_themes: Vec::new(),
        setup_token: None,
        lent: Vec::new(),
    };
    App::new(infrastructure, settings).map_err(|_| ChaosError::App)
}

async fn door(database: &TestDatabase) -> Result<Proxy, ChaosError> {
    let options = database.options_for("souk_worker");
    Ok(Proxy::to(format!("{}:{}", options.get_host(), options.get_port())).await?)
}

fn through(database: &TestDatabase, role: &str, door: &Proxy) -> PgConnectOptions {
    database.options_for(role).host("127.0.0.1").port(door.address.port())
}
