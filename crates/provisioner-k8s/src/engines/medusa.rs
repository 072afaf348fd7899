//! Medusa: one setup script in its pod, and the questions that a shopper and its owner would ask.

use reqwest::StatusCode;
use serde_json::{Value, json};
use souk_domain::credentials::StoreSecrets;
use souk_domain::engine::Engine;

use super::shop::{Flaw, Shop, is_page, samples_flaw, unexpected};
use crate::ingress::{NoAnswer, Visitor};

/// Its data is its database's and what its owner uploaded. Redis has a volume only where an operator gives it one,
/// and holds nothing that lasts.
pub const SHOP: Shop = Shop {
    engine: Engine::Medusa,
    container: "medusa",
    setup: &["node", "/app/souk/setup.mjs"],
    volumes: &["postgres", "uploads"],
    sends_mail: false,
};
const PUBLISHABLE_KEY: &str = "x-publishable-api-key";

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
    Ok((!is_page(&page)).then(|| unexpected("/app", &page)))
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
    let pictures = products.iter().filter_map(|product| product["thumbnail"].as_str());
    samples_flaw(visitor, products.len(), unpriced, pictures, url).await
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

#[cfg(test)]
mod tests {
    use wiremock::matchers::{body_json, header, method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::*;
    use crate::engines::shop::SAMPLE_PRODUCTS;
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
}
