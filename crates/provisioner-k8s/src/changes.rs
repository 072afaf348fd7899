//! Tells when a namespace of this installation appears, begins to go, or is gone.
//!
//! One watch lives as long as the provisioner, between calls too, so that nothing is missed while
//! the caller looks at what the last change meant. What the watch shows is compared with what was known:
//! the first list, a list after a break in which nothing happened, and changes of status or labels
//! wake nobody; what went away during a break does.

use std::collections::BTreeMap;
use std::fmt;
use std::mem;
use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::BoxStream;
use k8s_openapi::api::core::v1::Namespace;
use kube::Api;
use kube::api::PartialObjectMeta;
use kube::runtime::watcher::{self, Event, watcher};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep_until, timeout_at};

use crate::{KubernetesProvisioner, labels};

/// A watch that shows nothing for so long starts anew: kube's own notices when a watch is dead, not when
/// the list before it is.
const SILENCE_LIMIT: Duration = Duration::from_mins(10);
/// The pause after the first error in a row; each further one doubles it, up to the longest.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

type Meta = PartialObjectMeta<Namespace>;

/// For one caller at a time: each change is told once.
#[derive(Default)]
pub struct Changes(Mutex<Watch>);

impl fmt::Debug for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes").finish_non_exhaustive()
    }
}

impl Changes {
    /// Returns at the next change. Dropped while it waits, it has lost nothing.
    pub async fn next(&self, k8s: &KubernetesProvisioner) {
        let mut watch = self.0.lock().await;
        while !watch.next(k8s).await {}
    }
}

#[derive(Default)]
struct Watch {
    stream: Option<BoxStream<'static, watcher::Result<Event<Meta>>>>,
    heard: Option<Instant>,
    seen: Seen,
    /// Errors since the watch last worked, and until when it pauses after the last of them.
    errors: u32,
    pause_until: Option<Instant>,
}

impl Watch {
    /// Whether the next thing that the watch shows is a change.
    async fn next(&mut self, k8s: &KubernetesProvisioner) -> bool {
        if let Some(until) = self.pause_until {
            sleep_until(until).await;
            self.pause_until = None;
        }
        let stream = self.stream.get_or_insert_with(|| open(k8s));
        let heard = *self.heard.get_or_insert_with(Instant::now);
        match timeout_at(heard + SILENCE_LIMIT, stream.next()).await {
            Ok(Some(Ok(event))) => {
                self.heard = None;
                // That a list was begun says nothing yet.
                if !matches!(event, Event::Init) {
                    self.errors = 0;
                }
                self.seen.take(event)
            }
            // The stream goes on by itself. Whoever asks the cluster something else says that it is away.
            Ok(Some(Err(error))) => {
                tracing::debug!(error = &error as &dyn std::error::Error, "the watch of namespaces broke");
                let pause = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(self.errors)).min(LONGEST_PAUSE);
                self.errors = self.errors.saturating_add(1);
                self.pause_until = Some(Instant::now() + pause);
                false
            }
            Ok(None) | Err(_) => {
                (self.stream, self.heard) = (None, None);
                false
            }
        }
    }
}

fn open(k8s: &KubernetesProvisioner) -> BoxStream<'static, watcher::Result<Event<Meta>>> {
    let api: Api<Meta> = k8s.cluster.all();
    let own = format!("{}={}", labels::INSTALLATION, k8s.settings.installation);
    watcher(api, watcher::Config::default().labels(&own)).boxed()
}

/// The namespaces by uid, and whether each is going.
#[derive(Debug, Default)]
struct Seen {
    known: Option<BTreeMap<String, bool>>,
    fresh: BTreeMap<String, bool>,
}

impl Seen {
    /// Whether this changes what was known.
    fn take(&mut self, event: Event<Meta>) -> bool {
        match event {
            Event::Init => self.fresh.clear(),
            Event::InitApply(namespace) => {
                self.fresh.extend([entry(&namespace)]);
            }
            Event::InitDone => {
                let fresh = mem::take(&mut self.fresh);
                let before = self.known.replace(fresh);
                return before.is_some() && before != self.known;
            }
            Event::Apply(namespace) => {
                let (uid, is_going) = entry(&namespace);
                return self.known.get_or_insert_default().insert(uid, is_going) != Some(is_going);
            }
            Event::Delete(namespace) => {
                return self.known.get_or_insert_default().remove(&entry(&namespace).0).is_some();
            }
        }
        false
    }
}

fn entry(namespace: &Meta) -> (String, bool) {
    let metadata = &namespace.metadata;
    (metadata.uid.clone().unwrap_or_default(), metadata.deletion_timestamp.is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use souk_provisioner::Provisioner as _;
    use tokio::time::timeout;

    use super::*;
    use crate::fake_api::{FakeApi, Scenario, settings};

    /// Not a multiple of the limit: no watch is just starting anew when it ends.
    const LONG: Duration = Duration::from_mins(65);
    /// Long enough for a broken watch to be taken up again.
    const SOON: Duration = Duration::from_secs(5);

    fn namespace(uid: &str) -> Value {
        json!({"metadata": {"uid": uid, "labels": {labels::INSTALLATION: settings().installation}}})
    }

    /// One namespace is there, and the watch has shown it.
    async fn watched(scenario: Scenario) -> (FakeApi, KubernetesProvisioner) {
        let api = FakeApi::new(scenario);
        api.put("namespaces", "", "store-a-1", namespace("a"));
        let k8s = api.provisioner();
        assert!(timeout(LONG, k8s.changed()).await.is_err(), "what was there already woke somebody");
        (api, k8s)
    }

    #[tokio::test(start_paused = true)]
    async fn a_namespace_that_comes_begins_to_go_or_is_gone_is_a_change_even_if_nobody_waited_just_then() {
        let (api, k8s) = watched(Scenario::Healthy).await;
        let mut going = namespace("a");
        going["metadata"]["deletionTimestamp"] = "2026-11-21T10:00:00Z".into();
        let steps: [(&str, &dyn Fn()); 4] = [
            ("comes", &|| api.put("namespaces", "", "store-b-1", namespace("b"))),
            ("begins to go", &|| api.put("namespaces", "", "store-a-1", going.clone())),
            ("is gone", &|| api.remove("namespaces", "", "store-a-1")),
            ("is another of that name", &|| api.put("namespaces", "", "store-b-1", namespace("c"))),
        ];
        for (what, step) in steps {
            step();
            assert!(timeout(SOON, k8s.changed()).await.is_ok(), "{what}");
            assert!(timeout(SOON, k8s.changed()).await.is_err(), "{what}: told twice");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_changes_no_store_wakes_nobody() {
        let (api, k8s) = watched(Scenario::Healthy).await;
        let mut busy = namespace("a");
        busy["status"] = json!({"phase": "Active"});
        api.put("namespaces", "", "store-a-1", busy);
        api.put("namespaces", "", "kube-other", json!({"metadata": {"uid": "x"}}));
        assert!(timeout(LONG, k8s.changed()).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn what_went_while_the_watch_was_broken_is_a_change_and_the_break_is_none() {
        let (api, k8s) = watched(Scenario::Healthy).await;
        api.break_watches();
        assert!(timeout(LONG, k8s.changed()).await.is_err(), "the break itself");
        api.break_watches();
        api.remove("namespaces", "", "store-a-1");
        assert!(timeout(SOON, k8s.changed()).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_watch_that_shows_nothing_for_long_starts_anew_and_calls_alone_start_none() {
        let (api, k8s) = watched(Scenario::Healthy).await;
        let lists = || api.requests().iter().filter(|line| line.starts_with("GET")).count();
        let lives = usize::try_from(LONG.as_secs() / SILENCE_LIMIT.as_secs()).unwrap();
        assert!((lives..=lives + 1).contains(&lists()), "{} lists", lists());
        let before = api.requests().len();
        for _ in 0..100 {
            assert!(timeout(Duration::from_millis(10), k8s.changed()).await.is_err());
        }
        assert_eq!(api.requests().len(), before);
    }

    #[tokio::test(start_paused = true)]
    async fn a_cluster_that_is_away_is_asked_again_with_pauses() {
        let (api, _) = watched(Scenario::Away).await;
        let asked = api.requests().len();
        let evenly = usize::try_from(LONG.as_secs() / LONGEST_PAUSE.as_secs()).unwrap();
        assert!((evenly..=evenly + 10).contains(&asked), "{asked} requests");
    }
}
