//! Lists of stores and users: filtered, sorted, and read page by page.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use serde_json::{Value, json};
use souk_app::Limits;
use souk_domain::operation::Step;
use souk_provisioner::ErrorKind;
use souk_test_support::app::Options;
use souk_test_support::{TestApp, TestUser};

/// As many stores as a test likes.
async fn roomy() -> TestApp {
    let limits =
        Limits { stores_per_account: 100, max_queue: 100, creation_cooldown: None, ..Limits::default() };
    TestApp::start_with(Options { limits, ..Options::default() }).await
}

/// What the page's items have there.
fn of(page: &Value, field: &str) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item[field].as_str().unwrap().to_owned()).collect()
}

async fn names(app: &TestApp, user: &TestUser, path: &str) -> Vec<String> {
    of(&app.get(user, path).await.expect(200).body, "name")
}

/// Every page of the list, two items each, one after the other.
async fn walk(app: &TestApp, user: &TestUser, path: &str, field: &str) -> Vec<String> {
    let separator = if path.contains('?') { '&' } else { '?' };
    let (mut seen, mut next) = (Vec::new(), format!("{path}{separator}limit=2"));
    loop {
        let page = app.get(user, &next).await.expect(200).body;
        let items = of(&page, field);
        assert!((1..=2).contains(&items.len()), "{page}");
        seen.extend(items);
        assert!(seen.len() < 100, "the pages have no end");
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("{path}{separator}limit=2&cursor={cursor}"),
            None => return seen,
        }
    }
}

/// Leyla's stores: `lamps` is ready, `rugs` failed, `vases` is down, `tiles` (WooCommerce) is deleted, `soap` just asked for.
async fn stall(app: &TestApp, user: &TestUser) {
    let titled = async |name: &str, title: &str, engine: &str| {
        let body = json!({ "name": name, "title": title, "engine": engine });
        app.post(user, "/stores", body).await.expect(202).string("/store/id")
    };
    titled("lamps", "100% Lamps_and more", "medusa").await;
    titled("vases", "Vases", "medusa").await;
    let tiles = titled("tiles", "Tiles", "woocommerce").await;
    app.run_jobs().await;
    app.cluster.fail(Step::Rollout, ErrorKind::Permanent, 1);
    titled("rugs", "Şişli RUGS", "woocommerce").await;
    app.run_jobs().await;
    app.delete(user, &format!("/stores/{tiles}")).await.expect(202);
    app.run_jobs().await;
    app.database.execute("UPDATE stores SET health = 'down' WHERE name = 'vases'").await;
    titled("soap", "Soap 1000", "medusa").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn stores_are_found_by_state_engine_health_and_a_part_of_name_or_title() {
    let app = roomy().await;
    let (user, other) = (app.merchant("leyla").await, app.merchant("omar").await);
    stall(&app, &user).await;
    app.create(&other, "others-lamps").await;
    for (query, expected) in [
        ("", &["soap", "rugs", "vases", "lamps"][..]),
        ("?state=ready", &["vases", "lamps"]),
        ("?state=ready,failed", &["rugs", "vases", "lamps"]),
        ("?state=deleted", &["tiles"]),
        ("?state=deleted,requested", &["soap", "tiles"]),
        ("?engine=woocommerce", &["rugs"]),
        ("?engine=woocommerce,medusa&state=ready", &["vases", "lamps"]),
        ("?health=down", &["vases"]),
        ("?health=up,down", &["vases", "lamps"]),
        ("?q=AMP", &["lamps"]),
        ("?q=ugs", &["rugs"]),
        ("?q=%C5%9Fi%C5%9F", &["rugs"]),
        ("?q=", &["soap", "rugs", "vases", "lamps"]),
        ("?q=%20amp%20", &["lamps"]),
        // Wildcards of the database mean themselves.
        ("?q=%25", &["lamps"]),
        ("?q=100%25", &["lamps"]),
        ("?q=_", &["lamps"]),
        ("?q=s_and", &["lamps"]),
        ("?q=%5C", &[]),
        ("?q=nothing", &[]),
        ("?q=a&state=ready&engine=medusa&health=up&sort=name", &["lamps"]),
        ("?sort=name", &["lamps", "rugs", "soap", "vases"]),
        ("?sort=-name", &["vases", "soap", "rugs", "lamps"]),
        ("?sort=created_at", &["lamps", "vases", "rugs", "soap"]),
    ] {
        assert_eq!(names(&app, &user, &format!("/stores{query}")).await, expected, "{query}");
    }
    // Whose stores they are is not to be asked.
    let foreign = format!("/stores?account={}&owner=omar", other.account_id);
    assert_eq!(names(&app, &user, &foreign).await.len(), 4);
    assert_eq!(names(&app, &other, "/stores?q=lamps").await, ["others-lamps"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_every_order_hold_each_store_once_even_where_all_have_the_same_key() {
    let app = roomy().await;
    let user = app.merchant("leyla").await;
    let stores = ["beads", "candles", "dates", "lamps", "rugs"];
    for name in ["rugs", "beads", "lamps", "dates", "candles"] {
        app.create(&user, name).await;
    }
    for (sort, first) in [
        ("name", "beads"),
        ("-name", "rugs"),
        ("created_at", "rugs"),
        ("-created_at", "candles"),
        ("updated_at", "rugs"),
        ("-updated_at", "candles"),
    ] {
        let seen = walk(&app, &user, &format!("/stores?sort={sort}"), "name").await;
        assert_eq!(seen[0], first, "{sort}");
        let mut sorted = seen.clone();
        sorted.sort();
        assert_eq!(sorted, stores, "{sort}");
        let all = names(&app, &user, &format!("/stores?sort={sort}")).await;
        assert_eq!(seen, all, "{sort}: the pages in a row are the whole list");
    }
    // Changed at the same moment, as by one statement.
    app.database.execute("UPDATE stores SET created_at = now(), updated_at = now()").await;
    for sort in ["created_at", "-created_at", "updated_at", "-updated_at"] {
        let mut seen = walk(&app, &user, &format!("/stores?sort={sort}"), "name").await;
        seen.sort();
        assert_eq!(seen, stores, "{sort}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_goes_on_behind_its_last_item_whatever_comes_and_goes_meanwhile() {
    let app = roomy().await;
    let user = app.merchant("leyla").await;
    for name in ["beads", "dates", "lamps", "rugs"] {
        app.create(&user, name).await;
    }
    let first = app.get(&user, "/stores?sort=name&limit=2").await.expect(200);
    assert_eq!(of(&first.body, "name"), ["beads", "dates"]);
    // The last item of the page goes, and one comes before it.
    app.database.execute("UPDATE stores SET state = 'deleted' WHERE name = 'dates'").await;
    app.create(&user, "candles").await;
    let next = format!("/stores?sort=name&cursor={}", first.string("/next_cursor"));
    assert_eq!(names(&app, &user, &next).await, ["lamps", "rugs"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_list_is_said_by_field() {
    let app = roomy().await;
    let operator = app.user("operator").await;
    for name in ["beads", "dates"] {
        app.create(&operator, name).await;
    }
    app.user("leyla").await;
    let cursor = |path: &str| {
        let (app, operator, path) = (&app, &operator, path.to_owned());
        async move { app.get(operator, &path).await.expect(200).string("/next_cursor") }
    };
    let by_time = cursor("/stores?limit=1").await;
    let by_name = cursor("/stores?limit=1&sort=name").await;
    let by_email = cursor("/admin/users?limit=1&sort=email").await;
    let long = "x".repeat(121);
    for (query, fields) in [
        (format!("sort=name&cursor={by_time}"), &["cursor"][..]),
        (format!("cursor={by_name}"), &["cursor"]),
        (format!("sort=-name&cursor={by_name}"), &["cursor"]),
        (format!("sort=name&cursor={by_email}"), &["cursor"]),
        (format!("sort=name&cursor={by_name}x"), &["cursor"]),
        ("cursor=store_01k0z3v8q4n5w6x7y8z9abcdef".to_owned(), &["cursor"]),
        ("sort=size".to_owned(), &["sort"]),
        (format!("q={long}"), &["q"]),
        ("q=a%00b".to_owned(), &["q"]),
        (
            "state=READY&engine=shopify&health=ready,&limit=0".to_owned(),
            &["state", "engine", "health", "limit"],
        ),
    ] {
        for path in ["/stores", "/admin/stores"] {
            let answer = app.get(&operator, &format!("{path}?{query}")).await.problem(422, "request.invalid");
            assert_eq!(answer.fields(), fields, "{path}?{query}");
        }
    }
    // The control: each is good for its own order.
    assert_eq!(names(&app, &operator, &format!("/stores?cursor={by_time}")).await, ["beads"]);
    assert_eq!(names(&app, &operator, &format!("/admin/stores?sort=name&cursor={by_name}")).await, ["dates"]);
    for query in ["sort=name", "email=a%00b", "cursor=usr_01k0z3v8q4n5w6x7y8z9abcdef"] {
        app.get(&operator, &format!("/admin/users?{query}")).await.problem(422, "request.invalid");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_find_stores_of_all_accounts_by_their_owners() {
    let app = roomy().await;
    let operator = app.user("operator").await;
    let (leyla, omar) = (app.user("leyla").await, app.user("omar").await);
    stall(&app, &leyla).await;
    app.create(&omar, "lamps").await;
    for (query, expected) in [
        ("?owner=OMAR@", &["lamps"][..]),
        ("?owner=example.com&q=lamps", &["lamps", "lamps"]),
        ("?owner=%25", &[]),
        ("?owner=nobody", &[]),
        ("?q=lamps&state=ready&health=up&engine=medusa", &["lamps"]),
        ("?state=deleted", &["tiles"]),
    ] {
        assert_eq!(names(&app, &operator, &format!("/admin/stores{query}")).await, expected, "{query}");
    }
    let own = format!("/admin/stores?account={}&sort=-name", leyla.account_id);
    assert_eq!(walk(&app, &operator, &own, "name").await, ["vases", "soap", "rugs", "lamps"]);
    let whose = walk(&app, &operator, "/admin/stores?sort=name&q=lamps", "owner_email").await;
    assert!(whose.contains(&leyla.email) && whose.contains(&omar.email), "{whose:?}");
    let all = walk(&app, &operator, "/admin/stores?sort=name", "id").await;
    assert_eq!(all, of(&app.get(&operator, "/admin/stores?sort=name").await.body, "id"));
    assert_eq!(all.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_sort_users_by_time_and_address() {
    let app = TestApp::start().await;
    let operator = app.user("operator").await;
    for name in ["omar", "leyla", "aisha", "zeynep"] {
        app.user(name).await;
    }
    let by = async |sort: &str| {
        let emails = walk(&app, &operator, &format!("/admin/users?sort={sort}"), "email").await;
        emails.iter().map(|email| email.split('@').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(by("email").await, ["aisha", "leyla", "omar", "operator", "zeynep"]);
    assert_eq!(by("-email").await, ["zeynep", "operator", "omar", "leyla", "aisha"]);
    assert_eq!(by("created_at").await, ["operator", "omar", "leyla", "aisha", "zeynep"]);
    assert_eq!(by("-created_at").await, ["zeynep", "aisha", "leyla", "omar", "operator"]);
    let found = app.get(&operator, "/admin/users?email=%25").await.expect(200);
    assert_eq!(found.body["items"], json!([]), "a wildcard means itself");
}
