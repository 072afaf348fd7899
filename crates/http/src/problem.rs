//! Every error of the API: RFC 9457 problem+json, with a stable code.
//!
//! Invariant: [`TABLE`] is the one place where a code gets its status; a test compares it with the
//! codes of `souk-app`. The source of an error goes to the log, never into the answer.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use souk_app::AppError;
use souk_domain::scope::Scope;
use souk_domain::state::StoreState;
use utoipa::ToSchema;

use crate::correlation;

pub const CONTENT_TYPE: &str = "application/problem+json";

/// Code, status, title.
pub const TABLE: &[(&str, u16, &str)] = &[
    ("request.not_json", 400, "The body is not JSON"),
    ("request.not_found", 404, "There is nothing at this address"),
    ("request.method_not_allowed", 405, "The address does not take this method"),
    ("request.too_large", 413, "The body is too large"),
    ("request.wrong_content_type", 415, "The body has the wrong content type"),
    ("request.invalid", 422, "Some fields are not right"),
    ("request.rate_limited", 429, "Too many requests"),
    ("request.timeout", 503, "The request took too long"),
    ("service.stopping", 503, "This server is stopping"),
    ("stream.limit", 429, "Too many streams are open"),
    ("auth.token_missing", 401, "No access token"),
    ("auth.token_invalid", 401, "The access token is not valid"),
    ("auth.token_expired", 401, "The access token has expired"),
    ("auth.invalid_credentials", 401, "E-mail address or password is wrong"),
    ("auth.refresh_missing", 401, "No refresh token"),
    ("auth.refresh_invalid", 401, "The refresh token is not valid"),
    ("auth.challenge_invalid", 401, "The sign-in has to begin again"),
    ("auth.wrong_origin", 403, "The page is not Souk's own"),
    ("auth.scope_missing", 403, "The token lacks a scope"),
    ("auth.session_required", 403, "Only for who has signed in"),
    ("auth.wrong_password", 403, "The password is wrong"),
    ("auth.wrong_code", 403, "The code is wrong"),
    ("auth.setup_token_missing", 403, "The setup token is missing"),
    ("auth.locked", 423, "Signing in is locked for a while"),
    ("auth.sign_in_limited", 429, "Too many failed sign-ins"),
    ("auth.registration_limited", 429, "Too many registrations"),
    ("auth.factor_enabled", 409, "There is a second factor already"),
    ("auth.factor_not_enrolled", 409, "There is no second factor"),
    ("session.not_found", 404, "No such session"),
    ("token.not_found", 404, "No such token"),
    ("token.limit", 409, "The limit of tokens is reached"),
    ("auth.suspended", 403, "The user is suspended"),
    ("auth.admin_only", 403, "For operators only"),
    ("auth.email_taken", 409, "The e-mail address is taken"),
    ("auth.weak_password", 422, "The password is too weak"),
    ("auth.busy", 503, "Too many sign-ins at once"),
    ("user.not_found", 404, "No such user"),
    ("user.is_you", 409, "That is yourself"),
    ("account.not_found", 404, "No such account"),
    ("store.not_found", 404, "No such store"),
    ("store.not_owner", 403, "Not the owner of the store"),
    ("store.limit", 429, "The account's limit of stores is reached"),
    ("store.cooldown", 429, "Too soon after the last creation"),
    ("store.name_taken", 409, "The name is taken"),
    ("store.not_failed", 409, "The store has not failed"),
    ("store.data_not_lost", 409, "The store's data is there"),
    ("store.name_mismatch", 422, "Not the name of the store"),
    ("store.theme_missing", 422, "The theme is not here"),
    ("store.word_refused", 422, "Not a word for a store"),
    ("store.not_ready", 409, "The store is not ready"),
    ("store.conflict", 409, "The store has changed"),
    ("store.operation_in_progress", 409, "Another operation is at work"),
    ("store.version_mismatch", 412, "The store has another version"),
    ("idempotency.at_work", 409, "The first request with this key is still at work"),
    ("idempotency.key_reused", 422, "The key belongs to another request"),
    ("operation.not_found", 404, "No such operation"),
    ("operation.not_dead_letter", 409, "The operation was not put aside"),
    ("operation.superseded", 409, "The store has gone on"),
    ("provisioning.queue_full", 503, "The queue is full"),
    ("database.unavailable", 503, "The database is away"),
    ("internal", 500, "Something went wrong on our side"),
];

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The field of the body, the parameter, or the header.
    #[schema(example = "name")]
    pub field: String,
    #[schema(example = "must be 3 to 30 characters long")]
    pub message: String,
}

/// RFC 9457, as `application/problem+json`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// A URN made of the code.
    #[serde(rename = "type")]
    #[schema(example = "urn:souk:problem:store.name_taken")]
    type_: String,
    #[schema(example = "The name is taken")]
    title: &'static str,
    #[schema(example = 409)]
    status: u16,
    #[schema(example = "The account has a living store of this name already")]
    detail: String,
    /// Stable: branch on this.
    #[schema(example = "store.name_taken")]
    code: &'static str,
    /// What is wrong, field by field.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    errors: Vec<FieldError>,
    /// The store's state, where the request did not fit it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "ready")]
    current_state: Option<&'static str>,
    /// Name it when you ask for help: it is on every log line of this request.
    #[schema(example = "7hq2x0c5p9mzk3tw4d8e")]
    correlation_id: String,
}

/// Made where the error is found, so it knows the request's correlation id.
pub struct Problem(Box<Parts>);

struct Parts {
    code: &'static str,
    status: StatusCode,
    title: &'static str,
    detail: String,
    errors: Vec<FieldError>,
    current_state: Option<&'static str>,
    retry_after_s: Option<u64>,
    allow: Option<String>,
    scope: Option<Scope>,
    correlation_id: String,
    source: Option<AppError>,
}

impl Problem {
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        // A code that is missing in the table is a fault of ours, and a test finds it.
        let found = TABLE.iter().find(|(known, ..)| *known == code);
        let (_, status, title) = found.copied().unwrap_or((code, 500, "Something went wrong on our side"));
        Self(Box::new(Parts {
            code,
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            title,
            detail: detail.into(),
            errors: Vec::new(),
            current_state: None,
            retry_after_s: None,
            allow: None,
            scope: None,
            correlation_id: correlation::current(),
            source: None,
        }))
    }

    pub(crate) fn invalid(errors: Vec<FieldError>) -> Self {
        let fields: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        let mut problem = Self::new("request.invalid", format!("Look at: {}", fields.join(", ")));
        problem.0.errors = errors;
        problem
    }

    pub(crate) fn rate_limited(retry_after_s: u64) -> Self {
        let detail = format!("Wait {retry_after_s} s before the next request");
        Self::new("request.rate_limited", detail).retry_after(retry_after_s)
    }

    pub(crate) fn too_many_streams(max: usize) -> Self {
        Self::new("stream.limit", format!("A user may have {max} streams open; close one first"))
            .retry_after(1)
    }

    pub(crate) fn stopping() -> Self {
        Self::new("service.stopping", "Ask again; another one will answer").retry_after(1)
    }

    pub(crate) fn method_not_allowed(allow: String) -> Self {
        let mut problem = Self::new("request.method_not_allowed", format!("Methods that work here: {allow}"));
        problem.0.allow = Some(allow);
        problem
    }

    pub(crate) fn scope_missing(scope: Scope) -> Self {
        let detail = format!("This needs the scope `{scope}`; make a token that has it");
        let mut problem = Self::new("auth.scope_missing", detail);
        problem.0.scope = Some(scope);
        problem
    }

    pub(crate) fn session_required() -> Self {
        Self::new("auth.session_required", "A personal access token is not enough for this; sign in")
    }

    /// Names the field `to` in place of `from`, where a request calls it so.
    pub(crate) fn renamed(mut self, from: &str, to: &str) -> Self {
        for error in self.0.errors.iter_mut().filter(|error| error.field == from) {
            to.clone_into(&mut error.field);
        }
        self
    }

    fn retry_after(mut self, seconds: u64) -> Self {
        self.0.retry_after_s = Some(seconds);
        self
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let mut problem = Self::new(error.code(), error.to_string());
        let parts = &mut *problem.0;
        let of_field = match &error {
            AppError::WeakPassword(why) => Some(("password", why.to_string())),
            AppError::NameMismatch => Some(("name", "must be the name of the store".to_owned())),
            AppError::ThemeMissing { .. } => Some(("theme", error.to_string())),
            AppError::WordRefused { field } => Some((*field, error.to_string())),
            AppError::WrongPassword => Some(("password", "is wrong".to_owned())),
            AppError::WrongCode => Some(("code", "is wrong, or was used before".to_owned())),
            AppError::SetupTokenMissing => {
                Some(("setup_token", "must be the one that souk has printed".to_owned()))
            }
            _ => None,
        };
        if let Some((field, message)) = of_field {
            parts.errors = vec![FieldError { field: field.to_owned(), message }];
        }
        parts.retry_after_s = error.retry_after_s();
        parts.current_state = error.current_state().map(StoreState::as_str);
        parts.source = Some(error);
        problem
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        let parts = &*self.0;
        let mut response = HttpResponse::build(parts.status);
        response.insert_header((header::CONTENT_TYPE, CONTENT_TYPE));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        if let Ok(id) = HeaderValue::from_str(&parts.correlation_id) {
            response.insert_header((correlation::HEADER, id));
        }
        if let Some(seconds) = parts.retry_after_s {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        if let Some(allow) = &parts.allow {
            response.insert_header((header::ALLOW, allow.as_str()));
        }
        if parts.status == StatusCode::UNAUTHORIZED {
            let challenge = match parts.code {
                "auth.token_invalid" | "auth.token_expired" => "Bearer error=\"invalid_token\"",
                _ => "Bearer",
            };
            response.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        if let Some(scope) = parts.scope {
            // RFC 6750, section 3.
            let challenge = format!("Bearer error=\"insufficient_scope\", scope=\"{scope}\"");
            response.insert_header((header::WWW_AUTHENTICATE, challenge));
        }
        response.json(ProblemBody {
            type_: format!("urn:souk:problem:{}", parts.code),
            title: parts.title,
            status: parts.status.as_u16(),
            detail: parts.detail.clone(),
            code: parts.code,
            errors: parts.errors.clone(),
            current_state: parts.current_state,
            correlation_id: parts.correlation_id.clone(),
        })
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Parts { code, source, .. } = &*self.0;
        f.debug_struct("Problem").field("code", code).field("source", source).finish_non_exhaustive()
    }
}

/// For the log: the code, and what stands behind it.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.code)?;
        let mut cause = self.0.source.as_ref().and_then(std::error::Error::source);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use souk_domain::theme::Theme;
    use std::time::Duration;

    #[test]
    fn every_code_of_the_use_cases_has_its_status() {
        let wait = Duration::from_secs(1);
        let current = StoreState::Ready;
        let errors = [
            AppError::TokenInvalid,
            AppError::TokenExpired,
            AppError::InvalidCredentials,
            AppError::Suspended,
            AppError::RefreshInvalid,
            AppError::ChallengeInvalid,
            AppError::WrongPassword,
            AppError::WrongCode,
            AppError::Locked { retry_after: wait },
            AppError::SignInLimited { retry_after: wait },
            AppError::RegistrationLimited { retry_after: wait },
            AppError::SetupTokenMissing,
            AppError::SessionNotFound,
            AppError::TokenNotFound,
            AppError::TokenLimit { max: 1 },
            AppError::FactorEnabled,
            AppError::FactorNotEnrolled,
            AppError::AdminOnly,
            AppError::EmailTaken,
            AppError::WeakPassword(souk_app::auth::password::WeakPassword::Length),
            AppError::SignInBusy,
            AppError::StoreNotFound,
            AppError::OperationNotFound,
            AppError::UserNotFound,
            AppError::AccountNotFound,
            AppError::OwnSuspension,
            AppError::StoreNotOwner,
            AppError::StoreLimit { max: 5 },
            AppError::Cooldown { retry_after: wait },
            AppError::QueueFull { retry_after: wait },
            AppError::NameTaken,
            AppError::NotFailed { current },
            AppError::DataNotLost { current },
            AppError::NameMismatch,
            AppError::ThemeMissing { theme: Theme::Astra },
            AppError::WordRefused { field: "name" },
            AppError::NotReady { current },
            AppError::Conflict { current },
            AppError::OperationInProgress,
            AppError::VersionMismatch { version: 1 },
            AppError::NotDeadLetter,
            AppError::GoneOn { current },
            AppError::KeyReused,
            AppError::KeyAtWork,
            AppError::Internal("x".into()),
        ];
        for error in errors {
            assert!(TABLE.iter().any(|(code, ..)| *code == error.code()), "{} has no status", error.code());
        }
    }

    #[test]
    fn the_answer_says_nothing_of_what_stands_behind_an_error() {
        let problem = Problem::from(AppError::Internal("password=hunter2".into()));
        assert!(problem.to_string().contains("hunter2"));
        assert!(!problem.0.detail.contains("hunter2"));
        assert_eq!(problem.status_code(), 500);
    }
}
