//! What the programs of a store that is not there would have written.

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta};
use futures::StreamExt as _;
use futures::stream;

use super::FakeCluster;
use crate::logs::{LogLine, LogLines, LogQuery, PodLogs};
use crate::{StepError, Target};

/// Between two lines that are followed.
const PACE: std::time::Duration = std::time::Duration::from_secs(1);

#[async_trait]
impl PodLogs for FakeCluster {
    /// Each line says that nothing is real. The third holds the store's own password, as that of a careless program
    /// would, so that whoever shows it has something to strike out.
    async fn lines(&self, target: &Target, query: LogQuery) -> Result<LogLines, StepError> {
        let engine = target.engine.as_str().to_owned();
        if query.container.as_ref().is_some_and(|wanted| *wanted != engine) {
            return Ok(stream::empty().boxed());
        }
        let password =
            target.secrets.as_ref().map_or_else(String::new, |secrets| secrets.admin_password.clone());
        let begun = [
            format!("simulated: {} starts", target.host),
            "simulated: the database answers".to_owned(),
            format!("simulated: signing in with {password}"),
            "simulated: listening".to_owned(),
        ];
        let line = move |(number, text): (usize, String)| LogLine {
            time: Some(DateTime::UNIX_EPOCH + TimeDelta::seconds(i64::try_from(number).unwrap_or(i64::MAX))),
            pod: format!("{engine}-simulated"),
            container: engine.clone(),
            text,
        };
        let past: Vec<LogLine> = begun.into_iter().enumerate().map(&line).collect();
        let skipped = past.len().saturating_sub(query.tail as usize);
        let since = query.since;
        let past = past.into_iter().skip(skipped).filter(move |line| line.time > since).map(Ok);
        if !query.follow {
            return Ok(stream::iter(past).boxed());
        }
        let now = stream::unfold(4_usize, move |number| {
            let line = line((number, format!("simulated: request {number} answered")));
            async move {
                tokio::time::sleep(PACE).await;
                Some((Ok(line), number + 1))
            }
        });
        Ok(stream::iter(past).chain(now).boxed())
    }
}
