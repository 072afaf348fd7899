//! What differs between the engines, and the one place that tells them apart: how a shop is made its owner's,
//! how it proves that it sells, and which of its volumes hold data. An engine is a module here, a folder of
//! the chart, and its images.

mod medusa;
mod shop;
mod woocommerce;

use souk_domain::credentials::StoreSecrets;
use souk_domain::engine::Engine;
use souk_provisioner::{Outcome, StepError, Target};

use crate::KubernetesProvisioner;
use crate::ingress::{NoAnswer, Visitor};
use shop::{Flaw, Shop};

const fn shop(engine: Engine) -> &'static Shop {
    match engine {
        Engine::Medusa => &medusa::SHOP,
        Engine::Woocommerce => &woocommerce::SHOP,
    }
}

/// The claims without which a shop's data is lost, whatever the values.
pub const fn volumes(engine: Engine) -> &'static [&'static str] {
    shop(engine).volumes
}

/// Whether its shops send mail by a server that the operator names.
pub const fn sends_mail(engine: Engine) -> bool {
    shop(engine).sends_mail
}

pub async fn setup(k8s: &KubernetesProvisioner, target: &Target) -> Result<Outcome, StepError> {
    shop(target.engine).set_up(k8s, target).await
}

/// Asks everything that must hold before a store may be called ready.
pub async fn flaw(
    engine: Engine,
    visitor: &Visitor,
    secrets: &StoreSecrets,
    url: &str,
) -> Result<Option<Flaw>, NoAnswer> {
    match engine {
        Engine::Medusa => medusa::flaw(visitor, secrets, url).await,
        Engine::Woocommerce => woocommerce::flaw(visitor, secrets, url).await,
    }
}
