//! What is wrong with a store's workloads right now, each complaint with the patience it deserves.

use std::time::Duration;

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::{ContainerStatus, Event, Pod};

use super::view::View;

/// Restarts after which a container is not expected to recover.
pub const MAX_RESTARTS: i32 = 3;
/// A registry may be away for a moment.
const IMAGE_PULL_PATIENCE: Duration = Duration::from_secs(45);
/// A volume must be made and bound, a node may be starting.
const UNSCHEDULABLE_PATIENCE: Duration = Duration::from_mins(1);
/// The kubelet may see a Secret or a volume a little later than the pod.
const CONTAINER_SETUP_PATIENCE: Duration = Duration::from_secs(30);
/// What refuses a pod may have been changed a moment ago.
const REFUSED_PATIENCE: Duration = Duration::from_secs(5);
/// From the moment when no pod is going any more: the quota is counted anew some seconds later, and the
/// controllers wait twice as long before each new try, so about as long again as they were refused.
const OVER_QUOTA_PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Complaint {
    /// The registry says that there is no such image, or that it may not be had.
    ImageMissing,
    /// The image has not come yet, for whatever reason.
    ImagePull,
    /// The container has been started again and again.
    Crashing,
    /// The container cannot be set up (a Secret's key, a volume, a command that is not there).
    ContainerSetup,
    /// No node takes the pod.
    Unschedulable,
    /// Limit range or Pod Security refuse the pod.
    Refused,
    /// The quota has no room for the pod.
    OverQuota,
}

impl Complaint {
    /// How long the cluster may take to get over it.
    pub const fn patience(&self) -> Duration {
        match self {
            Self::ImageMissing | Self::Crashing => Duration::ZERO,
            Self::ImagePull => IMAGE_PULL_PATIENCE,
            Self::ContainerSetup => CONTAINER_SETUP_PATIENCE,
            Self::Unschedulable => UNSCHEDULABLE_PATIENCE,
            Self::Refused => REFUSED_PATIENCE,
            Self::OverQuota => OVER_QUOTA_PATIENCE,
        }
    }
}

/// One complaint about one pod's container, or about one workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symptom {
    pub complaint: Complaint,
    /// The pod, or the workload that has none.
    pub subject: String,
    /// The container, where the complaint is about one.
    pub container: Option<String>,
    /// The image, for complaints about images.
    pub image: Option<String>,
    /// The cluster's own words.
    pub detail: String,
}

/// Everything that is wrong in this view.
pub fn symptoms(view: &View) -> Vec<Symptom> {
    let of_pods =
        view.pods.iter().filter(|(_, pod)| !is_going(pod)).flat_map(|(name, pod)| of_pod(name, pod));
    let refused = view.events.iter().filter_map(|(_, event)| of_event(event, view));
    of_pods.chain(refused).collect()
}

/// The workloads that are not ready yet, as words.
pub fn unready(view: &View) -> Vec<String> {
    let deployments = view.deployments.iter().filter(|(_, d)| !deployment_is_ready(d));
    let stateful_sets = view.stateful_sets.iter().filter(|(_, s)| !stateful_set_is_ready(s));
    deployments
        .map(|(name, _)| name.to_owned())
        .chain(stateful_sets.map(|(name, _)| name.to_owned()))
        .collect()
}

/// The workloads that somebody scaled to no pods at all: nothing of them is unready, and nothing serves.
pub fn stopped(view: &View) -> Vec<String> {
    let none = |replicas: Option<i32>| replicas == Some(0);
    let deployments =
        view.deployments.iter().filter(|(_, d)| d.spec.as_ref().is_some_and(|spec| none(spec.replicas)));
    let stateful_sets =
        view.stateful_sets.iter().filter(|(_, s)| s.spec.as_ref().is_some_and(|spec| none(spec.replicas)));
    deployments
        .map(|(name, _)| name.to_owned())
        .chain(stateful_sets.map(|(name, _)| name.to_owned()))
        .collect()
}

fn is_going(pod: &Pod) -> bool {
    pod.metadata.deletion_timestamp.is_some()
}

fn of_pod(name: &str, pod: &Pod) -> Vec<Symptom> {
    let Some(status) = &pod.status else { return Vec::new() };
    let conditions = status.conditions.iter().flatten();
    let unschedulable = conditions
        .filter(|c| {
            c.type_ == "PodScheduled" && c.status == "False" && c.reason.as_deref() == Some("Unschedulable")
        })
        .map(|condition| Symptom {
            complaint: Complaint::Unschedulable,
            subject: name.to_owned(),
            container: None,
            image: None,
            detail: condition.message.clone().unwrap_or_default(),
        });
    let containers =
        status.init_container_statuses.iter().flatten().chain(status.container_statuses.iter().flatten());
    unschedulable.chain(containers.filter_map(|container| of_container(name, container))).collect()
}

fn of_container(pod: &str, container: &ContainerStatus) -> Option<Symptom> {
    let waiting = container.state.as_ref().and_then(|state| state.waiting.as_ref());
    let reason = waiting.and_then(|waiting| waiting.reason.as_deref()).unwrap_or_default();
    let message = waiting.and_then(|waiting| waiting.message.clone()).unwrap_or_default();
    let symptom = |complaint, detail| Symptom {
        complaint,
        subject: pod.to_owned(),
        container: Some(container.name.clone()),
        image: Some(container.image.clone()),
        detail,
    };
    match reason {
        "InvalidImageName" | "ErrImageNeverPull" => return Some(symptom(Complaint::ImageMissing, message)),
        "ErrImagePull" | "ImagePullBackOff" if image_is_missing(&container.image, &message) => {
            return Some(symptom(Complaint::ImageMissing, message));
        }
        "ErrImagePull" | "ImagePullBackOff" | "RegistryUnavailable" => {
            return Some(symptom(Complaint::ImagePull, message));
        }
        "CreateContainerConfigError" | "CreateContainerError" | "RunContainerError" => {
            return Some(symptom(Complaint::ContainerSetup, message));
        }
        _ => {}
    }
    if container.restart_count < MAX_RESTARTS || container.ready {
        return None;
    }
    let states = [container.last_state.as_ref(), container.state.as_ref()];
    let ended = states.into_iter().flatten().find_map(|state| state.terminated.as_ref());
    // An init container that came through in the end is over its trouble.
    if container.state.as_ref().and_then(|s| s.terminated.as_ref()).is_some_and(|t| t.exit_code == 0) {
        return None;
    }
    let how = match ended {
        Some(ended) if ended.reason.as_deref() == Some("OOMKilled") => "it ran out of memory".to_owned(),
        Some(ended) => format!("it ended with code {}", ended.exit_code),
        None => String::new(),
    };
    Some(symptom(Complaint::Crashing, how))
}

/// Words of registries for "no such image" and "not for you". A network that is away says others.
fn image_is_missing(image: &str, message: &str) -> bool {
    const FINAL: [&str; 9] = [
        "not found",
        "notfound",
        "manifest unknown",
        "name unknown",
        "repository does not exist",
        "denied",
        "unauthorized",
        "authorization failed",
        "invalid reference format",
    ];
    // Such a name means an image of the node itself: there is no registry that could have it later.
    if image.starts_with("localhost/") {
        return true;
    }
    let message = message.to_lowercase();
    // "lookup registry: no such host ... not found" is a network's trouble.
    !message.contains("lookup ") && FINAL.iter().any(|words| message.contains(words))
}

/// A controller that may not make its pod says so only in an event. It counts while its workload is
/// not ready.
fn of_event(event: &Event, view: &View) -> Option<Symptom> {
    let message = event.message.as_deref()?;
    if event.reason.as_deref() != Some("FailedCreate") {
        return None;
    }
    let complaint = refusal(message)?;
    // A quota counts a pod until it has gone, and then there is room.
    if complaint == Complaint::OverQuota && view.pods.iter().any(|(_, pod)| is_going(pod)) {
        return None;
    }
    let owner = event.involved_object.name.as_deref()?;
    let unready = unready(view);
    // A ReplicaSet is named `<deployment>-<hash>`.
    let workload = unready.iter().find(|workload| {
        owner == workload.as_str()
            || owner.rsplit_once('-').is_some_and(|(base, _)| base == workload.as_str())
    })?;
    let has_pods = view.pods.iter().any(|(_, pod)| {
        let owners = pod.metadata.owner_references.iter().flatten();
        !is_going(pod) && owners.into_iter().any(|reference| reference.name == owner)
    });
    if has_pods {
        return None;
    }
    Some(Symptom {
        complaint,
        subject: workload.clone(),
        container: None,
        image: None,
        detail: message.to_owned(),
    })
}

fn refusal(message: &str) -> Option<Complaint> {
    const RULES: [&str; 6] =
        ["failed quota", "violates podsecurity", "maximum ", "minimum ", "must specify", "limitrange"];
    let message = message.to_lowercase();
    if !message.contains("forbidden") {
        return None;
    }
    if message.contains("exceeded quota") {
        return Some(Complaint::OverQuota);
    }
    RULES.iter().any(|rule| message.contains(rule)).then_some(Complaint::Refused)
}

fn deployment_is_ready(deployment: &Deployment) -> bool {
    let Some(status) = &deployment.status else { return false };
    let wanted = deployment.spec.as_ref().and_then(|spec| spec.replicas).unwrap_or(1);
    let seen = status.observed_generation >= deployment.metadata.generation;
    let [all, updated, available] =
        [status.replicas, status.updated_replicas, status.available_replicas].map(Option::unwrap_or_default);
    seen && updated == wanted && available == wanted && all == wanted
}

fn stateful_set_is_ready(set: &StatefulSet) -> bool {
    let Some(status) = &set.status else { return false };
    let wanted = set.spec.as_ref().and_then(|spec| spec.replicas).unwrap_or(1);
    let seen = status.observed_generation >= set.metadata.generation;
    let current = status.update_revision.is_none() || status.update_revision == status.current_revision;
    seen && current && status.ready_replicas.unwrap_or_default() == wanted
}
