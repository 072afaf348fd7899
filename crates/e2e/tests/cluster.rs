//! The ground that stores stand on: the ingress, names, and policies that really refuse.
//!
//! Each refusal has its positive control: the same request, from the same pod, succeeds without the rule.

#![allow(clippy::large_futures, reason = "each test has one")]

use serde_json::json;
use souk_e2e::{Cluster, ingress, space::HELLO_PORT};

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_hello_pod_answers_through_the_ingress_by_its_host_name() {
    Cluster::run(async |cluster| {
        let space = cluster.space("ingress").await;
        space.hello_pod("hello").await;
        let host = format!("{}.localhost", space.name);
        let unknown = ingress::get(&host, "/").await.unwrap();
        assert!(unknown.starts_with("HTTP/1.1 404"), "nobody has asked for this host yet: {unknown}");

        space.publish("hello", &host).await;

        let answer = ingress::get_when_routed(&host, "/").await;
        assert!(answer.contains(&format!("hello from hello to {host}")), "{answer}");
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_default_deny_keeps_other_namespaces_out_and_an_allow_rule_lets_its_own_in() {
    Cluster::run(async |cluster| {
        let (home, foreign) = (cluster.space("home").await, cluster.space("foreign").await);
        let (shop, _, _) =
            tokio::join!(home.hello_pod("shop"), home.hello_pod("neighbour"), foreign.hello_pod("stranger"));
        let shop = format!("http://{shop}:{HELLO_PORT}/");
        for (space, pod) in [(&home, "neighbour"), (&foreign, "stranger")] {
            let answer = space.request(pod, &shop).await;
            assert!(
                answer.ok && answer.text.contains("hello from shop"),
                "without a policy {pod}: {answer:?}"
            );
        }

        let from_home = json!({
            "podSelector": {},
            "policyTypes": ["Ingress"],
            "ingress": [{"from": [{"podSelector": {}}]}],
        });
        home.policy("only-from-home", from_home).await;

        foreign.wait_refused("stranger", &shop).await;
        let answer = home.request("neighbour", &shop).await;
        assert!(answer.ok, "the rule names its own namespace: {answer:?}");
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_default_deny_alone_refuses_the_pods_of_its_own_namespace_too() {
    Cluster::run(async |cluster| {
        let home = cluster.space("deny").await;
        let (shop, _) = tokio::join!(home.hello_pod("shop"), home.hello_pod("neighbour"));
        let shop = format!("http://{shop}:{HELLO_PORT}/");
        assert!(home.request("neighbour", &shop).await.ok, "without a policy it is reached");

        home.policy("default-deny", json!({"podSelector": {}, "policyTypes": ["Ingress"]})).await;

        home.wait_refused("neighbour", &shop).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_pod_resolves_names() {
    Cluster::run(async |cluster| {
        let space = cluster.space("names").await;
        space.hello_pod("hello").await;

        let answer = space.exec("hello", &["getent", "hosts", "kubernetes.default.svc.cluster.local"]).await;
        assert!(answer.ok && answer.text.contains("kubernetes.default"), "{answer:?}");

        let unknown = space.exec("hello", &["getent", "hosts", "nobody.default.svc.cluster.local"]).await;
        assert!(!unknown.ok, "a name that nobody has: {unknown:?}");
    })
    .await;
}

#[tokio::test]
#[ignore = "needs a cluster: cargo xtask test --only e2e"]
async fn a_policy_on_egress_refuses_the_api_server_and_the_node_but_not_names() {
    Cluster::run(async |cluster| {
        let space = cluster.space("egress").await;
        space.hello_pod("hello").await;
        let api_server = "https://kubernetes.default.svc/healthz";
        let kubelet = format!("https://{}:10250/healthz", cluster.node_address().await);
        for url in [api_server, &kubelet] {
            let answer = space.request("hello", url).await;
            assert!(answer.ok, "without a policy {url} is reached: {answer:?}");
        }

        let names_only = json!({
            "podSelector": {},
            "policyTypes": ["Egress"],
            "egress": [{
                "to": [{
                    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}},
                    "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
                }],
                "ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}],
            }],
        });
        space.policy("names-only", names_only).await;

        space.wait_refused("hello", api_server).await;
        space.wait_refused("hello", &kubelet).await;
        let answer = space.exec("hello", &["getent", "hosts", "kubernetes.default.svc.cluster.local"]).await;
        assert!(answer.ok, "names still resolve: {answer:?}");
    })
    .await;
}
