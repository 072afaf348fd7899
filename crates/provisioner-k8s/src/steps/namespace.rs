//! A namespace with its labels, and Souk's rights in it.
//!
//! Souk creates namespaces and never changes one: its account has no right to, so it cannot put its
//! labels on a namespace of somebody else. A namespace goes only by its uid, after its labels were
//! read, and counts as gone only when the API server says so.

use std::time::Duration;

use k8s_openapi::api::authorization::v1::{
    ResourceAttributes, SelfSubjectAccessReview, SelfSubjectAccessReviewSpec,
};
use k8s_openapi::api::core::v1::Namespace;
use k8s_openapi::api::rbac::v1::{RoleBinding, RoleRef, Subject};
use kube::Api;
use kube::api::{DeleteParams, ObjectMeta, PostParams, Preconditions, PropagationPolicy};
use kube::runtime::conditions::is_deleted;
use kube::runtime::wait::await_condition;
use souk_domain::host::is_earlier_attempt;
use souk_provisioner::{Observed, Outcome, StepError, Target};
use tokio::time::{Instant, sleep, timeout};

use crate::client::{is_already_there, is_not_found};
use crate::{KubernetesProvisioner, error, labels, steps};

/// The `RoleBinding` that gives Souk its rights in a store's namespace.
pub const BINDING: &str = "souk";
/// The pause between two questions whether a new binding is in force.
const BINDING_PAUSE: Duration = Duration::from_millis(50);

pub async fn run(k8s: &KubernetesProvisioner, target: &Target) -> Result<Outcome, StepError> {
    if let pending @ Outcome::Pending { .. } = remove_earlier(k8s, target).await? {
        return Ok(pending);
    }
    let made = create(k8s, target).await?;
    let bound = bind(k8s, target).await?;
    if made || bound {
        await_rights(k8s, target).await?;
        return Ok(Outcome::Done);
    }
    Ok(Outcome::Unchanged)
}

/// What every later step asks first: the namespace is there, and it is this store's. Without it the API
/// server would only say that Souk may not, which is true and tells nobody anything.
pub async fn require(k8s: &KubernetesProvisioner, target: &Target) -> Result<(), StepError> {
    match k8s.cluster.own_namespace(target).await? {
        Some(namespace) => refuse_terminating(&namespace, target),
        None => Err(StepError::permanent(format!("the namespace {} is gone", target.namespace))
            .advice("Somebody removed it while the store was being made; retry the store")),
    }
}

/// Removes the attempt's namespace and waits until it is gone.
pub async fn undo(k8s: &KubernetesProvisioner, target: &Target) -> Result<Outcome, StepError> {
    match k8s.cluster.own_namespace(target).await? {
        Some(namespace) => remove(k8s, &namespace).await,
        None => Ok(Outcome::Unchanged),
    }
}

/// Removes what earlier attempts at the store left: two attempts would share one host name, and the
/// ingress would send shoppers to either. A release and all that it made go with their namespace.
async fn remove_earlier(k8s: &KubernetesProvisioner, target: &Target) -> Result<Outcome, StepError> {
    let all = steps::uninstall::namespaces(k8s, target).await?;
    let name = |namespace: &Namespace| namespace.metadata.name.clone().unwrap_or_default();
    if let Some(later) = all.iter().map(name).find(|other| is_earlier_attempt(&target.namespace, other)) {
        // Whoever runs this step has lost its turn without knowing it, or the database is an old copy.
        return Err(StepError::permanent(format!("a later attempt at the store is there already: {later}")));
    }
    let earlier = all.iter().filter(|other| is_earlier_attempt(&name(other), &target.namespace));
    let removals = earlier.map(|namespace| remove(k8s, namespace));
    let outcomes = futures::future::try_join_all(removals).await?;
    let pending = outcomes.into_iter().find(|outcome| matches!(outcome, Outcome::Pending { .. }));
    Ok(pending.unwrap_or(Outcome::Done))
}

/// Whether it was made now.
async fn create(k8s: &KubernetesProvisioner, target: &Target) -> Result<bool, StepError> {
    if let Some(namespace) = k8s.cluster.own_namespace(target).await? {
        refuse_terminating(&namespace, target)?;
        return Ok(false);
    }
    let namespace = Namespace {
        metadata: ObjectMeta {
            name: Some(target.namespace.clone()),
            labels: Some(labels::of_namespace(target)),
            ..ObjectMeta::default()
        },
        ..Namespace::default()
    };
    let api: Api<Namespace> = k8s.cluster.all();
    match k8s.cluster.attempt(api.create(&PostParams::default(), &namespace)).await? {
        Ok(_) => Ok(true),
        // Made between the look and the attempt: look again, and judge what is there.
        Err(error) if is_already_there(&error) => match k8s.cluster.own_namespace(target).await? {
            Some(namespace) => refuse_terminating(&namespace, target).map(|()| false),
            None => Err(StepError::transient("the store's namespace came and went")),
        },
        Err(error) => Err(error::api("make the store's namespace", error)),
    }
}

fn refuse_terminating(namespace: &Namespace, target: &Target) -> Result<(), StepError> {
    if namespace.metadata.deletion_timestamp.is_none() {
        return Ok(());
    }
    Err(StepError::permanent(format!("the namespace {} is being removed", target.namespace))
        .advice("Somebody removed it while the store was being made; retry the store"))
}

/// Whether the binding was made now.
async fn bind(k8s: &KubernetesProvisioner, target: &Target) -> Result<bool, StepError> {
    let binding = binding(k8s, target);
    let api: Api<RoleBinding> = k8s.cluster.namespaced(&target.namespace);
    let what = "take Souk's rights in the store's namespace";
    if let Some(found) = k8s.cluster.ask(what, api.get_opt(BINDING)).await? {
        return if found.role_ref == binding.role_ref && found.subjects == binding.subjects {
            Ok(false)
        } else {
            Err(StepError::permanent("somebody changed Souk's rights in the store's namespace"))
        };
    }
    match k8s.cluster.attempt(api.create(&PostParams::default(), &binding)).await? {
        Ok(_) => Ok(true),
        Err(error) if is_already_there(&error) => Ok(false),
        Err(error) => Err(error::api(what, error)),
    }
}

fn binding(k8s: &KubernetesProvisioner, target: &Target) -> RoleBinding {
    let account = &k8s.settings.account;
    RoleBinding {
        metadata: ObjectMeta {
            name: Some(BINDING.to_owned()),
            labels: Some(labels::of_store(target)),
            ..ObjectMeta::default()
        },
        role_ref: RoleRef {
            api_group: "rbac.authorization.k8s.io".to_owned(),
            kind: "ClusterRole".to_owned(),
            name: account.store_role.clone(),
        },
        subjects: Some(vec![Subject {
            kind: "ServiceAccount".to_owned(),
            name: account.name.clone(),
            namespace: Some(account.namespace.clone()),
            ..Subject::default()
        }]),
    }
}

/// The API server's authorizer learns of a binding a moment after it was made; a step that came
/// sooner would be refused.
async fn await_rights(k8s: &KubernetesProvisioner, target: &Target) -> Result<(), StepError> {
    let api: Api<SelfSubjectAccessReview> = k8s.cluster.all();
    let question = SelfSubjectAccessReview {
        spec: SelfSubjectAccessReviewSpec {
            resource_attributes: Some(ResourceAttributes {
                namespace: Some(target.namespace.clone()),
                verb: Some("create".to_owned()),
                resource: Some("secrets".to_owned()),
                ..ResourceAttributes::default()
            }),
            ..SelfSubjectAccessReviewSpec::default()
        },
        ..SelfSubjectAccessReview::default()
    };
    let params = PostParams::default();
    let deadline = Instant::now() + k8s.settings.limits.binding;
    loop {
        let answer = k8s.cluster.ask("ask for Souk's rights", api.create(&params, &question)).await?;
        if answer.status.is_some_and(|status| status.allowed) {
            return Ok(());
        }
        if Instant::now() >= deadline {
            return Err(StepError::transient("Souk did not get its rights in the store's namespace")
                .advice("The operator should install the current version of Souk's account in the cluster"));
        }
        sleep(BINDING_PAUSE).await;
    }
}

/// Deletes a namespace whose labels the caller has checked, and waits until it is gone.
pub async fn remove(k8s: &KubernetesProvisioner, namespace: &Namespace) -> Result<Outcome, StepError> {
    let (Some(name), Some(uid)) = (&namespace.metadata.name, &namespace.metadata.uid) else {
        return Err(StepError::transient("the cluster showed a namespace without a name"));
    };
    let api: Api<Namespace> = k8s.cluster.all();
    if namespace.metadata.deletion_timestamp.is_none() {
        let params = DeleteParams {
            // Another namespace that has taken the name in between is not ours to delete.
            preconditions: Some(Preconditions { uid: Some(uid.clone()), resource_version: None }),
            propagation_policy: Some(PropagationPolicy::Background),
            ..DeleteParams::default()
        };
        match k8s.cluster.attempt(api.delete(name, &params)).await? {
            Ok(_) => {}
            Err(error) if is_not_found(&error) => return Ok(Outcome::Done),
            Err(error) => return Err(error::api("remove the store's namespace", error)),
        }
    }
    let gone = await_condition(api.clone(), name, is_deleted(uid));
    match timeout(k8s.settings.limits.namespace_gone, gone).await {
        Ok(Ok(_)) => Ok(Outcome::Done),
        Ok(Err(kube::runtime::wait::Error::ProbeFailed(error))) => {
            Err(error::watch("watch the store's namespace go", error))
        }
        Err(_) => {
            let now = k8s.cluster.ask("look for the store's namespace", api.get_opt(name)).await?;
            let still = now.filter(|now| now.metadata.uid.as_ref() == Some(uid));
            Ok(still.map_or(Outcome::Done, |namespace| Outcome::Pending {
                reason: what_holds(&namespace),
                after: k8s.settings.limits.come_again,
            }))
        }
    }
}

/// Removes a namespace that the reconciler found left over, if it is still the one that was seen.
pub async fn remove_observed(
    k8s: &KubernetesProvisioner,
    left_over: &Observed,
) -> Result<Outcome, StepError> {
    let api: Api<Namespace> = k8s.cluster.all();
    let found =
        k8s.cluster.ask("look for a namespace that was left over", api.get_opt(&left_over.namespace)).await?;
    let same = |namespace: &Namespace| namespace.metadata.uid.as_deref() == Some(left_over.uid.as_str());
    match found.filter(same) {
        Some(namespace)
            if labels::id(&namespace, labels::INSTALLATION) != Some(k8s.settings.installation) =>
        {
            Err(StepError::permanent(format!(
                "the namespace {} belongs to something else",
                left_over.namespace
            )))
        }
        Some(namespace) => remove(k8s, &namespace).await,
        None => Ok(Outcome::Unchanged),
    }
}

/// Why a namespace that was deleted is still there, from its own conditions.
fn what_holds(namespace: &Namespace) -> String {
    /// The conditions that name what is left, the most telling first.
    const TELLING: [&str; 5] = [
        "NamespaceFinalizersRemaining",
        "NamespaceContentRemaining",
        "NamespaceDeletionContentFailure",
        "NamespaceDeletionDiscoveryFailure",
        "NamespaceDeletionGroupVersionParsingFailure",
    ];
    let name = namespace.metadata.name.as_deref().unwrap_or_default();
    let conditions =
        namespace.status.as_ref().and_then(|status| status.conditions.as_deref()).unwrap_or_default();
    let mut reasons: Vec<&str> = TELLING
        .iter()
        .filter_map(|kind| {
            conditions.iter().find(|condition| condition.type_ == *kind && condition.status == "True")
        })
        .filter_map(|condition| condition.message.as_deref())
        .collect();
    let own = namespace.metadata.finalizers.as_deref().unwrap_or_default().join(", ");
    let own = format!("it has finalizers of its own: {own}");
    if !own.ends_with(": ") {
        reasons.push(&own);
    }
    if reasons.is_empty() {
        return format!("the namespace {name} is still being removed");
    }
    format!("the namespace {name} is still being removed: {}", reasons.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_api::{FakeApi, Scenario, target};

    #[tokio::test]
    async fn a_namespace_is_made_with_its_labels_and_its_rights_and_the_second_run_changes_nothing() {
        let api = FakeApi::new(Scenario::Healthy);
        let (k8s, target) = (api.provisioner(), target());
        assert_eq!(run(&k8s, &target).await.unwrap(), Outcome::Done);
        let made = api.namespace(&target.namespace).unwrap();
        let labels = made["metadata"]["labels"].as_object().unwrap();
        assert_eq!(labels["souk.dev/installation"], target.installation.to_string());
        assert_eq!(labels["souk.dev/store"], target.store.to_string());
        assert_eq!(labels["souk.dev/account"], target.account.to_string());
        assert_eq!(labels["app.kubernetes.io/managed-by"], "souk");
        for mode in ["enforce", "audit", "warn"] {
            assert_eq!(labels[&format!("pod-security.kubernetes.io/{mode}")], "restricted");
        }
        let binding = api.object("rolebindings", &target.namespace, BINDING).unwrap();
        assert_eq!(binding["roleRef"]["name"], "souk-store");
        assert_eq!(binding["subjects"][0]["name"], "souk");

        let writes = api.writes();
        assert_eq!(run(&k8s, &target).await.unwrap(), Outcome::Unchanged);
        assert_eq!(api.writes(), writes, "the second run writes nothing");
    }

    #[tokio::test]
    async fn a_step_dropped_between_namespace_and_binding_is_finished_by_the_next_run() {
        let api = FakeApi::new(Scenario::Healthy);
        let (k8s, target) = (api.provisioner(), target());
        create(&k8s, &target).await.unwrap();
        assert_eq!(run(&k8s, &target).await.unwrap(), Outcome::Done);
        assert!(api.object("rolebindings", &target.namespace, BINDING).is_some());
    }

    #[tokio::test]
    async fn rights_that_come_late_are_waited_for() {
        let api = FakeApi::new(Scenario::RightsComeLate);
        assert_eq!(run(&api.provisioner(), &target()).await.unwrap(), Outcome::Done);
        assert_eq!(api.reviews(), 3);
    }

    #[tokio::test]
    async fn a_namespace_of_another_store_or_installation_is_not_touched() {
        for scenario in [
            Scenario::NamespaceOfAnotherStore,
            Scenario::NamespaceOfAnotherInstallation,
            Scenario::NamespaceWithoutLabels,
        ] {
            let api = FakeApi::new(scenario);
            let (k8s, target) = (api.provisioner(), target());
            let error = run(&k8s, &target).await.unwrap_err();
            assert_eq!(error.kind, souk_provisioner::ErrorKind::Permanent, "{scenario:?}");
            assert!(error.reason.contains("belongs to something else"), "{error}");
            let error = undo(&k8s, &target).await.unwrap_err();
            assert_eq!(error.kind, souk_provisioner::ErrorKind::Permanent, "{scenario:?}");
            assert_eq!(api.writes(), 0, "{scenario:?}");
        }
    }

    #[tokio::test]
    async fn a_namespace_that_is_going_is_not_built_in() {
        let api = FakeApi::new(Scenario::HeldByFinalizer);
        let (k8s, target) = (api.provisioner(), target());
        run(&k8s, &target).await.unwrap();
        undo(&k8s, &target).await.unwrap();
        let error = run(&k8s, &target).await.unwrap_err();
        assert_eq!(error.kind, souk_provisioner::ErrorKind::Permanent);
    }

    #[tokio::test]
    async fn undo_waits_until_the_namespace_is_gone_and_then_has_nothing_to_do() {
        let api = FakeApi::new(Scenario::Healthy);
        let (k8s, target) = (api.provisioner(), target());
        run(&k8s, &target).await.unwrap();
        assert_eq!(undo(&k8s, &target).await.unwrap(), Outcome::Done);
        assert!(api.namespace(&target.namespace).is_none());
        assert_eq!(undo(&k8s, &target).await.unwrap(), Outcome::Unchanged);
    }

    #[tokio::test]
    async fn a_delete_names_the_uid_that_was_looked_at() {
        let api = FakeApi::new(Scenario::Healthy);
        let (k8s, target) = (api.provisioner(), target());
        run(&k8s, &target).await.unwrap();
        let uid = api.namespace(&target.namespace).unwrap()["metadata"]["uid"].clone();
        undo(&k8s, &target).await.unwrap();
        assert_eq!(api.last_delete().unwrap()["preconditions"]["uid"], uid);
    }

    #[tokio::test]
    async fn a_namespace_held_by_a_finalizer_is_pending_and_the_finalizer_is_named() {
        let api = FakeApi::new(Scenario::HeldByFinalizer);
        let (k8s, target) = (api.provisioner(), target());
        run(&k8s, &target).await.unwrap();
        for _ in 0..2 {
            let outcome = undo(&k8s, &target).await.unwrap();
            let Outcome::Pending { reason, .. } = outcome else { panic!("{outcome:?} is not pending") };
            assert!(reason.contains("example.com/hold in 1 resource instances"), "{reason}");
        }
        assert!(api.namespace(&target.namespace).is_some());
    }

    #[tokio::test]
    async fn no_step_works_in_a_namespace_that_is_gone_going_or_anothers() {
        use souk_domain::operation::Step;
        use souk_provisioner::{ErrorKind, Provisioner};
        let inside = [Step::Secrets, Step::Release, Step::Rollout, Step::Setup, Step::Verify];
        let held = FakeApi::new(Scenario::HeldByFinalizer);
        run(&held.provisioner(), &target()).await.unwrap();
        undo(&held.provisioner(), &target()).await.unwrap();
        let gone = FakeApi::new(Scenario::Healthy);
        let foreign = FakeApi::new(Scenario::NamespaceOfAnotherStore);
        for (api, why) in [(held, "being removed"), (gone, "is gone"), (foreign, "belongs to something else")]
        {
            let writes = api.writes();
            for step in inside {
                let error = api.provisioner().run(step, &target()).await.unwrap_err();
                assert_eq!(error.kind, ErrorKind::Permanent, "{step}");
                assert!(error.reason.contains(why), "{step}: {error}");
            }
            assert_eq!(api.writes(), writes);
        }
    }

    /// The same store's next attempt.
    fn next_attempt(target: &Target) -> Target {
        Target { namespace: target.namespace.replace("-1", "-2"), ..target.clone() }
    }

    #[tokio::test]
    async fn what_earlier_attempts_at_the_store_left_goes_first_and_nothing_else_does() {
        let api = FakeApi::new(Scenario::Healthy);
        let (k8s, first) = (api.provisioner(), target());
        let second = next_attempt(&first);
        run(&k8s, &first).await.unwrap();
        let of_store = |store: String, installation: String| {
            serde_json::json!({"metadata": {"uid": "u", "labels": {
                labels::STORE: store, labels::INSTALLATION: installation,
            }}})
        };
        let (store, installation) = (first.store.to_string(), first.installation.to_string());
        let others = [
            ("store-other-a2b3c4-1", crate::fake_api::store_id(9).to_string(), installation.clone()),
            ("store-shop-x7k2mq-0", store.clone(), "inst_00000000000000000000000000".to_owned()),
            ("store-somebody-made-this", store, installation),
        ];
        for (name, store, installation) in &others {
            api.put("namespaces", "", name, of_store(store.clone(), installation.clone()));
        }
        assert_eq!(run(&k8s, &second).await.unwrap(), Outcome::Done);
        assert!(api.namespace(&first.namespace).is_none());
        assert!(api.namespace(&second.namespace).is_some());
        for (name, ..) in &others {
            assert!(api.namespace(name).is_some(), "{name}");
        }
        assert_eq!(run(&k8s, &second).await.unwrap(), Outcome::Unchanged);
    }

    #[tokio::test]
    async fn an_earlier_attempt_that_is_held_is_waited_for_and_two_are_never_there_at_once() {
        let api = FakeApi::new(Scenario::HeldByFinalizer);
        let (k8s, first) = (api.provisioner(), target());
        let second = next_attempt(&first);
        run(&k8s, &first).await.unwrap();
        for _ in 0..2 {
            let outcome = run(&k8s, &second).await.unwrap();
            let Outcome::Pending { reason, .. } = outcome else { panic!("{outcome:?} is not pending") };
            assert!(reason.contains("example.com/hold"), "{reason}");
            assert!(api.namespace(&second.namespace).is_none());
        }
        api.remove("namespaces", "", &first.namespace);
        assert_eq!(run(&k8s, &second).await.unwrap(), Outcome::Done);
    }

    #[tokio::test]
    async fn a_late_run_of_an_earlier_attempt_removes_nothing_and_makes_nothing() {
        let api = FakeApi::new(Scenario::Healthy);
        let (k8s, first) = (api.provisioner(), target());
        let tenth = Target { namespace: first.namespace.replace("-1", "-10"), ..first.clone() };
        run(&k8s, &tenth).await.unwrap();
        let writes = api.writes();
        let late = Target { namespace: first.namespace.replace("-1", "-9"), ..first };
        let error = run(&k8s, &late).await.unwrap_err();
        assert_eq!(error.kind, souk_provisioner::ErrorKind::Permanent);
        assert!(error.reason.contains("a later attempt"), "{error}");
        assert_eq!(api.writes(), writes);
    }

    #[tokio::test]
    async fn looking_for_earlier_attempts_costs_one_request() {
        let api = FakeApi::new(Scenario::Healthy);
        for outcome in [Outcome::Done, Outcome::Unchanged] {
            let before = api.requests().len();
            assert_eq!(run(&api.provisioner(), &target()).await.unwrap(), outcome);
            let requests = api.requests().split_off(before);
            let lists = requests.iter().filter(|line| *line == "GET /api/v1/namespaces").count();
            assert_eq!(lists, 1, "{requests:?}");
        }
    }

    fn observed(api: &FakeApi, name: &str) -> Observed {
        crate::observe(&serde_json::from_value(api.namespace(name).unwrap()).unwrap())
    }

    #[tokio::test]
    async fn what_was_seen_to_be_left_over_is_removed_by_its_uid() {
        let api = FakeApi::new(Scenario::Healthy);
        let (k8s, target) = (api.provisioner(), target());
        run(&k8s, &target).await.unwrap();
        let left_over = observed(&api, &target.namespace);
        assert_eq!(remove_observed(&k8s, &left_over).await.unwrap(), Outcome::Done);
        assert_eq!(api.last_delete().unwrap()["preconditions"]["uid"], left_over.uid);
        assert!(api.namespace(&target.namespace).is_none());
        let writes = api.writes();
        assert_eq!(remove_observed(&k8s, &left_over).await.unwrap(), Outcome::Unchanged, "it is gone");
        run(&k8s, &target).await.unwrap();
        let writes = api.writes() - writes;
        assert_eq!(remove_observed(&k8s, &left_over).await.unwrap(), Outcome::Unchanged, "a namesake");
        assert!(api.namespace(&target.namespace).is_some());
        assert_eq!(writes, 2, "the namespace and its binding were made, and nothing was removed");
    }

    #[tokio::test]
    async fn a_namespace_of_another_installation_is_never_left_over() {
        for scenario in [Scenario::NamespaceOfAnotherInstallation, Scenario::NamespaceWithoutLabels] {
            let api = FakeApi::new(scenario);
            let mut seen = observed(&api, &target().namespace);
            // Whatever the caller believes of it: what stands in the cluster counts.
            seen.installation = Some(target().installation);
            let error = remove_observed(&api.provisioner(), &seen).await.unwrap_err();
            assert_eq!(error.kind, souk_provisioner::ErrorKind::Permanent, "{scenario:?}");
            assert_eq!(api.writes(), 0, "{scenario:?}");
        }
    }

    #[tokio::test]
    async fn what_is_left_over_and_held_by_a_finalizer_is_pending_with_its_name() {
        let api = FakeApi::new(Scenario::HeldByFinalizer);
        let (k8s, target) = (api.provisioner(), target());
        run(&k8s, &target).await.unwrap();
        let outcome = remove_observed(&k8s, &observed(&api, &target.namespace)).await.unwrap();
        assert!(matches!(&outcome, Outcome::Pending { reason, .. } if reason.contains("example.com/hold")));
    }

    #[tokio::test]
    async fn a_cluster_that_is_away_costs_no_attempt() {
        let error = run(&FakeApi::new(Scenario::Away).provisioner(), &target()).await.unwrap_err();
        assert_eq!(error.kind, souk_provisioner::ErrorKind::Unavailable);
    }
}
