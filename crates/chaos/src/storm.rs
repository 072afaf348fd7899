//! Lets the schedule happen.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::meddling;
use crate::proxy::Flow;
use crate::schedule::{Loss, Stimulus, Timed};
use crate::world::{STRANGERS, World};

/// What was begun may take this long to end after the last stimulus.
const AFTERMATH: Duration = Duration::from_secs(15);
/// How long a worker that was asked to stop may take before it is killed, as a deployment does it.
const STOP_PATIENCE: Duration = Duration::from_secs(5);

/// Every stimulus at its time, none waiting for another to end.
pub async fn blow(world: &Arc<World>, schedule: Vec<Timed>) {
    let start = Instant::now();
    let mut under_way = JoinSet::new();
    for Timed { at, what } in schedule {
        sleep_until(start + at).await;
        let world = Arc::clone(world);
        under_way.spawn(async move { world.meet(what).await });
        while under_way.try_join_next().is_some() {}
    }
    let _ = tokio::time::timeout(AFTERMATH, under_way.join_all()).await;
}

impl World {
    async fn meet(&self, stimulus: Stimulus) {
        match stimulus {
            Stimulus::Ask { user, wish, patience } => {
                let ask = self.users[user].ask(wish);
                match patience {
                    // Given up in the middle: what was begun is rolled back, or was committed and nobody knows.
                    Some(patience) => drop(tokio::time::timeout(patience, ask).await),
                    None => ask.await,
                }
            }
            Stimulus::Trouble { step, undo, trouble } => self.troubles.lay(step, undo, trouble),
            Stimulus::Kill { worker, away } => self.kill(worker, away).await,
            Stimulus::Stop { worker, away } => self.stop(worker, away).await,
            Stimulus::Pause { worker, length } => {
                self.workers[worker].machine.lock().await.freezer.order(length);
            }
            Stimulus::EndLease { pick } => {
                attempt("ending a lease", meddling::end_lease(&self.database, pick)).await;
            }
            Stimulus::Jump { seconds } => {
                attempt("moving the clock", meddling::jump(&self.database, seconds)).await;
            }
            Stimulus::CutConnections => {
                self.ledger.outages.fetch_add(1, Ordering::Relaxed);
                attempt("breaking connections", meddling::cut_connections(&self.database)).await;
            }
            Stimulus::ClusterAway { length } => {
                self.ledger.outages.fetch_add(1, Ordering::Relaxed);
                self.cluster.set_down(true);
                sleep(length).await;
                self.cluster.set_down(false);
            }
            Stimulus::DatabaseAway { length } => {
                self.ledger.outages.fetch_add(1, Ordering::Relaxed);
                self.doors(Flow::Shut);
                sleep(length).await;
                self.doors(Flow::Open);
            }
            Stimulus::Stall { worker, length } => {
                self.ledger.outages.fetch_add(1, Ordering::Relaxed);
                self.workers[worker].door.set(Flow::Jammed);
                sleep(length).await;
                self.workers[worker].door.set(Flow::Open);
            }
            Stimulus::Hold { pick, length } => self.hold(pick, length).await,
            Stimulus::Lose { pick, loss } => self.lose(pick, loss),
        }
    }

    fn doors(&self, flow: Flow) {
        self.front_door.set(flow);
        for worker in &self.workers {
            worker.door.set(flow);
        }
    }

    async fn kill(&self, worker: usize, away: Duration) {
        let machine = &self.workers[worker].machine;
        if machine.lock().await.kill() {
            self.ledger.kills.fetch_add(1, Ordering::Relaxed);
        }
        sleep(away).await;
        self.switch_on(worker).await;
    }

    async fn stop(&self, worker: usize, away: Duration) {
        let leaving = self.workers[worker].machine.lock().await.take_off();
        if let Some(leaving) = leaving {
            leaving.stop(STOP_PATIENCE).await;
        }
        sleep(away).await;
        self.switch_on(worker).await;
    }

    async fn switch_on(&self, worker: usize) {
        if let Err(error) = self.workers[worker].machine.lock().await.start() {
            eprintln!("a worker could not be started: {error}");
        }
    }

    async fn hold(&self, pick: usize, length: Duration) {
        let Some(name) = self.namespace(pick) else { return };
        self.cluster.hold_namespace(&name);
        sleep(length).await;
        self.cluster.release_namespace(&name);
    }

    fn lose(&self, pick: usize, loss: Loss) {
        let Some(name) = self.namespace(pick) else { return };
        match loss {
            Loss::Namespace => {
                self.ledger.rob(&name);
                self.cluster.lose_namespace(&name);
            }
            Loss::Volume => {
                self.ledger.rob(&name);
                self.cluster
                    .meddle(|all| all.get_mut(&name).into_iter().for_each(|found| found.volume = false));
            }
            Loss::Release => {
                self.cluster
                    .meddle(|all| all.get_mut(&name).into_iter().for_each(|found| found.releases = 0));
            }
        }
    }

    /// One of the namespaces that are Souk's.
    fn namespace(&self, pick: usize) -> Option<String> {
        let all = self.cluster.namespaces();
        let names: Vec<_> = all.into_keys().filter(|name| !STRANGERS.contains(&name.as_str())).collect();
        pick.checked_rem(names.len()).map(|index| names[index].clone())
    }

    /// Nothing stands in anybody's way any more.
    pub async fn heal(&self) {
        self.troubles.clear();
        self.cluster.set_down(false);
        for name in self.cluster.namespaces().keys() {
            self.cluster.release_namespace(name);
        }
        self.doors(Flow::Open);
        for worker in 0..self.workers.len() {
            self.workers[worker].machine.lock().await.freezer.thaw();
            self.switch_on(worker).await;
        }
    }

    /// Every worker hands back what it has and stops.
    pub async fn send_home(&self) {
        for worker in 0..self.workers.len() {
            if let Some(leaving) = self.workers[worker].machine.lock().await.take_off() {
                leaving.stop(STOP_PATIENCE).await;
            }
        }
    }
}

/// The storm goes on when one gust fails: the server has its limits, too.
async fn attempt<T>(what: &str, work: impl Future<Output = Result<T, sqlx::Error>>) {
    match tokio::time::timeout(meddling::LIMIT, work).await {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => eprintln!("{what} failed: {error}"),
        Err(_) => eprintln!("{what} took too long"),
    }
}
