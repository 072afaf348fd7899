//! What operators see and set.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::Serialize;
use souk_app::admin::{AccountDetails, AnyPage, ListedUser, MAX_PAGE, StoreFilter, Terms, UserFilter};
use souk_app::stores::ListFilter;
use souk_app::{Limits, Store};
use souk_domain::address::StoreAddresses;
use souk_domain::engine::Engine;
use souk_domain::health::Health;
use souk_domain::id::AccountId;
use souk_domain::page::{Cursor, Page, Sort, StoreSort, UserSort};
use souk_domain::part::Part;
use souk_domain::plan::Plan;
use souk_domain::reason::Reason;
use souk_domain::state::StoreState;
use utoipa::{IntoParams, ToSchema};

use super::event::PageLimit;
use super::paging::{Paging, Several, part};
use super::store::{StoreBody, StoreWish};
use crate::extract::{Fields, Input, Setting};

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminAccount)]
pub struct AdminAccountBody {
    #[schema(example = "acc_01k0z3v8q4n5w6x7y8z9abcdef")]
    id: String,
    #[schema(example = "leyla@example.com")]
    name: String,
    #[schema(example = "free")]
    plan: &'static str,
    /// Those that hold cluster resources, or soon will.
    #[schema(example = 3)]
    stores: i64,
    /// What was set for this account; null where the default counts.
    #[schema(example = 20)]
    max_stores: Option<u32>,
    /// How many stores it may have: what was set, or the default.
    #[schema(example = 20)]
    store_limit: u32,
    created_at: DateTime<Utc>,
}

impl AdminAccountBody {
    pub fn new(account: AccountDetails, limits: &Limits) -> Self {
        Self {
            id: account.id.to_string(),
            name: account.name,
            plan: account.plan.as_str(),
            stores: account.stores,
            max_stores: account.max_stores,
            store_limit: limits.stores_of(account.max_stores),
            created_at: account.created_at,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminUser)]
pub struct AdminUserBody {
    #[schema(example = "usr_01k0z3v8q4n5w6x7y8z9abcdef")]
    id: String,
    #[schema(example = "leyla@example.com")]
    email: String,
    /// `user` or `admin`.
    #[schema(example = "user")]
    role: &'static str,
    created_at: DateTime<Utc>,
    /// Since when the user may not come in; null where they may.
    suspended_at: Option<DateTime<Utc>>,
    #[schema(example = "sells what is not theirs")]
    suspension_reason: Option<String>,
    account: AdminAccountBody,
}

impl AdminUserBody {
    pub fn new(user: ListedUser, limits: &Limits) -> Self {
        Self {
            id: user.id.to_string(),
            email: user.email.to_string(),
            role: user.role.as_str(),
            created_at: user.created_at,
            suspended_at: user.suspended_at,
            suspension_reason: user.suspension_reason,
            account: AdminAccountBody::new(user.account, limits),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AdminUserPage {
    items: Vec<AdminUserBody>,
    /// Ask with `cursor` set to this, and the same `sort`, for the next page; null on the last one. It has no other meaning.
    #[schema(example = "LWNyZWF0ZWRfYXQgMDE5N2U...")]
    next_cursor: Option<String>,
}

impl AdminUserPage {
    pub fn new(page: Page<ListedUser, UserSort>, limits: &Limits) -> Self {
        Self {
            items: page.items.into_iter().map(|user| AdminUserBody::new(user, limits)).collect(),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
        }
    }
}

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "the document reads the fields' types")]
pub struct AdminUserQuery {
    /// A part of the e-mail address.
    #[param(value_type = Option<String>, max_length = 120, example = "leyla@")]
    email: Option<Part>,
    /// Only those who are suspended, or only those who are not.
    #[param(value_type = Option<bool>)]
    suspended: Option<YesOrNo>,
    /// `created_at` or `email`; with `-` in front the other way round.
    #[param(value_type = Option<String>, default = "-created_at", example = "email")]
    sort: Option<Sort<UserSort>>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<UserSort>>,
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<PageLimit<MAX_PAGE>>,
}

/// What it is read into.
#[derive(Debug)]
pub struct AdminUserWish {
    pub filter: UserFilter,
    pub paging: Paging<UserSort>,
}

impl Input for AdminUserWish {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (email, suspended) = (part(fields, "email"), fields.optional::<YesOrNo>("suspended"));
        let paging = Paging::read::<MAX_PAGE>(fields, Sort::descending(UserSort::CreatedAt));
        let filter = UserFilter { id: None, email: email?, suspended: suspended?.map(|word| word.0) };
        Some(Self { filter, paging: paging? })
    }
}

/// `true` or `false`.
#[derive(Debug)]
pub struct YesOrNo(pub bool);

#[derive(Debug)]
pub struct NotYesOrNo;

impl fmt::Display for NotYesOrNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("must be `true` or `false`")
    }
}

impl FromStr for YesOrNo {
    type Err = NotYesOrNo;

    fn from_str(s: &str) -> Result<Self, NotYesOrNo> {
        s.parse().map(Self).map_err(|_| NotYesOrNo)
    }
}

#[derive(Debug, ToSchema)]
#[schema(as = Suspend)]
pub struct SuspendBody {
    /// For the audit log, and for the user: they read it in theirs. 1 to 500 characters.
    #[schema(value_type = String, min_length = 1, max_length = 500, example = "sells what is not theirs")]
    pub reason: Reason,
}

impl Input for SuspendBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { reason: fields.required("reason")? })
    }
}

#[derive(Debug, ToSchema)]
#[schema(as = Restore)]
pub struct RestoreBody {
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, example = "it was theirs after all")]
    pub reason: Option<Reason>,
}

impl Input for RestoreBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { reason: fields.optional("reason")? })
    }
}

#[derive(Debug, ToSchema)]
#[schema(as = SetTerms)]
#[allow(dead_code, reason = "the schema reads the fields' types")]
pub struct TermsBody {
    /// `free`, `standard` or `pro`.
    #[schema(value_type = Option<String>, example = "pro")]
    plan: Option<Plan>,
    /// How many stores the account may have; null for the default.
    #[schema(value_type = Option<u32>, minimum = 0, maximum = 10000, example = 20)]
    max_stores: Option<u32>,
    #[schema(value_type = Option<String>, min_length = 1, max_length = 500, example = "contract of November")]
    reason: Option<Reason>,
}

#[derive(Debug)]
pub struct TermsWish {
    pub terms: Terms,
    pub reason: Option<Reason>,
}

impl Input for TermsWish {
    fn read(fields: &mut Fields) -> Option<Self> {
        let plan = fields.optional::<Plan>("plan");
        let max_stores = fields.number_setting("max_stores", Terms::MOST_STORES);
        let reason = fields.optional("reason");
        let (plan, max_stores) = (plan?, max_stores?);
        if plan.is_none() && max_stores == Setting::Left {
            fields.refuse("plan", "or max_stores is required: there is nothing to set");
            return None;
        }
        let max_stores = match max_stores {
            Setting::Left => None,
            Setting::Cleared => Some(None),
            Setting::To(max) => Some(Some(max)),
        };
        Some(Self { terms: Terms { plan, max_stores }, reason: reason? })
    }
}

/// A store with the account that it belongs to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AdminStore)]
pub struct AdminStoreBody {
    /// Who owns it.
    #[schema(example = "leyla@example.com")]
    owner_email: Option<String>,
    #[serde(flatten)]
    store: StoreBody,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct AdminStorePage {
    items: Vec<AdminStoreBody>,
    /// Ask with `cursor` set to this, and the same `sort`, for the next page; null on the last one. It has no other meaning.
    #[schema(example = "LWNyZWF0ZWRfYXQgMDE5N2U...")]
    next_cursor: Option<String>,
}

impl AdminStorePage {
    pub fn new(any: &AnyPage, addresses: &StoreAddresses) -> Self {
        let body = |store: &Store| AdminStoreBody {
            owner_email: any.owners.get(&store.account_id).map(ToString::to_string),
            store: StoreBody::new(store, addresses),
        };
        Self {
            items: any.page.items.iter().map(body).collect(),
            next_cursor: any.page.next.as_ref().map(ToString::to_string),
        }
    }
}

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "the document reads the fields' types")]
pub struct AdminStoreQuery {
    /// Only those of this account.
    #[param(value_type = Option<String>)]
    account: Option<AccountId>,
    /// A part of the e-mail address of who owns it.
    #[param(value_type = Option<String>, max_length = 120, example = "leyla@")]
    owner: Option<Part>,
    /// Only those in one of these states, with commas between; when absent, all that are not `deleted`.
    #[param(value_type = Option<String>, example = "failed,deleting")]
    state: Option<Several<StoreState>>,
    /// Only those of these engines, with commas between.
    #[param(value_type = Option<String>, example = "medusa")]
    engine: Option<Several<Engine>>,
    /// Only those that are doing so, with commas between.
    #[param(value_type = Option<String>, example = "degraded,down")]
    health: Option<Several<Health>>,
    /// A part of the name or the title, large letters like small ones. It is no pattern.
    #[param(value_type = Option<String>, max_length = 120, example = "lamps")]
    q: Option<Part>,
    /// `created_at`, `updated_at` or `name`; with `-` in front the other way round.
    #[param(value_type = Option<String>, default = "-created_at", example = "name")]
    sort: Option<Sort<StoreSort>>,
    /// The `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<StoreSort>>,
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<PageLimit<MAX_PAGE>>,
}

/// What it is read into.
#[derive(Debug)]
pub struct AdminStoreWish {
    pub filter: StoreFilter,
    pub paging: Paging<StoreSort>,
}

impl Input for AdminStoreWish {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (account, owner) = (fields.optional("account"), part(fields, "owner"));
        let StoreWish { filter, paging } = StoreWish::read(fields)?;
        let ListFilter { states, engines, healths, text } = filter;
        let filter = StoreFilter { account: account?, states, engines, healths, text, owner: owner? };
        Some(Self { filter, paging })
    }
}
