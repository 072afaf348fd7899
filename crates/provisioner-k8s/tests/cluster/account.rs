//! What Souk's account may do and what not: each refusal beside the same request where it is allowed.

use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret};
use k8s_openapi::api::rbac::v1::{RoleBinding, RoleRef, Subject};
use kube::api::{DeleteParams, ListParams, ObjectMeta, Patch, PatchParams, PostParams};
use kube::{Api, Client};
use souk_domain::operation::Step;
use souk_provisioner::{Outcome, Provisioner};

use crate::world::World;

/// The words of whoever refused: RBAC says `forbidden: User`, a policy `denied request` and its message.
async fn refusal<T: std::fmt::Debug>(request: impl Future<Output = Result<T, kube::Error>>) -> String {
    match request.await {
        Err(kube::Error::Api(status)) => status.message,
        other => panic!("not refused: {other:?}"),
    }
}

fn namespace(name: &str, labels: &[(&str, &str)]) -> Namespace {
    let labels = labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Namespace {
        metadata: ObjectMeta { name: Some(name.to_owned()), labels: Some(labels), ..ObjectMeta::default() },
        ..Namespace::default()
    }
}

fn binding(name: &str, role: &str, account: &str) -> RoleBinding {
    RoleBinding {
        metadata: ObjectMeta { name: Some(name.to_owned()), ..ObjectMeta::default() },
        role_ref: RoleRef {
            api_group: "rbac.authorization.k8s.io".to_owned(),
            kind: "ClusterRole".to_owned(),
            name: role.to_owned(),
        },
        subjects: Some(vec![Subject {
            kind: "ServiceAccount".to_owned(),
            name: account.to_owned(),
            namespace: Some("default".to_owned()),
            ..Subject::default()
        }]),
    }
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn souks_account_reaches_namespaces_of_its_own_installation_and_no_other() {
    World::run(|world| async move {
        let target = world.target("fenced");
        let k8s = world.provisioner().await;
        k8s.run(Step::Namespace, &target).await.unwrap();

        // Somebody else's namespace, with a neighbour that carries another installation's label.
        let admin: Api<Namespace> = Api::all(world.admin.clone());
        let foreign = format!("foreign-{}", &target.namespace);
        let labels = [("souk.dev/installation", "inst_00000000000000000000000000")];
        admin.create(&PostParams::default(), &namespace(&foreign, &labels)).await.unwrap();

        in_namespaces(world.souk.clone(), &foreign, world.installation.to_string().as_str()).await;
        bindings(world.souk.clone(), &foreign, &target.namespace, &world.account.store_role).await;
        contents(world.souk.clone(), &foreign, &target.namespace).await;
        admin.delete(&foreign, &DeleteParams::background()).await.unwrap();

        // The way is open where it should be: the same account removes its own.
        assert_eq!(k8s.undo(Step::Namespace, &target).await.unwrap(), Outcome::Done);
        assert!(world.namespace(&target.namespace).await.is_none());
    })
    .await;
}

async fn in_namespaces(souk: Client, foreign: &str, installation: &str) {
    let api: Api<Namespace> = Api::all(souk);
    // (The API server itself keeps anybody from deleting `default` and `kube-system`.)
    for other in [foreign, "kube-node-lease"] {
        let words = refusal(api.delete(other, &DeleteParams::default())).await;
        assert!(words.contains("own installation"), "{other}: {words}");
        let label = serde_json::json!({"metadata": {"labels": {"souk.dev/installation": installation}}});
        let words = refusal(api.patch(other, &PatchParams::default(), &Patch::Merge(label))).await;
        assert!(words.contains("cannot patch"), "{other}: {words}");
    }
    let own = [("souk.dev/installation", installation), ("souk.dev/store", "store_x")];
    for (name, labels, why) in [
        ("store-unlabelled-1", [].as_slice(), "own installation"),
        ("store-unrestricted-1", &own, "restricted pods"),
        (
            "kube-souk",
            &[own[0], own[1], ("pod-security.kubernetes.io/enforce", "restricted")],
            "namespaces of stores",
        ),
    ] {
        let words = refusal(api.create(&PostParams::default(), &namespace(name, labels))).await;
        assert!(words.contains(why), "{name}: {words}");
    }
}

async fn bindings(souk: Client, foreign: &str, own: &str, role: &str) {
    let bind = async |namespace: &str, binding: RoleBinding| {
        let api: Api<RoleBinding> = Api::namespaced(souk.clone(), namespace);
        refusal(api.create(&PostParams::default(), &binding)).await
    };
    let account = "souk-adapter-test";
    for other in [foreign, "kube-system"] {
        let words = bind(other, binding("souk", role, account)).await;
        assert!(words.contains("own installation"), "{other}: {words}");
    }
    let words = bind(own, binding("more", "cluster-admin", account)).await;
    assert!(words.contains("forbidden"), "{words}");
    let words = bind(own, binding("more", role, "somebody-else")).await;
    assert!(words.contains("to itself"), "{words}");
}

async fn contents(souk: Client, foreign: &str, own: &str) {
    let secrets = |namespace: &str| Api::<Secret>::namespaced(souk.clone(), namespace);
    for other in [foreign, "kube-system"] {
        let words = refusal(secrets(other).list(&ListParams::default())).await;
        assert!(words.contains("cannot list"), "{other}: {words}");
    }
    secrets(own).list(&ListParams::default()).await.expect("in its own it may");
    let map = ConfigMap {
        metadata: ObjectMeta { name: Some("x".to_owned()), ..ObjectMeta::default() },
        ..ConfigMap::default()
    };
    let maps = |namespace: &str| Api::<ConfigMap>::namespaced(souk.clone(), namespace);
    let words = refusal(maps(foreign).create(&PostParams::default(), &map)).await;
    assert!(words.contains("cannot create"), "{words}");
    maps(own).create(&PostParams::default(), &map).await.expect("in its own it may");
}
