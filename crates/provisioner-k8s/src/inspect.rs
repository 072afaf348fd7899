//! What is there of a store that should be whole.
//!
//! Invariant: nothing here changes the cluster, and each question has its limit. A store costs eleven
//! requests while it is well, ten of them side by side, and two more when a workload is not ready.
//!
//! Where Souk's binding in the namespace is gone, an inspection is an error and no finding: nobody can
//! tell what is left, and Souk does not give itself rights again that an admin may have taken away.

use std::collections::BTreeSet;
use std::future::Future;

use chrono::{DateTime, Utc};
use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::batch::v1::CronJob;
use k8s_openapi::api::core::v1::{
    Event, LimitRange, Namespace, PersistentVolumeClaim, Pod, ResourceQuota, Service,
};
use k8s_openapi::api::networking::v1::{Ingress, NetworkPolicy};
use kube::api::{ListParams, PartialObjectMeta};
use kube::{Api, Resource, ResourceExt as _};
use souk_provisioner::{Inspection, StepError, Target};

use crate::client::is_forbidden;
use crate::manifest::{self, Part};
use crate::rollout::{self, Symptom, View};
use crate::steps::rollout::in_words;
use crate::{KubernetesProvisioner, error, labels, volumes};

/// Objects of one kind that a store can have; its quota allows far fewer.
const MAX_OBJECTS: u32 = 500;
pub async fn inspect(
    k8s: &KubernetesProvisioner,
    target: &Target,
    ready_at: DateTime<Utc>,
) -> Result<Option<Inspection>, StepError> {
    let found = Box::pin(look(k8s, target, ready_at)).await;
    // Asked last: of a namespace that goes meanwhile the lists are empty and refused, which means nothing.
    let api: Api<Namespace> = k8s.cluster.all();
    let namespace = k8s.cluster.ask("look for the store's namespace", api.get_opt(&target.namespace)).await?;
    let is_here = |namespace: &Namespace| {
        namespace.metadata.deletion_timestamp.is_none() && labels::belongs_to(namespace, target)
    };
    if namespace.is_some_and(|namespace| is_here(&namespace)) { found.map(Some) } else { Ok(None) }
}

/// What the namespace's release made and is no longer there; `None` where no release is deployed.
pub async fn missing(k8s: &KubernetesProvisioner, namespace: &str) -> Result<Option<Vec<Part>>, StepError> {
    let (made, (_, there)) = futures::try_join!(manifest::of_release(k8s, namespace), parts(k8s, namespace))?;
    Ok(made.map(|made| without(made, &there)))
}

async fn look(
    k8s: &KubernetesProvisioner,
    target: &Target,
    ready_at: DateTime<Utc>,
) -> Result<Inspection, StepError> {
    let namespace = target.namespace.as_str();
    let (made, (view, there), claims) = futures::try_join!(
        manifest::of_release(k8s, namespace),
        parts(k8s, namespace),
        list::<PersistentVolumeClaim>(k8s, namespace),
    )?;
    let missing = made.map(|made| without(made, &there));
    if let Some(missing) = missing.as_ref().filter(|missing| !missing.is_empty()) {
        let missing: Vec<String> = missing.iter().map(Part::to_string).collect();
        tracing::warn!(namespace, missing = missing.join(", "), "parts of a store are missing");
    }
    Ok(Inspection {
        release: missing.is_some_and(|missing| missing.is_empty()),
        lost_volumes: volumes::lost(&claims, target.engine, ready_at),
        unready: unready(k8s, namespace, view).await?,
    })
}

fn without(made: BTreeSet<Part>, there: &BTreeSet<Part>) -> Vec<Part> {
    made.into_iter().filter(|part| is_looked_for(&part.kind) && !there.contains(part)).collect()
}

/// The kinds that [`parts`] lists. Volumes are not among them: what lacks one must not be mended by an
/// empty one.
fn is_looked_for(kind: &str) -> bool {
    [
        Deployment::kind(&()),
        StatefulSet::kind(&()),
        CronJob::kind(&()),
        Service::kind(&()),
        Ingress::kind(&()),
        NetworkPolicy::kind(&()),
        ResourceQuota::kind(&()),
        LimitRange::kind(&()),
    ]
    .iter()
    .any(|known| known == kind)
}

/// The workloads, and the names of all that a store cannot be without.
async fn parts(k8s: &KubernetesProvisioner, namespace: &str) -> Result<(View, BTreeSet<Part>), StepError> {
    let (deployments, sets, crons, services, ingresses, policies, quotas, limits) = futures::try_join!(
        list::<Deployment>(k8s, namespace),
        list::<StatefulSet>(k8s, namespace),
        names::<CronJob>(k8s, namespace),
        names::<Service>(k8s, namespace),
        names::<Ingress>(k8s, namespace),
        names::<NetworkPolicy>(k8s, namespace),
        names::<ResourceQuota>(k8s, namespace),
        names::<LimitRange>(k8s, namespace),
    )?;
    let workloads = deployments.iter().map(part).chain(sets.iter().map(part));
    let rest = [crons, services, ingresses, policies, quotas, limits].into_iter().flatten();
    let parts = workloads.chain(rest).collect();
    let view = View {
        deployments: deployments.into_iter().collect(),
        stateful_sets: sets.into_iter().collect(),
        ..View::default()
    };
    Ok((view, parts))
}

fn part<K: Resource<DynamicType = ()>>(object: &K) -> Part {
    Part { kind: K::kind(&()).into_owned(), name: object.name_any() }
}

async fn names<K>(k8s: &KubernetesProvisioner, namespace: &str) -> Result<Vec<Part>, StepError>
where
    K: Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>,
    K: Clone + std::fmt::Debug + serde::de::DeserializeOwned,
{
    let found = list::<PartialObjectMeta<K>>(k8s, namespace).await?;
    let part = |object: &PartialObjectMeta<K>| Part {
        kind: K::kind(&()).into_owned(),
        name: object.metadata.name.clone().unwrap_or_default(),
    };
    Ok(found.iter().map(part).collect())
}

async fn list<K>(k8s: &KubernetesProvisioner, namespace: &str) -> Result<Vec<K>, StepError>
where
    K: Resource<Scope = k8s_openapi::NamespaceResourceScope, DynamicType = ()>,
    K: Clone + std::fmt::Debug + serde::de::DeserializeOwned,
{
    let api: Api<K> = k8s.cluster.namespaced(namespace);
    let params = ListParams::default().limit(MAX_OBJECTS);
    ask(k8s, namespace, "look at the store", api.list(&params)).await.map(|found| found.items)
}

/// A question inside a store's namespace. That Souk may not ask means that its binding there is gone.
pub async fn ask<T>(
    k8s: &KubernetesProvisioner,
    namespace: &str,
    what: &str,
    request: impl Future<Output = Result<T, kube::Error>>,
) -> Result<T, StepError> {
    k8s.cluster.attempt(request).await?.map_err(|error| {
        if is_forbidden(&error) {
            StepError::permanent(format!("Souk has lost its rights in the namespace {namespace}"))
                .advice(
                    "An admin of the cluster should bind the role for stores to Souk's account there again",
                )
                .caused_by(error)
        } else {
            error::api(what, error)
        }
    })
}

/// Each workload that is not ready, with the reason where its pods or their controller name one.
async fn unready(
    k8s: &KubernetesProvisioner,
    namespace: &str,
    mut view: View,
) -> Result<Vec<String>, StepError> {
    let stopped = rollout::stopped(&view);
    let mut reasons: Vec<String> =
        stopped.iter().map(|name| format!("{name} is scaled to no pods")).collect();
    let mut waiting = rollout::unready(&view);
    waiting.retain(|name| !stopped.contains(name));
    if waiting.is_empty() {
        return Ok(reasons);
    }
    let (pods, events) = futures::try_join!(list::<Pod>(k8s, namespace), list::<Event>(k8s, namespace))?;
    view.pods = pods.into_iter().collect();
    view.events = events.into_iter().collect();
    let symptoms = rollout::symptoms(&view);
    reasons.extend(waiting.iter().map(|workload| {
        let symptom = symptoms.iter().find(|symptom| workload_of(symptom, &view) == Some(workload));
        symptom.map_or_else(|| format!("{workload} is not ready"), |symptom| in_words(symptom).0)
    }));
    Ok(reasons)
}

/// A pod's name begins with its workload's; of `medusa` and `medusa-worker` the longer one counts.
fn workload_of<'a>(symptom: &Symptom, view: &'a View) -> Option<&'a str> {
    let is_of = |workload: &&str| {
        let rest = symptom.subject.strip_prefix(*workload);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    let deployments = view.deployments.iter().map(|(name, _)| name);
    let sets = view.stateful_sets.iter().map(|(name, _)| name);
    deployments.chain(sets).filter(is_of).max_by_key(|workload| workload.len())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use souk_domain::engine::Engine;
    use souk_provisioner::{ErrorKind, Outcome};

    use super::*;
    use crate::digest::Digest;
    use crate::fake_api::{FakeApi, Scenario, settings, store_id, target};
    use crate::fake_store::{self, READY_AT};
    use crate::helm::Helm;
    use crate::settings::{Access, HelmSettings};
    use crate::steps;
    use crate::values::Values;

    /// With as many requests as it may cost.
    const REQUESTS_WHILE_WELL: usize = 11;

    fn ready_at() -> DateTime<Utc> {
        READY_AT.parse().unwrap()
    }

    async fn look_at(api: &FakeApi) -> Inspection {
        inspect(&api.provisioner(), &target(), ready_at()).await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_whole_store_of_each_engine_is_well_and_looking_changes_nothing() {
        for (engine, case) in [
            (Engine::Medusa, "local"),
            (Engine::Medusa, "two-processes"),
            (Engine::Woocommerce, "woocommerce-local"),
        ] {
            let api = fake_store::whole(case);
            let well = Inspection { release: true, ..Inspection::default() };
            let target = Target { engine, ..target() };
            let found = inspect(&api.provisioner(), &target, ready_at()).await.unwrap();
            assert_eq!(found, Some(well), "{case}");
            assert_eq!((api.writes(), api.requests().len()), (0, REQUESTS_WHILE_WELL), "{case}");
        }
    }

    #[tokio::test]
    async fn a_release_that_lacks_any_of_its_parts_is_not_there() {
        for case in ["two-processes", "woocommerce-local"] {
            lacks_each_part(case).await;
        }
    }

    async fn lacks_each_part(case: &str) {
        let api = fake_store::whole(case);
        let mut tried = 0;
        for (kind, name, object) in fake_store::objects(case) {
            let (resource, namespace) = (fake_store::resource(&kind), target().namespace);
            api.remove(resource, &namespace, &name);
            let found = look_at(&api).await;
            // A volume is another matter: an empty one would mend nothing.
            assert_eq!(found.release, kind == "PersistentVolumeClaim", "{kind} {name}");
            api.put(resource, &namespace, &name, object);
            assert!(look_at(&api).await.release, "{kind} {name} is back");
            tried += 1;
        }
        assert!(tried > 15, "too few parts to show anything: {tried}");
    }

    #[tokio::test]
    async fn a_release_that_helm_does_not_know_is_not_there_and_its_volumes_are() {
        let api = fake_store::whole("local");
        api.remove("secrets", &target().namespace, fake_store::RECORD);
        let found = look_at(&api).await;
        assert_eq!((found.release, found.lost_volumes), (false, Vec::new()));
    }

    #[tokio::test]
    async fn what_is_not_ready_is_said_in_plain_words() {
        let api = fake_store::whole("two-processes");
        let namespace = target().namespace;
        let change = |kind: &str, name: &str, pointer: &str, value: i32| {
            let resource = fake_store::resource(kind);
            let mut object = api.object(resource, &namespace, name).unwrap();
            *object.pointer_mut(pointer).unwrap() = value.into();
            api.put(resource, &namespace, name, object);
        };
        change("Deployment", "medusa", "/status/availableReplicas", 0);
        change("Deployment", "medusa-worker", "/status/availableReplicas", 0);
        change("StatefulSet", "postgres", "/status/readyReplicas", 0);
        change("StatefulSet", "redis", "/spec/replicas", 0);
        let pod = json!({"status": {"containerStatuses": [{
            "name": "medusa", "image": "registry/medusa:1", "imageID": "", "ready": false, "restartCount": 0,
            "state": {"waiting": {"reason": "ErrImagePull", "message": "not found"}},
        }]}});
        api.put("pods", &namespace, "medusa-worker-abc-1", pod);
        let found = look_at(&api).await;
        assert!(found.release);
        let expected = [
            "redis is scaled to no pods",
            "medusa is not ready",
            "the image registry/medusa:1 does not exist or may not be used",
            "postgres is not ready",
        ];
        assert_eq!(found.unready, expected);
    }

    #[tokio::test]
    async fn a_namespace_that_is_gone_going_or_anothers_holds_no_store() {
        let (going, strange) = (fake_store::whole("local"), fake_store::whole("local"));
        let namespace = target().namespace;
        let mut object = going.namespace(&namespace).unwrap();
        object["metadata"]["deletionTimestamp"] = READY_AT.into();
        going.put("namespaces", "", &namespace, object);
        let mut object = strange.namespace(&namespace).unwrap();
        object["metadata"]["labels"][labels::STORE] = store_id(7).to_string().into();
        strange.put("namespaces", "", &namespace, object);
        let refused = FakeApi::new(Scenario::RightsAreGone);
        for api in [FakeApi::new(Scenario::Healthy), refused, going, strange] {
            let found = inspect(&api.provisioner(), &target(), ready_at()).await.unwrap();
            assert_eq!(found, None);
        }
    }

    #[tokio::test]
    async fn where_souks_rights_are_gone_nobody_can_tell_and_it_says_so() {
        let api = fake_store::whole_in("local", Scenario::RightsAreGone);
        let error = inspect(&api.provisioner(), &target(), ready_at()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Permanent);
        assert!(error.reason.contains("lost its rights in the namespace store-shop-x7k2mq-1"), "{error}");
        let away = FakeApi::new(Scenario::Away);
        let error = inspect(&away.provisioner(), &target(), ready_at()).await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Unavailable);
    }

    /// A helm whose history names the digest that is asked for, and which notes each upgrade.
    fn deployed(api: &FakeApi, home: &std::path::Path) -> KubernetesProvisioner {
        let binary = home.join("helm");
        let script =
            "#!/bin/sh\ncase $1 in history) cat \"$HOME/history\";; *) echo $1 >> \"$HOME/did\";; esac\n";
        std::fs::write(&binary, script).unwrap();
        std::fs::set_permissions(&binary, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        let chart = home.join("chart");
        std::fs::create_dir(&chart).unwrap();
        let helm = HelmSettings { binary, chart, values_files: Vec::new(), home: home.to_owned() };
        let mut k8s = api.provisioner();
        k8s.helm = Helm::new(helm, &Access::InCluster, settings().limits.helm);
        let values = Values::of(&k8s.settings, &target()).to_json().unwrap();
        let digest = Digest::of_release(k8s.helm.chart(), &[], &values).unwrap();
        let history = serde_json::json!([{
            "revision": 1, "updated": "2026-11-21T10:00:00Z", "status": "deployed", "description": digest.description(),
        }]);
        std::fs::write(home.join("history"), history.to_string()).unwrap();
        k8s
    }

    #[tokio::test]
    async fn a_release_that_helm_calls_deployed_is_made_again_when_a_part_of_it_is_gone() {
        let (api, home) = (fake_store::whole("local"), tempfile::tempdir().unwrap());
        let (k8s, target) = (deployed(&api, home.path()), target());
        assert_eq!(
            steps::release::run(&k8s, &target).await.unwrap(),
            Outcome::Unchanged,
            "the control: it is whole"
        );
        api.remove("deployments", &target.namespace, "medusa");
        assert_eq!(steps::release::run(&k8s, &target).await.unwrap(), Outcome::Done);
        assert_eq!(std::fs::read_to_string(home.path().join("did")).unwrap(), "upgrade\n");
    }
}
