//! What operators see of the work: every operation, who holds permits and who waits, and what a look at the cluster found.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on should stop, and say where"
)]

use std::collections::BTreeMap;

use serde_json::{Value, json};
use souk_domain::entropy::Entropy;
use souk_domain::id::{InstallationId, StoreId};
use souk_domain::operation::Step;
use souk_provisioner::ErrorKind;
use souk_test_support::{TestApp, TestUser};
use souk_worker::Claimed;

async fn create(app: &TestApp, user: &TestUser, name: &str, engine: &str) -> String {
    let body = json!({ "name": name, "engine": engine });
    app.post(user, "/stores", body).await.expect(202).string("/operation/id")
}

fn texts(page: &Value, list: &str, field: &str) -> Vec<String> {
    page[list].as_array().unwrap().iter().map(|item| item[field].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_find_every_operation_and_see_where_it_stands() {
    let app = TestApp::start().await;
    let operator = app.user("operator").await;
    let (leyla, omar) = (app.user("leyla").await, app.user("omar").await);
    let lamps = create(&app, &leyla, "lamps", "medusa").await;
    app.run_jobs().await;
    app.cluster.fail(Step::Rollout, ErrorKind::Permanent, 1);
    create(&app, &omar, "rugs", "woocommerce").await;
    app.run_jobs().await;
    let vases = create(&app, &omar, "vases", "medusa").await;
    let beads = create(&app, &leyla, "beads", "medusa").await;
    // One is in the middle of its third step; one waits for its second try.
    app.database
        .execute(
            "UPDATE operations SET state = 'running', has_permit = true, lease_owner = 'worker-1', lease_epoch = 3,
                    lease_expires_at = now() + interval '1 hour', started_at = queued_at + interval '2 seconds'
             WHERE store_id = (SELECT id FROM stores WHERE name = 'vases');
             UPDATE operation_steps SET state = CASE WHEN position < 3 THEN 'done' ELSE 'running' END, attempts = 2, reason = 'slow'
             WHERE position <= 3 AND operation_id = (SELECT o.id FROM operations o JOIN stores s ON s.id = o.store_id WHERE s.name = 'vases');
             UPDATE operations SET run_after = now() + interval '1 hour', waiting_for = 'the image to come'
             WHERE store_id = (SELECT id FROM stores WHERE name = 'beads')",
        )
        .await;
    let names = async |query: &str| {
        let page = app.get(&operator, &format!("/admin/operations{query}")).await.expect(200);
        texts(&page.body, "items", "store_name")
    };
    let store = app.get(&omar, &format!("/operations/{vases}")).await.string("/store_id");
    for (query, expected) in [
        (String::new(), &["beads", "vases", "rugs", "lamps"][..]),
        ("?sort=queued_at".to_owned(), &["lamps", "rugs", "vases", "beads"]),
        ("?state=queued,running".to_owned(), &["beads", "vases"]),
        ("?state=failed&kind=provision".to_owned(), &["rugs"]),
        ("?kind=delete,repair".to_owned(), &[]),
        ("?engine=woocommerce".to_owned(), &["rugs"]),
        (format!("?account={}", leyla.account_id), &["beads", "lamps"]),
        (format!("?store={store}"), &["vases"]),
        ("?dead_letter=true".to_owned(), &[]),
        ("?dead_letter=false&limit=1".to_owned(), &["beads"]),
        ("?since=2999-01-01T00:00:00Z".to_owned(), &[]),
        ("?since=2001-01-01T00:00:00Z&state=succeeded".to_owned(), &["lamps"]),
    ] {
        assert_eq!(names(&query).await, expected, "{query}");
    }
    let first = app.get(&operator, "/admin/operations?limit=3").await.expect(200);
    assert_eq!(names(&format!("?limit=3&cursor={}", first.string("/next_cursor"))).await, ["lamps"]);

    let page = app.get(&operator, "/admin/operations").await.expect(200).body;
    let [waits, runs, failed, done] = [0, 1, 2, 3].map(|at| page["items"][at].clone());
    assert_eq!((&waits["id"], &waits["waiting_for"]), (&json!(beads), &json!("the image to come")));
    assert!(waits["next_try_at"].is_string() && waits["worker"].is_null() && waits["has_permit"] == false);
    assert_eq!(
        waits["step"],
        json!({ "name": "namespace", "state": "waiting", "attempts": 0, "reason": null })
    );
    assert_eq!(
        (&runs["worker"], &runs["has_permit"], &runs["claims"]),
        (&json!("worker-1"), &json!(true), &json!(3))
    );
    assert_eq!(
        runs["step"],
        json!({ "name": "release", "state": "running", "attempts": 2, "reason": "slow" })
    );
    assert_eq!(
        (&runs["steps_done"], &runs["steps_total"], &runs["queue_wait_ms"]),
        (&json!(2), &json!(7), &json!(2000))
    );
    assert_eq!((&failed["step"]["name"], &failed["step"]["state"]), (&json!("rollout"), &json!("failed")));
    assert!(failed["failure"].is_string() && failed["newest"] == true, "{failed}");
    assert_eq!(
        (&done["id"], &done["step"], &done["account_id"]),
        (&json!(lamps), &Value::Null, &json!(leyla.account_id))
    );

    // One that this build cannot read is shown with the others.
    app.database.execute("UPDATE operations SET kind = 'from the future' WHERE state = 'succeeded'").await;
    assert_eq!(names("").await.len(), 4);
    let wrong = "/admin/operations?state=x&kind=x&engine=x&account=x&store=x&dead_letter=x&since=x&sort=x&cursor=x&limit=x";
    let fields =
        ["state", "kind", "engine", "account", "store", "dead_letter", "since", "sort", "cursor", "limit"];
    assert_eq!(app.get(&operator, wrong).await.problem(422, "request.invalid").fields(), fields);
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_how_the_provisionings_of_the_last_days_went() {
    let app = TestApp::start().await;
    let operator = app.user("operator").await;
    let (leyla, omar) = (app.user("leyla").await, app.user("omar").await);
    let empty = app.get(&operator, "/admin/provisioning").await.expect(200).body;
    assert_eq!((&empty["engines"], &empty["steps"]), (&json!([]), &json!([])));
    for (user, name) in [(&leyla, "lamps"), (&omar, "vases")] {
        create(&app, user, name, "medusa").await;
        app.run_jobs().await;
    }
    app.cluster.fail(Step::Rollout, ErrorKind::Permanent, 1);
    create(&app, &omar, "rugs", "woocommerce").await;
    app.run_jobs().await;
    // Not what became of them later, nor what no worker has taken up yet.
    let store = app.get(&leyla, "/stores").await.string("/items/0/id");
    app.delete(&leyla, &format!("/stores/{store}")).await.expect(202);
    app.run_jobs().await;
    create(&app, &leyla, "beads", "medusa").await;
    // One that waited too long: no step failed it. One of long ago. How long the others took.
    create(&app, &omar, "soap", "medusa").await;
    create(&app, &leyla, "dates", "medusa").await;
    app.database
        .execute(
            "UPDATE operations SET state = 'failed', finished_at = now(), failure = '{\"step\": null, \"reason\": \"late\"}'
             WHERE store_id = (SELECT id FROM stores WHERE name = 'soap');
             UPDATE operations SET state = 'succeeded', queued_at = now() - interval '9 days', finished_at = now() - interval '8 days'
             WHERE store_id = (SELECT id FROM stores WHERE name = 'dates');
             UPDATE operations SET queued_at = finished_at - interval '20 seconds'
             WHERE kind = 'provision' AND store_id = (SELECT id FROM stores WHERE name = 'lamps');
             UPDATE operations SET queued_at = finished_at - interval '700 seconds'
             WHERE store_id = (SELECT id FROM stores WHERE name = 'vases');
             UPDATE operation_steps SET started_at = finished_at - interval '1500 milliseconds' WHERE finished_at IS NOT NULL",
        )
        .await;

    let page = app.get(&operator, "/admin/provisioning?days=7").await.expect(200).body;
    let [medusa, woocommerce] = [0, 1].map(|at| page["engines"][at].clone());
    assert_eq!(page["engines"].as_array().unwrap().len(), 2, "{page}");
    let counts = |engine: &Value| {
        ["ready", "failed", "failed_without_step"].map(|field| engine[field].as_i64().unwrap())
    };
    assert_eq!((&medusa["engine"], counts(&medusa)), (&json!("medusa"), [2, 1, 1]));
    assert_eq!((&woocommerce["engine"], counts(&woocommerce)), (&json!("woocommerce"), [0, 1, 0]));
    assert_eq!((&medusa["mean_ms"], &medusa["p95_ms"]), (&json!(360_000), &json!(700_000)));
    assert_eq!((&woocommerce["mean_ms"], &woocommerce["p95_ms"]), (&Value::Null, &Value::Null));
    let filled: Vec<&Value> =
        medusa["buckets"].as_array().unwrap().iter().filter(|bucket| bucket["count"] != 0).collect();
    // Twenty seconds are not less than twenty seconds.
    assert_eq!(
        filled,
        [&json!({ "below_ms": 30_000, "count": 1 }), &json!({ "below_ms": null, "count": 1 })]
    );
    let of = |engine: &str| {
        let steps = page["steps"].as_array().unwrap().iter().filter(|step| step["engine"] == engine);
        steps
            .map(|step| {
                let counts = ["done", "failed"].map(|field| step[field].as_i64().unwrap());
                (step["step"].as_str().unwrap().to_owned(), counts)
            })
            .collect::<Vec<_>>()
    };
    let is = |name: &str, done, failed| (name.to_owned(), [done, failed]);
    // The steps before the failed one were done, and undone.
    assert_eq!(
        of("woocommerce")[..5],
        [
            is("namespace", 1, 0),
            is("secrets", 1, 0),
            is("release", 1, 0),
            is("rollout", 0, 1),
            is("setup", 0, 0),
        ]
    );
    assert_eq!(of("medusa")[3..5], [is("rollout", 2, 0), is("setup", 2, 0)]);
    assert_eq!(page["steps"][0]["mean_ms"], 1500);

    let all = app.get(&operator, "/admin/provisioning").await.expect(200).body;
    assert_eq!(all["engines"][0]["ready"], 3);
    for days in ["0", "366", "x", "-1"] {
        let wrong = app.get(&operator, &format!("/admin/provisioning?days={days}")).await;
        assert_eq!(wrong.problem(422, "request.invalid").fields(), ["days"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_who_holds_permits_and_who_waits_for_what() {
    let app = TestApp::start().await;
    let operator = app.user("operator").await;
    let (leyla, omar) = (app.user("leyla").await, app.user("omar").await);
    let mut operations = BTreeMap::new();
    for (user, name) in
        [(&leyla, "lamps"), (&leyla, "rugs"), (&omar, "vases"), (&leyla, "beads"), (&omar, "dates")]
    {
        operations.insert(create(&app, user, name, "medusa").await, name);
    }
    let id = |name: &str| operations.iter().find(|(_, of)| **of == name).unwrap().0.clone();
    create(&app, &omar, "soap", "medusa").await;
    app.database
        .execute(
            "UPDATE operations SET state = 'running', has_permit = true, lease_owner = 'worker-1', started_at = now(),
                    claimed_at = now(), lease_expires_at = now() + interval '1 hour'
             WHERE store_id IN (SELECT id FROM stores WHERE name IN ('lamps', 'rugs', 'vases'));
             UPDATE operations SET run_after = now() + interval '1 hour', waiting_for = 'a finalizer'
             WHERE store_id IN (SELECT id FROM stores WHERE name = 'soap')",
        )
        .await;
    let seen = async || {
        let page = app.get(&operator, "/admin/permits").await.expect(200).body;
        let name =
            |item: &Value| operations.get(item["operation_id"].as_str().unwrap()).copied().unwrap_or("soap");
        let holders: Vec<&str> = page["holders"].as_array().unwrap().iter().map(name).collect();
        let waiting = page["waiting"].as_array().unwrap().iter().zip(1..).map(|(item, place)| {
            assert_eq!(item["place"], place);
            (name(item), item["reason"].as_str().unwrap().to_owned())
        });
        (holders, waiting.collect::<Vec<_>>(), page.clone())
    };
    let is = |name: &'static str, reason: &str| (name, reason.to_owned());
    let (holders, waiting, page) = seen().await;
    assert_eq!(holders, ["lamps", "rugs", "vases"]);
    assert_eq!(waiting, [is("beads", "account_full"), is("dates", "permits_taken"), is("soap", "paused")]);
    assert_eq!(
        (&page["limits"], &page["waiting_total"]),
        (&json!({ "total": 3, "per_account": 2 }), &json!(3))
    );
    assert_eq!(
        (&page["holders"][0]["worker"], &page["holders"][0]["account_id"]),
        (&json!("worker-1"), &json!(leyla.account_id))
    );
    assert!(page["holders"][0]["since"].is_string() && page["holders"][0]["lease_expires_at"].is_string());
    assert_eq!(page["waiting"][2]["waiting_for"], "a finalizer");

    // A worker is gone, and with its lease the permit; what it held waits again, ahead of the younger ones.
    app.database.execute("UPDATE operations SET lease_expires_at = now() WHERE store_id IN (SELECT id FROM stores WHERE name = 'vases')").await;
    let (holders, waiting, _) = seen().await;
    assert_eq!(holders, ["lamps", "rugs"]);
    let expected = [
        is("vases", "next"),
        is("beads", "account_full"),
        is("dates", "permits_taken"),
        is("soap", "paused"),
    ];
    assert_eq!(waiting, expected);
    app.database.execute("UPDATE clusters SET unavailable_since = now()").await;
    assert_eq!(seen().await.1[0], is("vases", "cluster_away"));
    app.database.execute("UPDATE clusters SET unavailable_since = NULL").await;

    // And so it is when a worker asks.
    for (name, claimed) in [("beads", Claimed::No), ("dates", Claimed::No), ("vases", Claimed::Yes)] {
        let got = app.worker.start_and_wait(id(name).parse().unwrap()).await.unwrap();
        assert_eq!(got, claimed, "{name}");
    }
    assert_eq!(seen().await.1[1], is("dates", "next"));
    let claims = "SELECT count(*) FROM operations WHERE state = 'succeeded' AND claimed_at > queued_at";
    assert_eq!(app.database.number(claims).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn operators_see_what_the_last_look_has_found_since_when_and_what_follows() {
    let app = TestApp::start().await;
    let operator = app.user("operator").await;
    let leyla = app.user("leyla").await;
    let orphans = async || app.get(&operator, "/admin/orphans").await.expect(200).body;
    assert_eq!(orphans().await, json!({ "found_at": null, "counts": {}, "items": [] }));

    let lamps = app.ready_store(&leyla, "lamps").await;
    app.ready_store(&leyla, "rugs").await;
    let entropy = Entropy::seeded(9);
    let at = chrono::DateTime::UNIX_EPOCH;
    let (others, stranger) = (InstallationId::generate(at, &entropy), StoreId::generate(at, &entropy));
    app.cluster.meddle(|all| {
        let own = all.values().next().unwrap().clone();
        for (name, installation, uid) in
            [("store-gone-222222-1", app.worker.installation(), 901), ("store-theirs-222222-1", others, 902)]
        {
            let planted =
                souk_provisioner::fake::FakeNamespace { uid, installation, store: stranger, ..own.clone() };
            all.insert(name.to_owned(), planted);
        }
        let lamps = all.iter_mut().find(|(name, _)| name.starts_with("store-lamps")).unwrap().1;
        lamps.volume = false;
    });
    app.look().await;
    let found = orphans().await;
    assert_eq!(found["counts"], json!({ "data_lost": 1, "foreign": 1, "healthy": 1, "unknown": 1 }));
    let mut kinds = texts(&found, "items", "finding");
    kinds.sort();
    assert_eq!(kinds, ["data_lost", "foreign", "unknown"]);
    let item = |found: &Value, kind: &str| {
        found["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|item| item["finding"] == kind)
            .cloned()
            .unwrap_or_default()
    };
    let lost = item(&found, "data_lost");
    assert_eq!((&lost["store_id"], &lost["account_id"]), (&json!(lamps), &json!(leyla.account_id)));
    assert!(lost["what_happens"].as_str().unwrap().contains("rebuild"), "{lost}");
    let unknown = item(&found, "unknown");
    assert_eq!(
        (&unknown["namespace"], &unknown["account_id"]),
        (&json!("store-gone-222222-1"), &Value::Null)
    );
    assert!(unknown["what_happens"].as_str().unwrap().contains("souk admin remove-namespace"), "{unknown}");
    assert!(item(&found, "foreign")["what_happens"].as_str().unwrap().contains("never touched"));

    // The next look finds the same; one thing has gone meanwhile.
    app.database.execute("UPDATE reconcile_findings SET since = since - interval '1 hour'").await;
    let before = orphans().await;
    app.cluster.lose_namespace("store-gone-222222-1");
    app.look().await;
    let after = orphans().await;
    assert_eq!(item(&after, "data_lost")["since"], item(&before, "data_lost")["since"]);
    assert_eq!(item(&after, "unknown"), Value::Null);
    assert_ne!(after["found_at"], before["found_at"]);
    // A look that was not whole leaves what is known.
    app.cluster.set_down(true);
    app.worker.reconcile(souk_worker::Mode::Apply).await.unwrap();
    assert_eq!(orphans().await, after);
}
