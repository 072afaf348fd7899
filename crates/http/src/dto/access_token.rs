//! Personal access tokens.

use chrono::{DateTime, Utc};
use serde::Serialize;
use souk_app::auth::{MAX_DAYS, NewToken, PersonalToken};
use souk_domain::access_token::AccessTokenText;
use souk_domain::scope::{Scope, Scopes};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder, ObjectBuilder, Type};

use crate::extract::{Fields, Input};

const DEFAULT_DAYS: u32 = 90;
const MAX_NAME_CHARS: usize = 100;

#[derive(Debug, ToSchema)]
#[schema(as = CreateToken)]
#[allow(dead_code, reason = "the schema reads the fields' types")]
pub struct CreateTokenBody {
    /// What it is for, so that you know it again.
    #[schema(min_length = 1, max_length = 100, example = "nightly report")]
    name: String,
    /// `stores:read`, `stores:write`, `audit:read`, `admin` (for operators). None implies another.
    #[schema(schema_with = scopes)]
    scopes: Vec<String>,
    /// 1 to 366; 90, when absent.
    #[schema(minimum = 1, maximum = 366, example = 90)]
    expires_in_days: Option<u32>,
}

fn scopes() -> Array {
    let words = Scope::ALL.iter().map(|scope| scope.as_str());
    let about = "What it opens; `admin` is for operators. None implies another.";
    let word = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words));
    let list = ArrayBuilder::new().items(word).min_items(Some(1)).description(Some(about));
    list.examples([serde_json::json!(["stores:read"])]).build()
}

impl Input for NewToken {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (name, scopes) = (fields.required::<String>("name"), fields.list::<Scope>("scopes"));
        let days = fields.whole("expires_in_days", 1..=MAX_DAYS, DEFAULT_DAYS);
        let name = name.map(|name| name.trim().to_owned());
        if name.as_ref().is_some_and(|name| !(1..=MAX_NAME_CHARS).contains(&name.chars().count())) {
            fields.refuse("name", format!("must be 1 to {MAX_NAME_CHARS} characters long"));
        }
        if name.as_ref().is_some_and(|name| name.chars().any(char::is_control)) {
            fields.refuse("name", "may not hold control characters");
        }
        let scopes: Scopes = scopes?.into_iter().collect();
        if scopes.is_empty() {
            fields.refuse("scopes", "must name at least one");
        }
        Some(Self { name: name?, scopes, days: days? })
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Token)]
pub struct TokenBody {
    #[schema(example = "tok_01k0z3v8q4n5w6x7y8z9abcdef")]
    id: String,
    #[schema(example = "nightly report")]
    name: String,
    #[schema(example = json!(["stores:read"]))]
    scopes: Vec<&'static str>,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    /// To the minute; null when it was never used.
    last_used_at: Option<DateTime<Utc>>,
}

impl From<PersonalToken> for TokenBody {
    fn from(token: PersonalToken) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            scopes: token.scopes.iter().map(Scope::as_str).collect(),
            created_at: token.created_at,
            expires_at: token.expires_at,
            last_used_at: token.last_used_at,
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = NewToken)]
pub struct NewTokenBody {
    #[serde(flatten)]
    token: TokenBody,
    /// Shown now and never again.
    #[schema(example = "souk_...")]
    secret: String,
}

impl NewTokenBody {
    pub fn new(token: PersonalToken, text: &AccessTokenText) -> Self {
        Self { token: token.into(), secret: text.expose().to_owned() }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TokenList)]
pub struct TokenListBody {
    items: Vec<TokenBody>,
}

impl TokenListBody {
    pub fn new(tokens: Vec<PersonalToken>) -> Self {
        Self { items: tokens.into_iter().map(TokenBody::from).collect() }
    }
}
