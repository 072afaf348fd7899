//! Stores.

use chrono::{DateTime, Utc};
use secrecy::ExposeSecret;
use serde::Serialize;
use souk_app::Store;
use souk_app::stores::{Accepted, Credentials, Edit, ListFilter, MAX_PAGE, NewStore, StoreDetails};
use souk_domain::address::StoreAddresses;
use souk_domain::catalogue::Catalogue;
use souk_domain::country::Country;
use souk_domain::currency::Currency;
use souk_domain::email::Email;
use souk_domain::engine::Engine;
use souk_domain::health::Health;
use souk_domain::name::StoreName;
use souk_domain::options::{StoreOptions, Wishes};
use souk_domain::page::{Cursor, Page, Sort, StoreSort};
use souk_domain::part::Part;
use souk_domain::plan::Plan;
use souk_domain::state::StoreState;
use souk_domain::theme::Theme;
use souk_domain::title::Title;
use utoipa::{IntoParams, ToSchema};

use super::event::PageLimit;
use super::operation::{FailureBody, OperationBody};
use super::paging::{Paging, Several, part, several};
use crate::extract::{Fields, Input, Setting};

#[derive(Debug, ToSchema)]
#[schema(as = CreateStore)]
#[allow(dead_code, reason = "the schema reads the fields' types")]
pub struct CreateStoreBody {
    /// The part of the address that you choose: 3 to 30 of a-z, 0-9 and `-`, a letter first.
    #[schema(value_type = String, min_length = 3, max_length = 30, pattern = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$", example = "leylas-lamps")]
    name: StoreName,
    /// What visitors read, in any script; the name, when absent.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120, example = "Leyla's Lamps")]
    title: Option<Title>,
    #[schema(schema_with = schema::engine)]
    engine: Engine,
    /// Who signs in to the shop's own admin pages; your address, when absent.
    #[schema(value_type = Option<String>, format = "email", example = "leyla@example.com")]
    admin_email: Option<Email>,
    #[schema(schema_with = schema::catalog, required = false)]
    catalog: Option<Catalogue>,
    #[schema(schema_with = schema::currency, required = false)]
    currency: Option<Currency>,
    /// Where it sells, in the two letters of ISO 3166-1; when absent, where its currency is at home.
    #[schema(value_type = Option<String>, pattern = "^[A-Za-z]{2}$", example = "US")]
    country: Option<Country>,
    #[schema(schema_with = schema::theme, required = false)]
    theme: Option<Theme>,
}

impl Input for NewStore {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (name, title) = (fields.required("name"), fields.optional("title"));
        let (engine, admin_email) = (fields.required("engine"), fields.optional("admin_email"));
        let (catalogue, currency) = (fields.optional("catalog"), fields.optional("currency"));
        let (country, theme) = (fields.optional("country"), fields.optional("theme"));
        let engine = engine?;
        // A theme that does not fit is said beside whatever else is wrong.
        let fits = StoreOptions::new(engine, Wishes { theme: theme?, ..Wishes::default() });
        if let Err(error) = fits {
            fields.refuse("theme", error.to_string());
        }
        let wishes = Wishes { catalogue: catalogue?, currency: currency?, country: country?, theme: theme? };
        let options = StoreOptions::new(engine, wishes).ok()?;
        Some(Self { name: name?, title: title?, engine, admin_email: admin_email?, options })
    }
}

/// Fields that take one of a few words.
mod schema {
    use serde_json::Value;
    use utoipa::openapi::schema::{Object, ObjectBuilder, SchemaType, Type};

    use super::{Catalogue, Currency, Engine, Plan, Theme};

    pub fn engine() -> Object {
        let words = Engine::ALL.iter().map(|word| word.as_str());
        one_of(SchemaType::new(Type::String), "What the shop runs.", words, Engine::Woocommerce.as_str())
    }

    pub fn catalog() -> Object {
        let about = "What is on its shelves at first: twelve products with pictures. `fashion`, when absent.";
        let words = Catalogue::ALL.iter().map(|word| word.as_str());
        one_of(optional(), about, words, Catalogue::Electronics.as_str())
    }

    pub fn currency() -> Object {
        let about = "What it is paid in, by ISO 4217; the samples have prices in these. When absent, the country's, \
                     or `EUR` where that is none of these.";
        one_of(optional(), about, Currency::PRICED.map(Currency::code).into_iter(), "USD")
    }

    pub fn plan() -> Object {
        let about = "Its size, at most what the account's plan allows; null: the account's.";
        one_of(optional(), about, Plan::ALL.iter().map(|word| word.as_str()), Plan::Standard.as_str())
    }

    pub fn theme() -> Object {
        let about = "What its front looks like, for an engine that has themes; others refuse it. The style of its \
                     catalog, when absent. `astra` and `storefront` can be had where the operator has brought them.";
        one_of(optional(), about, Theme::ALL.iter().map(|word| word.as_str()), Theme::Minimal.as_str())
    }

    fn optional() -> SchemaType {
        SchemaType::from_iter([Type::String, Type::Null])
    }

    fn one_of(
        kind: SchemaType,
        about: &str,
        words: impl Iterator<Item = &'static str>,
        example: &str,
    ) -> Object {
        let null = matches!(kind, SchemaType::Array(_)).then_some(Value::Null);
        ObjectBuilder::new()
            .schema_type(kind)
            .description(Some(about))
            .enum_values(Some(words.map(Value::from).chain(null)))
            .examples([example])
            .build()
    }
}

#[derive(Debug, ToSchema)]
#[schema(as = EditStore)]
#[allow(dead_code, reason = "the schema reads the fields' types")]
pub struct EditStoreBody {
    /// What Souk calls it. What its shop calls itself is changed in the shop.
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120, example = "Leyla's Lamps and Shades")]
    title: Option<Title>,
    #[schema(schema_with = schema::plan, required = false)]
    plan: Option<Plan>,
}

impl Input for Edit {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (title, plan) = (fields.optional("title"), fields.setting("plan"));
        let plan = match plan? {
            Setting::Left => None,
            Setting::Cleared => Some(None),
            Setting::To(plan) => Some(Some(plan)),
        };
        Some(Self { title: title?, plan })
    }
}

#[derive(Debug, ToSchema)]
#[schema(as = RebuildStore)]
pub struct RebuildStoreBody {
    /// The store's name, typed: what is made is an empty shop.
    #[schema(example = "leylas-lamps")]
    pub name: String,
}

impl Input for RebuildStoreBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { name: fields.required("name")? })
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Store)]
pub struct StoreBody {
    #[schema(example = "store_01k0z3v8q4n5w6x7y8z9abcdef")]
    id: String,
    /// Whose it is: an operator sees all stores, and changes only their own account's.
    #[schema(example = "acc_01k0z3v8q4n5w6x7y8z9abcdef")]
    account_id: String,
    #[schema(example = "leylas-lamps")]
    name: String,
    #[schema(example = "Leyla's Lamps")]
    title: String,
    #[schema(example = "medusa")]
    engine: &'static str,
    /// `requested`, `provisioning`, `ready`, `failed`, `deleting` or `deleted`.
    #[schema(example = "ready")]
    state: &'static str,
    /// `unknown`, `up`, `degraded` or `down`.
    #[schema(example = "up")]
    health: &'static str,
    /// Why it is not `up`.
    #[schema(example = "the web server of medusa is not ready")]
    health_reason: Option<String>,
    /// What its merchant had put into it is gone. Souk makes nothing anew by itself: delete it, or ask for a
    /// rebuild.
    #[schema(example = false)]
    data_lost: bool,
    /// Where visitors find it, once it is ready. It stays the same over retries.
    #[schema(example = "http://leylas-lamps-7h2kx9.localhost:8080")]
    url: String,
    #[schema(example = "leylas-lamps-7h2kx9.localhost")]
    host: String,
    #[schema(example = "leyla@example.com")]
    admin_email: String,
    /// What was on its shelves at first: `fashion`, `electronics` or `minimal`.
    #[schema(example = "electronics")]
    catalog: &'static str,
    /// What it was opened to be paid in, by ISO 4217.
    #[schema(example = "USD")]
    currency: &'static str,
    /// Where it was opened to sell, by ISO 3166-1.
    #[schema(example = "US")]
    country: String,
    /// What its front was opened with; null where the engine has no themes.
    #[schema(example = "electronics")]
    theme: Option<&'static str>,
    /// The plan to whose size it was last brought; null before the first time.
    #[schema(example = "standard")]
    plan: Option<&'static str>,
    /// The plan that was chosen for it; null: the account's.
    #[schema(example = "standard")]
    chosen_plan: Option<&'static str>,
    #[schema(example = 1)]
    attempt: u32,
    /// Grows with every change; the `ETag`.
    #[schema(example = 3)]
    version: i64,
    failure: Option<FailureBody>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    ready_at: Option<DateTime<Utc>>,
}

impl StoreBody {
    pub fn new(store: &Store, addresses: &StoreAddresses) -> Self {
        Self {
            id: store.id.to_string(),
            account_id: store.account_id.to_string(),
            name: store.name.to_string(),
            title: store.title.to_string(),
            engine: store.engine.as_str(),
            state: store.state.as_str(),
            health: store.health.as_str(),
            health_reason: store.health_reason.clone(),
            data_lost: store.data_lost,
            url: addresses.url(&store.host),
            host: store.host.clone(),
            admin_email: store.admin_email.to_string(),
            catalog: store.options.catalogue().as_str(),
            currency: store.options.currency().code(),
            country: store.options.country().to_string(),
            theme: store.options.theme().map(Theme::as_str),
            plan: store.plan.map(Plan::as_str),
            chosen_plan: store.chosen_plan.map(Plan::as_str),
            attempt: store.attempt,
            version: store.version,
            failure: store.failure.clone().map(FailureBody::from),
            created_at: store.created_at,
            updated_at: store.updated_at,
            ready_at: store.ready_at,
        }
    }
}

/// A store with its newest operation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StoreDetails)]
pub struct StoreDetailsBody {
    #[serde(flatten)]
    store: StoreBody,
    operation: Option<OperationBody>,
}

impl StoreDetailsBody {
    pub fn new(details: StoreDetails, addresses: &StoreAddresses) -> Self {
        Self {
            store: StoreBody::new(&details.store, addresses),
            operation: details.operation.map(OperationBody::from),
        }
    }
}

/// Work that will be done: watch the operation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Accepted)]
pub struct AcceptedBody {
    store: StoreBody,
    operation: OperationBody,
}

impl AcceptedBody {
    pub fn new(accepted: &Accepted, addresses: &StoreAddresses) -> Self {
        Self {
            store: StoreBody::new(&accepted.store, addresses),
            operation: accepted.operation.clone().into(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct StorePage {
    items: Vec<StoreBody>,
    /// Ask with `cursor` set to this, and the same `sort`, for the next page; null on the last one. It has no other meaning.
    #[schema(example = "LWNyZWF0ZWRfYXQgMDE5N2U...")]
    next_cursor: Option<String>,
}

impl StorePage {
    pub fn new(page: &Page<Store, StoreSort>, addresses: &StoreAddresses) -> Self {
        Self {
            items: page.items.iter().map(|store| StoreBody::new(store, addresses)).collect(),
            next_cursor: page.next.as_ref().map(ToString::to_string),
        }
    }
}

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[allow(dead_code, reason = "the document reads the fields' types")]
pub struct StoreQuery {
    /// Only those in one of these states, with commas between; when absent, all that are not `deleted`.
    #[param(value_type = Option<String>, example = "ready,failed")]
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
pub struct StoreWish {
    pub filter: ListFilter,
    pub paging: Paging<StoreSort>,
}

impl Input for StoreWish {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (states, engines) = (several(fields, "state"), several(fields, "engine"));
        let (healths, text) = (several(fields, "health"), part(fields, "q"));
        let paging = Paging::read::<MAX_PAGE>(fields, Sort::descending(StoreSort::CreatedAt));
        let filter = ListFilter { states: states?, engines: engines?, healths: healths?, text: text? };
        Some(Self { filter, paging: paging? })
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Credentials)]
pub struct CredentialsBody {
    #[schema(example = "http://leylas-lamps-7h2kx9.localhost:8080")]
    url: String,
    #[schema(example = "http://leylas-lamps-7h2kx9.localhost:8080/app")]
    admin_url: String,
    #[schema(example = "leyla@example.com")]
    admin_email: String,
    #[schema(example = "Qm7...")]
    admin_password: String,
    /// What a shopper's browser sends as `x-publishable-api-key`.
    #[schema(example = "pk_5f0c...")]
    publishable_key: String,
}

impl From<Credentials> for CredentialsBody {
    fn from(credentials: Credentials) -> Self {
        Self {
            url: credentials.url,
            admin_url: credentials.admin_url,
            admin_email: credentials.admin_email.to_string(),
            admin_password: credentials.admin_password.expose_secret().to_owned(),
            publishable_key: credentials.publishable_key,
        }
    }
}
