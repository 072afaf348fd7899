//! What is seen of a store that somebody broke behind Souk's back, and how it is mended.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Namespace, PersistentVolumeClaim};
use k8s_openapi::api::networking::v1::NetworkPolicy;
use k8s_openapi::api::rbac::v1::RoleBinding;
use kube::Api;
use kube::api::{DeleteParams, ListParams, ObjectMeta, Patch, PatchParams, PostParams};
use kube::runtime::conditions::is_deleted;
use kube::runtime::wait::await_condition;
use serde_json::json;
use souk_domain::clock::{Clock, SystemClock};
use souk_domain::operation::{OperationKind, Step};
use souk_provisioner::{Inspection, Outcome, Provisioner, Target};
use souk_provisioner_k8s::KubernetesProvisioner;
use souk_shopper::{Admin, Order, StoreClient, buy};
use tokio::time::timeout;

use crate::world::{Listed, World};

/// What a repair of a store runs, but for the worker's own step.
const REPAIR: [Step; 5] = [Step::Secrets, Step::Release, Step::Rollout, Step::Setup, Step::Verify];
const GONE_LIMIT: Duration = Duration::from_mins(1);
/// From a change in the cluster to the moment when Souk knows.
const TOLD_LIMIT: Duration = Duration::from_secs(5);
/// More than the tolerance for clocks that differ.
const LONG_BEFORE: TimeDelta = TimeDelta::seconds(90);

fn well() -> Inspection {
    Inspection { release: true, ..Inspection::default() }
}

async fn look(k8s: &KubernetesProvisioner, target: &Target, ready_at: DateTime<Utc>) -> Inspection {
    k8s.inspect(target, ready_at).await.unwrap().expect("the namespace is there")
}

async fn remove<K: Listed>(world: &World, namespace: &str, name: &str) {
    let api: Api<K> = Api::namespaced(world.admin.clone(), namespace);
    let uid = api.get(name).await.unwrap().meta().uid.clone().unwrap();
    api.delete(name, &DeleteParams::background()).await.unwrap();
    timeout(GONE_LIMIT, await_condition(api, name, is_deleted(&uid))).await.unwrap().unwrap();
}

async fn repair(k8s: &KubernetesProvisioner, target: &Target) {
    for step in REPAIR {
        let outcome = k8s.run(step, target).await.unwrap();
        assert!(matches!(outcome, Outcome::Done | Outcome::Unchanged), "{step}: {outcome:?}");
    }
}

async fn shopper(world: &World, target: &Target) -> StoreClient {
    let key = target.secrets.as_ref().unwrap().publishable_key.clone();
    world.visitor(target).await.with_header("x-publishable-api-key", key)
}

/// The password that was given at the beginning opens the admin, and the order is in it.
async fn assert_sold(world: &World, target: &Target, order: &Order) {
    let secrets = target.secrets.as_ref().unwrap();
    let visitor = world.visitor(target).await;
    let admin =
        Admin::sign_in(&visitor, secrets.admin_email.as_str(), &secrets.admin_password).await.unwrap();
    assert_eq!(admin.order(&order.id).await.unwrap()["display_id"], order.number);
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn what_somebody_took_from_a_store_is_seen_and_a_repair_brings_it_back_with_its_data() {
    World::run(|world| async move {
        let k8s = world.provisioner().await;
        let target = world.target("broken");
        let steps = OperationKind::Provision.steps().iter().filter(|step| **step != Step::Publish);
        for step in steps {
            k8s.run(*step, &target).await.unwrap();
        }
        let ready_at = SystemClock.now();
        let before = world.versions(&target.namespace).await;
        assert_eq!(look(&k8s, &target, ready_at).await, well());
        assert_eq!(world.versions(&target.namespace).await, before, "a look changes nothing");
        let order = buy(&shopper(world, &target).await, "shopper@example.com").await.unwrap();

        // A part of it, that helm believes is there; with a fence, whose absence nobody would feel.
        remove::<Deployment>(world, &target.namespace, "medusa").await;
        let policies: Api<NetworkPolicy> = Api::namespaced(world.admin.clone(), &target.namespace);
        let policy = policies.list(&ListParams::default()).await.unwrap().items.remove(0);
        remove::<NetworkPolicy>(world, &target.namespace, policy.metadata.name.as_deref().unwrap()).await;
        let found = look(&k8s, &target, ready_at).await;
        assert_eq!((found.release, found.lost_volumes), (false, Vec::new()));
        repair(&k8s, &target).await;
        assert_eq!(look(&k8s, &target, ready_at).await, well());
        assert_sold(world, &target, &order).await;

        // The whole release, in helm's own way: the claims stay.
        world.helm(&["uninstall", "store", "--namespace", &target.namespace, "--wait"]).await;
        let found = look(&k8s, &target, ready_at).await;
        assert_eq!((found.release, found.lost_volumes), (false, Vec::new()));
        repair(&k8s, &target).await;
        assert_eq!(look(&k8s, &target, ready_at).await, well());
        assert_sold(world, &target, &order).await;

        // A workload that somebody stopped is there, and serves nobody.
        let deployments: Api<Deployment> = Api::namespaced(world.admin.clone(), &target.namespace);
        let stop = Patch::Merge(json!({"spec": {"replicas": 0}}));
        deployments.patch("medusa", &PatchParams::default(), &stop).await.unwrap();
        let found = look(&k8s, &target, ready_at).await;
        assert_eq!((found.release, found.unready), (true, vec!["medusa is scaled to no pods".to_owned()]));
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_volume_that_went_and_came_back_empty_is_lost_and_a_namespace_that_went_is_told() {
    World::run(|world| async move {
        let k8s = world.provisioner().await;
        let target = world.target("emptied");
        for step in [Step::Namespace, Step::Secrets, Step::Release] {
            k8s.run(step, &target).await.unwrap();
        }
        // No pod holds a claim back that goes.
        world.helm(&["uninstall", "store", "--namespace", &target.namespace, "--wait"]).await;
        let ready_at = SystemClock.now();
        assert_eq!(look(&k8s, &target, ready_at).await.lost_volumes, [""; 0], "the control: both are there");
        let claims: Api<PersistentVolumeClaim> = Api::namespaced(world.admin.clone(), &target.namespace);
        let old = claims.get("postgres").await.unwrap();
        remove::<PersistentVolumeClaim>(world, &target.namespace, "postgres").await;
        assert_eq!(look(&k8s, &target, ready_at).await.lost_volumes, ["postgres"]);
        let mut spec = old.spec.unwrap();
        spec.volume_name = None;
        let anew = PersistentVolumeClaim {
            metadata: ObjectMeta { name: Some("postgres".to_owned()), ..ObjectMeta::default() },
            spec: Some(spec),
            status: None,
        };
        let anew = claims.create(&PostParams::default(), &anew).await.unwrap();
        let made_s = anew.metadata.creation_timestamp.unwrap().0.as_second();
        let long_before = DateTime::from_timestamp(made_s, 0).unwrap() - LONG_BEFORE;
        assert!(look(&k8s, &target, long_before).await.lost_volumes.contains(&"postgres".to_owned()));

        // Without its binding Souk cannot tell, and says so.
        remove::<RoleBinding>(world, &target.namespace, "souk").await;
        let error = k8s.inspect(&target, ready_at).await.unwrap_err();
        assert!(error.reason.contains("lost its rights"), "{error}");

        let told = async {
            // What the namespace's making left to be told is over when nothing comes for a moment.
            while timeout(TOLD_LIMIT, k8s.changed()).await.is_ok() {}
            let namespaces: Api<Namespace> = Api::all(world.admin.clone());
            namespaces.delete(&target.namespace, &DeleteParams::background()).await.unwrap();
            timeout(TOLD_LIMIT, k8s.changed()).await
        };
        told.await.expect("the namespace went, and nobody was told");
        assert_eq!(k8s.inspect(&target, ready_at).await.unwrap(), None);
    })
    .await;
}
