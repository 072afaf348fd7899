//! Signing in.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use souk_app::auth::{Challenge, Me, Session};
use souk_domain::email::Email;
use utoipa::ToSchema;

use crate::extract::{Fields, Input};

/// Where the refresh token of a session belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RefreshPlace {
    /// Into a cookie that no script can read: for browsers.
    #[default]
    Cookie,
    /// Into the answer: for all others.
    Body,
}

impl FromStr for RefreshPlace {
    type Err = UnknownPlace;

    fn from_str(s: &str) -> Result<Self, UnknownPlace> {
        match s {
            "cookie" => Ok(Self::Cookie),
            "body" => Ok(Self::Body),
            _ => Err(UnknownPlace),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("must be `cookie` or `body`")]
pub struct UnknownPlace;

/// What both ways of getting a session take besides.
fn refresh_in(fields: &mut Fields) -> Option<RefreshPlace> {
    fields.optional("refresh_in").map(Option::unwrap_or_default)
}

#[derive(Debug, ToSchema)]
#[schema(as = Register)]
pub struct RegisterBody {
    #[schema(value_type = String, format = "email", example = "leyla@example.com")]
    pub email: Email,
    /// 12 to 256 characters, 5 of them different, and hard to guess for somebody who knows your address.
    #[schema(value_type = String, format = "password", min_length = 12, max_length = 256, example = "a good long sentence")]
    pub password: SecretString,
    /// Where the refresh token goes: `cookie`, for browsers, or `body`. `cookie`, when absent.
    #[schema(value_type = Option<String>, pattern = "^(cookie|body)$", example = "cookie")]
    pub refresh_in: RefreshPlace,
    /// For the first user of a production system: what `souk` has printed at its start.
    #[schema(value_type = Option<String>, format = "password", example = "setup-0123456789abcdefghjkmnpqrs")]
    pub setup_token: Option<SecretString>,
}

impl Input for RegisterBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (email, password) = (fields.required("email"), fields.secret("password"));
        let (refresh_in, setup_token) = (refresh_in(fields), fields.optional_secret("setup_token"));
        Some(Self { email: email?, password: password?, refresh_in: refresh_in?, setup_token: setup_token? })
    }
}

#[derive(Debug, ToSchema)]
#[schema(as = Login)]
pub struct LoginBody {
    #[schema(value_type = String, format = "email", example = "leyla@example.com")]
    pub email: Email,
    #[schema(value_type = String, format = "password", example = "a good long sentence")]
    pub password: SecretString,
    /// Where the refresh token goes: `cookie`, for browsers, or `body`. `cookie`, when absent.
    #[schema(value_type = Option<String>, pattern = "^(cookie|body)$", example = "cookie")]
    pub refresh_in: RefreshPlace,
}

impl Input for LoginBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (email, password) = (fields.required("email"), fields.secret("password"));
        let refresh_in = refresh_in(fields);
        Some(Self { email: email?, password: password?, refresh_in: refresh_in? })
    }
}

#[derive(Debug, ToSchema)]
#[schema(as = SecondStep)]
pub struct SecondStepBody {
    /// From the answer to the password.
    #[schema(value_type = String, example = "soukc_...")]
    pub challenge: SecretString,
    /// Six digits of the authenticator app, or a recovery code.
    #[schema(value_type = String, example = "123456")]
    pub code: SecretString,
    /// As with the password.
    #[schema(value_type = Option<String>, pattern = "^(cookie|body)$", example = "cookie")]
    pub refresh_in: RefreshPlace,
}

impl Input for SecondStepBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (challenge, code) = (fields.secret("challenge"), fields.secret("code"));
        let refresh_in = refresh_in(fields);
        Some(Self { challenge: challenge?, code: code?, refresh_in: refresh_in? })
    }
}

/// For clients that keep the refresh token themselves; browsers send their cookie, and no body.
#[derive(Debug, ToSchema)]
#[schema(as = Refresh)]
#[allow(dead_code, reason = "the schema reads the fields' types")]
pub struct RefreshBody {
    #[schema(value_type = Option<String>, example = "soukr_...")]
    refresh_token: Option<SecretString>,
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
    /// For `/auth/refresh`, once; null where it is in the cookie.
    #[schema(example = "soukr_...")]
    refresh_token: Option<String>,
    /// Seconds until the session ends if nobody refreshes it.
    #[schema(example = 2_592_000)]
    refresh_expires_in: u64,
    #[schema(example = "ses_01k0z3v8q4n5w6x7y8z9abcdef")]
    session_id: String,
    #[schema(example = "usr_01k0z3v8q4n5w6x7y8z9abcdef")]
    user_id: String,
    #[schema(example = "acc_01k0z3v8q4n5w6x7y8z9abcdef")]
    account_id: String,
    #[schema(example = "user")]
    role: &'static str,
}

impl SessionBody {
    pub fn new(session: &Session, place: RefreshPlace) -> Self {
        let refresh = &session.refresh;
        Self {
            access_token: session.token.text.expose_secret().to_owned(),
            token_type: "Bearer",
            expires_in: session.token.lifetime.as_secs(),
            refresh_token: (place == RefreshPlace::Body).then(|| refresh.text.expose_secret().to_owned()),
            refresh_expires_in: refresh.lifetime.as_secs(),
            session_id: session.id.to_string(),
            user_id: session.principal.user_id.to_string(),
            account_id: session.principal.account_id.to_string(),
            role: session.principal.role.as_str(),
        }
    }
}

/// The password was right; a code is owed.
#[derive(Serialize, ToSchema)]
#[schema(as = Challenge)]
pub struct ChallengeBody {
    /// Send it with the code to `/auth/login/second-step`.
    #[schema(example = "soukc_...")]
    challenge: String,
    /// Seconds.
    #[schema(example = 300)]
    expires_in: u64,
}

impl From<Challenge> for ChallengeBody {
    fn from(challenge: Challenge) -> Self {
        Self {
            challenge: challenge.text.expose_secret().to_owned(),
            expires_in: challenge.lifetime.as_secs(),
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
