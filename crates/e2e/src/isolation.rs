//! What must hold between two stores of any engine, seen from inside one's own pod.
//!
//! Each refusal has its positive control: the same address and port answer where no rule is in the way.

use crate::Cluster;
use crate::cluster::api_server_address;
use crate::outside::Outside;
use crate::shop::Shop;

/// The kubelet's, on each node.
const KUBELET_PORT: u16 = 10250;

/// From a pod of one store nothing of another's can be reached, nor the platform, nor what is outside.
///
/// # Panics
/// When something can, or when a control shows that the question was wrong.
pub async fn holds_between(cluster: &Cluster, home: &Shop, away: &Shop) {
    let neighbour = away.pod().await.address;
    let metadata = Outside::metadata().await.listen().await;
    let internet = Outside::internet().await.listen().await;
    let node = cluster.node_address().await;
    let (api_host, api_port) = api_server_address().await;
    let free = cluster.space("free").await;
    free.hello_pod("free").await;

    for (whose, shop) in [("its own", home), ("the other's, from the other's shop", away)] {
        let (name, port) = shop.database(false);
        assert!(shop.reaches(&name, port).await, "the control: no database answers: {whose}");
    }
    assert!(away.reaches(&neighbour, away.port()).await, "the control: nothing listens at the other's shop");

    let (others_database, database_port) = away.database(true);
    let (metadata_host, internet_host) = (metadata.address(), internet.address());
    for (what, host, port) in [
        ("the other's database", others_database.as_str(), database_port),
        ("the other's shop", neighbour.as_str(), away.port()),
        ("the API server", api_host.as_str(), api_port),
        ("the node", node.as_str(), KUBELET_PORT),
        ("the metadata address", metadata_host.as_str(), metadata.port),
        ("the internet", internet_host.as_str(), internet.port),
    ] {
        assert!(!home.reaches(host, port).await, "a pod of one store reaches {what}");
    }
    // Without the rules of a store's namespace, the ways to the platform and out are open.
    for (what, url) in [
        ("the API server", format!("https://{api_host}:{api_port}/")),
        ("the node", format!("https://{node}:{KUBELET_PORT}/")),
        ("the metadata address", format!("http://{metadata_host}:{}/", metadata.port)),
        ("the internet", format!("http://{internet_host}:{}/", internet.port)),
    ] {
        assert!(
            free.request("free", &url).await.ok,
            "the control: a pod without rules does not reach {what}"
        );
    }
    assert!(metadata.answers_the_host().await, "the control: the host itself gets no answer");
    // And a pod of anywhere else does not get in.
    let shop = format!("http://{neighbour}:{}/", away.port());
    assert!(!free.request("free", &shop).await.ok, "a foreign pod reaches the shop past the ingress");
}
