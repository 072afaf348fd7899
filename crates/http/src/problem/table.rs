//! Every code that the API answers with: its status, its title, and what to do.
//!
//! Invariant: this is the one place where a code gets its status. The answers, the OpenAPI document and `docs/errors.md`
//! are made of it, and tests compare them with the codes of `souk-app` and with what the routes really answer.

/// One kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Stable: clients branch on it.
    pub code: &'static str,
    pub status: u16,
    /// The same in each answer of this code; its `detail` says more.
    pub title: &'static str,
    /// For whoever meets it.
    pub advice: &'static str,
}

const fn kind(code: &'static str, status: u16, title: &'static str, advice: &'static str) -> Kind {
    Kind { code, status, title, advice }
}

/// By noun, those of every request first.
pub const TABLE: &[Kind] = &[
    kind(
        "request.not_json",
        400,
        "The body is not JSON",
        "Send a JSON object; `detail` says where reading stopped",
    ),
    kind("request.not_found", 404, "There is nothing at this address", "Look the address up in the document"),
    kind(
        "request.method_not_allowed",
        405,
        "The address does not take this method",
        "Take one of those in the header `Allow`",
    ),
    kind("request.too_large", 413, "The body is too large", "Send at most 256 KiB"),
    kind(
        "request.wrong_content_type",
        415,
        "The body has the wrong content type",
        "Send `Content-Type: application/json`",
    ),
    kind(
        "request.invalid",
        422,
        "Some fields are not right",
        "`errors` names each of them with what it must be",
    ),
    kind("request.rate_limited", 429, "Too many requests", "Wait as long as `Retry-After` says"),
    kind(
        "request.timeout",
        503,
        "The request took too long",
        "Ask again in a moment; where the request changes something, with an `Idempotency-Key`",
    ),
    kind("service.stopping", 503, "This server is stopping", "Ask again; another one answers"),
    kind("database.unavailable", 503, "The database is away", "Ask again in a moment; nothing was changed"),
    kind("cluster.unavailable", 503, "The cluster is away", "Ask again in a moment; stores that run go on"),
    kind(
        "internal",
        500,
        "Something went wrong on our side",
        "Tell the operator the `correlation_id`: it is on every line of the log that concerns the request",
    ),
    kind(
        "stream.limit",
        429,
        "Too many streams are open",
        "Close one first: a user may have 10 in each process",
    ),
    kind(
        "auth.token_missing",
        401,
        "No access token",
        "Send `Authorization: Bearer` with a token of `POST /auth/login`, or a personal access token",
    ),
    kind("auth.token_invalid", 401, "The access token is not valid", "Sign in again, or make a new token"),
    kind("auth.token_expired", 401, "The access token has expired", "`POST /auth/refresh` gets the next one"),
    kind(
        "auth.invalid_credentials",
        401,
        "E-mail address or password is wrong",
        "Look at both; which one it is, is not said to strangers. Five in a row lock the address for 15 minutes",
    ),
    kind(
        "auth.refresh_missing",
        401,
        "No refresh token",
        "Send it in the cookie or in the body, or sign in again",
    ),
    kind("auth.refresh_invalid", 401, "The refresh token is not valid", "Sign in again"),
    kind(
        "auth.challenge_invalid",
        401,
        "The sign-in has to begin again",
        "Begin again with the password: a challenge is good for a few minutes and a few codes",
    ),
    kind(
        "auth.wrong_origin",
        403,
        "The page is not Souk's own",
        "The cookie counts only for pages of `SOUK_PUBLIC_URL`; others send the refresh token in the body",
    ),
    kind(
        "auth.scope_missing",
        403,
        "The token lacks a scope",
        "Make a token with the scope that `detail` names",
    ),
    kind(
        "auth.session_required",
        403,
        "Only for who has signed in",
        "Sign in: a personal access token cannot change how its user signs in",
    ),
    kind("auth.wrong_password", 403, "The password is wrong", "Type your present password"),
    kind(
        "auth.wrong_code",
        403,
        "The code is wrong",
        "Wait for the app's next code, or take a recovery code",
    ),
    kind(
        "auth.setup_token_missing",
        403,
        "The setup token is missing",
        "The first user sends the `setup_token` that `souk` prints at its start",
    ),
    kind("auth.suspended", 403, "The user is suspended", "Ask the operator"),
    kind("auth.admin_only", 403, "For operators only", "Ask an operator"),
    kind(
        "auth.locked",
        423,
        "Signing in is locked for a while",
        "Wait as long as `Retry-After` says; who is signed in stays signed in",
    ),
    kind("auth.sign_in_limited", 429, "Too many failed sign-ins", "Wait as long as `Retry-After` says"),
    kind("auth.registration_limited", 429, "Too many registrations", "Wait as long as `Retry-After` says"),
    kind("auth.busy", 503, "Too many sign-ins at once", "Ask again in a second"),
    kind("auth.email_taken", 409, "The e-mail address is taken", "Sign in with it, or take another one"),
    kind("auth.weak_password", 422, "The password is too weak", "`errors` says what would make it better"),
    kind("auth.factor_enabled", 409, "There is a second factor already", "Disable it first"),
    kind("auth.factor_not_enrolled", 409, "There is no second factor", "Begin with its enrolment"),
    kind("session.not_found", 404, "No such session", "List those that live: `GET /me/sessions`"),
    kind("token.not_found", 404, "No such token", "List those that are there: `GET /me/tokens`"),
    kind("token.limit", 409, "The limit of tokens is reached", "Revoke one that is not used"),
    kind("user.not_found", 404, "No such user", "Look the user up: `GET /admin/users`"),
    kind("user.is_you", 409, "That is yourself", "Ask another operator, or `souk admin`"),
    kind("account.not_found", 404, "No such account", "Look the account up: `GET /admin/users`"),
    kind(
        "store.not_found",
        404,
        "No such store",
        "List yours: `GET /stores`. A store of another account is not found either",
    ),
    kind(
        "store.not_owner",
        403,
        "Not the owner of the store",
        "Operators look at others' stores and change none; `souk admin delete-store` removes one",
    ),
    kind("store.limit", 429, "The account's limit of stores is reached", "Delete a store, or ask for more"),
    kind("store.cooldown", 429, "Too soon after the last creation", "Wait as long as `Retry-After` says"),
    kind("store.name_taken", 409, "The name is taken", "Take another name, or delete the store that has it"),
    kind("store.word_refused", 422, "Not a word for a store", "Take another name or title"),
    kind(
        "store.theme_missing",
        422,
        "The theme is not here",
        "Take another theme, or ask the operator to bring its files (`SOUK_WP_THEMES`)",
    ),
    kind(
        "store.plan_too_large",
        422,
        "The plan is larger than the account's",
        "Take a smaller one, or ask the operator for a larger one for the account",
    ),
    kind(
        "store.not_failed",
        409,
        "The store has not failed",
        "Only a failed store is retried; see `current_state`",
    ),
    kind(
        "store.data_not_lost",
        409,
        "The store's data is there",
        "Only a store whose data is lost is rebuilt; see `current_state`",
    ),
    kind("store.name_mismatch", 422, "Not the name of the store", "Type the store's name as it is"),
    kind("store.not_ready", 409, "The store is not ready", "Wait until it is; see `current_state`"),
    kind(
        "store.conflict",
        409,
        "The store has changed",
        "Read it again, and decide anew; see `current_state`",
    ),
    kind("store.operation_in_progress", 409, "Another operation is at work", "Wait for its end"),
    kind(
        "store.version_mismatch",
        412,
        "The store has another version",
        "Read it again; its `ETag` is what `If-Match` takes",
    ),
    kind(
        "idempotency.at_work",
        409,
        "The first request with this key is still at work",
        "Ask again in a second, with the same key",
    ),
    kind(
        "idempotency.key_reused",
        422,
        "The key belongs to another request",
        "Take a new key for a new request",
    ),
    kind("operation.not_found", 404, "No such operation", "A store names its newest one: `GET /stores/{id}`"),
    kind(
        "operation.not_dead_letter",
        409,
        "The operation was not put aside",
        "List those that were: `GET /admin/dead-letters`",
    ),
    kind(
        "operation.superseded",
        409,
        "The store has gone on",
        "There is nothing left to do for this operation; see `current_state`",
    ),
    kind(
        "provisioning.queue_full",
        503,
        "The queue is full",
        "Wait as long as `Retry-After` says; nothing was changed",
    ),
];

/// The row of a code.
#[must_use]
pub fn of(code: &str) -> Option<&'static Kind> {
    TABLE.iter().find(|kind| kind.code == code)
}

/// The page of all errors, as it is kept in `docs/errors.md`.
#[must_use]
pub fn page() -> String {
    let mut page = "\
# Errors

Every error of the API is problem+json (RFC 9457) with one of these codes; see [the API](api.md#errors) for its shape. Branch on `code`:
it is stable, and so is its status. `title` is the same for each code, `detail` says what happened this time.

| code | status | title | what to do |
|---|---|---|---|
"
    .to_owned();
    for Kind { code, status, title, advice } in TABLE {
        page.extend([format!("| `{code}` | {status} | {title} | {advice} |\n")]);
    }
    page += "\nThis page is made of the code: `souk errors > docs/errors.md`. Which of them a request can meet is in [openapi.json](openapi.json).\n";
    page
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_there_once_and_says_what_to_do() {
        for (position, kind) in TABLE.iter().enumerate() {
            let same = TABLE.iter().position(|other| other.code == kind.code);
            assert_eq!(same, Some(position), "{} comes twice", kind.code);
            assert!((400..600).contains(&kind.status), "{}", kind.code);
            assert!(!kind.advice.is_empty() && !kind.advice.ends_with('.'), "{}", kind.code);
            assert!(
                kind.code.bytes().all(|byte| byte.is_ascii_lowercase() || b"._".contains(&byte)),
                "{}",
                kind.code
            );
        }
    }
}
