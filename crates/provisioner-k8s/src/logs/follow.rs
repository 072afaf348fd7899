//! Goes on with what is written from now on, in containers that come later too.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::ready;
use futures::stream::{self, BoxStream, FuturesUnordered, SelectAll};
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::runtime::watcher::{self, Event, watcher};
use souk_domain::clock::Clock;
use souk_provisioner::StepError;
use souk_provisioner::logs::{LogLine, LogQuery};
use tokio::sync::mpsc::Sender;
use tokio::time::{Instant, sleep, sleep_until};

use super::container::{self, Container, From};
use super::{MAX_CONTAINERS, Told};

/// After a watch that broke, as it does while the store's namespace is not there yet, and before a log that has ended
/// is looked for again.
const PAUSE: Duration = Duration::from_secs(1);

enum Item {
    Line(Container, LogLine),
    /// The log has ended, or the connection to it.
    Ended(Container),
}

/// Returns when its reader has gone.
pub async fn follow(
    api: Api<Pod>,
    clock: Arc<dyn Clock>,
    query: LogQuery,
    told: Told,
    lines: Sender<Result<LogLine, StepError>>,
) {
    let mut pods = watcher(api.clone(), watcher::Config::default()).boxed();
    let mut following = Following { api, clock, query, told, open: SelectAll::new(), known: Vec::new() };
    let mut again = FuturesUnordered::new();
    let mut watch_from = Instant::now();
    loop {
        tokio::select! {
            () = lines.closed() => return,
            event = async { sleep_until(watch_from).await; pods.next().await } => match event {
                Some(Ok(Event::Apply(pod) | Event::InitApply(pod))) => following.meet(&pod),
                Some(Ok(Event::Init | Event::InitDone | Event::Delete(_))) => {}
                // It goes on by itself.
                Some(Err(_)) | None => watch_from = Instant::now() + PAUSE,
            },
            Some(item) = following.open.next() => match item {
                Item::Line(of, line) => {
                    following.told.insert(of, line.time);
                    if lines.send(Ok(line)).await.is_err() {
                        return;
                    }
                }
                Item::Ended(of) => again.push(look_again(following.api.clone(), of)),
            },
            Some(found) = again.next() => if let Some(container) = found {
                following.open(container);
            },
        }
    }
}

struct Following {
    api: Api<Pod>,
    clock: Arc<dyn Clock>,
    query: LogQuery,
    told: Told,
    open: SelectAll<BoxStream<'static, Item>>,
    /// Those that were begun with; a container that has ended is not begun with again.
    known: Vec<Container>,
}

impl Following {
    fn meet(&mut self, pod: &Pod) {
        for container in container::started(pod) {
            if container.is_wanted(&self.query) && !self.known.contains(&container) {
                self.known.push(container.clone());
                self.open(container);
            }
        }
    }

    fn open(&mut self, container: Container) {
        if self.open.len() >= MAX_CONTAINERS {
            return;
        }
        let now = self.clock.now();
        let from = match self.told.get(&container) {
            // Nothing of the past was asked for.
            Some(None) if self.query.tail == 0 => From { tail: Some(0), after: self.query.since, now },
            // One that has come since, or had not written yet, is new from its first line on.
            last => From { tail: None, after: last.copied().flatten().or(self.query.since), now },
        };
        self.open.push(items(self.api.clone(), container, from));
    }
}

fn items(api: Api<Pod>, container: Container, from: From) -> BoxStream<'static, Item> {
    let of = container.clone();
    let lines = container.clone().lines(api, from, true).map(move |line| Item::Line(of.clone(), line));
    lines.chain(stream::once(ready(Item::Ended(container)))).boxed()
}

/// Whether the container whose log has ended runs on: then it was the connection that ended.
async fn look_again(api: Api<Pod>, container: Container) -> Option<Container> {
    sleep(PAUSE).await;
    let pod = api.get_opt(&container.pod).await.ok().flatten()?;
    let runs =
        pod.status.and_then(|status| status.container_statuses).unwrap_or_default().iter().any(|status| {
            status.name == container.name
                && status.restart_count == container.restarts
                && status.state.as_ref().is_some_and(|state| state.running.is_some())
        });
    runs.then_some(container)
}
