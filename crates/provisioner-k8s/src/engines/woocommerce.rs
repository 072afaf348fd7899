//! WooCommerce: WP-CLI's commands in the shop's pod, and the questions that a shopper and its owner would ask.

use reqwest::StatusCode;
use serde_json::Value;
use souk_domain::credentials::StoreSecrets;
use souk_domain::engine::Engine;

use super::shop::{Flaw, Shop, is_page, samples_flaw, unexpected};
use crate::ingress::{Answer, NoAnswer, Visitor};

/// Its data is its database's and what its owner uploaded.
pub const SHOP: Shop = Shop {
    engine: Engine::Woocommerce,
    container: "woocommerce",
    setup: &["wp", "--quiet", "souk", "setup"],
    volumes: &["mariadb", "uploads"],
    sends_mail: true,
};
const LOGIN: &str = "/wp-login.php";
/// Answers with a token for whoever is signed in, and with status 400 for everybody else.
const TOKEN: &str = "/wp-admin/admin-ajax.php?action=rest-nonce";
const ME: &str = "/wp-json/wp/v2/users/me?context=edit";
const PRODUCTS: &str = "/wp-json/wc/store/v1/products?per_page=100";

/// Asks everything that must hold before a store may be called ready.
pub async fn flaw(visitor: &Visitor, secrets: &StoreSecrets, url: &str) -> Result<Option<Flaw>, NoAnswer> {
    let (home, products, login) =
        futures::try_join!(home_flaw(visitor), products_flaw(visitor, url), login_flaw(visitor, secrets))?;
    Ok(home.or(products).or(login))
}

/// A page at the shop's own address, and no redirect away from it.
async fn home_flaw(visitor: &Visitor) -> Result<Option<Flaw>, NoAnswer> {
    let page = visitor.get("/", &[]).await?;
    Ok((!is_page(&page)).then(|| unexpected("the home page", &page)))
}

/// The samples are there, each has a price, and the shop serves its own pictures.
async fn products_flaw(visitor: &Visitor, url: &str) -> Result<Option<Flaw>, NoAnswer> {
    let answer = visitor.get(PRODUCTS, &[]).await?;
    let body = answer.json();
    let Some(products) = body.as_array() else { return Ok(Some(unexpected("the product list", &answer))) };
    let unpriced = products.iter().filter(|product| !is_priced(product)).count();
    let pictures = products.iter().filter_map(|product| product["images"][0]["src"].as_str());
    samples_flaw(visitor, products.len(), unpriced, pictures, url).await
}

/// The Store API counts in the currency's smallest unit, as text.
fn is_priced(product: &Value) -> bool {
    product["prices"]["price"]
        .as_str()
        .and_then(|price| price.parse::<u64>().ok())
        .is_some_and(|price| price > 0)
}

/// The owner's e-mail and password open the admin, and what they opened is the owner's, with all its rights.
async fn login_flaw(visitor: &Visitor, secrets: &StoreSecrets) -> Result<Option<Flaw>, NoAnswer> {
    let form = [("log", secrets.admin_email.as_str()), ("pwd", secrets.admin_password.as_str())];
    let login = visitor.submit(LOGIN, &form).await?;
    let cookies = login.cookie_header();
    // A password that does not fit shows the form again, with status 200.
    if !login.status.is_redirection() || !cookies.contains("wordpress_logged_in_") {
        return Ok(Some(unexpected("the admin's login", &login)));
    }
    let token = visitor.get(TOKEN, &[("cookie", &cookies)]).await?;
    let Some(nonce) = token_of(&token) else { return Ok(Some(unexpected("the admin's token", &token))) };
    let me = visitor.get(ME, &[("cookie", &cookies), ("x-wp-nonce", &nonce)]).await?;
    let who = me.json();
    let is_owner = who["email"].as_str() == Some(secrets.admin_email.as_str());
    let is_admin = who["roles"].as_array().is_some_and(|roles| roles.contains(&"administrator".into()));
    Ok((!is_owner || !is_admin).then(|| unexpected("the owner's account", &me)))
}

fn token_of(answer: &Answer) -> Option<String> {
    let text = String::from_utf8_lossy(&answer.body);
    let token = text.trim();
    let is_token = token.len() > 1 && token.bytes().all(|byte| byte.is_ascii_hexdigit());
    (answer.status == StatusCode::OK && is_token).then(|| token.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use wiremock::matchers::{body_string, header, method, path};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    use super::*;
    use crate::engines::shop::SAMPLE_PRODUCTS;
    use crate::fake_api::target;

    /// A shop that answers as WooCommerce does, but for one thing.
    #[derive(Clone, Copy, PartialEq)]
    enum But {
        Nothing,
        Elsewhere,
        NoProducts,
        FewProducts,
        NoPrice,
        NoPicture,
        WrongPassword,
        Redirects,
        NoAdmin,
        StrangerIsIn,
        NoRights,
    }

    async fn shop(but: But) -> MockServer {
        let secrets = target().secrets.unwrap();
        let server = MockServer::start().await;
        let answers = |status: u16, body: &str| ResponseTemplate::new(status).set_body_string(body);
        let home = if but == But::Elsewhere {
            answers(301, "")
        } else {
            answers(200, "<!DOCTYPE html><HTML></HTML>")
        };
        Mock::given(path("/")).respond_with(home).mount(&server).await;

        let price = if but == But::NoPrice { "" } else { "6900" };
        let picture = format!("{}/wp-content/uploads/hat.webp", target().url);
        let product = json!({"prices": {"price": price}, "images": [{"src": picture}]});
        let count = if but == But::FewProducts { 3 } else { SAMPLE_PRODUCTS };
        let list = if but == But::NoProducts {
            json!({"code": "rest_no_route"})
        } else {
            json!(vec![product; count])
        };
        let listed =
            ResponseTemplate::new(if but == But::NoProducts { 404 } else { 200 }).set_body_json(list);
        Mock::given(path("/wp-json/wc/store/v1/products")).respond_with(listed).mount(&server).await;
        let of_picture = if but == But::NoPicture { 404 } else { 200 };
        Mock::given(path("/wp-content/uploads/hat.webp"))
            .respond_with(answers(of_picture, ""))
            .mount(&server)
            .await;

        let password = if but == But::WrongPassword { "other" } else { &secrets.admin_password };
        let form = format!("log={}&pwd={password}", secrets.admin_email.as_str().replace('@', "%40"));
        let cookie = if but == But::Redirects {
            "wordpress_test_cookie=1"
        } else {
            "wordpress_logged_in_ab=c; path=/; HttpOnly"
        };
        let signed_in = ResponseTemplate::new(302).insert_header("set-cookie", cookie);
        Mock::given(method("POST"))
            .and(path("/wp-login.php"))
            .and(body_string(form))
            .respond_with(signed_in)
            .mount(&server)
            .await;
        let token = if but == But::NoAdmin { answers(400, "0") } else { answers(200, "0a1b2c3d4e") };
        let cookie = || header("cookie", "wordpress_logged_in_ab=c");
        Mock::given(path("/wp-admin/admin-ajax.php")).and(cookie()).respond_with(token).mount(&server).await;
        let email =
            if but == But::StrangerIsIn { "stranger@example.com" } else { secrets.admin_email.as_str() };
        let role = if but == But::NoRights { "subscriber" } else { "administrator" };
        Mock::given(path("/wp-json/wp/v2/users/me"))
            .and(cookie())
            .and(header("x-wp-nonce", "0a1b2c3d4e"))
            .respond_with(ResponseTemplate::new(200).set_body_json(json!({"email": email, "roles": [role]})))
            .mount(&server)
            .await;
        server
    }

    #[tokio::test]
    async fn a_shop_is_ready_only_when_every_question_gets_its_answer() {
        let table = [
            (But::Nothing, None),
            (But::Elsewhere, Some("the home page answers with status 301")),
            (But::NoProducts, Some("the product list answers with status 404")),
            (But::FewProducts, Some("the shop shows 3 of 12 sample products")),
            (But::NoPrice, Some("12 of the shop's products have no price")),
            (But::NoPicture, Some("the picture of a product answers with status 404")),
            (But::WrongPassword, Some("the admin's login answers with status 404")),
            (But::Redirects, Some("the admin's login answers with status 302")),
            (But::NoAdmin, Some("the admin's token answers with status 400")),
            (But::StrangerIsIn, Some("the owner's account answers with status 200")),
            (But::NoRights, Some("the owner's account answers with status 200")),
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
