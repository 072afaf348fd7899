//! From what the API server and helm say to what the worker and the owner need to know.
//!
//! Two tables, one for `kube::Error`, one for helm's stderr. What no row knows is transient: three
//! more tries cost seconds, a store given up by mistake costs its owner.

use std::error::Error as _;

use kube::core::Status;
use souk_provisioner::{ErrorKind, StepError};

use crate::command::CommandError;

/// helm's own words are kept for operators up to this length.
const DETAIL_LIMIT_CHARS: usize = 600;

pub const OPERATOR: &str = "The operator of this platform can see the details in Souk's log";
const QUOTA: &str = "The store needs more than its plan allows; choose a larger plan or ask the operator";
const RIGHTS: &str = "The operator should install the current version of Souk's account in the cluster";

/// What a refusal means, whoever passes it on: the text comes from the API server itself.
struct Row {
    /// All of these stand in the message, whatever their case.
    needles: &'static [&'static str],
    kind: ErrorKind,
    reason: &'static str,
    advice: Option<&'static str>,
}

const fn row(
    needles: &'static [&'static str],
    kind: ErrorKind,
    reason: &'static str,
    advice: Option<&'static str>,
) -> Row {
    Row { needles, kind, reason, advice }
}

use ErrorKind::{Permanent, Transient, Unavailable};

/// Refusals of the API server, as `kube::Error` carries them and as helm repeats them.
const API_ROWS: &[Row] = &[
    row(
        &["exceeded quota"],
        Permanent,
        "the cluster refused the store: its resource quota is used up",
        Some(QUOTA),
    ),
    row(
        &["failed quota"],
        Permanent,
        "the cluster refused the store: a workload names no limits",
        Some(OPERATOR),
    ),
    row(
        &["violates podsecurity"],
        Permanent,
        "the cluster refused the store: it breaks the security rules",
        Some(OPERATOR),
    ),
    row(&["because it is being terminated"], Permanent, "the store's namespace is being removed", None),
    row(
        &["failed calling webhook"],
        Transient,
        "an admission webhook of the cluster did not answer",
        Some(OPERATOR),
    ),
    row(
        &["validatingadmissionpolicy", "denied request"],
        Permanent,
        "a policy of the cluster refused the request",
        Some(RIGHTS),
    ),
    row(
        &["admission webhook", "denied the request"],
        Permanent,
        "a policy of the cluster refused the store",
        Some(OPERATOR),
    ),
    row(&["is forbidden", "cannot"], Transient, "Souk lacks a right in the cluster", Some(RIGHTS)),
    row(
        &["storageclass", "not found"],
        Permanent,
        "the cluster has no storage of the kind that the store asks for",
        Some(OPERATOR),
    ),
];

/// What helm says of itself, after the rows above.
const HELM_ROWS: &[Row] = &[
    row(
        &["another operation", "in progress"],
        Transient,
        "another change of the store is still under way",
        None,
    ),
    row(
        &["values don't meet the specifications"],
        Permanent,
        "the chart refuses these values",
        Some(OPERATOR),
    ),
    row(&["cluster unreachable"], Unavailable, "the cluster does not answer", None),
    row(&["connection refused"], Unavailable, "the cluster does not answer", None),
    row(&["i/o timeout"], Unavailable, "the cluster does not answer", None),
    row(&["no such host"], Unavailable, "the cluster does not answer", None),
    row(&["tls handshake timeout"], Unavailable, "the cluster does not answer", None),
    row(&["connection reset by peer"], Unavailable, "the cluster does not answer", None),
    row(&["http2: client connection lost"], Unavailable, "the cluster does not answer", None),
    row(
        &["failed to verify certificate"],
        Unavailable,
        "the cluster shows a certificate that Souk does not know",
        Some(RIGHTS),
    ),
    row(&["etcdserver:"], Unavailable, "the cluster's database does not answer", None),
    row(&["unauthorized"], Unavailable, "the cluster does not accept Souk's credentials", Some(RIGHTS)),
    row(
        &["the server has asked for the client to provide credentials"],
        Unavailable,
        "the cluster does not accept Souk's credentials",
        Some(RIGHTS),
    ),
    row(
        &["invalid ownership metadata"],
        Permanent,
        "something else has made a part of the store already",
        Some(OPERATOR),
    ),
    row(&["execution error at"], Permanent, "the chart refuses these values", Some(OPERATOR)),
    row(&["parse error at"], Permanent, "the store's chart is broken", Some(OPERATOR)),
    row(
        &["chart.yaml file is missing"],
        Permanent,
        "the store's chart is not where Souk looks for it",
        Some(OPERATOR),
    ),
    row(
        &["path", "not found"],
        Permanent,
        "the store's chart is not where Souk looks for it",
        Some(OPERATOR),
    ),
    row(
        &["no such file or directory"],
        Permanent,
        "helm or the store's chart is not where Souk looks for it",
        Some(OPERATOR),
    ),
    row(&["namespaces", "not found"], Permanent, "the store's namespace is gone", None),
    row(&["is invalid:"], Permanent, "the cluster refuses a part of the store as invalid", Some(OPERATOR)),
    row(
        &["no matches for kind"],
        Permanent,
        "the cluster lacks a kind of resource that the store needs",
        Some(OPERATOR),
    ),
    row(&["context deadline exceeded"], Transient, "helm took too long", None),
];

fn find(rows: &'static [Row], message: &str) -> Option<&'static Row> {
    let message = message.to_lowercase();
    rows.iter().find(|row| row.needles.iter().all(|needle| message.contains(needle)))
}

fn from_row(row: &Row) -> StepError {
    let error = StepError::new(row.kind, row.reason);
    match row.advice {
        Some(advice) => error.advice(advice),
        None => error,
    }
}

/// What a refusal by the API server means. `what` says in plain words what was tried.
pub fn api(what: &str, error: kube::Error) -> StepError {
    let classified = match &error {
        kube::Error::Api(status) => api_status(what, status),
        kube::Error::HyperError(_)
        | kube::Error::Service(_)
        | kube::Error::ReadEvents(_)
        | kube::Error::RustlsTls(_)
        | kube::Error::UpgradeConnection(_) => StepError::unavailable("the cluster does not answer"),
        kube::Error::Auth(_) => {
            StepError::unavailable("Souk's credentials for the cluster cannot be read").advice(RIGHTS)
        }
        _ => StepError::transient(format!("Souk could not {what}")).advice(OPERATOR),
    };
    classified.caused_by(error)
}

fn api_status(what: &str, status: &Status) -> StepError {
    if let Some(row) = find(API_ROWS, &status.message) {
        return from_row(row);
    }
    match status.code {
        401 => StepError::unavailable("the cluster does not accept Souk's credentials").advice(RIGHTS),
        429 | 502..=504 => StepError::unavailable("the cluster is overloaded or restarting"),
        400 | 403 | 405 | 413 | 422 => {
            StepError::permanent(format!("the cluster refused to {what}")).advice(OPERATOR)
        }
        _ => StepError::transient(format!("Souk could not {what}")).advice(OPERATOR),
    }
}

/// What a failed watch means: its first list or its stream was refused.
pub fn watch(what: &str, error: kube::runtime::watcher::Error) -> StepError {
    use kube::runtime::watcher::Error;
    match error {
        Error::InitialListFailed(error) | Error::WatchStartFailed(error) | Error::WatchFailed(error) => {
            api(what, error)
        }
        Error::WatchError(status) => api(what, kube::Error::Api(status)),
        error @ Error::NoResourceVersion => {
            StepError::transient(format!("Souk could not {what}")).caused_by(error)
        }
    }
}

/// What it means that helm ended with a status other than 0.
pub fn helm(what: &str, stderr: &str) -> StepError {
    // A refusal by a quota can stand after a long line of other words; the API server's go first.
    let row = find(API_ROWS, stderr).or_else(|| find(HELM_ROWS, stderr));
    let error = match row {
        Some(row) => from_row(row),
        None => StepError::transient(format!("helm could not {what}")).advice(OPERATOR),
    };
    error.caused_by(HelmSaid(tail(stderr, DETAIL_LIMIT_CHARS)))
}

/// What it means that a child could not be run to its end.
pub fn command(error: CommandError) -> StepError {
    let classified = match &error {
        CommandError::Start { program, .. } => {
            StepError::permanent(format!("{program} could not be started")).advice(OPERATOR)
        }
        CommandError::Pipe { program, .. } => StepError::transient(format!("{program} stopped half way")),
        CommandError::TimedOut { program, limit } => {
            StepError::transient(format!("{program} took longer than {} s", limit.as_secs()))
        }
    };
    classified.caused_by(error)
}

/// helm's own words, for the log.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct HelmSaid(String);

/// The last `limit` characters of a text, which is where programs say what went wrong.
pub fn tail(text: &str, limit: usize) -> String {
    let text = text.trim();
    let skipped = text.chars().count().saturating_sub(limit);
    text.chars().skip(skipped).collect()
}

/// An error with all its sources, for a log line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

/// The operator's text of a step error, for tests and logs.
#[must_use]
pub fn operator_text(error: &StepError) -> String {
    error.source().map_or_else(|| error.reason.clone(), |source| format!("{error}: {}", chain(source)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: u16, message: &str) -> kube::Error {
        kube::Error::Api(Status::failure(message, "").with_code(code).boxed())
    }

    #[test]
    fn each_refusal_of_the_api_server_is_told_apart() {
        let table = [
            (403, "pods \"x\" is forbidden: exceeded quota: store, requested: cpu=2", Permanent),
            (403, "pods \"x\" is forbidden: violates PodSecurity \"restricted:latest\"", Permanent),
            (
                403,
                "secrets is forbidden: User \"system:serviceaccount:a:b\" cannot create resource",
                Transient,
            ),
            (
                403,
                "secrets \"x\" is forbidden: unable to create new content in namespace y because it is being terminated",
                Permanent,
            ),
            (
                422,
                "namespaces \"x\" is forbidden: ValidatingAdmissionPolicy 'souk' with binding 'souk' denied request: no",
                Permanent,
            ),
            (500, "Internal error occurred: failed calling webhook \"a.b\"", Transient),
            (401, "Unauthorized", Unavailable),
            (503, "etcdserver: no leader", Unavailable),
            (429, "too many requests", Unavailable),
            (422, "Secret \"x\" is invalid", Permanent),
            (409, "the object has been modified", Transient),
            (500, "something else", Transient),
        ];
        for (code, message, kind) in table {
            assert_eq!(api("make it", refusal(code, message)).kind, kind, "{code} {message}");
        }
    }

    #[test]
    fn a_cluster_that_does_not_answer_costs_no_attempt() {
        let error = kube::Error::Service(Box::new(std::io::Error::other("connection refused")));
        assert_eq!(api("look", error).kind, Unavailable);
    }

    #[test]
    fn each_complaint_of_helm_is_told_apart() {
        let table = [
            ("Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress", Transient),
            (
                "Error: values don't meet the specifications of the schema(s) in the following chart(s):",
                Permanent,
            ),
            (
                "Error: INSTALLATION FAILED: kubernetes cluster unreachable: Get \"https://127.0.0.1:6443/version\": dial tcp 127.0.0.1:6443: connect: connection refused",
                Unavailable,
            ),
            (
                "Error: INSTALLATION FAILED: 1 error occurred: pods \"x\" is forbidden: exceeded quota: store",
                Permanent,
            ),
            (
                "Error: query: failed to query with labels: secrets is forbidden: User \"x\" cannot list resource \"secrets\"",
                Transient,
            ),
            ("Error: INSTALLATION FAILED: path \"/charts/x\" not found", Permanent),
            ("Error: create: failed to create: namespaces \"x\" not found", Permanent),
            ("Error: UPGRADE FAILED: Unauthorized", Unavailable),
            (
                "Error: Get \"https://10.0.0.1:6443/api\": tls: failed to verify certificate: x509: unknown authority",
                Unavailable,
            ),
            ("setpriv: failed to execute helm: No such file or directory", Permanent),
            ("Error: something new", Transient),
        ];
        for (stderr, kind) in table {
            assert_eq!(helm("install the store", stderr).kind, kind, "{stderr}");
        }
    }

    #[test]
    fn the_owner_reads_plain_words_and_the_operator_reads_helms() {
        let error = helm("install the store", "Error: pods \"x\" is forbidden: exceeded quota: store");
        assert!(!error.to_string().contains("pods"), "{error}");
        assert!(error.advice.as_deref().unwrap_or_default().contains("plan"));
        assert!(operator_text(&error).contains("pods \"x\" is forbidden"));
    }

    #[test]
    fn needles_are_written_in_small_letters_or_they_could_never_match() {
        for row in API_ROWS.iter().chain(HELM_ROWS) {
            assert!(row.needles.iter().all(|needle| *needle == needle.to_lowercase()), "{:?}", row.needles);
        }
    }

    #[test]
    fn a_long_text_is_cut_to_its_end_between_characters() {
        assert_eq!(tail("äöü", 2), "öü");
        assert_eq!(tail(" a ", 5), "a");
    }
}
