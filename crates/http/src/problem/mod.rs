//! Every error of the API: RFC 9457 problem+json, with a stable code.
//!
//! Invariant: [`table`] is the one place where a code gets its status. The source of an error goes to the log, never
//! into the answer.

mod table;

pub use table::{Kind, TABLE, of, page};

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

/// The `type` of a code.
pub(crate) fn urn(code: &str) -> String {
    format!("urn:souk:problem:{code}")
}

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
        let (status, title) = table::of(code)
            .map_or((500, "Something went wrong on our side"), |kind| (kind.status, kind.title));
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

    pub(crate) const fn code(&self) -> &'static str {
        self.0.code
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
            AppError::PlanTooLarge { most } => Some(("plan", format!("must be {most} at most"))),
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
            type_: urn(parts.code),
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
            AppError::PlanTooLarge { most: souk_domain::plan::Plan::Free },
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
            AppError::ClusterAway(souk_provisioner::StepError::unavailable("x")),
            AppError::Internal("x".into()),
        ];
        for error in errors {
            assert!(table::of(error.code()).is_some(), "{} has no status", error.code());
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
