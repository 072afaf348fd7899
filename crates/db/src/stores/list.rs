//! Lists of stores: an account's own, and for operators everybody's.

use std::collections::BTreeMap;

use souk_domain::email::Email;
use souk_domain::engine::Engine;
use souk_domain::health::Health;
use souk_domain::id::AccountId;
use souk_domain::page::{Cursor, Key, Page, Sort, StoreSort};
use souk_domain::part::Part;
use souk_domain::state::StoreState;

use super::{Row, Store};
use crate::convert::word;
use crate::page::{containing, one_more, plan_anew};
use crate::{DbError, Tx};

/// What is looked for; what is absent does not matter.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub account: Option<AccountId>,
    /// In one of these; when absent, in any but `deleted`.
    pub states: Option<Vec<StoreState>>,
    pub engines: Option<Vec<Engine>>,
    pub healths: Option<Vec<Health>>,
    /// A part of the name or the title, large letters like small ones.
    pub text: Option<Part>,
    /// A part of the e-mail address of somebody who owns it.
    pub owner: Option<Part>,
}

/// The same query of each scope and in each order: what it is sorted by, and before or behind all that is there, where it
/// begins. U+10FFFF comes after all letters that a name or an address may have.
macro_rules! sorted {
    ($scope:tt down $by:tt from $first:tt, $($rest:tt)*) => {
        sorted!(@ $scope $by "<" $first "'ffffffff-ffff-ffff-ffff-ffffffffffff'" "DESC", $($rest)*)
    };
    ($scope:tt up $by:tt from $first:tt, $($rest:tt)*) => {
        sorted!(@ $scope $by ">" $first "'00000000-0000-0000-0000-000000000000'" "ASC", $($rest)*)
    };
    (@ $scope:tt $by:tt $compare:tt $first:tt $first_id:tt $direction:tt, $tx:ident, $filter:ident, $key:expr, $id:expr, $limit:expr) => {
        sqlx::query_as!(
            Row,
            "SELECT s.id, s.account_id, s.cluster_id, s.name, s.title, s.engine, s.slug, h.host, s.admin_email, s.catalogue, s.currency,
                    s.country, s.theme, s.plan, s.chosen_plan, s.state, s.health, s.health_reason, s.data_lost, s.attempt, s.version, s.failure, s.created_at, s.updated_at, s.ready_at
             FROM stores s JOIN store_hosts h ON h.store_id = s.id AND h.is_primary
             WHERE " + $scope + " AND s.state = ANY ($2)
               AND ($3::text[] IS NULL OR s.engine = ANY ($3)) AND ($4::text[] IS NULL OR s.health = ANY ($4))
               AND ($5::text IS NULL OR s.name ILIKE $5 OR s.title ILIKE $5)
               AND (" + $by + ", s.id) " + $compare + " (COALESCE($7, " + $first + "), COALESCE($8, " + $first_id + "::uuid))
             ORDER BY " + $by + " " + $direction + ", s.id " + $direction + " LIMIT $9",
            $filter.account,
            &$filter.states,
            $filter.engines.as_deref(),
            $filter.healths.as_deref(),
            $filter.text,
            $filter.owner,
            $key,
            $id,
            $limit
        )
        .fetch_all($tx.connection())
        .await?
    };
}

/// One scope's query in the order that is asked for.
macro_rules! in_order {
    ($scope:tt, $sort:ident, $tx:ident, $filter:ident, $time:expr, $text:expr, $id:expr, $limit:expr) => {
        match ($sort.by, $sort.descending) {
            (StoreSort::CreatedAt, true) => {
                sorted!($scope down "s.created_at" from "'infinity'::timestamptz", $tx, $filter, $time, $id, $limit)
            }
            (StoreSort::CreatedAt, false) => {
                sorted!($scope up "s.created_at" from "'-infinity'::timestamptz", $tx, $filter, $time, $id, $limit)
            }
            (StoreSort::UpdatedAt, true) => {
                sorted!($scope down "s.updated_at" from "'infinity'::timestamptz", $tx, $filter, $time, $id, $limit)
            }
            (StoreSort::UpdatedAt, false) => {
                sorted!($scope up "s.updated_at" from "'-infinity'::timestamptz", $tx, $filter, $time, $id, $limit)
            }
            (StoreSort::Name, true) => {
                sorted!($scope down "s.name COLLATE \"C\"" from "U&'\\+10FFFF'::text", $tx, $filter, $text, $id, $limit)
            }
            (StoreSort::Name, false) => {
                sorted!($scope up "s.name COLLATE \"C\"" from "''::text", $tx, $filter, $text, $id, $limit)
            }
        }
    };
}

/// As the queries take it.
struct Wanted {
    account: Option<uuid::Uuid>,
    states: Vec<String>,
    engines: Option<Vec<String>>,
    healths: Option<Vec<String>>,
    text: Option<String>,
    owner: Option<String>,
}

impl From<&Filter> for Wanted {
    fn from(filter: &Filter) -> Self {
        let living =
            || StoreState::ALL.iter().copied().filter(|state| *state != StoreState::Deleted).collect();
        let states = filter.states.clone().unwrap_or_else(living);
        Self {
            account: filter.account.map(AccountId::as_uuid),
            states: states.iter().map(ToString::to_string).collect(),
            engines: filter.engines.as_ref().map(|list| list.iter().map(ToString::to_string).collect()),
            healths: filter.healths.as_ref().map(|list| list.iter().map(ToString::to_string).collect()),
            text: containing(filter.text.as_ref()),
            owner: containing(filter.owner.as_ref()),
        }
    }
}

/// A page of the stores that the transaction's principal sees, `limit` at most, after `cursor`.
pub async fn page(
    tx: &mut Tx,
    filter: &Filter,
    sort: Sort<StoreSort>,
    cursor: Option<&Cursor<StoreSort>>,
    limit: usize,
) -> Result<Page<Store, StoreSort>, DbError> {
    let filter = Wanted::from(filter);
    let (time, text) = (cursor.and_then(Cursor::time), cursor.and_then(Cursor::text));
    let (id, more) = (cursor.map(|cursor| cursor.id), one_more(limit));
    let rows = if filter.account.is_some() && filter.owner.is_none() {
        // A condition that never counts is prepared for all the same, and this list is asked for most.
        in_order!("s.account_id = $1 AND $6::text IS NULL", sort, tx, filter, time, text, id, more)
    } else {
        plan_anew(tx).await?;
        in_order!(
            "($1::uuid IS NULL OR s.account_id = $1) AND ($6::text IS NULL OR EXISTS (
                 SELECT FROM memberships m JOIN users u ON u.id = m.user_id
                 WHERE m.account_id = s.account_id AND u.email ILIKE $6))",
            sort,
            tx,
            filter,
            time,
            text,
            id,
            more
        )
    };
    let stores = rows.into_iter().map(Store::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(stores, limit, |store| place(sort, store)))
}

fn place(sort: Sort<StoreSort>, store: &Store) -> Cursor<StoreSort> {
    let key = match sort.by {
        StoreSort::CreatedAt => Key::Time(store.created_at),
        StoreSort::UpdatedAt => Key::Time(store.updated_at),
        StoreSort::Name => Key::Text(store.name.to_string()),
    };
    Cursor { sort, key, id: store.id.as_uuid() }
}

/// Who owns the accounts, as far as the transaction's principal sees users: the first of each.
pub async fn owners(tx: &mut Tx, accounts: &[AccountId]) -> Result<BTreeMap<AccountId, Email>, DbError> {
    let accounts: Vec<_> = accounts.iter().map(|id| id.as_uuid()).collect();
    let rows = sqlx::query!(
        "SELECT DISTINCT ON (m.account_id) m.account_id, u.email
         FROM memberships m JOIN users u ON u.id = m.user_id
         WHERE m.account_id = ANY ($1) ORDER BY m.account_id, m.created_at",
        &accounts
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter().map(|row| Ok((AccountId::from_uuid(row.account_id), word(&row.email)?))).collect()
}
