//! What the watches have shown of one namespace.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{Deployment, StatefulSet};
use k8s_openapi::api::core::v1::{Event, Pod};
use kube::runtime::watcher;

/// Objects of one kind by name, with the list that is being read anew after a broken watch.
#[derive(Debug)]
pub struct Shelf<K> {
    objects: BTreeMap<String, K>,
    fresh: BTreeMap<String, K>,
    complete: bool,
}

impl<K> Default for Shelf<K> {
    fn default() -> Self {
        Self { objects: BTreeMap::new(), fresh: BTreeMap::new(), complete: false }
    }
}

/// A list that was read once, whole.
impl<K: kube::ResourceExt> FromIterator<K> for Shelf<K> {
    fn from_iter<I: IntoIterator<Item = K>>(objects: I) -> Self {
        let objects = objects.into_iter().map(|object| (object.name_any(), object)).collect();
        Self { objects, fresh: BTreeMap::new(), complete: true }
    }
}

impl<K: kube::ResourceExt> Shelf<K> {
    fn take(&mut self, event: watcher::Event<K>) {
        match event {
            watcher::Event::Apply(object) => {
                self.objects.insert(object.name_any(), object);
            }
            watcher::Event::Delete(object) => {
                self.objects.remove(&object.name_any());
            }
            watcher::Event::Init => self.fresh.clear(),
            watcher::Event::InitApply(object) => {
                self.fresh.insert(object.name_any(), object);
            }
            watcher::Event::InitDone => {
                self.objects = std::mem::take(&mut self.fresh);
                self.complete = true;
            }
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &K)> {
        self.objects.iter().map(|(name, object)| (name.as_str(), object))
    }

    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }
}

/// One change that one of the watches saw.
#[derive(Debug)]
pub enum Change {
    Pod(watcher::Event<Pod>),
    Deployment(watcher::Event<Deployment>),
    StatefulSet(watcher::Event<StatefulSet>),
    Event(watcher::Event<Event>),
}

#[derive(Debug, Default)]
pub struct View {
    pub pods: Shelf<Pod>,
    pub deployments: Shelf<Deployment>,
    pub stateful_sets: Shelf<StatefulSet>,
    pub events: Shelf<Event>,
}

impl View {
    pub fn take(&mut self, change: Change) {
        match change {
            Change::Pod(event) => self.pods.take(event),
            Change::Deployment(event) => self.deployments.take(event),
            Change::StatefulSet(event) => self.stateful_sets.take(event),
            Change::Event(event) => self.events.take(event),
        }
    }

    /// Each watch has shown its first whole list; before that nothing can be judged.
    pub fn is_complete(&self) -> bool {
        self.pods.complete && self.deployments.complete && self.stateful_sets.complete && self.events.complete
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pod(name: &str) -> Pod {
        serde_json::from_value(serde_json::json!({"metadata": {"name": name}})).unwrap()
    }

    #[test]
    fn a_watch_that_starts_again_forgets_what_went_in_between() {
        let mut shelf = Shelf::default();
        for event in [watcher::Event::Init, watcher::Event::InitApply(pod("a")), watcher::Event::InitDone] {
            shelf.take(event);
        }
        shelf.take(watcher::Event::Apply(pod("b")));
        shelf.take(watcher::Event::Init);
        assert_eq!(shelf.iter().count(), 2, "the old list stands until the new one is whole");
        shelf.take(watcher::Event::InitApply(pod("b")));
        shelf.take(watcher::Event::InitDone);
        assert_eq!(shelf.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["b"]);
        shelf.take(watcher::Event::Delete(pod("b")));
        assert!(shelf.is_empty());
    }
}
