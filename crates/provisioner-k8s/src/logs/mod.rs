//! What a store's containers write: first what is there, in the order of its time, then, for who follows, what comes.
//!
//! Invariant: nothing is told twice and nothing is kept. A container is known by its pod and by how often it was
//! restarted; of each one it is remembered until when its lines were told, and who goes on goes on behind that.

mod container;
mod follow;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use futures::stream;
use k8s_openapi::api::core::v1::Pod;
use kube::Api;
use kube::api::ListParams;
use souk_provisioner::logs::{LogLine, LogLines, LogQuery, MAX_TAIL, PodLogs};
use souk_provisioner::{StepError, Target};

use crate::client::{is_forbidden, is_not_found};
use crate::{KubernetesProvisioner, error};
use container::{Container, From};

/// Containers that one reader is told of. A store has fewer than ten.
const MAX_CONTAINERS: usize = 32;
/// Containers whose past is read at the same time.
const READ_AT_ONCE: usize = 4;
/// Lines that are held for a reader who is slower than the shop writes; then the shop's log waits on its node.
const HELD_LINES: usize = 256;

/// Until when each container's lines were told.
type Told = BTreeMap<Container, Option<DateTime<Utc>>>;

#[async_trait]
impl PodLogs for KubernetesProvisioner {
    async fn lines(&self, target: &Target, query: LogQuery) -> Result<LogLines, StepError> {
        let api: Api<Pod> = self.cluster.namespaced(&target.namespace);
        let pods = self.pods_of(target, &api).await?;
        let (past, told) = self.past(&api, &pods, &query).await;
        let past = stream::iter(past.into_iter().map(Ok));
        if !query.follow {
            return Ok(past.boxed());
        }
        let (lines, reader) = tokio::sync::mpsc::channel(HELD_LINES);
        // It ends when its reader does.
        tokio::spawn(follow::follow(api, Arc::clone(&self.clock), query, told, lines));
        let coming = stream::unfold(reader, |mut reader| async { Some((reader.recv().await?, reader)) });
        Ok(past.chain(coming).boxed())
    }
}

impl KubernetesProvisioner {
    /// None in a namespace that is not there, or in which Souk may not look yet.
    async fn pods_of(&self, target: &Target, api: &Api<Pod>) -> Result<Vec<Pod>, StepError> {
        if self.cluster.own_namespace(target).await?.is_none() {
            return Ok(Vec::new());
        }
        let all = ListParams::default();
        match self.cluster.attempt(api.list(&all)).await? {
            Ok(pods) => Ok(pods.items),
            Err(refused) if is_forbidden(&refused) || is_not_found(&refused) => Ok(Vec::new()),
            Err(refused) => Err(error::api("look at the store's pods", refused)),
        }
    }

    /// The last lines of each container, in the order of their time. One that cannot be read says so by a line's absence:
    /// the others are worth having.
    async fn past(&self, api: &Api<Pod>, pods: &[Pod], query: &LogQuery) -> (Vec<LogLine>, Told) {
        let from = From { tail: Some(query.tail.min(MAX_TAIL)), after: query.since, now: self.clock.now() };
        let wanted: Vec<Container> = pods
            .iter()
            .flat_map(container::started)
            .filter(|one| one.is_wanted(query))
            .take(MAX_CONTAINERS)
            .collect();
        let read: Vec<(Container, Vec<LogLine>)> = stream::iter(wanted)
            .map(|container| async {
                let lines = container.clone().lines(api.clone(), from, false);
                // What is there when the time is up has come.
                let in_time = lines.take_until(tokio::time::sleep(self.settings.limits.request));
                (container, in_time.collect().await)
            })
            .buffered(READ_AT_ONCE)
            .collect()
            .await;
        let told =
            read.iter().map(|(one, lines)| (one.clone(), lines.last().and_then(|line| line.time))).collect();
        let mut lines: Vec<LogLine> = read.into_iter().flat_map(|(_, lines)| lines).collect();
        lines.sort_by_key(|line| line.time);
        (lines, told)
    }
}
