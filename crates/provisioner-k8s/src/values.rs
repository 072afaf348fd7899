//! The values that Souk gives to the stores' chart, typed, and complete but for what a values file
//! of the environment says.
//!
//! Invariant: no secret, and nothing that a merchant typed. A store's title goes with the secrets, so
//! that no text of a tenant is ever read as YAML, as a template or as a label.

use serde::Serialize;
use souk_domain::engine::Engine;
use souk_domain::id::{InstallationId, StoreId};
use souk_domain::plan::Plan;
use souk_provisioner::{StepError, Target};
use url::Url;

use crate::engines;
use crate::mail::MailServer;
use crate::settings::{KubernetesSettings, StoreImages};
use crate::steps::secrets;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Values<'a> {
    engine: Engine,
    plan: Plan,
    store: Store,
    existing_secret: &'static str,
    host: &'a str,
    ingress: Ingress,
    images: Images<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    woocommerce: Option<Woocommerce<'a>>,
}

#[derive(Debug, Serialize)]
struct Store {
    id: StoreId,
    installation: InstallationId,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Ingress {
    /// 0 is the scheme's own port.
    public_port: u16,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Images<'a> {
    #[serde(flatten)]
    references: &'a StoreImages,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pull_secrets: &'a [String],
}

#[derive(Debug, Serialize)]
struct Woocommerce<'a> {
    smtp: &'a MailServer,
}

impl<'a> Values<'a> {
    pub fn of(settings: &'a KubernetesSettings, target: &'a Target) -> Self {
        let mail_server = settings.mail_server.as_ref().filter(|_| engines::sends_mail(target.engine));
        Self {
            engine: target.engine,
            plan: target.plan,
            store: Store { id: target.store, installation: target.installation },
            existing_secret: secrets::NAME,
            host: &target.host,
            ingress: Ingress { public_port: public_port(&target.url) },
            images: Images { references: &settings.images, pull_secrets: &settings.image_pull_secrets },
            woocommerce: mail_server.map(|smtp| Woocommerce { smtp }),
        }
    }

    /// JSON, which is YAML that cannot be misread.
    pub fn to_json(&self) -> Result<Vec<u8>, StepError> {
        serde_json::to_vec(self)
            .map_err(|error| StepError::permanent("the store's values cannot be written").caused_by(error))
    }
}

fn public_port(url: &str) -> u16 {
    Url::parse(url).ok().and_then(|url| url.port()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fake_api::{settings, target};

    fn rendered(settings: &KubernetesSettings, target: &Target) -> String {
        let json = Values::of(settings, target).to_json().unwrap();
        serde_json::to_string_pretty(&serde_json::from_slice::<serde_json::Value>(&json).unwrap()).unwrap()
    }

    #[test]
    fn the_values_of_a_local_store() {
        insta::assert_snapshot!(rendered(&settings(), &target()));
    }

    #[test]
    fn the_values_of_a_store_with_images_and_a_registry_login_behind_tls() {
        let mut settings = settings();
        settings.images.medusa = Some("registry.example.com/souk/medusa:1".to_owned());
        settings.image_pull_secrets = vec!["registry".to_owned()];
        let mut target = target();
        "https://shop-x7k2mq.shops.example.com".clone_into(&mut target.url);
        "shop-x7k2mq.shops.example.com".clone_into(&mut target.host);
        insta::assert_snapshot!(rendered(&settings, &target));
    }

    #[test]
    fn a_mail_server_is_for_the_engines_that_send_mail_and_its_login_is_no_value() {
        let mut settings = settings();
        settings.mail_server = Some(crate::fake_api::mail_server());
        assert!(!rendered(&settings, &target()).contains("smtp"), "medusa sends none");
        let target = Target { engine: Engine::Woocommerce, ..target() };
        let text = rendered(&settings, &target);
        assert!(!text.contains("relay"), "{text}");
        let values: serde_json::Value = serde_json::from_str(&text).unwrap();
        let expected = serde_json::json!({
            "host": "10.1.2.3", "port": 587, "tls": "tls", "from": "shops@example.com", "ranges": ["10.1.2.3/32"],
        });
        assert_eq!(values["woocommerce"]["smtp"], expected);
    }

    #[test]
    fn no_secret_and_no_text_of_a_merchant_is_in_the_values() {
        let target = target();
        let text = rendered(&settings(), &target);
        let secrets = target.secrets.unwrap();
        let own = [secrets.admin_email.to_string(), secrets.admin_password, secrets.publishable_key];
        for secret in own.iter().chain(secrets.internal.values()) {
            assert!(!text.contains(secret));
        }
        assert!(!text.contains("Shoes"), "{text}");
    }
}
