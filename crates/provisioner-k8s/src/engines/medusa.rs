//! Medusa: one setup script in its pod, and the questions that a shopper and its owner would ask.

use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::ListParams;
use reqwest::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use souk_domain::catalogue::Catalogue;
use souk_domain::country::Country;
use souk_domain::credentials::StoreSecrets;
use souk_domain::currency::Currency;
use souk_domain::options::StoreOptions;
use souk_provisioner::{Outcome, StepError, Target};

use crate::exec::PodCommand;
use crate::ingress::{Answer, NoAnswer, Visitor};
use crate::steps::rollout::without_secrets;
use crate::{KubernetesProvisioner, error};

/// The claims without which a shop's data is lost, whatever the values: its database and what its owner
/// uploaded. Redis has a volume only where an operator gives it one, and holds nothing that lasts.
pub const VOLUMES: [&str; 2] = ["postgres", "uploads"];
/// The pod that serves the shop, by the chart's labels.
const SERVER: &str = "app.kubernetes.io/component=medusa";
const CONTAINER: &str = "medusa";
/// Idempotent: it changes nothing that its owner has changed since.
const SETUP: [&str; 2] = ["node", "/app/souk/setup.mjs"];
/// How much of a complaint is shown.
const COMPLAINT_CHARS: usize = 400;
/// The sample catalogue of the image holds twelve.
const SAMPLE_PRODUCTS: usize = 12;
const PUBLISHABLE_KEY: &str = "x-publishable-api-key";

/// The line that the setup script prints.
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
}

impl From<StoreOptions> for Opened {
    fn from(options: StoreOptions) -> Self {
        Self { catalogue: options.catalogue(), currency: options.currency(), country: options.country() }
    }
}

pub async fn setup(k8s: &KubernetesProvisioner, target: &Target) -> Result<Outcome, StepError> {
    let pod = server_pod(k8s, target).await?;
    let command = PodCommand {
        namespace: &target.namespace,
        pod: &pod,
        container: CONTAINER,
        argv: &SETUP,
        stdin: Vec::new(),
        limit: k8s.settings.limits.setup,
    };
    let output = command.run(k8s).await?;
    if output.timed_out() {
        return Err(StepError::transient(format!(
            "the shop's setup took longer than {} s",
            command.limit.as_secs()
        )));
    }
    if output.exit_code != 0 {
        let said = error::tail(&without_secrets(&output.stderr, target), COMPLAINT_CHARS);
        return Err(StepError::transient(format!("the shop's setup failed with code {}", output.exit_code))
            .caused_by(said));
    }
    outcome(&output.stdout, target.options)
}

fn outcome(stdout: &str, wanted: StoreOptions) -> Result<Outcome, StepError> {
    match serde_json::from_str::<Said>(stdout.trim()) {
        // Shops that are older than the choice do not say what they were opened with.
        Ok(said) if said.setup == "present" && said.opened.is_none() => Ok(Outcome::Unchanged),
        Ok(said) if said.opened == Some(wanted.into()) => {
            Ok(if said.setup == "present" { Outcome::Unchanged } else { Outcome::Done })
        }
        Ok(_) => Err(StepError::permanent(
            "the shop was not opened with the catalog, currency and country asked for",
        )
        .advice("The operator should check that the image of medusa is of this version of Souk")),
        Err(error) => Err(StepError::transient("the shop's setup did not say how it went").caused_by(error)),
    }
}

async fn server_pod(k8s: &KubernetesProvisioner, target: &Target) -> Result<String, StepError> {
    let api: Api<Pod> = k8s.cluster.namespaced(&target.namespace);
    let pods =
        k8s.cluster.ask("find the shop's pod", api.list(&ListParams::default().labels(SERVER))).await?;
    let ready = pods.items.into_iter().find(is_ready).and_then(|pod| pod.metadata.name);
    ready.ok_or_else(|| StepError::transient("the shop has no pod that is ready"))
}

fn is_ready(pod: &Pod) -> bool {
    let conditions = pod.status.iter().flat_map(|status| status.conditions.iter().flatten());
    pod.metadata.deletion_timestamp.is_none()
        && conditions.into_iter().any(|condition| condition.type_ == "Ready" && condition.status == "True")
}

/// What is wrong with a shop that does not sell yet, in the words of the first question that failed.
pub type Flaw = String;

/// Asks everything that must hold before a store may be called ready.
pub async fn flaw(visitor: &Visitor, secrets: &StoreSecrets, url: &str) -> Result<Option<Flaw>, NoAnswer> {
    let health = visitor.get("/health", &[]).await?;
    if health.status != StatusCode::OK {
        return Ok(Some(unexpected("/health", &health)));
    }
    let (admin, products, login) = futures::try_join!(
        admin_flaw(visitor),
        products_flaw(visitor, secrets, url),
        login_flaw(visitor, secrets)
    )?;
    Ok(admin.or(products).or(login))
}

async fn admin_flaw(visitor: &Visitor) -> Result<Option<Flaw>, NoAnswer> {
    let page = visitor.get("/app", &[]).await?;
    // With or without the slash at its end, whichever the server prefers.
    let page = if page.status.is_redirection() { visitor.get("/app/", &[]).await? } else { page };
    let is_page =
        page.status == StatusCode::OK && page.body.windows(5).any(|text| text.eq_ignore_ascii_case(b"<html"));
    Ok((!is_page).then(|| unexpected("/app", &page)))
}

/// The samples are there, each has a price in the first region, and the shop serves its own pictures.
async fn products_flaw(
    visitor: &Visitor,
    secrets: &StoreSecrets,
    url: &str,
) -> Result<Option<Flaw>, NoAnswer> {
    let key = [(PUBLISHABLE_KEY, secrets.publishable_key.as_str())];
    let regions = visitor.get("/store/regions", &key).await?;
    let body = regions.json();
    let Some(region) = body["regions"][0]["id"].as_str() else {
        return Ok(Some(unexpected("/store/regions", &regions)));
    };
    let path = format!("/store/products?limit=100&region_id={region}&fields=*variants.calculated_price");
    let answer = visitor.get(&path, &key).await?;
    let body = answer.json();
    let Some(products) = body["products"].as_array() else {
        return Ok(Some(unexpected("/store/products", &answer)));
    };
    let unpriced = products.iter().filter(|product| !is_priced(product)).count();
    match (products.len(), unpriced) {
        (found, _) if found < SAMPLE_PRODUCTS => {
            Ok(Some(format!("the shop shows {found} of {SAMPLE_PRODUCTS} sample products")))
        }
        (_, 0) => picture_flaw(visitor, products, url).await,
        (_, unpriced) => Ok(Some(format!("{unpriced} of the shop's products have no price"))),
    }
}

/// One stands for all: they lie in one folder. An owner may have taken them away, or show those of another host.
async fn picture_flaw(visitor: &Visitor, products: &[Value], url: &str) -> Result<Option<Flaw>, NoAnswer> {
    let mut pictures = products.iter().filter_map(|product| product["thumbnail"].as_str());
    let Some(path) = pictures.find_map(|picture| picture.strip_prefix(url)) else {
        return Ok(None);
    };
    let picture = visitor.get(path, &[]).await?;
    Ok((picture.status != StatusCode::OK).then(|| unexpected("the picture of a product", &picture)))
}

fn is_priced(product: &Value) -> bool {
    let variants = product["variants"].as_array().map(Vec::as_slice).unwrap_or_default();
    !variants.is_empty()
        && variants.iter().all(|variant| variant["calculated_price"]["calculated_amount"].is_number())
}

/// The owner's e-mail and password open the admin, and what opened it is let in.
async fn login_flaw(visitor: &Visitor, secrets: &StoreSecrets) -> Result<Option<Flaw>, NoAnswer> {
    let body = json!({"email": secrets.admin_email.as_str(), "password": secrets.admin_password});
    let answer = visitor.post("/auth/user/emailpass", &body).await?;
    let json = answer.json();
    let Some(token) = json["token"].as_str() else {
        return Ok(Some(unexpected("the admin's login", &answer)));
    };
    let bearer = format!("Bearer {token}");
    let me = visitor.get("/admin/users/me", &[("authorization", &bearer)]).await?;
    let is_owner = me.json()["user"]["email"].as_str() == Some(secrets.admin_email.as_str());
    Ok((!is_owner).then(|| unexpected("/admin/users/me", &me)))
}

/// The status only: a body may repeat what was sent.
fn unexpected(what: &str, answer: &Answer) -> Flaw {
    format!("{what} answers with status {}", answer.status.as_u16())
}

#[cfg(test)]
mod tests {
    use wiremock::matchers::{body_json, header, method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use souk_domain::engine::Engine;
    use souk_provisioner::ErrorKind;

    use super::*;
    use crate::fake_api::target;

    /// A shop that answers as Medusa does, but for one thing.
    #[derive(Clone, Copy, PartialEq)]
    enum But {
        Nothing,
        Sick,
        NoAdmin,
        FewProducts,
        NoPrice,
        NoPicture,
        WrongPassword,
        StrangerIsIn,
    }

    async fn shop(but: But) -> MockServer {
        let secrets = target().secrets.unwrap();
        let server = MockServer::start().await;
        let ok = |body: Value| ResponseTemplate::new(200).set_body_json(body);
        let health = if but == But::Sick { 503 } else { 200 };
        Mock::given(path("/health")).respond_with(ResponseTemplate::new(health)).mount(&server).await;
        let page = if but == But::NoAdmin { "Not found" } else { "<!DOCTYPE html><html></html>" };
        Mock::given(path("/app"))
            .respond_with(ResponseTemplate::new(200).set_body_string(page))
            .mount(&server)
            .await;
        let key = header(PUBLISHABLE_KEY, secrets.publishable_key.as_str());
        Mock::given(path("/store/regions"))
            .and(key)
            .respond_with(ok(json!({"regions": [{"id": "reg_1"}]})))
            .mount(&server)
            .await;
        let price = if but == But::NoPrice { Value::Null } else { json!({"calculated_amount": 10}) };
        let picture = format!("{}/static/samples/hat.webp", target().url);
        let product = json!({"variants": [{"calculated_price": price}], "thumbnail": picture});
        let answered = if but == But::NoPicture { 404 } else { 200 };
        Mock::given(path("/static/samples/hat.webp"))
            .respond_with(ResponseTemplate::new(answered))
            .expect(u64::from(![But::Sick, But::FewProducts, But::NoPrice].contains(&but)))
            .mount(&server)
            .await;
        let count = if but == But::FewProducts { 3 } else { SAMPLE_PRODUCTS };
        Mock::given(path("/store/products"))
            .respond_with(ok(json!({"products": vec![product; count]})))
            .mount(&server)
            .await;
        let password = if but == But::WrongPassword { "other" } else { &secrets.admin_password };
        Mock::given(method("POST"))
            .and(path("/auth/user/emailpass"))
            .and(body_json(json!({"email": secrets.admin_email, "password": password})))
            .respond_with(ok(json!({"token": "t"})))
            .mount(&server)
            .await;
        let email =
            if but == But::StrangerIsIn { "stranger@example.com" } else { secrets.admin_email.as_str() };
        Mock::given(path("/admin/users/me"))
            .and(header("authorization", "Bearer t"))
            .respond_with(ok(json!({"user": {"email": email}})))
            .mount(&server)
            .await;
        server
    }

    #[tokio::test]
    async fn a_shop_is_ready_only_when_every_question_gets_its_answer() {
        let table = [
            (But::Nothing, None),
            (But::Sick, Some("/health answers with status 503")),
            (But::NoAdmin, Some("/app answers with status 200")),
            (But::FewProducts, Some("the shop shows 3 of 12 sample products")),
            (But::NoPrice, Some("12 of the shop's products have no price")),
            (But::NoPicture, Some("the picture of a product answers with status 404")),
            (But::WrongPassword, Some("the admin's login answers with status 404")),
            (But::StrangerIsIn, Some("/admin/users/me answers with status 200")),
        ];
        let target = target();
        for (but, expected) in table {
            let server = shop(but).await;
            let visitor = Visitor::new(&target, Some(&server.address().to_string())).await.unwrap();
            let found = flaw(&visitor, target.secrets.as_ref().unwrap(), &target.url).await.unwrap();
            assert_eq!(found.as_deref(), expected);
        }
    }

    #[test]
    fn the_setups_own_line_says_whether_anything_changed() {
        let said = |text: &str| outcome(text, StoreOptions::defaults(Engine::Medusa));
        let opened = r#"{"catalogue":"fashion","currency":"EUR","country":"DE"}"#;
        let done = format!("{{\"setup\":\"done\",\"opened\":{opened},\"admin\":\"created\"}}\n");
        assert_eq!(said(&done).unwrap(), Outcome::Done);
        let present = done.replace("done", "present");
        for again in [&present, "{\"setup\":\"present\"}"] {
            assert_eq!(said(again).unwrap(), Outcome::Unchanged, "{again}");
        }
        assert!(said("").is_err());
        // By an image that can do no other, and one that did something else.
        let silent = "{\"setup\":\"done\"}".to_owned();
        for other in [silent, done.replace("EUR", "USD"), present.replace("fashion", "minimal")] {
            assert_eq!(said(&other).unwrap_err().kind, ErrorKind::Permanent, "{other}");
        }
    }
}
