//! The lines of one container.

use chrono::{DateTime, Utc};
use futures::stream::{self, BoxStream};
use futures::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, StreamExt as _};
use k8s_openapi::api::core::v1::{ContainerStatus, Pod};
use kube::Api;
use kube::api::LogParams;
use souk_provisioner::logs::{LogLine, LogQuery, MAX_LINE_BYTES};

/// What is read of a line beyond what is shown, so that a secret at the cut can still be seen as a whole.
const BEYOND_BYTES: usize = 512;
/// How far the clocks of a node and of Souk may be apart.
const SKEW_S: i64 = 60;

/// One run of one container.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Container {
    pub pod: String,
    pub name: String,
    pub restarts: i32,
}

/// Where to begin.
#[derive(Debug, Clone, Copy)]
pub struct From {
    /// At most so many of the last lines.
    pub tail: Option<u32>,
    /// Only lines written after it.
    pub after: Option<DateTime<Utc>>,
    pub now: DateTime<Utc>,
}

/// The containers of the pod that run, or have run since their last restart.
pub fn started(pod: &Pod) -> Vec<Container> {
    let name = pod.metadata.name.clone().unwrap_or_default();
    let status = pod.status.as_ref();
    let all = |pick: fn(&k8s_openapi::api::core::v1::PodStatus) -> &Option<Vec<ContainerStatus>>| {
        status.and_then(|status| pick(status).as_deref()).unwrap_or_default()
    };
    let (before, main) =
        (all(|status| &status.init_container_statuses), all(|status| &status.container_statuses));
    let has_begun = |status: &&ContainerStatus| {
        status.state.as_ref().is_some_and(|state| state.running.is_some() || state.terminated.is_some())
    };
    let container = |status: &ContainerStatus| Container {
        pod: name.clone(),
        name: status.name.clone(),
        restarts: status.restart_count,
    };
    before.iter().chain(main).filter(has_begun).map(container).collect()
}

impl Container {
    pub fn is_wanted(&self, query: &LogQuery) -> bool {
        query.container.as_ref().is_none_or(|wanted| *wanted == self.name)
    }

    /// Ends where the container's log does, and where the connection breaks.
    pub fn lines(self, api: Api<Pod>, from: From, follow: bool) -> BoxStream<'static, LogLine> {
        let open = async move {
            match api.log_stream(&self.pod, &self.params(from, follow)).await {
                Ok(log) => self.read(log, from.after).left_stream(),
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::debug!(error, pod = self.pod, container = self.name, "a log cannot be read");
                    stream::empty().right_stream()
                }
            }
        };
        stream::once(open).flatten().boxed()
    }

    fn params(&self, from: From, follow: bool) -> LogParams {
        let since = |after: DateTime<Utc>| (from.now - after).num_seconds().max(0) + SKEW_S;
        LogParams {
            container: Some(self.name.clone()),
            follow,
            tail_lines: from.tail.map(i64::from),
            since_seconds: from.after.map(since),
            timestamps: true,
            ..LogParams::default()
        }
    }

    fn read(
        self,
        log: impl AsyncBufRead + Send,
        after: Option<DateTime<Utc>>,
    ) -> impl futures::Stream<Item = LogLine> + Send {
        stream::unfold(Box::pin(log), |mut log| async { Some((next_line(&mut log).await?, log)) })
            .map(move |bytes| self.line(&String::from_utf8_lossy(&bytes)))
            .filter(move |line| {
                std::future::ready(after.is_none() || line.time.is_none() || line.time > after)
            })
    }

    /// The node puts the time before each line.
    fn line(&self, text: &str) -> LogLine {
        let (time, text) = match text.split_once(' ') {
            Some((time, rest)) => match DateTime::parse_from_rfc3339(time) {
                Ok(time) => (Some(time.to_utc()), rest),
                Err(_) => (None, text),
            },
            None => (None, text),
        };
        LogLine { time, pod: self.pod.clone(), container: self.name.clone(), text: text.to_owned() }
    }
}

/// The next line without its break, as far as it may be kept; `None` at the end, or where reading fails.
async fn next_line(log: &mut (impl AsyncBufRead + Unpin)) -> Option<Vec<u8>> {
    let most = (MAX_LINE_BYTES + BEYOND_BYTES) as u64;
    let mut line = Vec::new();
    log.take(most).read_until(b'\n', &mut line).await.ok().filter(|read| *read > 0)?;
    if line.pop_if(|last| *last == b'\n').is_some() {
        line.pop_if(|last| *last == b'\r');
        return Some(line);
    }
    // The rest of it is read and forgotten, a piece at a time.
    loop {
        let mut rest = Vec::new();
        let read = log.take(most).read_until(b'\n', &mut rest).await.unwrap_or(0);
        if read == 0 || rest.last() == Some(&b'\n') {
            return Some(line);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::io::Cursor;
    use serde_json::json;

    use super::*;

    fn container() -> Container {
        Container { pod: "medusa-0".into(), name: "medusa".into(), restarts: 0 }
    }

    async fn read(log: &str, after: Option<DateTime<Utc>>) -> Vec<LogLine> {
        container().read(Cursor::new(log.as_bytes().to_vec()), after).collect().await
    }

    #[tokio::test]
    async fn a_line_has_its_time_and_only_those_after_the_last_one_told_are_told() {
        let log = "2026-01-02T03:04:05.123456789Z one\r\n2026-01-02T03:04:06Z two words\nno time\n\n";
        let lines = read(log, None).await;
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["one", "two words", "no time", ""]);
        assert_eq!(lines[0].time.unwrap().to_rfc3339(), "2026-01-02T03:04:05.123456789+00:00");
        assert_eq!((lines[2].time, lines[3].time), (None, None));
        let later = read(log, lines[0].time).await;
        assert_eq!(later[0].text, "two words");
    }

    #[tokio::test]
    async fn a_line_without_an_end_takes_no_more_memory_than_one_that_is_kept() {
        let long = "x".repeat(5 * MAX_LINE_BYTES);
        let lines = read(&format!("{long}\nnext\n{long}"), None).await;
        let lengths: Vec<usize> = lines.iter().map(|line| line.text.len()).collect();
        assert_eq!(lengths, [MAX_LINE_BYTES + BEYOND_BYTES, 4, MAX_LINE_BYTES + BEYOND_BYTES]);
    }

    #[test]
    fn what_has_not_begun_has_no_log_and_each_restart_is_another() {
        let pod: Pod = serde_json::from_value(json!({
            "metadata": { "name": "medusa-0" },
            "status": {
                "initContainerStatuses": [
                    { "name": "wait", "restartCount": 0, "image": "", "imageID": "", "ready": true, "state": { "terminated": { "exitCode": 0 } } }
                ],
                "containerStatuses": [
                    { "name": "medusa", "restartCount": 2, "image": "", "imageID": "", "ready": true, "state": { "running": {} } },
                    { "name": "later", "restartCount": 0, "image": "", "imageID": "", "ready": false, "state": { "waiting": {} } }
                ]
            }
        }))
        .unwrap();
        let found: Vec<(String, i32)> =
            started(&pod).into_iter().map(|one| (one.name, one.restarts)).collect();
        assert_eq!(found, [("wait".to_owned(), 0), ("medusa".to_owned(), 2)]);
    }
}
