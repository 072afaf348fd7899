//! Users with their accounts, page by page: for operators.

use chrono::{DateTime, Utc};
use souk_domain::email::Email;
use souk_domain::id::{AccountId, UserId};
use souk_domain::page::{Cursor, Key, Page, Sort, UserSort};
use souk_domain::part::Part;
use souk_domain::principal::Role;

use crate::accounts::{AccountDetails, counted_states};
use crate::convert::{count, word};
use crate::page::{containing, one_more, plan_anew};
use crate::{DbError, Tx};

/// A user as operators see them.
#[derive(Debug)]
pub struct ListedUser {
    pub id: UserId,
    pub email: Email,
    pub role: Role,
    pub created_at: DateTime<Utc>,
    pub suspended_at: Option<DateTime<Utc>>,
    pub suspension_reason: Option<String>,
    pub account: AccountDetails,
}

/// What is looked for; what is absent does not matter.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    pub id: Option<UserId>,
    pub email: Option<Part>,
    pub suspended: Option<bool>,
}

struct Row {
    id: uuid::Uuid,
    email: String,
    role: String,
    created_at: DateTime<Utc>,
    suspended_at: Option<DateTime<Utc>>,
    suspension_reason: Option<String>,
    account_id: uuid::Uuid,
    name: String,
    plan: String,
    max_stores: Option<i32>,
    account_created_at: DateTime<Utc>,
    stores: i64,
}

impl TryFrom<Row> for ListedUser {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Self, DbError> {
        Ok(Self {
            id: UserId::from_uuid(row.id),
            email: word(&row.email)?,
            role: word(&row.role)?,
            created_at: row.created_at,
            suspended_at: row.suspended_at,
            suspension_reason: row.suspension_reason,
            account: AccountDetails {
                id: AccountId::from_uuid(row.account_id),
                name: row.name,
                plan: word(&row.plan)?,
                max_stores: row.max_stores.map(count).transpose()?,
                created_at: row.account_created_at,
                stores: row.stores,
            },
        })
    }
}

/// The same query in each order: what it is sorted by, and before or behind all that is there, where it begins.
/// U+10FFFF comes after all letters that a name or an address may have.
macro_rules! sorted {
    (down $by:tt from $first:tt, $($rest:tt)*) => {
        sorted!(@ $by "<" $first "'ffffffff-ffff-ffff-ffff-ffffffffffff'" "DESC", $($rest)*)
    };
    (up $by:tt from $first:tt, $($rest:tt)*) => {
        sorted!(@ $by ">" $first "'00000000-0000-0000-0000-000000000000'" "ASC", $($rest)*)
    };
    (@ $by:tt $compare:tt $first:tt $first_id:tt $direction:tt, $tx:ident, $filter:ident, $key:expr, $id:expr, $limit:expr) => {
        sqlx::query_as!(
            Row,
            r#"SELECT u.id, u.email, u.role, u.created_at, u.suspended_at, u.suspension_reason, a.id AS account_id,
                      a.name, a.plan, a.max_stores, a.created_at AS account_created_at,
                      (SELECT count(*) FROM stores s WHERE s.account_id = a.id AND s.state = ANY ($1)) AS "stores!"
               FROM users u
               JOIN LATERAL (SELECT m.account_id FROM memberships m WHERE m.user_id = u.id
                             ORDER BY m.created_at LIMIT 1) own ON true
               JOIN accounts a ON a.id = own.account_id
               WHERE ($2::uuid IS NULL OR u.id = $2) AND ($3::text IS NULL OR u.email ILIKE $3)
                 AND ($4::boolean IS NULL OR (u.suspended_at IS NOT NULL) = $4)
                 AND ("# + $by + ", u.id) " + $compare + " (COALESCE($5, " + $first + "), COALESCE($6, " + $first_id + "::uuid))
               ORDER BY " + $by + " " + $direction + ", u.id " + $direction + " LIMIT $7",
            &counted_states(),
            $filter.id.map(UserId::as_uuid),
            containing($filter.email.as_ref()),
            $filter.suspended,
            $key,
            $id,
            $limit
        )
        .fetch_all($tx.connection())
        .await?
    };
}

/// A page of users, `limit` at most, after `cursor`.
pub async fn page(
    tx: &mut Tx,
    filter: &UserFilter,
    sort: Sort<UserSort>,
    cursor: Option<&Cursor<UserSort>>,
    limit: usize,
) -> Result<Page<ListedUser, UserSort>, DbError> {
    plan_anew(tx).await?;
    let (time, text) = (cursor.and_then(Cursor::time), cursor.and_then(Cursor::text));
    let (id, more) = (cursor.map(|cursor| cursor.id), one_more(limit));
    let rows = match (sort.by, sort.descending) {
        (UserSort::CreatedAt, true) => {
            sorted!(down "u.created_at" from "'infinity'::timestamptz", tx, filter, time, id, more)
        }
        (UserSort::CreatedAt, false) => {
            sorted!(up "u.created_at" from "'-infinity'::timestamptz", tx, filter, time, id, more)
        }
        (UserSort::Email, true) => {
            sorted!(down "u.email COLLATE \"C\"" from "U&'\\+10FFFF'::text", tx, filter, text, id, more)
        }
        (UserSort::Email, false) => {
            sorted!(up "u.email COLLATE \"C\"" from "''::text", tx, filter, text, id, more)
        }
    };
    let users = rows.into_iter().map(ListedUser::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(users, limit, |user| place(sort, user)))
}

fn place(sort: Sort<UserSort>, user: &ListedUser) -> Cursor<UserSort> {
    let key = match sort.by {
        UserSort::CreatedAt => Key::Time(user.created_at),
        UserSort::Email => Key::Text(user.email.to_string()),
    };
    Cursor { sort, key, id: user.id.as_uuid() }
}

/// One user with their account.
pub async fn get(tx: &mut Tx, id: UserId) -> Result<ListedUser, DbError> {
    let filter = UserFilter { id: Some(id), ..UserFilter::default() };
    let page = page(tx, &filter, Sort::descending(UserSort::CreatedAt), None, 1).await?;
    page.items.into_iter().next().ok_or(DbError::NotFound)
}
