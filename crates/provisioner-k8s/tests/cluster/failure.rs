//! What goes wrong on a real cluster, and what is left of it: nothing.

use std::time::{Duration, Instant};

use k8s_openapi::api::core::v1::{ConfigMap, ResourceQuota};
use k8s_openapi::api::networking::v1::Ingress;
use kube::Api;
use kube::api::{ListParams, ObjectMeta, Patch, PatchParams, PostParams};
use souk_domain::operation::Step;
use souk_provisioner::{ErrorKind, Outcome, Provisioner};
use souk_provisioner_k8s::operator_text;

use crate::store::until_settled;
use crate::world::World;

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn an_image_that_does_not_exist_fails_with_the_reason_and_leaves_nothing() {
    World::run(|world| async move {
        let missing = "localhost/souk/no-such-image:1";
        let k8s = world.provisioner_with(|settings| settings.images.medusa = Some(missing.to_owned())).await;
        let target = world.target("noimage");
        let started = Instant::now();
        for step in [Step::Namespace, Step::Secrets, Step::Release] {
            k8s.run(step, &target).await.unwrap();
        }
        let error = k8s.run(Step::Rollout, &target).await.unwrap_err();
        println!("{error} after {:.1} s: {}", started.elapsed().as_secs_f64(), operator_text(&error));
        assert_eq!(error.kind, ErrorKind::Permanent);
        assert!(error.reason.contains(missing), "{error}");
        for step in [Step::Release, Step::Secrets, Step::Namespace] {
            until_settled(async || k8s.undo(step, &target).await.unwrap()).await;
        }
        assert!(world.namespace(&target.namespace).await.is_none());
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_store_that_its_quota_refuses_fails_soon_and_says_so() {
    World::run(|world| async move {
        let k8s = world.provisioner().await;
        let target = world.target("quota");
        k8s.run(Step::Namespace, &target).await.unwrap();
        let quotas: Api<ResourceQuota> = Api::namespaced(world.admin.clone(), &target.namespace);
        let none = serde_json::json!({"metadata": {"name": "none"}, "spec": {"hard": {"pods": "0"}}});
        quotas.create(&PostParams::default(), &serde_json::from_value(none).unwrap()).await.unwrap();
        for step in [Step::Secrets, Step::Release] {
            k8s.run(step, &target).await.unwrap();
        }
        let started = Instant::now();
        let error = k8s.run(Step::Rollout, &target).await.unwrap_err();
        println!("{error} after {:.1} s: {}", started.elapsed().as_secs_f64(), operator_text(&error));
        assert_eq!(error.kind, ErrorKind::Permanent);
        assert!(error.reason.contains("quota is used up"), "{error}");
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_step_dropped_anywhere_is_finished_by_the_next_run() {
    World::run(|world| async move {
        // A dead helm's half-made release is waited for in life; here nobody else can be at work on it.
        let k8s = world.provisioner_with(|settings| settings.limits.pending_release = Duration::ZERO).await;
        let target = world.target("dropped");
        for (step, at_ms) in [(Step::Namespace, 5..60), (Step::Secrets, 2..30), (Step::Release, 50..900)] {
            for at in at_ms.step_by(if step == Step::Release { 85 } else { 9 }) {
                let _ = tokio::time::timeout(Duration::from_millis(at), k8s.run(step, &target)).await;
            }
            let outcome = k8s.run(step, &target).await.unwrap();
            assert!(matches!(outcome, Outcome::Done | Outcome::Unchanged), "{step}: {outcome:?}");
            assert_eq!(k8s.run(step, &target).await.unwrap(), Outcome::Unchanged, "{step}");
        }
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_namespace_that_a_finalizer_holds_is_pending_with_its_name_until_it_is_let_go() {
    World::run(|world| async move {
        let k8s =
            world.provisioner_with(|settings| settings.limits.namespace_gone = Duration::from_secs(8)).await;
        let target = world.target("held");
        k8s.run(Step::Namespace, &target).await.unwrap();
        let maps: Api<ConfigMap> = Api::namespaced(world.admin.clone(), &target.namespace);
        let held = ConfigMap {
            metadata: ObjectMeta {
                name: Some("held".to_owned()),
                finalizers: Some(vec!["example.com/hold".to_owned()]),
                ..ObjectMeta::default()
            },
            ..ConfigMap::default()
        };
        maps.create(&PostParams::default(), &held).await.unwrap();

        let outcome = k8s.undo(Step::Namespace, &target).await.unwrap();
        println!("{outcome:?}");
        assert!(
            matches!(&outcome, Outcome::Pending { reason, .. } if reason.contains("example.com/hold")),
            "{outcome:?}"
        );
        let outcome = k8s.run(Step::Purge, &target).await.unwrap();
        assert!(matches!(outcome, Outcome::Pending { .. }), "{outcome:?}");

        let let_go = Patch::Merge(serde_json::json!({"metadata": {"finalizers": null}}));
        maps.patch("held", &PatchParams::default(), &let_go).await.unwrap();
        assert_eq!(k8s.run(Step::Purge, &target).await.unwrap(), Outcome::Done);
        assert!(world.namespace(&target.namespace).await.is_none());
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn the_next_attempt_begins_when_all_that_the_earlier_one_left_is_gone_its_ingress_too() {
    World::run(|world| async move {
        let k8s = world.provisioner().await;
        let first = world.target("again");
        for step in [Step::Namespace, Step::Secrets, Step::Release] {
            k8s.run(step, &first).await.unwrap();
        }
        let of_host = async || {
            let ingresses: Api<Ingress> = Api::all(world.admin.clone());
            let all = ingresses.list(&ListParams::default()).await.unwrap();
            let rules = |ingress: Ingress| ingress.spec.into_iter().filter_map(|spec| spec.rules).flatten();
            let hosts = all.items.into_iter().flat_map(rules).filter_map(|rule| rule.host);
            hosts.filter(|host| *host == first.host).count()
        };
        assert_eq!(of_host().await, 1, "the control: the first attempt took the host");

        let second = world.next_attempt(&first);
        let outcome = until_settled(async || k8s.run(Step::Namespace, &second).await.unwrap()).await;
        assert_eq!(outcome, Outcome::Done);
        assert!(world.namespace(&first.namespace).await.is_none());
        assert!(world.namespace(&second.namespace).await.is_some());
        assert_eq!(of_host().await, 0);
        let late = k8s.run(Step::Namespace, &first).await.unwrap_err();
        assert!(late.reason.contains("a later attempt"), "{late}");
    })
    .await;
}
