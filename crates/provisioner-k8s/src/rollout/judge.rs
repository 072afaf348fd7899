//! Weighs what is wrong over time: a complaint counts once it has lasted longer than its patience.

use std::collections::BTreeMap;
use std::time::Duration;

use super::symptom::{Complaint, Symptom, symptoms, unready};
use super::view::View;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Every workload has all its pods ready.
    Ready,
    /// Not yet; these workloads are waited for.
    Waiting(Vec<String>),
    /// It will not come up by itself.
    Failed(Symptom),
    /// There is nothing that could come up.
    Nothing,
}

type Key = (Complaint, String, Option<String>);

/// Remembers since when each complaint has been heard. Times are measured from any one start.
#[derive(Debug, Default)]
pub struct Judge {
    since: BTreeMap<Key, Duration>,
}

impl Judge {
    /// Judges the view as it is at `now`.
    pub fn judge(&mut self, view: &View, now: Duration) -> Verdict {
        if !view.is_complete() {
            return Verdict::Waiting(Vec::new());
        }
        if view.deployments.is_empty() && view.stateful_sets.is_empty() {
            return Verdict::Nothing;
        }
        let waiting = unready(view);
        if waiting.is_empty() {
            return Verdict::Ready;
        }
        let symptoms = symptoms(view);
        // What has gone away in between starts anew when it comes back.
        self.since.retain(|key, _| symptoms.iter().any(|symptom| *key == key_of(symptom)));
        for symptom in symptoms {
            let since = *self.since.entry(key_of(&symptom)).or_insert(now);
            if now.saturating_sub(since) >= symptom.complaint.patience() {
                return Verdict::Failed(symptom);
            }
        }
        Verdict::Waiting(waiting)
    }
}

/// A pod's name changes when its controller makes another; its complaint is the same one then.
fn key_of(symptom: &Symptom) -> Key {
    let workload = symptom.subject.rsplit_once('-').map_or(symptom.subject.as_str(), |(base, _)| base);
    (symptom.complaint.clone(), workload.to_owned(), symptom.container.clone())
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::Pod;
    use kube::runtime::watcher::Event;
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    use super::*;
    use crate::rollout::view::Change;

    const START: Duration = Duration::ZERO;

    fn object<K: DeserializeOwned>(value: Value) -> K {
        serde_json::from_value(value).unwrap()
    }

    fn deployment(available: i32) -> Value {
        json!({"metadata": {"name": "medusa", "generation": 2}, "spec": {"replicas": 1, "selector": {}, "template": {}},
            "status": {"observedGeneration": 2, "replicas": 1, "updatedReplicas": 1, "availableReplicas": available}})
    }

    /// A namespace with one deployment, one pod and perhaps one event.
    fn view(deployment: Option<Value>, pod_status: Option<Value>, event: Option<&str>) -> View {
        let mut view = View::default();
        view.take(Change::Deployment(Event::Init));
        if let Some(deployment) = deployment {
            view.take(Change::Deployment(Event::InitApply(object(deployment))));
        }
        view.take(Change::Deployment(Event::InitDone));
        view.take(Change::StatefulSet(Event::Init));
        view.take(Change::StatefulSet(Event::InitDone));
        view.take(Change::Pod(Event::Init));
        if let Some(status) = pod_status {
            let pod = json!({"metadata": {"name": "medusa-abc-1", "ownerReferences": [
                {"name": "medusa-abc", "kind": "ReplicaSet", "apiVersion": "apps/v1", "uid": "u"}]}, "status": status});
            view.take(Change::Pod(Event::InitApply(object(pod))));
        }
        view.take(Change::Pod(Event::InitDone));
        view.take(Change::Event(Event::Init));
        if let Some(message) = event {
            let event = json!({"metadata": {"name": "e"}, "reason": "FailedCreate", "message": message,
                "involvedObject": {"kind": "ReplicaSet", "name": "medusa-abc"}});
            view.take(Change::Event(Event::InitApply(object(event))));
        }
        view.take(Change::Event(Event::InitDone));
        view
    }

    fn container(state: &Value, restarts: i32) -> Value {
        json!({"containerStatuses": [{"name": "medusa", "image": "registry/medusa:1", "imageID": "", "ready": false,
            "restartCount": restarts, "state": state}]})
    }

    fn waiting(reason: &str, message: &str) -> Value {
        container(&json!({"waiting": {"reason": reason, "message": message}}), 0)
    }

    fn unschedulable() -> Value {
        json!({"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/1 nodes"}]})
    }

    fn failed(verdict: &Verdict) -> Option<Complaint> {
        match verdict {
            Verdict::Failed(symptom) => Some(symptom.complaint.clone()),
            _ => None,
        }
    }

    #[test]
    fn a_workload_is_ready_when_its_newest_pods_are_and_no_old_one_is_left() {
        let mut judge = Judge::default();
        assert_eq!(judge.judge(&view(Some(deployment(1)), None, None), START), Verdict::Ready);
        let changes: [(&str, &str); 3] =
            [("observedGeneration", "1"), ("updatedReplicas", "0"), ("replicas", "2")];
        for (field, value) in changes {
            let mut deployment = deployment(1);
            deployment["status"][field] = value.parse::<i32>().unwrap().into();
            let verdict = judge.judge(&view(Some(deployment), None, None), START);
            assert_eq!(verdict, Verdict::Waiting(vec!["medusa".to_owned()]), "{field}");
        }
    }

    #[test]
    fn nothing_is_judged_before_every_list_is_whole() {
        assert_eq!(Judge::default().judge(&View::default(), START), Verdict::Waiting(vec![]));
        assert_eq!(Judge::default().judge(&view(None, None, None), START), Verdict::Nothing);
    }

    #[test]
    fn what_never_heals_fails_at_once_and_the_rest_after_its_patience() {
        let not_found = "rpc error: code = NotFound desc = failed to pull image: not found";
        let network =
            "failed to do request: Head \"https://registry/v2/\": dial tcp: connect: connection refused";
        let dns = "dial tcp: lookup registry on 10.96.0.10:53: no such host: not found";
        let table: [(&str, Value, Complaint, u64); 12] = [
            ("no such image", waiting("ErrImagePull", not_found), Complaint::ImageMissing, 0),
            (
                "no such image, backing off",
                waiting("ImagePullBackOff", not_found),
                Complaint::ImageMissing,
                0,
            ),
            ("a denied image", waiting("ErrImagePull", "pull access denied"), Complaint::ImageMissing, 0),
            (
                "an image that may not be pulled",
                waiting("ErrImageNeverPull", "not present"),
                Complaint::ImageMissing,
                0,
            ),
            ("no such name", waiting("InvalidImageName", "couldn't parse"), Complaint::ImageMissing, 0),
            ("a registry that is away", waiting("ErrImagePull", network), Complaint::ImagePull, 45),
            ("a registry without a name", waiting("ImagePullBackOff", dns), Complaint::ImagePull, 45),
            (
                "three restarts",
                container(&json!({"waiting": {"reason": "CrashLoopBackOff"}}), 3),
                Complaint::Crashing,
                0,
            ),
            ("three restarts, running", container(&json!({"running": {}}), 3), Complaint::Crashing, 0),
            (
                "a missing key",
                waiting("CreateContainerConfigError", "couldn't find key"),
                Complaint::ContainerSetup,
                30,
            ),
            ("no command", waiting("RunContainerError", "exec: not found"), Complaint::ContainerSetup, 30),
            ("no node", unschedulable(), Complaint::Unschedulable, 60),
        ];
        for (name, status, complaint, patience_s) in table {
            let view = view(Some(deployment(0)), Some(status), None);
            let mut judge = Judge::default();
            if patience_s > 0 {
                let early = judge.judge(&view, START);
                assert!(matches!(early, Verdict::Waiting(_)), "{name}: {early:?}");
                let just_before = judge.judge(&view, Duration::from_millis(patience_s * 1000 - 1));
                assert!(matches!(just_before, Verdict::Waiting(_)), "{name}: {just_before:?}");
            }
            let verdict = judge.judge(&view, Duration::from_secs(patience_s));
            assert_eq!(failed(&verdict), Some(complaint), "{name}: {verdict:?}");
        }
    }

    #[test]
    fn an_image_of_the_node_itself_that_is_not_there_will_not_come_from_anywhere() {
        let refused =
            "failed to do request: Head \"http://localhost/v2/medusa\": connect: connection refused";
        let mut status = waiting("ErrImagePull", refused);
        status["containerStatuses"][0]["image"] = "localhost/souk/medusa:1".into();
        let verdict = Judge::default().judge(&view(Some(deployment(0)), Some(status), None), START);
        assert_eq!(failed(&verdict), Some(Complaint::ImageMissing));
    }

    #[test]
    fn two_restarts_and_a_container_that_is_starting_are_no_reason_to_give_up() {
        for status in [
            container(&json!({"waiting": {"reason": "CrashLoopBackOff"}}), 2),
            waiting("ContainerCreating", ""),
        ] {
            let verdict = Judge::default().judge(&view(Some(deployment(0)), Some(status), None), START);
            assert!(matches!(verdict, Verdict::Waiting(_)), "{verdict:?}");
        }
    }

    #[test]
    fn a_complaint_that_went_away_starts_anew() {
        let mut judge = Judge::default();
        let stuck = view(Some(deployment(0)), Some(unschedulable()), None);
        let fine = view(Some(deployment(0)), Some(waiting("ContainerCreating", "")), None);
        judge.judge(&stuck, START);
        judge.judge(&fine, Duration::from_secs(50));
        assert!(matches!(judge.judge(&stuck, Duration::from_secs(70)), Verdict::Waiting(_)));
        assert!(failed(&judge.judge(&stuck, Duration::from_secs(130))).is_some());
    }

    #[test]
    fn a_refusal_by_limits_or_pod_security_fails_the_workload_that_has_no_pod() {
        let later = Duration::from_secs(5);
        for message in [
            "Error creating: pods \"medusa-abc-\" is forbidden: failed quota: store: must specify limits.cpu",
            "Error creating: pods \"medusa-abc-\" is forbidden: maximum cpu usage per Container is 1, but limit is 2",
            "Error creating: pods \"medusa-abc-\" is forbidden: violates PodSecurity \"restricted:latest\": runAsNonRoot",
        ] {
            let mut judge = Judge::default();
            let refused = view(Some(deployment(0)), None, Some(message));
            judge.judge(&refused, START);
            assert_eq!(failed(&judge.judge(&refused, later)), Some(Complaint::Refused), "{message}");
            // The positive control: the same event is history once the pod is there.
            let made = view(Some(deployment(0)), Some(waiting("ContainerCreating", "")), Some(message));
            let mut judge = Judge::default();
            judge.judge(&made, START);
            assert!(matches!(judge.judge(&made, later), Verdict::Waiting(_)), "{message}");
        }
        let passing =
            "Error creating: pods \"medusa-abc-\" is forbidden: error looking up service account: not found";
        let mut judge = Judge::default();
        judge.judge(&view(Some(deployment(0)), None, Some(passing)), START);
        assert!(matches!(
            judge.judge(&view(Some(deployment(0)), None, Some(passing)), later),
            Verdict::Waiting(_)
        ));
    }

    #[test]
    fn a_quota_that_stays_full_fails_the_workload_once_no_pod_is_going() {
        let full = "Error creating: pods \"medusa-abc-\" is forbidden: exceeded quota: store, requested: limits.cpu=2";
        let mut old: Pod = object(json!({"metadata": {"name": "medusa-old-1"}}));
        old.metadata.deletion_timestamp = serde_json::from_value(json!("2026-01-01T00:00:00Z")).unwrap();
        let mut refused = view(Some(deployment(0)), None, Some(full));
        refused.take(Change::Pod(Event::Apply(old.clone())));
        let mut judge = Judge::default();
        let gone = 300;
        for second in [0, gone] {
            let verdict = judge.judge(&refused, Duration::from_secs(second));
            assert!(matches!(verdict, Verdict::Waiting(_)), "{second} s: {verdict:?}");
        }
        refused.take(Change::Pod(Event::Delete(old)));
        for second in [0, 29] {
            let verdict = judge.judge(&refused, Duration::from_secs(gone + second));
            assert!(matches!(verdict, Verdict::Waiting(_)), "{second} s after: {verdict:?}");
        }
        let verdict = judge.judge(&refused, Duration::from_secs(gone + 30));
        assert_eq!(failed(&verdict), Some(Complaint::OverQuota), "{verdict:?}");
    }

    #[test]
    fn a_stateful_set_counts_like_a_deployment() {
        let mut view = view(Some(deployment(1)), None, None);
        let set = |ready: i32| {
            object(
                json!({"metadata": {"name": "postgres", "generation": 1}, "spec": {"replicas": 1, "selector": {}, "serviceName": "p", "template": {}},
                "status": {"observedGeneration": 1, "replicas": 1, "readyReplicas": ready, "currentRevision": "a", "updateRevision": "a"}}),
            )
        };
        view.take(Change::StatefulSet(Event::Apply(set(0))));
        assert_eq!(Judge::default().judge(&view, START), Verdict::Waiting(vec!["postgres".to_owned()]));
        view.take(Change::StatefulSet(Event::Apply(set(1))));
        assert_eq!(Judge::default().judge(&view, START), Verdict::Ready);
    }
}
