//! The Secret that the chart names with `existingSecret`, and the registry logins beside it.
//!
//! This is the only place where a store's secrets leave Souk, and the Secret the only place where
//! they arrive: the chart's values name it and never hold what is in it.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use kube::api::{ObjectMeta, PostParams};
use souk_domain::credentials::StoreSecrets;
use souk_provisioner::{Outcome, StepError, Target};

use crate::client::is_already_there;
use crate::settings::KubernetesSettings;
use crate::{KubernetesProvisioner, engines, error, labels};

pub const NAME: &str = "store-secrets";

pub async fn run(k8s: &KubernetesProvisioner, target: &Target) -> Result<Outcome, StepError> {
    let secrets = of(target)?;
    let mut data = data(target, secrets);
    data.extend(mail_login(&k8s.settings, target));
    let mut wanted = vec![secret(target, NAME, data, None)];
    for name in &k8s.settings.image_pull_secrets {
        wanted.push(registry_login(k8s, target, name).await?);
    }
    let mut changed = false;
    for secret in wanted {
        changed |= put(k8s, target, secret).await?;
    }
    Ok(if changed { Outcome::Done } else { Outcome::Unchanged })
}

/// They go with the namespace.
pub fn undo() -> Outcome {
    Outcome::Unchanged
}

/// The attempt's secrets, for the steps that cannot work without.
pub fn of(target: &Target) -> Result<&StoreSecrets, StepError> {
    target.secrets.as_ref().ok_or_else(|| StepError::permanent("the secrets of this attempt are missing"))
}

/// The title is no secret; it comes this way because a text of a merchant's must never meet a template. What the
/// shop is opened with comes beside it, for the same reader.
pub(crate) fn data(target: &Target, secrets: &StoreSecrets) -> BTreeMap<String, ByteString> {
    let country = target.options.country().to_string();
    let own = [
        ("admin-email", secrets.admin_email.as_str()),
        ("admin-password", &secrets.admin_password),
        ("publishable-key", &secrets.publishable_key),
        ("store-title", target.title.as_str()),
        ("store-catalogue", target.options.catalogue().as_str()),
        ("store-currency", target.options.currency().code()),
        ("store-country", &country),
    ];
    let theme = target.options.theme().map(|theme| ("store-theme", theme.as_str()));
    let internal = secrets.internal.iter().map(|(key, value)| (key.as_str(), value.as_str()));
    own.into_iter()
        .chain(theme)
        .chain(internal)
        .map(|(key, value)| (key.to_owned(), ByteString(value.into())))
        .collect()
}

/// What the mail server asks of who sends by it, for the shops that do.
fn mail_login(settings: &KubernetesSettings, target: &Target) -> Vec<(String, ByteString)> {
    let server = settings.mail_server.as_ref().filter(|_| engines::sends_mail(target.engine));
    let Some(login) = server.and_then(|server| server.login.as_ref()) else { return Vec::new() };
    [("smtp-user", &login.user), ("smtp-password", &login.password)]
        .map(|(key, value)| (key.to_owned(), ByteString(value.clone().into())))
        .into()
}

fn secret(target: &Target, name: &str, data: BTreeMap<String, ByteString>, kind: Option<String>) -> Secret {
    Secret {
        metadata: ObjectMeta {
            name: Some(name.to_owned()),
            labels: Some(labels::of_store(target)),
            ..ObjectMeta::default()
        },
        data: Some(data),
        type_: Some(kind.unwrap_or_else(|| "Opaque".to_owned())),
        ..Secret::default()
    }
}

async fn registry_login(
    k8s: &KubernetesProvisioner,
    target: &Target,
    name: &str,
) -> Result<Secret, StepError> {
    let api: Api<Secret> = k8s.cluster.namespaced(&k8s.settings.account.namespace);
    let found = k8s.cluster.ask("read a registry login", api.get_opt(name)).await?;
    let found = found.ok_or_else(|| {
        StepError::permanent(format!("the registry login {name} is missing"))
            .advice("The operator should create it in the namespace of Souk's account")
    })?;
    Ok(secret(target, name, found.data.unwrap_or_default(), found.type_))
}

/// Whether anything had to be written.
async fn put(k8s: &KubernetesProvisioner, target: &Target, wanted: Secret) -> Result<bool, StepError> {
    let what = "write the store's secrets";
    let name = wanted.metadata.name.clone().unwrap_or_default();
    let api: Api<Secret> = k8s.cluster.namespaced(&target.namespace);
    if let Some(found) = k8s.cluster.ask(what, api.get_opt(&name)).await? {
        if found.data == wanted.data {
            return Ok(false);
        }
        let wanted = Secret {
            metadata: ObjectMeta { resource_version: found.metadata.resource_version, ..wanted.metadata },
            ..wanted
        };
        k8s.cluster.ask(what, api.replace(&name, &PostParams::default(), &wanted)).await?;
        return Ok(true);
    }
    match k8s.cluster.attempt(api.create(&PostParams::default(), &wanted)).await? {
        Ok(_) => Ok(true),
        Err(error) if is_already_there(&error) => {
            Err(StepError::transient("another run of this step is writing the store's secrets"))
        }
        Err(error) => Err(error::api(what, error)),
    }
}

#[cfg(test)]
mod tests {
    use souk_domain::engine::Engine;

    use super::*;
    use crate::fake_api::{FakeApi, Scenario, target};

    async fn ready(api: &FakeApi) -> (KubernetesProvisioner, Target) {
        let (k8s, target) = (api.provisioner(), target());
        crate::steps::namespace::run(&k8s, &target).await.unwrap();
        (k8s, target)
    }

    #[tokio::test]
    async fn every_key_that_the_chart_reads_is_written_once() {
        let api = FakeApi::new(Scenario::Healthy);
        let (k8s, target) = ready(&api).await;
        assert_eq!(run(&k8s, &target).await.unwrap(), Outcome::Done);
        let made = api.object("secrets", &target.namespace, NAME).unwrap();
        let keys: Vec<&String> = made["data"].as_object().unwrap().keys().collect();
        let expected = [
            "admin-email",
            "admin-password",
            "cookie-secret",
            "jwt-secret",
            "mfa-encryption-key",
            "postgres-password",
            "publishable-key",
            "redis-password",
            "store-catalogue",
            "store-country",
            "store-currency",
            "store-title",
        ];
        assert_eq!(keys, expected);
        let writes = api.writes();
        assert_eq!(run(&k8s, &target).await.unwrap(), Outcome::Unchanged);
        assert_eq!(api.writes(), writes);
    }

    #[tokio::test]
    async fn the_mail_servers_login_reaches_the_shops_that_send_mail_and_no_others() {
        let api = FakeApi::new(Scenario::Healthy);
        let (mut k8s, target) = ready(&api).await;
        k8s.settings.mail_server = Some(crate::fake_api::mail_server());
        let keys = |data: &serde_json::Value| {
            let keys = data.as_object().unwrap().keys();
            keys.filter(|key| key.starts_with("smtp-")).cloned().collect::<Vec<String>>()
        };
        for (engine, expected) in
            [(Engine::Medusa, &[][..]), (Engine::Woocommerce, &["smtp-password", "smtp-user"][..])]
        {
            let target = Target { engine, ..target.clone() };
            run(&k8s, &target).await.unwrap();
            let made = api.object("secrets", &target.namespace, NAME).unwrap();
            assert_eq!(keys(&made["data"]), expected, "{engine}");
        }
        // Without a login there is nothing to hand out.
        k8s.settings.mail_server.as_mut().unwrap().login = None;
        let target = Target { engine: Engine::Woocommerce, ..target };
        run(&k8s, &target).await.unwrap();
        let made = api.object("secrets", &target.namespace, NAME).unwrap();
        assert!(keys(&made["data"]).is_empty());
    }

    #[tokio::test]
    async fn a_secret_that_somebody_changed_is_put_right() {
        let api = FakeApi::new(Scenario::Healthy);
        let (k8s, mut target) = ready(&api).await;
        run(&k8s, &target).await.unwrap();
        if let Some(secrets) = &mut target.secrets {
            secrets.admin_password = "another".to_owned();
        }
        assert_eq!(run(&k8s, &target).await.unwrap(), Outcome::Done);
        assert_eq!(run(&k8s, &target).await.unwrap(), Outcome::Unchanged);
    }

    #[tokio::test]
    async fn a_target_without_secrets_fails_before_it_asks_the_cluster() {
        let api = FakeApi::new(Scenario::Healthy);
        let (k8s, mut target) = (api.provisioner(), target());
        target.secrets = None;
        assert!(run(&k8s, &target).await.is_err());
        assert_eq!(api.writes(), 0);
    }

    #[tokio::test]
    async fn registry_logins_are_copied_and_a_missing_one_is_named() {
        let api = FakeApi::new(Scenario::Healthy);
        let (mut k8s, target) = ready(&api).await;
        k8s.settings.image_pull_secrets = vec!["registry".to_owned()];
        let error = run(&k8s, &target).await.unwrap_err();
        assert!(error.reason.contains("registry"), "{error}");
        api.put(
            "secrets",
            "souk-system",
            "registry",
            serde_json::json!({
                "data": {".dockerconfigjson": "e30="}, "type": "kubernetes.io/dockerconfigjson",
            }),
        );
        assert_eq!(run(&k8s, &target).await.unwrap(), Outcome::Done);
        let copy = api.object("secrets", &target.namespace, "registry").unwrap();
        assert_eq!(copy["type"], "kubernetes.io/dockerconfigjson");
    }
}
