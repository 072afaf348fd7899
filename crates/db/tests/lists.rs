//! Lists with ten thousand rows: each page is read from an index, and costs the same wherever it is.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::time::{Duration, Instant};

use souk_db::stores::list::{self as stores, Filter};
use souk_db::users::list::{self as users, UserFilter};
use souk_db::{ApiPool, PoolSettings};
use souk_domain::page::{Sort, StoreSort, UserSort};
use souk_domain::principal::{Principal, Role};
use souk_test_support::{TestDatabase, seed, wait_for};

const MANY: i64 = 10_000;
/// A page takes some milliseconds; this bounds a broken plan on a busy machine.
const LIMIT: Duration = Duration::from_secs(2);

/// An operator, and ten thousand merchants with a store each.
async fn crowd(db: &TestDatabase) -> Principal {
    let operator = seed::user(db, "operator").await;
    seed::store(db, &operator, "first").await;
    db.execute(&format!(
        "INSERT INTO accounts (id, name) SELECT md5('account' || n)::uuid, 'merchant' FROM generate_series(1, {MANY}) n;
         INSERT INTO users (id, email, created_at) SELECT md5('user' || n)::uuid, 'merchant-' || n || '@example.com',
             now() + n * interval '1 second' FROM generate_series(1, {MANY}) n;
         INSERT INTO memberships (account_id, user_id) SELECT md5('account' || n)::uuid, md5('user' || n)::uuid
             FROM generate_series(1, {MANY}) n;
         INSERT INTO stores (id, account_id, cluster_id, created_by, name, title, engine, slug, admin_email, catalogue, currency,
                             country, theme, state, created_at, updated_at)
             SELECT md5('store' || n)::uuid, md5('account' || n)::uuid, cluster_id, md5('user' || n)::uuid, 'shop-' || n,
                    'Shop ' || n, engine, 'shop-' || n || '-222222', admin_email, catalogue, currency, country, theme,
                    CASE WHEN n % 10 = 0 THEN 'failed' ELSE 'ready' END, now() + n * interval '1 second', now() - n * interval '1 second'
             FROM stores, generate_series(1, {MANY}) n WHERE name = 'first';
         INSERT INTO store_hosts (host, store_id, account_id) SELECT slug || '.localhost', id, account_id FROM stores
             WHERE name <> 'first';
         ANALYZE"
    ))
    .await;
    Principal { role: Role::Admin, ..operator }
}

/// What was read, as of all connections that are closed.
async fn reads(db: &TestDatabase, what: &str) -> i64 {
    db.number(&format!("SELECT {what}::bigint")).await
}

const SEQUENTIAL: &str =
    "(SELECT sum(seq_scan) FROM pg_stat_user_tables WHERE relname IN ('stores', 'users'))";

fn of_index(name: &str) -> String {
    format!("(SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = '{name}')")
}

#[tokio::test]
async fn a_page_of_ten_thousand_is_read_from_its_index_and_no_table_is_read_whole() {
    let db = TestDatabase::create().await;
    let operator = crowd(&db).await;
    for (index, list) in [
        ("stores_created", List::Stores(Sort::descending(StoreSort::CreatedAt))),
        ("stores_created", List::Stores(Sort::ascending(StoreSort::CreatedAt))),
        ("stores_updated", List::Stores(Sort::descending(StoreSort::UpdatedAt))),
        ("stores_named", List::Stores(Sort::ascending(StoreSort::Name))),
        ("stores_named", List::Stores(Sort::descending(StoreSort::Name))),
        ("users_created", List::Users(Sort::descending(UserSort::CreatedAt))),
        ("users_named", List::Users(Sort::ascending(UserSort::Email))),
    ] {
        // A connection of its own: what it has read is told when it ends.
        let settings = PoolSettings { options: db.options_for("souk_api"), max_connections: 1 };
        let api = ApiPool::connect(settings).await.unwrap();
        let (before, whole) = (reads(&db, &of_index(index)).await, reads(&db, SEQUENTIAL).await);
        let begun = Instant::now();
        let seen = list.walk(&api, &operator, 5).await;
        assert!(begun.elapsed() < LIMIT * 5, "{list:?}: {:?}", begun.elapsed());
        assert_eq!(seen, 500, "{list:?}");
        api.close().await;
        let read = wait_for("the reads to be told", async || {
            let read = reads(&db, &of_index(index)).await - before;
            (read > 0).then_some(read)
        })
        .await;
        // Five times 101, and what the planner looks up. A page that is counted from the first one reads those before it, too.
        assert!((505..700).contains(&read), "{list:?}: {read} entries of the index for five pages");
        assert_eq!(reads(&db, SEQUENTIAL).await, whole, "{list:?}: a table was read whole");
    }
}

#[tokio::test]
async fn every_filter_of_ten_thousand_is_quick_and_finds_what_it_should() {
    let db = TestDatabase::create().await;
    let operator = crowd(&db).await;
    let part = |text: &str| Some(text.parse().unwrap());
    let all = Filter::default();
    for (filter, expected) in [
        (Filter { text: part("SHOP-9999"), ..all.clone() }, 1),
        (Filter { text: part("shop 999"), ..all.clone() }, 11),
        (Filter { owner: part("merchant-77@"), ..all.clone() }, 1),
        (Filter { states: Some(vec!["failed".parse().unwrap()]), text: part("shop-99"), ..all.clone() }, 11),
        (Filter { account: Some(operator.account_id), ..all.clone() }, 1),
        (Filter { text: part("%"), ..all.clone() }, 0),
    ] {
        let mut tx = db.api.tenant(&operator).await.unwrap();
        let begun = Instant::now();
        let sort = Sort::descending(StoreSort::CreatedAt);
        let page = stores::page(&mut tx, &filter, sort, None, 100).await.unwrap();
        assert!(begun.elapsed() < LIMIT, "{filter:?}: {:?}", begun.elapsed());
        assert_eq!(page.items.len(), expected, "{filter:?}");
    }
    let filter = UserFilter { email: part("T-9999@"), ..UserFilter::default() };
    let mut tx = db.api.tenant(&operator).await.unwrap();
    let page = users::page(&mut tx, &filter, Sort::ascending(UserSort::Email), None, 100).await.unwrap();
    assert_eq!(page.items.len(), 1);
}

#[derive(Debug, Clone, Copy)]
enum List {
    Stores(Sort<StoreSort>),
    Users(Sort<UserSort>),
}

impl List {
    /// Reads `pages` of 100, one after the other; how many different items that were.
    async fn walk(self, api: &ApiPool, who: &Principal, pages: usize) -> usize {
        let mut seen = std::collections::BTreeSet::new();
        let (mut of_stores, mut of_users) = (None, None);
        for _ in 0..pages {
            let mut tx = api.tenant(who).await.unwrap();
            match self {
                Self::Stores(sort) => {
                    let filter = Filter::default();
                    let page = stores::page(&mut tx, &filter, sort, of_stores.as_ref(), 100).await.unwrap();
                    seen.extend(page.items.iter().map(|store| store.id.as_uuid()));
                    of_stores = Some(page.next.unwrap());
                }
                Self::Users(sort) => {
                    let filter = UserFilter::default();
                    let page = users::page(&mut tx, &filter, sort, of_users.as_ref(), 100).await.unwrap();
                    seen.extend(page.items.iter().map(|user| user.id.as_uuid()));
                    of_users = Some(page.next.unwrap());
                }
            }
        }
        seen.len()
    }
}
