//! What a store's programs write, with every secret of the store struck out.
//!
//! Invariant: no line leaves here that holds a secret of the attempt whose programs wrote it, plain or in base64, or a
//! password that the operator lent to the shops.

use aho_corasick::AhoCorasick;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use secrecy::ExposeSecret;
use souk_db::{accounts, installation, operations, secrets, stores};
use souk_domain::credentials::StoreSecrets;
use souk_domain::id::StoreId;
use souk_domain::plan::Plan;
use souk_domain::principal::Principal;
use souk_domain::state::StoreState;
use souk_provisioner::logs::{LogLine, LogQuery, MAX_LINE_BYTES};
use souk_provisioner::{StepError, Target};

use crate::error::OrNotFound;
use crate::{App, AppError};

/// In place of a secret.
pub const HIDDEN: &str = "(hidden)";

pub type Lines = BoxStream<'static, Result<LogLine, AppError>>;

/// An operator may look at everybody's. Before a store's first attempt has begun there are none.
pub async fn pod_logs(app: &App, who: &Principal, id: StoreId, query: LogQuery) -> Result<Lines, AppError> {
    let mut tx = app.tenant(who).await?;
    let store = stores::get(&mut tx, id).await.or_not_found(AppError::StoreNotFound)?;
    if store.state == StoreState::Deleted {
        return Err(AppError::StoreNotFound);
    }
    let operation = operations::latest(&mut tx, id).await?.ok_or(AppError::StoreNotFound)?;
    let target = Target {
        installation: installation::id(&mut tx).await?,
        account: store.account_id,
        store: id,
        operation: operation.id,
        engine: store.engine,
        plan: Plan::of_store(store.chosen_plan, accounts::get(&mut tx, store.account_id).await?.plan),
        title: store.title.clone(),
        options: store.options,
        url: app.addresses.url(&store.host),
        host: store.host.clone(),
        namespace: store.slug.namespace(store.attempt),
        secrets: secrets::get(&mut tx, &app.keyring, id, store.attempt).await?,
    };
    tx.commit().await?;
    let hidden = hidden(target.secrets.as_ref(), app.lent.iter().map(ExposeSecret::expose_secret))?;
    let lines = app.pod_logs.lines(&target, query).await.map_err(away)?;
    Ok(lines.map(move |line| line.map(|line| shown(line, &hidden)).map_err(away)).boxed())
}

fn away(error: StepError) -> AppError {
    AppError::ClusterAway(error)
}

/// Finds whatever must not be shown.
fn hidden<'a>(
    secrets: Option<&'a StoreSecrets>,
    lent: impl Iterator<Item = &'a str>,
) -> Result<AhoCorasick, AppError> {
    let own = secrets.into_iter().flat_map(StoreSecrets::to_hide);
    let plain: Vec<&str> = own.chain(lent.filter(|secret| !secret.is_empty())).collect();
    let encoded: Vec<String> = plain.iter().map(|secret| STANDARD.encode(secret)).collect();
    let all = plain.into_iter().map(str::to_owned).chain(encoded);
    // The longest first, where one begins like another.
    AhoCorasick::builder()
        .match_kind(aho_corasick::MatchKind::LeftmostLongest)
        .build(all)
        .map_err(AppError::internal)
}

fn shown(mut line: LogLine, hidden: &AhoCorasick) -> LogLine {
    let found = hidden.patterns_len();
    line.text = hidden.replace_all(&line.text, &vec![HIDDEN; found]);
    if line.text.len() > MAX_LINE_BYTES {
        line.text.truncate(line.text.floor_char_boundary(MAX_LINE_BYTES));
        line.text.push_str(" (cut)");
    }
    line
}

#[cfg(test)]
mod tests {
    use souk_domain::engine::Engine;
    use souk_domain::entropy::Entropy;

    use super::*;

    fn line(text: String) -> LogLine {
        LogLine { time: None, pod: "medusa-0".into(), container: "medusa".into(), text }
    }

    #[test]
    fn no_secret_of_the_store_and_none_that_was_lent_to_it_is_shown() {
        for &engine in Engine::ALL {
            let email = "owner@example.com".parse().unwrap();
            let secrets = StoreSecrets::generate(engine, email, &Entropy::seeded(7));
            let hidden = hidden(Some(&secrets), ["mail password"].into_iter()).unwrap();
            for secret in secrets.internal.values().chain([&secrets.admin_password]) {
                let text =
                    shown(line(format!("a {secret} b {} c mail password", STANDARD.encode(secret))), &hidden)
                        .text;
                assert_eq!(text, "a (hidden) b (hidden) c (hidden)", "{engine}");
            }
            let said = "what is no secret stays".to_owned();
            assert_eq!(shown(line(said.clone()), &hidden).text, said);
        }
    }

    #[test]
    fn a_secret_at_the_cut_of_a_long_line_is_seen_as_a_whole() {
        let hidden = hidden(None, ["topsecret"].into_iter()).unwrap();
        let text = format!("{}topsecret and more", "x".repeat(MAX_LINE_BYTES - 4));
        let text = shown(line(text), &hidden).text;
        assert!(text.ends_with("x(hid (cut)"), "{}", &text[MAX_LINE_BYTES - 10..]);
        assert!(shown(line("é".repeat(MAX_LINE_BYTES)), &hidden).text.ends_with("é (cut)"));
    }

    #[test]
    fn without_any_secret_nothing_is_struck_out() {
        let hidden = hidden(None, std::iter::empty()).unwrap();
        assert_eq!(shown(line("plain".into()), &hidden).text, "plain");
    }
}
