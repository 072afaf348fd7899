//! A whole store, step by step.

use std::time::Instant;

use k8s_openapi::api::core::v1::PersistentVolume;
use kube::Api;
use kube::api::ListParams;
use souk_domain::operation::{OperationKind, Step};
use souk_provisioner::{Outcome, Provisioner};

use crate::world::World;

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_store_is_made_and_sells_a_second_run_changes_nothing_and_nothing_is_left_of_it() {
    World::run(|world| async move {
        let k8s = world.provisioner().await;
        let target = world.target("walk");
        k8s.ping().await.unwrap();

        let started = Instant::now();
        for step in OperationKind::Provision.steps().iter().filter(|step| **step != Step::Publish) {
            let step_started = Instant::now();
            let outcome = k8s.run(*step, &target).await.unwrap();
            println!("{step}: {outcome:?} in {:.2} s", step_started.elapsed().as_secs_f64());
            assert!(matches!(outcome, Outcome::Done | Outcome::Unchanged), "{step}: {outcome:?}");
        }
        println!("all steps: {:.2} s", started.elapsed().as_secs_f64());

        let before = world.versions(&target.namespace).await;
        for step in [Step::Namespace, Step::Secrets, Step::Release, Step::Rollout, Step::Setup] {
            assert_eq!(k8s.run(step, &target).await.unwrap(), Outcome::Unchanged, "{step}");
        }
        k8s.run(Step::Verify, &target).await.unwrap();
        assert_eq!(world.versions(&target.namespace).await, before);

        let observed = k8s.observe().await.unwrap();
        let own = observed.iter().find(|observed| observed.namespace == target.namespace).unwrap();
        assert_eq!(
            (own.installation, own.store, own.terminating),
            (Some(target.installation), Some(target.store), false)
        );

        let started = Instant::now();
        assert_eq!(k8s.run(Step::Uninstall, &target).await.unwrap(), Outcome::Done);
        let purged = until_settled(async || k8s.run(Step::Purge, &target).await.unwrap()).await;
        println!("uninstall and purge: {purged:?} in {:.2} s", started.elapsed().as_secs_f64());
        assert!(world.namespace(&target.namespace).await.is_none());
        let volumes: Api<PersistentVolume> = Api::all(world.admin.clone());
        let volumes = volumes.list(&ListParams::default()).await.unwrap();
        let left = volumes.items.iter().filter(|volume| {
            let claim = volume.spec.as_ref().and_then(|spec| spec.claim_ref.as_ref());
            claim.and_then(|claim| claim.namespace.as_ref()) == Some(&target.namespace)
        });
        assert_eq!(left.count(), 0);
        for step in [Step::Uninstall, Step::Purge] {
            assert_eq!(k8s.run(step, &target).await.unwrap(), Outcome::Unchanged, "{step} again");
        }
        for step in [Step::Release, Step::Namespace] {
            assert_eq!(k8s.undo(step, &target).await.unwrap(), Outcome::Unchanged, "undo of {step}");
        }
    })
    .await;
}

/// As the worker does: comes again after the time that a pending outcome names.
pub async fn until_settled(mut call: impl AsyncFnMut() -> Outcome) -> Outcome {
    const MAX_CALLS: usize = 6;
    for _ in 0..MAX_CALLS {
        match call().await {
            Outcome::Pending { reason, after } => {
                println!("pending: {reason}");
                tokio::time::sleep(after).await;
            }
            settled => return settled,
        }
    }
    panic!("it does not settle");
}
