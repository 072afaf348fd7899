//! The labels by which Souk knows its own things in a cluster that it shares with others.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::Namespace;
use souk_domain::id::{InstallationId, StoreId};
use souk_provisioner::Target;

pub const INSTALLATION: &str = "souk.dev/installation";
pub const STORE: &str = "souk.dev/store";
pub const ACCOUNT: &str = "souk.dev/account";
pub const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
pub const SOUK: &str = "souk";

/// Pod Security Admission, in all three modes: what is refused is also warned about and audited.
const POD_SECURITY: [&str; 3] = [
    "pod-security.kubernetes.io/enforce",
    "pod-security.kubernetes.io/audit",
    "pod-security.kubernetes.io/warn",
];
const RESTRICTED: &str = "restricted";

/// The labels of everything that Souk itself makes for one store.
pub fn of_store(target: &Target) -> BTreeMap<String, String> {
    BTreeMap::from([
        (INSTALLATION.to_owned(), target.installation.to_string()),
        (STORE.to_owned(), target.store.to_string()),
        (ACCOUNT.to_owned(), target.account.to_string()),
        (MANAGED_BY.to_owned(), SOUK.to_owned()),
    ])
}

/// The labels of a store's namespace.
pub fn of_namespace(target: &Target) -> BTreeMap<String, String> {
    let security = POD_SECURITY.map(|mode| (mode.to_owned(), RESTRICTED.to_owned()));
    of_store(target).into_iter().chain(security).collect()
}

/// As many labels of a namespace as the policies of Souk's account look at.
pub fn trial(installation: InstallationId) -> [(String, String); 3] {
    let label = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    [
        label(INSTALLATION, &installation.to_string()),
        label(STORE, "trial"),
        label(POD_SECURITY[0], RESTRICTED),
    ]
}

/// Selects every namespace of one store, whichever attempt made it.
pub fn selector(installation: InstallationId, store: StoreId) -> String {
    format!("{INSTALLATION}={installation},{STORE}={store}")
}

/// Whether this namespace was made by this installation for this store.
pub fn belongs_to(namespace: &Namespace, target: &Target) -> bool {
    let label =
        |key: &str| namespace.metadata.labels.as_ref().and_then(|labels| labels.get(key)).map(String::as_str);
    label(INSTALLATION) == Some(target.installation.to_string().as_str())
        && label(STORE) == Some(target.store.to_string().as_str())
}

/// The id in a label; `None` where there is none, or something that is no id.
pub fn id<T: std::str::FromStr>(namespace: &Namespace, key: &str) -> Option<T> {
    namespace.metadata.labels.as_ref()?.get(key)?.parse().ok()
}
