//! What all engines' shops have in common: a pod that serves, a setup command in it that says in one JSON line how it
//! went, and answers that are judged by status and body.

use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::ListParams;
use reqwest::StatusCode;
use serde::Deserialize;
use souk_domain::catalogue::Catalogue;
use souk_domain::country::Country;
use souk_domain::currency::Currency;
use souk_domain::engine::Engine;
use souk_domain::options::StoreOptions;
use souk_domain::theme::Theme;
use souk_provisioner::{Outcome, StepError, Target};

use crate::exec::{PodCommand, PodOutput};
use crate::ingress::{Answer, NoAnswer, Visitor};
use crate::steps::rollout::without_secrets;
use crate::{KubernetesProvisioner, error};

/// How much of a complaint is shown.
const COMPLAINT_CHARS: usize = 400;
/// Each sample catalogue holds twelve.
pub const SAMPLE_PRODUCTS: usize = 12;

/// What is wrong with a shop that does not sell yet, in the words of the first question that failed.
pub type Flaw = String;

/// An engine's shop, as the chart makes it.
#[derive(Debug)]
pub struct Shop {
    pub engine: Engine,
    /// The container that serves the shop; the chart's component label is the engine's name.
    pub container: &'static str,
    /// Idempotent: it changes nothing that its owner has changed since. Its words meet no shell.
    pub setup: &'static [&'static str],
    /// The claims without which a shop's data is lost, whatever the values.
    pub volumes: &'static [&'static str],
    /// Whether it sends mail by a server that the operator names.
    pub sends_mail: bool,
}

/// The line that a setup prints.
#[derive(Debug, Deserialize, PartialEq, Eq)]
struct Said {
    setup: String,
    /// What the first boot has opened the shop with; an image that can open it in one way only does not say.
    opened: Option<Opened>,
}

#[derive(Debug, Deserialize, PartialEq, Eq)]
struct Opened {
    catalogue: Catalogue,
    currency: Currency,
    country: Country,
    theme: Option<Theme>,
}

impl From<StoreOptions> for Opened {
    fn from(options: StoreOptions) -> Self {
        Self {
            catalogue: options.catalogue(),
            currency: options.currency(),
            country: options.country(),
            theme: options.theme(),
        }
    }
}

impl Shop {
    /// Runs the setup in the shop's pod.
    pub async fn set_up(&self, k8s: &KubernetesProvisioner, target: &Target) -> Result<Outcome, StepError> {
        let pod = self.ready_pod(k8s, target).await?;
        let command = PodCommand {
            namespace: &target.namespace,
            pod: &pod,
            container: self.container,
            argv: self.setup,
            stdin: Vec::new(),
            limit: k8s.settings.limits.setup,
        };
        let output = command.run(k8s).await?;
        if output.timed_out() {
            let limit = command.limit.as_secs();
            return Err(StepError::transient(format!("the shop's setup took longer than {limit} s")));
        }
        self.outcome(&output, target)
    }

    fn outcome(&self, output: &PodOutput, target: &Target) -> Result<Outcome, StepError> {
        if output.exit_code != 0 {
            let words = error::tail(&words(&without_secrets(&output.stderr, target)), COMPLAINT_CHARS);
            let code = output.exit_code;
            return Err(StepError::transient(format!("the shop's setup failed with code {code}: {words}")));
        }
        match serde_json::from_str::<Said>(output.stdout.trim()) {
            // One that is set up already need not say how: its owner may have changed all of it since.
            Ok(said) if said.setup == "present" && said.opened.is_none() => Ok(Outcome::Unchanged),
            Ok(said) if said.opened == Some(target.options.into()) => {
                Ok(if said.setup == "present" { Outcome::Unchanged } else { Outcome::Done })
            }
            Ok(_) => {
                Err(StepError::permanent("the shop was not opened with what was asked for").advice(format!(
                    "The operator should check that the image of {} is of this version of Souk",
                    self.engine
                )))
            }
            Err(error) => {
                Err(StepError::transient("the shop's setup did not say how it went").caused_by(error))
            }
        }
    }

    async fn ready_pod(&self, k8s: &KubernetesProvisioner, target: &Target) -> Result<String, StepError> {
        let api: Api<Pod> = k8s.cluster.namespaced(&target.namespace);
        let label = format!("app.kubernetes.io/component={}", self.engine);
        let pods =
            k8s.cluster.ask("find the shop's pod", api.list(&ListParams::default().labels(&label))).await?;
        let ready = pods.items.into_iter().find(is_ready).and_then(|pod| pod.metadata.name);
        ready.ok_or_else(|| StepError::transient("the shop has no pod that is ready"))
    }
}

/// What a command that failed has said, on one line: its `error` where it speaks JSON.
fn words(stderr: &str) -> String {
    #[derive(Deserialize)]
    struct Complaint {
        error: String,
    }
    let lines = stderr.lines().map(str::trim).filter(|line| !line.is_empty());
    let plain = |line: &str| {
        serde_json::from_str::<Complaint>(line).map_or_else(|_| line.to_owned(), |said| said.error)
    };
    lines.map(plain).collect::<Vec<String>>().join(" ")
}

fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    pod.metadata.deletion_timestamp.is_none()
        && conditions.into_iter().any(|condition| condition.type_ == "Ready" && condition.status == "True")
}

pub fn is_page(answer: &Answer) -> bool {
    answer.status == StatusCode::OK && answer.body.windows(5).any(|text| text.eq_ignore_ascii_case(b"<html"))
}

/// What is wrong with the samples that a shop shows: there are too few, some have no price, or the shop does not
/// serve its own pictures.
pub async fn samples_flaw<'a>(
    visitor: &Visitor,
    found: usize,
    unpriced: usize,
    pictures: impl Iterator<Item = &'a str>,
    url: &str,
) -> Result<Option<Flaw>, NoAnswer> {
    if found < SAMPLE_PRODUCTS {
        return Ok(Some(format!("the shop shows {found} of {SAMPLE_PRODUCTS} sample products")));
    }
    if unpriced > 0 {
        return Ok(Some(format!("{unpriced} of the shop's products have no price")));
    }
    picture_flaw(visitor, pictures, url).await
}

/// One picture stands for all: they lie in one folder. An owner may have taken them away, or show those of another host.
async fn picture_flaw<'a>(
    visitor: &Visitor,
    mut pictures: impl Iterator<Item = &'a str>,
    url: &str,
) -> Result<Option<Flaw>, NoAnswer> {
    let Some(path) = pictures.find_map(|picture| picture.strip_prefix(url)) else { return Ok(None) };
    let picture = visitor.get(path, &[]).await?;
    Ok((picture.status != StatusCode::OK).then(|| unexpected("the picture of a product", &picture)))
}

/// The status only: a body may repeat what was sent.
pub fn unexpected(what: &str, answer: &Answer) -> Flaw {
    format!("{what} answers with status {}", answer.status.as_u16())
}

#[cfg(test)]
mod tests {
    use souk_provisioner::ErrorKind;

    use super::*;
    use crate::engines::shop;
    use crate::fake_api::target;

    fn target_of(engine: Engine) -> Target {
        Target { engine, options: StoreOptions::defaults(engine), ..target() }
    }

    fn said(engine: Engine, exit_code: i32, stdout: &str, stderr: &str) -> Result<Outcome, StepError> {
        let output = PodOutput { exit_code, stdout: stdout.to_owned(), stderr: stderr.to_owned() };
        shop(engine).outcome(&output, &target_of(engine))
    }

    #[test]
    fn the_setups_own_line_says_whether_anything_changed() {
        for (engine, theme) in [(Engine::Medusa, ""), (Engine::Woocommerce, r#","theme":"fashion""#)] {
            let said = |text: &str| said(engine, 0, text, "");
            let opened = format!(r#"{{"catalogue":"fashion","currency":"EUR","country":"DE"{theme}}}"#);
            let done = format!("{{\"setup\":\"done\",\"opened\":{opened},\"admin\":\"created\"}}\n");
            assert_eq!(said(&done).unwrap(), Outcome::Done, "{engine}");
            let present = done.replace("done", "present");
            for again in [&present, "{\"setup\":\"present\"}"] {
                assert_eq!(said(again).unwrap(), Outcome::Unchanged, "{engine}: {again}");
            }
            assert!(said("").is_err());
            // By an image that can do no other, and one that did something else.
            let silent = "{\"setup\":\"done\"}".to_owned();
            for other in [silent, done.replace("EUR", "USD"), present.replace("fashion", "minimal")] {
                assert_eq!(said(&other).unwrap_err().kind, ErrorKind::Permanent, "{engine}: {other}");
            }
        }
    }

    #[test]
    fn a_command_that_fails_is_quoted_without_the_secrets_and_never_taken_for_done() {
        let password = target().secrets.unwrap().admin_password;
        let stderr =
            format!("Error: Could not update option '{password}'.\n`wp option update blogname` failed\n");
        let error = said(Engine::Woocommerce, 1, "{\"setup\":\"done\"}", &stderr).unwrap_err();
        let expected = "the shop's setup failed with code 1: Error: Could not update option '***'. \
                        `wp option update blogname` failed";
        assert_eq!(error.reason, expected);
        let error = said(Engine::Medusa, 1, "", "{\"error\":\"setup: the Secret has no `admin-email`\"}\n")
            .unwrap_err();
        assert!(error.reason.ends_with("code 1: setup: the Secret has no `admin-email`"), "{error}");
    }
}
