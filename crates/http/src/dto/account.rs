//! One's own sessions, password and second factor.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use souk_app::auth::{FactorStatus, LiveSession};
use souk_domain::id::SessionId;
use souk_domain::second_factor::Enrolment;
use utoipa::{IntoParams, ToSchema};

use crate::extract::{Fields, Input};

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionInfo)]
pub struct SessionInfoBody {
    #[schema(example = "ses_01k0z3v8q4n5w6x7y8z9abcdef")]
    id: String,
    /// Whether it is the one that asks.
    current: bool,
    created_at: DateTime<Utc>,
    /// Of the last sign-in or refresh, as are address and user agent.
    last_used_at: DateTime<Utc>,
    /// When it ends if nobody refreshes it.
    expires_at: DateTime<Utc>,
    #[schema(example = "203.0.113.9")]
    ip: Option<String>,
    #[schema(example = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")]
    user_agent: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SessionList)]
pub struct SessionListBody {
    items: Vec<SessionInfoBody>,
}

impl SessionListBody {
    pub fn new(sessions: Vec<LiveSession>, current: Option<SessionId>) -> Self {
        let items = sessions.into_iter().map(|session| SessionInfoBody {
            id: session.id.to_string(),
            current: Some(session.id) == current,
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            expires_at: session.expires_at,
            ip: session.ip.map(|ip| ip.to_string()),
            user_agent: session.user_agent,
        });
        Self { items: items.collect() }
    }
}

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct SessionQuery {
    /// Leave the session that asks.
    #[param(value_type = Option<bool>, example = true)]
    pub keep_current: bool,
}

impl Input for SessionQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { keep_current: fields.optional("keep_current")?.unwrap_or(false) })
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EndedSessions)]
pub struct EndedSessionsBody {
    /// How many were ended.
    #[schema(example = 2)]
    pub sessions_ended: u64,
}

#[derive(Debug, ToSchema)]
#[schema(as = ChangePassword)]
pub struct PasswordBody {
    /// The one until now.
    #[schema(value_type = String, format = "password", example = "a good long sentence")]
    pub password: SecretString,
    /// 12 to 256 characters, 5 of them different, and hard to guess for somebody who knows your address.
    #[schema(value_type = String, format = "password", min_length = 12, max_length = 256, example = "another sentence of mine")]
    pub new_password: SecretString,
}

impl Input for PasswordBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (password, new_password) = (fields.secret("password"), fields.secret("new_password"));
        Some(Self { password: password?, new_password: new_password? })
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SecondFactor)]
pub struct FactorBody {
    /// Whether signing in asks for a code.
    enabled: bool,
    enabled_at: Option<DateTime<Utc>>,
    /// Of ten; with none left and the app lost, nobody can sign in.
    #[schema(example = 10)]
    recovery_codes_left: i64,
}

impl From<FactorStatus> for FactorBody {
    fn from(status: FactorStatus) -> Self {
        Self {
            enabled: status.enabled_at.is_some(),
            enabled_at: status.enabled_at,
            recovery_codes_left: status.recovery_codes_left,
        }
    }
}

#[derive(Debug, ToSchema)]
#[schema(as = EnrolSecondFactor)]
pub struct EnrolBody {
    #[schema(value_type = String, format = "password", example = "a good long sentence")]
    pub password: SecretString,
}

impl Input for EnrolBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { password: fields.secret("password")? })
    }
}

/// For an authenticator app. It is shown now and never again.
#[derive(Serialize, ToSchema)]
#[schema(as = Enrolment)]
pub struct EnrolmentBody {
    /// Base 32, to be typed.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    secret: String,
    /// To be shown as a QR code.
    #[schema(
        example = "otpauth://totp/Souk:leyla%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Souk"
    )]
    otpauth_uri: String,
}

impl From<Enrolment> for EnrolmentBody {
    fn from(enrolment: Enrolment) -> Self {
        Self {
            secret: enrolment.secret.expose_secret().to_owned(),
            otpauth_uri: enrolment.uri.expose_secret().to_owned(),
        }
    }
}

#[derive(Debug, ToSchema)]
#[schema(as = ConfirmSecondFactor)]
pub struct CodeBody {
    /// Six digits, as the app shows them now.
    #[schema(value_type = String, example = "123456")]
    pub code: SecretString,
}

impl Input for CodeBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { code: fields.secret("code")? })
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = RecoveryCodes)]
pub struct RecoveryCodesBody {
    /// Each is good once, in place of a code of the app. They are shown now and never again.
    #[schema(example = json!(["abcd-efgh-jkmn-pqrs"]))]
    pub recovery_codes: Vec<String>,
}

#[derive(Debug, ToSchema)]
#[schema(as = DisableSecondFactor)]
pub struct PasswordAndCodeBody {
    #[schema(value_type = String, format = "password", example = "a good long sentence")]
    pub password: SecretString,
    /// Six digits of the app, or a recovery code.
    #[schema(value_type = String, example = "123456")]
    pub code: SecretString,
}

impl Input for PasswordAndCodeBody {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (password, code) = (fields.secret("password"), fields.secret("code"));
        Some(Self { password: password?, code: code? })
    }
}
