//! Waits until every workload is ready, and says early and in plain words when that will not be.

use std::pin::Pin;

use futures::stream::{Stream, StreamExt, select_all};
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::api::LogParams;
use kube::runtime::watcher;
use kube::{Api, Resource};
use souk_provisioner::{ErrorKind, Outcome, StepError, Target};
use tokio::time::{Duration, Instant, MissedTickBehavior, interval, timeout};

use crate::rollout::{Change, Complaint, Judge, Symptom, Verdict, View};
use crate::{KubernetesProvisioner, error};

/// Complaints ripen without anything happening in the cluster; so the clock is looked at, too.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// Broken watches that are taken up again before the step gives up; each waits longer than the last.
const MAX_WATCH_ERRORS: usize = 4;
/// The last words of a container that goes down, for its owner.
const LOG_LINES: i64 = 15;
const LOG_BYTES: i64 = 4 * 1024;
const LOG_CHARS_SHOWN: usize = 1_000;

type Changes = Pin<Box<dyn Stream<Item = Result<Change, watcher::Error>> + Send>>;

pub async fn run(k8s: &KubernetesProvisioner, target: &Target) -> Result<Outcome, StepError> {
    let mut view = View::default();
    let limit = k8s.settings.limits.rollout;
    match timeout(limit, watch(k8s, target, &mut view)).await {
        Ok(result) => result,
        Err(elapsed) => {
            let waiting = crate::rollout::unready(&view).join(", ");
            Err(StepError::transient(format!("{waiting} did not become ready within {} s", limit.as_secs()))
                .caused_by(elapsed))
        }
    }
}

/// Nothing was made.
pub fn undo() -> Outcome {
    Outcome::Unchanged
}

async fn watch(k8s: &KubernetesProvisioner, target: &Target, view: &mut View) -> Result<Outcome, StepError> {
    let mut changes = changes(k8s, &target.namespace);
    let mut clock = interval(LOOK_AGAIN);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut judge, started) = (Judge::default(), Instant::now());
    let (mut errors, mut looked) = (0, false);
    loop {
        tokio::select! {
            change = changes.next() => match change {
                Some(Ok(change)) => view.take(change),
                Some(Err(error)) if errors < MAX_WATCH_ERRORS && is_passing(&error) => errors += 1,
                Some(Err(error)) => return Err(error::watch("watch the store's workloads", error)),
                None => return Err(StepError::transient("the cluster ended the watch of the store's workloads")),
            },
            _ = clock.tick() => {}
        }
        match judge.judge(view, started.elapsed()) {
            Verdict::Ready if looked => return Ok(Outcome::Done),
            Verdict::Ready => return Ok(Outcome::Unchanged),
            Verdict::Nothing => return Err(StepError::permanent("the store's release has no workload")),
            Verdict::Failed(symptom) => return Err(explain(k8s, target, symptom).await),
            Verdict::Waiting(_) => looked |= view.is_complete(),
        }
    }
}

/// All four watches of the namespace as one stream.
fn changes(
    k8s: &KubernetesProvisioner,
    namespace: &str,
) -> impl Stream<Item = Result<Change, watcher::Error>> {
    select_all([
        of_kind::<Pod>(k8s, namespace, Change::Pod),
        of_kind::<Deployment>(k8s, namespace, Change::Deployment),
        of_kind::<StatefulSet>(k8s, namespace, Change::StatefulSet),
        of_kind::<Event>(k8s, namespace, Change::Event),
    ])
}

fn of_kind<K>(
    k8s: &KubernetesProvisioner,
    namespace: &str,
    change: fn(watcher::Event<K>) -> Change,
) -> Changes
where
    K: Resource<Scope = k8s_openapi::NamespaceResourceScope> + Clone + std::fmt::Debug + Send + 'static,
    K: serde::de::DeserializeOwned,
    K::DynamicType: Default,
{
    use kube::runtime::WatchStreamExt;
    let api: Api<K> = k8s.cluster.namespaced(namespace);
    Box::pin(watcher(api, watcher::Config::default()).default_backoff().map(move |event| event.map(change)))
}

/// A watch ends for many reasons that mean nothing (its time was up, the server restarts). A refusal
/// means something.
fn is_passing(error: &watcher::Error) -> bool {
    match error {
        watcher::Error::InitialListFailed(error)
        | watcher::Error::WatchStartFailed(error)
        | watcher::Error::WatchFailed(error) => {
            !matches!(error, kube::Error::Api(status) if status.code < 429)
        }
        watcher::Error::WatchError(_) => true,
        watcher::Error::NoResourceVersion => false,
    }
}

/// The symptom in plain words, with the container's last lines where it had any.
async fn explain(k8s: &KubernetesProvisioner, target: &Target, symptom: Symptom) -> StepError {
    let (reason, advice) = in_words(&symptom);
    let log = match (&symptom.complaint, &symptom.container) {
        (Complaint::Crashing, Some(container)) => last_lines(k8s, target, &symptom.subject, container).await,
        _ => None,
    };
    let reason = log.map_or_else(|| reason.clone(), |log| format!("{reason}. Its last lines: {log}"));
    StepError::new(ErrorKind::Permanent, reason).advice(advice).caused_by(symptom.detail)
}

/// What is wrong, and what to do, without the cluster's own words.
pub fn in_words(symptom: &Symptom) -> (String, &'static str) {
    let part = symptom.container.as_deref().unwrap_or(&symptom.subject);
    let image = symptom.image.as_deref().unwrap_or_default();
    match symptom.complaint {
        Complaint::ImageMissing => (
            format!("the image {image} does not exist or may not be used"),
            "The operator should check the image's name and the registry login",
        ),
        Complaint::ImagePull => (
            format!("the image {image} could not be fetched"),
            "The operator should check that the cluster reaches the registry",
        ),
        Complaint::Crashing => (
            format!("{part} was started again and again: {}", symptom.detail),
            "The last lines of its log say more; try the store again, or ask the operator",
        ),
        Complaint::ContainerSetup => {
            (format!("{part} could not be set up"), "The operator can see the details in Souk's log")
        }
        Complaint::Unschedulable => (
            format!("the cluster has no room for {part}"),
            "Try again later, or ask the operator for more capacity",
        ),
        Complaint::OverQuota => (
            format!("the cluster refused {part}: the store's resource quota is used up"),
            "The store needs more than its plan allows; choose a larger plan or ask the operator",
        ),
        Complaint::Refused => (
            format!("the cluster refused {part}: {}", which_rule(&symptom.detail)),
            "The store needs more than its plan allows; choose a larger plan or ask the operator",
        ),
    }
}

fn which_rule(detail: &str) -> &'static str {
    let detail = detail.to_lowercase();
    if detail.contains("podsecurity") {
        "it breaks the security rules"
    } else {
        "it is outside the store's limits"
    }
}

/// What the container said before it ended, with every secret of the store struck out.
async fn last_lines(
    k8s: &KubernetesProvisioner,
    target: &Target,
    pod: &str,
    container: &str,
) -> Option<String> {
    let api: Api<Pod> = k8s.cluster.namespaced(&target.namespace);
    for previous in [true, false] {
        let params = LogParams {
            container: Some(container.to_owned()),
            previous,
            tail_lines: Some(LOG_LINES),
            limit_bytes: Some(LOG_BYTES),
            ..LogParams::default()
        };
        if let Ok(Ok(log)) = k8s.cluster.attempt(api.logs(pod, &params)).await
            && !log.trim().is_empty()
        {
            return Some(error::tail(&without_secrets(&log, target), LOG_CHARS_SHOWN));
        }
    }
    None
}

/// A program that goes down may print its configuration.
pub fn without_secrets(text: &str, target: &Target) -> String {
    let Some(secrets) = &target.secrets else { return text.to_owned() };
    secrets.to_hide().fold(text.to_owned(), |text, secret| text.replace(secret, "***"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_of_a_log_show_no_secret_of_the_store() {
        let target = crate::fake_api::target();
        let secrets = target.secrets.clone().unwrap();
        let log = format!(
            "connecting to postgres://medusa:{}@postgres, admin {}",
            secrets.internal["postgres-password"], secrets.admin_password
        );
        assert_eq!(without_secrets(&log, &target), "connecting to postgres://medusa:***@postgres, admin ***");
    }
}
