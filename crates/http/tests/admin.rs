//! What operators see and do through the API, and what they do not.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use serde_json::{Value, json};
use souk_test_support::app::{Options, send};
use souk_test_support::{TestApp, TestUser};
use sqlx::{Connection, PgConnection};

async fn patch(app: &TestApp, user: &TestUser, path: &str, body: Value) -> souk_test_support::Answer {
    send(app.request(reqwest::Method::PATCH, path).bearer_auth(&user.token).json(&body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_find_users_and_see_what_they_have() {
    let app = TestApp::start().await;
    let operator = app.user("operator").await;
    let (leyla, mehmet) = (app.user("leyla").await, app.user("mehmet").await);
    app.create(&leyla, "lamps").await;
    let page = app.get(&operator, "/admin/users").await.expect(200);
    let emails: Vec<&str> =
        page.body["items"].as_array().unwrap().iter().map(|user| user["email"].as_str().unwrap()).collect();
    assert_eq!(emails, ["mehmet@example.com", "leyla@example.com", "operator@example.com"]);
    let first = app.get(&operator, "/admin/users?limit=1").await.expect(200);
    let next = format!("/admin/users?limit=1&cursor={}", first.string("/next_cursor"));
    assert_eq!(app.get(&operator, &next).await.string("/items/0/id"), leyla.id);

    let found = app.get(&operator, "/admin/users?email=LEYLA@").await.expect(200);
    assert_eq!(found.body["items"].as_array().unwrap().len(), 1);
    let user = &found.body["items"][0];
    assert_eq!(
        (&user["id"], &user["role"], &user["suspended_at"]),
        (&json!(leyla.id), &json!("user"), &Value::Null)
    );
    assert_eq!(user["account"]["id"], leyla.account_id);
    assert_eq!((&user["account"]["stores"], &user["account"]["store_limit"]), (&json!(1), &json!(5)));
    assert_eq!(app.get(&operator, &format!("/admin/users/{}", leyla.id)).await.expect(200).body, *user);
    app.get(&operator, "/admin/users/usr_01k0z3v8q4n5w6x7y8z9abcdef").await.problem(404, "user.not_found");
    app.get(&operator, &format!("/admin/accounts/{}", mehmet.id)).await.problem(404, "account.not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_counts_at_once_is_noted_once_and_can_be_taken_back() {
    let app = TestApp::start().await;
    let operator = app.user("operator").await;
    let user = app.user("leyla").await;
    let path = |what: &str| format!("/admin/users/{}/{what}", user.id);
    app.get(&user, "/stores").await.expect(200);

    let reason = json!({ "reason": "sells what is not theirs" });
    for _ in 0..2 {
        let answer = app.post(&operator, &path("suspend"), reason.clone()).await.expect(200);
        assert_eq!(answer.string("/suspension_reason"), "sells what is not theirs");
        assert!(answer.body["suspended_at"].is_string(), "{}", answer.text);
    }
    app.get(&user, "/stores").await.problem(401, "auth.token_invalid");
    let suspended = app.get(&operator, "/admin/users?suspended=true").await.expect(200);
    assert_eq!(suspended.body["items"].as_array().unwrap().len(), 1);

    for _ in 0..2 {
        let answer = app.post(&operator, &path("restore"), json!({})).await.expect(200);
        assert_eq!(
            (&answer.body["suspended_at"], &answer.body["suspension_reason"]),
            (&Value::Null, &Value::Null)
        );
    }
    app.get(&user, "/stores").await.expect(200);

    // Once each, and the user reads it without learning who or from where.
    let own = app.get(&user, "/me/audit").await.expect(200);
    let kinds: Vec<&str> = own.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["event_type"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, ["user_restored", "user_suspended", "registration"]);
    let entry = &own.body["items"][1];
    assert_eq!(
        (&entry["by_operator"], &entry["actor_user_id"], &entry["actor_email"], &entry["ip"]),
        (&json!(true), &Value::Null, &Value::Null, &Value::Null)
    );
    assert_eq!(entry["details"]["reason"], "sells what is not theirs");
    let all = app.get(&operator, "/audit/logs?event_type=user_suspended").await.expect(200);
    assert_eq!(
        (all.string("/items/0/actor_user_id"), all.string("/items/0/ip")),
        (operator.id.clone(), "127.0.0.1".into())
    );

    let itself = format!("/admin/users/{}/suspend", operator.id);
    app.post(&operator, &itself, reason).await.problem(409, "user.is_you");
    let answer =
        app.post(&operator, &path("suspend"), json!({ "reason": " " })).await.problem(422, "request.invalid");
    assert_eq!(answer.fields(), ["reason"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn plan_and_quota_are_set_by_operators_and_count_for_the_next_store() {
    let mut options = Options::default();
    options.limits.stores_per_account = 1;
    let app = TestApp::start_with(options).await;
    let operator = app.user("operator").await;
    let user = app.user("leyla").await;
    let path = format!("/admin/accounts/{}", user.account_id);
    let store = |name: &str| json!({ "name": name, "engine": "medusa" });
    app.create(&user, "lamps").await;
    app.post(&user, "/stores", store("rugs")).await.problem(429, "store.limit");

    let set = json!({ "plan": "pro", "max_stores": 2, "reason": "contract" });
    let account = patch(&app, &operator, &path, set).await.expect(200);
    assert_eq!((account.string("/plan"), &account.body["max_stores"]), ("pro".into(), &json!(2)));
    app.post(&user, "/stores", store("rugs")).await.expect(202);
    let full = app.post(&user, "/stores", store("vases")).await.problem(429, "store.limit");
    assert!(full.string("/detail").contains("has 2 stores already"), "{}", full.text);

    // The plan stays where it is not named.
    let account = patch(&app, &operator, &path, json!({ "max_stores": null })).await.expect(200);
    assert_eq!((account.string("/plan"), &account.body["max_stores"]), ("pro".into(), &Value::Null));
    assert_eq!(account.body["store_limit"], 1);
    patch(&app, &operator, &path, json!({ "plan": "pro" })).await.expect(200);
    let noted = "SELECT count(*) FROM audit_log WHERE event_type = 'account_changed'
                 AND details #>> '{before,plan}' IS NOT NULL AND account_id IS NOT NULL AND actor_user_id IS NOT NULL";
    assert_eq!(app.database.number(noted).await, 2, "what changed nothing is not noted");

    for (body, field) in [
        (json!({}), "plan"),
        (json!({ "plan": "gold" }), "plan"),
        (json!({ "max_stores": -1 }), "max_stores"),
        (json!({ "max_stores": 10001 }), "max_stores"),
        (json!({ "max_stores": "2" }), "max_stores"),
    ] {
        let answer = patch(&app, &operator, &path, body).await.problem(422, "request.invalid");
        assert_eq!(answer.fields(), [field]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_every_store_and_delete_none_of_others() {
    let app = TestApp::start().await;
    let operator = app.user("operator").await;
    let (leyla, mehmet) = (app.user("leyla").await, app.user("mehmet").await);
    let (lamps, rugs) = (app.ready_store(&leyla, "lamps").await, app.create(&mehmet, "rugs").await);
    let ids = async |query: &str| {
        let page = app.get(&operator, &format!("/admin/stores{query}")).await.expect(200);
        page.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|s| s["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids("").await, [rugs.clone(), lamps.clone()]);
    assert_eq!(ids("?state=ready").await, std::slice::from_ref(&lamps));
    assert_eq!(ids(&format!("?account={}", mehmet.account_id)).await, std::slice::from_ref(&rugs));
    let page = app.get(&operator, "/admin/stores?limit=1").await.expect(200);
    assert_eq!((page.string("/items/0/account_id"), page.string("/items/0/id")), (mehmet.account_id, rugs));
    assert_eq!(
        ids(&format!("?limit=1&cursor={}", page.string("/next_cursor"))).await,
        std::slice::from_ref(&lamps)
    );
    app.delete(&operator, &format!("/stores/{lamps}")).await.problem(403, "store.not_owner");
    assert_eq!(app.get(&operator, &format!("/stores/{lamps}")).await.string("/state"), "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_itself_lets_only_operators_act() {
    let app = TestApp::start().await;
    let user = app.merchant("leyla").await;
    let mut connection = PgConnection::connect_with(&app.database.options_for("souk_api")).await.unwrap();
    for claim in ["off", "on"] {
        let statement = format!(
            "SELECT set_config('souk.admin', '{claim}', false), set_config('souk.user_id', '{}', false)",
            user_uuid(&app, &user).await
        );
        sqlx::query(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.unwrap();
        for function in [
            "SELECT set_suspension(gen_random_uuid(), true, 'x', '{}', NULL, NULL, NULL)",
            "SELECT set_terms(gen_random_uuid(), 'pro', false, NULL, 'x', '{}', NULL, NULL, NULL)",
            "SELECT make_admin(gen_random_uuid(), gen_random_uuid(), 'x', 'x', '{}', NULL)",
        ] {
            let error = sqlx::query(function).execute(&mut connection).await.unwrap_err();
            let code = error.as_database_error().and_then(|e| e.code().map(|c| c.to_string()));
            assert_eq!(code.as_deref(), Some("42501"), "{claim}: {function}: {error}");
        }
    }
}

async fn user_uuid(app: &TestApp, user: &TestUser) -> String {
    let query = format!("SELECT id::text FROM users WHERE email = '{}'", user.email);
    sqlx::query_scalar(sqlx::AssertSqlSafe(query))
        .fetch_one(&mut app.database.superuser().await)
        .await
        .unwrap()
}
