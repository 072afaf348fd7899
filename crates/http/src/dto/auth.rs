//! Signing in.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use souk_app::auth::{Me, Session};
use souk_domain::email::Email;
use utoipa::ToSchema;

use crate::extract::{Fields, Input};

#[derive(Debug, ToSchema)]
#[schema(as = Register)]
#[allow(dead_code, reason = "the schema reads the fields' types")]
pub struct RegisterBody {
    #[schema(value_type = String, format = "email", example = "leyla@example.com")]
    pub email: Email,
    /// 12 to 256 characters, 5 of them different, and not the e-mail address.
    #[schema(value_type = String, format = "password", min_length = 12, max_length = 256, example = "a good long sentence")]
    pub password: SecretString,
}

impl Input for RegisterBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (email, password) = (fields.required("email"), fields.secret("password"));
        Some(Self { email: email?, password: password? })
    }
}

#[derive(Debug, ToSchema)]
#[schema(as = Login)]
pub struct LoginBody {
    #[schema(value_type = String, format = "email", example = "leyla@example.com")]
    pub email: Email,
    #[schema(value_type = String, format = "password", example = "a good long sentence")]
    pub password: SecretString,
}

impl Input for LoginBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (email, password) = (fields.required("email"), fields.secret("password"));
        Some(Self { email: email?, password: password? })
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
pub struct SessionBody {
    /// Send it as `Authorization: Bearer ...`.
    #[schema(example = "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9...")]
    access_token: String,
    #[schema(example = "Bearer")]
    token_type: &'static str,
    /// Seconds.
    #[schema(example = 900)]
    expires_in: u64,
    #[schema(example = "usr_01k0z3v8q4n5w6x7y8z9abcdef")]
    user_id: String,
    #[schema(example = "acc_01k0z3v8q4n5w6x7y8z9abcdef")]
    account_id: String,
    #[schema(example = "user")]
    role: &'static str,
}

impl From<Session> for SessionBody {
    fn from(session: Session) -> Self {
        Self {
            access_token: session.token.text.expose_secret().to_owned(),
            token_type: "Bearer",
            expires_in: session.token.lifetime.as_secs(),
            user_id: session.principal.user_id.to_string(),
            account_id: session.principal.account_id.to_string(),
            role: session.principal.role.as_str(),
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Me)]
pub struct MeBody {
    #[schema(example = "usr_01k0z3v8q4n5w6x7y8z9abcdef")]
    id: String,
    #[schema(example = "leyla@example.com")]
    email: String,
    #[schema(example = "user")]
    role: &'static str,
    created_at: DateTime<Utc>,
    account: AccountBody,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountBody {
    #[schema(example = "acc_01k0z3v8q4n5w6x7y8z9abcdef")]
    id: String,
    #[schema(example = "leyla@example.com")]
    name: String,
    #[schema(example = "free")]
    plan: &'static str,
}

impl From<Me> for MeBody {
    fn from(me: Me) -> Self {
        Self {
            id: me.user.id.to_string(),
            email: me.user.email.to_string(),
            role: me.user.role.as_str(),
            created_at: me.user.created_at,
            account: AccountBody {
                id: me.account.id.to_string(),
                name: me.account.name,
                plan: me.account.plan.as_str(),
            },
        }
    }
}
